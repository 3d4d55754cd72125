//! Bytes of one feed, from a file or over HTTP: conditional, limited in size and time, every hop checked.

pub(crate) mod address;
#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedFormat, FeedPlace, Trends};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::TrendsError;
use crate::read;

/// Most redirects followed for one fetch.
const HOPS: usize = 5;
/// Longest `Retry-After` believed.
const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// What makes the next request a conditional one; as the server sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// What a fetch brought.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The server's 304.
    NotModified,
    /// A body, decompressed, and what to ask with next time.
    Body { bytes: Vec<u8>, validators: Validators },
}

/// Fetches feeds. Holds two clients: one that looks up public addresses only, and one for feeds with `allow_private`.
/// Neither uses a proxy of the environment (it would look names up for us, unchecked) nor follows redirects by itself.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher {
    public: Client,
    any: Client,
}

impl Fetcher {
    /// # Errors
    /// [`TrendsError::Client`] if there are no certificates to trust, for example.
    pub(crate) fn new() -> Result<Self, TrendsError> {
        let client = || Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).referer(false);
        Ok(Self {
            public: client().dns_resolver(Arc::new(address::PublicOnly)).build().map_err(TrendsError::Client)?,
            any: client().build().map_err(TrendsError::Client)?,
        })
    }

    /// Reads a feed's bytes. Not more than `trends.max_bytes` are ever held, and it never takes longer than
    /// `trends.timeout`.
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
            FeedPlace::Url(url) => {
                let timed = tokio::time::timeout(trends.timeout, self.follow(feed, url, trends, validators, now)).await;
                timed.unwrap_or_else(|_| {
                    let place = read::without_secrets(url);
                    Err(TrendsError::Timeout { feed: feed.name.clone(), place, limit: trends.timeout })
                })
            }
        }
    }

    async fn follow(
        &self,
        feed: &Feed,
        start: &Url,
        trends: &Trends,
        validators: &Validators,
        now: Timestamp,
    ) -> Result<Fetched, TrendsError> {
        let mut url = start.clone();
        for _ in 0..=HOPS {
            let response = self.ask(feed, &url, trends, validators).await?;
            if is_redirect(response.status()) {
                url = next_hop(feed, &url, response.headers())?;
            } else {
                return answer(feed, &url, response, trends.max_bytes, now).await;
            }
        }
        let place = read::without_secrets(start);
        Err(TrendsError::Redirect { feed: feed.name.clone(), place, message: format!("more than {HOPS} times") })
    }

    async fn ask(
        &self,
        feed: &Feed,
        url: &Url,
        trends: &Trends,
        validators: &Validators,
    ) -> Result<Response, TrendsError> {
        let refused = |why: &address::Refused| TrendsError::Refused {
            feed: feed.name.clone(),
            place: read::without_secrets(url),
            address: why.0.clone(),
        };
        address::check(url, feed.allow_private).map_err(|why| refused(&why))?;
        let client = if feed.allow_private { &self.any } else { &self.public };
        let mut request = client
            .get(url.clone())
            .header(header::USER_AGENT, &trends.user_agent)
            .header(header::ACCEPT, accepted(feed.format));
        for (name, value) in
            [(header::IF_NONE_MATCH, &validators.etag), (header::IF_MODIFIED_SINCE, &validators.last_modified)]
        {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                request = request.header(name, value);
            }
        }
        request.send().await.map_err(|error| match refusal_in(&error) {
            Some(why) => refused(why),
            None => transfer(feed, url, error),
        })
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

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn next_hop(feed: &Feed, from: &Url, headers: &HeaderMap) -> Result<Url, TrendsError> {
    let bad = |message: &str| TrendsError::Redirect {
        feed: feed.name.clone(),
        place: read::without_secrets(from),
        message: message.to_owned(),
    };
    let to = headers.get(header::LOCATION).ok_or_else(|| bad("there is no `Location`"))?;
    let to = to.to_str().map_err(|_| bad("its `Location` is not an address"))?;
    from.join(to).map_err(|_| bad("its `Location` is not an address"))
}

async fn answer(
    feed: &Feed,
    url: &Url,
    response: Response,
    limit: u64,
    now: Timestamp,
) -> Result<Fetched, TrendsError> {
    let place = || read::without_secrets(url);
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED {
        return Ok(Fetched::NotModified);
    }
    if status == StatusCode::GONE {
        return Err(TrendsError::Gone { feed: feed.name.clone(), place: place() });
    }
    if !status.is_success() {
        let retry_after = retry_after(response.headers(), now);
        return Err(TrendsError::Status {
            feed: feed.name.clone(),
            place: place(),
            status: status.as_u16(),
            retry_after,
        });
    }
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
    let bytes = body(feed, url, response, limit).await?;
    Ok(Fetched::Body { bytes, validators })
}

/// Streams the body, decompressed by the client, and stops at the limit: no more than that is ever held.
async fn body(feed: &Feed, url: &Url, mut response: Response, limit: u64) -> Result<Vec<u8>, TrendsError> {
    let too_large = || TrendsError::TooLarge { feed: feed.name.clone(), place: read::without_secrets(url), limit };
    if response.content_length().is_some_and(|size| size > limit) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transfer(feed, url, error))? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Seconds or an HTTP date; `None` if it is neither or in the past.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        let at = crate::read::parse_date(text)?;
        Duration::try_from(at.duration_since(now).max(SignedDuration::ZERO)).ok()?
    };
    (!wait.is_zero()).then(|| wait.min(PATIENCE))
}

fn transfer(feed: &Feed, url: &Url, error: reqwest::Error) -> TrendsError {
    // The client's own words would repeat the address with its query.
    TrendsError::Transfer { feed: feed.name.clone(), place: read::without_secrets(url), source: error.without_url() }
}

/// The resolver's refusal is somewhere among the causes of the client's error.
fn refusal_in(error: &reqwest::Error) -> Option<&address::Refused> {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref() {
            return Some(refused);
        }
        cause = error.source();
    }
    None
}
