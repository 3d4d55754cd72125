//! How much of a picture is also in another one, once one is laid on the other: block by block, so that a logo, a caption or
//! an edge that was cut off costs only what it covers. Only detail is compared: what is light in the middle and dark at the
//! edges is not one picture for that.

use super::still::{STILL, Still};
use crate::geometry::Map;

/// Pixels of a small copy.
const PIXELS: usize = STILL * STILL;
/// Blocks that are compared one by one, across and down: low ones, as captions and bars are.
const ACROSS: usize = 4;
const DOWN: usize = 8;
const BLOCKS: usize = ACROSS * DOWN;
/// Pixels of a block.
const WIDE: usize = STILL / ACROSS;
const HIGH: usize = STILL / DOWN;
/// Pixels to each side whose mean is taken off.
const AROUND: usize = 3;
/// Steps of a value for one step of luma.
const STEPS: i32 = 4;
/// A pixel that is not known.
const UNKNOWN: i16 = i16::MIN;
/// Pixels of a block that must be known in both.
const KNOWN_MIN: f32 = 15.0;
/// Spread of a block, in steps of luma, below which there is nothing to see in it.
const SPREAD_MIN: f32 = 1.5;
/// Correlation from which two blocks show the same.
const SAME_FROM: f32 = 0.60;
/// Blocks with something to see that a comparison needs.
const BLOCKS_MIN: u32 = 13;
/// Spread from which a block tells something even after another coding, and how many such blocks a picture needs.
const TELLING_SPREAD: f32 = 2.0;
const TELLING_MIN: usize = 9;

/// A small copy without its slopes.
pub(crate) struct Detail(Box<[i16; PIXELS]>);

/// How well one picture lies on another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Fit {
    /// Share of the blocks with something to see that show the same, 0 to 1.
    pub(crate) same: f32,
    /// The mean correlation of blocks, for finding the best place; 0 to 1.
    pub(crate) score: f32,
}

impl Detail {
    pub(crate) fn of(still: &Still) -> Self {
        let from = still.pixels();
        let mut detail = Box::new([UNKNOWN; PIXELS]);
        for (at, detail) in detail.iter_mut().enumerate().filter(|(at, _)| from[*at] != 0) {
            let (x, y) = (at % STILL, at / STILL);
            let (mut sum, mut count) = (0, 0);
            for row in from.chunks_exact(STILL).skip(y.saturating_sub(AROUND)).take(AROUND + 1 + y.min(AROUND)) {
                for pixel in row.iter().skip(x.saturating_sub(AROUND)).take(AROUND + 1 + x.min(AROUND)) {
                    sum += i32::from(*pixel);
                    count += i32::from(*pixel != 0);
                }
            }
            *detail = (STEPS * (i32::from(from[at]) * count - sum) / count.max(1)) as i16;
        }
        Self(detail)
    }

    /// True where enough blocks have something to see: a blank sky under a caption has not, whatever its hash is.
    pub(crate) fn tells(&self) -> bool {
        let blocks = (0..BLOCKS).map(|at| Sums::of(&self.0, &self.0, at));
        blocks.filter(|sums| sums.spreads().is_some_and(|(n, one, _)| one >= flat(TELLING_SPREAD, n))).count()
            >= TELLING_MIN
    }

    /// This picture as it lies in another one's place: pixel `p` of the answer is what is at `map(p)` here, unknown beyond.
    pub(crate) fn laid(&self, map: &Map) -> Self {
        let share = 1.0 / STILL as f32;
        let mut laid = Box::new([UNKNOWN; PIXELS]);
        for (at, pixel) in laid.iter_mut().enumerate() {
            let (x, y) = map.at(((at % STILL) as f32 + 0.5) * share, ((at / STILL) as f32 + 0.5) * share);
            *pixel = self.between(x, y);
        }
        Self(laid)
    }

    fn between(&self, x: f32, y: f32) -> i16 {
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
            return UNKNOWN;
        }
        let last = (STILL - 1) as f32;
        let x = (x * STILL as f32 - 0.5).clamp(0.0, last);
        let y = (y * STILL as f32 - 0.5).clamp(0.0, last);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(STILL - 1), (top + 1).min(STILL - 1));
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
        let corners = corners.map(|(x, y)| self.0[y * STILL + x]);
        if corners.contains(&UNKNOWN) {
            return UNKNOWN;
        }
        let values = corners.map(f32::from);
        let over = x - left as f32;
        let upper = values[0] + over * (values[1] - values[0]);
        let lower = values[2] + over * (values[3] - values[2]);
        (upper + (y - top as f32) * (lower - upper)) as i16
    }

    /// Compares pixel by pixel, in blocks, each free in brightness and contrast.
    pub(crate) fn fit(&self, other: &Self) -> Fit {
        let (mut blocks, mut same, mut score) = (0, 0, 0.0);
        for at in 0..BLOCKS {
            if let Some(correlation) = Sums::of(&self.0, &other.0, at).correlation() {
                blocks += 1;
                same += u32::from(correlation >= SAME_FROM);
                score += correlation.max(0.0);
            }
        }
        if blocks < BLOCKS_MIN {
            return Fit::default();
        }
        Fit { same: same as f32 / blocks as f32, score: score / blocks as f32 }
    }
}

/// Of the pixels of a block that are known in both: how many, their sums, the sums of their squares and of their products.
struct Sums([i32; 6]);

impl Sums {
    fn of(one: &[i16; PIXELS], two: &[i16; PIXELS], block: usize) -> Self {
        let from = block / ACROSS * HIGH * STILL + block % ACROSS * WIDE;
        let mut sums = [0; 6];
        for row in 0..HIGH {
            let start = from + row * STILL;
            for (a, b) in one[start..start + WIDE].iter().zip(&two[start..start + WIDE]) {
                let known = i32::from(*a != UNKNOWN && *b != UNKNOWN);
                let (a, b) = (i32::from(*a) * known, i32::from(*b) * known);
                for (sum, value) in sums.iter_mut().zip([known, a, b, a * a, b * b, a * b]) {
                    *sum += value;
                }
            }
        }
        Self(sums)
    }

    /// How many are known, and the spread of both; nothing where too few are.
    fn spreads(&self) -> Option<(f32, f32, f32)> {
        let [n, a, b, aa, bb, _] = self.0.map(|sum| sum as f32);
        (n >= KNOWN_MIN).then(|| (n, (aa - a * a / n).max(0.0), (bb - b * b / n).max(0.0)))
    }

    /// How the one goes with the other, -1 to 1; nothing where too little is known, or neither has anything to see.
    fn correlation(&self) -> Option<f32> {
        let (n, one, two) = self.spreads()?;
        if one.max(two) < flat(SPREAD_MIN, n) {
            return None;
        }
        let together = self.0[5] as f32 - self.0[1] as f32 * self.0[2] as f32 / n;
        Some(together / (one * two).sqrt().max(1.0))
    }
}

/// The spread of so many pixels that are each so many steps of luma from their mean.
fn flat(steps: f32, pixels: f32) -> f32 {
    let steps = steps * STEPS as f32;
    steps * steps * pixels
}
