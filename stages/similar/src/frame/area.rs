//! A part of a picture in another size, each new pixel the mean of what lies under it. Whole numbers, so that the result
//! is the same on every machine.

use crate::geometry::Rect;
use crate::plane::Luma;

/// Working memory, kept from one picture to the next.
#[derive(Debug, Default)]
pub(super) struct Area {
    sums: Vec<u16>,
    running: Vec<u32>,
    edges: Vec<Edge>,
    until: Vec<u32>,
}

/// Where a new pixel ends in a row: a whole pixel, and how much of the next one, in parts of [`WHOLE`].
#[derive(Debug, Clone, Copy)]
struct Edge {
    pixel: usize,
    rest: u32,
}

impl Area {
    /// Fills `out`, `side` x `side` pixels, with the part `of` a plane. A part of no size gives the pixel at its place.
    pub(super) fn resize(&mut self, luma: &Luma<'_>, of: &Rect, side: usize, out: &mut [u8]) {
        let (width, height) = (luma.width(), luma.height());
        self.sums.resize(width, 0);
        self.running.resize(width + 1, 0);
        let down = bounds(of.top, of.bottom, height, side);
        let across = bounds(of.left, of.right, width, side);
        // A row's edges are the same in all rows.
        self.edges.clear();
        self.edges.extend((0..=side).map(|x| Edge::at(across.0 + across.1 * x as f64, width)));
        let scale = (1.0 / (across.1 * f64::from(WHOLE))) as f32;
        for (y, out) in out.chunks_exact_mut(side).take(side).enumerate() {
            self.gather(luma, down.0 + down.1 * y as f64, down.1);
            self.until.clear();
            self.until.extend(self.edges.iter().map(|edge| {
                self.running[edge.pixel] + edge.rest * u32::from(self.sums[edge.pixel]) / u32::from(WHOLE)
            }));
            for (out, ends) in out.iter_mut().zip(self.until.windows(2)) {
                // Half a step up and cut off: the nearest whole number.
                *out = ((ends[1] - ends[0]) as f32 * scale + 0.5) as u8;
            }
        }
    }

    /// The rows under one new row, weighted by how much of each it covers; then their sum from the left.
    fn gather(&mut self, luma: &Luma<'_>, from: f64, length: f64) {
        self.sums.fill(0);
        let last = luma.height() - 1;
        let (first, end) = ((from as usize).min(last), ((from + length).ceil() as usize).clamp(1, last + 1));
        let mut given = 0;
        for y in first..end.max(first + 1) {
            // Weights are what is due until this row's end less what was given: they come to the whole in any case.
            let due = if y + 1 >= end { WHOLE } else { (((y + 1) as f64 - from) / length * f64::from(WHOLE)) as u16 };
            let weight = due.min(WHOLE) - given;
            given += weight;
            for (sum, pixel) in self.sums.iter_mut().zip(luma.row(y)) {
                *sum += weight * u16::from(*pixel);
            }
        }
        let mut running = 0;
        for (slot, sum) in self.running[1..].iter_mut().zip(&self.sums) {
            running += u32::from(*sum);
            *slot = running;
        }
    }
}

impl Edge {
    fn at(x: f64, width: usize) -> Self {
        let x = x.clamp(0.0, width as f64);
        let pixel = (x as usize).min(width - 1);
        Self { pixel, rest: ((x - pixel as f64) * f64::from(WHOLE) + 0.5) as u32 }
    }
}

/// The weights of a new row's rows come to this: 255 times it is still 16 bits.
const WHOLE: u16 = 256;

/// Where a part begins, and how long a new pixel of it is, in pixels.
fn bounds(low: f32, high: f32, length: usize, side: usize) -> (f64, f64) {
    let span = f64::from(high - low).max(1e-3) * length as f64;
    (f64::from(low) * length as f64, span / side as f64)
}
