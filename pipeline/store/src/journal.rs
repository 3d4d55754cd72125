//! The journal in a sled database.
//!
//! One thread writes ([`writer`]); everyone else reads. Readers see a record once it is as durable as its appender asked,
//! never before. `format.rs` says how records are written, `index.rs` how an item's records are found, `room.rs` what
//! happens on a full disk.

mod compaction;
mod database;
mod format;
mod index;
mod room;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use reelpress_core::{Clock, Durability, Entry, ItemId, Journal, JournalError, Record, Replayed};
use tokio::sync::{mpsc, oneshot};

use database::Database;
use format::{Flaw, Frames};
use index::Tail;
use room::Room;
use writer::{Append, Command, WAITING, Writer};

/// A journal in a folder of its own. Survives `kill -9` at any instant, and a power cut for what was appended with
/// [`Durability::Synced`].
///
/// A full disk costs nothing that was acknowledged: appends fail with [`JournalError::Full`] until there is room again.
/// Dropping the journal writes what waits and blocks for as long as that takes; [`SledJournal::close`] does the same
/// without blocking.
pub struct SledJournal {
    folder: PathBuf,
    shared: Arc<Shared>,
    /// `None` only while it is dropped.
    commands: Option<mpsc::Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    /// One compaction at a time.
    compacting: tokio::sync::Mutex<()>,
}

/// What readers and the writer share.
pub(crate) struct Shared {
    door: Mutex<Door>,
    tail: Mutex<Tail>,
    /// First sequence number that readers may not see yet.
    end: AtomicU64,
    /// Records that were cut off at open.
    torn: u64,
}

/// How the database stands.
enum Door {
    Open(Arc<Database>),
    /// A write failed; the next command opens it anew.
    Broken,
    Closed,
}

/// One write leaves fewer blocks than this: more of them without a whole record are not an unfinished write.
const TORN_BLOCKS: usize = 256;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SledJournal {
    /// Opens the journal in `folder`, or begins one there, and cuts off a torn tail. `clock` gives the records their
    /// time.
    ///
    /// # Errors
    /// [`JournalError::InUse`] while another process (or another value in this one) has it open,
    /// [`JournalError::TooNew`] if its end was written by a newer program, [`JournalError::Open`] for anything else.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, JournalError> {
        let lock = database::lock(folder)?;
        let database = Database::open(folder)?;
        let (end, torn) = mend_end(&database)?;
        let tail = read_tail(&database, end)?;
        let room = Room::new(database.largest_at_end()?);
        let shared = Arc::new(Shared {
            door: Mutex::new(Door::Open(Arc::new(database))),
            tail: Mutex::new(tail),
            end: AtomicU64::new(end),
            torn,
        });
        let (commands, receiver) = mpsc::channel(WAITING);
        let writer = Writer {
            folder: folder.to_owned(),
            shared: shared.clone(),
            clock,
            commands: receiver,
            next_seq: end,
            room,
            lock,
        };
        let thread =
            std::thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run()).map_err(|e| {
                JournalError::Open {
                    path: folder.display().to_string(),
                    message: format!("could not start its thread: {e}"),
                }
            })?;
        Ok(Self {
            folder: folder.to_owned(),
            shared,
            commands: Some(commands),
            thread: Some(thread),
            compacting: tokio::sync::Mutex::default(),
        })
    }

    /// Writes what waits, then closes the database and frees the folder. Appends from now on fail with
    /// [`JournalError::Closed`]. Closing twice is harmless.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // A closed channel means that the thread has ended or is about to; then `closed` ends at once.
        if self.send(Command::Close(done)).await.is_ok() {
            drop(closed.await);
        }
    }

    async fn send(&self, command: Command) -> Result<(), JournalError> {
        let commands = self.commands.as_ref().ok_or(JournalError::Closed)?;
        commands.send(command).await.map_err(|_| JournalError::Closed)
    }

    fn database(&self) -> Result<Arc<Database>, JournalError> {
        match &*locked(&self.shared.door) {
            Door::Open(database) => Ok(database.clone()),
            Door::Closed => Err(JournalError::Closed),
            Door::Broken => Err(JournalError::Write {
                path: self.folder.display().to_string(),
                message: "its last write failed; it is opened anew with the next one".to_owned(),
            }),
        }
    }

    fn end(&self) -> u64 {
        self.shared.end.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for SledJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SledJournal").field("folder", &self.folder).field("end", &self.end()).finish_non_exhaustive()
    }
}

impl Drop for SledJournal {
    fn drop(&mut self) {
        // The thread ends when the last sender is gone.
        self.commands = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(path = %self.folder.display(), "journal thread panicked");
        }
    }
}

#[async_trait]
impl Journal for SledJournal {
    /// # Cancel safety
    /// When the future is dropped, the entries may or may not be written, but all or none of them.
    async fn append(&self, entries: Vec<(ItemId, Entry)>, durability: Durability) -> Result<Vec<Record>, JournalError> {
        let encoded = entries.iter().map(|(item, entry)| (*item, format::entry_bytes(entry))).collect();
        let (answer, written) = oneshot::channel();
        self.send(Command::Append(Append { entries: encoded, durability, answer })).await?;
        let written = written.await.map_err(|_| JournalError::Closed)??;
        let records = entries.into_iter().zip(written.first_seq..);
        Ok(records.map(|((item, entry), seq)| Record { seq, at_millis: written.at_millis, item, entry }).collect())
    }

    fn replay(&self, visit: &mut dyn FnMut(Record)) -> Result<Replayed, JournalError> {
        let records = self.database()?.read(0, self.end(), visit)?;
        Ok(Replayed { records, torn: self.shared.torn })
    }

    fn history(&self, item: ItemId) -> Result<Vec<Record>, JournalError> {
        let database = self.database()?;
        let end = self.end();
        // The tail first: a run that is written in between moves places from the tail to the runs, never back.
        let mut places: Vec<u64> = locked(&self.shared.tail).of(item).collect();
        let Ok(found) = index::find(&database, item) else {
            let mut records = Vec::new();
            let mut keep = |record: Record| {
                if record.item == item {
                    records.push(record);
                }
            };
            database.read(0, end, &mut keep)?;
            return Ok(records);
        };
        places.extend(found);
        places.sort_unstable();
        places.dedup();
        let mut records = Vec::with_capacity(places.len());
        for seq in places.into_iter().filter(|seq| *seq < end) {
            records.extend(database.record(seq)?.filter(|record| record.item == item));
        }
        Ok(records)
    }

    async fn compact(&self, ended_before_millis: u64) -> Result<u64, JournalError> {
        let _one_at_a_time = self.compacting.lock().await;
        self.compact_alone(ended_before_millis).await
    }
}

/// Cuts off the records of an unfinished last write. Returns the next sequence number and how many were cut off.
///
/// Only what nothing whole follows is a torn tail; the rest is for a replay to complain about.
fn mend_end(database: &Database) -> Result<(u64, u64), JournalError> {
    let mut torn = 0;
    for _ in 0..TORN_BLOCKS {
        let Some((base, value)) = database::guarded_next(database.folder(), &mut database.blocks(0).rev())? else {
            return Ok((0, torn));
        };
        let end = BlockEnd::of(database, base, &value)?;
        torn += end.torn;
        if let (Some(last_whole), 0) = (end.last_whole, end.torn) {
            return Ok((last_whole + 1, torn));
        }
        let mut batch = sled::Batch::default();
        match end.last_whole {
            Some(_) => batch.insert(&format::key(base), &value[..end.whole_bytes]),
            None => batch.remove(&format::key(base)),
        }
        database.commit(&database.records, batch, true)?;
        tracing::warn!(path = %database.folder().display(), base, records = end.torn, "torn end of journal cut off");
    }
    Err(JournalError::Open {
        path: database.folder().display().to_string(),
        message: format!("its last {TORN_BLOCKS} blocks hold no whole record (restore the folder from a backup)"),
    })
}

/// How far a block can be trusted.
struct BlockEnd {
    last_whole: Option<u64>,
    whole_bytes: usize,
    /// Frames behind the last whole one, 1 if they cannot be counted.
    torn: u64,
}

impl BlockEnd {
    fn of(database: &Database, base: u64, value: &[u8]) -> Result<Self, JournalError> {
        let mut end = Self { last_whole: None, whole_bytes: 0, torn: u64::from(value.is_empty()) };
        let mut frames = Frames::of(base, value);
        while let Some(frame) = frames.next() {
            match frame.and_then(|frame| frame.open()) {
                Ok(record) => {
                    let whole_bytes = value.len() - frames.unread();
                    end = Self { last_whole: Some(record.seq), whole_bytes, torn: 0 };
                }
                Err(flawed) if matches!(flawed.flaw, Flaw::TooNew(_)) => return Err(database.flawed(flawed)),
                Err(_) => end.torn += 1,
            }
        }
        Ok(end)
    }
}

/// The places behind the last run of the index; all of them if the index cannot be read.
fn read_tail(database: &Database, end: u64) -> Result<Tail, JournalError> {
    let from = match index::last_end(database) {
        Ok(Some(last)) => last.saturating_add(1),
        Ok(None) | Err(index::Unreadable) => 0,
    };
    let mut tail = Tail::default();
    // A damaged record is for a replay to complain about, with its number.
    let read = database.read(from, end, &mut |record| tail.extend([(record.item, record.seq)]));
    match read {
        Ok(_) | Err(JournalError::Damaged { .. } | JournalError::TooNew { .. }) => Ok(tail),
        Err(error) => Err(error),
    }
}
