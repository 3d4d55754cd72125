//! Which headlines are about the same thing.
//!
//! The same canonical link is the same story. So are two titles where the rarer words of the shorter one are found in the
//! other (containment weighted by inverse document frequency, at least one half), unless
//! * both keep a rare part that the other does not have: those are templates with one name swapped;
//! * both name numbers, and not the same ones;
//! * one of them says that it is not so (`is broken`, `is not broken`);
//! * they come from one feed under different links a day apart: that is a column, not a story.
//!
//! A headline joins a topic only if it is similar to every title already in it, so topics do not grow by chaining. A
//! missed merge makes two videos of one story, which screening can still see; a wrong merge mixes the facts of two, so
//! where in doubt headlines stay apart.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::tokens;

/// Least weighted share of the shorter title that the other must hold.
const CONTAINED: f64 = 0.5;
/// Least weighted share of the longer title that must be matched.
const COVERED: f64 = 0.3;
/// An unmatched word is a rare part if it weighs at least this much of a matched one.
const RARE: f64 = 0.8;
/// In Chinese and Japanese, where pairs overlap word ends: the least unmatched share that is a rare part.
const RARE_SHARE: f64 = 0.3;
/// From here on two items of one feed under one title are two issues of a column.
const COLUMN: SignedDuration = SignedDuration::from_hours(20);
/// Most titles of a topic that a newcomer is compared with.
const COMPARED: usize = 12;

/// What clustering sees of one item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Headline<'a> {
    pub(crate) feed: &'a str,
    /// When it was published, or else first seen.
    pub(crate) at: Timestamp,
    pub(crate) title: &'a str,
    pub(crate) language: &'a str,
    /// The canonical link, if it names this story and no other.
    pub(crate) link: Option<&'a str>,
}

impl Headline<'_> {
    /// What the item is in itself: its link, or else its words. A topic's id is the hash of its first headline's.
    pub(crate) fn identity(&self) -> String {
        if let Some(link) = self.link {
            return format!("link:{link}");
        }
        let words = tokens::words(self.title);
        if words.is_empty() { format!("text:{}", self.title) } else { format!("title:{}", words.join(" ")) }
    }
}

/// Gives each new headline its topic: one of the known ones or a new one. The order of `new` makes no difference to which
/// headlines are together; the earliest of a topic gives it its id.
pub(crate) fn assign(known: &[(&str, Headline<'_>)], new: &[Headline<'_>]) -> Vec<String> {
    let mut words = Words::default();
    let known_words = known.iter().map(|(_, headline)| words.features(headline)).collect::<Vec<_>>();
    let identities = new.iter().map(Headline::identity).collect::<Vec<_>>();
    let mut order = (0..new.len()).collect::<Vec<_>>();
    order.sort_by_key(|&at| (new[at].at, &identities[at], new[at].title, new[at].feed));
    // Words are numbered in this order too, so that sums of weights are the same to the last bit.
    let new_words = order.iter().map(|&at| words.features(&new[at])).collect::<Vec<_>>();
    let mut topics = Topics { words, ..Topics::default() };
    for ((topic, headline), features) in known.iter().zip(known_words) {
        let at = topics.open(topic);
        topics.join(at, headline, features);
    }
    let mut found = vec![String::new(); new.len()];
    for (at, features) in order.into_iter().zip(new_words) {
        let (headline, identity) = (&new[at], &identities[at]);
        let topic = topics.of(headline, identity, &features).unwrap_or_else(|| topics.open(&id_of(identity)));
        topics.join(topic, headline, features);
        found[at].clone_from(&topics.list[topic].id);
    }
    found
}

/// 128 bits are plenty for the topics of a lifetime.
fn id_of(identity: &str) -> String {
    blake3::hash(identity.as_bytes()).to_hex()[..32].to_owned()
}

/// The words of all headlines, numbered, with how many headlines hold each.
#[derive(Default)]
struct Words {
    numbers: HashMap<String, usize>,
    known: Vec<Word>,
    headlines: usize,
}

struct Word {
    held_by: usize,
    is_number: bool,
    is_pair: bool,
    is_negation: bool,
}

impl Words {
    fn features(&mut self, headline: &Headline<'_>) -> BTreeSet<usize> {
        self.headlines += 1;
        let mut found = BTreeSet::new();
        for word in tokens::features(headline.title, headline.language) {
            let is_number = tokens::is_number(&word);
            let is_negation = tokens::is_negation(&word);
            let is_pair = word.chars().next().is_some_and(tokens::is_cjk);
            let at = *self.numbers.entry(word).or_insert_with(|| {
                self.known.push(Word { held_by: 0, is_number, is_pair, is_negation });
                self.known.len() - 1
            });
            self.known[at].held_by += 1;
            found.insert(at);
        }
        found
    }

    /// Inverse document frequency: above 0, higher for rarer words.
    fn weight(&self, word: usize) -> f64 {
        (1.0 + self.headlines as f64 / self.known[word].held_by.max(1) as f64).ln()
    }

    fn total<'a>(&self, words: impl Iterator<Item = &'a usize>) -> f64 {
        words.map(|word| self.weight(*word)).sum()
    }

    /// How much of the shorter title is in the other, 0.5 to 1, or `None` if they are not about the same thing.
    fn similarity(&self, a: &BTreeSet<usize>, b: &BTreeSet<usize>) -> Option<f64> {
        if a == b {
            return (!a.is_empty()).then_some(1.0);
        }
        let both = a.intersection(b).copied().collect::<Vec<_>>();
        let is_paired = both.iter().filter(|word| self.known[**word].is_pair).count() * 2 > both.len();
        if both.len() < if is_paired { 3 } else { 2 } || self.numbers_differ(a, b) || self.denies(a) != self.denies(b) {
            return None;
        }
        let matched = self.total(both.iter());
        let (all_a, all_b) = (self.total(a.iter()), self.total(b.iter()));
        let contained = matched / all_a.min(all_b);
        if contained < CONTAINED || matched / all_a.max(all_b) < COVERED {
            return None;
        }
        let mean = matched / both.len() as f64;
        let keeps_rare_part = |own: &BTreeSet<usize>, other: &BTreeSet<usize>, all: f64| {
            if is_paired {
                1.0 - matched / all >= RARE_SHARE
            } else {
                own.difference(other).any(|word| self.weight(*word) >= RARE * mean)
            }
        };
        (!(keeps_rare_part(a, b, all_a) && keeps_rare_part(b, a, all_b))).then_some(contained)
    }

    fn denies(&self, words: &BTreeSet<usize>) -> bool {
        words.iter().any(|word| self.known[*word].is_negation)
    }

    fn numbers_differ(&self, a: &BTreeSet<usize>, b: &BTreeSet<usize>) -> bool {
        let numbers = |words: &BTreeSet<usize>| {
            words.iter().copied().filter(|word| self.known[*word].is_number).collect::<BTreeSet<_>>()
        };
        let (a, b) = (numbers(a), numbers(b));
        !a.is_empty() && !b.is_empty() && a != b
    }
}

#[derive(Default)]
struct Topics {
    words: Words,
    list: Vec<OneTopic>,
    by_id: HashMap<String, usize>,
    by_identity: HashMap<String, usize>,
    by_word: HashMap<usize, BTreeSet<usize>>,
}

struct OneTopic {
    id: String,
    members: Vec<Member>,
}

struct Member {
    features: BTreeSet<usize>,
    feed: String,
    link: Option<String>,
    at: Timestamp,
}

impl Topics {
    fn open(&mut self, id: &str) -> usize {
        *self.by_id.entry(id.to_owned()).or_insert_with(|| {
            self.list.push(OneTopic { id: id.to_owned(), members: Vec::new() });
            self.list.len() - 1
        })
    }

    fn join(&mut self, topic: usize, headline: &Headline<'_>, features: BTreeSet<usize>) {
        self.by_identity.entry(headline.identity()).or_insert(topic);
        for word in &features {
            self.by_word.entry(*word).or_default().insert(topic);
        }
        let (feed, link) = (headline.feed.to_owned(), headline.link.map(str::to_owned));
        self.list[topic].members.push(Member { features, feed, link, at: headline.at });
    }

    fn of(&self, headline: &Headline<'_>, identity: &str, features: &BTreeSet<usize>) -> Option<usize> {
        if let Some(topic) = self.by_identity.get(identity) {
            return Some(*topic);
        }
        // Words that a tenth of all headlines hold lead nowhere.
        let common = (self.words.headlines / 10).max(20);
        let mut candidates = BTreeMap::<usize, usize>::new();
        for word in features.iter().filter(|word| self.words.known[**word].held_by <= common) {
            for topic in self.by_word.get(word).into_iter().flatten() {
                *candidates.entry(*topic).or_default() += 1;
            }
        }
        let least = features.len().min(2);
        let candidates = candidates.into_iter().filter(|(_, shared)| *shared >= least).map(|(topic, _)| topic);
        let scored = candidates.filter_map(|topic| Some((self.fits(topic, headline, features)?, topic)));
        // The best; of equal ones the one that was there first.
        scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, topic)| topic)
    }

    /// The least similarity to any title of the topic.
    fn fits(&self, topic: usize, headline: &Headline<'_>, features: &BTreeSet<usize>) -> Option<f64> {
        let mut least = 1.0_f64;
        for member in self.list[topic].members.iter().rev().take(COMPARED) {
            let apart = headline.at.duration_since(member.at).abs() >= COLUMN;
            if apart && member.feed == headline.feed && member.link.as_deref() != headline.link {
                return None;
            }
            least = least.min(self.words.similarity(features, &member.features)?);
        }
        Some(least)
    }
}
