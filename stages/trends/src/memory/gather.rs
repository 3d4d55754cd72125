//! Items become topics: text, evidence and score of everything that is remembered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Name;
use reelpress_vocabulary::{Evidence, FeedId, Topic};

use super::TrendMemory;
use super::item::Item;
use crate::score::{FeedSays, Reasons};
use crate::text::SUMMARY_MAX;

/// A feed counts as showing a topic if it did so within this time.
const SHOWN: SignedDuration = SignedDuration::from_hours(24);
/// Most sightings kept with a topic.
const EVIDENCE: usize = 20;

/// A topic and why it has its score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rising {
    pub(crate) topic: Topic,
    pub(crate) reasons: Reasons,
    /// Of its newest evidence.
    pub(crate) newest: Timestamp,
}

impl TrendMemory {
    /// Every topic that is remembered, best first; equal scores by newest evidence, then by id.
    pub(crate) fn topics(&self, now: Timestamp) -> Vec<Rising> {
        let mut by_topic = BTreeMap::<&str, Vec<(&Name, &Item)>>::new();
        for (name, memory) in &self.feeds {
            for item in memory.items.values() {
                if let Some(topic) = item.topic.as_deref() {
                    by_topic.entry(topic).or_default().push((name, item));
                }
            }
        }
        let mut topics = by_topic.into_iter().map(|(id, items)| self.topic(id, items, now)).collect::<Vec<_>>();
        topics.sort_by(|a, b| {
            let by_score = b.topic.score.total_cmp(&a.topic.score);
            by_score.then_with(|| b.newest.cmp(&a.newest)).then_with(|| a.topic.id.cmp(&b.topic.id))
        });
        topics
    }

    fn topic(&self, id: &str, mut items: Vec<(&Name, &Item)>, now: Timestamp) -> Rising {
        items.sort_by(|a, b| (b.1.at(), a.0, &a.1.title).cmp(&(a.1.at(), b.0, &b.1.title)));
        let newest = items.first().map_or(now, |(_, item)| item.at());
        let mut says = BTreeMap::<&Name, FeedSays>::new();
        for (name, item) in &items {
            if now.duration_since(item.last_seen) > SHOWN {
                continue;
            }
            // What an item did counts while it is on its list; one that left shows only that it was there.
            let listed = self.feeds.get(*name).and_then(|memory| memory.listed);
            let here = if listed == Some(item.last_seen) { item.says } else { FeedSays::default() };
            let feed = says.entry(name).or_default();
            feed.surprise = feed.surprise.max(here.surprise);
            feed.speed = feed.speed.max(here.speed);
            feed.place = feed.place.max(here.place);
        }
        let says = says.into_values().collect::<Vec<_>>();
        let reasons = Reasons::of(&says, now.duration_since(newest));
        let best = headline(&items);
        let topic = Topic {
            id: id.to_owned(),
            title: best.title.clone(),
            summary: summary(&items, best),
            language: best.language.clone(),
            score: reasons.score(),
            evidence: items.iter().take(EVIDENCE).map(|(name, item)| evidence(name, item)).collect(),
            ..Topic::default()
        };
        Rising { topic, reasons, newest }
    }
}

/// The best headline: of 20 to 120 characters if there is one, with a summary if there is one, and then the earliest, so
/// that it stays the same while others join.
fn headline<'a>(items: &[(&Name, &'a Item)]) -> &'a Item {
    let rank = |item: &Item| {
        let length = item.title.chars().count();
        (!(20..=120).contains(&length), item.summary.is_empty(), item.at())
    };
    let best = items.iter().map(|(_, item)| *item).min_by_key(|item| rank(item));
    best.expect("a topic has at least one item: it was found through it")
}

/// What the feeds say, the best headline's own words first, each saying once, as many whole ones as fit.
fn summary(items: &[(&Name, &Item)], best: &Item) -> String {
    let mut text = best.summary.clone();
    let mut told = BTreeSet::from([best.summary.as_str(), ""]);
    for (_, item) in items.iter().filter(|(_, item)| item.language == best.language) {
        let fits = text.chars().count() + 1 + item.summary.chars().count() <= SUMMARY_MAX;
        if fits && told.insert(&item.summary) && !text.contains(&item.summary) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&item.summary);
        }
    }
    text
}

fn evidence(name: &Name, item: &Item) -> Evidence {
    Evidence {
        feed: FeedId::from(name.clone()),
        title: item.title.clone(),
        link: item.link.clone(),
        at: item.at(),
        count: item.count,
    }
}
