//! A headline taken apart: its words with how much each says, its numbers, the sides it takes.

mod chinese;
mod japanese;
mod spaced;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::lexicon::{self, LONGEST, Side};
use super::numbers::{self, Number};
use crate::tokens;

/// Characters of a title that are looked at; the rest says nothing that these do not.
const CHARACTERS: usize = 300;

/// What a word is to the judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// One of the commonest words of its language.
    Stop,
    /// A word that headlines of any story hold.
    Frame,
    /// A number or a counter.
    Number,
    /// Any other word.
    Content,
    /// A person, place, organisation or work, as far as spelling and dictionary tell.
    Name,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    start: u16,
    end: u16,
    /// Of the word's stem.
    pub(super) hash: u32,
    /// What it means, by the lexicon; 0 if that is not known.
    pub(super) concept: u16,
    pub(super) kind: Kind,
    /// True in scripts without spaces, where pairs of characters are compared.
    pub(super) is_paired: bool,
    /// Place among the title's numbers, from 1; 0 if it is none.
    pub(super) number: u8,
    /// True if the sentence says that it is not so.
    pub(super) is_denied: bool,
    /// True for a hashtag that may hold several words.
    pub(super) is_tag: bool,
    /// How much it says before any title was counted: 0 to about 2; 1 is a rare word of two Chinese characters.
    pub(super) weight: f32,
}

/// A headline made ready for comparing; about half a kilobyte.
#[derive(Debug, Clone, PartialEq)]
pub struct Title {
    /// Lower case, one space between words.
    text: Box<str>,
    words: Box<[Word]>,
    pairs: Box<[u32]>,
    numbers: Box<[Number]>,
    sides: Box<[Side]>,
}

/// A title while it is being read.
struct Draft<'a> {
    language: &'a str,
    text: String,
    words: Vec<Word>,
    pairs: Vec<u32>,
    numbers: Vec<Number>,
}

impl Title {
    /// Takes a headline apart. `language` is an ISO 639-1 code or `und`.
    #[must_use]
    pub fn of(text: &str, language: &str) -> Self {
        let text = plain(text);
        let is_japanese = language == "ja" || (language != "zh" && text.chars().any(is_kana));
        let mut draft =
            Draft { language, text: String::new(), words: Vec::new(), pairs: Vec::new(), numbers: Vec::new() };
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let inside = tokens::is_cjk(first);
            let end = rest.char_indices().find(|(_, c)| tokens::is_cjk(*c) != inside).map_or(rest.len(), |(at, _)| at);
            let (run, after) = rest.split_at(end);
            match (inside, is_japanese) {
                (false, _) => draft.read_spaced(run),
                (true, false) => draft.read_chinese(run),
                (true, true) => draft.read_japanese(run),
            }
            rest = after;
        }
        draft.finish()
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    pub(super) fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// True if a word is a number whose value the other title has.
    pub(super) fn counts_as(&self, word: &Word, other: &Self) -> bool {
        let number = usize::from(word.number).checked_sub(1).and_then(|at| self.numbers.get(at));
        number.is_some_and(|number| other.numbers.iter().any(|known| known.same_value(number)))
    }

    /// True if a word that says something holds the character.
    pub(super) fn has_letter(&self, letter: char) -> bool {
        let says = |word: &&Word| word.is_paired && word.kind == Kind::Content;
        self.words.iter().filter(says).any(|word| self.text_of(word).contains(letter))
    }

    pub(super) fn sides(&self) -> &[Side] {
        &self.sides
    }

    pub(super) fn text_of(&self, word: &Word) -> &str {
        self.text.get(usize::from(word.start)..usize::from(word.end)).unwrap_or_default()
    }

    /// True if both have the same words in the same order, and have words.
    pub(super) fn is_text_of(&self, other: &Self) -> bool {
        !self.text.is_empty() && self.text == other.text
    }

    /// True if `tag` is some of the words in a row without the spaces between them.
    pub(super) fn is_glued_in(&self, tag: &str) -> bool {
        let mut rest = tag;
        // Greedy, from any word on: `worldcupfinal` holds `world cup final` in a row.
        for start in 0..self.words.len() {
            for word in &self.words[start..] {
                match rest.strip_prefix(self.text_of(word)) {
                    Some("") => return true,
                    Some(left) => rest = left,
                    None => break,
                }
            }
            rest = tag;
        }
        false
    }

    pub(super) fn has_pair(&self, pair: u32) -> bool {
        self.pairs.binary_search(&pair).is_ok()
    }

    /// Hashes of the words that say something, each once.
    pub(super) fn distinct_words(&self) -> BTreeSet<u32> {
        self.words.iter().filter(|word| word.kind != Kind::Stop).map(|word| word.hash).collect()
    }

    /// What titles about one event may share, for finding candidates: pairs of characters, starts of words, concepts.
    pub(crate) fn features(&self) -> Vec<u32> {
        let mut found = self.pairs.to_vec();
        for word in self.words.iter().filter(|word| word.kind > Kind::Frame) {
            if word.concept != 0 {
                found.push(hash(&format!("concept {}", word.concept)));
            }
            if !word.is_paired {
                found.push(hash(start_of(self.text_of(word))));
            } else if word.end - word.start <= 3 {
                found.push(word.hash);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The first five letters, so that inflected forms meet.
fn start_of(word: &str) -> &str {
    word.char_indices().nth(5).map_or(word, |(at, _)| &word[..at])
}

impl Draft<'_> {
    /// Adds a word; `stem` is what it is compared by.
    fn push(&mut self, word: &str, stem: &str, kind: Kind, weight: f32, adjoins: bool) {
        if !adjoins && !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len() as u16;
        self.text.push_str(word);
        let end = self.text.len() as u16;
        let is_paired = word.chars().next().is_some_and(is_paired);
        let hash = hash(stem);
        self.words.push(Word {
            start,
            end,
            hash,
            concept: 0,
            kind,
            is_paired,
            number: 0,
            is_denied: false,
            is_tag: false,
            weight,
        });
    }

    /// The last number counts what `word` says.
    fn count(&mut self, word: &str) {
        let unit = hash(if matches!(word, "prozent" | "percent" | "por" | "成" | "pct") { "percent" } else { word });
        let scale = numbers::multiplier(word);
        if let Some(number) = self.numbers.last_mut().filter(|number| number.unit == 0) {
            match scale {
                Some(scale) => number.value *= scale,
                None => number.unit = unit,
            }
        }
    }

    fn finish(mut self) -> Title {
        let sides = self.look_up();
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.deny();
        Title {
            text: self.text.into(),
            words: self.words.into(),
            pairs: self.pairs.into(),
            numbers: self.numbers.into(),
            sides: sides.into_iter().collect(),
        }
    }

    /// A denial is of the next word that says something, or of the last one before it.
    fn deny(&mut self) {
        for at in 0..self.words.len() {
            let (start, end) = (usize::from(self.words[at].start), usize::from(self.words[at].end));
            if denies(&self.text[start..end]) {
                let says = |word: &&mut Word| word.kind >= Kind::Content;
                let (before, after) = self.words.split_at_mut(at);
                let denied = after[1..].iter_mut().find(says).or_else(|| before.iter_mut().rev().find(says));
                if let Some(word) = denied {
                    word.is_denied = true;
                }
            }
        }
    }

    /// Adds a number; beside `比` or `対` it is the second half of a result.
    fn push_number(&mut self, value: f64, text: &str, weight: f32, adjoins: bool) {
        if self.text.ends_with(['比', '対'])
            && let Some(first) = self.numbers.last_mut().filter(|number| !number.is_result)
        {
            first.value = first.value.max(value) * 1000.0 + first.value.min(value);
            first.is_result = true;
        } else {
            let before = self.words.last().filter(|word| word.kind >= Kind::Content).map_or(0, |word| word.hash);
            self.numbers.push(Number { value, unit: 0, before, is_result: false, is_code: false });
        }
        self.push(text, text, Kind::Number, weight, adjoins);
        self.mark_number();
    }

    /// The last word is the last number.
    fn mark_number(&mut self) {
        let place = self.numbers.len().min(usize::from(u8::MAX)) as u8;
        if let Some(word) = self.words.last_mut() {
            word.number = place;
        }
    }

    /// Finds entries of the lexicon, the longest first, and gives their words their meaning.
    fn look_up(&mut self) -> BTreeSet<Side> {
        let lexicon = lexicon::get();
        let mut sides = BTreeSet::new();
        // Entries start where a word starts, or within Chinese and Japanese anywhere.
        let mut starts = self.words.iter().map(|word| usize::from(word.start)).collect::<Vec<_>>();
        starts.extend(self.text.char_indices().filter(|(_, c)| tokens::is_cjk(*c)).map(|(at, _)| at));
        starts.sort_unstable();
        starts.dedup();
        let mut free_from = 0;
        for start in starts.into_iter().filter(|start| *start < usize::from(u16::MAX)) {
            if start < free_from {
                continue;
            }
            for end in ends(&self.text[start..]).into_iter().rev() {
                if let Some(entry) = lexicon.entry(&self.text[start..start + end]) {
                    sides.extend(&entry.sides);
                    self.mean(start, start + end, entry.concept);
                    free_from = start + end;
                    break;
                }
            }
        }
        sides
    }

    fn mean(&mut self, start: usize, end: usize, concept: u16) {
        for word in &mut self.words {
            let (from, to) = (usize::from(word.start), usize::from(word.end));
            // Half of a word at least: the entry is what the word says.
            let shared = to.min(end).saturating_sub(from.max(start));
            if concept != 0 && shared * 2 >= to - from && shared > 0 {
                word.concept = concept;
            }
        }
    }
}

/// NFKC; no spaces between Chinese and digits or Latin letters, nor within numbers; `%` as a word.
fn plain(text: &str) -> String {
    let letters = text.nfkc().take(CHARACTERS).collect::<Vec<_>>();
    let mut found = String::with_capacity(text.len());
    for (at, c) in letters.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next = letters.get(at + 1).copied();
        if c.is_whitespace() && (is_thousands(&letters, at) || joins(before, next)) {
            continue;
        }
        match c {
            '’' => found.push('\''),
            '%' => found.push_str(" percent "),
            _ => found.push(c),
        }
    }
    found
}

/// A space between a Chinese character and a letter or digit is a matter of taste.
fn joins(before: Option<char>, next: Option<char>) -> bool {
    before.zip(next).is_some_and(|(before, next)| {
        (tokens::is_cjk(before) && next.is_alphanumeric()) || (before.is_alphanumeric() && tokens::is_cjk(next))
    })
}

/// The space of `80 000`: up to three digits before, exactly three after.
fn is_thousands(letters: &[char], at: usize) -> bool {
    let digits = |letters: &mut dyn Iterator<Item = &char>| letters.take_while(|c| c.is_ascii_digit()).count();
    let before = digits(&mut letters[..at].iter().rev());
    let after = digits(&mut letters[at + 1..].iter());
    (1..=3).contains(&before) && after == 3
}

/// Where an entry that starts here may end: after each of the next characters in Chinese and Japanese, after each of the
/// next words elsewhere.
fn ends(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut words = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if at > 0 && (tokens::is_cjk(before) || c == ' ' || tokens::is_cjk(c)) && before != ' ' {
            found.push(at);
            words += usize::from(c == ' ');
        }
        if words >= 3 || found.len() >= LONGEST || count >= 60 {
            return found;
        }
        before = c;
    }
    found.push(text.len());
    found
}

fn denies(word: &str) -> bool {
    const MORE: [&str; 16] = [
        "不",
        "没",
        "没有",
        "未",
        "无",
        "并非",
        "不是",
        "不会",
        "不再",
        "ない",
        "ません",
        "nunca",
        "tampoco",
        "sin",
        "keinen",
        "keiner",
    ];
    tokens::is_negation(word) || MORE.contains(&word) || word.ends_with("n't")
}

/// Chinese, Japanese and Korean are compared by pairs of characters.
fn is_paired(c: char) -> bool {
    tokens::is_cjk(c) || matches!(c, '\u{ac00}'..='\u{d7a3}')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30fa}')
}

/// FNV-1a: the same on every machine and fast on short words. A rare collision costs one wrong candidate.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

pub(super) fn pair_hash(a: char, b: char) -> u32 {
    let mut bytes = [0_u8; 8];
    let length = a.encode_utf8(&mut bytes).len();
    let end = length + b.encode_utf8(&mut bytes[length..]).len();
    std::str::from_utf8(&bytes[..end]).map_or(0, hash)
}
