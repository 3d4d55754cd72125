//! The stage: gathers what one press needs, gives it to a worker, stores what comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use jiff::tz::TimeZone;
use reelpress_config::{Live, Settings};
use reelpress_core::{ArtifactError, Artifacts, Clock, CpuPool, Job, MemoKey, Stage, StageName, Step};
use reelpress_media::{Choice, MediaDesk, MediaError, MediaLibrary, Picked, Terms, Wish};
use reelpress_templates::{Look, TemplateLibrary};
use reelpress_vocabulary::{Assembled, Cut, MediaKind, Picture, Provenance, SpokenBeat, Voiced};
use serde::Serialize;

use crate::error::AssembleError;
use crate::picture::{Fonts, PicturePlan};
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
    media: MediaDesk,
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
        Self {
            live,
            artifacts,
            clock,
            scratch,
            encoders,
            media: MediaDesk::default(),
            fonts: OnceLock::new(),
            damaged: Mutex::default(),
        }
    }

    /// What `input` is to be made into under these settings, without its speech: all that the memo key covers.
    fn design(&self, settings: &Settings, input: &Voiced) -> Result<Design, AssembleError> {
        let (brief, script) = (&input.scripted.brief, &input.scripted.script);
        let library =
            TemplateLibrary::load(settings.assemble.templates.as_deref()).map_err(AssembleError::Templates)?;
        let look = library
            .get(brief.template.as_str())
            .ok_or_else(|| AssembleError::NoTemplate { name: brief.template.to_string() })?;
        let timeline = Timeline::new(input.voice.duration_ms, settings.assemble.fps);
        let mut scenes = timeline::scenes(timeline, script, &input.voice)?;
        let library = self.media.library(&settings.media)?;
        let pictures = self.pictures(&library, settings, input)?;
        for (scene, picture) in scenes.iter_mut().zip(&pictures) {
            scene.picture = picture.as_ref().map(|picture| picture.path.clone());
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
        Ok(Design { timeline, plan, library, pictures })
    }

    fn pictures(
        &self,
        library: &MediaLibrary,
        settings: &Settings,
        input: &Voiced,
    ) -> Result<Vec<Option<Chosen>>, AssembleError> {
        library.look_at_folders()?;
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let terms = Terms {
            seed: input.scripted.brief.seed,
            today: self.clock.now().to_zoned(TimeZone::UTC).date(),
            uses: &settings.media.uses,
            recent: &BTreeMap::new(),
            damaged: &damaged,
        };
        let beats = input.scripted.script.beats();
        let wish = |show| Wish { show, kinds: &[MediaKind::Picture], ..Wish::default() };
        let wishes: Vec<Wish<'_>> = beats.map(|beat| wish(beat.show.as_str())).collect();
        let chosen = |choice: Choice| -> Result<Chosen, MediaError> {
            let (path, version) = (library.path(&choice), library.version(&choice)?);
            Ok(Chosen { choice, path, version })
        };
        let choices = library.pick(&wishes, &terms)?.into_iter();
        Ok(choices.map(|choice| choice.map(chosen).transpose()).collect::<Result<_, MediaError>>()?)
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

    async fn speech(&self, input: &Voiced) -> Result<Bytes, AssembleError> {
        let key = &input.voice.audio;
        let found = self.artifacts.get(key).await?;
        found.ok_or_else(|| AssembleError::Artifact(ArtifactError::Missing { key: key.clone() }))
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
        self.media.library(&settings.media)?.look(self.clock.now()).await?;
        let design = self.design(settings, input).inspect_err(|error| self.remember(error))?;
        let pictures = design.fetch().await.inspect_err(|error| self.remember(error))?;
        let key = design.key(settings, input);
        let order = PressOrder {
            settings: settings.assemble.clone(),
            plan: design.plan.clone(),
            timeline: design.timeline,
            voice: self.speech(input).await?,
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
            scenes: timeline::spans(design.timeline, &design.plan.scenes),
            provenance: provenance(settings, input, &pictures),
        }))
    }

    fn hand_on(&self, input: Voiced, product: Cut) -> Assembled {
        Assembled { voiced: input, cut: product }
    }
}

struct Design {
    timeline: Timeline,
    plan: PicturePlan,
    library: Arc<MediaLibrary>,
    pictures: Vec<Option<Chosen>>,
}

/// A file of the media library, where it will be and which bytes it will have.
struct Chosen {
    choice: Choice,
    path: PathBuf,
    version: String,
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
    audio: &'a str,
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
                pictures: pictures
                    .map(|one| one.map(|one| (one.choice.record().file.as_str(), one.version.as_str())))
                    .collect(),
                audio: input.voice.audio.as_str(),
                voice: &input.voice.voice,
                voice_ms: input.voice.duration_ms,
                beats: &input.voice.beats,
            },
        )
    }

    /// Brings every picture to this host. As long as they are held, none leaves the cache.
    async fn fetch(&self) -> Result<Vec<Option<Picked>>, AssembleError> {
        let mut pictures = Vec::with_capacity(self.pictures.len());
        for chosen in &self.pictures {
            pictures.push(match chosen {
                Some(chosen) => Some(self.library.fetch(&chosen.choice).await?),
                None => None,
            });
        }
        Ok(pictures)
    }
}

fn provenance(settings: &Settings, input: &Voiced, pictures: &[Option<Picked>]) -> Provenance {
    let picture = |picked: &Option<Picked>| match picked {
        None => Picture::Drawn,
        Some(picked) => Picture::File(picked.used_as(MediaKind::Picture)),
    };
    Provenance {
        template: input.scripted.brief.template.clone(),
        voice: input.voice.voice.clone(),
        pictures: pictures.iter().map(picture).collect(),
        music: settings.assemble.music_db.map(|_| MUSIC.to_owned()),
        others: Vec::new(),
    }
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
