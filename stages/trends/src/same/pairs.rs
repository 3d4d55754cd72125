//! Files of pairs of titles, judged and, where they are labelled, measured.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{Read, Write};

use csv::StringRecord;
use serde::Serialize;

use super::{Commonness, Judgement, Title, judge};
use crate::language;

/// Pairs read of one file.
const PAIRS: usize = 100_000;

/// What a person said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// One event.
    Same,
    /// Events that have to do with each other; they stay apart.
    Related,
    /// Different events.
    Different,
}

impl Label {
    /// Reads `same`/`1`/`yes`/`true`, `related`, `different`/`0`/`no`/`false` and what else people write for them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        Some(match text.as_str() {
            "same" | "1" | "1.0" | "true" | "yes" | "y" | "same_event" | "same-event" | "same event" | "positive"
            | "duplicate" | "match" | "相同" | "同一" | "同一事件" => Self::Same,
            "related" | "rel" | "similar" | "partial" | "related_event" | "0.5" | "相关" => Self::Related,
            "different" | "diff" | "0" | "0.0" | "-1" | "false" | "no" | "n" | "unrelated" | "distinct"
            | "negative" | "apart" | "other" | "not_same" | "not same" | "2" | "不同" | "无关" => Self::Different,
            _ => return None,
        })
    }
}

/// A pair with what the judge says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedPair {
    /// Its line in the file, the header being line 1.
    pub line: u64,
    /// The first title.
    pub title_a: String,
    /// The second title.
    pub title_b: String,
    /// ISO 639-1 codes, as given or as found; `und` where that could not be told.
    pub languages: (String, String),
    /// What a person said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// `same` or `apart`.
    pub verdict: &'static str,
    /// How likely it is one event, 0 to 1.
    pub score: f64,
    /// Why, in words.
    pub reasons: Vec<String>,
}

impl JudgedPair {
    fn is_same(&self) -> bool {
        self.verdict == SAME
    }

    /// `zh`, or `en-es` for a pair of two languages.
    fn language(&self) -> String {
        let (a, b) = (&self.languages.0, &self.languages.1);
        if a == b { a.clone() } else { format!("{}-{}", a.min(b), a.max(b)) }
    }
}

const SAME: &str = "same";
const APART: &str = "apart";

/// How well the judge does on labelled pairs; pairs labelled `related` are to stay apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Measures {
    /// Labelled pairs.
    pub pairs: usize,
    /// Of those judged one event, the share that is: 0 to 1; 1 if there are none.
    pub precision: f64,
    /// Of those that are one event, the share judged so: 0 to 1; 1 if there are none.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// One event, judged so.
    pub hits: usize,
    /// Not one event, judged so all the same.
    pub false_merges: usize,
    /// One event, judged apart.
    pub missed: usize,
}

/// A file of pairs, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairsReport {
    /// All that are labelled; `None` if none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<Measures>,
    /// The same by language, if there are labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_language: BTreeMap<String, Measures>,
    /// In the order of the file.
    pub pairs: Vec<JudgedPair>,
}

/// Why a file of pairs could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum PairsError {
    /// It is not CSV.
    #[error("the pairs are not CSV")]
    Csv(#[from] csv::Error),
    /// The header line names no titles.
    #[error("the header names `{0}` (it must name `title_a` and `title_b`; `language` and `label` may follow)")]
    Header(String),
    /// A label that says nothing.
    #[error("line {line}: the label `{label}` is none of same, related, different, 1, 0")]
    Label {
        /// Where.
        line: u64,
        /// What it says.
        label: String,
    },
    /// A line without one of its titles.
    #[error("line {0}: a title is missing")]
    Title(u64),
    /// More than are read.
    #[error("more than {PAIRS} pairs (split the file)")]
    TooMany,
}

/// Judges every pair of a CSV file.
///
/// The header names `title_a` and `title_b`, and may name `language` or `language_a` and `language_b` (ISO 639-1) and
/// `label`; other columns are passed over, and any order will do. All titles of the file together say which words are
/// common.
///
/// # Errors
/// If the file is no CSV, has no such header, more than 100,000 pairs, a line without a title or with an unknown label.
pub fn judge_pairs(file: impl Read) -> Result<PairsReport, PairsError> {
    let mut lines = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
    let columns = Columns::of(lines.headers()?)?;
    let mut rows = Vec::new();
    for record in lines.records() {
        let record = record?;
        if rows.len() == PAIRS {
            return Err(PairsError::TooMany);
        }
        rows.push(columns.row(&record)?);
    }
    let titles = rows.iter().map(Row::titles).collect::<Vec<_>>();
    let mut common = Commonness::default();
    let mut learned = std::collections::BTreeSet::new();
    for (row, (a, b)) in rows.iter().zip(&titles) {
        for (text, title) in [(&row.title_a, a), (&row.title_b, b)] {
            if learned.insert(text) {
                common.learn(title);
            }
        }
    }
    let pairs = rows.iter().zip(&titles).map(|(row, (a, b))| row.judged(&judge(a, b, &common, None))).collect();
    Ok(PairsReport::of(pairs))
}

struct Columns {
    titles: (usize, usize),
    languages: (Option<usize>, Option<usize>),
    label: Option<usize>,
}

struct Row {
    line: u64,
    title_a: String,
    title_b: String,
    languages: (String, String),
    label: Option<Label>,
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, PairsError> {
        let names = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase());
        let names = names.collect::<Vec<_>>();
        let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
        let titles = place(&["title_a", "title1", "title_1", "a", "first", "text_a"])
            .zip(place(&["title_b", "title2", "title_2", "b", "second", "text_b"]))
            .ok_or_else(|| PairsError::Header(names.join(",").chars().take(100).collect()))?;
        let both = place(&["language", "lang", "languages"]);
        let languages = (place(&["language_a", "lang_a"]).or(both), place(&["language_b", "lang_b"]).or(both));
        Ok(Self { titles, languages, label: place(&["label", "same", "gold", "truth", "y"]) })
    }

    fn row(&self, record: &StringRecord) -> Result<Row, PairsError> {
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let (title_a, title_b) = (field(self.titles.0), field(self.titles.1));
        if title_a.is_empty() || title_b.is_empty() {
            return Err(PairsError::Title(line));
        }
        let given = |at: Option<usize>| at.and_then(|at| record.get(at)).and_then(language::declared);
        let languages = (
            given(self.languages.0).unwrap_or_else(|| language::of(&title_a)),
            given(self.languages.1).unwrap_or_else(|| language::of(&title_b)),
        );
        let label = self.label.and_then(|at| record.get(at)).filter(|label| !label.is_empty());
        let label = label
            .map(|text| Label::parse(text).ok_or_else(|| PairsError::Label { line, label: text.to_owned() }))
            .transpose()?;
        Ok(Row { line, title_a, title_b, languages, label })
    }
}

impl Row {
    fn titles(&self) -> (Title, Title) {
        (Title::of(&self.title_a, &self.languages.0), Title::of(&self.title_b, &self.languages.1))
    }

    fn judged(&self, judgement: &Judgement) -> JudgedPair {
        JudgedPair {
            line: self.line,
            title_a: self.title_a.clone(),
            title_b: self.title_b.clone(),
            languages: self.languages.clone(),
            label: self.label,
            verdict: if judgement.is_same() { SAME } else { APART },
            score: (judgement.score * 10_000.0).round() / 10_000.0,
            reasons: judgement.reasons.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Measures {
    fn of<'a>(pairs: impl Iterator<Item = &'a JudgedPair>) -> Self {
        let mut found = Self::default();
        for pair in pairs {
            let Some(label) = pair.label else { continue };
            found.pairs += 1;
            match (label == Label::Same, pair.is_same()) {
                (true, true) => found.hits += 1,
                (true, false) => found.missed += 1,
                (false, true) => found.false_merges += 1,
                (false, false) => {}
            }
        }
        let share = |hits: usize, all: usize| if all == 0 { 1.0 } else { hits as f64 / all as f64 };
        found.precision = share(found.hits, found.hits + found.false_merges);
        found.recall = share(found.hits, found.hits + found.missed);
        found.f1 = share(2 * found.hits, 2 * found.hits + found.false_merges + found.missed);
        found
    }
}

impl PairsReport {
    fn of(pairs: Vec<JudgedPair>) -> Self {
        let is_labelled = pairs.iter().any(|pair| pair.label.is_some());
        let measures = is_labelled.then(|| Measures::of(pairs.iter()));
        let mut by_language = BTreeMap::new();
        if is_labelled {
            for pair in &pairs {
                let language = pair.language();
                by_language
                    .entry(language.clone())
                    .or_insert_with(|| Measures::of(pairs.iter().filter(|pair| pair.language() == language)));
            }
        }
        Self { measures, by_language, pairs }
    }

    /// The labelled pairs that were judged one event and are not.
    pub fn false_merges(&self) -> impl Iterator<Item = &JudgedPair> {
        self.pairs.iter().filter(|pair| pair.is_same() && pair.label.is_some_and(|label| label != Label::Same))
    }

    /// The labelled pairs that are one event and were judged apart.
    pub fn missed(&self) -> impl Iterator<Item = &JudgedPair> {
        self.pairs.iter().filter(|pair| !pair.is_same() && pair.label == Some(Label::Same))
    }

    /// Writes a line for each pair: `title_a,title_b,label,verdict,score,reasons`.
    ///
    /// # Errors
    /// If `out` takes no more.
    pub fn write_csv(&self, out: impl Write) -> Result<(), PairsError> {
        let mut lines = csv::Writer::from_writer(out);
        lines.write_record(["title_a", "title_b", "label", "verdict", "score", "reasons"])?;
        for pair in &self.pairs {
            let label = match pair.label {
                Some(Label::Same) => "same",
                Some(Label::Related) => "related",
                Some(Label::Different) => "different",
                None => "",
            };
            let (score, reasons) = (pair.score.to_string(), pair.reasons.join("; "));
            lines.write_record([&pair.title_a, &pair.title_b, label, pair.verdict, &score, &reasons])?;
        }
        lines.flush().map_err(csv::Error::from)?;
        Ok(())
    }
}
