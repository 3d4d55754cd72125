//! The real stage in a folder of its own: artifacts, pictures, scratch.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use reelpress_assemble::{Assemble, Fonts, PressOrder, VideoSpec, choose_encoder};
use reelpress_config::{Assemble as AssembleSettings, Live, MediaPlace, Settings};
use reelpress_core::{ArtifactKey, Artifacts, CpuPool, ItemId, Job, Stage as _, Step, SystemClock};
use reelpress_store::FolderArtifacts;
use reelpress_vocabulary::{Cut, Voiced};
use tokio::runtime::Runtime;

use crate::cut::{self, Edit};
use crate::pictures;

/// Small and few frames: shows that the harness works.
const QUICK: (u32, u32, u32) = (216, 384, 12);
/// Scenes of the shortest script that keeps the rules.
const SHORTEST: usize = 4;

/// A stage, and where its things are. The folder goes with it.
pub(crate) struct Studio {
    pub(crate) fonts: Fonts,
    pub(crate) spec: VideoSpec,
    stage: Assemble,
    settings: Arc<Settings>,
    artifacts: Arc<FolderArtifacts>,
    runtime: Runtime,
    folder: tempfile::TempDir,
    quick: bool,
}

impl Studio {
    /// A stage with so many workers and the default settings; with six pictures, or with none.
    pub(crate) fn open(workers: NonZeroUsize, quick: bool, with_pictures: bool) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("could not make a folder")?;
        let library = folder.path().join("library");
        std::fs::create_dir(&library).context("could not make a folder")?;
        let mut settings = Settings::default();
        if with_pictures {
            pictures::draw(&library, &cut::PICTURES, quick)?;
            settings.media.places = vec![MediaPlace::Folder(library)];
        }
        if quick {
            make_small(&mut settings.assemble);
        }
        let artifacts = Arc::new(FolderArtifacts::open(&folder.path().join("artifacts"))?);
        let stage = Assemble::new(
            Live::new(settings.clone()),
            Arc::clone(&artifacts) as Arc<dyn Artifacts>,
            Arc::new(SystemClock),
            folder.path().join("scratch"),
            CpuPool::new(workers)?,
        );
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let spec = choose_encoder(&settings.assemble)?.spec(&settings.assemble);
        let (runtime, fonts) = (runtime.context("no runtime")?, Fonts::system()?);
        Ok(Self { fonts, spec, stage, settings: Arc::new(settings), artifacts, runtime, folder, quick })
    }

    /// Script and speech of a cut, the speech kept where the stage looks for it.
    pub(crate) fn voiced(&self, scenes: usize, edit: Edit<'_>) -> anyhow::Result<Voiced> {
        let (voiced, files) = cut::voiced(&self.settings, (scenes, self.quick), edit)?;
        self.keep(files)?;
        Ok(voiced)
    }

    fn keep(&self, files: Vec<(ArtifactKey, Bytes)>) -> anyhow::Result<()> {
        self.runtime.block_on(async {
            for (key, bytes) in files {
                self.artifacts.put(&key, bytes).await?;
            }
            anyhow::Ok(())
        })
    }

    /// Presses three seconds of another cut: fonts are found and the encoder is tried once in a daemon's life.
    pub(crate) fn warm_up(&self) -> anyhow::Result<()> {
        let other = Edit { seed: u64::MAX, ..Edit::default() };
        let (voiced, files) = cut::voiced(&self.settings, (SHORTEST, true), other)?;
        self.keep(files)?;
        self.press(&voiced).map(drop)
    }

    /// The whole call of the stage, as the runner makes it.
    pub(crate) fn press(&self, input: &Voiced) -> anyhow::Result<Cut> {
        self.runtime.block_on(self.process(input))
    }

    /// Several cuts at a time.
    pub(crate) fn press_together(&self, inputs: &[Voiced]) -> anyhow::Result<()> {
        self.runtime.block_on(futures::future::try_join_all(inputs.iter().map(|input| self.process(input))))?;
        Ok(())
    }

    async fn process(&self, input: &Voiced) -> anyhow::Result<Cut> {
        match self.stage.process(&self.settings, &job(), input).await? {
            Step::Next(cut) => Ok(cut),
            Step::Later(_) | Step::Hold(_) | Step::Reject(_) => anyhow::bail!("the stage did not make the bench cut"),
        }
    }

    /// What the stage presses for this input.
    pub(crate) fn order(&self, input: &Voiced) -> anyhow::Result<PressOrder> {
        let job = job();
        let order = reelpress_assemble::order(&self.stage, &self.settings, &job, input);
        self.runtime.block_on(order)?.context("the stage did not order the bench cut")
    }

    /// Removes every segment: the next press is cold. Fonts and encoder stay known, as in a daemon that runs.
    pub(crate) fn forget(&self) -> anyhow::Result<()> {
        let folder = ArtifactKey::parse("segments")?;
        self.runtime.block_on(async {
            for stored in self.artifacts.list(&folder).await? {
                self.artifacts.remove(&stored.key).await?;
            }
            anyhow::Ok(())
        })
    }

    /// The cut's video, as a file.
    pub(crate) fn video(&self, cut: &Cut) -> anyhow::Result<PathBuf> {
        let file = self.folder.path().join("cut.mp4");
        self.runtime.block_on(self.artifacts.fetch(&cut.video, &file))?;
        Ok(file)
    }

    /// Copies pictures and speech to where another tool is to use them.
    pub(crate) fn copy_inputs(&self, input: &Voiced, folder: &Path) -> anyhow::Result<()> {
        for name in cut::PICTURES {
            let name = format!("{name}.jpg");
            let from = self.folder.path().join("library").join(&name);
            std::fs::copy(from, folder.join(name)).context("could not copy a picture")?;
        }
        for (at, beat) in input.voice.beats.iter().enumerate() {
            let file = folder.join(format!("speech-{at}.wav"));
            self.runtime.block_on(self.artifacts.fetch(&beat.audio, &file))?;
        }
        Ok(())
    }

    /// A place for files of the measurement itself.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Settings for a look at whether it works.
pub(crate) fn make_small(settings: &mut AssembleSettings) {
    (settings.width, settings.height, settings.fps) = QUICK;
}

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 2))
}
