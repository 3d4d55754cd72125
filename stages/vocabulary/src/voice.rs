//! Speech with the time of every word.

use reelpress_core::ArtifactKey;
use serde::{Deserialize, Serialize};

/// Speech for a script: one WAV file, and when each word of each beat is heard in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceTrack {
    /// 16-bit mono WAV.
    pub audio: ArtifactKey,
    /// Samples a second.
    pub sample_rate: u32,
    /// Length of the file in milliseconds.
    pub duration_ms: u64,
    /// One for each beat of the script, in order, without overlap.
    pub beats: Vec<SpokenBeat>,
    /// Engine and voice, such as `espeak-ng 1.51 en-us`; goes into provenance.
    pub voice: String,
    /// True if the word times were guessed from the text, not told by the engine.
    pub estimated: bool,
}

/// One beat as spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenBeat {
    /// Where it starts in the file, in milliseconds (the pause after the beat before it belongs to that beat).
    pub start_ms: u64,
    /// Where it ends, pause included, in milliseconds: the next beat's start.
    pub end_ms: u64,
    /// Its words in order, times rising.
    pub words: Vec<Word>,
}

/// One word as written in the script (with its punctuation) and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// As written.
    pub text: String,
    /// First sound, in milliseconds from the start of the file.
    pub start_ms: u64,
    /// Last sound, in milliseconds from the start of the file.
    pub end_ms: u64,
}
