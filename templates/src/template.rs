//! What a template says: layers from the ground up, captions, transitions, sound. Lengths are shares, so that one
//! template serves every size and shape of frame.

use serde::Serialize;

use crate::colour::Colour;
use crate::parts::{Labels, MusicMood, Palette};

mod brand;
mod layer;
mod motion;
mod words;

pub use crate::parts::{Background, BackgroundKind, Typeface};
pub use brand::{Brand, BrandColours};
pub use layer::{
    Chart, ChartForm, Gradient, LayerKind, Picture, PictureMotion, PictureOf, ProgressForm, Shape, ShapeForm,
    TimerForm, Video, WaveformForm,
};
pub use motion::{Animation, AnimationKind, Cues, Direction, Easing, Effect, Transition, TransitionKind};
pub use words::{CaptionStyle, Captions, Face, Stand, Text, TextAlign, TextBacking, VARIABLES, variables};

/// How the scenes of a video become pictures, and how its sound feels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Template {
    /// Its file's name without `.toml`.
    pub name: String,
    /// One sentence for people: what job it is for.
    pub description: String,
    /// Colours by task; a brand kit may replace some.
    pub palette: Palette,
    /// Families, first choice first; a brand kit may replace them.
    pub fonts: Typefaces,
    /// What is painted, lowest first; each layer says on which scenes.
    pub layers: Vec<Layer>,
    /// The spoken words; they lie over all layers.
    pub captions: Captions,
    /// How one scene becomes the next.
    pub transition: Transition,
    /// Where faces and products are: no text is ever laid over these places.
    pub reserved: Vec<Place>,
    /// Small texts that are always there.
    pub labels: Labels,
    /// How the music feels.
    pub music: MusicMood,
    /// Which sound goes with what.
    pub cues: Cues,
}

/// The voices of a template's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Typefaces {
    /// Headlines and numerals.
    pub headline: Typeface,
    /// Captions and labels.
    pub body: Typeface,
}

/// The part a scene plays in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The first beat.
    Hook,
    /// What lies between.
    Point,
    /// The last beat: the call to action.
    Call,
}

/// One thing that is painted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layer {
    /// For messages and previews; no two layers of a template share one.
    pub name: String,
    /// The scenes it is on; never empty.
    pub on: Vec<Role>,
    /// Painted only if all of these hold for the scene.
    pub when: Vec<Condition>,
    /// Where it is.
    pub place: Place,
    /// True keeps it still while scenes change, above the transition: labels, logo, progress.
    pub fixed: bool,
    /// 0.0 to 1.0.
    pub opacity: f32,
    /// How it comes in after the scene's start.
    pub enter: Option<Animation>,
    /// How it goes before the scene's end.
    pub exit: Option<Animation>,
    /// What it is.
    pub kind: LayerKind,
}

/// What must hold for a layer to be painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The scene has a picture or a clip.
    Media,
    /// It has none.
    NoMedia,
    /// The scene has one figure or more.
    Figure,
    /// It has none.
    NoFigure,
    /// The scene has two figures or more.
    Figures,
    /// It has one or none.
    NoFigures,
    /// The scene has a text for the screen.
    Text,
    /// It has none.
    NoText,
    /// The frame is wide: nearer to 16:9 than to 1:1.
    Wide,
    /// It is not.
    NoWide,
}

/// A rectangle as shares, 0.0 to 1.0, of what it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// Of the whole frame, or of the part that no platform's buttons cover.
    pub within: Within,
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// What a place is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// The whole frame.
    Frame,
    /// The part of the frame that stays free of every platform's buttons and texts. Text is always laid out here.
    Safe,
}

/// A colour: one of the palette's by its task, or fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ink {
    /// Most of the background.
    Base,
    /// The background's second colour.
    Tone,
    /// Light in the background.
    Glow,
    /// Text on the background.
    Ink,
    /// Cards and boxes.
    Surface,
    /// The one colour that calls.
    Accent,
    /// A colour that no brand kit changes.
    Fixed(Colour),
}

impl Ink {
    /// The colour in this palette.
    #[must_use]
    pub fn of(self, palette: &Palette) -> Colour {
        match self {
            Self::Base => palette.base,
            Self::Tone => palette.tone,
            Self::Glow => palette.glow,
            Self::Ink => palette.ink,
            Self::Surface => palette.surface,
            Self::Accent => palette.accent,
            Self::Fixed(colour) => colour,
        }
    }
}

/// What shares of the height are taken of, in pixels: the height of an upright 9:16 frame, and for other shapes the
/// height of the 9:16 frame with as many pixels, but at most 1.4 times their own height. So type stays as legible on a
/// square as it is on a phone's full screen.
#[must_use]
pub fn reference_height(width: u32, height: u32) -> f32 {
    let same_area = (f64::from(width) * f64::from(height) * 16.0 / 9.0).sqrt();
    same_area.min(1.4 * f64::from(height)) as f32
}
