//! Slow zoom and pan: a view wanders over a picture that is a little larger than the frame.
//!
//! Sampling is bilinear in fixed point and separable: two source rows are blended into one row of 16-bit values, which
//! is then resampled along its length. There, eight output pixels form a block that reads ten neighbouring values with
//! three weights each. Since the step from pixel to pixel stays within 1/7 of one (`MOST_STEP`), two of the three
//! weights always suffice, and the loop has no gather: the compiler turns it into plain vector code.

use reelpress_templates::Motion;

use super::planes::{Picture420, PlaneMut, PlanesMut};

/// Pixels that are computed together.
const BLOCK: usize = 8;
/// Values that a block reads.
const REACH: usize = BLOCK + 2;
/// How far the step between two pixels may be from 1, so that a block drifts by less than one source pixel.
pub(crate) const MOST_STEP: f64 = 1.0 / 7.0;
/// Source pixels that stay free on each side.
const MARGIN: f64 = 2.0;

/// How the view moves over one scene's picture.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    motion: Motion,
    /// Where the pan goes: -1.0 to 1.0 for each axis.
    towards: (f64, f64),
    /// Frames until the end of the move.
    frames: u64,
    frame: (usize, usize),
    source: (usize, usize),
}

/// What part of the source is seen: its middle in source pixels, and source pixels for each frame pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View {
    pub(crate) middle: (f64, f64),
    pub(crate) step: f64,
}

impl Path {
    pub(crate) fn new(motion: Motion, towards: (f64, f64), frames: u64, frame: (usize, usize)) -> Self {
        Self { motion, towards, frames: frames.max(1), frame, source: source_size(motion, frame) }
    }

    /// Size of the picture to move over; even.
    pub(crate) fn source(&self) -> (usize, usize) {
        self.source
    }

    /// The view at `frame`, counted from the scene's first.
    pub(crate) fn view(&self, frame: u64) -> View {
        let time = frame.min(self.frames) as f64 / self.frames as f64;
        let (from, to) = (f64::from(self.motion.zoom_from), f64::from(self.motion.zoom_to));
        let zoom = from * (to / from).powf(time);
        let step = oversize(self.motion) / zoom;
        let middle = |source: usize, frame: usize, towards: f64| {
            let room = (source as f64 - frame as f64 * step) / 2.0 - MARGIN;
            source as f64 / 2.0 + room.max(0.0) * f64::from(self.motion.pan) * towards * (2.0 * time - 1.0)
        };
        View {
            middle: (
                middle(self.source.0, self.frame.0, self.towards.0),
                middle(self.source.1, self.frame.1, self.towards.1),
            ),
            step,
        }
    }
}

/// Source pixels for each frame pixel at zoom 1: halfway between both ends, so that neither strays far from 1.
fn oversize(motion: Motion) -> f64 {
    (f64::from(motion.zoom_from) * f64::from(motion.zoom_to)).sqrt()
}

fn source_size(motion: Motion, frame: (usize, usize)) -> (usize, usize) {
    let size = |length: usize| ((length as f64 * oversize(motion) + 2.0 * MARGIN).ceil() as usize).next_multiple_of(2);
    (size(frame.0), size(frame.1))
}

/// Scratch memory that is kept from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    blocks: Vec<Block>,
    row: Vec<u16>,
    sums: Vec<u16>,
}

#[derive(Debug, Clone)]
struct Block {
    /// First value it reads.
    base: usize,
    /// Three weights for each pixel, in 1/32768; they sum up to one.
    weights: [[u16; BLOCK]; 3],
}

impl Sampler {
    /// Fills `into` with what `view` sees of `source`.
    pub(crate) fn sample(&mut self, source: &Picture420, view: View, into: &mut PlanesMut<'_>) {
        let sizes = [
            (source.width, source.height),
            (source.width / 2, source.height / 2),
            (source.width / 2, source.height / 2),
        ];
        for (index, mut plane) in into.each().into_iter().enumerate() {
            let (width, height) = sizes[index];
            let share = if index == 0 { 1.0 } else { 0.5 };
            let first = |middle: f64, length: usize| middle * share - 0.5 - (length as f64 - 1.0) / 2.0 * view.step;
            let (left, top) = (first(view.middle.0, plane.width), first(view.middle.1, plane.height));
            if index < 2 {
                self.plan_blocks(plane.width, width, left, view.step);
            }
            self.fill(&source.planes[index], (width, height), (top, view.step), &mut plane);
        }
    }

    /// Where each block reads and with which weights; the same for every row of a plane.
    fn plan_blocks(&mut self, length: usize, source_length: usize, left: f64, step: f64) {
        debug_assert!((step - 1.0).abs() <= MOST_STEP, "a step of {step} needs more than three weights");
        self.blocks.clear();
        for start in (0..length).step_by(BLOCK) {
            // The last block may reach past the source's end, for pixels that nobody uses: the row has zeros there.
            let position = |at: usize| (left + (start + at) as f64 * step).max(0.0);
            let base = (0..BLOCK).map(|at| (position(at) as usize).saturating_sub(at)).min().unwrap_or(0);
            let mut weights = [[0; BLOCK]; 3];
            for (at, base) in (base..base + BLOCK).enumerate() {
                let whole = (position(at) as usize).max(base);
                let share = ((position(at) - whole as f64).clamp(0.0, 1.0) * 32_768.0).round() as u16;
                let tap = (whole - base).min(1);
                weights[tap][at] = 32_768 - share;
                weights[tap + 1][at] = share;
            }
            self.blocks.push(Block { base, weights });
        }
        self.sums.resize(self.blocks.len() * BLOCK, 0);
        self.row.clear();
        self.row.resize(source_length + 2 * REACH, 0);
    }

    fn fill(&mut self, source: &[u8], size: (usize, usize), (top, step): (f64, f64), plane: &mut PlaneMut<'_>) {
        let (width, height) = size;
        let last = (height - 1) as f64;
        let first_used = self.blocks.first().map_or(0, |block| block.base).min(width);
        let end_used = self.blocks.last().map_or(0, |block| block.base + REACH).min(width).max(first_used);
        for (y, out) in plane.data.chunks_mut(plane.stride).take(plane.height).enumerate() {
            let position = (top + y as f64 * step).clamp(0.0, last);
            let above = position as usize;
            let below = (above + 1).min(height - 1);
            let share = ((position - above as f64) * 256.0).round() as u16;
            blend_rows(
                &mut self.row[first_used..end_used],
                &source[above * width + first_used..above * width + end_used],
                &source[below * width + first_used..below * width + end_used],
                share,
            );
            resample_row(&self.blocks, &self.row, &mut self.sums, &mut out[..plane.width]);
        }
    }
}

/// Two rows as one, with eight more bits.
fn blend_rows(row: &mut [u16], above: &[u8], below: &[u8], share: u16) {
    let rest = 256 - share;
    for ((out, above), below) in row.iter_mut().zip(above).zip(below) {
        *out = u16::from(*above) * rest + u16::from(*below) * share;
    }
}

/// Two loops, one over blocks and one over single values: together in one, the compiler makes no vector code of either.
fn resample_row(blocks: &[Block], row: &[u16], sums: &mut [u16], out: &mut [u8]) {
    for (sums, block) in sums.chunks_exact_mut(BLOCK).zip(blocks) {
        let sums = <&mut [u16; BLOCK]>::try_from(sums).expect("chunks_exact gives chunks of this size");
        let values =
            <&[u16; REACH]>::try_from(&row[block.base..block.base + REACH]).expect("REACH values were cut out");
        let [first, second, third] = &block.weights;
        let (one, two, three) =
            (weighted::<0>(values, first), weighted::<1>(values, second), weighted::<2>(values, third));
        for at in 0..BLOCK {
            sums[at] = one[at].wrapping_add(two[at]).wrapping_add(three[at]);
        }
    }
    // 255 in the blended row is 65,280, times 32,768 and without the low half: 32,640, which is 255 << 7.
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = ((*sum + 64) >> 7) as u8;
    }
}

/// The high halves of the products of `values`, from `TAP` on, and `weights`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as a call, it costs five times as much: the arrays pass through memory")]
fn weighted<const TAP: usize>(values: &[u16; REACH], weights: &[u16; BLOCK]) -> [u16; BLOCK] {
    let mut out = [0; BLOCK];
    for at in 0..BLOCK {
        out[at] = ((u32::from(values[at + TAP]) * u32::from(weights[at])) >> 16) as u16;
    }
    out
}

#[cfg(test)]
mod tests;
