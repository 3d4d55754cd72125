//! What can go wrong between us and a speech endpoint.

use std::time::Duration;

use reelpress_core::Remedy;

/// Why a speech endpoint gave no usable answer. No message holds its key.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// 429: too many calls.
    #[error("speech endpoint {host} answered 429, too many calls: {said}")]
    TooManyCalls {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own wait.
        after: Option<Duration>,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 429 with `insufficient_quota`: no credit.
    #[error("speech endpoint {host} has no credit left: {said} (top up the account, or set another engine)")]
    NoCredit {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 401, 403, 404 or a redirect: the settings are wrong.
    #[error("speech endpoint {host} answered {status}: {said} (check base_url, model and api_key in [voice.openai])")]
    Misconfigured {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// Any other refusal: the same request would be refused again.
    #[error("speech endpoint {host} refused the request with {status}: {said}")]
    BadRequest {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 408, 409, 5xx: may work next time.
    #[error("speech endpoint {host} answered {status}: {said}")]
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
    #[error("speech endpoint {host} did not answer within {} s", timeout.as_secs_f32())]
    TimedOut {
        /// Host and port of the endpoint.
        host: String,
        /// The time it had.
        timeout: Duration,
    },
    /// No connection, or one that broke.
    #[error("could not reach speech endpoint {host}")]
    Unreachable {
        /// Host and port of the endpoint.
        host: String,
        /// The HTTP client's word, without the address.
        #[source]
        source: reqwest::Error,
    },
    /// An answer of 200 that is no sound we read, or no transcription.
    #[error("the answer of speech endpoint {host} cannot be used: {why}")]
    NotSpeech {
        /// Host and port of the endpoint.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// An answer without end.
    #[error("speech endpoint {host} answered more than {limit} bytes")]
    TooLong {
        /// Host and port of the endpoint.
        host: String,
        /// Bytes read before giving up.
        limit: usize,
    },
    /// The endpoint's settings cannot be used at all.
    #[error("cannot call speech endpoint {host}: {why}")]
    Setup {
        /// Host and port of the endpoint.
        host: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The drain's grace ran out.
    #[error("speaking was given up because the press stops")]
    Stopped,
}

impl EndpointError {
    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::TooManyCalls { after, .. } | Self::Unavailable { after, .. } => Remedy::Retry { after: *after },
            // The same text gives another answer next time; after a few tries the item is held.
            Self::TimedOut { .. } | Self::Unreachable { .. } | Self::NotSpeech { .. } | Self::Stopped => {
                Remedy::Retry { after: None }
            }
            Self::NoCredit { .. } | Self::Misconfigured { .. } | Self::Setup { .. } => Remedy::StopStage,
            Self::BadRequest { .. } | Self::TooLong { .. } => Remedy::GiveUp,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::TooManyCalls { .. } => "too_many_calls",
            Self::NoCredit { .. } => "no_credit",
            Self::Misconfigured { .. } => "misconfigured",
            Self::BadRequest { .. } => "bad_request",
            Self::Unavailable { .. } => "unavailable",
            Self::TimedOut { .. } => "timed_out",
            Self::Unreachable { .. } => "unreachable",
            Self::NotSpeech { .. } => "not_speech",
            Self::TooLong { .. } => "too_long",
            Self::Setup { .. } => "endpoint",
            Self::Stopped => "stopped",
        }
    }
}
