//! What can go wrong with the archive.

use std::io;
use std::path::PathBuf;

use reelpress_index::IndexError;
use reelpress_similar::error::SimilarError;

/// Why the archive did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The system says no.
    #[error("could not {action} {}", path.display())]
    Io {
        /// A verb: `read`, `write`.
        action: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// One of the indexes.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The prints of a cut could not be written as bytes.
    #[error("prints of `{id}` cannot be kept")]
    Prints {
        /// Whose.
        id: String,
        /// Why.
        #[source]
        source: SimilarError,
    },
}

impl ArchiveError {
    /// True if another process has the archive open.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        matches!(self, Self::Index(IndexError::InUse { .. }))
    }
}
