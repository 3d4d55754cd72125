//! In-memory ports and a clock that tests move by hand. Behind the feature `testing`; never part of the daemon.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

use crate::artifact::{ArtifactError, ArtifactKey, Artifacts, Stored};
use crate::clock::Clock;
use crate::item::ItemId;
use crate::journal::{Durability, Entry, Journal, JournalError, Noted, Record, Replayed};
use crate::notes::{Note, Notes};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_millisecond()))
    }

    /// Moves to `now`.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millisecond(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Artifacts in a map; the time each was written is a count.
#[derive(Debug, Default)]
pub struct MemoryArtifacts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    artifacts: BTreeMap<ArtifactKey, (Bytes, u64)>,
    writes: u64,
}

impl MemoryArtifacts {
    /// Every key stored so far, in order.
    pub fn keys(&self) -> Vec<ArtifactKey> {
        locked(&self.0).artifacts.keys().cloned().collect()
    }
}

fn store_error(action: &'static str, key: &ArtifactKey, source: std::io::Error) -> ArtifactError {
    ArtifactError::Store { action, key: key.clone(), source: Box::new(source) }
}

#[async_trait]
impl Artifacts for MemoryArtifacts {
    async fn put(&self, key: &ArtifactKey, bytes: Bytes) -> Result<(), ArtifactError> {
        let mut kept = locked(&self.0);
        kept.writes += 1;
        let written = kept.writes;
        kept.artifacts.insert(key.clone(), (bytes, written));
        Ok(())
    }

    async fn put_file(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        let bytes = std::fs::read(file).map_err(|e| store_error("store", key, e))?;
        self.put(key, bytes.into()).await
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Bytes>, ArtifactError> {
        Ok(locked(&self.0).artifacts.get(key).map(|(bytes, _)| bytes.clone()))
    }

    async fn fetch(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        let bytes = self.get(key).await?.ok_or_else(|| ArtifactError::Missing { key: key.clone() })?;
        std::fs::write(file, bytes).map_err(|e| store_error("read", key, e))
    }

    async fn remove(&self, key: &ArtifactKey) -> Result<(), ArtifactError> {
        locked(&self.0).artifacts.remove(key);
        Ok(())
    }

    async fn list(&self, prefix: &ArtifactKey) -> Result<Vec<Stored>, ArtifactError> {
        let below = format!("{prefix}/");
        let kept = locked(&self.0);
        let found = kept.artifacts.iter().filter(|(key, _)| key.as_str().starts_with(&below));
        let stored = |(key, (bytes, written)): (&ArtifactKey, &(Bytes, u64))| Stored {
            key: key.clone(),
            bytes: bytes.len() as u64,
            modified_millis: *written,
        };
        Ok(found.map(stored).collect())
    }
}

/// Notes in a list; their time is their position.
#[derive(Debug, Default)]
pub struct MemoryNotes(Mutex<Vec<Note>>);

#[async_trait]
impl Notes for MemoryNotes {
    async fn note(&self, item: ItemId, noted: Noted, _durability: Durability) -> Result<(), JournalError> {
        let mut kept = locked(&self.0);
        let at_millis = kept.len() as u64;
        kept.push(Note { item, at_millis, noted });
        Ok(())
    }

    fn about(&self, topic: &str) -> Vec<Note> {
        locked(&self.0).iter().filter(|note| note.noted.topic == topic).cloned().collect()
    }

    fn of(&self, item: ItemId) -> Vec<Note> {
        locked(&self.0).iter().filter(|note| note.item == item).cloned().collect()
    }
}

/// A journal in a list; its time is a count.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Vec<Record>>);

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(
        &self,
        entries: Vec<(ItemId, Entry)>,
        _durability: Durability,
    ) -> Result<Vec<Record>, JournalError> {
        let mut records = locked(&self.0);
        let first = records.len();
        for (item, entry) in entries {
            let seq = records.len() as u64;
            records.push(Record { seq, at_millis: seq, item, entry });
        }
        Ok(records[first..].to_vec())
    }

    fn replay(&self, visit: &mut dyn FnMut(Record)) -> Result<Replayed, JournalError> {
        let records = locked(&self.0).clone();
        let seen = Replayed { records: records.len() as u64, torn: 0 };
        records.into_iter().for_each(visit);
        Ok(seen)
    }

    fn history(&self, item: ItemId) -> Result<Vec<Record>, JournalError> {
        Ok(locked(&self.0).iter().filter(|record| record.item == item).cloned().collect())
    }

    async fn compact(&self, _ended_before_millis: u64) -> Result<u64, JournalError> {
        Ok(0)
    }
}
