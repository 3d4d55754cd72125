//! The table: what became of items that looked like this one, on this very feed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sight::{Direction, Sight};

/// Rank bins end at these places; the last holds all deeper ones, and the first is "not on the list".
const PLACES: [u16; 14] = [0, 1, 2, 3, 5, 8, 13, 20, 30, 50, 100, 200, 500, u16::MAX];
/// Age bins end at these hours (or cadences, where the feed is slower than an hour).
const AGES: [f32; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, f32::INFINITY];
/// A row weighs as much as this many of its coarser row.
const SHRINK: f64 = 25.0;
/// The weight of the past halves in this time, so that a feed that changed is learned anew.
const HALF_LIFE_DAYS: f64 = 45.0;
const MOST_ROWS: usize = 16_384;

/// The bins an item falls into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bins {
    pub(super) place: u8,
    pub(super) age: u8,
    pub(super) direction: u8,
    /// Half steps of log2 of the speed in the feed's own scale; 0 is no speed.
    pub(super) speed: u8,
}

/// What a row holds: sums, halved over time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) n: f32,
    pub(super) gain: f32,
    pub(super) share: f32,
    pub(super) tried: f32,
    pub(super) hits: f32,
}

/// What the table says; and what the coarsest row is shrunk to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Says {
    /// Mean share of what the strongest gain.
    pub(super) share: f64,
    /// Mean gain, in the feed's unit.
    pub(super) gain: f64,
    /// Share that entered the top zone.
    pub(super) hit: f64,
    /// How many rows of the past the finest key has.
    pub(super) n: f64,
    /// How many of them could still enter the top zone.
    pub(super) tried: f64,
    /// The finest key's own means, before shrinking.
    pub(super) own_gain: f64,
    pub(super) own_hit: f64,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Table {
    rows: BTreeMap<u32, Row>,
    /// What a new row counts; grows instead of halving all rows at each step.
    worth: f64,
    at: i64,
}

/// The keys of one item from coarse to fine.
pub(super) fn keys(bins: Bins) -> [u32; 4] {
    let (place, age) = (u32::from(bins.place), u32::from(bins.age));
    let (direction, speed) = (u32::from(bins.direction), u32::from(bins.speed));
    let key = |level: u32, a: u32, b: u32, c: u32, d: u32| level << 24 | a << 18 | b << 12 | c << 8 | d;
    [
        key(1, place, 0, 0, 0),
        key(2, place, age, 0, 0),
        key(3, place, age, direction, 0),
        key(4, place, age, direction, speed),
    ]
}

/// The keys that put speed first: for lists whose order is no ranking of speed.
pub(super) fn speed_keys(bins: Bins) -> [u32; 2] {
    let (age, direction, speed) = (u32::from(bins.age), u32::from(bins.direction), u32::from(bins.speed));
    let key = |level: u32, b: u32, c: u32, d: u32| level << 24 | b << 12 | c << 8 | d;
    [key(5, 0, 0, speed), key(6, age, direction, speed)]
}

impl Bins {
    /// `step` is the hours of an age step, `scale` the feed's ordinary speed.
    pub(super) fn of(sight: &Sight, step: f32, scale: f32) -> Self {
        let place = PLACES.iter().position(|end| sight.place <= *end).unwrap_or(PLACES.len() - 1);
        let age = AGES.iter().position(|end| sight.age / step <= *end).unwrap_or(AGES.len() - 1);
        let speed = if sight.speed > 0.0 && scale > 0.0 {
            // Half steps of log2 from a 64th of the ordinary speed to 64 times of it.
            ((sight.speed / scale).log2() * 2.0).clamp(-12.0, 12.0).round() as i32 + 13
        } else {
            0
        };
        let direction = match sight.direction() {
            Direction::Up => 0,
            Direction::Flat => 1,
            Direction::Down => 2,
            Direction::New => 3,
        };
        Self { place: place as u8, age: age as u8, direction, speed: speed as u8 }
    }
}

impl Table {
    /// Moves the table's time on.
    pub(super) fn age(&mut self, at: i64) {
        if self.worth <= 0.0 {
            self.worth = 1.0;
            self.at = at;
        }
        let days = (at - self.at).max(0) as f64 / 86_400.0;
        self.worth *= (days / HALF_LIFE_DAYS).exp2();
        self.at = self.at.max(at);
        if self.worth > 1_024.0 {
            let shrink = (1.0 / self.worth) as f32;
            for row in self.rows.values_mut() {
                for sum in [&mut row.n, &mut row.gain, &mut row.share, &mut row.tried, &mut row.hits] {
                    *sum *= shrink;
                }
            }
            self.rows.retain(|_, row| row.n + row.tried > 0.01);
            self.worth = 1.0;
        }
    }

    fn row(&mut self, key: u32) -> Option<&mut Row> {
        if self.rows.len() >= MOST_ROWS && !self.rows.contains_key(&key) {
            return None;
        }
        Some(self.rows.entry(key).or_default())
    }

    /// What an item of these bins gained.
    pub(super) fn learn_gain(&mut self, bins: Bins, gain: f64, share: f64) {
        let worth = self.worth;
        for key in keys(bins).into_iter().chain(speed_keys(bins)) {
            if let Some(row) = self.row(key) {
                row.n += worth as f32;
                row.gain += (worth * gain) as f32;
                row.share += (worth * share) as f32;
            }
        }
    }

    /// Whether an item of these bins entered the top zone in time.
    pub(super) fn learn_hit(&mut self, bins: Bins, is_hit: bool) {
        let worth = self.worth;
        for key in keys(bins).into_iter().chain(speed_keys(bins)) {
            if let Some(row) = self.row(key) {
                row.tried += worth as f32;
                row.hits += if is_hit { worth as f32 } else { 0.0 };
            }
        }
    }

    /// What became of items in these bins, from the coarsest key to the finest, each shrunk to the one before.
    pub(super) fn look(&self, keys: &[u32], start: Says) -> Says {
        let worth = self.worth.max(1e-9);
        let mut says = start;
        for key in keys {
            let row = self.rows.get(key).copied().unwrap_or_default();
            let (n, tried) = (f64::from(row.n) / worth, f64::from(row.tried) / worth);
            let mix = |sum: f32, n: f64, coarse: f64| (f64::from(sum) / worth + SHRINK * coarse) / (n + SHRINK);
            says.gain = mix(row.gain, n, says.gain);
            says.share = mix(row.share, n, says.share);
            says.hit = mix(row.hits, tried, says.hit);
            (says.n, says.tried) = (n, tried);
            says.own_gain = if n > 0.0 { f64::from(row.gain) / worth / n } else { 0.0 };
            says.own_hit = if tried > 0.0 { f64::from(row.hits) / worth / tried } else { 0.0 };
        }
        says
    }

}

impl Bins {
    /// The bins in words.
    pub(super) fn words(self, has_speed: bool) -> String {
        let place = match usize::from(self.place) {
            0 => "off the list".to_owned(),
            bin if bin + 1 == PLACES.len() => format!("rank over {}", PLACES[bin - 1]),
            bin if PLACES[bin - 1] + 1 == PLACES[bin] => format!("rank {}", PLACES[bin]),
            bin => format!("rank {}-{}", PLACES[bin - 1] + 1, PLACES[bin]),
        };
        let age = match usize::from(self.age) {
            0 => format!("age to {}", AGES[0]),
            bin if bin + 1 == AGES.len() => format!("age over {}", AGES[bin - 1]),
            bin => format!("age {}-{}", AGES[bin - 1], AGES[bin]),
        };
        let direction = ["up", "flat", "down", "new"][usize::from(self.direction).min(3)];
        let speed = match self.speed {
            _ if !has_speed => String::new(),
            0 => ", no speed".to_owned(),
            bin => format!(", speed x{:.2}", ((f32::from(bin) - 13.0) / 2.0).exp2()),
        };
        format!("{place}, {age} h, {direction}{speed}")
    }
}
