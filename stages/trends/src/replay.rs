//! Replays recorded polls through the same [`Watch`](crate::rising::Watch) as production, one by one, in virtual time.
//!
//! Input is a file or a folder (read to the bottom): NDJSON with one poll a line, plain or gzip (`recording`'s comment has the
//! fields), raw lists named by date (`2021-11-01.json`), and Markdown digests. Output:
//!
//! ```text
//! OUT/reports.ndjson   {"t":"2021-11-01T02:00:00Z","items":["29060272", ..]}   best first, at most 50
//! OUT/alerts.ndjson    {"t":"2021-11-01T02:21:30Z","id":"29060272"}
//! ```
//!
//! Reports are due at even hours of UTC, from the first one after the first poll to the last poll; a daily feed's (more than
//! 12 h between polls) at each poll. A report at `t` knows the polls up to `t`, so no item is named before it was seen. Ids are
//! printed as the recording has them (numbers as numbers); an item without one is called by its `url`, else by its `title`.
//! A recording of several sources gets one folder a source: `OUT/SOURCE/reports.ndjson`.

mod attention;
mod digest;
mod files;
mod recording;
mod runner;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

pub use attention::Attention;
pub use files::{BadLine, Polls, polls};
pub use recording::{Entry, Poll};

use runner::Runner;

/// Items of one report at most.
pub const MOST_REPORTED: usize = 50;
/// Sources of one recording at most.
pub const MOST_SOURCES: usize = 1_000;
/// Bad lines that a summary names; more are counted.
const NAMED_LINES: usize = 20;

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Alerts in any 24 h at most.
    pub alerts_per_day: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { alerts_per_day: 48 }
    }
}

/// What one source's replay came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The source, as the recording calls it.
    pub source: String,
    /// Where its files are.
    pub folder: PathBuf,
    /// First and last poll.
    pub first: Timestamp,
    /// The last poll.
    pub last: Timestamp,
    /// Polls that were read.
    pub polls: u64,
    /// Polls that held nothing.
    pub empty: u64,
    /// Polls while the feed stood still for too long.
    pub frozen: u64,
    /// Polls that were not after the one before; they were ignored.
    pub backwards: u64,
    /// Reports written.
    pub reports: u64,
    /// Alerts written.
    pub alerts: u64,
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// One for each source, by name.
    pub sources: Vec<Replayed>,
    /// Lines and files that are no polls: how many.
    pub bad: u64,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
}

/// Why a replay could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A file or folder could not be read.
    #[error("could not read the recording {path} ({source})")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("could not write {path} ({source})")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing to replay.
    #[error("{path} holds no polls (expected NDJSON with one poll a line: fetched_at, source, items)")]
    Nothing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// More sources than are kept apart.
    #[error("{path} holds more than {MOST_SOURCES} sources (is `source` a name of the feed?)")]
    TooManySources {
        /// Where they were.
        path: PathBuf,
    },
}

/// Replays what is at `input` and writes what the press would have said into `out`. `progress` is told the number of polls
/// so far, every thousand.
///
/// # Errors
/// If `input` cannot be read or holds no poll, or `out` cannot be written. Bad lines are counted, not errors.
pub fn replay(
    input: &Path,
    out: &Path,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, ReplayError> {
    let mut summary = Summary::default();
    let mut runners = BTreeMap::<String, Runner>::new();
    let mut count = 0_u64;
    for poll in polls(input)? {
        match poll {
            Ok(poll) => {
                if !runners.contains_key(&poll.source) {
                    if runners.len() >= MOST_SOURCES {
                        return Err(ReplayError::TooManySources { path: input.to_owned() });
                    }
                    let folder = out.join(format!(".{}.part", folder_name(&poll.source)));
                    runners.insert(poll.source.clone(), Runner::new(&poll, folder, *options)?);
                }
                if let Some(runner) = runners.get_mut(&poll.source) {
                    runner.take(poll)?;
                }
                count += 1;
                if count.is_multiple_of(1_000) {
                    progress(count);
                }
            }
            Err(line) => {
                summary.bad += 1;
                if summary.bad_lines.len() < NAMED_LINES {
                    summary.bad_lines.push(line);
                }
            }
        }
    }
    if runners.is_empty() {
        return Err(ReplayError::Nothing { path: input.to_owned() });
    }
    let is_alone = runners.len() == 1;
    for (source, runner) in runners {
        let folder = if is_alone { out.to_owned() } else { out.join(folder_name(&source)) };
        summary.sources.push(runner.finish(source, folder)?);
    }
    Ok(summary)
}

/// A source's name as a folder's: nothing in it leaves the output folder, and two names never become one.
fn folder_name(source: &str) -> String {
    let plain: String = source
        .chars()
        .take(80)
        .map(|sign| if sign.is_alphanumeric() || matches!(sign, '-' | '_') { sign } else { '_' })
        .collect();
    if plain == source && !plain.is_empty() {
        plain
    } else {
        let digest = blake3::hash(source.as_bytes()).to_hex();
        format!("{plain}-{}", &digest[..8])
    }
}
