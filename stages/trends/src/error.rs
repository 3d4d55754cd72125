//! Why a feed could not be read, or the memory not kept.

use std::path::PathBuf;
use std::time::Duration;

use reelpress_config::Name;
use reelpress_core::{Fault, Remedy};

/// What can go wrong between a feed and its topics. One feed's error never stops the others.
#[derive(Debug, thiserror::Error)]
pub enum TrendsError {
    /// The folder for the memory cannot be used.
    #[error("could not use the folder {path} for the memory of trends")]
    Folder {
        /// The folder handed in.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The memory could not be written; what was learned since the last write is lost at the next restart.
    #[error("could not save the memory of trends in {path}")]
    Save {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A file of the memory was unreadable (a warning: the desk works with the rest).
    #[error(
        "the memory of trends in {path} is damaged and goes on without it; the old file is kept as {kept}: {message}"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damaged file was moved.
        kept: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The last observation was cut off by a crash (a warning: the desk works).
    #[error("the last {lost} bytes of {path} were cut off while they were written, and are left out")]
    TornObservations {
        /// The day's file.
        path: PathBuf,
        /// Bytes of the unfinished block.
        lost: u64,
    },
    /// A feed shows so much that it would cost the others their place.
    #[error(
        "feed `{feed}` floods: more than {limit} bytes of new items today (it is not taken in until tomorrow, UTC)"
    )]
    Flood {
        /// Its name.
        feed: Name,
        /// Most bytes a day.
        limit: u64,
    },
    /// A topic could not be split, or a change not taken back.
    #[error("{0}")]
    Change(#[from] crate::cluster::ChangeError),
    /// The HTTP client could not be made.
    #[error("could not make the HTTP client for feeds")]
    Client(#[source] reelpress_web::WebError),
    /// A feed's file could not be read.
    #[error("feed `{feed}`: could not read {path}")]
    File {
        /// Its name.
        feed: Name,
        /// Its file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// More bytes than allowed, before or after decompression.
    #[error("feed `{feed}`: {place} has more than {limit} bytes (raise `trends.max_bytes` if that is right)")]
    TooLarge {
        /// Its name.
        feed: Name,
        /// Address or file.
        place: String,
        /// `trends.max_bytes`.
        limit: u64,
    },
    /// The bytes are not what the feed's format says.
    #[error("feed `{feed}`: {place} is not {expected}: {message}")]
    Format {
        /// Its name.
        feed: Name,
        /// Address or file.
        place: String,
        /// What it should have been.
        expected: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The address, or one it redirects to, is not a public one.
    #[error("feed `{feed}`: {place} is refused: {address} (set `allow_private` on this feed if it is yours)")]
    Refused {
        /// Its name.
        feed: Name,
        /// The address at fault: the feed's or a redirect's.
        place: String,
        /// Which part of it and why.
        address: String,
    },
    /// A redirect leads nowhere: a missing or unusable `Location`, or too many of them.
    #[error("feed `{feed}`: {place} redirects badly: {message}")]
    Redirect {
        /// Its name.
        feed: Name,
        /// The address that redirected.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// The server answered that the feed is gone for good.
    #[error("feed `{feed}`: {place} is gone for good (410): take it out of the config")]
    Gone {
        /// Its name.
        feed: Name,
        /// Its address.
        place: String,
    },
    /// The server answered with an error.
    #[error("feed `{feed}`: {place} answered {status}")]
    Status {
        /// Its name.
        feed: Name,
        /// The address that answered.
        place: String,
        /// The HTTP status.
        status: u16,
        /// The server's `Retry-After`, if it sent one; at most seven days.
        retry_after: Option<Duration>,
    },
    /// The whole fetch took too long.
    #[error("feed `{feed}`: {place} took longer than {} ms (`trends.timeout`)", limit.as_millis())]
    Timeout {
        /// Its name.
        feed: Name,
        /// Its address.
        place: String,
        /// `trends.timeout`.
        limit: Duration,
    },
    /// The connection failed, or the host does not want to be asked now.
    #[error("feed `{feed}` could not be read")]
    Web {
        /// Its name.
        feed: Name,
        /// What became of the request; names the address.
        source: reelpress_web::WebError,
    },
    /// The service does not give this list to the public.
    #[error("feed `{feed}`: {place} does not show this list to the public ({status}): take the feed out")]
    Unsupported {
        /// Its name.
        feed: Name,
        /// The address that answered.
        place: String,
        /// 401, 403 or 422.
        status: u16,
    },
    /// The service does not take our key, or does not let it do this.
    #[error(
        "feed `{feed}`: {place} does not take what it was given ({status}{said}): check the feed's keys and what they may do"
    )]
    Denied {
        /// Its name.
        feed: Name,
        /// The address that answered.
        place: String,
        /// The HTTP status.
        status: u16,
        /// Its own word for it, after a comma, or empty.
        said: String,
        /// The server's `Retry-After`, if it sent one.
        retry_after: Option<Duration>,
    },
    /// The day's allowance is used up.
    #[error(
        "feed `{feed}`: the day's allowance of {place} is used up ({used} of {most} units); it goes on at midnight, Pacific time"
    )]
    Spent {
        /// Its name.
        feed: Name,
        /// The service's address.
        place: String,
        /// Units spent today, as far as this process knows.
        used: u32,
        /// `units_a_day`.
        most: u32,
        /// Time until midnight.
        wait: Duration,
    },
}

impl TrendsError {
    /// The server's own word on when to come back, if this is such an answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Status { retry_after: wait, .. } | Self::Denied { retry_after: wait, .. } = self {
            *wait
        } else if let Self::Spent { wait, .. } = self {
            Some(*wait)
        } else if let Self::Web { source, .. } = self {
            source.retry_after()
        } else {
            None
        }
    }

    /// The message with those of its causes, for a line of text.
    #[must_use]
    pub fn full_text(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl Fault for TrendsError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Folder { .. } | Self::Save { .. } | Self::Client(_) => Remedy::StopStage,
            Self::Status { retry_after, .. } => Remedy::Retry { after: *retry_after },
            Self::Spent { wait, .. } => Remedy::Retry { after: Some(*wait) },
            Self::Web { source, .. } => source.remedy(),
            Self::File { .. } | Self::Timeout { .. } => Remedy::Retry { after: None },
            Self::Damaged { .. }
            | Self::TornObservations { .. }
            | Self::Flood { .. }
            | Self::Change(_)
            | Self::TooLarge { .. }
            | Self::Format { .. }
            | Self::Refused { .. }
            | Self::Redirect { .. }
            | Self::Gone { .. }
            | Self::Unsupported { .. }
            | Self::Denied { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::Save { .. } => "save",
            Self::Damaged { .. } => "damaged",
            Self::TornObservations { .. } => "torn_observations",
            Self::Flood { .. } => "flood",
            Self::Change(_) => "change",
            Self::Client(_) => "client",
            Self::File { .. } => "file",
            Self::TooLarge { .. } => "too_large",
            Self::Format { .. } => "format",
            Self::Refused { .. } => "refused",
            Self::Redirect { .. } => "redirect",
            Self::Gone { .. } => "gone",
            Self::Status { .. } => "status",
            Self::Timeout { .. } => "timeout",
            Self::Unsupported { .. } => "unsupported",
            Self::Denied { .. } => "denied",
            Self::Spent { .. } => "spent",
            Self::Web { source, .. } => source.kind(),
        }
    }
}
