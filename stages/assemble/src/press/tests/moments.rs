//! When things are seen and heard, read from decoded files.

use std::process::Command;

use reelpress_config::Assemble;
use reelpress_templates::Colour as Paint;
use reelpress_templates::template::{CaptionStyle, Cues, TransitionKind};
use reelpress_vocabulary::Word;

use super::*;
use crate::probe::luma_frames;
use crate::testing::assemble_settings;

/// The sound of a file as another program plays it: mono at 48 kHz.
fn heard(path: &Path) -> Vec<f32> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", "-"])
        .output()
        .unwrap();
    assert!(output.status.success());
    output.stdout.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// Times in milliseconds at which a sound begins after half a second of silence.
fn onsets(samples: &[f32]) -> Vec<f64> {
    let loud = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs())) / 4.0;
    let (mut found, mut last) = (Vec::new(), None);
    for (at, _) in samples.iter().enumerate().filter(|(_, sample)| sample.abs() > loud) {
        if last.is_none_or(|last| at - last > 24_000) {
            found.push(at as f64 / 48.0);
        }
        last = Some(at);
    }
    found
}

#[test]
fn picture_and_sound_are_together_to_the_end_of_three_minutes() {
    let scratch = tempfile::tempdir().unwrap();
    let mut edition = Edition::new(1_000);
    edition.settings = Assemble { width: 64, height: 64, music_db: None, loudness_lufs: -30.0, ..assemble_settings() };
    edition.template.layers.clear();
    edition.template.captions.style = CaptionStyle::None;
    edition.template.transition.kind = TransitionKind::Cut;
    edition.template.cues = Cues { hook: None, transition: None, figure: None, call: None };
    // Each scene begins with a click; the last one three seconds before the end.
    let click =
        |at: usize| if at < 960 { ((at as f64 / 16.0 * std::f64::consts::TAU).sin() * 20_000.0) as i16 } else { 0 };
    let click = Bytes::from(wav(&(0..48_000).map(click).collect::<Vec<_>>(), 48_000));
    edition.speech.fill(click);
    for (beat, duration_ms) in edition.voice.beats.iter_mut().zip([61_010, 58_120, 58_070, 2_600]) {
        beat.words.clear();
        beat.duration_ms = duration_ms;
    }
    let mut order = edition.order();
    let plan = Arc::make_mut(&mut order.plan);
    for (at, scene) in plan.scenes.iter_mut().enumerate() {
        Arc::make_mut(scene).palette.base = if at % 2 == 0 { Paint::BLACK } else { Paint::WHITE };
    }
    let pressed = pressed(&order, scratch.path()).unwrap();
    let (mut flashes, mut before) = (Vec::new(), None);
    luma_frames(&pressed.video, &mut |frame| {
        let luma = frame.luma[0];
        if before.is_none_or(|before: u8| before.abs_diff(luma) > 100) {
            flashes.push(frame.time_ms);
        }
        before = Some(luma);
    })
    .unwrap();
    let clicks = onsets(&heard(&pressed.video));
    assert_eq!((flashes.len(), clicks.len()), (4, 4), "{flashes:?} {clicks:?}");
    assert!(flashes[3] > 177_000.0, "{flashes:?}");
    for (flash, click) in flashes.iter().zip(&clicks) {
        assert!((flash - click).abs() <= 20.0, "{flashes:?} {clicks:?}");
    }
}

/// The frames of a cut that differ from the one before them.
fn changes(path: &Path) -> Vec<usize> {
    let (mut changed, mut before, mut at) = (Vec::new(), Vec::new(), 0);
    luma_frames(path, &mut |frame| {
        let luma: Vec<u8> = frame.luma.chunks(frame.stride).flat_map(|row| &row[..frame.width]).copied().collect();
        let differ = luma.iter().zip(&before).filter(|(now, then)| now.abs_diff(**then) > 30).count();
        if differ > 12 {
            changed.push(at);
        }
        before = luma;
        at += 1;
    })
    .unwrap();
    changed
}

#[test]
fn captions_are_seen_when_their_words_are_spoken() {
    let scratch = tempfile::tempdir().unwrap();
    for style in [CaptionStyle::WordHighlight, CaptionStyle::Box, CaptionStyle::Pop, CaptionStyle::Karaoke] {
        let mut edition = Edition::new(8_000);
        (edition.settings.fps, edition.settings.crf) = (25, 12);
        edition.template.layers.clear();
        edition.template.captions.style = style;
        edition.template.transition.kind = TransitionKind::Cut;
        let times = [(70, 330), (330, 555), (640, 980), (1_000, 1_290), (1_530, 1_890)];
        for beat in &mut edition.voice.beats {
            let word = |(start_ms, end_ms)| Word { text: "tide".to_owned(), start_ms, end_ms };
            beat.words = times.map(word).into();
        }
        let order = edition.order();
        let pressed = pressed(&order, scratch.path()).unwrap();
        let changes = changes(&pressed.video);
        for (first, _) in order.score.timeline.scenes() {
            let frame = |ms: u64| first as usize + (ms * 25 / 1_000) as usize;
            for (start, end) in times {
                let near = |change: &usize| change.abs_diff(frame(start)) <= 1;
                assert!(changes.iter().any(near), "{style:?}: nothing at frame {} of {changes:?}", frame(start));
                // While a word is spoken, nothing else happens.
                if matches!(style, CaptionStyle::WordHighlight | CaptionStyle::Box) {
                    let within = |change: &&usize| (frame(start) + 2..frame(end).saturating_sub(1)).contains(*change);
                    assert_eq!(changes.iter().find(within), None, "{style:?}: within {start} to {end} ms");
                }
            }
        }
    }
}
