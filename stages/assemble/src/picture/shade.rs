//! Gradients laid straight over a frame: the value and the opacity of a row (or a column) are computed, not stored, with
//! sixteen bits, and a grain in place of plain rounding keeps a long one free of bands.

use std::array;
use std::sync::LazyLock;

use super::kernels::{GRAIN, Level};
use super::planes::{PlanesMut, Rect, bt709, noise};

/// What is left of the old, of 65,535, and what is added, in 1/256 of a value.
type Share = (u16, u16);

/// Offsets to round with, 1 to 255, by row and column; repeated over the frame.
static GRAINS: LazyLock<[[u8; GRAIN]; GRAIN]> =
    LazyLock::new(|| array::from_fn(|y| array::from_fn(|x| 1 + (noise(x, y) * 254.99) as u8)));

/// Colours and opacities at both ends of a gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shade {
    area: Rect,
    /// BT.709 values and opacity (0.0 to 1.0) at the first edge.
    from: ([f32; 3], f32),
    /// The same at the last edge.
    to: ([f32; 3], f32),
    across: bool,
    /// Where it begins on the frame and its length, in pixels.
    ramp: (f32, f32),
}

impl Shade {
    /// From the left edge of `area` to the right one if `across`, else from top to bottom. Colours are gamma-encoded sRGB,
    /// 0.0 to 1.0, with their opacities; the area's edges become even.
    pub(crate) fn new(area: Rect, from: ([f32; 3], f32), to: ([f32; 3], f32), across: bool) -> Self {
        let end = |(colour, opacity): ([f32; 3], f32)| (bt709(colour), opacity.clamp(0.0, 1.0));
        let area = area.even();
        let (start, length) = if across { (area.x, area.width) } else { (area.y, area.height) };
        Self { area, from: end(from), to: end(to), across, ramp: (start as f32, length.max(1) as f32) }
    }

    /// The same gradient between other edges: `[left, top, right, bottom]` in pixels. Its colours follow exactly, its
    /// edges to the nearest even pixel.
    pub(crate) fn between(self, [left, top, right, bottom]: [f32; 4]) -> Self {
        let even = |edge: f32| (edge / 2.0 + 0.5).floor().clamp(0.0, 32_768.0) as usize * 2;
        let (x, y) = (even(left), even(top));
        let area = Rect { x, y, width: even(right).saturating_sub(x), height: even(bottom).saturating_sub(y) };
        let ramp = if self.across { (left, right - left) } else { (top, bottom - top) };
        Self { area, ramp: (ramp.0, ramp.1.max(1.0)), ..self }
    }

    /// Lays it over the frame as far as it lies in `clip`, whose edges become even; `opacity` is 0 to 256.
    pub(crate) fn lay(&self, into: &mut PlanesMut<'_>, clip: Rect, opacity: u16) {
        let seen = self.area.within(&clip.even()).within(&Rect { x: 0, y: 0, width: into.width, height: into.height });
        if seen.width == 0 || seen.height == 0 || opacity == 0 {
            return;
        }
        let (level, grains, opacity) = (Level::best(), &*GRAINS, f32::from(opacity.min(256)) / 256.0);
        for (index, plane) in into.each().into_iter().enumerate() {
            let scale = if index == 0 { 1 } else { 2 };
            let (first, end) = (seen.x / scale, seen.right() / scale);
            let columns: (Vec<u16>, Vec<u16>) = if self.across {
                (first..end).map(|x| self.share(index, x * scale, scale, opacity)).unzip()
            } else {
                Default::default()
            };
            for y in seen.y / scale..seen.bottom() / scale {
                let row = &mut plane.data[y * plane.stride..][first..end];
                let mut turned = [0; GRAIN];
                let grain = if first % GRAIN == 0 {
                    &grains[y % GRAIN]
                } else {
                    turned.copy_from_slice(&grains[y % GRAIN]);
                    turned.rotate_left(first % GRAIN);
                    &turned
                };
                if self.across {
                    level.shade_by(row, &columns.0, &columns.1, grain);
                } else {
                    let (stays, added) = self.share(index, y * scale, scale, opacity);
                    level.shade(row, stays, added, grain);
                }
            }
        }
    }

    /// Of a plane's sample that begins at `at` and is `scale` pixels long.
    fn share(&self, plane: usize, at: usize, scale: usize, opacity: f32) -> Share {
        let share = ((at as f32 + scale as f32 / 2.0 - self.ramp.0) / self.ramp.1).clamp(0.0, 1.0);
        let between = |from: f32, to: f32| from + (to - from) * share;
        let covers = between(self.from.1, self.to.1) * opacity;
        let value = between(self.from.0[plane], self.to.0[plane]);
        // Truncated, so that both together stay below 256 * 256.
        (((1.0 - covers) * 65_535.0) as u16, (value * covers * 256.0) as u16)
    }
}

#[cfg(test)]
mod tests;
