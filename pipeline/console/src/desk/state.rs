//! What the desk remembers, and what it makes of it: whose turn it is, what a word counts for, what can be undone.

use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::Console as Settings;
use reelpress_core::ItemId;

use super::claims::Claims;
use super::words::{Part, Word, Words};
use super::{DeskError, Person, Row, Said};
use crate::press::{CutHash, Waiting};
use crate::users::Role;

pub(super) struct State {
    pub(super) claims: Claims,
    pub(super) words: Words,
    pub(super) swept: Timestamp,
}

impl State {
    /// The line of the queue, if it is for this person now.
    pub(super) fn row(&self, waiting: Waiting, name: &str, now: Timestamp) -> Option<Row> {
        let words = self.words.about(waiting.item, &waiting.cut);
        let is_decided = words.iter().any(|word| matches!(word.part, Part::Decides { .. }));
        let is_disputed = words.iter().any(|word| word.part == Part::Disputed);
        // One of two does not see it again, nor what the first said before they said theirs.
        let is_theirs = words.iter().any(|word| word.by == name) && !is_disputed;
        if is_decided || is_theirs {
            return None;
        }
        let claim = self.claims.of(waiting.item, now).filter(|claim| claim.by != name);
        let said = |word: &&Word| (word.by.clone(), word.choice, word.note.clone());
        let disputed = if is_disputed { words.iter().map(said).collect() } else { Vec::new() };
        Some(Row { claimed_by: claim.map(|claim| claim.by.clone()), waiting, disputed })
    }

    /// What this person's word on this cut counts for.
    pub(super) fn part(
        &self,
        said: &Said,
        person: &Person,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Part, DeskError> {
        let due = now.checked_add(settings.undo).unwrap_or(Timestamp::MAX);
        let words = self.words.about(said.item, &said.cut);
        if let Some(word) = words.iter().find(|word| matches!(word.part, Part::Decides { .. })) {
            return Err(DeskError::Decided(word.by.clone()));
        }
        let is_one_of_them = words.iter().any(|word| word.by == person.name);
        let is_disputed = words.iter().any(|word| word.part == Part::Disputed);
        match words.first() {
            // In a small team an operator may have the last word on what they said themselves.
            Some(_) if is_disputed && (!is_one_of_them || person.role >= Role::Operator) => {
                Ok(Part::Decides { due, agrees: false })
            }
            Some(_) if is_one_of_them => Err(DeskError::NeedsAnother),
            Some(first) if first.choice == said.choice => Ok(Part::Decides { due, agrees: true }),
            Some(_) => Ok(Part::Disputed),
            None if is_for_two(&said.cut, settings.double_check_percent) => Ok(Part::First),
            None => Ok(Part::Decides { due, agrees: false }),
        }
    }

    /// The last word of a person that can be undone: nobody said anything after it, and its time is not over.
    pub(super) fn undoable(
        &self,
        name: &str,
        id: Option<&str>,
        now: Timestamp,
        window: Duration,
    ) -> Option<(ItemId, &Word, Timestamp)> {
        let mine = self.words.open().filter(|(_, word)| word.by == name && id.is_none_or(|id| word.id == id));
        let last = mine
            .filter(|(item, word)| self.words.about(*item, &word.cut).last().is_some_and(|last| last.id == word.id));
        let until = |word: &Word| match word.part {
            Part::Decides { due, .. } => due,
            Part::First | Part::Disputed => word.at.checked_add(window).unwrap_or(Timestamp::MAX),
        };
        let open = last.map(|(item, word)| (item, word, until(word))).filter(|(_, _, until)| *until > now);
        open.max_by_key(|(_, word, _)| word.at)
    }
}

/// Whether two people judge this cut: the same answer every time, and no way to foresee it from the text.
fn is_for_two(cut: &CutHash, percent: u32) -> bool {
    let hash = blake3::derive_key("reelpress console 2026 double check", cut.as_str().as_bytes());
    let mut low = [0_u8; 8];
    low.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(low) % 100 < u64::from(percent)
}
