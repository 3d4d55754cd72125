//! What can go wrong between us and an endpoint, and what the runner does about it.

use std::fmt;
use std::time::Duration;

use reelpress_core::{Fault, Remedy};

/// An endpoint as one stage knows it: what it is called, and where its settings are.
#[derive(Debug)]
pub struct Callee {
    /// For people: `speech endpoint`.
    pub what: &'static str,
    /// The table of its settings: `voice.openai`.
    pub table: &'static str,
    /// The settings that shape a request, to be checked when it is refused: `model and temperature`.
    pub shape: &'static str,
    /// A `type` or `code` in the body of a 4xx that says it will not do what was asked: [`Failure::Refused`].
    pub refusals: &'static [&'static str],
}

/// Who was called; shown as `speech endpoint 127.0.0.1:8000`.
#[derive(Debug, Clone)]
pub struct Who {
    /// What kind of endpoint it is.
    pub callee: &'static Callee,
    /// Host and port.
    pub host: String,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.callee.what, self.host)
    }
}

/// Why an endpoint gave no usable answer. `said` is its own words, plain and shortened. No message holds its key.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are explained above and in `Who`")]
pub enum Failure {
    /// 429: too many calls; `after` is the endpoint's own wait.
    #[error("{who} answered 429, too many calls: {said}")]
    TooManyCalls { who: Who, after: Option<Duration>, said: String },
    /// 402, or a 4xx with `insufficient_quota` or `billing_hard_limit_reached`: no credit.
    #[error("{who} has no credit left: {said} (top up the account, or change [{}])", who.callee.table)]
    NoCredit { who: Who, said: String },
    /// 401, 403, 404 or a redirect: the settings are wrong.
    #[error("{who} answered {status}: {said} (check base_url, model and api_key in [{}])", who.callee.table)]
    Misconfigured { who: Who, status: u16, said: String },
    /// The endpoint's filter or its model will not do this; only where the stage can tell, see [`Callee::refusals`].
    #[error("{who} will not do this: {said}")]
    Refused { who: Who, said: String },
    /// Any other refusal: the same request would be refused again; `parameter` is the field it is about, if it says so.
    #[error(
        "{who} refused the request with {status}: {said} (check {} in [{}])",
        who.callee.shape,
        who.callee.table
    )]
    BadRequest { who: Who, status: u16, parameter: String, said: String },
    /// 408, 409, 5xx: may work next time; `after` is the endpoint's own wait.
    #[error("{who} answered {status}: {said}")]
    Unavailable { who: Who, status: u16, after: Option<Duration>, said: String },
    /// No answer in the time it had.
    #[error("{who} did not answer within {} s", timeout.as_secs_f32())]
    TimedOut { who: Who, timeout: Duration },
    /// No connection, or one that broke. The source does not name the address.
    #[error("could not reach {who}")]
    Unreachable { who: Who, source: reqwest::Error },
    /// An answer of 200 that is not JSON.
    #[error("{who} answered something that is not JSON: {said}")]
    NotJson { who: Who, said: String },
    /// An answer of 200 without what was asked for; `why` says what it is instead.
    #[error("the answer of {who} cannot be used: {why}")]
    Unusable { who: Who, why: String },
    /// An answer of more than `limit` bytes.
    #[error(
        "{who} answered more than {limit} bytes (check {} in [{}])",
        who.callee.shape,
        who.callee.table
    )]
    TooLong { who: Who, limit: usize },
    /// The settings cannot be used at all.
    #[error("cannot call {who}: {why}")]
    Setup { who: Who, why: &'static str },
    /// The drain's grace ran out; `what` as in [`Callee`].
    #[error("the call to the {what} was given up because the press stops")]
    Stopped { what: &'static str },
}

impl Failure {
    /// True if the endpoint may have worked (and count it) all the same: whoever keeps a budget counts such a call.
    #[must_use]
    pub fn may_have_cost(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::NotJson { .. }
            | Self::Unusable { .. }
            | Self::TooLong { .. }
            | Self::Stopped { .. } => true,
            Self::Unreachable { source, .. } => !source.is_connect(),
            // Who answers these gave up waiting for somebody who may be working still.
            Self::Unavailable { status, .. } => matches!(status, 408 | 504 | 524),
            Self::TooManyCalls { .. }
            | Self::NoCredit { .. }
            | Self::Misconfigured { .. }
            | Self::Refused { .. }
            | Self::BadRequest { .. }
            | Self::Setup { .. } => false,
        }
    }
}

impl Fault for Failure {
    fn remedy(&self) -> Remedy {
        match self {
            Self::TooManyCalls { after, .. } | Self::Unavailable { after, .. } => Remedy::Retry { after: *after },
            // The same request gives another answer next time; after a few tries the item is held.
            Self::TimedOut { .. }
            | Self::Unreachable { .. }
            | Self::NotJson { .. }
            | Self::Unusable { .. }
            | Self::Stopped { .. } => Remedy::Retry { after: None },
            Self::NoCredit { .. } | Self::Misconfigured { .. } | Self::Setup { .. } => Remedy::StopStage,
            Self::Refused { .. } | Self::BadRequest { .. } | Self::TooLong { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::TooManyCalls { .. } => "too_many_calls",
            Self::NoCredit { .. } => "no_credit",
            Self::Misconfigured { .. } => "misconfigured",
            Self::Refused { .. } => "refused",
            Self::BadRequest { .. } => "bad_request",
            Self::Unavailable { .. } => "unavailable",
            Self::TimedOut { .. } => "timed_out",
            Self::Unreachable { .. } => "unreachable",
            Self::NotJson { .. } | Self::Unusable { .. } => "not_an_answer",
            Self::TooLong { .. } => "too_long",
            Self::Setup { .. } => "endpoint",
            Self::Stopped { .. } => "stopped",
        }
    }
}
