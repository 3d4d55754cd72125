//! What rises on one feed: its items' expected gain, their chance to reach the top, alerts, and the feed's own health.
//!
//! A [`Watch`] takes in polls one by one ([`Watch::poll`]) and is a pure state machine: no clock, no files, the same polls
//! give the same answers on every machine, also when it was stored and read back in between. It learns from the feed's own
//! past alone. A row of that past is learned only when its horizon has passed, so nothing is ever labelled by hand.
//!
//! ```text
//! gain    what an item collects over the horizon: its count where the feed has counts, else hours on the list, an hour at
//!         rank r of N counting (N + 1 - r) / N. The horizon is 6 h, or a day for daily lists.
//! chance  the probability that the item first enters the top zone within 24 h. The zone is so deep that half as many new
//!         items a day get there as the budget of alerts has room for (with 48: rank 3 on Hacker News), but at most three
//!         in ten, and no deeper than a third of the list.
//! table   key = rank x age x direction x speed; each row's mean is shrunk to that of coarser keys (`table`)
//! blend   a ridge regression over the table's means and the closed forms (own rank, speed, momentum), which starts as
//!         the closed form and moves to what this feed's past bears out (`blend`)
//! ```
//!
//! Memory: at most [`MOST_ITEMS`] items, rows of one day, and a table that is bounded by its bins.

mod alert;
mod blend;
mod calibration;
mod features;
mod health;
mod item;
mod learn;
mod look;
mod sight;
mod table;
mod take;
#[cfg(test)]
mod tests;
mod zone;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use health::Health;

use blend::Ridge;
use calibration::Calibration;
use features::{CHANCE_PRIOR, GAIN_PRIOR};
use health::{Digest, Rhythm};
use item::Item;
use sight::Sight;
use table::Table;
use zone::Zone;

/// Items a watch remembers at most; the oldest go first.
pub const MOST_ITEMS: usize = 4_000;
/// Items of one poll that are read at most.
pub const MOST_SEEN: usize = 1_000;
/// Rows of one snapshot that are learned at most.
const MOST_ROWS: usize = 256;
/// Alerts a day where nothing else is said.
pub const ALERTS_PER_DAY: u32 = 48;
/// An alert in two may be wrong: the zone is so deep that half as many items as alerts get there.
const ALERTS_A_HIT: f64 = 2.0;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// An item that was away for longer comes back as a new one: sources use ids again.
const FORGET: i64 = 3 * DAY;

/// One item in one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// What tells it from others of its feed, and stays the same while its title is edited.
    pub key: &'a str,
    /// Its place, 1 the first; none where the feed has no order.
    pub rank: Option<u32>,
    /// The count that says how much attention it got so far: points, views, uses.
    pub count: Option<u64>,
    /// When it was published, where the feed tells.
    pub published: Option<Timestamp>,
}

/// What a feed's gain is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The feed's own count: points, views, uses.
    Counts,
    /// Hours on the list, at the top counting whole and at the end next to nothing.
    #[default]
    Hours,
}

/// Which way an item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// First seen within the last window (2 h, or one cadence of a slower feed).
    New,
    /// Higher on the list than a window ago, or faster.
    Rising,
    /// Neither.
    Steady,
    /// Lower on the list than a window ago, or gone from it.
    Falling,
}

/// Why an item has its score: the row of the past that it was compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// The row's bins in words.
    pub bins: String,
    /// How many items of the past were in this row, older ones counting less.
    pub n: f64,
    /// Their mean gain.
    pub mean: f64,
    /// The same after shrinking to coarser rows.
    pub shrunk: f64,
    /// How many of them could still enter the top zone, and the share that did.
    pub tried: f64,
    /// Share of `tried` that entered the top zone within 24 h.
    pub hit: f64,
    /// The unit of the means.
    pub unit: Unit,
    /// Hours that the gain looks ahead.
    pub horizon: f64,
    /// Places of the top zone.
    pub zone: u32,
}

/// Where one item stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The item's key.
    pub key: String,
    /// What it is expected to collect over the horizon, in the feed's unit.
    pub gain: f64,
    /// The unit of `gain` and `velocity`.
    pub unit: Unit,
    /// Probability (0 to 1) to be in the feed's top zone within 24 h; 1 while it is there, 0 where a feed has no order.
    pub chance: f64,
    /// Which way it goes.
    pub label: Label,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Its best place so far.
    pub best_rank: Option<u32>,
    /// Its place in the last poll; none if it was not on the list.
    pub rank: Option<u32>,
    /// Its last known count.
    pub count: Option<u64>,
    /// What it collected an hour over the last window (2 h, or one cadence).
    pub velocity: f64,
    /// Why.
    pub why: Why,
}

/// An item worth a word now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The item's key.
    pub key: String,
    /// When it was decided.
    pub at: Timestamp,
    /// Probability (0 to 1) to enter the top zone within 24 h.
    pub chance: f64,
    /// Why.
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    serial: u32,
    sight: Sight,
    says: [f32; 4],
    score: f32,
    chance: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Snapshot {
    at: i64,
    is_gain_learned: bool,
    is_judged: bool,
    candidates: u16,
    scale: f32,
    length: f32,
    rows: Vec<Row>,
}

/// One feed's past and present. Compact to store (postcard); see the module's comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    per_day: u32,
    at: i64,
    polls: u64,
    gaps: VecDeque<i64>,
    length: f64,
    unit: Unit,
    is_ordered: bool,
    against: u8,
    next: u32,
    items: BTreeMap<u32, Item>,
    index: BTreeMap<Box<str>, u32>,
    scale: f64,
    top: f64,
    zone: Zone,
    rhythm: Rhythm,
    health: Health,
    table: Table,
    gain: Ridge,
    chance: Ridge,
    gain_curve: Calibration,
    chance_curve: Calibration,
    snapshots: VecDeque<Snapshot>,
    /// When what was announced, by its key's digest.
    sent: VecDeque<(i64, u64)>,
    /// When items were last seen that are forgotten, and the best chance they had.
    peaks: VecDeque<(i64, f32)>,
    began: Option<i64>,
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}

impl Watch {
    /// A feed that was never polled, with [`ALERTS_PER_DAY`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_budget(ALERTS_PER_DAY)
    }

    /// A feed that was never polled, with a budget of alerts for a day. The budget says what "the top" is: so deep a zone
    /// that half as many items a day get into it.
    #[must_use]
    pub fn with_budget(alerts_per_day: u32) -> Self {
        Self {
            per_day: alerts_per_day,
            at: i64::MIN,
            polls: 0,
            gaps: VecDeque::new(),
            length: 0.0,
            unit: Unit::Hours,
            is_ordered: false,
            against: 0,
            next: 0,
            items: BTreeMap::new(),
            index: BTreeMap::new(),
            scale: 0.0,
            top: 0.0,
            zone: Zone::default(),
            rhythm: Rhythm::default(),
            health: Health::Well,
            table: Table::default(),
            gain: Ridge::new(&GAIN_PRIOR),
            chance: Ridge::new(&CHANCE_PRIOR),
            gain_curve: Calibration::default(),
            chance_curve: Calibration::default(),
            snapshots: VecDeque::new(),
            sent: VecDeque::new(),
            peaks: VecDeque::new(),
            began: None,
        }
    }

    /// Takes in what the feed showed at `at`. An empty answer forgets nothing; a time that is not after the last one's is
    /// ignored; content that stood still for too long is not learned from.
    pub fn poll(&mut self, at: Timestamp, seen: &[Seen<'_>]) -> Health {
        let now = at.as_second();
        if self.polls > 0 && now <= self.at {
            return Health::Backwards;
        }
        if seen.is_empty() {
            self.health = Health::Empty { polls: self.rhythm.empty() };
            return self.health;
        }
        let seen = &seen[..seen.len().min(MOST_SEEN)];
        if let Some((polls, since)) = self.rhythm.answer(digest(seen), now) {
            let since = Timestamp::from_second(since).unwrap_or(at);
            self.health = Health::Frozen { polls, since };
            return self.health;
        }
        self.health = Health::Well;
        self.take(now, seen);
        self.health
    }

    /// How the feed was at its last poll.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health
    }

    /// The usual time between two polls.
    #[must_use]
    pub fn cadence(&self) -> SignedDuration {
        SignedDuration::from_secs(self.step())
    }

    /// How far [`Standing::gain`] looks ahead: 6 h, or the cadence of a slower feed.
    #[must_use]
    pub fn horizon(&self) -> SignedDuration {
        SignedDuration::from_secs(self.span())
    }

    /// Places of the top zone; 0 where the feed has no order.
    #[must_use]
    pub fn zone(&self) -> u32 {
        u32::from(self.zone.depth())
    }

    fn step(&self) -> i64 {
        let mut gaps: Vec<i64> = self.gaps.iter().copied().collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or(HOUR / 2).max(1)
    }

    fn span(&self) -> i64 {
        (6 * HOUR).max(self.step())
    }

    fn window(&self) -> i64 {
        // Polls come late and early: a window reaches back to the poll that is two hours old, or to the one before this.
        let step = self.step();
        if step > 3 * HOUR / 2 { step * 6 / 10 } else { 2 * HOUR - step / 8 }
    }

    /// The window of an item that was not there before.
    fn fresh(&self) -> i64 {
        (2 * HOUR).max(self.step())
    }

    fn reach(&self) -> i64 {
        DAY.max(self.step() * 3 / 2)
    }
}

fn digest(seen: &[Seen<'_>]) -> u64 {
    let mut digest = Digest::new();
    for item in seen {
        digest.add(item.key.as_bytes());
        digest.add(&item.rank.unwrap_or(0).to_le_bytes());
        digest.add(&item.count.unwrap_or(0).to_le_bytes());
    }
    digest.value()
}
