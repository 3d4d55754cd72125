//! Reload: read, check, build, swap. A bad file changes nothing.

use std::path::Path;
use std::sync::Arc;

use crate::environment::Environment;
use crate::live::Live;
use crate::named::{CheckNamed, load_and};
use crate::problems::Problems;
use crate::settings::Settings;

#[cfg(test)]
mod tests;

/// How a reload ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Reload {
    /// The file means what is in force already. The snapshot is the same one.
    Unchanged,
    /// The file's settings are in force for every snapshot from now on.
    Swapped {
        /// The dotted keys whose values changed, in alphabetical order.
        changed: Vec<String>,
    },
    /// The file changes keys that a running daemon cannot change. They keep their values until a restart; all other
    /// changes of the file are in force, and if there are none, the snapshot is the same one. Says so again on each
    /// reload until the restart.
    NeedsRestart {
        /// The dotted keys that wait for a restart, in alphabetical order.
        keys: Vec<String>,
    },
    /// The file has problems, so nothing changed. The snapshot is the same one.
    Kept {
        /// All that is wrong with the file.
        because: Problems,
    },
}

impl Reload {
    /// A fixed word for metrics and the exit status: `unchanged`, `swapped`, `needs_restart` or `kept`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Swapped { .. } => "swapped",
            Self::NeedsRestart { .. } => "needs_restart",
            Self::Kept { .. } => "kept",
        }
    }
}

/// Reads the file again and puts it in force as far as it can be.
///
/// What is built is complete before anybody sees it, so a snapshot is never half old and half new. Two reloads at the
/// same time may each win in part; the daemon does them one after the other.
pub fn reload(live: &Live, path: &Path, environment: &dyn Environment) -> Reload {
    reload_and(live, path, environment, &|_| Vec::new())
}

/// As [`reload()`], but a file whose settings name what `check` does not find changes nothing either.
pub fn reload_and(live: &Live, path: &Path, environment: &dyn Environment, check: CheckNamed<'_>) -> Reload {
    let mut fresh = match load_and(path, environment, check) {
        Ok(fresh) => fresh,
        Err(because) => return Reload::Kept { because },
    };
    let in_force = live.snapshot();
    let (keys, changed): (Vec<String>, Vec<String>) =
        in_force.differences(&fresh).into_iter().partition(|key| needs_restart(key));
    if !keys.is_empty() {
        keep_restart_values(&in_force, &mut fresh);
    }
    if !changed.is_empty() {
        live.swap(Arc::new(fresh));
    }
    match (keys.is_empty(), changed.is_empty()) {
        (true, true) => Reload::Unchanged,
        (true, false) => Reload::Swapped { changed },
        (false, _) => Reload::NeedsRestart { keys },
    }
}

/// Open databases, bound sockets, built edges: what the daemon sets up once.
fn needs_restart(key: &str) -> bool {
    matches!(key, "daemon.data_dir" | "daemon.listen" | "deliver.outbox" | "console.enabled")
        || key.starts_with("line.")
}

/// The counterpart of [`needs_restart`] in values.
fn keep_restart_values(in_force: &Settings, fresh: &mut Settings) {
    fresh.daemon.data_dir.clone_from(&in_force.daemon.data_dir);
    fresh.daemon.listen = in_force.daemon.listen;
    fresh.deliver.outbox.clone_from(&in_force.deliver.outbox);
    fresh.line = in_force.line;
    fresh.console.enabled = in_force.console.enabled;
}
