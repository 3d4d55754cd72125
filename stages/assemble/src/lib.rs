//! Script and speech in, a finished cut out: compositor, sound, encoder; and the way back, a probe that reads a file.
//!
//! [`Assemble`] is the stage. [`press()`] is its heavy part: a plain function that paints, mixes and encodes one cut in this
//! process. [`probe()`] reads a finished file back, hostile ones included. Only this crate knows libav.

mod bench;
mod encode;
mod error;
mod library;
mod native;
pub mod picture;
mod poster;
mod press;
mod probe;
mod sheet;
mod sound;
mod spec;
mod stage;
mod timeline;
mod watch;
mod yuv;

pub use bench::{Recording, encode_only};
pub use encode::{CodedPacket, CodedSound, EncodeError, EncodeSpec, check_encoders, code_sound, encode};
pub use error::AssembleError;
pub use library::{LICENCES_FILE, LibraryError, Licence, Picked, PictureLibrary};
pub use picture::{Fonts, Painter, PictureError, PicturePlan, PictureScene, PlanesMut, Rect, TimedWord};
pub use press::{ENGINE, PressOrder, Pressed, press};
pub use probe::{
    AudioReport, Colour, ContainerReport, DecodeReport, Depth, LumaFrame, MediaReport, ProbeError, VideoReport,
    luma_frames, probe,
};
pub use sheet::{Sheet, SheetError, contact_sheet};
pub use sound::{
    CHANNELS, Cue, Effect, LONGEST_SECONDS, Loudness, Meter, Mix, Music, SAMPLE_RATE, SoundError, SoundOrder,
    SpokenPart, Stereo, Track, TrackError, TrackLimits, mix, narration_levels, read_track,
};
pub use spec::{MediaSpec, SpecFault};
pub use stage::Assemble;
pub use timeline::{TAIL_MS, Timeline};
pub use watch::{Unwatched, Watch};

#[cfg(test)]
mod testing;
