//! Where the 64 samples of one side look, and with which weights.

use super::SIDE;

/// For each sample: the first pixel that counts, and the weights from there on.
#[derive(Debug, Default)]
pub(super) struct Taps {
    length: usize,
    spans: Vec<(usize, usize, usize)>,
    weights: Vec<f32>,
}

impl Taps {
    /// For a side of so many pixels; kept while the side is the same.
    pub(super) fn fit(&mut self, length: usize) {
        if self.length == length {
            return;
        }
        self.length = length;
        self.spans.clear();
        self.weights.clear();
        let window = length.div_ceil(2 * SIDE);
        for sample in 0..SIDE {
            // The reference's point: the middle of the sample's share, rounded down.
            let point = ((sample as f64 + 0.5) * length as f64 / SIDE as f64) as usize;
            let (low, high) = reach(point, window, length);
            let start = reach(low, window, length).0;
            let end = reach(high, window, length).1 + 1;
            let from = self.weights.len();
            self.weights.resize(from + end - start, 0.0);
            let outer = (high - low + 1) as f64;
            for middle in low..=high {
                let (first, last) = reach(middle, window, length);
                let share = 1.0 / (outer * (last - first + 1) as f64);
                for weight in &mut self.weights[from + first - start..=from + last - start] {
                    *weight += share as f32;
                }
            }
            self.spans.push((start, from, end - start));
        }
    }

    /// The first pixel of a sample, and the weights of the pixels from there on.
    pub(super) fn at(&self, sample: usize) -> (usize, &[f32]) {
        let (start, from, length) = self.spans[sample];
        (start, &self.weights[from..from + length])
    }
}

/// The first and the last pixel under the reference's box at a point: cut off at the ends, and for an even window one
/// pixel longer to the right.
fn reach(point: usize, window: usize, length: usize) -> (usize, usize) {
    let half = usize::midpoint(window, 2);
    (point.saturating_sub(window - half), (point + half - 1).min(length - 1))
}
