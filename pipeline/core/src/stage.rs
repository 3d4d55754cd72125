//! What a stage is: one input, one product, one verdict, one error type. Queues, retries, memo, journal, metrics and
//! stopping belong to the runner.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::artifact::MemoKey;
use crate::item::ItemId;
use crate::ledger::Release;

/// A stage's name: metric label, config key and journal field. Lower-case letters and `-`, fixed at compile time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StageName(Cow<'static, str>);

impl StageName {
    /// The only way to name a stage; meant for the `NAME` constant of a [`Stage`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What can travel between stages: it is written to the journal as JSON and read back after a crash.
pub trait Passable: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Passable for T {}

/// Why an item was held or rejected: a fixed word for metrics and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A fixed word (`near_duplicate`, `needs_review`), never built from data: it becomes a metric label.
    pub kind: Cow<'static, str>,
    /// Lower-case fragment that names the object, its value and the limit it broke.
    pub message: String,
}

impl Reason {
    /// A reason from its fixed word and its sentence.
    #[must_use]
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Cow::Borrowed(kind), message: message.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.kind)
    }
}

/// What a stage says about one item. Neither holding nor rejecting is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<P> {
    /// Done: the product goes on to the next stage.
    Next(P),
    /// Not yet: ask again after this time. The item keeps its place before the stage and blocks nobody behind it.
    Later(Duration),
    /// A person must decide; the item waits in the journal until it is released.
    Hold(Reason),
    /// The item ends here.
    Reject(Reason),
}

/// What the runner does after an error. Chosen where the error is born, not where it lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Try again with backoff, but not before `after` if the other side named a time.
    Retry {
        /// The other side's own `Retry-After`, if it gave one.
        after: Option<Duration>,
    },
    /// Trying again would not help: the item is held for a person, never dropped.
    GiveUp,
    /// Nothing is wrong with the item: the stage itself cannot work (full disk, refused key). It pauses, says so, and
    /// tries the same item again later.
    StopStage,
}

/// What the runtime asks of any stage's error. Each stage has an enum of its own.
pub trait Fault: Error + Send + Sync + 'static {
    /// What the runner does next.
    fn remedy(&self) -> Remedy;
    /// The `kind` label: a fixed word, never the message.
    fn kind(&self) -> &'static str;
}

/// Hears how far a long piece of work is. Must return at once.
pub trait Progress: Send + Sync {
    /// `done` of `total` units (frames, for an encode) of `stage`'s work on `item` are finished.
    fn report(&self, item: ItemId, stage: &StageName, done: u64, total: u64);

    /// What was kept from before and what was made, one line for each part, with the reason.
    fn explain(&self, _item: ItemId, _stage: &StageName, _line: &str) {}
}

/// Nobody listens.
#[derive(Debug, Clone, Copy)]
pub struct Silent;
impl Progress for Silent {
    fn report(&self, _item: ItemId, _stage: &StageName, _done: u64, _total: u64) {}
}

/// What a stage is told about the call beside its input.
#[derive(Clone)]
pub struct Job {
    /// The item at hand, for log fields and file names.
    pub item: ItemId,
    /// 1 for the first try.
    pub attempt: u32,
    /// Where to report progress of work over two seconds.
    pub progress: Arc<dyn Progress>,
    /// Cancelled when the grace of a drain ran out: long work stops at the next frame and returns any error.
    pub cancel: tokio_util::sync::CancellationToken,
    /// What people released it from while this stage held it, one for each kind of reason.
    pub releases: Vec<Release>,
}

impl Job {
    /// The release of this item by a person, if this stage held it for a reason of this kind: how a stage that asks for a
    /// person's word before it spends anything knows that the word was given. It is in the journal, so it outlives a restart.
    #[must_use]
    pub fn released(&self, kind: &str) -> Option<&Release> {
        self.releases.iter().find(|release| release.kind == kind)
    }

    /// A job nobody watches, for tests and one-off calls.
    #[must_use]
    pub fn detached(item: ItemId) -> Self {
        let cancel = tokio_util::sync::CancellationToken::new();
        Self { item, attempt: 1, progress: Arc::new(Silent), cancel, releases: Vec::new() }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("item", &self.item).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// One step of the line. It sees one item; queues, retries, metrics and stopping are the runner's.
pub trait Stage: Send + Sync + 'static {
    /// What comes in.
    type In: Passable;
    /// What this stage makes. Kept under [`Stage::memo`], so it must not contain anything of the item that the memo key
    /// does not cover.
    type Product: Passable;
    /// What goes on: usually the input with the product beside it.
    type Out: Passable;
    /// The stage's own error enum.
    type Error: Fault;
    /// One consistent view of the settings, taken once for each attempt (usually `Arc<Settings>`).
    type Settings: Send + Sync + 'static;
    /// The name in config, metrics and journal.
    const NAME: StageName;

    /// The settings as they are now. The runner takes them once and hands the same view to `memo` and `process`.
    fn settings(&self) -> Self::Settings;

    /// The hash of everything that makes the product, or `None` if the product depends on the world (a person's
    /// decision, a free slot). The same key is never computed twice.
    fn memo(&self, settings: &Self::Settings, input: &Self::In) -> Option<MemoKey>;

    /// Makes the product. Must be safe to call again with the same input: after a crash the journal replays.
    ///
    /// # Errors
    /// The stage's own enum; its [`Fault::remedy`] says what the runner does next.
    fn process(
        &self,
        settings: &Self::Settings,
        job: &Job,
        input: &Self::In,
    ) -> impl Future<Output = Result<Step<Self::Product>, Self::Error>> + Send;

    /// Puts the product to what came in. Pure and cheap.
    fn hand_on(&self, input: Self::In, product: Self::Product) -> Self::Out;

    /// Called once when the line drains, after the last item was put down: time to write what saves the next start work.
    /// It may be cut off, so nothing may depend on it.
    fn close(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}
