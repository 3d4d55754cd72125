//! Files that are whole or not there.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::IndexError;

/// Length and checksum, before what is sealed.
const SEAL: usize = 8;

/// Bytes that tell whether they are whole.
pub(crate) fn seal(magic: [u8; 8], content: &impl Serialize) -> Vec<u8> {
    let content = postcard::to_stdvec(content).expect("numbers and text in memory always encode");
    let mut bytes = magic.to_vec();
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(crc32fast::hash(&content).to_le_bytes());
    bytes.extend(content);
    bytes
}

/// What was sealed; else what is wrong with it. Bytes after it are not looked at.
pub(crate) fn unseal<T: DeserializeOwned>(magic: [u8; 8], bytes: &[u8]) -> Result<T, &'static str> {
    let (begin, rest) = bytes.split_first_chunk::<8>().ok_or("it is too short")?;
    if *begin != magic {
        return Err("it does not begin like one of this version");
    }
    let (head, rest) = rest.split_first_chunk::<SEAL>().ok_or("it is too short")?;
    let [length, sum] = [0, 4].map(|at| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let content = rest.get(..length as usize).ok_or("it is too short")?;
    if crc32fast::hash(content) != sum {
        return Err("its checksum is wrong");
    }
    postcard::from_bytes(content).map_err(|_| "it cannot be decoded")
}

/// Writes a file in another one's place: whoever looks finds the one or the other, whole.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).map_err(IndexError::io("create", &beside))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(IndexError::io("write", &beside))?;
    replace(&beside, path)
}

/// Moves a synced file into another one's place, and syncs the folder.
pub(crate) fn replace(from: &Path, to: &Path) -> Result<(), IndexError> {
    std::fs::rename(from, to).map_err(IndexError::io("replace", to))?;
    sync_folder(to.parent().unwrap_or(Path::new(".")))
}

/// Makes new names in a folder last.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), IndexError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(IndexError::io("sync", folder))
}
