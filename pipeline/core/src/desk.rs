//! What lies before a stage's workers: the queue, and the items that were put off to a later time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::edge::{Inlet, Placed};
use crate::ticket::Outcome;

pub(crate) struct Desk<T> {
    inlet: tokio::sync::Mutex<Open<T>>,
    put_off: Mutex<BinaryHeap<Reverse<PutOff<T>>>>,
    changed: Notify,
    draining: CancellationToken,
}

struct Open<T> {
    inlet: Inlet<T>,
    closed: bool,
}

struct PutOff<T> {
    until: Instant,
    placed: Placed<T>,
}

impl<T> PartialEq for PutOff<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl<T> Eq for PutOff<T> {}
impl<T> PartialOrd for PutOff<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for PutOff<T> {
    /// By time, then by age: ids sort by time of creation.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.until, self.placed.ticket.id()).cmp(&(other.until, other.placed.ticket.id()))
    }
}

impl<T> Desk<T> {
    pub(crate) fn new(inlet: Inlet<T>, draining: CancellationToken) -> Self {
        Self {
            inlet: tokio::sync::Mutex::new(Open { inlet, closed: false }),
            put_off: Mutex::default(),
            changed: Notify::new(),
            draining,
        }
    }

    /// The next item to work on: one whose time has come, else the next of the queue. `None` when the line drains, or
    /// when nothing can come any more.
    pub(crate) async fn take(&self) -> Option<Placed<T>> {
        let mut open = tokio::select! {
            biased;
            () = self.draining.cancelled() => return None,
            open = self.inlet.lock() => open,
        };
        loop {
            let changed = self.changed.notified();
            let next_due = match self.due() {
                Due::Now(placed) => return Some(placed),
                Due::At(time) => Some(time),
                Due::Never if open.closed => return None,
                Due::Never => None,
            };
            let closed = open.closed;
            tokio::select! {
                biased;
                () = self.draining.cancelled() => return None,
                placed = open.inlet.take(), if !closed => match placed {
                    Some(placed) => return Some(placed),
                    None => open.closed = true,
                },
                () = tokio::time::sleep_until(next_due.unwrap_or_else(Instant::now)), if next_due.is_some() => {}
                () = changed => {}
            }
        }
    }

    /// Keeps an item, on its place, until its time has come.
    pub(crate) fn put_off(&self, placed: Placed<T>, until: Instant) {
        let mut waiting = self.waiting();
        waiting.push(Reverse(PutOff { until, placed }));
        drop(waiting);
        self.changed.notify_one();
    }

    /// Settles everything that still lies here: the journal knows where it goes on.
    pub(crate) async fn checkpoint(&self) {
        for placed in self.inlet.lock().await.inlet.close_and_empty() {
            placed.ticket.settle(Outcome::Checkpointed);
        }
        for Reverse(put_off) in std::mem::take(&mut *self.waiting()) {
            put_off.placed.ticket.settle(Outcome::Checkpointed);
        }
    }

    fn due(&self) -> Due<T> {
        let mut waiting = self.waiting();
        let Some(Reverse(first)) = waiting.peek() else { return Due::Never };
        if first.until > Instant::now() {
            return Due::At(first.until);
        }
        waiting.pop().map_or(Due::Never, |Reverse(put_off)| Due::Now(put_off.placed))
    }

    fn waiting(&self) -> MutexGuard<'_, BinaryHeap<Reverse<PutOff<T>>>> {
        self.put_off.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Due<T> {
    Now(Placed<T>),
    At(Instant),
    Never,
}
