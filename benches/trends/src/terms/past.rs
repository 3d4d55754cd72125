//! Every term's attention in bins of six hours, and which terms stood out.

use std::collections::{BTreeMap, BTreeSet};

use super::feed::Feed;

/// Seconds of a bin, and between two reports.
pub(super) const BIN: i64 = 21_600;
/// Bins of 28 days.
pub(super) const MONTH: usize = 112;
/// Bins of the horizon.
pub(super) const DAY: usize = 4;
/// Terms of a report, and of the truth.
pub(super) const LENGTH: usize = 50;
/// Items that a term needs within 28 days (and for the truth the day to come) to count. Below
/// four most of the truth are pairs of words that nobody could have named: the oracle falls from 0.81 to 0.62.
pub(super) const SUPPORT: usize = 4;

/// One bin of one term.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) gained: f64,
    /// Of items younger than 12 hours.
    pub(super) fresh: f64,
    items: Vec<u32>,
}

/// All of a recording by term.
pub(super) struct Past {
    pub(super) start: i64,
    pub(super) bins: usize,
    by_term: Vec<BTreeMap<usize, Cell>>,
    in_bin: Vec<Vec<u32>>,
    /// All attention of a bin, over terms.
    pub(super) totals: Vec<f64>,
    /// The median of full cells.
    pub(super) unit: f64,
}

impl Past {
    pub(super) fn of(feed: &Feed) -> Self {
        let first = feed.steps.first().map_or(0, |step| step.at);
        let start = first - first.rem_euclid(BIN);
        let last = feed.steps.last().map_or(start, |step| step.at);
        let bins = usize::try_from((last - start) / BIN).unwrap_or(0) + 1;
        let mut by_term = vec![BTreeMap::<usize, Cell>::new(); feed.terms.len()];
        for step in &feed.steps {
            let bin = usize::try_from((step.at - start) / BIN).unwrap_or(0);
            for (number, gain) in step.gains.iter().filter(|(_, gain)| *gain > 0.0) {
                let item = &feed.items[*number as usize];
                for term in &item.terms {
                    let cell = by_term[*term as usize].entry(bin).or_default();
                    cell.gained += gain;
                    cell.fresh += if step.at - item.first_seen < 2 * BIN { *gain } else { 0.0 };
                    if !cell.items.contains(number) {
                        cell.items.push(*number);
                    }
                }
            }
        }
        let (mut in_bin, mut totals, mut full) = (vec![Vec::new(); bins], vec![0.0; bins], Vec::new());
        for (number, cells) in (0_u32..).zip(&by_term) {
            for (bin, cell) in cells {
                in_bin[*bin].push(number);
                totals[*bin] += cell.gained;
                full.push(cell.gained);
            }
        }
        full.sort_by(f64::total_cmp);
        let unit = full.get(full.len() / 2).copied().unwrap_or(1.0);
        Self { start, bins, by_term, in_bin, totals, unit }
    }

    /// Attention of bins `from..to`.
    pub(super) fn gained(&self, term: u32, from: usize, to: usize) -> f64 {
        self.cells(term, from, to).map(|(_, cell)| cell.gained).sum()
    }

    pub(super) fn cells(&self, term: u32, from: usize, to: usize) -> impl Iterator<Item = (usize, &Cell)> {
        self.by_term[term as usize].range(from..to.max(from)).map(|(bin, cell)| (*bin, cell))
    }

    /// Mean of a bin over the 28 days before bin `now`, or over what there is of them.
    pub(super) fn mean(&self, term: u32, now: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most 112")]
        let bins = now.clamp(1, MONTH) as f64;
        self.gained(term, now.saturating_sub(MONTH), now) / bins
    }

    fn has_support(&self, term: u32, from: usize, to: usize) -> bool {
        let mut items = BTreeSet::<u32>::new();
        self.cells(term, from, to).any(|(_, cell)| {
            items.extend(&cell.items);
            items.len() >= SUPPORT
        })
    }

    /// Terms that have been seen often enough before bin `now`.
    pub(super) fn candidates(&self, now: usize) -> Vec<u32> {
        let from = now.saturating_sub(MONTH);
        self.in_bins(from, now).into_iter().filter(|term| self.has_support(*term, from, now)).collect()
    }

    fn in_bins(&self, from: usize, to: usize) -> BTreeSet<u32> {
        self.in_bin[from..to.min(self.bins)].iter().flatten().copied().collect()
    }

    /// The terms most above their 28-day mean over the day from bin `now` on.
    pub(super) fn truth(&self, now: usize, names: &[String]) -> BTreeSet<u32> {
        let from = now.saturating_sub(MONTH);
        let to = now + DAY;
        let coming = self.in_bins(now, to).into_iter().filter(|term| self.has_support(*term, from, to));
        #[expect(clippy::cast_precision_loss, reason = "4")]
        let above = |term: u32| self.gained(term, now, to) - DAY as f64 * self.mean(term, now);
        best(coming.map(|term| (term, above(term))), names).into_iter().collect()
    }

    /// First report: after 31 days, or after a third of what is shorter than 45.
    pub(super) fn first_report(&self) -> usize {
        if self.bins > 45 * DAY { 31 * DAY } else { (self.bins / 3).max(DAY) }
    }
}

/// The 50 best of some scored terms, ties by text.
pub(super) fn best(scored: impl IntoIterator<Item = (u32, f64)>, names: &[String]) -> Vec<u32> {
    let mut scored = scored.into_iter().collect::<Vec<_>>();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| names[a.0 as usize].cmp(&names[b.0 as usize])));
    scored.truncate(LENGTH);
    scored.into_iter().map(|(term, _)| term).collect()
}
