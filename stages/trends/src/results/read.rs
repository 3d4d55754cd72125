//! Own results from CSV and NDJSON, own posts from the outbox.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use reelpress_vocabulary::Structure;
use serde::Deserialize;

use super::{OwnPost, OwnResult};

/// Bytes of a file of results that are read.
const FILE_MAX: u64 = 256 << 20;
/// Rows of a file that are read.
const ROWS_MAX: usize = 1_000_000;
/// Bytes of a `post.json` that is read.
const POST_MAX: u64 = 1 << 20;
/// Posts of an outbox that are read, the latest first.
const POSTS_MAX: usize = 100_000;

/// Why a file of results could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The system's word.
    #[error("could not read results from {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A CSV file without a column that is needed.
    #[error("{} has no column `{column}` (there must be post, account, published, at and views)", path.display())]
    Column {
        /// Which file.
        path: PathBuf,
        /// Which column.
        column: &'static str,
    },
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedResult {
    /// From 1.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// Reads a file of results: `.csv` with a header line, anything else a JSON object a line, with the fields of [`OwnResult`].
/// Rows that cannot be read are left out and named; at most a million rows of 256 MB are read.
///
/// # Errors
/// [`ResultsError`] if the file cannot be read, or is a table without a column that is needed.
pub fn read_results(path: &Path) -> Result<(Vec<OwnResult>, Vec<SkippedResult>), ResultsError> {
    let unreadable = |source| ResultsError::Read { path: path.to_owned(), source };
    let file = BufReader::new(File::open(path).map_err(unreadable)?.take(FILE_MAX));
    let (mut results, mut skipped) = (Vec::new(), Vec::new());
    let mut take = |line: u64, read: Result<OwnResult, String>| match read.and_then(checked) {
        Ok(result) => results.push(result),
        Err(why) => skipped.push(SkippedResult { line, why }),
    };
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
        let headers = reader.headers().cloned().map_err(|error| unreadable(std::io::Error::other(error)))?;
        for column in ["post", "account", "published", "at", "views"] {
            if !headers.iter().any(|header| header == column) {
                return Err(ResultsError::Column { path: path.to_owned(), column });
            }
        }
        for (row, record) in reader.into_records().enumerate().take(ROWS_MAX) {
            let record = record.map_err(|error| error.to_string());
            let read = record
                .and_then(|record| record.deserialize::<OwnResult>(Some(&headers)).map_err(|error| error.to_string()));
            take(row as u64 + 2, read);
        }
    } else {
        for (row, line) in file.lines().enumerate().take(ROWS_MAX) {
            let line = line.map_err(unreadable)?;
            if !line.trim().is_empty() {
                take(row as u64 + 1, serde_json::from_str(&line).map_err(|error| error.to_string()));
            }
        }
    }
    Ok((results, skipped))
}

fn checked(result: OwnResult) -> Result<OwnResult, String> {
    if result.post.is_empty() || result.account.is_empty() {
        return Err("it names no post or no account".to_owned());
    }
    if result.at < result.published {
        return Err(format!("it was measured at {}, before it was published", result.at));
    }
    if result.watch_through.is_some_and(|share| !(0.0..=100.0).contains(&share)) {
        return Err("its watch_through is no share".to_owned());
    }
    Ok(result)
}

/// The fields of `post.json` that say what a post is made like.
#[derive(Deserialize)]
struct PostFile {
    item: String,
    handle: String,
    account: String,
    #[serde(default)]
    niche: String,
    #[serde(default)]
    structure: Option<Structure>,
    #[serde(default)]
    hashtags: Vec<String>,
    provenance: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    cut: Option<Cut>,
}

#[derive(Deserialize)]
struct Cut {
    #[serde(default)]
    template: String,
    #[serde(default)]
    music: Option<String>,
}

impl OwnPost {
    /// From the text of a `post.json`.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_post_file(text: &str) -> Result<Self, String> {
        let file = serde_json::from_str::<PostFile>(text).map_err(|error| error.to_string())?;
        let cut = file.provenance.and_then(|made| made.cut);
        let (template, sound) = cut.map(|cut| (cut.template, cut.music)).unwrap_or_default();
        Ok(Self {
            item: file.item,
            handle: file.handle,
            niche: file.niche,
            account: file.account,
            template,
            structure: file.structure,
            sound,
            hashtags: file.hashtags,
        })
    }
}

/// The posts of an outbox folder (`ACCOUNT/POST/post.json`), in the order of their folders' names; what cannot be read is
/// left out.
///
/// # Errors
/// [`ResultsError::Read`] if the outbox itself cannot be listed; one that is not there yet has no posts.
pub fn posts_of_outbox(outbox: &Path) -> Result<Vec<OwnPost>, ResultsError> {
    let accounts = match folders(outbox) {
        Ok(accounts) => accounts,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(ResultsError::Read { path: outbox.to_owned(), source }),
    };
    let mut posts = accounts.iter().filter_map(|account| folders(account).ok()).flatten().collect::<Vec<_>>();
    // Folders are named by their time, so the latest of all accounts stay.
    posts.sort_by(|a, b| (a.file_name(), a).cmp(&(b.file_name(), b)));
    let from = posts.len().saturating_sub(POSTS_MAX);
    let read = posts[from..].iter().filter_map(|folder| {
        let mut text = String::new();
        File::open(folder.join("post.json")).ok()?.take(POST_MAX).read_to_string(&mut text).ok()?;
        OwnPost::of_post_file(&text).ok()
    });
    Ok(read.collect())
}

fn folders(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
