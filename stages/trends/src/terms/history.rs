//! Every term's attention in bins of six hours over 28 days.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::standing::sum;

/// Bins of the past that count: 28 days.
pub(super) const BINS: u32 = 112;
/// Bins of a day.
pub(super) const DAY: u32 = 4;
const WEEK: u32 = 7 * DAY;
/// Most terms of one feed: once there, no new term is taken up until the next bin ends.
pub(super) const TERMS_MAX: usize = 60_000;
/// Terms kept at the end of a bin: the rarest go, among them the longest unseen.
const TERMS_KEPT: usize = 50_000;
/// Voices remembered for a term: enough to know that it has several.
const VOICES: usize = 4;

/// Six hours of one term.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Bin {
    pub(super) at: u32,
    /// Attention gained.
    pub(super) gained: f32,
    /// Voices that came with a new item.
    pub(super) met: f32,
}

/// One term's past, oldest bin first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Past {
    pub(super) text: Box<str>,
    bins: Vec<Bin>,
    /// Some of its voices (hashed) and the bin each was last heard in.
    voices: Vec<(u32, u32)>,
}

impl Past {
    pub(super) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// Attention in the bins from `from` on, before `to`.
    pub(super) fn gained(&self, from: u32, to: u32) -> f64 {
        let from_here = self.bins.partition_point(|bin| bin.at < from);
        sum(self.bins[from_here..].iter().take_while(|bin| bin.at < to).map(|bin| f64::from(bin.gained)))
    }

    /// New items in the bins from `from` on, before `to`.
    pub(super) fn met_in(&self, from: u32, to: u32) -> f64 {
        let from_here = self.bins.partition_point(|bin| bin.at < from);
        self.bins[from_here..].iter().take_while(|bin| bin.at < to).map(|bin| f64::from(bin.met)).sum()
    }

    pub(super) fn met(&self) -> f64 {
        self.bins.iter().map(|bin| f64::from(bin.met)).sum()
    }

    /// What the same `length` bins had in each of the last four weeks, as far as `weeks` are known: the lower median, so
    /// that a tag of every Monday is expected on a Monday and one great week is not.
    pub(super) fn usual(&self, from: u32, length: u32, weeks: u32) -> f64 {
        if weeks < 2 || self.bins.is_empty() {
            return 0.0;
        }
        let mut found = (1..=weeks.min(4))
            .filter_map(|back| from.checked_sub(back * WEEK))
            .map(|start| self.gained(start, start + length))
            .collect::<Vec<_>>();
        found.sort_by(f64::total_cmp);
        found.get(found.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
    }

    /// Distinct voices of the last 28 days, told up to four.
    pub(super) fn voices(&self) -> usize {
        self.voices.len()
    }

    fn last(&self) -> u32 {
        self.bins.last().map_or(0, |bin| bin.at)
    }
}

/// All terms of one feed. A term keeps its number as long as it is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct History {
    numbers: BTreeMap<Box<str>, u32>,
    pasts: Vec<Past>,
    free: Vec<u32>,
}

impl History {
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of a term, new or known; none if there are too many.
    pub(super) fn number(&mut self, term: &str) -> Option<u32> {
        let is_full = self.numbers.len() >= TERMS_MAX;
        let number = match self.numbers.entry(term.into()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(_) if is_full => return None,
            Entry::Vacant(place) => {
                let past = Past { text: term.into(), ..Past::default() };
                let number = if let Some(free) = self.free.pop() {
                    if let Some(slot) = self.pasts.get_mut(free as usize) {
                        *slot = past;
                    }
                    free
                } else {
                    self.pasts.push(past);
                    u32::try_from(self.pasts.len() - 1).unwrap_or(u32::MAX)
                };
                *place.insert(number)
            }
        };
        Some(number)
    }

    pub(super) fn past(&self, number: u32) -> Option<&Past> {
        self.pasts.get(number as usize)
    }

    /// Known terms in the order of their text.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Past)> {
        self.numbers.values().filter_map(|number| Some((*number, self.past(*number)?)))
    }

    pub(super) fn push(&mut self, number: u32, bin: Bin) {
        if let Some(past) = self.pasts.get_mut(number as usize) {
            past.bins.push(bin);
        }
    }

    /// A voice came with a new item in bin `now`.
    pub(super) fn hear(&mut self, number: u32, voice: u32, now: u32) {
        let Some(past) = self.pasts.get_mut(number as usize) else { return };
        if let Some(known) = past.voices.iter_mut().find(|(known, _)| *known == voice) {
            known.1 = now;
        } else {
            if past.voices.len() >= VOICES {
                past.voices.remove(0);
            }
            past.voices.push((voice, now));
        }
    }

    /// Drops what is older than 28 days before `now`, and terms without a past that `in_use` does not hold. `in_use` is
    /// sorted.
    pub(super) fn prune(&mut self, now: u32, in_use: &[u32]) {
        let oldest = now.saturating_sub(BINS);
        for past in &mut self.pasts {
            let gone = past.bins.partition_point(|bin| bin.at < oldest);
            past.bins.drain(..gone);
            past.voices.retain(|(_, heard)| *heard >= oldest);
        }
        let (pasts, free) = (&mut self.pasts, &mut self.free);
        self.numbers.retain(|_, number| {
            let is_kept = pasts.get(*number as usize).is_some_and(|past| !past.bins.is_empty())
                || in_use.binary_search(number).is_ok();
            if !is_kept {
                release(pasts, free, *number);
            }
            is_kept
        });
        self.hold_the_bound(in_use);
    }

    /// The rarest go first, among them the longest unseen, among them by text; never those in use.
    fn hold_the_bound(&mut self, in_use: &[u32]) {
        let too_many = self.numbers.len().saturating_sub(TERMS_KEPT);
        if too_many == 0 {
            return;
        }
        let mut known = self
            .iter()
            .filter(|(number, _)| in_use.binary_search(number).is_err())
            .map(|(number, past)| (past.bins.len(), past.last(), past.text.clone(), number))
            .collect::<Vec<_>>();
        known.sort_unstable();
        for (_, _, text, number) in known.into_iter().take(too_many) {
            self.numbers.remove(&text);
            release(&mut self.pasts, &mut self.free, number);
        }
    }
}

fn release(pasts: &mut [Past], free: &mut Vec<u32>, number: u32) {
    if let Some(past) = pasts.get_mut(number as usize) {
        *past = Past::default();
    }
    free.push(number);
}
