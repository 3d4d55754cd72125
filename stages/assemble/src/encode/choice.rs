//! Which encoder is taken: the first of those in the config that really works here.

use std::error::Error;
use std::fmt;

use ffmpeg_next::frame;
use reelpress_config::{Assemble, VideoEncoder};

use super::coding::code;
use super::hardware::{black, libav_name};
use super::video::{Purpose, VideoSpec, options};
use super::{EncodeError, FrameSource};
use crate::segment::Segment;
use crate::watch::Unwatched;

/// Frames that an encoder is tried with: more than any reorders.
const TRIED: u64 = 6;

/// Raised when the same spec and frames give other bytes for a reason in this crate.
const CODING: u32 = 1;

/// The encoder that was taken, and why not another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// It works here.
    pub encoder: VideoEncoder,
    /// What it says of itself: `x264 - core 164 r3095 baee400`; empty if it says nothing.
    pub build: String,
    /// Those that were preferred, each with the reason why it was not taken.
    pub refused: Vec<(VideoEncoder, String)>,
}

/// Tries the encoders of the settings in their order, and x264 behind them all, each by coding some frames of the cut's
/// size, twice. Takes some tenths of a second.
///
/// # Errors
/// [`EncodeError`] if not even x264 works.
pub fn choose_encoder(settings: &Assemble) -> Result<Chosen, EncodeError> {
    let mut refused = Vec::new();
    for encoder in &settings.encoder {
        match attempt(&spec(settings, *encoder)) {
            Ok(build) => return Ok(Chosen { encoder: *encoder, build, refused }),
            Err(error) if *encoder == VideoEncoder::X264 => return Err(error),
            Err(error) => {
                let reason = format!("{} ({})", words(&error), needs(*encoder));
                tracing::warn!(encoder = encoder.name(), reason, "configured encoder does not work here");
                refused.push((*encoder, reason));
            }
        }
    }
    let build = attempt(&spec(settings, VideoEncoder::X264))?;
    Ok(Chosen { encoder: VideoEncoder::X264, build, refused })
}

impl Chosen {
    /// How the settings' cuts are coded by this encoder.
    #[must_use]
    pub fn spec(&self, settings: &Assemble) -> VideoSpec {
        spec(settings, self.encoder)
    }

    /// Everything about the encoder that decides over the bytes of a segment: its build, libavcodec's version and every
    /// option. Part of each segment's key.
    #[must_use]
    pub fn identity(&self, spec: &VideoSpec) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let version = ffmpeg_next::codec::version();
        let head = format!("{CODING}\0{version}\0{}\0{}\0{}\0", spec.encoder.name(), self.build, spec.gop());
        hasher.update(head.as_bytes());
        for (key, value) in options(spec, Purpose::Segment) {
            hasher.update(format!("{key}={value}\0").as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.encoder.name())?;
        if !self.build.is_empty() {
            write!(f, " ({})", self.build)?;
        }
        self.refused.iter().try_for_each(|(encoder, reason)| write!(f, "; not {}: {reason}", encoder.name()))
    }
}

fn spec(settings: &Assemble, encoder: VideoEncoder) -> VideoSpec {
    let Assemble { width, height, fps, crf, .. } = *settings;
    VideoSpec { width, height, fps, encoder, preset: settings.preset.clone(), crf }
}

/// Codes the same frames twice and gives the encoder's build.
fn attempt(spec: &VideoSpec) -> Result<String, EncodeError> {
    let once = || -> Result<(Segment, Option<String>), EncodeError> {
        code(spec, TRIED, &mut Black(black(spec)?), &Unwatched)
    };
    let ((first, build), (second, _)) = (once()?, once()?);
    if first != second {
        return Err(EncodeError::Unsteady { name: libav_name(spec.encoder) });
    }
    let build = build.unwrap_or_default();
    Ok(build.split(" - H.264").next().unwrap_or_default().to_owned())
}

/// What an encoder needs: libav's reasons are numbers.
fn needs(encoder: VideoEncoder) -> &'static str {
    match encoder {
        VideoEncoder::X264 => "it needs FFmpeg's libraries with libx264",
        VideoEncoder::Nvenc => "it needs an NVIDIA card with NVENC and the driver's libcuda.so.1",
        VideoEncoder::Qsv => "it needs an Intel card with Quick Sync and the oneVPL or Media SDK runtime",
        VideoEncoder::Vaapi => {
            "it needs a card that encodes H.264, its VA-API driver and access to /dev/dri/renderD128"
        }
        VideoEncoder::V4l2m2m => "it needs a memory-to-memory H.264 encoder under /dev/video*",
        VideoEncoder::VideoToolbox => "it needs macOS",
    }
}

/// The error and what caused it, on one line.
fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

struct Black(frame::Video);

impl FrameSource for Black {
    fn frame(&mut self, _at: u64) -> Result<&mut frame::Video, EncodeError> {
        Ok(&mut self.0)
    }
}

#[cfg(test)]
mod tests;
