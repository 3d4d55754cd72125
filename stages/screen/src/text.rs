//! Texts made comparable: what makes two scripts the same words.

use reelpress_policy::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// Lower case, compatible forms folded (NFKC), typographic quotes and hyphens made plain, invisible characters out.
pub(crate) fn normalised(text: &str) -> String {
    let plain = text.nfkc().filter(|c| !is_invisible(*c)).map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}' | '\u{2011}' => '-',
        c => c,
    });
    // Lower case can leave a form that folds once more.
    plain.flat_map(char::to_lowercase).nfkc().collect()
}
