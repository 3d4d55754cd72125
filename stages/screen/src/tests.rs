mod captions;
mod credentials;
mod duplicates;
mod facts;
mod files;
mod made;
mod policies;
mod safety;
mod similar;
mod texts;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reelpress_config::{Assemble, Live, Settings};
use reelpress_core::testing::{MemoryArtifacts, MemoryNotes};
use reelpress_core::{Artifacts, ItemId, Job, Notes, Stage, Step};
use reelpress_quality::Order;
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Assembled, Decision, Severity, Verdict};

use crate::{Credentials, FileFacts, Inspect, InspectError, PrintOrder, Screen, ScreenError};

/// The limits that the numbers of these tests are about.
fn settings() -> Settings {
    Settings {
        assemble: Assemble { true_peak_dbtp: -1.0, ..Assemble::default() },
        screen: reelpress_config::Screen {
            min_duration: Duration::from_secs(5),
            max_duration: Duration::from_secs(90),
            policy: None,
            ..reelpress_config::Screen::default()
        },
        ..Settings::default()
    }
}

/// Says of every file what it was told to say.
struct Told {
    facts: Box<dyn Fn() -> Result<FileFacts, InspectError> + Send + Sync>,
    calls: AtomicUsize,
}

impl Inspect for Told {
    fn inspect(&self, file: &Path, order: Order, prints: Option<PrintOrder>) -> Result<FileFacts, InspectError> {
        assert!(file.exists(), "the file to inspect is there");
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert!(order.words.iter().all(|word| word.from_ms <= word.to_ms));
        let prints = prints.map(|order| similar::seen(order, &std::fs::read_to_string(file).unwrap()));
        Ok(FileFacts { prints, ..(self.facts)()? })
    }
}

fn good_facts() -> FileFacts {
    FileFacts {
        width: 1080,
        height: 1920,
        fps: 30.0,
        video_codec: "h264".to_owned(),
        profile: "High".to_owned(),
        audio_codec: "aac".to_owned(),
        duration_ms: 20_040,
        moov_first: true,
        loudness_lufs: Some(-14.3),
        true_peak_dbtp: Some(-1.2),
        longest_black_ms: 0,
        longest_freeze_ms: 400,
        bt709: true,
        quality: None,
        spec: None,
        prints: None,
        credentials: Credentials::NotLookedAt,
        snapshots: None,
    }
}

/// A screen with everything around it.
struct Bench {
    stage: Screen,
    live: Live,
    artifacts: Arc<MemoryArtifacts>,
    scratch: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::telling(|| Ok(good_facts()))
    }

    fn telling(facts: impl Fn() -> Result<FileFacts, InspectError> + Send + Sync + 'static) -> Self {
        Self::with(settings(), Arc::new(MemoryNotes::default()), facts)
    }

    fn with(
        settings: Settings,
        notes: Arc<dyn Notes>,
        facts: impl Fn() -> Result<FileFacts, InspectError> + Send + Sync + 'static,
    ) -> Self {
        let live = Live::new(settings);
        let artifacts = Arc::new(MemoryArtifacts::default());
        let scratch = tempfile::tempdir().unwrap();
        let inspector = Arc::new(Told { facts: Box::new(facts), calls: AtomicUsize::new(0) });
        let folder = scratch.path().join("not-yet-there");
        let stage = Screen::new(live.clone(), artifacts.clone(), notes, inspector, folder);
        Self { stage, live, artifacts, scratch }
    }

    /// Screens the cut as that item, with `file` in the store.
    async fn try_screen(&self, number: u128, cut: &Assembled, file: &[u8]) -> Result<Step<Verdict>, ScreenError> {
        self.artifacts.put(&cut.cut.video, file.to_vec().into()).await.unwrap();
        let settings = self.stage.settings();
        self.stage.process(&settings, &Job::detached(item(number)), cut).await
    }

    async fn screen(&self, number: u128, cut: &Assembled, file: &[u8]) -> Step<Verdict> {
        self.try_screen(number, cut, file).await.unwrap()
    }
}

fn item(number: u128) -> ItemId {
    ItemId::from_parts(1, number)
}

/// Notes that every cut has as long as not everybody is asked.
const NOT_CHECKED: [&str; 2] = ["policy.unchecked", "safety.not-checked"];

/// The rules that found something, of a verdict or a rejection; the notes on what was not checked left out.
fn found(step: &Step<Verdict>) -> Vec<String> {
    match step {
        Step::Next(verdict) => {
            let rules = verdict.findings.iter().map(|finding| finding.rule.clone());
            rules.filter(|rule| !NOT_CHECKED.contains(&rule.as_str())).collect()
        }
        Step::Reject(reason) => {
            assert_eq!(reason.kind, "blocked");
            reason.message.split("; ").map(|part| part.split(": ").next().unwrap().to_owned()).collect()
        }
        Step::Hold(_) | Step::Later(_) => panic!("screening neither holds nor waits: {step:?}"),
    }
}

#[tokio::test]
async fn a_good_cut_passes_with_nothing_but_a_note_on_what_is_not_known_and_leaves_no_file() {
    let bench = Bench::new();
    let cut = assembled(&draft(), "main", b"film");
    let Step::Next(verdict) = bench.screen(1, &cut, b"film").await else { panic!() };
    assert_eq!(verdict.decision(), Decision::Pass);
    let [unchecked, unseen] = &verdict.findings[..] else { panic!("{:?}", verdict.findings) };
    assert_eq!((unchecked.rule.as_str(), unchecked.severity), ("policy.unchecked", Severity::Note));
    assert_eq!((unseen.rule.as_str(), unseen.severity), ("safety.not-checked", Severity::Note));
    assert!(unchecked.message.contains("commercial") && unchecked.evidence.contains("ftc-disclosure@2/missing"));
    assert_eq!(verdict.policy, reelpress_policy::Policies::built_in().hash());
    let left = std::fs::read_dir(bench.scratch.path().join("not-yet-there")).unwrap().count();
    assert_eq!(left, 0, "the fetched copy is gone");
    assert!(bench.stage.memo(&bench.stage.settings(), &cut).is_none(), "what came before is part of the answer");
}
