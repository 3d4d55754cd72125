//! What is to be made of the newest topics, and what of it still waits for room.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Settings;
use reelpress_core::{Book, Notes as _, Origin};
use reelpress_trends::formats::Formats;
use reelpress_trends::results::{performances, posts_of_outbox};
use reelpress_trends::route::Router;
use reelpress_trends::route::embed::Embeddings;
use reelpress_trends::saturation::{MadeBook, MadeBrief, TAKEN};
use reelpress_trends::sensitive::SensitiveLists;
use reelpress_trends::{Card, Newsroom, OwnResult, PassedBook, Poll, kinds, orders};
use reelpress_vocabulary::{Brief, FeedId, Topic};

use super::sounds::Sounds;

/// What was made is remembered for longer than any niche looks back.
const MADE_KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);
const FORMATS: &str = "formats.json";

/// The newest topics, and the orders that came of them.
pub(super) struct OrderBook {
    topics: Vec<Topic>,
    hashtags: Vec<Topic>,
    whys: BTreeMap<String, String>,
    made: MadeBook,
    passed: PassedBook,
    formats: Formats,
    sounds: Sounds,
    /// Where they are kept.
    folder: PathBuf,
    /// The newest results of each feed of own results.
    results: BTreeMap<FeedId, Vec<OwnResult>>,
    embeddings: Embeddings,
    /// The formats that the trends know of.
    given: Option<Vec<(String, u64)>>,
    /// Made of the settings, and made again when they change; nothing if that failed.
    desk: Option<(Arc<Settings>, Option<Desk>)>,
    /// The topics changed since the orders were made.
    is_news: bool,
    waiting: Vec<(Origin, Brief)>,
}

struct Desk {
    router: Router,
    lists: Arc<SensitiveLists>,
}

impl OrderBook {
    pub(super) fn open(folder: &Path, book: &Book) -> Self {
        Self {
            topics: Vec::new(),
            hashtags: Vec::new(),
            whys: BTreeMap::new(),
            made: MadeBook::from_notes(&book.about(TAKEN)),
            passed: PassedBook::default(),
            formats: Formats::open(&folder.join(FORMATS)),
            sounds: Sounds::default(),
            folder: folder.to_owned(),
            results: BTreeMap::new(),
            embeddings: Embeddings::open(folder),
            given: None,
            desk: None,
            is_news: false,
            waiting: Vec::new(),
        }
    }

    /// The newest topics stand for those before.
    pub(super) fn news(&mut self, poll: Poll) {
        (self.topics, self.hashtags, self.whys) = (poll.topics, poll.hashtags, poll.why);
        self.is_news = true;
    }

    /// Learns from own results which ways to make a video did better.
    pub(super) async fn learn(
        &mut self,
        new: BTreeMap<FeedId, Vec<OwnResult>>,
        settings: &Arc<Settings>,
        now: Timestamp,
    ) {
        if new.is_empty() {
            return;
        }
        self.results.extend(new);
        let results = self.results.values().flatten().cloned().collect::<Vec<_>>();
        let (before, file, settings) = (self.formats.clone(), self.folder.join(FORMATS), settings.clone());
        let learned = tokio::task::spawn_blocking(move || {
            let posts = posts_of_outbox(&settings.deliver.outbox).map_err(anyhow::Error::from)?;
            let formats = Formats::learn(&performances(&results, &posts), &before, &settings, now);
            formats.save(&file)?;
            anyhow::Ok(formats)
        });
        match learned.await.map_err(anyhow::Error::from).and_then(|learned| learned) {
            Ok(formats) => {
                self.sounds.learn(&formats);
                self.formats = formats;
            }
            Err(error) => tracing::warn!(%error, "nothing was learned from own results"),
        }
    }

    /// Asks for the meaning of titles that are not known yet, where the config names who tells it.
    pub(super) async fn prepare(&mut self, settings: &Settings, now: Timestamp) {
        let titles = self.topics.iter().map(|topic| topic.title.as_str()).collect::<Vec<_>>();
        let prepared = self.embeddings.prepare(settings, &titles, now).await;
        if !prepared.problem.is_empty() {
            tracing::warn!(
                problem = prepared.problem,
                "titles are routed by their words alone where no vector is known"
            );
        }
        if let Err(error) = self.embeddings.save() {
            tracing::warn!(%error, "vectors of titles could not be saved");
        }
    }

    pub(super) fn clear(&mut self) {
        self.topics.clear();
        self.waiting.clear();
    }

    /// The orders that have no item yet: an account that was full takes the rest as soon as it has room.
    pub(super) fn waiting(&mut self, settings: &Arc<Settings>, book: &Book, now: Timestamp) -> Vec<(Origin, Brief)> {
        let is_same = self.desk.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, settings));
        if !is_same {
            self.desk = Some((settings.clone(), Desk::of(settings)));
            self.waiting.clear();
        }
        if (self.is_news || !is_same)
            && let Some((_, Some(desk))) = &self.desk
        {
            self.is_news = false;
            self.made.prune(now.checked_sub(MADE_KEPT).unwrap_or(Timestamp::MIN));
            let tags = kinds::tags(&[self.topics.as_slice(), &self.hashtags].concat());
            let meaning = self.embeddings.meaning(settings);
            let room = Newsroom {
                settings,
                router: &desk.router,
                lists: &desk.lists,
                meaning: &meaning,
                made: &self.made,
                others: &BTreeMap::new(),
                formats: &self.formats,
                tags: &tags,
                sounds: self.sounds.catalogue(),
                whys: &self.whys,
                now,
            };
            let orders = orders(&self.topics, &room);
            self.passed.count(&orders.passed_over);
            self.waiting = orders.briefs;
        }
        self.waiting.retain(|(origin, _)| !book.knows(origin));
        self.waiting.clone()
    }

    pub(super) fn made(&mut self, made: MadeBrief) {
        self.made.add(made);
    }

    /// Looks at the licensed music, if it is time.
    pub(super) async fn look_at_sounds(&mut self, settings: &Arc<Settings>, now: Timestamp) {
        self.is_news |= self.sounds.look(&self.formats, settings, now).await;
    }

    /// The licensed music, as elements for the report and the library, if that is news.
    pub(super) fn new_sounds(&mut self, now: Timestamp) -> Option<Vec<Card>> {
        self.sounds.news(now)
    }

    /// What own results taught, as elements for the report and the library, if that is news.
    pub(super) fn new_formats(&mut self, settings: &Settings, now: Timestamp) -> Option<Vec<Card>> {
        let cards = self.formats.elements(settings, now);
        // What they are called, not when they were asked for.
        let names = cards.iter().map(|card| (card.topic.id.clone(), card.topic.score.to_bits())).collect::<Vec<_>>();
        if self.given.as_ref() == Some(&names) || (self.given.is_none() && names.is_empty()) {
            return None;
        }
        self.given = Some(names);
        Some(cards)
    }
}

impl Desk {
    /// `None` if the lists of delicate words cannot be read: nothing is ordered then, and it is said.
    fn of(settings: &Arc<Settings>) -> Option<Self> {
        let lists = match SensitiveLists::of(&settings.trends) {
            Ok(lists) => lists,
            Err(error) => {
                tracing::error!(%error, "no briefs are made until the words of delicate matters can be read");
                return None;
            }
        };
        Some(Self { router: Router::new(settings), lists })
    }
}
