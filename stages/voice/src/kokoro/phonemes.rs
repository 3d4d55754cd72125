//! From espeak-ng's phonemes to the symbols that Kokoro was trained with.
//!
//! Both write IPA, but not the same: the model has one letter for a diphthong or an affricate (`A` for `eɪ`, `ʤ` for
//! `dʒ`), and fewer kinds of some sounds. espeak-ng is asked to tie what belongs together with `^`, so that the `e^ɪ` of
//! `day` is not taken for the end of one syllable and the start of another.

/// Whose sounds: English is simplified, each accent in its own way; other languages keep theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accent {
    American,
    British,
    Other,
}

/// The sign between parts of one sound.
pub(crate) const TIE: char = '^';

/// A vertical line below: the consonant is a syllable of its own.
const SYLLABIC: char = '\u{329}';

type Rule = (&'static str, &'static str);

const EVERYWHERE: [Rule; 6] = [("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y")];

const ENGLISH: [Rule; 15] = [
    ("ʔˌn\u{329}", "tᵊn"),
    ("ʔn\u{329}", "tᵊn"),
    ("ʔn", "tᵊn"),
    ("ʔ", "t"),
    ("ə^l", "ᵊl"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("e", "A"),
    ("o", "ɔ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("ʲ", ""),
    ("\u{303}", ""),
];

const AMERICAN: [Rule; 5] = [("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", "")];

const BRITISH: [Rule; 3] = [("ə^ʊ", "Q"), ("e^ə", "ɛː"), ("iə", "ɪə")];

const OTHER: [Rule; 6] = [("d^z", "ʣ"), ("t^s", "ʦ"), ("s^s", "S"), ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("-", "")];

/// The symbols for what espeak-ng gave, one blank between two groups.
pub(super) fn symbols(espeak: &str, accent: Accent) -> Vec<char> {
    let plain = without_switches(espeak);
    let rules = match accent {
        Accent::American => [&ENGLISH[..], &AMERICAN[..]],
        Accent::British => [&ENGLISH[..], &BRITISH[..]],
        Accent::Other => [&OTHER[..], &[]],
    };
    let mut symbols = Vec::with_capacity(plain.len());
    let mut rest = plain.trim();
    while let Some(first) = rest.chars().next() {
        let known = rules.iter().copied().chain([&EVERYWHERE[..]]).flatten();
        // The longest rule wins: `ɜːɹ` before `ɜː`.
        let rule = known.filter(|(sounds, _)| rest.starts_with(sounds)).max_by_key(|(sounds, _)| sounds.len());
        if let Some((sounds, written)) = rule {
            symbols.extend(written.chars());
            rest = &rest[sounds.len()..];
            continue;
        }
        rest = &rest[first.len_utf8()..];
        match first {
            TIE => {}
            'g' => symbols.push('ɡ'),
            SYLLABIC if accent == Accent::Other => {}
            // The short vowel stands before the consonant that carries the line.
            SYLLABIC => symbols.insert(symbols.len().saturating_sub(1), 'ᵊ'),
            _ if first.is_whitespace() => {
                if symbols.last() != Some(&' ') {
                    symbols.push(' ');
                }
            }
            _ => symbols.push(first),
        }
    }
    symbols
}

/// Without the marks `(en)` that tell where another language begins.
fn without_switches(espeak: &str) -> String {
    let mut plain = String::with_capacity(espeak.len());
    let mut rest = espeak;
    while let Some((before, behind)) = rest.split_once('(') {
        plain.push_str(before);
        match behind.split_once(')') {
            Some((mark, after)) if mark.len() <= 12 && mark.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                rest = after;
            }
            _ => rest = behind,
        }
    }
    plain + rest
}
