//! Why a topic has its score, with every member and the rows of the past that it was compared with.

use jiff::Timestamp;
use reelpress_config::Name;
use reelpress_vocabulary::FeedId;
use serde::{Deserialize, Serialize};

use super::gather::{self, Placed, Source};
use super::{TrendMemory, groups};
use crate::card::Card;
use crate::cluster::{Change, MemberView};
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
    /// What was done to it: merges and splits, with the numbers that take them back.
    pub changes: Vec<Change>,
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
            let views = self.groups.members(id);
            let joined = |placed: &Placed<'_>| {
                let key = groups::key(placed.feed, placed.key);
                views.iter().find(|view| view.key == key).map_or_else(String::new, |view| Self::joined(view))
            };
            let members = items.iter().map(|placed| Member {
                feed: FeedId::from(placed.feed.clone()),
                key: placed.key.to_owned(),
                title: placed.item.title.clone(),
                first_seen: placed.item.first_seen,
                last_seen: placed.item.last_seen,
                standing: placed.standing.cloned(),
                joined: joined(placed),
            });
            let because = Self::because(&card, items, now);
            let changes = self.groups.changes_of(id).cloned().collect();
            found.push(Explained { because, members: members.collect(), changes, told: self.reports.told(id), card });
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

    fn because(card: &Card, items: &[Placed<'_>], now: Timestamp) -> Vec<String> {
        let (merged, topic) = (gather::merge(items, now), &card.topic);
        let score = format!("score {:.3}", topic.score);
        let feed = merged.best.map_or_else(String::new, |best| best.feed.to_string());
        let mut because = match merged.source {
            Source::Chance if topic.score >= 1.0 => vec![format!("{score}: it is in the top zone of `{feed}` now")],
            Source::Chance => vec![format!(
                "{score}: the chance that it is in the top zone of `{feed}` within 24 h, by what that feed's own items did"
            )],
            Source::Term => vec![format!(
                "{score}: the chance that a term of its title is among the {} of `{feed}` furthest above their past within \
                 24 h",
                crate::terms::STAND_OUT
            )],
            Source::Gain => vec![format!(
                "{score}: a rule, not a probability, as the order of `{feed}` is no ranking: 0.4 x {:.0} % of the most that \
                 an item of it is expected to gain now",
                card.share * 100.0
            )],
            Source::Burst => vec![format!(
                "{score}: a rule, not a probability, as `{feed}` has no ranks and counts: 0.4 x freshness x (1 - 1/2^n) for \
                 n items in 6 h"
            )],
        };
        because.push(format!("the past: {}", card.why));
        if matches!(merged.source, Source::Chance | Source::Gain) {
            let share = card.share * 100.0;
            because.push(format!(
                "expected gain: {share:.0} % of the most that an item of `{feed}` is expected to gain now"
            ));
        }
        if let Some(term) = merged.surprise {
            because.push(format!("term: {}", gather::term_line(term)));
        }
        let carried = card.carried_by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let feeds = crate::report::markdown::plural(topic.feeds, "feed");
        because.push(format!("carried by {feeds} in the last 24 h (beside the score, not in it): {carried}"));
        because
    }

    /// Why an item is in its topic, by what the clusters kept.
    fn joined(view: &MemberView<'_>) -> String {
        let evidence = view.evidence;
        if evidence.with.is_empty() {
            return "the first of the topic".to_owned();
        }
        let reasons = evidence.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        format!("{:.2} like \"{}\": {reasons}", evidence.score, evidence.with)
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
