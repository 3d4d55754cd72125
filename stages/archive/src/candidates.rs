//! Which earlier cuts to look at closely: those that a frame, a region, a run of words or a source of the new one was
//! found in.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use reelpress_index::{Filter, Hash, Index, IndexError, Match, Owner};
use reelpress_similar::frame::region::Region;
use reelpress_similar::parts::Part;
use reelpress_similar::pdq::View;
use reelpress_similar::prints::{Key, Prints};
use reelpress_similar::search::{Radii, keys, of_frames};
use reelpress_similar::words::Words;

/// Hashes that are looked for in one pass at the wide radius.
const AT_ONCE: usize = 32;

/// Votes for cuts, by their ids: numbers differ from index to index.
#[derive(Debug, Default)]
pub(crate) struct Votes(BTreeMap<String, u32>);

impl Votes {
    /// Looks for `hashes` and counts what is found of each owner.
    fn ask(&mut self, index: &Index, hashes: &[Hash], radius: u32, filter: &Filter) -> Result<(), IndexError> {
        let snapshot = index.snapshot();
        let mut counts = BTreeMap::<Owner, u32>::new();
        let mut found: Vec<Match> = Vec::new();
        for hashes in hashes.chunks(AT_ONCE) {
            snapshot.near_batch(hashes, radius, filter, &mut found)?;
            for found in &found {
                *counts.entry(found.hit.owner).or_default() += 1;
            }
        }
        for (owner, count) in counts {
            if let Some(label) = snapshot.label(owner) {
                *self.0.entry(label.id).or_default() += count;
            }
        }
        Ok(())
    }

    /// The ids with the most votes, the most first.
    pub(crate) fn most(self, most: usize) -> Vec<String> {
        let mut list: Vec<(String, u32)> = self.0.into_iter().collect();
        list.sort_by(|one, two| (Reverse(one.1), &one.0).cmp(&(Reverse(two.1), &two.0)));
        list.into_iter().take(most).map(|(id, _)| id).collect()
    }
}

/// The indexes to look in, and whose hashes count in each.
pub(crate) struct Shelves<'a> {
    pub(crate) frames: (&'a Index, Filter),
    pub(crate) keys: (&'a Index, Filter),
    pub(crate) words: (&'a Index, Filter),
}

impl Shelves<'_> {
    /// Everything that is found at once: frames and regions at the near radius, words and sources by equality. A tenth of
    /// a millisecond a hash, however many are kept.
    pub(crate) fn near(&self, prints: &Prints, radii: Radii) -> Result<Votes, IndexError> {
        let mut votes = Votes::default();
        let frames = of_frames(prints).step_by(FRAMES_EACH).map(|(view, _)| view);
        votes.ask(self.frames.0, &both(frames), radii.frames, &self.frames.1)?;
        let looks = prints.parts().iter().flat_map(|part| part.looks.iter().copied());
        votes.ask(self.frames.0, &both(looks), radii.frames, &self.frames.1)?;
        let regions = some(prints, KEYS_NEAR).flat_map(|key| &key.regions).map(|(_, view)| *view);
        votes.ask(self.keys.0, &both(regions), radii.frames, &self.keys.1)?;
        votes.ask(self.words.0, &words(prints), 0, &self.words.1)?;
        Ok(votes)
    }

    /// What is found farther away. Each hash that is kept is looked at, so only a few are asked about: the regions that
    /// copies are found by, of a few keys.
    pub(crate) fn wide(&self, prints: &Prints, radii: Radii) -> Result<Votes, IndexError> {
        let mut votes = Votes::default();
        let regions = some(prints, KEYS_WIDE).flat_map(|key| &key.regions);
        let regions = regions.filter(|(region, _)| ASKED_WIDE.contains(region)).map(|(_, view)| *view);
        votes.ask(self.keys.0, &both(regions), radii.keys, &self.keys.1)?;
        Ok(votes)
    }
}

/// Frames from one that is asked about to the next: twelve a second are kept, four are asked.
const FRAMES_EACH: usize = 3;
/// Keys that are asked about, evenly over the cut.
const KEYS_NEAR: usize = 16;
const KEYS_WIDE: usize = 6;
/// Regions that are asked about at the wide radius. What is kept has all of them, so a corner finds its corner all the
/// same; these are for what was moved off the grid, turned or covered.
const ASKED_WIDE: [Region; 10] = [
    Region::Whole,
    Region::Middle90,
    Region::Middle80,
    Region::Upper,
    Region::Lower,
    Region::Left,
    Region::Right,
    Region::TurnedLeft,
    Region::TurnedRight,
    Region::Square,
];

/// Some of the keys of each picture in the frame, evenly.
fn some(prints: &Prints, most: usize) -> impl Iterator<Item = &Key> {
    let count = keys(prints).count();
    keys(prints).step_by(count.div_ceil(most).max(1))
}

/// As it is, and mirrored.
fn both(views: impl Iterator<Item = View>) -> Vec<Hash> {
    views.flat_map(|view| [view.hash.0, view.mirrored.0]).collect()
}

/// What is found by equality: bands of the script's runs, and the bytes of each source.
pub(crate) fn words(prints: &Prints) -> Vec<Hash> {
    let bands = prints.words().map(Words::bands).unwrap_or_default();
    let bands = bands.iter().map(|band| exact(b"band", &band.to_le_bytes()));
    let counted = |part: &&Part| !part.shared_on_purpose;
    bands.chain(prints.parts().iter().filter(counted).map(|part| exact(b"part", &part.content))).collect()
}

/// A hash that is near to itself alone.
fn exact(kind: &[u8], bytes: &[u8]) -> Hash {
    let hash = blake3::Hasher::new().update(kind).update(bytes).finalize();
    let (words, _) = hash.as_bytes().as_chunks::<8>();
    std::array::from_fn(|at| u64::from_le_bytes(words[at]))
}
