//! A cut ready to go, settings to go by, and ports that fail on order.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use reelpress_config::{Account, Deliver, Devices, Name, Niche, Settings};
use reelpress_core::testing::{MemoryArtifacts, MemoryNotes};
use reelpress_core::{
    ArtifactError, ArtifactKey, Artifacts, Durability, ItemId, JournalError, Note, Noted, Notes, Origin, Stored,
};
use reelpress_vocabulary::{Scheduled, ScriptDraft, Slot, Source, Writer, testing};

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

/// The store with the cut's files in it.
pub(super) async fn stored() -> MemoryArtifacts {
    let artifacts = MemoryArtifacts::default();
    let cut = scheduled("any").approved.screened.assembled.cut;
    artifacts.put(&cut.video, video()).await.unwrap();
    artifacts.put(&cut.poster, Bytes::from_static(b"a poster")).await.unwrap();
    artifacts
}

/// A clean cut with this title, let through by the policy.
pub(super) fn scheduled(title: &str) -> Scheduled {
    let draft = ScriptDraft {
        title: title.to_owned(),
        caption: "Cats purr for two reasons.".to_owned(),
        hashtags: vec!["cats".to_owned(), "Science".to_owned()],
        sources: vec![Source {
            title: "A study of purring".to_owned(),
            link: "https://example.org/purring".parse().unwrap(),
        }],
        ..testing::draft()
    };
    let mut assembled = testing::assembled(&draft, "berlin", &video());
    assembled.cut.provenance.pictures.truncate(1);
    let scripted = &mut assembled.voiced.scripted;
    scripted.script = testing::as_journaled(&draft, &Writer::Builtin { phrases: "en".to_owned() });
    let account = scripted.brief.account.clone();
    Scheduled { approved: testing::approved(assembled), slot: Slot { account, at: slot_time() } }
}

/// Settings with this outbox; the phones are switched off, and no adb server is where they are looked for.
pub(super) fn settings(outbox: &Path) -> Settings {
    let name = |text: &str| Name::parse(text).unwrap();
    let niche = Niche { hashtags: vec!["science".to_owned(), "pets".to_owned()], ..Niche::default() };
    let timezone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    Settings {
        niches: BTreeMap::from([(name("science"), niche)]),
        accounts: BTreeMap::from([(name("berlin"), Account { timezone, ..Account::default() })]),
        deliver: Deliver { outbox: outbox.to_owned(), ahead: Duration::from_hours(1) },
        devices: Devices {
            adb: SocketAddr::from(([127, 0, 0, 1], 1)),
            timeout: Duration::from_secs(1),
            ..Devices::default()
        },
        ..Settings::default()
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

    async fn remove(&self, key: &ArtifactKey) -> Result<(), ArtifactError> {
        self.inner.remove(key).await
    }

    async fn list(&self, prefix: &ArtifactKey) -> Result<Vec<Stored>, ArtifactError> {
        self.inner.list(prefix).await
    }
}
