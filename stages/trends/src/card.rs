//! A topic as people and the next stages see it.

use jiff::Timestamp;
use reelpress_vocabulary::{FeedId, Topic};
use serde::{Deserialize, Serialize};

/// One thing that people talk about, with what its score is made of. All its text comes from outside.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The topic: id, title, kind, label, score (0 to 1), probability, evidence.
    #[serde(flatten)]
    pub topic: Topic,
    /// How far its last 6 hours are above the feeds' last 28 days, in standard deviations; `None` if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surprise: Option<f64>,
    /// What it is expected to gain, as a share of the most that its main feed's items are; 0 to 1.
    #[serde(default)]
    pub share: f64,
    /// What it collected an hour over the last two hours, in its main feed's own count; 0 without counts.
    #[serde(default)]
    pub velocity: f64,
    /// Its best place on any list, 1 the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_rank: Option<u32>,
    /// The highest count that any feed showed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<u64>,
    /// The feeds that carry it, the one that its score is from first.
    #[serde(default)]
    pub carried_by: Vec<FeedId>,
    /// When a feed showed it last.
    #[serde(default)]
    pub last_seen: Timestamp,
    /// Why it has its score, in one line.
    #[serde(default)]
    pub why: String,
}

impl Card {
    /// The best first: by score, then expected gain, then the newer, then id.
    pub(crate) fn sort(cards: &mut [Self]) {
        cards.sort_by(|a, b| {
            let by_score = b.topic.score.total_cmp(&a.topic.score).then(b.share.total_cmp(&a.share));
            by_score.then_with(|| b.topic.first_seen.cmp(&a.topic.first_seen)).then_with(|| a.topic.id.cmp(&b.topic.id))
        });
    }

    /// The feed that its score is from.
    #[must_use]
    pub fn main_feed(&self) -> Option<&FeedId> {
        self.carried_by.first()
    }
}
