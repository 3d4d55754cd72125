//! What the desk does itself, and marks in the series: the end of a round of polls, decisions of people, elements that
//! others made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_vocabulary::TopicKind;

use super::{TopicMemory, TrendMemory};
use crate::card::Card;
use crate::cluster;
use crate::series::{Record, What, as_kept};

/// All feeds that were due were read.
const ROUND: &str = "round";
/// Elements of one maker, which stand for those it gave before.
const GIVEN: &str = "given";
/// Most elements that one maker may give.
const GIVEN_MOST: usize = 200;

/// What a maker gives.
#[derive(serde::Serialize, serde::Deserialize)]
struct Given {
    by: String,
    cards: Vec<Card>,
}

impl TrendMemory {
    /// Takes down that a round of polls is over.
    pub(crate) fn note_round(&mut self, now: Timestamp) {
        self.note_mark(ROUND, Vec::new(), now);
    }

    /// Takes down elements that others made: formats from what performed, sounds from a catalogue.
    pub(crate) fn note_given(&mut self, by: &str, mut cards: Vec<Card>, now: Timestamp) {
        cards.truncate(GIVEN_MOST);
        if self.given.get(by).is_some_and(|known| *known == cards) {
            return;
        }
        let given = Given { by: by.to_owned(), cards };
        let body = serde_json::to_vec(&given).expect("cards are plain data with text keys");
        self.note_mark(GIVEN, body, now);
    }

    pub(super) fn note_mark(&mut self, word: &str, body: Vec<u8>, now: Timestamp) {
        self.pending.push(Record { taken: as_kept(now), what: What::Mark { word: word.to_owned(), body } });
    }

    pub(super) fn mark(&mut self, word: &str, body: &[u8], settings: &Settings, now: Timestamp) {
        match word {
            ROUND => self.round(settings, now),
            GIVEN => {
                if let Ok(Given { by, cards }) = serde_json::from_slice(body) {
                    self.given.insert(by, cards);
                }
            }
            // Of a later version: what it did is not known here.
            _ => {}
        }
    }

    /// The end of a round: topics for what is new, editions that are due, the library, and what is forgotten.
    fn round(&mut self, settings: &Settings, now: Timestamp) {
        self.cluster();
        self.remember_topics();
        self.prune(&settings.feeds, now);
        let due = self.reports.due(&settings.trends.report, now);
        if due.is_empty() && !self.library_is_stale(now) {
            return;
        }
        let cards = self.cards(now);
        let mut told = 0;
        for kind in due {
            told += self.reports.edition(kind, &cards, &settings.trends.report, now);
        }
        if told > 0 {
            for element in self.reports.report(now).elements.iter().filter(|element| element.told == now) {
                self.library.take(&element.card, &settings.trends.library, now);
            }
        }
        self.library.refresh(&cards, &settings.trends.library, now);
        self.refreshed = Some(now);
    }

    /// What is in the library is looked at again once in a while, not at every poll.
    fn library_is_stale(&self, now: Timestamp) -> bool {
        self.refreshed.is_none_or(|last| now.duration_since(last).as_mins().abs() >= 15)
    }

    /// Gives a topic to every item that has none.
    pub(crate) fn cluster(&mut self) {
        let mut known = Vec::new();
        let (mut new, mut places) = (Vec::new(), Vec::new());
        for (name, memory) in &self.feeds {
            for (key, item) in &memory.items {
                if let Some(topic) = &item.topic {
                    known.push((topic.as_str(), item.headline(name.as_str())));
                } else {
                    new.push(item.headline(name.as_str()));
                    places.push((name.clone(), key.clone()));
                }
            }
        }
        if new.is_empty() {
            return;
        }
        let topics = cluster::assign(&known, &new);
        for ((name, key), topic) in places.into_iter().zip(topics) {
            if let Some(item) = self.feeds.get_mut(&name).and_then(|memory| memory.items.get_mut(&key)) {
                item.topic = Some(topic);
            }
        }
    }

    /// Keeps what is best of each topic, as its items go.
    fn remember_topics(&mut self) {
        let mut topics = std::mem::take(&mut self.topics);
        for memory in self.feeds.values() {
            for item in memory.items.values() {
                let Some(id) = &item.topic else { continue };
                let topic = topics.entry(id.clone()).or_insert_with(|| TopicMemory {
                    first_seen: item.first_seen,
                    last_seen: item.last_seen,
                    best_rank: None,
                    peak: None,
                });
                topic.first_seen = topic.first_seen.min(item.first_seen);
                topic.last_seen = topic.last_seen.max(item.last_seen);
                topic.best_rank = [topic.best_rank, item.rank].into_iter().flatten().min();
                topic.peak = topic.peak.max(item.count);
            }
        }
        self.topics = topics;
    }

    /// Elements of all kinds, the best first.
    pub(crate) fn cards(&self, now: Timestamp) -> Vec<Card> {
        let mut cards = self.topic_cards(now);
        cards.extend(self.given.values().flatten().cloned());
        Card::sort(&mut cards);
        cards
    }

    /// How many there are of each kind.
    pub(crate) fn count_kinds(cards: &[Card]) -> BTreeMap<TopicKind, usize> {
        let mut counts = BTreeMap::new();
        for card in cards {
            *counts.entry(card.topic.kind).or_default() += 1;
        }
        counts
    }
}
