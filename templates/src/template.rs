//! What a template says: layers from the ground up, captions, transitions, sound. Lengths are shares, so that one
//! template serves every size and shape of frame.

use serde::Serialize;

use crate::colour::Colour;
use crate::look::{Background, Labels, MusicMood, Palette, Typeface};

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
    /// The scene has a text for the screen.
    Text,
    /// It has none.
    NoText,
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
    /// Radius of the corners as a share of the reference height ([`reference_height`]).
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

/// Up, down, left or right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
}

/// A plain form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shape {
    /// Its form, as large as its place.
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
    /// A line along the longer side, through the middle.
    Line,
    /// A triangle that points to the right, for arrows.
    Triangle,
    /// A tick.
    Check,
    /// A cross.
    Cross,
}

/// A text layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Text {
    /// What it says. `{title}`, `{on_screen}`, `{kicker}`, `{ai}`, `{number}`, `{count}`, `{value}`, `{unit}`, `{label}`,
    /// `{handle}` and `{source}` are filled in from the script, its figures and the brand kit. A text whose variables are all
    /// empty is not painted.
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

/// How a layer comes in or goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Animation {
    /// What it does.
    pub kind: AnimationKind,
    /// How long, in milliseconds, 0 to 2000.
    pub ms: u32,
    /// How long after the scene's start (or, for an exit, before its end) it waits, in milliseconds, 0 to 5000.
    pub delay_ms: u32,
    /// How the motion goes.
    pub easing: Easing,
}

/// What a layer does as it comes in; an exit does the same backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnimationKind {
    /// Becomes visible.
    Fade,
    /// Comes from a direction, a little, while it becomes visible.
    Slide(Direction),
    /// Is uncovered in a direction.
    Wipe(Direction),
    /// Grows from 80 % while it becomes visible.
    Pop,
}

/// How a motion goes from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// At one speed.
    Linear,
    /// Starts slowly.
    In,
    /// Ends slowly.
    Out,
    /// Both.
    InOut,
    /// Ends slowly after going a little too far.
    Back,
}

impl Easing {
    /// Where the motion is at `time`, both 0.0 to 1.0 ([`Easing::Back`] goes a little beyond 1.0 on its way).
    #[must_use]
    pub fn at(self, time: f64) -> f64 {
        let time = time.clamp(0.0, 1.0);
        let rest = 1.0 - time;
        match self {
            Self::Linear => time,
            Self::In => time * time * time,
            Self::Out => 1.0 - rest * rest * rest,
            Self::InOut => time * time * (3.0 - 2.0 * time),
            // Overshoot of a tenth, the usual 1.70158 of animation software.
            Self::Back => 1.0 - rest * rest * ((1.701_58 + 1.0) * rest - 1.701_58),
        }
    }
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

/// How one scene becomes the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Transition {
    /// What happens.
    pub kind: TransitionKind,
    /// How long, in milliseconds, 0 to 1000; it lies at the start of the next scene.
    pub ms: u32,
    /// How the motion goes.
    pub easing: Easing,
}

/// What happens between two scenes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionKind {
    /// Nothing.
    Cut,
    /// One fades into the other.
    CrossFade,
    /// The next slides over.
    Slide(Direction),
    /// The next pushes the other out.
    Push(Direction),
    /// A soft edge uncovers the next.
    Wipe(Direction),
    /// Through the other into the next.
    Zoom,
}

/// Which sound goes with what; `None` is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cues {
    /// At each transition.
    pub transition: Option<Effect>,
    /// At the first frame.
    pub hook: Option<Effect>,
    /// When a figure has grown.
    pub figure: Option<Effect>,
    /// At the call to action.
    pub call: Option<Effect>,
}

/// The sound effects that the press can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Effect {
    Whoosh,
    Pop,
    Tick,
    Ding,
    Riser,
    Impact,
}

/// What shares of the height are taken of, in pixels: the height of an upright 9:16 frame, and for other shapes the
/// height of the 9:16 frame with as many pixels, but at most 1.4 times their own height. So type stays as legible on a
/// square as it is on a phone's full screen.
#[must_use]
pub fn reference_height(width: u32, height: u32) -> f32 {
    let same_area = (f64::from(width) * f64::from(height) * 16.0 / 9.0).sqrt();
    same_area.min(1.4 * f64::from(height)) as f32
}

/// A niche's own colours, type and logo, laid over any template.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Brand {
    /// Replaces colours of the palette, by task.
    pub colours: BrandColours,
    /// Replaces the headline's families.
    pub headline: Option<Vec<String>>,
    /// Replaces the body's families.
    pub body: Option<Vec<String>>,
    /// Where the logo is; `None` leaves it where the template has it.
    pub logo_place: Option<Place>,
    /// `{handle}` in texts, such as `@harbour.daily`; may be empty.
    pub handle: String,
}

/// Colours that replace those of a palette.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in `Palette`")]
pub struct BrandColours {
    pub base: Option<Colour>,
    pub tone: Option<Colour>,
    pub glow: Option<Colour>,
    pub ink: Option<Colour>,
    pub surface: Option<Colour>,
    pub accent: Option<Colour>,
}

impl Template {
    /// The template in a brand's colours and type.
    #[must_use]
    pub fn branded(mut self, brand: &Brand) -> Self {
        let (old, new) = (self.palette, brand.colours);
        self.palette = Palette {
            base: new.base.unwrap_or(old.base),
            tone: new.tone.unwrap_or(old.tone),
            glow: new.glow.unwrap_or(old.glow),
            ink: new.ink.unwrap_or(old.ink),
            surface: new.surface.unwrap_or(old.surface),
            accent: new.accent.unwrap_or(old.accent),
        };
        for (face, families) in [(&mut self.fonts.headline, &brand.headline), (&mut self.fonts.body, &brand.body)] {
            if let Some(families) = families {
                // The template's own come after the brand's: a host without the brand's font still sets type.
                face.families.splice(0..0, families.iter().cloned());
            }
        }
        if let Some(place) = brand.logo_place {
            for layer in self.layers.iter_mut().filter(|layer| layer.kind == LayerKind::Logo) {
                layer.place = place;
            }
        }
        self
    }
}
