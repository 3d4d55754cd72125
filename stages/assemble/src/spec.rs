//! What a finished cut must be, held against what a probe found.

use crate::probe::{Colour, MediaReport};

/// Bounds of a good cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MediaSpec {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Length of picture and sound in milliseconds, each within 100.
    pub duration_ms: u64,
    /// Integrated loudness in LUFS, within 1 LU.
    pub loudness_lufs: f64,
}

/// One way in which a file is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecFault {
    /// A fixed word such as `file.resolution`.
    pub rule: &'static str,
    /// Value and limit, as a lower-case fragment.
    pub message: String,
}

const HIGH: u8 = 100;
const AAC_LC: u8 = 2;
const DURATION_TOLERANCE_MS: u64 = 100;
const LOUDNESS_TOLERANCE_LU: f64 = 1.0;
/// AAC lets peaks grow a little over those of the mix; above full scale they clip.
const HIGHEST_PEAK_DBTP: f64 = 0.0;
const LONGEST_GOP_MS: u64 = 2_000;
const LONGEST_STRETCH_MS: u64 = 1_000;

impl MediaSpec {
    /// Every fault of a file, in a fixed order; what needs decoding is checked only if the report has it.
    #[must_use]
    pub fn faults(&self, report: &MediaReport) -> Vec<SpecFault> {
        let mut faults = Faults(Vec::new());
        faults.unless(report.container.moov_before_mdat, "file.faststart", || {
            "the moov box comes after the media".into()
        });
        self.check_video(report, &mut faults);
        self.check_audio(report, &mut faults);
        self.check_decoded(report, &mut faults);
        faults.0
    }

    fn check_video(&self, report: &MediaReport, faults: &mut Faults) {
        let Some(video) = &report.video else {
            return faults.unless(false, "file.video", || "there is no video track".into());
        };
        faults.unless(video.codec == "avc1" && video.profile == Some(HIGH), "file.video-codec", || {
            format!("the video is `{}` of profile {:?}, not H.264 High", video.codec, video.profile)
        });
        faults.unless((video.width, video.height) == (self.width, self.height), "file.resolution", || {
            format!("the picture is {}x{}, not {}x{}", video.width, video.height, self.width, self.height)
        });
        let steady = video.constant_fps.is_some_and(|fps| (fps - f64::from(self.fps)).abs() < 0.001);
        faults.unless(steady, "file.frame-rate", || match video.constant_fps {
            Some(fps) => format!("it has {fps:.3} frames a second, not {}", self.fps),
            None => format!("its frames do not last equally long, not {} a second", self.fps),
        });
        self.check_duration("picture", video.duration_ms, faults);
        faults.unless(video.colour == Some(Colour::BT709), "file.colour", || {
            format!("the container's colour is {:?}, not BT.709 in limited range", video.colour)
        });
    }

    fn check_audio(&self, report: &MediaReport, faults: &mut Faults) {
        let Some(audio) = &report.audio else {
            return faults.unless(false, "file.audio", || "there is no audio track".into());
        };
        faults.unless(audio.codec == "mp4a" && audio.object_type == Some(AAC_LC), "file.audio-codec", || {
            format!("the sound is `{}` of type {:?}, not AAC-LC", audio.codec, audio.object_type)
        });
        faults.unless((audio.sample_rate, audio.channels) == (48_000, 2), "file.audio-format", || {
            format!("the sound has {} channels at {} Hz, not 2 at 48000 Hz", audio.channels, audio.sample_rate)
        });
        self.check_duration("sound", audio.duration_ms, faults);
    }

    fn check_duration(&self, what: &str, found_ms: u64, faults: &mut Faults) {
        let wanted = self.duration_ms;
        faults.unless(found_ms.abs_diff(wanted) <= DURATION_TOLERANCE_MS, "file.duration", || {
            format!("the {what} lasts {found_ms} ms, not {wanted} ms within {DURATION_TOLERANCE_MS}")
        });
    }

    fn check_decoded(&self, report: &MediaReport, faults: &mut Faults) {
        let Some(decoded) = &report.decoded else { return };
        faults.unless(decoded.errors == 0, "file.decode", || format!("{} decode errors, not 0", decoded.errors));
        let steps = decoded.gaps + decoded.backward_steps;
        faults.unless(steps == 0, "file.timestamps", || format!("{steps} gaps or backward steps in time, not 0"));
        faults.unless(decoded.colour == Some(Colour::BT709), "file.colour", || {
            format!("the stream's colour is {:?}, not BT.709 in limited range", decoded.colour)
        });
        for (rule, what, found, limit) in [
            ("file.keyframes", "key frames lie up to", decoded.longest_gop_ms, LONGEST_GOP_MS),
            ("file.black", "it is black for", decoded.longest_black_ms, LONGEST_STRETCH_MS),
            ("file.frozen", "nothing moves for", decoded.longest_frozen_ms, LONGEST_STRETCH_MS),
        ] {
            faults.unless(found <= limit, rule, || format!("{what} {found} ms, more than {limit}"));
        }
        let (wanted, loudness) = (self.loudness_lufs, decoded.loudness_lufs);
        let fits = loudness.is_some_and(|found| (found - wanted).abs() <= LOUDNESS_TOLERANCE_LU);
        faults.unless(fits, "file.loudness", || match loudness {
            Some(found) => format!("it is at {found:.1} LUFS, not {wanted:.1} within {LOUDNESS_TOLERANCE_LU:.1}"),
            None => "its loudness cannot be measured (silence?)".to_owned(),
        });
        let peak = decoded.true_peak_dbtp.unwrap_or(f64::NEG_INFINITY);
        faults.unless(peak <= HIGHEST_PEAK_DBTP, "file.true-peak", || {
            format!("its true peak is {peak:.1} dBTP, more than {HIGHEST_PEAK_DBTP:.1}")
        });
    }
}

struct Faults(Vec<SpecFault>);

impl Faults {
    fn unless(&mut self, holds: bool, rule: &'static str, message: impl FnOnce() -> String) {
        if !holds {
            self.0.push(SpecFault { rule, message: message() });
        }
    }
}

#[cfg(test)]
mod tests;
