//! One feed at the desk: when it is due, how it is asked, and what its answer changes.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedPlace, Trends};
use reelpress_vocabulary::FeedId;

use super::{FeedReport, Outcome};
use crate::error::TrendsError;
use crate::fetch::{Fetched, Fetcher, Validators};
use crate::memory::{Asking, FeedMemory, TrendMemory};
use crate::read::{self, Reading, Skipped, Snapshot};
use crate::rising::Health;

/// The longest wait after failures, unless the feed's own interval is longer.
const LONGEST_WAIT: Duration = Duration::from_hours(6);
/// A feed that is gone is asked again after this time: some servers say so by mistake.
const GONE_WAIT: Duration = Duration::from_hours(24);

/// What asking a feed brought.
#[derive(Debug)]
pub(super) enum Got {
    NotModified,
    /// The body of last time: not worth reading again.
    Unchanged {
        bytes: u64,
        validators: Validators,
    },
    Body {
        reading: Reading,
        bytes: u64,
        hash: String,
        validators: Validators,
    },
}

impl Got {
    pub(super) fn snapshots(&self) -> &[Snapshot] {
        match self {
            Self::NotModified | Self::Unchanged { .. } => &[],
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
    hash(format!("{place} {:?}", feed.format).as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
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
    let (bytes, validators) = match fetcher.fetch(feed, trends, &known.validators, now).await? {
        Fetched::NotModified => return Ok(Got::NotModified),
        Fetched::Body { bytes, validators } => (bytes, validators),
    };
    let (owned, limit, last_body) = (feed.clone(), trends.max_bytes, known.body.clone());
    let read = tokio::task::spawn_blocking(move || {
        let hash = hash(&bytes);
        if hash == last_body {
            return Ok(Got::Unchanged { bytes: bytes.len() as u64, validators });
        }
        let reading = read::read(&owned, &bytes, now, limit)?;
        Ok(Got::Body { reading, bytes: bytes.len() as u64, hash, validators })
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
        Got::NotModified => {
            report.outcome = Outcome::NotModified;
            asking.unchanged = asking.unchanged.saturating_add(1);
            memory.still_shown(&feed.name, now);
        }
        Got::Unchanged { bytes, validators } => {
            report.outcome = Outcome::Unchanged;
            report.bytes = bytes;
            asking.validators = validators;
            asking.unchanged = asking.unchanged.saturating_add(1);
            memory.still_shown(&feed.name, now);
        }
        Got::Body { reading, bytes, hash, validators } => {
            report.bytes = bytes;
            let is_empty = reading.snapshots.iter().all(|snapshot| snapshot.items.is_empty());
            report.skipped = reading.skipped;
            if is_empty {
                // No validators are kept of it: the next answer must be a whole one.
                report.outcome = Outcome::Empty;
                asking.validators = Validators::default();
            } else {
                report.outcome = Outcome::Read;
                report.items = memory.absorb(feed, &reading.snapshots, now);
                (asking.validators, asking.body, asking.unchanged) = (validators, hash, 0);
            }
        }
    }
    memory.feeds.entry(feed.name.clone()).or_default().asking = asking;
}
