//! Artifacts in any `object_store`.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{GetOptions, GetRange, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload};
use reelpress_core::{ArtifactError, ArtifactKey, Artifacts, Stored};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A file is read and sent in pieces of this size. S3 wants 5 MiB or more of every piece but the last.
const PIECE_BYTES: usize = 8 << 20;

/// Artifacts in an `object_store`: a local folder, or whatever else the crate speaks to.
///
/// In a local folder a key is written to a file beside its own (`cut.mp4#1`) and renamed, so readers see all bytes or
/// none. Nothing is `fsync`ed: artifacts survive `kill -9` (the kernel has them), but a power cut may leave a file short
/// or empty, even a product file that was written last. Whoever needs more than that must compare hashes, as delivery
/// does with the cut's.
#[derive(Debug, Clone)]
pub struct FolderArtifacts {
    store: Arc<dyn ObjectStore>,
}

/// Why the artifact folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactFolderError {
    /// It could not be created or read.
    #[error("could not open the artifact folder {}", folder.display())]
    Open {
        /// Which folder.
        folder: PathBuf,
        /// The system's own word.
        #[source]
        source: io::Error,
    },
    /// A file that a crash left behind could not be removed.
    #[error("could not remove the unfinished artifact {}", file.display())]
    Clean {
        /// Which file.
        file: PathBuf,
        /// The system's own word.
        #[source]
        source: io::Error,
    },
}

impl FolderArtifacts {
    /// Keeps artifacts in any store.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    /// Keeps artifacts in a local folder, which is created if it is not there. Removes what a crash left unfinished, so
    /// only one process may have the folder open: the one that holds the journal.
    ///
    /// # Errors
    /// [`ArtifactFolderError`].
    pub fn open(folder: &Path) -> Result<Self, ArtifactFolderError> {
        let failed = |source| ArtifactFolderError::Open { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        remove_unfinished(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|e| failed(io::Error::other(e)))?;
        Ok(Self::new(Arc::new(store)))
    }

    async fn send(&self, key: &ArtifactKey, file: &mut tokio::fs::File) -> Result<(), ArtifactError> {
        let path = store_path(key)?;
        let first = read_piece(file).await.map_err(|e| store_error("store", key, e))?;
        if first.len() < PIECE_BYTES {
            return self.put(key, first).await;
        }
        let mut upload = self.store.put_multipart(&path).await.map_err(|e| store_error("store", key, e))?;
        let sent = send_pieces(upload.as_mut(), first, file).await;
        if let Err(error) = sent {
            // The first error counts; what could not be cleaned up is left to the next open.
            if let Err(abort) = upload.abort().await {
                tracing::debug!(key = %key, error = %abort, "unfinished artifact not removed");
            }
            return Err(error.of(key));
        }
        Ok(())
    }

    async fn receive(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        let found = self.store.get(&store_path(key)?).await;
        let mut pieces = match found {
            Ok(found) => found.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Err(ArtifactError::Missing { key: key.clone() }),
            Err(error) => return Err(store_error("read", key, error)),
        };
        let failed = |error: io::Error| store_error("read", key, error);
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // As readable as any other new file (the umask applies): people and their tools open what is fetched.
        let readable = fs::Permissions::from_mode(0o666);
        let mut staging = tempfile::Builder::new();
        let staged = staging.prefix(".fetch-").permissions(readable).tempfile_in(folder).map_err(failed)?;
        let mut out = tokio::fs::File::from_std(staged.reopen().map_err(failed)?);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|e| store_error("read", key, e))?;
            out.write_all(&piece).await.map_err(failed)?;
        }
        out.flush().await.map_err(failed)?;
        staged.persist(file).map_err(|e| failed(e.error))?;
        Ok(())
    }
}

#[async_trait]
impl Artifacts for FolderArtifacts {
    async fn put(&self, key: &ArtifactKey, bytes: Bytes) -> Result<(), ArtifactError> {
        let put = self.store.put(&store_path(key)?, PutPayload::from_bytes(bytes)).await;
        put.map(|_| ()).map_err(|e| store_error("store", key, e))
    }

    /// Holds at most two pieces of 8 MiB in memory.
    async fn put_file(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        let mut file = tokio::fs::File::open(file).await.map_err(|e| store_error("store", key, e))?;
        self.send(key, &mut file).await
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Bytes>, ArtifactError> {
        match self.store.get(&store_path(key)?).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|e| store_error("read", key, e)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(store_error("read", key, error)),
        }
    }

    /// The file appears when it is whole, by a rename; one that was there is replaced.
    async fn fetch(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError> {
        self.receive(key, file).await
    }

    async fn get_range(&self, key: &ArtifactKey, range: Range<u64>) -> Result<Option<Bytes>, ArtifactError> {
        if range.is_empty() {
            return self.get_range(key, 0..1).await.map(|found| found.map(|_| Bytes::new()));
        }
        let found = match self.store.head(&store_path(key)?).await {
            Ok(found) => found.size,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(store_error("read", key, error)),
        };
        // Stores refuse a range that begins at or behind the end.
        if range.start >= found {
            return Ok(Some(Bytes::new()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        match self.store.get_opts(&store_path(key)?, options).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|e| store_error("read", key, e)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(store_error("read", key, error)),
        }
    }

    /// In a local folder the name goes and readers that have the file open keep it; in S3 it is one request.
    async fn remove(&self, key: &ArtifactKey) -> Result<(), ArtifactError> {
        match self.store.delete(&store_path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(store_error("remove", key, error)),
        }
    }

    async fn list(&self, prefix: &ArtifactKey) -> Result<Vec<Stored>, ArtifactError> {
        let failed = |error: object_store::Error| ArtifactError::List { prefix: prefix.clone(), source: error.into() };
        let path = StorePath::parse(prefix.as_str()).map_err(|error| failed(error.into()))?;
        let mut found = Vec::new();
        let mut metas = self.store.list(Some(&path));
        loop {
            match metas.try_next().await {
                Ok(Some(meta)) => found.extend(stored(&meta)),
                Ok(None) => break,
                // Removed between being named and being looked at.
                Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }
}

/// `None` for a file that somebody else put there: no artifact has such a name.
fn stored(meta: &ObjectMeta) -> Option<Stored> {
    let key = ArtifactKey::parse(meta.location.as_ref()).ok()?;
    let modified_millis = u64::try_from(meta.last_modified.timestamp_millis()).unwrap_or(0);
    Some(Stored { key, bytes: meta.size, modified_millis })
}

/// Why a file could not be sent.
enum SendError {
    File(io::Error),
    Store(object_store::Error),
}

impl SendError {
    fn of(self, key: &ArtifactKey) -> ArtifactError {
        match self {
            Self::File(error) => store_error("store", key, error),
            Self::Store(error) => store_error("store", key, error),
        }
    }
}

async fn send_pieces(
    upload: &mut dyn MultipartUpload,
    first: Bytes,
    file: &mut tokio::fs::File,
) -> Result<(), SendError> {
    let mut piece = first;
    while !piece.is_empty() {
        upload.put_part(PutPayload::from_bytes(piece)).await.map_err(SendError::Store)?;
        piece = read_piece(file).await.map_err(SendError::File)?;
    }
    upload.complete().await.map(|_| ()).map_err(SendError::Store)
}

/// As much as goes into one piece; less only at the file's end.
async fn read_piece(file: &mut tokio::fs::File) -> io::Result<Bytes> {
    let mut piece = BytesMut::new();
    let mut limited = file.take(PIECE_BYTES as u64);
    while limited.read_buf(&mut piece).await? > 0 {}
    Ok(piece.freeze())
}

fn store_path(key: &ArtifactKey) -> Result<StorePath, ArtifactError> {
    StorePath::parse(key.as_str()).map_err(|e| store_error("look up", key, e))
}

fn store_error(
    action: &'static str,
    key: &ArtifactKey,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> ArtifactError {
    let source = source.into();
    if is_full(source.as_ref()) {
        return ArtifactError::Full { key: key.clone() };
    }
    ArtifactError::Store { action, key: key.clone(), source }
}

fn is_full(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}

/// Removes the files that writers stage their bytes in (`cut.mp4#1`). No artifact has such a name: a key holds no `#`.
fn remove_unfinished(folder: &Path) -> Result<(), ArtifactFolderError> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |source| ArtifactFolderError::Open { folder: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && is_staged(&entry.file_name().to_string_lossy()) {
                let file = entry.path();
                fs::remove_file(&file).map_err(|source| ArtifactFolderError::Clean { file, source })?;
            }
        }
    }
    Ok(())
}

fn is_staged(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
