//! Numbers that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The system gives no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers ({0})")]
pub struct NoRandom(getrandom::Error);

/// 256 random bits as 43 letters, digits, `-` and `_`.
pub(crate) fn token() -> Result<String, NoRandom> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(NoRandom)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether two secrets are the same, in a time that says nothing about where they differ.
pub(crate) fn are_same(a: &str, b: &str) -> bool {
    blake3::hash(a.as_bytes()) == blake3::hash(b.as_bytes())
}
