//! What can go wrong while a script is written, and what the runner does about it.

use reelpress_core::{Fault, Remedy};
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
        "the model's answer was cut off at {max_tokens} tokens, after a second try with twice the room (raise max_tokens in [script.openai])"
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
    /// The endpoint gave no usable answer.
    #[error(transparent)]
    Endpoint(#[from] Failure),
}

impl Fault for ScriptError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Endpoint(failure) => failure.remedy(),
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
            Self::Endpoint(failure) => failure.kind(),
        }
    }
}
