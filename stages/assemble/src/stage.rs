//! The stage: gathers what one press needs, gives it to a worker, stores what comes back.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use jiff::tz::TimeZone;
use reelpress_config::{Live, Settings};
use reelpress_core::{ArtifactError, Artifacts, Clock, CpuPool, Job, MemoKey, Stage, StageName, Step};
use reelpress_templates::{Look, TemplateLibrary};
use reelpress_vocabulary::{
    Assembled, Cut, Picture, PictureOrigin, Provenance, Script, SpokenBeat, VoiceTrack, Voiced,
};
use serde::Serialize;

use crate::error::AssembleError;
use crate::library::{LibraryError, Picked, PictureLibrary};
use crate::picture::{Fonts, PicturePlan, PictureScene, TimedWord};
use crate::press::{ENGINE, PressOrder, press};
use crate::timeline::{self, Timeline};
use crate::watch::Watch;

/// What provenance says about the music.
const MUSIC: &str = "reelpress procedural bed";

/// Script and speech in, a finished cut out.
pub struct Assemble {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    clock: Arc<dyn Clock>,
    scratch: PathBuf,
    encoders: CpuPool,
    /// Searching the system's fonts takes long and gives the same every time.
    fonts: OnceLock<Arc<Fonts>>,
    /// Pictures that could not be decoded; not picked again until the daemon starts anew.
    damaged: Mutex<BTreeSet<PathBuf>>,
}

impl Assemble {
    /// A stage that presses on `encoders` and makes its files in `scratch`. `clock` says which licences have run out.
    #[must_use]
    pub fn new(
        live: Live,
        artifacts: Arc<dyn Artifacts>,
        clock: Arc<dyn Clock>,
        scratch: PathBuf,
        encoders: CpuPool,
    ) -> Self {
        Self { live, artifacts, clock, scratch, encoders, fonts: OnceLock::new(), damaged: Mutex::default() }
    }

    /// What `input` is to be made into under these settings, without its speech: all that the memo key covers.
    fn design(&self, settings: &Settings, input: &Voiced) -> Result<Design, AssembleError> {
        let (brief, script) = (&input.scripted.brief, &input.scripted.script);
        let library =
            TemplateLibrary::load(settings.assemble.templates.as_deref()).map_err(AssembleError::Templates)?;
        let look = library
            .get(brief.template.as_str())
            .ok_or_else(|| AssembleError::NoTemplate { name: brief.template.to_string() })?;
        timeline::check(script, &input.voice)?;
        let beats: Vec<u64> = input.voice.beats.iter().map(|beat| beat.duration_ms).collect();
        let timeline = Timeline::new(&beats, settings.assemble.fps);
        let mut scenes = scenes(&timeline, script, &input.voice);
        let pictures = self.pictures(settings, input)?;
        for (scene, picked) in scenes.iter_mut().zip(&pictures) {
            scene.picture = picked.as_ref().map(|picked| picked.path.clone());
        }
        let plan = PicturePlan {
            width: settings.assemble.width,
            height: settings.assemble.height,
            fps: settings.assemble.fps,
            frames: timeline.frames(),
            seed: brief.seed,
            language: brief.language.clone(),
            look: look.clone(),
            title: script.draft().title.clone(),
            scenes,
        };
        Ok(Design { timeline, plan, pictures })
    }

    fn pictures(&self, settings: &Settings, input: &Voiced) -> Result<Vec<Option<Picked>>, AssembleError> {
        let script = &input.scripted.script;
        let Some(folder) = &settings.assemble.library else { return Ok(vec![None; script.beats().len()]) };
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let shows: Vec<&str> = script.beats().map(|beat| beat.show.as_str()).collect();
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner).clone();
        PictureLibrary::load(folder, today)
            .and_then(|library| library.pick(&shows, input.scripted.brief.seed, &damaged))
            .map_err(|error| match error {
                LibraryError::Unusable { path, why } => AssembleError::CorruptPicture { path, why },
                LibraryError::Read { .. }
                | LibraryError::Records { .. }
                | LibraryError::File { .. }
                | LibraryError::Twice { .. } => AssembleError::Library(error),
            })
    }

    fn fonts(&self) -> Result<Arc<Fonts>, AssembleError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(Arc::clone(fonts));
        }
        let fonts = Arc::new(Fonts::system().map_err(AssembleError::Fonts)?);
        Ok(Arc::clone(self.fonts.get_or_init(|| fonts)))
    }

    /// Keeps a damaged picture from being picked again.
    fn remember(&self, error: &AssembleError) {
        if let AssembleError::CorruptPicture { path, .. } = error {
            self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        }
    }

    async fn speech(&self, input: &Voiced) -> Result<Vec<Bytes>, AssembleError> {
        let mut parts = Vec::with_capacity(input.voice.beats.len());
        for SpokenBeat { audio: key, .. } in &input.voice.beats {
            let found = self.artifacts.get(key).await?;
            parts.push(found.ok_or_else(|| AssembleError::Artifact(ArtifactError::Missing { key: key.clone() }))?);
        }
        Ok(parts)
    }
}

impl Stage for Assemble {
    type In = Voiced;
    type Product = Cut;
    type Out = Assembled;
    type Error = AssembleError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("assemble");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    /// `None` if it cannot even be designed (a template is gone): [`Stage::process`] says why.
    fn memo(&self, settings: &Arc<Settings>, input: &Voiced) -> Option<MemoKey> {
        self.design(settings, input).ok().map(|design| design.key(settings, input))
    }

    async fn process(&self, settings: &Arc<Settings>, job: &Job, input: &Voiced) -> Result<Step<Cut>, AssembleError> {
        let design = self.design(settings, input).inspect_err(|error| self.remember(error))?;
        let key = design.key(settings, input);
        let order = PressOrder {
            settings: settings.assemble.clone(),
            plan: design.plan.clone(),
            timeline: design.timeline.clone(),
            voice: joined(&self.speech(input).await?, &design.timeline),
            fonts: self.fonts()?,
            scratch: self.scratch.clone(),
        };
        let watch = JobWatch(job.clone());
        let pressed = self.encoders.run(move || press(&order, &watch)).await.map_err(AssembleError::Worker)?;
        let pressed = pressed.inspect_err(|error| self.remember(error))?;
        let (video, poster) = (key.artifact("cut.mp4"), key.artifact("poster.png"));
        self.artifacts.put_file(&video, &pressed.video).await?;
        self.artifacts.put_file(&poster, &pressed.poster).await?;
        Ok(Step::Next(Cut {
            video,
            poster,
            hash: pressed.hash.clone(),
            bytes: pressed.bytes,
            width: design.plan.width,
            height: design.plan.height,
            fps: design.plan.fps,
            duration_ms: design.timeline.duration_ms(),
            loudness_lufs: pressed.loudness.integrated_lufs,
            scenes: design.timeline.spans(),
            provenance: design.provenance(settings, input),
        }))
    }

    fn hand_on(&self, input: Voiced, product: Cut) -> Assembled {
        Assembled { voiced: input, cut: product }
    }
}

struct Design {
    timeline: Timeline,
    plan: PicturePlan,
    pictures: Vec<Option<Picked>>,
}

/// Everything that makes the bytes of a cut and what is said about it, and nothing else: not the account, not the
/// caption, not where the library or the templates lie.
#[derive(Serialize)]
struct MemoInputs<'a> {
    avcodec: u32,
    avformat: u32,
    swresample: u32,
    width: u32,
    height: u32,
    fps: u32,
    preset: &'a str,
    crf: u32,
    audio_bitrate: u32,
    loudness_lufs: f64,
    true_peak_dbtp: f64,
    music_db: Option<f64>,
    duck_db: f64,
    seed: u64,
    language: &'a str,
    template: &'a str,
    look: &'a Look,
    title: &'a str,
    on_screen: Vec<&'a str>,
    pictures: Vec<Option<(&'a str, &'a str)>>,
    audio: Vec<&'a str>,
    voice: &'a str,
    voice_ms: u64,
    beats: &'a [SpokenBeat],
}

impl Design {
    fn key(&self, settings: &Settings, input: &Voiced) -> MemoKey {
        let assemble = &settings.assemble;
        let brief = &input.scripted.brief;
        let pictures = self.pictures.iter().map(Option::as_ref);
        MemoKey::new(
            &Assemble::NAME,
            ENGINE,
            &MemoInputs {
                avcodec: ffmpeg_next::codec::version(),
                avformat: ffmpeg_next::format::version(),
                swresample: ffmpeg_next::software::resampling::version(),
                width: assemble.width,
                height: assemble.height,
                fps: assemble.fps,
                preset: &assemble.preset,
                crf: assemble.crf,
                audio_bitrate: assemble.audio_bitrate,
                loudness_lufs: assemble.loudness_lufs,
                true_peak_dbtp: assemble.true_peak_dbtp,
                music_db: assemble.music_db,
                duck_db: assemble.duck_db,
                seed: brief.seed,
                language: &brief.language,
                template: brief.template.as_str(),
                look: &self.plan.look,
                title: &self.plan.title,
                on_screen: self.plan.scenes.iter().map(|scene| scene.on_screen.as_str()).collect(),
                pictures: pictures.map(|one| one.map(|one| (one.file.as_str(), one.hash.as_str()))).collect(),
                audio: input.voice.beats.iter().map(|beat| beat.audio.as_str()).collect(),
                voice: &input.voice.voice,
                voice_ms: input.voice.duration_ms(),
                beats: &input.voice.beats,
            },
        )
    }

    fn provenance(&self, settings: &Settings, input: &Voiced) -> Provenance {
        let picture = |picked: &Option<Picked>| match picked {
            None => Picture { origin: PictureOrigin::Procedural, hash: String::new() },
            Some(picked) => {
                Picture { origin: PictureOrigin::Library { file: picked.file.clone() }, hash: picked.hash.clone() }
            }
        };
        Provenance {
            template: input.scripted.brief.template.clone(),
            voice: input.voice.voice.clone(),
            pictures: self.pictures.iter().map(picture).collect(),
            music: settings.assemble.music_db.map(|_| MUSIC.to_owned()),
        }
    }
}

/// What is painted for each beat.
pub(crate) fn scenes(timeline: &Timeline, script: &Script, voice: &VoiceTrack) -> Vec<PictureScene> {
    let beats = script.beats().zip(&voice.beats).zip(timeline.scenes());
    beats
        .map(|((written, spoken), (first_frame, end_frame))| {
            let words = timeline::words(spoken, end_frame - first_frame, timeline.fps()).into_iter();
            let words = words.map(|word| TimedWord {
                start_frame: word.start_frame + first_frame,
                end_frame: word.end_frame + first_frame,
                ..word
            });
            let on_screen = written.on_screen.clone();
            PictureScene { first_frame, end_frame, on_screen, picture: None, words: words.collect() }
        })
        .collect()
}

/// The beats as one WAV file, each with silence up to the next scene's first frame.
fn joined(beats: &[Bytes], timeline: &Timeline) -> Bytes {
    const HEADER: usize = 44;
    let Some(first) = beats.first().filter(|wav| wav.len() >= HEADER) else { return Bytes::new() };
    let rate = u64::from(u32::from_le_bytes([first[24], first[25], first[26], first[27]]));
    let mut all = first[..HEADER].to_vec();
    for (wav, (first_frame, _)) in beats.iter().zip(timeline.scenes()) {
        let at = first_frame * rate / u64::from(timeline.fps());
        all.resize(all.len().max(HEADER + at as usize * 2), 0);
        all.extend_from_slice(wav.get(HEADER..).unwrap_or_default());
    }
    let size = (all.len() - HEADER) as u32;
    all[40..44].copy_from_slice(&size.to_le_bytes());
    all.into()
}

struct JobWatch(Job);

impl Watch for JobWatch {
    fn frame_done(&self, done: u64, total: u64) {
        self.0.progress.report(self.0.item, &Assemble::NAME, done, total);
    }

    fn is_cancelled(&self) -> bool {
        self.0.cancel.is_cancelled()
    }
}

#[cfg(test)]
mod tests;
