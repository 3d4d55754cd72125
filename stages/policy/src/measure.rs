//! Counts and lengths of a text.

use serde::Deserialize;

/// What is counted in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    /// Unicode characters.
    Characters,
    /// UTF-16 code units, as `TikTok` counts.
    Utf16,
    /// UTF-8 bytes, as `YouTube` counts descriptions.
    Bytes,
    /// `#word`
    Hashtags,
    /// `@name`
    Mentions,
    /// `https://`, `www.`
    Links,
    /// Characters of the longest hashtag, without its sign.
    LongestHashtag,
    /// Share of hashtags in all words, in percent.
    HashtagShare,
    /// `YouTube`'s sum of tags: characters, a comma between two, two quotes for a tag with a blank.
    TagSum,
    /// Share of capitals in all letters, in percent; 0 for fewer than twenty letters.
    Capitals,
    /// Exclamation and question marks.
    Marks,
    /// Pictographs.
    Emoji,
    /// How often the commonest word of four letters and more is there; 0 for fewer than eight words.
    SameWord,
    /// `<` and `>`
    AngleBrackets,
}

impl Measure {
    /// The number, and what it counts, for people.
    pub(crate) fn of(self, text: &str) -> (f64, &'static str) {
        let words = || text.split_whitespace();
        let tags = || words().filter(|word| is_tag(word));
        let count = |number: usize| number as f64;
        match self {
            Self::Characters => (count(text.chars().count()), "characters"),
            Self::Utf16 => (count(text.encode_utf16().count()), "UTF-16 units"),
            Self::Bytes => (count(text.len()), "bytes"),
            Self::Hashtags => (count(tag_count(text)), "hashtags"),
            Self::Mentions => (count(words().filter(|word| is_mention(word)).count()), "mentions"),
            Self::Links => (count(words().filter(|word| is_link(word)).count()), "links"),
            Self::LongestHashtag => {
                let longest = tags().map(|tag| tag.chars().count().saturating_sub(1)).max();
                (count(longest.unwrap_or(0)), "characters in one hashtag")
            }
            Self::HashtagShare => (percent(tags().count(), words().count()), "% of the words are hashtags"),
            Self::TagSum => {
                let tags = tags().map(|tag| tag.trim_start_matches('#').chars().count()).collect::<Vec<_>>();
                (count(tags.iter().sum::<usize>() + tags.len().saturating_sub(1)), "characters of tags")
            }
            Self::Capitals => {
                let letters = text.chars().filter(|c| c.is_lowercase() || c.is_uppercase());
                let (all, capitals) =
                    letters.fold((0, 0), |(all, big), c| (all + 1, big + usize::from(c.is_uppercase())));
                (if all < 20 { 0.0 } else { percent(capitals, all) }, "% of the letters are capitals")
            }
            Self::Marks => (count(text.chars().filter(|c| matches!(c, '!' | '?' | '¡' | '¿')).count()), "marks"),
            Self::Emoji => (count(text.chars().filter(|c| is_emoji(*c)).count()), "emoji"),
            Self::SameWord => (count(commonest(text)), "times the same word"),
            Self::AngleBrackets => (count(text.chars().filter(|c| matches!(c, '<' | '>')).count()), "angle brackets"),
        }
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Tags may be written without a blank between: `#a#b`.
fn tag_count(text: &str) -> usize {
    let mut letters = text.chars().peekable();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        let opens = letter == '#' && letters.peek().is_some_and(|c| c.is_alphanumeric() || *c == '_');
        count += usize::from(opens);
    }
    count
}

pub(crate) fn is_tag(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn is_mention(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '\u{201c}']);
    word.strip_prefix('@').is_some_and(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').count() > 1)
}

pub(crate) fn is_link(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '<']).to_ascii_lowercase();
    word.starts_with("https://") || word.starts_with("http://") || word.starts_with("www.")
}

fn is_emoji(character: char) -> bool {
    matches!(character, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b05}'..='\u{2b55}')
}

fn commonest(text: &str) -> usize {
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .map(str::to_lowercase)
        .collect::<Vec<_>>();
    if words.len() < 8 {
        return 0;
    }
    words.sort_unstable();
    words.chunk_by(|a, b| a == b).map(<[String]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(measure: Measure, text: &str) -> u32 {
        measure.of(text).0.round() as u32
    }

    #[test]
    fn each_platforms_own_way_of_counting_is_known() {
        assert_eq!(count(Measure::Utf16, "a\u{1f600}"), 3);
        assert_eq!(count(Measure::Characters, "a\u{1f600}"), 2);
        assert_eq!(count(Measure::Bytes, "ä"), 2);
        assert_eq!(count(Measure::TagSum, "#sea #ship"), 8);
    }

    #[test]
    fn tags_mentions_and_links_are_told_from_what_looks_like_them() {
        assert_eq!(count(Measure::Hashtags, "#a#b # c# #1st"), 3);
        assert_eq!(count(Measure::Mentions, "thanks @brand, a@b.example @ noon (@some_one)"), 2);
        assert_eq!(count(Measure::Links, "(https://a.example) www.b.example the www"), 2);
        assert_eq!(count(Measure::HashtagShare, "two #a words #b"), 50);
    }

    #[test]
    fn short_texts_neither_shout_nor_repeat() {
        assert_eq!(count(Measure::Capitals, "NASA!"), 0);
        assert!(Measure::Capitals.of("THIS IS SHOUTED FROM THE HILLS").0 > 99.0);
        assert_eq!(count(Measure::SameWord, "shoes shoes"), 0);
        assert_eq!(count(Measure::SameWord, "shoes cheap shoes best shoes sale shoes shop shoes"), 5);
    }
}
