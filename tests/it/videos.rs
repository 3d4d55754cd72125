//! Videos as the real program makes them, read back: by our own probe, and by Debian's `ffprobe` as a second opinion.

use std::path::{Path, PathBuf};
use std::process::Command;

use reelpress_assemble::{Colour, Depth, LumaFrame, MediaReport, TAIL_MS, luma_frames, probe};
use reelpress_tests::press::Press;
use reelpress_tests::script::SHORT_SCRIPT;
use reelpress_vocabulary::Screened;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");

/// What a video is held against.
struct Expected {
    width: u32,
    height: u32,
    fps: u32,
}

const FULL: Expected = Expected { width: 1080, height: 1920, fps: 30 };
const SMALL: Expected = Expected { width: 270, height: 480, fps: 30 };
const SMALL_CONFIG: &str = "[assemble]\nwidth = 270\nheight = 480\nfps = 30\npreset = \"veryfast\"\n";
const TINY_CONFIG: &str = "[assemble]\nwidth = 90\nheight = 160\nfps = 10\npreset = \"ultrafast\"\n";

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Runs `make`; gives its report and its log.
#[track_caller]
fn make(press: &Press, arguments: &[&str]) -> (Value, String) {
    let arguments = [&["make", "--json", "--out", "made"], arguments].concat();
    let output = press.run(&arguments);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?} ended with {}:\n{log}", output.status);
    (serde_json::from_slice(&output.stdout).expect("--json prints JSON"), log)
}

/// One video of a report, with what was kept beside it.
struct Made {
    video: PathBuf,
    poster: PathBuf,
    details: Screened,
}

#[track_caller]
fn videos(press: &Press, report: &Value) -> Vec<Made> {
    let path = |video: &Value, field: &str| press.path(video[field].as_str().expect("a path"));
    let videos = report["videos"].as_array().expect("a list");
    let made = videos.iter().map(|video| Made {
        video: path(video, "video"),
        poster: path(video, "poster"),
        details: serde_json::from_slice(&std::fs::read(path(video, "details")).unwrap()).unwrap(),
    });
    made.collect()
}

/// All that must hold for any video.
#[track_caller]
fn check(made: &Made, expected: &Expected) {
    let report = probe(&made.video, Depth::Full).unwrap();
    check_headers(&report, expected);
    check_decoded(&report);
    let voice = &made.details.assembled.voiced.voice;
    let spoken_ms = voice.duration_ms();
    // Each beat begins on a frame, so each may add the better part of one.
    let rounding_ms = voice.beats.len() as u64 * 1_000 / u64::from(expected.fps);
    for (name, length) in [
        ("container", report.container.duration_ms),
        ("picture", report.video.as_ref().unwrap().duration_ms),
        ("sound", report.audio.as_ref().unwrap().duration_ms),
        ("what the cut says", made.details.assembled.cut.duration_ms),
    ] {
        assert!(
            length.abs_diff(spoken_ms + TAIL_MS) <= rounding_ms,
            "{name}: {length} ms for {spoken_ms} ms of speech"
        );
    }
    check_second_opinion(&made.video, expected, report.container.duration_ms as f64 / 1_000.0);
    let poster = image::open(&made.poster).unwrap();
    assert_eq!((poster.width(), poster.height()), (expected.width, expected.height), "poster");
    assert_eq!(std::fs::read(&made.poster).unwrap()[..8], *b"\x89PNG\r\n\x1a\n");
    let hash = blake3::hash(&std::fs::read(&made.video).unwrap()).to_hex().to_string();
    assert_eq!(hash, made.details.assembled.cut.hash, "the file is the one that was screened");
}

#[track_caller]
fn check_headers(report: &MediaReport, expected: &Expected) {
    let video = report.video.as_ref().unwrap();
    assert_eq!((video.width, video.height), (expected.width, expected.height));
    assert_eq!(video.constant_fps, Some(f64::from(expected.fps)));
    assert_eq!((video.codec.as_str(), video.profile), ("avc1", Some(100)), "H.264 High");
    assert_eq!(video.colour, Some(Colour::BT709), "tags of the container");
    let audio = report.audio.as_ref().unwrap();
    assert_eq!((audio.codec.as_str(), audio.object_type), ("mp4a", Some(2)), "AAC-LC");
    assert!(report.container.moov_before_mdat);
}

#[track_caller]
fn check_decoded(report: &MediaReport) {
    let decoded = report.decoded.as_ref().unwrap();
    assert_eq!((decoded.errors, decoded.gaps, decoded.backward_steps), (0, 0, 0));
    assert_eq!(decoded.pixel_format, "yuv420p");
    assert_eq!(decoded.colour, Some(Colour::BT709), "tags of the stream");
    assert!(decoded.longest_black_ms <= 1_000, "black for {} ms", decoded.longest_black_ms);
    assert!(decoded.longest_frozen_ms <= 1_000, "frozen for {} ms", decoded.longest_frozen_ms);
    let loudness = decoded.loudness_lufs.unwrap();
    assert!((-15.0..=-13.0).contains(&loudness), "{loudness} LUFS");
}

/// What ffprobe says of the same file.
#[track_caller]
fn check_second_opinion(video: &Path, expected: &Expected, seconds: f64) {
    let arguments = ["-v", "error", "-of", "json", "-show_format", "-show_streams"];
    let output = Command::new("ffprobe").args(arguments).arg(video).output();
    let output = output.expect("`ffprobe` is installed by ./setup (apt-get install ffmpeg)");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stream = |kind: &str| {
        let streams = answer["streams"].as_array().unwrap();
        streams.iter().find(|stream| stream["codec_type"] == kind).unwrap()
    };
    let (picture, sound) = (stream("video"), stream("audio"));
    for (field, value) in [
        ("codec_name", Value::from("h264")),
        ("profile", Value::from("High")),
        ("pix_fmt", Value::from("yuv420p")),
        ("width", Value::from(expected.width)),
        ("height", Value::from(expected.height)),
        ("r_frame_rate", Value::from(format!("{}/1", expected.fps))),
        ("avg_frame_rate", Value::from(format!("{}/1", expected.fps))),
        ("color_space", Value::from("bt709")),
        ("color_transfer", Value::from("bt709")),
        ("color_primaries", Value::from("bt709")),
        ("color_range", Value::from("tv")),
    ] {
        assert_eq!(picture[field], value, "ffprobe: {field}");
    }
    assert_eq!((&sound["codec_name"], &sound["profile"]), (&Value::from("aac"), &Value::from("LC")));
    let length: f64 = answer["format"]["duration"].as_str().unwrap().parse().unwrap();
    assert!((length - seconds).abs() <= 0.01, "ffprobe: {length} s, not {seconds} s");
}

/// A pixel whose brightness moves this much from one frame to the next has changed: more than slow motion and the
/// encoder move it, less than a letter's edge against what is behind it.
const CHANGED_BY: u8 = 24;
/// Rows of the captions, as shares of the height: all built-in looks have them within these.
const CAPTION_ROWS: (f64, f64) = (0.56, 0.76);
/// Where a word begins, at least this share of the captions' pixels changes within two frames.
const CHANGED_SHARE: f64 = 0.000_5;
/// And it changes this much more than between words.
const MORE_THAN_QUIET: f64 = 4.0;
/// Frames after a word's first one in which it may still settle.
const SETTLING_FRAMES: usize = 5;

/// Pixels change in the captions' area when a word begins, and hardly in between.
#[track_caller]
fn check_captions(made: &Made, expected: &Expected) {
    let frame_ms = 1_000.0 / f64::from(expected.fps);
    let changes = caption_changes(&made.video);
    let scenes = made.details.assembled.cut.scenes.iter().zip(&made.details.assembled.voiced.voice.beats);
    // Words are timed from the start of their beat.
    let words = scenes.flat_map(|(scene, beat)| beat.words.iter().map(|word| (scene.start_ms + word.start_ms, word)));
    // A word that begins with the video is there from frame 0: no frame before it to hold against.
    let (starts_ms, words): (Vec<u64>, Vec<_>) = words.filter(|(start_ms, _)| *start_ms as f64 > frame_ms).unzip();
    let starts: Vec<usize> = starts_ms.iter().map(|start_ms| (*start_ms as f64 / frame_ms).round() as usize).collect();
    // A frame more or less: words are counted from their scene's first frame, not from the video's.
    let near = |at: usize| changes[at - 1..(at + 2).min(changes.len())].iter().copied().fold(0.0, f64::max);
    let at_words: Vec<f64> = starts.iter().map(|at| near(*at)).collect();
    for ((word, start_ms), change) in words.iter().zip(&starts_ms).zip(&at_words) {
        assert!(*change >= CHANGED_SHARE, "`{}` at {start_ms} ms: only {change} changes", word.text);
    }
    let is_quiet = |at: usize| starts.iter().all(|start| at + 1 < *start || at > start + SETTLING_FRAMES);
    let quiet = (1..changes.len()).filter(|at| is_quiet(*at)).map(|at| changes[at]).collect::<Vec<_>>();
    assert!(quiet.len() > 10, "there are frames between the words");
    let (at_words, quiet) = (median(at_words), median(quiet));
    assert!(at_words >= quiet * MORE_THAN_QUIET, "{at_words} of the pixels change at words, {quiet} between them");
}

/// For each frame, the share of pixels in the captions' rows that changed since the frame before.
fn caption_changes(video: &Path) -> Vec<f64> {
    let (mut before, mut changes): (Vec<u8>, Vec<f64>) = (Vec::new(), Vec::new());
    luma_frames(video, &mut |frame| {
        let now = caption_pixels(frame);
        let changed = before.iter().zip(&now).filter(|(one, two)| one.abs_diff(**two) > CHANGED_BY).count();
        changes.push(changed as f64 / now.len() as f64);
        before = now;
    })
    .unwrap();
    changes
}

fn caption_pixels(frame: &LumaFrame<'_>) -> Vec<u8> {
    let row = |share: f64| (frame.height as f64 * share) as usize;
    let rows = row(CAPTION_ROWS.0)..row(CAPTION_ROWS.1);
    rows.flat_map(|y| &frame.luma[y * frame.stride..y * frame.stride + frame.width]).copied().collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn a_video_of_the_real_size_reads_back_as_ordered() {
    let press = Press::new(PROGRAM, "[assemble]\npreset = \"veryfast\"\n");
    press.write("script.toml", SHORT_SCRIPT);
    let (report, _) = make(&press, &["--script", "script.toml"]);
    let [made] = &videos(&press, &report)[..] else { panic!("one script, one video: {report}") };
    check(made, &FULL);
    check_captions(made, &FULL);
}

/// How captions show which word is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// It looks otherwise from its first frame on.
    Flash,
    /// It fills from left to right, so that no frame stands out; the compositor's own tests hold that to the frame.
    Fill,
}

/// A demo topic in one look, at a quarter of the size.
#[track_caller]
fn check_look(template: &str, captions: Words) {
    let feed = repository("config/demo/feed.xml");
    let press = Press::new(PROGRAM, SMALL_CONFIG);
    let (report, _) = make(&press, &["--feed", feed.to_str().unwrap(), "--template", template]);
    let [made] = &videos(&press, &report)[..] else { panic!("one topic, one video: {report}") };
    check(made, &SMALL);
    if captions == Words::Flash {
        check_captions(made, &SMALL);
    }
    assert_eq!(made.details.assembled.cut.provenance.template.as_str(), template);
}

#[test]
fn the_explainer_look_keeps_the_same_promises() {
    check_look("explainer", Words::Flash);
}

#[test]
fn the_news_brief_look_keeps_the_same_promises() {
    check_look("news-brief", Words::Flash);
}

#[test]
fn the_top_list_look_keeps_the_same_promises() {
    check_look("top-list", Words::Flash);
}

#[test]
fn the_calm_story_look_keeps_the_same_promises() {
    check_look("calm-story", Words::Fill);
}

#[test]
fn what_was_made_once_is_not_made_again() {
    let press = Press::new(PROGRAM, TINY_CONFIG);
    press.write("script.toml", SHORT_SCRIPT);
    let [first, second] = [(); 2].map(|()| {
        let (report, log) = make(&press, &["--script", "script.toml"]);
        let made = videos(&press, &report).pop().unwrap();
        (std::fs::read(made.video).unwrap(), std::fs::read(made.poster).unwrap(), log)
    });
    assert_eq!((first.0 == second.0, first.1 == second.1), (true, true), "the same bytes");
    let computed = |log: &str, stage: &str| {
        log.lines().filter(|line| line.contains("computing") && line.contains(&format!("stage={stage} "))).count()
    };
    for stage in ["voice", "assemble"] {
        assert_eq!((computed(&first.2, stage), computed(&second.2, stage)), (1, 0), "{stage}:\n{}", second.2);
    }
}

#[test]
fn the_example_script_makes_a_video_that_nobody_has_to_look_at_first() {
    let press = Press::new(PROGRAM, TINY_CONFIG);
    let example = repository("config/demo/script.toml");
    let (report, _) = make(&press, &["--script", example.to_str().unwrap()]);
    let [made] = &videos(&press, &report)[..] else { panic!("one script, one video: {report}") };
    assert_eq!(report["videos"][0]["decision"], "pass", "{report}");
    let script = made.details.assembled.voiced.scripted.script.draft();
    assert_eq!(script.sources.len(), 2);
    let seconds = made.details.assembled.cut.duration_ms / 1_000;
    assert!((20..=40).contains(&seconds), "{seconds} s");
}
