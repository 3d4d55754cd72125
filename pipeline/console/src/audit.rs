//! The audit record: `console/audit.log` in the data folder, one line for each thing that a person did. A line's checksum
//! covers the line before it, so a line that was changed or taken out is seen. Nothing is ever removed from it.

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

#[derive(Debug)]
struct Open {
    file: File,
    check: String,
    recent: VecDeque<AuditEntry>,
    damaged: Vec<u64>,
    /// False after a write that failed half-way: what is there is cut back before the next.
    is_whole: bool,
    bytes: u64,
}

impl Audit {
    /// Opens the record of a data folder and reads it through. A last line that was cut short is removed: nobody was told
    /// that it had been written.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, AuditError> {
        let path = data_dir.join("console").join("audit.log");
        let failed = |action| {
            let path = path.clone();
            move |source| AuditError { action, path, source }
        };
        std::fs::create_dir_all(path.parent().unwrap_or(data_dir)).map_err(failed("make the folder of"))?;
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).mode(0o600).open(&path).map_err(failed("open"))?;
        let mut open =
            Open { file, check: String::new(), recent: VecDeque::new(), damaged: Vec::new(), is_whole: true, bytes: 0 };
        open.read_through().map_err(failed("read"))?;
        if !open.damaged.is_empty() {
            tracing::error!(path = %path.display(), lines = ?open.damaged, "the audit record was changed by somebody");
        }
        Ok(Self { path, open: Mutex::new(open) })
    }

    /// Writes an entry; it is on disk when this returns.
    pub(crate) fn write(&self, entry: AuditEntry) -> Result<(), AuditError> {
        self.locked().write(entry).map_err(|source| AuditError { action: "write", path: self.path.clone(), source })
    }

    /// The newest entries, newest first, and the numbers of lines that are not as they were written.
    pub(crate) fn recent(&self) -> (Vec<AuditEntry>, Vec<u64>) {
        let open = self.locked();
        (open.recent.iter().rev().cloned().collect(), open.damaged.clone())
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn read_through(&mut self) -> io::Result<()> {
        let mut reader = BufReader::new(self.file.try_clone()?);
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            let read = (&mut reader).take(LINE_MAX).read_until(b'\n', &mut line)? as u64;
            if read == 0 {
                break;
            }
            if line.last() != Some(&b'\n') && read < LINE_MAX {
                self.file.set_len(self.bytes)?;
                tracing::warn!(bytes = read, "the audit record's last line was cut short and left out");
                break;
            }
            self.bytes += read;
            number += 1;
            self.take(&line, number);
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8], number: u64) {
        let text = str::from_utf8(line).unwrap_or("").trim_end_matches('\n');
        let parts = text.split_at_checked(CHECK).and_then(|(check, rest)| Some((check, rest.strip_prefix(' ')?)));
        let read = parts.filter(|(check, json)| *check == check_of(&self.check, json));
        let entry = read.and_then(|(_, json)| serde_json::from_str(json).ok());
        // A line that was changed is named once; those after it go on from what stands there.
        self.check = parts.map_or_else(String::new, |(check, _)| check.to_owned());
        match entry {
            Some(entry) => self.remember(entry),
            None if self.damaged.len() < NAMED => self.damaged.push(number),
            None => {}
        }
    }

    fn remember(&mut self, entry: AuditEntry) {
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
    }

    fn write(&mut self, entry: AuditEntry) -> io::Result<()> {
        if !self.is_whole {
            self.file.set_len(self.bytes)?;
            self.is_whole = true;
        }
        let json = serde_json::to_string(&entry).map_err(io::Error::other)?;
        let check = check_of(&self.check, &json);
        let line = format!("{check} {json}\n");
        self.is_whole = false;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        self.is_whole = true;
        self.bytes += line.len() as u64;
        self.check = check;
        self.remember(entry);
        Ok(())
    }
}

fn check_of(before: &str, json: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before.as_bytes()).update(b" ").update(json.as_bytes());
    hasher.finalize().to_hex()[..CHECK].to_owned()
}
