use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::catalogue::{self, FORMAT};
use crate::generate;
use crate::template::LayerKind;
use crate::{TemplateProblem, TemplateProblems};

/// The example of FORMAT.md.
fn example() -> String {
    let lines = FORMAT.lines().filter_map(|line| line.strip_prefix("    ").or(line.is_empty().then_some("")));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned() + "\n"
}

fn problems(text: &str) -> String {
    match parse(Path::new("x.toml"), "x", text) {
        Ok((template, _)) => format!("no problem with `{}`", template.name),
        Err(found) => TemplateProblems(found).to_string(),
    }
}

fn read(text: &str) -> Template {
    parse(Path::new("x.toml"), "x", text).map_err(TemplateProblems).unwrap_or_else(|found| panic!("{found}")).0
}

#[test]
fn the_example_of_the_reference_is_a_template_of_30_lines() {
    let text = example();
    assert!(text.lines().count() <= 32, "{text}");
    let template = catalogue::parse(Path::new("x.toml"), "x", &text).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(template.layers.len(), 3);
    assert_eq!(template.layers[0].name, "picture 1");
    assert_eq!(template.labels.ai("de"), "KI-generiert");
    assert_eq!(template.captions.words, 4);
}

#[test]
fn every_mistake_is_told_with_its_place_and_the_nearest_word() {
    let text = example()
        .replace("base = \"#101418\"", "base = \"navy\"")
        .replace("kind = \"picture\"", "kind = \"picure\"")
        .replace("fixed = true", "fixed = 1")
        .replace("place = [0.56, 0.022, 0.44, 0.06]", "place = [0.56, 0.022, 0.6, 0.06]")
        .replace("face = \"headline\"", "fase = \"headline\"")
        .replace(
            "lines = 4",
            "lines = 40\non = [\"hook\", \"hook\", \"pint\"]\nenter = { kind = \"slide\", msec = 3 }",
        )
        + "colour = \"acent\"\n\n[captions]\nstyle = \"karoke\"\n\n[labels.kicker]\nde = \"Kurz\"\nenglish = \"Short\"\n";
    insta::assert_snapshot!(problems(&text), @"");
}

#[test]
fn what_is_missing_is_told_where_it_belongs() {
    insta::assert_snapshot!(problems("[[layers]]\nkind = \"text\"\n[[layers]]\nname = \"a\"\nkind = \"logo\"\nplace = [0, 0, 1, 1]\n[[layers]]\nname = \"a\"\nkind = \"colour\"\n"), @"");
    insta::assert_snapshot!(problems("description = \"x\"\n[palette]\nbase = \"#000000\"\nink = \"#FFFFFF\"\naccent = \"#FF0000\"\n"), @"");
    insta::assert_snapshot!(problems("description = \"x\"\nlayers = 3\npalette = \"red\"\n[fonts\n"), @"");
}

#[test]
fn every_built_in_template_survives_writing() {
    for name in catalogue::built_in() {
        let template = catalogue::parse(Path::new(name), name, catalogue::built_in_text(name).unwrap()).unwrap();
        let written = write(&template);
        assert_eq!(Template { name: "x".to_owned(), ..template }, read(&written), "{name}:\n{written}");
    }
}

#[test]
fn the_reference_names_every_key_and_every_word() {
    let mut keys = Keys::default();
    let mut template = blank("x");
    let mut layer = layers::blank();
    super::template(&mut keys, &mut template);
    // `Keys` reads no file, so each kind is put in by hand.
    for (_, kind) in layers::every_kind() {
        layer.kind = kind;
        layers::layer(&mut keys, &mut layer);
    }
    assert!(matches!(layer.kind, LayerKind::Timer { .. }) && keys.0.len() > 120, "{:?}", keys.0);
    let known: BTreeSet<&str> = FORMAT.split(|c: char| !(c.is_ascii_alphanumeric() || "_-#".contains(c))).collect();
    let compound = |word: &str| {
        let (first, last) = word.split_once('-').unwrap_or((word, ""));
        known.contains(format!("{first}-").as_str()) && known.contains(last)
    };
    let missing: Vec<_> = keys.0.iter().filter(|key| !known.contains(**key) && !compound(key)).collect();
    assert!(missing.is_empty(), "FORMAT.md does not name {missing:?}");
}

/// Goes through the form and keeps every key and word.
#[derive(Default)]
struct Keys(BTreeSet<&'static str>);

impl Form for Keys {
    fn number(&mut self, key: &'static str, _: &mut f32, _: Option<f32>, _: RangeInclusive<f32>) {
        self.0.insert(key);
    }
    fn whole(&mut self, key: &'static str, _: &mut u32, _: Option<u32>, _: RangeInclusive<u32>) {
        self.0.insert(key);
    }
    fn boolean(&mut self, key: &'static str, _: &mut bool, _: bool) {
        self.0.insert(key);
    }
    fn text(&mut self, key: &'static str, _: &mut String, _: Option<&str>, _: usize) {
        self.0.insert(key);
    }
    fn texts(&mut self, key: &'static str, _: &mut Vec<String>, _: &[&str]) {
        self.0.insert(key);
    }
    fn languages(&mut self, key: &'static str, _: &mut BTreeMap<String, String>, _: &[(&str, &str)], _: usize) {
        self.0.insert(key);
    }
    fn word<T: Copy + PartialEq>(&mut self, key: &'static str, _: &mut T, _: Option<T>, words: Words<'_, T>) {
        self.0.insert(key);
        self.0.extend(words.iter().map(|(word, _)| *word));
    }
    fn words<T: Copy + PartialEq>(&mut self, key: &'static str, _: &mut Vec<T>, _: &[T], words: Words<'_, T>) {
        self.0.insert(key);
        self.0.extend(words.iter().map(|(word, _)| *word));
    }
    fn colour(&mut self, key: &'static str, _: &mut Colour, _: Option<Colour>) {
        self.0.insert(key);
    }
    fn ink(&mut self, key: &'static str, _: &mut Ink, _: Ink) {
        self.0.insert(key);
    }
    fn corners(&mut self, key: &'static str, _: &mut Place, _: Option<[f32; 4]>) {
        self.0.insert(key);
    }
    fn section(&mut self, key: &'static str, inside: impl FnOnce(&mut Self)) {
        self.0.insert(key);
        inside(self);
    }
    fn optional<T: Clone>(
        &mut self,
        key: &'static str,
        _: &mut Option<T>,
        mut blank: T,
        inside: impl FnOnce(&mut Self, &mut T),
    ) {
        self.0.insert(key);
        inside(self, &mut blank);
    }
    fn sections<T: Clone>(
        &mut self,
        key: &'static str,
        _: &mut Vec<T>,
        blank: &T,
        mut inside: impl FnMut(&mut Self, &mut T),
    ) {
        self.0.insert(key);
        inside(self, &mut blank.clone());
    }
    fn reads(&self) -> bool {
        false
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_generated_template_survives_writing(seed in any::<u64>(), x in 0.0_f32..0.5, opacity in 0.0_f32..=1.0, says in "[ -~é]{1,40}") {
        let mut template = generate::generate("x", seed);
        template.layers[0].opacity = opacity;
        template.captions.place.x = x;
        template.captions.place.width = 0.5;
        for layer in &mut template.layers {
            if let LayerKind::Text(text) = &mut layer.kind && !says.trim().is_empty() {
                says.trim().clone_into(&mut text.says);
            }
        }
        let written = write(&template);
        prop_assert_eq!(read(&written), template, "{}", written);
    }

    /// Whatever is written into a file: an answer, never a panic, and every problem has its place.
    #[test]
    fn any_text_is_answered(cut in any::<prop::sample::Index>(), junk in "[\\[\\]{}=\"#a-z0-9.\n ]{0,12}") {
        let mut text = catalogue::built_in_text("product").unwrap().to_owned();
        let at = cut.index(text.len());
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert_str(at, &junk);
        if let Err(found) = parse(Path::new("x.toml"), "x", &text) {
            prop_assert!(found.iter().all(|problem: &TemplateProblem| problem.place.is_some()));
        }
    }
}
