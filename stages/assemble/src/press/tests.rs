use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::encode::GOP_SECONDS;
use crate::probe::{Colour, Depth, probe};
use crate::testing::{Edition, order, pressed, speech, watched, wav};
use crate::timeline::TAIL_MS;

mod edits;
mod files;
mod moments;

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// Stops before this frame and counts what it hears.
struct StopAt {
    frame: u64,
    heard: AtomicU64,
}

impl Watch for StopAt {
    fn frame_done(&self, done: u64, total: u64) {
        assert_eq!(self.heard.fetch_add(1, Ordering::SeqCst) + 1, done);
        assert!(done <= total);
    }

    fn is_cancelled(&self) -> bool {
        self.heard.load(Ordering::SeqCst) >= self.frame
    }
}

#[test]
fn a_cut_read_back_is_what_was_ordered() {
    let scratch = tempfile::tempdir().unwrap();
    let order = order(5_000);
    let pressed = pressed(&order, scratch.path()).unwrap();
    let report = probe(&pressed.video, Depth::Full).unwrap();
    assert_eq!(report.bytes, pressed.bytes);
    assert_eq!(pressed.hash, blake3::hash(&std::fs::read(&pressed.video).unwrap()).to_hex().to_string());

    assert!(report.container.moov_before_mdat);
    assert_eq!((report.container.creation_time, report.container.tracks), (0, 2));

    let video = report.video.as_ref().unwrap();
    assert_eq!((video.codec.as_str(), video.profile), ("avc1", Some(100)), "H.264 High");
    assert_eq!((video.width, video.height, video.constant_fps), (270, 480, Some(12.0)));
    assert_eq!(video.frames, order.score.timeline.frames());
    assert_eq!(video.colour, Some(Colour::BT709), "in the container");
    let gop = u64::from(order.plan.canvas.fps * GOP_SECONDS);
    assert_eq!(video.keyframes.first(), Some(&0));
    assert!(video.keyframes.windows(2).all(|pair| pair[1] - pair[0] <= gop), "{:?}", video.keyframes);

    let audio = report.audio.as_ref().unwrap();
    assert_eq!((audio.codec.as_str(), audio.object_type), ("mp4a", Some(2)), "AAC-LC");
    assert_eq!((audio.sample_rate, audio.channels), (48_000, 2));
    let length = order.score.timeline.duration_ms();
    assert!(length.abs_diff(5_000 + TAIL_MS) <= 100, "{length}");
    assert!(video.duration_ms.abs_diff(length) <= 1, "{} and {length}", video.duration_ms);
    assert!(audio.duration_ms.abs_diff(length) <= 25, "{} and {length}", audio.duration_ms);

    let decoded = report.decoded.as_ref().unwrap();
    assert_eq!(decoded.colour, Some(Colour::BT709), "in the stream");
    assert_eq!(decoded.pixel_format, "yuv420p");
    assert_eq!((decoded.frames, decoded.errors), (video.frames, 0));
    assert_eq!((decoded.gaps, decoded.backward_steps), (0, 0));
    assert!(decoded.longest_gop_ms <= 2_000, "{}", decoded.longest_gop_ms);
    assert!(decoded.longest_black_ms <= 1_000 && decoded.longest_frozen_ms <= 1_000, "{decoded:?}");
    let loudness = decoded.loudness_lufs.unwrap();
    assert!((loudness - order.settings.loudness_lufs).abs() <= 1.0, "{loudness}");
    assert!((loudness - pressed.loudness.integrated_lufs).abs() <= 0.5, "{loudness}");
    assert!(decoded.true_peak_dbtp.unwrap() <= order.settings.true_peak_dbtp + 0.5, "{decoded:?}");
    assert!(decoded.audio_ms.abs_diff(length) <= 25, "{decoded:?}");
}

#[test]
fn another_seed_is_another_cut() {
    let scratch = tempfile::tempdir().unwrap();
    let edition = Edition::new(1_000);
    let other = Edition { seed: 8, ..edition.clone() };
    let hash = |edition: &Edition| pressed(&edition.order(), scratch.path()).unwrap().hash.clone();
    assert_ne!(hash(&edition), hash(&other));
}

#[test]
fn the_scratch_folder_is_empty_once_a_cut_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().join("made/when/missing");
    let pressed = pressed(&order(1_000), &scratch).unwrap();
    assert_eq!(files_in(&scratch), 2);
    drop(pressed);
    assert_eq!(files_in(&scratch), 0);
}

#[test]
fn a_cancelled_press_stops_at_that_frame_and_leaves_no_file() {
    let scratch = tempfile::tempdir().unwrap();
    let watch = Arc::new(StopAt { frame: 5, heard: AtomicU64::new(0) });
    let error = watched(&order(2_000), scratch.path(), watch.clone()).unwrap_err();
    assert!(matches!(error, AssembleError::Encode(crate::EncodeError::Cancelled { frames: 5 })), "{error:?}");
    assert_eq!(watch.heard.load(Ordering::SeqCst), 5);
    assert_eq!(files_in(scratch.path()), 0);
}

#[test]
fn the_poster_is_a_picture_of_the_cut_with_a_caption() {
    let scratch = tempfile::tempdir().unwrap();
    let order = order(2_000);
    let hook = &order.plan.scenes[0];
    let frame = poster::frame_of(hook);
    assert!(hook.words.iter().any(|word| (word.start_frame..word.end_frame).contains(&frame)), "{frame}");
    let pressed = pressed(&order, scratch.path()).unwrap();
    let picture = image::ImageReader::open(&pressed.poster).unwrap().with_guessed_format().unwrap().decode().unwrap();
    assert_eq!((picture.width(), picture.height()), (270, 480));
    let colours: std::collections::BTreeSet<[u8; 3]> = picture.to_rgb8().pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 16, "{}", colours.len());
}

#[test]
fn a_broken_voice_or_setting_is_an_error_and_leaves_no_file() {
    let scratch = tempfile::tempdir().unwrap();
    let mut silent = Edition::new(1_000);
    silent.speech.fill(wav(&vec![0; 22_050], 22_050).into());
    assert!(matches!(pressed(&silent.order(), scratch.path()), Err(AssembleError::Sound(_))));
    let mut preset = order(1_000);
    preset.settings.preset = "warp".to_owned();
    let error = pressed(&preset, scratch.path()).unwrap_err();
    assert!(matches!(error, AssembleError::Encode(crate::EncodeError::Settings { .. })), "{error:?}");
    assert_eq!(files_in(scratch.path()), 0);
    let mut nowhere = Edition::new(1_000);
    nowhere.speech.fill(wav(&speech(250, 8_000), 8_000).into());
    let error = pressed(&nowhere.order(), Path::new("/proc/nowhere")).unwrap_err();
    assert!(matches!(error, AssembleError::Scratch { .. }), "{error:?}");
}
