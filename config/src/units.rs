//! Durations, sizes and times of day as people write them, both ways.

use std::time::Duration;

use jiff::civil::Time;

use crate::settings::Window;

/// Largest first, so that the first that divides a duration is the shortest way to write it.
const DURATION_UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

const SIZE_UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// `250ms`, `30s`, `15m`, `6h`, `2d`: one whole number and one unit. `None` for anything else.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    counted(text, &DURATION_UNITS).map(Duration::from_millis)
}

/// A duration as [`parse_duration`] reads it. What is finer than a millisecond is cut off.
pub(crate) fn show_duration(duration: Duration) -> String {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    shortest(milliseconds, &DURATION_UNITS).unwrap_or_default()
}

/// `500MB`, `2GiB`, `1024B`: one whole number and one unit, in bytes. `None` for anything else.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    counted(text, &SIZE_UNITS)
}

/// A size as [`parse_size`] reads it.
pub(crate) fn show_size(bytes: u64) -> String {
    if bytes == 0 {
        return "0B".to_owned();
    }
    shortest(bytes, &SIZE_UNITS).unwrap_or_default()
}

/// `07:00`: two digits, a colon, two digits.
pub(crate) fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    Time::new(digits(hour)?.try_into().ok()?, digits(minute)?.try_into().ok()?, 0, 0).ok()
}

/// `07:00-22:00`. The order of the two is not checked here.
pub(crate) fn parse_window(text: &str) -> Option<Window> {
    let (from, to) = text.split_once('-')?;
    Some(Window { from: parse_time(from.trim())?, to: parse_time(to.trim())? })
}

/// A window as [`parse_window`] reads it.
pub(crate) fn show_window(window: Window) -> String {
    let Window { from, to } = window;
    format!("{:02}:{:02}-{:02}:{:02}", from.hour(), from.minute(), to.hour(), to.minute())
}

fn counted(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    digits(number)?.checked_mul(*factor)
}

fn shortest(amount: u64, units: &[(&str, u64)]) -> Option<String> {
    // 20 GB is a whole number of KiB too, but nobody would write it so. Of two as short, the larger unit.
    let exact = units.iter().filter(|(_, factor)| amount.is_multiple_of(*factor));
    exact.map(|(name, factor)| format!("{}{name}", amount / factor)).min_by_key(String::len)
}

fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
