//! Where one sentence ends and the next begins, with respect for `Dr.`, `U.S.`, `3.5` and German ordinals.

use crate::phrases::PhraseBook;

/// The sentences of a plain text, trimmed, none empty.
pub(super) fn split(text: &str, book: &PhraseBook) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let mut end = at + character.len_utf8();
        match character {
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{61f}' | '\u{6d4}' | '\u{964}' => {}
            '.' | '!' | '?' | '\u{2026}' => {
                // Closing marks and further stops belong to the sentence.
                while let Some((_, next)) = characters.peek().copied().filter(|(_, next)| closes(*next)) {
                    characters.next();
                    end += next.len_utf8();
                }
                let rest = &text[end..];
                if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
                    continue;
                }
                if !rest.trim().is_empty() && !ends_here(&text[start..end], rest.trim_start(), character, book) {
                    continue;
                }
            }
            _ => continue,
        }
        sentences.push(text[start..end].trim().to_owned());
        start = end;
    }
    sentences.push(text[start..].trim().to_owned());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

fn closes(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '\u{2026}' | '"' | '\'' | ')' | ']' | '\u{201d}' | '\u{2019}' | '\u{bb}')
}

/// Whether a stop with text after it ends the sentence.
fn ends_here(sentence: &str, rest: &str, stop: char, book: &PhraseBook) -> bool {
    let next = rest.split_whitespace().next().unwrap_or_default();
    let next_letter = next.chars().find(|c| c.is_alphanumeric());
    if next_letter.is_some_and(char::is_lowercase) {
        return false;
    }
    if stop != '.' {
        return true;
    }
    let last = sentence.split_whitespace().next_back().unwrap_or_default();
    let word = last.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = word.to_lowercase();
    if book.abbreviations.contains(&lower) {
        return false;
    }
    if book.ordinal_dot && word.len() <= 2 && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    // `J. Smith`, `U.S. Navy`: letters with stops. The sentence ends only before a word that opens one.
    let initials = word.split('.').all(|part| part.chars().count() <= 1) && word.chars().any(char::is_alphabetic);
    if initials {
        let opener = next.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        return book.openers.contains(&opener);
    }
    true
}
