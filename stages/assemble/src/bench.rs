//! For benchmarks: what the encoder alone costs, to hold the whole press against.

use std::path::Path;

use ffmpeg_next::frame;

use crate::encode::{EncodeError, EncodeSpec, FrameSource, VideoSpec, code, encode_from, paint_into, picture_frame};
use crate::error::AssembleError;
use crate::press::{PressOrder, painter, spec};
use crate::segment::Segment;
use crate::watch::Unwatched;

/// A cut's first seconds, painted and kept in memory (3 MB a frame at 1080x1920).
pub struct Recording {
    frames: Vec<frame::Video>,
}

impl Recording {
    /// Paints the first `seconds` of the order's frames.
    ///
    /// # Errors
    /// [`AssembleError`] if there is no painter for the order or no memory.
    pub fn paint(order: &PressOrder, seconds: u32) -> Result<Self, AssembleError> {
        let mut painter = painter(order)?;
        let count = order.plan.frames.min(u64::from(seconds.max(1)) * u64::from(order.plan.fps));
        let mut frames = Vec::new();
        for at in 0..count {
            let mut frame = picture_frame(order.plan.width, order.plan.height).map_err(AssembleError::Encode)?;
            paint_into(&mut frame, at, &mut |at, planes| painter.paint(at, planes)).map_err(AssembleError::Encode)?;
            frames.push(frame);
        }
        Ok(Self { frames })
    }
}

/// Encodes as many frames as the order has, without painting and without sound: the recording, over and over. Measure
/// the CPU time of this call and of [`crate::press()`] for the ratio.
///
/// # Errors
/// [`EncodeError`], as from [`crate::encode()`].
pub fn encode_only(order: &PressOrder, recording: &mut Recording, out: &Path) -> Result<(), EncodeError> {
    let spec: EncodeSpec<'_> = spec(order);
    encode_from(&spec, out, recording, &Unwatched)
}

/// Codes segments of `lengths` frames without painting: the recording, over and over. The CPU time of this call against
/// that of [`encode_only`] for as many frames is what cutting a cut into segments costs.
///
/// # Errors
/// [`EncodeError`], as from [`crate::segment()`].
pub fn encode_pieces(
    video: &VideoSpec,
    recording: &mut Recording,
    lengths: &[u64],
) -> Result<Vec<Segment>, EncodeError> {
    let mut start = 0;
    let piece = |length: &u64| {
        let mut source = Piece { recording, start };
        start += length;
        code(video, *length, &mut source, &Unwatched).map(|(segment, _)| segment)
    };
    lengths.iter().map(piece).collect()
}

struct Piece<'a> {
    recording: &'a mut Recording,
    start: u64,
}

impl FrameSource for Piece<'_> {
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError> {
        self.recording.frame(self.start + at)
    }
}

impl FrameSource for Recording {
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError> {
        let at = (at % self.frames.len() as u64) as usize;
        Ok(&mut self.frames[at])
    }
}
