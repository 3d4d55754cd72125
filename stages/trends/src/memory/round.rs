//! What the desk does itself, and marks in the series: the end of a round of polls, decisions of people, elements that
//! others made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use reelpress_config::{Name, Settings};
use reelpress_vocabulary::TopicKind;

use super::{TopicMemory, TrendMemory, groups};
use crate::card::Card;
use crate::cluster::ChangeError;
use crate::series::{Record, What, as_kept};

/// All feeds that were due were read.
const ROUND: &str = "round";
/// Elements of one maker, which stand for those it gave before.
const GIVEN: &str = "given";
/// A person took an item out of a topic.
const SPLIT: &str = "split";
/// A person took back a merge or a split.
const UNDO: &str = "undo";
/// Items were deleted where they came from.
const DELETED: &str = "deleted";
/// Most elements that one maker may give.
const GIVEN_MOST: usize = 200;

/// What a maker gives.
#[derive(serde::Serialize, serde::Deserialize)]
struct Given {
    by: String,
    cards: Vec<Card>,
}

/// An item that a person takes out.
#[derive(serde::Serialize, serde::Deserialize)]
struct Splitting {
    topic: String,
    member: String,
}

/// A change that a person takes back.
#[derive(serde::Serialize, serde::Deserialize)]
struct Undoing {
    kind: TopicKind,
    change: u64,
}

/// Items of a feed that were deleted, by key.
#[derive(serde::Serialize, serde::Deserialize)]
struct Deleted {
    feed: Name,
    keys: Vec<String>,
}

impl TrendMemory {
    pub(super) fn note_deleted(&mut self, feed: &Name, keys: Vec<String>, now: Timestamp) {
        let known = self.feeds.get(feed).map(|memory| &memory.items);
        let keys = keys.into_iter().filter(|key| known.is_some_and(|items| items.contains_key(key)));
        let keys = keys.collect::<Vec<_>>();
        if !keys.is_empty() {
            self.note_mark(DELETED, plain(&Deleted { feed: feed.clone(), keys }), now);
        }
    }

    /// Takes down that a person takes an item out of a topic.
    ///
    /// # Errors
    /// If there is no such topic or item, or nothing to split; then nothing is taken down.
    pub(crate) fn note_split(&mut self, topic: &str, member: &str, now: Timestamp) -> Result<(), ChangeError> {
        self.groups.clone().split(topic, member, now)?;
        let splitting = Splitting { topic: topic.to_owned(), member: member.to_owned() };
        self.note_mark(SPLIT, plain(&splitting), now);
        Ok(())
    }

    /// Takes down that a person takes a change back.
    ///
    /// # Errors
    /// If the change is not remembered or cannot be taken back; then nothing is taken down.
    pub(crate) fn note_undo(&mut self, kind: TopicKind, change: u64, now: Timestamp) -> Result<(), ChangeError> {
        self.groups.clone().undo(kind, change, now)?;
        self.note_mark(UNDO, plain(&Undoing { kind, change }), now);
        Ok(())
    }

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
        self.note_mark(GIVEN, plain(&given), now);
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
            DELETED => {
                if let Ok(Deleted { feed, keys }) = serde_json::from_slice(body)
                    && let Some(memory) = self.feeds.get_mut(&feed)
                {
                    memory.items.retain(|key, _| !keys.contains(key));
                    memory.list.retain(|listed| !keys.contains(&listed.key));
                    memory.stood = std::sync::OnceLock::new();
                }
            }
            SPLIT => {
                if let Ok(Splitting { topic, member }) = serde_json::from_slice(body) {
                    // It was tried before it was taken down.
                    self.groups.split(&topic, &member, now).ok();
                    self.cluster();
                }
            }
            UNDO => {
                if let Ok(Undoing { kind, change }) = serde_json::from_slice(body) {
                    self.groups.undo(kind, change, now).ok();
                    self.cluster();
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
        self.groups.forget(now);
        let due = self.reports.due(&settings.trends.report, now);
        if due.is_empty() && !self.library_is_stale(now) {
            return;
        }
        let cards = self.cards(now);
        let mut told = 0;
        let shares = settings.feeds.iter().filter_map(|feed| Some((feed.name.clone(), feed.share?))).collect();
        for kind in due {
            told += self.reports.edition(kind, &cards, &settings.trends.report, &shares, now);
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
        self.refreshed.is_none_or(|last| now.duration_since(last).as_mins().abs() >= 60)
    }

    /// Gives a topic to every item that is new, and to those whose topic changed with it.
    pub(crate) fn cluster(&mut self) {
        for kind in TopicKind::ALL {
            let mut keys = Vec::new();
            for (name, memory) in &self.feeds {
                let new = memory.items.iter().filter(|(_, item)| item.kind == kind && !item.is_placed);
                keys.extend(new.map(|(key, item)| (groups::key(name, key), name, item)));
            }
            let items = keys.iter().map(|(key, name, item)| (key.as_str(), item.headline(name.as_str())));
            let items = items.collect::<Vec<_>>();
            if !items.is_empty() {
                self.groups.see_all(kind, &items);
            }
        }
        let Self { feeds, groups, .. } = self;
        for (name, memory) in feeds {
            for (key, item) in &mut memory.items {
                item.is_placed = true;
                let topic = groups.topic_of(item.kind, &groups::key(name, key));
                if item.topic.as_deref() != topic {
                    item.topic = topic.map(str::to_owned);
                }
            }
        }
        if self.followed != self.groups.changed() {
            self.followed = self.groups.changed();
            self.follow();
        }
    }

    /// What is known of topics that went into others goes with them.
    fn follow(&mut self) {
        let Self { groups, reports, library, topics, .. } = self;
        let moved = |id: &str| groups.resolve(id).filter(|now| *now != id).map(str::to_owned);
        reports.follow(&moved);
        library.follow(&moved);
        let gone = topics.keys().filter_map(|id| Some((id.clone(), moved(id)?))).collect::<Vec<_>>();
        for (from, to) in gone {
            let Some(old) = topics.remove(&from) else { continue };
            let topic = topics.entry(to).or_insert_with(|| old.clone());
            topic.first_seen = topic.first_seen.min(old.first_seen);
            topic.best_rank = [topic.best_rank, old.best_rank].into_iter().flatten().min();
            topic.peak = topic.peak.max(old.peak);
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

fn plain(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("marks are plain data with text keys")
}
