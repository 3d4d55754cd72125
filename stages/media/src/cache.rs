//! Copies of remote files on this host, in a folder of bounded size. A copy appears whole, by a rename; the longest unused
//! goes first, and none that is in use.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use futures::StreamExt as _;
use object_store::GetResult;
use tokio::io::AsyncWriteExt as _;

use crate::error::MediaError;
use crate::pick::Remote;

/// The cache folder. Several processes may share it; each counts the files that it finds.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    most: u64,
    used: Mutex<Used>,
    // One fetch at a time: the room that it needs is counted before it begins.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Used {
    /// Rises with each use; files without a turn are older than all that have one.
    turn: u64,
    turns: BTreeMap<PathBuf, u64>,
    held: BTreeMap<PathBuf, Weak<()>>,
}

/// Keeps a copy from being removed.
pub(crate) type Hold = Arc<()>;

impl Cache {
    pub(crate) fn new(folder: PathBuf, most: u64) -> Self {
        Self { folder, most, used: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// Where the copy of exactly this version of a file is, or will be.
    pub(crate) fn path(&self, place: &str, file: &str, remote: &Remote) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        for part in [place, file, &remote.version, &remote.bytes.to_string()] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let hash = hasher.finalize().to_hex();
        let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or("bin");
        self.folder.join(format!("{}.{}", &hash[..32], ending.to_lowercase()))
    }

    /// Holds a copy that is there.
    pub(crate) fn held(&self, path: &Path, bytes: u64) -> Option<Hold> {
        // Held first, looked at then: it cannot be removed in between.
        let hold = self.hold(path);
        let is_whole = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() == bytes);
        is_whole.then_some(hold)
    }

    /// Brings a copy here unless it is here already. `open` gives its bytes.
    pub(crate) async fn bring<F: Future<Output = Result<GetResult, MediaError>>>(
        &self,
        (path, name): (&Path, &str),
        bytes: u64,
        open: impl FnOnce() -> F,
    ) -> Result<Hold, MediaError> {
        if let Some(hold) = self.held(path, bytes) {
            return Ok(hold);
        }
        let _alone = self.fetching.lock().await;
        if let Some(hold) = self.held(path, bytes) {
            return Ok(hold);
        }
        fs::create_dir_all(&self.folder).map_err(|source| cache_error(&self.folder, source))?;
        self.make_room(name, bytes)?;
        let found = open().await?;
        self.write(path, name, bytes, found).await?;
        Ok(self.hold(path))
    }

    async fn write(&self, path: &Path, name: &str, bytes: u64, found: GetResult) -> Result<(), MediaError> {
        let failed = |source: io::Error| cache_error(path, source);
        let staged = tempfile::Builder::new().prefix(".fetch-").tempfile_in(&self.folder).map_err(failed)?;
        let mut out = tokio::fs::File::from_std(staged.reopen().map_err(failed)?);
        let mut pieces = found.into_stream();
        let mut written = 0;
        while let Some(piece) = pieces.next().await {
            let piece =
                piece.map_err(|source| MediaError::Store { action: "fetch", place: name.to_owned(), source })?;
            written += piece.len() as u64;
            if written > bytes {
                return Err(MediaError::Changed { file: name.to_owned() });
            }
            out.write_all(&piece).await.map_err(failed)?;
        }
        out.flush().await.map_err(failed)?;
        if written != bytes {
            return Err(MediaError::Changed { file: name.to_owned() });
        }
        staged.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn hold(&self, path: &Path) -> Hold {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.turn += 1;
        let turn = used.turn;
        used.turns.insert(path.to_owned(), turn);
        if let Some(hold) = used.held.get(path).and_then(Weak::upgrade) {
            return hold;
        }
        let hold = Arc::new(());
        used.held.insert(path.to_owned(), Arc::downgrade(&hold));
        hold
    }

    /// Removes what was not used for longest, until there is room.
    fn make_room(&self, name: &str, bytes: u64) -> Result<(), MediaError> {
        let failed = |source: io::Error| cache_error(&self.folder, source);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.held.retain(|_, hold| hold.strong_count() > 0);
        let mut there = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Gone a moment ago: another process makes room too.
            let Ok(data) = entry.metadata() else { continue };
            if data.is_file() {
                let path = entry.path();
                let turn = used.turns.get(&path).copied().unwrap_or(0);
                there.push((turn, data.modified().unwrap_or(SystemTime::UNIX_EPOCH), path, data.len()));
            }
        }
        there.sort();
        let mut taken: u64 = there.iter().map(|(_, _, _, bytes)| bytes).sum();
        for (_, _, path, size) in there {
            if taken.saturating_add(bytes) <= self.most {
                break;
            }
            if used.held.contains_key(&path) {
                continue;
            }
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(cache_error(&path, source)),
            }
            used.turns.remove(&path);
            taken = taken.saturating_sub(size);
        }
        if taken.saturating_add(bytes) > self.most {
            return Err(MediaError::NoRoom { file: name.to_owned(), bytes, most: self.most });
        }
        Ok(())
    }
}

fn cache_error(path: &Path, source: io::Error) -> MediaError {
    MediaError::Cache { path: path.to_owned(), source }
}
