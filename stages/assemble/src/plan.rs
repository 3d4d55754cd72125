//! What is painted, and nothing beside it. A painter is given a plan, the fonts and the media files that the plan names by
//! their content; it sees no setting, no clock, no account. So the hash of a plan is the hash of all that makes its pixels,
//! and a segment can be kept under it.

pub(crate) mod parts;

use std::path::PathBuf;
use std::sync::Arc;

use reelpress_templates::Palette;
use reelpress_templates::template::{Captions, Layer, Place, Role, Transition, Typefaces};
use reelpress_vocabulary::{Figure, OverlayKind};
use serde::Serialize;

use crate::picture::TimedWord;

/// The frame that everything is painted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Canvas {
    /// Pixels; even, 64 to 8192.
    pub width: u32,
    /// Pixels; even, 64 to 8192.
    pub height: u32,
    /// Frames a second, 1 to 240.
    pub fps: u32,
}

/// One scene as it is painted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenePlan {
    /// Its part in the script.
    pub role: Role,
    /// Which scene of the cut it is, from 0.
    pub index: usize,
    /// How many scenes the cut has.
    pub count: usize,
    /// Its length in frames, the transition into it included; 4 or more.
    pub frames: u64,
    /// ISO 639-1 code, for the choice of glyphs and of the writing direction.
    pub language: String,
    /// What drawn backgrounds and the directions of motion follow from; another one for each scene.
    pub seed: u64,
    /// Colours.
    pub palette: Palette,
    /// Type.
    pub fonts: Typefaces,
    /// The template's layers for this role whose conditions hold, lowest first, variables filled in.
    pub layers: Vec<Layer>,
    /// What each of them is over the pictures, if it is more than a part of them; a layer without an entry is not. It makes
    /// no pixel.
    pub purposes: Vec<Option<OverlayKind>>,
    /// How captions look.
    pub captions: Captions,
    /// No text is laid over these.
    pub reserved: Vec<Place>,
    /// The part of the frame that stays free of the platforms' own buttons, as shares of the frame; `Within::Safe` means it.
    pub safe: Place,
    /// What is spoken, in frames from the scene's first.
    pub words: Vec<TimedWord>,
    /// The numbers it is about.
    pub figures: Vec<Figure>,
    /// The narration's level in each frame, 0 to 255; empty if no layer shows it.
    pub level: Vec<u8>,
    /// Its picture or clip.
    pub media: Option<Media>,
    /// That of the scene before it; only if a layer shows it.
    pub media_before: Option<Media>,
    /// The brand kit's logo: a picture, perhaps with transparency.
    pub logo: Option<Media>,
    /// Clips that belong to the template, by the path their layer gives.
    pub clips: Vec<(String, Media)>,
}

/// A file that is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Media {
    /// blake3 of its content, hex.
    pub hash: String,
    /// Picture or clip.
    pub kind: MediaKind,
    /// What must stay in sight when it is cropped: shares of its width and height, 0.0 to 1.0.
    pub focus: (f32, f32),
    /// Where it is on this host; not part of what it is.
    #[serde(skip)]
    pub path: PathBuf,
}

/// Picture or clip.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum MediaKind {
    /// JPEG, PNG or WebP.
    Picture,
    /// Anything libav plays.
    Clip {
        /// Where to start, in milliseconds of the clip.
        start_ms: u64,
        /// Where to end, in milliseconds of the clip; `None` is its own end.
        end_ms: Option<u64>,
        /// 0.25 to 4.0.
        speed: f32,
        /// Starts over at its end; else stays on its last picture.
        looped: bool,
    },
}

/// All pictures of a cut.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CutPlan {
    /// The frame.
    pub canvas: Canvas,
    /// One or more.
    pub scenes: Vec<Arc<ScenePlan>>,
    /// How each scene but the first comes in.
    pub transition: Transition,
}

/// A stretch of a cut that is coded by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "piece", rename_all = "kebab-case")]
pub enum Piece {
    /// A scene from the end of its transition on.
    Scene {
        /// Which.
        scene: usize,
        /// Its first frame, counted from the scene's own first.
        from: u64,
    },
    /// The first frames of a scene, over which it comes in.
    Transition {
        /// The scene that comes in; never the first.
        into: usize,
        /// How many frames; less than the scene has.
        frames: u64,
    },
}

/// Shortest segment in frames.
pub const LEAST_SEGMENT: u64 = 2;

impl CutPlan {
    /// The pieces of the cut, in order; together they cover every frame once.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let wanted = u64::from(self.transition.ms) * u64::from(self.canvas.fps) / 1_000;
        let is_cut = self.transition.kind == reelpress_templates::template::TransitionKind::Cut;
        let mut pieces = Vec::with_capacity(self.scenes.len() * 2);
        for (at, scene) in self.scenes.iter().enumerate() {
            // A short scene is not all transition.
            let frames = wanted.min(scene.frames / 2);
            let from = if at == 0 || is_cut || frames < LEAST_SEGMENT { 0 } else { frames };
            if from > 0 {
                pieces.push(Piece::Transition { into: at, frames: from });
            }
            pieces.push(Piece::Scene { scene: at, from });
        }
        pieces
    }

    /// How many frames a piece has.
    #[must_use]
    pub fn frames_of(&self, piece: Piece) -> u64 {
        match piece {
            Piece::Scene { scene, from } => self.scenes[scene].frames - from,
            Piece::Transition { frames, .. } => frames,
        }
    }

    /// Frames in all.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.scenes.iter().map(|scene| scene.frames).sum()
    }
}

#[cfg(test)]
mod tests;
