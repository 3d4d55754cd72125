//! Puts items on the line where the journal says they go on: after a restart, a release, or a lost ticket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::edge::Outlet;
use crate::events;
use crate::item::ItemId;
use crate::journal::Entry;
use crate::ledger::{ItemState, ItemStatus};
use crate::runner::Shared;
use crate::stage::{Reason, StageName};
use crate::supervisor::{Supervisor, TaskKind};
use crate::ticket::{Outcome, Receipts};

/// Times an item's ticket may be lost before the item is held.
const LOST_MAX: u32 = 3;

/// Puts items back where the journal says they go on.
pub(crate) struct Feeding {
    shared: Shared,
    receipts: Receipts,
    /// Tail first.
    feeders: Vec<(StageName, Arc<dyn Feed>)>,
    lost: Mutex<HashMap<ItemId, u32>>,
}

impl Feeding {
    /// `feeders` by stage, tail first.
    pub(crate) fn new(shared: Shared, receipts: Receipts, feeders: Vec<(StageName, Arc<dyn Feed>)>) -> Self {
        Self { shared, receipts, feeders, lost: Mutex::default() }
    }

    /// Puts what was on the line before the restart on its places, before any stage runs: else a stage could hand on
    /// into a place that belongs to one of these, and each restart would let more onto the line than it has places for.
    pub(crate) fn fill(&self) {
        for item in self.shared.book.items(|item| item.status.is_running()) {
            let feeder = self.next_stage(&item).and_then(|stage| self.feeders.iter().find(|(name, _)| name == stage));
            // Who finds no place now, or cannot be read, is left to the feeders' tasks.
            drop(feeder.and_then(|(_, feeder)| feeder.feed(&item).now_or_never()));
        }
    }

    /// One task a stage puts back what was on the line before the restart; one more puts back lost tickets.
    pub(crate) fn start(self: Arc<Self>, supervisor: &Supervisor) {
        let unfinished = self.shared.book.items(|item| matches!(item.status, ItemStatus::Running { .. }));
        for (stage, _) in &self.feeders {
            let mine: Vec<ItemId> = unfinished
                .iter()
                .filter(|item| self.next_stage(item) == Some(stage))
                .map(|item| item.id)
                .filter(|id| !self.receipts.holds(*id))
                .collect();
            if mine.is_empty() {
                continue;
            }
            let this = self.clone();
            drop(supervisor.spawn(TaskKind::Feeder, stage.as_str(), async move {
                for id in mine {
                    this.put_back(id).await;
                }
                Ok::<(), std::convert::Infallible>(())
            }));
        }
        let orphans = unfinished.iter().filter(|item| self.next_stage(item).is_none());
        let orphans: Vec<ItemId> = orphans.map(|item| item.id).collect();
        drop(supervisor.spawn(TaskKind::Feeder, "lost", async move {
            for id in orphans {
                self.put_back(id).await;
            }
            loop {
                let lost = tokio::select! {
                    () = self.shared.draining.cancelled() => return Ok::<(), std::convert::Infallible>(()),
                    lost = self.receipts.lost() => lost,
                };
                for id in lost {
                    self.put_back_lost(id).await;
                }
            }
        }));
    }

    fn next_stage(&self, item: &ItemState) -> Option<&StageName> {
        let ItemStatus::Running { after } = &item.status else { return None };
        let at = match after {
            None => self.feeders.len().checked_sub(1),
            Some(after) => self.feeders.iter().position(|(name, _)| name == after).and_then(|at| at.checked_sub(1)),
        };
        at.map(|at| &self.feeders[at].0)
    }

    pub(crate) async fn put_back(&self, id: ItemId) {
        let Some(item) = self.shared.book.item(id) else { return };
        let ItemStatus::Running { after } = &item.status else { return };
        if after.is_some() && after.as_ref() == self.feeders.first().map(|(last, _)| last) {
            // The record that it is finished was cut off with the journal's torn end.
            return self.write(id, Entry::Finished).await;
        }
        let feeder = self.next_stage(&item).and_then(|stage| self.feeders.iter().find(|(name, _)| name == stage));
        let refused = match feeder {
            Some((_, feeder)) => feeder.feed(&item).await,
            None => {
                let stage = after.as_ref().map_or("none", StageName::as_str);
                Err(Reason::new(
                    "unknown_stage",
                    format!("the journal says stage `{stage}` passed it, and this line has no stage after that one"),
                ))
            }
        };
        if let Err(reason) = refused {
            self.hold(id, feeder.map_or(StageName::new("line"), |(name, _)| name.clone()), reason).await;
        }
    }

    async fn put_back_lost(&self, id: ItemId) {
        let times = {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            let times = lost.entry(id).or_default();
            *times += 1;
            *times
        };
        if times > LOST_MAX {
            let reason = Reason::new("lost", format!("its ticket was lost {times} times"));
            self.hold(id, StageName::new("line"), reason).await;
        } else {
            self.put_back(id).await;
        }
    }

    async fn hold(&self, id: ItemId, stage: StageName, reason: Reason) {
        tracing::error!(item = %id, %stage, %reason, "item cannot go on, it is held");
        self.write(id, Entry::Held { stage, reason }).await;
    }

    /// Writes until it is written, or the line drains (then a restart comes here again).
    async fn write(&self, id: ItemId, entry: Entry) {
        let mut attempt = 1;
        while let Err(error) = self.shared.book.write(id, entry.clone()).await {
            events::journal_failed(&error);
            let wait = (self.shared.retry)().backoff.wait(attempt, 0, None);
            tokio::select! {
                () = self.shared.draining.cancelled() => return,
                () = tokio::time::sleep(wait) => attempt += 1,
            }
        }
        self.receipts.look_again();
    }
}

/// A way to put an item before one stage.
pub(crate) trait Feed: Send + Sync {
    /// Waits for a place and puts the item there. An item that is on the line already is left alone.
    fn feed<'a>(&'a self, item: &'a ItemState) -> BoxFuture<'a, Result<(), Reason>>;
}

pub(crate) struct Feeder<T> {
    pub(crate) outlet: Outlet<T>,
    pub(crate) receipts: Receipts,
    pub(crate) shared: Shared,
}

impl<T: serde::de::DeserializeOwned + Send + Sync + 'static> Feed for Feeder<T> {
    fn feed<'a>(&'a self, item: &'a ItemState) -> BoxFuture<'a, Result<(), Reason>> {
        Box::pin(async move {
            let input: T = serde_json::from_slice(&item.input).map_err(|error| {
                Reason::new(
                    "unreadable_input",
                    format!("its input for stage `{}` cannot be read: {error}", self.outlet.stage()),
                )
            })?;
            // Its last ticket may still be on its way out: the journal is written before a ticket is settled.
            let place = async {
                self.receipts.off_the_line(item.id).await;
                self.outlet.reserve().await
            };
            let place = tokio::select! {
                biased;
                () = self.shared.draining.cancelled() => return Ok(()),
                place = place => place,
            };
            let Some(place) = place else { return Ok(()) };
            // While this waited for a place, another way may have taken the item on.
            if self.shared.book.item(item.id).is_none_or(|now| now.status != item.status) {
                return Ok(());
            }
            let Ok(ticket) = self.receipts.admit(item.id, input) else { return Ok(()) };
            if let Err(ticket) = place.send(ticket) {
                ticket.settle(Outcome::Checkpointed);
            }
            Ok(())
        })
    }
}
