//! Picture, sound and encoder.

use std::path::PathBuf;

use serde::Serialize;

use super::SafeZone;

/// `[assemble]`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assemble {
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// What `preset` and `crf` are where the file does not name them.
    pub quality: Quality,
    /// x264's speed preset.
    pub preset: String,
    /// x264's quality, 0 (lossless) to 51.
    pub crf: u32,
    /// Which encoders are tried, in this order; x264 stands behind them all.
    pub encoder: Vec<VideoEncoder>,
    /// Most bytes of encoded segments that are kept for later cuts; 0 keeps none.
    pub segment_store_max: u64,
    /// AAC bit rate, bits a second.
    pub audio_bitrate: u32,
    /// Target loudness in LUFS.
    pub loudness_lufs: f64,
    /// Highest true peak in dBTP.
    pub true_peak_dbtp: f64,
    /// Music bed's level below the voice, in dB; `None` leaves the music out.
    pub music_db: Option<f64>,
    /// How much lower the bed goes while the voice speaks, in dB.
    pub duck_db: f64,
    /// Folder of templates beside the built-in ones; a file there replaces the built-in of its name.
    pub templates: Option<PathBuf>,
    /// Whose buttons and texts nothing may lie under.
    pub safe_zone: SafeZone,
}

/// How much work goes into a picture's bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// To look at while a template is made: superfast, crf 28.
    Draft,
    /// To post: veryfast, crf 21.
    Standard,
    /// To keep: medium, crf 18; more than twice the time.
    High,
}

impl Quality {
    /// x264's speed preset.
    #[must_use]
    pub fn preset(self) -> &'static str {
        match self {
            Self::Draft => "superfast",
            Self::Standard => "veryfast",
            Self::High => "medium",
        }
    }

    /// x264's quality.
    #[must_use]
    pub fn crf(self) -> u32 {
        match self {
            Self::Draft => 28,
            Self::Standard => 21,
            Self::High => 18,
        }
    }
}

/// Who turns pictures into H.264.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "&'static str")]
pub enum VideoEncoder {
    /// x264, on the processor: the same bytes on every machine.
    X264,
    /// NVIDIA's.
    Nvenc,
    /// Intel's Quick Sync.
    Qsv,
    /// Whatever the Video Acceleration API finds (Intel, AMD).
    Vaapi,
    /// A V4L2 memory-to-memory device (small boards).
    V4l2m2m,
    /// Apple's.
    VideoToolbox,
}

impl VideoEncoder {
    /// Each of them.
    pub const ALL: [Self; 6] = [Self::X264, Self::Nvenc, Self::Qsv, Self::Vaapi, Self::V4l2m2m, Self::VideoToolbox];

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::X264 => "x264",
            Self::Nvenc => "h264_nvenc",
            Self::Qsv => "h264_qsv",
            Self::Vaapi => "h264_vaapi",
            Self::V4l2m2m => "h264_v4l2m2m",
            Self::VideoToolbox => "h264_videotoolbox",
        }
    }
}

impl From<VideoEncoder> for &'static str {
    fn from(encoder: VideoEncoder) -> Self {
        encoder.name()
    }
}
