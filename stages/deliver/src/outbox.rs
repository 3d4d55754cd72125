//! The outbox folder: a post appears whole, by one rename, or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::DeliverError;
use crate::handle::Handle;
use crate::post_file::PostFile;

/// Where posts are put together. No account's name begins with a dot.
const INCOMING: &str = ".incoming";
pub(crate) const VIDEO: &str = "video.mp4";
pub(crate) const POSTER: &str = "poster.png";
pub(crate) const CAPTION: &str = "caption.txt";
pub(crate) const POST: &str = "post.json";
const PIECE_BYTES: usize = 256 * 1024;

/// One file of a post, measured on the disk it was written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name within the post's folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// blake3, hex.
    pub blake3: String,
    /// sha256, hex: what a phone can compute.
    pub sha256: String,
}

/// The outbox's folder.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    root: PathBuf,
}

/// What is where a post belongs.
pub(crate) enum Existing {
    Nothing,
    /// This very post, every file as measured.
    Whole(Vec<FileEntry>),
}

/// Removes everything that was being put together when the press stopped. Call it once at start, before any post is
/// delivered. Gives the number of folders removed; an outbox that does not exist yet holds none.
///
/// # Errors
/// [`DeliverError::Outbox`] if something there cannot be removed.
pub fn sweep_incoming(outbox: &Path) -> Result<usize, DeliverError> {
    let incoming = outbox.join(INCOMING);
    let entries = match fs::read_dir(&incoming) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(|error| DeliverError::file("list", outbox, &incoming, error))?,
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry.map_err(|error| DeliverError::file("list", outbox, &incoming, error))?.path();
        remove(&path).map_err(|error| DeliverError::file("remove", outbox, &path, error))?;
        removed += 1;
    }
    Ok(removed)
}

impl Outbox {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Where the post ends up.
    pub(crate) fn place(&self, handle: &Handle) -> PathBuf {
        self.root.join(handle.as_str())
    }

    /// Looks whether this post is there already. A folder of ours is never half written, so one that does not fit was
    /// changed by somebody and is left alone.
    pub(crate) fn look(&self, handle: &Handle, item: &str, cut_hash: &str) -> Result<Existing, DeliverError> {
        let place = self.place(handle);
        let occupied = |why: String| Err(DeliverError::Occupied { path: place.clone(), why });
        match fs::read_dir(&place) {
            Ok(mut entries) => {
                if entries.next().is_none() {
                    return Ok(Existing::Nothing);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Existing::Nothing),
            Err(error) => return Err(self.failed("look into", &place, error)),
        }
        let read = fs::read(place.join(POST)).ok().and_then(|bytes| serde_json::from_slice::<PostFile>(&bytes).ok());
        let Some(post) = read else {
            return occupied(format!("it has no readable {POST}"));
        };
        if post.item != item || post.video_hash() != Some(cut_hash) {
            return occupied(format!("its {POST} is about item {}", post.item));
        }
        for file in &post.files {
            if self.measure(&place, &file.name).ok().as_ref() != Some(file) {
                return occupied(format!("its {} is missing or changed", file.name));
            }
        }
        Ok(Existing::Whole(post.files))
    }

    /// True if the post's folder is where it was put, and this file in it as it was measured then.
    pub(crate) fn holds(&self, handle: &Handle, file: &FileEntry) -> bool {
        measured(&self.place(handle).join(&file.name), &file.name).is_ok_and(|found| found == *file)
    }

    /// A new, empty folder to put the post together in; what an earlier try left there is removed.
    pub(crate) fn begin(&self, handle: &Handle) -> Result<PathBuf, DeliverError> {
        let folder = self.incoming(handle);
        self.discard(handle)?;
        fs::create_dir_all(&folder).map_err(|error| self.failed("make the folder", &folder, error))?;
        Ok(folder)
    }

    /// Removes what [`Outbox::begin`] made, if it is there.
    pub(crate) fn discard(&self, handle: &Handle) -> Result<(), DeliverError> {
        let folder = self.incoming(handle);
        match remove(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed("remove", &folder, error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes a file, through to the disk, and measures it by reading it back.
    pub(crate) fn write(&self, folder: &Path, name: &str, bytes: &[u8]) -> Result<FileEntry, DeliverError> {
        let path = folder.join(name);
        File::create_new(&path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|error| self.failed("write", &path, error))?;
        self.settle(folder, name)
    }

    /// Brings a file that is already written through to the disk, and measures it.
    pub(crate) fn settle(&self, folder: &Path, name: &str) -> Result<FileEntry, DeliverError> {
        self.synced(&folder.join(name))?;
        self.measure(folder, name)
    }

    /// Moves the finished folder to its place: all of it at once, and for good.
    pub(crate) fn publish(&self, handle: &Handle) -> Result<(), DeliverError> {
        let (from, to) = (self.incoming(handle), self.place(handle));
        self.synced(&from)?;
        let parent = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(|error| self.failed("make the folder", parent, error))?;
        self.synced(&self.root)?;
        fs::rename(&from, &to).map_err(|error| self.failed("move the post to", &to, error))?;
        self.synced(parent)
    }

    fn incoming(&self, handle: &Handle) -> PathBuf {
        self.root.join(INCOMING).join(handle.flattened())
    }

    fn synced(&self, path: &Path) -> Result<(), DeliverError> {
        File::open(path).and_then(|file| file.sync_all()).map_err(|error| self.failed("sync", path, error))
    }

    fn measure(&self, folder: &Path, name: &str) -> Result<FileEntry, DeliverError> {
        let path = folder.join(name);
        measured(&path, name).map_err(|error| self.failed("read back", &path, error))
    }

    fn failed(&self, action: &'static str, path: &Path, error: io::Error) -> DeliverError {
        DeliverError::file(action, &self.root, path, error)
    }
}

fn measured(path: &Path, name: &str) -> io::Result<FileEntry> {
    let mut file = File::open(path)?;
    let (mut blake3, mut sha256, mut bytes) = (blake3::Hasher::new(), Sha256::new(), 0_u64);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        blake3.update(&piece[..length]);
        sha256.update(&piece[..length]);
        bytes += length as u64;
    }
    let sha256 = lower_hex(&sha256.finalize());
    Ok(FileEntry { name: name.to_owned(), bytes, blake3: blake3.finalize().to_hex().to_string(), sha256 })
}

fn lower_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}
