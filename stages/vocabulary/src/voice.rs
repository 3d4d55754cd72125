//! Speech with the time of every word.

use reelpress_core::ArtifactKey;
use serde::{Deserialize, Serialize};

/// Speech for a script. Each beat is a file of its own, so that a script with one new sentence has one new file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceTrack {
    /// One for each beat of the script, in order; they are heard one after the other.
    pub beats: Vec<SpokenBeat>,
    /// Engine and voice, such as `espeak-ng 1.51 en-us`; goes into provenance.
    pub voice: String,
    /// True if the word times were guessed from the text, not told by the engine.
    pub estimated: bool,
}

impl VoiceTrack {
    /// Length of all beats in milliseconds.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.beats.iter().map(|beat| beat.duration_ms).sum()
    }
}

/// One beat as spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenBeat {
    /// 16-bit mono WAV. The key changes with the bytes.
    pub audio: ArtifactKey,
    /// Length of the file in milliseconds, rounded down; the pause after the beat is part of it.
    pub duration_ms: u64,
    /// Its words in order, times rising.
    pub words: Vec<Word>,
}

/// One word as written in the script (with its punctuation) and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// As written.
    pub text: String,
    /// First sound, in milliseconds from the start of the beat.
    pub start_ms: u64,
    /// Last sound, in milliseconds from the start of the beat.
    pub end_ms: u64,
}
