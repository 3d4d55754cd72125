//! What was seen when: the items of every feed, each with its topic, and each feed's own past. Bounded in age, number and
//! size; kept in one JSON file, so that what a feed showed and the `ETag` it came with are never out of step.

mod gather;
mod item;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, Name};
use serde::{Deserialize, Serialize};

use crate::cluster;
use crate::fetch::Validators;
use crate::read::{Sighted, Snapshot};
use crate::score::{Baseline, FeedSays, RECENT};
use crate::{link, tokens};

use item::{Item, Kind};
pub(crate) use store::replace;

/// Items not seen for this long are forgotten.
const AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Recorded polls older than this are not taken in: the baseline would forget them anyway.
const PAST: SignedDuration = SignedDuration::from_hours(28 * 24);
/// Most items of one feed, so that one feed cannot push out the others.
const ITEMS_A_FEED: usize = 2_000;
/// Most items of all feeds.
const ITEMS: usize = 8_000;
/// Most bytes of titles and summaries of all feeds.
const TEXT_BYTES: usize = 8 << 20;
/// Polls closer together than this count as one.
const APART: SignedDuration = SignedDuration::from_mins(4);

/// Everything the desk remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TrendMemory {
    version: u32,
    pub(crate) feeds: BTreeMap<Name, FeedMemory>,
}

/// What is remembered of one feed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FeedMemory {
    /// How and when to ask next.
    pub(crate) asking: Asking,
    /// Time of the newest poll taken in; recorded polls up to here are known.
    read_until: Option<Timestamp>,
    /// Time of the newest poll that showed anything.
    listed: Option<Timestamp>,
    /// Times of the polls of the last hours, at least [`APART`].
    polls: Vec<Timestamp>,
    baseline: Baseline,
    items: BTreeMap<String, Item>,
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
    /// Takes in what a feed showed, in order of time; what is known already, too old or in the wrong order is passed
    /// over. Gives how many items it showed.
    pub(crate) fn absorb(&mut self, feed: &Feed, snapshots: &[Snapshot], now: Timestamp) -> usize {
        let memory = self.feeds.entry(feed.name.clone()).or_default();
        let oldest = now.checked_sub(PAST).unwrap_or(Timestamp::MIN);
        // A clock that was wrong once must not close the feed until its time comes.
        memory.read_until = memory.read_until.filter(|until| *until <= now.saturating_add(APART).unwrap_or(now));
        let mut shown = 0;
        for snapshot in snapshots {
            let is_new = memory.read_until.is_none_or(|until| snapshot.at > until) && snapshot.at >= oldest;
            if is_new {
                shown += snapshot.items.len();
                memory.absorb(feed, snapshot);
            }
        }
        shown
    }

    /// The feed said that it still shows what it showed.
    pub(crate) fn still_shown(&mut self, feed: &Name, now: Timestamp) {
        if let Some(memory) = self.feeds.get_mut(feed)
            && let Some(listed) = memory.listed.filter(|listed| *listed < now)
        {
            memory.items.values_mut().filter(|item| item.last_seen == listed).for_each(|item| item.last_seen = now);
            memory.listed = Some(now);
        }
    }

    /// Forgets items that were deleted where they came from, by the feed's own names for them.
    pub(crate) fn forget(&mut self, feed: &Name, gone: &[String]) {
        let Some(memory) = self.feeds.get_mut(feed) else { return };
        for id in gone {
            memory.items.remove(&key_of(&Sighted { id: Some(id.clone()), ..Sighted::default() }));
        }
    }

    /// Gives a topic to every item that has none, and lets the feeds without ranks and counts learn from it.
    pub(crate) fn cluster(&mut self, now: Timestamp) {
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
        let mut taught = BTreeSet::new();
        for ((name, key), topic) in places.into_iter().zip(topics) {
            if let Some(item) = self.feeds.get_mut(&name).and_then(|memory| memory.items.get_mut(&key)) {
                item.topic = Some(topic);
                taught.insert(name);
            }
        }
        for name in taught {
            if let Some(memory) = self.feeds.get_mut(&name) {
                memory.learn_bursts(now);
            }
        }
    }

    /// Forgets what is too old or too much: per feed and in all, the least recently seen first.
    pub(crate) fn prune(&mut self, settings: &[Feed], now: Timestamp) {
        let oldest = now.checked_sub(AGE).unwrap_or(Timestamp::MIN);
        for memory in self.feeds.values_mut() {
            memory.listed = memory.listed.map(|listed| listed.min(now));
            memory.items.values_mut().for_each(|item| item.last_seen = item.last_seen.min(now));
            memory.items.retain(|_, item| item.last_seen >= oldest);
            if memory.items.len() > ITEMS_A_FEED {
                let mut order =
                    memory.items.iter().map(|(key, item)| (item.last_seen, key.clone())).collect::<Vec<_>>();
                order.sort_unstable();
                for (_, key) in &order[..order.len() - ITEMS_A_FEED] {
                    memory.items.remove(key);
                }
            }
        }
        self.prune_all();
        self.feeds.retain(|name, memory| !memory.items.is_empty() || settings.iter().any(|feed| feed.name == *name));
    }

    fn prune_all(&mut self) {
        let mut order = self
            .feeds
            .iter()
            .flat_map(|(name, memory)| {
                memory.items.iter().map(|(key, item)| (item.last_seen, item.size(), name.clone(), key.clone()))
            })
            .collect::<Vec<_>>();
        order.sort_unstable();
        let (mut number, mut bytes) = (0, 0);
        for (_, size, name, key) in order.into_iter().rev() {
            number += 1;
            bytes += size;
            if (number > ITEMS || bytes > TEXT_BYTES)
                && let Some(memory) = self.feeds.get_mut(&name)
            {
                memory.items.remove(&key);
            }
        }
    }
}

impl FeedMemory {
    fn absorb(&mut self, feed: &Feed, snapshot: &Snapshot) {
        let at = snapshot.at;
        self.read_until = Some(at);
        if snapshot.items.is_empty() {
            return;
        }
        self.listed = Some(at);
        let before = self.polls.last().copied();
        let counts = before.is_none_or(|last| at.duration_since(last) >= APART);
        if counts {
            self.polls.push(at);
            self.polls.retain(|poll| *poll <= at && at.duration_since(*poll) < RECENT);
        }
        let places = snapshot.items.iter().filter_map(|item| item.rank).max();
        let shared = shared_links(&snapshot.items);
        let mut keys = Vec::new();
        for seen in &snapshot.items {
            let key = key_of(seen);
            let canonical = seen.link.as_ref().and_then(link::canonical).filter(|link| !shared.contains(link));
            let item = self.items.entry(key.clone()).or_insert_with(|| Item::new(at));
            item.see(feed, seen, at, canonical);
            if counts {
                item.sample(at, seen, places);
            }
            keys.push(key);
        }
        self.measure(&keys, at, before);
    }

    /// Measures what is on the list against the past, and only then lets the past take it in.
    fn measure(&mut self, keys: &[String], at: Timestamp, before: Option<Timestamp>) {
        let polls = self.polls.len();
        let mut seen = Vec::new();
        for key in keys {
            let Some(item) = self.items.get_mut(key) else { continue };
            let speed = item.speed(at, before);
            let (x, bias) = match item.kind() {
                Kind::Counted => (speed.ln_1p(), 0.25),
                Kind::Ranked => (item.attention(at, polls), 0.1),
                Kind::Plain => continue,
            };
            item.says = FeedSays { surprise: self.baseline.surprise(x, bias), speed, place: item.place(at) };
            seen.push(x);
        }
        self.baseline.learn(&seen, at);
    }

    /// How many items of the last hours are about each topic: what a feed without ranks and counts tells.
    fn bursts(&self, now: Timestamp) -> BTreeMap<&str, f64> {
        let mut bursts = BTreeMap::new();
        for item in self.items.values().filter(|item| item.kind() == Kind::Plain) {
            if let Some(topic) = item.topic.as_deref()
                && now.duration_since(item.at()) < RECENT
            {
                *bursts.entry(topic).or_insert(0.0) += 1.0;
            }
        }
        bursts
    }

    fn learn_bursts(&mut self, now: Timestamp) {
        let mut says = Vec::new();
        let bursts = self.bursts(now);
        let seen = bursts.values().copied().collect::<Vec<_>>();
        for (key, item) in self.items.iter().filter(|(_, item)| item.kind() == Kind::Plain) {
            let burst = item.topic.as_deref().and_then(|topic| bursts.get(topic)).copied().unwrap_or(0.0);
            if burst > 1.0 {
                // One item about a topic is no burst, however quiet the feed was.
                says.push((key.clone(), self.baseline.surprise(burst, 0.5)));
            }
        }
        for (key, surprise) in says {
            if let Some(item) = self.items.get_mut(&key) {
                item.says = FeedSays { surprise, ..FeedSays::default() };
            }
        }
        self.baseline.learn(&seen, now);
    }
}

/// Links that stand under several titles of one poll name the list, not the story.
fn shared_links(items: &[Sighted]) -> BTreeSet<String> {
    let mut titles = BTreeMap::<String, &str>::new();
    let mut shared = BTreeSet::new();
    for item in items {
        if let Some(link) = item.link.as_ref().and_then(link::canonical) {
            match titles.get(&link) {
                Some(title) if *title != item.title => {
                    shared.insert(link);
                }
                Some(_) => {}
                None => {
                    titles.insert(link, &item.title);
                }
            }
        }
    }
    shared
}

/// What an item is called within its feed: the feed's own id, else link and title, hashed to a fixed length.
fn key_of(seen: &Sighted) -> String {
    let name = match (&seen.id, &seen.link) {
        (Some(id), _) => format!("id:{id}"),
        (None, Some(link)) => format!("link:{}|{}", link::canonical(link).unwrap_or_default(), seen.title),
        (None, None) => format!("title:{}", tokens::words(&seen.title).join(" ")),
    };
    blake3::hash(name.as_bytes()).to_hex()[..24].to_owned()
}
