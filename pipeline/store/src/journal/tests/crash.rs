//! `kill -9` of a process that appends, at moments drawn from a seed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use super::*;

const FOLDER: &str = "REELPRESS_STORE_TEST_CHILD";
const KILLS: u64 = 20;

fn entry(number: u64) -> Entry {
    passed([3, 300, 6_000][(number % 3) as usize] + (number % 97) as usize)
}

/// Not a test of its own: the process that `every_acknowledged_record_is_found_after_kill_9` starts and kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let journal = Arc::new(open(Path::new(&folder)));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let journal = journal.clone();
        tasks.spawn(async move {
            for turn in (number..).step_by(16) {
                let hard = if turn % 50 == 0 { Durability::Synced } else { Durability::Flushed };
                let Ok(records) = journal.append(vec![(item(turn), entry(turn))], hard).await else { return };
                let line = format!("acknowledged {} {turn}\n", records[0].seq);
                if std::io::stdout().write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

#[tokio::test]
async fn every_acknowledged_record_is_found_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 0x5eed_u64;
    let mut acknowledged: Vec<(u64, u64)> = Vec::new();
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "journal::tests::crash::child_that_appends_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let lines = (seed ^ round).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        let mut text = String::new();
        for _ in 0..lines {
            assert!(out.read_line(&mut text).unwrap() > 0, "seed {seed}, round {round}: the child ended early\n{text}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        out.read_to_string(&mut text).unwrap();
        // The last line may be cut short.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines().filter_map(|line| line.split_once("acknowledged ")) {
            let (seq, turn) = line.1.split_once(' ').unwrap();
            acknowledged.push((seq.parse().unwrap(), turn.parse().unwrap()));
        }
        let journal = open(folder.path());
        let records = all(&journal);
        assert!(
            records.iter().map(|record| record.seq).eq(0..records.len() as u64),
            "seed {seed}, round {round}: gaps"
        );
        for (seq, turn) in &acknowledged {
            let record = records.get(*seq as usize);
            let found = record.is_some_and(|record| record.item == item(*turn) && record.entry == entry(*turn));
            assert!(found, "seed {seed}, round {round}: record {seq} was acknowledged and is not there");
        }
        if let Some((seq, turn)) = acknowledged.last() {
            let history = journal.history(item(*turn)).unwrap();
            assert!(history.iter().any(|record| record.seq == *seq), "seed {seed}, round {round}: history of {turn}");
        }
    }
    assert!(acknowledged.len() > 500, "only {} acknowledged records over {KILLS} kills", acknowledged.len());
}
