//! What the feeds showed, poll by poll: a file a day, only ever added to, kept for `trends.keep_observations`. Of feeds whose
//! terms ask for it, a day is written anew without them sooner.
//!
//! ```text
//! observations/2026-11-21.polls      today: "RPOBS1\n" and blocks, each: length (LEB128), CRC-32 (4 bytes, little-endian), bytes
//! observations/2026-11-20.polls.gz   a closed day: the same bytes, compressed
//! ```
//!
//! A block is one poll of one feed, or a mark: what the desk itself did (an edition of the report, a person's decision),
//! between the polls before and after which it was done. All that the desk knows is a fold over these blocks, so it can be
//! made again from them, as of any time that is kept. The day of a block is the one on which it was taken, not the one
//! that a recording names.
//!
//! A block that was cut off by a crash is cut off for good at the next start, and said. What comes after a damaged block
//! cannot be read (blocks build on each other); that day's file is then kept aside.

mod bytes;
mod codec;
mod file;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::Name;
use serde::{Deserialize, Serialize};

use crate::error::TrendsError;
use crate::read::Sighted;
use crate::{link, tokens};

pub(crate) use read::{Point, Wanted, days, read, timelines};

/// Most bytes that one feed may write in a day: a thousand new items an hour with long summaries. More is a flood, and
/// must not cost the others their place.
const FEED_DAY_BYTES: u64 = 32 << 20;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// When the desk took it in; in milliseconds, as it is kept so.
    pub(crate) taken: Timestamp,
    pub(crate) what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// A feed was read. `at` is the poll's own time: `taken`, or what a recording says.
    Poll { feed: Name, at: Timestamp, shown: Shown },
    /// Something that the desk did itself: a word for what, and its particulars.
    Mark { word: String, body: Vec<u8> },
}

/// What a feed showed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// These items, never none.
    List(Vec<Sighted>),
    /// What it showed before.
    Same,
    /// An answer with nothing in it.
    Empty,
    /// No answer.
    Failed,
}

/// Where the next block goes: everything before it was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) day: Date,
    /// In the day's file as it is before compression.
    pub(crate) offset: u64,
}

/// The writer; a folder has one.
#[derive(Debug)]
pub(crate) struct Series {
    folder: PathBuf,
    open: Option<OpenDay>,
    /// The day after the newest that is closed: nothing is written before it.
    floor: Option<Date>,
    /// Up to which day nothing is left of a feed whose data may be kept for a limited time only.
    cleared: BTreeMap<Name, Date>,
}

#[derive(Debug)]
struct OpenDay {
    date: Date,
    file: File,
    length: u64,
    is_synced: bool,
    state: codec::Day,
}

impl Series {
    /// Opens the folder, which is made if it is not there, mends what a crash left, and compresses days that are over.
    /// Gives what an operator should know.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the folder cannot be used.
    pub(crate) fn open(folder: &Path, now: Timestamp) -> Result<(Self, Vec<TrendsError>), TrendsError> {
        let failed = |source| TrendsError::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut warnings = Vec::new();
        let (today, mut open) = (day_of(now), None);
        for date in file::plain_days(folder).map_err(failed)? {
            let (state, length, warning) = file::mend(folder, date).map_err(failed)?;
            warnings.extend(warning);
            if date < today {
                file::compress(folder, date).map_err(failed)?;
            } else {
                let file = File::options().append(true).open(file::plain(folder, date)).map_err(failed)?;
                open = Some(OpenDay { date, file, length, is_synced: false, state });
            }
        }
        let closed = file::all_days(folder).map_err(failed)?.into_iter().filter(|date| *date < today).max();
        let floor = closed.and_then(|date| date.tomorrow().ok());
        Ok((Self { folder: folder.to_owned(), open, floor, cleared: BTreeMap::new() }, warnings))
    }

    /// Where the next block goes.
    pub(crate) fn position(&self) -> Option<Position> {
        let open = self.open.as_ref().map(|open| Position { day: open.date, offset: open.length });
        open.or_else(|| self.floor.map(|day| Position { day, offset: 0 }))
    }

    /// Adds a block. It is in the file when this returns, and on the disk after [`Series::sync`].
    ///
    /// # Errors
    /// [`TrendsError::Save`] if it could not be written: nothing of it is in the file then. [`TrendsError::Flood`] if the
    /// feed wrote too much today.
    pub(crate) fn append(&mut self, record: &Record) -> Result<(), TrendsError> {
        // A clock that goes back writes into the newest day there is.
        let newest = self.open.as_ref().map(|open| open.date).max(self.floor).unwrap_or(Date::MIN);
        let date = day_of(record.taken).max(newest);
        if self.open.as_ref().is_none_or(|open| open.date < date) {
            self.turn_to(date)?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if let What::Poll { feed, .. } = &record.what
            && open.state.bytes_of(feed) > FEED_DAY_BYTES
        {
            return Err(TrendsError::Flood { feed: feed.clone(), limit: FEED_DAY_BYTES });
        }
        let path = file::plain(&self.folder, date);
        let block = file::framed(&open.state.encode(record));
        if let Err(source) = open.file.write_all(&block) {
            // Half a block would hide those after it. What was encoded against is gone with it: read anew next time.
            open.file.set_len(open.length).ok();
            self.open = None;
            let (state, length, _) =
                file::mend(&self.folder, date).map_err(|source| TrendsError::Save { path: path.clone(), source })?;
            if let Ok(file) = File::options().append(true).open(&path) {
                self.open = Some(OpenDay { date, file, length, is_synced: false, state });
            }
            return Err(TrendsError::Save { path, source });
        }
        open.length += block.len() as u64;
        open.is_synced = false;
        Ok(())
    }

    /// Waits until all blocks are on the disk.
    ///
    /// # Errors
    /// [`TrendsError::Save`].
    pub(crate) fn sync(&mut self) -> Result<(), TrendsError> {
        if let Some(open) = self.open.as_mut().filter(|open| !open.is_synced) {
            let path = file::plain(&self.folder, open.date);
            open.file.sync_data().map_err(|source| TrendsError::Save { path, source })?;
            open.is_synced = true;
        }
        Ok(())
    }

    /// Closes the day before and begins this one.
    fn turn_to(&mut self, date: Date) -> Result<(), TrendsError> {
        self.sync()?;
        let path = file::plain(&self.folder, date);
        let failed = |source| TrendsError::Save { path: path.clone(), source };
        if let Some(before) = self.open.take() {
            file::compress(&self.folder, before.date).map_err(failed)?;
        }
        let file = file::begin(&self.folder, date).map_err(failed)?;
        let length = file::MAGIC.len() as u64;
        self.open = Some(OpenDay { date, file, length, is_synced: false, state: codec::Day::default() });
        Ok(())
    }

    /// Removes the days that are older than `keep`.
    ///
    /// # Errors
    /// [`TrendsError::Save`] if one cannot be removed.
    pub(crate) fn remove_old(&self, now: Timestamp, keep: SignedDuration) -> Result<(), TrendsError> {
        let oldest = day_of(now.checked_sub(keep).unwrap_or(Timestamp::MIN));
        file::remove_before(&self.folder, oldest)
            .map_err(|source| TrendsError::Save { path: self.folder.clone(), source })
    }

    /// Removes what these feeds showed before `oldest` (and on the rest of its day) from the days that are closed. Each day
    /// is looked at once as long as this writer lives. Offsets into those days mean nothing afterwards.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if a day cannot be read, [`TrendsError::Save`] if it cannot be written.
    pub(crate) fn remove_feeds(&mut self, feeds: &BTreeSet<Name>, oldest: Timestamp) -> Result<(), TrendsError> {
        let failed = |source| TrendsError::Save { path: self.folder.clone(), source };
        // The day that is written is never touched: others build on where its blocks are.
        let writing = self.open.as_ref().map(|open| open.date).or(self.floor);
        let Some(closed) = writing.and_then(|date| date.yesterday().ok()) else { return Ok(()) };
        let last = day_of(oldest).min(closed);
        let is_left = |feed: &&Name| self.cleared.get(*feed).is_none_or(|cleared| *cleared < last);
        let Some(first) = feeds.iter().filter(is_left).map(|feed| self.cleared.get(feed)).min() else { return Ok(()) };
        for date in read::days(&self.folder)?.into_iter().filter(|date| *date <= last && Some(date) > first) {
            if let Some(bytes) = without(&self.folder, date, feeds)? {
                file::replace_closed(&self.folder, date, &bytes).map_err(failed)?;
            }
        }
        // What was kept aside cannot be read, so nobody can say what is in it.
        for date in file::aside_days(&self.folder).map_err(failed)?.into_iter().filter(|date| *date <= last) {
            file::remove_aside(&self.folder, date).map_err(failed)?;
        }
        self.cleared.extend(feeds.iter().map(|feed| (feed.clone(), last)));
        Ok(())
    }
}

/// A day's bytes without what these feeds showed; `None` if they showed nothing.
fn without(folder: &Path, date: Date, feeds: &BTreeSet<Name>) -> Result<Option<Vec<u8>>, TrendsError> {
    let (mut bytes, mut day, mut has_any) = (file::MAGIC.to_vec(), codec::Day::default(), false);
    let _all = read::read_day(folder, date, 0, &mut |record| {
        match &record.what {
            What::Poll { feed, .. } if feeds.contains(feed) => has_any = true,
            What::Poll { .. } | What::Mark { .. } => bytes.extend(file::framed(&day.encode(&record))),
        }
        ControlFlow::Continue(())
    })?;
    Ok(has_any.then_some(bytes))
}

/// Days are UTC's.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The precision that is kept: what is learned live and what is learned from the files must be the same.
pub(crate) fn as_kept(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// An item as it is kept: without what moves all the time and what is the source's own.
pub(crate) fn item_as_kept(seen: &Sighted) -> Sighted {
    let (mut tags, mut references) = (seen.tags.clone(), seen.references.clone());
    tags.truncate(codec::LISTED);
    references.truncate(codec::LISTED);
    let published = seen.published.map(as_kept);
    Sighted { published, tags, references, secondary: None, licence: "", ..seen.clone() }
}

/// What an item is called within its feed: the feed's own id, else link and title, hashed to a fixed length.
pub(crate) fn key_of(seen: &Sighted) -> String {
    let name = match (&seen.id, &seen.link) {
        (Some(id), _) => format!("id:{id}"),
        (None, Some(link)) => format!("link:{}|{}", link::canonical(link).unwrap_or_default(), seen.title),
        (None, None) => format!("title:{}", tokens::words(&seen.title).join(" ")),
    };
    blake3::hash(name.as_bytes()).to_hex()[..24].to_owned()
}
