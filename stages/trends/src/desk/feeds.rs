//! One feed at the desk: when it is due, how it is asked, and what its answer changes.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedPlace, Trends};
use reelpress_vocabulary::FeedId;

use super::{FeedReport, Outcome};
use crate::error::TrendsError;
use crate::fetch::{Fetched, Fetcher, Part, Validators};
use crate::memory::{Asking, FeedMemory, TrendMemory};
use crate::read::{self, Reading, Skipped, Snapshot};
use crate::rising::Health;
use crate::source;

/// The longest wait after failures, unless the feed's own interval is longer.
const LONGEST_WAIT: Duration = Duration::from_hours(6);
/// A feed that is gone is asked again after this time: some servers say so by mistake.
const GONE_WAIT: Duration = Duration::from_hours(24);
/// A server's word that nothing will be new before a time is kept up to this many intervals.
const FRESH_INTERVALS: u32 = 4;

/// What asking a feed brought.
#[derive(Debug)]
pub(super) enum Got {
    NotModified {
        fresh_for: Option<Duration>,
    },
    /// The body of last time: not worth reading again.
    Unchanged {
        bytes: u64,
        validators: Validators,
        fresh_for: Option<Duration>,
    },
    Body {
        reading: Reading,
        bytes: u64,
        hash: String,
        validators: Validators,
        fresh_for: Option<Duration>,
    },
}

impl Got {
    pub(super) fn snapshots(&self) -> &[Snapshot] {
        match self {
            Self::NotModified { .. } | Self::Unchanged { .. } => &[],
            Self::Body { reading, .. } => &reading.snapshots,
        }
    }
}

/// When a feed is due; in the past if it never was asked.
pub(crate) fn due(memory: Option<&FeedMemory>, feed: &Feed, now: Timestamp) -> Timestamp {
    let asking = memory.map(|memory| &memory.asking).filter(|asking| asking.place == place_hash(feed));
    // A time in the future is from a clock that was wrong.
    let Some((asking, last)) = asking.and_then(|asking| Some((asking, asking.last.filter(|last| *last <= now)?)))
    else {
        return now;
    };
    let wait = if asking.gone { feed.every.max(GONE_WAIT) } else { backoff(feed.every, asking.failures) };
    let by_interval = last.checked_add(wait).unwrap_or(Timestamp::MAX);
    by_interval.max(asking.not_before.unwrap_or(Timestamp::MIN))
}

/// Doubles with each failure in a row, up to six hours (or the interval itself, if that is longer).
fn backoff(every: Duration, failures: u32) -> Duration {
    let doubled = every.saturating_mul(1_u32.checked_shl(failures.min(20)).unwrap_or(u32::MAX));
    doubled.min(LONGEST_WAIT.max(every))
}

/// What is known of a feed, or nothing if its address changed.
pub(super) fn known(memory: Option<&FeedMemory>, feed: &Feed) -> Asking {
    memory.map(|memory| &memory.asking).filter(|asking| asking.place == place_hash(feed)).cloned().unwrap_or_default()
}

/// A hash: addresses may hold keys, and the memory's file need not.
fn place_hash(feed: &Feed) -> String {
    let place = match &feed.place {
        FeedPlace::File(path) => path.display().to_string(),
        FeedPlace::Url(url) => url.to_string(),
    };
    // Kinds print no secrets.
    hash(format!("{place} {:?} {:?}", feed.format, feed.kind).as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

/// Each document's length goes in too: two of them are not one.
fn hash_of(parts: &[Part]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.bytes.len() as u64).to_le_bytes()).update(&part.bytes);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// When the server expects news, if that is later than the feed's own interval; a hint, so it is kept only so far.
fn fresh_until(feed: &Feed, fresh_for: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
    let wait = fresh_for.filter(|fresh| *fresh > feed.every)?.min(feed.every.saturating_mul(FRESH_INTERVALS));
    now.checked_add(wait).ok()
}

/// Fetches and reads a feed. Reading is work for the processor and runs beside the runtime; should a parser panic over
/// what it is given, that is this feed's error.
pub(super) async fn ask(
    fetcher: &Fetcher,
    feed: &Feed,
    trends: &Trends,
    known: &Asking,
    now: Timestamp,
) -> Result<Got, TrendsError> {
    let body = match fetcher.fetch(feed, trends, &known.validators, now).await? {
        Fetched::NotModified { fresh_for } => return Ok(Got::NotModified { fresh_for }),
        Fetched::Body(body) => body,
    };
    let (owned, limit, last_body) = (feed.clone(), trends.max_bytes, known.body.clone());
    let read = tokio::task::spawn_blocking(move || {
        let (hash, bytes) = (hash_of(&body.parts), body.parts.iter().map(|part| part.bytes.len() as u64).sum());
        let (validators, mut fresh_for) = (body.validators, body.fresh_for);
        if hash == last_body {
            return Ok(Got::Unchanged { bytes, validators, fresh_for });
        }
        let reading = source::read(&owned, &body.parts, now, limit)?;
        fresh_for = fresh_for.max(reading.fresh_for);
        Ok(Got::Body { reading, bytes, hash, validators, fresh_for })
    });
    read.await.unwrap_or_else(|broken| {
        Err(TrendsError::Format {
            feed: feed.name.clone(),
            place: read::place_of(feed),
            expected: "readable",
            message: format!("the parser gave up: {broken}"),
        })
    })
}

/// Puts what a feed answered into the memory and says what became of it.
pub(super) fn take_in(
    memory: &mut TrendMemory,
    feed: &Feed,
    got: Result<Got, TrendsError>,
    now: Timestamp,
) -> FeedReport {
    let mut report = FeedReport {
        feed: FeedId::from(feed.name.clone()),
        place: read::place_of(feed),
        outcome: Outcome::Failed,
        items: 0,
        bytes: 0,
        unchanged: 0,
        failures: 0,
        health: Health::Well,
        skipped: Skipped::default(),
        error: None,
        next: now,
    };
    let asking = &mut memory.feeds.entry(feed.name.clone()).or_default().asking;
    if asking.place != place_hash(feed) {
        *asking = Asking { place: place_hash(feed), ..Asking::default() };
    }
    asking.last = Some(now);
    asking.not_before = None;
    match got {
        Ok(got) => {
            asking.failures = 0;
            asking.gone = false;
            take_answer(memory, feed, got, now, &mut report);
        }
        Err(error) => {
            asking.failures = asking.failures.saturating_add(1);
            asking.gone = matches!(error, TrendsError::Gone { .. });
            asking.not_before = error.retry_after().and_then(|wait| now.checked_add(wait).ok());
            report.outcome = if asking.gone { Outcome::Gone } else { Outcome::Failed };
            report.error = Some(error.full_text());
        }
    }
    let remembered = memory.feeds.get(&feed.name);
    if let Some(remembered) = remembered {
        (report.unchanged, report.failures) = (remembered.asking.unchanged, remembered.asking.failures);
    }
    report.next = due(remembered, feed, now.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(now));
    report
}

fn take_answer(memory: &mut TrendMemory, feed: &Feed, got: Got, now: Timestamp, report: &mut FeedReport) {
    let mut asking = memory.feeds.entry(feed.name.clone()).or_default().asking.clone();
    match got {
        Got::NotModified { fresh_for } => {
            asking.not_before = fresh_until(feed, fresh_for, now);
            report.outcome = Outcome::NotModified;
            asking.unchanged = asking.unchanged.saturating_add(1);
            memory.still_shown(&feed.name, now);
        }
        Got::Unchanged { bytes, validators, fresh_for } => {
            asking.not_before = fresh_until(feed, fresh_for, now);
            report.outcome = Outcome::Unchanged;
            report.bytes = bytes;
            asking.validators = validators;
            asking.unchanged = asking.unchanged.saturating_add(1);
            memory.still_shown(&feed.name, now);
        }
        Got::Body { reading, bytes, hash, validators, fresh_for } => {
            asking.not_before = fresh_until(feed, fresh_for, now);
            report.bytes = bytes;
            memory.forget(&feed.name, &reading.gone, now);
            let is_empty = reading.is_empty();
            report.skipped = reading.skipped;
            if is_empty {
                // No validators are kept of it: the next answer must be a whole one.
                report.outcome = Outcome::Empty;
                asking.validators = Validators::default();
            } else {
                report.outcome = Outcome::Read;
                report.items = memory.absorb(feed, &reading.snapshots, now) + reading.results.len();
                (asking.validators, asking.body, asking.unchanged) = (validators, hash, 0);
            }
        }
    }
    memory.feeds.entry(feed.name.clone()).or_default().asking = asking;
}
