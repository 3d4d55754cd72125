//! A template shown on a script of its own, without speech, files or network: for people who choose or write one.

use std::sync::Arc;

use reelpress_config::Assemble as AssembleSettings;
use reelpress_core::ArtifactKey;
use reelpress_templates::safe;
use reelpress_templates::template::{Brand, LayerKind, Template};
use reelpress_vocabulary::{
    Figure, Scene, Script, ScriptDraft, ScriptLimits, SpokenBeat, VoiceTrack, Word, Writer, spoken_words,
};

use crate::design::{self, Materials, MediaOfScenes};
use crate::plan::Canvas;
use crate::press::{PressOrder, Score};
use crate::score;
use crate::timeline::Timeline;

/// A word of the sample every so many milliseconds: the pace of an unhurried speaker.
const WORD_MS: u64 = 330;
/// Silence after each beat.
const PAUSE_MS: u64 = 350;
const SEED: u64 = 7;

/// What to press for a look at a template: five scenes of some seconds, music alone.
#[must_use]
pub fn preview(template: &Template, brand: &Brand, settings: &AssembleSettings) -> PressOrder {
    let (script, template) = (sample(), template.clone().branded(brand));
    let voice = unspoken(&script);
    let beats: Vec<u64> = voice.beats.iter().map(|beat| beat.duration_ms).collect();
    let timeline = Timeline::new(&beats, settings.fps);
    let canvas = Canvas { width: settings.width, height: settings.height, fps: settings.fps };
    let plan = design::cut(&Materials {
        canvas,
        template: &template,
        brand,
        safe: safe::zone(settings.safe_zone, canvas.width, canvas.height),
        script: &script,
        voice: &voice,
        timeline: &timeline,
        language: "en",
        seed: SEED,
        media: MediaOfScenes::default(),
        level: &|scene| murmur(&timeline, scene),
    });
    let score = Score {
        cues: score::cues(&template, &plan, &timeline),
        mood: template.music,
        track: None,
        seed: SEED,
        voice: Vec::new(),
        timeline,
    };
    PressOrder { settings: settings.clone(), plan: Arc::new(plan), score: Arc::new(score) }
}

/// True if a template cannot show what it is for without files of its own.
#[must_use]
pub fn needs_files(template: &Template) -> bool {
    template.layers.iter().any(|layer| matches!(layer.kind, LayerKind::Video(_)))
}

/// Five beats that have what every kind of layer shows.
fn sample() -> Script {
    let scene = |narration: &str, on_screen: &str, figures: &[(&str, f64, &str)]| Scene {
        narration: narration.to_owned(),
        on_screen: on_screen.to_owned(),
        show: String::new(),
        figures: figures
            .iter()
            .map(|(label, value, unit)| Figure { label: (*label).to_owned(), value: *value, unit: (*unit).to_owned() })
            .collect(),
    };
    let draft = ScriptDraft {
        title: "Why bridges sing in the wind".to_owned(),
        hook: scene(
            "Some bridges sing when the wind is right, and you can hear it.",
            "Why bridges sing in the wind",
            &[],
        ),
        scenes: vec![
            scene("Each cable swings at a pitch of its own, like a string.", "Cables swing like strings", &[]),
            scene(
                "Most of the long bridges that were measured hum on windy days.",
                "62% of long bridges hum",
                &[("Long bridges", 62.0, "%"), ("Short ones", 21.0, "%"), ("Arches", 8.0, "%")],
            ),
            scene("When the tone changes, an engineer goes and looks at the joints.", "A new tone means: look", &[]),
        ],
        call_to_action: scene("Stand under one tomorrow, and listen for a minute.", "Go and listen", &[]),
        caption: "Bridges that sing.".to_owned(),
        hashtags: Vec::new(),
        sources: Vec::new(),
    };
    draft.check(Writer::Person, &ScriptLimits::default()).expect("the sample keeps the rules; a test looks at it")
}

/// Word times as if somebody spoke at an even pace.
fn unspoken(script: &Script) -> VoiceTrack {
    let audio = ArtifactKey::parse("voice/none").expect("a plain path");
    let beats = script.beats().map(|beat| {
        let words = beat.narration.split_whitespace().enumerate().map(|(at, text)| {
            let start_ms = at as u64 * WORD_MS;
            Word { text: text.to_owned(), start_ms, end_ms: start_ms + WORD_MS * 4 / 5 }
        });
        let duration_ms = spoken_words(&beat.narration) as u64 * WORD_MS + PAUSE_MS;
        SpokenBeat { audio: audio.clone(), duration_ms, words: words.collect() }
    });
    VoiceTrack { beats: beats.collect(), voice: String::new(), estimated: true }
}

/// Levels with the rhythm of speech.
fn murmur(timeline: &Timeline, scene: usize) -> Vec<u8> {
    let Some((first, end)) = timeline.scenes().nth(scene) else { return Vec::new() };
    let per_word = u64::from(timeline.fps()) * WORD_MS / 1_000;
    let level = |frame: u64| {
        let phase = (frame % per_word.max(1)) * 255 / per_word.max(1);
        (if phase < 128 { phase * 2 } else { 510 - phase * 2 }) as u8
    };
    (0..end - first).map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_keeps_the_rules_of_scripts() {
        assert_eq!(sample().beats().len(), 5);
        assert_eq!(unspoken(&sample()).beats.len(), 5);
    }

    /// Music alone with a template's effects: of one, the coded peaks used to stay over the limit, and nothing was made.
    #[test]
    fn every_templates_sound_can_be_coded_below_its_peak() {
        let settings = AssembleSettings { fps: 10, ..AssembleSettings::default() };
        let library = reelpress_templates::TemplateLibrary::load(None).unwrap();
        for name in library.names() {
            let order = preview(library.get(name).unwrap(), &Brand::default(), &settings);
            let sound = order.score.coded(&settings).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(sound.loudness().true_peak_dbtp <= settings.true_peak_dbtp, "{name}: {:?}", sound.loudness());
            let off = sound.loudness().integrated_lufs - settings.loudness_lufs;
            assert!(off.abs() <= 1.0, "{name}: {off} LU");
        }
    }
}
