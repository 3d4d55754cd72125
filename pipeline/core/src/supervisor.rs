//! Every task of the daemon is spawned here, and has a kind that says what its end means.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::events;

/// Every task the daemon may spawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// Runs one stage.
    StageRunner,
    /// Puts items back on the line after a restart, a release or a lost ticket.
    Feeder,
    /// Reads feeds and takes briefs in.
    Intake,
    /// Serves metrics, health and the control API.
    HttpServer,
    /// Watches the config file and the signals that ask for a reload.
    SettingsWatcher,
    /// Disk room, compaction, health.
    Housekeeping,
    /// Does what one request asked for, to its end.
    Request,
    /// Draws progress bars.
    ProgressDisplay,
}

/// What a task's failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The daemon ends with exit code 70; the journal has everything.
    StopDaemon,
    /// The task starts anew after a pause.
    Restart,
    /// Nothing depends on it.
    Ignore,
}

impl TaskKind {
    /// What its failure means.
    #[must_use]
    pub const fn on_failure(self) -> OnFailure {
        match self {
            // Stages' own panics are caught by the runner. If a runner dies all the same, its tickets are in unknown
            // hands, and only a restart puts the line together from the journal.
            Self::StageRunner | Self::Feeder => OnFailure::StopDaemon,
            Self::Intake | Self::HttpServer | Self::SettingsWatcher | Self::Housekeeping => OnFailure::Restart,
            // The one who asked gets an error.
            Self::Request | Self::ProgressDisplay => OnFailure::Ignore,
        }
    }

    /// Its word in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StageRunner => "stage-runner",
            Self::Feeder => "feeder",
            Self::Intake => "intake",
            Self::HttpServer => "http-server",
            Self::SettingsWatcher => "settings-watcher",
            Self::Housekeeping => "housekeeping",
            Self::Request => "request",
            Self::ProgressDisplay => "progress-display",
        }
    }
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskEnd {
    /// It was done.
    Done,
    /// It gave up or panicked; the text says why.
    Failed(String),
}

/// Restarts in a row before a restarting task counts as broken.
const RESTARTS_MAX: u32 = 10;
/// A task that ran this long before it failed starts its count of restarts anew.
const HEALTHY_AFTER: Duration = Duration::from_secs(300);
const RESTART_BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(60) };

/// Spawns tasks and notices their ends. Clones share one fate.
#[derive(Clone)]
pub struct Supervisor {
    fatal: Arc<watch::Sender<Option<String>>>,
}

impl Default for Supervisor {
    fn default() -> Self {
        Self { fatal: Arc::new(watch::Sender::new(None)) }
    }
}

impl Supervisor {
    /// Runs `task` once. If it fails, its kind decides what follows; a kind that restarts cannot be restarted from a
    /// single future, so its failure stops the daemon too: use [`Supervisor::keep_running`] for those.
    pub fn spawn<E: std::fmt::Display>(
        &self,
        kind: TaskKind,
        name: &str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> JoinHandle<TaskEnd> {
        let this = self.clone();
        let name = name.to_owned();
        start(async move {
            let end = guarded(task).await;
            if let TaskEnd::Failed(why) = &end {
                events::task_failed(kind.as_str(), &name, why, false);
                if kind.on_failure() != OnFailure::Ignore {
                    this.give_up(kind, &name, why);
                }
            }
            end
        })
    }

    /// Runs what `make` makes, again after each failure, with backoff; after ten failures in a row the daemon stops. Ends
    /// when a run ends well.
    pub fn keep_running<F, E>(
        &self,
        kind: TaskKind,
        name: &str,
        make: impl Fn() -> F + Send + 'static,
    ) -> JoinHandle<TaskEnd>
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let this = self.clone();
        let name = name.to_owned();
        start(async move {
            let mut failures = 0;
            loop {
                let since = Instant::now();
                let TaskEnd::Failed(why) = guarded(make()).await else { return TaskEnd::Done };
                failures = if since.elapsed() >= HEALTHY_AFTER { 1 } else { failures + 1 };
                events::task_failed(kind.as_str(), &name, &why, failures <= RESTARTS_MAX);
                if failures > RESTARTS_MAX {
                    this.give_up(kind, &name, &why);
                    return TaskEnd::Failed(why);
                }
                tokio::time::sleep(RESTART_BACKOFF.wait(failures, 0, None)).await;
            }
        })
    }

    /// Waits until a task failed that the daemon cannot live without; gives the reason.
    pub async fn failed(&self) -> String {
        let mut fatal = self.fatal.subscribe();
        loop {
            if let Some(why) = fatal.borrow_and_update().clone() {
                return why;
            }
            if fatal.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn give_up(&self, kind: TaskKind, name: &str, why: &str) {
        self.fatal.send_if_modified(|fatal| {
            let first = fatal.is_none();
            fatal.get_or_insert_with(|| format!("{} `{name}` failed: {why}", kind.as_str()));
            first
        });
    }
}

async fn guarded<E: std::fmt::Display>(task: impl Future<Output = Result<(), E>>) -> TaskEnd {
    match AssertUnwindSafe(task).catch_unwind().await {
        Ok(Ok(())) => TaskEnd::Done,
        Ok(Err(error)) => TaskEnd::Failed(error.to_string()),
        Err(panic) => TaskEnd::Failed(panic_text(panic.as_ref())),
    }
}

/// The words of a panic, if it had any.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", words.as_deref().unwrap_or("without words"))
}

fn start(task: impl Future<Output = TaskEnd> + Send + 'static) -> JoinHandle<TaskEnd> {
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    tokio::spawn(task)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_restarting_task_comes_back_after_errors_and_panics() {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let end = Supervisor::default().keep_running(TaskKind::Intake, "test", move || {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                match run {
                    0 => Err("no"),
                    1 => panic!("oh"),
                    _ => Ok(()),
                }
            }
        });
        assert_eq!(end.await.expect("not cancelled"), TaskEnd::Done);
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_never_recovers_stops_the_daemon() {
        let supervisor = Supervisor::default();
        drop(supervisor.keep_running(TaskKind::Intake, "feeds", || async { Err::<(), _>("still no") }));
        assert_eq!(supervisor.failed().await, "intake `feeds` failed: still no");
    }

    #[tokio::test]
    async fn a_panic_in_a_stage_runner_stops_the_daemon_and_one_in_a_display_does_not() {
        let supervisor = Supervisor::default();
        let terminal: Result<(), String> = Err("no terminal".to_owned());
        let calm = supervisor.spawn(TaskKind::ProgressDisplay, "bars", async move {
            terminal.clone().expect("a terminal");
            terminal
        });
        assert_eq!(calm.await.expect("not cancelled"), TaskEnd::Failed("panic: a terminal: \"no terminal\"".into()));
        drop(supervisor.spawn(TaskKind::StageRunner, "script", async { Err("gone") }));
        assert_eq!(supervisor.failed().await, "stage-runner `script` failed: gone");
    }
}
