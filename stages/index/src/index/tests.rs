//! The index as its users see it.

mod crash;
mod model;
mod together;

use std::collections::BTreeSet;

use super::*;
use crate::hash::{BITS, distance};

/// What drives the tests: splitmix64.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.word() % end
    }

    pub(super) fn hash(&mut self) -> Hash {
        [(); 4].map(|()| self.word())
    }

    /// The hash with so many of its bits flipped.
    pub(super) fn planted(&mut self, hash: &Hash, count: u32) -> Hash {
        let mut bits = BTreeSet::new();
        while bits.len() < count as usize {
            bits.insert(self.below(u64::from(BITS)) as u32);
        }
        let mut hash = *hash;
        for bit in bits {
            hash[(bit / 64) as usize] ^= 1 << (bit % 64);
        }
        hash
    }
}

pub(super) fn label(number: u64) -> Label {
    Label {
        id: format!("cut-{number}"),
        niche: ["space", "sea", "cities"][(number % 3) as usize].to_owned(),
        account: format!("account-{}", number % 5),
    }
}

/// What an index must know, as a list.
#[derive(Default)]
pub(super) struct All(pub(super) Vec<(Owner, Hash, u32)>);

impl All {
    pub(super) fn near(&self, hash: &Hash, radius: u32, takes: &dyn Fn(Owner) -> bool) -> Vec<Hit> {
        let hits = self.0.iter().filter(|(owner, ..)| takes(*owner)).filter_map(|(owner, other, position)| {
            let distance = distance(hash, other);
            (distance <= radius).then_some(Hit { owner: *owner, position: *position, distance })
        });
        hits.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// An index of some cuts with random frames, and the same as a list.
fn filled(folder: &Path, draw: &mut Draw, cuts: u64, frames: u32) -> (Index, All, Vec<Owner>) {
    let index = Index::open(folder).unwrap();
    let labels: Vec<Label> = (0..cuts).map(label).collect();
    let owners = index.register(&labels).unwrap();
    let mut all = All::default();
    let mut rows: Vec<Vec<(Hash, u32)>> = Vec::new();
    for owner in &owners {
        rows.push((0..frames).map(|position| (draw.hash(), position)).collect());
        all.0.extend(rows.last().unwrap().iter().map(|(hash, position)| (*owner, *hash, *position)));
    }
    let batch: Vec<_> = owners.iter().copied().zip(rows.iter().map(Vec::as_slice)).collect();
    index.insert_batch(&batch).unwrap();
    (index, all, owners)
}

#[test]
fn a_thousand_planted_hashes_are_found_as_by_a_scan_of_all() {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(1));
    // More than a tail: one large segment. Then some that stay in the tail.
    let (index, mut all, owners) = filled(folder.path(), &mut draw, 100, 700);
    let fresh: Vec<(Hash, u32)> = (0..300).map(|at| (draw.hash(), 10_000 + at)).collect();
    index.insert(owners[3], &fresh).unwrap();
    all.0.extend(fresh.iter().map(|(hash, position)| (owners[3], *hash, *position)));
    let stats = index.stats();
    assert_eq!((stats.segments.len(), stats.tail, stats.hashes), (1, 300, 70_300));
    let mut hits = Vec::new();
    for at in 0..1_000_u32 {
        let (owner, hash, position) = all.0[draw.below(all.0.len() as u64) as usize];
        let needle = draw.planted(&hash, at % 32);
        index.near(&needle, 31, &Filter::everything(), &mut hits).unwrap();
        assert_eq!(hits, all.near(&needle, 31, &|_| true), "{at}");
        assert!(hits.contains(&Hit { owner, position, distance: at % 32 }), "{at}");
    }
    for _ in 0..50 {
        let needle = draw.hash();
        index.near(&needle, 31, &Filter::everything(), &mut hits).unwrap();
        assert_eq!(hits, all.near(&needle, 31, &|_| true));
        assert_eq!(hits, []);
    }
}

/// Whose hashes a case expects.
type Takes<'a> = Box<dyn Fn(Owner) -> bool + 'a>;

#[test]
fn views_candidates_and_looser_radii_are_as_by_a_scan_of_all() {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(2));
    let (index, all, owners) = filled(folder.path(), &mut draw, 90, 800);
    index.remove(&[owners[4]]).unwrap();
    let number = |owner: Owner| owners.iter().position(|other| *other == owner).unwrap() as u64;
    let is_there = |owner: Owner| owner != owners[4];
    let queries: Vec<Hash> = (0..20).map(|at| draw.planted(&all.0[at * 3_000].1, 20 + 3 * at as u32)).collect();
    let few = [owners[7], owners[4], owners[30], owners[8]];
    let cases: Vec<(Filter, Takes<'_>)> = vec![
        (Filter::everything(), Box::new(|_| true)),
        (Filter::everything().niche("sea"), Box::new(|owner| number(owner) % 3 == 1)),
        (Filter::everything().account("account-2"), Box::new(|owner| number(owner) % 5 == 2)),
        (Filter::everything().niche("sea").account("account-2"), Box::new(|owner| number(owner) % 15 == 7)),
        (Filter::everything().niche("no such"), Box::new(|_| false)),
        (Filter::everything().only(few), Box::new(|owner| few.contains(&owner))),
        (Filter::everything().only(owners[20..80].to_vec()), Box::new(|owner| (20..80).contains(&number(owner)))),
        (Filter::everything().only(few).niche("sea"), Box::new(|owner| owner == owners[7])),
        (Filter::everything().only([]), Box::new(|_| false)),
        (
            Filter::everything().without(owners[0]).without(owners[7]),
            Box::new(|o| ![owners[0], owners[7]].contains(&o)),
        ),
    ];
    for (filter, takes) in &cases {
        for radius in [0, 31, 66, 70, 95] {
            let mut expected = Vec::new();
            for (query, hash) in (0..).zip(&queries) {
                let hits = all.near(hash, radius, &|owner| takes(owner) && is_there(owner));
                expected.extend(hits.iter().map(|hit| Match { query, hit: *hit }));
                let mut found = Vec::new();
                index.near(hash, radius, filter, &mut found).unwrap();
                assert_eq!(found, hits, "{filter:?} {radius}");
            }
            let mut found = Vec::new();
            index.near_batch(&queries, radius, filter, &mut found).unwrap();
            assert_eq!(found, expected, "{filter:?} {radius}");
        }
    }
    assert_eq!(index.snapshot().owners(&Filter::everything().niche("sea")).len(), 29);
}

#[test]
fn a_removed_owner_is_gone_at_once_and_from_the_disk_with_compact() {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(3));
    let (index, all, owners) = filled(folder.path(), &mut draw, 100, 700);
    let (owner, hash, _) = all.0[0];
    let before = index.snapshot();
    assert_eq!(index.remove(&[owner, owner]).unwrap(), 1);
    let mut hits = Vec::new();
    index.near(&hash, 31, &Filter::everything(), &mut hits).unwrap();
    assert_eq!(hits, []);
    assert_eq!((index.snapshot().label(owner), index.find("cut-0")), (None, None));
    before.near(&hash, 31, &Filter::everything(), &mut hits).unwrap();
    assert_eq!(hits.len(), 1, "a snapshot stays as it is");
    let stats = index.stats();
    assert_eq!((stats.hashes, stats.removed, stats.owners), (69_300, 700, 99));
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    index.near(&hash, 31, &Filter::everything(), &mut hits).unwrap();
    assert_eq!(hits, [], "also after it is opened again");
    let needle = crate::hash::scramble(&hash).map(u64::to_le_bytes).concat();
    let is_on_disk = || {
        let files =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(32).any(|window| window == needle))
    };
    assert!(is_on_disk());
    index.compact().unwrap();
    assert!(!is_on_disk());
    let stats = index.stats();
    assert_eq!((stats.hashes, stats.removed, stats.segments.len()), (69_300, 0, 1));
    let error = index.insert(owner, &[(hash, 0)]).unwrap_err().to_string();
    insta::assert_snapshot!(error, @"owner 0 is not known (register it first; a removed one gets a new number)");
    index.near(&all.0[700].1, 0, &Filter::everything(), &mut hits).unwrap();
    assert_eq!(hits, [Hit { owner: owners[1], position: 0, distance: 0 }]);
}

#[test]
fn many_small_inserts_become_segments_and_merge() {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(4));
    let index = Index::open(folder.path()).unwrap();
    let mut all = All::default();
    for number in 0..14 {
        let owner = index.register(&[label(number)]).unwrap()[0];
        let rows: Vec<(Hash, u32)> = (0..20_000).map(|position| (draw.hash(), position)).collect();
        index.insert(owner, &rows).unwrap();
        all.0.extend(rows.iter().map(|(hash, position)| (owner, *hash, *position)));
    }
    let stats = index.stats();
    assert_eq!((stats.segments.len(), stats.tail, stats.hashes), (13, 20_000, 280_000));
    let merge = index.merge_step().unwrap().unwrap();
    assert_eq!((merge.segments, merge.hashes, merge.purged), (13, 260_000, 0));
    assert_eq!(index.merge_step().unwrap(), None);
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 5, "lock, manifest, owners, one log, one segment");
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!(index.findings(), []);
    let mut hits = Vec::new();
    for at in 0..200 {
        let (owner, hash, position) = all.0[at * 1_399];
        index.near(&draw.planted(&hash, 31), 31, &Filter::everything(), &mut hits).unwrap();
        assert_eq!(hits, [Hit { owner, position, distance: 31 }]);
    }
}

#[test]
fn a_second_opener_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let _open = Index::open(folder.path()).unwrap();
    let said = Index::open(folder.path()).unwrap_err().to_string();
    let said = said.replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(said, @"index FOLDER is open already (one process at a time may have it open)");
}

#[test]
fn what_was_inserted_twice_is_one_hit() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let owner = index.register(&[label(1)]).unwrap()[0];
    let rows = [([1, 2, 3, 4], 5), ([1, 2, 3, 4], 6)];
    index.insert(owner, &rows).unwrap();
    index.insert(owner, &rows).unwrap();
    let mut hits = Vec::new();
    index.near(&[1, 2, 3, 5], 31, &Filter::everything(), &mut hits).unwrap();
    assert_eq!(hits, [5, 6].map(|position| Hit { owner, position, distance: 1 }));
}
