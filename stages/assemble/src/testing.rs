//! What the tests of this crate press.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use reelpress_config::{Assemble, Settings};
use reelpress_core::testing::{ManualClock, MemoryArtifacts};
use reelpress_core::{ArtifactKey, Artifacts, CpuPool};
use reelpress_templates::template::{Brand, Template};
use reelpress_templates::{TemplateLibrary, safe};
use reelpress_vocabulary::{
    Scene, Script, ScriptDraft, SpokenBeat, TemplateId, VoiceTrack, Voiced, Word, Writer, testing,
};

use crate::AssembleError;
use crate::design::{self, Materials, MediaOfScenes};
use crate::picture::Fonts;
use crate::plan::{Canvas, CutPlan, Media, MediaKind};
use crate::press::{Press, PressOrder, Pressed, Score};
use crate::score;
use crate::segment::SegmentStore;
use crate::timeline::Timeline;
use crate::watch::{Unwatched, Watch};

/// A built-in template.
pub(crate) const TEMPLATE: &str = "explainer";

static FONTS: LazyLock<Arc<Fonts>> = LazyLock::new(|| Arc::new(Fonts::system().expect("there are fonts")));

pub(crate) fn fonts() -> Arc<Fonts> {
    Arc::clone(&FONTS)
}

pub(crate) fn template(name: &str) -> Template {
    let library = TemplateLibrary::load(None).expect("built-in templates load");
    Template::clone(library.get(name).expect("it is built in"))
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

/// Everything that a cut follows from; a test changes what it is about.
#[derive(Clone)]
pub(crate) struct Edition {
    pub(crate) settings: Assemble,
    pub(crate) template: Template,
    pub(crate) script: Script,
    pub(crate) voice: VoiceTrack,
    /// One for each beat.
    pub(crate) speech: Vec<Bytes>,
    pub(crate) media: MediaOfScenes,
    pub(crate) language: String,
    pub(crate) seed: u64,
}

impl Edition {
    /// A cut of this much speech.
    pub(crate) fn new(milliseconds: u64) -> Self {
        let voice = track(milliseconds);
        Self {
            settings: assemble_settings(),
            template: template(TEMPLATE),
            script: script(),
            speech: voice.beats.iter().map(|beat| buzz(beat.duration_ms)).collect(),
            media: MediaOfScenes { scenes: vec![None; voice.beats.len()], ..MediaOfScenes::default() },
            voice,
            language: "en".to_owned(),
            seed: 7,
        }
    }

    /// Its script with another draft.
    pub(crate) fn rewrite(&mut self, change: impl FnOnce(&mut ScriptDraft)) {
        let mut draft = self.script.draft().clone();
        change(&mut draft);
        self.script = testing::as_journaled(&draft, &Writer::Person);
    }

    pub(crate) fn timeline(&self) -> Timeline {
        let beats: Vec<u64> = self.voice.beats.iter().map(|beat| beat.duration_ms).collect();
        Timeline::new(&beats, self.settings.fps)
    }

    pub(crate) fn plan(&self) -> CutPlan {
        let Assemble { width, height, fps, safe_zone, .. } = self.settings;
        let timeline = self.timeline();
        design::cut(&Materials {
            canvas: Canvas { width, height, fps },
            template: &self.template,
            brand: &Brand::default(),
            safe: safe::zone(safe_zone, width, height),
            script: &self.script,
            voice: &self.voice,
            timeline: &timeline,
            language: &self.language,
            seed: self.seed,
            media: self.media.clone(),
            level: &|scene| score::level(&self.speech, &timeline, scene),
        })
    }

    pub(crate) fn order(&self) -> PressOrder {
        let (plan, timeline) = (self.plan(), self.timeline());
        let score = Score {
            cues: score::cues(&self.template, &plan, &timeline),
            mood: self.template.music,
            track: None,
            seed: self.seed,
            voice: self.speech.clone(),
            timeline,
        };
        PressOrder { settings: self.settings.clone(), plan: Arc::new(plan), score: Arc::new(score) }
    }
}

/// The speech of one beat.
pub(crate) fn buzz(milliseconds: u64) -> Bytes {
    wav(&speech(milliseconds, 22_050), 22_050).into()
}

/// A cut of this much speech.
pub(crate) fn order(milliseconds: u64) -> PressOrder {
    Edition::new(milliseconds).order()
}

/// A press over what is kept in `artifacts`.
pub(crate) async fn press_over(artifacts: &Arc<MemoryArtifacts>, scratch: &Path, workers: usize) -> Press {
    let clock = ManualClock::at("2026-01-01T12:00:00Z".parse().expect("a time"));
    let artifacts = Arc::clone(artifacts) as Arc<dyn Artifacts>;
    let segments = SegmentStore::open(artifacts, Arc::new(clock), 1 << 30).await.expect("it is empty or sound");
    let workers = CpuPool::new(NonZeroUsize::new(workers).expect("one at least")).expect("there are threads");
    Press::new(segments, workers, fonts(), scratch.to_owned())
}

/// Pressed with one worker and nothing kept from before.
pub(crate) fn pressed(order: &PressOrder, scratch: &Path) -> Result<Pressed, AssembleError> {
    watched(order, scratch, Arc::new(Unwatched))
}

pub(crate) fn watched(order: &PressOrder, scratch: &Path, watch: Arc<dyn Watch>) -> Result<Pressed, AssembleError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let artifacts = Arc::new(MemoryArtifacts::default());
        press_over(&artifacts, scratch, 1).await.press(order, watch).await
    })
}

/// A picture in a folder, as a plan names it.
pub(crate) fn picture_file(path: &Path, shade: u8) -> Media {
    image::RgbImage::from_fn(160, 200, |x, y| image::Rgb([x as u8, y as u8, shade])).save(path).expect("it is written");
    let (hash, _) = crate::source::identity(path).expect("it was just written");
    Media { hash, kind: MediaKind::Picture, focus: (0.5, 0.5), path: path.to_owned() }
}

/// What another program says about a file when it decodes all of it: nothing, if the file is fine.
pub(crate) fn complaints(path: &Path) -> String {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "warning", "-err_detect", "explode", "-i"])
        .arg(path)
        .args(["-f", "null", "-"])
        .output()
        .expect("there is an ffmpeg");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).expect("text")
}

/// A packet as a demuxer gives it, its times in frames (picture) or samples (sound).
pub(crate) struct Seen {
    pub(crate) is_picture: bool,
    pub(crate) pts: i64,
    pub(crate) dts: i64,
    pub(crate) duration: i64,
    pub(crate) is_key: bool,
    pub(crate) position: isize,
}

/// All packets of a cut of so many frames a second.
pub(crate) fn demuxed(path: &Path, fps: i64) -> Vec<Seen> {
    let mut input = ffmpeg_next::format::input(path).expect("it opens");
    let seen = |(stream, packet): (ffmpeg_next::Stream<'_>, ffmpeg_next::Packet)| {
        let is_picture = stream.parameters().medium() == ffmpeg_next::media::Type::Video;
        let unit = i64::from(stream.time_base().denominator()) / if is_picture { fps } else { 48_000 };
        let whole = |time: i64| {
            assert_eq!(time % unit, 0, "{time} is no whole number of frames");
            time / unit
        };
        Seen {
            is_picture,
            pts: whole(packet.pts().expect("a time")),
            dts: whole(packet.dts().expect("a time")),
            duration: whole(packet.duration()),
            is_key: packet.is_key(),
            position: packet.position(),
        }
    };
    input.packets().map(seen).collect()
}

pub(crate) fn settings() -> Settings {
    Settings { assemble: assemble_settings(), ..Settings::default() }
}
