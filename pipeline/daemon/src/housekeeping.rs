//! What has to be done now and then: look at the disk, shorten old history, forget old cuts.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reelpress_archive::Archive;
use reelpress_config::Live;
use reelpress_core::{Clock, Line, Supervisor, TaskKind, events};
use reelpress_vocabulary::Brief;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::earlier;

/// How often the disk is looked at: an encode writes a few megabytes in that time.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often old history is shortened.
const COMPACT_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How often old and rejected cuts are taken out of the archive. Rejected ones do not count from the moment on.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// Once paused, this much more room than the limit is wanted before going on, so that the press does not flutter.
const RESUME_FACTOR: u64 = 2;

pub(crate) struct Housekeeping {
    pub(crate) live: Live,
    pub(crate) line: Arc<Line<Brief>>,
    pub(crate) archive: Arc<Archive>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pause: watch::Sender<bool>,
}

impl Housekeeping {
    pub(crate) fn start(self, supervisor: &Supervisor) {
        let this = Arc::new(self);
        this.look_at_disk();
        drop(supervisor.keep_running(TaskKind::Housekeeping, "housekeeping", move || this.clone().keep_house()));
    }

    async fn keep_house(self: Arc<Self>) -> Result<(), Infallible> {
        let stopping = self.line.stopping();
        let mut compacted = Instant::now();
        self.forget().await;
        let mut forgot = Instant::now();
        loop {
            tokio::select! {
                () = stopping.cancelled() => return Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            self.look_at_disk();
            events::in_flight(self.line.in_flight());
            if compacted.elapsed() >= COMPACT_EVERY {
                compacted = Instant::now();
                self.compact().await;
            }
            if forgot.elapsed() >= FORGET_EVERY {
                forgot = Instant::now();
                self.forget().await;
            }
        }
    }

    fn look_at_disk(&self) {
        let settings = self.live.snapshot();
        let Some(free) = free_bytes(&settings.daemon.data_dir) else { return };
        let limit = settings.daemon.min_free_bytes;
        let was_paused = *self.pause.borrow();
        let paused = free < if was_paused { limit.saturating_mul(RESUME_FACTOR) } else { limit };
        if paused != was_paused {
            events::disk_pause_changed(paused, free, limit);
            self.pause.send_replace(paused);
            events::ready(!paused && !self.line.stopping().is_cancelled());
        }
        events::disk_checked(free, paused);
    }

    /// On a thread that may wait: each cut that goes is written to disk.
    async fn forget(&self) {
        let retention = self.live.snapshot().screen.similar.retention;
        let (archive, line, now) = (self.archive.clone(), self.line.clone(), self.clock.millis());
        let forgetting = tokio::task::spawn_blocking(move || earlier::forget(&archive, line.book(), retention, now));
        match forgetting.await {
            Ok(Ok(0)) => {}
            Ok(Ok(cuts)) => tracing::info!(cuts, "prints of old and rejected cuts forgotten"),
            Ok(Err(error)) => events::similar_index_failed("forget", &error),
            Err(error) => events::similar_index_failed("forget", &error),
        }
    }

    async fn compact(&self) {
        let keep = Duration::from_secs(u64::from(self.live.snapshot().daemon.keep_history_days) * 24 * 3600);
        let before = self.clock.millis().saturating_sub(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
        match self.line.book().compact(before).await {
            Ok(records) => tracing::info!(records, "old history shortened"),
            Err(error) => events::journal_failed(&error),
        }
    }
}

/// Room left for us on the disk of this folder, in bytes.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}
