//! A cut ready to go, settings to go by, and ports that fail on order.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use reelpress_config::{
    Account, Assemble, Daemon, Deliver, Devices, LineSettings, Name, Niche, Retries, Review, Schedule, Screen, Script,
    ScriptWriter, Settings, Trends, Voice,
};
use reelpress_core::testing::{MemoryArtifacts, MemoryNotes};
use reelpress_core::{
    ArtifactError, ArtifactKey, Artifacts, Durability, ItemId, JournalError, Note, Noted, Notes, Origin,
};
use reelpress_vocabulary as words;
use reelpress_vocabulary::{Scene, Scheduled, ScriptDraft, Writer};

pub(super) const VIDEO_BYTES: usize = 700_000;

pub(super) fn item() -> ItemId {
    ItemId::of(1_795_000_000_000, &Origin::of(&["cats"]))
}

pub(super) fn slot_time() -> Timestamp {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

pub(super) fn video() -> Bytes {
    (0..VIDEO_BYTES).map(|at| (at ^ (at >> 8)) as u8).collect::<Vec<u8>>().into()
}

fn key(name: &str) -> ArtifactKey {
    ArtifactKey::parse(name).unwrap()
}

/// The store with the cut's files in it.
pub(super) async fn stored() -> MemoryArtifacts {
    let artifacts = MemoryArtifacts::default();
    artifacts.put(&key("assemble/cut.mp4"), video()).await.unwrap();
    artifacts.put(&key("assemble/poster.png"), Bytes::from_static(b"a poster")).await.unwrap();
    artifacts
}

fn scene(narration: &str) -> Scene {
    Scene { narration: narration.to_owned(), on_screen: String::new(), show: String::new() }
}

fn script(title: &str) -> words::Script {
    let draft = ScriptDraft {
        title: title.to_owned(),
        hook: scene("Why do cats purr?"),
        scenes: vec![scene("They purr when they rest."), scene("They purr when they hurt.")],
        call_to_action: scene("Tell us about yours."),
        caption: "Cats purr for two reasons.".to_owned(),
        hashtags: vec!["cats".to_owned(), "Science".to_owned()],
        sources: vec![words::Source {
            title: "A study of purring".to_owned(),
            link: "https://example.org/purring".parse().unwrap(),
        }],
    };
    as_journaled(&draft, &Writer::Builtin { phrases: "en".to_owned() })
}

fn cut() -> words::Cut {
    words::Cut {
        video: key("assemble/cut.mp4"),
        poster: key("assemble/poster.png"),
        hash: blake3::hash(&video()).to_hex().to_string(),
        bytes: VIDEO_BYTES as u64,
        width: 1080,
        height: 1920,
        fps: 30,
        duration_ms: 21_500,
        loudness_lufs: -14.0,
        scenes: Vec::new(),
        provenance: words::Provenance {
            template: words::TemplateId::parse("plain").unwrap(),
            voice: "espeak-ng 1.51 en-us".to_owned(),
            pictures: vec![words::Picture { origin: words::PictureOrigin::Procedural, hash: String::new() }],
            music: None,
        },
    }
}

/// A clean cut with this title, let through by the policy.
pub(super) fn scheduled(title: &str) -> Scheduled {
    let account = words::AccountId::parse("berlin").unwrap();
    let brief = words::Brief {
        topic: words::Topic {
            id: "00".to_owned(),
            title: "cats".to_owned(),
            summary: String::new(),
            language: "en".to_owned(),
            score: 1.0,
            evidence: Vec::new(),
        },
        niche: words::NicheId::parse("pets").unwrap(),
        account: account.clone(),
        template: words::TemplateId::parse("plain").unwrap(),
        language: "en".to_owned(),
        seed: 7,
        given_script: None,
    };
    let voice = words::VoiceTrack {
        audio: key("voice/track.wav"),
        sample_rate: 22_050,
        duration_ms: 21_000,
        beats: Vec::new(),
        voice: "espeak-ng 1.51 en-us".to_owned(),
        estimated: false,
    };
    let cut = cut();
    let approval = words::Approval {
        by: None,
        at: "2026-11-20T12:00:00Z".parse().unwrap(),
        note: "clean".to_owned(),
        cut_hash: cut.hash.clone(),
    };
    let scripted = words::Scripted { brief, script: script(title) };
    let assembled = words::Assembled { voiced: words::Voiced { scripted, voice }, cut };
    let verdict = words::Verdict { findings: Vec::new(), policy: "00ff".to_owned() };
    let screened = words::Screened { assembled, verdict };
    Scheduled { approved: words::Approved { screened, approval }, slot: words::Slot { account, at: slot_time() } }
}

/// Settings with this outbox; the phones are switched off.
pub(super) fn settings(outbox: &Path) -> Settings {
    let seconds = Duration::from_secs;
    let count = |count: u32| NonZeroU32::new(count).unwrap();
    let name = |text: &str| Name::parse(text).unwrap();
    Settings {
        daemon: daemon(),
        line: shallow(),
        feeds: Vec::new(),
        trends: Trends {
            max_bytes: 1,
            timeout: seconds(1),
            user_agent: "test".into(),
            max_age: seconds(1),
            min_score: 0.0,
            take: 1,
        },
        niches: BTreeMap::from([(name("pets"), niche())]),
        script: Script { writer: ScriptWriter::Builtin, words_min: 1, words_max: 2 },
        voice: Voice { voices: BTreeMap::new(), words_per_minute: 160, pitch: 50, pause_ms: 100 },
        assemble: assemble(),
        screen: Screen { policy: None, min_duration: seconds(5), max_duration: seconds(60) },
        review: Review { auto_approve: true, sample_percent: 15 },
        accounts: BTreeMap::from([(name("berlin"), account())]),
        schedule: Schedule { horizon: seconds(86_400), lead: seconds(60), promises_per_minute: count(60) },
        deliver: Deliver { outbox: outbox.to_owned(), ahead: seconds(3_600) },
        devices: Devices {
            enabled: false,
            adb: SocketAddr::from(([127, 0, 0, 1], 1)),
            folder: "/sdcard/Movies/reelpress".into(),
            lease: seconds(60),
            timeout: seconds(1),
            pushes_per_hour: count(60),
            serials: BTreeMap::new(),
        },
    }
}

fn daemon() -> Daemon {
    let seconds = Duration::from_secs;
    let count = |count: u32| NonZeroU32::new(count).unwrap();
    let retries = Retries {
        attempts: count(3),
        first: seconds(1),
        max: seconds(60),
        breaker_after: count(5),
        breaker_pause: seconds(60),
    };
    Daemon {
        data_dir: "data".into(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        grace: seconds(10),
        stall_after: seconds(600),
        min_free_bytes: 0,
        keep_history_days: 30,
        retries,
    }
}

fn shallow() -> LineSettings {
    let one = NonZeroUsize::MIN;
    LineSettings {
        script: one,
        voice: one,
        assemble: one,
        screen: one,
        review: one,
        shelf: one,
        deliver: one,
        cpu_workers: one,
        script_workers: one,
    }
}

fn niche() -> Niche {
    Niche {
        language: "en".into(),
        tone: String::new(),
        keywords: Vec::new(),
        avoid: Vec::new(),
        templates: vec![Name::parse("plain").unwrap()],
        hashtags: vec!["science".into(), "pets".into()],
        call_to_action: String::new(),
    }
}

fn account() -> Account {
    Account {
        niches: vec![Name::parse("pets").unwrap()],
        timezone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap(),
        windows: Vec::new(),
        min_gap: Duration::from_hours(1),
        posts_per_day: 3,
        ramp: Vec::new(),
        since: None,
        enabled: true,
        max_in_line: 10,
    }
}

fn assemble() -> Assemble {
    Assemble {
        width: 1080,
        height: 1920,
        fps: 30,
        preset: "veryfast".into(),
        crf: 21,
        audio_bitrate: 128_000,
        loudness_lufs: -14.0,
        true_peak_dbtp: -1.5,
        music_db: None,
        duck_db: 10.0,
        library: None,
        templates: None,
    }
}

/// How a port fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failing {
    /// Nothing of the call happens.
    Before,
    /// The call happens (half of it, for a file), and its caller is told otherwise.
    After,
}

/// Counts calls over both ports; the chosen one fails, all others work.
pub(super) struct Fault {
    calls: AtomicUsize,
    at: usize,
    how: Failing,
}

impl Fault {
    pub(super) fn at(at: usize, how: Failing) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), at, how })
    }

    /// True once the chosen call was made.
    pub(super) fn happened(&self) -> bool {
        self.calls.load(Ordering::SeqCst) > self.at
    }

    fn now(&self) -> Option<Failing> {
        (self.calls.fetch_add(1, Ordering::SeqCst) == self.at).then_some(self.how)
    }
}

pub(super) struct FaultyNotes {
    pub(super) inner: Arc<MemoryNotes>,
    pub(super) fault: Arc<Fault>,
}

#[async_trait]
impl Notes for FaultyNotes {
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError> {
        assert_eq!(durability, Durability::Synced, "{} must survive a power cut", noted.topic);
        let failing = self.fault.now();
        if failing != Some(Failing::Before) {
            self.inner.note(item, noted, durability).await?;
        }
        if failing.is_some() { Err(JournalError::Closed) } else { Ok(()) }
    }

    fn about(&self, topic: &str) -> Vec<Note> {
        self.inner.about(topic)
    }

    fn of(&self, item: ItemId) -> Vec<Note> {
        self.inner.of(item)
    }
}

pub(super) struct FaultyArtifacts {
    pub(super) inner: Arc<MemoryArtifacts>,
    pub(super) fault: Arc<Fault>,
}

#[async_trait]
impl Artifacts for FaultyArtifacts {
    async fn put(&self, key: &ArtifactKey, bytes: Bytes) -> Result<(), ArtifactError> {
        self.inner.put(key, bytes).await
    }

    async fn put_file(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        self.inner.put_file(key, file).await
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Bytes>, ArtifactError> {
        self.inner.get(key).await
    }

    async fn fetch(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        let failing = self.fault.now();
        if failing == Some(Failing::After) {
            let bytes = self.inner.get(key).await?.unwrap();
            std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        }
        match failing {
            None => self.inner.fetch(key, file).await,
            Some(_) => Err(ArtifactError::Store {
                action: "read",
                key: key.clone(),
                source: Box::new(std::io::Error::other("on purpose")),
            }),
        }
    }
}

/// A script as a journal gives it back: written when the rules were other ones, so it may break today's.
fn as_journaled(draft: &ScriptDraft, writer: &Writer) -> words::Script {
    serde_json::from_value(serde_json::json!({ "draft": draft, "writer": writer })).unwrap()
}
