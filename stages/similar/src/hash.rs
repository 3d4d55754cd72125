//! 256 bits of a picture: how far apart two are, and how they are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::SimilarError;

/// A PDQ hash. Bit `16 * i + j` tells of the vertical frequency `i + 1` and the horizontal frequency `j + 1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(
    /// The lowest bits first.
    pub [u64; 4],
);

impl Hash {
    /// Bits in a hash.
    pub const BITS: u32 = 256;

    /// How many bits differ, 0 to 256.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0).map(|(one, two)| (one ^ two).count_ones()).sum()
    }
}

// As 32 bytes: a number of random bits is longer than itself in a format of variable lengths.
impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        bytes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <[u8; 32]>::deserialize(deserializer)?;
        let (words, _) = bytes.as_chunks::<8>();
        Ok(Self(std::array::from_fn(|at| u64::from_le_bytes(words[at]))))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = SimilarError;

    /// # Errors
    /// Where the text is not 64 hexadecimal digits, as the published lists write a hash.
    fn from_str(text: &str) -> Result<Self, SimilarError> {
        let wrong = || SimilarError::Hex { text: text.chars().take(80).collect() };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut words = [0; 4];
        for (at, word) in words.iter_mut().rev().enumerate() {
            *word = u64::from_str_radix(&text[at * 16..at * 16 + 16], 16).map_err(|_| wrong())?;
        }
        Ok(Self(words))
    }
}
