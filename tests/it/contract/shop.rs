//! What stages stand in: settings, a store, notes, a clock, and ports that fail.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use reelpress_config::{Live, ProcessEnvironment, Settings};
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryNotes};
use reelpress_core::{
    ArtifactError, ArtifactKey, Artifacts, Clock, CpuPool, Durability, ItemId, JournalError, Note, Noted, Notes, Stored,
};
use reelpress_screen::{Credentials, FileFacts, Inspect, InspectError};
use reelpress_tests::press::{QUICK, merged};
use reelpress_vocabulary::{AccountId, Brief, Cut, Dossier, NicheId, Scene, ScriptDraft, TemplateId, Topic};
use tempfile::TempDir;

/// Where the contract is tried.
pub(super) struct Shop {
    folder: TempDir,
    pub(super) artifacts: Arc<MemoryArtifacts>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Shop {
    pub(super) fn new() -> Self {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Self { folder: tempfile::tempdir().unwrap(), artifacts: Arc::default(), clock: Arc::new(ManualClock::at(now)) }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The settings of quick tests, for short cuts, and changed.
    pub(super) fn live(&self, change: impl FnOnce(&mut Settings)) -> Live {
        self.parsed("[script]\nwords_min = 1\n[screen]\nmin_duration = \"1s\"\n", change)
    }

    /// The same with a model at this address.
    pub(super) fn with_model(&self, base_url: &str) -> Live {
        let model = format!(
            "[script]\nwriters = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"{base_url}\"\nmodel = \"m\"\n"
        );
        self.parsed(&model, |settings| {
            for provider in settings.script.providers.values_mut() {
                // The rate of calls is not what is tried here.
                provider.calls_per_minute = NonZeroU32::MAX;
            }
        })
    }

    fn parsed(&self, more: &str, change: impl FnOnce(&mut Settings)) -> Live {
        let text = merged(&merged(QUICK, "[script]\nwords_max = 110\n[assemble]\nloudness_lufs = -14.0\n"), more);
        let mut settings = Settings::parse("contract.toml", self.folder.path(), &text, &ProcessEnvironment).unwrap();
        change(&mut settings);
        Live::new(settings)
    }
}

pub(super) fn notes() -> Arc<dyn Notes> {
    Arc::new(MemoryNotes::default())
}

pub(super) fn encoders() -> CpuPool {
    CpuPool::new(NonZeroUsize::MIN).unwrap()
}

/// An order with a script by a person, for a cut of a few seconds.
pub(super) fn brief() -> Brief {
    let scene = |narration: &str| Scene {
        narration: narration.to_owned(),
        on_screen: "hearts".to_owned(),
        show: "sea".to_owned(),
        figures: Vec::new(),
        sources: Vec::new(),
    };
    let script = ScriptDraft {
        title: "Three hearts".to_owned(),
        hook: scene("It has three hearts."),
        other_hooks: Vec::new(),
        scenes: vec![scene("Two serve the gills."), scene("One serves the rest.")],
        call_to_action: scene("Look it up."),
        caption: "Three hearts".to_owned(),
        hashtags: vec!["octopus".to_owned()],
        sources: Vec::new(),
    };
    Brief {
        topic: topic(),
        niche: NicheId::parse("facts").unwrap(),
        account: AccountId::parse("alpha").unwrap(),
        template: TemplateId::parse("explainer").unwrap(),
        language: "en".to_owned(),
        seed: 7,
        variant: 0,
        given_script: Some(script),
        format: None,
        suggested_hashtags: Vec::new(),
        dossier: Dossier::default(),
        declared: reelpress_vocabulary::Declared::default(),
    }
}

fn topic() -> Topic {
    let summary = "An octopus lives with three hearts, blue blood and no bones at all. Two hearts push blood through \
                   the gills, and the third sends it to the rest of the body. That third heart stops beating while the \
                   animal swims, which is one reason why octopuses prefer to crawl. About 500 million neurons run \
                   through the body, and roughly two thirds of them sit in the arms.";
    Topic {
        id: "0".repeat(64),
        title: "An octopus has three hearts".to_owned(),
        summary: summary.to_owned(),
        language: "en".to_owned(),
        score: 1.0,
        evidence: Vec::new(),
        ..Topic::default()
    }
}

/// Says of every file what it was told.
#[derive(Clone)]
pub(super) struct Facts {
    width: u32,
    cut: Cut,
}

impl Facts {
    /// What a right file of this cut is.
    pub(super) fn of(cut: &Cut) -> Self {
        Self { width: cut.width, cut: cut.clone() }
    }

    /// What a file with a picture of another width is.
    pub(super) fn with_width(self, width: u32) -> Self {
        Self { width, ..self }
    }
}

impl Inspect for Facts {
    fn inspect(
        &self,
        _file: &Path,
        _order: reelpress_quality::Order,
        _prints: Option<reelpress_screen::PrintOrder>,
    ) -> Result<FileFacts, InspectError> {
        Ok(FileFacts {
            width: self.width,
            height: self.cut.height,
            fps: f64::from(self.cut.fps),
            video_codec: "h264".to_owned(),
            profile: "High".to_owned(),
            audio_codec: "aac".to_owned(),
            duration_ms: self.cut.duration_ms,
            moov_first: true,
            loudness_lufs: Some(-14.0),
            true_peak_dbtp: Some(-2.0),
            longest_black_ms: 0,
            longest_freeze_ms: 0,
            bt709: true,
            quality: None,
            spec: None,
            prints: None,
            snapshots: None,
            credentials: Credentials::NotLookedAt,
        })
    }
}

/// A store that reads and has no room.
pub(super) struct FullStore(pub(super) Arc<MemoryArtifacts>);

#[async_trait]
impl Artifacts for FullStore {
    async fn put(&self, key: &ArtifactKey, _bytes: Bytes) -> Result<(), ArtifactError> {
        Err(ArtifactError::Full { key: key.clone() })
    }

    async fn put_file(&self, key: &ArtifactKey, _file: &Path) -> Result<(), ArtifactError> {
        Err(ArtifactError::Full { key: key.clone() })
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Bytes>, ArtifactError> {
        self.0.get(key).await
    }

    async fn fetch(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        self.0.fetch(key, file).await
    }

    async fn remove(&self, key: &ArtifactKey) -> Result<(), ArtifactError> {
        self.0.remove(key).await
    }

    async fn list(&self, prefix: &ArtifactKey) -> Result<Vec<Stored>, ArtifactError> {
        self.0.list(prefix).await
    }
}

/// Takes no note.
pub(super) struct NoNotes;

#[async_trait]
impl Notes for NoNotes {
    async fn note(&self, _item: ItemId, _noted: Noted, _durability: Durability) -> Result<(), JournalError> {
        Err(JournalError::Closed)
    }

    fn about(&self, _topic: &str) -> Vec<Note> {
        Vec::new()
    }

    fn of(&self, _item: ItemId) -> Vec<Note> {
        Vec::new()
    }
}
