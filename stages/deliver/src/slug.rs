//! A title as a word that is safe in a path, on a phone and in a shell.

use unicode_normalization::UnicodeNormalization;

/// Longest slug in bytes.
pub(crate) const SLUG_BYTES_MAX: usize = 40;

/// Lower-case ASCII letters and digits with single `-` between words, at most 40 bytes; Latin letters lose their
/// accents, everything else is left out. A title without any such letter is `video`.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.nfd() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'A'..='Z' => slug.push(letter.to_ascii_lowercase()),
            // What is left of an accent, and marks within a word, part no words.
            '\u{300}'..='\u{36f}' | '\'' | '\u{2019}' => {}
            _ => match latin(letter) {
                Some(letters) => slug.push_str(letters),
                None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                None => {}
            },
        }
        if slug.len() > SLUG_BYTES_MAX {
            break;
        }
    }
    slug.truncate(SLUG_BYTES_MAX);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "video".to_owned() } else { slug.to_owned() }
}

/// Latin letters that are not a plain letter with an accent.
fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
