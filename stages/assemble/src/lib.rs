//! Script and speech in, a finished cut out: compositor, sound, encoder; and the way back, a probe that reads a file.
//!
//! [`Assemble`] is the stage. [`Press`] is its heavy part: it paints, mixes and codes what is not kept from before, in this
//! process. [`probe()`] reads a finished file back, hostile ones included. Only this crate knows libav.

mod bench;
pub mod compose;
mod design;
mod disclosure;
mod encode;
mod error;
mod figures;
mod gather;
mod native;
mod overlays;
pub mod picture;
pub mod plan;
mod poster;
mod press;
mod preview;
mod probe;
mod score;
mod seal;
mod segment;
mod sheet;
mod sound;
mod source;
mod spec;
mod ssim;
mod stage;
mod timeline;
mod watch;
mod yuv;

pub use bench::{Recording, encode_alone, encode_pieces, order, paint_alone, poster_alone, sound_alone};
pub use compose::{Painters, Pictures, PiecePainter, ScenePainter};
pub use encode::{
    Chosen, CodedSound, EncodeError, JoinError, Joined, Joiner, SoundPacket, VideoSpec, check_encoders, choose_encoder,
    code_sound, join, segment,
};
pub use error::AssembleError;
pub use picture::{Fonts, INSTALL_SCRIPTS, PictureError, PlanesMut, Rect, TimedWord};
pub use plan::{Canvas, CutPlan, Piece, ScenePlan};
pub use press::{ENGINE, PieceReport, Press, PressOrder, Pressed, Score};
pub use preview::{Sample, needs_files, preview};
pub use probe::{
    AudioReport, Colour, ContainerReport, DecodeReport, Depth, LumaFrame, MediaReport, Observer, ProbeError,
    VideoReport, YuvFrame, luma_frames, probe, probe_with,
};
pub use seal::{Seal, SealError};
pub use segment::{
    CodedPacket, Components, Damage, Fetched, Gone, MIN_SEGMENT_FRAMES, Reason, Segment, SegmentFault, SegmentKey,
    SegmentStore, SegmentUsage,
};
pub use sheet::{Sheet, SheetError, contact_sheet};
pub use sound::{
    CHANNELS, Cue, Effect, LONGEST_SECONDS, Loudness, Meter, Mix, Music, SAMPLE_RATE, SoundError, SoundOrder,
    SpokenPart, Stereo, Track, TrackError, TrackLimits, mix, narration_levels, read_track,
};
pub use source::{Onlooker, STRANGER_RATE, SourceError, look_through};
pub use spec::{MediaSpec, SpecFault};
pub use ssim::ssim;
pub use stage::Assemble;
pub use timeline::{TAIL_MS, Timeline};
pub use watch::{Unwatched, Watch};

#[cfg(test)]
mod golden;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod zones;
