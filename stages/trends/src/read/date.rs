//! Dates as feeds write them: RFC 3339, RFC 2822, and the usual mistakes in both.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The zone names of RFC 822, and others seen in feeds, in hours from UTC (a half is 30 minutes).
const ZONES: [(&str, f64); 24] = [
    ("ut", 0.0),
    ("utc", 0.0),
    ("gmt", 0.0),
    ("z", 0.0),
    ("wet", 0.0),
    ("est", -5.0),
    ("edt", -4.0),
    ("cst", -6.0),
    ("cdt", -5.0),
    ("mst", -7.0),
    ("mdt", -6.0),
    ("pst", -8.0),
    ("pdt", -7.0),
    ("akst", -9.0),
    ("akdt", -8.0),
    ("hst", -10.0),
    ("bst", 1.0),
    ("cet", 1.0),
    ("cest", 2.0),
    ("eet", 2.0),
    ("eest", 3.0),
    ("msk", 3.0),
    ("ist", 5.5),
    ("jst", 9.0),
];

/// The time a feed's date names, or `None` if it cannot be told. A date without a zone is UTC; a day without a time is
/// its first second; a bare number is seconds (or milliseconds) since 1970.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 64 || text.is_empty() {
        return None;
    }
    text.parse().ok().or_else(|| since_1970(text)).or_else(|| iso(text)).or_else(|| by_words(text))
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let number = text.parse::<f64>().ok().filter(|number| *number >= 1e8 && *number < 1e14)?;
    let millis = if number >= 1e11 { number } else { number * 1_000.0 };
    Timestamp::from_millisecond(millis as i64).ok()
}

/// `2021-06-22`, `2021-06-22 13:42`, `2021-06-22T13:42:10` and these with an offset such as `+0200` behind.
fn iso(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_at_checked(10)?;
    let mut numbers = day.split('-');
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let zone_at = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone_at);
    moment(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?, time, zone.trim())
}

/// `Tue, 22 Jun 2021 13:42 EDT` and its kin: week day, seconds and zone may be missing, names may be long.
fn by_words(text: &str) -> Option<Timestamp> {
    let lower = text.to_ascii_lowercase();
    let mut parts = lower.split([',', ' ', '\t']).filter(|part| !part.is_empty()).peekable();
    if parts.peek()?.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_month(parts.peek()?) {
        parts.next();
    }
    let (first, second) = (parts.next()?, parts.next()?);
    let (day, month) = if is_month(first) { (second, first) } else { (first, second) };
    let month = MONTHS.iter().position(|name| month.starts_with(name))? as i8 + 1;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.').parse().ok()?;
    let year = match parts.next()?.parse::<i16>().ok()? {
        short @ 0..50 => short + 2000,
        short @ 50..100 => short + 1900,
        year => year,
    };
    let time = parts.next().unwrap_or("");
    let zone = parts.next().unwrap_or("");
    moment(year, month, day, time, zone)
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|name| word.starts_with(name))
}

fn moment(year: i16, month: i8, day: i8, time: &str, zone: &str) -> Option<Timestamp> {
    let mut parts = time.split([':', '.']).filter(|part| !part.is_empty()).map(|part| part.parse::<i8>().ok());
    let hour = parts.next().unwrap_or(Some(0))?;
    let minute = parts.next().unwrap_or(Some(0))?;
    // A leap second is the last ordinary one.
    let second = parts.next().unwrap_or(Some(0))?.min(59);
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    TimeZone::fixed(offset(zone)?).to_timestamp(civil).ok()
}

fn offset(zone: &str) -> Option<Offset> {
    if zone.is_empty() {
        return Some(Offset::UTC);
    }
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| zone.eq_ignore_ascii_case(name)) {
        return Offset::from_seconds((hours * 3_600.0) as i32).ok();
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse::<i32>().ok()?),
        _ => return None,
    };
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}
