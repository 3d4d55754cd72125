//! A template shown on a script without speech or network, on drawn grounds or on files of one's own: for people who
//! choose or write one.

use std::path::PathBuf;
use std::sync::Arc;

use reelpress_config::Assemble as AssembleSettings;
use reelpress_core::ArtifactKey;
use reelpress_templates::safe;
use reelpress_templates::template::{Brand, LayerKind, Template};
use reelpress_vocabulary::{
    Figure, Scene, Script, ScriptDraft, ScriptLimits, SpokenBeat, VoiceTrack, Word, Writer, spoken_words,
};

use crate::design::{self, Materials, MediaOfScenes};
use crate::plan::{Canvas, Media, MediaKind};
use crate::press::{PressOrder, Score};
use crate::score;
use crate::source::{self, SourceError};
use crate::timeline::Timeline;

/// A word of the sample every so many milliseconds: the pace of an unhurried speaker.
const WORD_MS: u64 = 330;
/// Silence after each beat.
const PAUSE_MS: u64 = 350;
const SEED: u64 = 7;

/// What a template is shown on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What is said and shown.
    pub script: Script,
    /// ISO 639-1 code of the script's language.
    pub language: String,
    /// Pictures and clips for the scenes, in turn; where they run out they start over. Empty: grounds are drawn.
    pub files: Vec<PathBuf>,
}

/// Five scenes of some seconds on drawn grounds.
impl Default for Sample {
    fn default() -> Self {
        Self { script: bridges(), language: "en".to_owned(), files: Vec::new() }
    }
}

/// What to press for a look at a template: the sample with words at an even pace, music alone.
///
/// # Errors
/// [`SourceError`] if one of the sample's files cannot be read.
pub fn preview(
    template: &Template,
    brand: &Brand,
    settings: &AssembleSettings,
    sample: &Sample,
) -> Result<PressOrder, SourceError> {
    let template = template.clone().branded(brand);
    let voice = unspoken(&sample.script);
    let beats: Vec<u64> = voice.beats.iter().map(|beat| beat.duration_ms).collect();
    let timeline = Timeline::new(&beats, settings.fps);
    let canvas = Canvas { width: settings.width, height: settings.height, fps: settings.fps };
    let plan = design::cut(&Materials {
        canvas,
        template: &template,
        brand,
        safe: safe::zone(settings.safe_zone, canvas.width, canvas.height),
        script: &sample.script,
        voice: &voice,
        timeline: &timeline,
        language: &sample.language,
        seed: SEED,
        media: MediaOfScenes { scenes: shown(sample, beats.len())?, ..MediaOfScenes::default() },
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
    Ok(PressOrder { settings: settings.clone(), plan: Arc::new(plan), score: Arc::new(score) })
}

/// A file for each scene.
fn shown(sample: &Sample, scenes: usize) -> Result<Vec<Option<Media>>, SourceError> {
    let media = |path: &PathBuf| {
        let (hash, _) = source::identity(path)?;
        let is_clip =
            path.to_str().and_then(reelpress_media::ending_kind) == Some(reelpress_vocabulary::MediaKind::Clip);
        let clip = MediaKind::Clip { start_ms: 0, end_ms: None, speed: 1.0, looped: true };
        let kind = if is_clip { clip } else { MediaKind::Picture };
        Ok(Media { hash, kind, focus: (0.5, 0.5), path: path.clone() })
    };
    let all = sample.files.iter().take(scenes).map(media).collect::<Result<Vec<_>, SourceError>>()?;
    Ok((0..scenes).map(|scene| all.get(scene % all.len().max(1)).cloned()).collect())
}

/// True if a template cannot show what it is for without files of its own.
#[must_use]
pub fn needs_files(template: &Template) -> bool {
    template.layers.iter().any(|layer| matches!(layer.kind, LayerKind::Video(_)))
}

/// Five beats that have what every kind of layer shows.
fn bridges() -> Script {
    let scene = |narration: &str, on_screen: &str, figures: &[(&str, f64, &str)]| Scene {
        narration: narration.to_owned(),
        on_screen: on_screen.to_owned(),
        show: String::new(),
        figures: figures
            .iter()
            .map(|(label, value, unit)| Figure { label: (*label).to_owned(), value: *value, unit: (*unit).to_owned() })
            .collect(),
        sources: Vec::new(),
    };
    let draft = ScriptDraft {
        title: "Why bridges sing in the wind".to_owned(),
        hook: scene(
            "Some bridges sing when the wind is right, and you can hear it.",
            "Why bridges sing in the wind",
            &[],
        ),
        other_hooks: Vec::new(),
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
        let words = beat.narration.split_whitespace().flat_map(spoken_parts).enumerate().map(|(at, text)| {
            let start_ms = at as u64 * WORD_MS;
            Word { text, start_ms, end_ms: start_ms + WORD_MS * 4 / 5 }
        });
        let duration_ms = spoken_words(&beat.narration) as u64 * WORD_MS + PAUSE_MS;
        SpokenBeat { audio: audio.clone(), duration_ms, words: words.collect() }
    });
    VoiceTrack { beats: beats.collect(), voice: String::new(), estimated: true }
}

/// A token as it is spoken: scripts without spaces have several words in one.
fn spoken_parts(token: &str) -> Vec<String> {
    let letters: Vec<char> = token.chars().collect();
    let each = letters.len().div_ceil(spoken_words(token).max(1)).max(1);
    let mut parts: Vec<String> = Vec::new();
    for part in letters.chunks(each) {
        // A closing mark belongs to what it closes.
        let marks = part.iter().take_while(|letter| !letter.is_alphanumeric()).count();
        let (marks, word) = part.split_at(if parts.is_empty() { 0 } else { marks });
        if let Some(last) = parts.last_mut() {
            last.extend(marks);
        }
        if !word.is_empty() {
            parts.push(word.iter().collect());
        }
    }
    parts
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
        assert_eq!(bridges().beats().len(), 5);
        assert_eq!(unspoken(&bridges()).beats.len(), 5);
    }

    #[test]
    fn words_without_spaces_are_spoken_one_by_one() {
        assert_eq!(spoken_parts("bridges"), ["bridges"]);
        assert_eq!(
            spoken_parts("\u{5927}\u{6865}\u{4f1a}\u{5531}\u{6b4c}"),
            ["\u{5927}\u{6865}", "\u{4f1a}\u{5531}", "\u{6b4c}"]
        );
    }

    #[test]
    fn files_are_shown_in_turn() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = ["a.png", "b.png"].map(|name| folder.path().join(name)).to_vec();
        for (shade, file) in files.iter().enumerate() {
            image::RgbImage::from_pixel(64, 64, image::Rgb([shade as u8; 3])).save(file).unwrap();
        }
        let sample = Sample { files: files.clone(), ..Sample::default() };
        let shown: Vec<PathBuf> = shown(&sample, 5).unwrap().into_iter().map(|media| media.unwrap().path).collect();
        assert_eq!(shown, [&files[..], &files, &files[..1]].concat());
    }

    /// Music alone with a template's effects: of one, the coded peaks used to stay over the limit, and nothing was made.
    #[test]
    fn every_templates_sound_can_be_coded_below_its_peak() {
        let settings = AssembleSettings { fps: 10, ..AssembleSettings::default() };
        let library = reelpress_templates::TemplateLibrary::load(None).unwrap();
        for name in library.names() {
            let order = preview(library.get(name).unwrap(), &Brand::default(), &settings, &Sample::default()).unwrap();
            let sound = order.score.coded(&settings).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(sound.loudness().true_peak_dbtp <= settings.true_peak_dbtp, "{name}: {:?}", sound.loudness());
            let off = sound.loudness().integrated_lufs - settings.loudness_lufs;
            assert!(off.abs() <= 1.0, "{name}: {off} LU");
        }
    }
}
