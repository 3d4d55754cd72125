//! Texts taken apart into words, and phrases that are looked for in them.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::tokens;

/// Shorter words must have their accents: `bebé` is a baby, `bebe` drinks.
const ACCENTS_OPTIONAL: usize = 6;

/// One text, ready to be looked through.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// Lower case, compatible forms made one, accents of Latin, Greek and Cyrillic letters taken off.
    pub(crate) folded: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    /// Lower case with its accents.
    lower: String,
    /// Where it is in [`Text::folded`].
    at: Range<usize>,
    /// Without a plural or verb ending.
    stem: String,
}

impl Text {
    pub(crate) fn of(text: &str) -> Self {
        let lower = lowered(text);
        let (mut folded, mut words) = (String::with_capacity(lower.len()), Vec::new());
        let mut rest = lower.as_str();
        while let Some(first) = rest.chars().next() {
            let kind = Kind::of(first);
            let end = rest.char_indices().find(|(_, c)| Kind::of(*c) != kind).map_or(rest.len(), |(at, _)| at);
            let (run, after) = rest.split_at(end);
            let start = folded.len();
            folded.push_str(&without_accents(run));
            if kind == Kind::Letters {
                let stem = tokens::stem(&folded[start..], "und");
                words.push(Word { lower: run.to_owned(), at: start..folded.len(), stem });
            }
            rest = after;
        }
        Self { folded, words }
    }

    fn folded_word(&self, word: &Word) -> &str {
        &self.folded[word.at.clone()]
    }
}

/// What a character does in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Part of a word with spaces around it.
    Letters,
    /// A script that puts no space between words, or that glues endings to them.
    Dense,
    Between,
}

impl Kind {
    fn of(c: char) -> Self {
        if tokens::is_cjk(c)
            || matches!(u32::from(c), 0xAC00..=0xD7A3 | 0x0E01..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
        {
            Self::Dense
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            Self::Letters
        } else {
            Self::Between
        }
    }
}

fn lowered(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

/// Voiced Kana are letters of their own: their marks stay.
fn without_accents(text: &str) -> String {
    text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).nfc().collect()
}

/// Something to look for, written as in the config: words or a phrase; `begin*`; letters of a script without spaces.
#[derive(Debug, Clone)]
pub(crate) enum Phrase {
    Words(Vec<Piece>),
    Letters(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Piece {
    folded: String,
    stem: String,
    /// Its spelling with accents, if that must be met.
    exact: Option<String>,
    /// All words that begin so.
    prefix: bool,
}

/// How much a word may differ from the one in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endings {
    /// Plural and verb endings make no difference.
    Any,
    /// Only what the list says.
    AsWritten,
}

impl Phrase {
    /// `None` if there is nothing in it that could be found.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (bare, prefix) = match text.trim().strip_suffix('*') {
            Some(bare) => (bare, true),
            None => (text.trim(), false),
        };
        let read = Text::of(bare);
        if read.folded.chars().any(|c| Kind::of(c) == Kind::Dense) {
            return Some(Self::Letters(read.folded.trim().to_owned()));
        }
        let last = read.words.len().checked_sub(1)?;
        let piece = |(at, word): (usize, &Word)| {
            let folded = read.folded_word(word).to_owned();
            let accented = folded != word.lower && word.lower.chars().count() < ACCENTS_OPTIONAL;
            Piece {
                exact: accented.then(|| word.lower.clone()),
                stem: word.stem.clone(),
                prefix: prefix && at == last,
                folded,
            }
        };
        Some(Self::Words(read.words.iter().enumerate().map(piece).collect()))
    }

    /// True if the text holds it.
    pub(crate) fn is_in(&self, text: &Text, endings: Endings) -> bool {
        match self {
            Self::Letters(letters) => text.folded.contains(letters),
            Self::Words(pieces) => text
                .words
                .windows(pieces.len())
                .any(|window| pieces.iter().zip(window).all(|(piece, word)| piece.is(text, word, endings))),
        }
    }
}

impl Piece {
    fn is(&self, text: &Text, word: &Word, endings: Endings) -> bool {
        if let Some(exact) = &self.exact {
            return if self.prefix { word.lower.starts_with(exact) } else { word.lower == *exact };
        }
        let folded = text.folded_word(word);
        match (self.prefix, endings) {
            (true, _) => folded.starts_with(&self.folded),
            (false, Endings::AsWritten) => folded == self.folded,
            (false, Endings::Any) => folded == self.folded || word.stem == self.stem,
        }
    }
}

/// Many phrases, found in one pass over a text; words as they are written.
#[derive(Debug)]
pub(crate) struct PhraseIndex<T> {
    by_word: HashMap<String, Vec<(Vec<Piece>, T)>>,
    /// By the beginning that their first and only word must have.
    by_beginning: HashMap<String, Vec<(Vec<Piece>, T)>>,
    letters: Vec<(String, T)>,
}

impl<T> Default for PhraseIndex<T> {
    fn default() -> Self {
        Self { by_word: HashMap::new(), by_beginning: HashMap::new(), letters: Vec::new() }
    }
}

impl<T> PhraseIndex<T> {
    /// False if there is nothing in the phrase that could be found.
    pub(crate) fn add(&mut self, phrase: &str, value: T) -> bool {
        match Phrase::of(phrase) {
            None => return false,
            Some(Phrase::Letters(letters)) => self.letters.push((letters, value)),
            Some(Phrase::Words(pieces)) => {
                let Some(first) = pieces.first() else { return false };
                let map = if first.prefix { &mut self.by_beginning } else { &mut self.by_word };
                map.entry(first.folded.clone()).or_default().push((pieces, value));
            }
        }
        true
    }

    /// Where each phrase stands in the folded text, in the order of the text.
    pub(crate) fn find<'a>(&'a self, text: &Text) -> Vec<(Range<usize>, &'a T)> {
        let mut found = Vec::new();
        for at in 0..text.words.len() {
            let folded = text.folded_word(&text.words[at]);
            let beginnings = folded.char_indices().skip(1).map(|(end, _)| &folded[..end]).chain([folded]);
            let by_beginning = beginnings.filter_map(|beginning| self.by_beginning.get(beginning));
            for (pieces, value) in self.by_word.get(folded).into_iter().chain(by_beginning).flatten() {
                let Some(window) = text.words.get(at..at + pieces.len()) else { continue };
                if pieces.iter().zip(window).all(|(piece, word)| piece.is(text, word, Endings::AsWritten)) {
                    let end = window.last().map_or(0, |word| word.at.end);
                    found.push((text.words[at].at.start..end, value));
                }
            }
        }
        for (letters, value) in &self.letters {
            found.extend(text.folded.match_indices(letters).map(|(at, _)| (at..at + letters.len(), value)));
        }
        found.sort_by_key(|(at, _)| (at.start, at.end));
        found
    }
}
