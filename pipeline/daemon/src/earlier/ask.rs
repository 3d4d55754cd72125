//! What people ask of the archive: the same of the running daemon and of the files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reelpress_archive::{Archive, ArchiveError, Found, Label, Query};
use reelpress_similar::error::SimilarError;
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Rule, Ruling};
use serde::{Deserialize, Serialize};

/// What a file is like.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) definition: u16,
    pub(crate) ruling: Ruling,
    /// The largest share of any axis of any earlier one that rules, 0 to 1.
    pub(crate) share: f32,
    pub(crate) compared: u32,
    pub(crate) found: Vec<Found>,
    /// Earlier ones that are not known well enough any more.
    pub(crate) gone: Vec<String>,
}

pub(crate) fn ask(
    archive: &Archive,
    prints: &Prints,
    without: Option<String>,
    rule: &Rule,
) -> Result<Asked, ArchiveError> {
    let judged = archive.judge(prints, &Query { without, ..Query::default() }, rule)?;
    let reasons = judged.found.iter().flat_map(|found| &found.reasons);
    let share = reasons.map(|reason| reason.share).fold(0.0, f32::max);
    let (definition, ruling, compared) = (judged.definition, judged.ruling, judged.compared);
    Ok(Asked { definition, ruling, share, compared, found: judged.found, gone: judged.gone })
}

/// Puts in what is not the press's own: of no niche and no account.
pub(crate) fn add(archive: &Archive, id: String, prints: &Prints) -> Result<(), ArchiveError> {
    archive.add(&Label { id, niche: String::new(), account: String::new() }, prints)
}

/// What came of taking some out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Removed {
    pub(crate) removed: usize,
    /// Those that were not in it.
    pub(crate) unknown: Vec<String>,
}

pub(crate) fn remove(archive: &Archive, ids: &[String]) -> Result<Removed, ArchiveError> {
    let mut unknown = Vec::new();
    for id in ids {
        if !archive.remove(id)? {
            unknown.push(id.clone());
        }
    }
    Ok(Removed { removed: ids.len() - unknown.len(), unknown })
}

/// How much is in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holdings {
    pub(crate) cuts: usize,
    pub(crate) frames: usize,
    pub(crate) regions: usize,
    pub(crate) words: usize,
    pub(crate) index_bytes: u64,
    pub(crate) kernel: String,
}

pub(crate) fn holdings(archive: &Archive) -> Holdings {
    let [frames, keys, words] = archive.stats();
    Holdings {
        cuts: words.owners,
        frames: frames.hashes,
        regions: keys.hashes,
        words: words.hashes,
        index_bytes: frames.disk_bytes + keys.disk_bytes + words.disk_bytes,
        kernel: frames.kernel.to_owned(),
    }
}

/// Prints on their way to the daemon.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Posted {
    /// Of `add`: the path; of `query`: the id that is left out.
    pub(crate) id: Option<String>,
    /// As they are kept in files, in base64.
    prints: String,
}

/// Some ids.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    pub(crate) ids: Vec<String>,
}

impl Posted {
    pub(crate) fn of(id: Option<String>, prints: &Prints) -> Result<Self, SimilarError> {
        Ok(Self { id, prints: STANDARD.encode(prints.to_bytes()?) })
    }

    pub(crate) fn prints(&self) -> Result<Prints, SimilarError> {
        let wrong = |error: base64::DecodeError| SimilarError::Kept { why: error.to_string() };
        Prints::from_bytes(&STANDARD.decode(&self.prints).map_err(wrong)?)
    }
}
