//! The sled database under the journal: opening, its lock, what it takes to have a batch on disk, reading in order.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reelpress_core::{JournalError, Record};
use sled::IVec;

use super::format::{Flaw, Flawed, Frames, VERSION, base_of, key};

/// sled's default is 1 GB; the journal is read once at start and written in order after that.
const CACHE_BYTES: u64 = 32 << 20;
/// A page over a quarter of a segment becomes a file of its own. With sled's 512 KiB, sixteen records of 10 KB would.
pub(super) const SEGMENT_BYTES: usize = 4 << 20;
/// More than one of sled's pages holds.
const BLOCKS_AT_END: usize = 64;
/// How often sled cleans up behind itself.
const CLEAN_EVERY_MS: u64 = 500;
/// sled lets go of its file from background threads, a little after the last handle was dropped.
const LINGER_STEP: Duration = Duration::from_millis(5);
const LINGER_STEPS: u32 = 400;

/// The open database.
pub(super) struct Database {
    folder: PathBuf,
    db: sled::Db,
    /// Blocks by base.
    pub(super) records: sled::Tree,
    /// Runs of the index; see `index.rs`.
    pub(super) index: sled::Tree,
    /// The file that sled writes, opened once more: `fdatasync` and `fallocate` work on the file, not on the handle.
    pub(super) file: File,
    /// Page files that have been synced. sled never writes one twice.
    synced_pages: Mutex<BTreeSet<PathBuf>>,
}

/// Takes the folder for this process; the file gives it back when it is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, JournalError> {
    let failed = |error: &io::Error| open_error(folder, error);
    fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    let file = File::options().create(true).append(true).open(folder.join("lock")).map_err(|e| failed(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: folder.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

impl Database {
    /// Opens or creates the database. The caller holds the folder's [`lock`].
    pub(super) fn open(folder: &Path) -> Result<Self, JournalError> {
        let db = open_sled(folder)?;
        let trees = guarded(|| Ok((db.open_tree("records")?, db.open_tree("index")?)));
        let (records, index) = trees.map_err(|e| open_error(folder, &e))?;
        let file = File::options().write(true).open(folder.join("db")).map_err(|e| open_error(folder, &e))?;
        // The names of what was just created must survive a power cut as well.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| open_error(folder, &e))?;
        Ok(Self { folder: folder.to_owned(), db, records, index, file, synced_pages: Mutex::default() })
    }

    /// Writes a batch to a tree and hands it to the kernel; syncs it to the disk if asked.
    pub(super) fn commit(&self, tree: &sled::Tree, batch: sled::Batch, synced: bool) -> Result<(), JournalError> {
        guarded(|| {
            tree.apply_batch(batch)?;
            self.db.flush().map(|_| ())
        })
        .and_then(|()| if synced { self.sync().map_err(Failure::from) } else { Ok(()) })
        .map_err(|failure| write_error(&self.folder, &failure))
    }

    /// sled's flush ends in `sync_file_range`, which leaves the disk's own cache and the file's metadata alone.
    fn sync(&self) -> io::Result<()> {
        let pages = self.folder.join("blobs");
        let mut synced = self.synced_pages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut there = BTreeSet::new();
        for entry in fs::read_dir(&pages)? {
            let path = entry?.path();
            if !synced.contains(&path) {
                match File::open(&path) {
                    Ok(file) => file.sync_data()?,
                    // Cleaned up by sled in between.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
            }
            there.insert(path);
        }
        if there.iter().any(|path| !synced.contains(path)) {
            File::open(&pages)?.sync_all()?;
        }
        *synced = there;
        self.file.sync_data()
    }

    /// Every block from the one that may hold `from`, in order.
    pub(super) fn blocks(&self, from: u64) -> impl DoubleEndedIterator<Item = Result<(u64, IVec), JournalError>> + '_ {
        // The block that holds `from` may begin before it.
        let before = self.records.range(..=key(from)).next_back().and_then(Result::ok);
        let start = before.map_or(IVec::from(&key(from)), |(base, _)| base);
        self.records.range(start..).map(|found| self.block(found))
    }

    /// A block as sled gave it.
    pub(super) fn block(&self, found: sled::Result<(IVec, IVec)>) -> Result<(u64, IVec), JournalError> {
        let (base, value) = found.map_err(|e| write_error(&self.folder, &Failure::Sled(e)))?;
        Ok((base_of(&base).map_err(|flawed| self.flawed(flawed))?, value))
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Shows every record with `from <= seq < end`, in order. Returns how many there were.
    pub(super) fn read(&self, from: u64, end: u64, visit: &mut dyn FnMut(Record)) -> Result<u64, JournalError> {
        let mut seen = 0;
        let mut blocks = self.blocks(from);
        while let Some((base, value)) = guarded_next(&self.folder, &mut blocks)? {
            if base >= end {
                break;
            }
            for frame in Frames::of(base, &value) {
                let record = frame.and_then(|frame| frame.open()).map_err(|flawed| self.flawed(flawed))?;
                if (from..end).contains(&record.seq) {
                    seen += 1;
                    visit(record);
                }
            }
        }
        Ok(seen)
    }

    /// The size of the largest value in the pages that the next records go to.
    pub(super) fn largest_at_end(&self) -> Result<u64, JournalError> {
        let mut largest = 0;
        let mut blocks = self.blocks(0).rev().take(BLOCKS_AT_END);
        while let Some((_, value)) = guarded_next(&self.folder, &mut blocks)? {
            largest = largest.max(value.len() as u64);
        }
        Ok(largest)
    }

    /// The record `seq`, or `None` if compaction took it away.
    pub(super) fn record(&self, seq: u64) -> Result<Option<Record>, JournalError> {
        let found = guarded(|| self.records.range(..=key(seq)).next_back().transpose());
        let Some((base, value)) = found.map_err(|e| write_error(&self.folder, &e))? else { return Ok(None) };
        let base = base_of(&base).map_err(|flawed| self.flawed(flawed))?;
        for frame in Frames::of(base, &value) {
            let frame = frame.map_err(|flawed| self.flawed(flawed))?;
            if frame.seq == seq {
                return frame.open().map(Some).map_err(|flawed| self.flawed(flawed));
            }
        }
        Ok(None)
    }

    /// The error for a record that cannot be read.
    pub(super) fn flawed(&self, flawed: Flawed) -> JournalError {
        match flawed.flaw {
            Flaw::Damaged(message) => JournalError::Damaged {
                seq: flawed.seq,
                path: self.folder.display().to_string(),
                message: message.to_owned(),
            },
            Flaw::TooNew(version) => JournalError::TooNew { seq: flawed.seq, version, known: VERSION },
        }
    }
}

/// Why sled could not do it.
#[derive(Debug)]
pub(super) enum Failure {
    Sled(sled::Error),
    Io(io::Error),
    /// sled asserts what it believes of its file; a damaged one can break that.
    Panicked(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sled(sled::Error::Io(error)) | Self::Io(error) => write!(f, "{error}"),
            Self::Sled(error) => write!(f, "{error}"),
            Self::Panicked(message) => write!(f, "the database gave up: {message} (restore the folder from a backup)"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs sled, and turns its assertions into errors.
pub(super) fn guarded<T>(work: impl FnOnce() -> sled::Result<T>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(Failure::Sled),
        Err(panic) => Err(Failure::Panicked(said(panic.as_ref()))),
    }
}

/// The next of an iterator over sled, with its assertions turned into errors.
pub(super) fn guarded_next<T>(
    folder: &Path,
    iterator: &mut impl Iterator<Item = Result<T, JournalError>>,
) -> Result<Option<T>, JournalError> {
    match catch_unwind(AssertUnwindSafe(|| iterator.next())) {
        Ok(next) => next.transpose(),
        Err(panic) => Err(write_error(folder, &Failure::Panicked(said(panic.as_ref())))),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a word").lines().next().unwrap_or_default().to_owned()
}

/// The error for a failed write or read.
pub(super) fn write_error(folder: &Path, failure: &Failure) -> JournalError {
    let path = folder.display().to_string();
    if let Failure::Sled(sled::Error::Io(error)) | Failure::Io(error) = failure
        && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    {
        return JournalError::Full { path };
    }
    JournalError::Write { path, message: failure.to_string() }
}

fn open_error(folder: &Path, failure: &impl ToString) -> JournalError {
    JournalError::Open { path: folder.display().to_string(), message: failure.to_string() }
}

fn open_sled(folder: &Path) -> Result<sled::Db, JournalError> {
    let config = sled::Config::default()
        .path(folder)
        .cache_capacity(CACHE_BYTES)
        .segment_size(SEGMENT_BYTES)
        .mode(sled::Mode::HighThroughput)
        .flush_every_ms(Some(CLEAN_EVERY_MS));
    for _ in 0..LINGER_STEPS {
        match guarded(|| config.open()) {
            Ok(db) => return Ok(db),
            Err(Failure::Sled(sled::Error::Io(error))) if error.to_string().contains("could not acquire lock") => {
                // There is no event to wait for: see `LINGER_STEP`.
                std::thread::park_timeout(LINGER_STEP);
            }
            Err(failure) => return Err(open_error(folder, &failure)),
        }
    }
    Err(JournalError::InUse { path: folder.display().to_string() })
}
