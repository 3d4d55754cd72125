//! The journal port: an append-only record of what happened to every item. State is a fold over it ([`crate::Ledger`]).

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{ItemId, Origin};
use crate::stage::{Reason, StageName};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the journal; rises by one.
    pub seq: u64,
    /// When it was appended, in milliseconds since 1970.
    pub at_millis: u64,
    /// Whose life it belongs to.
    pub item: ItemId,
    /// What happened.
    pub entry: Entry,
}

impl Record {
    /// When it was appended.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millisecond(i64::try_from(self.at_millis).unwrap_or(i64::MAX)).unwrap_or(Timestamp::MAX)
    }
}

/// A fact of a stage's own (a promised slot, an approval, a post's handle): the runtime keeps it, the stage reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// A fixed word that says what the body is, such as `slot.promised`.
    pub topic: String,
    /// JSON.
    pub body: Vec<u8>,
}

impl Noted {
    /// A note from its fixed word and any plain data.
    ///
    /// # Panics
    /// If `body` cannot be written as JSON: a mistake in the stage.
    #[must_use]
    pub fn new(topic: &'static str, body: &impl Serialize) -> Self {
        Self { topic: topic.to_owned(), body: serde_json::to_vec(body).expect("notes are plain data with text keys") }
    }

    /// The body, if the note is about `topic` and has the shape asked for.
    #[must_use]
    pub fn read<T: serde::de::DeserializeOwned>(&self, topic: &str) -> Option<T> {
        (self.topic == topic).then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }
}

/// What can happen to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// The item was taken in; `input` is the first stage's input as JSON.
    Created {
        /// What it was made of: the same origin is never taken in twice.
        origin: Origin,
        /// JSON.
        input: Vec<u8>,
    },
    /// A stage finished its work on it; `output` is the next stage's input as JSON.
    Passed {
        /// Who.
        stage: StageName,
        /// JSON.
        output: Vec<u8>,
        /// True if the product was found in the store instead of being made.
        reused: bool,
    },
    /// A try failed; another follows, or a `Held`.
    Failed {
        /// Who.
        stage: StageName,
        /// 1 for the first try.
        attempt: u32,
        /// The error's fixed word.
        kind: String,
        /// The error with its causes.
        message: String,
    },
    /// The item waits for a person before `stage`.
    Held {
        /// Before which stage.
        stage: StageName,
        /// Why.
        reason: Reason,
    },
    /// A person let a held item go on.
    Released {
        /// Who did.
        by: String,
        /// Their words.
        note: String,
    },
    /// The item ended without a post.
    Rejected {
        /// Who refused it.
        stage: StageName,
        /// Why.
        reason: Reason,
    },
    /// The last stage is done with it.
    Finished,
    /// A stage's own fact.
    Noted(Noted),
    /// What compaction leaves of an item that ended long ago: enough to never take its origin in again.
    Archived {
        /// What it was made of.
        origin: Origin,
        /// True if it was finished, false if it was rejected.
        finished: bool,
    },
}

/// How hard a record must be on disk before `append` returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Handed to the kernel: survives `kill -9`.
    Flushed,
    /// `fdatasync`ed: survives a power cut. For whatever must be known before media leaves the host.
    Synced,
}

/// Why the journal could not be written or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The disk has no room left; nothing of the batch counts as written.
    #[error("could not write the journal in {path}: no space left (free some, the press goes on by itself)")]
    Full {
        /// The journal's folder.
        path: String,
    },
    /// Any other failure to write.
    #[error("could not write the journal in {path}: {message}")]
    Write {
        /// The journal's folder.
        path: String,
        /// The store's own word.
        message: String,
    },
    /// Could not be opened.
    #[error("could not open the journal in {path}: {message}")]
    Open {
        /// The journal's folder.
        path: String,
        /// The store's own word.
        message: String,
    },
    /// Another process has it open.
    #[error("the journal in {path} is in use by another process (is the daemon running?)")]
    InUse {
        /// The journal's folder.
        path: String,
    },
    /// A record in the middle does not have the checksum it was written with.
    #[error("journal record {seq} in {path} is damaged: {message}")]
    Damaged {
        /// Which record.
        seq: u64,
        /// The journal's folder.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// Written by a newer version of this program.
    #[error(
        "journal record {seq} has format version {version}, and this program reads up to {known} (use a newer reelpress)"
    )]
    TooNew {
        /// Which record.
        seq: u64,
        /// Its version.
        version: u8,
        /// The newest version known here.
        known: u8,
    },
    /// The journal was closed.
    #[error("the journal is closed")]
    Closed,
}

/// What a replay saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replayed {
    /// Records read.
    pub records: u64,
    /// Records of an unfinished last write that were cut off. Nobody was ever told they had been written.
    pub torn: u64,
}

/// The append-only record. Implementations keep records in the order of `append` calls and commit them in groups.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Appends entries, all or none, and returns their records once they are as durable as asked.
    ///
    /// # Errors
    /// Any [`JournalError`]; nothing of the batch counts as written then, although some of it may be found after a
    /// crash.
    async fn append(&self, entries: Vec<(ItemId, Entry)>, durability: Durability) -> Result<Vec<Record>, JournalError>;

    /// Shows every record in order.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] or [`JournalError::TooNew`] at the first record that cannot be trusted; a torn tail is
    /// not an error, it is cut off and counted.
    fn replay(&self, visit: &mut dyn FnMut(Record)) -> Result<Replayed, JournalError>;

    /// All records of one item, in order.
    ///
    /// # Errors
    /// As [`Journal::replay`].
    fn history(&self, item: ItemId) -> Result<Vec<Record>, JournalError>;

    /// Shortens the life of every item that ended before `ended_before_millis` to one [`Entry::Archived`] and drops the
    /// bulk (inputs and outputs) of all other ended items. Returns how many records went away.
    ///
    /// # Errors
    /// Any [`JournalError`]; the journal is whole either way.
    async fn compact(&self, ended_before_millis: u64) -> Result<u64, JournalError>;
}

impl JournalError {
    /// What a stage that met this error should tell the runner: never the item's fault.
    #[must_use]
    pub fn remedy(&self) -> crate::Remedy {
        crate::Remedy::StopStage
    }
}
