//! All phrases of all rules in one automaton.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, BuildError};

use crate::fold::{Document, Reading, phrase};

/// Where a phrase was written: which leaf of which rule, and as what.
#[derive(Debug, Clone)]
pub(crate) struct PhraseUse {
    pub(crate) leaf: u32,
    /// The place in a sequence; 0 in a plain list.
    pub(crate) part: u8,
    /// It excuses what it covers.
    pub(crate) excuses: bool,
    /// Its list's language; `None`: any.
    pub(crate) language: Option<String>,
    pub(crate) reads: Reads,
}

/// Which readings a phrase is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Accents off.
    Words,
    /// Accents kept.
    Exact,
    /// Accents off, and in disguise.
    Disguised,
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) leaf: u32,
    pub(crate) source: usize,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) part: u8,
    pub(crate) excuses: bool,
}

/// A phrase with what may stand around it.
#[derive(Debug, Clone)]
struct Entry {
    is_open_before: bool,
    is_open_behind: bool,
    used: PhraseUse,
}

/// Phrases while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct PhraseBook {
    phrases: BTreeMap<String, Vec<Entry>>,
}

/// Phrases, ready to be found.
#[derive(Debug, Clone)]
pub(crate) struct PhraseIndex {
    automaton: AhoCorasick,
    entries: Vec<Vec<Entry>>,
}

impl PhraseBook {
    /// Takes a phrase; `bomb*` stands for all words that begin so, `*krebs` for all that end so. False if no word is in it.
    pub(crate) fn add(&mut self, written: &str, used: PhraseUse) -> bool {
        let trimmed = written.trim();
        let is_open_behind = trimmed.ends_with('*');
        let is_open_before = trimmed.starts_with('*');
        let folded = phrase(trimmed.trim_matches('*'), used.reads == Reads::Exact);
        if !folded.chars().any(char::is_alphanumeric) {
            return false;
        }
        self.phrases.entry(folded).or_default().push(Entry { is_open_before, is_open_behind, used });
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.phrases.values().map(Vec::len).sum()
    }

    pub(crate) fn build(self) -> Result<PhraseIndex, BuildError> {
        let automaton = AhoCorasick::new(self.phrases.keys())?;
        Ok(PhraseIndex { automaton, entries: self.phrases.into_values().collect() })
    }
}

impl PhraseIndex {
    /// Every phrase in every reading that it is meant for, in order; what two readings show is there once.
    pub(crate) fn find(&self, document: &Document, language: Option<&str>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut search = |reading: &Reading, wanted: &dyn Fn(Reads) -> bool| {
            for found in self.automaton.find_overlapping_iter(&reading.text) {
                for entry in &self.entries[found.pattern().as_usize()] {
                    let speaks = match (&entry.used.language, language) {
                        (Some(own), Some(language)) => own == language,
                        (None, _) | (_, None) => true,
                    };
                    if !speaks
                        || !wanted(entry.used.reads)
                        || !entry.stands_free(&reading.text, found.start(), found.end())
                    {
                        continue;
                    }
                    let Some((source, start, end)) =
                        reading.origin(entry.whole(&reading.text, found.range()), &document.sources)
                    else {
                        continue;
                    };
                    let PhraseUse { leaf, part, excuses, .. } = entry.used;
                    hits.push(Hit { leaf, source, start, end, part, excuses });
                }
            }
        };
        search(&document.words, &|reads| reads != Reads::Exact);
        search(&document.exact, &|reads| reads == Reads::Exact);
        search(&document.loud, &|reads| reads == Reads::Disguised);
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

impl Entry {
    /// The whole word that an open phrase is a part of.
    fn whole(&self, text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        // Long enough for any word; a text without blanks must not be walked through for each hit.
        const LETTERS_MAX: usize = 40;
        let length = |letters: &mut dyn Iterator<Item = char>| {
            letters.take(LETTERS_MAX).take_while(|c| !matches!(c, ' ' | '\n')).map(char::len_utf8).sum::<usize>()
        };
        let before = if self.is_open_before { length(&mut text[..range.start].chars().rev()) } else { 0 };
        let behind = if self.is_open_behind { length(&mut text[range.end..].chars()) } else { 0 };
        range.start - before..range.end + behind
    }

    fn stands_free(&self, text: &str, start: usize, end: usize) -> bool {
        let inside = &text[start..end];
        let free = |outer: Option<char>, inner: Option<char>| match (outer, inner) {
            (None | Some(' ' | '\n' | '#' | '@'), _) | (Some(_), None) => true,
            (Some(_), Some(inner)) => is_written_together(inner),
        };
        let before = self.is_open_before || free(text[..start].chars().next_back(), inside.chars().next());
        before && (self.is_open_behind || free(text[end..].chars().next(), inside.chars().next_back()))
    }
}

/// Thai, Lao, Khmer, Burmese, kana and Han have no blanks between words.
fn is_written_together(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}
