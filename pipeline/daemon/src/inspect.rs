//! Connects screening with the one part that can read a video back, and both with the ones that judge how it is made and
//! take its prints: the file is decoded once.

use std::path::Path;

use reelpress_assemble::{Colour, MediaReport, Observer, ProbeError, YuvFrame, probe_with};
use reelpress_quality::{Analyser, FileSpec, Frame, Order, Sound};
use reelpress_screen::{FileFacts, Inspect, InspectError, PrintOrder};

use crate::prints::CutPrinter;
use reelpress_safety::Sampler;

/// Reads the whole file back: takes the container apart, decodes it, measures it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadBack;

impl Inspect for ReadBack {
    fn inspect(&self, file: &Path, order: Order, prints: Option<PrintOrder>) -> Result<FileFacts, InspectError> {
        let mut looker =
            Looker { analyser: Analyser::new(order), printer: prints.map(CutPrinter::new), sampler: Sampler::new() };
        let report = probe_with(file, &mut looker).map_err(|error| match error {
            ProbeError::Read { source, .. } => InspectError::Io(source),
            error @ (ProbeError::NotMp4 { .. }
            | ProbeError::Damaged { .. }
            | ProbeError::TooLarge { .. }
            | ProbeError::Decode { .. }) => unreadable(&error.to_string()),
        })?;
        let facts = facts(&report)?;
        let prints = looker.printer.and_then(CutPrinter::finish);
        let (quality, snapshots) = (Some(looker.analyser.finish()), Some(looker.sampler.finish()));
        let (spec, credentials) = (spec(&report, &facts), crate::seal::credentials(file));
        Ok(FileFacts { quality, snapshots, prints, spec, credentials, ..facts })
    }
}

/// Hands on what is decoded.
struct Looker {
    analyser: Analyser,
    printer: Option<CutPrinter>,
    sampler: Sampler,
}

impl Observer for Looker {
    fn picture(&mut self, picture: &YuvFrame<'_>) {
        let YuvFrame { luma, u, v, chroma_stride, end_ms } = *picture;
        if let Some(printer) = &mut self.printer {
            printer.picture(&luma);
        }
        let frame = Frame {
            width: luma.width,
            height: luma.height,
            y: luma.luma,
            y_stride: luma.stride,
            u,
            v,
            chroma_stride,
            time_ms: luma.time_ms,
            end_ms,
        };
        self.sampler.picture(&frame);
        self.analyser.picture(&frame);
    }

    fn sound(&mut self, rate: u32, left: &[f32], right: &[f32]) {
        if let Some(printer) = &mut self.printer {
            printer.sound(rate, left, right);
        }
        self.analyser.sound(&Sound { rate, left, right });
    }
}

/// What platforms ask about.
fn spec(report: &MediaReport, facts: &FileFacts) -> Option<FileSpec> {
    Some(FileSpec {
        // Nothing else passes the probe.
        container: "mp4".to_owned(),
        video_codec: facts.video_codec.clone(),
        profile: facts.profile.clone(),
        pixel_format: report.decoded.as_ref()?.pixel_format.clone(),
        width: facts.width,
        height: facts.height,
        fps: facts.fps,
        duration_ms: facts.duration_ms,
        bytes: report.bytes,
        faststart: facts.moov_first,
        audio_codec: facts.audio_codec.clone(),
        audio_rate: report.audio.as_ref().map_or(0, |audio| audio.sample_rate),
        audio_channels: report.audio.as_ref().map_or(0, |audio| u32::from(audio.channels)),
    })
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
        quality: None,
        spec: None,
        prints: None,
        credentials: reelpress_screen::Credentials::NotLookedAt,
        snapshots: None,
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
