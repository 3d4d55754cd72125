//! Slots and posts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// A time on an account that a cut is promised to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Whose.
    pub account: AccountId,
    /// When it is to be published.
    pub at: Timestamp,
}

/// One delivery of a cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The handle that was written to the journal before the first byte left: the outbox folder's relative path.
    pub handle: String,
    /// blake3 of the video file as delivered, hex.
    pub hash: String,
    /// Devices that hold it in their gallery, by serial number.
    pub devices: Vec<String>,
}
