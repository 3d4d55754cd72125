//! The cosine transform, and the bits of it.

use std::array;
use std::f64::consts::PI;
use std::sync::LazyLock;

use super::{SIDE, Samples, Turn};
use crate::hash::Hash;

/// Frequencies a side.
const LOW: usize = 16;

/// Cosines: `[frequency][sample]`, and the same lying on its side.
struct Cosines {
    by_frequency: [[f32; SIDE]; LOW],
    by_sample: [[f32; LOW]; SIDE],
}

/// The same numbers on every machine: one rounding of a double each.
static COSINES: LazyLock<Cosines> = LazyLock::new(|| {
    let scale = (2.0 / SIDE as f64).sqrt();
    let value = |frequency: usize, sample: usize| {
        (scale * (PI / 2.0 / SIDE as f64 * (frequency + 1) as f64 * (2 * sample + 1) as f64).cos()) as f32
    };
    Cosines {
        by_frequency: array::from_fn(|frequency| array::from_fn(|sample| value(frequency, sample))),
        by_sample: array::from_fn(|sample| array::from_fn(|frequency| value(frequency, sample))),
    }
});

/// The 16x16 lowest frequencies without the constant: `[down][across]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spectrum([[f32; LOW]; LOW]);

impl Spectrum {
    pub(super) const NOTHING: Self = Self([[0.0; LOW]; LOW]);

    pub(super) fn of(samples: &Samples) -> Self {
        let cosines = &*COSINES;
        let mut spectrum = [[0.0; LOW]; LOW];
        for (cosine, out) in cosines.by_frequency.iter().zip(&mut spectrum) {
            let mut sums = [0.0; SIDE];
            for (weight, row) in cosine.iter().zip(samples) {
                for (sum, sample) in sums.iter_mut().zip(row) {
                    *sum += weight * sample;
                }
            }
            for (sum, weights) in sums.iter().zip(&cosines.by_sample) {
                for (out, weight) in out.iter_mut().zip(weights) {
                    *out += sum * weight;
                }
            }
        }
        Self(spectrum)
    }

    pub(super) fn turned(&self, turn: Turn) -> Self {
        let (transpose, down, across) = match turn {
            Turn::None => (false, false, false),
            Turn::FlipDown => (false, true, false),
            Turn::FlipAcross => (false, false, true),
            Turn::Half => (false, true, true),
            Turn::Transpose => (true, false, false),
            Turn::Quarter => (true, true, false),
            Turn::ThreeQuarters => (true, false, true),
            Turn::Transverse => (true, true, true),
        };
        // A cosine of an odd frequency changes its sign where the picture is turned over.
        let sign = |over: bool, at: usize| if over && at.is_multiple_of(2) { -1.0 } else { 1.0 };
        Self(array::from_fn(|i| {
            array::from_fn(|j| {
                let value = if transpose { self.0[j][i] } else { self.0[i][j] };
                value * sign(down, i) * sign(across, j)
            })
        }))
    }

    pub(super) fn hash(&self) -> Hash {
        let values = self.0.as_flattened();
        let mut sorted: [f32; LOW * LOW] = array::from_fn(|at| values[at]);
        let (_, median, _) = sorted.select_nth_unstable_by(LOW * LOW / 2 - 1, f32::total_cmp);
        let median = *median;
        let mut words = [0; 4];
        for (word, values) in words.iter_mut().zip(values.chunks_exact(64)) {
            for (at, value) in values.iter().enumerate() {
                *word |= u64::from(*value > median) << at;
            }
        }
        Hash(words)
    }
}
