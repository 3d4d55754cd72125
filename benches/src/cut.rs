//! The cut that assembling is measured on: six scenes in slow motion, captions word by word, speech and music.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use reelpress_assemble::{Fonts, PicturePlan, PictureScene, PressOrder, TimedWord, Timeline};
use reelpress_config::Assemble;
use reelpress_templates::TemplateLibrary;

const TEMPLATE: &str = "explainer";
const SCENES: u64 = 6;
const SPEECH_RATE: u32 = 22_050;
/// With the tail of [`reelpress_assemble::TAIL_MS`]: thirty seconds.
const SPEECH_MS: u64 = 29_600;
const SPEECH_MS_QUICK: u64 = 1_600;
/// A word in 400 ms: the pace of the built-in voice.
const WORD_MS: u64 = 400;
const WORDS: [&str; 12] = [
    "Every",
    "autumn",
    "monarch",
    "butterflies",
    "fly",
    "four",
    "thousand",
    "kilometers",
    "to",
    "one",
    "forest",
    "again.",
];
const ON_SCREEN: [&str; 6] = ["", "4,000 kilometers", "Half a gram", "No map, no guide", "", "Follow for more"];

/// The cut at the size and with the encoder of the default settings.
pub(crate) fn order(scratch: &Path, quick: bool) -> anyhow::Result<PressOrder> {
    let settings = Assemble::default();
    let speech_ms = if quick { SPEECH_MS_QUICK } else { SPEECH_MS };
    let timeline = Timeline::new(speech_ms, settings.fps);
    let library = TemplateLibrary::load(None).context("built-in templates")?;
    let look = library.get(TEMPLATE).context("built-in template")?;
    let plan = PicturePlan {
        width: settings.width,
        height: settings.height,
        fps: settings.fps,
        frames: timeline.frames(),
        seed: 7,
        language: "en".to_owned(),
        look: look.clone(),
        title: "A forest they have never seen".to_owned(),
        scenes: (0..SCENES).map(|at| scene(timeline, speech_ms, at)).collect(),
    };
    Ok(PressOrder {
        settings,
        plan,
        timeline,
        voice: wav(&speech(speech_ms)).into(),
        fonts: Arc::new(Fonts::system().context("fonts")?),
        scratch: scratch.to_owned(),
    })
}

fn scene(timeline: Timeline, speech_ms: u64, at: u64) -> PictureScene {
    let (start_ms, end_ms) = (at * speech_ms / SCENES, (at + 1) * speech_ms / SCENES);
    let end_frame = if at + 1 == SCENES { timeline.frames() } else { timeline.frame_at(end_ms) };
    let starts = (start_ms..end_ms.saturating_sub(WORD_MS / 2)).step_by(WORD_MS as usize);
    let words = starts.zip(WORDS.iter().cycle()).map(|(word_ms, text)| TimedWord {
        text: (*text).to_owned(),
        start_frame: timeline.frame_at(word_ms),
        end_frame: timeline.frame_at((word_ms + WORD_MS * 4 / 5).min(end_ms)),
    });
    PictureScene {
        first_frame: timeline.frame_at(start_ms),
        end_frame,
        on_screen: ON_SCREEN[at as usize].to_owned(),
        picture: None,
        words: words.collect(),
    }
}

/// A buzz with the rhythm of speech, so that ducking and loudness have something to do.
fn speech(milliseconds: u64) -> Vec<i16> {
    let sample = |at: u64| {
        let time = at as f64 / f64::from(SPEECH_RATE);
        let word = (time % 0.4) / 0.4;
        let shape = if word < 0.8 { (word / 0.8 * std::f64::consts::PI).sin() } else { 0.0 };
        let buzz: f64 =
            (1..=12).map(|n| (time * 120.0 * f64::from(n) * std::f64::consts::TAU).sin() / f64::from(n)).sum();
        (buzz * shape * 9_000.0) as i16
    };
    (0..milliseconds * u64::from(SPEECH_RATE) / 1_000).map(sample).collect()
}

/// 16-bit mono.
fn wav(samples: &[i16]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 2;
    let mut file = Vec::with_capacity(44 + bytes as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&SPEECH_RATE.to_le_bytes());
    file.extend_from_slice(&(SPEECH_RATE * 2).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
