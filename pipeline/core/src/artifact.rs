//! The port for bytes that stages make, and the keys they are kept under.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::stage::StageName;

/// The hash of everything that makes a product: stage, stage version, inputs, parameters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MemoKey {
    stage: StageName,
    hash: blake3::Hash,
}

impl MemoKey {
    /// The key of what `stage` in its `version` makes of `inputs`. Raise the version when the same inputs give another
    /// product. `inputs` is any serialisable value; put everything that changes the product into it, and use
    /// `BTreeMap`, never `HashMap`, so that its JSON is the same every time.
    ///
    /// # Panics
    /// If `inputs` cannot be written as JSON (a map with keys that are not text): a mistake in the stage.
    #[must_use]
    pub fn new(stage: &StageName, version: u32, inputs: &impl Serialize) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(stage.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(&version.to_le_bytes());
        serde_json::to_writer(&mut hasher, inputs).expect("memo inputs are plain data with text keys");
        Self { stage: stage.clone(), hash: hasher.finalize() }
    }

    /// The artifact `name` (`cut.mp4`) that belongs to this product.
    ///
    /// # Panics
    /// If `name` is not a plain file name of lower-case letters, digits, `.`, `-` and `_`.
    #[must_use]
    pub fn artifact(&self, name: &str) -> ArtifactKey {
        let hex = self.hash.to_hex();
        ArtifactKey::parse(&format!("{}/{}/{hex}.{name}", self.stage, &hex[..2]))
            .expect("stage names and artifact names are fixed words")
    }

    /// Where the product itself is kept. Written last: when it is there, the artifacts it names are there too.
    #[must_use]
    pub fn product(&self) -> ArtifactKey {
        self.artifact("product.json")
    }
}

impl fmt::Display for MemoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stage, self.hash.to_hex())
    }
}

impl fmt::Debug for MemoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The name of stored bytes: a relative path of lower-case letters, digits, `.`, `-`, `_` and `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArtifactKey(String);

/// The text cannot name an artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("artifact key `{0}` is not a relative path of lower-case letters, digits, `.`, `-`, `_` and `/`")]
pub struct InvalidArtifactKey(String);

impl ArtifactKey {
    /// # Errors
    /// [`InvalidArtifactKey`] if the text could leave the store (`..`, a leading `/`) or holds other characters.
    pub fn parse(text: &str) -> Result<Self, InvalidArtifactKey> {
        let part_is_fine = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
        };
        if text.len() <= 512 && text.split('/').all(part_is_fine) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidArtifactKey(text.to_owned()))
        }
    }

    /// The key as a relative path with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ArtifactKey {
    type Error = InvalidArtifactKey;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ArtifactKey> for String {
    fn from(key: ArtifactKey) -> Self {
        key.0
    }
}

impl fmt::Display for ArtifactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ArtifactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why bytes could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// Nothing is stored under the key.
    #[error("artifact {key} is not in the store")]
    Missing {
        /// What was asked for.
        key: ArtifactKey,
    },
    /// The store has no room left.
    #[error("could not store artifact {key}: no space left (free some, the press goes on by itself)")]
    Full {
        /// What was being stored.
        key: ArtifactKey,
    },
    /// Any other failure of the store.
    #[error("could not {action} artifact {key}")]
    Store {
        /// `store`, `read`, `look up` or `remove`.
        action: &'static str,
        /// The key at hand.
        key: ArtifactKey,
        /// The store's own word.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store does not say what it holds.
    #[error("could not list the artifacts under {prefix}")]
    List {
        /// The keys' first parts.
        prefix: ArtifactKey,
        /// The store's own word.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What a store says about one artifact without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub key: ArtifactKey,
    /// How much is stored.
    pub bytes: u64,
    /// When it was written, by the store's own clock, in milliseconds since 1970.
    pub modified_millis: u64,
}

/// Where artifacts are kept. Writing a key is atomic (readers see all bytes or none) and writing it again is harmless.
///
/// Several hosts may share a store. What one of them lists, another may have removed by the time it is read: then it is
/// missing, as if it had never been there.
#[async_trait]
pub trait Artifacts: Send + Sync + 'static {
    /// Stores bytes under a key.
    ///
    /// # Errors
    /// [`ArtifactError::Full`] or [`ArtifactError::Store`].
    async fn put(&self, key: &ArtifactKey, bytes: Bytes) -> Result<(), ArtifactError>;

    /// Stores a local file's bytes under a key; the file stays where it is.
    ///
    /// # Errors
    /// [`ArtifactError::Full`] or [`ArtifactError::Store`].
    async fn put_file(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError>;

    /// The bytes under a key, or `None` if there are none.
    ///
    /// # Errors
    /// [`ArtifactError::Store`].
    async fn get(&self, key: &ArtifactKey) -> Result<Option<Bytes>, ArtifactError>;

    /// Writes the bytes under a key into a new local file.
    ///
    /// # Errors
    /// [`ArtifactError::Missing`] if nothing is stored there, or [`ArtifactError::Store`].
    async fn fetch(&self, key: &ArtifactKey, file: &Path) -> Result<(), ArtifactError>;

    /// Some of the bytes under a key, fewer where the artifact ends earlier, or `None` if nothing is stored there. A
    /// store that can reads only those.
    ///
    /// # Errors
    /// [`ArtifactError::Store`].
    async fn get_range(&self, key: &ArtifactKey, range: Range<u64>) -> Result<Option<Bytes>, ArtifactError> {
        let Some(all) = self.get(key).await? else { return Ok(None) };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
        let (start, end) = (place(range.start), place(range.end));
        Ok(Some(all.slice(start..end.max(start))))
    }

    /// Removes what is stored under a key; nothing there is no error. A reader that has begun gets all bytes or an
    /// error, never a part; one that comes later finds nothing.
    ///
    /// # Errors
    /// [`ArtifactError::Store`].
    async fn remove(&self, key: &ArtifactKey) -> Result<(), ArtifactError>;

    /// Everything whose key begins with the parts of `prefix` (`segments` finds `segments/ab/x`, not `segments-old/x`),
    /// by key. It is no snapshot: what is written or removed meanwhile may be in it or not. Half-written artifacts are
    /// never in it.
    ///
    /// # Errors
    /// [`ArtifactError::List`].
    async fn list(&self, prefix: &ArtifactKey) -> Result<Vec<Stored>, ArtifactError>;
}

impl ArtifactError {
    /// What a stage that met this error should tell the runner.
    #[must_use]
    pub fn remedy(&self) -> crate::Remedy {
        match self {
            Self::Missing { .. } => crate::Remedy::GiveUp,
            Self::Full { .. } => crate::Remedy::StopStage,
            Self::Store { .. } | Self::List { .. } => crate::Remedy::Retry { after: None },
        }
    }
}
