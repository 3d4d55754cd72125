//! The desk: knows when each feed is due, reads those that are, and says what is rising.

pub(crate) mod feeds;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedPlace, Settings};
use reelpress_vocabulary::{FeedId, Topic, TopicKind};

use crate::card::Card;
use crate::error::TrendsError;
use crate::fetch::Fetcher;
use crate::memory::{self, Asking, Checkpoint, TrendMemory};
use crate::read::Skipped;
use crate::rising::Health;
use crate::series::{Series, Shown, What, as_kept};
use crate::source::{LIMITED_TO, OwnResult, cap_shares};
use crate::view::{OBSERVATIONS, TrendView, catch_up};

/// Feeds read at the same time, each from another host.
const HOSTS_AT_ONCE: usize = 8;
/// Hashtags handed on with a round.
const HASHTAGS: usize = 50;
/// With feeds whose data may be kept for 30 days only, states of past days are kept for this time: a state knows what was
/// seen up to 28 days before. Older days are made again from the series then.
const LIMITED_STATES: SignedDuration = SignedDuration::from_hours(24);
/// The state is saved at most this often; what came since is in the series.
const SAVE_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// Reads feeds and remembers what they showed.
///
/// What a feed showed is first added to the series, then learned; the state (what is learned, and what makes the next
/// request a conditional one) is saved now and then. After a crash the series' tail is learned again, so nothing that was
/// seen is lost, and a feed's `ETag` is never newer than what was learned with it.
#[derive(Debug)]
pub struct TrendDesk {
    view: TrendView,
    series: Series,
    fetcher: Arc<Fetcher>,
    warnings: Vec<TrendsError>,
    saved: Option<Timestamp>,
}

/// The feeds that are due, ready to be asked.
#[derive(Debug)]
pub struct Round {
    hosts: Vec<Vec<(usize, Feed, Asking)>>,
    fetcher: Arc<Fetcher>,
    settings: Arc<Settings>,
    now: Timestamp,
}

/// What they answered.
#[derive(Debug)]
pub struct Answers {
    got: Vec<(usize, Result<feeds::Got, TrendsError>)>,
    settings: Arc<Settings>,
    now: Timestamp,
}

/// What one poll brought.
#[derive(Debug, Default)]
pub struct Poll {
    /// Best first; not older than `trends.max_age`, at least `trends.min_score`, at most `trends.take`. All that is
    /// remembered, not only what was read just now: a topic comes again until it is too old.
    pub topics: Vec<Topic>,
    /// Hashtags that are shown now, best first, at most 50: they make no videos, they ride along.
    pub hashtags: Vec<Topic>,
    /// Why each topic has its score, in one line, by topic id.
    pub why: BTreeMap<String, String>,
    /// What feeds of own results told just now, by feed.
    pub results: BTreeMap<FeedId, Vec<OwnResult>>,
    /// How many elements are known of each kind.
    pub kinds: BTreeMap<TopicKind, usize>,
    /// How many elements the library holds.
    pub library: usize,
    /// One for each feed that was due, in the order of the settings.
    pub feeds: Vec<FeedReport>,
    /// What happened could not be written down; the topics are right all the same.
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
    /// Whether it moves as it always did.
    pub health: Health,
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

impl Round {
    /// Asks them. Feeds of different hosts are read at the same time, those of one host one after the other.
    pub async fn ask(self) -> Answers {
        let Self { hosts, fetcher, settings, now } = self;
        let (fetcher, trends) = (&fetcher, &settings.trends);
        // Gathered first: a closure kept in the stream across the await would tie this future to one lifetime, and it could
        // not be spawned.
        let asks: Vec<_> = hosts
            .into_iter()
            .map(|host| async move {
                let mut got = Vec::with_capacity(host.len());
                for (at, feed, known) in host {
                    got.push((at, feeds::ask(fetcher, &feed, trends, &known, now).await));
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
        Answers { got, settings, now }
    }
}

impl TrendDesk {
    /// Opens the folder, which is made if it is not there, and learns what the last run wrote down and did not save. What
    /// is damaged is kept aside or made again: see [`TrendDesk::warnings`].
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the folder cannot be used, [`TrendsError::Client`] if HTTP cannot be spoken at all.
    pub fn open(folder: &Path, settings: &Settings, now: Timestamp) -> Result<Self, TrendsError> {
        let (series, mut warnings) = Series::open(&folder.join(OBSERVATIONS), now)?;
        let (mut memory, warning) = TrendMemory::load(folder, Checkpoint::Newest)?;
        warnings.extend(warning);
        if memory.position().is_some_and(|known| series.position().is_none_or(|written| written < known)) {
            // The series lost its end, or all of it: what is learned stays.
            memory.reached(series.position());
        }
        memory.load_asking(folder);
        catch_up(&mut memory, folder, settings, None)?;
        memory.reached(series.position());
        let view = TrendView { folder: folder.to_owned(), memory };
        Ok(Self { view, series, fetcher: Arc::new(Fetcher::new()?), warnings, saved: None })
    }

    /// What an operator should know about the start: what was damaged or cut off.
    #[must_use]
    pub fn warnings(&self) -> &[TrendsError] {
        &self.warnings
    }

    /// What is known.
    #[must_use]
    pub fn view(&self) -> &TrendView {
        &self.view
    }

    /// When the next feed is due: now or earlier if one is overdue, `None` without feeds.
    #[must_use]
    pub fn next_due(&self, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
        settings.feeds.iter().map(|feed| feeds::due(self.view.memory.feeds.get(&feed.name), feed, now)).min()
    }

    /// Reads every feed that is due and says what is rising: [`TrendDesk::begin`], [`Round::ask`] and
    /// [`TrendDesk::take_in`] in one. A feed that fails is in the report, backs off, and stops nobody.
    pub async fn poll(&mut self, settings: &Settings, now: Timestamp) -> Poll {
        let answers = self.begin(&Arc::new(settings.clone()), now).ask().await;
        self.take_in(answers)
    }

    /// The feeds that are due now. Asking them needs no desk, so others may look at it meanwhile.
    #[must_use]
    pub fn begin(&self, settings: &Arc<Settings>, now: Timestamp) -> Round {
        let now = as_kept(now);
        let mut hosts = BTreeMap::<String, Vec<_>>::new();
        let mut files = Vec::new();
        for (at, feed) in settings.feeds.iter().enumerate() {
            let memory = self.view.memory.feeds.get(&feed.name);
            if feeds::due(memory, feed, now) > now {
                continue;
            }
            let entry = (at, feed.clone(), feeds::known(memory, feed));
            match &feed.place {
                FeedPlace::Url(url) => hosts.entry(url.host_str().unwrap_or("").to_owned()).or_default().push(entry),
                FeedPlace::File(_) => files.push(vec![entry]),
            }
        }
        let hosts = hosts.into_values().chain(files).collect();
        Round { hosts, fetcher: self.fetcher.clone(), settings: settings.clone(), now }
    }

    /// Writes down what the feeds answered, learns from it, and says what is rising. Reads and writes files.
    pub fn take_in(&mut self, answers: Answers) -> Poll {
        let Answers { got, settings, now } = answers;
        let mut poll = Poll::default();
        for (at, got) in got {
            let feed = &settings.feeds[at];
            let memory = &mut self.view.memory;
            if let Ok(feeds::Got::Body { reading, .. }) = &got
                && !reading.results.is_empty()
            {
                poll.results.insert(FeedId::from(feed.name.clone()), reading.results.clone());
            }
            let mut report = feeds::take_in(memory, feed, got, now);
            match report.outcome {
                Outcome::Empty => memory.note(&feed.name, Shown::Empty, now),
                Outcome::Failed | Outcome::Gone => memory.note(&feed.name, Shown::Failed, now),
                Outcome::Read | Outcome::NotModified | Outcome::Unchanged => {}
            }
            match self.learn(&settings) {
                Some(flood @ TrendsError::Flood { .. }) => {
                    (report.outcome, report.items) = (Outcome::Failed, 0);
                    report.error = Some(flood.full_text());
                }
                warning => poll.warning = poll.warning.or(warning),
            }
            if let Some(memory) = self.view.memory.feeds.get(&feed.name) {
                report.health = memory.health();
            }
            poll.feeds.push(report);
        }
        self.view.memory.note_round(now);
        let warning = self.learn(&settings);
        poll.warning = poll.warning.or(warning).or(self.keep(&settings, now).err());
        self.fill(&mut poll, &settings, now);
        poll
    }

    /// Takes elements that others made (formats from what performed, sounds from a catalogue); they stand for those that
    /// `by` gave before, at most 200. They are told and kept as topics are.
    ///
    /// # Errors
    /// [`TrendsError::Save`] if that could not be written down; it is known all the same.
    pub fn give(&mut self, by: &str, cards: Vec<Card>, settings: &Settings, now: Timestamp) -> Result<(), TrendsError> {
        self.view.memory.note_given(by, cards, now);
        self.learn(settings).map_or(Ok(()), Err)
    }

    /// Writes everything down, at the end.
    ///
    /// # Errors
    /// [`TrendsError::Save`].
    pub fn close(mut self) -> Result<(), TrendsError> {
        self.series.sync()?;
        self.view.memory.save_asking(&self.view.folder)?;
        self.view.memory.save(&self.view.folder)
    }

    /// Takes an item (`FEED/KEY`) out of a topic, for good: it gets a topic of its own.
    ///
    /// # Errors
    /// [`TrendsError::Change`] if there is no such topic or item or nothing to split, [`TrendsError::Save`].
    pub fn split(&mut self, topic: &str, member: &str, settings: &Settings, now: Timestamp) -> Result<(), TrendsError> {
        self.view.memory.note_split(topic, member, as_kept(now))?;
        self.decide(settings)
    }

    /// Takes back a merge or a split of a kind, by its number.
    ///
    /// # Errors
    /// [`TrendsError::Change`] if it is not remembered or cannot be taken back, [`TrendsError::Save`].
    pub fn undo(
        &mut self,
        kind: TopicKind,
        change: u64,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), TrendsError> {
        self.view.memory.note_undo(kind, change, as_kept(now))?;
        self.decide(settings)
    }

    fn decide(&mut self, settings: &Settings) -> Result<(), TrendsError> {
        self.learn(settings).map_or(Ok(()), Err)?;
        self.series.sync()
    }

    /// Adds what is pending to the series and learns it; gives the first thing that went wrong.
    fn learn(&mut self, settings: &Settings) -> Option<TrendsError> {
        let mut wrong = None;
        for record in self.view.memory.take_pending() {
            let written = self.series.append(&record);
            if let Err(error) = written {
                if let What::Poll { feed, .. } = &record.what
                    && let Some(memory) = self.view.memory.feeds.get_mut(feed)
                {
                    // It is not in the series: the next answer must be a whole one.
                    memory.asking.validators = crate::fetch::Validators::default();
                    memory.asking.body.clear();
                }
                let is_flood = matches!(error, TrendsError::Flood { .. });
                wrong = wrong.or(Some(error));
                if is_flood {
                    continue;
                }
            }
            self.view.memory.fold(&record, settings);
        }
        self.view.memory.reached(self.series.position());
        wrong
    }

    /// Brings the series to the disk, and the state if it is time.
    fn keep(&mut self, settings: &Settings, now: Timestamp) -> Result<(), TrendsError> {
        self.series.sync()?;
        self.view.memory.save_asking(&self.view.folder)?;
        if self.saved.is_some_and(|saved| now.duration_since(saved).abs() < SAVE_EVERY) {
            return Ok(());
        }
        self.view.memory.save(&self.view.folder)?;
        let keep = SignedDuration::try_from(settings.trends.keep_observations).unwrap_or(SignedDuration::MAX);
        let before = |age| now.checked_sub(age).unwrap_or(Timestamp::MIN);
        self.series.remove_old(now, keep)?;
        let limited = self.view.memory.limited();
        let mut keep_states = keep;
        if !limited.is_empty() {
            self.series.remove_feeds(limited, before(LIMITED_TO))?;
            keep_states = keep.min(LIMITED_STATES);
        }
        TrendMemory::remove_old(&self.view.folder, before(keep_states))?;
        self.saved = Some(now);
        Ok(())
    }

    fn fill(&self, poll: &mut Poll, settings: &Settings, now: Timestamp) {
        let trends = &settings.trends;
        let cards = self.view.memory.cards(now);
        poll.kinds = TrendMemory::count_kinds(&cards);
        poll.library = self.view.memory.library.len();
        let oldest = now.checked_sub(trends.max_age).unwrap_or(Timestamp::MIN);
        let hashtags = cards.iter().filter(|card| card.topic.kind == TopicKind::Hashtag && card.topic.score > 0.0);
        poll.hashtags = hashtags.take(HASHTAGS).map(|card| card.topic.clone()).collect();
        let is_wanted = |card: &Card| {
            let newest = card.topic.evidence.first().map_or(Timestamp::MIN, |evidence| evidence.at);
            card.topic.kind == TopicKind::Topic && newest >= oldest && card.topic.score >= trends.min_score
        };
        let wanted = cards.into_iter().filter(is_wanted).collect();
        let share = |feed: &FeedId| {
            let own = settings.feeds.iter().find(|known| known.name == *feed.name()).and_then(|known| known.share);
            own.unwrap_or(trends.report.feed_share)
        };
        for card in cap_shares(wanted, trends.take, |card: &Card| card.carried_by.clone(), share) {
            poll.why.insert(card.topic.id.clone(), card.why);
            poll.topics.push(card.topic);
        }
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
    let mut memory = memory::fresh();
    memory.absorb(feed, snapshots, as_of);
    for record in memory.take_pending() {
        memory.fold(&record, settings);
    }
    memory.cluster();
    Ok(memory.cards(as_of).into_iter().map(|card| card.topic).collect())
}
