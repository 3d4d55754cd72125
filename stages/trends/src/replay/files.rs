//! A recording's files, in order of time, read one poll at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::recording::{self, Poll};
use super::{ReplayError, digest};

/// Bytes of one line, or of one file that is read whole, at most.
const MOST_BYTES: u64 = 32 << 20;
/// Files of one recording at most, and how deep folders may lie in each other.
const MOST_FILES: usize = 100_000;
const DEEPEST: usize = 8;

/// A line that is no poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its file.
    pub path: PathBuf,
    /// Its number, from 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub why: String,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path.display(), self.why),
            line => write!(f, "{}:{line}: {}", self.path.display(), self.why),
        }
    }
}

/// The polls of a file or a folder, in order of time as far as their files are.
///
/// # Errors
/// If the place cannot be read.
pub fn polls(place: &Path) -> Result<Polls, ReplayError> {
    let mut paths = Vec::new();
    if place.is_dir() {
        gather(place, DEEPEST, &mut paths)?;
    } else {
        File::open(place).map_err(|source| ReplayError::Read { path: place.to_owned(), source })?;
        paths.push(place.to_owned());
    }
    // A file that begins with no poll goes first: its bad lines are named, whatever it holds besides is still read.
    let mut sorted: Vec<(Option<Timestamp>, PathBuf)> = paths.into_iter().map(|path| (begin(&path), path)).collect();
    sorted.sort();
    Ok(Polls { files: sorted.into_iter().map(|(_, path)| path).collect(), open: None })
}

fn gather(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), ReplayError> {
    let failed = |source| ReplayError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            if depth > 0 {
                gather(&path, depth - 1, paths)?;
            }
        } else if kind(&path).is_some() && paths.len() < MOST_FILES {
            paths.push(path);
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lines,
    /// A raw list; the day is its name.
    Day(Timestamp),
    Digest,
}

fn kind(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let (stem, extension) = plain.rsplit_once('.')?;
    match extension {
        "ndjson" | "jsonl" => Some(Kind::Lines),
        // What a day's list holds is known when the day is over.
        "json" => Some(day(stem).map_or(Kind::Lines, Kind::Day)),
        "md" => Some(Kind::Digest),
        _ => None,
    }
}

fn day(stem: &str) -> Option<Timestamp> {
    let date = stem.parse::<Date>().ok()?.checked_add(1.day()).ok()?;
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

/// When a file's first poll was.
fn begin(path: &Path) -> Option<Timestamp> {
    if let Some(Kind::Day(at)) = kind(path) {
        return Some(at);
    }
    Reading::open(path).ok()?.take(5).find_map(Result::ok).map(|poll| poll.at)
}

/// Polls, one by one; what is no poll comes as a [`BadLine`].
pub struct Polls {
    files: VecDeque<PathBuf>,
    open: Option<Reading>,
}

impl Iterator for Polls {
    type Item = Result<Poll, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(poll) = self.open.as_mut().and_then(Iterator::next) {
                return Some(poll);
            }
            let path = self.files.pop_front()?;
            match Reading::open(&path) {
                Ok(reading) => self.open = Some(reading),
                Err(bad) => {
                    self.open = None;
                    return Some(Err(bad));
                }
            }
        }
    }
}

/// One file that is being read.
struct Reading {
    path: PathBuf,
    source: String,
    number: u64,
    lines: Option<Box<dyn BufRead>>,
    ready: VecDeque<Poll>,
}

impl Reading {
    fn open(path: &Path) -> Result<Self, BadLine> {
        let bad = |why: String| BadLine { path: path.to_owned(), line: 0, why };
        let file = File::open(path).map_err(|error| bad(error.to_string()))?;
        let mut raw = BufReader::with_capacity(1 << 16, file);
        let is_packed = raw.fill_buf().map_err(|error| bad(error.to_string()))?.starts_with(&[0x1f, 0x8b]);
        let lines: Box<dyn BufRead> =
            if is_packed { Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(raw))) } else { Box::new(raw) };
        let mut reading =
            Self { path: path.to_owned(), source: source(path), number: 0, lines: Some(lines), ready: VecDeque::new() };
        match kind(path) {
            Some(Kind::Day(at)) => {
                let items = recording::list(&reading.whole().map_err(bad)?).map_err(bad)?;
                reading.ready.push_back(Poll { at, source: reading.source.clone(), items });
            }
            Some(Kind::Digest) => {
                let bytes = reading.whole().map_err(bad)?;
                reading.ready = digest::read(&String::from_utf8_lossy(&bytes), &reading.source).into();
                if reading.ready.is_empty() {
                    return Err(bad("no poll in it (expected `## 2025-12-21 11:32` and `### title`)".to_owned()));
                }
            }
            Some(Kind::Lines) | None => {}
        }
        Ok(reading)
    }

    fn whole(&mut self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        if let Some(lines) = self.lines.take() {
            lines.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(format!("larger than {} MiB", MOST_BYTES >> 20));
        }
        Ok(bytes)
    }

    /// The next line that is not empty, without its end.
    fn line(&mut self) -> Option<Result<Vec<u8>, String>> {
        loop {
            let lines = self.lines.as_mut()?;
            let mut bytes = Vec::new();
            self.number += 1;
            let read = lines.by_ref().take(MOST_BYTES).read_until(b'\n', &mut bytes);
            match read {
                Ok(0) => {
                    self.lines = None;
                    return None;
                }
                Err(error) => {
                    // What comes after a broken place of a packed file cannot be read.
                    self.lines = None;
                    return Some(Err(error.to_string()));
                }
                Ok(count) if count as u64 == MOST_BYTES && !bytes.ends_with(b"\n") => {
                    self.lines = None;
                    return Some(Err(format!("a line longer than {} MiB; the rest is passed over", MOST_BYTES >> 20)));
                }
                Ok(_) if bytes.iter().all(u8::is_ascii_whitespace) => {}
                Ok(_) => return Some(Ok(bytes)),
            }
        }
    }
}

impl Iterator for Reading {
    type Item = Result<Poll, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(poll) = self.ready.pop_front() {
            return Some(Ok(poll));
        }
        let read = self.line()?;
        let poll = read.and_then(|bytes| recording::line(&bytes, &self.source));
        Some(poll.map_err(|why| BadLine { path: self.path.clone(), line: self.number, why }))
    }
}

/// What a recording is called where its lines do not say: its folder, or its own name.
fn source(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).filter(|name| !name.is_empty());
    let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('.').next());
    folder.or(stem).unwrap_or("feed").to_owned()
}
