//! Words of Chinese text by jieba's dictionary, which also says how common a word is and which are names.

use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::{Draft, Kind, pair_hash};
use crate::same::{lexicon, numbers};

/// The dictionary (5 MB as text) is read when the first Chinese title comes; it never changes.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// All words counted for the dictionary.
const COUNTED: f32 = 6.0e7;

impl Draft<'_> {
    pub(super) fn read_chinese(&mut self, run: &str) {
        let after_number = self.text.ends_with(|c: char| c.is_ascii_digit());
        for (at, tag) in JIEBA.tag(run, true).into_iter().enumerate() {
            let (word, tag) = (tag.word, tag.tag);
            if at == 0 && after_number {
                self.count_han(word);
            }
            if let Some(value) = numeral(word, tag) {
                self.push_number(value, word, 0.4, at > 0);
                if word.ends_with('成') {
                    self.count("成");
                }
                continue;
            }
            if at > 0 && self.words.last().is_some_and(|word| word.kind == Kind::Number) {
                self.count_han(word);
            }
            let (kind, weight) = says(word, tag);
            self.push(word, word, kind, weight, at > 0);
        }
        self.push_pairs(run);
    }

    /// The counter is the first character: `5例` and `5例病例` count the same.
    fn count_han(&mut self, word: &str) {
        let mut ends = word.char_indices().skip(1).map(|(at, _)| at);
        let first = &word[..ends.next().unwrap_or(word.len())];
        self.count(first);
        if numbers::multiplier(first).is_some() && first.len() < word.len() {
            self.count(&word[first.len()..]);
        }
    }

    pub(super) fn push_pairs(&mut self, run: &str) {
        let mut before = None;
        for c in run.chars() {
            if let Some(before) = before {
                self.pairs.push(pair_hash(before, c));
            }
            before = Some(c);
        }
    }
}

fn numeral(word: &str, tag: &str) -> Option<f64> {
    // One is an article (`一个`) more often than a count.
    if tag != "m" && word.chars().count() > 1 {
        return None;
    }
    let value = numbers::in_han(word).or_else(|| {
        let end = word.char_indices().last()?.0;
        numbers::in_han(&word[..end])
    })?;
    let tenths = if word.ends_with('成') { 10.0 } else { 1.0 };
    (!(0.5..=1.5).contains(&value)).then_some(value * tenths)
}

fn says(word: &str, tag: &str) -> (Kind, f32) {
    let length = word.chars().count() as f32;
    let size = (length / 2.0).powf(0.8);
    if lexicon::get().is_frame(word, "zh") {
        return (Kind::Frame, 0.12 * size);
    }
    let frequency = JIEBA.suggest_freq(word).max(1) as f32;
    let rarity = (((COUNTED / frequency).ln() - 6.0) / 7.0).clamp(0.15, 1.0);
    match tag.as_bytes() {
        // Particles, prepositions, conjunctions, pronouns, adverbs, interjections.
        [b'u' | b'p' | b'c' | b'y' | b'e' | b'o' | b'k' | b'h' | b'r', ..] => (Kind::Stop, 0.1 * size),
        [b'd' | b'f' | b'q' | b't', ..] => (Kind::Frame, 0.4 * rarity * size),
        [b'n', b'r' | b's' | b't' | b'z', ..] if length >= 2.0 => (Kind::Name, (1.2 * rarity).max(0.5) * size),
        _ => (Kind::Content, rarity * size),
    }
}
