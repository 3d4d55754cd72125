//! What can go wrong while a picture is painted, and what the runner does about it.

use std::time::Duration;

use reelpress_core::{ArtifactError, Fault, Remedy};

/// Why no picture was painted. No message holds the endpoint's key.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// 429: too many calls.
    #[error("image endpoint {host} answered 429, too many calls: {said}")]
    TooManyCalls {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own wait.
        after: Option<Duration>,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 429 with `insufficient_quota`, or 402: no credit.
    #[error("image endpoint {host} has no credit left: {said} (top up the account, or remove [media.openai])")]
    NoCredit {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 401, 403, 404 or a redirect: the settings of the endpoint are wrong.
    #[error("image endpoint {host} answered {status}: {said} (check base_url, model and api_key in [media.openai])")]
    Misconfigured {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// The endpoint's filter or the model will not paint this.
    #[error("image endpoint {host} will not paint this: {said}")]
    Refused {
        /// Host and port of the endpoint.
        host: String,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 400, 422 and their like: the request will never be taken.
    #[error(
        "image endpoint {host} refused the request with {status}: {said} (check size and ask_for_base64 in [media.openai])"
    )]
    BadRequest {
        /// Host and port of the endpoint.
        host: String,
        /// HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        said: String,
    },
    /// 408, 409, 5xx: may work next time.
    #[error("image endpoint {host} answered {status}: {said}")]
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
    #[error("image endpoint {host} did not answer within {} s", timeout.as_secs_f32())]
    TimedOut {
        /// Host and port of the endpoint.
        host: String,
        /// The time it had.
        timeout: Duration,
    },
    /// No connection, or one that broke.
    #[error("could not reach image endpoint {host}")]
    Unreachable {
        /// Host and port of the endpoint.
        host: String,
        /// The HTTP client's word, without the address.
        #[source]
        source: reqwest::Error,
    },
    /// An answer of 200 that is not JSON.
    #[error("image endpoint {host} answered something that is not JSON: {said}")]
    NotAnAnswer {
        /// Host and port of the endpoint.
        host: String,
        /// The start of it.
        said: String,
    },
    /// An answer of 200 without a picture in it.
    #[error("the answer of image endpoint {host} cannot be used: {why}")]
    NotAPicture {
        /// Host and port of the endpoint.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// An answer without end.
    #[error("image endpoint {host} answered more than {limit} bytes (ask for a smaller `size` in [media.openai])")]
    TooLong {
        /// Host and port of the endpoint.
        host: String,
        /// Bytes read before giving up.
        limit: usize,
    },
    /// The endpoint's settings cannot be used at all.
    #[error("cannot call image endpoint {host}: {why}")]
    Endpoint {
        /// Host and port of the endpoint.
        host: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The drain's grace ran out.
    #[error("painting was given up because the press stops")]
    Stopped,
    /// The picture could not be kept or found.
    #[error("could not keep or find the picture")]
    Artifact(#[source] ArtifactError),
}

impl From<ArtifactError> for ImageError {
    fn from(error: ArtifactError) -> Self {
        Self::Artifact(error)
    }
}

impl Fault for ImageError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::TooManyCalls { after, .. } | Self::Unavailable { after, .. } => Remedy::Retry { after: *after },
            Self::TimedOut { .. }
            | Self::Unreachable { .. }
            | Self::NotAnAnswer { .. }
            | Self::NotAPicture { .. }
            | Self::Stopped => Remedy::Retry { after: None },
            Self::NoCredit { .. } | Self::Misconfigured { .. } | Self::Endpoint { .. } => Remedy::StopStage,
            Self::Refused { .. } | Self::BadRequest { .. } | Self::TooLong { .. } => Remedy::GiveUp,
            Self::Artifact(error) => error.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::TooManyCalls { .. } => "image_too_many_calls",
            Self::NoCredit { .. } => "image_no_credit",
            Self::Misconfigured { .. } => "image_misconfigured",
            Self::Refused { .. } => "image_refused",
            Self::BadRequest { .. } => "image_bad_request",
            Self::Unavailable { .. } => "image_unavailable",
            Self::TimedOut { .. } => "image_timed_out",
            Self::Unreachable { .. } => "image_unreachable",
            Self::NotAnAnswer { .. } => "image_not_an_answer",
            Self::NotAPicture { .. } => "image_not_a_picture",
            Self::TooLong { .. } => "image_too_long",
            Self::Endpoint { .. } => "image_endpoint",
            Self::Stopped => "image_stopped",
            Self::Artifact(_) => "image_artifact",
        }
    }
}
