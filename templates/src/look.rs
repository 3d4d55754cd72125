//! What a look says. Lengths are shares of the frame's width or height, so that one look serves any size.

use serde::Serialize;

use crate::colour::Colour;
use crate::parts::{Background, Labels, MusicMood, Palette, Typeface};

/// How the scenes of a video become pictures, and how its music feels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// Its file's name without `.toml`.
    pub name: String,
    /// One sentence for people: what it is good for.
    pub description: String,
    /// Colours.
    pub palette: Palette,
    /// Families, first choice first.
    pub fonts: Fonts,
    /// What is drawn behind everything where a scene has no picture.
    pub background: Background,
    /// How the background moves.
    pub motion: Motion,
    /// The spoken words.
    pub caption: Caption,
    /// The text of a scene.
    pub headline: Headline,
    /// The progress bar.
    pub progress: Progress,
    /// Small texts that are always there.
    pub labels: Labels,
    /// For the music bed.
    pub music: MusicMood,
}

/// The two voices of a look's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fonts {
    /// Headlines and numerals.
    pub headline: Typeface,
    /// Captions and labels.
    pub body: Typeface,
}

/// How the background moves within a scene.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Motion {
    /// 1.0 to 1.25, at the scene's start.
    pub zoom_from: f32,
    /// 1.0 to 1.25, at the scene's end.
    pub zoom_to: f32,
    /// Share of the free room that the view travels, 0.0 to 1.0.
    pub pan: f32,
    /// Cross-fade between two scenes in milliseconds, 0 (a cut) to 600.
    pub fade_ms: u32,
}

/// The spoken words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Caption {
    /// Type size as a share of the height, 0.02 to 0.06.
    pub size: f32,
    /// Where the middle of the words is, as a share of the height, 0.4 to 0.78 (the safe zone ends there).
    pub position: f32,
    /// Most words shown together, 2 to 6.
    pub words: usize,
    /// Capital letters only.
    pub capitals: bool,
    /// How the spoken word stands out.
    pub highlight: Highlight,
    /// The colour of it.
    pub highlight_colour: Colour,
    /// What makes the words legible on any picture.
    pub backing: Backing,
    /// How much larger the spoken word starts, 0.0 to 0.2.
    pub pop: f32,
}

/// How the spoken word stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Highlight {
    /// The word takes the colour.
    Colour,
    /// A rounded box of the colour under the word.
    Box,
}

/// What makes captions legible on any picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backing {
    /// A dark line round each letter, and a soft shadow.
    Outline,
    /// A panel of the surface colour.
    Panel,
    /// A soft shadow only.
    Shadow,
}

/// The text of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Headline {
    /// How the first scene's text looks.
    pub title: Card,
    /// How the other scenes' text looks.
    pub scene: Card,
    /// Type size of the first scene's text as a share of the height, 0.02 to 0.09.
    pub title_size: f32,
    /// Type size of the other scenes' text as a share of the height, 0.02 to 0.09.
    pub scene_size: f32,
    /// Where the top of the text is, as a share of the height, 0.16 to 0.5.
    pub position: f32,
    /// Where lines start.
    pub align: Align,
    /// Capital letters only.
    pub capitals: bool,
    /// Distance of lines as a share of the type size, 1.0 to 1.6.
    pub leading: f32,
}

/// How a scene's text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Card {
    /// Text on the background with a short rule of the accent colour above it.
    Rule,
    /// Each line on its own strip of the surface colour.
    Strips,
    /// A rounded card of the surface colour.
    Card,
    /// A bar of the accent colour beside the text.
    Bar,
    /// A large numeral of the scene above the text.
    Number,
}

/// Where lines start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// At the start of the line: left, or right in a right-to-left language.
    Start,
    /// In the middle.
    Centre,
}

/// The progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// One piece for each scene.
    Segments,
    /// One line.
    Line,
}
