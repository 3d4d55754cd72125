//! Why a picture or clip cannot be shown.

use std::io;
use std::path::{Path, PathBuf};

/// Why a picture or clip cannot be shown. Each names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system says no.
    #[error("could not read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{} is {kind}, not a file (name a picture or a clip)", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// Another kind of file, whatever its name says.
    #[error("{} is {found}, not {wanted} (convert it or choose another file)", path.display())]
    WrongType {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        found: &'static str,
        /// The kinds that can be shown.
        wanted: &'static str,
    },
    /// More than may be taken; not read further.
    #[error("{} is too large: {what} {value}, at most {limit} (make it smaller)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What is too large, with its unit: `its pixels are`.
        what: &'static str,
        /// As the file says.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// Somebody wrote to it, or cut it off, at the same time.
    #[error("{} changed while it was read: {got} of {expected} bytes came (put it there in one move, then try again)",
        path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Bytes it had when it was opened.
        expected: u64,
        /// Bytes that could be read.
        got: u64,
    },
    /// Something is wrong in it.
    #[error("{} is damaged: {why} (replace it)", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and how.
        why: String,
    },
    /// Whole, but of a kind that would come out wrong.
    #[error("{} cannot be shown: {why} (export it again: an sRGB picture, or an H.264 clip in BT.709)", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it has that cannot be shown.
        why: String,
    },
    /// The order contradicts itself or the file.
    #[error("the order for {} does not fit: {why}", path.display())]
    Order {
        /// The file.
        path: PathBuf,
        /// What does not fit, with the value.
        why: String,
    },
}

impl SourceError {
    /// The file that is to blame.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Read { path, .. }
            | Self::NotAFile { path, .. }
            | Self::WrongType { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Changed { path, .. }
            | Self::Damaged { path, .. }
            | Self::Unsupported { path, .. }
            | Self::Order { path, .. } => path,
        }
    }

    pub(super) fn damaged(path: &Path, why: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.into() }
    }

    pub(super) fn unsupported(path: &Path, why: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), why: why.into() }
    }

    pub(super) fn order(path: &Path, why: impl Into<String>) -> Self {
        Self::Order { path: path.to_owned(), why: why.into() }
    }

    pub(super) fn too_large(path: &Path, what: &'static str, value: u64, limit: u64) -> Self {
        Self::TooLarge { path: path.to_owned(), what, value, limit }
    }
}
