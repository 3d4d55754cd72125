//! The prints of each cut as a file of its own, named by the hash of the cut's id: an id may be a path.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use reelpress_similar::prints::Prints;

use crate::error::ArchiveError;

/// Largest file that is read: prints of half an hour have some 25 MB.
const MOST_BYTES: u64 = 64 << 20;

#[derive(Debug)]
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn open(folder: PathBuf) -> Result<Self, ArchiveError> {
        fs::create_dir_all(&folder).map_err(failed("make", &folder))?;
        Ok(Self(folder))
    }

    fn path(&self, id: &str) -> PathBuf {
        let name = blake3::hash(id.as_bytes()).to_hex();
        self.0.join(&name[..2]).join(format!("{name}.prints"))
    }

    /// On disk when this returns: written aside, synced, then named.
    pub(crate) fn put(&self, id: &str, prints: &Prints) -> Result<(), ArchiveError> {
        let bytes = prints.to_bytes().map_err(|source| ArchiveError::Prints { id: id.to_owned(), source })?;
        let path = self.path(id);
        let folder = path.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder).map_err(failed("make", folder))?;
        let aside = path.with_extension("new");
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(&bytes)?;
            file.sync_all()
        });
        written.map_err(failed("write", &aside))?;
        fs::rename(&aside, &path).map_err(failed("write", &path))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync", folder))
    }

    /// Nothing where there are none, or none that this program reads: they have to be made again.
    pub(crate) fn get(&self, id: &str) -> Option<Prints> {
        let path = self.path(id);
        let small = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= MOST_BYTES);
        let bytes = small.then(|| fs::read(&path).ok()).flatten()?;
        Prints::from_bytes(&bytes).ok()
    }

    pub(crate) fn remove(&self, id: &str) -> Result<(), ArchiveError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed("remove", &path)(source)),
            _ => Ok(()),
        }
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let path = path.to_owned();
    move |source| ArchiveError::Io { action, path, source }
}
