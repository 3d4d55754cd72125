//! Recordings of feeds as they lie in a folder: NDJSON, one poll a line, plain or gzip.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// One feed's polls, in order of time.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The feed, as its lines call it.
    pub(crate) source: String,
    pub(crate) polls: Vec<Poll>,
}

/// What the feed showed at one time; empty where it answered with nothing.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Poll {
    #[serde(rename = "fetched_at")]
    pub(crate) at: Timestamp,
    #[serde(default)]
    source: String,
    #[serde(default)]
    pub(crate) items: Vec<Value>,
}

impl Poll {
    /// One poll of a feed that nobody recorded.
    pub(crate) fn new(at: Timestamp, items: Vec<Value>) -> Self {
        Self { at, source: String::new(), items }
    }
}

/// Every recording in a file or under a folder: one for each source.
///
/// # Errors
/// If a file cannot be read; lines that are no polls are passed over.
pub(crate) fn load(place: &Path) -> anyhow::Result<Vec<Recording>> {
    let mut sources = BTreeMap::<String, Vec<Poll>>::new();
    for file in files(place)? {
        let bytes = std::fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        let text = if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut text = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .read_to_end(&mut text)
                .with_context(|| format!("{} is not whole gzip data", file.display()))?;
            text
        } else {
            bytes
        };
        for poll in text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Poll>(line).ok()) {
            sources.entry(poll.source.clone()).or_default().push(poll);
        }
    }
    let sorted = sources.into_iter().map(|(source, mut polls)| {
        polls.sort_by_key(|poll| poll.at);
        Recording { source, polls }
    });
    Ok(sorted.collect())
}

fn files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    let entries = std::fs::read_dir(place).with_context(|| format!("could not read {}", place.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("could not read {}", place.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if [".ndjson", ".ndjson.gz", ".jsonl"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
