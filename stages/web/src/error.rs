//! Why an address could not be read.

use std::time::Duration;

use reelpress_core::{Fault, Remedy};

/// What can go wrong with one question. `place` never holds a key: see [`without_secrets`](crate::without_secrets).
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The HTTP client could not be made.
    #[error("could not make the HTTP client")]
    Client(#[source] reqwest::Error),
    /// The address, or one it redirects to, is not one we may ask.
    #[error("{place} is refused: {address}")]
    Refused {
        /// The address at fault: the one asked or a redirect's.
        place: String,
        /// Which part of it and why.
        address: String,
    },
    /// The host's `robots.txt` keeps us out, or could not be read (then nothing is read, RFC 9309 section 2.3.1.4).
    #[error("{place} is not for us: {message}")]
    Robots {
        /// The address.
        place: String,
        /// Which rule, or what is wrong with the rules.
        message: String,
    },
    /// The host asked to be left alone and is; or too many wait for it already.
    #[error("{place} waits: its host {message}")]
    Held {
        /// The address.
        place: String,
        /// Why.
        message: String,
        /// How long it still lasts, if that is known.
        wait: Option<Duration>,
    },
    /// More bytes than allowed, after decompression.
    #[error("{place} has more than {limit} bytes")]
    TooLarge {
        /// The address.
        place: String,
        /// [`Limits::bytes`](crate::Limits::bytes).
        limit: u64,
    },
    /// A redirect leads nowhere: a missing or unusable `Location`, or too many of them.
    #[error("{place} redirects badly: {message}")]
    Redirect {
        /// The address that redirected.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// "Not modified" to a question that was not conditional: there is nothing to keep to.
    #[error("{place} answered 304 (not modified), but nothing was known of it")]
    Unasked {
        /// The address.
        place: String,
    },
    /// Gone for good (410).
    #[error("{place} is gone for good (410)")]
    Gone {
        /// The address.
        place: String,
    },
    /// The server answered with an error.
    #[error("{place} answered {status}")]
    Status {
        /// The address that answered.
        place: String,
        /// The HTTP status.
        status: u16,
        /// The server's `Retry-After`, if it sent one; at most seven days.
        retry_after: Option<Duration>,
        /// The first 2,000 bytes of what it said about it, as text.
        said: String,
    },
    /// It took too long.
    #[error("{place} took longer than {} ms", limit.as_millis())]
    Timeout {
        /// The address.
        place: String,
        /// [`Limits::time`](crate::Limits::time).
        limit: Duration,
    },
    /// The connection failed, or the answer ended before its time.
    #[error("could not fetch {place}")]
    Transfer {
        /// The address that was asked.
        place: String,
        /// The client's reason, without the address.
        #[source]
        source: reqwest::Error,
    },
}

impl WebError {
    /// The server's own word on when to come back, if this is such an answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after: wait, .. } | Self::Held { wait, .. } => *wait,
            Self::Client(_)
            | Self::Refused { .. }
            | Self::Robots { .. }
            | Self::TooLarge { .. }
            | Self::Redirect { .. }
            | Self::Unasked { .. }
            | Self::Gone { .. }
            | Self::Timeout { .. }
            | Self::Transfer { .. } => None,
        }
    }
}

impl Fault for WebError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Client(_) => Remedy::StopStage,
            Self::Status { retry_after: after, .. } | Self::Held { wait: after, .. } => Remedy::Retry { after: *after },
            Self::Timeout { .. } | Self::Transfer { .. } => Remedy::Retry { after: None },
            Self::Refused { .. }
            | Self::Robots { .. }
            | Self::TooLarge { .. }
            | Self::Redirect { .. }
            | Self::Unasked { .. }
            | Self::Gone { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Refused { .. } => "refused",
            Self::Robots { .. } => "robots",
            Self::Held { .. } => "held",
            Self::TooLarge { .. } => "too_large",
            Self::Redirect { .. } => "redirect",
            Self::Unasked { .. } => "unasked",
            Self::Gone { .. } => "gone",
            Self::Status { .. } => "status",
            Self::Timeout { .. } => "timeout",
            Self::Transfer { .. } => "transfer",
        }
    }
}
