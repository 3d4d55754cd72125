//! Reading back: everything from a position on, or what some items did. Needs no writer, and does not mind one: a block
//! that is being written is not there yet.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use reelpress_config::Name;

use super::codec::{Day, Head, HeadOf};
use super::file::{self, MAGIC};
use super::{Position, Record, What, day_of};
use crate::error::TrendsError;

/// What an item did at one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// The poll's time.
    pub(crate) at: Timestamp,
    /// Place on the list, 1 first.
    pub(crate) rank: Option<u32>,
    /// Points, views, traffic.
    pub(crate) count: Option<u64>,
}

/// Items by feed and key.
pub(crate) type Wanted = BTreeMap<Name, BTreeSet<String>>;

/// Every day that is kept, the oldest first; none if the folder is not there.
///
/// # Errors
/// [`TrendsError::Folder`].
pub(crate) fn days(folder: &Path) -> Result<Vec<Date>, TrendsError> {
    match file::all_days(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(TrendsError::Folder { path: folder.to_owned(), source: error })
        }
        Ok(days) => Ok(days),
        Err(_) => Ok(Vec::new()),
    }
}

/// Gives every record from a position (or the beginning) on, in the order in which they were taken, until `each` has
/// enough. What cannot be read any more of a day is passed over.
///
/// # Errors
/// [`TrendsError::Folder`] if a file cannot be read, or what `each` says.
pub(crate) fn read(
    folder: &Path,
    from: Option<Position>,
    each: &mut dyn FnMut(Record) -> ControlFlow<()>,
) -> Result<(), TrendsError> {
    for date in days(folder)? {
        let offset = match from {
            Some(from) if date < from.day => continue,
            Some(from) if date == from.day => from.offset,
            Some(_) | None => 0,
        };
        if read_day(folder, date, offset, each)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Gives every record of a day from an offset on, as [`read`] does.
///
/// # Errors
/// As [`read`].
pub(super) fn read_day(
    folder: &Path,
    date: Date,
    offset: u64,
    each: &mut dyn FnMut(Record) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, TrendsError> {
    let mut rows = Vec::new();
    blocks(folder, date, &mut |day, block, at| {
        rows.clear();
        let head = day.decode(block, &mut |_, item, rank, count| {
            if at >= offset {
                rows.push(crate::read::Sighted { rank, count, ..item.texts.clone() });
            }
        });
        let Ok(head) = head else { return None };
        if at < offset {
            return Some(ControlFlow::Continue(()));
        }
        let what = match head.what {
            HeadOf::Mark { word, body } => What::Mark { word, body },
            HeadOf::Poll { feed, at, tag } => {
                What::Poll { feed, at, shown: Day::shown(tag, std::mem::take(&mut rows)) }
            }
        };
        Some(each(Record { taken: head.taken, what }))
    })
}

/// What each of these items did from `from` to `to`, in order of time. A poll that showed the list as it was counts for
/// every item on it.
///
/// # Errors
/// [`TrendsError::Folder`] if a file cannot be read.
pub(crate) fn timelines(
    folder: &Path,
    wanted: &Wanted,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<(Name, String), Vec<Point>>, TrendsError> {
    let mut found = BTreeMap::<(Name, String), Vec<Point>>::new();
    let mut listed = BTreeMap::<Name, Vec<(String, Point)>>::new();
    // A day before: its last list may be the one that is still shown.
    let first = day_of(from).yesterday().unwrap_or(Date::MIN);
    for date in days(folder)?.into_iter().filter(|date| *date >= first) {
        let flow = blocks(folder, date, &mut |day, block, _| {
            let mut rows = Vec::new();
            let head = day.decode(block, &mut |head, item, rank, count| {
                if let HeadOf::Poll { feed, at, .. } = &head.what
                    && wanted.get(feed).is_some_and(|keys| keys.contains(&item.key))
                {
                    rows.push((item.key.clone(), Point { at: *at, rank, count }));
                }
            });
            let Ok(Head { what, .. }) = head else { return None };
            let HeadOf::Poll { feed, at, tag } = what else { return Some(ControlFlow::Continue(())) };
            match Day::shown(tag, Vec::new()) {
                super::Shown::List(_) => {
                    listed.insert(feed.clone(), rows);
                }
                super::Shown::Same => {
                    listed.entry(feed.clone()).or_default().iter_mut().for_each(|(_, point)| point.at = at);
                }
                super::Shown::Empty | super::Shown::Failed => return Some(ControlFlow::Continue(())),
            }
            if (from..=to).contains(&at) {
                for (key, point) in listed.get(&feed).into_iter().flatten() {
                    found.entry((feed.clone(), key.clone())).or_default().push(*point);
                }
            }
            Some(ControlFlow::Continue(()))
        })?;
        if flow.is_break() {
            break;
        }
    }
    for points in found.values_mut() {
        points.sort_by_key(|point| point.at);
    }
    Ok(found)
}

/// Gets a day's state, a block and its offset; `None` if it cannot be read.
type OnBlock<'a> = dyn FnMut(&mut Day, &[u8], u64) -> Option<ControlFlow<()>> + 'a;

/// Hands on each block of a day with its offset in the file, until it can be read no further or `each` has enough.
fn blocks(folder: &Path, date: Date, each: &mut OnBlock<'_>) -> Result<ControlFlow<()>, TrendsError> {
    let bytes = match file::bytes_of(folder, date) {
        Ok(bytes) => bytes,
        // Removed or compressed between the listing and now; the next look finds it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ControlFlow::Continue(())),
        Err(source) => return Err(TrendsError::Folder { path: folder.to_owned(), source }),
    };
    let mut day = Day::default();
    let mut rest = bytes.strip_prefix(MAGIC).unwrap_or_default();
    loop {
        let at = (bytes.len() - rest.len()) as u64;
        let Ok(block) = file::next_block(&mut rest) else { return Ok(ControlFlow::Continue(())) };
        match each(&mut day, block, at) {
            Some(ControlFlow::Continue(())) => {}
            Some(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            None => return Ok(ControlFlow::Continue(())),
        }
    }
}
