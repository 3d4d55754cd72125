//! Why a topic has its score, with every member and the rows of the past that it was compared with.

use jiff::Timestamp;
use reelpress_config::Name;
use reelpress_vocabulary::FeedId;
use serde::{Deserialize, Serialize};

use super::TrendMemory;
use crate::card::Card;
use crate::rising::{Standing, Unit};

/// Everything about one topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// The topic.
    pub card: Card,
    /// Every part of its score, a sentence each.
    pub because: Vec<String>,
    /// Its items, the newest first.
    pub members: Vec<Member>,
    /// When it was in a report last.
    pub told: Option<Timestamp>,
}

/// One item of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The feed that shows it.
    pub feed: FeedId,
    /// What it is called within its feed.
    pub key: String,
    /// Its title there.
    pub title: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was seen last.
    pub last_seen: Timestamp,
    /// Where it stands on its feed; `None` where there are no ranks and counts, or it was forgotten.
    pub standing: Option<Standing>,
    /// Why it is in this topic.
    pub joined: String,
}

impl TrendMemory {
    /// Everything about a topic, by its id, the first letters of its id, or words of its title; several if more than one
    /// fits, the best first.
    pub(crate) fn explain(&self, wanted: &str, now: Timestamp) -> Vec<Explained> {
        let stood = self.stood();
        let placed = self.placed(&stood);
        let wanted = wanted.trim().to_lowercase();
        let mut found = Vec::new();
        for (id, items) in &placed {
            let is_named = wanted.len() >= 4 && id.starts_with(&wanted);
            let is_told = || items.iter().any(|placed| placed.item.title.to_lowercase().contains(&wanted));
            if wanted.is_empty() || !(is_named || is_told()) {
                continue;
            }
            let card = self.card(id, items, now);
            let members = items.iter().map(|placed| Member {
                feed: FeedId::from(placed.feed.clone()),
                key: placed.key.to_owned(),
                title: placed.item.title.clone(),
                first_seen: placed.item.first_seen,
                last_seen: placed.item.last_seen,
                standing: placed.standing.cloned(),
                joined: self.joined(placed.feed, placed.key),
            });
            let because = self.because(&card, items.first().map(|placed| placed.item.at()), now);
            found.push(Explained { because, members: members.collect(), told: self.reports.told(id), card });
        }
        found.sort_by(|a, b| {
            b.card.topic.score.total_cmp(&a.card.topic.score).then_with(|| a.card.topic.id.cmp(&b.card.topic.id))
        });
        found
    }

    /// The item that a topic's timeline shows: of its main feed, the one that is highest or largest there.
    pub(crate) fn telling_item(&self, card: &Card) -> Option<(Name, String)> {
        let (name, memory) = card
            .carried_by
            .iter()
            .chain(card.topic.evidence.iter().map(|evidence| &evidence.feed))
            .find_map(|feed| self.feeds.get_key_value(feed.name()))?;
        let mine = memory.items.iter().filter(|(_, item)| item.topic.as_deref() == Some(card.topic.id.as_str()));
        let best = mine.max_by_key(|(key, item)| (item.last_seen, item.count, std::cmp::Reverse(item.rank), *key));
        best.map(|(key, _)| (name.clone(), key.clone()))
    }

    fn because(&self, card: &Card, newest: Option<Timestamp>, now: Timestamp) -> Vec<String> {
        let topic = &card.topic;
        let mut because = Vec::new();
        match (topic.probability, card.main_feed()) {
            (Some(chance), Some(feed)) => {
                because.push(format!(
                    "score {:.3}: the chance that it is at the top of `{feed}` within 24 h, by what that feed's own items did",
                    topic.score
                ));
                because.push(format!("that feed's past: {}", card.why));
                because.push(format!(
                    "expected gain: {:.0} % of the most that an item of that feed is expected to gain now",
                    card.share * 100.0
                ));
                if chance >= 1.0 {
                    because.push("it is in the top zone already".to_owned());
                }
            }
            (None, Some(feed)) if card.why.starts_with(&format!("{feed}: ")) => {
                let share = card.share * 100.0;
                because.push(format!(
                    "score {:.3}: a rule, not a probability, as the order of `{feed}` is no ranking: 0.4 x {share:.0} % of the \
                     most that an item of it is expected to gain now",
                    topic.score
                ));
                because.push(format!("that feed's past: {}", card.why));
            }
            _ => {
                let age = newest.map_or(0.0, |at| now.duration_since(at).as_secs_f64() / 3_600.0);
                because.push(format!("score {:.3}: a rule, not a probability, as {}", topic.score, card.why));
                because.push(format!("newest item {age:.1} h old: worth half of a fresh one after 12 h"));
            }
        }
        because.push(format!("carried by {} feeds in the last 24 h (beside the score, not in it)", topic.feeds));
        because
    }

    fn joined(&self, _feed: &Name, _key: &str) -> String {
        String::new()
    }
}

/// One line about where an item stands.
#[must_use]
pub fn standing_line(standing: &Standing) -> String {
    let place = standing.rank.map_or_else(|| "off the list".to_owned(), |rank| format!("place {rank}"));
    let count = standing.count.map_or_else(String::new, |count| format!(", count {count}"));
    let unit = match standing.unit {
        Unit::Counts => "an hour",
        Unit::Hours => "weighted hours an hour",
    };
    format!(
        "{place}{count}, {:+.1} {unit}, {:.1} % to be at the top within 24 h; {}",
        standing.velocity,
        standing.chance * 100.0,
        standing.why
    )
}
