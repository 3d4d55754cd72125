//! The last thing that happens to a cut's file: what it was made of is signed into it. How is not known here.

use std::error::Error;
use std::path::Path;

use bytes::Bytes;
use reelpress_config::Settings;
use reelpress_core::{ArtifactError, ArtifactKey, Artifacts, MemoKey};
use reelpress_vocabulary::{Assembled, Writer};
use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use crate::error::AssembleError;

/// Signs finished files.
pub trait Seal: Send + Sync + 'static {
    /// Whose signature it is, and by which version of the signer: part of the memo key. `None` if files are to be left as
    /// they are. Asked for every item, so it should answer from memory.
    ///
    /// # Errors
    /// [`SealError::Identity`].
    fn identity(&self, settings: &Settings) -> Result<Option<String>, SealError>;

    /// Writes `video`, which stays as it is, with what is on record of it to `sealed`; whole or not at all.
    /// `assembled.cut.hash` is the hash of `video`. May take seconds; called on a thread that may block.
    ///
    /// # Errors
    /// [`SealError`].
    fn seal(&self, settings: &Settings, video: &Path, assembled: &Assembled, sealed: &Path) -> Result<(), SealError>;
}

/// Why a file could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Nobody can be signed for: certificate and key need a hand.
    #[error("finished files cannot be signed")]
    Identity(#[source] Box<dyn Error + Send + Sync>),
    /// This file.
    #[error("cut could not be signed")]
    File(#[source] Box<dyn Error + Send + Sync>),
}

/// What of a signed file does not follow from its pictures and its sound, for the memo key.
#[derive(Debug, Serialize)]
pub(crate) struct SealKey<'a> {
    pub(crate) identity: String,
    pub(crate) title: &'a str,
    pub(crate) writer: &'a Writer,
}

/// A file that was signed. Two signatures of one file differ, so the first one counts: a person may have approved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    /// blake3 of the file before, hex.
    pub(crate) unsigned: String,
    /// blake3 of the file after, hex.
    pub(crate) hash: String,
    /// Its size.
    pub(crate) bytes: u64,
}

/// Where the files of one cut are kept.
pub(crate) struct Shelf<'a> {
    pub(crate) artifacts: &'a dyn Artifacts,
    pub(crate) video: ArtifactKey,
    record: ArtifactKey,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(artifacts: &'a dyn Artifacts, key: &MemoKey) -> Self {
        Self { artifacts, video: key.artifact("cut.mp4"), record: key.artifact("sealed.json") }
    }

    /// What was signed under this key before, if it is still there, whole, and of the same file.
    pub(crate) async fn kept(&self, unsigned: &str) -> Result<Option<Sealed>, ArtifactError> {
        let Some(record) = self.artifacts.get(&self.record).await? else { return Ok(None) };
        let Ok(sealed) = serde_json::from_slice::<Sealed>(&record) else { return Ok(None) };
        if sealed.unsigned != unsigned {
            return Ok(None);
        }
        let video = self.artifacts.get(&self.video).await?;
        let is_whole = video.is_some_and(|video| blake3::hash(&video).to_hex().as_str() == sealed.hash);
        Ok(is_whole.then_some(sealed))
    }

    /// The file first: a record without its file would be believed.
    pub(crate) async fn keep(&self, file: &TempPath, sealed: &Sealed) -> Result<(), AssembleError> {
        self.artifacts.put_file(&self.video, file).await?;
        let record = serde_json::to_vec(sealed).expect("plain data");
        self.artifacts.put(&self.record, Bytes::from(record)).await?;
        Ok(())
    }
}
