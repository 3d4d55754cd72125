//! Puts a changed config file in force: on SIGHUP, on `POST /-/reload`, and when the file changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, Watcher as _};
use reelpress_config::{Environment, Live, Reload};
use reelpress_core::{Supervisor, TaskKind, events};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::named;

/// Editors write a file in several steps: changes are gathered until it was quiet for this long.
const QUIET: Duration = Duration::from_secs(1);

pub(crate) struct Reloader {
    live: Live,
    file: Option<PathBuf>,
    environment: Arc<dyn Environment>,
    stopping: CancellationToken,
    // One reload at a time: the one that read the file last must also be the one that swaps last.
    alone: Mutex<()>,
}

/// What came of one reload.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Reloaded {
    /// `unchanged`, `swapped`, `needs_restart`, `kept`.
    pub(crate) outcome: String,
    /// Changed keys, keys that need a restart, or one line for each mistake.
    pub(crate) detail: Vec<String>,
}

impl Reloader {
    pub(crate) fn new(
        live: Live,
        file: Option<PathBuf>,
        environment: Arc<dyn Environment>,
        stopping: CancellationToken,
    ) -> Self {
        Self { live, file, environment, stopping, alone: Mutex::new(()) }
    }

    /// Read, check, build, swap. `None` without a config file, or while the daemon stops.
    pub(crate) fn reload(&self) -> Option<Reloaded> {
        let file = self.file.as_ref()?;
        if self.stopping.is_cancelled() {
            return None;
        }
        let _alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let reload = reelpress_config::reload_and(&self.live, file, self.environment.as_ref(), &named::check);
        let detail = match &reload {
            Reload::Unchanged => Vec::new(),
            Reload::Swapped { changed } => changed.clone(),
            Reload::NeedsRestart { keys } => keys.clone(),
            Reload::Kept { because } => because.to_string().lines().map(str::to_owned).collect(),
        };
        let outcome = reload.as_str();
        events::config_reloaded(outcome, &self.live.snapshot().fingerprint(), &detail.join("; "));
        Some(Reloaded { outcome: outcome.to_owned(), detail })
    }

    /// Reloads whenever the file changes.
    pub(crate) fn watch(self: Arc<Self>, supervisor: &Supervisor) {
        if self.file.is_none() {
            return;
        }
        let supervisor_task = move || self.clone().follow();
        drop(supervisor.keep_running(TaskKind::SettingsWatcher, "config file", supervisor_task));
    }

    async fn follow(self: Arc<Self>) -> Result<(), notify::Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let file = std::path::absolute(file)?;
        let Some(folder) = file.parent() else { return Ok(()) };
        // One waiting sign is enough: it says "something changed since you last looked".
        let (changed, mut changes) = mpsc::channel(1);
        let watched = file.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| may_have_changed(&event, &watched)) {
                // Full means that a sign is waiting already.
                changed.try_send(()).ok();
            }
        })?;
        // The folder, not the file: editors put a new file in the old one's place.
        watcher.watch(folder, notify::RecursiveMode::NonRecursive)?;
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return Ok(()),
                change = changes.recv() => if change.is_none() { return Ok(()) },
            }
            while tokio::time::timeout(QUIET, changes.recv()).await.is_ok_and(|change| change.is_some()) {}
            self.reload();
        }
    }
}

/// Reading the file is no change: each reload reads it, and must not call for the next.
fn may_have_changed(event: &Event, file: &Path) -> bool {
    let only_read = matches!(event.kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write));
    event.need_rescan() || (event.paths.iter().any(|path| path == file) && !only_read)
}
