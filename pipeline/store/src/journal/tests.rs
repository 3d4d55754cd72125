mod crash;
mod damage;
mod full_disk;
mod model;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use reelpress_core::testing::ManualClock;
use reelpress_core::{
    Clock, Durability, Entry, ItemId, Journal, JournalError, Noted, Origin, Reason, Record, Replayed, StageName,
};

use super::format::{Block, Frames, entry_bytes};
use super::{Door, SledJournal, index, locked};

const SCRIPT: StageName = StageName::new("script");

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(Timestamp::from_second(1_780_000_000).unwrap()))
}

fn open(folder: &Path) -> SledJournal {
    SledJournal::open(folder, clock()).unwrap()
}

fn item(number: u64) -> ItemId {
    ItemId::from_parts(1_780_000_000_000 + number, u128::from(number))
}

fn noted(text: &str) -> Entry {
    Entry::Noted(Noted { topic: "test.note".to_owned(), body: text.as_bytes().to_vec() })
}

fn created(number: u64) -> Entry {
    Entry::Created { origin: Origin::of(&[&number.to_string()]), input: b"{\"in\":1}".to_vec() }
}

fn passed(bytes: usize) -> Entry {
    Entry::Passed { stage: SCRIPT, output: vec![b'o'; bytes], reused: false }
}

fn reason() -> Reason {
    Reason::new("near_duplicate", "cut is 97 % like another")
}

fn all(journal: &SledJournal) -> Vec<Record> {
    let mut records = Vec::new();
    journal.replay(&mut |record| records.push(record)).unwrap();
    records
}

async fn append(journal: &SledJournal, entries: Vec<(ItemId, Entry)>) -> Vec<Record> {
    journal.append(entries, Durability::Flushed).await.unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Every variant, in the order of the enum, as version 1 writes it at sequence number 258. Never change a line.
fn version_1() -> Vec<(Entry, &'static str)> {
    let origin = Origin::of(&["topic", "niche", "account"]);
    vec![
        (Entry::Created { origin, input: b"{}".to_vec() }, FIXTURES[0]),
        (Entry::Passed { stage: SCRIPT, output: b"[1]".to_vec(), reused: true }, FIXTURES[1]),
        (
            Entry::Failed { stage: SCRIPT, attempt: 300, kind: "slow".to_owned(), message: "no answer".to_owned() },
            FIXTURES[2],
        ),
        (Entry::Held { stage: SCRIPT, reason: Reason::new("needs_review", "sample") }, FIXTURES[3]),
        (Entry::Released { by: "ana".to_owned(), note: "fine".to_owned() }, FIXTURES[4]),
        (Entry::Rejected { stage: SCRIPT, reason: Reason::new("near_duplicate", "like 12") }, FIXTURES[5]),
        (Entry::Finished, FIXTURES[6]),
        (Entry::Noted(Noted { topic: "slot.promised".to_owned(), body: b"{}".to_vec() }), FIXTURES[7]),
        (Entry::Archived { origin, finished: true }, FIXTURES[8]),
    ]
}

const FIXTURES: [&str; 9] = [
    "0192401ba8020000003a000000c8939282e733019e7044887b0000000000000000000700fd82d9d44cba742ed3516a9164de2edf7a54414d0f95111af289e74a1d85747c027b7d",
    "01705bb6ff0200000023000000c8939282e733019e7044887b000000000000000000070106736372697074035b315d01",
    "013a7dc744020000002f000000c8939282e733019e7044887b000000000000000000070206736372697074ac0204736c6f77096e6f20616e73776572",
    "01a95e6d5b0200000032000000c8939282e733019e7044887b0000000000000000000703067363726970740c6e656564735f7265766965770673616d706c65",
    "014efd1c870200000020000000c8939282e733019e7044887b000000000000000000070403616e610466696e65",
    "011811ed520200000035000000c8939282e733019e7044887b0000000000000000000705067363726970740e6e6561725f6475706c6963617465076c696b65203132",
    "01b19a996a0200000017000000c8939282e733019e7044887b0000000000000000000706",
    "0161aef1af0200000028000000c8939282e733019e7044887b00000000000000000007070d736c6f742e70726f6d69736564027b7d",
    "0191dba1400200000038000000c8939282e733019e7044887b0000000000000000000708fd82d9d44cba742ed3516a9164de2edf7a54414d0f95111af289e74a1d85747c01",
];

#[test]
fn records_of_version_1_are_read_and_written_byte_for_byte() {
    let whose = ItemId::from_parts(1_780_000_000_123, 7);
    let mut wrong = Vec::new();
    for (entry, fixture) in version_1() {
        let mut block = Block::begin(256);
        block.push(258, 1_780_000_000_456, whose, &entry_bytes(&entry));
        if hex(&block.bytes) != fixture {
            wrong.push(hex(&block.bytes));
            continue;
        }
        let bytes = from_hex(fixture);
        let frames: Vec<_> = Frames::of(256, &bytes).map(|frame| frame.unwrap().open().unwrap()).collect();
        assert_eq!(frames, [Record { seq: 258, at_millis: 1_780_000_000_456, item: whose, entry }]);
    }
    assert!(wrong.is_empty(), "written differently now:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn appended_records_are_found_in_order_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let mut expected = append(&journal, vec![(item(1), created(1)), (item(2), created(2))]).await;
    expected.extend(append(&journal, vec![(item(1), passed(20_000))]).await);
    assert_eq!(expected.iter().map(|record| record.seq).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(all(&journal), expected);
    drop(journal);
    let journal = open(folder.path());
    assert_eq!(all(&journal), expected);
    assert_eq!(append(&journal, vec![(item(2), Entry::Finished)]).await[0].seq, 3);
    assert_eq!(journal.history(item(1)).unwrap(), [expected[0].clone(), expected[2].clone()]);
    assert_eq!(journal.history(item(3)).unwrap(), []);
    assert_eq!(append(&journal, vec![]).await, []);
}

#[tokio::test]
async fn a_synced_append_is_answered_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for bytes in [10, 20_000, 3 << 20] {
        let entry = passed(bytes);
        let records = journal.append(vec![(item(1), entry.clone())], Durability::Synced).await.unwrap();
        assert_eq!(records[0].entry, entry);
    }
    drop(journal);
    assert_eq!(all(&open(folder.path())).len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_any_size_from_many_appenders_all_arrive_once() {
    const APPENDERS: u64 = 40;
    const EACH: usize = 50;
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(open(folder.path()));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..APPENDERS {
        let journal = journal.clone();
        tasks.spawn(async move {
            for turn in 0..EACH {
                let bytes = [1, 900, 15_000, 70_000][(turn + number as usize) % 4];
                append(&journal, vec![(item(number), passed(bytes)), (item(number), noted(&turn.to_string()))]).await;
            }
        });
    }
    while let Some(joined) = tasks.join_next().await {
        joined.unwrap();
    }
    let records = all(&journal);
    assert!(records.iter().map(|record| record.seq).eq(0..APPENDERS * EACH as u64 * 2), "every number once, in order");
    for number in 0..APPENDERS {
        let history = journal.history(item(number)).unwrap();
        assert!(history.iter().eq(records.iter().filter(|record| record.item == item(number))), "history of {number}");
        let turns = history.iter().filter(|record| matches!(record.entry, Entry::Noted(_)));
        assert!(
            turns
                .map(|record| &record.entry)
                .eq((0..EACH).map(|turn| noted(&turn.to_string())).collect::<Vec<_>>().iter())
        );
    }
}

#[tokio::test]
async fn a_history_is_right_over_runs_of_the_index_the_tail_and_a_restart() {
    const RECORDS: u64 = 3 * index::RUN as u64 + 700;
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(folder.path());
    for chunk in 0..RECORDS.div_ceil(1_000) {
        let numbers = chunk * 1_000..RECORDS.min((chunk + 1) * 1_000);
        append(&journal, numbers.map(|number| (item(number % 61), noted(&number.to_string()))).collect()).await;
    }
    for round in 0..3 {
        for number in [0, 7, 60] {
            let history = journal.history(item(number)).unwrap();
            let expected = (0..RECORDS).filter(|seq| seq % 61 == number);
            assert!(history.iter().map(|record| record.seq).eq(expected), "round {round}, item {number}");
        }
        if round == 0 {
            drop(journal);
            journal = open(folder.path());
        } else {
            // A damaged page of the index costs time, not truth.
            let database = journal.database().unwrap();
            let (key, mut page) = database.index.first().unwrap().unwrap();
            page[9] ^= 1;
            database.index.insert(key, page).unwrap();
        }
    }
}

#[tokio::test]
async fn only_one_may_have_the_journal_open() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let error = SledJournal::open(folder.path(), clock()).unwrap_err();
    assert!(matches!(error, JournalError::InUse { .. }), "{error}");
    drop(journal);
    open(folder.path());
}

#[tokio::test]
async fn a_closed_journal_refuses_and_frees_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    append(&journal, vec![(item(1), created(1))]).await;
    journal.close().await;
    journal.close().await;
    let refused = journal.append(vec![(item(1), Entry::Finished)], Durability::Flushed).await;
    assert!(matches!(refused, Err(JournalError::Closed)), "{refused:?}");
    assert!(matches!(journal.replay(&mut |_| ()), Err(JournalError::Closed)));
    assert!(matches!(journal.compact(u64::MAX).await, Err(JournalError::Closed)));
    assert_eq!(all(&open(folder.path())).len(), 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = SledJournal::open(&file.join("journal"), clock()).unwrap_err();
    let text = error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"could not open the journal in FOLDER/file/journal: Not a directory (os error 20)");
}

/// After an I/O error sled refuses everything, and what was answered with an error may be in its log.
#[tokio::test]
async fn a_broken_database_is_opened_anew_without_what_was_answered_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let kept = append(&journal, vec![(item(1), created(1))]).await;
    for seq in [1, 7] {
        let mut block = Block::begin(seq);
        block.push(seq, 5, item(9), &entry_bytes(&created(9)));
        journal.database().unwrap().records.insert(super::format::key(seq), block.bytes).unwrap();
    }
    assert_eq!(all(&journal), kept, "nobody sees what was not answered");
    *locked(&journal.shared.door) = Door::Broken;
    assert!(matches!(journal.history(item(1)), Err(JournalError::Write { .. })));
    let next = append(&journal, vec![(item(2), passed(10))]).await;
    assert_eq!(next[0].seq, 1);
    let expected: Vec<_> = kept.into_iter().chain(next).collect();
    assert_eq!(all(&journal), expected);
    drop(journal);
    assert_eq!(all(&open(folder.path())), expected);
}
