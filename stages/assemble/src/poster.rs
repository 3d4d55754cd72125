//! The poster: one frame that stands for the cut.

use std::path::Path;
use std::sync::Arc;

use crate::compose::{Painters, ScenePainter};
use crate::error::AssembleError;
use crate::picture::Fonts;
use crate::plan::{CutPlan, ScenePlan};
use crate::yuv::{Planes, write_png};

/// The frame to show: in the first beat, when a word in its middle is spoken and its caption stands, so that neither a
/// fade nor an empty caption is shown.
pub(crate) fn frame_of(hook: &ScenePlan) -> u64 {
    let spoken = hook.words.get(hook.words.len() / 2).map(|word| u64::midpoint(word.start_frame, word.end_frame));
    spoken.unwrap_or(hook.frames / 2).min(hook.frames.saturating_sub(1))
}

/// Paints that frame once more and writes it as PNG.
pub(crate) fn write(plan: &CutPlan, fonts: &Fonts, painters: &Painters, path: &Path) -> Result<(), AssembleError> {
    let mut planes = Planes::black(plan.canvas.width, plan.canvas.height);
    if let Some(hook) = plan.scenes.first() {
        let mut painter = match painters.take(0) {
            Some(painter) => painter,
            None => ScenePainter::sharing(plan.canvas, Arc::clone(hook), fonts, painters.pictures())?,
        };
        let frame = frame_of(hook);
        painter.paint(frame, &mut planes.as_mut())?;
        painter.paint_over(frame, &mut planes.as_mut())?;
        painters.keep(0, painter);
    }
    write_png(&planes.to_rgb(), path).map_err(AssembleError::Poster)
}
