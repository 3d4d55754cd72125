//! Text as a person speaks it: what is said for each word as written.
//!
//! A written word stays one entry, whatever is said for it: `$3.5 billion` is the entries `three point five` and
//! `billion dollars`. So captions show what is written, and its time covers all that is said for it. English is put into
//! words here, because engines read it badly or each in its own way; other languages are left to their engine, which
//! knows their numbers, but for what is never read aloud.

mod abbreviations;
mod capitals;
mod english;
mod numbers;
mod signs;
#[cfg(test)]
mod tests;

/// One written word and what is said for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As written.
    pub(crate) written: String,
    /// Words with one blank between two and the punctuation that is heard; empty if nothing is said.
    pub(crate) said: String,
    /// True if a sentence ends with it.
    pub(crate) ends_sentence: bool,
}

/// Entries for all words of a narration, in order. `language` is an ISO 639-1 code.
pub(crate) fn spoken(narration: &str, language: &str) -> Vec<Entry> {
    let written = narration.split_whitespace().collect::<Vec<_>>();
    let clean = written.iter().map(|word| cleaned(word)).collect::<Vec<_>>();
    let said = if language == "en" { english::said(&clean) } else { clean.iter().map(|word| other(word)).collect() };
    let entries = written.into_iter().zip(said).enumerate();
    let entries = entries.map(|(at, (written, said))| {
        let ends_sentence = ends_sentence(&said, &clean[at + 1..]);
        Entry { written: written.to_owned(), said, ends_sentence }
    });
    entries.collect()
}

/// The word without what no engine should see.
fn cleaned(word: &str) -> String {
    let emoji = word.chars().any(is_pictograph);
    // A joiner holds emoji together, and letters of some scripts.
    let stays = |c: &char| is_spoken(*c) && !is_pictograph(*c) && !(emoji && matches!(c, '\u{200d}' | '\u{fe0f}'));
    word.chars().filter(stays).collect()
}

/// A word of another language: only marks of the net go.
fn other(word: &str) -> String {
    let word = ["https://www.", "http://www.", "https://", "http://"]
        .iter()
        .find_map(|start| word.strip_prefix(start))
        .map_or(word, |rest| rest.trim_end_matches('/'));
    let tagged = word.strip_prefix(['#', '@']).filter(|rest| rest.starts_with(char::is_alphabetic));
    tagged.unwrap_or(word).to_owned()
}

/// A full stop ends a sentence unless the next word goes on in small letters.
fn ends_sentence(said: &str, behind: &[String]) -> bool {
    let end = said.trim_end_matches(['"', '\'', ')', '”', '’', '»']);
    let next = behind.iter().find_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    match end.chars().next_back() {
        Some('!' | '?' | '。' | '！' | '？' | '؟' | '।') => true,
        Some('.' | '…') => next.is_none_or(|next| !next.is_lowercase()),
        _ => false,
    }
}

/// Control characters are commands to espeak-ng (U+0001 changes its pitch), and invisible marks of direction and joining
/// cut words in two for it. The joiners of Persian and Indic scripts stay.
fn is_spoken(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    let not_a_character = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..);
    !character.is_control() && !invisible && !not_a_character
}

/// Emoji, dingbats, flags, and the marks of trade.
fn is_pictograph(character: char) -> bool {
    matches!(
        character,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{2300}'..='\u{23ff}'
            | '\u{20e3}' | '\u{2122}' | '\u{a9}' | '\u{ae}'
    )
}
