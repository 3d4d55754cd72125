//! What can go wrong while a cut is screened. A cut that breaks a rule is no error.

use std::path::PathBuf;

use reelpress_archive::ArchiveError;
use reelpress_core::{ArtifactError, Fault, JournalError, Remedy};
use reelpress_policy::PolicyProblems;

use crate::inspect::InspectError;

/// Why a cut could not be screened.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The policies could not be read, and there are none from before.
    #[error("could not read policies from {} (`policy` in [screen])", path.display())]
    PolicyRead {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// The policies hold mistakes, and there are none from before.
    #[error("policies hold mistakes, nothing is screened until they are right")]
    Policy(#[source] PolicyProblems),
    /// The video could not be fetched from the store.
    #[error("could not fetch the cut to screen it")]
    Fetch(#[source] ArtifactError),
    /// The scratch folder cannot be used.
    #[error("could not use scratch file {}", path.display())]
    Scratch {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// The inspector failed for a reason that is not the file's.
    #[error("could not inspect the cut")]
    Inspect(#[source] InspectError),
    /// The inspector panicked.
    #[error("inspection of the cut ended without an answer (see the log for its last words)")]
    InspectorDied,
    /// The archive of earlier cuts could not be asked or added to.
    #[error("could not compare the cut with earlier ones")]
    Archive(#[source] ArchiveError),
    /// The comparison panicked.
    #[error("comparison with earlier cuts ended without an answer (see the log for its last words)")]
    ComparisonDied,
    /// The daemon is stopping.
    #[error("screening was stopped before its end")]
    Cancelled,
    /// The fingerprints of the cut could not be written to the journal.
    #[error("could not note the fingerprints of the cut")]
    Note(#[source] JournalError),
}

impl Fault for ScreenError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::PolicyRead { .. } | Self::Policy(_) | Self::Scratch { .. } => Remedy::StopStage,
            Self::Fetch(source) => source.remedy(),
            Self::Inspect(_) | Self::Archive(_) | Self::Cancelled => Remedy::Retry { after: None },
            Self::InspectorDied | Self::ComparisonDied => Remedy::GiveUp,
            Self::Note(source) => source.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::PolicyRead { .. } => "policy_read",
            Self::Policy(_) => "policy_wrong",
            Self::Fetch(_) => "store",
            Self::Scratch { .. } => "scratch",
            Self::Inspect(_) | Self::InspectorDied => "inspect",
            Self::Archive(_) | Self::ComparisonDied => "archive",
            Self::Cancelled => "cancelled",
            Self::Note(_) => "journal",
        }
    }
}
