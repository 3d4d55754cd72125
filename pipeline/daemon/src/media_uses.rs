//! Where a file of the media library went: a fold over what the journal says of every item.

use reelpress_core::{Book, Entry, ItemState, JournalError, Notes as _};
use reelpress_deliver::POST_DONE;
use reelpress_vocabulary::{Brief, Cut, MediaFile, MediaKind, Picture};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::envelope::open;

/// Fewer digits of a hash could be a file's name.
const SHORTEST_HASH: usize = 8;
/// The innermost envelope that still has the cut.
const INNERMOST: &str = "assembled";

/// One item that holds a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MediaUse {
    pub(crate) item: String,
    pub(crate) status: String,
    /// Empty where the journal has dropped it.
    pub(crate) title: String,
    pub(crate) account: String,
    pub(crate) file: String,
    pub(crate) kind: MediaKind,
    /// blake3 of the file as it was then.
    pub(crate) hash: String,
    pub(crate) licence: String,
    /// The beats that show it, from 0; empty for sounds and where the journal has dropped it.
    pub(crate) beats: Vec<usize>,
    /// The hash of the cut's video; empty where the journal has dropped it.
    pub(crate) cut: String,
    /// The post's folder within the outbox; empty without one.
    pub(crate) post: String,
}

/// Every item that holds the file, oldest first; `wanted` is its name, a path that ends in it, or the start of its hash.
///
/// # Errors
/// [`JournalError`] if an ended item's history cannot be read.
pub(crate) fn of(book: &Book, wanted: &str) -> Result<Vec<MediaUse>, JournalError> {
    let mut uses = Vec::new();
    for item in book.items(|_| true) {
        uses.extend(of_item(book, &item, wanted)?);
    }
    Ok(uses)
}

/// What a post's note says of it.
#[derive(Deserialize)]
struct Done {
    handle: String,
    hash: String,
    media: Vec<MediaFile>,
}

fn of_item(book: &Book, item: &ItemState, wanted: &str) -> Result<Vec<MediaUse>, JournalError> {
    let done: Option<Done> = book.of(item.id).iter().rev().find_map(|note| note.noted.read(POST_DONE));
    if done.as_ref().is_some_and(|done| !done.media.iter().any(|file| is_wanted(file, wanted))) {
        return Ok(Vec::new());
    }
    let has_ended = item.status.has_ended();
    let envelope = if has_ended { envelope_in_history(book, item)? } else { open(&item.input, INNERMOST) };
    let cut: Option<Cut> = envelope.as_ref().and_then(|envelope| part(envelope, "/cut"));
    let brief: Option<Brief> = envelope.as_ref().and_then(|envelope| part(envelope, "/voiced/scripted/brief"));
    let mut files: Vec<MediaFile> = Vec::new();
    let of_cut = cut.iter().flat_map(|cut| cut.provenance.files());
    for file in of_cut.chain(done.iter().flat_map(|done| &done.media)).filter(|file| is_wanted(file, wanted)) {
        if !files.contains(file) {
            files.push(file.clone());
        }
    }
    let as_use = |file: MediaFile| MediaUse {
        item: item.id.to_string(),
        status: item.status.as_str().to_owned(),
        title: brief.as_ref().map(|brief| brief.topic.title.clone()).unwrap_or_default(),
        account: brief.as_ref().map(|brief| brief.account.to_string()).unwrap_or_default(),
        beats: cut.as_ref().map(|cut| beats(cut, &file)).unwrap_or_default(),
        cut: cut
            .as_ref()
            .map(|cut| cut.hash.clone())
            .or(done.as_ref().map(|done| done.hash.clone()))
            .unwrap_or_default(),
        post: done.as_ref().map(|done| done.handle.clone()).unwrap_or_default(),
        file: file.file,
        kind: file.kind,
        hash: file.hash,
        licence: file.licence,
    };
    Ok(files.into_iter().map(as_use).collect())
}

fn beats(cut: &Cut, file: &MediaFile) -> Vec<usize> {
    let pictures = cut.provenance.pictures.iter().enumerate();
    pictures.filter(|(_, picture)| matches!(picture, Picture::File(one) if one == file)).map(|(at, _)| at).collect()
}

fn is_wanted(file: &MediaFile, wanted: &str) -> bool {
    let is_path =
        wanted.strip_suffix(file.file.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    is_path || (wanted.len() >= SHORTEST_HASH && file.hash.starts_with(wanted))
}

/// The last envelope with a cut that an ended item's stages passed on.
fn envelope_in_history(book: &Book, item: &ItemState) -> Result<Option<Value>, JournalError> {
    let history = book.history(item.id)?;
    Ok(history.iter().rev().find_map(|record| {
        let Entry::Passed { output, .. } = &record.entry else { return None };
        open(output, INNERMOST).filter(|envelope| envelope.get("cut").is_some())
    }))
}

fn part<T: DeserializeOwned>(value: &Value, pointer: &str) -> Option<T> {
    T::deserialize(value.pointer(pointer)?).ok()
}

#[cfg(test)]
mod tests;
