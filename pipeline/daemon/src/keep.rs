//! The last stage of `reelpress make`: puts the finished files into a folder, under readable names.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use reelpress_core::{ArtifactError, Artifacts, Fault, Job, MemoKey, Remedy, Stage, StageName, Step};
use reelpress_vocabulary::{Decision, Screened};
use serde::{Deserialize, Serialize};

/// One video as `make` left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptVideo {
    /// The script's title.
    pub title: String,
    /// The mp4.
    pub video: PathBuf,
    /// The poster's PNG.
    pub poster: PathBuf,
    /// Script, sources, verdict, provenance as JSON.
    pub details: PathBuf,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// What screening says: `pass` or `hold` with its findings.
    pub decision: Decision,
    /// One line for each finding.
    pub findings: Vec<String>,
}

/// What was kept so far, in the order it was finished; shared with whoever waits for it.
pub type Kept = Arc<Mutex<Vec<KeptVideo>>>;

/// Copies cut and poster out of the store.
pub struct Keep {
    artifacts: Arc<dyn Artifacts>,
    folder: PathBuf,
    kept: Kept,
}

/// Why a finished video could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The folder cannot be written.
    #[error("could not write {path} (is the folder there and writable?)")]
    Write {
        /// Which file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// The store does not give the file.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
}

impl Fault for KeepError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Write { .. } => Remedy::GiveUp,
            Self::Artifact(error) => error.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Write { .. } => "folder_not_writable",
            Self::Artifact(_) => "artifact_store",
        }
    }
}

impl Keep {
    /// Keeps videos in `folder` and lists them in `kept`.
    #[must_use]
    pub fn new(artifacts: Arc<dyn Artifacts>, folder: PathBuf, kept: Kept) -> Self {
        Self { artifacts, folder, kept }
    }

    async fn write(&self, input: &Screened) -> Result<KeptVideo, KeepError> {
        let script = input.assembled.voiced.scripted.script.draft();
        let cut = &input.assembled.cut;
        let base = self.folder.join(format!("{}-{}", reelpress_deliver::slug(&script.title), &cut.hash[..6]));
        let kept = KeptVideo {
            title: script.title.clone(),
            video: base.with_extension("mp4"),
            poster: base.with_extension("png"),
            details: base.with_extension("json"),
            duration_ms: cut.duration_ms,
            decision: input.verdict.decision(),
            findings: input.verdict.findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect(),
        };
        self.artifacts.fetch(&cut.video, &kept.video).await?;
        self.artifacts.fetch(&cut.poster, &kept.poster).await?;
        let details = serde_json::to_vec_pretty(input).expect("what passes between stages is plain data");
        write(&kept.details, &details)?;
        Ok(kept)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), KeepError> {
    std::fs::write(path, bytes).map_err(|source| KeepError::Write { path: path.to_owned(), source })
}

impl Stage for Keep {
    type In = Screened;
    type Product = KeptVideo;
    type Out = KeptVideo;
    type Error = KeepError;
    type Settings = ();
    const NAME: StageName = StageName::new("keep");

    fn settings(&self) {}

    fn memo(&self, (): &(), _input: &Screened) -> Option<MemoKey> {
        None
    }

    async fn process(&self, (): &(), _job: &Job, input: &Screened) -> Result<Step<KeptVideo>, KeepError> {
        let video = self.write(input).await?;
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(video.clone());
        Ok(Step::Next(video))
    }

    fn hand_on(&self, _input: Screened, product: KeptVideo) -> KeptVideo {
        product
    }
}
