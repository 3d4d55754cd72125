//! Bytes of one feed, from a file, a folder or over HTTP; the web is spoken to by `reelpress-web` alone.

mod files;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedKind, FeedPlace, Trends};
use reelpress_web::{Ask, Got, Limits, Pace, Page, Robots, Web, WebError};
use url::Url;

use crate::error::TrendsError;
use crate::source::{self, Keeps};

pub(crate) use reelpress_web::Validators;

/// What a fetch brought.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The server's 304.
    NotModified {
        /// As in [`Body::fresh_for`].
        fresh_for: Option<Duration>,
    },
    Body(Body),
}

/// All that a feed answered, and what to ask with next time.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// In order; most feeds have one.
    pub(crate) parts: Vec<Part>,
    pub(crate) validators: Validators,
    /// How long the server says that asking again is of no use.
    pub(crate) fresh_for: Option<Duration>,
}

/// One document of a feed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// When it was written, where a file says so.
    pub(crate) at: Option<Timestamp>,
    /// `Content-Type`, where a server said so.
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Body {
    pub(crate) fn of(page: Page) -> Self {
        let Page { bytes, content_type, validators, fresh_for, .. } = page;
        Self { parts: vec![Part { at: None, content_type, bytes }], validators, fresh_for }
    }
}

/// Fetches feeds; all of them share the hosts' turns, and what services let us keep.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher {
    pub(crate) web: Web,
    pub(crate) keeps: Keeps,
}

/// One feed that is asked now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) feed: &'a Feed,
    pub(crate) trends: &'a Trends,
    pub(crate) validators: &'a Validators,
    pub(crate) now: Timestamp,
}

impl Fetcher {
    /// # Errors
    /// [`TrendsError::Client`] if there are no certificates to trust, for example.
    pub(crate) fn new() -> Result<Self, TrendsError> {
        Ok(Self { web: Web::new().map_err(TrendsError::Client)?, keeps: Keeps::default() })
    }

    /// Reads a feed's bytes. Of one document not more than `trends.max_bytes` are ever held, and no request takes longer
    /// than `trends.timeout` once it is its turn.
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
                let read = tokio::task::spawn_blocking(move || files::read(&read_feed, &read_path, limit)).await;
                let parts = read.unwrap_or_else(|broken| {
                    let source = std::io::Error::other(broken);
                    Err(TrendsError::File { feed: feed.name.clone(), path: path.clone(), source })
                })?;
                Ok(Fetched::Body(Body { parts, ..Body::default() }))
            }
            FeedPlace::Url(url) => source::fetch(self, &Asked { feed, trends, validators, now }, url).await,
        }
    }
}

impl<'a> Asked<'a> {
    /// A question to an address of this feed, conditional if it was asked before.
    pub(crate) fn ask(&self, url: &'a Url) -> Ask<'a> {
        let feed = self.feed;
        Ask {
            accept: accepted(feed),
            validators: self.validators,
            limits: Limits { bytes: self.trends.max_bytes, time: self.trends.timeout, ..Limits::default() },
            pace: if feed.allow_private { Pace::OWN } else { source::pace(&feed.kind) },
            allow_private: feed.allow_private,
            robots: if feed.robots { Robots::Obey } else { Robots::Named },
            ..Ask::page(url, &self.trends.user_agent, self.now)
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// Any of [`TrendsError`] that names a feed.
    pub(crate) async fn get(&self, fetcher: &Fetcher, ask: &Ask<'_>) -> Result<Fetched, TrendsError> {
        match fetcher.web.get(ask).await {
            Ok(Got::NotModified { fresh_for }) => Ok(Fetched::NotModified { fresh_for }),
            Ok(Got::Page(page)) => Ok(Fetched::Body(Body::of(*page))),
            Err(error) => Err(failed(self.feed, error)),
        }
    }
}

fn accepted(feed: &Feed) -> &'static str {
    match feed.kind {
        FeedKind::Document | FeedKind::OwnResults => match feed.format {
            FeedFormat::Syndication => {
                "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
            }
            FeedFormat::Ndjson => "application/x-ndjson, application/json;q=0.9, */*;q=0.5",
            FeedFormat::Csv => "text/csv, text/plain;q=0.9, */*;q=0.5",
        },
        FeedKind::GoogleTrends { .. } => "application/rss+xml, application/xml;q=0.9, */*;q=0.5",
        FeedKind::Json(_)
        | FeedKind::Wikimedia { .. }
        | FeedKind::YouTube { .. }
        | FeedKind::HackerNews { .. }
        | FeedKind::Mastodon { .. }
        | FeedKind::Bluesky { .. }
        | FeedKind::Reddit { .. } => "application/json, */*;q=0.5",
    }
}

/// The web's error with the feed's name.
pub(crate) fn failed(feed: &Feed, error: WebError) -> TrendsError {
    let name = feed.name.clone();
    match error {
        WebError::Client(_) => TrendsError::Client(error),
        WebError::Refused { place, address } => TrendsError::Refused { feed: name, place, address },
        WebError::TooLarge { place, limit } => TrendsError::TooLarge { feed: name, place, limit },
        WebError::Redirect { place, message } => TrendsError::Redirect { feed: name, place, message },
        WebError::Gone { place } => TrendsError::Gone { feed: name, place },
        WebError::Status { place, status, retry_after, said } => {
            source::answered(feed, place, status, retry_after, &said)
        }
        WebError::Timeout { place, limit } => TrendsError::Timeout { feed: name, place, limit },
        WebError::Robots { .. } | WebError::Held { .. } | WebError::Unasked { .. } | WebError::Transfer { .. } => {
            TrendsError::Web { feed: name, source: error }
        }
    }
}
