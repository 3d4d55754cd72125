//! A finished video file, and what it was made of.

use reelpress_core::ArtifactKey;
use serde::{Deserialize, Serialize};

use crate::ids::TemplateId;

/// One finished video file and its poster frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// MP4, H.264 High and AAC, moov first.
    pub video: ArtifactKey,
    /// PNG of one frame.
    pub poster: ArtifactKey,
    /// blake3 of the video file, hex: what an approval is bound to.
    pub hash: String,
    /// Size of the video file in bytes.
    pub bytes: u64,
    /// Picture width in pixels.
    pub width: u32,
    /// Picture height in pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// Integrated loudness of the mix in LUFS, as measured before encoding.
    pub loudness_lufs: f64,
    /// Where each beat is, in order.
    pub scenes: Vec<SceneSpan>,
    /// What it was made of.
    pub provenance: Provenance,
}

/// Where one beat is in the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneSpan {
    /// First millisecond.
    pub start_ms: u64,
    /// First millisecond after it.
    pub end_ms: u64,
}

/// The facts that labels and disclosures are decided on. Made by machine means labelled: there is no switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// How it looks.
    pub template: TemplateId,
    /// Engine and voice of the speech.
    pub voice: String,
    /// One for each beat.
    pub pictures: Vec<Picture>,
    /// What the music is, such as `reelpress procedural bed`; `None` without music.
    pub music: Option<String>,
}

/// One picture that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Where it came from.
    pub origin: PictureOrigin,
    /// blake3 of the source file, hex; empty for a drawn background.
    pub hash: String,
}

/// Where a picture came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PictureOrigin {
    /// Drawn by the press.
    Procedural,
    /// A file of the picture library.
    Library {
        /// Its name within the library.
        file: String,
    },
}
