//! The corpora of `fuzz/`, and seeded changes of them, through the same functions: what fuzzing found stays found.

use std::path::{Path, PathBuf};

use super::{Target, check};

/// Changed copies of each example.
const CHANGES: u64 = 200;

fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files = entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

/// Splitmix64: the same changes on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn changed(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const WORDS: [&[u8]; 12] = [
        b"<",
        b"&",
        b"\"",
        b"]]>",
        b"<![CDATA[",
        b"null",
        b"-1",
        b"1e999",
        b"\xff\xfe",
        b"\0",
        b"\n",
        b"99999999999999999999",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] = dice.next() as u8,
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..(at + dice.below(20)).min(bytes.len()))),
            3 => {
                let from = dice.below(other.len());
                let part = other[from..(from + dice.below(60)).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied());
            }
        }
    }
    bytes
}

fn holds(name: &str, target: Target) {
    let files = corpus(name);
    assert!(files.len() >= 3, "{name} has {} examples", files.len());
    for (at, (path, bytes)) in files.iter().enumerate() {
        check(target, bytes);
        let other = &files[(at + 1) % files.len()].1;
        for change in 0..CHANGES {
            let seed = (at as u64) << 32 | change;
            let changed = changed(bytes, other, &mut Dice(seed));
            let result = std::panic::catch_unwind(|| check(target, &changed));
            assert!(result.is_ok(), "{} with seed {seed}: {:?}", path.display(), String::from_utf8_lossy(&changed));
        }
    }
}

#[test]
fn syndication_examples_and_changes_of_them_are_read_or_refused() {
    holds("syndication", Target::Syndication);
}

#[test]
fn json_map_examples_and_changes_of_them_are_read_or_refused() {
    holds("json_map", Target::JsonMap);
}

#[test]
fn csv_examples_and_changes_of_them_are_read_or_refused() {
    holds("csv", Target::Csv);
}

#[test]
fn ndjson_examples_and_changes_of_them_are_read_or_refused() {
    holds("ndjson", Target::Ndjson);
}

#[test]
fn google_trends_examples_and_changes_of_them_are_read_or_refused() {
    holds("google_trends", Target::GoogleTrends);
}

#[test]
fn service_examples_and_changes_of_them_are_read_or_refused() {
    holds("services", Target::Services);
}

#[test]
fn own_result_examples_and_changes_of_them_are_read_or_refused() {
    holds("own_results", Target::OwnResults);
}

#[test]
fn every_target_has_its_examples() {
    for (name, _) in Target::ALL {
        assert!(!corpus(name).is_empty(), "{name}");
    }
}
