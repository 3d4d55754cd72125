//! A sealed file of hashes with their tables: written once, mapped into memory, never changed.
//!
//! | part | bytes |
//! |---|---|
//! | head: what is where, with checksums | 4,096 |
//! | hashes, sorted by owner | 32 each |
//! | positions | 4 each |
//! | ranges: owner, first row | 8 an owner |
//! | for each chunk: lines, wide rows, row numbers ([`crate::table`]) | 2 a bucket, rarely some, 4 a hash |
//!
//! All numbers are little-endian, every part begins at a multiple of 64. Opening reads the head. Before the first search
//! the whole file is read once and held against its checksums, which also brings it into memory.

pub(crate) mod build;
mod search;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;
use serde::{Deserialize, Serialize};

use crate::chunks::{Chunk, Chunks};
use crate::columns::Columns;
use crate::error::IndexError;
use crate::hash::{Hash, ORDER};
use crate::native::map;
use crate::table::{Line, Table, lines};

pub(crate) use search::{Search, Tables};

#[cfg(not(target_endian = "little"))]
compile_error!("segments are mapped as they are, and they are little-endian");

const MAGIC: [u8; 8] = *b"RPSEGM\0\x01";
/// Bytes before the first part.
const HEAD: usize = 4096;
/// Every part begins at a multiple of it: a cache line.
const ALIGN: u64 = 64;
/// Parts before those of the chunks.
const FIXED: usize = 3;
/// Parts of each chunk.
const PER_CHUNK: usize = 3;

/// Most hashes of a segment: about 12 GB. Row numbers would allow 32 times as many, merges would take too long.
pub(crate) const ROWS_MAX: usize = 1 << 27;

/// Where a part lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    start: u64,
    bytes: u64,
    sum: u32,
}

/// What the file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    /// The segment's number, which is in its name too.
    number: u32,
    /// Of the bits in a hash: [`ORDER`].
    order: u32,
    rows: u32,
    chunks: u32,
    /// Of the file.
    length: u64,
    parts: Vec<Part>,
}

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    map: Mmap,
    head: Head,
    chunks: Chunks,
    /// Filled when the file was read through.
    checked: OnceLock<Result<(), String>>,
}

impl Segment {
    /// Reads the head. The rest is looked at when it is needed.
    pub(crate) fn open(path: &Path, number: u32) -> Result<Self, IndexError> {
        if !path.exists() {
            return Err(IndexError::segment(path, "the file is gone"));
        }
        let mut file = File::open(path).map_err(IndexError::io("open", path))?;
        let mut bytes = [0; HEAD];
        let length = file.metadata().map_err(IndexError::io("read", path))?.len();
        file.read_exact(&mut bytes).map_err(|_| IndexError::segment(path, "it is too short"))?;
        let head: Head = crate::files::unseal(MAGIC, &bytes).map_err(|what| IndexError::segment(path, what))?;
        let chunks = head.check(number, length).map_err(|what| IndexError::segment(path, what))?;
        let map = map(&file, length).map_err(IndexError::io("map", path))?;
        Ok(Self { path: path.to_owned(), map, head, chunks, checked: OnceLock::new() })
    }

    /// Holds the whole file against its checksums, once: about a second for 10 GB that are in memory already.
    pub(crate) fn check(&self) -> Result<(), IndexError> {
        let outcome = self.checked.get_or_init(|| {
            for (at, part) in self.head.parts.iter().enumerate() {
                if crc32fast::hash(self.bytes(at)) != part.sum {
                    return Err(format!("the checksum of part {at} is wrong"));
                }
            }
            Ok(())
        });
        outcome.as_ref().copied().map_err(|what| IndexError::segment(&self.path, what))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn number(&self) -> u32 {
        self.head.number
    }

    /// Hashes, those of removed owners among them.
    pub(crate) fn rows(&self) -> usize {
        self.head.rows as usize
    }

    /// Bytes on disk, and of memory once all of it was read.
    pub(crate) fn length(&self) -> u64 {
        self.head.length
    }

    pub(crate) fn chunks(&self) -> &Chunks {
        &self.chunks
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns {
            hashes: bytemuck::cast_slice(self.bytes(0)),
            positions: bytemuck::cast_slice(self.bytes(1)),
            ranges: bytemuck::cast_slice(self.bytes(2)),
        }
    }

    /// Each chunk with its table.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (Chunk, Table<'_>)> {
        self.chunks.all().enumerate().map(|(at, chunk)| {
            let part = FIXED + PER_CHUNK * at;
            let table = Table {
                lines: bytemuck::cast_slice(self.bytes(part)),
                wide: bytemuck::cast_slice(self.bytes(part + 1)),
                rows: bytemuck::cast_slice(self.bytes(part + 2)),
            };
            (chunk, table)
        })
    }

    /// Rows of the owners who are wanted.
    pub(crate) fn live(&self, is_live: &dyn Fn(u32) -> bool) -> usize {
        self.columns().pieces().filter(|piece| is_live(piece.owner)).map(|piece| piece.hashes.len()).sum()
    }

    /// What is wrong with the segment, for a table that points outside of it.
    pub(crate) fn inconsistent(&self) -> IndexError {
        IndexError::segment(&self.path, "a table points outside of it")
    }

    /// A part's bytes: the head was checked when the file was opened, so they are in the map.
    fn bytes(&self, part: usize) -> &[u8] {
        let part = self.head.parts[part];
        &self.map[part.start as usize..(part.start + part.bytes) as usize]
    }
}

impl Head {
    /// That the parts are as long as they must be, and lie in the file one after the other.
    fn check(&self, number: u32, length: u64) -> Result<Chunks, &'static str> {
        if self.order != ORDER {
            return Err("its hashes are in the order of another version");
        }
        if self.number != number {
            return Err("it has the number of another segment");
        }
        if self.length != length {
            return Err("it is not as long as it was written");
        }
        let chunks = Chunks::new(self.chunks).ok_or("its number of chunks is not possible")?;
        let rows = u64::from(self.rows);
        if self.rows as usize > ROWS_MAX || self.parts.len() != FIXED + PER_CHUNK * self.chunks as usize {
            return Err("its number of hashes or parts is not possible");
        }
        let mut lengths = vec![(rows * size_of::<Hash>() as u64, 0), (rows * 4, 0), (0, 8)];
        for chunk in chunks.all() {
            lengths.extend([((lines(chunk.width) * size_of::<Line>()) as u64, 0), (0, 4), (rows * 4, 0)]);
        }
        let mut end = HEAD as u64;
        for (part, (exact, multiple)) in self.parts.iter().zip(lengths) {
            let is_long_enough = if multiple == 0 { part.bytes == exact } else { part.bytes % multiple == 0 };
            let is_in_place = part.start >= end && part.start % ALIGN == 0;
            end = part.start.checked_add(part.bytes).filter(|end| *end <= length).ok_or("a part lies outside of it")?;
            if !(is_long_enough && is_in_place) {
                return Err("a part is not as long as it must be, or lies in another one");
            }
        }
        Ok(chunks)
    }
}
