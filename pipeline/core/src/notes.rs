//! The part of the journal that stages see: their own facts about items.

use async_trait::async_trait;

use crate::item::ItemId;
use crate::journal::{Durability, JournalError, Noted};

/// One fact as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// About which item.
    pub item: ItemId,
    /// When it was written, in milliseconds since 1970.
    pub at_millis: u64,
    /// The fact.
    pub noted: Noted,
}

/// Keeps stages' own facts (slots promised, handles of posts, approvals) in the journal, and finds them again after a
/// restart.
#[async_trait]
pub trait Notes: Send + Sync + 'static {
    /// Writes a fact; it is on disk, as hard as asked, when this returns.
    ///
    /// # Errors
    /// [`JournalError`]; the fact does not count as written then.
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError>;

    /// All facts about `topic`, oldest first.
    fn about(&self, topic: &str) -> Vec<Note>;

    /// All facts about one item, oldest first.
    fn of(&self, item: ItemId) -> Vec<Note>;
}
