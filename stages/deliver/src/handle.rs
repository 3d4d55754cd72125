//! A post's name, on disk in the journal before its first byte is written anywhere else.

use jiff::tz::TimeZone;
use reelpress_core::ItemId;
use reelpress_vocabulary::{Scheduled, Slot};
use serde::{Deserialize, Serialize};

use crate::slug::slug;

/// `<account>/<slot time>-<slug>-<end of the item's id>`: the outbox folder's relative path. All parts are made of
/// lower-case letters, digits, `.`, `_`, `-` (and `T` and `Z` in the time), so it is a path of exactly two parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Handle(String);

/// Letters of the item's id at the end of the handle: two cuts of one title in one slot stay apart.
const ID_LETTERS: usize = 6;

impl Handle {
    pub(crate) fn of(item: ItemId, scheduled: &Scheduled) -> Self {
        let title = &scheduled.approved.screened.assembled.voiced.scripted.script.draft().title;
        let id = item.to_string().to_ascii_lowercase();
        let end = &id[id.len() - ID_LETTERS..];
        Self(format!("{}/{}-{}-{end}", scheduled.slot.account, compact_time(&scheduled.slot), slug(title)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// One folder name; `+` is in no account's name.
    pub(crate) fn flattened(&self) -> String {
        self.0.replace('/', "+")
    }

    /// The video's name on a phone: lower-case letters, digits and `-` only.
    pub(crate) fn phone_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        format!("{}.mp4", self.0.chars().map(plain).collect::<String>())
    }
}

fn compact_time(slot: &Slot) -> String {
    slot.at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%MZ").to_string()
}
