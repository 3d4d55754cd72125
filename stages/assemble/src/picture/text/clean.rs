//! What of a text is set at all: one line without control characters, and its capitals.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most characters that are set; a frame holds far fewer that can be read.
pub(super) const MOST_CHARACTERS: usize = 600;
/// Most marks on one letter; living scripts use up to four.
const MOST_MARKS: usize = 6;

/// True for what has no look of its own and needs no glyph.
pub(super) fn is_ignorable(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0xAD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xE0000..=0xE0FFF
    )
}

/// The text in one line, with single spaces; without control characters, changes of writing direction, invisible
/// letters, and marks beyond any living script. What is longer than [`MOST_CHARACTERS`] is cut, and `true` says so.
pub(super) fn clean(text: &str) -> (String, bool) {
    let mut out = String::new();
    let (mut count, mut marks, mut space) = (0, 0, false);
    for letter in text.chars() {
        if letter.is_whitespace() {
            space = true;
            continue;
        }
        if letter.is_control() || is_unwanted(letter) {
            continue;
        }
        marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            continue;
        }
        if count >= MOST_CHARACTERS {
            return (out, true);
        }
        if std::mem::take(&mut space) && !out.is_empty() {
            out.push(' ');
        }
        out.push(letter);
        count += 1;
    }
    (out, false)
}

/// Explicit changes of direction (somebody else's trick, never a script writer's), soft hyphens, fillers and tags. The
/// joiners stay: Persian, Hindi and emoji are written with them.
fn is_unwanted(letter: char) -> bool {
    is_ignorable(letter)
        && !matches!(letter, '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
        || matches!(letter, '\u{FFF9}'..='\u{FFFC}')
}

/// The text in capitals as its language writes them, where its script has them.
pub(crate) fn capitals(text: &str, language: &str) -> String {
    let turkic = matches!(language, "tr" | "az");
    let mut out = String::with_capacity(text.len());
    // Greek leaves its accents out in capitals.
    let text: String = if language == "el" { without_greek_accents(text) } else { text.to_owned() };
    for letter in text.chars() {
        match letter {
            'i' if turkic => out.push('İ'),
            'ı' if turkic => out.push('I'),
            // Georgian has capitals on paper, but nobody mixes or shouts with them, and few fonts have them.
            '\u{10D0}'..='\u{10FF}' => out.push(letter),
            _ => out.extend(letter.to_uppercase()),
        }
    }
    out
}

fn without_greek_accents(text: &str) -> String {
    let mut after_greek = false;
    let kept = text.nfd().filter(|letter| {
        if !is_combining_mark(*letter) {
            after_greek = matches!(letter, '\u{0370}'..='\u{03FF}');
        }
        // Of all marks only the diaeresis stays.
        !(after_greek && is_combining_mark(*letter) && *letter != '\u{0308}')
    });
    kept.nfc().collect()
}

/// Whether a letter is written from right to left; `None` if it has no direction of its own.
pub(super) fn is_rtl(letter: char) -> Option<bool> {
    match u32::from(letter) {
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF => {
            // Arabic digits and marks take the direction of what is round them.
            (!letter.is_numeric() && !is_combining_mark(letter) && letter.is_alphabetic()).then_some(true)
        }
        _ => letter.is_alphabetic().then_some(false),
    }
}

/// The direction of a whole text: that of its language where it has letters of such a script, else of its first letter.
pub(super) fn direction(text: &str, language: &str) -> bool {
    let of_language = is_rtl_language(language);
    let mut strong = text.chars().filter_map(is_rtl);
    if of_language {
        let mut any = false;
        return strong.any(|rtl| {
            any = true;
            rtl
        }) || !any;
    }
    strong.next().unwrap_or(false)
}

/// True for languages that are written from right to left.
pub(crate) fn is_rtl_language(language: &str) -> bool {
    matches!(language, "ar" | "he" | "iw" | "fa" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ku")
}

#[cfg(test)]
mod tests;
