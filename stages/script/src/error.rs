//! What can go wrong while a script is written, and what the runner does about it.

use std::time::Duration;

use reelpress_core::{Fault, JournalError, Remedy};
use reelpress_endpoint::Failure;
use reelpress_vocabulary::ScriptProblems;

/// Why no script was written. No message holds the endpoint's key.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The brief names a niche that the settings do not have (any more).
    #[error("niche `{niche}` is not in the settings (put it back, or reject the item)")]
    UnknownNiche {
        /// The niche's name.
        niche: String,
    },
    /// A person's script breaks rules.
    #[error("the given script breaks the rules")]
    GivenScript {
        /// Every rule it broke.
        #[source]
        problems: ScriptProblems,
    },
    /// The answer was cut off twice.
    #[error(
        "the model's answer was cut off at {max_tokens} tokens, after a second try with twice the room (raise max_tokens in [script.providers])"
    )]
    Cut {
        /// Tokens of the second try.
        max_tokens: u32,
    },
    /// The model answered, was told what was wrong, and answered nonsense again.
    #[error("the model's answer is not a usable script, and its second try neither: {problems}")]
    Nonsense {
        /// What was wrong with the second try.
        problems: String,
    },
    /// A provider gave no usable answer.
    #[error("provider `{provider}`: {failure}")]
    Endpoint {
        /// Its name in the settings.
        provider: String,
        /// What its endpoint did.
        failure: Failure,
    },
    /// Some writers failed, and others cannot be asked yet.
    #[error("{error}; other writers can be asked in {} s", wait.as_secs())]
    Waits {
        /// How long until one of them can be.
        wait: Duration,
        /// What the last one did that was asked.
        error: Box<ScriptError>,
    },
    /// What a call may use could not be written down, so it was not made.
    #[error("could not keep the budget")]
    Note {
        /// What the journal said.
        source: JournalError,
    },
}

impl Fault for ScriptError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Endpoint { failure, .. } => failure.remedy(),
            Self::Waits { wait, .. } => Remedy::Retry { after: Some(*wait) },
            Self::Note { source } => source.remedy(),
            Self::UnknownNiche { .. } | Self::GivenScript { .. } | Self::Cut { .. } | Self::Nonsense { .. } => {
                Remedy::GiveUp
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::UnknownNiche { .. } => "unknown_niche",
            Self::GivenScript { .. } => "given_script",
            Self::Cut { .. } => "cut",
            Self::Nonsense { .. } => "nonsense",
            Self::Endpoint { failure, .. } => failure.kind(),
            Self::Waits { error, .. } => error.kind(),
            Self::Note { .. } => "journal",
        }
    }
}
