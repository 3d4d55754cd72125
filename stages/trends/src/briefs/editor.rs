//! What orders need from one round to the next, in one place for the daemon: vectors, what was made, what was learnt.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Settings;
use reelpress_core::{Note, Noted};
use reelpress_vocabulary::{Brief, Topic};

use super::{Newsroom, Orders, PassedBook, orders};
use crate::formats::Formats;
use crate::kinds::{self, LicensedSound, TagTrend};
use crate::results::{OwnPost, performances};
use crate::route::embed::{Embeddings, Prepared};
use crate::route::{Router, Routing};
use crate::saturation::{MadeBook, MadeBrief, Others};
use crate::sensitive::{SensitiveError, SensitiveLists};
use crate::source::OwnResult;

/// How far back own briefs are remembered: the most that `saturation.days` can be.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Makes orders, round by round.
pub struct Editor {
    folder: PathBuf,
    embeddings: Embeddings,
    made: MadeBook,
    formats: Formats,
    sounds: Vec<LicensedSound>,
    passed: PassedBook,
    ready: Option<Ready>,
}

/// What one snapshot of the settings needs, made once.
struct Ready {
    settings: Arc<Settings>,
    router: Router,
    lists: Arc<SensitiveLists>,
}

impl Editor {
    /// Keeps vectors and formats in `folder`; `notes` are the journal's about [`crate::saturation::TAKEN`].
    #[must_use]
    pub fn open(folder: &Path, notes: &[Note]) -> Self {
        Self {
            folder: folder.to_owned(),
            embeddings: Embeddings::open(folder),
            made: MadeBook::from_notes(notes),
            formats: Formats::open(&formats_in(folder)),
            sounds: Vec::new(),
            passed: PassedBook::default(),
            ready: None,
        }
    }

    /// Asks for the vectors that these topics need; after each round of feeds. Says why some are missing.
    pub async fn prepare(&mut self, settings: &Settings, topics: &[Topic], now: Timestamp) -> Prepared {
        let titles = topics.iter().map(|topic| topic.title.as_str()).collect::<Vec<_>>();
        let mut prepared = self.embeddings.prepare(settings, &titles, now).await;
        if let Err(error) = self.embeddings.save() {
            prepared.problem = format!("the vectors could not be kept: {error}");
        }
        prepared
    }

    /// The orders of this round, see [`orders`]. What is passed over for the first time is counted and logged. `topics` are
    /// all that is rising, hashtags among them; `whys` are one line each, by topic id.
    ///
    /// # Errors
    /// [`SensitiveError`] if the lists of the settings cannot be used: then nothing is ordered.
    pub fn orders(
        &mut self,
        settings: &Arc<Settings>,
        topics: &[Topic],
        whys: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Orders, SensitiveError> {
        self.make_ready(settings)?;
        self.made.prune(now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN));
        let tags = kinds::tags(topics);
        let made = self.in_room(&tags, whys, now, |room| orders(topics, room)).unwrap_or_default();
        self.passed.count(&made.passed_over);
        Ok(made)
    }

    /// What every niche says about a topic, and why.
    ///
    /// # Errors
    /// As [`Editor::orders`].
    pub fn explain(
        &mut self,
        settings: &Arc<Settings>,
        topic: &Topic,
        now: Timestamp,
    ) -> Result<Vec<Routing>, SensitiveError> {
        self.make_ready(settings)?;
        Ok(self.in_room(&[], &BTreeMap::new(), now, |room| room.explain(topic)).unwrap_or_default())
    }

    /// A brief became an item: gives the note to write beside it, by which it is known again after a restart.
    #[must_use]
    pub fn taken(&mut self, brief: &Brief, now: Timestamp) -> Noted {
        let made = MadeBrief::of(brief, now);
        let note = made.note();
        self.made.add(made);
        note
    }

    /// Learns from how own posts did; once a day is often enough.
    ///
    /// # Errors
    /// The system's if it could not be kept; it is in force all the same.
    pub fn learn(
        &mut self,
        settings: &Settings,
        results: &[OwnResult],
        posts: &[OwnPost],
        now: Timestamp,
    ) -> std::io::Result<()> {
        self.formats = Formats::learn(&performances(results, posts), &self.formats, settings, now);
        self.sounds = LicensedSound::with_results(std::mem::take(&mut self.sounds), &self.formats);
        self.formats.save(&formats_in(&self.folder))
    }

    /// The licensed catalogue as it is now.
    pub fn take_sounds(&mut self, catalogue: Vec<LicensedSound>) {
        self.sounds = LicensedSound::with_results(catalogue, &self.formats);
    }

    /// What was learnt.
    #[must_use]
    pub fn formats(&self) -> &Formats {
        &self.formats
    }

    /// The vector of a text, of length 1, if there is one: for whoever compares titles.
    #[must_use]
    pub fn vector(&self, settings: &Settings, text: &str) -> Option<&[f32]> {
        self.embeddings.vector(settings.trends.embeddings.as_ref()?, text)
    }

    fn make_ready(&mut self, settings: &Arc<Settings>) -> Result<(), SensitiveError> {
        if self.ready.as_ref().is_some_and(|ready| Arc::ptr_eq(&ready.settings, settings)) {
            return Ok(());
        }
        self.ready = None;
        let lists = SensitiveLists::of(&settings.trends)?;
        self.ready = Some(Ready { settings: settings.clone(), router: Router::new(settings), lists });
        Ok(())
    }

    fn in_room<T>(
        &self,
        tags: &[TagTrend],
        whys: &BTreeMap<String, String>,
        now: Timestamp,
        work: impl FnOnce(&Newsroom<'_>) -> T,
    ) -> Option<T> {
        let ready = self.ready.as_ref()?;
        let (meaning, others) = (self.embeddings.meaning(&ready.settings), BTreeMap::<String, Others>::new());
        Some(work(&Newsroom {
            settings: &ready.settings,
            router: &ready.router,
            lists: &ready.lists,
            meaning: &meaning,
            made: &self.made,
            others: &others,
            formats: &self.formats,
            tags,
            sounds: &self.sounds,
            whys,
            now,
        }))
    }
}

fn formats_in(folder: &Path) -> PathBuf {
    folder.join("formats.json")
}
