//! Everything that can go wrong between us and a phone, each with its own word and its own remedy.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use reelpress_core::{Fault, Remedy};

/// Why a phone could not be found, leased or given a video.
#[derive(Debug, thiserror::Error)]
pub enum FarmError {
    /// Nothing listens where the adb server should be.
    #[error("no adb server answers at {address}; start one with `adb start-server`, or set `devices.enabled = false`")]
    NoServer {
        /// `devices.adb`.
        address: SocketAddr,
        /// The system's own word.
        #[source]
        source: std::io::Error,
    },
    /// Something listens there, and it does not speak adb's language.
    #[error("what answers at {address} is not an adb server: {message}; check `devices.adb`")]
    NotAdb {
        /// `devices.adb`.
        address: SocketAddr,
        /// What it said.
        message: String,
    },
    /// No phone is connected that may be used for this.
    #[error("no phone is connected{wanted}; plug one in and look at `adb devices`")]
    NoDevice {
        /// Empty, or ` with serial number A or B`.
        wanted: String,
    },
    /// The phone has not allowed this host yet.
    #[error("phone {serial} has not allowed this host: unlock it and tap \"allow\" on its screen")]
    Unauthorized {
        /// Which phone.
        serial: String,
    },
    /// The phone is known and does not answer.
    #[error("phone {serial} is offline; plug it in again, or `adb reconnect offline`")]
    Offline {
        /// Which phone.
        serial: String,
    },
    /// The phone is in a state in which it takes no files.
    #[error("phone {serial} is in the state `{state}`, not `device`; restart it, or look at its screen")]
    NotReady {
        /// Which phone.
        serial: String,
        /// adb's word for its state.
        state: String,
    },
    /// The phone's Android is too old for what we need.
    #[error("phone {serial} {lacks}; Android 8 or newer is needed")]
    TooOld {
        /// Which phone.
        serial: String,
        /// What it lacks.
        lacks: String,
    },
    /// All matching phones stayed busy.
    #[error("all matching phones stayed busy for {}; raise `devices.lease` or connect more phones", seconds(.patience))]
    Patience {
        /// How long we waited.
        patience: Duration,
    },
    /// The lease ran out during the work, or before it.
    #[error("the lease of phone {serial} ended after {}; raise `devices.lease` if pushes take longer", seconds(.limit))]
    LeaseEnded {
        /// Which phone.
        serial: String,
        /// `devices.lease` when the lease was given.
        limit: Duration,
    },
    /// The phone has had its pushes for now.
    #[error("phone {serial} has had its {per_hour} pushes an hour (`devices.pushes_per_hour`); the next one may start in {}", seconds(.wait))]
    Rate {
        /// Which phone.
        serial: String,
        /// The limit.
        per_hour: u32,
        /// How long until the next one.
        wait: Duration,
    },
    /// The connection broke in the middle.
    #[error("phone {serial} was lost during {action}")]
    Lost {
        /// Which phone.
        serial: String,
        /// What was going on.
        action: &'static str,
    },
    /// The phone is connected and says nothing.
    #[error("phone {serial} did not answer for {} during {action}; unlock it or restart it", seconds(.limit))]
    Silent {
        /// Which phone.
        serial: String,
        /// What was going on.
        action: &'static str,
        /// The deadline that passed.
        limit: Duration,
    },
    /// No room on the phone.
    #[error("phone {serial} has no space left for {path}; free some on it")]
    Full {
        /// Which phone.
        serial: String,
        /// What was being written there.
        path: String,
    },
    /// The phone said no.
    #[error("phone {serial} refused {action}: {message}")]
    Refused {
        /// Which phone.
        serial: String,
        /// What was asked.
        action: &'static str,
        /// The phone's words, at most 300 characters.
        message: String,
    },
    /// What arrived is not what was sent.
    #[error("phone {serial} holds {path} with sha256 {theirs}, not {ours}; the copy was removed")]
    HashMismatch {
        /// Which phone.
        serial: String,
        /// The file there.
        path: String,
        /// What we sent.
        ours: String,
        /// What it has.
        theirs: String,
    },
    /// The file is there and the gallery does not show it.
    #[error(
        "phone {serial} holds {path}, but its gallery does not list it after {tries} looks (the scan answered `{answer}`)"
    )]
    NotIndexed {
        /// Which phone.
        serial: String,
        /// The file there.
        path: String,
        /// How often we looked.
        tries: u32,
        /// What the media scan said, at most 300 characters.
        answer: String,
    },
    /// The local file could not be read.
    #[error("could not read {path}")]
    Local {
        /// Which file.
        path: PathBuf,
        /// The system's own word.
        #[source]
        source: std::io::Error,
    },
    /// The name cannot be a file's name on a phone.
    #[error("`{name}` is not 1 to 150 lower-case letters, digits or `-` followed by `.mp4`")]
    Name {
        /// What was given.
        name: String,
    },
    /// The folder cannot be used on a phone.
    #[error(
        "`devices.folder` is `{folder}`, not a folder below /sdcard/ made of letters, digits, `.`, `_` and `-` (for example /sdcard/Movies/reelpress)"
    )]
    Folder {
        /// What was given.
        folder: String,
    },
}

fn seconds(duration: &Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// At most 300 characters of what a phone said, on one line, without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

impl Fault for FarmError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::NoServer { .. } | Self::NotAdb { .. } | Self::Folder { .. } => Remedy::StopStage,
            Self::Rate { wait, .. } => Remedy::Retry { after: Some(*wait) },
            Self::NoDevice { .. }
            | Self::Unauthorized { .. }
            | Self::Offline { .. }
            | Self::NotReady { .. }
            | Self::Patience { .. }
            | Self::LeaseEnded { .. }
            | Self::Lost { .. }
            | Self::Silent { .. }
            | Self::Full { .. }
            | Self::Refused { .. }
            | Self::HashMismatch { .. }
            | Self::NotIndexed { .. } => Remedy::Retry { after: None },
            Self::TooOld { .. } | Self::Local { .. } | Self::Name { .. } => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::NoServer { .. } => "device_no_server",
            Self::NotAdb { .. } => "device_not_adb",
            Self::NoDevice { .. } => "device_none",
            Self::Unauthorized { .. } => "device_unauthorized",
            Self::Offline { .. } => "device_offline",
            Self::NotReady { .. } => "device_not_ready",
            Self::TooOld { .. } => "device_too_old",
            Self::Patience { .. } => "device_busy",
            Self::LeaseEnded { .. } => "device_lease_ended",
            Self::Rate { .. } => "device_rate",
            Self::Lost { .. } => "device_lost",
            Self::Silent { .. } => "device_silent",
            Self::Full { .. } => "device_full",
            Self::Refused { .. } => "device_refused",
            Self::HashMismatch { .. } => "device_hash",
            Self::NotIndexed { .. } => "device_not_indexed",
            Self::Local { .. } => "device_local_file",
            Self::Name { .. } => "device_name",
            Self::Folder { .. } => "device_folder",
        }
    }
}

#[cfg(test)]
mod tests;
