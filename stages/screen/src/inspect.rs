//! The port to the crate that reads video files.

use std::path::Path;

use reelpress_quality::{FileSpec, Order, Report};
use reelpress_similar::prints::Prints;

use crate::similar::PrintOrder;
use reelpress_safety::Snapshots;

/// Reads a finished video file back.
pub trait Inspect: Send + Sync + 'static {
    /// What the file really is. May decode it and take seconds; it is called on a thread that may block. `order` says what
    /// is known of the cut, for a judgement of how it is made from the same decoding; `prints`, if given, takes its prints
    /// from there too.
    ///
    /// # Errors
    /// [`InspectError`].
    fn inspect(&self, file: &Path, order: Order, prints: Option<PrintOrder>) -> Result<FileFacts, InspectError>;
}

/// What a video file was found to be.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFacts {
    /// Picture width in pixels.
    pub width: u32,
    /// Picture height in pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: f64,
    /// The codec's short name, such as `h264`.
    pub video_codec: String,
    /// The codec's profile, such as `High`.
    pub profile: String,
    /// The codec's short name, such as `aac`; empty without sound.
    pub audio_codec: String,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// True if the index comes before the media, so that it plays while it loads.
    pub moov_first: bool,
    /// Integrated loudness in LUFS; `None` if there was nothing to measure.
    pub loudness_lufs: Option<f64>,
    /// True peak in dBTP; `None` if there was nothing to measure.
    pub true_peak_dbtp: Option<f64>,
    /// Longest stretch of black pictures, in milliseconds.
    pub longest_black_ms: u64,
    /// Longest stretch of pictures that do not change, in milliseconds.
    pub longest_freeze_ms: u64,
    /// True if the file says that its colours are BT.709.
    pub bt709: bool,
    /// How it is made; `None` if nobody looked at its frames.
    pub quality: Option<Report>,
    /// What platforms ask about; `None` if it is not known.
    pub spec: Option<FileSpec>,
    /// What it is compared with earlier cuts by; `None` if nobody asked or nobody looked.
    pub prints: Option<Prints>,
    /// A few of its pictures; `None` if nobody looked at its frames.
    pub snapshots: Option<Snapshots>,
    /// What it says of how it was made.
    pub credentials: Credentials,
}

/// What a file's content credentials (C2PA) are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody looked.
    #[default]
    NotLookedAt,
    /// It has none.
    Missing,
    /// It has some that do not hold.
    Broken {
        /// Codes of the C2PA specification, or the reader's words.
        why: String,
    },
    /// They hold.
    Whole {
        /// blake3 of the file that was signed, hex; empty if they do not name it.
        unsigned: String,
    },
}

/// Why a file could not be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The file's content is at fault: trying again would not help, and the cut is rejected.
    #[error("file cannot be read as a video: {message}")]
    Unreadable {
        /// What the reader said.
        message: String,
    },
    /// The machine is at fault, not the file.
    #[error("could not inspect the file")]
    Io(#[source] std::io::Error),
}
