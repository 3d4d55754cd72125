//! Script and speech in, a finished cut out: compositor, sound, encoder; and the way back, a probe that reads a file.
//!
//! [`Assemble`] is the stage. [`press()`] is its heavy part: a plain function that paints, mixes and encodes one cut in this
//! process. [`probe()`] reads a finished file back, hostile ones included. Only this crate knows libav.

mod bench;
pub mod compose;
mod encode;
mod error;
mod library;
mod native;
pub mod picture;
pub mod plan;
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
pub use compose::{PiecePainter, ScenePainter};
pub use encode::{EncodeError, EncodeSpec, check_encoders, encode};
pub use error::AssembleError;
pub use library::{LICENCES_FILE, LibraryError, Licence, Picked, PictureLibrary};
pub use picture::{Fonts, Painter, PictureError, PicturePlan, PictureScene, PlanesMut, Rect, TimedWord};
pub use press::{ENGINE, PressOrder, Pressed, press};
pub use probe::{
    AudioReport, Colour, ContainerReport, DecodeReport, Depth, LumaFrame, MediaReport, ProbeError, VideoReport,
    luma_frames, probe,
};
pub use sheet::{Sheet, SheetError, contact_sheet};
pub use sound::{CHANNELS, LONGEST_SECONDS, Loudness, Meter, Mix, SAMPLE_RATE, SoundError, SoundOrder, mix};
pub use spec::{MediaSpec, SpecFault};
pub use stage::Assemble;
pub use timeline::{TAIL_MS, Timeline};
pub use watch::{Unwatched, Watch};

#[cfg(test)]
mod testing;
