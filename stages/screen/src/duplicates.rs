//! Exact duplicates: the same file anywhere, or the same words on the same account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reelpress_core::{ItemId, Noted, Notes};
use reelpress_vocabulary::{Assembled, Finding};
use serde::{Deserialize, Serialize};

use crate::file::block;
use crate::text::normalised;

/// Topic of the notes that hold the fingerprints of screened cuts.
pub const SCREEN_HASH: &str = "screen.hash";

/// What makes two cuts the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fingerprints {
    /// blake3 of the video file, hex; without its signature, if it has one.
    file: String,
    /// blake3 of account and spoken text, hex.
    script: String,
}

impl Fingerprints {
    pub(crate) fn of(assembled: &Assembled) -> Self {
        let scripted = &assembled.voiced.scripted;
        let mut hasher = blake3::Hasher::new();
        hasher.update(scripted.brief.account.as_str().as_bytes());
        for beat in scripted.script.beats() {
            hasher.update(&[0]);
            // Blanks and capitals do not make another text.
            for word in normalised(&beat.narration).split_whitespace() {
                hasher.update(word.as_bytes());
                hasher.update(b" ");
            }
        }
        // Two signatures of the same file differ.
        let file = assembled.cut.unsigned.as_ref().unwrap_or(&assembled.cut.hash).clone();
        Self { file, script: hasher.finalize().to_hex().to_string() }
    }

    pub(crate) fn noted(&self) -> Noted {
        Noted::new(SCREEN_HASH, self)
    }

    /// True if the journal has these about this item.
    pub(crate) fn are_noted(&self, notes: &dyn Notes, item: ItemId) -> bool {
        notes.of(item).iter().any(|note| note.noted.read::<Self>(SCREEN_HASH).as_ref() == Some(self))
    }

    fn keys(&self) -> [(&'static str, Key); 2] {
        [("file", key("file", &self.file)), ("script", key("script", &self.script))]
    }
}

/// Who was first with each file and each text. Read from the journal when it is first asked.
#[derive(Debug, Default)]
pub(crate) struct Duplicates(Mutex<Option<Owners>>);

type Key = [u8; 32];
type Owners = HashMap<Key, ItemId>;

impl Duplicates {
    /// What of `prints` another item had first. If there is nothing and `claim` is true, it belongs to `item` from now
    /// on: two items with one text cannot both be first.
    pub(crate) fn findings(&self, notes: &dyn Notes, item: ItemId, prints: &Fingerprints, claim: bool) -> Vec<Finding> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owners = slot.get_or_insert_with(|| rebuilt(notes));
        let taken = prints.keys().into_iter().filter_map(|(what, key)| {
            let owner = owners.get(&key).filter(|owner| **owner != item)?;
            Some((what, *owner))
        });
        let findings = taken.map(|(what, owner)| duplicate(what, owner)).collect::<Vec<_>>();
        if claim && findings.is_empty() {
            owners.extend(prints.keys().map(|(_, key)| (key, item)));
        }
        findings
    }

    /// Takes a claim back that could not be written to the journal.
    pub(crate) fn disclaim(&self, item: ItemId, prints: &Fingerprints) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(owners) = slot.as_mut() {
            for (_, key) in prints.keys() {
                if owners.get(&key) == Some(&item) {
                    owners.remove(&key);
                }
            }
        }
    }
}

fn rebuilt(notes: &dyn Notes) -> Owners {
    let mut owners = Owners::new();
    for note in notes.about(SCREEN_HASH) {
        let Some(prints) = note.noted.read::<Fingerprints>(SCREEN_HASH) else {
            tracing::warn!(item = %note.item, "fingerprints in the journal cannot be read; duplicates of this item will not be found");
            continue;
        };
        for (_, key) in prints.keys() {
            owners.entry(key).or_insert(note.item);
        }
    }
    owners
}

fn key(what: &str, hash: &str) -> Key {
    *blake3::Hasher::new().update(what.as_bytes()).update(&[0]).update(hash.as_bytes()).finalize().as_bytes()
}

fn duplicate(what: &str, owner: ItemId) -> Finding {
    let message = match what {
        "file" => format!("the very same file was screened before, for item {owner}"),
        _ => format!("the very same text was screened before on this account, for item {owner}"),
    };
    Finding { evidence: owner.to_string(), ..block("duplicate.exact", message) }
}
