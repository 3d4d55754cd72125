//! Black and frozen stretches, from the luma of each frame.

/// Side of the squares whose mean brightness is compared, in pixels.
const CELL: usize = 16;
/// Limited-range black is 16; a picture this dark all over shows nothing.
const BLACK_MEAN: f32 = 24.0;
/// In a black frame at most this share of cells is brighter than [`BLACK_MEAN`]: a logo on black is not black.
const BLACK_SHARE: f32 = 0.005;
/// Cells that change less than this, in luma steps, do not move: it is the encoder's own noise.
const STILL_STEPS: f32 = 1.5;
/// A frame is frozen if at most this share of its cells moved.
const STILL_SHARE: f32 = 0.002;

/// Follows the frames of a video.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    cells: Vec<f32>,
    /// The frame that the ones after it look like.
    reference: Vec<f32>,
    frozen_since_ms: Option<f64>,
    black_since_ms: Option<f64>,
    longest_frozen_ms: f64,
    longest_black_ms: f64,
}

impl Stretches {
    /// Takes in the frame that is on the screen from `from_ms` to `to_ms`.
    pub(super) fn add(&mut self, luma: &[u8], width: usize, height: usize, stride: usize, from_ms: f64, to_ms: f64) {
        downscale(luma, width, height, stride, &mut self.cells);
        let bright = self.cells.iter().filter(|cell| **cell > BLACK_MEAN).count();
        if bright as f32 <= BLACK_SHARE * self.cells.len() as f32 {
            let since = *self.black_since_ms.get_or_insert(from_ms);
            self.longest_black_ms = self.longest_black_ms.max(to_ms - since);
        } else {
            self.black_since_ms = None;
        }
        // Held against the first frame of the stretch, not the last one: a slow zoom moves little from frame to frame.
        if !self.is_like_reference() {
            std::mem::swap(&mut self.reference, &mut self.cells);
            self.frozen_since_ms = Some(from_ms);
        }
        let since = *self.frozen_since_ms.get_or_insert(from_ms);
        self.longest_frozen_ms = self.longest_frozen_ms.max(to_ms - since);
    }

    pub(super) fn longest_black_ms(&self) -> u64 {
        self.longest_black_ms.round() as u64
    }

    pub(super) fn longest_frozen_ms(&self) -> u64 {
        self.longest_frozen_ms.round() as u64
    }

    fn is_like_reference(&self) -> bool {
        let moved = self.cells.iter().zip(&self.reference).filter(|(a, b)| (**a - **b).abs() > STILL_STEPS).count();
        self.cells.len() == self.reference.len() && moved as f32 <= STILL_SHARE * self.cells.len() as f32
    }
}

/// Mean brightness of each square; squares at the right and lower edge may be smaller.
fn downscale(luma: &[u8], width: usize, height: usize, stride: usize, cells: &mut Vec<f32>) {
    cells.clear();
    for top in (0..height).step_by(CELL) {
        let rows = CELL.min(height - top);
        for left in (0..width).step_by(CELL) {
            let columns = CELL.min(width - left);
            let row = |y: usize| luma[(top + y) * stride + left..][..columns].iter().map(|&pixel| u32::from(pixel));
            let sum: u32 = (0..rows).flat_map(row).sum();
            cells.push(sum as f32 / (rows * columns) as f32);
        }
    }
}

#[cfg(test)]
mod tests;
