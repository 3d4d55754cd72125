//! What the judge knows of words beyond their letters: which of them any headline holds, which mean one thing, and which
//! of them exclude each other. The knowledge is in `lexicon.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::tokens::is_cjk;

/// Longest entry, in words or, in scripts without spaces, in characters.
pub(super) const LONGEST: usize = 8;

/// The member of a set of which a story has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Side {
    pub(super) set: u16,
    pub(super) member: u16,
}

/// What is known of one entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// What it means; 0 if no other entry means the same.
    pub(super) concept: u16,
    pub(super) sides: Vec<Side>,
}

#[derive(Debug, Default)]
pub(super) struct Lexicon {
    frames: HashMap<String, HashSet<String>>,
    entries: HashMap<String, Entry>,
}

/// Read once; it never changes.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(include_str!("lexicon.txt")));

pub(super) fn get() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    fn read(text: &str) -> Self {
        let mut lexicon = Self::default();
        let (mut concepts, mut sets) = (0, 0);
        for line in text.lines() {
            let Some((mark, rest)) = line.split_at_checked(2) else { continue };
            match mark {
                "~ " => {
                    let Some((language, words)) = rest.split_once(':') else { continue };
                    let words = words.split_whitespace().map(plain).collect();
                    lexicon.frames.insert(language.to_owned(), words);
                }
                "= " => {
                    concepts += 1;
                    for word in rest.split_whitespace() {
                        lexicon.entries.entry(plain(word)).or_default().concept = concepts;
                    }
                }
                "! " => {
                    sets += 1;
                    for (member, words) in (0..).zip(rest.split('|')) {
                        for word in words.split_whitespace() {
                            lexicon.entries.entry(plain(word)).or_default().sides.push(Side { set: sets, member });
                        }
                    }
                }
                _ => {}
            }
        }
        lexicon
    }

    pub(super) fn is_frame(&self, word: &str, language: &str) -> bool {
        let language = if language == "und" { "en" } else { language };
        self.frames.get(language).is_some_and(|words| words.contains(word))
    }

    /// True if everyday language holds the word: it says something, but little.
    pub(super) fn is_common(&self, word: &str, language: &str) -> bool {
        let list = match language {
            "en" | "und" => "en common",
            "de" => "de common",
            "es" => "es common",
            _ => return false,
        };
        self.frames.get(list).is_some_and(|words| words.contains(word))
    }

    pub(super) fn entry(&self, words: &str) -> Option<&Entry> {
        self.entries.get(words)
    }
}

/// As titles have it: a space between words, and between Chinese characters and digits.
fn plain(word: &str) -> String {
    let mut found = String::new();
    let mut before = ' ';
    for c in word.chars() {
        if before != ' ' && is_cjk(before) != is_cjk(c) && !matches!(c, '_' | '-') {
            found.push(' ');
        }
        before = if matches!(c, '_' | '-') { ' ' } else { c };
        found.push(before);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::get;

    #[test]
    fn the_lexicon_is_read_whole() {
        let lexicon = get();
        assert!(lexicon.is_frame("如何", "zh") && lexicon.is_frame("says", "und") && !lexicon.is_frame("quake", "en"));
        let concept = |word| lexicon.entry(word).map_or(0, |entry| entry.concept);
        assert_eq!(concept("terremoto"), concept("地震"));
        assert_ne!(concept("terremoto"), concept("flood"));
        let side = |word| lexicon.entry(word).unwrap().sides[0];
        assert_eq!(side("男单").set, side("女单").set);
        assert_ne!(side("男单").member, side("女单").member);
        assert!(lexicon.entry("semi final").is_some());
    }
}
