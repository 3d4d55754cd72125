//! Narration as text for an engine: words as written, what is said for each, and where that stands.

use std::ops::Range;

use crate::spoken::{self, Entry};

/// A beat's words and the text that is spoken for them.
#[derive(Debug)]
pub(crate) struct PlainBeat {
    /// As written, split at white space.
    pub(crate) words: Vec<String>,
    /// Where what is said for each word stands in the text, in characters from 0; empty if nothing is said for it.
    pub(crate) places: Vec<Range<usize>>,
    /// What is spoken: one blank between two words, a line break between two sentences, no control characters.
    pub(crate) text: String,
    /// Letters and digits that are said for each word: its weight when several words share one time.
    pub(crate) weights: Vec<usize>,
}

impl PlainBeat {
    /// `language` is an ISO 639-1 code.
    pub(crate) fn new(narration: &str, language: &str) -> Self {
        let mut beat = Self { words: Vec::new(), places: Vec::new(), text: String::new(), weights: Vec::new() };
        let mut characters = 0;
        let mut gap = ' ';
        for Entry { written, said, ends_sentence } in spoken::spoken(narration, language) {
            if !said.is_empty() && characters > 0 {
                beat.text.push(gap);
                characters += 1;
                gap = ' ';
            }
            let length = said.chars().count();
            beat.text.push_str(&said);
            beat.places.push(characters..characters + length);
            beat.weights.push(letters(&said));
            beat.words.push(written);
            characters += length;
            if ends_sentence {
                gap = '\n';
            }
        }
        beat
    }

    /// True if the beat has something that any voice of its language must make audible.
    pub(crate) fn has_words(&self) -> bool {
        self.weights.iter().any(|weight| *weight > 0)
    }
}

/// Letters and digits of a text.
pub(crate) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
