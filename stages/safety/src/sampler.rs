//! Which pictures of a cut are looked at: one a second, one after each cut, and never more than fit in little memory.

use std::fmt;

use reelpress_quality::Frame;

use crate::frame::{Rgb, grid, small};

/// Most pictures that are kept of one cut; about 0.4 MB each.
pub const MOST_SNAPSHOTS: usize = 48;

/// Cells of the grid by which pictures are compared, in each direction.
const SIDE: usize = 16;
/// A picture is due so long after the one before it.
const EVERY_MS: f64 = 1_000.0;
/// Mean difference from the picture before it, of 255, from which on a cut is seen. Hard cuts have 30 and more, fast
/// motion below 10.
const CUT_MEAN: f64 = 12.0;
/// A cell has changed if its luma differs by more, of 255.
const CELL_CHANGED: u8 = 40;
/// Share of changed cells from which on a cut is seen: a picture that is set into another one.
const CUT_CELLS: f64 = 0.125;
/// Pictures with a smaller mean difference are the same for who looks: a still with grain on it.
const SAME_MEAN: f64 = 1.0;
/// A picture after a cut is left out if one of so many kept before it looks the same: what flickers between two pictures.
const LOOK_BACK: usize = 8;
/// ... by this mean difference.
const ALIKE_MEAN: f64 = 4.0;

/// What a picture looks like from far away.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Grid(Vec<[u8; 3]>);

/// A small picture, and the time it stands for.
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    /// When it appears, in milliseconds.
    pub from_ms: u64,
    /// When the next one that was kept appears, or the end.
    pub to_ms: u64,
    pub(crate) picture: Rgb,
    grid: Grid,
}

/// Small pictures of a cut in the order of their times, at most [`MOST_SNAPSHOTS`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshots(Vec<Snapshot>);

/// Keeps a few of the pictures that it is handed.
#[derive(Debug, Default)]
pub struct Sampler {
    kept: Vec<Snapshot>,
    before: Option<Grid>,
    due_ms: f64,
    end_ms: f64,
}

impl Sampler {
    /// A sampler for one cut.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next picture. One whose planes are shorter than its sizes say is left out.
    pub fn picture(&mut self, frame: &Frame<'_>) {
        if !frame.is_whole() {
            return;
        }
        self.end_ms = frame.end_ms;
        let grid = Grid(grid::<SIDE>(frame));
        let is_cut = self.before.as_ref().is_none_or(|before| grid.is_cut_from(before));
        let is_new = if is_cut {
            !self.kept.iter().rev().take(LOOK_BACK).any(|kept| kept.grid.mean_difference(&grid) <= ALIKE_MEAN)
        } else {
            let last = self.kept.last();
            frame.time_ms >= self.due_ms && last.is_none_or(|last| last.grid.mean_difference(&grid) > SAME_MEAN)
        };
        if (is_cut || frame.time_ms >= self.due_ms) && is_new {
            self.keep(frame, grid.clone());
        }
        self.before = Some(grid);
    }

    /// What was kept.
    #[must_use]
    pub fn finish(self) -> Snapshots {
        Snapshots(self.kept).timed(self.end_ms as u64)
    }

    fn keep(&mut self, frame: &Frame<'_>, grid: Grid) {
        let Some(picture) = small(frame) else { return };
        self.due_ms = frame.time_ms + EVERY_MS;
        self.kept.push(Snapshot { from_ms: frame.time_ms as u64, to_ms: 0, picture, grid });
        thin(&mut self.kept, MOST_SNAPSHOTS);
    }
}

impl Snapshots {
    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Snapshot> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// At most so many: what is most like the one before it goes first.
    pub(crate) fn at_most(&self, most: usize) -> Self {
        let mut kept = self.0.clone();
        let end = kept.last().map_or(0, |last| last.to_ms);
        thin(&mut kept, most);
        Self(kept).timed(end)
    }

    fn timed(mut self, end_ms: u64) -> Self {
        let starts: Vec<u64> = self.0.iter().skip(1).map(|next| next.from_ms).chain([end_ms]).collect();
        for (snapshot, end) in self.0.iter_mut().zip(starts) {
            snapshot.to_ms = end;
        }
        self
    }
}

impl<'a> IntoIterator for &'a Snapshots {
    type Item = &'a Snapshot;
    type IntoIter = std::slice::Iter<'a, Snapshot>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Takes out what is most like the one before it, until no more than `most` are left. The first goes only when no other
/// is left: it is like nothing before it.
fn thin(kept: &mut Vec<Snapshot>, most: usize) {
    while kept.len() > most {
        let likeness = |at: usize| kept[at].grid.mean_difference(&kept[at - 1].grid);
        let most_alike = (1..kept.len()).min_by(|one, other| likeness(*one).total_cmp(&likeness(*other)));
        kept.remove(most_alike.unwrap_or(0));
    }
}

impl Grid {
    fn mean_difference(&self, other: &Self) -> f64 {
        let pairs = self.0.as_flattened().iter().zip(other.0.as_flattened());
        let sum: u32 = pairs.map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
        f64::from(sum) / (SIDE * SIDE * 3) as f64
    }

    fn is_cut_from(&self, before: &Self) -> bool {
        let changed = self.0.iter().zip(&before.0).filter(|(one, other)| one[0].abs_diff(other[0]) > CELL_CHANGED);
        self.mean_difference(before) > CUT_MEAN || changed.count() as f64 >= CUT_CELLS * (SIDE * SIDE) as f64
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_ms, to_ms, picture, .. } = self;
        write!(f, "Snapshot({from_ms}..{to_ms} ms, {}x{})", picture.width, picture.height)
    }
}

#[cfg(test)]
mod tests;
