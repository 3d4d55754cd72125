//! Items and where they come from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of one item on its way through the line: a ULID, so that ids sort by time of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(ulid::Ulid);

/// The text is not a ULID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("item id `{0}` is not 26 letters and digits (copy it from `reelpress items list`)")]
pub struct InvalidItemId(String);

impl ItemId {
    /// An id from the time in milliseconds since 1970 and 80 bits that make it unique.
    #[must_use]
    pub const fn from_parts(millis: u64, entropy: u128) -> Self {
        Self(ulid::Ulid::from_parts(millis, entropy))
    }

    /// The id of the item that `origin` makes at `millis`: same origin, same time, same id, so nothing here is random.
    #[must_use]
    pub fn of(millis: u64, origin: &Origin) -> Self {
        let mut low = [0_u8; 16];
        low.copy_from_slice(&origin.0[..16]);
        Self::from_parts(millis, u128::from_le_bytes(low))
    }

    /// The id as 16 bytes, big-endian: sorts like the id.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_bytes()
    }

    /// The inverse of [`ItemId::to_bytes`].
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(ulid::Ulid::from_bytes(bytes))
    }

    /// When the item was created, in milliseconds since 1970.
    #[must_use]
    pub const fn created_millis(self) -> u64 {
        self.0.timestamp_ms()
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ItemId {
    type Err = InvalidItemId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| InvalidItemId(text.to_owned()))
    }
}

/// What an item was made of (topic, niche, account), as a hash: the same order is never taken in twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin([u8; 32]);

impl Origin {
    /// The origin named by these parts, in this order. Parts are length-prefixed: `["ab", "c"]` is not `["a", "bc"]`.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.0[..8] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("..")
    }
}
