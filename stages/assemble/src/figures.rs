//! Numbers as they are shown: found in a scene's text where the script names none, and written the way they were.

use reelpress_vocabulary::{Figure, Scene};

/// Words longer than this are no unit.
const LONGEST_UNIT: usize = 12;
/// A bare number like these is a year, and nobody draws a chart of a year.
const YEARS: std::ops::RangeInclusive<f64> = 1_000.0..=2_100.0;
/// Signs that stand before their number.
const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₩'];

/// The scene's figures: those its script names, or else the first number of its text on the screen with what stands behind
/// it.
pub(crate) fn of(scene: &Scene) -> Vec<Figure> {
    if scene.figures.is_empty() { first_in(&scene.on_screen).into_iter().collect() } else { scene.figures.clone() }
}

/// The value as people write it: thousands in groups of three, as many decimals as it has (two at most).
pub(crate) fn written(value: f64, language: &str) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let (group, point) = separators(language);
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        // A number of four digits is easier to read without a separator, except in English.
        if at > 0 && (whole.len() - at) % 3 == 0 && (whole.len() > 4 || group == ",") {
            out.push_str(group);
        }
        out.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        out.push_str(point);
        out.push_str(decimals);
    }
    if value < 0.0 { format!("\u{2212}{out}") } else { out }
}

/// Between thousands, and before decimals (CLDR's for the language as such).
fn separators(language: &str) -> (&'static str, &'static str) {
    match language.get(..2).unwrap_or(language) {
        "de" | "es" | "it" | "nl" | "id" | "tr" | "pt" => (".", ","),
        "fr" | "ru" | "uk" | "pl" | "cs" | "sv" | "nb" | "fi" => ("\u{202f}", ","),
        _ => (",", "."),
    }
}

/// What a text says of its figure: the text without the figure, if it begins with it and goes on; its label, if it says
/// no more than the figure; else all of it.
pub(crate) fn claim<'a>(text: &'a str, figure: &'a Figure) -> &'a str {
    let Some((value, before, after)) = number_in(text) else { return text };
    let unit = figure.unit.trim();
    let rest = match before {
        "" if unit.is_empty() => Some(after),
        "" => after.strip_prefix(unit).filter(|rest| !rest.starts_with(char::is_alphanumeric)),
        sign if sign == unit => Some(after),
        _ => None,
    };
    let same = (value - figure.value).abs() <= 1e-6 * value.abs().max(1.0);
    let Some(rest) = rest.filter(|_| same) else { return text };
    let rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, ':' | ',' | ';'));
    let says = |text: &str| text.contains(char::is_alphanumeric);
    if says(rest) {
        rest
    } else if says(&figure.label) {
        figure.label.trim()
    } else {
        text
    }
}

/// The first number of a text, what stands before it and what after.
fn number_in(text: &str) -> Option<(f64, &str, &str)> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest
        .char_indices()
        .find(|(at, letter)| !(letter.is_ascii_digit() || is_separator(*letter) && digit_follows(&rest[*at..])))
        .map_or(rest.len(), |(at, _)| at);
    Some((parsed(&rest[..end])?, text[..start].trim(), rest[end..].trim_start()))
}

fn first_in(text: &str) -> Option<Figure> {
    let (value, before, after) = number_in(text)?;
    let currency = before.chars().next_back().filter(|sign| CURRENCIES.contains(sign));
    let next = after.split_whitespace().next().unwrap_or_default();
    let word = next.trim_end_matches(['.', ',', '!', '?', ':', ';']);
    let is_unit =
        !word.is_empty() && word.chars().count() <= LONGEST_UNIT && !word.contains(|c: char| c.is_ascii_digit());
    let unit = match currency {
        Some(sign) => sign.to_string(),
        None if is_unit => word.to_owned(),
        None => String::new(),
    };
    if unit.is_empty() && YEARS.contains(&value) && value.fract() == 0.0 {
        return None;
    }
    let left = before.trim_end_matches(CURRENCIES).trim();
    let right = if currency.is_none() && is_unit { after[next.len()..].trim() } else { after };
    let label = [left, right].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Some(Figure { label, value, unit })
}

fn is_separator(letter: char) -> bool {
    matches!(letter, ',' | '.' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2019}')
}

fn digit_follows(text: &str) -> bool {
    text.chars().nth(1).is_some_and(|letter| letter.is_ascii_digit())
}

/// `20,200` and `20.200` are twenty thousand; `3.8` and `3,8` are not.
fn parsed(written: &str) -> Option<f64> {
    let groups: Vec<&str> = written.split(is_separator).collect();
    let thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let (last, whole) = groups.split_last()?;
    let text = if thousands || whole.is_empty() { groups.concat() } else { format!("{}.{last}", whole.concat()) };
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests;
