//! How often new items with a term come: its rate of four weeks, and what the last day says beyond it on this feed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::history::{BINS, DAY, Past};

/// Days of past that a rate is shrunk by: four weeks are believed to four fifths, as measured.
const SHRINK_DAYS: f64 = 7.0;
/// Expected items that a factor is shrunk by.
const SHRINK: f64 = 30.0;
/// Past that many expected items all sums are halved.
const EXPECTED_MAX: f64 = 20_000.0;

/// By items of the last day and rate class: how many more or fewer came in the next day than the rate says. A news feed
/// learns that stories go on, a list of mixed links that they do not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Arrivals {
    by_class: BTreeMap<u16, (f64, f64)>,
    expected: f64,
}

/// A term's new items before some bin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    class: u16,
    /// A day, from four weeks.
    pub(super) daily: f64,
}

impl Rate {
    /// `in_month` and `in_day`: new items of the last 28 days and of the last day; `days`: of past.
    pub(super) fn of(in_month: f64, in_day: f64, days: f64) -> Self {
        let daily = in_month / (days + SHRINK_DAYS);
        let recent = [1.0, 2.0, 3.0, 4.0, 6.0, 9.0].iter().filter(|least| in_day >= **least).count();
        let classes =
            [1.0 / 8.0, 1.0 / 4.0, 1.0 / 2.0, 1.0, 2.0, 4.0, 8.0, 16.0].iter().filter(|least| daily >= **least).count();
        Self { class: u16::try_from(recent * 16 + classes).unwrap_or(u16::MAX), daily }
    }

    /// As it was at the start of bin `now`.
    pub(super) fn before(past: &Past, now: u32, days: f64) -> Self {
        let from = now.saturating_sub(BINS);
        Self::of(past.met_in(from, now), past.met_in(now.saturating_sub(DAY), now), days)
    }
}

impl Arrivals {
    pub(super) fn learn(&mut self, rate: Rate, came: f64) {
        let sums = self.by_class.entry(rate.class).or_default();
        *sums = (sums.0 + rate.daily, sums.1 + came);
        self.expected += rate.daily;
        if self.expected > EXPECTED_MAX {
            self.expected /= 2.0;
            self.by_class.values_mut().for_each(|sums| *sums = (sums.0 / 2.0, sums.1 / 2.0));
        }
    }

    /// New items to be expected over the next day.
    pub(super) fn expected(&self, rate: Rate) -> f64 {
        let (expected, came) = self.by_class.get(&rate.class).copied().unwrap_or_default();
        rate.daily * (came + SHRINK) / (expected + SHRINK)
    }
}
