//! A small copy of a picture, and how much of it is also in another one. A hash says "near" or "far" of a whole picture; the
//! copy says which parts agree once one is laid on the other, so that a logo, a caption or an edge that was cut off costs
//! only what it covers.

use serde::{Deserialize, Serialize};

use super::{SQUARE, Square};
use crate::geometry::Map;

/// Pixels a side.
pub const STILL: usize = 32;
/// Blocks a side that are compared one by one.
const BLOCKS: usize = 4;
/// Pixels a side of a block.
const BLOCK: usize = STILL / BLOCKS;
/// Pixels of a block that must be known in both.
const KNOWN_MIN: f32 = 28.0;
/// Spread of a block, in steps of luma, below which there is nothing to see in it.
const SPREAD_MIN: f32 = 2.5;
/// Correlation of the blocks that show the same, taken as one picture: slopes of grey go together by chance one by one,
/// not all of them.
const TOGETHER_FROM: f32 = 0.80;
/// Spread from which a block tells something even after another coding, and how many such blocks a picture needs.
const TELLING_SPREAD: f32 = 4.0;
const TELLING_MIN: usize = 5;
/// Correlation from which two blocks show the same.
const SAME_FROM: f32 = 0.70;
/// Blocks with something to see that a comparison needs.
const BLOCKS_MIN: u32 = 6;

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

/// How well one picture lies on another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Fit {
    /// Share of the blocks with something to see that show the same, 0 to 1.
    pub(crate) same: f32,
    /// The mean correlation of blocks, for finding the best place; 0 to 1.
    pub(crate) score: f32,
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

    /// This picture as it lies in another one's place: pixel `p` of the answer is what is at `map(p)` here, 0 beyond.
    pub(crate) fn laid(&self, map: &Map) -> Self {
        let mut pixels = Box::new([0; STILL * STILL]);
        let share = 1.0 / STILL as f32;
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (x, y) = map.at(((at % STILL) as f32 + 0.5) * share, ((at / STILL) as f32 + 0.5) * share);
            *pixel = self.between(x, y);
        }
        Self(pixels)
    }

    fn between(&self, x: f32, y: f32) -> u8 {
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
            return 0;
        }
        let last = (STILL - 1) as f32;
        let x = (x * STILL as f32 - 0.5).clamp(0.0, last);
        let y = (y * STILL as f32 - 0.5).clamp(0.0, last);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(STILL - 1), (top + 1).min(STILL - 1));
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
        let corners = corners.map(|(x, y)| self.0[y * STILL + x]);
        if corners.contains(&0) {
            return 0;
        }
        let values = corners.map(f32::from);
        let over = x - left as f32;
        let upper = values[0] + over * (values[1] - values[0]);
        let lower = values[2] + over * (values[3] - values[2]);
        // Half a step up and cut off: the nearest whole number.
        (upper + (y - top as f32) * (lower - upper) + 0.5) as u8
    }

    /// True where enough blocks have something to see: a blank sky under a caption has not, whatever its hash is.
    pub(crate) fn tells(&self) -> bool {
        let blocks = (0..BLOCKS * BLOCKS).filter(|at| {
            let rows = self.0.chunks_exact(STILL).skip(at / BLOCKS * BLOCK).take(BLOCK);
            let left = at % BLOCKS * BLOCK;
            let known = rows.flat_map(|row| &row[left..left + BLOCK]).filter(|pixel| **pixel != 0);
            let (n, sum, squares) = known.fold((0.0, 0.0, 0.0), |(n, sum, squares), pixel| {
                let value = f32::from(*pixel);
                (n + 1.0, sum + value, squares + value * value)
            });
            n >= KNOWN_MIN && squares - sum * sum / n >= TELLING_SPREAD * TELLING_SPREAD * n
        });
        blocks.count() >= TELLING_MIN
    }

    /// Compares pixel by pixel, in blocks, each free in brightness and contrast.
    pub(crate) fn fit(&self, other: &Self) -> Fit {
        let (mut blocks, mut same, mut score) = (0, 0, 0.0);
        let mut together = Sums::default();
        for at in 0..BLOCKS * BLOCKS {
            let (left, top) = (at % BLOCKS * BLOCK, at / BLOCKS * BLOCK);
            let sums = Sums::of(&self.0, &other.0, top * STILL + left);
            if let Some(correlation) = sums.correlation() {
                blocks += 1;
                score += correlation.max(0.0);
                if correlation >= SAME_FROM {
                    same += 1;
                    together.add(&sums);
                }
            }
        }
        let one_picture = together.correlation().is_some_and(|correlation| correlation >= TOGETHER_FROM);
        if blocks < BLOCKS_MIN || !one_picture {
            return Fit::default();
        }
        Fit { same: same as f32 / blocks as f32, score: score / blocks as f32 }
    }
}

/// Of the pixels that are known in both: how many, their sums, the sums of their squares and of their products.
#[derive(Default)]
struct Sums([i32; 6]);

impl Sums {
    fn of(one: &[u8; STILL * STILL], two: &[u8; STILL * STILL], from: usize) -> Self {
        let mut sums = [0; 6];
        for row in 0..BLOCK {
            let start = from + row * STILL;
            for (a, b) in one[start..start + BLOCK].iter().zip(&two[start..start + BLOCK]) {
                let known = i32::from(*a != 0 && *b != 0);
                let (a, b) = (i32::from(*a) * known, i32::from(*b) * known);
                for (sum, value) in sums.iter_mut().zip([known, a, b, a * a, b * b, a * b]) {
                    *sum += value;
                }
            }
        }
        Self(sums)
    }

    fn add(&mut self, other: &Self) {
        for (sum, other) in self.0.iter_mut().zip(other.0) {
            *sum += other;
        }
    }

    /// How the one goes with the other, -1 to 1; nothing where too little is known, or neither has anything to see.
    fn correlation(&self) -> Option<f32> {
        let [n, a, b, aa, bb, ab] = self.0.map(|sum| sum as f32);
        if n < KNOWN_MIN {
            return None;
        }
        let (spread_a, spread_b) = ((aa - a * a / n).max(0.0), (bb - b * b / n).max(0.0));
        let flat = SPREAD_MIN * SPREAD_MIN * n;
        if spread_a < flat && spread_b < flat {
            return None;
        }
        Some((ab - a * b / n) / (spread_a * spread_b).sqrt().max(1.0))
    }
}

/// Copies below which nothing is said of what moves in a cut.
const COPIES_MIN: usize = 6;
/// Mean distance from a pixel's mean, in steps of luma, up to which it stands still.
const STANDS_UP_TO: f32 = 2.0;
/// Of a picture, the part that may stand still: where more does, the cut is a still picture.
const STANDING_MAX: f32 = 0.70;

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
