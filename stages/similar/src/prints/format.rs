//! Prints as bytes: a name, the definition, a checksum, and then all of it. What was cut off or changed is found when it is
//! read, and made again from the cut.

use super::{DEFINITION, FRAMES_MAX, Prints};
use crate::error::SimilarError;

/// The first bytes.
const NAME: &[u8; 8] = b"rp-print";
/// Pictures inside of a frame.
const INNER_MAX: usize = 4;
/// Name, definition, checksum.
const HEAD: usize = 8 + 2 + 4;

impl Prints {
    /// The bytes to keep: the same prints give the same bytes.
    ///
    /// # Errors
    /// [`SimilarError::Kept`] where there is no memory for them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SimilarError> {
        let body = postcard::to_allocvec(self).map_err(|error| kept(&error))?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(NAME);
        bytes.extend_from_slice(&DEFINITION.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// What [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`SimilarError::Version`] for prints of another definition, [`SimilarError::Kept`] for all else that is not prints.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SimilarError> {
        let wrong = |why: &str| SimilarError::Kept { why: why.to_owned() };
        let Some((head, body)) = bytes.split_at_checked(HEAD) else {
            return Err(wrong("they are shorter than their head"));
        };
        if &head[..8] != NAME {
            return Err(wrong("they do not begin as prints do"));
        }
        let found = u16::from_le_bytes([head[8], head[9]]);
        if found != DEFINITION {
            return Err(SimilarError::Version { found, known: DEFINITION });
        }
        let sum = u32::from_le_bytes([head[10], head[11], head[12], head[13]]);
        if sum != crc32fast::hash(body) {
            return Err(wrong("their checksum is another one"));
        }
        let prints: Self = postcard::from_bytes(body).map_err(|error| kept(&error))?;
        if prints.is_sound() { Ok(prints) } else { Err(wrong("their numbers do not go together")) }
    }

    /// True where everything that is named is there, in order.
    fn is_sound(&self) -> bool {
        let shown = |still: u32| (still as usize) < self.stills.len();
        let ordered = self.frames.windows(2).all(|two| two[0].at_ms <= two[1].at_ms);
        let keys = self.keys.iter().all(|key| shown(key.still) && key.aspect.is_finite() && key.aspect > 0.0);
        let inner =
            self.inner.len() <= INNER_MAX && self.inner.iter().all(|inner| inner.inner.is_empty() && inner.is_sound());
        inner
            && ordered
            && keys
            && self.frames.len() <= FRAMES_MAX
            && self.frames.iter().all(|frame| shown(frame.still))
    }
}

fn kept(error: &postcard::Error) -> SimilarError {
    SimilarError::Kept { why: error.to_string() }
}
