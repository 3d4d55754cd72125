//! What a title is about, as terms: words and neighbouring words, pairs of Chinese and Japanese characters, hashtags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::tokens;

/// Most terms of one title: a title of 300 characters has about a hundred, a hostile one no more.
const TERMS_MAX: usize = 128;
/// Longest term, in bytes. What is longer is an address or noise.
const TERM_BYTES_MAX: usize = 80;

/// What a term is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// `#tag`, as people wrote it (folded).
    Tag,
    /// One word.
    Word,
    /// Two words that stood side by side, with a space between.
    Pair,
    /// Two Chinese or Japanese characters.
    Characters,
}

impl TermKind {
    /// The kind of a term that [`terms_of`] made.
    #[must_use]
    pub fn of(term: &str) -> Self {
        if term.starts_with('#') {
            Self::Tag
        } else if term.contains(' ') {
            Self::Pair
        } else if term.starts_with(tokens::is_cjk) {
            Self::Characters
        } else {
            Self::Word
        }
    }
}

/// The terms of a title, each once, folded (NFKC, lower case), without the commonest words of `language` (ISO 639-1, or
/// `und`). A hashtag is one term and none of the words.
#[must_use]
pub fn terms_of(title: &str, language: &str) -> BTreeSet<String> {
    let folded = title.nfkc().flat_map(char::to_lowercase).collect::<String>();
    let mut found = BTreeSet::new();
    let plain = without_tags(&folded, &mut found);
    let mut before: Option<String> = None;
    for word in tokens::words(&plain) {
        if found.len() + 2 > TERMS_MAX {
            break;
        }
        let is_pair_of_characters = word.starts_with(tokens::is_cjk);
        let is_noise = word.len() > TERM_BYTES_MAX / 2 || tokens::is_stop_word(&word, language) || is_letter(&word);
        if is_pair_of_characters {
            found.insert(word);
            before = None;
        } else if is_noise {
            before = None;
        } else {
            if let Some(before) = before {
                found.insert(format!("{before} {word}"));
            }
            found.insert(word.clone());
            before = Some(word);
        }
    }
    found
}

/// A single letter or digit is no topic.
fn is_letter(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

/// Moves the hashtags of a folded text into `found` and gives the rest.
fn without_tags(text: &str, found: &mut BTreeSet<String>) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut parts = text.split('#');
    rest.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(part.len());
        let (tag, after) = part.split_at(end);
        // `#1` is a place in a list, and `C#` is a language.
        let is_tag = tag.chars().any(char::is_alphabetic) && tag.len() < TERM_BYTES_MAX && found.len() < TERMS_MAX;
        if is_tag {
            found.insert(format!("#{tag}"));
            rest.push(' ');
        } else {
            rest.push('#');
            rest.push_str(tag);
        }
        rest.push_str(after);
    }
    rest
}
