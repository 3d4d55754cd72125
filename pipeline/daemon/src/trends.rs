//! The trend desk, shared: the intake learns, people look and decide.

pub(crate) mod page;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_trends::{
    Answers, Card, Explained, Held, Poll, Report, SourceState, Spark, TrendDesk, TrendView, TrendsError,
};
use reelpress_vocabulary::TopicKind;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// The trends' folder in the data folder.
pub(crate) const FOLDER: &str = "trends";

/// The desk once it is open. Locked for moments only: feeds are asked without it.
#[derive(Clone, Default)]
pub(crate) struct TrendRoom(Arc<Mutex<Option<TrendDesk>>>);

/// A person takes an item out of a topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Splitting {
    pub(crate) topic: String,
    /// `FEED/KEY`
    pub(crate) member: String,
}

/// A person takes back a merge or a split.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Undoing {
    pub(crate) kind: TopicKind,
    pub(crate) change: u64,
}

/// Why trends gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoomError {
    #[error("the memory of trends is still being opened (try again in a moment)")]
    Opening,
    #[error(transparent)]
    Trends(#[from] TrendsError),
    #[error("the answer was cut off: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// What the page shows.
pub(crate) struct Shown {
    pub(crate) report: Report,
    pub(crate) library: Vec<Held>,
    pub(crate) sources: Vec<SourceState>,
    pub(crate) sparks: BTreeMap<String, Spark>,
}

/// One topic with its picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    #[serde(flatten)]
    pub(crate) explained: Explained,
    /// The last 48 hours in signs.
    pub(crate) timeline: String,
}

impl TrendRoom {
    /// Opens the desk, if it is not open; a long tail of observations takes its time.
    pub(crate) async fn open(&self, folder: &Path, settings: Arc<Settings>, now: Timestamp) -> Result<(), RoomError> {
        let mut place = self.0.clone().lock_owned().await;
        let folder = folder.to_owned();
        tokio::task::spawn_blocking(move || {
            if place.is_none() {
                let desk = TrendDesk::open(&folder, &settings, now)?;
                for warning in desk.warnings() {
                    tracing::warn!(%warning, "trends");
                }
                *place = Some(desk);
            }
            Ok(())
        })
        .await?
    }

    /// Does something with the desk on a thread that may wait for files.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut TrendDesk) -> Result<T, TrendsError> + Send + 'static,
    ) -> Result<T, RoomError> {
        let mut place = self.0.clone().lock_owned().await;
        let done = tokio::task::spawn_blocking(move || place.as_mut().map(work));
        done.await?.ok_or(RoomError::Opening)?.map_err(RoomError::from)
    }

    /// When the next feed is due.
    pub(crate) async fn next_due(&self, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
        self.0.lock().await.as_ref().and_then(|desk| desk.next_due(settings, now))
    }

    /// Asks the feeds that are due and learns what they answered.
    pub(crate) async fn poll(&self, settings: &Arc<Settings>, now: Timestamp) -> Result<Poll, RoomError> {
        let round = self.0.lock().await.as_ref().map(|desk| desk.begin(settings, now));
        let answers: Answers = round.ok_or(RoomError::Opening)?.ask().await;
        self.with(move |desk| Ok(desk.take_in(answers))).await
    }

    /// Takes elements that were made here.
    pub(crate) async fn give(
        &self,
        by: &'static str,
        cards: Vec<Card>,
        settings: Arc<Settings>,
        now: Timestamp,
    ) -> Result<(), RoomError> {
        self.with(move |desk| desk.give(by, cards, &settings, now)).await
    }

    /// Writes everything down; the desk is closed then.
    pub(crate) async fn close(&self) -> Result<(), RoomError> {
        let mut place = self.0.clone().lock_owned().await;
        let closed = tokio::task::spawn_blocking(move || place.take().map_or(Ok(()), TrendDesk::close));
        Ok(closed.await??)
    }

    pub(crate) async fn report(&self, now: Timestamp) -> Result<Report, RoomError> {
        self.with(move |desk| Ok(desk.view().report(now))).await
    }

    pub(crate) async fn shown(&self, settings: Arc<Settings>, now: Timestamp) -> Result<Shown, RoomError> {
        self.with(move |desk| shown(desk.view(), &settings, now)).await
    }

    pub(crate) async fn library(&self, settings: Arc<Settings>, now: Timestamp) -> Result<Vec<Held>, RoomError> {
        self.with(move |desk| Ok(desk.view().library(&settings, now))).await
    }

    pub(crate) async fn sources(&self, settings: Arc<Settings>, now: Timestamp) -> Result<Vec<SourceState>, RoomError> {
        self.with(move |desk| Ok(desk.view().sources(&settings, now))).await
    }

    pub(crate) async fn explain(&self, wanted: String, now: Timestamp) -> Result<Vec<Told>, RoomError> {
        self.with(move |desk| explain(desk.view(), &wanted, now)).await
    }

    pub(crate) async fn split(
        &self,
        split: Splitting,
        settings: Arc<Settings>,
        now: Timestamp,
    ) -> Result<(), RoomError> {
        self.with(move |desk| desk.split(&split.topic, &split.member, &settings, now)).await
    }

    pub(crate) async fn undo(&self, undo: Undoing, settings: Arc<Settings>, now: Timestamp) -> Result<(), RoomError> {
        self.with(move |desk| desk.undo(undo.kind, undo.change, &settings, now)).await
    }
}

pub(crate) fn shown(view: &TrendView, settings: &Settings, now: Timestamp) -> Result<Shown, TrendsError> {
    let (report, library) = (view.report(now), view.library(settings, now));
    let cards = report.elements.iter().map(|element| &element.card).chain(library.iter().map(|held| &held.card));
    let sparks = view.sparks(cards, now)?;
    Ok(Shown { sources: view.sources(settings, now), sparks, report, library })
}

pub(crate) fn explain(view: &TrendView, wanted: &str, now: Timestamp) -> Result<Vec<Told>, TrendsError> {
    /// More than a person reads; who sees as many asks again with more words.
    const MOST: usize = 20;
    let mut found = view.explain(wanted, now);
    found.truncate(MOST);
    let sparks = view.sparks(found.iter().map(|found| &found.card), now)?;
    let timeline = |explained: &Explained| sparks.get(&explained.card.topic.id).map(Spark::text).unwrap_or_default();
    Ok(found.into_iter().map(|explained| Told { timeline: timeline(&explained), explained }).collect())
}
