//! Labelled scripts and captions, and how well the rules do on them.
//!
//! The texts were written for this purpose. One part served to write the rules; what they missed of a second part served
//! to better them; a third was put aside before that and is only measured: it says most.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::Deserialize;

use crate::facts::{Fact, FactValue};
use crate::policies::Policies;
use crate::subject::{Field, Subject};

/// Which part of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Rules were written looking at it.
    Tuning,
    /// Nobody looked at it while the first rules were written; what they missed of it served to better them.
    Blind,
    /// Nobody looked at it while rules were written or bettered.
    Fresh,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Tuning, Self::Blind, Self::Fresh];

    /// The word for it in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::Blind => "blind",
            Self::Fresh => "fresh",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Tuning => include_str!("../corpus/tuning.ndjson"),
            Self::Blind => include_str!("../corpus/blind.ndjson"),
            Self::Fresh => include_str!("../corpus/fresh.ndjson"),
        }
    }
}

/// Labelled texts.
#[derive(Debug, Clone)]
pub struct Corpus(Vec<Sample>);

/// A line of the corpus that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct CorpusError {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// ISO 639-1
    lang: String,
    /// What is spoken.
    #[serde(default)]
    say: String,
    /// What stands in the picture.
    #[serde(default)]
    show: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    facts: BTreeMap<String, FactValue>,
    /// The groups of rules that must stop it; empty for what is fine.
    expect: Vec<String>,
}

/// A group of rules, by the pack's name, and the language; `None` for all languages.
pub type Group = (String, Option<String>);

/// Right and wrong answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scores {
    /// Found and meant to be.
    pub hits: u32,
    /// Found, but fine.
    pub false_alarms: u32,
    /// Not found, but meant to be.
    pub misses: u32,
}

impl AddAssign for Scores {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.false_alarms += other.false_alarms;
        self.misses += other.misses;
    }
}

impl Scores {
    /// Share of what was found that was meant to be, 0 to 1; `None` if nothing was found.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        share(self.hits, self.false_alarms)
    }

    /// Share of what was meant to be found that was, 0 to 1; `None` if nothing was meant to be.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        share(self.hits, self.misses)
    }
}

fn share(part: u32, rest: u32) -> Option<f64> {
    let all = part + rest;
    (all > 0).then(|| f64::from(part) / f64::from(all))
}

impl Corpus {
    /// The part that is built in.
    ///
    /// # Errors
    /// [`CorpusError`]: never for the built-in ones, as a test holds.
    pub fn built_in(part: Part) -> Result<Self, CorpusError> {
        Self::parse(part.text())
    }

    /// Reads NDJSON: `lang`, one or more of `say`, `show`, `caption`, `tags`, perhaps `facts`, and `expect`, the packs
    /// that must stop it.
    ///
    /// # Errors
    /// [`CorpusError`] at the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, CorpusError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let read = |(at, line): (usize, &str)| {
            let wrong = |message: String| CorpusError { line: at + 1, message };
            let sample = serde_json::from_str::<Sample>(line).map_err(|error| wrong(error.to_string()))?;
            sample.subject().map_err(wrong)?;
            Ok(sample)
        };
        lines.map(read).collect::<Result<_, _>>().map(Self)
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many texts must be stopped by nothing.
    #[must_use]
    pub fn clean(&self) -> usize {
        self.0.iter().filter(|sample| sample.expect.is_empty()).count()
    }

    /// How the rules do, by group and by group and language; and for all groups together, under the name `all`.
    #[must_use]
    pub fn scores(&self, policies: &Policies) -> BTreeMap<Group, Scores> {
        let mut scores = BTreeMap::<Group, Scores>::new();
        for sample in &self.0 {
            for (group, score) in sample.scores(policies) {
                for (name, language) in
                    [(group.as_str(), None), (&group, Some(&sample.lang)), ("all", None), ("all", Some(&sample.lang))]
                {
                    *scores.entry((name.to_owned(), language.cloned())).or_default() += score;
                }
            }
        }
        scores
    }

    /// What is not as it should be, a line each: for who writes rules.
    #[must_use]
    pub fn mistakes(&self, policies: &Policies) -> Vec<String> {
        let mut lines = Vec::new();
        for sample in &self.0 {
            let found = sample.found(policies);
            for (group, score) in sample.scores(policies) {
                let (word, by) = match (score.false_alarms, score.misses) {
                    (0, 0) => continue,
                    (0, _) => ("missed", String::new()),
                    _ => ("false alarm", found.get(&group).cloned().unwrap_or_default()),
                };
                let text = [&sample.say, &sample.show, &sample.caption].into_iter().find(|text| !text.is_empty());
                lines.push(format!("{word} {group} [{}] {by}: {}", sample.lang, text.map_or("", String::as_str)));
            }
        }
        lines
    }
}

impl Sample {
    fn subject(&self) -> Result<Subject, String> {
        let mut subject = Subject { language: Some(self.lang.clone()), ..Subject::default() };
        let texts = [(Field::Narration, &self.say), (Field::OnScreen, &self.show), (Field::Caption, &self.caption)];
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            subject.add(field, field.as_str(), text);
        }
        if subject.texts.is_empty() && self.tags.is_empty() {
            return Err("sample has no text".to_owned());
        }
        subject.hashtags = Some(self.tags.clone());
        for (name, value) in &self.facts {
            let fact = Fact::named(name).ok_or_else(|| format!("there is no fact `{name}`"))?;
            subject.facts.set(fact, value.clone()).map_err(|error| error.to_string())?;
        }
        Ok(subject)
    }

    /// The packs that stop it by what is in its texts, each with its rules and words.
    fn found(&self, policies: &Policies) -> BTreeMap<String, String> {
        let mut found = BTreeMap::<String, String>::new();
        let subject = self.subject().unwrap_or_default();
        let stops = policies.judge(&subject).findings.into_iter().filter(|one| one.action.stops());
        for finding in stops.filter(|one| !one.places.is_empty() || !one.presumed) {
            let places = finding.places.iter().map(|place| place.excerpt.as_str()).collect::<Vec<_>>().join(", ");
            let by = found.entry(finding.pack).or_default();
            by.extend(["(", &finding.rule, ": ", &places, ")"]);
        }
        found
    }

    fn scores(&self, policies: &Policies) -> BTreeMap<String, Scores> {
        let found = self.found(policies);
        let groups = found.keys().chain(&self.expect).cloned();
        let score = |group: String| {
            let (is_found, is_meant) = (found.contains_key(&group), self.expect.contains(&group));
            let score = Scores {
                hits: u32::from(is_found && is_meant),
                false_alarms: u32::from(is_found && !is_meant),
                misses: u32::from(!is_found && is_meant),
            };
            (group, score)
        };
        groups.map(score).collect()
    }
}
