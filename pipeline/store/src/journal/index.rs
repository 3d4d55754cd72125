//! Which records belong to an item.
//!
//! One key for each record would cost more than the records themselves. So places are collected in memory (the *tail*)
//! and written [`RUN`] at a time, sorted by item, as a *run*: pages of [`PAGE`] places under the run's end and the page's
//! first item. A history asks each run for one range of pages and looks through the tail. A run is written after its
//! records and in one batch; at open, the records behind the last run are read again to make the tail. So the index is
//! right after any crash, and it is only ever a hint: a place that does not hold a record of the item is passed over,
//! and when a page is damaged, the records are read instead.

use std::ops::RangeInclusive;

use reelpress_core::ItemId;

use super::database::Database;

/// Places in a run.
pub(super) const RUN: usize = 16_384;
/// Places in a page.
const PAGE: usize = 256;
/// Item and sequence number, both big-endian.
const PLACE_BYTES: usize = 24;

/// A page of the index is not what was written. The records themselves still tell all: read them instead.
#[derive(Debug)]
pub(super) struct Unreadable;

/// Where one record of an item is.
pub(super) type Place = (ItemId, u64);

/// The places behind the last run, in the order of the journal.
#[derive(Debug, Default)]
pub(super) struct Tail {
    places: Vec<Place>,
}

impl Tail {
    pub(super) fn extend(&mut self, places: impl IntoIterator<Item = Place>) {
        self.places.extend(places);
    }

    /// The end of the next run and its places, if there are enough.
    pub(super) fn ripe(&self) -> Option<(u64, &[Place])> {
        let places = self.places.get(..RUN)?;
        places.last().map(|last| (last.1, places))
    }

    /// Forgets the places of a run that has been written.
    pub(super) fn written(&mut self) {
        self.places.drain(..RUN);
    }

    /// Where the item's records are.
    pub(super) fn of(&self, item: ItemId) -> impl Iterator<Item = u64> + '_ {
        self.places.iter().filter(move |place| place.0 == item).map(|place| place.1)
    }
}

/// Puts a run that ends with the place of `end` into a batch. Returns its size in bytes.
pub(super) fn put_run(batch: &mut sled::Batch, end: u64, places: &[Place]) -> u64 {
    let mut places = places.to_vec();
    places.sort_unstable();
    let mut bytes = 0;
    if places.is_empty() {
        // The run's end must be known all the same: what is behind it was not looked at.
        places.push((ItemId::from_bytes([0; 16]), end));
    }
    for page in places.chunks(PAGE) {
        let value: Vec<u8> = page.iter().flat_map(|&(item, seq)| place_bytes(item, seq)).collect();
        let mut sealed = crc32fast::hash(&value).to_le_bytes().to_vec();
        sealed.extend_from_slice(&value);
        bytes += sealed.len() as u64;
        batch.insert(&page_key(end, page[0])[..], sealed);
    }
    bytes
}

/// The ends of all runs, in order.
pub(super) fn runs(database: &Database) -> Result<Vec<u64>, Unreadable> {
    let mut ends = Vec::new();
    let mut from = [0; 8].to_vec();
    while let Some(found) = database.index.range(from.clone()..).next() {
        let (key, _) = found.map_err(|_| Unreadable)?;
        let end = end_of(&key)?;
        ends.push(end);
        let Some(next) = end.checked_add(1) else { break };
        from = next.to_be_bytes().to_vec();
    }
    Ok(ends)
}

/// The end of the last run.
pub(super) fn last_end(database: &Database) -> Result<Option<u64>, Unreadable> {
    match database.index.last() {
        Ok(Some((key, _))) => end_of(&key).map(Some),
        Ok(None) => Ok(None),
        Err(_) => Err(Unreadable),
    }
}

/// Puts the removal of all pages of the runs with these ends into a batch.
pub(super) fn remove_runs(
    database: &Database,
    batch: &mut sled::Batch,
    ends: RangeInclusive<u64>,
) -> Result<(), Unreadable> {
    let from = ends.start().to_be_bytes().to_vec();
    for key in database.index.range(from..).keys() {
        let key = key.map_err(|_| Unreadable)?;
        if end_of(&key)? > *ends.end() {
            break;
        }
        batch.remove(key);
    }
    Ok(())
}

/// Where the runs say that the item's records are.
pub(super) fn find(database: &Database, item: ItemId) -> Result<Vec<u64>, Unreadable> {
    let mut places = Vec::new();
    for end in runs(database)? {
        // The last page that begins before the item may hold its first places.
        let (low, high) = (page_key(end, (item, 0)), page_key(end, (item, u64::MAX)));
        let floor = end.to_be_bytes();
        let first = database.index.range(&floor[..]..&low[..]).next_back();
        for page in first.into_iter().chain(database.index.range(&low[..]..=&high[..])) {
            let (_, value) = page.map_err(|_| Unreadable)?;
            places.extend(open_page(&value)?.filter(|place| place.0 == item).map(|place| place.1));
        }
    }
    Ok(places)
}

fn open_page(value: &[u8]) -> Result<impl Iterator<Item = Place> + use<'_>, Unreadable> {
    let (crc, places) = value.split_first_chunk::<4>().ok_or(Unreadable)?;
    if u32::from_le_bytes(*crc) != crc32fast::hash(places) || !places.len().is_multiple_of(PLACE_BYTES) {
        return Err(Unreadable);
    }
    Ok(places.as_chunks::<PLACE_BYTES>().0.iter().map(|place| {
        let (mut item, mut seq) = ([0; 16], [0; 8]);
        item.copy_from_slice(&place[..16]);
        seq.copy_from_slice(&place[16..]);
        (ItemId::from_bytes(item), u64::from_be_bytes(seq))
    }))
}

fn end_of(key: &[u8]) -> Result<u64, Unreadable> {
    key.first_chunk::<8>().map(|end| u64::from_be_bytes(*end)).ok_or(Unreadable)
}

fn place_bytes(item: ItemId, seq: u64) -> [u8; PLACE_BYTES] {
    let mut bytes = [0; PLACE_BYTES];
    bytes[..16].copy_from_slice(&item.to_bytes());
    bytes[16..].copy_from_slice(&seq.to_be_bytes());
    bytes
}

fn page_key(end: u64, first: Place) -> [u8; 8 + PLACE_BYTES] {
    let mut key = [0; 8 + PLACE_BYTES];
    key[..8].copy_from_slice(&end.to_be_bytes());
    key[8..].copy_from_slice(&place_bytes(first.0, first.1));
    key
}
