//! Files of unknown origin: opened without waiting, read to a limit.

use std::fs::{File, FileType, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use super::SourceError;

/// Largest file that is taken as a source, in bytes.
pub(super) const MAX_CLIP_BYTES: u64 = 1024 * 1024 * 1024;
/// Largest picture file, in bytes.
pub(super) const MAX_PICTURE_BYTES: u64 = 64 * 1024 * 1024;

/// What the bytes of a file are: BLAKE3 in hexadecimal, and how many there are.
///
/// # Errors
/// [`SourceError`] if it is no regular file, has more than a gigabyte, or changes while it is read.
pub(crate) fn identity(path: &Path) -> Result<(String, u64), SourceError> {
    let (mut file, length) = open(path, MAX_CLIP_BYTES)?;
    let mut hasher = blake3::Hasher::new();
    let mut got = 0;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut buffer).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
        got += count as u64;
        // One that grows as fast as it is read would never end.
        if count == 0 || got > length {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    whole(path, length, got)?;
    Ok((hasher.finalize().to_hex().to_string(), got))
}

/// The bytes of a file of at most `limit`.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let (file, length) = open(path, limit)?;
    rest(path, file, length)
}

/// A file's first bytes, by which its kind is known.
pub(super) fn head(path: &Path, mut file: &File) -> Result<Vec<u8>, SourceError> {
    let mut head = Vec::with_capacity(64);
    let read = file.by_ref().take(64).read_to_end(&mut head);
    read.map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    Ok(head)
}

/// All of a file that had `length` bytes when it was opened.
pub(super) fn rest(path: &Path, file: File, length: u64) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(length + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    whole(path, length, bytes.len() as u64)?;
    Ok(bytes)
}

fn whole(path: &Path, expected: u64, got: u64) -> Result<(), SourceError> {
    if got == expected { Ok(()) } else { Err(SourceError::Changed { path: path.to_owned(), expected, got }) }
}

/// Opens a regular file that is not empty and gives its length. What is checked is what was opened.
pub(super) fn open(path: &Path, limit: u64) -> Result<(File, u64), SourceError> {
    let unreadable = |source| SourceError::Read { path: path.to_owned(), source };
    let not_a_file = |kind| SourceError::NotAFile { path: path.to_owned(), kind };
    // Without this flag, opening a pipe would wait for somebody to write to it.
    let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        // A socket cannot be opened at all; the system's word for it helps nobody.
        Err(_) if std::fs::metadata(path).is_ok_and(|found| found.file_type().is_socket()) => {
            return Err(not_a_file("a socket"));
        }
        Err(error) => return Err(unreadable(error)),
    };
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err(not_a_file(kind(found.file_type())));
    }
    if found.len() == 0 {
        return Err(SourceError::damaged(path, "it is empty"));
    }
    if found.len() > limit {
        return Err(SourceError::too_large(path, "its bytes are", found.len(), limit));
    }
    Ok((file, found.len()))
}

fn kind(found: FileType) -> &'static str {
    if found.is_dir() {
        "a folder"
    } else if found.is_fifo() {
        "a pipe"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
