//! Random appends, restarts, histories and compactions against a journal in memory.

use std::collections::BTreeMap;

use proptest::prelude::*;
use reelpress_core::testing::MemoryJournal;

use super::*;
use crate::journal::compaction::{next_step, plan};
use crate::journal::writer::Target;

/// What a fold keeps of an item: what must be the same whatever compaction did.
#[derive(Debug, Clone, PartialEq, Default)]
struct State {
    origin: Option<Origin>,
    finished: Option<bool>,
    /// Of an item that has not ended: everything.
    open: Vec<Entry>,
}

fn fold(records: &[Record]) -> BTreeMap<ItemId, State> {
    let mut states: BTreeMap<ItemId, State> = BTreeMap::new();
    for record in records {
        let state = states.entry(record.item).or_default();
        state.open.push(record.entry.clone());
        match &record.entry {
            Entry::Created { origin, .. } => (state.origin, state.finished) = (Some(*origin), None),
            Entry::Archived { origin, finished } => {
                (state.origin, state.finished) = (Some(*origin), Some(*finished));
            }
            Entry::Finished => state.finished = Some(true),
            Entry::Rejected { .. } => state.finished = Some(false),
            Entry::Noted(_) => {}
            Entry::Passed { .. } | Entry::Failed { .. } | Entry::Held { .. } | Entry::Released { .. } => {
                state.finished = None;
            }
        }
    }
    for state in states.values_mut().filter(|state| state.finished.is_some()) {
        state.open.clear();
    }
    states
}

#[derive(Debug, Clone)]
enum Op {
    Append(Vec<(u64, Entry)>),
    Reopen,
    Compact { keep: bool },
    CompactAndDie { batches: usize },
}

/// The entries of one life, in an order that the runner could write.
fn any_op() -> impl Strategy<Value = Op> {
    let entry = prop_oneof![
        (0..3_000_usize).prop_map(passed),
        "[a-z]{0,9}".prop_map(|text| noted(&text)),
        Just(Entry::Held { stage: SCRIPT, reason: reason() }),
        Just(Entry::Failed { stage: SCRIPT, attempt: 1, kind: "slow".into(), message: "no answer".into() }),
        Just(Entry::Rejected { stage: SCRIPT, reason: reason() }),
        Just(Entry::Finished),
        Just(Entry::Finished),
    ];
    let entries = prop::collection::vec((0..8_u64, entry), 0..40);
    prop_oneof![
        6 => entries.prop_map(Op::Append),
        1 => Just(Op::Reopen),
        1 => any::<bool>().prop_map(|keep| Op::Compact { keep }),
        1 => (0..3_usize).prop_map(|batches| Op::CompactAndDie { batches }),
    ]
}

/// A new life begins where the last one of this number has ended; a life begins with `Created`.
fn complete(lives: &mut BTreeMap<u64, (u64, bool)>, entries: Vec<(u64, Entry)>) -> Vec<(ItemId, Entry)> {
    let mut complete = Vec::new();
    for (number, entry) in entries {
        let known = lives.get(&number).copied();
        let (life, begun) = known.unwrap_or((0, false));
        let whose = number + 1_000 * life;
        if !begun {
            complete.push((item(whose), created(whose)));
        }
        let ends = matches!(entry, Entry::Finished | Entry::Rejected { .. });
        complete.push((item(whose), entry));
        lives.insert(number, if ends { (life + 1, false) } else { (life, true) });
    }
    complete
}

/// What compaction does, one block at a time, until it is killed.
async fn compact_some(journal: &SledJournal, batches: usize) {
    let database = journal.database().unwrap();
    let plans = plan(&database, journal.end(), u64::MAX).unwrap();
    let mut before = journal.end();
    for _ in 0..batches {
        let step = next_step(&database, &plans, before, 1).unwrap();
        journal.rewrite(Target::Records, step.batch, step.bytes, step.largest).await.unwrap();
        let Some(base) = step.base else { return };
        before = base;
    }
}

async fn same_as_the_model(ops: Vec<Op>) {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(folder.path());
    let model = MemoryJournal::default();
    let mut lives = BTreeMap::new();
    let mut shortened = false;
    for op in ops {
        match op {
            Op::Append(entries) => {
                let entries = complete(&mut lives, entries);
                let expected = model.append(entries.clone(), Durability::Flushed).await.unwrap();
                let records = append(&journal, entries).await;
                assert!(records.iter().map(|r| (r.seq, &r.entry)).eq(expected.iter().map(|r| (r.seq, &r.entry))));
            }
            Op::Reopen => {
                drop(journal);
                journal = open(folder.path());
            }
            Op::Compact { keep } => {
                let before = all(&journal);
                let gone = journal.compact(if keep { 0 } else { u64::MAX }).await.unwrap();
                let after = all(&journal);
                assert_eq!(before.len() as u64 - gone, after.len() as u64);
                assert_eq!(journal.compact(if keep { 0 } else { u64::MAX }).await.unwrap(), 0, "nothing left to do");
                assert_eq!(all(&journal), after);
                shortened = true;
            }
            Op::CompactAndDie { batches } => {
                compact_some(&journal, batches).await;
                drop(journal);
                journal = open(folder.path());
                shortened = true;
            }
        }
        check_against(&journal, &model, shortened);
    }
}

fn check_against(journal: &SledJournal, model: &MemoryJournal, shortened: bool) {
    let (records, mut expected) = (all(journal), Vec::new());
    model.replay(&mut |record| expected.push(record)).unwrap();
    assert_eq!(fold(&records), fold(&expected));
    if !shortened {
        assert!(records.iter().map(|r| (r.seq, &r.entry)).eq(expected.iter().map(|r| (r.seq, &r.entry))));
    }
    for whose in fold(&expected).into_keys() {
        let history = journal.history(whose).unwrap();
        assert!(history.iter().eq(records.iter().filter(|record| record.item == whose)), "history of {whose}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// J1: what was acknowledged is in the journal; and compaction, also one that dies, changes no state.
    #[test]
    fn the_journal_is_the_model_on_disk(ops in prop::collection::vec(any_op(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(same_as_the_model(ops));
    }
}

#[tokio::test]
async fn compaction_archives_the_old_slims_the_ended_and_leaves_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_000).unwrap()));
    let journal = SledJournal::open(folder.path(), clock.clone()).unwrap();
    let life = |number| vec![(item(number), created(number)), (item(number), passed(5_000))];
    append(&journal, life(1)).await;
    append(&journal, vec![(item(1), Entry::Finished), (item(1), noted("late"))]).await;
    append(&journal, life(2)).await;
    append(&journal, vec![(item(2), Entry::Rejected { stage: SCRIPT, reason: reason() })]).await;
    append(&journal, life(3)).await;
    clock.set(Timestamp::from_second(2_000).unwrap());
    append(&journal, vec![(item(3), noted("kept")), (item(3), Entry::Finished)]).await;
    append(&journal, life(4)).await;
    assert_eq!(journal.compact(1_500_000).await.unwrap(), 5);
    let entries: Vec<_> = all(&journal).into_iter().map(|r| (r.seq, r.at_millis, r.item, r.entry)).collect();
    let origin = |number: u64| Origin::of(&[&number.to_string()]);
    let expected = [
        (3, 1_000_000, item(1), Entry::Archived { origin: origin(1), finished: true }),
        (6, 1_000_000, item(2), Entry::Archived { origin: origin(2), finished: false }),
        (7, 1_000_000, item(3), Entry::Created { origin: origin(3), input: vec![] }),
        (8, 1_000_000, item(3), Entry::Passed { stage: SCRIPT, output: vec![], reused: false }),
        (9, 2_000_000, item(3), noted("kept")),
        (10, 2_000_000, item(3), Entry::Finished),
        (11, 2_000_000, item(4), created(4)),
        (12, 2_000_000, item(4), passed(5_000)),
    ];
    assert_eq!(entries, expected);
    assert_eq!(journal.history(item(1)).unwrap().len(), 1);
    assert_eq!(journal.compact(1_500_000).await.unwrap(), 0);
    append(&journal, vec![(item(4), Entry::Finished)]).await;
    assert_eq!(journal.compact(3_000_000).await.unwrap(), 5);
    drop(journal);
    let journal = open(folder.path());
    assert_eq!(all(&journal).len(), 4);
    assert_eq!(append(&journal, vec![(item(5), created(5))]).await[0].seq, 14);
}

#[tokio::test]
async fn a_compaction_of_many_blocks_keeps_histories_and_shortens_the_index() {
    const ITEMS: u64 = 9_000;
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(folder.path());
    for chunk in 0..ITEMS / 100 {
        let numbers = chunk * 100..(chunk + 1) * 100;
        let entries = numbers.flat_map(|number| {
            let end = (number % 10 != 0).then_some((item(number), Entry::Finished));
            [(item(number), created(number)), (item(number), passed(400)), (item(number), noted("n"))]
                .into_iter()
                .chain(end)
        });
        append(&journal, entries.collect()).await;
    }
    let pages = journal.database().unwrap().index.len();
    let gone = journal.compact(u64::MAX).await.unwrap();
    assert_eq!(gone, ITEMS / 10 * 9 * 3);
    assert!(journal.database().unwrap().index.len() < pages, "{pages} pages of the index");
    for round in 0..2 {
        for (number, records) in [(0, 3), (1, 1), (8_990, 3), (8_999, 1)] {
            assert_eq!(journal.history(item(number)).unwrap().len(), records, "round {round}, item {number}");
        }
        drop(journal);
        journal = open(folder.path());
    }
}

#[tokio::test]
async fn what_is_appended_while_a_compaction_runs_stays() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    append(&journal, vec![(item(1), created(1)), (item(1), Entry::Finished)]).await;
    let database = journal.database().unwrap();
    let plans = plan(&database, journal.end(), u64::MAX).unwrap();
    append(&journal, vec![(item(1), noted("late")), (item(2), created(2))]).await;
    let step = next_step(&database, &plans, journal.end(), u64::MAX).unwrap();
    journal.rewrite(Target::Records, step.batch, step.bytes, step.largest).await.unwrap();
    let entries: Vec<_> = all(&journal).into_iter().map(|record| record.entry).collect();
    let archived = Entry::Archived { origin: Origin::of(&["1"]), finished: true };
    assert_eq!(entries, [archived, noted("late"), created(2)]);
}
