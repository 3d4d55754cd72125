//! The stage: gathers what one press needs, has it pressed, stores what comes back.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use reelpress_config::{Live, Settings};
use reelpress_core::events::{self, SegmentTotals};
use reelpress_core::{ArtifactError, Artifacts, Clock, CpuPool, Job, MemoKey, Stage, StageName, Step};
use reelpress_vocabulary::{Assembled, Cut, Overlay, Voiced};
use serde::Serialize;
use tokio::sync::OnceCell;

use crate::design::{self, Materials};
use crate::disclosure;
use crate::error::AssembleError;
use crate::gather::{Gathered, Gatherer, Supplies};
use crate::picture::Fonts;
use crate::plan::{CutPlan, Piece};
use crate::press::{ENGINE, PieceReport, Press, PressOrder, Score};
use crate::score;
use crate::segment::{SegmentStore, SegmentUsage};
use crate::timeline::{self, Timeline};
use crate::watch::Watch;

/// Script and speech in, a finished cut out.
pub struct Assemble {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    clock: Arc<dyn Clock>,
    scratch: PathBuf,
    workers: CpuPool,
    gatherer: Gatherer,
    /// Searching the system's fonts takes long and gives the same every time.
    fonts: OnceLock<Arc<Fonts>>,
    /// Opened with the first item: it has to look at what the store holds.
    press: OnceCell<Press>,
}

impl Assemble {
    /// A stage that presses on `workers` and makes its files in `scratch`. `clock` says which licences have run out.
    #[must_use]
    pub fn new(
        live: Live,
        artifacts: Arc<dyn Artifacts>,
        clock: Arc<dyn Clock>,
        scratch: PathBuf,
        workers: CpuPool,
    ) -> Self {
        let gatherer = Gatherer::new(artifacts.clone(), clock.clone(), scratch.clone());
        let (fonts, press) = (OnceLock::new(), OnceCell::new());
        Self { live, artifacts, clock, scratch, workers, gatherer, fonts, press }
    }

    /// What `input` is to look and sound like under these settings, as far as it can be known before anything is fetched:
    /// all that the memo key covers.
    fn key(&self, settings: &Settings, input: &Voiced) -> Result<MemoKey, AssembleError> {
        let supplies = self.gatherer.supplies(settings, input)?;
        let timeline = timeline_of(settings, input)?;
        // The narration's level is in the key by the speech's own.
        let plan = plan(settings, input, &supplies, &timeline, supplies.media(), &|_| Vec::new());
        let assemble = &settings.assemble;
        Ok(MemoKey::new(
            &Self::NAME,
            ENGINE,
            &MemoInputs {
                avcodec: ffmpeg_next::codec::version(),
                avformat: ffmpeg_next::format::version(),
                fonts: self.fonts()?.digest()?,
                encoder: (&assemble.encoder, &assemble.preset, assemble.crf, assemble.audio_bitrate),
                loudness: (assemble.loudness_lufs, assemble.true_peak_dbtp, assemble.music_db, assemble.duck_db),
                plan: &plan,
                speech: input.voice.beats.iter().map(|beat| beat.audio.as_str()).collect(),
                voice: &input.voice.voice,
                mood: supplies.template.music,
                cues: supplies.template.cues,
                seed: input.scripted.brief.seed,
                supplies: supplies.versions(),
            },
        ))
    }

    fn fonts(&self) -> Result<Arc<Fonts>, AssembleError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(Arc::clone(fonts));
        }
        let fonts = Arc::new(Fonts::system().map_err(AssembleError::Fonts)?);
        Ok(Arc::clone(self.fonts.get_or_init(|| fonts)))
    }

    async fn press(&self, settings: &Settings) -> Result<&Press, AssembleError> {
        let open = || async {
            let (artifacts, clock) = (self.artifacts.clone(), self.clock.clone());
            let segments = SegmentStore::open(artifacts, clock, settings.assemble.segment_store_max).await?;
            Ok(Press::new(segments, self.workers.clone(), self.fonts()?, self.scratch.clone()))
        };
        self.press.get_or_try_init(open).await
    }

    async fn speech(&self, input: &Voiced) -> Result<Vec<Bytes>, AssembleError> {
        let mut parts = Vec::with_capacity(input.voice.beats.len());
        for beat in &input.voice.beats {
            let found = self.artifacts.get(&beat.audio).await?;
            let missing = || AssembleError::Artifact(ArtifactError::Missing { key: beat.audio.clone() });
            parts.push(found.ok_or_else(missing)?);
        }
        Ok(parts)
    }

    /// All that one press needs, with every file on this host.
    pub(crate) async fn order(
        &self,
        settings: &Settings,
        job: &Job,
        input: &Voiced,
    ) -> Result<Step<Ready>, AssembleError> {
        let supplies = self.gatherer.look(settings, input).await?;
        let gathered = match self.gatherer.gather(settings, &supplies, job).await? {
            Step::Next(gathered) => gathered,
            Step::Later(wait) => return Ok(Step::Later(wait)),
            Step::Hold(reason) => return Ok(Step::Hold(reason)),
            Step::Reject(reason) => return Ok(Step::Reject(reason)),
        };
        let timeline = timeline_of(settings, input)?;
        let speech = self.speech(input).await?;
        let level = |scene: usize| score::level(&speech, &timeline, scene);
        let plan = plan(settings, input, &supplies, &timeline, gathered.media.clone(), &level);
        let overlays = disclosure::overlays(&supplies.template, &plan, timeline.duration_ms());
        let track = gathered.track(&self.workers).await?;
        let score = Score {
            cues: score::cues(&supplies.template, &plan, &timeline),
            mood: supplies.template.music,
            track,
            seed: input.scripted.brief.seed,
            voice: speech,
            timeline,
        };
        let order = PressOrder { settings: settings.assemble.clone(), plan: Arc::new(plan), score: Arc::new(score) };
        Ok(Step::Next(Ready { order, gathered, overlays }))
    }
}

/// An order, and the files it needs, held on this host for as long.
pub(crate) struct Ready {
    pub(crate) order: PressOrder,
    gathered: Gathered,
    overlays: Vec<Overlay>,
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
        self.key(settings, input).ok()
    }

    async fn process(&self, settings: &Arc<Settings>, job: &Job, input: &Voiced) -> Result<Step<Cut>, AssembleError> {
        let remember = |error: &AssembleError| self.gatherer.remember(error);
        let Ready { order, gathered, overlays } = match self.order(settings, job, input).await.inspect_err(remember)? {
            Step::Next(ready) => ready,
            Step::Later(wait) => return Ok(Step::Later(wait)),
            Step::Hold(reason) => return Ok(Step::Hold(reason)),
            Step::Reject(reason) => return Ok(Step::Reject(reason)),
        };
        let key = self.key(settings, input)?;
        let press = self.press(settings).await?;
        let pressed = press.press(&order, Arc::new(JobWatch(job.clone()))).await;
        events::segments(totals(press.usage()));
        let pressed = pressed.inspect_err(remember)?;
        for report in &pressed.pieces {
            job.progress.explain(job.item, &Self::NAME, &told(report));
        }
        let (video, poster) = (key.artifact("cut.mp4"), key.artifact("poster.png"));
        self.artifacts.put_file(&video, &pressed.video).await?;
        self.artifacts.put_file(&poster, &pressed.poster).await?;
        let canvas = order.plan.canvas;
        Ok(Step::Next(Cut {
            video,
            poster,
            hash: pressed.hash.clone(),
            bytes: pressed.bytes,
            width: canvas.width,
            height: canvas.height,
            fps: canvas.fps,
            duration_ms: order.score.timeline.duration_ms(),
            loudness_lufs: pressed.loudness.integrated_lufs,
            scenes: order.score.timeline.spans(),
            overlays,
            provenance: gathered.provenance(settings, input),
        }))
    }

    fn hand_on(&self, input: Voiced, product: Cut) -> Assembled {
        Assembled { voiced: input, cut: product }
    }

    async fn close(&self) {
        let Some(press) = self.press.get() else { return };
        if let Err(error) = press.save().await {
            tracing::warn!(%error, "index of the segment store not written, it will be made anew from a listing");
        }
    }
}

fn totals(usage: SegmentUsage) -> SegmentTotals {
    let SegmentUsage { made, reused, evicted, damaged, bytes, .. } = usage;
    SegmentTotals { made, reused, evicted, damaged, bytes }
}

fn timeline_of(settings: &Settings, input: &Voiced) -> Result<Timeline, AssembleError> {
    timeline::check(&input.scripted.script, &input.voice)?;
    let beats: Vec<u64> = input.voice.beats.iter().map(|beat| beat.duration_ms).collect();
    Ok(Timeline::new(&beats, settings.assemble.fps))
}

fn plan(
    settings: &Settings,
    input: &Voiced,
    supplies: &Supplies,
    timeline: &Timeline,
    media: design::MediaOfScenes,
    level: &dyn Fn(usize) -> Vec<u8>,
) -> CutPlan {
    let brief = &input.scripted.brief;
    design::cut(&Materials {
        canvas: supplies.canvas,
        template: &supplies.template,
        brand: &supplies.brand,
        safe: reelpress_templates::safe::zone(
            settings.assemble.safe_zone,
            supplies.canvas.width,
            supplies.canvas.height,
        ),
        script: &input.scripted.script,
        voice: &input.voice,
        timeline,
        language: &brief.language,
        seed: brief.seed,
        media,
        level,
    })
}

/// Everything that makes the bytes of a cut and what is said about it, and nothing else: not the account, not the
/// caption, not where the library or the templates lie.
#[derive(Serialize)]
struct MemoInputs<'a> {
    avcodec: u32,
    avformat: u32,
    fonts: [u8; 32],
    encoder: (&'a [reelpress_config::VideoEncoder], &'a str, u32, u32),
    loudness: (f64, f64, Option<f64>, f64),
    plan: &'a CutPlan,
    speech: Vec<&'a str>,
    voice: &'a str,
    mood: reelpress_templates::MusicMood,
    cues: reelpress_templates::template::Cues,
    seed: u64,
    supplies: Vec<String>,
}

/// One line for people about a piece.
fn told(report: &PieceReport) -> String {
    let piece = match report.piece {
        Piece::Scene { scene, .. } => format!("scene {}", scene + 1),
        Piece::Transition { into, .. } => format!("transition {} to {}", into, into + 1),
    };
    match &report.made {
        None => format!("{piece}: {} frames kept from before", report.frames),
        Some(reason) => format!("{piece}: {} frames made ({reason})", report.frames),
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
