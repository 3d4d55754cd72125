//! What can go wrong with an index.

use std::io;
use std::path::{Path, PathBuf};

use crate::Owner;

/// Why an index did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file or folder could not be used.
    #[error("could not {action} {}", path.display())]
    Io {
        /// A verb: `read`, `write`, `sync`.
        action: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: io::Error,
    },
    /// The folder's lock is held.
    #[error("index {} is open already (one process at a time may have it open)", folder.display())]
    InUse {
        /// The index.
        folder: PathBuf,
    },
    /// A sealed file is not as it was written.
    #[error(
        "segment {} is damaged: {what} (restore the file from a backup, or open the index with damaged segments set \
         aside, and add its cuts anew)",
        path.display()
    )]
    DamagedSegment {
        /// The segment's file.
        path: PathBuf,
        /// What was seen.
        what: String,
    },
    /// A log has a record in its middle that cannot be read, and good ones after it.
    #[error(
        "log {} is damaged at byte {offset}, with good records after it (restore the file from a backup; or cut it off \
         there, and add what came after it anew)",
        path.display()
    )]
    DamagedLog {
        /// The log's file.
        path: PathBuf,
        /// Where the record begins.
        offset: u64,
    },
    /// The list of segments cannot be read.
    #[error("manifest {} is damaged: {what} (restore the folder from a backup)", path.display())]
    DamagedManifest {
        /// The list's file.
        path: PathBuf,
        /// What was seen.
        what: String,
    },
    /// Hashes for an owner who was never registered, or is removed.
    #[error("owner {} is not known (register it first; a removed one gets a new number)", owner.0)]
    UnknownOwner {
        /// The owner that was named.
        owner: Owner,
    },
    /// A name that is empty or too long.
    #[error("{field} of an owner has {length} bytes, not 1 to {max}")]
    Label {
        /// Which name.
        field: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The longest that is taken.
        max: usize,
    },
    /// More than the index can number.
    #[error("index {} is full: {what} (use a second index)", folder.display())]
    Full {
        /// The index.
        folder: PathBuf,
        /// Which number ran out.
        what: &'static str,
    },
    /// A write failed in a way that leaves the file's state on disk unknown.
    #[error("index {} takes no more changes: an earlier write failed half way (open it anew)", folder.display())]
    Broken {
        /// The index.
        folder: PathBuf,
    },
}

impl IndexError {
    /// Makes an error out of the system's.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(crate) fn segment(path: &Path, what: impl Into<String>) -> Self {
        Self::DamagedSegment { path: path.to_owned(), what: what.into() }
    }
}
