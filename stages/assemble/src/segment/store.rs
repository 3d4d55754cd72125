//! Segments in the artifact store: found by key, at most so many bytes of them, the least recently used gone first.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::{StreamExt, stream};
use reelpress_core::{ArtifactError, ArtifactKey, Artifacts, Clock, Stored};

use super::Segment;
use super::flight::Flights;
use super::format::{self, Damage, HEAD_BYTES};
use super::index::{Gone, Index, Reason};
use super::key::{Components, FOLDER, SegmentKey};

/// The index is written after this many changes.
const SAVE_EVERY: u64 = 32;

/// Segments whose beginnings are read at once while the index is made anew.
const READ_AT_ONCE: usize = 16;

/// A store of segments that cuts share; clones are the same store. Several hosts may use the same artifacts: each keeps
/// to its limit by what it knows, and what another one removed is not there, without an error.
#[derive(Clone)]
pub struct SegmentStore {
    inner: Arc<Inner>,
}

struct Inner {
    artifacts: Arc<dyn Artifacts>,
    clock: Arc<dyn Clock>,
    max_bytes: u64,
    state: Mutex<State>,
    flights: Flights,
    saving: tokio::sync::Mutex<()>,
    counts: Counts,
}

#[derive(Default)]
struct State {
    index: Index,
    /// Bytes of segments that are being written.
    reserved: u64,
    /// Changes since the index was written.
    changes: u64,
}

#[derive(Default)]
struct Counts {
    reused: AtomicU64,
    made: AtomicU64,
    evicted: AtomicU64,
    damaged: AtomicU64,
}

/// A segment, and whether it had to be made.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The segment.
    pub segment: Arc<Segment>,
    /// Why it had to be made; `None` if it was there or somebody else made it meanwhile.
    pub made: Option<Reason>,
}

/// What the store holds and did since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentUsage {
    /// Segments it holds.
    pub segments: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Most bytes it may hold.
    pub max_bytes: u64,
    /// Segments that were there when they were needed.
    pub reused: u64,
    /// Segments that had to be made.
    pub made: u64,
    /// Segments that went to make room.
    pub evicted: u64,
    /// Segments that were damaged.
    pub damaged: u64,
}

impl SegmentStore {
    /// Opens the store of segments in `artifacts`, which may hold at most `max_bytes` of them (0: none are kept). What
    /// the index does not know is looked at; what is damaged at its beginning or too much is removed.
    ///
    /// # Errors
    /// [`ArtifactError`] if the artifacts cannot be listed or read.
    pub async fn open(
        artifacts: Arc<dyn Artifacts>,
        clock: Arc<dyn Clock>,
        max_bytes: u64,
    ) -> Result<Self, ArtifactError> {
        let index = match artifacts.get(&index_key()).await? {
            None => Index::default(),
            Some(bytes) => Index::from_bytes(&bytes).unwrap_or_else(|| {
                tracing::warn!("the index of the segment store is damaged, it is made anew from a listing");
                Index::default()
            }),
        };
        let state = Mutex::new(State { index, ..State::default() });
        let (flights, counts) = (Flights::default(), Counts::default());
        let saving = tokio::sync::Mutex::default();
        let store = Self { inner: Arc::new(Inner { artifacts, clock, max_bytes, state, flights, saving, counts }) };
        store.refresh().await?;
        Ok(store)
    }

    /// Brings the index in line with what is really there: other hosts add and remove segments too. To be called now
    /// and then where they do.
    ///
    /// # Errors
    /// [`ArtifactError`] if the artifacts cannot be listed or read.
    pub async fn refresh(&self) -> Result<(), ArtifactError> {
        let listed = self.inner.artifacts.list(&folder()).await?;
        let found: BTreeMap<SegmentKey, Stored> =
            listed.into_iter().filter_map(|stored| Some((SegmentKey::of_artifact(&stored.key)?, stored))).collect();
        let unknown: Vec<(SegmentKey, Stored)> = {
            let mut state = self.state();
            let lost: Vec<SegmentKey> = state.index.keys().filter(|key| !found.contains_key(key)).copied().collect();
            for key in &lost {
                state.index.remove(key, Gone::Vanished);
            }
            let is_unknown = |(key, stored): &(SegmentKey, Stored)| state.index.size_of(key) != Some(stored.bytes);
            found.into_iter().filter(is_unknown).collect()
        };
        let mut heads =
            stream::iter(unknown).map(|(key, stored)| self.look_at(key, stored)).buffer_unordered(READ_AT_ONCE);
        while let Some(looked) = heads.next().await {
            looked?;
        }
        drop(heads);
        self.make_room().await;
        Ok(())
    }

    /// Enters a segment that the index does not know.
    async fn look_at(&self, key: SegmentKey, stored: Stored) -> Result<(), ArtifactError> {
        let Some(head) = self.inner.artifacts.get_range(&stored.key, 0..HEAD_BYTES).await? else { return Ok(()) };
        match format::read_head(&head, stored.bytes, &key) {
            Ok(components) => {
                let mut state = self.state();
                state.index.insert_as_used(key, stored.bytes, &components, stored.modified_millis);
            }
            Err(damage) => self.discard(&key, &damage).await,
        }
        Ok(())
    }

    /// The segment of these components, if it is there and whole. One that is not whole is removed.
    ///
    /// # Errors
    /// [`ArtifactError`] if the store cannot be read.
    pub async fn get(&self, components: &Components) -> Result<Option<Arc<Segment>>, ArtifactError> {
        if self.inner.max_bytes == 0 {
            return Ok(None);
        }
        let key = components.key();
        let Some(bytes) = self.inner.artifacts.get(&key.artifact()).await? else {
            let mut state = self.state();
            if state.index.size_of(&key).is_some() {
                state.index.remove(&key, Gone::Vanished);
            }
            return Ok(None);
        };
        match format::read(&bytes, &key) {
            Ok(segment) => {
                let now = self.inner.clock.millis();
                let mut state = self.state();
                if !state.index.touch(&key, now) {
                    state.index.insert(key, bytes.len() as u64, components, now);
                }
                state.changes += 1;
                Ok(Some(Arc::new(segment)))
            }
            Err(damage) => {
                self.discard(&key, &damage).await;
                Ok(None)
            }
        }
    }

    /// Keeps a segment, after making room for it. One that is larger than the whole store is not kept.
    ///
    /// # Errors
    /// [`ArtifactError`] if it cannot be written.
    pub async fn put(&self, components: &Components, segment: &Segment) -> Result<(), ArtifactError> {
        let (key, bytes) = (components.key(), format::write(segment, components));
        let length = bytes.len() as u64;
        if length > self.inner.max_bytes {
            return Ok(());
        }
        let reserved = self.reserve(&key, length);
        self.make_room().await;
        // The crash harness kills at these lines.
        tracing::debug!(%key, bytes = length, "keeping segment");
        self.inner.artifacts.put(&key.artifact(), bytes).await?;
        let is_due = {
            let now = self.inner.clock.millis();
            let mut state = self.state();
            state.index.insert(key, length, components, now);
            state.changes += 1;
            state.changes >= SAVE_EVERY
        };
        drop(reserved);
        if is_due && let Err(error) = self.save().await {
            tracing::warn!(error = %error, "index of the segment store not written, it will be made anew from a listing");
        }
        Ok(())
    }

    /// The segment of these components: from the store, or else from `make`, which is then kept. Of several who need the
    /// same segment at the same time one makes it and the others wait for it.
    ///
    /// # Errors
    /// Those of `make`, and [`ArtifactError`] if the store cannot be read or written. The next in line tries anew.
    ///
    /// # Cancel safety
    /// Whoever makes the segment may be dropped at any point: the next in line takes over.
    pub async fn get_or_make<E, F>(&self, components: &Components, make: impl FnOnce() -> F) -> Result<Fetched, E>
    where
        E: From<ArtifactError>,
        F: Future<Output = Result<Segment, E>>,
    {
        let key = components.key();
        let mut flight = self.inner.flights.board(key).await;
        if let Some(segment) = flight.got() {
            let now = self.inner.clock.millis();
            self.state().index.touch(&key, now);
            self.inner.counts.reused.fetch_add(1, Ordering::Relaxed);
            return Ok(Fetched { segment, made: None });
        }
        if let Some(segment) = self.get(components).await? {
            flight.leave(&segment);
            self.inner.counts.reused.fetch_add(1, Ordering::Relaxed);
            return Ok(Fetched { segment, made: None });
        }
        let reason = self.explain(components);
        let segment = Arc::new(make().await?);
        self.inner.counts.made.fetch_add(1, Ordering::Relaxed);
        flight.leave(&segment);
        self.put(components, &segment).await?;
        Ok(Fetched { segment, made: Some(reason) })
    }

    /// Reads every segment to its end and removes those that are not whole; gives their keys.
    ///
    /// # Errors
    /// [`ArtifactError`] if the store cannot be read.
    pub async fn check(&self) -> Result<Vec<SegmentKey>, ArtifactError> {
        let keys: Vec<SegmentKey> = self.state().index.keys().copied().collect();
        let mut bad = Vec::new();
        for key in keys {
            let Some(bytes) = self.inner.artifacts.get(&key.artifact()).await? else { continue };
            if let Err(damage) = format::read(&bytes, &key) {
                self.discard(&key, &damage).await;
                bad.push(key);
            }
        }
        Ok(bad)
    }

    /// Why the segment of these components is not there, as far as this host knows; nothing is read for it.
    #[must_use]
    pub fn explain(&self, components: &Components) -> Reason {
        self.state().index.explain(components)
    }

    /// What it holds and did.
    #[must_use]
    pub fn usage(&self) -> SegmentUsage {
        let state = self.state();
        let counts = &self.inner.counts;
        SegmentUsage {
            segments: state.index.len(),
            bytes: state.index.bytes(),
            max_bytes: self.inner.max_bytes,
            reused: counts.reused.load(Ordering::Relaxed),
            made: counts.made.load(Ordering::Relaxed),
            evicted: counts.evicted.load(Ordering::Relaxed),
            damaged: counts.damaged.load(Ordering::Relaxed),
        }
    }

    /// Writes the index, for the next start. It is written now and then by itself; call this before the end.
    ///
    /// # Errors
    /// [`ArtifactError`] if it cannot be written.
    pub async fn save(&self) -> Result<(), ArtifactError> {
        let _one_at_a_time = self.inner.saving.lock().await;
        let bytes = {
            let mut state = self.state();
            state.changes = 0;
            state.index.to_bytes()
        };
        self.inner.artifacts.put(&index_key(), bytes).await
    }

    /// Sets bytes aside for a segment; if it is there already, for what it grows by.
    fn reserve(&self, key: &SegmentKey, length: u64) -> Reserved<'_> {
        let now = self.inner.clock.millis();
        let mut state = self.state();
        state.index.touch(key, now);
        let bytes = length.saturating_sub(state.index.size_of(key).unwrap_or(0));
        state.reserved += bytes;
        Reserved { store: self, bytes }
    }

    /// Removes the least recently used segments until everything fits, with what is being written.
    async fn make_room(&self) {
        let max = self.inner.max_bytes;
        // As many rounds as there are segments at most: one that cannot be removed comes back only after the loop.
        let mut stuck = Vec::new();
        loop {
            let evicted = {
                let mut state = self.state();
                let needed = state.index.bytes() + state.reserved;
                if needed <= max { None } else { state.index.evict() }
            };
            let Some(evicted) = evicted else { break };
            if let Err(error) = self.inner.artifacts.remove(&evicted.key.artifact()).await {
                tracing::warn!(key = %evicted.key, bytes = evicted.bytes(), error = %error, "segment not evicted");
                stuck.push(evicted);
            } else {
                self.inner.counts.evicted.fetch_add(1, Ordering::Relaxed);
            }
        }
        let mut state = self.state();
        for evicted in stuck {
            state.index.restore(evicted);
        }
    }

    /// Removes a damaged segment.
    async fn discard(&self, key: &SegmentKey, damage: &Damage) {
        tracing::warn!(key = %key, reason = %damage, "damaged segment removed, it will be made again");
        self.inner.counts.damaged.fetch_add(1, Ordering::Relaxed);
        self.state().index.remove(key, Gone::Damaged);
        if let Err(error) = self.inner.artifacts.remove(&key.artifact()).await {
            // Whoever reads it next finds it damaged again.
            tracing::warn!(key = %key, error = %error, "damaged segment not removed");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room for a segment that is being written.
struct Reserved<'a> {
    store: &'a SegmentStore,
    bytes: u64,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.store.state().reserved -= self.bytes;
    }
}

fn folder() -> ArtifactKey {
    ArtifactKey::parse(FOLDER).expect("a fixed word")
}

fn index_key() -> ArtifactKey {
    ArtifactKey::parse(&format!("{FOLDER}/index")).expect("fixed words")
}

#[cfg(test)]
mod tests;
