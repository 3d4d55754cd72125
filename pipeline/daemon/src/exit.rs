//! Exit codes, after BSD's sysexits; the README lists them.

use std::process::ExitCode;

use reelpress_config::Problems;
use reelpress_core::JournalError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Ok,
    /// What was asked for did not come about: a video was held or rejected, an item is not known.
    Refused,
    /// A file that was given cannot be read or used.
    BadInput,
    /// The daemon, a feed or a device cannot be reached.
    Unavailable,
    /// A mistake of ours, or the machine's; the journal has everything.
    Internal,
    /// The grace of a drain ran out: what was in hand goes on after the next start.
    GraceRanOut,
    /// The config file has mistakes.
    BadConfig,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Refused => 1,
            Self::BadInput => 65,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::GraceRanOut => 75,
            Self::BadConfig => 78,
        }
    }

    /// The code for an error: decided by the first cause that names one.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        for cause in error.chain() {
            if let Some(coded) = cause.downcast_ref::<Coded>() {
                return coded.exit;
            }
            if cause.is::<Problems>() {
                return Self::BadConfig;
            }
            if let Some(JournalError::InUse { .. }) = cause.downcast_ref() {
                return Self::Unavailable;
            }
        }
        Self::Internal
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error with the exit code it stands for.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Coded {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

/// An error that ends the program with `exit`.
pub(crate) fn coded(exit: Exit, message: impl Into<String>) -> anyhow::Error {
    Coded { exit, message: message.into() }.into()
}
