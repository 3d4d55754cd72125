//! Words as they are compared: without case, marks and endings.

use unicode_normalization::UnicodeNormalization;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// As it stands, without punctuation around it and without a possessive `'s`.
    pub(crate) core: &'t str,
    /// Folded: lower case, no marks, compatible forms made one.
    pub(crate) folded: String,
    /// The first word of its sentence or part.
    pub(crate) opens: bool,
    /// Punctuation follows.
    pub(crate) ends: bool,
}

/// Lower case, compatible forms made one, marks over Latin, Greek and Cyrillic letters taken off, `ß` as `ss`.
pub(crate) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !matches!(*c, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .flat_map(|c| if c == '\u{df}' { ['s', 's'].into_iter().take(2) } else { [c, c].into_iter().take(1) })
        .collect::<String>()
        .nfkc()
        .collect()
}

/// Digits of any script as ASCII, one space for one space, so that places stay what they are by characters.
pub(crate) fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| match u32::from(c) {
            code @ (0x660..=0x669 | 0x6F0..=0x6F9) => digit((code - 0x660) & 0xF),
            code @ 0x966..=0x96F => digit(code - 0x966),
            code @ 0xFF10..=0xFF19 => digit(code - 0xFF10),
            0xFF05 | 0x66A => '%',
            0x66B => '.',
            0x66C => ',',
            _ => c,
        })
        .collect()
}

fn digit(value: u32) -> char {
    char::from_digit(value % 10, 10).unwrap_or('0')
}

/// The words between white space and dashes, in order. A word of a script without spaces is a run of it.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut opens = true;
    for token in text.split(|c: char| c.is_whitespace() || matches!(c, '\u{2013}' | '\u{2014}' | '/' | '|')) {
        let core = token.trim_matches(|c: char| !c.is_alphanumeric());
        let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("\u{2019}s")).unwrap_or(core);
        if core.is_empty() {
            opens |= token.contains(['.', '!', '?', ':', '"', '\u{201d}']);
            continue;
        }
        let ends = token.ends_with(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}'));
        let quoted = token.starts_with(['"', '\u{201c}', '\u{201e}', '\u{ab}', '\'', '\u{2018}', '(']);
        found.push(Word { core, folded: fold(core), opens: opens || quoted, ends });
        opens = token.ends_with(['.', '!', '?', ':', '\u{2026}', '"', '\u{201d}', '\u{3002}']);
    }
    found
}

/// A letter of a script that puts no space between words.
pub(crate) fn is_dense(character: char) -> bool {
    matches!(u32::from(character),
        0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF
        | 0x0E01..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}

/// Two folded words are one word in two endings: `heart` and `hearts`, `Москва` and `Москвы`. The
/// shared beginning is at least four letters, and what differs after it at most three on either side.
pub(crate) fn same_stem(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.chars().count(), other.chars().count());
    let shorter = one.min(other);
    // `cat` and `cats`, but not `cat` and `car`.
    if shorter == 3 {
        return shared == 3 && one.abs_diff(other) <= 2;
    }
    shared >= 4 && shared + 3 >= one.max(other) && shared * 10 >= shorter * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_their_endings_and_no_further() {
        for (one, other) in [
            ("hearts", "heart"),
            ("swims", "swim"),
            ("cat", "cats"),
            ("engineers", "engineer"),
            ("москвы", "москва"),
            ("telescopio", "telescopios"),
        ] {
            assert!(same_stem(one, other), "{one} {other}");
        }
        for (one, other) in
            [("cat", "car"), ("star", "stars12345"), ("paris", "parrot"), ("musk", "mask"), ("iran", "iraq")]
        {
            assert!(!same_stem(one, other), "{one} {other}");
        }
    }

    #[test]
    fn folding_makes_one_of_many_forms() {
        assert_eq!(fold("Čapek"), fold("capek"));
        assert_eq!(fold("STRAßE"), fold("Strasse"));
        assert_eq!(fold("ＮＡＳＡ"), "nasa");
        assert_eq!(ascii_digits("١٢٣ ४५ ９"), "123 45 9");
    }
}
