//! Hashes by owner: what tails, segments and merges are made of.

use crate::hash::{Hash, scramble};

/// Rows that follow each other and have one owner: who, and the first row. They end where the next range begins.
pub(crate) type Range = [u32; 2];

/// What is what in a [`Range`].
const OWNER: usize = 0;
const START: usize = 1;

/// Rows sorted by owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    pub(crate) hashes: &'a [Hash],
    pub(crate) positions: &'a [u32],
    pub(crate) ranges: &'a [Range],
}

/// Rows of one owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) owner: u32,
    /// Number of the first row.
    pub(crate) first: u32,
    pub(crate) hashes: &'a [Hash],
    pub(crate) positions: &'a [u32],
}

impl<'a> Columns<'a> {
    fn piece(&self, at: usize) -> Option<Piece<'a>> {
        let range = self.ranges.get(at)?;
        let end = self.ranges.get(at + 1).map_or(self.hashes.len(), |next| next[START] as usize);
        let rows = range[START] as usize..end;
        let (hashes, positions) = (self.hashes.get(rows.clone())?, self.positions.get(rows)?);
        Some(Piece { owner: range[OWNER], first: range[START], hashes, positions })
    }

    /// The rows of each owner, by number of owner.
    pub(crate) fn pieces(self) -> impl Iterator<Item = Piece<'a>> {
        (0..self.ranges.len()).filter_map(move |at| self.piece(at))
    }

    /// An owner's rows.
    pub(crate) fn of(&self, owner: u32) -> Option<Piece<'a>> {
        self.piece(self.ranges.binary_search_by_key(&owner, |range| range[OWNER]).ok()?)
    }

    /// Whose a row is, and where in its owner it lies.
    pub(crate) fn row(&self, row: u32) -> Option<(u32, u32)> {
        let at = self.ranges.partition_point(|range| range[START] <= row).checked_sub(1)?;
        Some((self.ranges.get(at)?[OWNER], *self.positions.get(row as usize)?))
    }
}

/// Rows in memory.
#[derive(Debug, Default)]
pub(crate) struct Run {
    hashes: Vec<Hash>,
    positions: Vec<u32>,
    ranges: Vec<Range>,
}

impl Run {
    /// Rows as they were handed in: in any order of owners.
    pub(crate) fn new<'a>(entries: impl Iterator<Item = (u32, &'a [(Hash, u32)])>) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(owner, _)| *owner);
        let mut run = Self::default();
        let length = entries.iter().map(|(_, rows)| rows.len()).sum();
        run.hashes.reserve_exact(length);
        run.positions.reserve_exact(length);
        for (owner, rows) in entries.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            run.begin(owner);
            run.hashes.extend(rows.iter().map(|(hash, _)| scramble(hash)));
            run.positions.extend(rows.iter().map(|(_, position)| position));
        }
        run
    }

    /// The rows of several, those of one owner in the order of the runs.
    pub(crate) fn joined(sources: &[Columns<'_>]) -> Self {
        let mut run = Self::default();
        for piece in sorted(sources, &|_| true) {
            run.begin(piece.owner);
            run.hashes.extend_from_slice(piece.hashes);
            run.positions.extend_from_slice(piece.positions);
        }
        run
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns { hashes: &self.hashes, positions: &self.positions, ranges: &self.ranges }
    }

    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    fn begin(&mut self, owner: u32) {
        if self.ranges.last().is_none_or(|last| last[OWNER] != owner) {
            self.ranges.push([owner, self.hashes.len() as u32]);
        }
    }
}

/// The pieces that are wanted, by owner, and those of one owner in the order of the sources.
pub(crate) fn sorted<'a>(sources: &[Columns<'a>], is_wanted: &dyn Fn(u32) -> bool) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = sources.iter().copied().flat_map(Columns::pieces).collect();
    pieces.retain(|piece| !piece.hashes.is_empty() && is_wanted(piece.owner));
    pieces.sort_by_key(|piece| piece.owner);
    pieces
}
