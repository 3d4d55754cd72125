use super::*;
use crate::columns::Run;
use crate::hash::distance;
use crate::native::{Kernel, Near};

/// Hashes that look drawn at random (splitmix64).
fn hashes(count: u64, seed: u64) -> Vec<Hash> {
    let word = |at: u64| {
        let mut word = (seed << 40 | at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    };
    (0..count).map(|at| [0, 1, 2, 3].map(|part| word(4 * at + part + 1))).collect()
}

fn segment(folder: &Path, hashes: &[Hash]) -> Segment {
    let rows: Vec<(Hash, u32)> = hashes.iter().zip(0..).map(|(hash, at)| (*hash, at)).collect();
    let run = Run::new(rows.chunks(100).zip(0..).map(|(rows, owner)| (owner, rows)));
    build::write(&folder.join("00000001.segment"), 1, &[run.columns()], &|_| true).unwrap().unwrap()
}

fn flipped(hash: &Hash, count: u32, seed: u32) -> Hash {
    let mut hash = *hash;
    // Odd, so that no bit is flipped twice.
    (0..count).map(|at| (seed + at * 37) % 256).for_each(|bit| hash[(bit / 64) as usize] ^= 1 << (bit % 64));
    hash
}

#[test]
fn tables_lead_to_every_row_that_a_scan_finds_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = hashes(6_000, 1);
    // The same frame many times, and a still of which every frame differs a little.
    all.extend(vec![all[0]; 1_500]);
    let still = all[1];
    all.extend((0..500).map(|at| flipped(&still, at % 20, at)));
    let segment = segment(folder.path(), &all);
    let rows = segment.columns().hashes;
    let mut needles: Vec<Hash> = (0..100).map(|at| flipped(&rows[at * 61], at as u32 % 40, at as u32)).collect();
    needles.extend([rows[0], flipped(&rows[1], 31, 5)]);
    for radius in [0, 1, 11, 19, 20, 31, 39] {
        let search = Search::new(segment.chunks(), radius);
        let mut expected = Vec::new();
        Kernel::Plain.scan(rows, 0, &needles, radius, &mut expected);
        for kernel in Kernel::all() {
            let (mut tables, mut found) = (Tables::new(&segment), Vec::<Near>::new());
            for (at, needle) in needles.iter().enumerate() {
                tables.near(*kernel, &search, (at as u32, needle), &mut found).unwrap();
            }
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "radius {radius}, {}", kernel.name());
        }
        assert!(!expected.is_empty(), "radius {radius}");
    }
}

#[test]
fn rows_keep_their_owners_and_positions() {
    let folder = tempfile::tempdir().unwrap();
    let all = hashes(1_050, 2);
    let segment = segment(folder.path(), &all);
    let columns = segment.columns();
    assert_eq!((segment.rows(), columns.ranges.len()), (1_050, 11));
    for row in 0..1_050 {
        assert_eq!(columns.row(row), Some((row / 100, row)));
        let needle = crate::hash::scramble(&all[row as usize]);
        assert_eq!(distance(&columns.hashes[row as usize], &needle), 0);
    }
    assert_eq!(columns.of(10).map(|piece| (piece.first, piece.hashes.len())), Some((1_000, 50)));
    assert!(columns.of(11).is_none() && columns.row(1_050).is_none());
    assert_eq!(segment.live(&|owner| owner % 2 == 0), 550);
}

#[test]
fn a_segment_is_the_same_bytes_each_time() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let all = hashes(3_000, 3);
    let read = |folder: &Path| std::fs::read(segment(folder, &all).path()).unwrap();
    assert_eq!(read(one.path()), read(other.path()));
}

/// Opens, checks and searches whatever the file holds now; nothing may panic. True if all of it was taken.
fn is_taken(path: &Path, needle: &Hash) -> bool {
    let Ok(segment) = Segment::open(path, 1) else { return false };
    let is_whole = segment.check().is_ok();
    // Also without the check: what the tables say is never trusted.
    let search = Search::new(segment.chunks(), 31);
    let mut found = Vec::new();
    let outcome = Tables::new(&segment).near(Kernel::best(), &search, (0, needle), &mut found);
    for near in &found {
        assert!(segment.columns().row(near.row).is_some() || !is_whole);
    }
    assert!(outcome.is_some() || !is_whole);
    assert!(segment.live(&|_| true) <= segment.rows() || !is_whole);
    is_whole
}

#[test]
fn a_flipped_bit_anywhere_is_told_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let all = hashes(300, 4);
    let segment = segment(folder.path(), &all);
    let (path, needle) = (segment.path().to_owned(), segment.columns().hashes[7]);
    let parts: Vec<(u64, u64)> = segment.head.parts.iter().map(|part| (part.start, part.start + part.bytes)).collect();
    let good = std::fs::read(&path).unwrap();
    let sealed = 16 + u32::from_le_bytes(*good[8..].first_chunk().unwrap()) as usize;
    drop(segment);
    assert!(is_taken(&path, &needle));
    let mut bits: Vec<usize> = (0..sealed * 8).collect();
    for (start, end) in parts {
        // Every part at its ends, and a bit of every 61st byte.
        let step = (start..end).step_by(61).chain((start..end).rev().take(2));
        bits.extend(step.map(|byte| byte as usize * 8 + byte as usize % 8));
    }
    for bit in bits {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        // A new file, for the old one may still be mapped.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        assert!(!is_taken(&path, &needle), "bit {bit}");
    }
}

#[test]
fn a_segment_that_is_cut_or_longer_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let segment = segment(folder.path(), &hashes(200, 5));
    let path = segment.path().to_owned();
    let good = std::fs::read(&path).unwrap();
    drop(segment);
    let lengths = [0, 7, 100, HEAD - 1, HEAD, good.len() / 2, good.len() - 1, good.len() + 1];
    for length in lengths {
        let mut bytes = good.clone();
        bytes.resize(length, 0);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        assert!(!is_taken(&path, &[0; 4]), "{length}");
    }
    std::fs::write(&path, &good).unwrap();
    assert!(Segment::open(&path, 2).is_err(), "the name of another one");
}
