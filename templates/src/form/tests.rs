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
    insta::assert_snapshot!(problems(&text), @r##"
    x.toml:4:8: `palette.base` must be a colour such as `"#1A2B3C"`, not "navy"
    x.toml:9:8: `layers[0].kind` must be one of `picture`, `video`, `colour`, `gradient`, `shape`, `text`, `logo`, `progress`, `waveform`, `chart`, `timer`, not "picure" (did you mean `picture`?)
    x.toml:13:9: `layers[1].fixed` must be `true` or `false`, not 1
    x.toml:14:9: `layers[1].place` must be `[x, y, width, height]` as shares that stay within 0.0 to 1.0, not a list of 4
    x.toml:23:1: `fase` is not a key of `layers[2]` (did you mean `face`?)
    x.toml:25:9: `layers[2].lines` must be a whole number from 1 to 8, not 40
    x.toml:26:15: `layers[2].on` names "hook" twice
    x.toml:26:23: `layers[2].on` must be one of `hook`, `point`, `call`, not "pint" (did you mean `point`?)
    x.toml:27:18: `layers[2].enter.kind` must be one of `fade`, `slide-up`, `slide-down`, `slide-left`, `slide-right`, `wipe-up`, `wipe-down`, `wipe-left`, `wipe-right`, `pop`, not "slide"
    x.toml:27:27: `msec` is not a key of `layers[2].enter` (there are kind, ms, delay_ms, easing)
    x.toml:30:10: `layers[2].colour` must be one of `base`, `tone`, `glow`, `ink`, `surface`, `accent`, not "acent" (did you mean `accent`?)
    x.toml:33:9: `captions.style` must be one of `word-highlight`, `box`, `pop`, `karaoke`, `two-line`, `none`, not "karoke" (did you mean `karaoke`?)
    x.toml:35:9: `labels.kicker.en` is missing (it is used where a language has no text)
    x.toml:37:1: language `english` is not a two-letter ISO 639-1 code
    "##);
}

#[test]
fn what_is_missing_is_told_where_it_belongs() {
    insta::assert_snapshot!(problems("[[layers]]\nkind = \"text\"\n[[layers]]\nname = \"a\"\nkind = \"logo\"\nplace = [0, 0, 1, 1]\n[[layers]]\nname = \"a\"\nkind = \"colour\"\n"), @r##"
    x.toml:1:1: `description` is missing (it is one line of 1 to 160 characters in quotes)
    x.toml:1:1: `palette.base` is missing (it is a colour such as `"#1A2B3C"`)
    x.toml:1:1: `palette.ink` is missing (it is a colour such as `"#1A2B3C"`)
    x.toml:1:1: `palette.accent` is missing (it is a colour such as `"#1A2B3C"`)
    x.toml:1:1: `layers[0].place` is missing (it is `[x, y, width, height]` as shares that stay within 0.0 to 1.0)
    x.toml:1:1: `layers[0].says` is missing (it is one line of 1 to 120 characters in quotes)
    x.toml:8:8: `layers[2].name` "a" is the name of an earlier layer
    "##);
    insta::assert_snapshot!(problems("description = \"x\"\n[palette]\nbase = \"#000000\"\nink = \"#FFFFFF\"\naccent = \"#FF0000\"\n"), @r#"x.toml:1:1: `layers` is missing (a template paints one layer or more: `[[layers]]`)"#);
    insta::assert_snapshot!(problems("description = \"x\"\nlayers = 3\npalette = \"red\"\n[fonts\n"), @r#"x.toml:4:7: unclosed table, expected `]`"#);
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
