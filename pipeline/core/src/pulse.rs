//! Whether a stage makes progress: health means that work is being finished, not that a process exists.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::item::ItemId;
use crate::stage::{Progress, StageName};

/// What one stage is doing. Items that wait for a later time do not count as work, and neither do places that upstream
/// has reserved for work it is still doing.
pub(crate) struct Pulse {
    last_progress: Mutex<Instant>,
    in_hand: AtomicUsize,
    blocked: AtomicUsize,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self { last_progress: Mutex::new(Instant::now()), in_hand: AtomicUsize::new(0), blocked: AtomicUsize::new(0) }
    }

    pub(crate) fn beat(&self) {
        *self.last_progress.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(crate) fn taken(&self) {
        if self.in_hand.fetch_add(1, Ordering::Relaxed) == 0 {
            self.beat();
        }
    }

    pub(crate) fn put_down(&self) {
        self.in_hand.fetch_sub(1, Ordering::Relaxed);
        self.beat();
    }

    /// Counts an item as waiting for a place downstream until the guard is dropped.
    pub(crate) fn blocked(&self) -> Blocked<'_> {
        self.blocked.fetch_add(1, Ordering::Relaxed);
        Blocked(self)
    }

    /// How long this stage has had work that it could do without finishing any, if it has such work. `queued` items lie
    /// before it.
    pub(crate) fn stalled_for(&self, queued: usize) -> Option<Duration> {
        let in_hand = self.in_hand.load(Ordering::Relaxed);
        let blocked = self.blocked.load(Ordering::Relaxed);
        let could_work = in_hand > blocked || (in_hand == 0 && queued > 0);
        could_work.then(|| self.last_progress.lock().unwrap_or_else(PoisonError::into_inner).elapsed())
    }
}

/// An item in hand that cannot go on before there is a place downstream: not this stage's fault.
pub(crate) struct Blocked<'a>(&'a Pulse);

impl Drop for Blocked<'_> {
    fn drop(&mut self) {
        // From now on it can work: its time starts here, not when it was taken.
        self.0.beat();
        self.0.blocked.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Passes progress on to whoever listens, and counts it as a sign of life.
pub(crate) struct Beating {
    pub(crate) listener: Arc<dyn Progress>,
    pub(crate) pulse: Arc<Pulse>,
}

impl Progress for Beating {
    fn report(&self, item: ItemId, stage: &StageName, done: u64, total: u64) {
        self.pulse.beat();
        self.listener.report(item, stage, done, total);
    }

    fn explain(&self, item: ItemId, stage: &StageName, line: &str) {
        self.listener.explain(item, stage, line);
    }
}
