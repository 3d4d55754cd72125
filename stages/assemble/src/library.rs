//! The picture library: a folder of pictures and a `licences.toml` that says where each one comes from. A file without a
//! record, or with one that has run out, is never picked.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

/// The file with the records.
pub const LICENCES_FILE: &str = "licences.toml";
const EXTENSIONS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];
/// Largest picture file, in bytes: it is read whole.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// Words shorter than this (`of`, `the`) say nothing about a picture.
const SHORTEST_WORD: usize = 4;

/// One picture's record in `licences.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Path within the library's folder, with `/`.
    pub file: String,
    /// Where the picture was taken from: an address or a catalogue number.
    pub source: String,
    /// The licence's name, such as `CC0-1.0`.
    pub licence: String,
    /// Whom to name; may be empty where the licence asks for nobody.
    #[serde(default)]
    pub attribution: String,
    /// Last day it may be used, as `2027-12-31`; without one it never runs out.
    #[serde(default)]
    pub expires: Option<Date>,
    /// Words it is found by, beside those of its file name.
    #[serde(default)]
    pub tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    #[serde(default)]
    pictures: Vec<Licence>,
}

/// Why the library cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A file cannot be read.
    #[error("could not read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// `licences.toml` is not as it should be.
    #[error("{path} is not a list of `[[pictures]]` with `file`, `source` and `licence`")]
    Records {
        /// The file.
        path: PathBuf,
        /// With line and column.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A record names a file that is not a picture in the folder.
    #[error("{path} names `{file}`, which is not the relative path of a jpg, jpeg, png or webp file")]
    File {
        /// `licences.toml`.
        path: PathBuf,
        /// What it names.
        file: String,
    },
    /// Two records for one file: which licence holds?
    #[error("{path} has two records for `{file}` (keep the one that holds)")]
    Twice {
        /// `licences.toml`.
        path: PathBuf,
        /// The file.
        file: String,
    },
    /// A picked picture cannot be read, or is too large to be one.
    #[error("the picture {path} cannot be used: {why}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// One picture as picked for a beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Path within the library.
    pub file: String,
    /// Where it is.
    pub path: PathBuf,
    /// blake3 of the file, hex.
    pub hash: String,
}

/// The pictures that may be used.
#[derive(Debug, Clone)]
pub struct PictureLibrary {
    folder: PathBuf,
    usable: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    file: String,
    words: BTreeSet<String>,
}

impl PictureLibrary {
    /// Reads the records of a folder and keeps those that hold on `today` and whose files are there.
    ///
    /// # Errors
    /// [`LibraryError`] if `licences.toml` is missing or not as it should be.
    pub fn load(folder: &Path, today: Date) -> Result<Self, LibraryError> {
        let path = folder.join(LICENCES_FILE);
        let text =
            std::fs::read_to_string(&path).map_err(|source| LibraryError::Read { path: path.clone(), source })?;
        let records: Records = toml::from_str(&text)
            .map_err(|source| LibraryError::Records { path: path.clone(), source: Box::new(source) })?;
        let mut seen = BTreeSet::new();
        let mut usable = Vec::new();
        for record in records.pictures {
            if !is_picture_name(&record.file) {
                return Err(LibraryError::File { path, file: record.file });
            }
            if !seen.insert(record.file.clone()) {
                return Err(LibraryError::Twice { path, file: record.file });
            }
            let holds = record.expires.is_none_or(|last| today <= last);
            if holds && folder.join(&record.file).is_file() {
                usable.push(Entry { words: words_of(&record), file: record.file });
            }
        }
        usable.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(Self { folder: folder.to_owned(), usable })
    }

    /// How many pictures may be picked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.usable.len()
    }

    /// True if none may be picked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.usable.is_empty()
    }

    /// One picture for each beat that some picture's words fit, none twice. Among equally fitting ones the seed chooses.
    /// `shows` is what each beat is to show; files in `damaged` are passed over.
    ///
    /// # Errors
    /// [`LibraryError::Unusable`] if a picked file cannot be read.
    pub fn pick(
        &self,
        shows: &[&str],
        seed: u64,
        damaged: &BTreeSet<PathBuf>,
    ) -> Result<Vec<Option<Picked>>, LibraryError> {
        let mut used = BTreeSet::new();
        let mut picks = Vec::with_capacity(shows.len());
        for (beat, show) in shows.iter().enumerate() {
            let wanted = words(show);
            let free = self.usable.iter().filter(|entry| {
                !used.contains(entry.file.as_str()) && !damaged.contains(&self.folder.join(&entry.file))
            });
            let best = free
                .map(|entry| (entry.words.intersection(&wanted).count(), lot(seed, beat, &entry.file), entry))
                .filter(|(fit, _, _)| *fit > 0)
                .max_by_key(|(fit, lot, _)| (*fit, *lot));
            let Some((_, _, entry)) = best else {
                picks.push(None);
                continue;
            };
            used.insert(entry.file.as_str());
            picks.push(Some(self.read(&entry.file)?));
        }
        Ok(picks)
    }

    fn read(&self, file: &str) -> Result<Picked, LibraryError> {
        let path = self.folder.join(file);
        let unusable = |why: String| LibraryError::Unusable { path: path.clone(), why };
        let bytes = std::fs::metadata(&path).map_err(|error| unusable(error.to_string()))?.len();
        if bytes > LARGEST_FILE {
            return Err(unusable(format!("it has {bytes} bytes, more than {LARGEST_FILE}")));
        }
        let content = std::fs::read(&path).map_err(|error| unusable(error.to_string()))?;
        let hash = blake3::hash(&content).to_hex().to_string();
        Ok(Picked { file: file.to_owned(), path, hash })
    }
}

/// A relative path that cannot leave the folder, with a picture's extension.
fn is_picture_name(file: &str) -> bool {
    let path = Path::new(file);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
    inside && !file.contains('\0') && EXTENSIONS.contains(&extension.as_str())
}

fn words_of(record: &Licence) -> BTreeSet<String> {
    let name = Path::new(&record.file).with_extension("");
    let mut all = words(&name.to_string_lossy());
    record.tags.iter().for_each(|tag| all.extend(words(tag)));
    all
}

/// Lower case, plural `s` taken off, so that `boats` finds `boat`.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .map(|word| {
            let lower = word.to_lowercase();
            lower.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map_or(lower.clone(), str::to_owned)
        })
        .collect()
}

fn lot(seed: u64, beat: usize, file: &str) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(&(beat as u64).to_le_bytes()).update(file.as_bytes());
    let mut lot = [0; 8];
    lot.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    lot
}

#[cfg(test)]
mod tests;
