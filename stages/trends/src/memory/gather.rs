//! Items become cards: text, evidence and score of every topic.
//!
//! ```text
//! score  the greatest chance over the feeds that showed it in the last 24 h (a feed's own calibrated probability that
//!        the item is in its top zone within a day: comparable from feed to feed; how many feeds carry it stands beside)
//! term   a feed without ranks and counts gives the chance that a term of the title stands out in the next 24 h
//! rule   a feed whose order is no ranking gives no such chance. With counts there stands 0.4 x its expected gain as a
//!        share of the feed's greatest; without, and without such a term, 0.4 x freshness x (1 - 1/2^n), n items about
//!        it in the last 6 h, freshness 1 / (1 + age / 12 h). No probability, and said so
//! order  by score, then by the expected gain as a share of its feed's greatest, then the newer
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Name;
use reelpress_vocabulary::{Evidence, FeedId, Label, Topic};

use super::TrendMemory;
use super::item::Item;
use super::stood::Stood;
use crate::card::Card;
use crate::rising::{self, Standing};
use crate::terms::TermStanding;
use crate::text::SUMMARY_MAX;

/// A feed counts as showing a topic if it did so within this time.
pub(super) const SHOWN: SignedDuration = SignedDuration::from_hours(24);
/// Most sightings kept with a topic.
const EVIDENCE: usize = 20;
/// The window of "now" for feeds without ranks and counts.
const RECENT: SignedDuration = SignedDuration::from_hours(6);
/// A topic is new for this long.
const NEW: SignedDuration = SignedDuration::from_hours(3);
/// The most that a feed without ranks and counts can say.
const PLAIN_MOST: f64 = 0.4;

/// An item with where it stands.
pub(super) struct Placed<'a> {
    pub(super) feed: &'a Name,
    pub(super) key: &'a str,
    pub(super) item: &'a Item,
    /// `None` for a feed without ranks and counts, or an item that it has forgotten.
    pub(super) standing: Option<&'a Standing>,
    /// The term of its title that is likeliest to stand out.
    pub(super) term: Option<&'a TermStanding>,
    /// Its expected gain as a share of the greatest on its feed, 0 to 1.
    pub(super) share: f64,
}

/// What a topic's score is made of.
pub(super) struct Merged<'a> {
    pub(super) score: f64,
    pub(super) source: Source,
    /// The term that is furthest above its past.
    pub(super) surprise: Option<&'a TermStanding>,
    pub(super) best: Option<&'a Placed<'a>>,
    pub(super) plain: usize,
    share: f64,
}

/// What a score is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The chance of an item to be in the top zone.
    Chance,
    /// The chance of a term to stand out.
    Term,
    /// A rule over expected gains.
    Gain,
    /// A rule over how many items there are.
    Burst,
}

impl TrendMemory {
    pub(super) fn stood(&self) -> BTreeMap<Name, Arc<Stood>> {
        self.feeds.iter().map(|(name, memory)| (name.clone(), memory.stood())).collect()
    }

    /// The items of every topic, the newest first.
    pub(super) fn placed<'a>(&'a self, stood: &'a BTreeMap<Name, Arc<Stood>>) -> BTreeMap<&'a str, Vec<Placed<'a>>> {
        let mut by_topic = BTreeMap::<&str, Vec<Placed<'_>>>::new();
        for (feed, memory) in &self.feeds {
            for (key, item) in &memory.items {
                let Some(topic) = item.topic.as_deref() else { continue };
                let here = stood.get(feed);
                let most = here.map_or(0.0, |stood| stood.most);
                let standing = here.and_then(|stood| stood.standings.get(key));
                let standing = standing.filter(|_| item.rank.is_some() || item.count.is_some());
                let share = standing.filter(|_| most > 0.0).map_or(0.0, |standing| standing.gain / most);
                by_topic.entry(topic).or_default().push(Placed {
                    feed,
                    key,
                    item,
                    standing,
                    term: here.and_then(|stood| stood.terms.get(key)),
                    share,
                });
            }
        }
        for items in by_topic.values_mut() {
            items.sort_by(|a, b| (b.item.at(), a.feed, &a.item.title).cmp(&(a.item.at(), b.feed, &b.item.title)));
        }
        by_topic
    }

    /// Every topic that is remembered, in no order.
    pub(super) fn topic_cards(&self, now: Timestamp) -> Vec<Card> {
        let stood = self.stood();
        let placed = self.placed(&stood);
        placed.into_iter().map(|(id, items)| self.card(id, &items, now)).collect()
    }

    pub(super) fn card(&self, id: &str, items: &[Placed<'_>], now: Timestamp) -> Card {
        let merged = merge(items, now);
        let shown = items.iter().filter(|placed| now.duration_since(placed.item.last_seen) <= SHOWN);
        // One account on eight servers is one voice.
        let voices = shown.clone().map(|placed| placed.item.author().unwrap_or(placed.feed.as_str()));
        let voices = voices.collect::<BTreeSet<_>>().len();
        let shown = shown.map(|placed| placed.feed).collect::<BTreeSet<_>>();
        let main = merged.best.map(|placed| placed.feed);
        let rest = shown.iter().copied().filter(|feed| Some(*feed) != main);
        let carried_by = main.into_iter().chain(rest).map(|feed| FeedId::from(feed.clone())).collect::<Vec<_>>();
        let best = headline(items);
        let kept = self.topics.get(id);
        let seen = || items.iter().map(|placed| placed.item);
        let first_seen = seen().map(|item| item.first_seen).chain(kept.map(|topic| topic.first_seen)).min();
        let topic = Topic {
            id: id.to_owned(),
            title: best.title.clone(),
            summary: summary(items, best),
            language: best.language.clone(),
            score: merged.score,
            kind: best.kind,
            label: label(items, &merged, first_seen.unwrap_or(now), now),
            probability: matches!(merged.source, Source::Chance | Source::Term).then_some(merged.score),
            feeds: u32::try_from(carried_by.len().min(voices)).unwrap_or(u32::MAX),
            first_seen,
            evidence: items.iter().flat_map(evidence).take(EVIDENCE).collect(),
        };
        let standing = merged.best.and_then(|placed| placed.standing);
        Card {
            topic,
            surprise: merged.surprise.map(|term| term.z),
            share: merged.share,
            velocity: standing.map_or(0.0, |standing| standing.velocity),
            best_rank: seen().map(|item| item.rank).chain(kept.map(|topic| topic.best_rank)).flatten().min(),
            peak: seen().map(|item| item.count).chain(kept.map(|topic| topic.peak)).flatten().max(),
            carried_by,
            last_seen: seen().map(|item| item.last_seen).max().unwrap_or(now),
            why: why(&merged),
        }
    }
}

/// Puts together what the feeds say about a topic.
pub(super) fn merge<'a>(items: &'a [Placed<'a>], now: Timestamp) -> Merged<'a> {
    let shown = || items.iter().filter(|placed| now.duration_since(placed.item.last_seen) <= SHOWN);
    let is_plain = |placed: &&Placed<'_>| placed.standing.is_none() && now.duration_since(placed.item.at()) < RECENT;
    let plain = shown().filter(is_plain).count();
    let newest = items.iter().map(|placed| placed.item.at()).max().unwrap_or(now);
    let hours = now.duration_since(newest).as_secs_f64().max(0.0) / 3_600.0;
    let burst = PLAIN_MOST * (1.0 - (-(plain.clamp(1, 30) as f64)).exp2()) / (1.0 + hours / 12.0);
    let says = |placed: &Placed<'_>| match (placed.standing, placed.term) {
        (Some(standing), _) if standing.why.zone > 0 => (standing.chance, Source::Chance),
        (Some(_), _) => (PLAIN_MOST * placed.share, Source::Gain),
        (None, Some(term)) if term.probability > burst => (term.probability, Source::Term),
        (None, _) => (burst, Source::Burst),
    };
    let best = shown().max_by(|a, b| {
        let by_score = says(a).0.total_cmp(&says(b).0).then(a.share.total_cmp(&b.share));
        by_score.then_with(|| b.feed.cmp(a.feed)).then_with(|| b.key.cmp(a.key))
    });
    let surprise = shown().filter_map(|placed| placed.term).max_by(|a, b| a.z.total_cmp(&b.z));
    let (score, source) = best.map_or((0.0, Source::Burst), says);
    Merged { score: score.clamp(0.0, 1.0), source, surprise, share: best.map_or(0.0, |best| best.share), best, plain }
}

fn label(items: &[Placed<'_>], merged: &Merged<'_>, first_seen: Timestamp, now: Timestamp) -> Label {
    let shown = items.iter().filter(|placed| now.duration_since(placed.item.last_seen) <= SHOWN);
    if shown.clone().next().is_none() {
        return Label::Falling;
    }
    let mut labels = shown.filter_map(|placed| placed.standing).map(|standing| standing.label);
    if labels.any(|label| label == rising::Label::Rising) {
        return Label::Rising;
    }
    if now.duration_since(first_seen) < NEW {
        return Label::New;
    }
    match (merged.best.and_then(|placed| placed.standing).map(|standing| standing.label), merged.plain) {
        (Some(rising::Label::New), _) => Label::New,
        (Some(rising::Label::Rising), _) | (None, 2..) => Label::Rising,
        (Some(rising::Label::Steady), _) | (None, 1) => Label::Steady,
        (Some(rising::Label::Falling), _) | (None, 0) => Label::Falling,
    }
}

fn why(merged: &Merged<'_>) -> String {
    let Some(best) = merged.best else { return "on no list in the last 24 h".to_owned() };
    let feed = best.feed;
    match (merged.source, best.standing, best.term) {
        (Source::Chance | Source::Gain, Some(standing), _) => format!("{feed}: {}", standing.why),
        (Source::Term, _, Some(term)) => format!("{feed}: {}", term_line(term)),
        _ if merged.plain == 1 => format!("{feed}: 1 item about it in the last 6 h"),
        _ => format!("{feed}: {} items about it in the last 6 h", merged.plain),
    }
}

/// What a term says, in words.
pub(super) fn term_line(term: &TermStanding) -> String {
    format!(
        "`{}` gets {:.1} in 6 h where {:.1} (deviation {:.1}) is usual over {:.0} days: z {:.1}; {:.1} % to stand out in \
         the next 24 h, {} voices",
        term.term,
        term.x,
        term.mean,
        term.sd,
        term.days_of_past,
        term.z,
        term.probability * 100.0,
        term.voices
    )
}

/// The best headline: of 20 to 120 characters if there is one, with a summary if there is one, and then the earliest, so
/// that it stays the same while others join.
fn headline<'a>(items: &[Placed<'a>]) -> &'a Item {
    let rank = |item: &Item| {
        let length = item.title.chars().count();
        (!(20..=120).contains(&length), item.summary.is_empty(), item.at())
    };
    let best = items.iter().map(|placed| placed.item).min_by_key(|item| rank(item));
    best.expect("a topic has at least one item: it was found through it")
}

/// What the feeds say, the best headline's own words first, each saying once, as many whole ones as fit.
fn summary(items: &[Placed<'_>], best: &Item) -> String {
    let mut text = best.summary.clone();
    let mut told = BTreeSet::from([best.summary.as_str(), ""]);
    for item in items.iter().map(|placed| placed.item).filter(|item| item.language == best.language) {
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

/// The sighting itself, and the pages that its feed names beside it.
fn evidence(placed: &Placed<'_>) -> impl Iterator<Item = Evidence> {
    let (feed, item) = (FeedId::from(placed.feed.clone()), placed.item);
    let own = Evidence {
        feed: feed.clone(),
        title: item.title.clone(),
        link: item.link.clone(),
        at: item.at(),
        count: item.count,
    };
    let at = item.at();
    let beside = item.references.iter().map(move |(title, link)| Evidence {
        feed: feed.clone(),
        title: title.clone(),
        link: Some(link.clone()),
        at,
        count: None,
    });
    std::iter::once(own).chain(beside)
}
