//! How much of a new picture is seen where, while it takes the place of another: fades, wipes, an iris.
//!
//! Positions are pixels of the frame's luma; the chroma planes look at the same positions with half as many samples.

use std::ops::Range;

use super::Level;
use crate::picture::planes::Rect;

/// What is seen of the new picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cover {
    /// All of it.
    Whole,
    /// The same share everywhere: 0 (the old picture) to 256 (the new one).
    Share(u16),
    /// What a moving edge has left behind.
    Wipe(Wipe),
    /// What lies in a circle.
    Iris(Iris),
}

/// Where an edge moves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Towards {
    Left,
    Right,
    Up,
    Down,
}

/// A straight edge with a soft border.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wipe {
    towards: Towards,
    /// Column or row in the middle of the border, in pixels.
    edge: f32,
    /// Width of the border in pixels.
    soft: f32,
}

/// A circle with a soft border.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Iris {
    middle: (f32, f32),
    /// To the middle of the border, in pixels; may be negative.
    radius: f32,
    /// Width of the border in pixels.
    soft: f32,
}

impl Wipe {
    /// At `progress` 0.0 nothing of the new picture is seen in `area`, at 1.0 all of it. `soft` is in pixels.
    pub(crate) fn new(towards: Towards, progress: f32, soft: f32, area: Rect) -> Self {
        let soft = soft.max(1.0);
        let (start, length) = match towards {
            Towards::Left | Towards::Right => (area.x, area.width),
            Towards::Up | Towards::Down => (area.y, area.height),
        };
        let progress = match towards {
            Towards::Right | Towards::Down => progress,
            Towards::Left | Towards::Up => 1.0 - progress,
        };
        let edge = start as f32 - soft / 2.0 + progress * (length as f32 + soft);
        Self { towards, edge, soft }
    }

    fn share(&self, position: f32) -> f32 {
        let inside = match self.towards {
            Towards::Right | Towards::Down => self.edge - position,
            Towards::Left | Towards::Up => position - self.edge,
        };
        share(inside, self.soft)
    }

    /// Where anything, and where everything is seen, along the axis of the move.
    fn stretches(&self) -> [(f32, f32); 2] {
        let half = self.soft / 2.0;
        match self.towards {
            Towards::Right | Towards::Down => [(f32::MIN, self.edge + half), (f32::MIN, self.edge - half)],
            Towards::Left | Towards::Up => [(self.edge - half, f32::MAX), (self.edge + half, f32::MAX)],
        }
    }
}

impl Iris {
    /// At `progress` 0.0 nothing of the new picture is seen in `area`, at 1.0 all of it. `middle` and `soft` are in
    /// pixels.
    pub(crate) fn new(middle: (f32, f32), progress: f32, soft: f32, area: Rect) -> Self {
        let soft = soft.max(1.0);
        let reach = |middle: f32, from: usize, to: usize| (middle - from as f32).abs().max((to as f32 - middle).abs());
        let (across, down) = (reach(middle.0, area.x, area.right()), reach(middle.1, area.y, area.bottom()));
        let farthest = (across * across + down * down).sqrt();
        Self { middle, radius: progress * (farthest + soft) - soft / 2.0, soft }
    }

    /// The columns of one row that lie within `radius`, in pixels.
    fn chord(&self, radius: f32, down: f32) -> (f32, f32) {
        let half = (radius.max(0.0) * radius.max(0.0) - down * down).max(0.0).sqrt();
        if half > 0.0 { (self.middle.0 - half, self.middle.0 + half) } else { (0.0, 0.0) }
    }
}

/// 0.0 to 1.0 for a place `inside` pixels behind the middle of a border.
fn share(inside: f32, soft: f32) -> f32 {
    let share = (0.5 + inside / soft).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

impl Cover {
    /// The part of `area` outside of which nothing of the new picture is seen; even edges if those of `area` are.
    pub(crate) fn within(&self, area: Rect) -> Rect {
        let (mut columns, mut rows) = ((f32::MIN, f32::MAX), (f32::MIN, f32::MAX));
        match self {
            Self::Share(0) => return Rect { width: 0, height: 0, ..area },
            Self::Whole | Self::Share(_) => {}
            Self::Wipe(wipe) => match wipe.towards {
                Towards::Left | Towards::Right => columns = wipe.stretches()[0],
                Towards::Up | Towards::Down => rows = wipe.stretches()[0],
            },
            Self::Iris(iris) => {
                let reach = (iris.radius + iris.soft / 2.0).max(0.0);
                columns = (iris.middle.0 - reach, iris.middle.0 + reach);
                rows = (iris.middle.1 - reach, iris.middle.1 + reach);
            }
        }
        // One more sample on each side, since those of chroma stand for two pixels.
        let first = |position: f32| (position - 2.0).max(0.0) as usize & !1;
        let end = |position: f32| ((position + 2.0).max(0.0) as usize).min(usize::MAX / 2).next_multiple_of(2);
        let (x, y) = (first(columns.0), first(rows.0));
        let seen = Rect { x, y, width: end(columns.1).saturating_sub(x), height: end(rows.1).saturating_sub(y) };
        area.within(&seen)
    }
}

/// How much of a row is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowCover {
    /// The same share everywhere, 0 to 256.
    Same(u16),
    /// More here than there: [`Stencil::mix`] knows.
    Varied,
}

/// The shares of one row; its memory is kept from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct Stencil {
    shares: Vec<u8>,
    /// Columns of which something, and everything is seen, counted from the first of the row's part.
    some: Range<usize>,
    whole: Range<usize>,
    /// What the shares are for, if they are the same in every row.
    made_for: Option<(Range<usize>, usize)>,
}

impl Stencil {
    /// Forgets the shares of another cover.
    pub(crate) fn begin(&mut self) {
        self.made_for = None;
    }

    /// What is seen in row `y`, and in those `columns` of it, of a plane with one sample for `scale` pixels. Between two
    /// covers there is a [`Stencil::begin`].
    pub(crate) fn row(&mut self, cover: &Cover, (y, scale): (usize, usize), columns: Range<usize>) -> RowCover {
        let down = (y as f32 + 0.5) * scale as f32;
        match cover {
            Cover::Whole => RowCover::Same(256),
            Cover::Share(share) => RowCover::Same((*share).min(256)),
            Cover::Wipe(wipe) => match wipe.towards {
                Towards::Up | Towards::Down => RowCover::Same((wipe.share(down) * 256.0 + 0.5) as u16),
                Towards::Left | Towards::Right => {
                    let wanted = Some((columns.clone(), scale));
                    if self.made_for != wanted {
                        let [some, whole] = wipe.stretches();
                        self.make((columns, scale), some, whole, |across| wipe.share(across));
                        self.made_for = wanted;
                    }
                    self.outcome()
                }
            },
            Cover::Iris(iris) => {
                let down = down - iris.middle.1;
                let some = iris.chord(iris.radius + iris.soft / 2.0, down);
                let whole = iris.chord(iris.radius - iris.soft / 2.0, down);
                self.make((columns, scale), some, whole, |across| {
                    let across = across - iris.middle.0;
                    share(iris.radius - (across * across + down * down).sqrt(), iris.soft)
                });
                self.outcome()
            }
        }
    }

    fn outcome(&self) -> RowCover {
        if self.some.is_empty() { RowCover::Same(0) } else { RowCover::Varied }
    }

    fn make(
        &mut self,
        (columns, scale): (Range<usize>, usize),
        some: (f32, f32),
        whole: (f32, f32),
        share: impl Fn(f32) -> f32,
    ) {
        let length = columns.len();
        let place = |position: f32| position / scale as f32 - 0.5 - columns.start as f32;
        let clamped = |place: f32| (place.max(0.0) as usize).min(length);
        self.some = clamped(place(some.0))..clamped(place(some.1) + 2.0);
        if some.0 >= some.1 {
            self.some = 0..0;
        }
        // Whole columns: from the first middle that is inside to the last.
        self.whole = clamped(place(whole.0) + 1.0)..clamped(place(whole.1));
        if place(whole.0) < 0.0 {
            self.whole.start = 0;
        }
        if self.whole.is_empty() || self.some.is_empty() {
            self.whole = self.some.end..self.some.end;
        }
        self.shares.resize(length, 0);
        for part in [self.some.start..self.whole.start, self.whole.end..self.some.end] {
            let first = (columns.start + part.start) as f32 + 0.5;
            for (x, seen) in (0_u16..).zip(&mut self.shares[part]) {
                *seen = (share((first + f32::from(x)) * scale as f32) * 255.0 + 0.5) as u8;
            }
        }
    }

    /// Mixes the new row into the old one, after [`RowCover::Varied`].
    pub(crate) fn mix(&self, level: Level, old: &mut [u8], new: &[u8]) {
        let whole = self.whole.clone();
        if !whole.is_empty() {
            old[whole.clone()].copy_from_slice(&new[whole.clone()]);
        }
        for part in [self.some.start..whole.start, whole.end..self.some.end] {
            if !part.is_empty() {
                level.mix_by(&mut old[part.clone()], &new[part.clone()], &self.shares[part]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
