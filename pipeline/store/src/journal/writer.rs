//! The one thread that writes. It takes all that waits, writes it as one batch, flushes (and syncs) once, and answers.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use reelpress_core::{Clock, Durability, ItemId, JournalError};
use tokio::sync::{mpsc, oneshot};

use super::database::{Database, Failure, write_error};
use super::format::{Block, key};
use super::index;
use super::room::Room;
use super::{Door, Shared, locked};

/// Commands that may wait before an appender has to.
pub(super) const WAITING: usize = 8_192;
/// Commands taken at once.
const TAKEN: usize = 4_096;
/// A group is written once it holds this much.
const GROUP_BYTES: usize = 8 << 20;
/// A block is closed once it holds this much: what a history must skip, and what compaction writes anew at once. Sixteen
/// of them make a page, which must stay well below `room::PAGE_FILE_BYTES`.
const BLOCK_BYTES: usize = 24 << 10;

/// What the thread is asked for.
pub(super) enum Command {
    Append(Append),
    Rewrite(Rewrite),
    Close(oneshot::Sender<()>),
}

/// Entries that go to the end, all or none.
pub(super) struct Append {
    /// With the bytes of `format::entry_bytes`.
    pub(super) entries: Vec<(ItemId, Vec<u8>)>,
    pub(super) durability: Durability,
    pub(super) answer: oneshot::Sender<Result<Written, JournalError>>,
}

/// Where an append went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) first_seq: u64,
    pub(super) at_millis: u64,
}

/// A change of what is there, by compaction.
pub(super) struct Rewrite {
    pub(super) target: Target,
    pub(super) batch: sled::Batch,
    /// Of all values together.
    pub(super) bytes: u64,
    /// Of the largest value in reach of the change.
    pub(super) largest: u64,
    pub(super) answer: oneshot::Sender<Result<(), JournalError>>,
}

/// Which tree is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Records,
    Index,
}

/// The thread's own state.
pub(super) struct Writer {
    pub(super) folder: PathBuf,
    pub(super) shared: Arc<Shared>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) next_seq: u64,
    pub(super) room: Room,
    /// Held as long as the thread lives.
    pub(super) lock: File,
}

/// How much a batch holds.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    bytes: u64,
    largest: u64,
}

impl Size {
    fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.largest = self.largest.max(bytes);
    }
}

#[derive(Default)]
struct Group {
    appends: Vec<Append>,
    bytes: usize,
}

impl Writer {
    /// Works until every sender is gone or a close was asked for and what waited is done.
    pub(super) fn run(mut self) {
        let mut waiting = Vec::with_capacity(TAKEN);
        let mut closing = Vec::new();
        while self.commands.blocking_recv_many(&mut waiting, TAKEN) > 0 {
            let mut group = Group::default();
            for command in waiting.drain(..) {
                match command {
                    Command::Append(append) => {
                        group.bytes += append.entries.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
                        group.appends.push(append);
                        if group.bytes >= GROUP_BYTES {
                            self.write(std::mem::take(&mut group));
                        }
                    }
                    Command::Rewrite(rewrite) => {
                        self.write(std::mem::take(&mut group));
                        self.rewrite(rewrite);
                    }
                    Command::Close(done) => {
                        self.commands.close();
                        closing.push(done);
                    }
                }
            }
            self.write(group);
        }
        *locked(&self.shared.door) = Door::Closed;
        drop(self.lock);
        for done in closing {
            answer(done, ());
        }
    }

    fn write(&mut self, group: Group) {
        if group.appends.is_empty() {
            return;
        }
        match self.try_write(&group) {
            Ok(at_millis) => {
                let mut first_seq = self.next_seq;
                for append in group.appends {
                    let next = first_seq + append.entries.len() as u64;
                    answer(append.answer, Ok(Written { first_seq, at_millis }));
                    first_seq = next;
                }
                self.next_seq = first_seq;
                self.write_runs();
            }
            Err(error) => {
                tracing::warn!(error = %error, appends = group.appends.len(), "journal group not written");
                for append in group.appends {
                    answer(append.answer, Err(error.clone()));
                }
            }
        }
    }

    /// Returns the time of the group's records.
    fn try_write(&mut self, group: &Group) -> Result<u64, JournalError> {
        let at_millis = self.clock.millis();
        let mut places = Vec::with_capacity(group.appends.len());
        let mut batch = sled::Batch::default();
        let (mut seq, mut size) = (self.next_seq, Size::default());
        let mut block = Block::begin(seq);
        for (item, entry) in group.appends.iter().flat_map(|append| &append.entries) {
            if block.bytes.len() + entry.len() > BLOCK_BYTES && !block.bytes.is_empty() {
                size.add(put(&mut batch, std::mem::replace(&mut block, Block::begin(seq))));
            }
            block.push(seq, at_millis, *item, entry);
            places.push((*item, seq));
            seq += 1;
        }
        size.add(put(&mut batch, block));
        let synced = group.appends.iter().any(|append| append.durability == Durability::Synced);
        self.commit(Target::Records, batch, size, synced)?;
        // Order: a reader that sees the new end must find the places.
        let mut tail = locked(&self.shared.tail);
        tail.extend(places);
        self.shared.end.store(seq, Ordering::Release);
        Ok(at_millis)
    }

    /// The index may lag behind: after a failure the tail is just longer.
    fn write_runs(&mut self) {
        loop {
            let mut batch = sled::Batch::default();
            let ripe = locked(&self.shared.tail).ripe().map(|(end, places)| index::put_run(&mut batch, end, places));
            let Some(bytes) = ripe else { return };
            if let Err(error) = self.commit(Target::Index, batch, Size { bytes, largest: 0 }, false) {
                tracing::warn!(error = %error, "journal index not written, it is kept in memory");
                return;
            }
            locked(&self.shared.tail).written();
        }
    }

    fn rewrite(&mut self, rewrite: Rewrite) {
        let size = Size { bytes: rewrite.bytes, largest: rewrite.largest };
        let outcome = self.commit(rewrite.target, rewrite.batch, size, false);
        answer(rewrite.answer, outcome);
    }

    fn commit(&mut self, target: Target, batch: sled::Batch, size: Size, synced: bool) -> Result<(), JournalError> {
        let database = self.database()?;
        self.room
            .make(&database.file, size.bytes, size.largest)
            .map_err(|error| write_error(&self.folder, &Failure::Io(error)))?;
        let tree = match target {
            Target::Records => &database.records,
            Target::Index => &database.index,
        };
        let outcome = database.commit(tree, batch, synced);
        if outcome.is_err() {
            // sled refuses everything after its first I/O error, so the next command opens it anew.
            *locked(&self.shared.door) = Door::Broken;
        }
        outcome
    }

    /// The database, opened anew if it broke.
    fn database(&mut self) -> Result<Arc<Database>, JournalError> {
        match &*locked(&self.shared.door) {
            Door::Open(database) => return Ok(database.clone()),
            Door::Closed => return Err(JournalError::Closed),
            Door::Broken => {}
        }
        let database = Arc::new(Database::open(&self.folder)?);
        // What was answered with an error must not come back: its places will be given to other records.
        let mut unanswered = sled::Batch::default();
        for base in database.records.range(key(self.next_seq)..).keys() {
            unanswered.remove(base.map_err(|e| write_error(&self.folder, &Failure::Sled(e)))?);
        }
        database.commit(&database.records, unanswered, false)?;
        self.room = Room::new(database.largest_at_end()?);
        *locked(&self.shared.door) = Door::Open(database.clone());
        tracing::warn!(path = %self.folder.display(), "journal opened again after a failed write");
        Ok(database)
    }
}

fn put(batch: &mut sled::Batch, block: Block) -> u64 {
    let bytes = block.bytes.len() as u64;
    if bytes > 0 {
        batch.insert(&key(block.base), block.bytes);
    }
    bytes
}

/// Who asked may be gone by now; the work stands all the same.
fn answer<T>(to: oneshot::Sender<T>, outcome: T) {
    drop(to.send(outcome));
}
