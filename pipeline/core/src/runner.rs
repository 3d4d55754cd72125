//! The one runner, generic over stages. It owns what no stage sees: taking items, reserving a place downstream before
//! the work, the memo, retries, the breaker, the journal, metrics and stopping. `pipeline/CONTRACT.md` lists what it
//! promises.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::artifact::{ArtifactError, Artifacts, MemoKey};
use crate::backoff::Backoff;
use crate::book::{Book, Passed};
use crate::breaker::{Breaker, BreakerPolicy};
use crate::desk::Desk;
use crate::edge::{Outlet, Placed, Reserved};
use crate::events::{self, StageMeter};
use crate::journal::{Entry, JournalError};
use crate::pulse::Pulse;
use crate::stage::{Fault, Job, Progress, Reason, Remedy, Stage, Step};
use crate::supervisor::panic_text;
use crate::ticket::{Outcome, Ticket};

/// How a stage's failures are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in one stage before an item is held; at least 1.
    pub attempts: u32,
    /// Waits between them.
    pub backoff: Backoff,
    /// When to stop trying at all for a while.
    pub breaker: BreakerPolicy,
    /// True where nobody mends a stage that cannot work while the line waits (one-off commands): its items are held.
    pub stop_is_final: bool,
}

/// What all runners of a line share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) book: Arc<Book>,
    pub(crate) artifacts: Arc<dyn Artifacts>,
    pub(crate) retry: Arc<dyn Fn() -> RetryPolicy + Send + Sync>,
    /// While true nothing is taken.
    pub(crate) pause: watch::Receiver<bool>,
    /// Stop taking; finish what is in hand.
    pub(crate) draining: CancellationToken,
    /// The grace ran out: stop what is in hand too.
    pub(crate) abort: CancellationToken,
}

pub(crate) struct Runner<S: Stage> {
    pub(crate) stage: S,
    pub(crate) shared: Shared,
    pub(crate) desk: Desk<S::In>,
    /// `None` after the last stage.
    pub(crate) outlet: Option<Outlet<S::Out>>,
    pub(crate) meter: StageMeter,
    pub(crate) breaker: Breaker,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) progress: Arc<dyn Progress>,
    pub(crate) being_made: KeyLocks,
}

/// What came of one item's time in the stage.
enum Answer<P> {
    Next {
        product: P,
        reused: bool,
    },
    Later(Duration),
    Hold(Reason),
    Reject(Reason),
    /// The line drains: the journal knows where the item goes on.
    Interrupted,
}

/// What went wrong in one try.
enum Trouble<E> {
    Stage(E),
    Artifacts(ArtifactError),
    Panic(String),
}

impl<E: Fault> Trouble<E> {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Stage(fault) => fault.remedy(),
            Self::Artifacts(error) => error.remedy(),
            Self::Panic(_) => Remedy::Retry { after: None },
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Stage(fault) => fault.kind(),
            Self::Artifacts(_) => "artifact_store",
            Self::Panic(_) => "panic",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Stage(fault) => chain(fault),
            Self::Artifacts(error) => chain(error),
            Self::Panic(words) => words.clone(),
        }
    }
}

/// An error with its causes, as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl<S: Stage> Runner<S> {
    /// One worker: takes items until the line drains or nothing can come any more.
    pub(crate) async fn work(self: Arc<Self>) {
        let mut pause = self.shared.pause.clone();
        while let Some(placed) = self.desk.take().await {
            // The item stays on its place before the stage. Whoever watches the disk is gone only when the line drains.
            if !matches!(self.unless_draining(pause.wait_for(|paused| !paused)).await, Some(Ok(_))) {
                placed.ticket.settle(Outcome::Checkpointed);
                continue;
            }
            self.meter.taken();
            self.pulse.taken();
            self.handle(placed).await;
            self.pulse.put_down();
            self.meter.put_down();
        }
    }

    /// Settles what still lies before the stage; for when all its workers have ended.
    pub(crate) async fn checkpoint(&self) {
        self.desk.checkpoint().await;
    }

    async fn handle(&self, placed: Placed<S::In>) {
        // The item keeps its place on the inlet while it waits here, so waiting holds no extra item; and nothing is paid
        // for before there is room for the result.
        let Some(place) = self.reserve().await else { return placed.ticket.settle(Outcome::Checkpointed) };
        let id = placed.ticket.id();
        match self.answer(&placed.ticket).await {
            Answer::Next { product, reused } => {
                self.hand_on(placed, place, product, reused).await;
            }
            Answer::Later(wait) => {
                self.meter.later(id, wait);
                self.desk.put_off(placed, Instant::now() + wait);
            }
            Answer::Hold(reason) => self.hold(placed.ticket, reason).await,
            Answer::Reject(reason) => {
                self.meter.rejected(id, &reason);
                let entry = Entry::Rejected { stage: S::NAME, reason };
                self.settle(placed.ticket, entry, Outcome::Rejected).await;
            }
            Answer::Interrupted => placed.ticket.settle(Outcome::Checkpointed),
        }
    }

    /// A place after this stage: `Some(None)` after the last, `None` if the line drains first.
    async fn reserve(&self) -> Option<Option<Reserved<S::Out>>> {
        let Some(outlet) = &self.outlet else { return Some(None) };
        let _blocked = self.pulse.blocked();
        self.unless_draining(outlet.reserve()).await.flatten().map(Some)
    }

    /// Tries until there is an answer.
    async fn answer(&self, ticket: &Ticket<S::In>) -> Answer<S::Product> {
        let mut attempt = 1;
        loop {
            if self.unless_draining(self.breaker.admitted()).await.is_none() {
                return Answer::Interrupted;
            }
            let since = Instant::now();
            let tried = AssertUnwindSafe(self.attempt(ticket, attempt)).catch_unwind().await;
            let tried = tried.unwrap_or_else(|panic| Err(Trouble::Panic(panic_text(panic.as_ref()))));
            self.meter.tried(since.elapsed());
            if self.shared.abort.is_cancelled() {
                return Answer::Interrupted;
            }
            match tried {
                Ok(answer @ (Answer::Later(_) | Answer::Next { reused: true, .. })) => {
                    self.breaker.abandoned();
                    return answer;
                }
                Ok(answer) => {
                    self.breaker.succeeded();
                    return answer;
                }
                Err(trouble) => match self.after(ticket, attempt, &trouble).await {
                    Some(answer) => return answer,
                    None if trouble.remedy() == Remedy::StopStage => {}
                    None => attempt += 1,
                },
            }
        }
    }

    /// One try, under the memo: the same key is never computed twice, not even at the same time.
    async fn attempt(&self, ticket: &Ticket<S::In>, attempt: u32) -> Result<Answer<S::Product>, Trouble<S::Error>> {
        let settings = self.stage.settings();
        let memo = self.stage.memo(&settings, ticket.item());
        let _alone = match &memo {
            Some(memo) => Some(self.being_made.lock(memo).await),
            None => None,
        };
        if let Some(memo) = &memo {
            if let Some(product) = self.stored(ticket, memo).await? {
                self.progress.explain(ticket.id(), &S::NAME, "all of it kept from before");
                return Ok(Answer::Next { product, reused: true });
            }
            self.meter.computing(ticket.id(), memo);
        }
        let job = Job {
            item: ticket.id(),
            attempt,
            progress: self.progress.clone(),
            cancel: self.shared.abort.clone(),
            releases: self.shared.book.releases(ticket.id(), &S::NAME),
        };
        let step = self.stage.process(&settings, &job, ticket.item()).await.map_err(Trouble::Stage)?;
        Ok(match step {
            Step::Next(product) => {
                if let Some(memo) = &memo {
                    let bytes = Bytes::from(json(&product));
                    self.shared.artifacts.put(&memo.product(), bytes).await.map_err(Trouble::Artifacts)?;
                    self.meter.stored(ticket.id(), memo);
                }
                Answer::Next { product, reused: false }
            }
            Step::Later(wait) => Answer::Later(wait),
            Step::Hold(reason) => Answer::Hold(reason),
            Step::Reject(reason) => Answer::Reject(reason),
        })
    }

    async fn stored(&self, ticket: &Ticket<S::In>, memo: &MemoKey) -> Result<Option<S::Product>, Trouble<S::Error>> {
        let Some(bytes) = self.shared.artifacts.get(&memo.product()).await.map_err(Trouble::Artifacts)? else {
            return Ok(None);
        };
        match serde_json::from_slice(&bytes) {
            Ok(product) => Ok(Some(product)),
            Err(error) => {
                self.meter.product_unreadable(ticket.id(), memo, &error);
                Ok(None)
            }
        }
    }

    /// What follows on a failed try: an answer, or `None` to try again (the wait is over then).
    async fn after(
        &self,
        ticket: &Ticket<S::In>,
        attempt: u32,
        trouble: &Trouble<S::Error>,
    ) -> Option<Answer<S::Product>> {
        let policy = (self.shared.retry)();
        let (kind, message) = (trouble.kind(), trouble.message());
        let remedy = trouble.remedy();
        if remedy == Remedy::StopStage && policy.stop_is_final {
            self.breaker.abandoned();
            return Some(Answer::Hold(Reason::new(kind, message)));
        }
        if remedy == Remedy::StopStage {
            self.meter.stopped(ticket.id(), kind, &message);
            self.breaker.open(policy.breaker.pause);
            return None;
        }
        self.meter.failed(ticket.id(), attempt, kind, &message);
        let entry = Entry::Failed { stage: S::NAME, attempt, kind: kind.to_owned(), message: message.clone() };
        if !self.journaled(|| self.shared.book.write(ticket.id(), entry.clone())).await {
            return Some(Answer::Interrupted);
        }
        let Remedy::Retry { after } = remedy else {
            self.breaker.abandoned();
            return Some(Answer::Hold(Reason::new(kind, message)));
        };
        self.breaker.failed(policy.breaker);
        if attempt >= policy.attempts {
            return Some(Answer::Hold(Reason::new(kind, format!("failed {attempt} times, the last time: {message}"))));
        }
        let wait = policy.backoff.wait(attempt, ticket.id().created_millis(), after);
        match self.unless_draining(tokio::time::sleep(wait)).await {
            Some(()) => None,
            None => Some(Answer::Interrupted),
        }
    }

    async fn hand_on(&self, placed: Placed<S::In>, place: Option<Reserved<S::Out>>, product: S::Product, reused: bool) {
        let input = placed.ticket.item().clone();
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| self.stage.hand_on(input, product)));
        let out = match made {
            Ok(out) => out,
            Err(panic) => return self.hold(placed.ticket, Reason::new("panic", panic_text(panic.as_ref()))).await,
        };
        let placed = placed.map(|_| out);
        let (id, output) = (placed.ticket.id(), json(placed.ticket.item()));
        let how = Passed { reused, last: place.is_none() };
        if !self.journaled(|| self.shared.book.passed(id, S::NAME, output.clone(), how)).await {
            return placed.ticket.settle(Outcome::Checkpointed);
        }
        self.meter.passed(id, reused);
        match place {
            None => placed.ticket.settle(Outcome::Finished),
            Some(place) => {
                if let Err(ticket) = place.send(placed.into_ticket()) {
                    self.not_taken(ticket);
                }
            }
        }
    }

    /// The stage downstream is gone: as it must be in a drain, a mistake of ours otherwise (the ticket is lost, and put
    /// back from the journal).
    fn not_taken<T>(&self, ticket: Ticket<T>) {
        if self.shared.draining.is_cancelled() {
            ticket.settle(Outcome::Checkpointed);
        }
    }

    async fn hold(&self, ticket: Ticket<S::In>, reason: Reason) {
        self.meter.held(ticket.id(), &reason);
        self.settle(ticket, Entry::Held { stage: S::NAME, reason }, Outcome::Held).await;
    }

    async fn settle(&self, ticket: Ticket<S::In>, entry: Entry, outcome: Outcome) {
        let id = ticket.id();
        let written = self.journaled(|| self.shared.book.write(id, entry.clone())).await;
        ticket.settle(if written { outcome } else { Outcome::Checkpointed });
    }

    /// Writes to the journal until it is written; gives up only when the line drains (then `false`: the journal still has
    /// the state before, and a restart goes on from there).
    async fn journaled<F>(&self, mut write: impl FnMut() -> F) -> bool
    where
        F: Future<Output = Result<(), JournalError>>,
    {
        let mut attempt = 1;
        loop {
            let Err(error) = write().await else { return true };
            events::journal_failed(&error);
            let wait = (self.shared.retry)().backoff.wait(attempt, 0, None);
            if self.unless_draining(tokio::time::sleep(wait)).await.is_none() {
                return false;
            }
            attempt += 1;
        }
    }

    async fn unless_draining<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = wait => Some(done),
            () = self.shared.draining.cancelled() => None,
        }
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("what passes between stages is plain data with text keys")
}

/// One lock for each memo key being worked on.
#[derive(Default)]
pub(crate) struct KeyLocks(Arc<Mutex<HashMap<MemoKey, Arc<tokio::sync::Mutex<()>>>>>);

pub(crate) struct KeyLock {
    key: MemoKey,
    locks: Arc<Mutex<HashMap<MemoKey, Arc<tokio::sync::Mutex<()>>>>>,
    guard: Option<tokio::sync::OwnedMutexGuard<()>>,
}

impl KeyLocks {
    async fn lock(&self, key: &MemoKey) -> KeyLock {
        let lock = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default().clone();
        KeyLock { key: key.clone(), locks: self.0.clone(), guard: Some(lock.lock_owned().await) }
    }
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody else waits for it: the map holds the only handle.
        if locks.get(&self.key).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            locks.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests;
