//! What is known, for those who ask: the report, the library, why, the sources. The daemon's desk has one, and a person
//! without a daemon opens one on its files, as of now or of a past time.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Settings;
use reelpress_vocabulary::FeedId;
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::desk::feeds;
use crate::error::TrendsError;
use crate::library::Held;
use crate::memory::{Checkpoint, Explained, TrendMemory};
use crate::read::place_of;
use crate::report::Report;
use crate::rising::Health;
use crate::series::{self, Wanted};
use crate::spark::Spark;

/// The observations' folder within the trends' folder.
pub(crate) const OBSERVATIONS: &str = "observations";
/// What a sparkline shows.
const SPARK: SignedDuration = SignedDuration::from_hours(48);
/// Parts of a sparkline.
const PARTS: usize = 32;

/// What is known, at one time.
#[derive(Debug)]
pub struct TrendView {
    pub(crate) folder: PathBuf,
    pub(crate) memory: TrendMemory,
}

/// One feed, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceState {
    /// Which feed.
    pub feed: FeedId,
    /// Its address (without user name and query) or file.
    pub place: String,
    /// When it was asked last.
    pub last: Option<Timestamp>,
    /// When it showed something last.
    pub listed: Option<Timestamp>,
    /// Seconds between two polls, as the config says.
    pub every_seconds: u64,
    /// When it is due next.
    pub next: Timestamp,
    /// How often in a row it failed.
    pub failures: u32,
    /// Whether it moves.
    pub health: Health,
    /// Items on its newest list.
    pub items: usize,
}

impl TrendView {
    /// Opens what a daemon left in its trends folder, or is writing: as of now, or as it was at a past time. Nothing is
    /// written.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the files cannot be read.
    pub fn open(folder: &Path, settings: &Settings, as_of: Option<Timestamp>) -> Result<Self, TrendsError> {
        let (mut memory, _) = TrendMemory::load(folder, as_of.map_or(Checkpoint::Newest, Checkpoint::AsOf))?;
        memory.load_asking(folder);
        catch_up(&mut memory, folder, settings, as_of)?;
        Ok(Self { folder: folder.to_owned(), memory })
    }

    /// When the oldest observation that is kept was taken: a past report begins there.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the files cannot be read.
    pub fn oldest(&self) -> Result<Option<jiff::civil::Date>, TrendsError> {
        Ok(series::days(&self.folder.join(OBSERVATIONS))?.first().copied())
    }

    /// What was told in the 24 hours up to `at`.
    #[must_use]
    pub fn report(&self, at: Timestamp) -> Report {
        self.memory.reports.report(at)
    }

    /// The elements at hand, the strongest first.
    #[must_use]
    pub fn library(&self, settings: &Settings, now: Timestamp) -> Vec<Held> {
        self.memory.library.list(&settings.trends.library, now)
    }

    /// Every element that is known, told or not, the best first.
    #[must_use]
    pub fn cards(&self, now: Timestamp) -> Vec<Card> {
        self.memory.cards(now)
    }

    /// Everything about a topic, by its id, at least four letters of its id's beginning, or words of its title; several if
    /// more than one fits, the best first.
    #[must_use]
    pub fn explain(&self, wanted: &str, now: Timestamp) -> Vec<Explained> {
        self.memory.explain(wanted, now)
    }

    /// Every feed of the settings, in their order.
    #[must_use]
    pub fn sources(&self, settings: &Settings, now: Timestamp) -> Vec<SourceState> {
        let state = |feed: &reelpress_config::Feed| {
            let memory = self.memory.feeds.get(&feed.name);
            SourceState {
                feed: FeedId::from(feed.name.clone()),
                place: place_of(feed),
                last: memory.and_then(|memory| memory.asking.last),
                listed: memory.and_then(crate::memory::FeedMemory::listed),
                every_seconds: feed.every.as_secs(),
                next: feeds::due(memory, feed, now),
                failures: memory.map_or(0, |memory| memory.asking.failures),
                health: memory.map_or(Health::Well, crate::memory::FeedMemory::health),
                items: memory.map_or(0, crate::memory::FeedMemory::list_length),
            }
        };
        settings.feeds.iter().map(state).collect()
    }

    /// The last 48 hours of each card's most telling item, by topic id. Reads the observations.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the files cannot be read.
    pub fn sparks<'a>(
        &self,
        cards: impl IntoIterator<Item = &'a Card>,
        now: Timestamp,
    ) -> Result<BTreeMap<String, Spark>, TrendsError> {
        let mut wanted = Wanted::new();
        let mut items = BTreeMap::new();
        for card in cards {
            if let Some((feed, key)) = self.memory.telling_item(card) {
                wanted.entry(feed.clone()).or_default().insert(key.clone());
                items.insert(card.topic.id.clone(), (feed, key));
            }
        }
        if items.is_empty() {
            return Ok(BTreeMap::new());
        }
        let from = now.checked_sub(SPARK).unwrap_or(Timestamp::MIN);
        let found = series::timelines(&self.folder.join(OBSERVATIONS), &wanted, from, now)?;
        let spark = |item| found.get(&item).map_or_else(Spark::default, |points| Spark::of(points, from, now, PARTS));
        Ok(items.into_iter().map(|(id, item)| (id, spark(item))).collect())
    }
}

/// Learns what the series has beyond a state.
pub(crate) fn catch_up(
    memory: &mut TrendMemory,
    folder: &Path,
    settings: &Settings,
    as_of: Option<Timestamp>,
) -> Result<(), TrendsError> {
    let from = memory.position();
    series::read(&folder.join(OBSERVATIONS), from, &mut |record| {
        if as_of.is_some_and(|as_of| record.taken > as_of) {
            return ControlFlow::Break(());
        }
        memory.fold(&record, settings);
        ControlFlow::Continue(())
    })
}
