//! Append-only files: what was acknowledged is in them, synced, before anybody is told.
//!
//! A file begins with [`MAGIC`]. A record has a head of 16 bytes (length, checksum of the content, number in the file,
//! checksum of these three) and its content, all little-endian. Each append is synced before the next one begins, so only
//! the last record can be torn: it is cut off, and that is told. If good records follow a bad one, the disk has damaged
//! what was acknowledged, and nothing is cut.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::IndexError;

const MAGIC: &[u8; 8] = b"RPLOG\0\0\x01";
const HEAD: usize = 16;

/// A file that is appended to.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    path: PathBuf,
    /// Bytes that are known to be good.
    length: u64,
    records: u32,
    is_broken: bool,
}

/// A log that was read back.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) log: Log,
    /// What each record holds.
    pub(crate) contents: Vec<Vec<u8>>,
    /// Bytes that were cut off the end; 0 if none were.
    pub(crate) torn: u64,
}

impl Log {
    /// Makes an empty one, synced.
    pub(crate) fn create(path: &Path) -> Result<Self, IndexError> {
        let mut file = File::create(path).map_err(IndexError::io("create", path))?;
        file.write_all(MAGIC).and_then(|()| file.sync_all()).map_err(IndexError::io("write", path))?;
        let path = path.to_owned();
        Ok(Self { file, path, length: MAGIC.len() as u64, records: 0, is_broken: false })
    }

    /// Reads one, and cuts off a torn end.
    pub(crate) fn open(path: &Path) -> Result<Read, IndexError> {
        let bytes = std::fs::read(path).map_err(IndexError::io("read", path))?;
        let file = File::options().append(true).open(path).map_err(IndexError::io("open", path))?;
        let is_new = MAGIC.starts_with(&bytes);
        if !is_new && !bytes.starts_with(MAGIC) {
            return Err(IndexError::DamagedLog { path: path.to_owned(), offset: 0 });
        }
        let (mut contents, mut at) = (Vec::new(), MAGIC.len().min(bytes.len()));
        while let Some(content) = record(&bytes, at, contents.len() as u32) {
            contents.push(content.to_vec());
            at += HEAD + content.len();
        }
        let mut after = at + 1..=bytes.len().saturating_sub(HEAD);
        if after.any(|at| number(&bytes, at).is_some_and(|number| record(&bytes, at, number).is_some())) {
            return Err(IndexError::DamagedLog { path: path.to_owned(), offset: at as u64 });
        }
        let torn = (bytes.len() - at) as u64;
        let mut log =
            Self { file, path: path.to_owned(), length: at as u64, records: contents.len() as u32, is_broken: false };
        if torn > 0 {
            log.cut().map_err(IndexError::io("cut off the torn end of", path))?;
        }
        if at < MAGIC.len() {
            log = Self::create(path)?;
        }
        Ok(Read { log, contents, torn })
    }

    /// Writes and syncs a record.
    ///
    /// After a failed write the file is as before. After a failed sync nobody knows what is on disk: it takes no more.
    pub(crate) fn append(&mut self, content: &[u8]) -> Result<(), IndexError> {
        if self.is_broken {
            return Err(self.broken());
        }
        let length = u32::try_from(content.len())
            .map_err(|_| IndexError::io("write", &self.path)(io::Error::other("a record of more than 4 GiB")))?;
        let mut bytes = Vec::with_capacity(HEAD + content.len());
        bytes.extend(length.to_le_bytes());
        bytes.extend(crc32fast::hash(content).to_le_bytes());
        bytes.extend(self.records.to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.extend(content);
        if let Err(error) = self.file.write_all(&bytes) {
            self.is_broken = self.cut().is_err();
            return Err(IndexError::io("write", &self.path)(error));
        }
        if let Err(error) = self.file.sync_data() {
            self.is_broken = true;
            return Err(IndexError::io("sync", &self.path)(error));
        }
        self.length += bytes.len() as u64;
        self.records += 1;
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Told that the file has another name now.
    pub(crate) fn moved(mut self, path: PathBuf) -> Self {
        self.path = path;
        self
    }

    /// Takes no more records: nobody knows which file has its name.
    pub(crate) fn give_up(&mut self) {
        self.is_broken = true;
    }

    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.sync_all()
    }

    fn broken(&self) -> IndexError {
        IndexError::Broken { folder: self.path.parent().unwrap_or(Path::new("")).to_owned() }
    }
}

/// The number in a record's head, if it is one.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let head = bytes.get(at..)?.get(..HEAD)?;
    let whole = crc32fast::hash(&head[..12]) == word(head, 12)?;
    if whole { word(head, 8) } else { None }
}

/// The content of the record at a place, if it is whole and has this number.
fn record(bytes: &[u8], at: usize, wanted: u32) -> Option<&[u8]> {
    if number(bytes, at)? != wanted {
        return None;
    }
    let (length, sum) = (word(bytes, at)?, word(bytes, at + 4)?);
    let content = bytes.get(at + HEAD..)?.get(..length as usize)?;
    (crc32fast::hash(content) == sum).then_some(content)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}
