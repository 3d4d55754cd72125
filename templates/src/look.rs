//! What a look says. Lengths are shares of the frame's width or height, so that one look serves any size.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::colour::Colour;

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

/// Six colours with a task each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Palette {
    /// Most of the background.
    pub base: Colour,
    /// The background's second colour.
    pub tone: Colour,
    /// Light in the background.
    pub glow: Colour,
    /// Text on the background; at least 4.5:1 against `base`.
    pub ink: Colour,
    /// Cards and boxes.
    pub surface: Colour,
    /// The one colour that calls: highlights, rules, progress.
    pub accent: Colour,
}

impl Palette {
    /// The colour for large text on `ground`: the palette's lighter one of `base` and `ink` if its contrast is 3:1 or
    /// more (what WCAG 2 asks of large text), else the darker one; black or white where neither serves.
    #[must_use]
    pub fn reading_on(&self, ground: Colour) -> Colour {
        let lighter = self.base.contrast(Colour::BLACK) > self.ink.contrast(Colour::BLACK);
        let (light, dark) = if lighter { (self.base, self.ink) } else { (self.ink, self.base) };
        [light, dark, Colour::WHITE].into_iter().find(|colour| colour.contrast(ground) >= 3.0).unwrap_or(Colour::BLACK)
    }
}

/// A list of families and a weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Typeface {
    /// Family names, first choice first; never empty.
    pub families: Vec<String>,
    /// 100 to 900.
    pub weight: u16,
}

/// The two voices of a look's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fonts {
    /// Headlines and numerals.
    pub headline: Typeface,
    /// Captions and labels.
    pub body: Typeface,
}

/// What is drawn behind everything.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Background {
    /// What is drawn.
    pub kind: BackgroundKind,
    /// 0.0 (plain colour) to 1.0.
    pub strength: f32,
}

/// The kinds of drawn backgrounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackgroundKind {
    /// A soft gradient with large blobs of light.
    Light,
    /// Diagonal bands with fine lines.
    Bands,
    /// Rays from a point outside the middle.
    Rays,
    /// Paper with a dot grid and washed circles.
    Paper,
    /// Layered hills of colour under a low sun.
    Hills,
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

/// Small texts that are always there, by ISO 639-1 code; each has `en`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Labels {
    /// Says that a machine made it. It cannot be left out.
    pub ai: BTreeMap<String, String>,
    /// The name of the format, such as `In brief`; may be empty.
    pub kicker: BTreeMap<String, String>,
}

impl Labels {
    /// The AI label in `language` (`de`, `de-AT`), in English if the look has no such language.
    #[must_use]
    pub fn ai(&self, language: &str) -> &str {
        in_language(&self.ai, language)
    }

    /// The kicker in `language`, in English if the look has no such language; empty if the look has none.
    #[must_use]
    pub fn kicker(&self, language: &str) -> &str {
        in_language(&self.kicker, language)
    }
}

fn in_language<'a>(texts: &'a BTreeMap<String, String>, language: &str) -> &'a str {
    let short = language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase();
    texts.get(&short).or_else(|| texts.get("en")).map_or("", String::as_str)
}

/// How the music feels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MusicMood {
    /// Beats a minute, 50 to 180.
    pub tempo_bpm: f32,
    /// The scale's first tone in hertz, 40 to 440.
    pub root_hz: f32,
    /// Minor scale if true, major if false.
    pub minor: bool,
}
