//! Where every item is: a fold over the journal. The life of an item is one enum and one pure `step`.
//!
//! ```text
//!            Passed                     Finished
//!          ┌───────┐                 ┌───────────▶ Finished ──┐
//!          │       ▼                 │                        │ Archived
//!  Created ──▶ Running ──────────────┼───────────▶ Rejected ──┴──────────▶ Archived
//!               │   ▲                │  Rejected
//!          Held │   │ Released       │
//!               ▼   │                │
//!               Held ────────────────┘ (a person rejects)
//! ```

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::item::{ItemId, Origin};
use crate::journal::{Entry, Record};
use crate::notes::Note;
use crate::stage::{Reason, StageName};

/// Where in its life an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum ItemStatus {
    /// On the line, or to be put back on it after a restart.
    Running {
        /// The last stage that passed it; `None` before the first.
        after: Option<StageName>,
    },
    /// Waits for a person.
    Held {
        /// The last stage that passed it.
        after: Option<StageName>,
        /// The stage that holds it.
        stage: StageName,
        /// Why.
        reason: Reason,
    },
    /// Ended without a post.
    Rejected {
        /// Who refused it.
        stage: StageName,
        /// Why.
        reason: Reason,
    },
    /// The last stage is done with it.
    Finished,
    /// Ended long ago; only its origin is kept.
    Archived {
        /// True if it was finished, false if it was rejected.
        finished: bool,
    },
}

impl ItemStatus {
    /// One fixed word: `running`, `held`, `rejected`, `finished`, `archived`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Held { .. } => "held",
            Self::Rejected { .. } => "rejected",
            Self::Finished => "finished",
            Self::Archived { .. } => "archived",
        }
    }

    /// True if nothing can happen to it any more.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::Finished | Self::Archived { .. })
    }

    /// True if it is on the line, or is to be put back on it.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    /// What `entry` makes of this status. Pure: replay and the running daemon go through the same function.
    ///
    /// # Errors
    /// [`IllegalStep`] with both halves, if the entry cannot follow.
    pub fn step(self, entry: &Entry) -> Result<Self, IllegalStep> {
        let refuse = |status: Self| Err(IllegalStep { status, entry: name_of(entry) });
        match (self, entry) {
            (status, Entry::Noted(_) | Entry::Failed { .. }) if !matches!(status, Self::Archived { .. }) => Ok(status),
            (Self::Running { .. }, Entry::Passed { stage, .. }) => Ok(Self::Running { after: Some(stage.clone()) }),
            (Self::Running { after }, Entry::Held { stage, reason }) => {
                Ok(Self::Held { after, stage: stage.clone(), reason: reason.clone() })
            }
            (Self::Held { after, .. }, Entry::Released { .. }) => Ok(Self::Running { after }),
            (Self::Running { .. } | Self::Held { .. }, Entry::Rejected { stage, reason }) => {
                Ok(Self::Rejected { stage: stage.clone(), reason: reason.clone() })
            }
            (Self::Running { .. }, Entry::Finished) => Ok(Self::Finished),
            (Self::Finished | Self::Rejected { .. }, Entry::Archived { finished, .. }) => {
                Ok(Self::Archived { finished: *finished })
            }
            // Listed by state, not `_`: a new state must say here what it refuses.
            (
                status @ (Self::Running { .. }
                | Self::Held { .. }
                | Self::Rejected { .. }
                | Self::Finished
                | Self::Archived { .. }),
                _,
            ) => refuse(status),
        }
    }
}

/// The release that an entry is, by what it releases from.
fn release_of(status: &ItemStatus, entry: &Entry) -> Option<Release> {
    let (ItemStatus::Held { stage, reason, .. }, Entry::Released { by, note }) = (status, entry) else { return None };
    Some(Release { stage: stage.clone(), kind: reason.kind.to_string(), by: by.clone(), note: note.clone() })
}

/// An entry that cannot follow on an item's status: a mistake of ours, or a journal somebody edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an item that is {} cannot take the journal entry `{entry}`", status.as_str())]
pub struct IllegalStep {
    /// What the item was.
    pub status: ItemStatus,
    /// Which entry came.
    pub entry: &'static str,
}

/// The entry's fixed word.
pub(crate) const fn name_of(entry: &Entry) -> &'static str {
    match entry {
        Entry::Created { .. } => "created",
        Entry::Passed { .. } => "passed",
        Entry::Failed { .. } => "failed",
        Entry::Held { .. } => "held",
        Entry::Released { .. } => "released",
        Entry::Rejected { .. } => "rejected",
        Entry::Finished => "finished",
        Entry::Noted(_) => "noted",
        Entry::Archived { .. } => "archived",
    }
}

/// One item as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    /// Which.
    pub id: ItemId,
    /// What it was made of.
    pub origin: Origin,
    /// Where in its life it is.
    pub status: ItemStatus,
    /// The next stage's input as JSON; empty once it has ended.
    pub input: Arc<[u8]>,
    /// When the last thing happened to it, in milliseconds since 1970.
    pub changed_millis: u64,
    /// Failed tries so far, over all stages.
    pub failures: u32,
    /// What people let go on: the last release of each stage and kind of reason, oldest first.
    pub releases: Vec<Release>,
}

/// A person let an item go on that a stage had held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The stage that had held it.
    pub stage: StageName,
    /// The fixed word of the reason that it was held for: releasing one reason is no word on another.
    pub kind: String,
    /// Who did.
    pub by: String,
    /// Their words.
    pub note: String,
}

/// All items, and what stages noted about them.
#[derive(Debug, Default)]
pub struct Ledger {
    items: BTreeMap<ItemId, ItemState>,
    origins: HashMap<Origin, ItemId>,
    notes: BTreeMap<ItemId, Vec<Note>>,
    unfinished: usize,
    running: usize,
}

impl Ledger {
    /// Takes one more record into account.
    ///
    /// # Errors
    /// [`IllegalStep`]; the ledger is as before.
    pub fn apply(&mut self, record: &Record) -> Result<(), IllegalStep> {
        if let Some(state) = self.items.get_mut(&record.item) {
            let was_ended = state.status.has_ended();
            let was_running = state.status.is_running();
            let released = release_of(&state.status, &record.entry);
            state.status = state.status.clone().step(&record.entry)?;
            state.changed_millis = record.at_millis;
            match &record.entry {
                Entry::Passed { output, .. } => state.input = output.as_slice().into(),
                Entry::Failed { .. } => state.failures += 1,
                Entry::Created { .. }
                | Entry::Held { .. }
                | Entry::Released { .. }
                | Entry::Rejected { .. }
                | Entry::Finished
                | Entry::Noted(_)
                | Entry::Archived { .. } => {}
            }
            if let Some(release) = released {
                // One a stage and kind: however often an item is held again, the list stays as short as the code's words.
                state.releases.retain(|known| known.stage != release.stage || known.kind != release.kind);
                state.releases.push(release);
            }
            self.running = self.running + usize::from(state.status.is_running()) - usize::from(was_running);
            if state.status.has_ended() && !was_ended {
                state.input = Arc::default();
                state.releases = Vec::new();
                self.unfinished -= 1;
            }
        } else {
            self.begin(record)?;
        }
        self.take_note(record);
        Ok(())
    }

    fn begin(&mut self, record: &Record) -> Result<(), IllegalStep> {
        let (origin, status, input) = match &record.entry {
            Entry::Created { origin, input } => (origin, ItemStatus::Running { after: None }, input.as_slice().into()),
            // Compaction leaves only this of an item that ended long ago.
            Entry::Archived { origin, finished } => {
                (origin, ItemStatus::Archived { finished: *finished }, Arc::default())
            }
            entry @ (Entry::Passed { .. }
            | Entry::Failed { .. }
            | Entry::Held { .. }
            | Entry::Released { .. }
            | Entry::Rejected { .. }
            | Entry::Finished
            | Entry::Noted(_)) => {
                return Err(IllegalStep { status: ItemStatus::Running { after: None }, entry: name_of(entry) });
            }
        };
        self.unfinished += usize::from(!status.has_ended());
        self.running += usize::from(status.is_running());
        self.origins.insert(*origin, record.item);
        self.items.insert(
            record.item,
            ItemState {
                id: record.item,
                origin: *origin,
                status,
                input,
                changed_millis: record.at_millis,
                failures: 0,
                releases: Vec::new(),
            },
        );
        Ok(())
    }

    fn take_note(&mut self, record: &Record) {
        match &record.entry {
            Entry::Noted(noted) => {
                let note = Note { item: record.item, at_millis: record.at_millis, noted: noted.clone() };
                self.notes.entry(record.item).or_default().push(note);
            }
            Entry::Archived { .. } => {
                self.notes.remove(&record.item);
            }
            Entry::Created { .. }
            | Entry::Passed { .. }
            | Entry::Failed { .. }
            | Entry::Held { .. }
            | Entry::Released { .. }
            | Entry::Rejected { .. }
            | Entry::Finished => {}
        }
    }

    /// One item.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&ItemState> {
        self.items.get(&id)
    }

    /// All items, oldest first.
    #[must_use]
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &ItemState> {
        self.items.values()
    }

    /// True if an item of this origin was ever taken in.
    #[must_use]
    pub fn knows(&self, origin: &Origin) -> bool {
        self.origins.contains_key(origin)
    }

    /// What compaction does on disk, done here: of items that ended before this time only their origin is kept.
    pub fn archive(&mut self, ended_before_millis: u64) {
        for item in self.items.values_mut().filter(|item| item.changed_millis < ended_before_millis) {
            let finished = match item.status {
                ItemStatus::Finished => true,
                ItemStatus::Rejected { .. } => false,
                ItemStatus::Running { .. } | ItemStatus::Held { .. } | ItemStatus::Archived { .. } => continue,
            };
            item.status = ItemStatus::Archived { finished };
            self.notes.remove(&item.id);
        }
    }

    /// How many items have not ended.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// How many items are running.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running
    }

    /// All notes about one item, oldest first.
    #[must_use]
    pub fn notes_of(&self, item: ItemId) -> &[Note] {
        self.notes.get(&item).map_or(&[], Vec::as_slice)
    }

    /// All notes on one topic, oldest first.
    #[must_use]
    pub fn notes_about(&self, topic: &str) -> Vec<Note> {
        let mut notes: Vec<Note> =
            self.notes.values().flatten().filter(|note| note.noted.topic == topic).cloned().collect();
        notes.sort_by_key(|note| note.at_millis);
        notes
    }
}

#[cfg(test)]
mod tests;
