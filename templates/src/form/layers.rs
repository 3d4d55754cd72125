//! `[[layers]]`: what all layers have, and what each kind adds.

use super::{BACKINGS, EASINGS, Form, Words, background, place};
use crate::parts::{Background, BackgroundKind};
use crate::template::{
    Animation, AnimationKind, Chart, ChartForm, Condition, Direction, Easing, Face, Gradient, Ink, Layer, LayerKind,
    Picture, PictureMotion, PictureOf, Place, ProgressForm, Role, Shape, ShapeForm, Stand, Text, TextAlign,
    TextBacking, TimerForm, Video, WaveformForm, Within,
};

const ROLES: [(&str, Role); 3] = [("hook", Role::Hook), ("point", Role::Point), ("call", Role::Call)];
const CONDITIONS: [(&str, Condition); 10] = [
    ("media", Condition::Media),
    ("no-media", Condition::NoMedia),
    ("figure", Condition::Figure),
    ("no-figure", Condition::NoFigure),
    ("figures", Condition::Figures),
    ("no-figures", Condition::NoFigures),
    ("text", Condition::Text),
    ("no-text", Condition::NoText),
    ("wide", Condition::Wide),
    ("no-wide", Condition::NoWide),
];

/// The kinds by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture,
    Video,
    Colour,
    Gradient,
    Shape,
    Text,
    Logo,
    Progress,
    Waveform,
    Chart,
    Timer,
}

const KINDS: [(&str, Kind); 11] = [
    ("picture", Kind::Picture),
    ("video", Kind::Video),
    ("colour", Kind::Colour),
    ("gradient", Kind::Gradient),
    ("shape", Kind::Shape),
    ("text", Kind::Text),
    ("logo", Kind::Logo),
    ("progress", Kind::Progress),
    ("waveform", Kind::Waveform),
    ("chart", Kind::Chart),
    ("timer", Kind::Timer),
];

/// A kind's word in files and messages.
pub(crate) fn word_of(kind: &LayerKind) -> &'static str {
    let kind = kind_of(kind);
    KINDS.iter().find(|(_, known)| *known == kind).map_or("layer", |(word, _)| word)
}

fn kind_of(kind: &LayerKind) -> Kind {
    match kind {
        LayerKind::Picture(_) => Kind::Picture,
        LayerKind::Video(_) => Kind::Video,
        LayerKind::Colour { .. } => Kind::Colour,
        LayerKind::Gradient(_) => Kind::Gradient,
        LayerKind::Shape(_) => Kind::Shape,
        LayerKind::Text(_) => Kind::Text,
        LayerKind::Logo => Kind::Logo,
        LayerKind::Progress { .. } => Kind::Progress,
        LayerKind::Waveform { .. } => Kind::Waveform,
        LayerKind::Chart(_) => Kind::Chart,
        LayerKind::Timer { .. } => Kind::Timer,
    }
}

impl Kind {
    /// Kinds that fill the frame unless told otherwise.
    fn is_ground(self) -> bool {
        matches!(self, Self::Picture | Self::Video | Self::Colour | Self::Gradient)
    }

    fn blank(self) -> LayerKind {
        match self {
            Self::Picture => LayerKind::Picture(Picture {
                of: PictureOf::Scene,
                drawn: Background { kind: BackgroundKind::Light, strength: 0.0 },
                motion: PictureMotion { zoom_from: 1.0, zoom_to: 1.0, pan: 0.0, easing: Easing::Linear },
                tint: 0.0,
                corner: 0.0,
            }),
            Self::Video => LayerKind::Video(Video { file: String::new(), looped: true, speed: 1.0 }),
            Self::Colour => LayerKind::Colour { colour: Ink::Base },
            Self::Gradient => LayerKind::Gradient(Gradient {
                from: Ink::Base,
                to: Ink::Base,
                from_opacity: 0.0,
                to_opacity: 0.0,
                towards: Direction::Down,
            }),
            Self::Shape => LayerKind::Shape(Shape {
                form: ShapeForm::Box,
                colour: Ink::Surface,
                corner: 0.0,
                stroke: 0.0,
                shadow: 0.0,
            }),
            Self::Text => LayerKind::Text(Text {
                says: String::new(),
                face: Face::Body,
                size: 0.0,
                lines: 1,
                leading: 0.0,
                align: TextAlign::Start,
                stand: Stand::Top,
                capitals: false,
                colour: Ink::Ink,
                backing: TextBacking::None,
                backing_colour: Ink::Surface,
            }),
            Self::Logo => LayerKind::Logo,
            Self::Progress => {
                LayerKind::Progress { form: ProgressForm::Segments, colour: Ink::Accent, track: Ink::Tone }
            }
            Self::Waveform => LayerKind::Waveform { form: WaveformForm::Bars, colour: Ink::Accent, bars: 32 },
            Self::Chart => {
                LayerKind::Chart(Chart { form: ChartForm::Bars, colour: Ink::Accent, track: Ink::Tone, grow_ms: 0 })
            }
            Self::Timer => LayerKind::Timer { form: TimerForm::Ring, colour: Ink::Accent, track: Ink::Tone },
        }
    }
}

/// A layer of which nothing is known yet.
pub(super) fn blank() -> Layer {
    Layer {
        name: String::new(),
        on: Vec::new(),
        when: Vec::new(),
        place: Place { within: Within::Frame, x: 0.0, y: 0.0, width: 1.0, height: 1.0 },
        fixed: false,
        opacity: 1.0,
        enter: None,
        exit: None,
        kind: LayerKind::Logo,
    }
}

pub(super) fn layer<F: Form>(form: &mut F, layer: &mut Layer) {
    let mut kind = kind_of(&layer.kind);
    form.word("kind", &mut kind, None, &KINDS);
    if form.reads() {
        layer.kind = kind.blank();
    }
    form.text("name", &mut layer.name, Some(""), 40);
    form.words("on", &mut layer.on, &[Role::Hook, Role::Point, Role::Call], &ROLES);
    form.words("when", &mut layer.when, &[], &CONDITIONS);
    let (default, within) =
        if kind.is_ground() { (Some([0.0, 0.0, 1.0, 1.0]), Within::Frame) } else { (None, Within::Safe) };
    place(form, &mut layer.place, default, within);
    form.boolean("fixed", &mut layer.fixed, false);
    form.number("opacity", &mut layer.opacity, Some(1.0), 0.0..=1.0);
    match &mut layer.kind {
        LayerKind::Picture(picture) => self::picture(form, picture),
        LayerKind::Video(video) => {
            form.text("file", &mut video.file, None, 200);
            form.boolean("looped", &mut video.looped, true);
            form.number("speed", &mut video.speed, Some(1.0), 0.25..=4.0);
        }
        LayerKind::Colour { colour } => form.ink("colour", colour, Ink::Base),
        LayerKind::Gradient(gradient) => self::gradient(form, gradient),
        LayerKind::Shape(shape) => self::shape(form, shape),
        LayerKind::Text(text) => self::text(form, text),
        LayerKind::Logo => {}
        LayerKind::Progress { form: shape, colour, track } => {
            let forms =
                [("segments", ProgressForm::Segments), ("line", ProgressForm::Line), ("dots", ProgressForm::Dots)];
            form.word("form", shape, Some(ProgressForm::Segments), &forms);
            two_inks(form, colour, track);
        }
        LayerKind::Waveform { form: shape, colour, bars } => {
            let forms = [("bars", WaveformForm::Bars), ("floor", WaveformForm::Floor), ("pulse", WaveformForm::Pulse)];
            form.word("form", shape, Some(WaveformForm::Bars), &forms);
            form.ink("colour", colour, Ink::Accent);
            form.whole("bars", bars, Some(32), 8..=96);
        }
        LayerKind::Chart(chart) => self::chart(form, chart),
        LayerKind::Timer { form: shape, colour, track } => {
            let forms = [("ring", TimerForm::Ring), ("bar", TimerForm::Bar), ("seconds", TimerForm::Seconds)];
            form.word("form", shape, Some(TimerForm::Ring), &forms);
            two_inks(form, colour, track);
        }
    }
    animation(form, "enter", &mut layer.enter);
    animation(form, "exit", &mut layer.exit);
}

fn two_inks(form: &mut impl Form, colour: &mut Ink, track: &mut Ink) {
    form.ink("colour", colour, Ink::Accent);
    form.ink("track", track, Ink::Tone);
}

fn picture(form: &mut impl Form, picture: &mut Picture) {
    form.word(
        "of",
        &mut picture.of,
        Some(PictureOf::Scene),
        &[("scene", PictureOf::Scene), ("before", PictureOf::Before), ("none", PictureOf::None)],
    );
    form.number("tint", &mut picture.tint, Some(0.0), 0.0..=1.0);
    form.number("corner", &mut picture.corner, Some(0.0), 0.0..=0.1);
    form.section("drawn", |form| background(form, &mut picture.drawn));
    form.section("motion", |form| {
        let motion = &mut picture.motion;
        form.number("zoom_from", &mut motion.zoom_from, Some(1.0), 1.0..=1.5);
        form.number("zoom_to", &mut motion.zoom_to, Some(1.08), 1.0..=1.5);
        form.number("pan", &mut motion.pan, Some(0.3), 0.0..=1.0);
        form.word("easing", &mut motion.easing, Some(Easing::Linear), &EASINGS);
    });
}

fn gradient(form: &mut impl Form, gradient: &mut Gradient) {
    form.ink("from", &mut gradient.from, Ink::Base);
    form.ink("to", &mut gradient.to, Ink::Base);
    form.number("from_opacity", &mut gradient.from_opacity, Some(0.0), 0.0..=1.0);
    form.number("to_opacity", &mut gradient.to_opacity, Some(0.85), 0.0..=1.0);
    let directions =
        [("down", Direction::Down), ("up", Direction::Up), ("left", Direction::Left), ("right", Direction::Right)];
    form.word("towards", &mut gradient.towards, Some(Direction::Down), &directions);
}

fn shape(form: &mut impl Form, shape: &mut Shape) {
    let forms = [
        ("box", ShapeForm::Box),
        ("ellipse", ShapeForm::Ellipse),
        ("circle", ShapeForm::Circle),
        ("line", ShapeForm::Line),
        ("triangle", ShapeForm::Triangle),
        ("check", ShapeForm::Check),
        ("cross", ShapeForm::Cross),
    ];
    form.word("form", &mut shape.form, Some(ShapeForm::Box), &forms);
    form.ink("colour", &mut shape.colour, Ink::Surface);
    form.number("corner", &mut shape.corner, Some(0.0), 0.0..=0.1);
    form.number("stroke", &mut shape.stroke, Some(0.0), 0.0..=0.05);
    form.number("shadow", &mut shape.shadow, Some(0.0), 0.0..=1.0);
}

fn text(form: &mut impl Form, text: &mut Text) {
    form.text("says", &mut text.says, None, 120);
    form.word("face", &mut text.face, Some(Face::Body), &[("headline", Face::Headline), ("body", Face::Body)]);
    form.number("size", &mut text.size, Some(0.022), 0.012..=0.16);
    form.whole("lines", &mut text.lines, Some(1), 1..=8);
    form.number("leading", &mut text.leading, Some(1.15), 1.0..=1.6);
    let aligns: Words<'_, TextAlign> =
        &[("start", TextAlign::Start), ("centre", TextAlign::Centre), ("end", TextAlign::End)];
    form.word("align", &mut text.align, Some(TextAlign::Start), aligns);
    let stands: Words<'_, Stand> = &[("top", Stand::Top), ("middle", Stand::Middle), ("bottom", Stand::Bottom)];
    form.word("stand", &mut text.stand, Some(Stand::Top), stands);
    form.boolean("capitals", &mut text.capitals, false);
    form.ink("colour", &mut text.colour, Ink::Ink);
    form.word("backing", &mut text.backing, Some(TextBacking::None), &BACKINGS);
    form.ink("backing_colour", &mut text.backing_colour, Ink::Surface);
}

fn chart(form: &mut impl Form, chart: &mut Chart) {
    let forms = [
        ("bars", ChartForm::Bars),
        ("rows", ChartForm::Rows),
        ("ring", ChartForm::Ring),
        ("line", ChartForm::Line),
        ("counter", ChartForm::Counter),
    ];
    form.word("form", &mut chart.form, Some(ChartForm::Bars), &forms);
    two_inks(form, &mut chart.colour, &mut chart.track);
    form.whole("grow_ms", &mut chart.grow_ms, Some(1_000), 0..=3_000);
}

fn animation(form: &mut impl Form, key: &'static str, value: &mut Option<Animation>) {
    let kinds = [
        ("fade", AnimationKind::Fade),
        ("slide-up", AnimationKind::Slide(Direction::Up)),
        ("slide-down", AnimationKind::Slide(Direction::Down)),
        ("slide-left", AnimationKind::Slide(Direction::Left)),
        ("slide-right", AnimationKind::Slide(Direction::Right)),
        ("wipe-up", AnimationKind::Wipe(Direction::Up)),
        ("wipe-down", AnimationKind::Wipe(Direction::Down)),
        ("wipe-left", AnimationKind::Wipe(Direction::Left)),
        ("wipe-right", AnimationKind::Wipe(Direction::Right)),
        ("pop", AnimationKind::Pop),
    ];
    let blank = Animation { kind: AnimationKind::Fade, ms: 0, delay_ms: 0, easing: Easing::Out };
    form.optional(key, value, blank, |form, animation| {
        form.word("kind", &mut animation.kind, None, &kinds);
        form.whole("ms", &mut animation.ms, Some(300), 0..=2_000);
        form.whole("delay_ms", &mut animation.delay_ms, Some(0), 0..=5_000);
        form.word("easing", &mut animation.easing, Some(Easing::Out), &EASINGS);
    });
}

/// A blank layer kind for each word, in the order of the reference.
#[cfg(test)]
pub(super) fn every_kind() -> impl Iterator<Item = (&'static str, LayerKind)> {
    KINDS.iter().map(|(word, kind)| (*word, kind.blank()))
}
