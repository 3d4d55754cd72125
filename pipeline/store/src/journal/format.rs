//! How records are written.
//!
//! sled takes about 7 us for a key, whatever its size, so the records of one group share keys: a *block* holds records
//! in order, and its key is its base, the sequence number it was begun with, as 8 bytes, big-endian. A block is a row of
//! frames, one a record:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | format version |
//! | 4 | CRC-32, little-endian, over sequence number (8 bytes, big-endian), version and body |
//! | 4 | sequence number less the block's base, little-endian |
//! | 4 | length of the body, little-endian |
//! | n | body of version 1, in postcard: milliseconds since 1970, the item's 16 bytes, the [`Entry`] |
//!
//! The first 13 bytes are the same in every version, so that a record of a newer program is told from a damaged one.
//! Variants of `Entry` are told apart by their position: a new one goes to the end, and none is ever changed. A change
//! of any other kind is a new version, with a fixture of its own in `tests.rs`.

use reelpress_core::{Entry, ItemId, Record};

/// The version written here, and the newest one read.
pub(super) const VERSION: u8 = 1;
const HEADER_BYTES: usize = 13;

/// What is wrong with a stored record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is not what was written.
    Damaged(&'static str),
    /// It is whole, and of this newer version.
    TooNew(u8),
}

/// A frame that cannot be read, and the sequence number it should have (or would at least have).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flawed {
    pub(super) seq: u64,
    pub(super) flaw: Flaw,
}

/// The part of a body that the appender can prepare before the record has a place and a time.
pub(super) fn entry_bytes(entry: &Entry) -> Vec<u8> {
    postcard::to_stdvec(entry).expect("entries are plain data, and memory is the only limit")
}

/// The key of the block with this base.
pub(super) fn key(base: u64) -> [u8; 8] {
    base.to_be_bytes()
}

/// The base in a key.
pub(super) fn base_of(key: &[u8]) -> Result<u64, Flawed> {
    key.try_into()
        .map(u64::from_be_bytes)
        .map_err(|_| Flawed { seq: 0, flaw: Flaw::Damaged("its block's key is not 8 bytes long") })
}

/// A block in the making.
#[derive(Debug)]
pub(super) struct Block {
    /// Its key.
    pub(super) base: u64,
    /// Its value.
    pub(super) bytes: Vec<u8>,
}

impl Block {
    pub(super) fn begin(base: u64) -> Self {
        Self { base, bytes: Vec::new() }
    }

    /// Puts a record to the end; `entry` is from [`entry_bytes`].
    ///
    /// # Panics
    /// If the entry takes 4 GiB or more, or `seq` is before the base or 2^32 or more behind it.
    pub(super) fn push(&mut self, seq: u64, at_millis: u64, item: ItemId, entry: &[u8]) {
        let start = self.bytes.len();
        self.bytes.reserve(HEADER_BYTES + 10 + 16 + entry.len());
        self.bytes.extend_from_slice(&[0; HEADER_BYTES]);
        let head = postcard::to_extend(&(at_millis, item.to_bytes()), std::mem::take(&mut self.bytes));
        self.bytes = head.expect("two numbers are plain data, and memory is the only limit");
        self.bytes.extend_from_slice(entry);
        let (header, body) = self.bytes[start..].split_at_mut(HEADER_BYTES);
        let delta = u32::try_from(seq - self.base).expect("blocks are far shorter than 2^32 records");
        let length = u32::try_from(body.len()).expect("an entry is far smaller than 4 GiB");
        header[0] = VERSION;
        header[1..5].copy_from_slice(&checksum(seq, VERSION, body).to_le_bytes());
        header[5..9].copy_from_slice(&delta.to_le_bytes());
        header[9..].copy_from_slice(&length.to_le_bytes());
    }
}

/// The records of a block, in order. Ends behind the first frame that cannot even be told from the next.
pub(super) struct Frames<'a> {
    base: u64,
    next: u64,
    rest: &'a [u8],
}

/// One frame: where it ends in its block, and what is in it.
pub(super) struct Frame<'a> {
    pub(super) seq: u64,
    version: u8,
    crc: u32,
    body: &'a [u8],
}

impl<'a> Frames<'a> {
    pub(super) fn of(base: u64, value: &'a [u8]) -> Self {
        Self { base, next: base, rest: value }
    }

    /// Bytes that have not been read yet.
    pub(super) fn unread(&self) -> usize {
        self.rest.len()
    }

    fn split(&mut self) -> Option<Frame<'a>> {
        let (header, rest) = self.rest.split_first_chunk::<HEADER_BYTES>()?;
        let [version, c0, c1, c2, c3, d0, d1, d2, d3, l0, l1, l2, l3] = *header;
        let body = rest.get(..u32::from_le_bytes([l0, l1, l2, l3]) as usize)?;
        let seq = self.base.checked_add(u64::from(u32::from_le_bytes([d0, d1, d2, d3])))?;
        if seq < self.next {
            return None;
        }
        self.rest = &rest[body.len()..];
        self.next = seq + 1;
        Some(Frame { seq, version, crc: u32::from_le_bytes([c0, c1, c2, c3]), body })
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<Frame<'a>, Flawed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let frame = self.split();
        if frame.is_none() {
            self.rest = &[];
        }
        Some(frame.ok_or(Flawed { seq: self.next, flaw: Flaw::Damaged("its frame is cut short or out of order") }))
    }
}

impl Frame<'_> {
    /// The record, if the frame is what was written.
    pub(super) fn open(&self) -> Result<Record, Flawed> {
        let flawed = |flaw| Flawed { seq: self.seq, flaw };
        if self.crc != checksum(self.seq, self.version, self.body) {
            return Err(flawed(Flaw::Damaged("its checksum does not match")));
        }
        if self.version > VERSION {
            return Err(flawed(Flaw::TooNew(self.version)));
        }
        if self.version == 0 {
            return Err(flawed(Flaw::Damaged("its format version is 0")));
        }
        match postcard::take_from_bytes::<(u64, [u8; 16], Entry)>(self.body) {
            Ok(((at_millis, item, entry), [])) => {
                Ok(Record { seq: self.seq, at_millis, item: ItemId::from_bytes(item), entry })
            }
            Ok(_) => Err(flawed(Flaw::Damaged("bytes are left over behind its entry"))),
            Err(_) => Err(flawed(Flaw::Damaged("its body is not an entry"))),
        }
    }
}

fn checksum(seq: u64, version: u8, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&seq.to_be_bytes());
    hasher.update(&[version]);
    hasher.update(body);
    hasher.finalize()
}
