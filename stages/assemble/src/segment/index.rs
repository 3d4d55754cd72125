//! What the segment store knows of its segments without reading them. Losing it costs nothing but the order of their
//! use: it is made anew from a listing.
//!
//! As bytes, all numbers little-endian: `reelidx` and the version (8); the components' names: how many (1), each with
//! its length (1); how many segments (4), each with its key (32), size (8), last use (8), and its marks: how many (1),
//! each a name's number (1) and the first 8 bytes of the component's hash; blake3 of everything before (32).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::key::{Components, SegmentKey};

const MAGIC: &[u8; 8] = b"reelidx\x01";
const HASH: usize = 32;

/// The fate of this many lost segments is remembered.
const MOST_GONE: usize = 4_096;

/// What became of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// It was the least recently used when room was needed.
    Evicted,
    /// Its bytes were not what was written.
    Damaged,
    /// Something else removed it from the store.
    Vanished,
}

/// Why a segment is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is there.
    Known,
    /// These components differ from those of the segment that is most like it.
    Changed(Vec<String>),
    /// There is none like it.
    NeverMade,
    /// It was there.
    Gone(Gone),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known => f.write_str("kept from before"),
            Self::NeverMade => f.write_str("never made before"),
            Self::Gone(Gone::Evicted) => f.write_str("evicted (the segment store was full)"),
            Self::Gone(Gone::Damaged) => f.write_str("damaged in the segment store"),
            Self::Gone(Gone::Vanished) => f.write_str("no longer in the segment store"),
            Self::Changed(names) => match names.split_last() {
                Some((last, [])) => write!(f, "{last} changed"),
                Some((last, others)) => write!(f, "{} and {last} changed", others.join(", ")),
                None => f.write_str("changed"),
            },
        }
    }
}

/// The first bytes of a component's hash, under its name's number.
type Mark = (u8, [u8; 8]);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    bytes: u64,
    last_use: u64,
    marks: Vec<Mark>,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    entries: BTreeMap<SegmentKey, Entry>,
    by_use: BTreeSet<(u64, SegmentKey)>,
    bytes: u64,
    /// The latest use; no two are the same.
    latest: u64,
    names: Vec<String>,
    gone: BTreeMap<SegmentKey, Gone>,
    gone_order: VecDeque<SegmentKey>,
}

impl Index {
    /// Bytes of all segments.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Size of a segment, if it is known.
    pub(super) fn size_of(&self, key: &SegmentKey) -> Option<u64> {
        self.entries.get(key).map(|entry| entry.bytes)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &SegmentKey> {
        self.entries.keys()
    }

    /// Enters a segment, in place of what was known of it, as used at `now` (milliseconds) or right after the latest
    /// use.
    pub(super) fn insert(&mut self, key: SegmentKey, bytes: u64, components: &Components, now: u64) {
        let used = now.max(self.latest + 1);
        self.insert_as_used(key, bytes, components, used);
    }

    /// Enters a segment as last used back then.
    pub(super) fn insert_as_used(&mut self, key: SegmentKey, bytes: u64, components: &Components, used: u64) {
        let marks = components.iter().filter_map(|(name, hash)| self.mark(name, hash)).collect();
        self.put(key, Entry { bytes, last_use: used, marks });
    }

    fn put(&mut self, key: SegmentKey, entry: Entry) {
        self.take(&key);
        self.gone.remove(&key);
        self.latest = self.latest.max(entry.last_use);
        self.bytes += entry.bytes;
        self.by_use.insert((entry.last_use, key));
        self.entries.insert(key, entry);
    }

    /// Notes a use; true if the segment is known.
    pub(super) fn touch(&mut self, key: &SegmentKey, now: u64) -> bool {
        let Some(mut entry) = self.take(key) else { return false };
        entry.last_use = now.max(self.latest + 1);
        self.put(*key, entry);
        true
    }

    /// Forgets a segment and remembers its fate.
    pub(super) fn remove(&mut self, key: &SegmentKey, fate: Gone) {
        self.take(key);
        if self.gone.insert(*key, fate).is_none() {
            self.gone_order.push_back(*key);
        }
        while self.gone_order.len() > MOST_GONE {
            self.gone_order.pop_front().and_then(|oldest| self.gone.remove(&oldest));
        }
    }

    /// Takes out the least recently used segment, if there is one.
    pub(super) fn evict(&mut self) -> Option<Evicted> {
        let (_, key) = *self.by_use.first()?;
        let entry = self.entries.get(&key)?.clone();
        self.remove(&key, Gone::Evicted);
        Some(Evicted { key, entry })
    }

    /// Puts back what could not be removed.
    pub(super) fn restore(&mut self, evicted: Evicted) {
        self.put(evicted.key, evicted.entry);
    }

    fn take(&mut self, key: &SegmentKey) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        self.by_use.remove(&(entry.last_use, *key));
        self.bytes -= entry.bytes;
        Some(entry)
    }

    /// `None` for the 256th name and those behind it: there are no so many.
    fn mark(&mut self, name: &str, hash: &[u8; 32]) -> Option<Mark> {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            if self.names.len() < usize::from(u8::MAX) {
                self.names.push(name.to_owned());
            }
            self.names.len() - 1
        });
        let at = u8::try_from(at).ok().filter(|at| self.names[usize::from(*at)] == name)?;
        Some((at, short(hash)))
    }

    /// Why the segment of these components is not there.
    pub(super) fn explain(&self, components: &Components) -> Reason {
        let key = components.key();
        if self.entries.contains_key(&key) {
            return Reason::Known;
        }
        if let Some(fate) = self.gone.get(&key) {
            return Reason::Gone(*fate);
        }
        // Of two that are as like, the one that was used later.
        let like = self.by_use.iter().rev().filter_map(|(_, key)| {
            let differences = self.differences(self.entries.get(key)?, components);
            (differences.len() * 2 <= components.iter().len()).then_some(differences)
        });
        like.min_by_key(Vec::len)
            .map_or(Reason::NeverMade, |names| Reason::Changed(names.into_iter().map(str::to_owned).collect()))
    }

    fn differences<'a>(&'a self, entry: &Entry, components: &'a Components) -> Vec<&'a str> {
        let named = |mark: &Mark| self.names.get(usize::from(mark.0)).map_or("", String::as_str);
        let marked = |name: &str| entry.marks.iter().find(|mark| named(mark) == name).map(|mark| mark.1);
        let differ = components.iter().filter(|(name, hash)| marked(name) != Some(short(hash))).map(|(name, _)| name);
        let lacks = |name: &&str| components.iter().all(|(other, _)| other != *name);
        differ.chain(entry.marks.iter().map(named).filter(lacks)).collect()
    }

    pub(super) fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::new();
        bytes.put_slice(MAGIC);
        bytes.put_u8(self.names.len().min(usize::from(u8::MAX)) as u8);
        for name in self.names.iter().take(usize::from(u8::MAX)) {
            bytes.put_u8(name.len() as u8);
            bytes.put_slice(name.as_bytes());
        }
        bytes.put_u32_le(self.entries.len() as u32);
        for (key, entry) in &self.entries {
            bytes.put_slice(key.as_bytes());
            bytes.put_u64_le(entry.bytes);
            bytes.put_u64_le(entry.last_use);
            bytes.put_u8(entry.marks.len() as u8);
            for (name, hash) in &entry.marks {
                bytes.put_u8(*name);
                bytes.put_slice(hash);
            }
        }
        let hash = blake3::hash(&bytes);
        bytes.put_slice(hash.as_bytes());
        bytes.freeze()
    }

    /// `None` for anything but what [`Index::to_bytes`] gave.
    pub(super) fn from_bytes(bytes: &Bytes) -> Option<Self> {
        let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
        if blake3::hash(content) != *<&[u8; HASH]>::try_from(hash).ok()? {
            return None;
        }
        let mut rest = content.strip_prefix(MAGIC)?;
        let mut index = Self::default();
        for _ in 0..rest.try_get_u8().ok()? {
            let length = usize::from(rest.try_get_u8().ok()?);
            index.names.push(String::from_utf8(rest.split_off(..length)?.to_vec()).ok()?);
        }
        for _ in 0..rest.try_get_u32_le().ok()? {
            let key = SegmentKey::from_bytes(rest.split_off(..HASH)?.try_into().ok()?);
            let (bytes, last_use) = (rest.try_get_u64_le().ok()?, rest.try_get_u64_le().ok()?);
            let mut marks = Vec::new();
            for _ in 0..rest.try_get_u8().ok()? {
                marks.push((rest.try_get_u8().ok()?, rest.split_off(..8)?.try_into().ok()?));
            }
            index.put(key, Entry { bytes, last_use, marks });
        }
        rest.is_empty().then_some(index)
    }
}

/// A segment that was taken out of the index to be removed.
#[derive(Debug)]
pub(super) struct Evicted {
    pub(super) key: SegmentKey,
    entry: Entry,
}

impl Evicted {
    pub(super) fn bytes(&self) -> u64 {
        self.entry.bytes
    }
}

fn short(hash: &[u8; 32]) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&hash[..8]);
    short
}
