//! What can go wrong on the way into the outbox.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use reelpress_core::{ArtifactError, ArtifactKey, Fault, JournalError, Remedy};

/// Why a post could not be put into the outbox.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The outbox cannot be used.
    #[error("could not {action} {path}; mend the outbox with `{command}`, or set `deliver.outbox` to another folder")]
    Outbox {
        /// What was tried, such as `make the folder`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// A command line that mends it.
        command: String,
        /// The system's own word.
        #[source]
        source: io::Error,
    },
    /// The outbox's disk has no room.
    #[error("no space left on the disk of the outbox for {path}; free some, the press goes on by itself")]
    Full {
        /// What was being written.
        path: PathBuf,
    },
    /// A file of the cut could not be had.
    #[error("could not fetch the {what} of the cut")]
    Artifact {
        /// `video` or `poster`.
        what: &'static str,
        /// The store's own word.
        #[source]
        source: ArtifactError,
    },
    /// What the store gave is not what was approved.
    #[error("artifact {key} has blake3 {found}, but the approved cut has {expected}; it was not delivered")]
    Changed {
        /// Which artifact.
        key: ArtifactKey,
        /// What was approved.
        expected: String,
        /// What is there.
        found: String,
    },
    /// There is something else where the post belongs.
    #[error("{path} exists already and is not this post, whole: {why}; move it away, then release the item")]
    Occupied {
        /// The post's folder.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// A fact could not be written.
    #[error("could not write down `{topic}`")]
    Journal {
        /// Which fact.
        topic: &'static str,
        /// The journal's own word.
        #[source]
        source: JournalError,
    },
    /// The press is stopping.
    #[error("the way of the post onto a phone was stopped; it goes on by itself when the press runs again")]
    Cancelled,
}

impl DeliverError {
    /// A file-system error in the outbox `root`.
    pub(crate) fn file(action: &'static str, root: &Path, path: &Path, source: io::Error) -> Self {
        if is_full(&source) {
            return Self::Full { path: path.to_owned() };
        }
        let command = mending(root, source.kind());
        Self::Outbox { action, path: path.to_owned(), command, source }
    }

    /// An artifact that could not be brought to `path`.
    pub(crate) fn artifact(what: &'static str, path: &Path, source: ArtifactError) -> Self {
        // The store passes on what went wrong with our own file.
        let mut cause: Option<&(dyn Error + 'static)> = Some(&source);
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(is_full) {
                return Self::Full { path: path.to_owned() };
            }
            cause = error.source();
        }
        Self::Artifact { what, source }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// One line for the operator's shell.
fn mending(root: &Path, kind: io::ErrorKind) -> String {
    let root = format!("'{}'", root.display().to_string().replace('\'', r"'\''"));
    if matches!(kind, io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists) {
        format!("mv {root} {root}.old && mkdir -p {root}")
    } else if kind == io::ErrorKind::ReadOnlyFilesystem {
        format!("mount -o remount,rw \"$(findmnt -no TARGET -T {root})\"")
    } else {
        format!("sudo install -d -o \"$(id -un)\" {root}")
    }
}

impl Fault for DeliverError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Outbox { .. } | Self::Full { .. } => Remedy::StopStage,
            Self::Artifact { source, .. } => source.remedy(),
            Self::Changed { .. } | Self::Occupied { .. } => Remedy::GiveUp,
            Self::Journal { source, .. } => source.remedy(),
            Self::Cancelled => Remedy::Retry { after: None },
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Outbox { .. } => "outbox_unwritable",
            Self::Full { .. } => "outbox_full",
            Self::Artifact { .. } => "artifact",
            Self::Changed { .. } => "artifact_changed",
            Self::Occupied { .. } => "outbox_occupied",
            Self::Journal { .. } => "journal",
            Self::Cancelled => "cancelled",
        }
    }
}
