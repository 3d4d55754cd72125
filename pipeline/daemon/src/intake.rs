//! Reads feeds and takes briefs onto the line.

mod orders;
mod sounds;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::{Live, Settings};
use reelpress_core::{Book, Clock, Durability, ItemId, Line, LineError, Notes as _, Supervisor, TaskKind, events};
use reelpress_trends::rising::Health;
use reelpress_trends::saturation::MadeBrief;
use reelpress_trends::{Outcome, Poll};
use reelpress_vocabulary::{AccountId, Brief, FeedId, TopicKind};
use tokio::sync::watch;

use crate::envelope::brief_of;
use crate::trends::{FOLDER, RoomError, TrendRoom};

use orders::OrderBook;

/// Looked at at least this often, so that a reload is felt.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) struct Intake {
    pub(crate) live: Live,
    pub(crate) line: Arc<Line<Brief>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) paused: watch::Receiver<bool>,
    pub(crate) trends: TrendRoom,
}

impl Intake {
    pub(crate) fn start(self, supervisor: &Supervisor) {
        let this = Arc::new(self);
        drop(supervisor.keep_running(TaskKind::Intake, "feeds", move || this.clone().take_in()));
    }

    async fn take_in(self: Arc<Self>) -> Result<(), RoomError> {
        let settings = self.live.snapshot();
        let folder = settings.daemon.data_dir.join(FOLDER);
        self.trends.open(&folder, settings, self.clock.now()).await?;
        let stopping = self.line.stopping();
        let mut orders = OrderBook::open(&folder, self.line.book());
        let mut unwell = Unwell::default();
        let mut on_line = OnLine::default();
        while !stopping.is_cancelled() {
            let settings = self.live.snapshot();
            let now = self.clock.now();
            let due = self.trends.next_due(&settings, now).await;
            if !*self.paused.borrow() && due.is_some_and(|due| due <= now) {
                let mut poll = tokio::select! {
                    () = stopping.cancelled() => break,
                    poll = self.trends.poll(&settings, now) => poll?,
                };
                report(&poll);
                unwell.look(&poll);
                orders.learn(std::mem::take(&mut poll.results), &settings, now).await;
                orders.news(poll);
                orders.prepare(&settings, now).await;
            }
            if settings.feeds.is_empty() {
                orders.clear();
            }
            if !*self.paused.borrow() {
                self.admit_all(&settings, &mut orders, &mut on_line).await;
                if let Some(formats) = orders.new_formats(&settings, now) {
                    self.trends.give("formats", formats, settings.clone(), now).await?;
                }
                orders.look_at_sounds(&settings, now).await;
                if let Some(sounds) = orders.new_sounds(now) {
                    self.trends.give("sounds", sounds, settings, now).await?;
                }
            }
            let wait = self.until_due().await;
            tokio::select! {
                () = stopping.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.trends.close().await
    }

    async fn until_due(&self) -> Duration {
        if *self.paused.borrow() {
            return LOOK_EVERY;
        }
        let now = self.clock.now();
        let due = self.trends.next_due(&self.live.snapshot(), now).await.unwrap_or(Timestamp::MAX);
        let wait = Duration::try_from(due.duration_since(now)).unwrap_or(Duration::ZERO);
        wait.clamp(Duration::from_millis(50), LOOK_EVERY)
    }

    /// Takes in what each account has room for.
    async fn admit_all(&self, settings: &Arc<Settings>, orders: &mut OrderBook, on_line: &mut OnLine) {
        let now = self.clock.now();
        let waiting = orders.waiting(settings, self.line.book(), now);
        if waiting.is_empty() {
            return;
        }
        let mut on_line = on_line.counts(self.line.book());
        for (origin, brief) in waiting {
            let most = settings.accounts.get(brief.account.name()).map_or(0, |account| account.max_in_line);
            let mine = on_line.entry(brief.account.clone()).or_default();
            if *mine >= most {
                continue;
            }
            let made = MadeBrief::of(&brief, now);
            match self.line.admit(origin, brief).await {
                Ok(Some(item)) => {
                    *mine += 1;
                    if let Err(error) = self.line.book().note(item, made.note(), Durability::Flushed).await {
                        events::journal_failed(&error);
                    }
                    orders.made(made);
                }
                Ok(None) => {}
                Err(LineError::Stopping) => return,
                Err(LineError::Journal(error)) => {
                    events::journal_failed(&error);
                    return;
                }
            }
        }
    }
}

/// Whose each item on the line is. An item's envelope is read once: with full shelves there are thousands.
#[derive(Default)]
struct OnLine(BTreeMap<ItemId, Option<AccountId>>);

impl OnLine {
    /// Items of each account that are on the line; what waits for a person takes no room.
    fn counts(&mut self, book: &Book) -> BTreeMap<AccountId, usize> {
        let running = book.items(|item| item.status.is_running());
        let mut known = std::mem::take(&mut self.0);
        let mut counts = BTreeMap::new();
        for item in running {
            let account = known.remove(&item.id).unwrap_or_else(|| brief_of(&item).map(|brief| brief.account));
            if let Some(account) = &account {
                *counts.entry(account.clone()).or_default() += 1;
            }
            self.0.insert(item.id, account);
        }
        counts
    }
}

fn report(poll: &Poll) {
    for feed in &poll.feeds {
        let outcome = match feed.outcome {
            Outcome::Read => "fresh",
            Outcome::NotModified | Outcome::Unchanged | Outcome::Empty => "unchanged",
            Outcome::Gone => "gone",
            Outcome::Failed => "failed",
        };
        events::feed_polled(feed.feed.as_str(), outcome, feed.items, feed.error.as_deref());
    }
    if let Some(warning) = &poll.warning {
        tracing::warn!(%warning, "what feeds showed could not be written down");
    }
    events::topics_found(poll.topics.len());
    let kinds = TopicKind::ALL.map(|kind| (kind.as_str(), poll.kinds.get(&kind).copied().unwrap_or(0)));
    events::trends_known(&kinds, poll.library);
    let items: usize = poll.feeds.iter().map(|feed| feed.items).sum();
    if items > 0 && poll.topics.is_empty() {
        tracing::info!(
            items,
            "feeds read, but no topic is young and strong enough (`trends.max_age`, `trends.min_score`)"
        );
    }
}

/// Which feeds do not move; a word when that changes.
#[derive(Default)]
struct Unwell {
    frozen: BTreeSet<FeedId>,
    empty: BTreeSet<FeedId>,
    failing: BTreeSet<FeedId>,
}

impl Unwell {
    fn look(&mut self, poll: &Poll) {
        for report in &poll.feeds {
            let (feed, name) = (&report.feed, report.feed.as_str());
            put(&mut self.failing, feed, report.failures > 0);
            let is_frozen = matches!(report.health, Health::Frozen { .. });
            let is_empty = matches!(report.health, Health::Empty { .. });
            let was_unwell = self.frozen.contains(feed) || self.empty.contains(feed);
            let detail = format!("unchanged {} times in a row", report.unchanged);
            if put(&mut self.frozen, feed, is_frozen) && is_frozen {
                events::feed_health_changed(name, "frozen", &detail);
            }
            if put(&mut self.empty, feed, is_empty) && is_empty {
                events::feed_health_changed(name, "empty", "answers with nothing");
            }
            if was_unwell && !is_frozen && !is_empty {
                events::feed_health_changed(name, "well", "");
            }
        }
        events::feeds_unwell(self.frozen.len(), self.empty.len(), self.failing.len());
    }
}

/// True if that changed something.
fn put(feeds: &mut BTreeSet<FeedId>, feed: &FeedId, is_in: bool) -> bool {
    if is_in { feeds.insert(feed.clone()) } else { feeds.remove(feed) }
}
