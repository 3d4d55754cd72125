//! The library: elements at hand for scripts. What was told enters; its strength halves in its kind's half-life unless it
//! is seen again, and what is weak or too much goes.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reelpress_config::{Name, TrendLibrary};
use reelpress_vocabulary::FeedId;
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::report::of_kind;

/// An element weaker than this is no longer live.
const WEAK: f64 = 0.02;
/// After this many half-lives without news an element goes, however few there are.
const HALF_LIVES: f64 = 10.0;

/// An element and how strong it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Its score when it was seen last, halved with each half-life since; 0 to 1.
    pub strength: f64,
    /// When it entered.
    pub since: Timestamp,
    /// As it was seen last, with its evidence.
    #[serde(flatten)]
    pub card: Card,
}

/// Every element, by topic id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Library {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    since: Timestamp,
    /// When `strength` was so.
    at: Timestamp,
    strength: f64,
    card: Card,
}

impl Entry {
    fn half_lives(&self, settings: &TrendLibrary, now: Timestamp) -> f64 {
        let half_life = of_kind(&settings.half_life, self.card.topic.kind).as_secs_f64().max(1.0);
        now.duration_since(self.at).as_secs_f64().max(0.0) / half_life
    }

    fn strength(&self, settings: &TrendLibrary, now: Timestamp) -> f64 {
        self.strength * (-self.half_lives(settings, now)).exp2()
    }
}

impl Library {
    /// Takes an element in, or what is new about one that is in it.
    pub(crate) fn take(&mut self, card: &Card, settings: &TrendLibrary, now: Timestamp) {
        let entry = self.entries.entry(card.topic.id.clone()).or_insert_with(|| Entry {
            since: now,
            at: card.last_seen,
            strength: 0.0,
            card: card.clone(),
        });
        let seen = card.last_seen.max(entry.at);
        let strength = entry.strength(settings, seen).max(card.topic.score.clamp(0.0, 1.0));
        (entry.at, entry.strength, entry.card) = (seen, strength, card.clone());
    }

    /// Takes what is new about the elements that are in it, and lets go of what is weak, old or too much.
    pub(crate) fn refresh(&mut self, cards: &[Card], settings: &TrendLibrary, now: Timestamp) {
        for card in cards {
            let is_news = self.entries.get(&card.topic.id).is_some_and(|entry| card.last_seen > entry.at);
            if is_news {
                self.take(card, settings, now);
            }
        }
        self.entries.retain(|_, entry| entry.half_lives(settings, now) < HALF_LIVES);
        let order = self.list(settings, now);
        for (place, held) in order.iter().enumerate() {
            if place >= settings.most || (place >= settings.least && held.strength < WEAK) {
                self.entries.remove(&held.card.topic.id);
            }
        }
    }

    /// A topic that went into another is one element with it, the stronger of the two.
    pub(crate) fn follow(&mut self, moved: &dyn Fn(&str) -> Option<String>) {
        let gone = self.entries.keys().filter_map(|id| Some((id.clone(), moved(id)?))).collect::<Vec<_>>();
        for (from, to) in gone {
            let Some(mut entry) = self.entries.remove(&from) else { continue };
            entry.card.topic.id.clone_from(&to);
            let stays = self.entries.entry(to).or_insert_with(|| entry.clone());
            if stays.strength < entry.strength {
                (stays.strength, stays.at) = (entry.strength, entry.at);
            }
            stays.since = stays.since.min(entry.since);
        }
    }

    /// Lets go of the elements that one of these feeds carried and that were not seen since `oldest`.
    pub(crate) fn forget_carried(&mut self, feeds: &BTreeSet<Name>, oldest: Timestamp) {
        if feeds.is_empty() {
            return;
        }
        let is_theirs = |feed: &FeedId| feeds.contains(feed.name());
        self.entries.retain(|_, entry| {
            let told = entry.card.topic.evidence.iter().map(|evidence| &evidence.feed);
            entry.card.last_seen >= oldest || !entry.card.carried_by.iter().chain(told).any(is_theirs)
        });
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Its elements, the strongest first.
    pub(crate) fn list(&self, settings: &TrendLibrary, now: Timestamp) -> Vec<Held> {
        let held = self.entries.values().map(|entry| Held {
            strength: entry.strength(settings, now),
            since: entry.since,
            card: entry.card.clone(),
        });
        let mut held = held.collect::<Vec<_>>();
        held.sort_by(|a, b| b.strength.total_cmp(&a.strength).then_with(|| a.card.topic.id.cmp(&b.card.topic.id)));
        held
    }
}
