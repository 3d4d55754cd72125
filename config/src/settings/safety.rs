//! Brand safety: who looks at pictures and words, and what becomes of what they say.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::secret::Secret;

/// `[screen.safety]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safety {
    /// The ONNX file of `open_nsfw`; `None`: no model on this host looks at pictures.
    pub nsfw_model: Option<PathBuf>,
    /// What its blake3 must be, 64 lower-case hexadecimal digits; `None` takes any file.
    pub nsfw_model_hash: Option<String>,
    /// The library of ONNX Runtime; `None` leaves it to `[voice.kokoro]`, else to `ORT_DYLIB_PATH` or the system's own
    /// search. One for the life of the process.
    pub library: Option<PathBuf>,
    /// Most pictures of a cut that the model looks at, 1 to 48.
    pub pictures: NonZeroUsize,
    /// Longest time that the model may take for one cut.
    pub timeout: Duration,
    /// A cut with a lower score waits for a person, 0 to 100.
    pub hold_below: u32,
    /// A cut with a lower score is rejected, at most `hold_below`; `None` rejects none.
    pub reject_below: Option<u32>,
    /// True holds a cut that the model or the endpoint should have checked and did not.
    pub required: bool,
    /// An endpoint that judges words and pictures; `None` asks nobody.
    pub endpoint: Option<ModerationEndpoint>,
}

/// `[screen.safety.endpoint]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModerationEndpoint {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most tries of one call.
    pub attempts: NonZeroU32,
    /// Longest wait between two tries; an endpoint that asks for a longer one is not asked again for this cut.
    pub longest_wait: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
    /// Most pictures of a cut that are sent, one a call, 0 to 48; the words are one call more.
    pub pictures: u32,
}

impl Safety {
    /// True if somebody is to look at pictures or words.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.nsfw_model.is_some() || self.endpoint.is_some()
    }
}
