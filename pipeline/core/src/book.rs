//! The journal with its fold beside it: every append goes through here, so the ledger never disagrees with the disk.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::events::{self, JournalMeter};
use crate::item::{ItemId, Origin};
use crate::journal::{Durability, Entry, Journal, JournalError, Noted, Record, Replayed};
use crate::ledger::{ItemState, Ledger, Release};
use crate::notes::{Note, Notes};
use crate::stage::{Reason, StageName};

/// The journal and what it adds up to.
pub struct Book {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    ledger: RwLock<Ledger>,
    // Origins whose `Created` is on its way to the disk: two takers of one origin must not both win.
    being_created: Mutex<HashSet<Origin>>,
    meter: JournalMeter,
}

impl Book {
    /// Folds the whole journal.
    ///
    /// # Errors
    /// Any [`JournalError`] of the replay. Records that cannot follow on what came before are logged and left out: one
    /// odd item must not keep the daemon from its others.
    pub fn open(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Result<(Self, Replayed), JournalError> {
        let mut ledger = Ledger::default();
        let replayed = journal.replay(&mut |record| apply(&mut ledger, &record))?;
        let book = Self {
            journal,
            clock,
            ledger: RwLock::new(ledger),
            being_created: Mutex::default(),
            meter: JournalMeter::new(),
        };
        Ok((book, replayed))
    }

    /// Takes a new item in, unless its origin was ever taken in before (then `None`).
    ///
    /// # Errors
    /// [`JournalError`]; the item does not exist then.
    pub async fn create(&self, origin: Origin, input: Vec<u8>) -> Result<Option<ItemId>, JournalError> {
        if !self.claim(origin) {
            return Ok(None);
        }
        let id = ItemId::of(self.clock.millis(), &origin);
        let appended = self.append(vec![(id, Entry::Created { origin, input })], Durability::Flushed).await;
        self.being_created.lock().unwrap_or_else(PoisonError::into_inner).remove(&origin);
        appended?;
        events::item_created(id);
        Ok(Some(id))
    }

    /// A stage is done with the item; `last` says that no stage follows.
    pub(crate) async fn passed(
        &self,
        item: ItemId,
        stage: StageName,
        output: Vec<u8>,
        how: Passed,
    ) -> Result<(), JournalError> {
        let mut entries = vec![(item, Entry::Passed { stage, output, reused: how.reused })];
        if how.last {
            entries.push((item, Entry::Finished));
        }
        self.append(entries, Durability::Flushed).await
    }

    pub(crate) async fn write(&self, item: ItemId, entry: Entry) -> Result<(), JournalError> {
        self.append(vec![(item, entry)], Durability::Flushed).await
    }

    /// A person lets a held item go on. Returns false if it is not held.
    ///
    /// # Errors
    /// [`JournalError`]; the item stays held then.
    pub async fn release(&self, item: ItemId, by: &str, note: &str) -> Result<bool, JournalError> {
        if !self.is_held(item) {
            return Ok(false);
        }
        self.write(item, Entry::Released { by: by.to_owned(), note: note.to_owned() }).await?;
        Ok(true)
    }

    /// A person ends a held item. Returns false if it is not held.
    ///
    /// # Errors
    /// [`JournalError`]; the item stays held then.
    pub async fn reject(&self, item: ItemId, stage: &StageName, reason: Reason) -> Result<bool, JournalError> {
        if !self.is_held(item) {
            return Ok(false);
        }
        self.write(item, Entry::Rejected { stage: stage.clone(), reason }).await?;
        Ok(true)
    }

    /// One item as it stands.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<ItemState> {
        self.ledger().item(id).cloned()
    }

    /// What people let this item go on from while `stage` held it.
    pub(crate) fn releases(&self, id: ItemId, stage: &StageName) -> Vec<Release> {
        let ledger = self.ledger();
        let releases = ledger.item(id).map_or(&[][..], |state| &state.releases);
        releases.iter().filter(|release| release.stage == *stage).cloned().collect()
    }

    /// All items that `choose` picks, oldest first.
    pub fn items(&self, choose: impl Fn(&ItemState) -> bool) -> Vec<ItemState> {
        self.ledger().items().filter(|item| choose(item)).cloned().collect()
    }

    /// How many items have not ended.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.ledger().unfinished()
    }

    /// How many items have neither ended nor wait for a person.
    #[must_use]
    pub fn running(&self) -> usize {
        self.ledger().running()
    }

    /// True if an item of this origin was ever taken in.
    #[must_use]
    pub fn knows(&self, origin: &Origin) -> bool {
        self.ledger().knows(origin)
    }

    /// An item's whole life.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] or [`JournalError::TooNew`].
    pub fn history(&self, item: ItemId) -> Result<Vec<Record>, JournalError> {
        self.journal.history(item)
    }

    /// Shortens the history of what ended before this time; see [`Journal::compact`].
    ///
    /// # Errors
    /// Any [`JournalError`]; the journal is whole either way.
    pub async fn compact(&self, ended_before_millis: u64) -> Result<u64, JournalError> {
        let removed = self.journal.compact(ended_before_millis).await?;
        self.ledger.write().unwrap_or_else(PoisonError::into_inner).archive(ended_before_millis);
        Ok(removed)
    }

    /// The calendar time the book writes with.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    async fn append(&self, entries: Vec<(ItemId, Entry)>, durability: Durability) -> Result<(), JournalError> {
        let since = Instant::now();
        let records = self.journal.append(entries, durability).await?;
        self.meter.appended(records.len(), since.elapsed());
        let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        for record in &records {
            apply(&mut ledger, record);
        }
        Ok(())
    }

    fn claim(&self, origin: Origin) -> bool {
        let mut being_created = self.being_created.lock().unwrap_or_else(PoisonError::into_inner);
        !self.ledger().knows(&origin) && being_created.insert(origin)
    }

    fn is_held(&self, item: ItemId) -> bool {
        self.ledger().item(item).is_some_and(|state| matches!(state.status, crate::ItemStatus::Held { .. }))
    }

    fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        self.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a stage passed an item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed {
    pub(crate) reused: bool,
    pub(crate) last: bool,
}

fn apply(ledger: &mut Ledger, record: &Record) {
    if let Err(illegal) = ledger.apply(record) {
        tracing::error!(item = %record.item, seq = record.seq, error = %illegal, "journal record left out");
    }
}

#[async_trait]
impl Notes for Book {
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError> {
        self.append(vec![(item, Entry::Noted(noted))], durability).await.inspect_err(events::journal_failed)
    }

    fn about(&self, topic: &str) -> Vec<Note> {
        self.ledger().notes_about(topic)
    }

    fn of(&self, item: ItemId) -> Vec<Note> {
        self.ledger().notes_of(item).to_vec()
    }
}
