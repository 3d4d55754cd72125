//! The archive of earlier cuts: opened with the daemon, merged in the background, freed of what no longer counts.

pub(crate) mod ask;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reelpress_archive::{Archive, ArchiveError, Keeper};
use reelpress_core::{Book, ItemId, Supervisor, TaskKind, events};
use reelpress_screen::{Standing as _, size_of};
use tokio_util::sync::CancellationToken;

/// Its folder in `daemon.data_dir`.
pub(crate) const FOLDER: &str = "similar";

/// Opens (or makes) the archive of a data folder. Only one process at a time may have it open.
///
/// # Errors
/// If it is in use, cannot be written, or is damaged.
pub fn open_archive(data_dir: &Path) -> anyhow::Result<Arc<Archive>> {
    let folder = data_dir.join(FOLDER);
    let archive = Archive::open(&folder)
        .with_context(|| format!("could not open the archive of earlier cuts {}", folder.display()))?;
    events::similar_archive(size_of(&archive));
    Ok(Arc::new(archive))
}

/// Merges the archive's indexes until the press stops. A merge that fails is told and tried again after the next change.
pub(crate) fn keep_merged(supervisor: &Supervisor, archive: Arc<Archive>, stopping: CancellationToken) {
    drop(supervisor.keep_running(TaskKind::Housekeeping, "similar", move || {
        let (archive, stopping) = (archive.clone(), stopping.clone());
        async move {
            let failed = |error| events::similar_index_failed("merge", &error);
            let keeper = |index: &Arc<_>| Keeper::start(Arc::clone(index), failed);
            let keepers = archive.indexes().into_iter().map(keeper).collect::<Result<Vec<Keeper>, _>>()?;
            stopping.cancelled().await;
            // Each waits for the merge that is under way.
            tokio::task::spawn_blocking(move || drop(keepers)).await.map_err(std::io::Error::other)
        }
    }));
}

/// Takes out cuts that are older than `retention`, and those that never went out: rejected by a person, or given up. What
/// people put in under a path stays until they take it out. Gives how many went.
///
/// # Errors
/// [`ArchiveError`]; what was taken out by then is out.
pub(crate) fn forget(
    archive: &Archive,
    book: &Book,
    retention: Duration,
    now_millis: u64,
) -> Result<usize, ArchiveError> {
    let oldest = now_millis.saturating_sub(u64::try_from(retention.as_millis()).unwrap_or(u64::MAX));
    let mut gone = 0;
    for label in archive.labels() {
        let Ok(item) = label.id.parse::<ItemId>() else { continue };
        let reason = if item.created_millis() < oldest {
            "old"
        } else if book.is_withdrawn(item) {
            "rejected"
        } else {
            continue;
        };
        archive.remove(&label.id)?;
        events::similar_forgotten(item, reason);
        gone += 1;
    }
    if gone > 0 {
        events::similar_archive(size_of(archive));
    }
    Ok(gone)
}

#[cfg(test)]
mod tests;
