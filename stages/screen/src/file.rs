//! The rules for the file itself.

use reelpress_config::Settings;
use reelpress_quality::PlatformSpecs;
use reelpress_vocabulary::{Cut, Finding, Severity};

use crate::credentials;
use crate::inspect::FileFacts;
use crate::made;

/// How far the file's length may be from what was assembled, in milliseconds: a frame and an audio packet.
const DURATION_TOLERANCE_MS: u64 = 100;

/// How far the loudness may be from its target, in LU.
const LOUDNESS_TOLERANCE_LU: f64 = 1.0;

/// How far the true peak may be above its limit, in dB: what the encoder adds.
const PEAK_TOLERANCE_DB: f64 = 0.5;

/// Longest black or frozen stretch, in milliseconds.
const STILL_MAX_MS: u64 = 1_000;

/// Everything in which the file is not what was ordered. Each finding blocks, but for a frozen picture: that may be
/// meant, so a person looks.
pub(crate) fn findings(settings: &Settings, cut: &Cut, facts: &FileFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |is_fine: bool, rule: &str, message: String| {
        if !is_fine {
            findings.push(block(rule, message));
        }
    };
    let wanted = &settings.assemble;
    add(
        (facts.width, facts.height) == (wanted.width, wanted.height),
        "file.resolution",
        format!("picture is {}x{}, not {}x{}", facts.width, facts.height, wanted.width, wanted.height),
    );
    add(
        (facts.fps - f64::from(wanted.fps)).abs() <= 0.01,
        "file.fps",
        format!("file has {:.3} frames a second, not {}", facts.fps, wanted.fps),
    );
    add(
        facts.video_codec.eq_ignore_ascii_case("h264"),
        "file.video-codec",
        format!("picture is coded as `{}`, not `h264`", facts.video_codec),
    );
    add(
        profile_is_fine(&facts.profile, &wanted.preset),
        "file.profile",
        format!("profile is `{}`, not `High`", facts.profile),
    );
    add(
        facts.audio_codec.eq_ignore_ascii_case("aac"),
        "file.audio-codec",
        format!("sound is coded as `{}`, not `aac`", facts.audio_codec),
    );
    add(facts.moov_first, "file.moov", "index is behind the media, so nothing plays before all is loaded".to_owned());
    add(facts.bt709, "file.colour", "file does not say that its colours are BT.709".to_owned());
    lengths(settings, cut, facts, &mut add);
    sound(settings, facts, &mut add);
    match &facts.quality {
        // It tells each such stretch with its times.
        Some(report) => findings.extend(made::findings(&settings.screen.quality, report)),
        None => stretches(facts, &mut findings),
    }
    if let Some(spec) = &facts.spec {
        findings.extend(made::platforms(&PlatformSpecs::built_in(), spec));
    }
    findings.extend(credentials::findings(settings, cut, &facts.credentials));
    findings
}

fn stretches(facts: &FileFacts, findings: &mut Vec<Finding>) {
    if facts.longest_black_ms > STILL_MAX_MS {
        let message = format!("picture is black for {} ms, more than {STILL_MAX_MS} ms", facts.longest_black_ms);
        findings.push(block("file.black", message));
    }
    if facts.longest_freeze_ms > STILL_MAX_MS {
        let message = format!("picture stands still for {} ms, more than {STILL_MAX_MS} ms", facts.longest_freeze_ms);
        findings.push(Finding { severity: Severity::Hold, ..block("file.frozen", message) });
    }
}

/// A finding that blocks.
pub(crate) fn block(rule: &str, message: String) -> Finding {
    Finding { rule: rule.to_owned(), severity: Severity::Block, message, ..Finding::default() }
}

/// x264's fastest preset leaves out what makes High High and gives Main at best; Constrained Baseline is refused even
/// then, because old hardware is not what we encode for.
fn profile_is_fine(profile: &str, preset: &str) -> bool {
    profile == "High" || (profile == "Main" && preset == "ultrafast")
}

fn lengths(settings: &Settings, cut: &Cut, facts: &FileFacts, add: &mut impl FnMut(bool, &str, String)) {
    let ms = facts.duration_ms;
    let (least, most) = (settings.screen.min_duration.as_millis(), settings.screen.max_duration.as_millis());
    add(
        (least..=most).contains(&u128::from(ms)),
        "file.length",
        format!("file is {ms} ms long, not {least} to {most} ms"),
    );
    add(
        ms.abs_diff(cut.duration_ms) <= DURATION_TOLERANCE_MS,
        "file.duration",
        format!("file is {ms} ms long, but {} ms were assembled", cut.duration_ms),
    );
}

/// Written so that a measure that is not a number breaks the rule.
fn sound(settings: &Settings, facts: &FileFacts, add: &mut impl FnMut(bool, &str, String)) {
    let (target, limit) = (settings.assemble.loudness_lufs, settings.assemble.true_peak_dbtp);
    add(
        facts.loudness_lufs.is_some_and(|loudness| (loudness - target).abs() <= LOUDNESS_TOLERANCE_LU),
        "file.loudness",
        format!("loudness is {} LUFS, not {target} ± {LOUDNESS_TOLERANCE_LU} LUFS", measure(facts.loudness_lufs)),
    );
    add(
        facts.true_peak_dbtp.is_some_and(|peak| peak <= limit + PEAK_TOLERANCE_DB),
        "file.true-peak",
        format!("true peak is {} dBTP, more than {limit} + {PEAK_TOLERANCE_DB} dBTP", measure(facts.true_peak_dbtp)),
    );
}

fn measure(value: Option<f64>) -> String {
    value.map_or_else(|| "not measurable in".to_owned(), |value| format!("{value:.1}"))
}
