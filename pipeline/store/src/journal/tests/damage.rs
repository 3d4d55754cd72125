//! Torn ends and damaged middles, planted in the values through sled and in sled's own file.

use super::*;
use crate::journal::format::key;

/// A journal of three blocks: 0..=2, 3, 4..=5; then `harm` is done to the values.
async fn check(harm: impl FnOnce(&sled::Tree)) -> Result<(Replayed, Vec<u64>), String> {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for numbers in [0..3, 3..4, 4..6] {
        append(&journal, numbers.map(|number| (item(number), noted(&number.to_string()))).collect()).await;
    }
    harm(&journal.database().unwrap().records);
    journal.close().await;
    let shown = |error: JournalError| error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    let journal = SledJournal::open(folder.path(), clock()).map_err(shown)?;
    let mut seqs = Vec::new();
    let replayed = journal.replay(&mut |record| seqs.push(record.seq)).map_err(shown)?;
    let next = append(&journal, vec![(item(1), Entry::Finished)]).await[0].seq;
    assert_eq!(next, seqs.last().map_or(0, |last| last + 1), "the journal goes on behind its last record");
    journal.close().await;
    let reopened = open(folder.path());
    assert_eq!(reopened.replay(&mut |_| ()).unwrap(), Replayed { records: replayed.records + 1, torn: 0 });
    Ok((replayed, seqs))
}

fn change(tree: &sled::Tree, base: u64, how: impl FnOnce(&mut Vec<u8>)) {
    let mut value = tree.get(key(base)).unwrap().unwrap().to_vec();
    how(&mut value);
    tree.insert(key(base), value).unwrap();
}

#[tokio::test]
async fn a_torn_end_is_cut_off_and_counted() {
    let outcome = check(|tree| change(tree, 4, |value| value.truncate(value.len() - 3))).await;
    assert_eq!(outcome.unwrap(), (Replayed { records: 5, torn: 1 }, vec![0, 1, 2, 3, 4]));
    let outcome = check(|tree| change(tree, 4, |value| *value.last_mut().unwrap() ^= 1)).await;
    assert_eq!(outcome.unwrap(), (Replayed { records: 5, torn: 1 }, vec![0, 1, 2, 3, 4]));
    let outcome = check(|tree| change(tree, 4, |value| value.truncate(7))).await;
    assert_eq!(outcome.unwrap(), (Replayed { records: 4, torn: 1 }, vec![0, 1, 2, 3]));
    let outcome = check(|tree| change(tree, 4, Vec::clear)).await;
    assert_eq!(outcome.unwrap(), (Replayed { records: 4, torn: 1 }, vec![0, 1, 2, 3]));
    let outcome = check(|tree| {
        change(tree, 4, |value| value.fill(0xff));
        change(tree, 3, |value| value.fill(0));
    });
    assert_eq!(outcome.await.unwrap(), (Replayed { records: 3, torn: 3 }, vec![0, 1, 2]));
}

#[tokio::test]
async fn damage_in_the_middle_is_an_error_that_names_the_record() {
    let outcome = check(|tree| change(tree, 3, |value| *value.last_mut().unwrap() ^= 1)).await;
    insta::assert_snapshot!(outcome.unwrap_err(), @"journal record 3 in FOLDER is damaged: its checksum does not match");
    let outcome = check(|tree| change(tree, 0, |value| value.truncate(value.len() - 1))).await;
    insta::assert_snapshot!(
        outcome.unwrap_err(),
        @"journal record 2 in FOLDER is damaged: its frame is cut short or out of order"
    );
    // The first of the last block, with a whole one behind it.
    let outcome = check(|tree| change(tree, 4, |value| value[14] ^= 1)).await;
    insta::assert_snapshot!(outcome.unwrap_err(), @"journal record 4 in FOLDER is damaged: its checksum does not match");
    let outcome = check(|tree| drop(tree.insert(b"odd", &b"x"[..]))).await;
    insta::assert_snapshot!(
        outcome.unwrap_err(),
        @"journal record 0 in FOLDER is damaged: its block's key is not 8 bytes long"
    );
}

#[tokio::test]
async fn a_record_of_a_newer_program_is_not_taken_for_a_damaged_one() {
    let newer = |value: &mut Vec<u8>, seq: u64| {
        let body = value[13..].to_vec();
        let mut hasher = crc32fast::Hasher::new();
        for part in [&seq.to_be_bytes()[..], &[9], &body] {
            hasher.update(part);
        }
        value[0] = 9;
        value[1..5].copy_from_slice(&hasher.finalize().to_le_bytes());
    };
    let text = "journal record 3 has format version 9, and this program reads up to 1 (use a newer reelpress)";
    let outcome = check(|tree| change(tree, 3, |value| newer(value, 3))).await;
    assert_eq!(outcome.unwrap_err(), text, "in the middle");
    let outcome = check(|tree| {
        tree.remove(key(4)).unwrap();
        change(tree, 3, |value| newer(value, 3));
    });
    assert_eq!(outcome.await.unwrap_err(), text, "at the end");
}

/// Whatever is done to sled's file: a prefix of the records, or an error; never a panic, never a wrong record.
#[tokio::test]
async fn a_cut_or_flipped_database_file_gives_a_prefix_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    let journal = open(&source);
    for number in 0..60 {
        append(&journal, vec![(item(number), passed(number as usize * 40)), (item(number), noted("x"))]).await;
    }
    let expected = all(&journal);
    journal.close().await;
    let db = std::fs::read(source.join("db")).unwrap();
    let used = db.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let (mut opened, mut refused) = (0, 0);
    for seed in 0..24_u64 {
        let copy = folder.path().join(seed.to_string());
        std::fs::create_dir_all(copy.join("blobs")).unwrap();
        std::fs::copy(source.join("conf"), copy.join("conf")).unwrap();
        let mut harmed = db.clone();
        let at = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % used as u64) as usize;
        if seed % 2 == 0 {
            harmed.truncate(at);
        } else {
            harmed[at] ^= 0x40;
        }
        std::fs::write(copy.join("db"), harmed).unwrap();
        match SledJournal::open(&copy, clock()) {
            Ok(journal) => {
                let mut records = Vec::new();
                if journal.replay(&mut |record| records.push(record)).is_ok() {
                    assert!(expected.starts_with(&records), "seed {seed}: {} records are no prefix", records.len());
                }
                opened += 1;
            }
            Err(error) => {
                assert!(
                    matches!(error, JournalError::Open { .. } | JournalError::Write { .. }),
                    "seed {seed}: {error}"
                );
                refused += 1;
            }
        }
    }
    assert!(opened > 0, "sled mends some of these, and not all {refused} are refused");
}
