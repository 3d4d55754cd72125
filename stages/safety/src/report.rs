//! What the check of one cut gave.

use std::collections::BTreeMap;

use crate::score;

/// Where a risk was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// In a picture, which stands for this stretch of the cut in milliseconds.
    Picture {
        /// First millisecond.
        from_ms: u64,
        /// First millisecond after it.
        to_ms: u64,
    },
    /// In a text.
    Text {
        /// Which one: `scenes[2].narration`.
        place: String,
        /// When it is heard or seen, in milliseconds, if it is.
        span_ms: Option<(u64, u64)>,
    },
    /// By a rule for words, which has its own finding.
    Rule(String),
}

/// A risk that somebody saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Concern {
    /// `sexual`, `violence/graphic`.
    pub category: String,
    /// Who saw it.
    pub by: String,
    /// Where.
    pub place: Where,
    /// 0 (nothing) to 1 (certain).
    pub risk: f32,
    /// 100 (nothing) to 0 (certain).
    pub score: u8,
}

/// What somebody looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// So many pictures.
    Pictures(usize),
    /// So many texts.
    Texts(usize),
}

/// Who looked at what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// A model with its hash, or an endpoint's model.
    pub by: String,
    /// What.
    pub what: What,
}

/// What nobody looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchecked {
    /// `pictures by open_nsfw`.
    pub what: String,
    /// Why not.
    pub why: String,
    /// True if the settings say that it is to be checked.
    pub is_expected: bool,
}

/// What the check of one cut gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Every risk, the worst first.
    pub concerns: Vec<Concern>,
    /// Who looked at what.
    pub checks: Vec<Check>,
    /// What nobody looked at.
    pub unchecked: Vec<Unchecked>,
}

impl Concern {
    pub(crate) fn new(category: &str, by: &str, place: Where, risk: f32) -> Self {
        let score = score::score(category, risk);
        Self { category: category.to_owned(), by: by.to_owned(), place, risk, score }
    }

    /// When it was seen.
    fn at_ms(&self) -> u64 {
        match &self.place {
            Where::Picture { from_ms, .. } => *from_ms,
            Where::Text { span_ms, .. } => span_ms.map_or(u64::MAX, |(from, _)| from),
            Where::Rule(_) => u64::MAX,
        }
    }
}

impl Report {
    /// The score of the cut, that of its worst risk; `None` if nobody looked at anything.
    #[must_use]
    pub fn score(&self) -> Option<u8> {
        let worst = self.concerns.iter().map(|concern| concern.score).min();
        if self.checks.is_empty() { worst } else { Some(worst.unwrap_or(100)) }
    }

    /// The risks that score less than `limit`, by category; those that a rule for words tells itself are left out.
    #[must_use]
    pub fn below(&self, limit: u32) -> BTreeMap<&str, Vec<&Concern>> {
        let mut by_category: BTreeMap<&str, Vec<&Concern>> = BTreeMap::new();
        let own = self.concerns.iter().filter(|concern| !matches!(concern.place, Where::Rule(_)));
        for concern in own.filter(|concern| u32::from(concern.score) < limit) {
            by_category.entry(&concern.category).or_default().push(concern);
        }
        by_category
    }

    /// True if something was to be checked by the settings and was not.
    #[must_use]
    pub fn lacks_a_check(&self) -> bool {
        self.unchecked.iter().any(|unchecked| unchecked.is_expected)
    }

    pub(crate) fn sorted(mut self) -> Self {
        let key = |one: &Concern| (one.score, one.at_ms());
        self.concerns.sort_by(|one, other| {
            key(one)
                .cmp(&key(other))
                .then_with(|| one.category.cmp(&other.category))
                .then_with(|| one.by.cmp(&other.by))
        });
        self
    }
}
