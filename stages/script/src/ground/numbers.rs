//! Amounts in a text, and whether the evidence has them. `1,234`, `1.234`, `1234`, `1.2 million` and `twelve hundred` are
//! made comparable; a percentage is no count; a unit that is named on both sides must be the same. A right number put to
//! a wrong thing is seen only as far as the sentence shares no word with the piece that has it.

use std::ops::Range;

use super::spelled;
use super::units::{about, currency_before, is_percent, unit_at};
use super::words::{ascii_digits, fold, is_dense};

/// One amount.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Amount {
    /// As it stands in the text, with what belongs to it.
    pub(crate) written: String,
    /// What it can mean: `1.234` is one thing in German and another one in English.
    pub(crate) readings: Vec<f64>,
    /// Digits that say something: 2 of `1.2 million`.
    pub(crate) significant: usize,
    /// A share of a hundred.
    pub(crate) percent: bool,
    /// The unit, if it is a known one.
    pub(crate) unit: Option<&'static str>,
    /// How exactly it is said.
    pub(crate) about: About,
    /// Part of a word or a name (`Foton-M3`), or of a time (`12:30`): it is never a rounding of another one.
    pub(crate) glued: bool,
    /// A year by its looks.
    pub(crate) year: bool,
    /// Where it is, in bytes of the text with ASCII digits.
    pub(crate) place: Range<usize>,
}

/// How exactly an amount is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Exact,
    /// `about`, `roughly`
    Near,
    /// `more than`
    Over,
    /// `nearly`, `up to`
    Under,
}

/// Amounts of a text, but for those within `taken` (dates). Ordinals in words and `one` are none.
pub(crate) fn amounts(text: &str, language: &str, taken: &[Range<usize>]) -> Vec<Amount> {
    let text = ascii_digits(text);
    let mut found = digits(&text, language);
    found.extend(in_words(&text, language));
    found.extend(in_chinese(&text));
    found
        .retain(|amount| taken.iter().all(|range| amount.place.start < range.start || amount.place.start >= range.end));
    found.sort_by_key(|amount| (amount.place.start, std::cmp::Reverse(amount.place.end)));
    // `3 million`: the words of a number in digits are part of it.
    let mut end = 0;
    found.retain(|amount| {
        let fresh = amount.place.start >= end;
        end = end.max(amount.place.end);
        fresh
    });
    found
}

fn digits(text: &str, language: &str) -> Vec<Amount> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = number_end(text, at);
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        let written = &text[at..end];
        let grown = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !is_dense(c));
        let compact = compact_scale(&text[end..]);
        let clock = written.contains(':');
        let glued = clock
            || grown(before)
            || (before == Some('-') && text[..at - 1].chars().next_back().is_some_and(char::is_alphanumeric))
            || (grown(after) && compact.is_none() && unit_at(&text[end..]).is_none());
        found.push(finished(text, at..end, readings(written), glued, compact, language));
        at = end;
    }
    found
}

/// Digits with separators that have digits on both sides.
fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    while end < bytes.len() {
        if bytes[end].is_ascii_digit() {
            end += 1;
            continue;
        }
        let Some(separator) = text[end..].chars().next().filter(|c| is_separator(*c) || *c == ' ') else { break };
        let next = end + separator.len_utf8();
        let group = bytes[next..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        // A plain space groups only where the groups are what groups are: `10 000`.
        let head = text[start..end].chars().take_while(char::is_ascii_digit).count();
        if group == 0 || (separator == ' ' && (group != 3 || head > 3 || text[start..end].contains(['.', ',', ':']))) {
            break;
        }
        end = next + group;
    }
    end
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | '.' | '\'' | ':' | '\u{a0}' | '\u{202f}' | '\u{2019}')
}

/// `20,200`, `20.200` and `20200` are one number; `3.8` and `3,8` are another; `1.234` can be two.
fn readings(written: &str) -> Vec<f64> {
    if let Some((hours, minutes)) = written.split_once(':') {
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        return vec![number(hours) * 100.0 + number(&minutes.chars().take(2).collect::<String>())];
    }
    let groups = written.split(|c: char| is_separator(c) || c == ' ').collect::<Vec<_>>();
    let joined = |parts: &[&str]| parts.concat().parse::<f64>().ok();
    let tail = |parts: &[&str]| match parts {
        [head @ .., last] if !head.is_empty() => format!("{}.{last}", head.concat()).parse::<f64>().ok(),
        _ => None,
    };
    let thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let mut values = Vec::new();
    if groups.len() == 1 || thousands {
        values.extend(joined(&groups));
    }
    if groups.len() > 1 && (!thousands || (groups.len() == 2 && written.contains(['.', ',']))) {
        values.extend(tail(&groups));
    }
    values.retain(|value| value.is_finite());
    values
}

/// The `k` of `5k`, the `M` of `3M`, the `bn` of `2bn`, with its length.
fn compact_scale(rest: &str) -> Option<(f64, usize)> {
    let word = rest.chars().take_while(|c| c.is_alphabetic()).collect::<String>();
    match word.as_str() {
        "k" | "K" => Some((1e3, 1)),
        "M" => Some((1e6, 1)),
        "bn" => Some((1e9, 2)),
        "tn" => Some((1e12, 2)),
        _ => None,
    }
}

/// The amount with its scale, its unit and how exactly it is said.
fn finished(
    text: &str,
    place: Range<usize>,
    mut readings: Vec<f64>,
    glued: bool,
    compact: Option<(f64, usize)>,
    language: &str,
) -> Amount {
    let written_digits = &text[place.clone()];
    let mut end = place.end;
    let mut scaled = false;
    if let Some((factor, length)) = compact {
        multiply(&mut readings, factor);
        (end, scaled) = (end + length, true);
    }
    // At most two scales: `3 hundred thousand`.
    for _ in 0..2 {
        let rest = &text[end..];
        let gap = rest.len() - rest.trim_start_matches([' ', '-', '\u{a0}', '\u{202f}']).len();
        let next = &rest[gap..];
        if let Some((factor, _)) = next.chars().next().and_then(spelled::chinese_scale).filter(|_| gap == 0) {
            multiply(&mut readings, factor);
            (end, scaled) = (end + next.chars().next().map_or(0, char::len_utf8), true);
            continue;
        }
        let word = next.chars().take_while(|c| c.is_alphabetic()).collect::<String>();
        let Some(factor) = spelled::scale(&fold(&word), language).filter(|_| !glued && gap > 0) else { break };
        // `1.5 million` is no thousand and a half.
        multiply(&mut readings, factor);
        (end, scaled) = (end + gap + word.len(), true);
    }
    let rest = &text[end..];
    let unit = currency_before(&text[..place.start]).or_else(|| unit_at(rest));
    let percent = is_percent(rest);
    let value = readings.first().copied().unwrap_or(0.0);
    let year = !scaled
        && !percent
        && unit.is_none()
        && written_digits.len() == 4
        && written_digits.bytes().all(|byte| byte.is_ascii_digit())
        && (1_000.0..2_100.0).contains(&value);
    Amount {
        written: text[place.start..end].to_owned() + if percent { "%" } else { "" },
        significant: significant(written_digits),
        readings,
        percent,
        unit,
        about: about(&text[..place.start]),
        glued,
        year,
        place: place.start..end,
    }
}

fn multiply(readings: &mut [f64], factor: f64) {
    for value in readings {
        *value *= factor;
    }
}

fn significant(digits: &str) -> usize {
    let bare = digits.chars().filter(char::is_ascii_digit).collect::<String>();
    let whole = !digits.contains(['.', ',']) || digits.split([',', '.']).skip(1).all(|group| group.len() == 3);
    let bare = bare.trim_start_matches('0');
    let bare = if whole { bare.trim_end_matches('0') } else { bare };
    bare.len().max(1)
}

/// Numbers in words, with what multiplies them: `two hundred thousand`, `a dozen`.
fn in_words(text: &str, language: &str) -> Vec<Amount> {
    let tokens = word_places(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (start, mut value, mut seen, mut end) = (at, 0.0_f64, false, tokens[at].1.end);
        let mut section = 0.0_f64;
        while at < tokens.len() {
            let (folded, place) = &tokens[at];
            let joint = seen && text[end..place.start].trim().is_empty();
            if seen && !joint {
                break;
            }
            if let Some(number) = spelled::word(folded, language) {
                section += f64::from(number);
            } else if let Some(factor) = spelled::scale(folded, language).filter(|_| seen || has_article(&tokens, at)) {
                section = if section == 0.0 { 1.0 } else { section } * factor;
                if factor >= 1e3 {
                    value += section;
                    section = 0.0;
                }
            } else if !(seen
                && joins(folded)
                && tokens.get(at + 1).is_some_and(|(next, _)| spelled::word(next, language).is_some()))
            {
                break;
            }
            seen = true;
            end = place.end;
            at += 1;
        }
        if seen {
            let value = value + section;
            let place = tokens[start].1.start..end;
            let rest = &text[end..];
            let mut amount = finished(text, place.clone(), vec![value], false, None, language);
            amount.place = place.clone();
            text[place].clone_into(&mut amount.written);
            amount.significant = significant(&format!("{value}"));
            amount.percent = is_percent(rest);
            amount.year = false;
            found.push(amount);
        } else {
            at += 1;
        }
    }
    found
}

/// `a hundred`, `ein Dutzend`: a scale alone is an amount; `hundreds of` and `percent` are none.
fn has_article(tokens: &[(String, Range<usize>)], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| tokens[before].0.as_str());
    matches!(before, "a" | "one" | "ein" | "eine" | "einem" | "un" | "una" | "une" | "uno")
}

fn joins(folded: &str) -> bool {
    matches!(folded, "and" | "und" | "y" | "et" | "e")
}

fn word_places(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = character.is_alphabetic() || (character == '-' && start.is_some());
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = text[from..at].trim_end_matches('-');
                found.push((fold(word), from..from + word.len()));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    found
}

/// Runs of Chinese numerals that are surely amounts: two or more with a scale in them, or one before a counter.
fn in_chinese(text: &str) -> Vec<Amount> {
    const IDIOMS: [&str; 8] = ["十分", "万一", "千万别", "百分", "万能", "十足", "千葉", "百度"];
    const COUNTERS: &str = "人个個年月日次名位件倍岁歳本枚匹頭头只隻座家艘颗顆度点點";
    let is_numeral = |c: char| spelled::chinese_digit(c).is_some() || spelled::chinese_scale(c).is_some();
    let characters = text.char_indices().collect::<Vec<_>>();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let from = at;
        while at < characters.len() && is_numeral(characters[at].1) {
            at += 1;
        }
        if at == from {
            at += 1;
            continue;
        }
        let start = characters[from].0;
        let end = characters.get(at).map_or(text.len(), |(place, _)| *place);
        let digit_before = from > 0 && characters[from - 1].1.is_ascii_digit();
        if digit_before || IDIOMS.iter().any(|idiom| text[start..].starts_with(idiom)) {
            continue;
        }
        let run = &text[start..end];
        let counted = text[end..].chars().next().is_some_and(|c| COUNTERS.contains(c));
        let single = (run.chars().count() == 1 && counted)
            .then(|| run.chars().next().and_then(spelled::chinese_digit))
            .flatten()
            .filter(|digit| *digit >= 2)
            .map(f64::from);
        let value = single.or_else(|| spelled::chinese(run).filter(|_| run.chars().count() >= 2 || counted));
        if let Some(value) = value {
            let mut amount = finished(text, start..end, vec![value], false, None, "");
            amount.place = start..end;
            run.clone_into(&mut amount.written);
            amount.readings = vec![value];
            amount.significant = significant(&format!("{value}"));
            found.push(amount);
        }
    }
    found
}

/// Whether the evidence's amount says what the script's says.
pub(crate) fn says(evidence: &Amount, told: &Amount) -> bool {
    if evidence.percent != told.percent || matches!((evidence.unit, told.unit), (Some(a), Some(b)) if a != b) {
        return false;
    }
    let pairs = evidence.readings.iter().flat_map(|known| told.readings.iter().map(move |value| (*known, *value)));
    let loose = !told.glued && !evidence.glued && !told.year && !evidence.year;
    pairs.into_iter().any(|(known, value)| same(known, value) || (loose && rounds(known, value, told)))
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-9)
}

/// A rounding says less than the number did: two digits that say something, or one with a word like `about`.
fn rounds(known: f64, value: f64, told: &Amount) -> bool {
    if known == 0.0 || value == 0.0 || (known - value).abs() / known.abs() > 0.12 {
        return false;
    }
    let digits = i32::try_from(told.significant).unwrap_or(i32::MAX).min(15);
    let step = 10_f64.powi(known.abs().log10().floor() as i32 + 1 - digits);
    let rounded = same((known / step).round() * step, value);
    match told.about {
        About::Exact => rounded && told.significant >= 2 && known.abs() >= 100.0,
        About::Near => rounded || (known - value).abs() / known.abs() <= 0.05,
        About::Over => value < known && same((known / step).floor() * step, value),
        About::Under => value > known && same((known / step).ceil() * step, value),
    }
}

#[cfg(test)]
mod tests;
