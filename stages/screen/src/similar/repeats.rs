//! How often an account repeats itself: its budget, kept in the journal.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use reelpress_archive::Found;
use reelpress_config::Similar as Limits;
use reelpress_core::{Durability, ItemId, JournalError, Noted, Notes};
use reelpress_vocabulary::AccountId;
use serde::{Deserialize, Serialize};

use super::LEAST_SHARE;

/// Topic of the notes that say how much of a cut its account had shown before.
pub const SCREEN_SIMILAR: &str = "screen.similar";

/// Cuts of an account that are remembered: as many as the config can count, and some.
const KEPT_MAX: usize = 1_200;

/// What the journal keeps of a cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Repeated {
    account: AccountId,
    /// Of frames, sources or words, in thousandths.
    permille: u16,
}

/// Read from the journal when it is first asked; oldest first.
#[derive(Debug, Default)]
pub(crate) struct Repeats(Option<BTreeMap<AccountId, VecDeque<(ItemId, u16)>>>);

impl Repeats {
    /// Other cuts of this account that repeated it, made near this one in time.
    pub(crate) fn count(
        &mut self,
        notes: &dyn Notes,
        account: &AccountId,
        item: ItemId,
        limits: &Limits,
        is_withdrawn: &dyn Fn(ItemId) -> bool,
    ) -> usize {
        let accounts = self.0.get_or_insert_with(|| rebuilt(notes));
        let near = |other: ItemId| {
            Duration::from_millis(other.created_millis().abs_diff(item.created_millis())) <= limits.repeat_within
        };
        let repeats = accounts.get(account).into_iter().flatten();
        let repeats = repeats.filter(|(_, permille)| f64::from(*permille) >= limits.repeat_share * 1_000.0);
        repeats.filter(|(other, _)| *other != item && near(*other) && !is_withdrawn(*other)).count()
    }

    /// Remembers how much of this cut was seen before on its account, if that is not in the journal already.
    pub(crate) async fn note(
        &mut self,
        notes: &dyn Notes,
        account: &AccountId,
        item: ItemId,
        share: f32,
    ) -> Result<(), JournalError> {
        if share < LEAST_SHARE {
            return Ok(());
        }
        let repeated = Repeated { account: account.clone(), permille: (share.min(1.0) * 1_000.0).round() as u16 };
        let read = |noted: &Noted| noted.read::<Repeated>(SCREEN_SIMILAR);
        if notes.of(item).iter().filter_map(|note| read(&note.noted)).next_back().as_ref() != Some(&repeated) {
            notes.note(item, Noted::new(SCREEN_SIMILAR, &repeated), Durability::Flushed).await?;
        }
        keep(self.0.get_or_insert_with(|| rebuilt(notes)), item, repeated);
        Ok(())
    }
}

/// The larger share of the axes that tell whether somebody saw it before. Sound is not one: a voice is always the same.
pub(crate) fn share(found: &Found) -> f32 {
    let comparison = &found.comparison;
    let frames = comparison.frames.as_ref().map(reelpress_similar::verdict::Visual::share);
    let parts = comparison.parts.as_ref().map(reelpress_similar::parts::Repeated::share);
    let text = comparison.text.as_ref().map(|read| read.contained);
    [frames, parts, text].into_iter().flatten().fold(0.0, f32::max)
}

fn rebuilt(notes: &dyn Notes) -> BTreeMap<AccountId, VecDeque<(ItemId, u16)>> {
    let mut accounts = BTreeMap::new();
    for note in notes.about(SCREEN_SIMILAR) {
        match note.noted.read::<Repeated>(SCREEN_SIMILAR) {
            Some(repeated) => keep(&mut accounts, note.item, repeated),
            None => {
                tracing::warn!(item = %note.item, "a note on a repeated cut cannot be read; it is not counted");
            }
        }
    }
    accounts
}

fn keep(accounts: &mut BTreeMap<AccountId, VecDeque<(ItemId, u16)>>, item: ItemId, repeated: Repeated) {
    let repeats = accounts.entry(repeated.account).or_default();
    repeats.retain(|(other, _)| *other != item);
    repeats.push_back((item, repeated.permille));
    if repeats.len() > KEPT_MAX {
        repeats.pop_front();
    }
}
