//! The heavy part of the stage: pieces painted and coded where they are not kept from before, the sound mixed and coded,
//! all joined into one file by packet copy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use reelpress_config::Assemble as AssembleSettings;
use reelpress_core::{ArtifactError, CpuPool};
use reelpress_vocabulary::Overlay;
use tempfile::TempPath;

use crate::compose::survey::Seen;
use crate::compose::{Painters, PiecePainter, ScenePainter};
use crate::encode::{Chosen, CodedSound, EncodeError, VideoSpec, choose_encoder, code_sound, join, segment};
use crate::error::AssembleError;
use crate::overlays;
use crate::picture::{Fonts, PictureError, PlanesMut};
use crate::plan::{CutPlan, Piece, parts};
use crate::poster;
use crate::segment::{Components, Segment, SegmentStore, SegmentUsage};
use crate::sound::{Cue, Loudness, Music, SoundOrder, SpokenPart, Track};
use crate::timeline::Timeline;
use crate::watch::Watch;

/// Part of every key: raised when the same plan gives other pixels or the same order other bytes.
pub const ENGINE: u32 = 6;

/// Everything one press needs; no part of it knows an account or an item.
#[derive(Debug, Clone)]
pub struct PressOrder {
    /// Encoder and loudness; folders in it are not looked at.
    pub settings: AssembleSettings,
    /// What is painted. Its size and rate are the cut's.
    pub plan: Arc<CutPlan>,
    /// What is heard.
    pub score: Arc<Score>,
}

/// What is heard, and when.
#[derive(Debug, Clone)]
pub struct Score {
    /// When the scenes are.
    pub timeline: Timeline,
    /// The speech of each scene: 16-bit mono WAV.
    pub voice: Vec<Bytes>,
    /// What the composed music is like.
    pub mood: reelpress_templates::MusicMood,
    /// A licensed track, in place of composed music.
    pub track: Option<Arc<Track>>,
    /// Effects.
    pub cues: Vec<Cue>,
    /// Chooses chords, patterns and small variations.
    pub seed: u64,
}

/// A finished cut. Its files are removed when this is dropped.
#[derive(Debug)]
pub struct Pressed {
    /// The MP4.
    pub video: TempPath,
    /// The PNG.
    pub poster: TempPath,
    /// blake3 of the MP4, hex.
    pub hash: String,
    /// Size of the MP4 in bytes.
    pub bytes: u64,
    /// As measured.
    pub loudness: Loudness,
    /// What became of each piece, in order.
    pub pieces: Vec<PieceReport>,
    /// What lies over its pictures, by the time it appears.
    pub overlays: Vec<Overlay>,
}

/// What became of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceReport {
    /// Which.
    pub piece: Piece,
    /// Its length.
    pub frames: u64,
    /// Why it was made; `None` if it was kept from before.
    pub made: Option<String>,
}

/// Presses cuts: several at a time, on the workers of a pool, with one store of segments for all.
#[derive(Clone)]
pub struct Press {
    segments: SegmentStore,
    workers: CpuPool,
    fonts: Arc<Fonts>,
    /// Where files are made.
    scratch: PathBuf,
    /// The encoder that was chosen last, and for which settings.
    chosen: Arc<Mutex<Option<ChosenFor>>>,
}

/// Settings, and the encoder that works under them.
type ChosenFor = (AssembleSettings, Arc<Chosen>);

impl Press {
    /// A press that makes its files in `scratch`, which is created if it is missing.
    #[must_use]
    pub fn new(segments: SegmentStore, workers: CpuPool, fonts: Arc<Fonts>, scratch: PathBuf) -> Self {
        Self { segments, workers, fonts, scratch, chosen: Arc::default() }
    }

    /// Makes one cut. The same order gives the same bytes on the same libav build, whatever was kept from before and
    /// however many workers there are.
    ///
    /// # Errors
    /// Any [`AssembleError`]; nothing is left in the scratch folder then. Pieces that were made are kept.
    pub async fn press(&self, order: &PressOrder, watch: Arc<dyn Watch>) -> Result<Pressed, AssembleError> {
        let chosen = self.encoder(&order.settings).await?;
        let pieces = order.plan.pieces();
        let job = Arc::new(PieceJob {
            plan: Arc::clone(&order.plan),
            spec: chosen.spec(&order.settings),
            encoder: chosen.identity(&chosen.spec(&order.settings)),
            fonts: Arc::clone(&self.fonts),
            fonts_digest: self.fonts.digest()?,
            painters: Painters::default(),
            surveyed: Mutex::default(),
            done: AtomicU64::new(0),
            watch,
        });
        // Pieces are asked for in order and as many at a time as there are workers, so that a lone cut uses them all.
        let made = stream::iter(pieces)
            .map(|piece| self.piece(&job, piece))
            .buffered(self.workers.size().get())
            .try_collect::<Vec<_>>();
        // The poster first: the first scene is then painted with what was read and set for it.
        let (poster, made, sound) = futures::try_join!(self.poster(&job), made, self.sound(order))?;
        let made = made.into_iter().unzip();
        self.finish(order, job, poster, made, sound).await
    }

    /// What its store of segments holds and did.
    #[must_use]
    pub fn usage(&self) -> SegmentUsage {
        self.segments.usage()
    }

    /// Writes down what is known of the segments, for the next start; see [`SegmentStore::save`].
    ///
    /// # Errors
    /// [`ArtifactError`] if it cannot be written.
    pub async fn save(&self) -> Result<(), ArtifactError> {
        self.segments.save().await
    }

    /// One piece: kept from before, or painted and coded on a worker.
    async fn piece(&self, job: &Arc<PieceJob>, piece: Piece) -> Result<(Arc<Segment>, PieceReport), AssembleError> {
        // Pieces that are kept go by without a frame that would hear the word to stop.
        if job.watch.is_cancelled() {
            return Err(AssembleError::Encode(EncodeError::Cancelled { frames: job.done.load(Ordering::Relaxed) }));
        }
        let components = job.components(piece);
        let make = || async {
            let job = Arc::clone(job);
            self.workers.run(move || job.make(piece)).await.map_err(AssembleError::Worker)?
        };
        let fetched = self.segments.get_or_make::<AssembleError, _>(&components, make).await?;
        let frames = job.plan.frames_of(piece);
        if fetched.made.is_none() {
            job.pass(frames);
        }
        let made = fetched.made.map(|reason| reason.to_string());
        Ok((fetched.segment, PieceReport { piece, frames, made }))
    }

    async fn sound(&self, order: &PressOrder) -> Result<CodedSound, AssembleError> {
        let order = order.clone();
        self.workers.run(move || order.score.coded(&order.settings)).await.map_err(AssembleError::Worker)?
    }

    async fn poster(&self, job: &Arc<PieceJob>) -> Result<TempPath, AssembleError> {
        let (job, scratch) = (Arc::clone(job), self.scratch.clone());
        let work = move || {
            let poster = scratch_file(&scratch, "poster-", ".png")?;
            poster::write(&job.plan, &job.fonts, &job.painters, &poster)?;
            Ok(poster)
        };
        self.workers.run(work).await.map_err(AssembleError::Worker)?
    }

    async fn finish(
        &self,
        order: &PressOrder,
        job: Arc<PieceJob>,
        poster: TempPath,
        (segments, pieces): (Vec<Arc<Segment>>, Vec<PieceReport>),
        sound: CodedSound,
    ) -> Result<Pressed, AssembleError> {
        let (scratch, score) = (self.scratch.clone(), Arc::clone(&order.score));
        let work = move || -> Result<Pressed, AssembleError> {
            let video = scratch_file(&scratch, "cut-", ".mp4")?;
            join(&job.spec, segments.iter().map(Arc::as_ref), Some(&sound), &video).map_err(AssembleError::Join)?;
            let (hash, bytes) = fingerprint(&video).map_err(|source| AssembleError::Scratch {
                action: "read the cut",
                path: scratch.clone(),
                source,
            })?;
            let overlays = overlays::of_cut(job.plan.canvas, &score.timeline, job.survey()?);
            Ok(Pressed { video, poster, hash, bytes, loudness: sound.loudness(), pieces, overlays })
        };
        self.workers.run(work).await.map_err(AssembleError::Worker)?
    }

    /// The encoder for these settings: tried once, and again when they change.
    async fn encoder(&self, settings: &AssembleSettings) -> Result<Arc<Chosen>, AssembleError> {
        let known = self.chosen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, chosen)) = known.filter(|(of, _)| of == settings) {
            return Ok(chosen);
        }
        let of = settings.clone();
        let chosen = self.workers.run(move || choose_encoder(&of)).await.map_err(AssembleError::Worker)?;
        let chosen = Arc::new(chosen.map_err(AssembleError::Encode)?);
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some((settings.clone(), Arc::clone(&chosen)));
        Ok(chosen)
    }
}

/// What the pieces of one cut share.
struct PieceJob {
    plan: Arc<CutPlan>,
    spec: VideoSpec,
    /// Hash of the encoder's build and options.
    encoder: [u8; 32],
    fonts: Arc<Fonts>,
    fonts_digest: [u8; 32],
    /// What was read, drawn or set for one piece serves its neighbours.
    painters: Painters,
    /// What lies over the pictures of the scenes that were painted, by scene.
    surveyed: Mutex<BTreeMap<usize, Vec<Seen>>>,
    /// Frames finished so far.
    done: AtomicU64,
    watch: Arc<dyn Watch>,
}

impl PieceJob {
    /// Everything that makes the bytes of a piece.
    fn components(&self, piece: Piece) -> Components {
        let parts = parts::of(&self.plan, piece);
        parts
            .into_iter()
            .fold(Components::new(), |components, (name, hash)| components.with(name, hash))
            .with("fonts", self.fonts_digest)
            .with("encoder", self.encoder)
            .with_value("engine", &ENGINE)
    }

    fn make(&self, piece: Piece) -> Result<Segment, AssembleError> {
        let mut painter = PiecePainter::sharing(&self.plan, piece, &self.fonts, &self.painters)?;
        let fault = OnceLock::new();
        let mut paint = |at: u64, planes: &mut PlanesMut<'_>| {
            if let Err(error) = painter.paint(at, planes) {
                fault.get_or_init(|| error);
            }
        };
        let watch = PieceWatch { job: self, fault: &fault };
        let coded = segment(&self.spec, self.plan.frames_of(piece), &mut paint, &watch);
        if let Some(fault) = fault.into_inner() {
            return Err(AssembleError::from(fault));
        }
        let coded = coded.map_err(AssembleError::Encode)?;
        if let Piece::Scene { scene, .. } = piece {
            // While its texts are set.
            let seen = painter.survey()?;
            self.surveyed.lock().unwrap_or_else(PoisonError::into_inner).insert(scene, seen);
        }
        self.painters.take_back(painter);
        Ok(coded)
    }

    /// What lies over the pictures of each scene. Those whose pieces were kept from before are set up for it; that costs
    /// about as much as painting three of their frames, not coding them.
    fn survey(&self) -> Result<Vec<Vec<Seen>>, AssembleError> {
        let mut surveyed = std::mem::take(&mut *self.surveyed.lock().unwrap_or_else(PoisonError::into_inner));
        let scenes = self.plan.scenes.iter().enumerate().map(|(at, plan)| {
            if let Some(seen) = surveyed.remove(&at) {
                return Ok(seen);
            }
            let mut painter = match self.painters.take(at) {
                Some(painter) => painter,
                None => {
                    let (canvas, pictures) = (self.plan.canvas, self.painters.pictures());
                    ScenePainter::sharing(canvas, Arc::clone(plan), &self.fonts, pictures)?
                }
            };
            painter.survey()
        });
        scenes.collect::<Result<_, PictureError>>().map_err(AssembleError::from)
    }

    /// Counts finished frames and tells the watcher.
    fn pass(&self, frames: u64) {
        let done = self.done.fetch_add(frames, Ordering::Relaxed) + frames;
        self.watch.frame_done(done, self.plan.frames());
    }
}

/// A piece's frames counted into those of its cut.
struct PieceWatch<'a> {
    job: &'a PieceJob,
    /// What the painter complained about; nothing more is coded then.
    fault: &'a OnceLock<PictureError>,
}

impl Watch for PieceWatch<'_> {
    fn frame_done(&self, _done: u64, _total: u64) {
        self.job.pass(1);
    }

    fn is_cancelled(&self) -> bool {
        self.fault.get().is_some() || self.job.watch.is_cancelled()
    }
}

impl Score {
    pub(crate) fn coded(&self, settings: &AssembleSettings) -> Result<CodedSound, AssembleError> {
        let starts = self.timeline.scenes().map(|(first, _)| self.timeline.sample_at(first));
        let voice = self.voice.iter().zip(starts).map(|(wav, start)| SpokenPart { wav, start }).collect();
        let order = SoundOrder {
            voice,
            cues: self.cues.clone(),
            samples: self.timeline.samples(),
            music: self.track.as_deref().map_or(Music::Composed(self.mood), Music::Licensed),
            seed: self.seed,
            music_db: settings.music_db,
            duck_db: settings.duck_db,
            loudness_lufs: settings.loudness_lufs,
            true_peak_dbtp: settings.true_peak_dbtp,
        };
        code_sound(&order, settings.audio_bitrate)
    }
}

pub(crate) fn scratch_file(folder: &Path, prefix: &str, suffix: &str) -> Result<TempPath, AssembleError> {
    std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder))
        .map(tempfile::NamedTempFile::into_temp_path)
        .map_err(|source| AssembleError::Scratch { action: "create a file", path: folder.to_owned(), source })
}

pub(crate) fn fingerprint(file: &Path) -> std::io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(file)?)?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

#[cfg(test)]
mod tests;
