//! What makes a rule find something, and how that is decided: with three answers, because what is not known is neither
//! found nor absent.

use std::collections::BTreeSet;

use reelpress_vocabulary::{MediaKind, Platform};
use serde::Deserialize;

use crate::facts::{Fact, FactValue};
use crate::fold::Document;
use crate::measure::{self, Measure};
use crate::media::{self, Fault, Looked};
use crate::personal::{Detector, masked};
use crate::repeats::Wording;
use crate::subject::{Field, Subject};
use crate::words::Hit;

/// What makes a rule find something.
#[derive(Debug, Clone)]
pub(crate) enum Trigger {
    Any(Vec<Trigger>),
    All(Vec<Trigger>),
    Not(Box<Trigger>),
    /// Phrases or patterns.
    Found(Found),
    /// Phrases of several lists, one after the other in one sentence, with at most `within` words between two.
    Sequence {
        found: Found,
        parts: u8,
        within: usize,
    },
    Measure {
        fields: Fields,
        measure: Measure,
        above: Option<f64>,
        below: Option<f64>,
    },
    /// At least `times` of the account's recent captions are as like this one as `likeness` percent.
    Repeats {
        likeness: f64,
        times: usize,
    },
    Personal {
        found: Found,
        detector: Detector,
    },
    Media {
        fault: Fault,
        kinds: Vec<MediaKind>,
    },
    Fact {
        fact: Fact,
        test: FactTest,
    },
}

/// Where and how often something must be found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its number over all rules.
    pub(crate) leaf: u32,
    pub(crate) fields: Fields,
    pub(crate) prominent: Option<Prominent>,
    pub(crate) times: usize,
}

/// The part of a text that is seen without a tap: what is behind it does not count.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prominent {
    characters: usize,
    lines: usize,
    /// Hashtags in a row before a heap begins.
    tags: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum FactTest {
    Is(Vec<FactValue>),
    Above(f64),
    Below(f64),
}

/// A set of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fields(u16);

/// The answer of a trigger.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Truth {
    /// Yes, for these places.
    Yes(Vec<Spot>),
    No,
    /// It would take these to know; what is known already lies at these places.
    Unknown(BTreeSet<String>, Vec<Spot>),
}

/// Where something is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    /// The text; `None` for what is no text's.
    pub(crate) source: Option<usize>,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// In place of the words there.
    pub(crate) said: Option<String>,
}

/// All that a trigger is decided with.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) document: &'a Document,
    /// By leaf.
    pub(crate) hits: &'a [Vec<Hit>],
    /// The subject's platforms that the rule is about.
    pub(crate) platforms: &'a [Platform],
}

impl Fields {
    pub(crate) fn of(fields: &[Field]) -> Self {
        Self(fields.iter().fold(0, |set, field| set | 1 << *field as u16))
    }

    pub(crate) fn has(self, field: Field) -> bool {
        self.0 & 1 << field as u16 != 0
    }

    fn names(self) -> BTreeSet<String> {
        Field::ALL.into_iter().filter(|field| self.has(*field)).map(|field| field.as_str().to_owned()).collect()
    }
}

impl Trigger {
    pub(crate) fn decide(&self, look: &Look<'_>) -> Truth {
        match self {
            Self::Any(parts) => any(parts.iter().map(|part| part.decide(look))),
            Self::All(parts) => all(parts.iter().map(|part| part.decide(look))),
            Self::Not(part) => match part.decide(look) {
                Truth::Yes(_) => Truth::No,
                Truth::No => Truth::Yes(Vec::new()),
                Truth::Unknown(missing, _) => Truth::Unknown(missing, Vec::new()),
            },
            Self::Found(found) => look.found(found, |found, look| look.hits_of(found)),
            Self::Sequence { found, parts, within } => {
                look.found(found, |found, look| look.sequences(found, *parts, *within))
            }
            Self::Personal { found, detector } => look.found(found, |found, look| look.personal(found, *detector)),
            Self::Measure { fields, measure, above, below } => look.measured(*fields, *measure, *above, *below),
            Self::Repeats { likeness, times } => look.repeated(*likeness, *times),
            Self::Media { fault, kinds } => match media::look(look.subject, *fault, kinds, look.platforms) {
                Looked::Wrong(why) => Truth::Yes(why.into_iter().map(Spot::said).collect()),
                Looked::Fine => Truth::No,
                Looked::Unknown(what) => Truth::Unknown([what].into(), Vec::new()),
            },
            Self::Fact { fact, test } => match look.subject.facts.get(*fact) {
                None => Truth::Unknown([fact.as_str().to_owned()].into(), Vec::new()),
                Some(value) if test.holds(value) => Truth::Yes(Vec::new()),
                Some(_) => Truth::No,
            },
        }
    }
}

fn any(parts: impl Iterator<Item = Truth>) -> Truth {
    let (mut spots, mut missing, mut is_yes) = (Vec::new(), BTreeSet::new(), false);
    for part in parts {
        match part {
            Truth::Yes(found) => {
                is_yes = true;
                spots.extend(found);
            }
            Truth::No => {}
            Truth::Unknown(what, known) => {
                missing.extend(what);
                spots.extend(known);
            }
        }
    }
    match (is_yes, missing.is_empty()) {
        (true, _) => Truth::Yes(spots),
        (false, true) => Truth::No,
        (false, false) => Truth::Unknown(missing, spots),
    }
}

fn all(parts: impl Iterator<Item = Truth>) -> Truth {
    let (mut spots, mut missing) = (Vec::new(), BTreeSet::new());
    for part in parts {
        match part {
            Truth::Yes(found) => spots.extend(found),
            Truth::No => return Truth::No,
            Truth::Unknown(what, known) => {
                missing.extend(what);
                spots.extend(known);
            }
        }
    }
    if missing.is_empty() { Truth::Yes(spots) } else { Truth::Unknown(missing, spots) }
}

impl FactTest {
    fn holds(&self, value: &FactValue) -> bool {
        match (self, value) {
            (Self::Is(wanted), value) => wanted.contains(value),
            (Self::Above(limit), FactValue::Number(number)) => number > limit,
            (Self::Below(limit), FactValue::Number(number)) => number < limit,
            (Self::Above(_) | Self::Below(_), FactValue::Flag(_) | FactValue::Word(_)) => false,
        }
    }
}

impl Spot {
    fn said(said: String) -> Self {
        Self { source: None, start: 0, end: 0, said: Some(said) }
    }
}

impl From<Hit> for Spot {
    fn from(hit: Hit) -> Self {
        Self { source: Some(hit.source), start: hit.start, end: hit.end, said: None }
    }
}

impl Look<'_> {
    /// A text that is not there cannot be searched; one of several is enough to say that something is found.
    fn found(&self, found: &Found, spots: impl Fn(&Found, &Self) -> Vec<Spot>) -> Truth {
        let spots = spots(found, self);
        if spots.len() >= found.times {
            return Truth::Yes(spots);
        }
        if self.is_known(found.fields) { Truth::No } else { Truth::Unknown(found.fields.names(), Vec::new()) }
    }

    fn is_known(&self, fields: Fields) -> bool {
        self.subject.texts.iter().any(|text| fields.has(text.field))
            || (fields.has(Field::Hashtags) && self.subject.hashtags.is_some())
            || (fields.has(Field::Post) && !self.subject.posts.is_empty())
    }

    fn is_looked_at(&self, source: usize, fields: Fields) -> bool {
        let source = &self.document.sources[source];
        fields.has(source.field) && source.platform.is_none_or(|platform| self.platforms.contains(&platform))
    }

    fn leaf(&self, found: &Found) -> &[Hit] {
        self.hits.get(found.leaf as usize).map_or(&[], Vec::as_slice)
    }

    fn counts(&self, found: &Found, source: usize, start: u32, end: u32) -> bool {
        let excused = self
            .leaf(found)
            .iter()
            .any(|hit| hit.excuses && hit.source == source && hit.start < end && start < hit.end);
        let text = || &self.document.sources[source].text;
        self.is_looked_at(source, found.fields)
            && !excused
            && found.prominent.is_none_or(|prominent| (start as usize) < prominent.end(text()))
    }

    /// The same stretch may be found by two words or in two readings: it counts once.
    fn hits_of(&self, found: &Found) -> Vec<Spot> {
        let mut spots = Vec::<Hit>::new();
        for hit in self.leaf(found).iter().filter(|hit| !hit.excuses) {
            let known = spots.last().is_some_and(|last| last.source == hit.source && hit.start < last.end);
            if !known && self.counts(found, hit.source, hit.start, hit.end) {
                spots.push(*hit);
            }
        }
        spots.into_iter().map(Spot::from).collect()
    }

    fn sequences(&self, found: &Found, parts: u8, within: usize) -> Vec<Spot> {
        let hits = self.leaf(found);
        let of_part = |part: u8| hits.iter().filter(move |hit| !hit.excuses && hit.part == part);
        let mut spots = Vec::new();
        for first in of_part(0) {
            let next = |last: Hit, part: u8| {
                of_part(part).find(|hit| hit.source == last.source && self.is_near(&last, hit, within)).copied()
            };
            let last = (1..parts).try_fold(*first, next);
            if let Some(last) = last
                && self.counts(found, first.source, first.start, last.end)
            {
                spots.push(Spot { source: Some(first.source), start: first.start, end: last.end, said: None });
            }
        }
        spots
    }

    /// Behind `first`, in the same sentence, with at most `within` words between.
    fn is_near(&self, first: &Hit, second: &Hit, within: usize) -> bool {
        let text = &self.document.sources[first.source].text;
        let Some(between) = text.get(first.end as usize..second.start as usize) else { return false };
        let ends = ['.', '!', '?', ';', '\u{2026}'];
        !between.contains(ends) && between.split_whitespace().count() <= within
    }

    fn personal(&self, found: &Found, detector: Detector) -> Vec<Spot> {
        let mut spots = Vec::new();
        for (at, source) in self.document.sources.iter().enumerate() {
            let ranges = if self.is_looked_at(at, found.fields) { detector.find(&source.text) } else { Vec::new() };
            for range in ranges {
                let (start, end) = (range.start as u32, range.end as u32);
                if self.counts(found, at, start, end) {
                    spots.push(Spot { source: Some(at), start, end, said: Some(masked(&source.text[range])) });
                }
            }
        }
        spots
    }

    fn measured(&self, fields: Fields, measure: Measure, above: Option<f64>, below: Option<f64>) -> Truth {
        if !self.is_known(fields) {
            return Truth::Unknown(fields.names(), Vec::new());
        }
        let mut spots = Vec::new();
        for (at, source) in self.document.sources.iter().enumerate().filter(|(at, _)| self.is_looked_at(*at, fields)) {
            let (number, unit) = measure.of(&source.text);
            let is_wrong = above.is_some_and(|limit| number > limit) || below.is_some_and(|limit| number < limit);
            if is_wrong {
                let limit = match (above, below) {
                    (Some(most), _) if number > most => format!("more than {most}"),
                    (_, least) => format!("less than {}", least.unwrap_or_default()),
                };
                let said = format!("{} {unit}, {limit}", (number * 10.0).round() / 10.0);
                spots.push(Spot { source: Some(at), start: 0, end: 0, said: Some(said) });
            }
        }
        if spots.is_empty() { Truth::No } else { Truth::Yes(spots) }
    }

    fn repeated(&self, likeness: f64, times: usize) -> Truth {
        let captions = self.document.sources.iter().enumerate().filter(|(_, source)| source.field == Field::Caption);
        let unknown = |what: &str| Truth::Unknown([what.to_owned()].into(), Vec::new());
        let Some((at, caption)) = captions.into_iter().next() else { return unknown("caption") };
        let Some(recent) = &self.subject.recent_captions else {
            return unknown("recent captions of the account");
        };
        let own = Wording::of(&caption.text);
        if own.is_empty() {
            return Truth::No;
        }
        let alike = recent.iter().take(Subject::RECENT_MAX).filter(|old| own.likeness(&Wording::of(old)) >= likeness);
        let count = alike.count();
        if count < times {
            return Truth::No;
        }
        let said = format!("{count} recent captions are at least {likeness} % like it");
        Truth::Yes(vec![Spot { source: Some(at), start: 0, end: 0, said: Some(said) }])
    }
}

impl Prominent {
    /// Where the prominent part of a text ends, in bytes.
    fn end(self, text: &str) -> usize {
        let by_length = text.char_indices().nth(self.characters).map(|(at, _)| at);
        let by_lines = text.match_indices('\n').nth(self.lines.saturating_sub(1)).map(|(at, _)| at);
        let (mut in_a_row, mut by_words) = (0, None);
        let mut at = 0;
        for word in text.split_inclusive(char::is_whitespace) {
            in_a_row = if measure::is_tag(word) { in_a_row + 1 } else { 0 };
            if measure::is_link(word) || in_a_row > self.tags {
                by_words = Some(at);
                break;
            }
            at += word.len();
        }
        [by_length, by_lines, by_words].into_iter().flatten().min().unwrap_or(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_without_a_tap_ends_at_a_link_a_heap_of_tags_a_line_or_a_length() {
        let prominent = Prominent { characters: 20, lines: 2, tags: 2 };
        assert_eq!(prominent.end("short"), 5);
        assert_eq!(prominent.end("see https://a.example #ad"), 4);
        assert_eq!(prominent.end("a #b #c #ad"), 8);
        assert_eq!(prominent.end("a\nb\nc"), 3);
        assert_eq!(prominent.end("äääääääääääääääääääääää"), 40);
    }

    #[test]
    fn not_known_is_neither_yes_nor_no() {
        let (yes, unknown) = (Truth::Yes(Vec::new()), Truth::Unknown(["x".to_owned()].into(), Vec::new()));
        assert_eq!(any([yes.clone(), unknown.clone()].into_iter()), yes);
        assert_eq!(any([Truth::No, unknown.clone()].into_iter()), unknown);
        assert_eq!(all([yes.clone(), unknown.clone()].into_iter()), unknown);
        assert_eq!(all([Truth::No, unknown.clone()].into_iter()), Truth::No);
    }
}
