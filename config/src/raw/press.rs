//! The sections of which there is one: daemon, line, assemble, screen, review, schedule, deliver, devices.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use super::nearest::nearest;
use super::safety;
use super::table::Table;
use super::value::Value;
use crate::name::Name;
use crate::settings::{
    Account, Assemble, Daemon, Deliver, Devices, LineSettings, Quality, Retries, Review, SafeZone, Schedule, Screen,
    VideoEncoder,
};
use crate::units::show_duration;

/// Slowest last.
const PRESETS: [(&str, &str); 9] = [
    ("ultrafast", "ultrafast"),
    ("superfast", "superfast"),
    ("veryfast", "veryfast"),
    ("faster", "faster"),
    ("fast", "fast"),
    ("medium", "medium"),
    ("slow", "slow"),
    ("slower", "slower"),
    ("veryslow", "veryslow"),
];

const QUALITIES: [(&str, Quality); 3] =
    [("draft", Quality::Draft), ("standard", Quality::Standard), ("high", Quality::High)];

/// Shared with the printing of settings.
pub(crate) const SAFE_ZONES: [(&str, SafeZone); 4] =
    [("all", SafeZone::All), ("tiktok", SafeZone::Tiktok), ("reels", SafeZone::Reels), ("shorts", SafeZone::Shorts)];

/// Edges hold their items in memory.
const DEEPEST: u32 = 1_000_000;

pub(super) fn daemon(table: &mut Table<'_, '_>) -> Daemon {
    let default = Daemon::default();
    Daemon {
        data_dir: table.path("data_dir", &default.data_dir),
        listen: table.value("listen").and_then(|value| value.address()).unwrap_or(default.listen),
        grace: table.duration("grace", default.grace, seconds(0, 3_600)),
        stall_after: table.duration("stall_after", default.stall_after, seconds(1, 86_400)),
        min_free_bytes: table.size("min_free", default.min_free_bytes, 0..=1 << 50),
        keep_history_days: keep_history(table, default.keep_history_days),
        retries: table.section("retries", retries),
    }
}

fn keep_history(table: &mut Table<'_, '_>, default: u32) -> u32 {
    const DAY: u64 = 86_400;
    let Some(value) = table.value("keep_history") else { return default };
    let Some(read) = value.duration(&seconds(DAY, 36_500 * DAY)) else { return default };
    if !read.as_millis().is_multiple_of(u128::from(DAY) * 1_000) {
        value.refuse("be whole days such as \"90d\"", None);
    }
    (read.as_secs() / DAY) as u32
}

fn retries(table: &mut Table<'_, '_>) -> Retries {
    let default = Retries::default();
    let read = Retries {
        attempts: table.count("attempts", default.attempts, 100),
        first: table.duration("first", default.first, Duration::from_millis(1)..=Duration::from_hours(1)),
        max: table.duration("max", default.max, Duration::from_millis(1)..=Duration::from_hours(24)),
        breaker_after: table.count("breaker_after", default.breaker_after, 10_000),
        breaker_pause: table.duration(
            "breaker_pause",
            default.breaker_pause,
            Duration::from_millis(1)..=Duration::from_hours(24),
        ),
    };
    not_above(table, ("first", read.first), ("max", read.max));
    read
}

pub(super) fn line(table: &mut Table<'_, '_>) -> LineSettings {
    let default = LineSettings::default();
    LineSettings {
        script: table.depth("script", default.script, DEEPEST),
        voice: table.depth("voice", default.voice, DEEPEST),
        assemble: table.depth("assemble", default.assemble, DEEPEST),
        screen: table.depth("screen", default.screen, DEEPEST),
        review: table.depth("review", default.review, DEEPEST),
        shelf: table.depth("shelf", default.shelf, DEEPEST),
        deliver: table.depth("deliver", default.deliver, DEEPEST),
        cpu_workers: table.depth("cpu_workers", default.cpu_workers, 1_024),
        script_workers: table.depth("script_workers", default.script_workers, 1_024),
    }
}

pub(super) fn assemble(table: &mut Table<'_, '_>) -> Assemble {
    let default = Assemble::default();
    let quality = table.value("quality").and_then(|value| value.choice(&QUALITIES)).unwrap_or(default.quality);
    let preset = table.value("preset").and_then(|value| value.choice(&PRESETS));
    let safe_zone = table.value("safe_zone").and_then(|value| value.choice(&SAFE_ZONES));
    Assemble {
        width: even(table, "width", default.width),
        height: even(table, "height", default.height),
        fps: table.whole("fps", default.fps, 1..=120),
        quality,
        preset: preset.unwrap_or(quality.preset()).to_owned(),
        crf: table.whole("crf", quality.crf(), 0..=51),
        encoder: table.value("encoder").and_then(|value| video_encoders(&value)).unwrap_or(default.encoder),
        segment_store_max: table.size("segment_store_max", default.segment_store_max, 0..=1 << 50),
        audio_bitrate: table.whole("audio_bitrate", default.audio_bitrate, 32_000..=512_000),
        loudness_lufs: table.number("loudness_lufs", default.loudness_lufs, -40.0..=-5.0),
        true_peak_dbtp: table.number("true_peak_dbtp", default.true_peak_dbtp, -20.0..=0.0),
        music_db: table.value("music_db").map_or(default.music_db, |value| music(&value)),
        duck_db: table.number("duck_db", default.duck_db, 0.0..=60.0),
        templates: table.optional_path("templates"),
        safe_zone: safe_zone.unwrap_or(default.safe_zone),
    }
}

/// One name, or a list of them in the order in which they are tried.
fn video_encoders(value: &Value<'_, '_>) -> Option<Vec<VideoEncoder>> {
    let names = VideoEncoder::ALL.map(|encoder| (encoder.name(), encoder));
    if value.inner.is_str() {
        return value.choice(&names).map(|encoder| vec![encoder]);
    }
    let items = value.list()?;
    if items.is_empty() {
        value.report(format!("`{}` must not be empty", value.path), Some("such as [\"h264_nvenc\", \"x264\"]"));
        return None;
    }
    let mut read = Vec::new();
    for item in &items {
        let encoder = item.choice(&names)?;
        if read.contains(&encoder) {
            item.report(format!("`{}` is `{}`, which is there already", item.path, encoder.name()), None);
            return None;
        }
        read.push(encoder);
    }
    Some(read)
}

/// Pictures are stored with half as much colour in both directions, so odd sizes have no whole number of it.
fn even(table: &mut Table<'_, '_>, key: &'static str, default: u32) -> u32 {
    let Some(value) = table.value(key) else { return default };
    let Some(read) = value.whole(&(64..=4_320)) else { return default };
    if !read.is_multiple_of(2) {
        value.refuse("be even", None);
    }
    read
}

/// A level, or `"off"`.
fn music(value: &Value<'_, '_>) -> Option<f64> {
    if matches!(value.inner, toml::de::DeValue::String(text) if text == "off") {
        return None;
    }
    if value.inner.is_str() {
        value.refuse("be a number from -60 to 0 or \"off\"", None);
        return None;
    }
    value.number(&(-60.0..=0.0))
}

pub(super) fn screen(table: &mut Table<'_, '_>, library: Option<&Path>) -> Screen {
    let default = Screen::default();
    let range = Duration::from_millis(100)..=Duration::from_hours(1);
    let read = Screen {
        policy: table.optional_path("policy"),
        min_duration: table.duration("min_duration", default.min_duration, range.clone()),
        max_duration: table.duration("max_duration", default.max_duration, range),
        safety: table.section("safety", |table| safety::safety(table, library)),
    };
    not_above(table, ("min_duration", read.min_duration), ("max_duration", read.max_duration));
    read
}

pub(super) fn review(table: &mut Table<'_, '_>) -> Review {
    let default = Review::default();
    Review {
        auto_approve: table.boolean("auto_approve", default.auto_approve),
        sample_percent: table.whole("sample_percent", default.sample_percent, 0..=100),
    }
}

pub(super) fn schedule(table: &mut Table<'_, '_>) -> Schedule {
    let default = Schedule::default();
    let read = Schedule {
        horizon: table.duration("horizon", default.horizon, seconds(60, 31 * 86_400)),
        lead: table.duration("lead", default.lead, seconds(0, 7 * 86_400)),
        promises_per_minute: table.count("promises_per_minute", default.promises_per_minute, 1_000_000),
    };
    not_above(table, ("lead", read.lead), ("horizon", read.horizon));
    read
}

pub(super) fn deliver(table: &mut Table<'_, '_>) -> Deliver {
    let default = Deliver::default();
    Deliver {
        outbox: table.path("outbox", &default.outbox),
        ahead: table.duration("ahead", default.ahead, seconds(0, 31 * 86_400)),
    }
}

pub(super) fn devices(table: &mut Table<'_, '_>, accounts: &BTreeMap<Name, Account>) -> Devices {
    let default = Devices::default();
    Devices {
        enabled: table.boolean("enabled", default.enabled),
        adb: table.value("adb").and_then(|value| value.address()).unwrap_or(default.adb),
        folder: table.value("folder").and_then(|value| phone_folder(&value)).unwrap_or(default.folder),
        lease: table.duration("lease", default.lease, seconds(1, 86_400)),
        timeout: table.duration("timeout", default.timeout, seconds(1, 3_600)),
        pushes_per_hour: table.count("pushes_per_hour", default.pushes_per_hour, 10_000),
        serials: serials(table, accounts),
    }
}

/// It becomes a word of a command on the phone.
fn phone_folder(value: &Value<'_, '_>) -> Option<String> {
    const MUST: &str = "be an absolute folder on the phone of letters, digits, `/`, `.`, `_` and `-`";
    let text = value.string(MUST)?;
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    let trimmed = text.trim_end_matches('/');
    if !plain || !trimmed.starts_with('/') || trimmed.split('/').any(|part| part == "..") {
        value.refuse(MUST, Some("such as \"/sdcard/Movies/reelpress\""));
        return None;
    }
    Some(trimmed.to_owned())
}

fn serials(table: &mut Table<'_, '_>, accounts: &BTreeMap<Name, Account>) -> BTreeMap<Name, Vec<String>> {
    let mut serials = BTreeMap::new();
    for (name, value) in table.named_values("serials") {
        if let Some(name) = name.as_ref().filter(|name| !accounts.contains_key(*name)) {
            let known: Vec<&str> = accounts.keys().map(Name::as_str).collect();
            let hint = match nearest(name.as_str(), known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            value
                .report_absent(format!("`{}` is for an account, and there is no [accounts.{name}]", value.path), &hint);
        }
        let Some(items) = value.list() else { continue };
        if items.is_empty() {
            value.report(format!("`{}` must not be empty", value.path), Some("without an entry any phone is used"));
        }
        let read = items.iter().filter_map(serial).collect();
        if let Some(name) = name {
            serials.insert(name, read);
        }
    }
    serials
}

/// As `adb devices` shows it: a serial number or an address.
fn serial(value: &Value<'_, '_>) -> Option<String> {
    let text = value.word()?;
    if text.len() > 128 || !text.bytes().all(|b| b.is_ascii_graphic()) {
        value.refuse("be a phone's serial number", Some("`adb devices` lists them"));
        return None;
    }
    Some(text)
}

fn not_above(table: &mut Table<'_, '_>, low: (&'static str, Duration), high: (&'static str, Duration)) {
    if low.1 > high.1 {
        let name = table.name();
        let message = format!(
            "`{name}.{}` must be at most `{name}.{}` = {}, not {}",
            low.0,
            high.0,
            show_duration(high.1),
            show_duration(low.1)
        );
        table.report_at(low.0, message, None);
    }
}

fn seconds(from: u64, to: u64) -> RangeInclusive<Duration> {
    Duration::from_secs(from)..=Duration::from_secs(to)
}
