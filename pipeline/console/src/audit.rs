//! The audit record: `console/audit.log` in the data folder, one line for each thing that a person did. A line's checksum
//! covers the line before it, so a line that was changed or taken out is seen.
//!
//! A file that is full is put aside as `audit-NNNNNN.log`, and the next begins with the checksum that the full one ends with,
//! so the chain goes on over files. Nothing is ever removed but the oldest of more than [`FILES`] full files; then the chain
//! begins at the oldest that is left.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest line that is read back, in bytes; a note of 2,000 characters fits four times.
const LINE_MAX: u64 = 64 << 10;
/// Bytes from which a file is put aside: some 30,000 lines.
const FILE_MAX: u64 = 8 << 20;
/// Full files that are kept: at a thousand lines a day more than a year of them. All are read at each start.
const FILES: u64 = 16;
/// What the first line of every file but the very first says: which file it goes on from, and its last checksum.
const CONTINUED: &str = "continued";
/// Entries kept at hand for the page.
const RECENT: usize = 1_000;
/// Damaged lines that are named.
const NAMED: usize = 100;
/// Hex digits of a checksum.
const CHECK: usize = 32;

/// One thing that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who; of a sign-in that failed the name that was tried.
    pub by: String,
    /// What: `sign-in`, `sign-in-refused`, `sign-out`, `approve`, `reject`, `send-back`, `undo`, `given`, ...
    pub what: String,
    /// About which item; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// About which cut; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cut: String,
    /// Their words, or how it ended; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// From which address; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
}

/// The record could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} the audit record {}: {source}", path.display())]
pub struct AuditError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// The open record.
#[derive(Debug)]
pub(crate) struct Audit {
    path: PathBuf,
    open: Mutex<Open>,
}

/// When a file is full, and how many full ones are kept.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    file_max: u64,
    files: u64,
}

#[derive(Debug)]
struct Open {
    folder: PathBuf,
    bounds: Bounds,
    file: File,
    /// The checksum before the next line; `None` at the start of a file whose forerunner was removed in its time.
    check: Option<String>,
    recent: VecDeque<AuditEntry>,
    /// File and line of what is not as it was written.
    damaged: Vec<String>,
    /// False after a write that failed half-way: what is there is cut back before the next.
    is_whole: bool,
    bytes: u64,
    /// The newest full file; 0 before there is one.
    full: u64,
}

fn full_name(number: u64) -> String {
    format!("audit-{number:06}.log")
}

/// The numbers of the full files, the oldest first.
fn full_files(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".log")?.parse().ok());
        numbers.extend(number.filter(|number| name.to_str() == Some(full_name(*number).as_str())));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn opened(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)
}

impl Audit {
    /// Opens the record of a data folder and reads it through. A last line that was cut short is removed: nobody was told
    /// that it had been written.
    pub(crate) fn open(data_dir: &Path, now: Timestamp) -> Result<Self, AuditError> {
        Self::open_within(data_dir, now, Bounds { file_max: FILE_MAX, files: FILES })
    }

    fn open_within(data_dir: &Path, now: Timestamp, bounds: Bounds) -> Result<Self, AuditError> {
        let folder = data_dir.join("console");
        let path = folder.join("audit.log");
        let failed = |action| {
            let path = path.clone();
            move |source| AuditError { action, path, source }
        };
        std::fs::create_dir_all(&folder).map_err(failed("make the folder of"))?;
        let file = opened(&path).map_err(failed("open"))?;
        let mut open = Open {
            folder,
            bounds,
            file,
            check: Some(String::new()),
            recent: VecDeque::new(),
            damaged: Vec::new(),
            is_whole: true,
            bytes: 0,
            full: 0,
        };
        open.read_all().map_err(failed("read"))?;
        // Killed while a file was put aside.
        open.begin_file(now).map_err(failed("write"))?;
        if !open.damaged.is_empty() {
            tracing::error!(path = %path.display(), places = ?open.damaged, "the audit record was changed by somebody");
        }
        Ok(Self { path, open: Mutex::new(open) })
    }

    /// Writes an entry; it is on disk when this returns.
    pub(crate) fn write(&self, entry: AuditEntry) -> Result<(), AuditError> {
        let mut open = self.locked();
        let written = open.rotate(entry.at).and_then(|()| open.write(entry));
        written.map_err(|source| AuditError { action: "write", path: self.path.clone(), source })
    }

    /// The newest entries, newest first, and the places that are not as they were written.
    pub(crate) fn recent(&self) -> (Vec<AuditEntry>, Vec<String>) {
        let open = self.locked();
        (open.recent.iter().rev().cloned().collect(), open.damaged.clone())
    }

    /// The console's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn read_all(&mut self) -> io::Result<()> {
        let full = full_files(&self.folder)?;
        self.full = full.last().copied().unwrap_or(0);
        let oldest = (self.full + 1).saturating_sub(self.bounds.files).max(1);
        let first = full.first().copied().unwrap_or(oldest);
        if first > oldest {
            self.damage(format!("{} is missing", full_name(oldest)));
        }
        if first > 1 {
            self.check = None;
        }
        for number in full {
            let name = full_name(number);
            let file = File::open(self.folder.join(&name))?;
            if let Some(cut) = self.read_through(file, &name)? {
                self.damage(format!("{name} is cut short after {cut} bytes"));
            }
        }
        let file = self.file.try_clone()?;
        self.bytes = 0;
        if let Some(whole) = self.read_through(file, "audit.log")? {
            self.file.set_len(whole)?;
            tracing::warn!("the audit record's last line was cut short and left out");
        }
        Ok(())
    }

    /// Takes every line. Where the last one has no end: how many bytes the others have.
    fn read_through(&mut self, file: File, name: &str) -> io::Result<Option<u64>> {
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        let mut number = 0_u64;
        self.bytes = 0;
        loop {
            line.clear();
            let read = (&mut reader).take(LINE_MAX).read_until(b'\n', &mut line)? as u64;
            if read == 0 {
                return Ok(None);
            }
            if line.last() != Some(&b'\n') && read < LINE_MAX {
                return Ok(Some(self.bytes));
            }
            self.bytes += read;
            number += 1;
            self.take(&line, name, number);
        }
    }

    fn take(&mut self, line: &[u8], name: &str, number: u64) {
        let text = str::from_utf8(line).unwrap_or("").trim_end_matches('\n');
        let parts = text.split_at_checked(CHECK).and_then(|(check, rest)| Some((check, rest.strip_prefix(' ')?)));
        let entry = parts.and_then(|(_, json)| serde_json::from_str::<AuditEntry>(json).ok());
        let known = self.check.take();
        let told =
            entry.as_ref().filter(|entry| entry.what == CONTINUED).and_then(|entry| entry.note.rsplit(' ').next());
        let before = known.as_deref().or(told);
        let is_right = parts.zip(before).is_some_and(|((check, json), before)| check == check_of(before, json));
        // A line that was changed is named once; those after it go on from what stands there.
        self.check = Some(parts.map_or_else(String::new, |(check, _)| check.to_owned()));
        match entry.filter(|_| is_right) {
            Some(entry) => self.remember(entry),
            None => self.damage(format!("{name}:{number}")),
        }
    }

    fn damage(&mut self, place: String) {
        if self.damaged.len() < NAMED {
            self.damaged.push(place);
        }
    }

    fn remember(&mut self, entry: AuditEntry) {
        if entry.what == CONTINUED {
            return;
        }
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
    }

    /// Puts a full file aside and removes the oldest if there are too many.
    fn rotate(&mut self, now: Timestamp) -> io::Result<()> {
        if self.bytes < self.bounds.file_max || !self.is_whole {
            return Ok(());
        }
        let path = self.folder.join("audit.log");
        std::fs::rename(&path, self.folder.join(full_name(self.full + 1)))?;
        self.full += 1;
        self.file = opened(&path)?;
        self.bytes = 0;
        File::open(&self.folder)?.sync_all()?;
        self.begin_file(now)?;
        for number in full_files(&self.folder)?.into_iter().filter(|number| number + self.bounds.files <= self.full) {
            std::fs::remove_file(self.folder.join(full_name(number)))?;
        }
        Ok(())
    }

    /// The line that ties a new file to the one before it.
    fn begin_file(&mut self, now: Timestamp) -> io::Result<()> {
        if self.bytes > 0 || self.full == 0 {
            return Ok(());
        }
        let note = format!("{} {}", full_name(self.full), self.check.clone().unwrap_or_default());
        let (by, item, cut, from) = Default::default();
        self.write(AuditEntry { at: now, by, what: CONTINUED.to_owned(), item, cut, note, from })
    }

    fn write(&mut self, entry: AuditEntry) -> io::Result<()> {
        if !self.is_whole {
            self.file.set_len(self.bytes)?;
            self.is_whole = true;
        }
        let json = serde_json::to_string(&entry).map_err(io::Error::other)?;
        let check = check_of(self.check.as_deref().unwrap_or(""), &json);
        let line = format!("{check} {json}\n");
        self.is_whole = false;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        self.is_whole = true;
        self.bytes += line.len() as u64;
        self.check = Some(check);
        self.remember(entry);
        Ok(())
    }
}

fn check_of(before: &str, json: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before.as_bytes()).update(b" ").update(json.as_bytes());
    hasher.finalize().to_hex()[..CHECK].to_owned()
}
