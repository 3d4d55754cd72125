//! What survives `kill -9`, torn files and flipped bits.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use super::*;

const FOLDER: &str = "REELPRESS_INDEX_TEST_CHILD";
const KILLS: u64 = 16;

/// What a turn of the child inserts: mostly a few frames, sometimes so many that the tail is sealed.
fn rows(turn: u64) -> Vec<(Hash, u32)> {
    let mut draw = Draw(turn << 32);
    let count = [40, 300, 9_000, 24_000][(turn % 4) as usize];
    (0..count).map(|position| (draw.hash(), position)).collect()
}

/// Not a test of its own: the process that `nothing_that_was_acknowledged_is_lost_by_kill_9` starts and kills.
#[test]
fn child_that_inserts_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let index = Arc::new(Index::open(Path::new(&folder)).unwrap());
    let _keeper = crate::Keeper::start(index.clone(), |error| panic!("{error}")).unwrap();
    let say = |words: String| std::io::stdout().write_all(words.as_bytes()).is_ok();
    for turn in index.stats().owners as u64 * 1_000.. {
        let owner = index.register(&[label(turn)]).unwrap()[0];
        index.insert(owner, &rows(turn)).unwrap();
        let mut is_heard = say(format!("inserted {turn}\n"));
        if turn % 5 == 4 {
            is_heard &= say(format!("removing {turn}\n"));
            index.remove(&[owner]).unwrap();
            is_heard &= say(format!("removed {turn}\n"));
        }
        if !is_heard {
            return;
        }
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 0x1d_5eed_u64;
    let (mut there, mut gone): (BTreeSet<u64>, BTreeSet<u64>) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "index::tests::crash::child_that_inserts_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        for _ in 0..4 + Draw(seed ^ round).below(24) {
            assert!(out.read_line(&mut text).unwrap() > 0, "seed {seed}, round {round}: the child ended early\n{text}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        out.read_to_string(&mut text).unwrap();
        // The last line may be cut short.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let words = whole.lines().filter_map(|line| line.split_once(' '));
        for (word, turn) in words.filter_map(|(word, turn)| Some((word, turn.parse::<u64>().ok()?))) {
            match word {
                "inserted" => drop(there.insert(turn)),
                // From here on it may be in or out.
                "removing" => drop(there.remove(&turn)),
                "removed" => drop(gone.insert(turn)),
                _ => {}
            }
        }
        let index = Index::open(folder.path()).unwrap();
        index.check().unwrap();
        let mut hits = Vec::new();
        for turn in &there {
            let (owner, rows) = (index.find(&label(*turn).id).unwrap(), rows(*turn));
            for at in [0, rows.len() / 2, rows.len() - 1] {
                index.near(&rows[at].0, 31, &Filter::everything(), &mut hits).unwrap();
                let expected = [Hit { owner, position: at as u32, distance: 0 }];
                assert_eq!(hits, expected, "seed {seed}, round {round}: turn {turn} was acknowledged");
            }
        }
        for turn in &gone {
            assert_eq!(index.find(&label(*turn).id), None, "seed {seed}, round {round}: turn {turn} was removed");
            index.near(&rows(*turn)[0].0, 31, &Filter::everything(), &mut hits).unwrap();
            assert_eq!(hits, [], "seed {seed}, round {round}: turn {turn} was removed");
        }
    }
    assert!(there.len() > 40 && gone.len() > 8, "{} there, {} gone over {KILLS} kills", there.len(), gone.len());
}

/// A folder with everything in it: two segments, a tail, removed owners.
fn folder_with_everything() -> (tempfile::TempDir, All) {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(6));
    let index = Index::open(folder.path()).unwrap();
    let mut all = All::default();
    for number in 0..9 {
        let owner = index.register(&[label(number)]).unwrap()[0];
        let rows: Vec<(Hash, u32)> = (0..60).map(|position| (draw.hash(), position)).collect();
        index.insert(owner, &rows).unwrap();
        all.0.extend(rows.iter().map(|(hash, position)| (owner, *hash, *position)));
        if number % 3 == 2 && number < 8 {
            index.seal(&mut index.writer().unwrap()).unwrap();
        }
    }
    index.remove(&[Owner(1), Owner(8)]).unwrap();
    all.0.retain(|(owner, ..)| ![Owner(1), Owner(8)].contains(owner));
    drop(index);
    (folder, all)
}

/// Opens and searches; says what was wrong. Whatever is found must be right.
fn try_all(folder: &Path, all: &All) -> Result<usize, IndexError> {
    let index = Index::open(folder)?;
    let (mut found, mut hits) = (0, Vec::new());
    for (owner, hash, position) in all.0.iter().step_by(17) {
        index.near(hash, 31, &Filter::everything(), &mut hits)?;
        let hit = Hit { owner: *owner, position: *position, distance: 0 };
        found += usize::from(hits.contains(&hit));
    }
    Ok(found)
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn flipped_bits_in_any_file_are_told_or_cost_the_last_record_and_never_panic() {
    let (folder, all) = folder_with_everything();
    let whole = try_all(folder.path(), &all).unwrap();
    assert_eq!(whole, all.0.len().div_ceil(17));
    let mut draw = Draw(0xf11b);
    let names: BTreeSet<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    for name in names.iter().filter(|name| *name != "lock") {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        let mut told = 0;
        for round in 0..40 {
            let copied = tempfile::tempdir().unwrap();
            copy(folder.path(), copied.path());
            let mut bytes = bytes.clone();
            // Half of the time among the first bytes: the heads.
            let end = if round % 2 == 0 { bytes.len().min(400) } else { bytes.len() };
            let bit = draw.below(end as u64 * 8) as usize;
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(copied.path().join(name), &bytes).unwrap();
            told += u32::from(try_all(copied.path(), &all).map_or(true, |found| found < whole));
        }
        assert!(told >= 15, "{name:?}: {told}");
    }
}

#[test]
fn a_torn_log_costs_what_was_not_acknowledged_and_is_told() {
    let (folder, all) = folder_with_everything();
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let log = names.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "log")).unwrap();
    let mut bytes = std::fs::read(&log).unwrap();
    let whole = bytes.len();
    bytes.extend(&bytes.clone()[8..500]);
    std::fs::write(&log, &bytes).unwrap();
    let index = Index::open(folder.path()).unwrap();
    assert_eq!(index.findings(), [Finding::Torn { path: log.clone(), bytes: 492 }]);
    let said = index.findings()[0].to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(said, @"log FOLDER/00000004.log ended in 492 bytes of an unfinished record: cut off");
    drop(index);
    assert_eq!(std::fs::read(&log).unwrap().len(), whole);
    assert_eq!(try_all(folder.path(), &all).unwrap(), all.0.len().div_ceil(17));
}

#[test]
fn a_damaged_segment_is_named_and_can_be_set_aside() {
    let (folder, all) = folder_with_everything();
    let path = crate::manifest::segment(folder.path(), 1);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4_200] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let plain = |said: String| said.replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(plain(try_all(folder.path(), &all).unwrap_err().to_string()), @"segment FOLDER/00000001.segment is damaged: the checksum of part 0 is wrong (restore the file from a backup, or open the index with damaged segments set aside, and add its cuts anew)");
    let index = Index::open(folder.path()).unwrap();
    assert!(matches!(index.compact(), Err(IndexError::DamagedSegment { .. })), "damage is not carried on");
    drop(index);
    let index = Index::open_setting_damaged_aside(folder.path()).unwrap();
    insta::assert_snapshot!(plain(index.findings()[0].to_string()), @"segment FOLDER/00000001.segment is damaged: the checksum of part 0 is wrong: kept as FOLDER/00000001.segment.damaged");
    assert_eq!(index.stats().hashes, all.0.len() - 120);
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.findings(), index.stats().hashes), ([].as_slice(), all.0.len() - 120));
}

#[test]
fn a_manifest_that_is_gone_beside_its_segments_is_not_taken_for_an_empty_index() {
    let (folder, _) = folder_with_everything();
    std::fs::remove_file(folder.path().join("manifest")).unwrap();
    let said = Index::open(folder.path()).unwrap_err().to_string();
    insta::assert_snapshot!(said.replace(&folder.path().display().to_string(), "FOLDER"), @"manifest FOLDER/manifest is damaged: it is gone, and FOLDER/00000001.segment is there (restore the folder from a backup)");
}

#[test]
fn files_that_a_crash_left_are_removed_and_told() {
    let (folder, all) = folder_with_everything();
    let left = crate::manifest::segment(folder.path(), 99);
    std::fs::write(&left, b"half a segment").unwrap();
    let index = Index::open(folder.path()).unwrap();
    assert_eq!(index.findings(), [Finding::Leftover { path: left.clone() }]);
    assert!(!left.exists());
    drop(index);
    assert_eq!(try_all(folder.path(), &all).unwrap(), all.0.len().div_ceil(17));
}

#[test]
fn a_tail_that_cannot_be_sealed_refuses_the_insert_and_loses_nothing() {
    let (folder, mut draw) = (tempfile::tempdir().unwrap(), Draw(8));
    let index = Index::open(folder.path()).unwrap();
    let owner = index.register(&[label(0)]).unwrap()[0];
    let mut rows = |count: u32| -> Vec<(Hash, u32)> { (0..count).map(|at| (draw.hash(), at)).collect() };
    let (first, second) = (rows(30_000), rows(10_000));
    index.insert(owner, &first).unwrap();
    let in_the_way = crate::manifest::segment(folder.path(), 1);
    std::fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(index.insert(owner, &second), Err(IndexError::Io { .. })));
    let mut hits = Vec::new();
    index.near(&first[9].0, 31, &Filter::everything(), &mut hits).unwrap();
    assert_eq!((hits.len(), index.stats().hashes), (1, 30_000));
    std::fs::remove_dir(&in_the_way).unwrap();
    index.insert(owner, &second).unwrap();
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.stats().hashes, index.stats().tail, index.findings()), (40_000, 10_000, [].as_slice()));
}
