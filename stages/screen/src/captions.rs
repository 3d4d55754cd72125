//! Captions of each account's last cuts, so that the same one is not posted again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use reelpress_core::{Durability, ItemId, JournalError, Noted, Notes};
use reelpress_policy::Subject;
use reelpress_vocabulary::{AccountId, Scripted};
use serde::{Deserialize, Serialize};

/// Topic of the notes that hold the captions of screened cuts.
pub const SCREEN_CAPTION: &str = "screen.caption";

/// What the journal keeps of one cut's caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Captioned {
    account: AccountId,
    /// Cuts of one topic that differ in the hook alone share their caption by design.
    topic: String,
    variant: u32,
    caption: String,
}

/// Read from the journal when it is first asked; newest first.
#[derive(Debug, Default)]
pub(crate) struct Captions(Mutex<Option<BTreeMap<AccountId, Recent>>>);

type Recent = VecDeque<(ItemId, Captioned)>;

impl Captioned {
    fn of(scripted: &Scripted) -> Self {
        let (brief, draft) = (&scripted.brief, scripted.script.draft());
        Self {
            account: brief.account.clone(),
            topic: brief.topic.id.clone(),
            variant: brief.variant,
            caption: draft.caption.clone(),
        }
    }

    fn is_variant_of(&self, other: &Self) -> bool {
        self.topic == other.topic && self.variant != other.variant
    }
}

impl Captions {
    /// Captions of other items of this account, newest first.
    pub(crate) fn recent(&self, notes: &dyn Notes, item: ItemId, scripted: &Scripted) -> Vec<String> {
        let own = Captioned::of(scripted);
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let accounts = slot.get_or_insert_with(|| rebuilt(notes));
        let of_account = accounts.get(&own.account).into_iter().flatten();
        let others = of_account.filter(|(owner, other)| *owner != item && !other.is_variant_of(&own));
        others.map(|(_, other)| other.caption.clone()).collect()
    }

    /// Remembers this item's caption, if it is not in the journal already.
    pub(crate) async fn note(&self, notes: &dyn Notes, item: ItemId, scripted: &Scripted) -> Result<(), JournalError> {
        let own = Captioned::of(scripted);
        let known =
            notes.of(item).iter().any(|note| note.noted.read::<Captioned>(SCREEN_CAPTION).as_ref() == Some(&own));
        if !known {
            notes.note(item, Noted::new(SCREEN_CAPTION, &own), Durability::Flushed).await?;
        }
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let accounts = slot.get_or_insert_with(|| rebuilt(notes));
        keep(accounts, item, own);
        Ok(())
    }
}

/// True if that item was made of the same topic for the same account with another hook: the two are alike by design.
pub(crate) fn is_variant(notes: &dyn Notes, other: ItemId, scripted: &Scripted) -> bool {
    let own = Captioned::of(scripted);
    let others = notes.of(other).into_iter().filter_map(|note| note.noted.read::<Captioned>(SCREEN_CAPTION));
    others.into_iter().any(|other| other.account == own.account && own.is_variant_of(&other))
}

fn rebuilt(notes: &dyn Notes) -> BTreeMap<AccountId, Recent> {
    let mut accounts = BTreeMap::new();
    for note in notes.about(SCREEN_CAPTION) {
        match note.noted.read::<Captioned>(SCREEN_CAPTION) {
            Some(captioned) => keep(&mut accounts, note.item, captioned),
            None => {
                tracing::warn!(item = %note.item, "a caption in the journal cannot be read; its repetition will not be found");
            }
        }
    }
    accounts
}

fn keep(accounts: &mut BTreeMap<AccountId, Recent>, item: ItemId, captioned: Captioned) {
    let recent = accounts.entry(captioned.account.clone()).or_default();
    recent.retain(|(owner, _)| *owner != item);
    recent.push_front((item, captioned));
    recent.truncate(Subject::RECENT_MAX);
}
