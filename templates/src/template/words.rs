//! Text of a layer, and the spoken words.

use serde::Serialize;

use super::{Ink, Place};

/// A text layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Text {
    /// What it says, with [`VARIABLES`] in braces, filled in from the script, its figures and the brand kit: `{number}` is
    /// which point it is, from 1, `{count}` how many points there are, `{rank}` the same counted down to 1; `{figure}` is
    /// the first figure as charts write it, `{claim}` what the text says of it: without the figure, if it begins with it. A text whose
    /// variables are all empty is not painted.
    pub says: String,
    /// Which typeface.
    pub face: Face,
    /// Type size as a share of the reference height, 0.012 to 0.16. Smaller type is taken where the text does not fit.
    pub size: f32,
    /// Most lines, 1 to 8.
    pub lines: u32,
    /// Distance of lines as a share of the type size, 1.0 to 1.6.
    pub leading: f32,
    /// Where lines start.
    pub align: TextAlign,
    /// Where the block is in its place.
    pub stand: Stand,
    /// Capital letters only, where the script has them.
    pub capitals: bool,
    /// The letters' colour.
    pub colour: Ink,
    /// What lies under the letters.
    pub backing: TextBacking,
    /// The colour of what lies under the letters.
    pub backing_colour: Ink,
}

/// Which of the two typefaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Face {
    Headline,
    Body,
}

/// Where lines start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextAlign {
    /// At the start of the line: left, or right in a right-to-left language.
    Start,
    /// In the middle.
    Centre,
    /// At the end of the line.
    End,
}

/// Where a block of text is in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Stand {
    Top,
    Middle,
    Bottom,
}

/// What lies under the letters of a text. Where a plain text would have less than 4.5:1 against what is behind it (the
/// contrast that WCAG 2 asks for), an outline is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextBacking {
    /// Nothing.
    None,
    /// A soft shadow.
    Shadow,
    /// A line round each letter, and a soft shadow.
    Outline,
    /// A strip under each line.
    Strips,
    /// One rounded box under all lines.
    Box,
    /// A bar beside the block, at the start of its lines.
    Bar,
    /// A short rule above the block.
    Rule,
}

/// The spoken words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Captions {
    /// How the spoken word stands out.
    pub style: CaptionStyle,
    /// Where they are, in the safe zone.
    pub place: Place,
    /// Type size as a share of the reference height, 0.02 to 0.07.
    pub size: f32,
    /// Most words shown together, 1 to 12.
    pub words: usize,
    /// Capital letters only.
    pub capitals: bool,
    /// The letters' colour.
    pub colour: Ink,
    /// What the spoken word takes: its letters' colour, or that of the box under it.
    pub highlight: Ink,
    /// What makes the words legible on any picture.
    pub backing: TextBacking,
    /// The colour of what lies under them.
    pub backing_colour: Ink,
}

/// How captions show the spoken word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionStyle {
    /// A few words; the spoken one takes the highlight colour.
    WordHighlight,
    /// A few words; the spoken one stands on a box.
    Box,
    /// A few words; the spoken one starts larger.
    Pop,
    /// A few words; those that were spoken keep the highlight colour, the spoken one fills from its start.
    Karaoke,
    /// Two lines of plain subtitles, nothing stands out.
    TwoLine,
    /// No captions.
    None,
}

/// The words that a text may hold in braces, and what fills them in.
pub const VARIABLES: [&str; 14] = [
    "title",
    "on_screen",
    "claim",
    "kicker",
    "ai",
    "number",
    "count",
    "rank",
    "figure",
    "value",
    "unit",
    "label",
    "handle",
    "source",
];

/// The words in braces of a text, in their order; also those that are no variables.
pub fn variables(says: &str) -> impl Iterator<Item = &str> {
    says.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
