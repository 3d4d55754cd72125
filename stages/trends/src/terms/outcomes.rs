//! What items like this one went on to gain: rows of a feed's own past, added when their day is over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rows that a coarser key is worth when a finer one has few of its own.
const SHRINK: f64 = 15.0;
/// Past this many rows all counts are halved: the table forgets with a half-life of about a month on a busy feed.
const ROWS_MAX: f64 = 40_000.0;
/// Lower edges of the age classes, in hours.
const AGES: [f64; 11] = [1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0, 48.0, 96.0, 168.0];

/// How an item stands at one moment, in classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Class(u16);

/// Which way an item's gain goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    New = 0,
    Up = 1,
    Flat = 2,
    Down = 3,
    /// Not in the feed's last answers.
    Gone = 4,
}

impl Class {
    /// No row: the item was not there, or nothing could be learnt of that hour.
    pub(super) const NONE: Self = Self(u16::MAX);

    /// `rate`: what it gains in two hours; `age`: hours since it was first seen.
    pub(super) fn new(age: f64, rate: f64, direction: Direction) -> Self {
        let age = AGES.iter().filter(|edge| age >= **edge).count();
        let rate = octaves(rate).map_or(0, |steps| (steps + 100).clamp(1, 500));
        let packed = (usize::try_from(rate).unwrap_or(0) << 7) | (age << 3) | direction as usize;
        Self(u16::try_from(packed).unwrap_or(u16::MAX))
    }

    /// From the coarsest to the finest: everything; the rate; with the age; with the direction.
    fn keys(self) -> [u32; 4] {
        let packed = u32::from(self.0);
        [0, 0x1_0000 | (packed >> 7), 0x2_0000 | (packed >> 3), 0x3_0000 | packed]
    }
}

/// Half octaves below or above 1, or `None` for nothing.
fn octaves(value: f64) -> Option<i32> {
    // The cast saturates, and the values are within what a logarithm can give.
    #[expect(clippy::cast_possible_truncation, reason = "half octaves of a finite number fit")]
    (value > 0.0).then(|| (2.0 * value.log2()).floor() as i32)
}

/// What came of the rows of one key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcomes {
    rows: f64,
    sum: f64,
    /// Rows by half octave of what was gained; rows without gain are in none.
    gains: Vec<(i16, f64)>,
}

impl Outcomes {
    pub(super) fn add(&mut self, gain: f64) {
        self.rows += 1.0;
        self.sum += gain;
        let Some(step) = octaves(gain) else { return };
        let step = i16::try_from(step).unwrap_or(i16::MAX);
        match self.gains.binary_search_by_key(&step, |(known, _)| *known) {
            Ok(at) => self.gains[at].1 += 1.0,
            Err(at) => self.gains.insert(at, (step, 1.0)),
        }
    }

    pub(super) fn rows(&self) -> f64 {
        self.rows
    }

    fn mean(&self, prior: f64) -> f64 {
        (self.sum + SHRINK * prior) / (self.rows + SHRINK)
    }

    /// The share of rows that gained more than `least`, shrunk to `prior`.
    pub(super) fn above(&self, least: f64, prior: f64) -> f64 {
        let place = if least > 0.0 { 2.0 * least.log2() } else { f64::NEG_INFINITY };
        let above =
            self.gains.iter().map(|(step, rows)| rows * (f64::from(*step) + 1.0 - place).clamp(0.0, 1.0)).sum::<f64>();
        (above + SHRINK * prior) / (self.rows + SHRINK)
    }

    fn halve(&mut self) {
        self.rows /= 2.0;
        self.sum /= 2.0;
        for (_, rows) in &mut self.gains {
            *rows /= 2.0;
        }
        self.gains.retain(|(_, rows)| *rows >= 0.25);
    }
}

/// A feed's rows by class.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Table {
    by_key: BTreeMap<u32, Outcomes>,
    /// What new items gained in their first day.
    newcomers: Outcomes,
}

/// What the table says of one item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook<'a> {
    chain: [Option<&'a Outcomes>; 4],
    /// What it gains in six hours at its present rate: all there is to go by while the table is empty.
    pub(super) pace: f64,
    /// Expected gain over the next day.
    pub(super) expected: f64,
    /// Rows of its own class.
    pub(super) rows: f64,
}

impl Outlook<'_> {
    /// The chance that the item gains more than `least` over the next day.
    pub(super) fn above(&self, least: f64) -> f64 {
        let cold = (self.pace / (self.pace + least).max(f64::MIN_POSITIVE)).powi(2);
        self.chain.iter().flatten().fold(cold, |prior, outcomes| outcomes.above(least, prior))
    }
}

impl Table {
    pub(super) fn add(&mut self, class: Class, gain: f64) {
        if class == Class::NONE {
            return;
        }
        for key in class.keys() {
            self.by_key.entry(key).or_default().add(gain);
        }
        if self.rows() > ROWS_MAX {
            self.by_key.values_mut().for_each(Outcomes::halve);
            self.by_key.retain(|_, outcomes| outcomes.rows >= 0.5);
        }
    }

    pub(super) fn add_newcomer(&mut self, gain: f64) {
        self.newcomers.add(gain);
        if self.newcomers.rows > ROWS_MAX {
            self.newcomers.halve();
        }
    }

    pub(super) fn rows(&self) -> f64 {
        self.by_key.get(&0).map_or(0.0, Outcomes::rows)
    }

    pub(super) fn newcomers(&self) -> &Outcomes {
        &self.newcomers
    }

    /// `rate`: what the item gains in two hours at present.
    pub(super) fn outlook(&self, class: Class, rate: f64) -> Outlook<'_> {
        let chain = class.keys().map(|key| self.by_key.get(&key));
        let pace = 3.0 * rate;
        let expected = chain.iter().flatten().fold(pace, |prior, outcomes| outcomes.mean(prior));
        Outlook { chain, pace, expected, rows: chain[3].map_or(0.0, Outcomes::rows) }
    }
}
