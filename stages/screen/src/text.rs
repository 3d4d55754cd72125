//! Texts made comparable: what makes two scripts the same words.

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

/// Characters with no width of their own: joiners, marks of direction, variation selectors, tags, soft hyphens.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
