//! Whether a feed lives: its own rhythm says how long it may stand still.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What one poll says about the feed itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Health {
    /// It moves as it always did, or its rhythm is not known yet.
    Well,
    /// It answered with nothing. Nothing is forgotten and nothing learned.
    Empty {
        /// Empty answers in a row.
        polls: u32,
    },
    /// It answers, but with the same content for longer than its own past knows. Nothing is learned meanwhile.
    Frozen {
        /// Answers without a change in a row.
        polls: u32,
        /// When this content was first seen.
        since: Timestamp,
    },
    /// The poll's time is not after the last one's: it was ignored.
    Backwards,
}

/// Runs of unchanged answers are never flagged below this length.
const SHORTEST: f64 = 5.0;
/// Before so many changes were seen, a feed's rhythm is not known.
const CHANGES: u32 = 8;
/// Nor before it was watched for so long: a night must have passed.
const WATCHED_SECONDS: i64 = 24 * 3_600;
/// A run this unlikely by the feed's own past is a freeze.
const CHANCE: f64 = 1e-5;
/// The longest run fades by half in this time.
const HALF_LIFE_DAYS: f64 = 30.0;

/// A feed's rhythm: how often its content stays the same, and for how long at most.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Rhythm {
    digest: u64,
    since: i64,
    first: i64,
    /// Unchanged answers in a row.
    run: u32,
    empty: u32,
    changes: u32,
    polls: f64,
    same: f64,
    longest: f64,
    /// Freezes in a row that ended by themselves soon: a rhythm that changed looks like this.
    thaws: u32,
    at: i64,
}

impl Rhythm {
    pub(super) fn empty(&mut self) -> u32 {
        self.empty = self.empty.saturating_add(1);
        self.empty
    }

    /// How many unchanged answers in a row are too many; none while the rhythm is not known.
    fn limit(&self) -> Option<f64> {
        if self.changes < CHANGES || self.at - self.first < WATCHED_SECONDS {
            return None;
        }
        let same = ((self.same + 0.5) / (self.polls + 1.0)).clamp(1e-6, 0.999_9);
        let unlikely = CHANCE.ln() / same.ln();
        Some(SHORTEST.max(unlikely.ceil()).max(1.5 * self.longest + 2.0))
    }

    /// Takes in an answer's digest; says since when and for how many polls it stands still, if that is too long.
    pub(super) fn answer(&mut self, digest: u64, at: i64) -> Option<(u32, i64)> {
        self.empty = 0;
        if self.changes == 0 && self.at == 0 {
            (self.first, self.since, self.digest, self.at) = (at, at, digest, at);
            return None;
        }
        let keep = (-((at - self.at).max(0) as f64) / 86_400.0 / HALF_LIFE_DAYS).exp2();
        self.longest *= keep;
        self.at = at;
        if digest == self.digest {
            self.run = self.run.saturating_add(1);
            return self.limit().filter(|limit| f64::from(self.run) >= *limit).map(|_| (self.run, self.since));
        }
        let was_frozen = self.limit().is_some_and(|limit| f64::from(self.run) >= limit);
        self.thaws = if was_frozen { self.thaws + 1 } else { 0 };
        // A freeze is no part of the rhythm, unless it becomes one.
        if !was_frozen || self.thaws >= 3 {
            self.polls = self.polls * keep + 1.0 + f64::from(self.run);
            self.same = self.same * keep + f64::from(self.run);
            self.longest = self.longest.max(f64::from(self.run));
        }
        self.changes = self.changes.saturating_add(1);
        (self.run, self.since, self.digest) = (0, at, digest);
        None
    }
}

/// FNV-1a over what a poll shows: the same on every machine, and stored with the feed.
pub(super) struct Digest(u64);

impl Digest {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().copied().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    pub(super) fn value(&self) -> u64 {
        self.0
    }
}

/// The digest of one key.
pub(super) fn digest_of(key: &str) -> u64 {
    let mut digest = Digest::new();
    digest.add(key.as_bytes());
    digest.value()
}
