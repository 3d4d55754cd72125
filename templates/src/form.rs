//! The shape of a template's file, said once and used three times: to read it, to write it, and to list its keys.
//!
//! [`template`] goes through a [`Template`] and names every value with its key, its default and its limits. A reader fills
//! the values in, a writer writes those that differ from their defaults, so what is written reads back as it was.

mod layers;
mod read;
mod write;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::colour::Colour;
use crate::parts::{Background, BackgroundKind, MusicMood, Palette, Typeface};
use crate::template::{
    CaptionStyle, Captions, Cues, Direction, Easing, Effect, Ink, Place, Template, TextBacking, Transition,
    TransitionKind, Typefaces, Within,
};

pub(crate) use read::parse;
pub(crate) use write::write;

/// Words of a file and what they mean.
pub(crate) type Words<'w, T> = &'w [(&'static str, T)];

/// Goes through a file's values, one key after the other. `default: None` makes a key one that must be there.
pub(crate) trait Form {
    fn number(&mut self, key: &'static str, value: &mut f32, default: Option<f32>, range: RangeInclusive<f32>);
    fn whole(&mut self, key: &'static str, value: &mut u32, default: Option<u32>, range: RangeInclusive<u32>);
    fn boolean(&mut self, key: &'static str, value: &mut bool, default: bool);
    /// One line of at most `longest` characters.
    fn text(&mut self, key: &'static str, value: &mut String, default: Option<&str>, longest: usize);
    /// A list of 1 to 8 texts.
    fn texts(&mut self, key: &'static str, value: &mut Vec<String>, default: &[&str]);
    /// A text for each language; those of `default` are there unless the file has others.
    fn languages(
        &mut self,
        key: &'static str,
        value: &mut BTreeMap<String, String>,
        default: &[(&str, &str)],
        longest: usize,
    );
    fn word<T: Copy + PartialEq>(&mut self, key: &'static str, value: &mut T, default: Option<T>, words: Words<'_, T>);
    /// A list of words, each at most once.
    fn words<T: Copy + PartialEq>(&mut self, key: &'static str, value: &mut Vec<T>, default: &[T], words: Words<'_, T>);
    fn colour(&mut self, key: &'static str, value: &mut Colour, default: Option<Colour>);
    fn ink(&mut self, key: &'static str, value: &mut Ink, default: Ink);
    /// `[x, y, width, height]`.
    fn corners(&mut self, key: &'static str, value: &mut Place, default: Option<[f32; 4]>);
    /// A table that is as good as there if it is not.
    fn section(&mut self, key: &'static str, inside: impl FnOnce(&mut Self));
    /// A table that need not be there.
    fn optional<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Option<T>,
        blank: T,
        inside: impl FnOnce(&mut Self, &mut T),
    );
    /// A list of tables.
    fn sections<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Vec<T>,
        blank: &T,
        inside: impl FnMut(&mut Self, &mut T),
    );
    /// True if values come from a file.
    fn reads(&self) -> bool;
}

const HEADLINE_FAMILIES: [&str; 4] = ["Inter Display", "Inter", "Open Sans", "DejaVu Sans"];
const BODY_FAMILIES: [&str; 3] = ["Inter", "Open Sans", "DejaVu Sans"];

/// The AI label in the languages that are known here, unless a template says it otherwise.
pub(crate) const AI_LABELS: [(&str, &str); 18] = [
    ("ar", "مُولَّد بالذكاء الاصطناعي"),
    ("de", "KI-generiert"),
    ("en", "AI-generated"),
    ("es", "Generado con IA"),
    ("fr", "Généré par IA"),
    ("hi", "एआई-जनित"),
    ("id", "Dibuat oleh AI"),
    ("it", "Generato con IA"),
    ("ja", "AI生成"),
    ("ko", "AI 생성"),
    ("nl", "Gemaakt met AI"),
    ("pl", "Wygenerowane przez AI"),
    ("pt", "Gerado por IA"),
    ("ru", "Создано ИИ"),
    ("tr", "Yapay zekâ ile üretildi"),
    ("uk", "Створено ШІ"),
    ("vi", "Tạo bởi AI"),
    ("zh", "AI 生成"),
];

/// The whole file.
pub(crate) fn template(form: &mut impl Form, template: &mut Template) {
    form.text("description", &mut template.description, None, 160);
    form.section("palette", |form| palette(form, &mut template.palette));
    form.section("fonts", |form| fonts(form, &mut template.fonts));
    let blank = layers::blank();
    form.sections("layers", &mut template.layers, &blank, layers::layer);
    form.section("captions", |form| captions(form, &mut template.captions));
    form.section("transition", |form| transition(form, &mut template.transition));
    let blank = Place { within: Within::Safe, x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    form.sections("reserved", &mut template.reserved, &blank, |form, reserved| {
        place(form, reserved, None, Within::Safe);
    });
    form.section("music", |form| music(form, &mut template.music));
    form.section("cues", |form| cues(form, &mut template.cues));
    form.section("labels", |form| {
        form.languages("ai", &mut template.labels.ai, &AI_LABELS, 32);
        form.languages("kicker", &mut template.labels.kicker, &[], 24);
    });
}

/// A template of which nothing is known yet.
pub(crate) fn blank(name: &str) -> Template {
    let typeface = || Typeface { families: Vec::new(), weight: 0 };
    let full = Place { within: Within::Safe, x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    Template {
        name: name.to_owned(),
        description: String::new(),
        palette: Palette {
            base: Colour::BLACK,
            tone: Colour::BLACK,
            glow: Colour::BLACK,
            ink: Colour::WHITE,
            surface: Colour::BLACK,
            accent: Colour::WHITE,
        },
        fonts: Typefaces { headline: typeface(), body: typeface() },
        layers: Vec::new(),
        captions: Captions {
            style: CaptionStyle::WordHighlight,
            place: full,
            size: 0.0,
            words: 0,
            capitals: false,
            colour: Ink::Ink,
            highlight: Ink::Accent,
            backing: TextBacking::Outline,
            backing_colour: Ink::Base,
        },
        transition: Transition { kind: TransitionKind::Cut, ms: 0, easing: Easing::InOut },
        reserved: Vec::new(),
        labels: crate::parts::Labels { ai: BTreeMap::new(), kicker: BTreeMap::new() },
        music: MusicMood { tempo_bpm: 0.0, root_hz: 0.0, minor: true },
        cues: Cues { transition: None, hook: None, figure: None, call: None },
    }
}

fn palette(form: &mut impl Form, palette: &mut Palette) {
    form.colour("base", &mut palette.base, None);
    form.colour("ink", &mut palette.ink, None);
    form.colour("accent", &mut palette.accent, None);
    let mixed = palette.with_mixed_rest();
    form.colour("tone", &mut palette.tone, Some(mixed.tone));
    form.colour("glow", &mut palette.glow, Some(mixed.glow));
    form.colour("surface", &mut palette.surface, Some(mixed.surface));
}

fn fonts(form: &mut impl Form, fonts: &mut Typefaces) {
    form.section("headline", |form| typeface(form, &mut fonts.headline, &HEADLINE_FAMILIES, 800));
    form.section("body", |form| typeface(form, &mut fonts.body, &BODY_FAMILIES, 700));
}

fn typeface(form: &mut impl Form, face: &mut Typeface, families: &[&str], weight: u32) {
    form.texts("families", &mut face.families, families);
    let mut read = u32::from(face.weight);
    form.whole("weight", &mut read, Some(weight), 100..=900);
    face.weight = read as u16;
}

/// `place` and `within`.
pub(crate) fn place(form: &mut impl Form, place: &mut Place, default: Option<[f32; 4]>, within: Within) {
    form.corners("place", place, default);
    form.word("within", &mut place.within, Some(within), &[("safe", Within::Safe), ("frame", Within::Frame)]);
}

fn captions(form: &mut impl Form, captions: &mut Captions) {
    let styles = [
        ("word-highlight", CaptionStyle::WordHighlight),
        ("box", CaptionStyle::Box),
        ("pop", CaptionStyle::Pop),
        ("karaoke", CaptionStyle::Karaoke),
        ("two-line", CaptionStyle::TwoLine),
        ("none", CaptionStyle::None),
    ];
    form.word("style", &mut captions.style, Some(CaptionStyle::WordHighlight), &styles);
    place(form, &mut captions.place, Some([0.0, 0.74, 1.0, 0.22]), Within::Safe);
    form.number("size", &mut captions.size, Some(0.040), 0.02..=0.07);
    let mut words = captions.words as u32;
    form.whole("words", &mut words, Some(4), 1..=12);
    captions.words = words as usize;
    form.boolean("capitals", &mut captions.capitals, false);
    form.ink("colour", &mut captions.colour, Ink::Ink);
    form.ink("highlight", &mut captions.highlight, Ink::Accent);
    form.word("backing", &mut captions.backing, Some(TextBacking::Outline), &BACKINGS);
    form.ink("backing_colour", &mut captions.backing_colour, Ink::Base);
}

pub(crate) const BACKINGS: [(&str, TextBacking); 7] = [
    ("none", TextBacking::None),
    ("shadow", TextBacking::Shadow),
    ("outline", TextBacking::Outline),
    ("strips", TextBacking::Strips),
    ("box", TextBacking::Box),
    ("bar", TextBacking::Bar),
    ("rule", TextBacking::Rule),
];

pub(crate) const EASINGS: [(&str, Easing); 5] = [
    ("linear", Easing::Linear),
    ("in", Easing::In),
    ("out", Easing::Out),
    ("in-out", Easing::InOut),
    ("back", Easing::Back),
];

fn transition(form: &mut impl Form, transition: &mut Transition) {
    let kinds = [
        ("cut", TransitionKind::Cut),
        ("cross-fade", TransitionKind::CrossFade),
        ("slide-up", TransitionKind::Slide(Direction::Up)),
        ("slide-down", TransitionKind::Slide(Direction::Down)),
        ("slide-left", TransitionKind::Slide(Direction::Left)),
        ("slide-right", TransitionKind::Slide(Direction::Right)),
        ("push-up", TransitionKind::Push(Direction::Up)),
        ("push-down", TransitionKind::Push(Direction::Down)),
        ("push-left", TransitionKind::Push(Direction::Left)),
        ("push-right", TransitionKind::Push(Direction::Right)),
        ("wipe-up", TransitionKind::Wipe(Direction::Up)),
        ("wipe-down", TransitionKind::Wipe(Direction::Down)),
        ("wipe-left", TransitionKind::Wipe(Direction::Left)),
        ("wipe-right", TransitionKind::Wipe(Direction::Right)),
        ("zoom", TransitionKind::Zoom),
    ];
    form.word("kind", &mut transition.kind, Some(TransitionKind::Cut), &kinds);
    form.whole("ms", &mut transition.ms, Some(250), 0..=1_000);
    form.word("easing", &mut transition.easing, Some(Easing::InOut), &EASINGS);
}

pub(crate) fn background(form: &mut impl Form, background: &mut Background) {
    let kinds = [
        ("light", BackgroundKind::Light),
        ("bands", BackgroundKind::Bands),
        ("rays", BackgroundKind::Rays),
        ("paper", BackgroundKind::Paper),
        ("hills", BackgroundKind::Hills),
    ];
    form.word("kind", &mut background.kind, Some(BackgroundKind::Light), &kinds);
    form.number("strength", &mut background.strength, Some(0.8), 0.0..=1.0);
}

fn music(form: &mut impl Form, music: &mut MusicMood) {
    form.number("tempo_bpm", &mut music.tempo_bpm, Some(96.0), 50.0..=180.0);
    form.number("root_hz", &mut music.root_hz, Some(110.0), 40.0..=440.0);
    form.word("mode", &mut music.minor, Some(true), &[("minor", true), ("major", false)]);
}

fn cues(form: &mut impl Form, cues: &mut Cues) {
    let effects = [
        ("none", None),
        ("whoosh", Some(Effect::Whoosh)),
        ("pop", Some(Effect::Pop)),
        ("tick", Some(Effect::Tick)),
        ("ding", Some(Effect::Ding)),
        ("riser", Some(Effect::Riser)),
        ("impact", Some(Effect::Impact)),
    ];
    form.word("transition", &mut cues.transition, Some(None), &effects);
    form.word("hook", &mut cues.hook, Some(None), &effects);
    form.word("figure", &mut cues.figure, Some(None), &effects);
    form.word("call", &mut cues.call, Some(None), &effects);
}

#[cfg(test)]
mod tests;
