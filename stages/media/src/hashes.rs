//! The hashes of files, remembered by path, size and time of change: a memo key must not read a library again for each item.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Remembered at most; then all are forgotten, which costs time and nothing else.
const MOST: usize = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: [i64; 4],
}

impl Stamp {
    fn of(data: &Metadata) -> Self {
        // `ctime` beside `mtime`: tools that copy files set the latter back.
        Self { bytes: data.len(), changed: [data.mtime(), data.mtime_nsec(), data.ctime(), data.ctime_nsec()] }
    }
}

/// blake3 of files, each read once for each change.
#[derive(Debug, Default)]
pub(crate) struct Hashes {
    known: Mutex<BTreeMap<PathBuf, (Stamp, String)>>,
    #[cfg(test)]
    pub(crate) read: std::sync::atomic::AtomicUsize,
}

impl Hashes {
    /// blake3 of a regular file of at most `most` bytes, hex.
    pub(crate) fn of(&self, path: &Path, most: u64) -> io::Result<String> {
        let file = File::open(path)?;
        let data = file.metadata()?;
        if !data.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        if data.len() > most {
            return Err(io::Error::other(format!("it has {} bytes, more than {most}", data.len())));
        }
        let stamp = Stamp::of(&data);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, hash)) = known.get(path).filter(|(at, _)| *at == stamp) {
            return Ok(hash.clone());
        }
        drop(known);
        #[cfg(test)]
        self.read.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut hasher = blake3::Hasher::new();
        // One byte more shows a file that grows while it is read.
        let read = io::copy(&mut io::Read::take(&file, data.len() + 1), &mut hasher)?;
        if read != data.len() || Stamp::of(&file.metadata()?) != stamp {
            return Err(io::Error::other("it changed while it was read"));
        }
        let hash = hasher.finalize().to_hex().to_string();
        known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(path.to_owned(), (stamp, hash.clone()));
        Ok(hash)
    }
}
