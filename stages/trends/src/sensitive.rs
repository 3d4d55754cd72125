//! Topics about delicate matters: found by words, before anything is spent on them.
//!
//! The words are data (`config/policies/sensitive.toml`, or the file that `lists` in `[trends.sensitive]` names). Title,
//! summary and the headlines of all evidence are looked at: a story is delicate if anybody tells it so.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use reelpress_config::{Niche, SensitiveClass, SensitivePolicy, Trends};
use reelpress_vocabulary::{SensitiveMark, Topic};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::language;
use crate::route::phrase::{PhraseIndex, Text};

/// Words of one mark that are kept: enough to see why.
const WORDS_MAX: usize = 8;
/// Headlines of evidence that are looked at.
const HEADLINES_MAX: usize = 40;
/// Bytes that a compiled pattern may take.
const REGEX_SIZE: usize = 1 << 20;
/// Bytes of a file of lists.
const FILE_MAX: u64 = 4 << 20;

static BUILT_IN: LazyLock<Arc<SensitiveLists>> = LazyLock::new(|| {
    let text = include_str!("../../../config/policies/sensitive.toml");
    let lists = SensitiveLists::parse(Path::new("config/policies/sensitive.toml"), text);
    Arc::new(lists.expect("the built-in lists are read in a test"))
});

/// Why a file of lists could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SensitiveError {
    /// It could not be read.
    #[error("could not read the lists of delicate words in {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// It is larger than any list of words is.
    #[error("the lists of delicate words in {} have {bytes} bytes, more than {FILE_MAX} (is it the right file?)", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large it is.
        bytes: u64,
    },
    /// It is not in the form of the built-in ones.
    #[error("the lists of delicate words in {} cannot be used: {message}", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with the place in the file.
        message: String,
    },
}

/// The words of every class and language.
#[derive(Debug)]
pub struct SensitiveLists {
    words: PhraseIndex<Entry>,
    unless: PhraseIndex<SensitiveClass>,
    patterns: Vec<(Regex, SensitiveClass)>,
}

#[derive(Debug)]
struct Entry {
    class: SensitiveClass,
    /// The language that the text must be in, if it matters.
    only: Option<String>,
    word: String,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    version: u32,
    #[serde(default)]
    tragedies: BTreeMap<String, Words>,
    #[serde(default)]
    minors: BTreeMap<String, Words>,
    #[serde(default)]
    elections: BTreeMap<String, Words>,
    #[serde(default)]
    health: BTreeMap<String, Words>,
    #[serde(default)]
    finance: BTreeMap<String, Words>,
    #[serde(default)]
    weapons: BTreeMap<String, Words>,
    #[serde(default)]
    drugs: BTreeMap<String, Words>,
    #[serde(default)]
    adult: BTreeMap<String, Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default, rename = "words")]
    anywhere: Vec<String>,
    #[serde(default)]
    certain: Vec<String>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

impl SensitiveLists {
    /// The lists that come with the press: English, Spanish, French, German, Portuguese, Italian, Chinese, Japanese.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        BUILT_IN.clone()
    }

    /// The lists that these settings name.
    ///
    /// # Errors
    /// [`SensitiveError`]: what would have been held must not go through because a file is broken.
    pub fn of(trends: &Trends) -> Result<Arc<Self>, SensitiveError> {
        let Some(path) = &trends.sensitive.lists else { return Ok(Self::built_in()) };
        let unreadable = |source| SensitiveError::Read { path: path.clone(), source };
        let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        if bytes > FILE_MAX {
            return Err(SensitiveError::TooLarge { path: path.clone(), bytes });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(path, &text).map(Arc::new)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SensitiveError> {
        let form = |message: String| SensitiveError::Form { path: path.to_owned(), message };
        let file = toml::from_str::<File>(text).map_err(|error| form(error.to_string().trim().replace('\n', " ")))?;
        if file.version != 1 {
            return Err(form(format!("version {} is not 1", file.version)));
        }
        let classes = [
            (SensitiveClass::Tragedies, file.tragedies),
            (SensitiveClass::Minors, file.minors),
            (SensitiveClass::Elections, file.elections),
            (SensitiveClass::Health, file.health),
            (SensitiveClass::Finance, file.finance),
            (SensitiveClass::Weapons, file.weapons),
            (SensitiveClass::Drugs, file.drugs),
            (SensitiveClass::Adult, file.adult),
        ];
        let mut lists = Self { words: PhraseIndex::default(), unless: PhraseIndex::default(), patterns: Vec::new() };
        for (class, languages) in classes {
            for (language, words) in languages {
                lists.take(class, &language, words).map_err(|why| form(format!("[{class}.{language}]: {why}")))?;
            }
        }
        Ok(lists)
    }

    fn take(&mut self, class: SensitiveClass, language: &str, words: Words) -> Result<(), String> {
        let empty = |word: &str| format!("`{word}` holds no word");
        let any = words.anywhere.into_iter().map(|word| (word, None));
        let certain = words.certain.into_iter().map(|word| (word, Some(language.to_owned())));
        for (word, only) in any.chain(certain) {
            if !self.words.add(&word, Entry { class, only, word: word.clone() }) {
                return Err(empty(&word));
            }
        }
        for word in words.unless {
            if !self.unless.add(&word, class) {
                return Err(empty(&word));
            }
        }
        for pattern in words.patterns {
            let regex = RegexBuilder::new(&pattern).size_limit(REGEX_SIZE).build();
            let regex = regex.map_err(|error| format!("`{pattern}`: {error}").replace('\n', " "))?;
            self.patterns.push((regex, class));
        }
        Ok(())
    }

    /// The delicate matters that a topic is about, in the order of the classes, with the words found.
    #[must_use]
    pub fn marks(&self, topic: &Topic) -> Vec<SensitiveMark> {
        let mut found = BTreeMap::<SensitiveClass, Vec<String>>::new();
        let headlines = topic.evidence.iter().take(HEADLINES_MAX).map(|evidence| evidence.title.as_str());
        let mut seen = Vec::new();
        for text in [topic.title.as_str(), topic.summary.as_str()].into_iter().chain(headlines) {
            if text.is_empty() || seen.contains(&text) {
                continue;
            }
            seen.push(text);
            for (class, word) in self.in_text(text, &topic.language) {
                let words = found.entry(class).or_default();
                if words.len() < WORDS_MAX && !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        found.into_iter().map(|(class, words)| SensitiveMark { class, words }).collect()
    }

    fn in_text(&self, text: &str, language: &str) -> Vec<(SensitiveClass, String)> {
        let text = Text::of(text);
        let excused = self.unless.find(&text);
        let counts = |class: SensitiveClass, at: &std::ops::Range<usize>| {
            !excused.iter().any(|(phrase, of)| **of == class && phrase.start <= at.start && at.end <= phrase.end)
        };
        let speaks =
            |only: &Option<String>| only.as_ref().is_none_or(|only| language == only || language == language::UNKNOWN);
        let words =
            self.words.find(&text).into_iter().filter(|(at, entry)| counts(entry.class, at) && speaks(&entry.only));
        let mut found = words.map(|(_, entry)| (entry.class, entry.word.clone())).collect::<Vec<_>>();
        for (regex, class) in &self.patterns {
            let hits = regex.find_iter(&text.folded).filter(|hit| {
                // A pattern is excused by a phrase that begins inside it: `12-year-old` by `year old whisky`.
                !excused
                    .iter()
                    .any(|(phrase, of)| **of == *class && phrase.start < hit.end() && hit.start() < phrase.end)
            });
            found.extend(hits.map(|hit| (*class, hit.as_str().trim().to_owned())));
        }
        found
    }
}

/// What a niche does with a topic that is about delicate matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delicate {
    /// Nothing delicate in it, or nothing that this niche minds.
    Free,
    /// It becomes an item that waits for a person, for these reasons.
    Hold(Vec<SensitiveMark>),
    /// It never becomes an item, for these reasons.
    Refuse(Vec<SensitiveMark>),
}

/// The strictest of the policies for what was found: one refused class refuses the topic.
#[must_use]
pub fn judge(marks: &[SensitiveMark], trends: &Trends, niche: &Niche) -> Delicate {
    let under = |policy: SensitivePolicy| {
        marks.iter().filter(|mark| trends.policy(niche, mark.class) == policy).cloned().collect::<Vec<_>>()
    };
    let refused = under(SensitivePolicy::Refuse);
    if !refused.is_empty() {
        return Delicate::Refuse(refused);
    }
    let held = under(SensitivePolicy::Hold);
    if held.is_empty() { Delicate::Free } else { Delicate::Hold(held) }
}
