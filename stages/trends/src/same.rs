//! Whether two headlines are about the same event.
//!
//! Each headline is taken apart into words with weights: rare words and names weigh much, words of any headline little.
//! Weights come from a background (a dictionary with frequencies for Chinese, lists and the shape of words elsewhere), so
//! that a single pair can be judged, and from the titles seen, if there are any ([`Commonness`]). Then nine figures are
//! taken (`compare`): how much of each title the other holds, how much that is, and what speaks against it: parts that
//! both keep for themselves, other names, other numbers of the same thing, another side (semi-final and final, rises and
//! falls), a denial. A logistic model with one weight a figure says how likely it is one event.
//!
//! A missed merge makes two videos of one story, which screening can still see; a wrong merge mixes the facts of two: the
//! threshold is set for precision.

mod common;
mod compare;
mod lexicon;
mod numbers;
mod pairs;
#[cfg(test)]
mod tests;
mod title;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use common::Commonness;
use compare::{Features, Side, compare, compare_while};
pub use pairs::{JudgedPair, Label, Measures, PairsError, PairsReport, judge_pairs};
pub use title::Title;

/// From this score on two headlines are one event. Chosen on the tuning pairs in `pairs/` for a precision of 0.95.
pub const SAME: f64 = 0.61;

/// The cosine of two vectors that says nothing either way; a tenth more says that it is one event.
const UNSURE: f64 = 0.8;
/// Least number of words that both must have, whatever the model says: one word makes no story.
const LEAST_WORDS: f64 = 1.5;
/// The score at most of two titles that have fewer.
const LITTLE: f64 = 0.3;

/// The model's weights by the names of [`Features`]: learned by logistic regression with a pull towards 0 on the tuning
/// pairs in `pairs/`, then rounded; a test learns them again. `vectors` is set by hand and counts only where both headlines
/// have one.
struct Weights {
    bias: f64,
    contained: f64,
    shared: f64,
    kept: f64,
    swapped: f64,
    names: f64,
    agreed: f64,
    numbers: f64,
    sides: f64,
    sequel: f64,
    vectors: f64,
}

const WEIGHTS: Weights = Weights {
    bias: -2.5,
    contained: 2.0,
    shared: 4.6,
    kept: -0.8,
    swapped: -2.3,
    names: -2.2,
    agreed: 3.3,
    numbers: -4.8,
    sides: -4.8,
    sequel: -2.8,
    vectors: 3.5,
};

/// What the judge says of two headlines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// How likely they are one event, 0 to 1; from [`SAME`] on they are taken for one.
    pub score: f64,
    /// What speaks for and against it, the weightiest first.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// True if the two are taken for one event.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.score >= SAME
    }
}

/// Something that speaks for or against one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// The same canonical link.
    Link,
    /// The same words.
    Words,
    /// Words that both have, and the share of the shorter title that they are, in percent.
    Shared {
        /// The weightiest of them, in the spelling of the first title.
        words: Vec<String>,
        /// 0 to 100.
        percent: u8,
    },
    /// Rare parts that each keeps for itself.
    Kept {
        /// Of the first title.
        first: String,
        /// Of the second title.
        second: String,
    },
    /// They share less than two words that say something.
    Little,
    /// They count the same thing and get different numbers.
    Numbers,
    /// They take different sides, or one of them denies.
    Sides,
    /// One tells what came after what the other tells.
    Sequel,
    /// Their vectors point the same way; the cosine in percent.
    Vectors {
        /// -100 to 100.
        percent: i8,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => f.write_str("the same link"),
            Self::Words => f.write_str("the same words"),
            Self::Shared { words, percent } if words.is_empty() => write!(f, "share {percent} %"),
            Self::Shared { words, percent } => write!(f, "share {percent} %: {}", words.join(", ")),
            Self::Kept { first, second } => write!(f, "only the first has `{first}`, only the second `{second}`"),
            Self::Little => f.write_str("too little to go by"),
            Self::Numbers => f.write_str("different numbers"),
            Self::Sides => f.write_str("opposite statements"),
            Self::Sequel => f.write_str("one tells what came after"),
            Self::Vectors { percent } => write!(f, "vectors agree to {percent} %"),
        }
    }
}

/// Judges two headlines. `cosine` is that of their vectors, if an embedding model gave both one.
#[must_use]
pub fn judge(a: &Title, b: &Title, common: &Commonness, cosine: Option<f64>) -> Judgement {
    if a.is_text_of(b) {
        return Judgement { score: 1.0, reasons: vec![Reason::Words] };
    }
    let (mut features, of_a, of_b) = compare(a, b, common);
    features.vectors = cosine;
    Judgement { score: score(&features), reasons: reasons(&features, &of_a, &of_b) }
}

/// Only the score, without the words for it.
#[must_use]
pub fn score_of(a: &Title, b: &Title, common: &Commonness, cosine: Option<f64>) -> f64 {
    if a.is_text_of(b) {
        return 1.0;
    }
    let (mut features, ..) = compare(a, b, common);
    features.vectors = cosine;
    score(&features)
}

/// As [`score_of`] if that is at least `least` (below 1), and found sooner if it is not: most candidates share a few common
/// words, and no look at the rest of two titles can lift them.
#[must_use]
pub(crate) fn score_from(a: &Title, b: &Title, common: &Commonness, cosine: Option<f64>, least: f64) -> Option<f64> {
    /// More than rounding can add.
    const ROUNDING: f64 = 1e-6;
    if a.is_text_of(b) {
        return Some(1.0);
    }
    let needed = (least / (1.0 - least)).ln() - ROUNDING;
    let may = |best: Features| sum(&Features { vectors: cosine, ..best }) >= needed;
    let features = compare_while(a, b, common, &may)?;
    Some(score(&Features { vectors: cosine, ..features })).filter(|score| *score >= least)
}

fn score(features: &Features) -> f64 {
    let score = 1.0 / (1.0 + (-sum(features)).exp());
    if features.words < LEAST_WORDS && features.vectors.is_none() { score.min(LITTLE) } else { score }
}

/// What the figures come to; only what speaks for one event adds to it.
fn sum(features: &Features) -> f64 {
    let w = &WEIGHTS;
    let mut sum = w.bias
        + w.contained * features.contained
        + w.shared * features.shared
        + w.kept * features.kept
        + w.swapped * features.swapped
        + w.names * features.names
        + w.agreed * features.agreed
        + w.numbers * features.numbers
        + w.sides * features.sides
        + w.sequel * features.sequel;
    if let Some(cosine) = features.vectors {
        // Unlike vectors speak against one event, but never louder than alike ones for it.
        sum += w.vectors * ((cosine - UNSURE) / 0.1).clamp(-1.0, 1.5);
    }
    sum
}

fn reasons(features: &Features, of_a: &Side<'_>, of_b: &Side<'_>) -> Vec<Reason> {
    const WORDS: usize = 5;
    let mut found = Vec::new();
    let words = of_a.shares().into_iter().take(WORDS).map(|(word, _)| of_a.title.text_of(word).to_owned()).collect();
    found.push(Reason::Shared { words, percent: (features.contained * 100.0).round() as u8 });
    if features.words < LEAST_WORDS {
        found.push(Reason::Little);
    }
    if features.numbers > 0.0 {
        found.push(Reason::Numbers);
    }
    if features.sides > 0.0 {
        found.push(Reason::Sides);
    }
    if features.sequel > 0.0 {
        found.push(Reason::Sequel);
    }
    if let (Some((first, _)), Some((second, _))) = (of_a.keeps().first(), of_b.keeps().first()) {
        let (first, second) = (of_a.title.text_of(first).to_owned(), of_b.title.text_of(second).to_owned());
        found.push(Reason::Kept { first, second });
    }
    if let Some(cosine) = features.vectors {
        found.push(Reason::Vectors { percent: (cosine * 100.0).round() as i8 });
    }
    found
}

/// True if everyday language or any headline holds the word, by the lists of `language`.
pub(crate) fn is_everyday(word: &str, language: &str) -> bool {
    let lexicon = lexicon::get();
    lexicon.is_common(word, language) || lexicon.is_frame(word, language)
}
