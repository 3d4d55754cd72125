//! An index at one moment: what searches read, without waiting for anybody.

use std::sync::Arc;

use crate::chunks::cost_of_scan;
use crate::columns::{Columns, Run};
use crate::error::IndexError;
use crate::filter::{Accept, Filter};
use crate::hash::{Hash, scramble};
use crate::native::{Kernel, Near};
use crate::owners::{Label, Owner, Owners};
use crate::segment::{Search, Segment, Tables};

/// A hash within the radius.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// Whose it is.
    pub owner: Owner,
    /// The number that it was inserted with.
    pub position: u32,
    /// Bits that differ.
    pub distance: u32,
}

/// A hit of one of several hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Match {
    /// Which of the hashes that were asked for, from 0.
    pub query: u32,
    /// What is near it.
    pub hit: Hit,
}

/// An index as it was when it was asked for. Later changes do not show; merged files stay readable.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(crate) kernel: Kernel,
    pub(crate) segments: Vec<Arc<Segment>>,
    /// What is not in a segment yet: few, each larger than the ones after it.
    pub(crate) tail: Vec<Arc<Run>>,
    pub(crate) owners: Owners,
}

impl Snapshot {
    /// Replaces what is in `hits` by every hash at most `radius` bits from `hash`, sorted by owner and position; each
    /// owner, position and distance once. Exact at every radius. Up to about 31 it goes through tables; where those
    /// would be slower it looks at every hash.
    ///
    /// # Errors
    /// [`IndexError::DamagedSegment`] if a segment's checksums, looked at before its first search, are wrong.
    pub fn near(&self, hash: &Hash, radius: u32, filter: &Filter, hits: &mut Vec<Hit>) -> Result<(), IndexError> {
        hits.clear();
        let matches = self.search(std::slice::from_ref(hash), radius, filter)?;
        hits.extend(matches.into_iter().map(|found| found.hit));
        Ok(())
    }

    /// As [`Snapshot::near`] for several hashes at once, sorted by query first. Where every hash must be looked at, as at
    /// radius 60 to 70, a batch of 32 costs about a quarter of 32 single searches.
    ///
    /// # Errors
    /// As [`Snapshot::near`].
    pub fn near_batch(
        &self,
        hashes: &[Hash],
        radius: u32,
        filter: &Filter,
        matches: &mut Vec<Match>,
    ) -> Result<(), IndexError> {
        *matches = self.search(hashes, radius, filter)?;
        Ok(())
    }

    /// What a number stands for; `None` if it was never given or its owner is removed.
    #[must_use]
    pub fn label(&self, owner: Owner) -> Option<Label> {
        self.owners.label(owner.0)
    }

    /// Every owner of a view, by number.
    #[must_use]
    pub fn owners(&self, filter: &Filter) -> Vec<Owner> {
        let Some(accept) = filter.resolve(&self.owners) else { return Vec::new() };
        let all = self.owners.all().map(|(owner, _)| owner);
        all.filter(|owner| accept.takes(*owner)).map(Owner).collect()
    }

    fn search(&self, hashes: &[Hash], radius: u32, filter: &Filter) -> Result<Vec<Match>, IndexError> {
        let mut matches = Vec::new();
        let Some(accept) = filter.resolve(&self.owners).filter(|_| !hashes.is_empty()) else { return Ok(matches) };
        let needles: Vec<Hash> = hashes.iter().map(scramble).collect();
        let mut task = Task { kernel: self.kernel, needles: &needles, radius, accept, found: Vec::new() };
        let mut search: Option<Search> = None;
        for segment in &self.segments {
            segment.check()?;
            let columns = segment.columns();
            if !task.reads_all(columns) {
                task.read_candidates(columns);
            } else if task.scan_is_cheaper(segment) {
                task.kernel.scan(columns.hashes, 0, task.needles, radius, &mut task.found);
            } else {
                let search = match &mut search {
                    Some(search) if search.is_for(segment.chunks()) => search,
                    other => other.insert(Search::new(segment.chunks(), radius)),
                };
                task.look_up(segment, search).ok_or_else(|| segment.inconsistent())?;
            }
            task.collect(columns, &mut matches).ok_or_else(|| segment.inconsistent())?;
        }
        for run in &self.tail {
            let columns = run.columns();
            if task.reads_all(columns) {
                task.kernel.scan(columns.hashes, 0, task.needles, radius, &mut task.found);
            } else {
                task.read_candidates(columns);
            }
            // A run in memory does not contradict itself.
            let _all = task.collect(columns, &mut matches);
        }
        matches.sort_unstable();
        matches.dedup();
        Ok(matches)
    }
}

/// One search, over one part of the index after the other.
struct Task<'a> {
    kernel: Kernel,
    needles: &'a [Hash],
    radius: u32,
    accept: Accept<'a>,
    /// Rows of the part at hand.
    found: Vec<Near>,
}

impl Task<'_> {
    /// False if the filter names so few owners that reading their rows alone is cheaper than anything else.
    fn reads_all(&self, columns: Columns<'_>) -> bool {
        let Some(only) = self.accept.only() else { return true };
        let rows = only.iter().filter_map(|owner| columns.of(owner.0)).map(|piece| piece.hashes.len());
        rows.sum::<usize>() > columns.hashes.len() / 8
    }

    fn read_candidates(&mut self, columns: Columns<'_>) {
        for owner in self.accept.only().unwrap_or_default() {
            if let Some(piece) = columns.of(owner.0) {
                self.kernel.scan(piece.hashes, piece.first, self.needles, self.radius, &mut self.found);
            }
        }
    }

    fn scan_is_cheaper(&self, segment: &Segment) -> bool {
        let rows = segment.rows() as u64;
        cost_of_scan(rows, self.needles.len()) <= segment.chunks().cost(rows, self.radius)
    }

    fn look_up(&mut self, segment: &Segment, search: &Search) -> Option<()> {
        let mut tables = Tables::new(segment);
        for (at, needle) in self.needles.iter().enumerate() {
            tables.near(self.kernel, search, (at as u32, needle), &mut self.found)?;
        }
        Some(())
    }

    /// Turns rows into hits; `None` if a row has no owner.
    fn collect(&mut self, columns: Columns<'_>, matches: &mut Vec<Match>) -> Option<()> {
        for near in self.found.drain(..) {
            let (owner, position) = columns.row(near.row)?;
            if self.accept.takes(owner) {
                let hit = Hit { owner: Owner(owner), position, distance: near.distance };
                matches.push(Match { query: near.needle, hit });
            }
        }
        Some(())
    }
}
