//! The rows of the table: what is done to a short, and how many of the copies must be found.

use crate::film::{Around, HEIGHT, Place, Tone, WIDTH};

/// What a copy is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// The short itself, from one share of its time to another, at a pace.
    Own(f32, f32, f32),
    /// The same pictures and pans under other captions.
    Captions,
    /// Another short with six seconds of this one inside.
    Inside,
    /// One half of this short and one half of another.
    Halves,
}

/// One step of the way from the source to the copy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Place(Place),
    /// A bright sign of so much of the width, in a corner.
    Logo(f32),
    /// A bar with two lines of another text, from one share of the height to another.
    Bar(f32, f32),
    /// Coded at this rate factor, in another size if one is given.
    Code(u32, Option<(usize, usize)>),
}

/// A kind of copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The figure's name.
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) source: Source,
    pub(crate) tone: Option<Tone>,
    pub(crate) steps: &'static [Step],
    pub(crate) wanted: Wanted,
}

/// Share of the copies, 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// Rejected.
    Reject(f64),
    /// Held or rejected.
    Hold(f64),
    /// None rejected.
    NoReject,
}

const ALL: Source = Source::Own(0.0, 1.0, 1.0);
const PLAIN: Tone = Tone { contrast: 1.0, lift: 0.0, gamma: 1.0, blue: 0.0, red: 0.0 };
const BRIGHT: Tone = Tone { contrast: 0.75, lift: 22.0, gamma: 0.9, ..PLAIN };
const DARK: Tone = Tone { contrast: 1.25, lift: -12.0, gamma: 1.2, ..PLAIN };
const TINT: Tone = Tone { blue: -0.35, red: 0.45, ..PLAIN };

const fn row(key: &'static str, name: &'static str, steps: &'static [Step], wanted: f64) -> Row {
    Row { key, name, source: ALL, tone: None, steps, wanted: Wanted::Reject(wanted) }
}

impl Row {
    const fn of(self, source: Source) -> Self {
        Self { source, ..self }
    }

    const fn toned(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }

    const fn must(self, wanted: Wanted) -> Self {
        Self { wanted, ..self }
    }

    pub(crate) fn needs_coder(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Code(..)))
    }
}

const MILD: f64 = 0.99;
const COVERED: f64 = 0.95;
const HEAVY: f64 = 0.90;

/// The middle of each side.
const fn middle(share: f32) -> Place {
    Place::part((1.0 - share) / 2.0, (1.0 - share) / 2.0, share, share)
}

const BARS: Place = Place::within(0.0, 0.2, 1.0, 0.6, Around::Plain(16)).sized(WIDTH, HEIGHT);

pub(crate) const ROWS: &[Row] = &[
    row("similar.recall.untouched", "sampled at other moments", &[], MILD),
    row("similar.recall.crf38", "re-encoded at crf 38", &[Step::Code(38, None)], MILD),
    row("similar.recall.180x320", "180x320 at crf 28", &[Step::Code(28, Some((180, 320)))], MILD),
    row("similar.recall.mirror", "mirrored", &[Step::Place(middle(1.0).mirrored())], MILD),
    row("similar.recall.letterbox", "letter-box bars", &[Step::Place(BARS)], MILD),
    row(
        "similar.recall.pillarbox",
        "pillar-box bars, on a wide frame",
        &[Step::Place(Place::within(0.342, 0.0, 0.316, 1.0, Around::Plain(16)).sized(HEIGHT, WIDTH))],
        MILD,
    ),
    row(
        "similar.recall.blurred_bars",
        "between blurred bars",
        &[Step::Place(Place::within(0.0, 0.2, 1.0, 0.6, Around::Blurred))],
        MILD,
    ),
    row("similar.recall.bright", "brighter, flatter", &[], MILD).toned(BRIGHT),
    row("similar.recall.dark", "darker, harder", &[], MILD).toned(DARK),
    row("similar.recall.tint", "tinted, hue turned", &[], MILD).toned(TINT),
    row("similar.recall.speed_0_9", "slower, 0.9", &[], MILD).of(Source::Own(0.0, 1.0, 0.9)),
    row("similar.recall.speed_1_1", "faster, 1.1", &[], MILD).of(Source::Own(0.0, 1.0, 1.1)),
    row("similar.recall.speed_1_25", "faster, 1.25", &[], MILD).of(Source::Own(0.0, 1.0, 1.25)),
    row("similar.recall.first_third_cut", "without its first third", &[], MILD).of(Source::Own(0.334, 1.0, 1.0)),
    row("similar.recall.last_third_cut", "without its last third", &[], MILD).of(Source::Own(0.0, 0.666, 1.0)),
    row("similar.recall.crop_5", "cropped by 5 %", &[Step::Place(middle(0.95))], COVERED),
    row("similar.recall.crop_10", "cropped by 10 %", &[Step::Place(middle(0.90))], COVERED),
    row(
        "similar.recall.crop_10_off",
        "cropped by 10 %, off the centre",
        &[Step::Place(Place::part(0.09, 0.02, 0.9, 0.9))],
        COVERED,
    ),
    row("similar.recall.crop_20", "cropped by 20 %", &[Step::Place(middle(0.80))], HEAVY),
    row("similar.recall.logo_15", "logo of 15 % of the width", &[Step::Logo(0.15)], COVERED),
    row("similar.recall.logo_30", "logo of 30 % of the width", &[Step::Logo(0.30)], COVERED),
    row("similar.recall.captions", "other captions and texts", &[], COVERED).of(Source::Captions),
    row("similar.recall.caption_bar", "a caption bar laid over", &[Step::Bar(0.70, 0.84)], COVERED),
    // The sine and cosine of 3 degrees.
    row("similar.recall.rotate_3", "turned by 3 degrees", &[Step::Place(Place::turned(0.052_336, 0.998_63))], HEAVY),
    row(
        "similar.recall.square",
        "cropped to a square",
        &[Step::Place(Place::part(0.0, 0.218_75, 1.0, 0.5625).sized(WIDTH, WIDTH))],
        HEAVY,
    ),
    row(
        "similar.recall.pip_moving",
        "55 % of the frame, over another short",
        &[Step::Place(Place::within(0.38, 0.36, 0.55, 0.55, Around::Other))],
        HEAVY,
    ),
    row(
        "similar.recall.pip_card",
        "70 % of the frame, on a plain card with a title",
        &[Step::Place(Place::within(0.15, 0.22, 0.7, 0.7, Around::Plain(180))), Step::Bar(0.05, 0.15)],
        HEAVY,
    ),
    row(
        "similar.recall.pair_all",
        "crop 10 %, mirror, tint, crf 38",
        &[Step::Place(middle(0.9).mirrored()), Step::Code(38, None)],
        HEAVY,
    )
    .toned(TINT),
    row(
        "similar.recall.pair_logo_bar",
        "logo of 15 % and a caption bar",
        &[Step::Logo(0.15), Step::Bar(0.70, 0.84)],
        HEAVY,
    ),
    row("similar.recall.pair_mirror_speed", "mirror, 1.1, darker", &[Step::Place(middle(1.0).mirrored())], HEAVY)
        .of(Source::Own(0.0, 1.0, 1.1))
        .toned(DARK),
    row("similar.recall.clip_inside", "six seconds inside another cut (held)", &[], COVERED)
        .of(Source::Inside)
        .must(Wanted::Hold(COVERED)),
    row("similar.recall.half_shared", "half of it shared (must not be rejected)", &[], 0.0)
        .of(Source::Halves)
        .must(Wanted::NoReject),
];

/// The axis of parts: same pictures, new pan and captions.
pub(crate) const PARTS: [(&str, &str, bool); 2] = [
    ("similar.recall.parts", "same files, new pan, order and captions (parts)", false),
    ("similar.recall.parts_recoded", "the same from pictures coded anew (parts)", true),
];
/// Of both.
pub(crate) const PARTS_WANTED: f64 = 0.99;
