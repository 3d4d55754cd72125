//! The archive itself.

use std::path::Path;
use std::sync::Arc;

use reelpress_index::{Filter, Hash, Index, Label, Owner, Stats};
use reelpress_similar::prints::Prints;
use reelpress_similar::search::{Radii, of_frames, of_keys};
use reelpress_similar::verdict::{Comparison, Reason, Rule, Ruling, compare};
use serde::{Deserialize, Serialize};

use crate::candidates::{Shelves, words};
use crate::error::ArchiveError;
use crate::files::Files;

/// Cuts that are compared at most: the ones with the most hashes in common.
const COMPARED_MAX: usize = 64;

/// Fingerprints of every cut that was made, and what finds them. One process at a time has it open; any number of threads
/// may use it.
#[derive(Debug)]
pub struct Archive {
    files: Files,
    frames: Arc<Index>,
    keys: Arc<Index>,
    words: Arc<Index>,
}

/// Among which cuts to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Only those of this niche.
    pub niche: Option<String>,
    /// Only those of this account.
    pub account: Option<String>,
    /// Not this one: a cut is no copy of itself.
    pub without: Option<String>,
}

/// An earlier cut that a rule holds against the new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// The niche it was made for.
    pub niche: String,
    /// The account it was made for.
    pub account: String,
    /// What follows from it.
    pub ruling: Ruling,
    /// Which axes, the heaviest first.
    pub reasons: Vec<Reason>,
    /// The evidence: which seconds, which frames.
    pub comparison: Comparison,
}

/// What the archive says of a cut.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// The definition of "similar" that it was judged by.
    pub definition: u16,
    /// The heaviest ruling of all.
    pub ruling: Ruling,
    /// Earlier cuts that rule, the heaviest first.
    pub found: Vec<Found>,
    /// Earlier cuts that were compared.
    pub compared: u32,
    /// Candidates whose prints are gone or of another definition: of them nothing is known.
    pub gone: Vec<String>,
}

impl Archive {
    /// Opens the archive in a folder, or makes one there.
    ///
    /// # Errors
    /// [`ArchiveError`] if the folder cannot be used, is in use, or is damaged.
    pub fn open(folder: &Path) -> Result<Self, ArchiveError> {
        let index = |name: &str| Index::open(&folder.join(name)).map(Arc::new);
        let files = Files::open(folder.join("prints"))?;
        Ok(Self { files, frames: index("frames")?, keys: index("keys")?, words: index("words")? })
    }

    /// The indexes, for a [`reelpress_index::Keeper`] each.
    #[must_use]
    pub fn indexes(&self) -> [&Arc<Index>; 3] {
        [&self.frames, &self.keys, &self.words]
    }

    /// Whether a cut is in it.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        // It is written last.
        self.words.find(id).is_some()
    }

    /// The prints of a cut; nothing where there are none, or none that this program reads.
    #[must_use]
    pub fn prints(&self, id: &str) -> Option<Prints> {
        self.files.get(id)
    }

    /// Puts a cut in. All of it is on disk when this returns; after an error or a crash the same call may be made again. A
    /// cut of the same id is taken out first.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn add(&self, label: &Label, prints: &Prints) -> Result<(), ArchiveError> {
        if self.holds(&label.id) && self.files.get(&label.id).as_ref() != Some(prints) {
            self.remove(&label.id)?;
        }
        self.add_new(&[(label, prints)])
    }

    /// Puts many cuts in that are not in it yet, with a few writes for all of them. All of it is on disk when this returns;
    /// after an error or a crash the same call may be made again.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn add_new(&self, cuts: &[(&Label, &Prints)]) -> Result<(), ArchiveError> {
        for (label, prints) in cuts {
            self.files.put(&label.id, prints)?;
        }
        let labels: Vec<Label> = cuts.iter().map(|(label, _)| (*label).clone()).collect();
        let kept: [(&Arc<Index>, HashesOf); 3] =
            [(&self.frames, frames_of), (&self.keys, keys_of), (&self.words, words_of)];
        // The words last: who is in them is in the archive.
        for (index, hashes) in kept {
            let owners = index.register(&labels)?;
            let hashes: Vec<Vec<(Hash, u32)>> = cuts.iter().map(|(_, prints)| hashes(prints)).collect();
            let batch: Vec<(Owner, &[(Hash, u32)])> =
                owners.into_iter().zip(hashes.iter().map(Vec::as_slice)).collect();
            index.insert_batch(&batch)?;
        }
        Ok(())
    }

    /// Takes a cut out: for retention, or because somebody has a right to it. True if it was there.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn remove(&self, id: &str) -> Result<bool, ArchiveError> {
        let mut was_there = false;
        for index in [&self.words, &self.keys, &self.frames] {
            if let Some(owner) = index.find(id) {
                was_there |= index.remove(&[owner])? > 0;
            }
        }
        self.files.remove(id)?;
        Ok(was_there)
    }

    /// Compares a cut with the earlier ones that it may be like.
    ///
    /// # Errors
    /// [`ArchiveError::Index`] if an index is damaged.
    pub fn judge(&self, prints: &Prints, query: &Query, rule: &Rule) -> Result<Judged, ArchiveError> {
        let view = |index: &'_ Index| {
            let mut filter = Filter::everything();
            if let Some(niche) = &query.niche {
                filter = filter.niche(niche);
            }
            if let Some(account) = &query.account {
                filter = filter.account(account);
            }
            query.without.as_ref().and_then(|id| index.find(id)).map_or(filter.clone(), |owner| filter.without(owner))
        };
        let shelves = Shelves {
            frames: (&self.frames, view(&self.frames)),
            keys: (&self.keys, view(&self.keys)),
            words: (&self.words, view(&self.words)),
        };
        let mut judged = Judged {
            definition: reelpress_similar::prints::DEFINITION,
            ruling: Ruling::Pass,
            found: Vec::new(),
            compared: 0,
            gone: Vec::new(),
        };
        let radii = Radii::default();
        let near = shelves.near(prints, radii)?.most(COMPARED_MAX);
        for id in &near {
            self.compare(id, (prints, rule), &mut judged);
        }
        // Looking far costs most, and a cut that is one that there was needs no second reason.
        if judged.found.iter().all(|found| found.ruling != Ruling::Reject) {
            for id in shelves.wide(prints, radii)?.most(COMPARED_MAX).iter().filter(|id| !near.contains(id)) {
                self.compare(id, (prints, rule), &mut judged);
            }
        }
        let share = |found: &Found| found.reasons.first().map_or(0.0, |reason| reason.share);
        judged.found.sort_by(|one, two| two.ruling.cmp(&one.ruling).then(share(two).total_cmp(&share(one))));
        judged.ruling = judged.found.first().map_or(Ruling::Pass, |found| found.ruling);
        Ok(judged)
    }

    fn compare(&self, id: &str, (prints, rule): (&Prints, &Rule), judged: &mut Judged) {
        let Some(earlier) = self.files.get(id) else {
            judged.gone.push(id.to_owned());
            return;
        };
        judged.compared += 1;
        let comparison = compare(prints, &earlier, rule);
        let (ruling, reasons) = comparison.ruling(rule);
        if ruling != Ruling::Pass {
            judged.found.push(self.found(id.to_owned(), ruling, reasons, comparison));
        }
    }

    fn found(&self, id: String, ruling: Ruling, reasons: Vec<Reason>, comparison: Comparison) -> Found {
        let owner = self.words.find(&id);
        let label = owner.and_then(|owner| self.words.snapshot().label(owner));
        let (niche, account) = label.map_or_else(Default::default, |label| (label.niche, label.account));
        Found { id, niche, account, ruling, reasons, comparison }
    }

    /// Sizes of the indexes of frames, keys and words.
    #[must_use]
    pub fn stats(&self) -> [Stats; 3] {
        [self.frames.stats(), self.keys.stats(), self.words.stats()]
    }

    /// Merges what can be merged; for commands that end, where no [`reelpress_index::Keeper`] runs.
    ///
    /// # Errors
    /// [`ArchiveError::Index`].
    pub fn tidy(&self) -> Result<(), ArchiveError> {
        for index in self.indexes() {
            while index.merge_step()?.is_some() {}
        }
        Ok(())
    }
}

/// Positions of the looks of sources among frames: behind any frame.
const LOOKS_FROM: u32 = 1 << 20;

/// What an index keeps of a cut, each hash with its position.
type HashesOf = fn(&Prints) -> Vec<(Hash, u32)>;

fn frames_of(prints: &Prints) -> Vec<(Hash, u32)> {
    let looks = (LOOKS_FROM..).zip(prints.parts().iter().flat_map(|part| &part.looks));
    let frames = of_frames(prints).map(|(view, at)| (view.hash.0, at));
    frames.chain(looks.map(|(at, view)| (view.hash.0, at))).collect()
}

fn keys_of(prints: &Prints) -> Vec<(Hash, u32)> {
    of_keys(prints).map(|(hash, at)| (hash.0, at)).collect()
}

fn words_of(prints: &Prints) -> Vec<(Hash, u32)> {
    words(prints).into_iter().zip(0..).collect()
}

#[cfg(test)]
mod tests;
