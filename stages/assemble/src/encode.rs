//! H.264 and AAC into MP4, in this process: pieces of pictures and the sound are each coded once, by one thread each, and
//! joined by packet copy.

mod audio;
mod choice;
mod coding;
mod hardware;
mod join;
mod libav;
mod mux;
mod rehearsal;
mod vaapi;
mod video;

use std::path::{Path, PathBuf};
use std::sync::Once;

use ffmpeg_next::{Error, error, frame};

use crate::native;
use crate::picture::PlanesMut;
use crate::segment::{MIN_SEGMENT_FRAMES, SegmentFault};

pub use audio::{CodedSound, SoundPacket, code_sound};
pub use choice::{Chosen, choose_encoder};
pub use coding::segment;
pub(crate) use coding::{alone, code};
pub use join::{JoinError, Joined, Joiner, join};
pub use video::VideoSpec;
pub(crate) use video::picture_frame;

/// Longest time between two key frames, in seconds: players seek to them, and platforms ask for 2 s at most.
pub(crate) const GOP_SECONDS: u32 = 2;

/// Looks for the encoders a cut needs, for `doctor`; gives libavcodec's version.
///
/// # Errors
/// [`EncodeError::NoEncoder`] for the first that is missing.
pub fn check_encoders() -> Result<String, EncodeError> {
    for (name, package) in [video::ENCODER, audio::ENCODER] {
        if ffmpeg_next::encoder::find_by_name(name).is_none() {
            return Err(EncodeError::NoEncoder { name, package });
        }
    }
    let version = ffmpeg_next::codec::version();
    Ok(format!("libx264 and aac, libavcodec {}.{}.{}", version >> 16, version >> 8 & 0xff, version & 0xff))
}

/// Why a cut was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// This libav build cannot write H.264 or AAC.
    #[error("this host's FFmpeg libraries have no `{name}` encoder (install the Debian package `{package}`)")]
    NoEncoder {
        /// `libx264` or `aac`.
        name: &'static str,
        /// What brings it.
        package: &'static str,
    },
    /// The encoder does not take the settings.
    #[error("the `{name}` encoder does not take {settings}")]
    Settings {
        /// Which encoder.
        name: &'static str,
        /// What it was asked for.
        settings: String,
        /// libav's word.
        #[source]
        source: Error,
    },
    /// A frame could not be had.
    #[error("no memory for a frame of {width}x{height} pixels")]
    Memory {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The disk has no room left.
    #[error("could not write {path}: no space left (free some, the press goes on by itself)")]
    DiskFull {
        /// The file being written.
        path: PathBuf,
    },
    /// Any other failure to write.
    #[error("could not write {path}")]
    Write {
        /// The file being written.
        path: PathBuf,
        /// libav's word.
        #[source]
        source: Error,
    },
    /// The encoder failed in the middle.
    #[error("could not encode {what}")]
    Encode {
        /// `picture` or `sound`.
        what: &'static str,
        /// libav's word.
        #[source]
        source: Error,
    },
    /// libav takes paths as UTF-8 text.
    #[error("the path {path} is not UTF-8 (choose another scratch folder)")]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// A segment must have a frame after its first.
    #[error(
        "a segment of {frames} frames is too short (it has {MIN_SEGMENT_FRAMES} at least: give them to a neighbour)"
    )]
    TooShort {
        /// Frames asked for.
        frames: u64,
    },
    /// The encoder's stream cannot be joined to others.
    #[error("the `{name}` encoder gives a stream that cannot be joined")]
    Unjoinable {
        /// Which encoder.
        name: &'static str,
        /// What is wrong with it.
        #[source]
        fault: SegmentFault,
    },
    /// The encoder gives other bytes each time.
    #[error("the `{name}` encoder gives other bytes for the same frames the second time")]
    Unsteady {
        /// Which encoder.
        name: &'static str,
    },
    /// The watcher stopped it.
    #[error("stopped after {frames} frames")]
    Cancelled {
        /// Frames encoded by then.
        frames: u64,
    },
}

/// Where an encode gets its frames from.
pub(crate) trait FrameSource {
    /// Frame number `at`, asked for once each and in order.
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError>;
}

/// libav's libraries write to stderr by default; what matters comes back as an error anyway. And `ffmpeg-next` has no
/// words for libav's own errors before it is initialised.
pub(crate) fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Without it, libav's errors have no words. It cannot fail.
        ffmpeg_next::init().ok();
        ffmpeg_next::log::set_level(ffmpeg_next::log::Level::Quiet);
    });
}

struct Painted<'a> {
    frame: frame::Video,
    paint: &'a mut dyn FnMut(u64, &mut PlanesMut<'_>),
}

impl FrameSource for Painted<'_> {
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError> {
        let (width, height) = (self.frame.width(), self.frame.height());
        native::make_writable(&mut self.frame).map_err(|_| EncodeError::Memory { width, height })?;
        paint_into(&mut self.frame, at, self.paint)
    }
}

/// Paints one frame into `frame`, whose planes nobody else holds.
pub(crate) fn paint_into<'a>(
    frame: &'a mut frame::Video,
    at: u64,
    paint: &mut dyn FnMut(u64, &mut PlanesMut<'_>),
) -> Result<&'a mut frame::Video, EncodeError> {
    let (width, height) = (frame.width(), frame.height());
    let strides = [0, 1, 2].map(|plane| frame.stride(plane));
    let [y, u, v] = native::planes_mut(frame).ok_or(EncodeError::Memory { width, height })?;
    let mut planes = PlanesMut {
        width: width as usize,
        height: height as usize,
        y,
        y_stride: strides[0],
        u,
        u_stride: strides[1],
        v,
        v_stride: strides[2],
    };
    paint(at, &mut planes);
    Ok(frame)
}

/// True if something came, false if the codec wants more first or has no more.
fn received(outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A failed write, with a full disk told apart.
fn write_failed(path: &Path, source: Error) -> EncodeError {
    let path = path.to_owned();
    if source == (Error::Other { errno: error::ENOSPC }) {
        EncodeError::DiskFull { path }
    } else {
        EncodeError::Write { path, source }
    }
}

#[cfg(test)]
mod tests;
