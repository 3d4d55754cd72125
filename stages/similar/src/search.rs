//! What a library of hashes must be able to do here. The real one lies on disk; the one below is for a few thousand.

use std::collections::BTreeMap;

use crate::frame::region::Region;
use crate::hash::Hash;
use crate::pdq::View;
use crate::prints::{Key, Prints};

/// A hash that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Whose it is: the library's number for a cut.
    pub owner: u32,
    /// Which of its hashes, as it was put in: see [`of_frames`] and [`of_keys`].
    pub position: u32,
    /// Bits that differ.
    pub distance: u32,
}

/// Finds hashes near a given one: all of them, for a radius that it was built for.
pub trait Search {
    /// Adds every hash within `radius` bits, in any order.
    fn near(&self, hash: &Hash, radius: u32, into: &mut Vec<Hit>);
}

/// One comparison after another.
#[derive(Debug, Clone, Default)]
pub struct BruteForce {
    entries: Vec<(Hash, u32, u32)>,
}

impl BruteForce {
    /// Puts a hash in.
    pub fn insert(&mut self, hash: Hash, owner: u32, position: u32) {
        self.entries.push((hash, owner, position));
    }

    /// Hashes in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Search for BruteForce {
    fn near(&self, hash: &Hash, radius: u32, into: &mut Vec<Hit>) {
        let hits = self.entries.iter().map(|(entry, owner, position)| (entry.distance(hash), *owner, *position));
        let near = hits.filter(|(distance, ..)| *distance <= radius);
        into.extend(near.map(|(distance, owner, position)| Hit { owner, position, distance }));
    }
}

/// The hashes of a cut's frames that a library keeps for the search at the near radius, each with its position: its
/// number among the frames, those of the pictures inside of the frame behind them. Frames that abstain are left out, and
/// of frames with one hash in a row the first is kept.
pub fn of_frames(prints: &Prints) -> impl Iterator<Item = (View, u32)> + '_ {
    let mut last = None;
    (0..).zip(prints.seen().flat_map(Prints::frames)).filter(|(_, frame)| frame.view.tells()).filter_map(
        move |(at, frame)| {
            let new = last != Some(frame.view.hash);
            last = Some(frame.view.hash);
            new.then_some((frame.view, at))
        },
    )
}

/// The hashes of a cut's regions that a library keeps for the search at the wide radius, each with its position.
pub fn of_keys(prints: &Prints) -> impl Iterator<Item = (Hash, u32)> + '_ {
    (0..).zip(keys(prints)).flat_map(|(at, key)| {
        let kept = key.regions.iter().filter(|(region, _)| region.is_kept());
        kept.map(move |(region, view)| (view.hash, at * REGION_STEP + *region as u32))
    })
}

/// The keys of the frame and of the pictures inside of it.
pub fn keys(prints: &Prints) -> impl Iterator<Item = &Key> {
    prints.seen().flat_map(Prints::keys)
}

/// Positions of one key.
const REGION_STEP: u32 = 32;

/// The region of a position that [`of_keys`] gave.
#[must_use]
pub fn region_of(position: u32) -> Option<Region> {
    Region::all().find(|region| *region as u32 == position % REGION_STEP)
}

/// Radii of a search for candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Radii {
    /// For frames, by an index: 31 as PDQ's authors advise.
    pub frames: u32,
    /// For regions, by a scan.
    pub keys: u32,
}

impl Default for Radii {
    fn default() -> Self {
        Self { frames: 31, keys: 72 }
    }
}

/// Cuts that may be like this one, with how many hashes were found of each: the most first, at most `most`. A found hash
/// says only "look closer": [`crate::verdict::compare`] decides.
pub fn candidates(
    prints: &Prints,
    frames: &dyn Search,
    keys: &dyn Search,
    radii: Radii,
    most: usize,
) -> Vec<(u32, u32)> {
    let mut votes = BTreeMap::<u32, u32>::new();
    let mut found = Vec::new();
    let mut ask = |search: &dyn Search, view: &View, radius: u32| {
        for hash in [view.hash, view.mirrored] {
            search.near(&hash, radius, &mut found);
            for hit in found.drain(..) {
                *votes.entry(hit.owner).or_default() += 1;
            }
        }
    };
    for (view, _) in of_frames(prints) {
        ask(frames, &view, radii.frames);
    }
    for (_, view) in self::keys(prints).flat_map(|key| &key.regions) {
        ask(keys, view, radii.keys);
    }
    let mut list: Vec<(u32, u32)> = votes.into_iter().collect();
    list.sort_by_key(|(owner, votes)| (std::cmp::Reverse(*votes), *owner));
    list.truncate(most);
    list
}
