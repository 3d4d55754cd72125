//! Slow zoom and pan: a view wanders over a picture that is a little larger than the frame. The same sampler moves
//! finished frames as well: it slides, enlarges, and lays them over others through a [`Cover`].
//!
//! Sampling is bilinear and separable: two source rows are blended into one, which is then resampled along its length.
//! Positions are rounded to 1/256 of a source pixel, so that the slowest motion still moves in steps nobody sees.

use super::kernels::{Columns, Cover, Level, RowCover, Stencil, nearest};
use super::planes::{Picture420, PlaneMut, PlanesMut, Rect};

/// Fewest and most source pixels for each frame pixel.
const STEPS: (f64, f64) = (1.0 / 64.0, 2.0);
/// What part of the source is seen: its middle in source pixels, and source pixels for each frame pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View {
    middle: (f64, f64),
    step: f64,
}

/// Where on the frame a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    area: Rect,
    /// Whole pixels from there, even.
    moved: (isize, isize),
    /// What is left of the move, for the content: less than two pixels.
    rest: (f64, f64),
    clip: Option<Rect>,
}

impl View {
    /// `middle` in source pixels is seen in the middle of the window, and each pixel of the window stands for `step`
    /// source pixels (below 1 enlarges). Steps past 2, and below 1/64, become those.
    pub(crate) fn new(middle: (f64, f64), step: f64) -> Self {
        Self { middle, step: step.clamp(STEPS.0, STEPS.1) }
    }

    /// A picture as it is.
    pub(crate) fn whole(picture: &Picture420) -> Self {
        Self::new((picture.width as f64 / 2.0, picture.height as f64 / 2.0), 1.0)
    }

    /// The same place, `by` times as large.
    pub(crate) fn enlarged(self, by: f64) -> Self {
        Self::new(self.middle, self.step / by)
    }
}

impl Window {
    /// A rectangle of the frame; its edges become even.
    pub(crate) fn new(area: Rect) -> Self {
        Self { area: area.even(), moved: (0, 0), rest: (0.0, 0.0), clip: None }
    }

    /// The same window, moved by pixels with fractions. Its content follows exactly, its edges in steps of two pixels:
    /// windows that touch still touch when both are moved alike.
    pub(crate) fn moved(self, across: f64, down: f64) -> Self {
        let even = |by: f64| (by / 2.0 + 0.5).floor() as isize * 2;
        let (whole_across, whole_down) = (even(across), even(down));
        let rest = (across - whole_across as f64, down - whole_down as f64);
        Self { moved: (whole_across, whole_down), rest, ..self }
    }

    /// Only what lies in `clip`, whose edges become even, is painted; the content stays where it is.
    pub(crate) fn clipped(self, clip: Rect) -> Self {
        let clip = clip.even();
        Self { clip: Some(self.clip.map_or(clip, |old| old.within(&clip))), ..self }
    }

    /// What is to be painted of a frame of this size, and where the window's corner would be.
    fn seen(&self, width: usize, height: usize) -> (Rect, (isize, isize)) {
        let corner = (self.area.x as isize + self.moved.0, self.area.y as isize + self.moved.1);
        let place = |corner: isize, length: usize| {
            let end = corner.saturating_add_unsigned(length).max(0) as usize;
            (corner.max(0) as usize, end)
        };
        let ((x, right), (y, bottom)) = (place(corner.0, self.area.width), place(corner.1, self.area.height));
        let on_frame = Rect { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) };
        let seen = on_frame.within(&Rect { x: 0, y: 0, width, height });
        (self.clip.map_or(seen, |clip| seen.within(&clip)), corner)
    }
}

/// Scratch memory that is kept from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    level: Level,
    columns: Columns,
    row: Vec<u8>,
    line: Vec<u8>,
    stencil: Stencil,
}

/// One axis of a plane: what is painted, and where it looks.
#[derive(Debug, Clone, Copy)]
struct Axis {
    /// First sample to paint.
    from: usize,
    length: usize,
    source_length: usize,
    /// Where the first of them looks.
    first: f64,
    step: f64,
}

impl Sampler {
    /// One that works at this level, not at the fastest.
    #[cfg(test)]
    pub(crate) fn at(level: Level) -> Self {
        Self { level, ..Self::default() }
    }

    /// Paints what `view` sees of `source` into `window`, as far as `cover` lets it through. Past its edges, a source
    /// looks like its edge.
    pub(crate) fn sample_over(
        &mut self,
        source: &Picture420,
        view: View,
        window: Window,
        cover: &Cover,
        into: &mut PlanesMut<'_>,
    ) {
        let (seen, corner) = window.seen(into.width, into.height);
        let seen = cover.within(seen);
        if seen.width == 0 || seen.height == 0 || source.width == 0 || source.height == 0 {
            return;
        }
        self.stencil.begin();
        for (index, mut plane) in into.each().into_iter().enumerate() {
            let scale = if index == 0 { 1 } else { 2 };
            let axis =
                |middle: f64, from: usize, length: usize, source: usize, corner: isize, side: usize, rest: f64| {
                    // Counted from the first sample of the window, so that a clipped one looks at the same places.
                    let skipped = from as f64 - corner as f64;
                    let first = middle - (side as f64 / 2.0 + rest) * view.step;
                    let (scale_by, half) = (scale as f64, view.step / 2.0 - 0.5);
                    Axis {
                        from: from / scale,
                        length: length / scale,
                        source_length: source / scale,
                        first: (first + skipped * view.step) / scale_by + half,
                        step: view.step,
                    }
                };
            let across =
                axis(view.middle.0, seen.x, seen.width, source.width, corner.0, window.area.width, window.rest.0);
            let down =
                axis(view.middle.1, seen.y, seen.height, source.height, corner.1, window.area.height, window.rest.1);
            if index < 2 {
                self.columns.plan(across.length, across.source_length, across.first, across.step);
            }
            self.fill(&source.planes[index], (across, down), (cover, scale), &mut plane);
        }
    }

    fn fill(
        &mut self,
        source: &[u8],
        (across, down): (Axis, Axis),
        (cover, scale): (&Cover, usize),
        plane: &mut PlaneMut<'_>,
    ) {
        let Self { level, columns, row, line, stencil } = self;
        let width = across.source_length;
        let (first, end) = columns.used();
        row.clear();
        row.resize(columns.reach().max(width), 0);
        line.resize(across.length, 0);
        for y in 0..down.length {
            let seen = stencil.row(cover, (down.from + y, scale), across.from..across.from + across.length);
            if seen == RowCover::Same(0) {
                continue;
            }
            let (above, share) = nearest(down.first + y as f64 * down.step, down.source_length);
            let below = (above + 1).min(down.source_length - 1);
            let (above, below) = (&source[above * width..][..width], &source[below * width..][..width]);
            let start = (down.from + y) * plane.stride + across.from;
            let out = &mut plane.data[start..start + across.length];
            let new: &[u8] = if let (Some(from), 0) = (columns.copied(), share) {
                &above[from..from + across.length]
            } else {
                // What is seen in full needs no line of its own.
                let target: &mut [u8] = if seen == RowCover::Same(256) { &mut *out } else { &mut *line };
                if let Some(from) = columns.copied() {
                    level.mix_rows(target, &above[from..], &below[from..], share);
                } else {
                    level.mix_rows(&mut row[first..end], &above[first..end], &below[first..end], share);
                    level.resample(columns, row, target);
                }
                if seen == RowCover::Same(256) {
                    continue;
                }
                line
            };
            match seen {
                RowCover::Same(share) => level.mix(out, new, share),
                RowCover::Varied => stencil.mix(*level, out, new),
            }
        }
    }
}

#[cfg(test)]
mod tests;
