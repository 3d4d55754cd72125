//! Room on disk, taken before it is needed.
//!
//! After an I/O error sled refuses all work until it is opened anew. So the journal never lets it meet a full disk if
//! that can be avoided: before each group it makes the file system set blocks aside behind the end of the database file
//! (`fallocate` with the size kept). When that fails, nothing was written, the appends are answered with
//! [`reelpress_core::JournalError::Full`], and the next group tries again.
//!
//! sled writes a page over a quarter of a segment to a file of its own, and waits for ever if that fails. Such pages need
//! records of more than 50 KB, several of them neighbours. For these, and where a file system cannot set blocks aside,
//! the free space is compared with the need. Between that look and the write others may take the space; the blocks set
//! aside cannot be taken.

use std::fs::File;
use std::io;

use rustix::fs::{FallocateFlags, fallocate, fstatvfs};
use rustix::io::Errno;

use super::database::SEGMENT_BYTES;

/// Set aside at least this much beyond what one group needs: two of sled's segments and the pages it may rewrite.
const SLACK_BYTES: u64 = 12 << 20;
/// What one written byte may grow to in sled's log before its cleaner has caught up.
const AMPLIFICATION: u64 = 4;
/// Set aside this much at once, so that the call is rare.
const STEP_BYTES: u64 = 24 << 20;

/// A larger page gets a file of its own.
const PAGE_FILE_BYTES: u64 = SEGMENT_BYTES as u64 / 4;
/// Blocks in one of sled's pages before it splits it, and some.
const PAGE_BLOCKS: u64 = 20;
/// Pages that one group may write to files of their own before the last one was counted as free again.
const PAGES: u64 = 2;

/// What has been set aside so far.
#[derive(Debug)]
pub(super) struct Room {
    /// Blocks exist up to this offset.
    taken_to: u64,
    /// The file's length when it was last seen: a shorter file has lost the blocks behind its end.
    seen_len: u64,
    /// Size of the largest value that may be in a page.
    largest: u64,
}

impl Room {
    /// Nothing has been set aside yet, and no value is larger than `largest` bytes.
    pub(super) fn new(largest: u64) -> Self {
        Self { taken_to: 0, seen_len: 0, largest }
    }

    /// Makes sure that `bytes` can be written to `database`, in values of at most `largest`.
    ///
    /// # Errors
    /// `StorageFull` (or `QuotaExceeded`) if they cannot, or the file system's own error.
    pub(super) fn make(&mut self, database: &File, bytes: u64, largest: u64) -> io::Result<()> {
        self.largest = self.largest.max(largest);
        let page = self.largest.saturating_mul(PAGE_BLOCKS);
        if page > PAGE_FILE_BYTES {
            Self::compare(database, page.saturating_mul(PAGES).saturating_add(bytes))?;
        }
        let len = database.metadata()?.len();
        if len < self.seen_len {
            self.taken_to = len;
        }
        self.seen_len = len;
        let need = SLACK_BYTES.saturating_add(bytes.saturating_mul(AMPLIFICATION));
        if self.taken_to >= len.saturating_add(need) {
            return Ok(());
        }
        // A step ahead if the disk has it, else just what is needed.
        let steps = [need.saturating_add(STEP_BYTES), need];
        let mut outcome = Ok(());
        for ahead in steps {
            outcome = fallocate(database, FallocateFlags::KEEP_SIZE, len, ahead);
            if outcome.is_ok() {
                self.taken_to = len.saturating_add(ahead);
                return Ok(());
            }
        }
        match outcome {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => Self::compare(database, need),
            other => other.map_err(io::Error::from),
        }
    }

    fn compare(database: &File, need: u64) -> io::Result<()> {
        let stat = fstatvfs(database)?;
        if stat.f_bavail.saturating_mul(stat.f_frsize) < need {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}
