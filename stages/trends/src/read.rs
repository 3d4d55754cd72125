//! A feed's bytes become sightings, whatever its format. Nothing here touches the network, and no input panics.

mod csv_file;
mod date;
mod ndjson;
mod syndication;
#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedKind, FeedPlace, FeedShows};
use reelpress_vocabulary::TopicKind;
use url::Url;

use crate::error::TrendsError;
use crate::fetch::Part;
use crate::source::OwnResult;
use crate::text;

pub(crate) use date::parse as parse_date;

/// Most items kept of one poll; a list longer than this is no list of what is rising.
pub(crate) const ITEMS_A_POLL: usize = 1_000;
/// How many unreadable lines are described; the others are only counted.
const LINES_DESCRIBED: usize = 10;

/// One thing as a feed shows it at one time. All text is plain already.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// The count is the lower bound of a bucket.
    pub(crate) at_least: bool,
    /// Another count beside it: comments, or uses where the count is accounts.
    pub(crate) secondary: Option<u64>,
    /// ISO 639-1, as declared by the document.
    pub(crate) language: Option<String>,
    pub(crate) kind: TopicKind,
    /// Who stands behind it: an account or a publisher.
    pub(crate) author: Option<String>,
    /// Without `#`.
    pub(crate) tags: Vec<String>,
    /// Pages that tell more about it.
    pub(crate) references: Vec<Reference>,
    /// Of the source, in a few words.
    pub(crate) licence: &'static str,
}

/// A page that tells more about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) title: String,
    pub(crate) link: Url,
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
    /// The feed's names of items that were deleted where they came from, and must be forgotten.
    pub(crate) gone: Vec<String>,
    /// Of a feed of own results, which shows no trends.
    pub(crate) results: Vec<OwnResult>,
    /// How long the document says that asking again is of no use.
    pub(crate) fresh_for: Option<Duration>,
}

impl Reading {
    /// Puts another one behind this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.snapshots.extend(other.snapshots);
        self.gone.extend(other.gone);
        self.results.extend(other.results);
        self.fresh_for = self.fresh_for.max(other.fresh_for);
        for (line, why) in other.skipped.first {
            self.skipped.add(line, why);
            self.skipped.count -= 1;
        }
        self.skipped.count += other.skipped.count;
    }

    /// True if it shows nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.results.is_empty() && self.snapshots.iter().all(|snapshot| snapshot.items.is_empty())
    }
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
    pub(crate) fn add(&mut self, line: u64, why: impl Into<String>) {
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

/// Reads one body of a document, gzip or plain, whose time is `now` where the format does not name one.
///
/// # Errors
/// As for [`read_part`].
#[cfg(test)]
pub(crate) fn read(feed: &Feed, bytes: &[u8], now: Timestamp, max_bytes: u64) -> Result<Reading, TrendsError> {
    crate::source::read(feed, &[Part { bytes: bytes.to_vec(), ..Part::default() }], now, max_bytes)
}

/// Reads one document, gzip or plain. `at` is the time of the poll where the format does not name one; polls after `now`
/// are passed over.
///
/// # Errors
/// [`TrendsError::TooLarge`] after decompression, or [`TrendsError::Format`].
pub(crate) fn read_part(
    feed: &Feed,
    part: &Part,
    at: Timestamp,
    now: Timestamp,
    max_bytes: u64,
) -> Result<Reading, TrendsError> {
    let unpacked;
    let bytes = if part.bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = gunzip(feed, &part.bytes, max_bytes)?;
        unpacked.as_slice()
    } else {
        part.bytes.as_slice()
    };
    if bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).iter().all(u8::is_ascii_whitespace) {
        return Ok(Reading::default());
    }
    if feed.kind != FeedKind::Document {
        return crate::source::read_document(feed, part, bytes, at);
    }
    let content_type = part.content_type.as_deref();
    match feed.format {
        FeedFormat::Syndication => syndication::read(feed, &reelpress_web::decode(bytes, content_type), at),
        FeedFormat::Ndjson => Ok(ndjson::read(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), feed.shows, now)),
        FeedFormat::Csv => csv_file::read(feed, &reelpress_web::decode(bytes, content_type), at),
    }
}

/// What a page that is no feed says about itself.
pub(crate) fn explain(bytes: &[u8], message: &str) -> String {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    if start.contains("<!doctype html") || start.contains("<html") {
        "it is an HTML page (look for the page's own link to its feed)".to_owned()
    } else {
        text::plain(message, 200)
    }
}

/// The kind of topic that a document's lines are.
pub(crate) fn kind_of(shows: FeedShows) -> TopicKind {
    match shows {
        FeedShows::Topics => TopicKind::Topic,
        FeedShows::Hashtags => TopicKind::Hashtag,
        FeedShows::Sounds => TopicKind::Sound,
        FeedShows::Formats => TopicKind::Format,
    }
}

/// A hashtag is written with its sign, everything else as it is.
pub(crate) fn titled(title: &str, kind: TopicKind) -> String {
    match kind {
        TopicKind::Hashtag => format!("#{}", title.trim_start_matches(['#', '\u{ff03}']).replace(' ', "")),
        TopicKind::Topic | TopicKind::Sound | TopicKind::Format => title.to_owned(),
    }
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

pub(crate) fn format_error(feed: &Feed, expected: &'static str, message: String) -> TrendsError {
    TrendsError::Format { feed: feed.name.clone(), place: place_of(feed), expected, message }
}

/// A count as feeds write it: `1234`, `1,234`, `20K+`, `1.5M`. A bucket such as `2000+` counts as its lower bound.
pub(crate) fn count_of(text: &str) -> Option<u64> {
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
