//! What any form of template is made of: colours, type, drawn backgrounds, labels, the mood of the music.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::colour::Colour;

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
    /// The palette with `tone`, `glow` and `surface` mixed from the three other colours.
    #[must_use]
    pub(crate) fn with_mixed_rest(self) -> Self {
        Self {
            tone: self.base.mixed(self.ink, 0.10),
            glow: self.base.mixed(self.accent, 0.45),
            surface: self.base.mixed(self.ink, 0.06),
            ..self
        }
    }

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
