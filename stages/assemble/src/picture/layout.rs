//! Where things are on a frame of any size.

use reelpress_templates::Look;

use super::planes::Rect;

/// Shares of the frame that a platform's buttons and texts lie over: left, right, top, bottom.
const COVERED_UPRIGHT: [f32; 4] = [0.08, 0.14, 0.10, 0.22];
/// The same for frames that are not upright: the usual title-safe margin.
const COVERED_WIDE: [f32; 4] = [0.07, 0.07, 0.06, 0.10];
/// Half the height of the room for captions, as a share of the frame's height.
const CAPTION_HALF: f32 = 0.085;

/// Where things are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) frame: (usize, usize),
    /// Nothing but the background leaves it.
    pub(crate) safe: Rect,
    /// Progress bar.
    pub(crate) progress: Rect,
    /// Kicker and AI label.
    pub(crate) header: Rect,
    /// Text of a scene.
    pub(crate) headline: Rect,
    /// Spoken words.
    pub(crate) caption: Rect,
}

impl Layout {
    pub(crate) fn new(look: &Look, width: usize, height: usize) -> Self {
        let covered = if height > width { COVERED_UPRIGHT } else { COVERED_WIDE };
        let safe = between(
            (width as f32 * covered[0], height as f32 * covered[2]),
            (width as f32 * (1.0 - covered[1]), height as f32 * (1.0 - covered[3])),
        );
        let share = |share: f32| (height as f32 * share) as usize;
        let full = |top: usize, bottom: usize| Rect { x: safe.x, y: top, width: safe.width, height: bottom - top };
        let row = |top: usize, height: usize| full(top & !1, (top & !1) + height.next_multiple_of(2)).within(&safe);
        let progress = row(safe.y, share(0.0042).max(2));
        let header = row(progress.bottom() + share(0.010), share(0.026).max(12));
        let middle = share(look.caption.position).min(safe.bottom() - share(CAPTION_HALF));
        let caption_top = middle.saturating_sub(share(CAPTION_HALF)).max(header.bottom()) & !1;
        let caption = full(caption_top, (middle + share(CAPTION_HALF)).min(safe.bottom()) & !1);
        let top = share(look.headline.position).max(header.bottom() + share(0.012)).min(caption_top) & !1;
        Self {
            frame: (width, height),
            safe,
            progress,
            header,
            headline: full(top, caption_top.saturating_sub(share(0.015)).max(top) & !1),
            caption,
        }
    }

    /// A share of the frame's height in pixels.
    pub(crate) fn share(&self, share: f32) -> f32 {
        self.frame.1 as f32 * share
    }
}

/// The largest rectangle with even edges between two corners.
fn between((left, top): (f32, f32), (right, bottom): (f32, f32)) -> Rect {
    let up = |value: f32| (value.ceil() as usize).next_multiple_of(2);
    let (x, y) = (up(left), up(top));
    Rect { x, y, width: (right as usize & !1).saturating_sub(x), height: (bottom as usize & !1).saturating_sub(y) }
}
