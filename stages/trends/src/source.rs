//! Services behind one door: each is asked in its own way and read into the same [`Reading`].
//!
//! A source is two functions: how it is asked (addresses, keys, limits; here `fetch`), and how what it answered is read
//! (bytes in, sightings out, no network; here `read`). A file that holds an answer is read like the answer.

mod bluesky;
mod doctor;
mod google;
mod hacker_news;
mod json;
mod keeps;
mod licence;
mod mastodon;
mod own_results;
mod reddit;
mod share;
#[cfg(test)]
mod tests;
mod value;
mod wikimedia;
mod youtube;

use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedKind};
use reelpress_web::Pace;
use serde_json::Value;
use url::Url;

use crate::error::TrendsError;
use crate::fetch::{Asked, Fetched, Fetcher, Part};
use crate::read::{self, Reading};
use crate::text;

#[cfg(test)]
use doctor::try_source;
pub use doctor::{Finding, try_sources};
pub(crate) use keeps::Keeps;
pub(crate) use licence::{LIMITED_TO, is_limited};
pub use licence::{LicenceNote, licence_note};
pub use own_results::{OwnResult, OwnResults, read_own_results};
pub use share::cap_shares;

/// Most tags kept of an item.
const TAGS: usize = 20;

/// Asks a feed at an address.
///
/// # Errors
/// Any of [`TrendsError`] that names a feed.
pub(crate) async fn fetch(fetcher: &Fetcher, asked: &Asked<'_>, url: &Url) -> Result<Fetched, TrendsError> {
    match &asked.feed.kind {
        FeedKind::Document | FeedKind::Json(_) | FeedKind::OwnResults => asked.get(fetcher, &asked.ask(url)).await,
        FeedKind::GoogleTrends { geo } => google::fetch(fetcher, asked, url, geo).await,
        FeedKind::Wikimedia { project, access } => wikimedia::fetch(fetcher, asked, url, project, access).await,
        FeedKind::YouTube { .. } => youtube::fetch(fetcher, asked, url).await,
        FeedKind::HackerNews { list, take } => hacker_news::fetch(fetcher, asked, url, *list, *take).await,
        FeedKind::Mastodon { trends } => mastodon::fetch(fetcher, asked, url, *trends).await,
        FeedKind::Bluesky { list } => bluesky::fetch(fetcher, asked, url, *list).await,
        FeedKind::Reddit { .. } => reddit::fetch(fetcher, asked, url).await,
    }
}

/// Reads what a feed answered: all parts of a service are one poll, each file of a folder is one of its own.
///
/// # Errors
/// [`TrendsError::TooLarge`] after decompression, or [`TrendsError::Format`]. Of a folder, the newest file's only: an older
/// one that cannot be read is counted.
pub(crate) fn read(feed: &Feed, parts: &[Part], now: Timestamp, max_bytes: u64) -> Result<Reading, TrendsError> {
    let mut reading = match &feed.kind {
        FeedKind::Document | FeedKind::Json(_) | FeedKind::GoogleTrends { .. } | FeedKind::OwnResults => {
            each_part(feed, parts, now, max_bytes)?
        }
        FeedKind::Wikimedia { project, .. } => wikimedia::read(feed, project, parts, now)?,
        FeedKind::YouTube { .. } => youtube::read(feed, parts, now)?,
        FeedKind::HackerNews { .. } => hacker_news::read(feed, parts, now)?,
        FeedKind::Mastodon { trends } => mastodon::read(feed, *trends, parts, now)?,
        FeedKind::Bluesky { list } => bluesky::read(feed, *list, parts, now)?,
        FeedKind::Reddit { .. } => reddit::read(feed, parts, now)?,
    };
    let licence = licence_note(&feed.kind).licence;
    for item in reading.snapshots.iter_mut().flat_map(|snapshot| &mut snapshot.items) {
        item.licence = licence;
    }
    reading.snapshots.sort_by_key(|snapshot| snapshot.at);
    Ok(reading)
}

fn each_part(feed: &Feed, parts: &[Part], now: Timestamp, max_bytes: u64) -> Result<Reading, TrendsError> {
    let mut whole = Reading::default();
    for (place, part) in parts.iter().enumerate() {
        let at = part.at.map_or(now, |at| at.min(now));
        let reading = match read::read_part(feed, part, at, now, max_bytes) {
            Ok(reading) => reading,
            Err(error) if place + 1 < parts.len() => {
                whole.skipped.add(place as u64 + 1, error.to_string());
                continue;
            }
            Err(error) => return Err(error),
        };
        whole.add(reading);
    }
    Ok(whole)
}

/// One document that is neither of the plain formats.
pub(crate) fn read_document(feed: &Feed, part: &Part, bytes: &[u8], at: Timestamp) -> Result<Reading, TrendsError> {
    match &feed.kind {
        FeedKind::Json(map) => json::read(feed, map, bytes, at),
        FeedKind::GoogleTrends { geo } => google::read(feed, geo, part.content_type.as_deref(), bytes, at),
        FeedKind::OwnResults => own_results::read(feed, bytes),
        FeedKind::Document
        | FeedKind::Wikimedia { .. }
        | FeedKind::YouTube { .. }
        | FeedKind::HackerNews { .. }
        | FeedKind::Mastodon { .. }
        | FeedKind::Bluesky { .. }
        | FeedKind::Reddit { .. } => Ok(Reading::default()),
    }
}

/// How often a service's host may be asked, by what it publishes; see docs/SOURCES.md.
pub(crate) fn pace(kind: &FeedKind) -> Pace {
    match kind {
        // 200 a minute and three at once are allowed.
        FeedKind::Wikimedia { .. } => Pace { parallel: 1, apart: Duration::from_millis(500) },
        // No limit is published; ten at once is what we keep to.
        FeedKind::HackerNews { .. } => Pace { parallel: 12, apart: Duration::from_millis(20) },
        // 300 in five minutes, 100 a minute.
        FeedKind::Mastodon { .. }
        | FeedKind::Reddit { .. }
        | FeedKind::Document
        | FeedKind::Json(_)
        | FeedKind::GoogleTrends { .. }
        | FeedKind::YouTube { .. }
        | FeedKind::Bluesky { .. }
        | FeedKind::OwnResults => Pace::POLITE,
    }
}

/// What a refusal means, by service.
pub(crate) fn answered(
    feed: &Feed,
    place: String,
    status: u16,
    retry_after: Option<Duration>,
    said: &str,
) -> TrendsError {
    let name = feed.name.clone();
    match (&feed.kind, status) {
        (FeedKind::Mastodon { .. }, 401 | 403 | 422) => TrendsError::Unsupported { feed: name, place, status },
        (FeedKind::YouTube { .. }, 400 | 401 | 403) => {
            TrendsError::Denied { feed: name, place, status, said: youtube::reason(said), retry_after }
        }
        (FeedKind::Reddit { .. }, 401 | 403) => {
            TrendsError::Denied { feed: name, place, status, said: String::new(), retry_after }
        }
        _ => TrendsError::Status { feed: name, place, status, retry_after },
    }
}

/// Tags of an item, plain, without `#`, a few of them.
fn tags(list: &[Value]) -> Vec<String> {
    let plain = list.iter().filter_map(Value::as_str).map(|tag| text::plain(tag.trim_start_matches('#'), 60));
    plain.filter(|tag| !tag.is_empty()).take(TAGS).collect()
}

/// An address below a service's own, each segment escaped; `None` if it cannot have any.
fn below(base: &Url, segments: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}
