//! Health means progress: a line that takes and finishes nothing is not healthy.

use std::sync::Arc;

use reelpress_config::Live;
use reelpress_core::Line;
use reelpress_vocabulary::Brief;
use tokio::sync::watch;

#[derive(Clone)]
pub(crate) struct Health {
    pub(crate) live: Live,
    pub(crate) line: Arc<Line<Brief>>,
    pub(crate) paused: watch::Receiver<bool>,
}

impl Health {
    /// What keeps the daemon from being healthy, in one sentence.
    pub(crate) fn trouble(&self) -> Option<String> {
        if self.is_paused() {
            return Some("the disk is nearly full and the press pauses: free some room".to_owned());
        }
        let (stage, time) = self.line.slowest()?;
        let limit = self.live.snapshot().daemon.stall_after;
        (time >= limit)
            .then(|| format!("stage `{stage}` has had work for {} s and finished none (see the log)", time.as_secs()))
    }

    /// True while the daemon takes work.
    pub(crate) fn is_ready(&self) -> bool {
        !self.line.stopping().is_cancelled() && !self.is_paused()
    }

    pub(crate) fn is_paused(&self) -> bool {
        *self.paused.borrow()
    }
}
