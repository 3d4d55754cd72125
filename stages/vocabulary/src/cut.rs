//! A finished video file, and what it was made of.

use reelpress_core::ArtifactKey;
use serde::{Deserialize, Serialize};

use crate::ids::TemplateId;
use crate::platform::Platform;

/// One finished video file and its poster frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// MP4, H.264 High and AAC, moov first.
    pub video: ArtifactKey,
    /// PNG of one frame.
    pub poster: ArtifactKey,
    /// blake3 of the video file, hex: what an approval is bound to.
    pub hash: String,
    /// blake3 of the file before it was signed, hex: what makes it the same picture and sound, and what its signature names;
    /// `None` if it is not signed.
    #[serde(default)]
    pub unsigned: Option<String>,
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
    pub scenes: Vec<Span>,
    /// What was put over its pictures, by the time it appears: what is the template's own, not the cut's.
    #[serde(default)]
    pub overlays: Vec<Overlay>,
    /// What it was made of.
    pub provenance: Provenance,
}

/// A stretch of a cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First millisecond.
    pub start_ms: u64,
    /// First millisecond after it.
    pub end_ms: u64,
}

/// Something that was put over the pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    /// What it is for.
    pub kind: OverlayKind,
    /// When it is seen.
    pub span: Span,
    /// Where, with all that belongs to it: letters, outline, ground.
    pub area: Area,
    /// Its words as they are seen at once; empty for what is no text.
    pub text: String,
    /// Type size in pixels; 0 for what is no text.
    pub size_px: f32,
    /// The colours of its letters, 8-bit sRGB; empty for what is no text.
    pub colours: Vec<[u8; 3]>,
}

/// What an overlay is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverlayKind {
    /// Spoken words, as they are heard.
    Caption,
    /// The on-screen text of a beat.
    Text,
    /// That a machine made it, or who paid for it.
    Disclosure,
    /// A logo or another sign of the brand.
    Brand,
    /// What the template draws in every cut: bars, counters, progress.
    Furniture,
}

/// A part of the frame, in shares of its width and height, from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// The facts that labels and disclosures are decided on. Made by machine means labelled: there is no switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// How it looks.
    pub template: TemplateId,
    /// Engine and voice of the speech.
    pub voice: String,
    /// What each beat shows, one for each beat.
    pub pictures: Vec<Picture>,
    /// What the music is, such as `reelpress procedural bed`; `None` without music.
    pub music: Option<String>,
    /// Files of the media library beside the pictures: music, effects, logos.
    pub others: Vec<MediaFile>,
}

/// What one beat shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "kebab-case")]
pub enum Picture {
    /// Drawn by the press.
    Drawn,
    /// A picture or a clip of the media library.
    File(MediaFile),
    /// Made for this beat by a model: labelled as such.
    Generated {
        /// The model's name as configured.
        model: String,
        /// blake3 of the picture's file, hex.
        hash: String,
    },
}

/// A file of the media library as it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFile {
    /// What it was used as.
    pub kind: MediaKind,
    /// Its name within its place, with `/`.
    pub file: String,
    /// blake3 of its bytes, hex.
    pub hash: String,
    /// The licence's name, such as `CC-BY-4.0`.
    pub licence: String,
    /// Whom to name; empty where the licence asks for nobody.
    pub attribution: String,
    /// Where it was taken from: an address or a catalogue number.
    pub source: String,
    /// What the licence allows, as the library's record had it; `None` in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<LicenceTerms>,
}

/// What a licence allows, as far as the library's record tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LicenceTerms {
    /// What the file may be used for, such as `commercial`; lower case.
    pub uses: Vec<String>,
    /// The last day, `2027-12-31`; `None`: it does not run out.
    pub expires: Option<String>,
    /// Countries it holds in, two lower-case letters each, `eu` or `world`; `None`: the record does not say.
    pub territories: Option<Vec<String>>,
    /// Platforms it holds on; `None`: the record does not say.
    pub platforms: Option<Vec<Platform>>,
}

/// What a file of the media library is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaKind {
    /// A still picture.
    Picture,
    /// A video clip.
    Clip,
    /// Music that lies under the voice.
    Music,
    /// A short sound for a cue.
    Effect,
    /// A sign of the brand.
    Logo,
}

impl MediaKind {
    /// Every kind, in the order that lists use.
    pub const ALL: [Self; 5] = [Self::Picture, Self::Clip, Self::Music, Self::Effect, Self::Logo];

    /// The word for it in manifests and lists.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Clip => "clip",
            Self::Music => "music",
            Self::Effect => "effect",
            Self::Logo => "logo",
        }
    }
}

impl Provenance {
    /// Every file of the media library that the cut holds, in the order of its beats; one that is used twice is there
    /// twice.
    pub fn files(&self) -> impl Iterator<Item = &MediaFile> {
        let of_beats = self.pictures.iter().filter_map(|picture| match picture {
            Picture::File(file) => Some(file),
            Picture::Drawn | Picture::Generated { .. } => None,
        });
        of_beats.chain(&self.others)
    }
}
