//! Searches while others insert, remove and merge.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::*;
use crate::Keeper;

/// The frames of a cut: drawn from its number alone.
fn frames(cut: u64) -> Vec<(Hash, u32)> {
    let mut draw = Draw(cut << 20);
    (0..3_000).map(|position| (draw.hash(), position)).collect()
}

#[test]
fn who_searches_always_finds_what_was_acknowledged_and_nothing_that_was_removed() {
    const CUTS: u64 = 120;
    let folder = tempfile::tempdir().unwrap();
    let index = Arc::new(Index::open(folder.path()).unwrap());
    let keeper = Keeper::start(index.clone(), |error| panic!("{error}")).unwrap();
    // Cuts below this one are in; every tenth of those ten behind it is out again.
    let (inserted, removed, is_over) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let searched = AtomicU64::new(0);
    thread::scope(|scope| {
        for seed in 0..2 {
            let (index, inserted, removed, is_over, searched) = (&index, &inserted, &removed, &is_over, &searched);
            scope.spawn(move || {
                let (mut draw, mut hits) = (Draw(seed), Vec::new());
                while !is_over.load(Ordering::Acquire) {
                    let (gone, end) = (removed.load(Ordering::Acquire), inserted.load(Ordering::Acquire));
                    let Some(cut) = (end > 0).then(|| draw.below(end)) else { continue };
                    let position = draw.below(3_000) as u32;
                    let hash = draw.planted(&frames(cut)[position as usize].0, 20);
                    index.near(&hash, 31, &Filter::everything(), &mut hits).unwrap();
                    if cut % 10 == 0 && cut < gone {
                        assert_eq!(hits, [], "{cut}");
                    } else if cut % 10 != 0 {
                        assert_eq!(
                            hits.iter().map(|hit| (hit.position, hit.distance)).collect::<Vec<_>>(),
                            [(position, 20)]
                        );
                    }
                    searched.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for cut in 0..CUTS {
            let owner = index.register(&[label(cut)]).unwrap()[0];
            index.insert(owner, &frames(cut)).unwrap();
            inserted.store(cut + 1, Ordering::Release);
            if cut % 10 == 9 {
                let old = index.find(&label(cut - 9).id).unwrap();
                index.remove(&[old]).unwrap();
                removed.store(cut - 8, Ordering::Release);
            }
        }
        is_over.store(true, Ordering::Release);
    });
    assert!(searched.load(Ordering::Relaxed) > 10);
    drop(keeper);
    let stats = index.stats();
    assert_eq!(stats.hashes, 108 * 3_000);
    index.compact().unwrap();
    let stats = index.stats();
    assert_eq!((stats.hashes, stats.removed, stats.segments.len()), (108 * 3_000, 0, 1));
}
