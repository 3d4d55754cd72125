//! How strongly a topic rises, and why.
//!
//! ```text
//! score = freshness x (1 + surprise + velocity + rank + spread)            0 to 16
//!
//! freshness  1 / (1 + age / 12 h)                                           0 to 1
//!            age of its newest evidence (published, or else first seen)
//! surprise   the strongest z-score of the last 6 h over its feeds           0 to 6
//!            z = (x - mean) / (deviation + bias), mean and deviation of the feed's own past (half-life 14 days),
//!            times n / (n + 6) for a past of n polls. x is the one thing that kind of feed tells:
//!            ln(1 + count gained an hour), bias 0.25; or, without counts, the mean place on the list over the polls of
//!            the last 6 h (1 the top, 0 absent), bias 0.1; or, without ranks, how many items of the last 6 h are about
//!            it, bias 0.5
//! velocity   ln(1 + count gained an hour) / 2, the fastest feed             0 to 4
//! rank       2 x (place + half of what it gained in 2 h), the best feed     0 to 2
//! spread     log2 of how many feeds show it (seen in the last 24 h)         0 to 3
//! ```
//!
//! Each feed is measured against itself before feeds are compared, so a loud feed does not drown a quiet one. The same
//! memory at the same time gives the same score.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The window of "now" for z-scores and velocities.
pub(crate) const RECENT: SignedDuration = SignedDuration::from_hours(6);
const FRESH_HOURS: f64 = 12.0;
const HALF_LIFE_HOURS: f64 = 14.0 * 24.0;

/// Why a topic has its score.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Reasons {
    /// 0 to 1: how new its newest evidence is.
    pub freshness: f64,
    /// 0 to 6: how far the last 6 hours are above the feed's own past.
    pub surprise: f64,
    /// 0 to 4: how fast its count grows.
    pub velocity: f64,
    /// 0 to 2: where it stands on ranked lists, and whether it climbs.
    pub rank: f64,
    /// 0 to 3: how many feeds show it.
    pub spread: f64,
    /// How many feeds show it.
    pub feeds: usize,
}

/// What one feed says about a topic.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct FeedSays {
    /// z-score, confidence included.
    pub(crate) surprise: f64,
    /// Count gained an hour.
    pub(crate) speed: f64,
    /// Place with momentum, 0 to 1.5.
    pub(crate) place: f64,
}

impl Reasons {
    pub(crate) fn of(says: &[FeedSays], age: SignedDuration) -> Self {
        let most = |part: fn(&FeedSays) -> f64, limit: f64| {
            let most = says.iter().map(part).filter(|value| value.is_finite()).fold(0.0, f64::max);
            most.clamp(0.0, limit)
        };
        let age_hours = age.as_secs_f64().max(0.0) / 3_600.0;
        Self {
            freshness: 1.0 / (1.0 + age_hours / FRESH_HOURS),
            surprise: most(|feed| feed.surprise, 6.0),
            velocity: most(|feed| feed.speed.max(0.0).ln_1p() / 2.0, 4.0),
            rank: most(|feed| 2.0 * feed.place, 2.0),
            spread: (says.len().max(1) as f64).log2().clamp(0.0, 3.0),
            feeds: says.len(),
        }
    }

    /// The score: 0 to 16, never NaN.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.freshness * (1.0 + self.surprise + self.velocity + self.rank + self.spread)
    }
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.2} = freshness {:.2} x (1 + surprise {:.2} + velocity {:.2} + rank {:.2} + spread {:.2} of {} feeds)",
            self.score(),
            self.freshness,
            self.surprise,
            self.velocity,
            self.rank,
            self.spread,
            self.feeds
        )
    }
}

/// A feed's own past: mean and spread of what its items usually do, older polls weighing less.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    polls: u32,
    mean: f64,
    square: f64,
    at: Option<Timestamp>,
}

impl Baseline {
    /// How far `x` is above the past, times how much past there is; below the mean it is negative.
    pub(crate) fn surprise(&self, x: f64, bias: f64) -> f64 {
        let deviation = (self.square - self.mean * self.mean).max(0.0).sqrt();
        let polls = f64::from(self.polls);
        (x - self.mean) / (deviation + bias) * polls / (polls + 6.0)
    }

    /// Takes in what the items of one poll did. An empty poll teaches nothing: a feed that answers with nothing must not
    /// make the next ordinary poll look like a rise.
    pub(crate) fn learn(&mut self, seen: &[f64], at: Timestamp) {
        if seen.is_empty() {
            return;
        }
        let hours = self.at.map_or(0.0, |last| at.duration_since(last).as_secs_f64().max(0.0) / 3_600.0);
        let by_time = 1.0 - (-hours * std::f64::consts::LN_2 / HALF_LIFE_HOURS).exp();
        let share = by_time.max(1.0 / (f64::from(self.polls) + 1.0)).min(1.0);
        let mean = seen.iter().sum::<f64>() / seen.len() as f64;
        let square = seen.iter().map(|x| x * x).sum::<f64>() / seen.len() as f64;
        self.mean += share * (mean - self.mean);
        self.square += share * (square - self.square);
        // Beyond this the half-life alone decides.
        self.polls = (self.polls + 1).min(1_000_000);
        self.at = Some(self.at.map_or(at, |last| last.max(at)));
    }
}
