//! What has been promised to whom, kept in memory and rebuilt from the notes.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_core::{ItemId, Noted, Notes};
use reelpress_vocabulary::{AccountId, Slot};
use serde::{Deserialize, Serialize};

use crate::plan::Promised;

/// The slot was given to the item.
pub(crate) const PROMISED: &str = "slot.promised";
/// The slot passed before the item could go on; it counts no more.
pub(crate) const MISSED: &str = "slot.missed";
/// The slot was given back by the delivery, for an item that can never be delivered; it counts no more.
pub(crate) const RELEASED: &str = "slot.released";

/// No cap looks further back: a week of a ramp.
const KEPT: Duration = Duration::from_hours(24 * 8);

/// The body of a note about a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SlotNote {
    pub(crate) account: AccountId,
    pub(crate) at: Timestamp,
    /// The local day of the account's first slot ever. In each note, because old notes are archived and the ramp must
    /// not start again then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_day: Option<Date>,
}

impl SlotNote {
    pub(crate) fn new(slot: &Slot, first_day: Option<Date>) -> Self {
        Self { account: slot.account.clone(), at: slot.at, first_day }
    }

    pub(crate) fn slot(&self) -> Slot {
        Slot { account: self.account.clone(), at: self.at }
    }

    pub(crate) fn noted(&self, topic: &'static str) -> Noted {
        Noted::new(topic, self)
    }
}

/// Everything promised that may still matter.
#[derive(Debug, Default)]
pub(crate) struct Book {
    accounts: HashMap<AccountId, Promised>,
    by_item: HashMap<ItemId, Slot>,
    by_slot: HashMap<(AccountId, Timestamp), ItemId>,
    by_time: BTreeSet<(Timestamp, AccountId)>,
}

impl Book {
    /// From the notes: what was promised, less what was missed or released.
    pub(crate) fn from_notes(notes: &dyn Notes, settings: &Settings, now: Timestamp) -> Self {
        let mut void: HashMap<(ItemId, AccountId, Timestamp), usize> = HashMap::new();
        for topic in [MISSED, RELEASED] {
            for note in notes.about(topic) {
                if let Some(gone) = note.noted.read::<SlotNote>(topic) {
                    *void.entry((note.item, gone.account, gone.at)).or_default() += 1;
                }
            }
        }
        let mut book = Self::default();
        for note in notes.about(PROMISED) {
            let Some(promise) = note.noted.read::<SlotNote>(PROMISED) else {
                tracing::warn!(item = %note.item, "note about a slot cannot be read");
                continue;
            };
            let account = promise.account.clone();
            if let Some(day) = promise.first_day {
                book.accounts.entry(account.clone()).or_default().first_no_later_than(day);
            }
            match void.get_mut(&(note.item, account.clone(), promise.at)) {
                Some(left) if *left > 0 => *left -= 1,
                _ => book.put(note.item, promise.slot(), &zone(settings, &account)),
            }
        }
        book.forget_before(now, settings);
        book
    }

    /// The item's slot.
    pub(crate) fn held(&self, item: ItemId) -> Option<&Slot> {
        self.by_item.get(&item)
    }

    /// What the account has been promised.
    pub(crate) fn promised(&self, account: &AccountId) -> Option<&Promised> {
        self.accounts.get(account)
    }

    /// Gives the slot to the item. Of two items with one slot the last one wins: the first one's note was answered with
    /// an error, and found on disk all the same.
    pub(crate) fn put(&mut self, item: ItemId, slot: Slot, zone: &TimeZone) {
        self.take_back(item);
        let key = (slot.account.clone(), slot.at);
        if let Some(other) = self.by_slot.insert(key, item) {
            self.by_item.remove(&other);
        }
        self.accounts.entry(slot.account.clone()).or_default().add(slot.at, zone);
        self.by_time.insert((slot.at, slot.account.clone()));
        self.by_item.insert(item, slot);
    }

    /// Frees the slots that were given back since the notes were read.
    pub(crate) fn take_back_released(&mut self, notes: &dyn Notes) {
        for note in notes.about(RELEASED) {
            let Some(gone) = note.noted.read::<SlotNote>(RELEASED) else { continue };
            // An item may have been promised the same slot again.
            if self.held(note.item) == Some(&gone.slot()) && !outstanding(notes, note.item).contains(&gone.slot()) {
                self.take_back(note.item);
            }
        }
    }

    /// Frees the item's slot.
    pub(crate) fn take_back(&mut self, item: ItemId) {
        if let Some(slot) = self.by_item.remove(&item) {
            self.remove_slot(slot.account, slot.at);
        }
    }

    /// Forgets what no cap can ask for any more.
    pub(crate) fn forget_before(&mut self, now: Timestamp, settings: &Settings) {
        // Usually there is nothing to forget, and the longest gap need not be looked for.
        let oldest = self.by_time.first().map(|(at, _)| *at);
        if oldest.is_none_or(|at| now.checked_sub(KEPT).is_ok_and(|limit| at >= limit)) {
            return;
        }
        let gaps = settings.accounts.values().map(|account| account.min_gap);
        let kept = gaps.max().unwrap_or_default().saturating_add(KEPT);
        let Ok(limit) = now.checked_sub(kept) else { return };
        while let Some((at, account)) = self.by_time.first().filter(|(at, _)| *at < limit).cloned() {
            if let Some(item) = self.by_slot.get(&(account.clone(), at)) {
                self.by_item.remove(item);
            }
            self.remove_slot(account, at);
        }
    }

    fn remove_slot(&mut self, account: AccountId, at: Timestamp) {
        if let Some(promised) = self.accounts.get_mut(&account) {
            promised.remove(at);
        }
        self.by_slot.remove(&(account.clone(), at));
        self.by_time.remove(&(at, account));
    }
}

/// Slots that notes promise to the item and that no note takes back.
pub(crate) fn outstanding(notes: &dyn Notes, item: ItemId) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for note in notes.of(item) {
        if let Some(promise) = note.noted.read::<SlotNote>(PROMISED) {
            slots.push(promise.slot());
        }
        let gone = [MISSED, RELEASED].iter().find_map(|topic| note.noted.read::<SlotNote>(topic));
        if let Some(gone) = gone
            && let Some(at) = slots.iter().position(|slot| *slot == gone.slot())
        {
            slots.swap_remove(at);
        }
    }
    slots
}

/// The account's time zone; UTC if it has left the config, where nothing depends on it any more.
fn zone(settings: &Settings, account: &AccountId) -> TimeZone {
    settings.accounts.get(account.name()).map_or(TimeZone::UTC, |account| account.timezone.clone())
}
