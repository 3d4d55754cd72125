//! What makes a segment's pixels, by name, and the key that follows from it.

use std::borrow::Cow;
use std::fmt;

use reelpress_core::ArtifactKey;
use serde::Serialize;

/// Where segments are kept in the artifact store.
pub(super) const FOLDER: &str = "segments";

/// Most components of one segment.
pub(super) const MAX_COMPONENTS: usize = 64;
/// Longest name of a component.
pub(super) const MAX_NAME: usize = 64;

/// The hash of everything that makes a segment's pixels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentKey([u8; 32]);

impl SegmentKey {
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Where the segment is kept.
    ///
    /// # Panics
    /// Never: the key is made of fixed words and hexadecimal digits.
    #[must_use]
    pub fn artifact(&self) -> ArtifactKey {
        let hex = self.to_string();
        ArtifactKey::parse(&format!("{FOLDER}/{}/{hex}.seg", &hex[..2])).expect("fixed words and hexadecimal digits")
    }

    /// The other way; `None` for the name of anything else.
    pub(crate) fn of_artifact(key: &ArtifactKey) -> Option<Self> {
        let hex = key.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?.get(3..)?.strip_suffix(".seg")?;
        let read = Self(*blake3::Hash::from_hex(hex).ok()?.as_bytes());
        (read.artifact() == *key).then_some(read)
    }
}

impl fmt::Display for SegmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for SegmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What makes a segment's pixels, each part hashed by itself under a name that people understand (`captions`): when a
/// segment is not there, the names say why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Components(Vec<(Cow<'static, str>, [u8; 32])>);

impl Components {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part by its hash. Names are short words, each used once; the order counts.
    ///
    /// # Panics
    /// If a name is used twice, is empty or longer than 64 bytes, or there are more than 64: a mistake in the code.
    #[must_use]
    pub fn with(mut self, name: &'static str, hash: [u8; 32]) -> Self {
        self.add(Cow::Borrowed(name), hash).expect("components have short names of their own");
        self
    }

    /// Adds a part by its value: any serialisable one, without a `HashMap` in it.
    ///
    /// # Panics
    /// As [`Components::with`], and if the value cannot be written as JSON.
    #[must_use]
    pub fn with_value(self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        let mut hasher = blake3::Hasher::new();
        serde_json::to_writer(&mut hasher, value).expect("components are plain data with text keys");
        self.with(name, *hasher.finalize().as_bytes())
    }

    /// `None` if there cannot be such a component.
    pub(super) fn add(&mut self, name: Cow<'static, str>, hash: [u8; 32]) -> Option<()> {
        let is_fine = !name.is_empty() && name.len() <= MAX_NAME && self.0.len() < MAX_COMPONENTS;
        if !is_fine || self.0.iter().any(|(other, _)| *other == name) {
            return None;
        }
        self.0.push((name, hash));
        Some(())
    }

    /// The parts in their order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[u8; 32])> {
        self.0.iter().map(|(name, hash)| (name.as_ref(), hash))
    }

    /// The key of the segment that they make.
    #[must_use]
    pub fn key(&self) -> SegmentKey {
        let mut hasher = blake3::Hasher::new_derive_key("reelpress segment key 1");
        for (name, hash) in self.iter() {
            hasher.update(&[name.len() as u8]);
            hasher.update(name.as_bytes());
            hasher.update(hash);
        }
        SegmentKey(*hasher.finalize().as_bytes())
    }
}
