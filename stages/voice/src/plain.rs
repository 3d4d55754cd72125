//! Narration as plain text for the engine: words as written, each with its place.

use std::ffi::CString;
use std::ops::Range;

/// A beat's words and the text that is spoken for them.
#[derive(Debug)]
pub(crate) struct PlainBeat {
    /// As written, split at white space.
    pub(crate) words: Vec<String>,
    /// Where each word is in the spoken text, in characters from 0; empty if nothing of it is left to speak.
    pub(crate) places: Vec<Range<usize>>,
    /// The words without control characters, one blank between two.
    pub(crate) text: CString,
}

impl PlainBeat {
    pub(crate) fn new(narration: &str) -> Self {
        let mut beat = Self { words: Vec::new(), places: Vec::new(), text: CString::default() };
        let mut text = String::with_capacity(narration.len());
        let mut characters = 0;
        for word in narration.split_whitespace() {
            let spoken = word.chars().filter(|c| is_spoken(*c)).collect::<String>();
            if !spoken.is_empty() && characters > 0 {
                text.push(' ');
                characters += 1;
            }
            let length = spoken.chars().count();
            text.push_str(&spoken);
            beat.places.push(characters..characters + length);
            beat.words.push(word.to_owned());
            characters += length;
        }
        beat.text = CString::new(text).expect("zero is a control character, and those are gone");
        beat
    }

    /// True if the beat has something that any voice of its language must make audible.
    pub(crate) fn has_words(&self) -> bool {
        self.words.iter().any(|word| letters(word) > 0)
    }
}

/// Letters and digits of a word: its weight when several words share one time.
pub(crate) fn letters(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Control characters are commands to the engine (U+0001 changes its pitch), and invisible marks of direction and
/// joining cut words in two for it. The joiners of Persian, Indic scripts and emoji stay.
fn is_spoken(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    let not_a_character = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..);
    !character.is_control() && !invisible && !not_a_character
}
