//! The memory's files: the state now, and one of the beginning of each day, from which a past day is made again.
//!
//! ```text
//! asking.json               how and when each feed is asked next, replaced after each round
//! state.json.gz             the newest state, replaced as a whole now and then: what came since is in the series
//! days/2026-11-21.json.gz   as it was at the first save of that day
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use reelpress_config::Name;

use super::{Asking, TrendMemory};
use crate::error::TrendsError;
use crate::series::day_of;

const FILE: &str = "state.json.gz";
const DAYS: &str = "days";
const ASKING: &str = "asking.json";
/// The file's format; another one is not read, but made again from the series.
const VERSION: u32 = 2;
/// A larger file was not written by us.
const MAX_BYTES: u64 = 512 << 20;

/// Which state to begin from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// The newest.
    Newest,
    /// The newest that knows nothing of what came after.
    AsOf(Timestamp),
}

/// Knows nothing.
pub(crate) fn fresh() -> TrendMemory {
    TrendMemory { version: VERSION, ..TrendMemory::default() }
}

impl TrendMemory {
    /// Reads a state of a folder; one that knows nothing if there is none. A damaged file is passed over, with a warning:
    /// what was in it is in the series.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the folder cannot be read.
    pub(crate) fn load(folder: &Path, which: Checkpoint) -> Result<(Self, Option<TrendsError>), TrendsError> {
        let mut warning = None;
        let mut files = days(folder).map_err(|source| TrendsError::Folder { path: folder.to_owned(), source })?;
        match which {
            Checkpoint::Newest => files = vec![folder.join(FILE)],
            Checkpoint::AsOf(at) => {
                let day = day_of(at);
                files.retain(|file| date_of(file).is_some_and(|date| date <= day));
                files.reverse();
                files.insert(0, folder.join(FILE));
            }
        }
        for path in files {
            match Self::read(&path) {
                Ok(memory) if which.takes(&memory) => return Ok((memory, warning)),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let (path, kept, message) = (path.clone(), path, error.to_string());
                    warning = Some(TrendsError::Damaged { path, kept, message });
                }
            }
        }
        Ok((fresh(), warning))
    }

    /// Takes over how each feed is asked next, as it was written last. What cannot be read costs a whole answer of each feed.
    pub(crate) fn load_asking(&mut self, folder: &Path) {
        let read = std::fs::read(folder.join(ASKING)).ok();
        let asking = read.and_then(|bytes| serde_json::from_slice::<BTreeMap<Name, Asking>>(&bytes).ok());
        for (name, asking) in asking.unwrap_or_default() {
            self.feeds.entry(name).or_default().asking = asking;
        }
    }

    /// Writes how each feed is asked next. What was learned with a validator must be on the disk before.
    ///
    /// # Errors
    /// [`TrendsError::Save`]; the old file is still there then.
    pub(crate) fn save_asking(&self, folder: &Path) -> Result<(), TrendsError> {
        let asking = self.feeds.iter().map(|(name, feed)| (name, &feed.asking)).collect::<BTreeMap<_, _>>();
        let bytes = serde_json::to_vec(&asking).expect("how feeds are asked is plain data with text keys");
        replace(&folder.join(ASKING), &bytes)
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(path)?).take(MAX_BYTES).read_to_end(&mut bytes)?;
        let memory: Self = serde_json::from_slice(&bytes)?;
        if memory.version == VERSION {
            Ok(memory)
        } else {
            Err(io::Error::other(format!("its version is {}, not {VERSION}", memory.version)))
        }
    }

    /// Writes the state, and keeps it as its day's if it is the first of one.
    ///
    /// # Errors
    /// [`TrendsError::Save`]; the old file is still there then.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), TrendsError> {
        let path = folder.join(FILE);
        let failed = |source| TrendsError::Save { path: path.clone(), source };
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        serde_json::to_writer(&mut encoder, self).map_err(|error| failed(error.into()))?;
        let bytes = encoder.finish().map_err(failed)?;
        replace(&path, &bytes)?;
        if let Some(taken) = self.taken {
            let of_day = of_day(folder, day_of(taken));
            if !of_day.exists() {
                std::fs::create_dir_all(folder.join(DAYS)).map_err(failed)?;
                replace(&of_day, &bytes)?;
            }
        }
        Ok(())
    }

    /// Removes the states of days before this one.
    ///
    /// # Errors
    /// [`TrendsError::Save`] if one cannot be removed.
    pub(crate) fn remove_old(folder: &Path, oldest: Timestamp) -> Result<(), TrendsError> {
        let failed = |source| TrendsError::Save { path: folder.join(DAYS), source };
        let old = days(folder).map_err(failed)?;
        for path in old.into_iter().filter(|path| date_of(path).is_some_and(|date| date < day_of(oldest))) {
            std::fs::remove_file(path).map_err(failed)?;
        }
        Ok(())
    }
}

impl Checkpoint {
    fn takes(self, memory: &TrendMemory) -> bool {
        match self {
            Self::Newest => true,
            Self::AsOf(at) => memory.taken.is_none_or(|taken| taken <= at),
        }
    }
}

fn of_day(folder: &Path, date: Date) -> PathBuf {
    folder.join(DAYS).join(format!("{date}.json.gz"))
}

fn date_of(path: &Path) -> Option<Date> {
    path.file_name()?.to_str()?.strip_suffix(".json.gz")?.parse().ok()
}

/// The states of days, the oldest first.
fn days(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder.join(DAYS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        found.push(entry?.path());
    }
    found.retain(|path| date_of(path).is_some());
    found.sort_unstable();
    Ok(found)
}

/// Replaces a file: readers, and a start after a crash, see the old bytes or the new ones.
///
/// # Errors
/// [`TrendsError::Save`]; the old file is still there then.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), TrendsError> {
    let failed = |source| TrendsError::Save { path: path.to_owned(), source };
    let new = path.with_extension("new");
    let mut file = File::create(&new).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}
