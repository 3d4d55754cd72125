//! A whole line: stages wired tail first, items taken in at the head, put back after a restart, drained at the end.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::artifact::Artifacts;
use crate::book::Book;
use crate::breaker::Breaker;
use crate::desk::Desk;
use crate::edge::{Outlet, edge};
use crate::events::{self, StageMeter};
use crate::feeding::{Feed, Feeder, Feeding};
use crate::item::{ItemId, Origin};
use crate::journal::JournalError;
use crate::pulse::{Beating, Pulse};
use crate::runner::{KeyLocks, RetryPolicy, Runner, Shared};
use crate::stage::{Progress, Stage, StageName};
use crate::supervisor::{Supervisor, TaskEnd, TaskKind};
use crate::ticket::{Outcome, Receipts};

/// What a line is given from outside.
pub struct LineParts {
    /// The journal with its fold.
    pub book: Arc<Book>,
    /// Where products are kept.
    pub artifacts: Arc<dyn Artifacts>,
    /// Who hears of progress.
    pub progress: Arc<dyn Progress>,
    /// Asked before each retry, so that a config reload is felt at once.
    pub retry: Arc<dyn Fn() -> RetryPolicy + Send + Sync>,
    /// While true no stage takes another item (what is in hand is finished): the disk is nearly full.
    pub pause: watch::Receiver<bool>,
    /// Who spawns.
    pub supervisor: Supervisor,
}

/// How deep the edge before a stage is, and how many items the stage works on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageTuning {
    /// Places before the stage, items in its hands included.
    pub depth: NonZeroUsize,
    /// Items worked on at the same time.
    pub workers: NonZeroUsize,
}

/// Why an item could not be put on the line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The line is being drained.
    #[error("the line is stopping and takes nothing more")]
    Stopping,
    /// The journal could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Work that hears of its cancelling gets this long (at most a quarter of the grace) to end before it is cut off.
const ABORT_GRACE: Duration = Duration::from_secs(5);

/// A line being wired. Call [`LineWiring::last`], then [`LineWiring::before`] for each stage towards the head, then
/// [`LineWiring::start`].
pub struct LineWiring {
    shared: Shared,
    progress: Arc<dyn Progress>,
    supervisor: Supervisor,
    receipts: Receipts,
    stages: Vec<Wired>,
}

struct Wired {
    feed: Arc<dyn Feed>,
    watched: Watched,
    run: BoxFuture<'static, ()>,
}

/// What health and status look at.
struct Watched {
    name: StageName,
    pulse: Arc<Pulse>,
    taken: Box<dyn Fn() -> usize + Send + Sync>,
    queued: Box<dyn Fn() -> usize + Send + Sync>,
}

impl LineWiring {
    /// Nothing wired yet.
    #[must_use]
    pub fn new(parts: LineParts) -> Self {
        let LineParts { book, artifacts, progress, retry, pause, supervisor } = parts;
        let (draining, abort) = (CancellationToken::new(), CancellationToken::new());
        let shared = Shared { book, artifacts, retry, pause, draining, abort };
        Self { shared, progress, supervisor, receipts: Receipts::default(), stages: Vec::new() }
    }

    /// Wires the last stage; gives the way to it.
    pub fn last<S: Stage>(&mut self, stage: S, tuning: StageTuning) -> Outlet<S::In> {
        self.wire(None, stage, tuning)
    }

    /// Wires `stage` before `next`; gives the way to it. A missing or doubled edge is a type error.
    pub fn before<S: Stage>(&mut self, next: Outlet<S::Out>, stage: S, tuning: StageTuning) -> Outlet<S::In> {
        self.wire(Some(next), stage, tuning)
    }

    /// Starts every stage, tail first, and puts back what the journal says was on the line.
    #[must_use]
    pub fn start<H: serde::Serialize + Clone + Send + Sync + 'static>(self, head: Outlet<H>) -> Line<H> {
        let Self { shared, supervisor, receipts, stages, progress: _ } = self;
        let feeders = stages.iter().map(|stage| (stage.watched.name.clone(), stage.feed.clone())).collect();
        let feeding = Arc::new(Feeding::new(shared.clone(), receipts.clone(), feeders));
        feeding.fill();
        let mut stage_tasks = Vec::new();
        let mut watched = Vec::new();
        for Wired { feed: _, watched: stage, run } in stages {
            let run = async move {
                run.await;
                Ok::<(), std::convert::Infallible>(())
            };
            stage_tasks.push(supervisor.spawn(TaskKind::StageRunner, stage.name.as_str(), run));
            watched.push(stage);
        }
        feeding.clone().start(&supervisor);
        let stage_tasks = Mutex::new(stage_tasks);
        Line { shared, receipts, head, feeding, watched, stage_tasks, supervisor }
    }

    fn wire<S: Stage>(&mut self, next: Option<Outlet<S::Out>>, stage: S, tuning: StageTuning) -> Outlet<S::In> {
        let (outlet, inlet) = edge(&S::NAME, tuning.depth);
        let pulse = Arc::new(Pulse::new());
        let runner = Arc::new(Runner {
            stage,
            shared: self.shared.clone(),
            desk: Desk::new(inlet, self.shared.draining.clone()),
            outlet: next,
            meter: StageMeter::new(&S::NAME),
            breaker: Breaker::new(&S::NAME),
            pulse: pulse.clone(),
            progress: Arc::new(Beating { listener: self.progress.clone(), pulse: pulse.clone() }),
            being_made: KeyLocks::default(),
        });
        let feed = Feeder { outlet: outlet.clone(), receipts: self.receipts.clone(), shared: self.shared.clone() };
        let (places, queue) = (outlet.clone(), outlet.clone());
        self.stages.push(Wired {
            feed: Arc::new(feed),
            watched: Watched {
                name: S::NAME,
                pulse,
                taken: Box::new(move || places.taken()),
                queued: Box::new(move || queue.queued()),
            },
            run: Box::pin(run_workers(runner, tuning.workers, self.supervisor.clone())),
        });
        outlet
    }
}

/// Runs a stage's workers until all have ended, then settles what they left.
async fn run_workers<S: Stage>(runner: Arc<Runner<S>>, workers: NonZeroUsize, supervisor: Supervisor) {
    let mut tasks: Vec<JoinHandle<TaskEnd>> = (0..workers.get())
        .map(|_| {
            let worker = runner.clone();
            let work = async move {
                worker.work().await;
                Ok::<(), std::convert::Infallible>(())
            };
            supervisor.spawn(TaskKind::StageRunner, S::NAME.as_str(), work)
        })
        .collect();
    // If this task is cut off, so are its workers.
    let _cut_off = CutOff(tasks.iter().map(JoinHandle::abort_handle).collect());
    for task in &mut tasks {
        if task.await.is_err() {
            tracing::debug!(stage = %S::NAME, "worker was cut off");
        }
    }
    runner.checkpoint().await;
    runner.stage.close().await;
}

struct CutOff(Vec<tokio::task::AbortHandle>);

impl Drop for CutOff {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

/// A running line that takes items of type `H` at its head.
pub struct Line<H> {
    shared: Shared,
    receipts: Receipts,
    head: Outlet<H>,
    feeding: Arc<Feeding>,
    watched: Vec<Watched>,
    stage_tasks: Mutex<Vec<JoinHandle<TaskEnd>>>,
    supervisor: Supervisor,
}

impl<H: serde::Serialize + Clone + Send + Sync + 'static> Line<H> {
    /// Takes an item in: waits for a place, writes it to the journal, puts it on the line. `None` if an item of this
    /// origin was ever taken in before.
    ///
    /// # Errors
    /// [`LineError`]; the item does not exist then.
    ///
    /// # Panics
    /// If `input` cannot be written as JSON: a mistake in the first stage's input type.
    pub async fn admit(&self, origin: Origin, input: H) -> Result<Option<ItemId>, LineError> {
        if self.shared.book.knows(&origin) {
            return Ok(None);
        }
        let place = tokio::select! {
            biased;
            () = self.shared.draining.cancelled() => return Err(LineError::Stopping),
            place = self.head.reserve() => place.ok_or(LineError::Stopping)?,
        };
        let json = serde_json::to_vec(&input).expect("a stage's input is plain data with text keys");
        let Some(id) = self.shared.book.create(origin, json).await? else { return Ok(None) };
        let Ok(ticket) = self.receipts.admit(id, input) else { return Ok(Some(id)) };
        // From here on the journal has it: should the line be stopping, a restart takes it up.
        if let Err(ticket) = place.send(ticket) {
            ticket.settle(Outcome::Checkpointed);
        }
        events::in_flight(self.receipts.in_flight());
        Ok(Some(id))
    }
}

impl<H> Line<H> {
    /// Puts an item on the line where the journal says it goes on, as soon as there is a place: for held items that were
    /// released. Does nothing for an item that is on the line or has ended.
    pub fn readmit(&self, id: ItemId) {
        let feeding = self.feeding.clone();
        drop(self.supervisor.spawn(TaskKind::Feeder, "released", async move {
            feeding.put_back(id).await;
            Ok::<(), std::convert::Infallible>(())
        }));
    }

    /// How many items are on the line, queued or in hand.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.receipts.in_flight()
    }

    /// Waits until nothing is left to do: every item is finished, held or rejected.
    pub async fn idle(&self) {
        // An item may be off the line and yet running: one that waits to be put back after a restart.
        self.receipts.empty_and(|| self.shared.book.running() == 0).await;
    }

    /// The journal with its fold.
    #[must_use]
    pub fn book(&self) -> &Arc<Book> {
        &self.shared.book
    }

    /// The stage that has work it could do and has finished none for the longest time, with that time.
    #[must_use]
    pub fn slowest(&self) -> Option<(StageName, Duration)> {
        self.watched
            .iter()
            .filter_map(|stage| stage.pulse.stalled_for((stage.queued)()).map(|time| (stage.name.clone(), time)))
            .max_by_key(|(_, time)| *time)
    }

    /// Places taken before each stage, head first.
    #[must_use]
    pub fn depths(&self) -> Vec<(StageName, usize)> {
        self.watched.iter().rev().map(|stage| (stage.name.clone(), (stage.taken)())).collect()
    }

    /// Cancelled as soon as the line stops taking: whoever feeds it from outside ends on this.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.shared.draining.clone()
    }

    /// Stops taking, lets every stage finish what it has in hand, and leaves the rest to the journal. Returns true if
    /// all stages ended within `grace`; those that did not are cut off, and their items go on after a restart. Calling it
    /// again finds nothing to wait for.
    pub async fn drain(&self, grace: Duration) -> bool {
        self.shared.draining.cancel();
        let tasks = std::mem::take(&mut *self.stage_tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let aborts: Vec<_> = tasks.iter().map(JoinHandle::abort_handle).collect();
        let mut ended = futures::future::join_all(tasks);
        let last_words = ABORT_GRACE.min(grace / 4);
        if tokio::time::timeout(grace.saturating_sub(last_words), &mut ended).await.is_ok() {
            return true;
        }
        self.shared.abort.cancel();
        if tokio::time::timeout(last_words, &mut ended).await.is_err() {
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
        false
    }
}
