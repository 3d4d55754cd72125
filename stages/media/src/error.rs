//! What can go wrong with the library, and what the runner does about it.

use std::io;
use std::path::PathBuf;

use reelpress_config::Problems;
use reelpress_core::{Fault, Remedy};

/// Why the library cannot be used, or a file of it.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// A place has no readable `licences.toml`.
    #[error("could not read {path} (each place of `media.places` needs one)")]
    Read {
        /// The file.
        path: String,
        /// The system's or the store's word.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// `licences.toml` is no TOML, so nothing in it can be trusted.
    #[error("`licences.toml` cannot be read: {0}")]
    Manifest(Problems),
    /// A place has more files than anybody can look after.
    #[error("{place} holds more than {most} files (make it several places)")]
    TooManyFiles {
        /// The place.
        place: String,
        /// The limit.
        most: usize,
    },
    /// The settings of a place on S3 cannot be used at all.
    #[error("cannot use {place} (check `media.places` and [media.s3])")]
    Setup {
        /// The place.
        place: String,
        /// The store's word.
        #[source]
        source: object_store::Error,
    },
    /// S3 does not answer, or not as it should.
    #[error("could not {action} {place}")]
    Store {
        /// `list` or `fetch from`.
        action: &'static str,
        /// The place or the file.
        place: String,
        /// The store's word.
        #[source]
        source: object_store::Error,
    },
    /// A place on S3 was never looked at.
    #[error("{place} has not been looked at yet")]
    NotLooked {
        /// The place.
        place: String,
    },
    /// A file is not the one any more that was listed.
    #[error("{file} changed while it was fetched")]
    Changed {
        /// The file.
        file: String,
    },
    /// A file cannot be used.
    #[error("the file {path} cannot be used: {why} (replace it or take it out of `licences.toml`)")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The cache folder cannot be written.
    #[error("could not write {path} (`media.cache` in the config)")]
    Cache {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// Everything in the cache is in use.
    #[error("there is no room for {file} of {bytes} bytes in the cache of {most} (raise `media.cache_size`)")]
    NoRoom {
        /// The file.
        file: String,
        /// Its size.
        bytes: u64,
        /// `media.cache_size` in bytes.
        most: u64,
    },
}

impl Fault for MediaError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Read { .. }
            | Self::Manifest(_)
            | Self::TooManyFiles { .. }
            | Self::Setup { .. }
            | Self::Cache { .. }
            | Self::NoRoom { .. } => Remedy::StopStage,
            Self::Store { .. } | Self::NotLooked { .. } | Self::Changed { .. } => Remedy::Retry { after: None },
            Self::Unusable { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Read { .. } => "media_read",
            Self::Manifest(_) => "media_manifest",
            Self::TooManyFiles { .. } => "media_too_many",
            Self::Setup { .. } => "media_setup",
            Self::Store { .. } => "media_store",
            Self::NotLooked { .. } => "media_not_looked",
            Self::Changed { .. } => "media_changed",
            Self::Unusable { .. } => "media_unusable",
            Self::Cache { .. } => "media_cache",
            Self::NoRoom { .. } => "media_no_room",
        }
    }
}
