//! What people said, as a fold over the journal's notes: what is held back, what is said by one of two, what is done.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use reelpress_core::{ItemId, Note, Noted, Notes};
use serde::{Deserialize, Serialize};

use super::agreement::Agreement;
use crate::press::{Choice, CutHash, Waiting};

/// Topic of the notes that hold what people said.
pub(crate) const WORD: &str = "console.word";
/// Topic of the notes that say how that ended.
pub(crate) const END: &str = "console.end";

/// Ended words kept at hand for the history.
const DONE: usize = 5_000;

/// What one person said about one cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    pub(crate) id: String,
    pub(crate) cut: CutHash,
    /// For the history: items of long ago have no title any more.
    pub(crate) title: String,
    pub(crate) choice: Choice,
    pub(crate) note: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) part: Part,
    /// What the cut was, for the reports; words of before there were any have nothing.
    #[serde(default)]
    pub(crate) about: About,
}

/// What a cut was when a person spoke about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct About {
    pub(crate) niche: String,
    pub(crate) account: String,
    /// How long it had waited, in milliseconds.
    pub(crate) waited_ms: u64,
    /// Rules that had found something, each once.
    pub(crate) rules: Vec<String>,
}

/// Rules of one cut that are kept.
const RULES: usize = 10;

impl About {
    pub(crate) fn of(waiting: &Waiting, now: Timestamp) -> Self {
        let mut rules = waiting.findings.iter().map(|finding| finding.rule.clone()).collect::<Vec<_>>();
        rules.sort_unstable();
        rules.dedup();
        rules.truncate(RULES);
        let waited_ms = now.duration_since(waiting.since).as_millis().max(0) as u64;
        Self { niche: waiting.niche.clone(), account: waiting.account.clone(), waited_ms, rules }
    }
}

/// What a word counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub(crate) enum Part {
    /// The first of two that are asked.
    First,
    /// The second, and not as the first: a third person decides.
    Disputed,
    /// It decides: given to the line from `due` on.
    Decides {
        due: Timestamp,
        /// True if it agrees with a first word.
        agrees: bool,
    },
}

/// How a word ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) word: String,
    pub(crate) how: How,
    pub(crate) detail: String,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    /// The line has it.
    Given,
    /// Its person took it back.
    Undone,
    /// It was one of two, and the other decided.
    Counted,
    /// The item went on another way, or another cut waits now.
    Overtaken,
}

impl How {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Undone => "undone",
            Self::Counted => "counted",
            Self::Overtaken => "overtaken",
        }
    }
}

/// A word that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) item: ItemId,
    pub(crate) word: Word,
    pub(crate) how: How,
}

/// How many words of each kind a person said that counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) approved: u64,
    pub(crate) rejected: u64,
    pub(crate) sent_back: u64,
    pub(crate) undone: u64,
}

/// The fold.
#[derive(Debug, Default)]
pub(crate) struct Words {
    open: BTreeMap<ItemId, Vec<Word>>,
    done: VecDeque<Done>,
    people: BTreeMap<String, Tally>,
    agreement: Agreement,
    latest: Timestamp,
}

impl Words {
    /// Folds what the journal holds. What cannot be read is logged and left out.
    pub(crate) fn of(notes: &dyn Notes) -> Self {
        let mut words = Self::default();
        for note in notes.about(WORD) {
            if let Some(word) = read::<Word>(&note, WORD) {
                words.said(note.item, word);
            }
        }
        for note in notes.about(END) {
            if let Some(end) = read::<End>(&note, END) {
                words.ended(note.item, &end);
            }
        }
        words
    }

    pub(crate) fn said(&mut self, item: ItemId, word: Word) {
        self.latest = self.latest.max(word.at);
        self.open.entry(item).or_default().push(word);
    }

    pub(crate) fn ended(&mut self, item: ItemId, end: &End) {
        let Some(words) = self.open.get_mut(&item) else { return };
        let Some(at) = words.iter().position(|word| word.id == end.word) else { return };
        let word = words.remove(at);
        // A second word is compared with the first when it counts, not when it is said: it may be taken back.
        let first = words.iter().find(|other| other.part == Part::First && other.cut == word.cut).cloned();
        if words.is_empty() {
            self.open.remove(&item);
        }
        let tally = self.people.entry(word.by.clone()).or_default();
        match (end.how, word.choice) {
            (How::Undone, _) => tally.undone += 1,
            (How::Overtaken, _) => {}
            (How::Given | How::Counted, Choice::Approve) => tally.approved += 1,
            (How::Given | How::Counted, Choice::Reject) => tally.rejected += 1,
            (How::Given | How::Counted, Choice::SendBack) => tally.sent_back += 1,
        }
        let is_second = matches!(word.part, Part::Disputed | Part::Decides { agrees: true, .. });
        if let Some(first) = first.filter(|_| is_second && matches!(end.how, How::Given | How::Counted)) {
            self.agreement.count((&first.by, first.choice), (&word.by, word.choice));
        }
        if self.done.len() >= DONE {
            self.done.pop_front();
        }
        self.done.push_back(Done { item, word, how: end.how });
    }

    /// What is said about an item's cut and has not ended, oldest first.
    pub(crate) fn about(&self, item: ItemId, cut: &CutHash) -> Vec<&Word> {
        self.open.get(&item).into_iter().flatten().filter(|word| word.cut == *cut).collect()
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = (ItemId, &Word)> {
        self.open.iter().flat_map(|(item, words)| words.iter().map(|word| (*item, word)))
    }

    /// When the newest word was said.
    pub(crate) fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Ended words, newest first.
    pub(crate) fn done(&self) -> impl Iterator<Item = &Done> {
        self.done.iter().rev()
    }

    pub(crate) fn people(&self) -> &BTreeMap<String, Tally> {
        &self.people
    }

    pub(crate) fn agreement(&self) -> &Agreement {
        &self.agreement
    }
}

impl Word {
    pub(crate) fn noted(&self) -> Noted {
        Noted::new(WORD, self)
    }
}

impl End {
    pub(crate) fn noted(&self) -> Noted {
        Noted::new(END, self)
    }
}

fn read<T: serde::de::DeserializeOwned>(note: &Note, topic: &str) -> Option<T> {
    let read = note.noted.read(topic);
    if read.is_none() {
        tracing::error!(item = %note.item, topic, "a note of the console cannot be read and is left out");
    }
    read
}
