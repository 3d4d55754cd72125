//! Bytes of one feed, from a file or over HTTP; the web is spoken to by `reelpress-web` alone.

#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedPlace, Trends};
use reelpress_web::{Ask, Got, Limits, Pace, Robots, Web, WebError};
use url::Url;

use crate::error::TrendsError;

pub(crate) use reelpress_web::Validators;

/// What a fetch brought.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The server's 304.
    NotModified,
    /// A body, decompressed, and what to ask with next time.
    Body { bytes: Vec<u8>, validators: Validators },
}

/// Fetches feeds; all of them share the hosts' turns.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher {
    web: Web,
}

impl Fetcher {
    /// # Errors
    /// [`TrendsError::Client`] if there are no certificates to trust, for example.
    pub(crate) fn new() -> Result<Self, TrendsError> {
        Ok(Self { web: Web::new().map_err(TrendsError::Client)? })
    }

    /// Reads a feed's bytes. Not more than `trends.max_bytes` are ever held, and it never takes longer than
    /// `trends.timeout` once it is its turn.
    ///
    /// # Errors
    /// Any of [`TrendsError`] that names a feed.
    pub(crate) async fn fetch(
        &self,
        feed: &Feed,
        trends: &Trends,
        validators: &Validators,
        now: Timestamp,
    ) -> Result<Fetched, TrendsError> {
        match &feed.place {
            FeedPlace::File(path) => {
                let (read_feed, read_path, limit) = (feed.clone(), path.clone(), trends.max_bytes);
                let read = tokio::task::spawn_blocking(move || read_file(&read_feed, &read_path, limit)).await;
                let bytes = read.unwrap_or_else(|broken| {
                    let source = std::io::Error::other(broken);
                    Err(TrendsError::File { feed: feed.name.clone(), path: path.clone(), source })
                })?;
                Ok(Fetched::Body { bytes, validators: Validators::default() })
            }
            FeedPlace::Url(url) => match self.web.get(&ask(feed, url, trends, validators, now)).await {
                Ok(Got::NotModified { .. }) => Ok(Fetched::NotModified),
                Ok(Got::Page(page)) => Ok(Fetched::Body { bytes: page.bytes, validators: page.validators }),
                Err(error) => Err(failed(feed, error)),
            },
        }
    }
}

fn ask<'a>(feed: &Feed, url: &'a Url, trends: &'a Trends, validators: &'a Validators, now: Timestamp) -> Ask<'a> {
    Ask {
        accept: accepted(feed.format),
        validators,
        limits: Limits { bytes: trends.max_bytes, time: trends.timeout, ..Limits::default() },
        pace: if feed.allow_private { Pace::OWN } else { Pace::POLITE },
        allow_private: feed.allow_private,
        robots: Robots::Named,
        ..Ask::page(url, &trends.user_agent, now)
    }
}

/// The web's error with the feed's name and the keys of the config that have to do with it.
pub(crate) fn failed(feed: &Feed, error: WebError) -> TrendsError {
    let name = feed.name.clone();
    match error {
        WebError::Client(_) => TrendsError::Client(error),
        WebError::Refused { place, address } => TrendsError::Refused { feed: name, place, address },
        WebError::TooLarge { place, limit } => TrendsError::TooLarge { feed: name, place, limit },
        WebError::Redirect { place, message } => TrendsError::Redirect { feed: name, place, message },
        WebError::Gone { place } => TrendsError::Gone { feed: name, place },
        WebError::Status { place, status, retry_after, said: _ } => {
            TrendsError::Status { feed: name, place, status, retry_after }
        }
        WebError::Timeout { place, limit } => TrendsError::Timeout { feed: name, place, limit },
        WebError::Robots { .. } | WebError::Held { .. } | WebError::Unasked { .. } | WebError::Transfer { .. } => {
            TrendsError::Web { feed: name, source: error }
        }
    }
}

fn read_file(feed: &Feed, path: &Path, limit: u64) -> Result<Vec<u8>, TrendsError> {
    let failed = |source| TrendsError::File { feed: feed.name.clone(), path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        // Opening a pipe would wait for a writer, perhaps for ever.
        return Err(failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a regular file")));
    }
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let is_log = feed.format == FeedFormat::Ndjson && path.extension().is_none_or(|ending| ending != "gz");
    let size = file.metadata().map_err(failed)?.len();
    if is_log && size > limit {
        return read_tail(file, size - limit, limit).map_err(failed);
    }
    let mut bytes = Vec::new();
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(TrendsError::TooLarge { feed: feed.name.clone(), place: path.display().to_string(), limit });
    }
    Ok(bytes)
}

/// A file of polls only grows; its newest polls are at its end. Starts after the first whole line.
fn read_tail(mut file: std::fs::File, from: u64, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::{Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    let start = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    bytes.drain(..start);
    Ok(bytes)
}

fn accepted(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Syndication => {
            "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
        }
        FeedFormat::Ndjson => "application/x-ndjson, application/json;q=0.9, */*;q=0.5",
        FeedFormat::Csv => "text/csv, text/plain;q=0.9, */*;q=0.5",
    }
}
