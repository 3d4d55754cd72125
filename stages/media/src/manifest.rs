//! `licences.toml`: a record for each file, with every problem at its line and column. A record with a problem is left out,
//! so its file is never picked; the others stand.

mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};
use std::sync::Arc;

use jiff::civil::Date;
use reelpress_config::{Problem, Problems, position};
use reelpress_vocabulary::{LicenceTerms, MediaKind, Platform, PlatformName};
use toml::de::{DeTable, DeValue};

use reader::Fields;

/// The file with the records, at the top of each place.
pub const LICENCES_FILE: &str = "licences.toml";
/// Most records of one place.
const MOST_RECORDS: usize = 200_000;
const PICTURES: [&str; 4] = ["jpg", "jpeg", "png", "webp"];
const CLIPS: [&str; 5] = ["mp4", "mov", "m4v", "webm", "mkv"];
const SOUNDS: [&str; 7] = ["mp3", "ogg", "opus", "flac", "wav", "m4a", "aac"];

/// What `licences.toml` says about one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Path within the place, with `/`.
    pub file: String,
    /// What it is; by default what its ending says.
    pub kind: MediaKind,
    /// Where it was taken from: an address or a catalogue number.
    pub source: String,
    /// The licence's name, such as `CC0-1.0`.
    pub licence: String,
    /// What it may be used for, such as `commercial`; never empty.
    pub uses: BTreeSet<String>,
    /// Last day it may be used; without one it never runs out.
    pub expires: Option<Date>,
    /// Countries the licence holds in: two lower-case letters each, `eu` or `world`; `None`: the record does not say.
    pub territories: Option<Vec<String>>,
    /// Platforms the licence holds on; `None`: the record does not say.
    pub platforms: Option<Vec<PlatformName>>,
    /// Whom to name; empty where the licence asks for nobody.
    pub attribution: String,
    /// Words it is found by, beside those of its file name.
    pub tags: Vec<String>,
    /// For music: what it feels like.
    pub moods: Vec<String>,
    /// For music: beats a minute.
    pub tempo: Option<u32>,
    /// The point that a crop keeps in view: from the left and from the top, each 0 to 1.
    pub focus: Option<(f64, f64)>,
    /// For clips and sounds: the part to use, first second and last.
    pub trim: Option<(f64, f64)>,
}

impl Record {
    /// What the licence allows, for the record of a cut.
    #[must_use]
    pub fn terms(&self) -> LicenceTerms {
        let platforms = |names: &Vec<PlatformName>| names.iter().copied().map(Platform::from).collect();
        LicenceTerms {
            uses: self.uses.iter().cloned().collect(),
            expires: self.expires.map(|last| last.to_string()),
            territories: self.territories.clone(),
            platforms: self.platforms.as_ref().map(platforms),
        }
    }
}

/// The records of one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// The records that are as they should be, by file.
    pub records: BTreeMap<String, Arc<Record>>,
    /// Files that are named by records with problems, and the lines of those.
    pub refused: BTreeMap<String, u32>,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Manifest {
    /// Reads the text of a `licences.toml`.
    ///
    /// # Errors
    /// [`Problems`] if it is no TOML: then nothing in it can be trusted. `name` stands before each line and column.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let (document, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let problem = |error: &toml::de::Error| {
                let (line, column) = position(text, error.span().map_or(text.len(), |span| span.start));
                Problem { line, column, message: error.message().to_owned(), hint: None }
            };
            return Err(Problems::new(name, errors.iter().map(problem).collect()));
        }
        let mut page = Page { text, problems: Vec::new() };
        let mut manifest = Self::default();
        read(&mut page, document.get_ref(), &mut manifest);
        page.problems.sort_by_key(|problem| (problem.line, problem.column));
        manifest.problems = page.problems;
        Ok(manifest)
    }
}

/// The text that is read and what was wrong so far.
struct Page<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Page<'_> {
    fn problem(&mut self, offset: usize, message: String, hint: Option<String>) {
        let (line, column) = position(self.text, offset);
        self.problems.push(Problem { line, column, message, hint });
    }
}

fn read(page: &mut Page<'_>, root: &DeTable<'_>, manifest: &mut Manifest) {
    for (key, value) in root {
        let name: &str = key.get_ref();
        let DeValue::Array(list) = value.get_ref() else {
            let message = format!("`{}` is not a list of records", reader::short(name));
            page.problem(key.span().start, message, Some("each file has a table [[media]]".to_owned()));
            continue;
        };
        if name != "media" {
            let message = format!("`{}` is not a key of the file", reader::short(name));
            page.problem(key.span().start, message, Some("each file has a table [[media]]".to_owned()));
            continue;
        }
        for (at, entry) in list.iter().enumerate() {
            if at == MOST_RECORDS {
                let message = format!("there are more than {MOST_RECORDS} records");
                page.problem(entry.span().start, message, Some("make it two places".to_owned()));
                break;
            }
            let Some(table) = entry.get_ref().as_table() else {
                page.problem(entry.span().start, format!("`media[{at}]` is not a table"), None);
                continue;
            };
            // A table's own span may begin at a later header, so that its first key is the better place.
            let first = table.iter().map(|(key, _)| key.span().start).min();
            add(page, Fields::new(table, first.unwrap_or(entry.span().start)), manifest);
        }
    }
}

/// Takes one record in, or remembers its file as refused.
fn add(page: &mut Page<'_>, mut fields: Fields<'_>, manifest: &mut Manifest) {
    let before = page.problems.len();
    let start = fields.start();
    let file = fields.required(page, "file", "the path within this folder").and_then(|text| checked_file(page, text));
    let (line, _) = position(page.text, start);
    if let Some((name, offset)) = &file {
        let first = manifest.records.remove(name).is_some();
        if first || manifest.refused.contains_key(name) {
            let message = format!("there are two records for `{}`", reader::short(name));
            page.problem(*offset, message, Some("keep the one that holds; until then neither does".to_owned()));
        }
    }
    let record = fields.record(page, file.as_ref().map_or("", |(name, _)| name.as_str()));
    fields.finish(page);
    let Some((name, _)) = file else { return };
    match record {
        Some(record) if page.problems.len() == before => {
            manifest.records.insert(name, Arc::new(record));
        }
        Some(_) | None => {
            manifest.refused.insert(name, line);
        }
    }
}

/// A relative path that cannot leave its place, with an ending that we know.
fn checked_file(page: &mut Page<'_>, (text, offset): (String, usize)) -> Option<(String, usize)> {
    let message = format!("`file` must be a relative path to a media file, not \"{}\"", reader::short(&text));
    if !is_plain(&text) {
        page.problem(offset, message, Some("it lies within this folder; parts are separated by `/`".to_owned()));
        return None;
    }
    if ending_kind(&text).is_none() {
        let all = [&PICTURES[..], &CLIPS, &SOUNDS].concat().join(", ");
        page.problem(offset, message, Some(format!("its ending is one of {all}")));
        return None;
    }
    Some((text, offset))
}

/// True for a relative path with `/` that cannot leave the folder that it is in.
pub(crate) fn is_plain(file: &str) -> bool {
    let parts_are_plain = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    let is_canonical = !file.ends_with('/') && !file.contains("//") && !file.contains("/./") && !file.contains('\\');
    !file.is_empty() && file.len() <= 512 && parts_are_plain && is_canonical && !file.chars().any(char::is_control)
}

/// What an ending says a file is; `None` for what is no media file.
#[must_use]
pub fn ending_kind(file: &str) -> Option<MediaKind> {
    let ending = Path::new(file).extension()?.to_str()?.to_lowercase();
    let is_in = |list: &[&str]| list.contains(&ending.as_str());
    if is_in(&PICTURES) {
        return Some(MediaKind::Picture);
    }
    if is_in(&CLIPS) {
        return Some(MediaKind::Clip);
    }
    is_in(&SOUNDS).then_some(MediaKind::Music)
}

/// True if a file with this ending can be used as this kind.
fn fits(ending: MediaKind, kind: MediaKind) -> bool {
    match kind {
        MediaKind::Picture | MediaKind::Logo => ending == MediaKind::Picture,
        MediaKind::Clip => ending == MediaKind::Clip,
        MediaKind::Music | MediaKind::Effect => ending == MediaKind::Music,
    }
}

#[cfg(test)]
mod tests;
