//! Reads feeds and takes briefs onto the line.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::Live;
use reelpress_core::{Book, Clock, ItemId, Line, LineError, Supervisor, TaskKind, events};
use reelpress_trends::{Outcome, Poll, TrendDesk, TrendsError, briefs};
use reelpress_vocabulary::{AccountId, Brief, Topic};
use tokio::sync::watch;

use crate::envelope::brief_of;

/// Looked at at least this often, so that a reload is felt.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) struct Intake {
    pub(crate) live: Live,
    pub(crate) line: Arc<Line<Brief>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) paused: watch::Receiver<bool>,
}

impl Intake {
    pub(crate) fn start(self, supervisor: &Supervisor) {
        let this = Arc::new(self);
        drop(supervisor.keep_running(TaskKind::Intake, "feeds", move || this.clone().take_in()));
    }

    async fn take_in(self: Arc<Self>) -> Result<(), TrendsError> {
        let folder = self.live.snapshot().daemon.data_dir.join("trends");
        let mut desk = TrendDesk::open(&folder)?;
        if let Some(warning) = desk.warning() {
            tracing::warn!(%warning, "trend memory starts anew");
        }
        let stopping = self.line.stopping();
        // What the last round gave: an account that was full takes the rest as soon as it has room.
        let mut topics: Vec<Topic> = Vec::new();
        let mut on_line = OnLine::default();
        while !stopping.is_cancelled() {
            let settings = self.live.snapshot();
            let now = self.clock.now();
            if !*self.paused.borrow() && desk.next_due(&settings, now).is_some_and(|due| due <= now) {
                let poll = tokio::select! {
                    () = stopping.cancelled() => return Ok(()),
                    poll = desk.poll(&settings, now) => poll,
                };
                report(&poll);
                topics = poll.topics;
            }
            if settings.feeds.is_empty() {
                topics.clear();
            }
            if !*self.paused.borrow() {
                self.admit_all(&topics, &mut on_line).await;
            }
            let wait = self.until_due(&desk);
            tokio::select! {
                () = stopping.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        Ok(())
    }

    fn until_due(&self, desk: &TrendDesk) -> Duration {
        if *self.paused.borrow() {
            return LOOK_EVERY;
        }
        let now = self.clock.now();
        let due = desk.next_due(&self.live.snapshot(), now).unwrap_or(Timestamp::MAX);
        let wait = Duration::try_from(due.duration_since(now)).unwrap_or(Duration::ZERO);
        wait.clamp(Duration::from_millis(50), LOOK_EVERY)
    }

    /// Takes in what each account has room for.
    async fn admit_all(&self, topics: &[Topic], on_line: &mut OnLine) {
        let settings = self.live.snapshot();
        let mut orders = briefs(topics, &settings);
        orders.retain(|(origin, _)| !self.line.book().knows(origin));
        if orders.is_empty() {
            return;
        }
        let mut on_line = on_line.counts(self.line.book());
        for (origin, brief) in orders {
            let most = settings.accounts.get(brief.account.name()).map_or(0, |account| account.max_in_line);
            let mine = on_line.entry(brief.account.clone()).or_default();
            if *mine >= most {
                continue;
            }
            match self.line.admit(origin, brief).await {
                Ok(Some(_)) => *mine += 1,
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
        tracing::warn!(%warning, "trend memory could not be saved");
    }
    events::topics_found(poll.topics.len());
    let items: usize = poll.feeds.iter().map(|feed| feed.items).sum();
    if items > 0 && poll.topics.is_empty() {
        tracing::info!(
            items,
            "feeds read, but no topic is young and strong enough (`trends.max_age`, `trends.min_score`)"
        );
    }
}
