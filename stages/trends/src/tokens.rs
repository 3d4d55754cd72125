//! Text becomes words that can be compared: NFKC and lower case, Unicode word boundaries, character pairs for Chinese
//! and Japanese, numbers and hashtags kept.

mod stop_words;
#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

pub(crate) use stop_words::{LANGUAGES, is_negation, is_stop_word};

/// Every word of a text in order, none left out. A hashtag is its word; `1,000` is `1000`; a run of Chinese or Japanese
/// characters gives its overlapping pairs.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let inside = is_cjk(first);
        let end = rest.char_indices().find(|(_, c)| is_cjk(*c) != inside).map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        if inside {
            push_pairs(run, &mut found);
        } else {
            found.extend(run.unicode_words().map(plain_word));
        }
        rest = after;
    }
    found
}

/// A word without a plural or verb ending, for English and for unknown languages; other languages stay as they are.
pub(crate) fn stem(word: &str, language: &str) -> String {
    if !matches!(language, "en" | "und") || !word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
        return word.to_owned();
    }
    let word = word.strip_suffix("'s").unwrap_or(word);
    for (ending, least) in [("ing", 7), ("ed", 6), ("es", 6), ("s", 4)] {
        if let Some(start) = word.strip_suffix(ending)
            && word.len() >= least
            && !start.ends_with('s')
        {
            return without_e(start).to_owned();
        }
    }
    without_e(word).to_owned()
}

/// `planes` and `plane` both end as `plan`, whichever ending was taken off.
fn without_e(word: &str) -> &str {
    word.strip_suffix('e').filter(|start| start.len() >= 3).unwrap_or(word)
}

/// True for Chinese characters and both Japanese syllabaries: scripts that put no space between words.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(
        c,
        '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}'
    )
}

fn plain_word(word: &str) -> String {
    let word = word.replace('’', "'");
    let is_grouped = word.contains(',') && word.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.');
    if is_grouped { word.replace(',', "") } else { word }
}

fn push_pairs(run: &str, found: &mut Vec<String>) {
    let mut starts = run.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
    starts.push(run.len());
    match starts.len() {
        0..=2 => found.push(run.to_owned()),
        _ => found.extend(starts.windows(3).map(|at| run[at[0]..at[2]].to_owned())),
    }
}
