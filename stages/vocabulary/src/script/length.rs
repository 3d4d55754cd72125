//! How long a text is: when it is spoken, and on the screen.

/// How many words a text has when it is spoken. Scripts that put no space between words are counted by their
/// characters: two of Chinese, Japanese or Korean Hanja, four of Thai, Lao, Khmer or Burmese make a word.
#[must_use]
pub fn spoken_words(text: &str) -> usize {
    text.split_whitespace().map(words_of_token).sum()
}

fn words_of_token(token: &str) -> usize {
    let (mut dense, mut wide, mut other) = (0_usize, 0_usize, false);
    for character in token.chars() {
        match u32::from(character) {
            // Hiragana, Katakana, CJK ideographs with their extensions.
            0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => dense += 1,
            // Thai, Lao, Burmese, Khmer.
            0x0E01..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF => wide += 1,
            _ => other |= character.is_alphanumeric(),
        }
    }
    dense.div_ceil(2) + wide.div_ceil(4) + usize::from(other)
}

/// How many letters of usual width take as much room on the screen as this text: Chinese, Japanese and Korean letters
/// count twice (UAX #11), marks on other letters not at all.
#[must_use]
pub fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
