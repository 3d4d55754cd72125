//! Connects screening with the one part that can read a video back.

use std::path::Path;

use reelpress_assemble::{Colour, Depth, MediaReport, ProbeError, probe};
use reelpress_screen::{FileFacts, Inspect, InspectError};

/// Reads the whole file back: takes the container apart, decodes it, measures it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadBack;

impl Inspect for ReadBack {
    fn inspect(&self, file: &Path) -> Result<FileFacts, InspectError> {
        let report = probe(file, Depth::Full).map_err(|error| match error {
            ProbeError::Read { source, .. } => InspectError::Io(source),
            error @ (ProbeError::NotMp4 { .. }
            | ProbeError::Damaged { .. }
            | ProbeError::TooLarge { .. }
            | ProbeError::Decode { .. }) => unreadable(&error.to_string()),
        })?;
        facts(&report)
    }
}

fn facts(report: &MediaReport) -> Result<FileFacts, InspectError> {
    let video = report.video.as_ref().ok_or_else(|| unreadable("it has no picture"))?;
    let decoded = report.decoded.as_ref().ok_or_else(|| unreadable("it was not decoded"))?;
    if decoded.errors > 0 {
        return Err(unreadable(&format!("{} packets cannot be decoded", decoded.errors)));
    }
    if decoded.gaps + decoded.backward_steps > 0 {
        let (gaps, backward) = (decoded.gaps, decoded.backward_steps);
        return Err(unreadable(&format!("its times have {gaps} gaps and {backward} steps backward")));
    }
    Ok(FileFacts {
        width: video.width,
        height: video.height,
        fps: video.constant_fps.unwrap_or(0.0),
        video_codec: if matches!(video.codec.as_str(), "avc1" | "avc3") {
            "h264".to_owned()
        } else {
            video.codec.clone()
        },
        profile: profile_name(video.profile),
        audio_codec: report.audio.as_ref().map(audio_name).unwrap_or_default(),
        duration_ms: report.container.duration_ms,
        moov_first: report.container.moov_before_mdat,
        loudness_lufs: decoded.loudness_lufs,
        true_peak_dbtp: decoded.true_peak_dbtp,
        longest_black_ms: decoded.longest_black_ms,
        longest_freeze_ms: decoded.longest_frozen_ms,
        bt709: video.colour == Some(Colour::BT709) && decoded.colour == Some(Colour::BT709),
    })
}

/// Names of H.264's `profile_idc` (ITU-T H.264, annex A).
fn profile_name(number: Option<u8>) -> String {
    match number {
        Some(66) => "Baseline".to_owned(),
        Some(77) => "Main".to_owned(),
        Some(100) => "High".to_owned(),
        Some(other) => format!("profile {other}"),
        None => String::new(),
    }
}

/// AAC-LC is audio object type 2 (ISO/IEC 14496-3).
fn audio_name(audio: &reelpress_assemble::AudioReport) -> String {
    if audio.object_type == Some(2) { "aac".to_owned() } else { audio.codec.clone() }
}

fn unreadable(message: &str) -> InspectError {
    InspectError::Unreadable { message: message.to_owned() }
}
