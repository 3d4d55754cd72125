//! Making the journal shorter.
//!
//! Blocks are written anew from the last to the first, a few in one batch. An item that ended long ago gets its
//! [`Entry::Archived`] in the place of its last record, so that is written before any other record of it goes away:
//! whenever the process dies, a fold over what is there ends in the same state, and the next compaction goes on from
//! there. The last record of the journal never goes away, so sequence numbers are not given twice.
//!
//! Appends go on meanwhile; what is appended about an item while it is being archived stays for good. A reader that runs at the same time may see some records of an item before and some after;
//! the fold is the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use reelpress_core::{Entry, ItemId, JournalError, Origin, Record};
use tokio::sync::oneshot;

use super::SledJournal;
use super::database::{Database, guarded_next};
use super::format::{Block, Frames, entry_bytes, key};
use super::index::{self, Place, RUN};
use super::writer::{Command, Rewrite, Target};

/// A batch of rewritten blocks is written once it holds this much.
const BATCH_BYTES: u64 = 4 << 20;

/// What the fold says about an item.
#[derive(Debug)]
struct Life {
    origin: Option<Origin>,
    ended: Option<End>,
    archived: bool,
    /// It has inputs or outputs that could be dropped.
    bulky: bool,
    last_seq: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    at_millis: u64,
    finished: bool,
}

/// What is done about an ended item.
#[derive(Debug)]
pub(super) enum Plan {
    /// One record stays, at `last_seq`.
    Archive { last_seq: u64, origin: Origin, end: End },
    /// Inputs and outputs are dropped.
    Slim,
}

impl SledJournal {
    pub(super) async fn compact_alone(&self, ended_before_millis: u64) -> Result<u64, JournalError> {
        let (plans, end) = {
            let (database, end) = (self.database()?, self.end());
            (on_a_thread(move || plan(&database, end, ended_before_millis)).await?, end)
        };
        if plans.is_empty() {
            return Ok(0);
        }
        let plans = std::sync::Arc::new(plans);
        let (mut gone, mut before) = (0, end);
        loop {
            let (database, plans) = (self.database()?, plans.clone());
            let step = on_a_thread(move || next_step(&database, &plans, before, BATCH_BYTES)).await?;
            if step.bytes > 0 || step.gone > 0 {
                self.rewrite(Target::Records, step.batch, step.bytes, step.largest).await?;
                gone += step.gone;
            }
            match step.base {
                Some(base) if base > 0 => before = base,
                Some(_) | None => break,
            }
        }
        if gone > 0 {
            self.index_anew().await?;
        }
        Ok(gone)
    }

    /// Writes the runs of the index anew, so that places of records that went away go as well.
    async fn index_anew(&self) -> Result<(), JournalError> {
        let database = self.database()?;
        let Ok(ends) = index::runs(&database) else { return Ok(()) };
        let Some(&last) = ends.last() else { return Ok(()) };
        drop(database);
        let mut from = 0;
        while from <= last {
            let database = self.database()?;
            let ends = ends.clone();
            let run = on_a_thread(move || merged_run(&database, &ends, from)).await?;
            self.rewrite(Target::Index, run.batch, run.bytes, 0).await?;
            let Some(next) = run.end.checked_add(1) else { break };
            from = next;
        }
        Ok(())
    }

    pub(super) async fn rewrite(
        &self,
        target: Target,
        batch: sled::Batch,
        bytes: u64,
        largest: u64,
    ) -> Result<(), JournalError> {
        let (answer, done) = oneshot::channel();
        self.send(Command::Rewrite(Rewrite { target, batch, bytes, largest, answer })).await?;
        done.await.map_err(|_| JournalError::Closed)?
    }
}

/// Reading and decoding takes a while; the runtime's workers have better things to do.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down.
            Err(_) => Err(JournalError::Closed),
        },
    }
}

/// What is to be done about which item.
pub(super) fn plan(
    database: &Database,
    end: u64,
    ended_before_millis: u64,
) -> Result<HashMap<ItemId, Plan>, JournalError> {
    let mut lives: HashMap<ItemId, Life> = HashMap::new();
    database.read(0, end, &mut |record| fold(&mut lives, &record))?;
    let plans = lives.into_iter().filter_map(|(item, life)| {
        let end = life.ended?;
        match life.origin {
            Some(origin) if life.archived || end.at_millis < ended_before_millis => {
                Some((item, Plan::Archive { last_seq: life.last_seq, origin, end }))
            }
            _ => life.bulky.then_some((item, Plan::Slim)),
        }
    });
    Ok(plans.collect())
}

fn fold(lives: &mut HashMap<ItemId, Life>, record: &Record) {
    let life = match (lives.entry(record.item), &record.entry) {
        // Nothing but an archived item's one record: there is nothing left to do.
        (Slot::Vacant(_), Entry::Archived { .. }) => return,
        (Slot::Vacant(slot), _) => {
            slot.insert(Life { origin: None, ended: None, archived: false, bulky: false, last_seq: record.seq })
        }
        (Slot::Occupied(slot), _) => slot.into_mut(),
    };
    life.last_seq = record.seq;
    let at_millis = record.at_millis;
    match &record.entry {
        Entry::Created { origin, input } => {
            life.origin = Some(*origin);
            life.bulky |= !input.is_empty();
            life.ended = None;
        }
        Entry::Passed { output, .. } => {
            life.bulky |= !output.is_empty();
            life.ended = None;
        }
        Entry::Failed { .. } | Entry::Held { .. } | Entry::Released { .. } => life.ended = None,
        Entry::Rejected { .. } => life.ended = Some(End { at_millis, finished: false }),
        Entry::Finished => life.ended = Some(End { at_millis, finished: true }),
        Entry::Noted(_) => {}
        Entry::Archived { origin, finished } => {
            life.origin = Some(*origin);
            life.archived = true;
            life.ended = Some(End { at_millis, finished: *finished });
        }
    }
}

pub(super) struct Step {
    pub(super) batch: sled::Batch,
    pub(super) bytes: u64,
    /// Size of the largest value that was looked at.
    pub(super) largest: u64,
    gone: u64,
    /// First block of the step; `None` at the beginning of the journal.
    pub(super) base: Option<u64>,
}

/// The blocks before `before`, from the last, until there are `enough` bytes to write.
pub(super) fn next_step(
    database: &Database,
    plans: &HashMap<ItemId, Plan>,
    before: u64,
    enough: u64,
) -> Result<Step, JournalError> {
    let mut step = Step { batch: sled::Batch::default(), bytes: 0, largest: 0, gone: 0, base: None };
    let mut blocks = database.records.range(..key(before)).rev().map(|found| database.block(found));
    while let Some((base, value)) = guarded_next(database.folder(), &mut blocks)? {
        step.base = Some(base);
        step.largest = step.largest.max(value.len() as u64);
        let mut block = Block::begin(base);
        let mut changed = false;
        for frame in Frames::of(base, &value) {
            let old = frame.and_then(|frame| frame.open()).map_err(|flawed| database.flawed(flawed))?;
            let (seq, item) = (old.seq, old.item);
            match shortened(plans.get(&item), old) {
                Short::Same(record) => block.push(seq, record.at_millis, item, &entry_bytes(&record.entry)),
                Short::Other(at_millis, entry) => {
                    changed = true;
                    block.push(seq, at_millis, item, &entry_bytes(&entry));
                }
                Short::Gone => {
                    changed = true;
                    step.gone += 1;
                }
            }
        }
        if changed && block.bytes.is_empty() {
            step.batch.remove(&key(base));
        } else if changed {
            step.bytes += block.bytes.len() as u64;
            step.batch.insert(&key(base), block.bytes);
        }
        if step.bytes >= enough {
            break;
        }
    }
    Ok(step)
}

enum Short {
    Same(Record),
    Other(u64, Entry),
    Gone,
}

fn shortened(plan: Option<&Plan>, record: Record) -> Short {
    match plan {
        None => Short::Same(record),
        // What came after the plan was made stays.
        Some(Plan::Archive { last_seq, .. }) if record.seq > *last_seq => Short::Same(record),
        Some(Plan::Archive { last_seq, .. }) if record.seq < *last_seq => Short::Gone,
        Some(Plan::Archive { origin, end, .. }) => {
            Short::Other(end.at_millis, Entry::Archived { origin: *origin, finished: end.finished })
        }
        Some(Plan::Slim) => match record.entry {
            Entry::Created { origin, input } if !input.is_empty() => {
                Short::Other(record.at_millis, Entry::Created { origin, input: Vec::new() })
            }
            Entry::Passed { stage, output, reused } if !output.is_empty() => {
                Short::Other(record.at_millis, Entry::Passed { stage, output: Vec::new(), reused })
            }
            Entry::Created { .. }
            | Entry::Passed { .. }
            | Entry::Failed { .. }
            | Entry::Held { .. }
            | Entry::Released { .. }
            | Entry::Rejected { .. }
            | Entry::Finished
            | Entry::Noted(_)
            | Entry::Archived { .. } => Short::Same(record),
        },
    }
}

struct MergedRun {
    pub(super) batch: sled::Batch,
    pub(super) bytes: u64,
    end: u64,
}

/// One run in the place of as many as together hold a run's worth of places, beginning with the one that holds `from`.
fn merged_run(database: &Database, ends: &[u64], from: u64) -> Result<MergedRun, JournalError> {
    let mut places: Vec<Place> = Vec::new();
    let (mut start, mut run_end) = (from, from);
    for &end in ends.iter().filter(|end| **end >= from) {
        database.read(start, end.saturating_add(1), &mut |record| places.push((record.item, record.seq)))?;
        (start, run_end) = (end.saturating_add(1), end);
        if places.len() >= RUN {
            break;
        }
    }
    let mut batch = sled::Batch::default();
    // A page that cannot be read stays; histories read the records instead.
    drop(index::remove_runs(database, &mut batch, from..=run_end));
    let bytes = index::put_run(&mut batch, run_end, &places);
    Ok(MergedRun { batch, bytes, end: run_end })
}
