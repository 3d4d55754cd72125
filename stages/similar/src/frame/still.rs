//! A small copy of a picture: what a hash says "near" or "far" of, this shows part by part. See [`super::detail`] for how two
//! are compared.

use serde::{Deserialize, Serialize};

use super::{SQUARE, Square};

/// Pixels a side.
pub const STILL: usize = 32;
/// 32x32 pixels; 0 is "not known".
#[derive(Clone, PartialEq, Eq)]
pub struct Still(Box<[u8; STILL * STILL]>);

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Still").finish_non_exhaustive()
    }
}

impl Serialize for Still {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_slice())
    }
}

impl<'de> Deserialize<'de> for Still {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let pixels = <[u8; STILL * STILL]>::try_from(bytes).map_err(serde::de::Error::custom)?;
        Ok(Self(Box::new(pixels)))
    }
}

impl Still {
    pub(super) fn of(square: &Square, covered: impl Fn(f32, f32) -> bool) -> Self {
        const EACH: usize = SQUARE / STILL;
        let mut pixels = Box::new([0; STILL * STILL]);
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (x, y) = (at % STILL, at / STILL);
            let middle = |at: usize| (at as f32 + 0.5) / STILL as f32;
            if covered(middle(x), middle(y)) {
                continue;
            }
            let mut sum = 0;
            for row in square.chunks_exact(SQUARE).skip(y * EACH).take(EACH) {
                sum += row[x * EACH..(x + 1) * EACH].iter().map(|value| u32::from(*value)).sum::<u32>();
            }
            *pixel = ((sum + 8) / 16).clamp(1, 255) as u8;
        }
        Self(pixels)
    }

    /// The pixels, row by row; 0 is "not known".
    #[must_use]
    pub fn pixels(&self) -> &[u8; STILL * STILL] {
        &self.0
    }

    /// Makes these pixels unknown.
    pub(crate) fn forget(&mut self, pixels: &[bool; STILL * STILL]) {
        for (pixel, forgotten) in self.0.iter_mut().zip(pixels) {
            if *forgotten {
                *pixel = 0;
            }
        }
    }
}

/// Copies below which nothing is said of what moves in a cut.
const COPIES_MIN: usize = 6;
/// Mean distance from a pixel's mean, in steps of luma, up to which it stands still.
const STANDS_UP_TO: f32 = 2.0;
/// Of a picture, the part that may stand still: where more does, the cut is a still picture.
const STANDING_MAX: f32 = 0.85;

/// The pixels that show one and the same from a cut's first copy to its last while the others change: a brand frame, a
/// logo, a bar that was laid over. They are no more the pictures than what a template's masks name, and two cuts that have
/// only them in common have nothing in common.
pub(crate) fn standing(stills: &[Still]) -> Option<[bool; STILL * STILL]> {
    if stills.len() < COPIES_MIN {
        return None;
    }
    let mut standing = [false; STILL * STILL];
    for (at, slot) in standing.iter_mut().enumerate() {
        let values = || stills.iter().map(|still| f32::from(still.0[at])).filter(|value| *value > 0.0);
        let count = values().count().max(1) as f32;
        let mean = values().sum::<f32>() / count;
        *slot = values().map(|value| (value - mean).abs()).sum::<f32>() / count <= STANDS_UP_TO;
    }
    let share = standing.iter().filter(|stands| **stands).count() as f32 / standing.len() as f32;
    // The pixels beside them show a part of each: the edge of a frame, which all of its pictures have.
    let near = |at: usize| {
        let (x, y) = (at % STILL, at / STILL);
        (y.saturating_sub(1)..=(y + 1).min(STILL - 1))
            .any(|y| standing[y * STILL + x.saturating_sub(1)..=y * STILL + (x + 1).min(STILL - 1)].contains(&true))
    };
    (share <= STANDING_MAX).then(|| std::array::from_fn(near))
}
