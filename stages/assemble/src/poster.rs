//! The poster: one frame that stands for the cut.

use std::path::Path;

use crate::picture::{Painter, PicturePlan};
use crate::yuv::{Planes, PngError, write_png};

/// The frame to show: in the first beat, when a word in its middle is spoken and its caption stands, so that neither a
/// fade nor an empty caption is shown.
pub(crate) fn frame_of(plan: &PicturePlan) -> u64 {
    let last = plan.frames.saturating_sub(1);
    let Some(hook) = plan.scenes.first() else { return last / 2 };
    let spoken = hook.words.get(hook.words.len() / 2).map(|word| u64::midpoint(word.start_frame, word.end_frame));
    let middle = u64::midpoint(hook.first_frame, hook.end_frame);
    spoken.unwrap_or(middle).clamp(hook.first_frame, hook.end_frame.saturating_sub(1).max(hook.first_frame)).min(last)
}

/// Paints that frame once more and writes it as PNG.
pub(crate) fn write(painter: &mut Painter, size: (u32, u32), frame: u64, path: &Path) -> Result<(), PngError> {
    let mut planes = Planes::black(size.0, size.1);
    painter.paint(frame, &mut planes.as_mut());
    write_png(&planes.to_rgb(), path)
}
