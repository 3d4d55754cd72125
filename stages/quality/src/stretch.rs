//! Black and frozen stretches.

use crate::grid::Grid;

/// Limited-range black is 16; a cell this dark shows nothing.
const BLACK: f32 = 24.0;
/// In a black frame at most this share of cells is brighter: a logo on black is not black.
const BLACK_SHARE: f32 = 0.005;
/// Cells that change less than this, in luma steps, do not move: it is the encoder's own noise.
const STILL: f32 = 1.5;
/// A frame is frozen if at most this share of its cells moved.
const STILL_SHARE: f32 = 0.002;
/// Stretches that are told one by one; what comes after them is not.
const MOST_SPANS: usize = 64;

/// From when to when, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) from_ms: f64,
    pub(crate) to_ms: f64,
}

impl Span {
    pub(crate) fn length_ms(self) -> f64 {
        self.to_ms - self.from_ms
    }
}

/// Stretches of time in which something holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans {
    open: Option<Span>,
    /// Those that were long enough.
    kept: Vec<Span>,
    longest_ms: f64,
    least_ms: f64,
}

impl Spans {
    /// Keeps stretches longer than this.
    pub(crate) fn longer_than(least_ms: f64) -> Self {
        Self { least_ms, ..Self::default() }
    }

    /// It holds from `from_ms` to `to_ms`.
    pub(crate) fn holds(&mut self, from_ms: f64, to_ms: f64) {
        let open = self.open.get_or_insert(Span { from_ms, to_ms });
        open.to_ms = to_ms;
        self.longest_ms = self.longest_ms.max(open.length_ms());
    }

    /// It does not hold any longer.
    pub(crate) fn ends(&mut self) {
        if let Some(span) = self.open.take()
            && span.length_ms() > self.least_ms
            && self.kept.len() < MOST_SPANS
        {
            self.kept.push(span);
        }
    }

    /// The stretch that is open at the end, whatever its length.
    pub(crate) fn tail(&self) -> Option<Span> {
        self.open
    }

    pub(crate) fn longest_ms(&self) -> f64 {
        self.longest_ms
    }

    pub(crate) fn finish(mut self) -> Vec<Span> {
        self.ends();
        self.kept
    }
}

/// Follows the frames of a video.
#[derive(Debug)]
pub(crate) struct Stretches {
    /// The cells of the frame that the ones after it look like.
    reference: Vec<f32>,
    pub(crate) black: Spans,
    pub(crate) frozen: Spans,
}

impl Stretches {
    pub(crate) fn new(black_ms: f64, frozen_ms: f64) -> Self {
        let (black, frozen) = (Spans::longer_than(black_ms), Spans::longer_than(frozen_ms));
        Self { reference: Vec::new(), black, frozen }
    }

    pub(crate) fn add(&mut self, grid: &Grid, from_ms: f64, to_ms: f64) {
        let bright = grid.y.iter().filter(|cell| **cell > BLACK).count();
        if bright as f32 <= BLACK_SHARE * grid.cells() as f32 {
            self.black.holds(from_ms, to_ms);
        } else {
            self.black.ends();
        }
        // Held against the first frame of the stretch, not the last one: a slow zoom moves little from frame to frame.
        if !self.is_like_reference(&grid.y) {
            self.reference.clone_from(&grid.y);
            self.frozen.ends();
        }
        self.frozen.holds(from_ms, to_ms);
    }

    fn is_like_reference(&self, cells: &[f32]) -> bool {
        let moved = cells.iter().zip(&self.reference).filter(|(a, b)| (**a - **b).abs() > STILL).count();
        cells.len() == self.reference.len() && moved as f32 <= STILL_SHARE * cells.len() as f32
    }
}
