//! How alike two captions are.

use std::collections::BTreeSet;

use crate::fold;

/// Words in one shingle.
const SHINGLE: usize = 2;
/// Texts with fewer words are alike only if they are the same.
const WORDS_MIN: usize = 4;

/// A text made comparable: what it says, without hashtags, capitals and signs.
#[derive(Debug)]
pub(crate) struct Wording {
    words: Vec<String>,
    shingles: BTreeSet<u64>,
}

impl Wording {
    pub(crate) fn of(text: &str) -> Self {
        let said = text.split_whitespace().filter(|word| !crate::measure::is_tag(word)).collect::<Vec<_>>().join(" ");
        let folded = fold::phrase(&said, false);
        let words = folded.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).map(str::to_owned);
        let words = words.collect::<Vec<_>>();
        let shingles = words.windows(SHINGLE).map(hash).collect();
        Self { words, shingles }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// 0 to 100: the share of pairs of words that both have, of all that one has.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        if self.words == other.words {
            return 100.0;
        }
        if self.words.len().min(other.words.len()) < WORDS_MIN {
            return 0.0;
        }
        let both = self.shingles.intersection(&other.shingles).count();
        let any = self.shingles.len() + other.shingles.len() - both;
        100.0 * both as f64 / any.max(1) as f64
    }
}

fn hash(words: &[String]) -> u64 {
    let hash = blake3::hash(words.join(" ").as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f64 {
        Wording::of(a).likeness(&Wording::of(b))
    }

    #[test]
    fn the_same_words_are_alike_whatever_their_dress() {
        assert_eq!(likeness("Why bridges hum at night #sea", "WHY bridges, hum at night! #other").round() as u32, 100);
        assert_eq!(likeness("Short", "short!").round() as u32, 100);
    }

    #[test]
    fn one_word_changed_is_near_and_another_sentence_is_far() {
        let near =
            likeness("why some long bridges hum in the evening wind", "why some long bridges hum in the morning wind");
        assert!((60.0..80.0).contains(&near), "{near}");
        assert!(likeness("why some long bridges hum in the wind", "how the moon pulls the sea twice a day") < 10.0);
        assert_eq!(likeness("two words", "two birds").round() as u32, 0);
    }
}
