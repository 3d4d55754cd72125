//! What the tests of this crate look at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use reelpress_config::{Media, MediaPlace};
use reelpress_vocabulary::MediaKind;

use crate::{MediaLibrary, Terms, Wish};

pub(crate) const TODAY: &str = "2026-11-21";
pub(crate) const VISUALS: [MediaKind; 2] = [MediaKind::Clip, MediaKind::Picture];

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A whole record but for what follows.
pub(crate) fn record(file: &str, more: &str) -> String {
    let uses = if more.contains("uses =") { "" } else { "uses = [\"commercial\"]\n" };
    format!("[[media]]\nfile = {file:?}\nsource = \"https://example.org/1\"\nlicence = \"CC0-1.0\"\n{uses}{more}\n")
}

/// A folder with these records, and these files, each with its own name as its content.
pub(crate) fn folder(records: &str, files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("licences.toml"), records).expect("writable");
    for file in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("writable");
        std::fs::write(path, file).expect("writable");
    }
    folder
}

pub(crate) fn settings(folders: &[&Path]) -> Media {
    let places = folders.iter().map(|folder| MediaPlace::Folder((*folder).to_owned())).collect();
    Media { places, ..Media::default() }
}

/// A library of one folder that was looked at.
pub(crate) fn library(folder: &Path) -> MediaLibrary {
    let library = MediaLibrary::new(&settings(&[folder])).expect("folders need no set-up");
    library.look_at_folders().expect("the records can be read");
    library
}

pub(crate) struct Order {
    pub(crate) seed: u64,
    pub(crate) today: &'static str,
    pub(crate) uses: Vec<String>,
    pub(crate) recent: BTreeMap<String, u32>,
    pub(crate) damaged: BTreeSet<PathBuf>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            seed: 1,
            today: TODAY,
            uses: vec!["commercial".to_owned()],
            recent: BTreeMap::new(),
            damaged: BTreeSet::new(),
        }
    }
}

impl Order {
    pub(crate) fn terms(&self) -> Terms<'_> {
        let Self { seed, today, uses, recent, damaged } = self;
        Terms { seed: *seed, today: day(today), uses, recent, damaged }
    }

    /// The names of what is picked for pictures or clips.
    pub(crate) fn pick(&self, library: &MediaLibrary, shows: &[&str]) -> Vec<Option<String>> {
        let wishes: Vec<Wish<'_>> =
            shows.iter().map(|show| Wish { show, kinds: &VISUALS, ..Wish::default() }).collect();
        self.wishes(library, &wishes)
    }

    pub(crate) fn wishes(&self, library: &MediaLibrary, wishes: &[Wish<'_>]) -> Vec<Option<String>> {
        let picks = library.pick(wishes, &self.terms()).expect("it was looked at");
        picks.into_iter().map(|pick| pick.map(|choice| choice.record().file.clone())).collect()
    }
}
