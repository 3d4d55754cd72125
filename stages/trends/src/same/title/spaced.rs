//! Words of text that puts spaces between them.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Draft, Kind};
use crate::same::{lexicon, numbers};
use crate::tokens;

impl Draft<'_> {
    pub(super) fn read_spaced(&mut self, run: &str) {
        let words = run.unicode_word_indices().collect::<Vec<_>>();
        let shouts = is_title_case(&words);
        let mut starts_sentence = true;
        let mut skip_to = 0;
        for (place, &(at, word)) in words.iter().enumerate() {
            if at < skip_to {
                continue;
            }
            let before = &run[..at];
            if let Some((result, end)) = result_at(&run[at..]).filter(|_| !before.ends_with(['-', '.', ':'])) {
                let (high, low) = (result.0.max(result.1), result.0.min(result.1));
                let value = high * 1000.0 + low;
                self.numbers.push(numbers::Number { value, unit: 0, before: 0, is_result: true, is_code: false });
                let text = format!("{high}-{low}");
                self.push(&text, &text, Kind::Number, 0.7, false);
                self.mark_number();
                skip_to = at + end;
            } else if before.ends_with('#') {
                self.read_tag(word);
            } else {
                let is_name = !shouts && !starts_sentence && word.starts_with(char::is_uppercase);
                let next = words.get(place + 1).map(|(_, next)| next.to_lowercase());
                self.read_word(word, is_name, next.as_deref());
            }
            starts_sentence = run[at + word.len()..].starts_with(['.', ':', '?', '!', '|']);
        }
    }

    /// `#ClimateSummit` is two words; `#climatesummit` is one, which may be found in the other title's words.
    fn read_tag(&mut self, tag: &str) {
        let mut start = 0;
        let mut parts = Vec::new();
        let letters = tag.char_indices().collect::<Vec<_>>();
        for pair in letters.windows(2) {
            let ((_, a), (at, b)) = (pair[0], pair[1]);
            if (a.is_lowercase() && b.is_uppercase()) || a.is_ascii_digit() != b.is_ascii_digit() {
                parts.push(&tag[start..at]);
                start = at;
            }
        }
        parts.push(&tag[start..]);
        let whole = parts.len() == 1;
        for part in parts {
            self.read_word(part, !whole, None);
            if let Some(last) = self.words.last_mut() {
                last.is_tag = whole;
            }
        }
    }

    fn read_word(&mut self, word: &str, is_capital: bool, next: Option<&str>) {
        let lower = word.to_lowercase();
        if let Some(value) = numbers::in_digits(&lower, self.language).or_else(|| numbers::in_words(&lower)) {
            self.read_number(value, &lower, next);
            return;
        }
        // `500km` and `3rd` are numbers with a unit.
        let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        if digits > 0
            && lower.is_char_boundary(digits)
            && let Some(value) = numbers::in_digits(&lower[..digits], self.language)
        {
            self.read_number(value, &lower[..digits], Some(&lower[digits..]));
            self.count(&lower[digits..]);
            return;
        }
        // `A3` and `S26` are numbers too, of what their letters say.
        if let Some(at) = lower.find(|c: char| c.is_ascii_digit()).filter(|at| (1..=3).contains(at))
            && let Ok(value) = lower[at..].parse::<f64>()
        {
            let before = super::hash(&lower[..at]);
            self.numbers.push(numbers::Number { value, unit: 0, before, is_result: false, is_code: true });
        }
        let stem = stem(&lower, self.language);
        if self.words.last().is_some_and(|word| word.kind == Kind::Number) {
            self.count(if numbers::multiplier(&lower).is_some() { &lower } else { &stem });
        }
        let (kind, weight) = says(&lower, self.language, is_capital);
        self.push(&lower, &stem, kind, weight, false);
        if lower.starts_with(super::is_paired) {
            self.push_pairs(&lower);
        }
    }

    fn read_number(&mut self, value: f64, text: &str, next: Option<&str>) {
        // A year says when, not how many.
        let is_year = (1900.0..2100.0).contains(&value) && text.len() == 4 && next.is_none_or(|next| next.len() < 9);
        let text = if value.fract() == 0.0 { format!("{value:.0}") } else { value.to_string() };
        self.push_number(value, &text, if is_year { 0.3 } else { 0.6 }, false);
    }
}

fn says(word: &str, language: &str, is_capital: bool) -> (Kind, f32) {
    if tokens::is_stop_word(word, language) {
        return (Kind::Stop, 0.05);
    }
    if lexicon::get().is_frame(word, language) {
        return (Kind::Frame, 0.25);
    }
    if lexicon::get().is_common(word, language) {
        return (Kind::Content, if is_capital && language != "de" { 0.6 } else { 0.5 });
    }
    let weight = match word.chars().count() {
        0..=1 => 0.2,
        2 => 0.5,
        3 => 0.7,
        4..=5 => 0.85,
        6..=8 => 0.95,
        _ => 1.05,
    };
    // German writes every noun with a capital.
    if is_capital && language != "de" { (Kind::Name, 1.2 * weight) } else { (Kind::Content, weight) }
}

/// English by its endings; elsewhere the endings of number and gender that Romance and German words have most.
fn stem(word: &str, language: &str) -> String {
    if matches!(language, "en" | "und") {
        return tokens::stem(word, language);
    }
    let endings: &[&str] = match language {
        "es" | "pt" | "fr" | "it" => &["es", "as", "os", "s", "a", "o", "e", "i"],
        "de" => &["en", "er", "es", "em", "e", "n", "s"],
        _ => &[],
    };
    let letters = word.chars().count();
    for ending in endings {
        if let Some(start) = word.strip_suffix(ending)
            && letters >= ending.len() + 4
        {
            return start.to_owned();
        }
    }
    word.to_owned()
}

/// Most words of three letters and more with a capital: capitals tell no names there.
fn is_title_case(words: &[(usize, &str)]) -> bool {
    let long = words.iter().filter(|(_, word)| word.chars().count() > 3 && word.starts_with(char::is_alphabetic));
    let (capital, all) = long.fold((0, 0), |(capital, all), (_, word)| {
        (capital + usize::from(word.starts_with(char::is_uppercase)), all + 1)
    });
    all > 0 && capital * 3 > all * 2
}

/// The result of a match: `4-0`, `4:0`, `21–19`. Not a date, not a span of years, not a time of day.
fn result_at(text: &str) -> Option<((f64, f64), usize)> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let first = digits(text);
    let rest = &text[first..];
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '–' | ':'))?;
    let rest = &rest[mark.len_utf8()..];
    let second = digits(rest);
    let ends = !rest[second..].starts_with(['-', '–', ':', '.']) && !rest[second..].starts_with(char::is_alphabetic);
    let is_time = mark == ':' && second == 2 && first <= 2;
    if first == 0 || second == 0 || first > 3 || second > 3 || !ends || is_time {
        return None;
    }
    let (a, b) = (text[..first].parse().ok()?, rest[..second].parse().ok()?);
    Some(((a, b), first + mark.len_utf8() + second))
}
