//! The report: what is told when, and never twice without a reason.
//!
//! Each kind has its own editions (`trends.report`). An edition takes the best topics that are worth telling: those not
//! told yet, and those told at least [`APART`] ago that rise now and did not then, doubled their count, or are carried by
//! two more feeds; it says which. In 24 hours a kind fills at most its quota. The first edition after a quiet day may
//! take half of it at once, later ones take their share, so that the evening has room too. Where more than one feed has
//! something to tell, none gives more than `feed_share` of the quota.

pub(crate) mod markdown;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Name, PerKind, TrendReport};
use reelpress_vocabulary::{FeedId, Label, TopicKind};
use serde::{Deserialize, Serialize};

use crate::card::Card;

pub use markdown::{heading, library_markdown};

/// A report looks back this far.
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What was told is remembered this long after it was last worth telling.
const MEMORY: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Nothing is told again sooner.
const APART: SignedDuration = SignedDuration::from_hours(6);

/// Why something is told that was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum Again {
    /// It rises now.
    Label {
        /// What it was when it was told.
        from: Label,
    },
    /// Its count at least doubled.
    Grew {
        /// The count when it was told.
        from: u64,
        /// The count now.
        to: u64,
    },
    /// More feeds carry it, at least two more.
    Spread {
        /// How many did when it was told.
        from: u32,
        /// How many do now.
        to: u32,
    },
}

impl std::fmt::Display for Again {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Label { from } => write!(f, "was {}, rises now", from.as_str()),
            Self::Grew { from, to } => write!(f, "grew from {from} to {to}"),
            Self::Spread { from, to } => write!(f, "spread from {from} to {to} feeds"),
        }
    }
}

/// One element of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// When it was told.
    pub told: Timestamp,
    /// Why, if it was told before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
    /// What it was then.
    #[serde(flatten)]
    pub card: Card,
}

/// What was told in the 24 hours up to a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The end of the 24 hours.
    pub at: Timestamp,
    /// By kind (topics, hashtags, sounds, formats), within a kind the best first; each topic once, as it was told last.
    pub elements: Vec<Element>,
}

/// Everything that was told, and when the next edition is due.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reports {
    last: BTreeMap<TopicKind, Timestamp>,
    told: BTreeMap<String, Told>,
    elements: Vec<Element>,
}

/// What a topic was when it was told last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Told {
    at: Timestamp,
    label: Label,
    peak: Option<u64>,
    feeds: u32,
}

/// The value for a kind.
pub(crate) fn of_kind<T: Copy>(values: &PerKind<T>, kind: TopicKind) -> T {
    match kind {
        TopicKind::Topic => values.topics,
        TopicKind::Hashtag => values.hashtags,
        TopicKind::Sound => values.sounds,
        TopicKind::Format => values.formats,
    }
}

impl Reports {
    /// The kinds whose next edition is due.
    pub(crate) fn due(&self, settings: &TrendReport, now: Timestamp) -> Vec<TopicKind> {
        let is_due = |kind: &TopicKind| {
            // A time in the future is from a clock that was wrong.
            let last = self.last.get(kind).filter(|last| **last <= now);
            last.is_none_or(|last| now.duration_since(*last) >= signed(of_kind(&settings.every, *kind)))
        };
        TopicKind::ALL.into_iter().filter(is_due).collect()
    }

    /// Tells what is worth telling of one kind, and says how much. `shares` are those of feeds that have their own. `cards` are the best first; other kinds are passed over. An
    /// edition that found no news does not count as one: the next look may bring some.
    pub(crate) fn edition(
        &mut self,
        kind: TopicKind,
        cards: &[Card],
        settings: &TrendReport,
        shares: &BTreeMap<Name, f64>,
        now: Timestamp,
    ) -> usize {
        self.forget(now);
        let of_today = self.elements.iter().filter(|element| element.card.topic.kind == kind);
        let of_today = of_today.filter(|element| now.duration_since(element.told) < DAY).collect::<Vec<_>>();
        let quota = of_kind(&settings.quota, kind) as usize;
        let share = share_of(quota, of_kind(&settings.every, kind));
        let room = if of_today.is_empty() { quota.div_ceil(2).max(share) } else { share };
        let room = room.min(quota.saturating_sub(of_today.len()));
        let mut by_feed = BTreeMap::<FeedId, usize>::new();
        for feed in of_today.iter().filter_map(|element| element.card.main_feed()) {
            *by_feed.entry(feed.clone()).or_default() += 1;
        }
        let mut worth = cards.iter().filter(|card| card.topic.kind == kind).filter_map(|card| self.worth(card, now));
        let mut worth = worth.by_ref().collect::<Vec<_>>();
        // News first, each group in its own order.
        worth.sort_by_key(|(again, _)| again.is_some());
        let feeds = worth.iter().filter_map(|(_, card)| card.main_feed()).chain(by_feed.keys());
        let is_shared = feeds.collect::<BTreeSet<_>>().len() > 1;
        let most = |feed: &FeedId| {
            let share = shares.get(feed.name()).copied().unwrap_or(settings.feed_share);
            if is_shared { ((quota as f64 * share).ceil() as usize).max(1) } else { usize::MAX }
        };
        let mut taken = Vec::new();
        for (again, card) in worth {
            if taken.len() >= room {
                break;
            }
            if let Some(feed) = card.main_feed() {
                let mine = by_feed.entry(feed.clone()).or_default();
                if *mine >= most(feed) {
                    continue;
                }
                *mine += 1;
            }
            taken.push(Element { told: now, again, card: card.clone() });
        }
        let told = taken.len();
        if told > 0 || room == 0 {
            self.last.insert(kind, now);
        }
        for element in taken {
            let Card { topic, peak, .. } = &element.card;
            let trace = Told { at: now, label: topic.label, peak: *peak, feeds: topic.feeds };
            self.told.insert(topic.id.clone(), trace);
            self.elements.push(element);
        }
        told
    }

    /// Whether a topic is worth telling, and why again.
    fn worth<'a>(&self, card: &'a Card, now: Timestamp) -> Option<(Option<Again>, &'a Card)> {
        let topic = &card.topic;
        let Some(told) = self.told.get(&topic.id) else {
            return (topic.label != Label::Falling).then_some((None, card));
        };
        if now.duration_since(told.at) < APART || topic.label == Label::Falling {
            return None;
        }
        let again = match (told.peak, card.peak) {
            (Some(from), Some(to)) if from > 0 && to / 2 >= from => Again::Grew { from, to },
            _ if topic.feeds >= told.feeds + 2 => Again::Spread { from: told.feeds, to: topic.feeds },
            _ if topic.label == Label::Rising && told.label != Label::Rising => Again::Label { from: told.label },
            _ => return None,
        };
        Some((Some(again), card))
    }

    /// What was told in the 24 hours up to `at`.
    pub(crate) fn report(&self, at: Timestamp) -> Report {
        let mut newest = BTreeMap::<&str, &Element>::new();
        for element in &self.elements {
            if element.told <= at && at.duration_since(element.told) < DAY {
                newest.insert(&element.card.topic.id, element);
            }
        }
        let mut elements = newest.into_values().cloned().collect::<Vec<_>>();
        elements.sort_by(|a, b| {
            let (left, right) = (&a.card.topic, &b.card.topic);
            let by_kind = left.kind.cmp(&right.kind).then(right.score.total_cmp(&left.score));
            by_kind.then_with(|| b.told.cmp(&a.told)).then_with(|| left.id.cmp(&right.id))
        });
        Report { at, elements }
    }

    /// When a topic was told last.
    pub(crate) fn told(&self, id: &str) -> Option<Timestamp> {
        self.told.get(id).map(|told| told.at)
    }

    /// A topic that went into another was told with it.
    pub(crate) fn follow(&mut self, moved: &dyn Fn(&str) -> Option<String>) {
        let gone = self.told.iter().filter_map(|(id, told)| Some((moved(id)?, told.clone()))).collect::<Vec<_>>();
        for (to, told) in gone {
            self.told.entry(to).or_insert(told);
        }
    }

    fn forget(&mut self, now: Timestamp) {
        self.elements.retain(|element| now.duration_since(element.told) < DAY + DAY);
        self.told.retain(|_, told| now.duration_since(told.at) < MEMORY);
    }
}

/// An edition's even share of a quota a day, rounded up.
fn share_of(quota: usize, every: Duration) -> usize {
    let share = quota as f64 * every.as_secs_f64() / DAY.as_secs_f64();
    (share.ceil() as usize).clamp(usize::from(quota > 0), quota)
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
