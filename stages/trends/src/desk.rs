//! The desk: knows when each feed is due, reads those that are, and says what is rising.

mod feeds;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures::StreamExt as _;
use jiff::Timestamp;
use reelpress_config::{Feed, FeedPlace, Settings};
use reelpress_vocabulary::{FeedId, Topic};

use crate::error::TrendsError;
use crate::fetch::Fetcher;
use crate::memory::{self, Asking, TrendMemory};
use crate::read::Skipped;
use crate::score::Reasons;

/// Feeds read at the same time, each from another host.
const HOSTS_AT_ONCE: usize = 8;

/// Reads feeds and remembers what they showed.
///
/// Everything it knows is in one file of the folder it is given: the items of the last days with their topics, each
/// feed's own past, and what makes the next request a conditional one. The file is replaced as a whole after each poll, so
/// a feed's `ETag` is never newer than what was learned with it.
#[derive(Debug)]
pub struct TrendDesk {
    folder: PathBuf,
    memory: TrendMemory,
    fetcher: Fetcher,
    warning: Option<TrendsError>,
}

/// What one poll brought.
#[derive(Debug, Default)]
pub struct Poll {
    /// Best first; not older than `trends.max_age`, at least `trends.min_score`, at most `trends.take`. All that is
    /// remembered, not only what was read just now: a topic comes again until it is too old.
    pub topics: Vec<Topic>,
    /// Why each of them has its score, by topic id.
    pub reasons: BTreeMap<String, Reasons>,
    /// One for each feed that was due, in the order of the settings.
    pub feeds: Vec<FeedReport>,
    /// The memory could not be saved; the topics are right all the same.
    pub warning: Option<TrendsError>,
}

/// What became of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedReport {
    /// Which feed.
    pub feed: FeedId,
    /// Its address (without user name and query) or file.
    pub place: String,
    /// What happened.
    pub outcome: Outcome,
    /// Items it showed that were not taken in before; an item counts again in each poll that shows it.
    pub items: usize,
    /// Bytes of the body; compression of the transfer is undone, a gzip file counts as it is.
    pub bytes: u64,
    /// How often in a row it brought nothing new. A list that should move and does not is frozen.
    pub unchanged: u32,
    /// How often in a row it failed.
    pub failures: u32,
    /// Lines and entries that could not be used.
    pub skipped: Skipped,
    /// The error with its causes; names feed and address.
    pub error: Option<String>,
    /// When it is due again.
    pub next: Timestamp,
}

/// What happened to one feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was read.
    Read,
    /// The server says that nothing changed (304).
    NotModified,
    /// The body is the one of last time.
    Unchanged,
    /// An answer without any item: nothing is learned from it, nothing forgotten.
    Empty,
    /// It is gone for good (410); asked again once a day.
    Gone,
    /// It could not be read; it waits longer each time.
    Failed,
}

impl Outcome {
    /// A fixed word, for a metric's label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::NotModified => "not_modified",
            Self::Unchanged => "unchanged",
            Self::Empty => "empty",
            Self::Gone => "gone",
            Self::Failed => "failed",
        }
    }
}

impl TrendDesk {
    /// Opens the memory in `folder`, which is made if it is not there. A damaged memory is moved aside and starts anew:
    /// see [`TrendDesk::warning`].
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the folder cannot be used, [`TrendsError::Client`] if HTTP cannot be spoken at all.
    pub fn open(folder: &Path) -> Result<Self, TrendsError> {
        let (memory, warning) = TrendMemory::open(folder)?;
        Ok(Self { folder: folder.to_owned(), memory, fetcher: Fetcher::new()?, warning })
    }

    /// What an operator should know about the start: the memory was damaged.
    #[must_use]
    pub fn warning(&self) -> Option<&TrendsError> {
        self.warning.as_ref()
    }

    /// When the next feed is due: now or earlier if one is overdue, `None` without feeds.
    #[must_use]
    pub fn next_due(&self, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
        settings.feeds.iter().map(|feed| feeds::due(self.memory.feeds.get(&feed.name), feed, now)).min()
    }

    /// Reads every feed that is due and says what is rising. Feeds of different hosts are read at the same time, those of
    /// one host one after the other. A feed that fails is in the report, backs off, and stops nobody.
    pub async fn poll(&mut self, settings: &Settings, now: Timestamp) -> Poll {
        let due = self.due(settings, now);
        let (fetcher, trends) = (&self.fetcher, &settings.trends);
        // Gathered first: a closure kept in the stream across the await would tie this future to one lifetime, and it could
        // not be spawned.
        let asks: Vec<_> = due
            .into_iter()
            .map(|host| async move {
                let mut got = Vec::with_capacity(host.len());
                for (at, feed, known) in host {
                    got.push((at, feeds::ask(fetcher, feed, trends, &known, now).await));
                }
                got
            })
            .collect();
        let mut got = futures::stream::iter(asks)
            .buffer_unordered(HOSTS_AT_ONCE)
            .collect::<Vec<_>>()
            .await
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        got.sort_by_key(|(at, _)| *at);
        let mut poll = Poll::default();
        for (at, got) in got {
            poll.feeds.push(feeds::take_in(&mut self.memory, &settings.feeds[at], got, now));
        }
        self.memory.cluster(now);
        self.memory.prune(&settings.feeds, now);
        poll.warning = self.save().await.err();
        self.fill(&mut poll, settings, now);
        poll
    }

    /// The feeds that are due, in the order of the settings, grouped by host.
    fn due<'a>(&self, settings: &'a Settings, now: Timestamp) -> Vec<Vec<(usize, &'a Feed, Asking)>> {
        let mut hosts = BTreeMap::<&str, Vec<_>>::new();
        let mut files = Vec::new();
        for (at, feed) in settings.feeds.iter().enumerate() {
            let memory = self.memory.feeds.get(&feed.name);
            if feeds::due(memory, feed, now) > now {
                continue;
            }
            let entry = (at, feed, feeds::known(memory, feed));
            match &feed.place {
                FeedPlace::Url(url) => hosts.entry(url.host_str().unwrap_or("")).or_default().push(entry),
                FeedPlace::File(_) => files.push(vec![entry]),
            }
        }
        hosts.into_values().chain(files).collect()
    }

    fn fill(&self, poll: &mut Poll, settings: &Settings, now: Timestamp) {
        let trends = &settings.trends;
        let oldest = now.checked_sub(trends.max_age).unwrap_or(Timestamp::MIN);
        let wanted = self
            .memory
            .topics(now)
            .into_iter()
            .filter(|rising| rising.newest >= oldest && rising.topic.score >= trends.min_score);
        for rising in wanted.take(trends.take) {
            poll.reasons.insert(rising.topic.id.clone(), rising.reasons);
            poll.topics.push(rising.topic);
        }
    }

    async fn save(&self) -> Result<(), TrendsError> {
        let (path, bytes) = self.memory.image(&self.folder);
        let file = path.clone();
        let saved = tokio::task::spawn_blocking(move || memory::replace(&file, &bytes)).await;
        saved.unwrap_or_else(|broken| Err(TrendsError::Save { path, source: std::io::Error::other(broken) }))
    }
}

/// Reads one feed once, for `reelpress make --feed`: every topic in it, best first. A person named this feed, so nothing
/// is too old or too weak. A recording of polls is read as of its last poll.
///
/// # Errors
/// Any of [`TrendsError`] that names a feed, or [`TrendsError::Client`].
pub async fn read_once(feed: &Feed, settings: &Settings, now: Timestamp) -> Result<Vec<Topic>, TrendsError> {
    let fetcher = Fetcher::new()?;
    let got = feeds::ask(&fetcher, feed, &settings.trends, &Asking::default(), now).await?;
    let snapshots = got.snapshots();
    let as_of = snapshots.last().map_or(now, |last| last.at.min(now));
    let mut memory = TrendMemory::default();
    memory.absorb(feed, snapshots, as_of);
    memory.cluster(as_of);
    Ok(memory.topics(as_of).into_iter().map(|rising| rising.topic).collect())
}
