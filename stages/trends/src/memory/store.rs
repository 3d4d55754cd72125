//! The memory's file: read at the start, replaced as a whole after each poll.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::TrendMemory;
use crate::error::TrendsError;

/// The file's name in the folder that is handed in.
const FILE: &str = "trends.json";
/// The file's format; another one is not read.
const VERSION: u32 = 1;
/// A larger file was not written by us.
const MAX_BYTES: u64 = 256 << 20;

impl TrendMemory {
    /// Reads the memory of a folder, which is made if it is not there. A damaged file is moved aside and the memory starts
    /// anew, with a warning.
    ///
    /// # Errors
    /// [`TrendsError::Folder`] if the folder cannot be used.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Option<TrendsError>), TrendsError> {
        let failed = |source| TrendsError::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join(FILE);
        let fresh = Self { version: VERSION, ..Self::default() };
        let message = match std::fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((fresh, None)),
            Err(error) => return Err(failed(error)),
            Ok(about) if about.len() > MAX_BYTES => format!("it has {} bytes", about.len()),
            Ok(_) => match serde_json::from_slice::<Self>(&std::fs::read(&path).map_err(failed)?) {
                Ok(memory) if memory.version == VERSION => return Ok((memory, None)),
                Ok(memory) => format!("its version is {}, not {VERSION}", memory.version),
                Err(error) => error.to_string(),
            },
        };
        let kept = folder.join(format!("{FILE}.damaged"));
        std::fs::rename(&path, &kept).map_err(failed)?;
        Ok((fresh, Some(TrendsError::Damaged { path, kept, message })))
    }

    /// The file's bytes and its path.
    pub(crate) fn image(&self, folder: &Path) -> (PathBuf, Vec<u8>) {
        (folder.join(FILE), serde_json::to_vec(self).expect("the memory is plain data with text keys"))
    }
}

/// Replaces a file: readers, and a start after a crash, see the old bytes or the new ones.
///
/// # Errors
/// [`TrendsError::Save`]; the old file is still there then.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), TrendsError> {
    let failed = |source| TrendsError::Save { path: path.to_owned(), source };
    let new = path.with_extension("json.new");
    let mut file = File::create(&new).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}
