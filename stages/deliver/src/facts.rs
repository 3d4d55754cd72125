//! The facts this stage keeps in the journal, and reads back after a crash.

use jiff::Timestamp;
use reelpress_core::{Durability, ItemId, Noted, Notes};
use reelpress_vocabulary::{MediaFile, Slot};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::DeliverError;
use crate::handle::Handle;
use crate::outbox::FileEntry;

/// The note of a post that is done: its `handle`, its `media`.
pub const POST_DONE: &str = "post.done";

/// A fact with its fixed word.
pub(crate) trait Fact: Serialize + DeserializeOwned {
    const TOPIC: &'static str;
}

/// The post's name, before its first byte is written anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandleFact {
    pub(crate) handle: Handle,
    pub(crate) cut_hash: String,
}

/// The post was in place once, with these files: it is never written again, wherever a person has put it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlacedFact {
    pub(crate) files: Vec<FileEntry>,
}

/// The phone that is about to get the video, before the first byte leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeaseFact {
    pub(crate) serial: String,
    pub(crate) name: String,
}

/// The phone that has the video in its gallery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PushFact {
    pub(crate) serial: String,
    pub(crate) model: String,
    pub(crate) path: String,
    pub(crate) sha256: String,
    /// False if the phone held it already: no push was spent.
    pub(crate) pushed: bool,
}

/// The item was held because this slot had passed. If it comes again, a person released it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MissedFact {
    pub(crate) at: Timestamp,
}

/// The slot is free again: nothing will ever be delivered in it. The schedule reads this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ReleasedFact(pub(crate) Slot);

/// The post is in place, and on a phone if one was wanted and could be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DoneFact {
    pub(crate) handle: Handle,
    pub(crate) hash: String,
    pub(crate) devices: Vec<String>,
    /// Files of the media library in it, each once: who withdraws one wants to know where it went, long after the
    /// journal has dropped the cut's own record.
    pub(crate) media: Vec<MediaFile>,
}

impl Fact for HandleFact {
    const TOPIC: &'static str = "post.handle";
}
impl Fact for PlacedFact {
    const TOPIC: &'static str = "post.placed";
}
impl Fact for LeaseFact {
    const TOPIC: &'static str = "device.lease";
}
impl Fact for PushFact {
    const TOPIC: &'static str = "device.push";
}
impl Fact for MissedFact {
    const TOPIC: &'static str = "slot.missed.held";
}
impl Fact for ReleasedFact {
    const TOPIC: &'static str = "slot.released";
}
impl Fact for DoneFact {
    const TOPIC: &'static str = POST_DONE;
}

/// The newest fact of this kind about the item.
pub(crate) fn newest<F: Fact>(notes: &dyn Notes, item: ItemId) -> Option<F> {
    notes.of(item).iter().rev().find_map(|note| note.noted.read(F::TOPIC))
}

/// Writes a fact, through to the disk.
pub(crate) async fn keep<F: Fact>(notes: &dyn Notes, item: ItemId, fact: &F) -> Result<(), DeliverError> {
    notes
        .note(item, Noted::new(F::TOPIC, fact), Durability::Synced)
        .await
        .map_err(|source| DeliverError::Journal { topic: F::TOPIC, source })
}
