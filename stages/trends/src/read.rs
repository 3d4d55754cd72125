//! A feed's bytes become sightings, whatever its format. Nothing here touches the network, and no input panics.

mod csv_file;
mod date;
mod ndjson;
mod syndication;
#[cfg(test)]
mod tests;

use std::io::Read as _;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedPlace};
use url::Url;

use crate::error::TrendsError;

/// Most items kept of one poll; a list longer than this is no list of what is rising.
pub(crate) const ITEMS_A_POLL: usize = 1_000;
/// How many unreadable lines are described; the others are only counted.
const LINES_DESCRIBED: usize = 10;

/// One thing as a feed shows it at one time. All text is plain already.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sighted {
    /// The feed's own name for it.
    pub(crate) id: Option<String>,
    /// Never empty.
    pub(crate) title: String,
    /// May be empty.
    pub(crate) summary: String,
    pub(crate) link: Option<Url>,
    pub(crate) published: Option<Timestamp>,
    /// Place on the list, 1 first, where the list is a ranking.
    pub(crate) rank: Option<u32>,
    /// Points, views, traffic.
    pub(crate) count: Option<u64>,
    /// ISO 639-1, as declared by the document.
    pub(crate) language: Option<String>,
}

/// Everything a feed showed at one time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) at: Timestamp,
    pub(crate) items: Vec<Sighted>,
}

/// What was read of one body.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Reading {
    /// In order of time.
    pub(crate) snapshots: Vec<Snapshot>,
    pub(crate) skipped: Skipped,
}

/// Lines or entries that could not be used; the rest of the feed was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many in all.
    pub count: u64,
    /// The first ten: line number (or position of the entry) from 1, and what is wrong with it.
    pub first: Vec<(u64, String)>,
}

impl Skipped {
    fn add(&mut self, line: u64, why: impl Into<String>) {
        self.count += 1;
        if self.first.len() < LINES_DESCRIBED {
            self.first.push((line, why.into()));
        }
    }
}

/// Address or file of a feed, for messages.
pub(crate) fn place_of(feed: &Feed) -> String {
    match &feed.place {
        FeedPlace::File(path) => path.display().to_string(),
        FeedPlace::Url(url) => reelpress_web::without_secrets(url),
    }
}

/// Reads a body, gzip or plain. `now` is the time of the poll where the format does not name one.
///
/// # Errors
/// [`TrendsError::TooLarge`] after decompression, or [`TrendsError::Format`].
pub(crate) fn read(feed: &Feed, bytes: &[u8], now: Timestamp, max_bytes: u64) -> Result<Reading, TrendsError> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = gunzip(feed, bytes, max_bytes)?;
        unpacked.as_slice()
    } else {
        bytes
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Reading::default());
    }
    let mut reading = match feed.format {
        FeedFormat::Syndication => syndication::read(feed, bytes, now)?,
        FeedFormat::Ndjson => ndjson::read(bytes, now),
        FeedFormat::Csv => csv_file::read(feed, bytes, now)?,
    };
    reading.snapshots.sort_by_key(|snapshot| snapshot.at);
    Ok(reading)
}

fn gunzip(feed: &Feed, bytes: &[u8], max_bytes: u64) -> Result<Vec<u8>, TrendsError> {
    let mut unpacked = Vec::new();
    let limited = flate2::read::MultiGzDecoder::new(bytes).take(max_bytes.saturating_add(1)).read_to_end(&mut unpacked);
    match limited {
        Ok(size) if size as u64 > max_bytes => {
            Err(TrendsError::TooLarge { feed: feed.name.clone(), place: place_of(feed), limit: max_bytes })
        }
        Ok(_) => Ok(unpacked),
        Err(error) => Err(format_error(feed, "whole gzip data", error.to_string())),
    }
}

fn format_error(feed: &Feed, expected: &'static str, message: String) -> TrendsError {
    TrendsError::Format { feed: feed.name.clone(), place: place_of(feed), expected, message }
}

/// A count as feeds write it: `1234`, `1,234`, `20K+`, `1.5M`. A bucket such as `2000+` counts as its lower bound.
fn count_of(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches('+').replace([',', ' ', '_'], "");
    if let Ok(count) = text.parse() {
        return Some(count);
    }
    let (digits, factor) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 1e3),
        'm' | 'M' => (&text[..text.len() - 1], 1e6),
        'b' | 'B' => (&text[..text.len() - 1], 1e9),
        _ => (text.as_str(), 1.0),
    };
    let value = digits.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)?;
    Some((value * factor).round() as u64)
}
