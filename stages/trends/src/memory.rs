//! What is known now: each feed's past, its live items and their topics, what was told, and the library.
//!
//! All of it but [`Asking`] is a fold over the records of the [series](crate::series): polls, and marks of what the desk
//! did. [`TrendMemory::fold`] is the one step, for a poll that comes in and for one that is read back, so what a restart
//! makes again is what was there, and a past day gives what it gave then. Bounded in age, number and size.

mod attention;
mod explain;
mod gather;
mod groups;
mod item;
mod prune;
mod round;
mod stood;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, Name, Settings};
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::fetch::Validators;
use crate::library::Library;
use crate::read::{Sighted, Snapshot};
use crate::report::Reports;
use crate::rising::{Health, Seen, Watch};
use crate::series::{Position, Record, Shown, What, as_kept, item_as_kept, key_of};
use crate::source::is_limited;
use crate::terms::TermWatch;

use attention::Unit;
use groups::Groups;
use item::Item;
use stood::Stood;

pub use explain::{Explained, Member, standing_line};
pub(crate) use store::{Checkpoint, fresh};

/// Recorded polls older than this are not taken in: baselines would forget them anyway.
const PAST: SignedDuration = SignedDuration::from_hours(28 * 24);
/// How far a clock may be ahead before a feed's past is doubted.
const AHEAD: SignedDuration = SignedDuration::from_mins(4);

/// Everything the desk knows now.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct TrendMemory {
    version: u32,
    pub(crate) feeds: BTreeMap<Name, FeedMemory>,
    /// Which items are about the same thing; kinds are kept apart.
    groups: Groups,
    /// What is remembered of a topic beyond its items.
    topics: BTreeMap<String, TopicMemory>,
    pub(crate) reports: Reports,
    pub(crate) library: Library,
    /// Elements that others made: formats and sounds, by who did.
    given: BTreeMap<String, Vec<Card>>,
    /// Feeds whose data may be kept for a limited time only; a feed stays here when it is out of the config.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    limited: BTreeSet<Name>,
    /// How many changes of topics were followed.
    followed: u64,
    /// When the library was looked at last.
    refreshed: Option<Timestamp>,
    /// Up to here the series is in it.
    position: Option<Position>,
    /// When the last record was taken.
    taken: Option<Timestamp>,
    /// What happened and is not in the series yet.
    #[serde(skip)]
    pending: Vec<Record>,
}

/// What is remembered of one feed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FeedMemory {
    /// How and when to ask next: not in the series, and kept in a file of its own.
    #[serde(skip)]
    pub(crate) asking: Asking,
    /// Time of the newest poll taken in; recorded polls up to here are known.
    read_until: Option<Timestamp>,
    /// Time of the newest poll that showed anything.
    listed: Option<Timestamp>,
    /// The list that it showed then.
    list: Vec<Listed>,
    watch: Watch,
    terms: TermWatch,
    items: BTreeMap<String, Item>,
    /// Where its items stand, once somebody asked since the newest poll.
    #[serde(skip)]
    stood: OnceLock<Arc<Stood>>,
}

/// A place on a feed's newest list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Listed {
    key: String,
    rank: Option<u32>,
    count: Option<u64>,
    published: Option<Timestamp>,
}

/// What is remembered of a topic beyond its items, which go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TopicMemory {
    first_seen: Timestamp,
    last_seen: Timestamp,
    best_rank: Option<u32>,
    peak: Option<u64>,
}

/// How and when a feed is asked next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asking {
    /// Hash of address and format: when the config changes them, nothing below counts any more.
    pub(crate) place: String,
    pub(crate) validators: Validators,
    /// When it was asked last.
    pub(crate) last: Option<Timestamp>,
    /// How often in a row it failed.
    pub(crate) failures: u32,
    /// The server's `Retry-After`.
    pub(crate) not_before: Option<Timestamp>,
    /// It answered 410.
    pub(crate) gone: bool,
    /// Hash of the last body.
    pub(crate) body: String,
    /// How often in a row it brought nothing new.
    pub(crate) unchanged: u32,
}

impl TrendMemory {
    /// Takes down what a feed showed, in order of time; what is known already, too old or in the wrong order is passed
    /// over. Gives how many items it showed. It is learned by [`TrendMemory::fold`].
    pub(crate) fn absorb(&mut self, feed: &Feed, snapshots: &[Snapshot], now: Timestamp) -> usize {
        let memory = self.feeds.entry(feed.name.clone()).or_default();
        let now = as_kept(now);
        let oldest = now.checked_sub(PAST).unwrap_or(Timestamp::MIN);
        let newest = now.saturating_add(AHEAD).unwrap_or(now);
        let mut until = memory.read_until.filter(|until| *until <= newest);
        let mut shown = 0;
        for snapshot in snapshots {
            let at = as_kept(snapshot.at);
            if until.is_some_and(|until| at <= until) || !(oldest..=newest).contains(&at) {
                continue;
            }
            until = Some(at);
            shown += snapshot.items.len();
            let list = if snapshot.items.is_empty() {
                Shown::Empty
            } else {
                Shown::List(snapshot.items.iter().map(item_as_kept).collect())
            };
            self.pending.push(Record { taken: now, what: What::Poll { feed: feed.name.clone(), at, shown: list } });
        }
        shown
    }

    /// The feed said that it still shows what it showed.
    pub(crate) fn still_shown(&mut self, feed: &Name, now: Timestamp) {
        self.note(feed, Shown::Same, now);
    }

    /// The feed gave nothing: an empty answer, or none.
    pub(crate) fn note(&mut self, feed: &Name, shown: Shown, now: Timestamp) {
        let now = as_kept(now);
        self.pending.push(Record { taken: now, what: What::Poll { feed: feed.clone(), at: now, shown } });
    }

    /// Feeds whose data may be kept for a limited time only, see [`crate::source::LIMITED_TO`].
    pub(crate) fn limited(&self) -> &BTreeSet<Name> {
        &self.limited
    }

    /// What happened and is not in the series yet, in order.
    pub(crate) fn take_pending(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.pending)
    }

    /// Learns from one record: the only way in which anything but [`Asking`] changes.
    pub(crate) fn fold(&mut self, record: &Record, settings: &Settings) {
        self.taken = Some(self.taken.map_or(record.taken, |taken| taken.max(record.taken)));
        match &record.what {
            What::Poll { feed, at, shown } => {
                let set = settings.feeds.iter().find(|known| known.name == *feed);
                let language = set.and_then(|feed| feed.language.as_deref());
                if set.is_some_and(|feed| is_limited(&feed.kind)) && !self.limited.contains(feed) {
                    self.limited.insert(feed.clone());
                }
                let memory = self.feeds.entry(feed.clone()).or_default();
                memory.fold(*at, record.taken, shown, language);
            }
            What::Mark { word, body } => self.mark(word, body, settings, record.taken),
        }
    }

    /// Takes down that items were deleted where they came from, by the feed's own names for them.
    pub(crate) fn forget(&mut self, feed: &Name, gone: &[String], now: Timestamp) {
        let keys = gone.iter().map(|id| key_of(&Sighted { id: Some(id.clone()), ..Sighted::default() }));
        self.note_deleted(feed, keys.collect(), now);
    }

    /// Up to where the series is in this.
    pub(crate) fn position(&self) -> Option<Position> {
        self.position
    }

    /// Says up to where the series is in this.
    pub(crate) fn reached(&mut self, position: Option<Position>) {
        self.position = position;
    }
}

impl FeedMemory {
    fn fold(&mut self, at: Timestamp, taken: Timestamp, shown: &Shown, language: Option<&str>) {
        match shown {
            Shown::List(items) => {
                // A clock that was wrong once must not close the feed until its time comes.
                if self.read_until.is_some_and(|until| until > taken.saturating_add(AHEAD).unwrap_or(taken)) {
                    self.watch = Watch::default();
                    self.terms = TermWatch::default();
                }
                self.read_until = Some(at);
                self.show(items, at, language);
            }
            Shown::Same => {
                if self.listed.is_some_and(|listed| listed < at) {
                    let before = self.listed.replace(at);
                    for listed in &self.list {
                        if let Some(item) = self.items.get_mut(&listed.key) {
                            item.last_seen = at;
                        }
                    }
                    self.learn(at, before);
                }
            }
            Shown::Empty => {
                self.watch.poll(at, &[]);
            }
            Shown::Failed => {}
        }
    }

    fn show(&mut self, items: &[Sighted], at: Timestamp, language: Option<&str>) {
        let before = self.listed.replace(at);
        self.list.clear();
        let shared = item::shared_links(items);
        for seen in items {
            let key = key_of(seen);
            if self.list.iter().any(|listed| listed.key == key) {
                continue;
            }
            let item = self.items.entry(key.clone()).or_insert_with(|| Item::new(at));
            item.see(seen, at, language, &shared);
            self.list.push(Listed { key, rank: seen.rank, count: seen.count, published: seen.published });
        }
        self.learn(at, before);
    }

    /// Shows the newest list to what learns from it. `before` is the time of the list before.
    fn learn(&mut self, at: Timestamp, before: Option<Timestamp>) {
        let seen = self.list.iter().map(|listed| {
            let Listed { key, rank, count, published } = listed;
            Seen { key, rank: *rank, count: *count, published: *published }
        });
        let health = self.watch.poll(at, &seen.collect::<Vec<_>>());
        if !matches!(health, Health::Frozen { .. }) {
            let unit = Unit::of(&self.list);
            attention::teach(&mut self.terms, &self.list, &mut self.items, unit, at, before);
        }
        self.stood = OnceLock::new();
    }

    /// When it showed something last.
    pub(crate) fn listed(&self) -> Option<Timestamp> {
        self.listed
    }

    /// How many items its newest list has.
    pub(crate) fn list_length(&self) -> usize {
        self.list.len()
    }

    /// How the feed was at its last poll.
    pub(crate) fn health(&self) -> Health {
        self.watch.health()
    }
}
