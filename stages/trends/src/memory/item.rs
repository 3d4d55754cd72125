//! One item of one feed, and what it did over the last hours.

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Feed;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cluster::Headline;
use crate::language;
use crate::read::Sighted;
use crate::score::{FeedSays, RECENT};

/// How far back a place on the list is compared.
const MOMENTUM: SignedDuration = SignedDuration::from_hours(2);

/// What a feed tells about its items beside their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counted,
    Ranked,
    Plain,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) summary: String,
    pub(super) language: String,
    pub(super) link: Option<Url>,
    /// The canonical link, if it names this item and no other.
    canonical: Option<String>,
    published: Option<Timestamp>,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) count: Option<u64>,
    samples: Vec<Sample>,
    pub(super) says: FeedSays,
    pub(super) topic: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Sample {
    at: Timestamp,
    count: Option<u64>,
    /// 1 at the top of the list, towards 0 at its end; `None` without ranks.
    place: Option<f64>,
}

impl Item {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            title: String::new(),
            summary: String::new(),
            language: language::UNKNOWN.to_owned(),
            link: None,
            canonical: None,
            published: None,
            first_seen: at,
            last_seen: at,
            count: None,
            samples: Vec::new(),
            says: FeedSays::default(),
            topic: None,
        }
    }

    /// Takes over what the feed shows now: titles are edited while they are listed.
    pub(super) fn see(&mut self, feed: &Feed, seen: &Sighted, at: Timestamp, canonical: Option<String>) {
        self.last_seen = at;
        if self.title != seen.title || self.summary != seen.summary {
            self.title.clone_from(&seen.title);
            self.summary.clone_from(&seen.summary);
            let declared = feed.language.as_deref().and_then(language::declared).or_else(|| seen.language.clone());
            self.language = declared.unwrap_or_else(|| language::of(&format!("{}. {}", seen.title, seen.summary)));
        }
        self.link.clone_from(&seen.link);
        self.canonical = canonical;
        self.published = seen.published.filter(|published| *published <= at);
        self.count = seen.count;
    }

    pub(super) fn sample(&mut self, at: Timestamp, seen: &Sighted, places: Option<u32>) {
        let places = places.map(f64::from);
        let place = seen.rank.zip(places).map(|(rank, places)| (places + 1.0 - f64::from(rank)) / places);
        self.samples.retain(|sample| sample.at < at);
        // The newest one from before the window stays: what a daily list gained is told from it.
        let recent = self.samples.iter().position(|sample| at.duration_since(sample.at) < RECENT);
        self.samples.drain(..recent.unwrap_or(self.samples.len()).saturating_sub(1));
        if place.is_some() || seen.count.is_some() {
            self.samples.push(Sample { at, count: seen.count, place });
        }
    }

    pub(super) fn headline<'a>(&'a self, feed: &'a str) -> Headline<'a> {
        let link = self.canonical.as_deref();
        Headline { feed, at: self.at(), title: &self.title, language: &self.language, link }
    }

    /// When it was published, or else first seen.
    pub(super) fn at(&self) -> Timestamp {
        self.published.unwrap_or(self.first_seen)
    }

    pub(super) fn kind(&self) -> Kind {
        match self.samples.last() {
            Some(Sample { count: Some(_), .. }) => Kind::Counted,
            Some(Sample { place: Some(_), .. }) => Kind::Ranked,
            Some(_) | None => Kind::Plain,
        }
    }

    /// Count gained an hour over the last 6 hours. With one sample only, the count is spread over the time since it was
    /// published, since the poll before (it was not there yet), or over a day; at least over an hour.
    pub(super) fn speed(&self, at: Timestamp, before: Option<Timestamp>) -> f64 {
        let hours = |since: Timestamp| at.duration_since(since).as_secs_f64().max(0.0) / 3_600.0;
        let Some(count) = self.count else { return 0.0 };
        let earlier =
            self.samples.iter().find(|sample| sample.at < at).and_then(|first| Some((first.at, first.count?)));
        if let Some((since, then)) = earlier {
            return count.saturating_sub(then) as f64 / hours(since).max(0.1);
        }
        let recent = before.map(hours).filter(|hours| *hours < 6.0 && self.first_seen == at);
        count as f64 / self.published.map(hours).or(recent).unwrap_or(24.0).max(1.0)
    }

    /// Mean place over the polls of the last 6 hours; absent counts 0.
    pub(super) fn attention(&self, at: Timestamp, polls: usize) -> f64 {
        let recent = self.samples.iter().filter(|sample| at.duration_since(sample.at) < RECENT);
        let sum = recent.filter_map(|sample| sample.place).sum::<f64>();
        (sum / polls.max(1) as f64).clamp(0.0, 1.0)
    }

    /// Its place now and half of what it gained in two hours, 0 to 1.5. An item that was not on the list came from 0.
    pub(super) fn place(&self, at: Timestamp) -> f64 {
        let Some(Sample { place: Some(now), .. }) = self.samples.last() else { return 0.0 };
        let earlier = self.samples.iter().find(|sample| at.duration_since(sample.at) <= MOMENTUM);
        let gained = earlier.and_then(|sample| sample.place).map_or(0.0, |then| now - then);
        (now + gained / 2.0).clamp(0.0, 1.5)
    }

    pub(super) fn size(&self) -> usize {
        self.title.len() + self.summary.len()
    }
}
