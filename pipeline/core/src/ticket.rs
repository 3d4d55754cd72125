//! An item in flight carries a receipt. Dropping it without an outcome means "lost", never "done".

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::events;
use crate::item::ItemId;

/// How a ticket's time on the line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The last stage is done with it.
    Finished,
    /// It waits for a person.
    Held,
    /// It ended without a post.
    Rejected,
    /// The line is being drained; the journal knows where it goes on.
    Checkpointed,
}

/// An item on its way through the line.
#[must_use = "settle the ticket, or its item counts as lost and is put back from the journal"]
pub struct Ticket<T> {
    item: T,
    receipt: Receipt,
}

impl<T> Ticket<T> {
    /// The item's id.
    pub fn id(&self) -> ItemId {
        self.receipt.id
    }

    /// What the stage works on.
    pub fn item(&self) -> &T {
        &self.item
    }

    /// Hands the receipt on to what was made of the item.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Ticket<U> {
        Ticket { item: make(self.item), receipt: self.receipt }
    }

    /// Ends the ticket's time on the line. By value: it cannot be settled twice.
    pub fn settle(mut self, _outcome: Outcome) {
        self.receipt.open = false;
    }
}

struct Receipt {
    id: ItemId,
    open: bool,
    receipts: Receipts,
}

impl Drop for Receipt {
    /// A panic or an early `return` must not look like success.
    fn drop(&mut self) {
        self.receipts.returned(self.id, self.open);
    }
}

/// Knows which items are on the line, so that none is on it twice and a lost one is noticed.
#[derive(Clone, Default)]
pub struct Receipts(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changed: Notify,
    emptied: Notify,
    settled: Notify,
}

#[derive(Default)]
struct State {
    in_flight: HashSet<ItemId>,
    lost: Vec<ItemId>,
}

impl Receipts {
    /// Puts an item on the line, or gives it back if it is on it already.
    ///
    /// # Errors
    /// The item itself, if a ticket for it is in flight.
    pub fn admit<T>(&self, id: ItemId, item: T) -> Result<Ticket<T>, T> {
        if self.state().in_flight.insert(id) {
            Ok(Ticket { item, receipt: Receipt { id, open: true, receipts: self.clone() } })
        } else {
            Err(item)
        }
    }

    /// How many items are on the line.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.state().in_flight.len()
    }

    /// True if a ticket for this item is on the line.
    #[must_use]
    pub fn holds(&self, id: ItemId) -> bool {
        self.state().in_flight.contains(&id)
    }

    /// Waits until tickets were lost, and takes their ids.
    ///
    /// # Cancel safety
    /// Dropping the future takes nothing.
    pub async fn lost(&self) -> Vec<ItemId> {
        loop {
            let changed = self.0.changed.notified();
            let lost = std::mem::take(&mut self.state().lost);
            if !lost.is_empty() {
                return lost;
            }
            changed.await;
        }
    }

    /// Waits until no ticket is in flight and `done` holds; `done` is asked whenever the line became empty.
    pub(crate) async fn empty_and(&self, done: impl Fn() -> bool) {
        loop {
            let emptied = self.0.emptied.notified();
            if self.in_flight() == 0 && done() {
                return;
            }
            emptied.await;
        }
    }

    /// Waits until no ticket for this item is in flight: its last one may still be on its way out.
    pub(crate) async fn off_the_line(&self, id: ItemId) {
        loop {
            let settled = self.0.settled.notified();
            if !self.holds(id) {
                return;
            }
            settled.await;
        }
    }

    /// Has whoever waits for an empty line look again: an item ended without a ticket.
    pub(crate) fn look_again(&self) {
        self.0.emptied.notify_waiters();
    }

    fn returned(&self, id: ItemId, lost: bool) {
        let mut state = self.state();
        state.in_flight.remove(&id);
        self.0.settled.notify_waiters();
        if state.in_flight.is_empty() {
            self.0.emptied.notify_waiters();
        }
        if lost {
            state.lost.push(id);
            drop(state);
            events::item_lost(id);
            self.0.changed.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A set of ids is whole after every statement above: a poisoned lock changes nothing.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
