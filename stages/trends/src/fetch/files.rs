//! Files and folders.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedKind};

use super::Part;
use crate::error::TrendsError;

/// Most files read of a folder at a time.
const FILES: usize = 200;
/// Most entries of a folder looked at.
const ENTRIES: usize = 20_000;

/// A file's bytes, or those of a folder's newest files in the order of their names: at most 200, together not larger than
/// `limit`.
pub(super) fn read(feed: &Feed, path: &Path, limit: u64) -> Result<Vec<Part>, TrendsError> {
    let failed = |source| TrendsError::File { feed: feed.name.clone(), path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        let mut left = limit;
        let mut parts = Vec::new();
        for (file, at) in newest(feed, path, limit).map_err(failed)? {
            let bytes = file_bytes(feed, &file, left)?;
            left = left.saturating_sub(bytes.len() as u64);
            parts.push(Part { at, content_type: None, bytes });
        }
        return Ok(parts);
    }
    Ok(vec![Part { bytes: file_bytes(feed, path, limit)?, ..Part::default() }])
}

/// The newest files of a folder with a fitting ending, as many as fit, in the order of their names.
fn newest(feed: &Feed, folder: &Path, limit: u64) -> io::Result<Vec<(PathBuf, Option<Timestamp>)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(ENTRIES) {
        let path = entry?.path();
        // A file that went away meanwhile, or one we may not look at, is not there.
        let Ok(found) = std::fs::metadata(&path) else { continue };
        if found.is_file() && fits(feed, &path) {
            files.push((found.modified().unwrap_or(SystemTime::UNIX_EPOCH), path, found.len()));
        }
    }
    files.sort_by(|a, b| (b.0, &b.1).cmp(&(a.0, &a.1)));
    let mut left = limit;
    let fitting = files.into_iter().take(FILES).take_while(|(_, _, size)| {
        let fits = *size <= left;
        left = left.saturating_sub(*size);
        fits
    });
    let mut files = fitting.map(|(at, path, _)| (path, Timestamp::try_from(at).ok())).collect::<Vec<_>>();
    files.sort();
    Ok(files)
}

/// A folder may hold other things too: only what is named like the feed's format is read, and nothing hidden.
fn fits(feed: &Feed, path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_document = matches!(feed.kind, FeedKind::Document | FeedKind::OwnResults);
    let fits = match feed.format {
        FeedFormat::Ndjson if is_document => matches!(ending, "ndjson" | "jsonl"),
        FeedFormat::Csv if is_document => ending == "csv",
        // Without a word in the config a folder is taken for syndication; what lies in it may say otherwise.
        FeedFormat::Syndication if is_document => matches!(ending, "xml" | "rss" | "atom" | "json"),
        FeedFormat::Syndication | FeedFormat::Ndjson | FeedFormat::Csv => matches!(ending, "json" | "xml" | "rss"),
    };
    fits && !name.starts_with('.')
}

fn file_bytes(feed: &Feed, path: &Path, limit: u64) -> Result<Vec<u8>, TrendsError> {
    let failed = |source| TrendsError::File { feed: feed.name.clone(), path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        // Opening a pipe would wait for a writer, perhaps for ever.
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")));
    }
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let is_log = feed.format == FeedFormat::Ndjson && path.extension().is_none_or(|ending| ending != "gz");
    let size = file.metadata().map_err(failed)?.len();
    if is_log && size > limit {
        return read_tail(file, size - limit, limit).map_err(failed);
    }
    let mut bytes = Vec::new();
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(TrendsError::TooLarge { feed: feed.name.clone(), place: path.display().to_string(), limit });
    }
    Ok(bytes)
}

/// A file of polls only grows; its newest polls are at its end. Starts after the first whole line.
fn read_tail(mut file: std::fs::File, from: u64, limit: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    let start = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    bytes.drain(..start);
    Ok(bytes)
}
