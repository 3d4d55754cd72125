//! From shares to pixels.

use reelpress_templates::template::{Place, Within, reference_height};

use crate::picture::Rect;
use crate::plan::Canvas;

/// A number of a plan that may be anything, held within limits.
pub(crate) fn held(value: f32, low: f32, high: f32) -> f32 {
    if value.is_nan() { low } else { value.clamp(low, high) }
}

/// The frame and its safe part, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    width: f32,
    height: f32,
    /// Left, top, width, height.
    safe: [f32; 4],
    reference: f32,
}

impl Field {
    pub(crate) fn new(canvas: Canvas, safe: Place) -> Self {
        let (width, height) = (canvas.width as f32, canvas.height as f32);
        let side = |share: f32, length: f32| held(share, 0.0, 1.0) * length;
        Self {
            width,
            height,
            safe: [side(safe.x, width), side(safe.y, height), side(safe.width, width), side(safe.height, height)],
            reference: reference_height(canvas.width, canvas.height),
        }
    }

    /// The whole frame.
    pub(crate) fn frame(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.width as usize, height: self.height as usize }
    }

    /// A place in pixels: edges are even, and within the frame. What has any size has two pixels at least; `None` has none.
    pub(crate) fn rect(&self, place: &Place) -> Option<Rect> {
        let [left, top, width, height] = match place.within {
            Within::Frame => [0.0, 0.0, self.width, self.height],
            Within::Safe => self.safe,
        };
        let (x, width) = side(left + width * place.x, width * place.width, self.width)?;
        let (y, height) = side(top + height * place.y, height * place.height, self.height)?;
        Some(Rect { x, y, width, height })
    }

    /// A share of the reference height, in pixels.
    pub(crate) fn length(&self, share: f32) -> f32 {
        held(share, 0.0, 4.0) * self.reference
    }
}

/// First pixel and length of one side.
fn side(start: f32, length: f32, limit: f32) -> Option<(usize, usize)> {
    if !(start.is_finite() && length.is_finite()) || length <= 0.0 || start >= limit || start + length <= 0.0 {
        return None;
    }
    let even = |value: f32| ((value / 2.0).round() * 2.0).clamp(0.0, limit) as usize;
    let (mut from, mut to) = (even(start), even(start + length));
    if from == to {
        (from, to) = if to + 2 <= limit as usize { (from, to + 2) } else { (from - 2, to) };
    }
    Some((from, to - from))
}
