//! How many records a second the journal takes, and how long a lone one waits.
//!
//! `cargo run --release -p reelpress-store --example append_rate -- [RECORDS] [IN_FLIGHT] [FOLDER]`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reelpress_core::{Durability, Entry, ItemId, Journal, StageName, SystemClock};
use reelpress_store::SledJournal;
use tokio::time::Instant;

fn passed() -> Entry {
    Entry::Passed { stage: StageName::new("assemble"), output: vec![b'x'; 60], reused: false }
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or: u64| arguments.next().map_or(or, |text| text.parse().expect("a number"));
    let (records, in_flight) = (number(500_000), number(1_000));
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("reelpress-append-rate"), PathBuf::from);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder is ours to clear");
    }
    let journal = Arc::new(SledJournal::open(&folder, Arc::new(SystemClock)).expect("a new folder opens"));
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for item in 0..in_flight {
        let (journal, next) = (journal.clone(), next.clone());
        tasks.spawn(async move {
            let item = ItemId::from_parts(item, u128::from(item));
            while next.fetch_add(1, Ordering::Relaxed) < records {
                journal.append(vec![(item, passed())], Durability::Flushed).await.expect("there is room");
            }
        });
    }
    while let Some(joined) = tasks.join_next().await {
        joined.expect("no task panics");
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{records} records, {in_flight} in flight: {:.0} records/s", records as f64 / seconds);
    for durability in [Durability::Flushed, Durability::Synced] {
        let mut waits = Vec::new();
        for _ in 0..500 {
            let start = Instant::now();
            let item = ItemId::from_parts(1, 1);
            journal.append(vec![(item, passed())], durability).await.expect("there is room");
            waits.push(start.elapsed());
        }
        waits.sort_unstable();
        println!("one alone, {durability:?}: median {:?}, 99 % {:?}", waits[250], waits[495]);
    }
    let start = Instant::now();
    let history = journal.history(ItemId::from_parts(7, 7)).expect("the journal is whole");
    println!("history of {} records: {:?}", history.len(), start.elapsed());
    let start = Instant::now();
    let mut seen = 0_u64;
    let replayed = journal.replay(&mut |_| seen += 1).expect("the journal is whole");
    println!("replay of {} records: {:?}", replayed.records, start.elapsed());
    journal.close().await;
}
