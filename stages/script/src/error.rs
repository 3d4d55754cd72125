//! What can go wrong while a script is written, and what the runner does about it.

use std::time::Duration;

use reelpress_core::{Fault, Remedy};
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
    /// 429: too many calls.
    #[error("language model endpoint {host} answered 429, too many calls: {said}")]
    TooManyCalls {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own wait.
        after: Option<Duration>,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 429 with `insufficient_quota`: no credit.
    #[error("language model endpoint {host} has no credit left: {said} (top up the account, or set another endpoint)")]
    NoCredit {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 401, 403, 404 or a redirect: the settings of the endpoint are wrong.
    #[error(
        "language model endpoint {host} answered {status}: {said} (check base_url, model and api_key in [script.openai])"
    )]
    Misconfigured {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 400, 422 and their like: the request will never be taken.
    #[error("language model endpoint {host} refused the request with {status}: {said}")]
    BadRequest {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 408, 409, 5xx: may work next time.
    #[error("language model endpoint {host} answered {status}: {said}")]
    Unavailable {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own wait.
        after: Option<Duration>,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// No answer in time.
    #[error("language model endpoint {host} did not answer within {} s", timeout.as_secs_f32())]
    TimedOut {
        /// Host and port of the endpoint.
        host: String,
        /// The time it had.
        timeout: Duration,
    },
    /// No connection, or one that broke.
    #[error("could not reach language model endpoint {host}")]
    Unreachable {
        /// Host and port of the endpoint.
        host: String,
        /// The HTTP client's word, without the address.
        #[source]
        source: reqwest::Error,
    },
    /// An answer of 200 that is not a chat completion.
    #[error("language model endpoint {host} answered something that is not a chat completion: {said}")]
    NotAnAnswer {
        /// Host and port of the endpoint.
        host: String,
        /// The start of it.
        said: String,
    },
    /// An answer without end.
    #[error("language model endpoint {host} answered more than {limit} bytes")]
    TooLong {
        /// Host and port of the endpoint.
        host: String,
        /// Bytes read before giving up.
        limit: usize,
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
    /// The endpoint's settings cannot be used at all.
    #[error("cannot call language model endpoint {host}: {why}")]
    Endpoint {
        /// Host and port of the endpoint.
        host: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The drain's grace ran out.
    #[error("writing was given up because the press stops")]
    Stopped,
}

impl Fault for ScriptError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::TooManyCalls { after, .. } | Self::Unavailable { after, .. } => Remedy::Retry { after: *after },
            Self::TimedOut { .. } | Self::Unreachable { .. } | Self::NotAnAnswer { .. } | Self::Stopped => {
                Remedy::Retry { after: None }
            }
            Self::NoCredit { .. } | Self::Misconfigured { .. } | Self::Endpoint { .. } => Remedy::StopStage,
            Self::UnknownNiche { .. }
            | Self::GivenScript { .. }
            | Self::BadRequest { .. }
            | Self::TooLong { .. }
            | Self::Cut { .. }
            | Self::Nonsense { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::UnknownNiche { .. } => "unknown_niche",
            Self::GivenScript { .. } => "given_script",
            Self::TooManyCalls { .. } => "too_many_calls",
            Self::NoCredit { .. } => "no_credit",
            Self::Misconfigured { .. } => "misconfigured",
            Self::BadRequest { .. } => "bad_request",
            Self::Unavailable { .. } => "unavailable",
            Self::TimedOut { .. } => "timed_out",
            Self::Unreachable { .. } => "unreachable",
            Self::NotAnAnswer { .. } => "not_an_answer",
            Self::TooLong { .. } => "too_long",
            Self::Cut { .. } => "cut",
            Self::Nonsense { .. } => "nonsense",
            Self::Endpoint { .. } => "endpoint",
            Self::Stopped => "stopped",
        }
    }
}
