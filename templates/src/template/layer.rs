//! The kinds of layers, and what each needs to know.

use serde::Serialize;

use super::{Direction, Easing, Ink, Text};
use crate::parts::Background;

/// The kinds of layers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LayerKind {
    /// A scene's picture or clip in slow motion; drawn where the scene has none.
    Picture(Picture),
    /// A clip that belongs to the template.
    Video(Video),
    /// One colour.
    Colour {
        /// Which.
        colour: Ink,
    },
    /// Two colours that run into each other.
    Gradient(Gradient),
    /// A plain form.
    Shape(Shape),
    /// A text.
    Text(Text),
    /// The brand kit's logo, whole, in the middle of its place; nothing without a brand kit.
    Logo,
    /// How much of the video is over, every scene counting alike.
    Progress {
        /// Its form.
        form: ProgressForm,
        /// What is over.
        colour: Ink,
        /// What is to come.
        track: Ink,
    },
    /// The narration's level as it is heard.
    Waveform {
        /// Its form.
        form: WaveformForm,
        /// Which colour.
        colour: Ink,
        /// Bars or points, 8 to 96.
        bars: u32,
    },
    /// The scene's figures, drawn as they grow.
    Chart(Chart),
    /// The scene's own time running out.
    Timer {
        /// Its form.
        form: TimerForm,
        /// What is left.
        colour: Ink,
        /// What is gone.
        track: Ink,
    },
}

/// A scene's picture or clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// Whose.
    pub of: PictureOf,
    /// What is drawn where there is none.
    pub drawn: Background,
    /// How the view moves.
    pub motion: PictureMotion,
    /// How far the picture is toned towards the palette's base, 0.0 (as it is) to 1.0.
    pub tint: f32,
    /// Radius of the corners as a share of the reference height ([`reference_height`](crate::template::reference_height)).
    pub corner: f32,
}

/// Whose picture a picture layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureOf {
    /// This scene's.
    Scene,
    /// That of the scene before it (before and after); its own in the first scene.
    Before,
    /// Nobody's: it is always drawn.
    None,
}

/// How the view moves over a picture within a scene.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PictureMotion {
    /// 1.0 to 1.5, at the scene's start.
    pub zoom_from: f32,
    /// 1.0 to 1.5, at the scene's end.
    pub zoom_to: f32,
    /// Share of the free room that the view travels, 0.0 to 1.0.
    pub pan: f32,
    /// How the motion goes.
    pub easing: Easing,
}

/// A clip that belongs to the template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Video {
    /// Path beside the template's file.
    pub file: String,
    /// True starts over at the clip's end; false stays on its last picture.
    pub looped: bool,
    /// 0.25 to 4.0.
    pub speed: f32,
}

/// Two colours that run into each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gradient {
    /// At the start.
    pub from: Ink,
    /// At the end.
    pub to: Ink,
    /// 0.0 to 1.0, at the start.
    pub from_opacity: f32,
    /// 0.0 to 1.0, at the end.
    pub to_opacity: f32,
    /// Where the end is.
    pub towards: Direction,
}

/// A plain form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shape {
    /// Its form, as large as its place if nothing else is said.
    pub form: ShapeForm,
    /// Its colour.
    pub colour: Ink,
    /// Radius of a box's corners as a share of the reference height.
    pub corner: f32,
    /// Width of the line as a share of the reference height; 0.0 fills the form.
    pub stroke: f32,
    /// Strength of a soft shadow under it, 0.0 to 1.0.
    pub shadow: f32,
}

/// The plain forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum ShapeForm {
    Box,
    Ellipse,
    /// The largest circle, in the middle of its place.
    Circle,
    /// A line along the longer side, through the middle.
    Line,
    /// A triangle that points to the right, for arrows.
    Triangle,
    /// A tick, as wide as it is high, in the middle of its place.
    Check,
    /// A cross, as wide as it is high, in the middle of its place.
    Cross,
}

/// How much of the video is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProgressForm {
    /// One piece for each scene.
    Segments,
    /// One line.
    Line,
    /// A dot for each scene.
    Dots,
}

/// The narration's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaveformForm {
    /// Bars about the middle.
    Bars,
    /// Bars on a floor.
    Floor,
    /// A dot that grows.
    Pulse,
}

/// The scene's figures as a drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// Its form.
    pub form: ChartForm,
    /// The first (or greatest) figure.
    pub colour: Ink,
    /// The others, and the rest of a whole.
    pub track: Ink,
    /// Time to grow to the full value, in milliseconds, 0 to 3000.
    pub grow_ms: u32,
}

/// The forms of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartForm {
    /// A bar for each figure, from left to right.
    Bars,
    /// A row for each of the first six figures: its label, its number, and a bar under both.
    Rows,
    /// The first figure as a share of a whole (a percentage of 100, or of all figures' sum).
    Ring,
    /// The figures as points of a line.
    Line,
    /// The first figure as a number that counts up.
    Counter,
}

/// Time running out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerForm {
    /// A ring that empties.
    Ring,
    /// A bar that empties.
    Bar,
    /// The seconds that are left.
    Seconds,
}
