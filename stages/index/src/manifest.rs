//! Which files an index is made of. Whatever else lies in the folder, a crash has left.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::IndexError;

const MAGIC: [u8; 8] = *b"RPMANI\0\x01";
const NAME: &str = "manifest";

/// The list of files; replaced as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Numbers below this one are taken.
    pub(crate) next: u32,
    /// The log of what is in no segment.
    pub(crate) log: u32,
    pub(crate) segments: Vec<u32>,
}

impl Manifest {
    /// `None` if the folder has none yet.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, IndexError> {
        let path = folder.join(NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(IndexError::io("read", &path)(error)),
        };
        let manifest = crate::files::unseal(MAGIC, &bytes);
        manifest.map(Some).map_err(|what| IndexError::DamagedManifest { path, what: what.to_owned() })
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), IndexError> {
        crate::files::write(&folder.join(NAME), &crate::files::seal(MAGIC, self))
    }

    /// Files that have a name of ours and are in no manifest: a crash came before they were named, or after they were
    /// replaced.
    pub(crate) fn leftovers(&self, folder: &Path) -> Result<Vec<PathBuf>, IndexError> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(IndexError::io("list", folder))? {
            let entry = entry.map_err(IndexError::io("list", folder))?;
            let name = entry.file_name();
            let Some((stem, extension)) = name.to_str().and_then(|name| name.rsplit_once('.')) else { continue };
            let number = stem.parse::<u32>().ok().filter(|_| stem.len() == 8);
            let is_left = match (extension, number) {
                ("segment", Some(number)) => !self.segments.contains(&number),
                ("log", Some(number)) => number != self.log,
                ("new", None) => [NAME, "owners"].contains(&stem),
                _ => false,
            };
            if is_left {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }
}

pub(crate) fn segment(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.segment"))
}

pub(crate) fn log(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.log"))
}

pub(crate) fn owners(folder: &Path) -> PathBuf {
    folder.join("owners")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), None);
        let manifest = Manifest { next: 900, log: 7, segments: vec![1, 300] };
        manifest.write(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Some(manifest));
    }

    #[test]
    fn only_files_of_ours_that_no_manifest_names_are_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["00000001.segment", "00000002.segment", "00000003.log", "00000004.log", "owners", "owners.new"];
        let others = ["manifest", "lock", "00000002.segment.damaged", "notes.log", "1.segment", "photo.new"];
        names.iter().chain(&others).for_each(|name| std::fs::write(folder.path().join(name), []).unwrap());
        let manifest = Manifest { next: 9, log: 3, segments: vec![1] };
        let found = manifest.leftovers(folder.path()).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["00000002.segment", "00000004.log", "owners.new"]);
    }

    #[test]
    fn a_flipped_bit_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        Manifest { next: 900, log: 7, segments: vec![1, 300] }.write(folder.path()).unwrap();
        let path = folder.path().join(NAME);
        let good = std::fs::read(&path).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bytes = good.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, bytes).unwrap();
            assert!(Manifest::read(folder.path()).is_err(), "bit {bit}");
        }
        let said = Manifest::read(folder.path()).unwrap_err().to_string();
        insta::assert_snapshot!(said.replace(folder.path().to_str().unwrap(), "FOLDER"), @"manifest FOLDER/manifest is damaged: its checksum is wrong (restore the folder from a backup)");
    }
}
