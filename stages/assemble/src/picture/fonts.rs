//! The fonts of this host: which there are, which letters each of them has, and a digest of them all.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use cosmic_text::fontdb::{Database, FaceInfo, ID, Source, Stretch, Style};
use rayon::prelude::*;
use reelpress_templates::Typeface;
use skrifa::{FontRef, MetadataProvider, Tag};

use super::PictureError;

/// What brings the fonts of the built-in looks to a Debian or Ubuntu host.
pub(crate) const INSTALL: &str = "apt-get install fonts-inter fonts-open-sans fonts-dejavu-core";
/// What brings letters of all other scripts, and emoji.
pub const INSTALL_SCRIPTS: &str = "apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji";

/// Letters that a face for the script has.
const SCRIPTS: [(&str, &str); 7] = [
    ("Arabic", "\u{627}\u{628}\u{645}"),
    ("Devanagari", "\u{915}\u{93f}\u{94d}"),
    ("Thai", "\u{e01}\u{e35}\u{e49}"),
    ("Chinese", "\u{4e2d}\u{6587}\u{8bf4}"),
    ("Japanese", "\u{3042}\u{30ab}\u{6f22}"),
    ("Korean", "\u{d55c}\u{ae00}"),
    ("emoji", "\u{1f600}\u{1f680}"),
];

/// The fonts of this host, read once and shared by all painters. A clone is cheap.
#[derive(Debug, Clone)]
pub struct Fonts {
    shelf: Arc<Shelf>,
}

#[derive(Debug)]
struct Shelf {
    /// Faces in the order of their files' names, so that the order of a folder's listing changes nothing.
    database: Database,
    faces: Vec<ID>,
    /// Faces by the small letters of their family's name.
    families: BTreeMap<String, Vec<ID>>,
    letters: BTreeMap<ID, OnceLock<Letters>>,
    digest: OnceLock<Result<[u8; 32], (PathBuf, io::ErrorKind)>>,
}

/// What one face can show.
#[derive(Debug, Default)]
struct Letters {
    /// First and last code point of each unbroken range, in rising order.
    ranges: Vec<(u32, u32)>,
    /// Least and greatest weight of a variable face.
    weights: Option<(u16, u16)>,
}

/// A face chosen for a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) id: ID,
    /// The weight to ask it for.
    pub(crate) weight: u16,
}

impl Fonts {
    /// Reads the list of all installed fonts; takes up to a second.
    ///
    /// # Errors
    /// [`PictureError::NoFonts`] if there is none.
    pub fn system() -> Result<Self, PictureError> {
        let mut database = Database::new();
        database.load_system_fonts();
        Self::from_database(&database)
    }

    /// Reads the fonts of one folder and no others.
    ///
    /// # Errors
    /// [`PictureError::NoFonts`] if there is none.
    pub fn in_folder(folder: &Path) -> Result<Self, PictureError> {
        let mut database = Database::new();
        database.load_fonts_dir(folder);
        Self::from_database(&database)
    }

    fn from_database(found: &Database) -> Result<Self, PictureError> {
        if found.is_empty() {
            return Err(PictureError::NoFonts { hint: INSTALL });
        }
        let mut infos: Vec<FaceInfo> = found.faces().cloned().collect();
        infos.sort_by(|one, two| (file_of(one), one.index).cmp(&(file_of(two), two.index)));
        let mut database = Database::new();
        let faces: Vec<ID> = infos.into_iter().map(|info| database.push_face_info(info)).collect();
        let mut families: BTreeMap<String, Vec<ID>> = BTreeMap::new();
        for face in faces.iter().filter_map(|id| database.face(*id)) {
            for (name, _) in &face.families {
                let of_name = families.entry(name.to_lowercase()).or_default();
                if of_name.last() != Some(&face.id) {
                    of_name.push(face.id);
                }
            }
        }
        let letters = faces.iter().map(|id| (*id, OnceLock::new())).collect();
        Ok(Self { shelf: Arc::new(Shelf { database, faces, families, letters, digest: OnceLock::new() }) })
    }

    /// True if a family of this name is there (in any case of letters).
    #[must_use]
    pub fn has(&self, family: &str) -> bool {
        self.shelf.families.contains_key(&family.to_lowercase())
    }

    /// The scripts, by name, of which no face here has the letters.
    #[must_use]
    pub fn lacks(&self) -> Vec<&'static str> {
        let is_missing = |(_, letters): &&(&str, &str)| self.in_any(&letters.chars().collect::<Vec<_>>()).is_none();
        SCRIPTS.iter().filter(is_missing).map(|(name, _)| *name).collect()
    }

    /// A hash of the names and the content of all installed font files: two hosts with the same digest set the same text
    /// alike. Read once, by all cores; later calls answer at once. Folders do not count.
    ///
    /// # Errors
    /// [`PictureError::FontFile`] with the first file that could not be read.
    pub fn digest(&self) -> Result<[u8; 32], PictureError> {
        let digest = self.shelf.digest.get_or_init(|| digest(&self.shelf.database));
        digest.clone().map_err(|(file, kind)| PictureError::FontFile { file, source: kind.into() })
    }

    /// The first family of a list that is there, by the name it has itself.
    ///
    /// # Errors
    /// [`PictureError::MissingFont`] if none is.
    pub(crate) fn first_of(&self, face: &Typeface) -> Result<String, PictureError> {
        let own_name = |wanted: &String| {
            let id = self.shelf.families.get(&wanted.to_lowercase())?.first()?;
            let names = &self.info(*id)?.families;
            names.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(name, _)| name.clone())
        };
        face.families
            .iter()
            .find_map(own_name)
            .ok_or_else(|| PictureError::MissingFont { families: face.families.clone(), hint: INSTALL })
    }

    /// What is known of a face.
    pub(crate) fn info(&self, id: ID) -> Option<&FaceInfo> {
        self.shelf.database.face(id)
    }

    /// The upright face of a family that is nearest to `weight` and has all of `wanted`.
    pub(crate) fn in_family(&self, family: &str, weight: u16, wanted: &[char]) -> Option<Chosen> {
        let faces = self.shelf.families.get(&family.to_lowercase())?;
        let mut best: Option<((bool, bool, u16), Chosen)> = None;
        for info in faces.iter().filter_map(|id| self.info(*id)) {
            let letters = self.letters(info.id);
            if !letters.have(wanted) {
                continue;
            }
            let asked = letters.weights.map_or(info.weight.0, |(least, most)| weight.clamp(least, most));
            let distance = (info.style != Style::Normal, info.stretch != Stretch::Normal, asked.abs_diff(weight));
            if best.is_none_or(|(nearest, _)| distance < nearest) {
                best = Some((distance, Chosen { id: info.id, weight: asked }));
            }
        }
        best.map(|(_, chosen)| chosen)
    }

    /// True if a face has all of `wanted`.
    pub(crate) fn has_letters(&self, face: Chosen, wanted: &[char]) -> bool {
        self.letters(face.id).have(wanted)
    }

    /// Any face that has all of `wanted`: the first, by the names of files.
    pub(crate) fn in_any(&self, wanted: &[char]) -> Option<Chosen> {
        let mut upright = self.shelf.faces.iter().filter_map(|id| self.info(*id));
        let found = upright.find(|info| info.style == Style::Normal && self.letters(info.id).have(wanted))?;
        Some(Chosen { id: found.id, weight: found.weight.0 })
    }

    fn letters(&self, id: ID) -> &Letters {
        static NONE: Letters = Letters { ranges: Vec::new(), weights: None };
        let Some(letters) = self.shelf.letters.get(&id) else { return &NONE };
        letters.get_or_init(|| self.shelf.database.with_face_data(id, Letters::read).flatten().unwrap_or_default())
    }
}

impl Letters {
    fn read(data: &[u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(data, index).ok()?;
        let mut points: Vec<u32> =
            font.charmap().mappings().filter(|(_, glyph)| glyph.to_u32() != 0).map(|(point, _)| point).collect();
        points.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for point in points {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 >= point => *last = point,
                Some(_) | None => ranges.push((point, point)),
            }
        }
        let axis = font.axes().get_by_tag(Tag::new(b"wght"));
        let weights = axis.map(|axis| (axis.min_value() as u16, axis.max_value() as u16));
        Some(Self { ranges, weights: weights.filter(|(least, most)| least < most) })
    }

    fn have(&self, wanted: &[char]) -> bool {
        wanted.iter().all(|letter| {
            let point = u32::from(*letter);
            let at = self.ranges.partition_point(|(first, _)| *first <= point);
            at.checked_sub(1).is_some_and(|at| self.ranges[at].1 >= point)
        })
    }
}

fn file_of(info: &FaceInfo) -> Option<&Path> {
    match &info.source {
        Source::File(path) | Source::SharedFile(path, _) => Some(path),
        Source::Binary(_) => None,
    }
}

fn digest(database: &Database) -> Result<[u8; 32], (PathBuf, io::ErrorKind)> {
    let mut files: Vec<&Path> = database.faces().filter_map(file_of).collect();
    files.sort_unstable();
    files.dedup();
    let hashes: Vec<(&Path, blake3::Hash)> = files
        .into_par_iter()
        .map(|file| {
            let mut hasher = blake3::Hasher::new();
            File::open(file)
                .and_then(|opened| hasher.update_reader(opened).map(|hasher| hasher.finalize()))
                .map(|hash| (file, hash))
                .map_err(|error| (file.to_owned(), error.kind()))
        })
        .collect::<Result<_, _>>()?;
    let name = |file: &Path| file.file_name().unwrap_or_default().as_encoded_bytes().to_vec();
    let mut named: Vec<(Vec<u8>, blake3::Hash)> = hashes.into_iter().map(|(file, hash)| (name(file), hash)).collect();
    named.sort_unstable_by(|one, two| (&one.0, one.1.as_bytes()).cmp(&(&two.0, two.1.as_bytes())));
    let mut all = blake3::Hasher::new();
    for (name, hash) in named {
        all.update(&(name.len() as u64).to_le_bytes()).update(&name).update(hash.as_bytes());
    }
    Ok(*all.finalize().as_bytes())
}

#[cfg(test)]
mod tests;
