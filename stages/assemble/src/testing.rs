//! What the tests of this crate press.

use std::path::Path;
use std::sync::Arc;

use reelpress_config::{Assemble, Settings};
use reelpress_core::ArtifactKey;
use reelpress_templates::{Look, TemplateLibrary};
use reelpress_vocabulary::{
    Scene, Script, ScriptDraft, SpokenBeat, TemplateId, VoiceTrack, Voiced, Word, Writer, testing,
};

use crate::picture::Fonts;
use crate::press::PressOrder;
use crate::timeline::Timeline;

/// A built-in template.
pub(crate) const TEMPLATE: &str = "explainer";

pub(crate) fn look() -> Arc<Look> {
    TemplateLibrary::load(None).expect("built-in templates load").get(TEMPLATE).expect("it is built in").clone()
}

/// Something with the rhythm of speech: half-second words of a buzzing voice with short gaps between.
pub(crate) fn speech(milliseconds: u64, rate: u32) -> Vec<i16> {
    let count = milliseconds * u64::from(rate) / 1_000;
    let sample = |at: u64| {
        let time = at as f64 / f64::from(rate);
        let word = (time % 0.5) / 0.5;
        let shape = if word < 0.8 { (word / 0.8 * std::f64::consts::PI).sin() } else { 0.0 };
        let pitch = 110.0 + 15.0 * (time * 3.0).sin();
        let buzz: f64 =
            (1..=12).map(|n| (time * pitch * f64::from(n) * std::f64::consts::TAU).sin() / f64::from(n)).sum();
        (buzz * shape * 9_000.0) as i16
    };
    (0..count).map(sample).collect()
}

pub(crate) fn wav(samples: &[i16], rate: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + samples.len() as u32 * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&(rate * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&(samples.len() as u32 * 2).to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    bytes
}

pub(crate) fn assemble_settings() -> Assemble {
    Assemble {
        width: 270,
        height: 480,
        fps: 12,
        preset: "ultrafast".to_owned(),
        crf: 28,
        audio_bitrate: 96_000,
        music_db: Some(18.0),
        duck_db: 8.0,
        ..Assemble::default()
    }
}

/// Speech for the beats of [`script`]: each as long as the next, with a word every half second.
pub(crate) fn track(milliseconds: u64) -> VoiceTrack {
    let beats = script().beats().len() as u64;
    let each = milliseconds / beats;
    let beat = |at: u64| {
        let duration_ms = if at + 1 == beats { milliseconds - at * each } else { each };
        let starts = (0..duration_ms.saturating_sub(400)).step_by(500);
        let words = starts.map(|word| Word { text: "word".to_owned(), start_ms: word, end_ms: word + 400 }).collect();
        SpokenBeat { audio: beat_audio(at), duration_ms, words }
    };
    VoiceTrack { beats: (0..beats).map(beat).collect(), voice: "test buzz".to_owned(), estimated: false }
}

pub(crate) fn beat_audio(at: u64) -> ArtifactKey {
    ArtifactKey::parse(&format!("voice/ab/beat-{at}.wav")).expect("a plain path")
}

pub(crate) fn script() -> Script {
    testing::as_journaled(&draft(), &Writer::Person)
}

fn draft() -> ScriptDraft {
    let shown = |narration, on_screen: &str, show: &str| Scene {
        on_screen: on_screen.to_owned(),
        show: show.to_owned(),
        ..testing::scene(narration)
    };
    ScriptDraft {
        title: "Tides".to_owned(),
        hook: shown("The sea breathes twice a day.", "Twice a day", "harbour boats at low tide"),
        scenes: vec![
            shown("The moon pulls the water.", "The moon pulls", "moon over water"),
            testing::scene("So does the sun, but less."),
        ],
        call_to_action: shown("Look at the harbour tomorrow.", "Look", "harbour"),
        ..testing::draft()
    }
}

pub(crate) fn voiced(milliseconds: u64) -> Voiced {
    let mut scripted = testing::scripted(&draft(), "main");
    scripted.brief.template = TemplateId::parse(TEMPLATE).expect("a name");
    Voiced { scripted, voice: track(milliseconds) }
}

/// A cut of this much speech.
pub(crate) fn order(milliseconds: u64, scratch: &Path) -> PressOrder {
    let settings = assemble_settings();
    let track = track(milliseconds);
    let beats: Vec<u64> = track.beats.iter().map(|beat| beat.duration_ms).collect();
    let timeline = Timeline::new(&beats, settings.fps);
    PressOrder {
        plan: crate::picture::PicturePlan {
            width: settings.width,
            height: settings.height,
            fps: settings.fps,
            frames: timeline.frames(),
            seed: 7,
            language: "en".to_owned(),
            look: look(),
            title: "Tides".to_owned(),
            scenes: crate::stage::scenes(&timeline, &script(), &track),
        },
        timeline,
        voice: wav(&speech(milliseconds, 22_050), 22_050).into(),
        fonts: Arc::new(Fonts::system().expect("there are fonts")),
        scratch: scratch.to_owned(),
        settings,
    }
}

pub(crate) fn settings() -> Settings {
    Settings { assemble: assemble_settings(), ..Settings::default() }
}
