//! Reads a finished file back: what its headers say and, if asked, what its pictures and samples are. Safe on hostile
//! files: headers are read by code without `unsafe`, every size is checked against the file, every loop is bounded, and
//! the decoder is only let at files whose headers passed.

pub(crate) mod boxes;
mod decode;
mod headers;
mod stretches;

use std::io;
use std::path::{Path, PathBuf};

pub(crate) use decode::visit_pictures;
pub use decode::{LumaFrame, Observer, YuvFrame, luma_frames};

/// How much of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The headers: a few kilobytes, whatever the file's size.
    Headers,
    /// The headers, and every packet decoded.
    Full,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaReport {
    /// File size in bytes.
    pub bytes: u64,
    /// The MP4 itself.
    pub container: ContainerReport,
    /// The first video track.
    pub video: Option<VideoReport>,
    /// The first audio track.
    pub audio: Option<AudioReport>,
    /// What decoding showed; only with [`Depth::Full`].
    pub decoded: Option<DecodeReport>,
}

/// The container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerReport {
    /// Major brand, such as `isom`.
    pub brand: String,
    /// True if players can start before the whole file is there.
    pub moov_before_mdat: bool,
    /// Seconds since 1904 as written; 0 if it tells no time.
    pub creation_time: u64,
    /// Tracks of any kind.
    pub tracks: usize,
    /// Length in milliseconds.
    pub duration_ms: u64,
}

/// A video track's headers.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoReport {
    /// Sample entry, such as `avc1`.
    pub codec: String,
    /// H.264 profile's number: 66 Baseline, 77 Main, 100 High; `None` for another codec.
    pub profile: Option<u8>,
    /// H.264 level times ten, such as 40; `None` for another codec.
    pub level: Option<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames as declared.
    pub frames: u64,
    /// Frames a second, if all frames are declared to last equally long.
    pub constant_fps: Option<f64>,
    /// How long it is shown, in milliseconds.
    pub duration_ms: u64,
    /// Colour as tagged in the container.
    pub colour: Option<Colour>,
    /// Key frames, counted from 0, as declared; all frames if the file does not say.
    pub keyframes: Vec<u64>,
}

/// Colour tags, as numbered by ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// 1 is BT.709.
    pub primaries: u16,
    /// 1 is BT.709.
    pub transfer: u16,
    /// 1 is BT.709.
    pub matrix: u16,
    /// True for full range, false for limited range.
    pub full_range: bool,
}

impl Colour {
    /// BT.709, limited range.
    pub const BT709: Self = Self { primaries: 1, transfer: 1, matrix: 1, full_range: false };
}

/// An audio track's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioReport {
    /// Sample entry, such as `mp4a`.
    pub codec: String,
    /// MPEG-4 audio object type: 2 is AAC-LC; `None` for another codec.
    pub object_type: Option<u8>,
    /// Samples a second.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u16,
    /// How long it is heard, in milliseconds.
    pub duration_ms: u64,
}

/// What decoding showed.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodeReport {
    /// Frames that came out.
    pub frames: u64,
    /// Colour as tagged in the video stream.
    pub colour: Option<Colour>,
    /// Pixel format by libav's name, such as `yuv420p`.
    pub pixel_format: String,
    /// Longest time from one key frame to the next (or the end), in milliseconds.
    pub longest_gop_ms: u64,
    /// Longest stretch without light, in milliseconds.
    pub longest_black_ms: u64,
    /// Longest stretch in which nothing moves, in milliseconds.
    pub longest_frozen_ms: u64,
    /// Frames or samples that begin more than a frame (for sound, 2 ms) after the end of the one before.
    pub gaps: u64,
    /// Frames or samples that begin before the one before, or at the same time.
    pub backward_steps: u64,
    /// Packets that the decoder refused or could only guess at.
    pub errors: u64,
    /// Integrated loudness in LUFS; `None` without a sound that can be measured.
    pub loudness_lufs: Option<f64>,
    /// Highest true peak in dBTP; `None` without a sound that can be measured.
    pub true_peak_dbtp: Option<f64>,
    /// How much sound came out, in milliseconds.
    pub audio_ms: u64,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The system says no.
    #[error("could not read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// Another kind of file.
    #[error("{path} is not an MP4 file: {why}")]
    NotMp4 {
        /// The file.
        path: PathBuf,
        /// What gives it away.
        why: String,
    },
    /// An MP4 file with something wrong in it.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// More than a cut can be; not looked at further.
    #[error("{path} is too large to look at: {what} is {value}, more than {limit}")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What is too large.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// libav cannot open or decode it.
    #[error("could not {action} {path}")]
    Decode {
        /// `open` or `decode`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// libav's word.
        #[source]
        source: ffmpeg_next::Error,
    },
}

/// Looks at a file.
///
/// # Errors
/// [`ProbeError`] if it is not a whole MP4 file. A file with faults that still plays gives a report that says so.
pub fn probe(path: &Path, depth: Depth) -> Result<MediaReport, ProbeError> {
    let mut report = headers::read(path)?;
    if depth == Depth::Full {
        report.decoded = Some(decode::all(path, &report, None)?);
    }
    Ok(report)
}

/// Looks at all of a file, and shows it to `observer` while it is decoded.
///
/// # Errors
/// As [`probe`]; the observer may have seen a part by then.
pub fn probe_with(path: &Path, observer: &mut dyn Observer) -> Result<MediaReport, ProbeError> {
    let mut report = headers::read(path)?;
    report.decoded = Some(decode::all(path, &report, Some(observer))?);
    Ok(report)
}

#[cfg(test)]
mod tests;
