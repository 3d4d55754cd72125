use std::path::Path;

use crate::catalogue::{built_in_text, parse};
use crate::template::{Brand, BrandColours};
use crate::{Colour, lint};

/// What is said of a built-in template after some of its text was replaced.
fn findings(name: &str, edits: &[(&str, &str)]) -> String {
    let mut text = built_in_text(name).unwrap().to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "{old:?} is not in {name}");
        text = text.replacen(old, new, 1);
    }
    parse(Path::new("x.toml"), "x", &text).map_or_else(|found| found.to_string(), |_| "clean".to_owned())
}

#[test]
fn text_outside_of_the_safe_zone_or_over_other_text_is_found() {
    insta::assert_snapshot!(findings("explainer", &[
        ("place = [0.0, 0.12, 1.0, 0.27]", "place = [0.0, 0.02, 1.0, 0.27]"),
        ("place = [0.0, 0.12, 1.0, 0.44]\nsays = \"{title}\"", "within = \"frame\"\nplace = [0.0, 0.2, 1.0, 0.44]\nsays = \"{title}\""),
        ("place = [0.0, 0.75, 1.0, 0.22]", "place = [0.0, 0.5, 1.0, 0.22]"),
    ]), @"");
}

#[test]
fn text_over_a_reserved_place_is_found() {
    insta::assert_snapshot!(findings("product", &[("place = [0.1, 0.17, 0.8, 0.3]", "place = [0.1, 0.17, 0.8, 0.4]")]), @"");
}

#[test]
fn letters_that_cannot_be_told_from_their_ground_are_found() {
    insta::assert_snapshot!(findings("quote", &[("accent = \"#B3261E\"", "accent = \"#E8B4A8\"")]), @"");
    insta::assert_snapshot!(findings("news-brief", &[("backing_colour = \"#C81E2B\"", "backing_colour = \"#FFB0B0\"")]), @"");
    insta::assert_snapshot!(findings("calm-story", &[("backing = \"box\"\nbacking_colour = \"surface\"\n\n[transition]", "colour = \"tone\"\nbacking = \"box\"\nbacking_colour = \"surface\"\n\n[transition]")]), @"");
}

#[test]
fn an_ai_label_that_is_missing_small_or_passing_is_found() {
    insta::assert_snapshot!(findings("quiz", &[("says = \"{ai}\"", "says = \"{handle}\"")]), @"");
    insta::assert_snapshot!(findings("quiz", &[("fixed = true\nsays = \"{ai}\"", "when = [\"media\"]\nopacity = 0.3\nsays = \"{ai}\"")]), @"");
    insta::assert_snapshot!(findings("quiz", &[("place = [0.56, 0.022, 0.44, 0.06]", "place = [0.56, 0.022, 0.44, 0.04]")]), @"");
}

#[test]
fn small_slow_and_empty_things_are_found() {
    insta::assert_snapshot!(findings("how-to", &[
        ("size = 0.038\nlines = 4", "size = 0.013\nlines = 4"),
        ("says = \"{number}\"", "says = \"{nummer} {count\""),
        ("enter = { kind = \"slide-left\", ms = 300, delay_ms = 80 }", "enter = { kind = \"slide-left\", ms = 900, delay_ms = 700 }"),
        ("when = [\"no-media\"]", "when = [\"no-media\", \"media\"]"),
        ("[captions]", "[captions]\ncapitals = true"),
        ("size = 0.038\nbacking = \"box\"", "size = 0.025\nbacking = \"box\""),
        ("says = \"{kicker}\"", "says = \"{title}\""),
    ]), @"");
}

#[test]
fn three_whole_pictures_in_motion_are_too_many() {
    insta::assert_snapshot!(findings("before-after", &[("on = [\"hook\", \"call\"]", "name = \"more\"")]), @"");
    let twice = (
        "[[layers]]\nname = \"whole picture\"",
        "[[layers]]\nkind = \"picture\"\n\n[[layers]]\nname = \"whole picture\"",
    );
    insta::assert_snapshot!(findings("before-after", &[twice]), @"");
}

#[test]
fn a_clip_may_not_leave_the_folder() {
    for file in ["../x.mp4", "/etc/x.mp4", "a/../x.mp4", "a\\x.mp4", "c:x.mp4", "./x.mp4", ""] {
        assert!(!lint::stays_in_its_folder(file), "{file}");
    }
    assert!(lint::stays_in_its_folder("clips/rain.mp4"));
}

#[test]
fn a_brand_whose_colours_hide_text_is_found() {
    let template = parse(Path::new("x"), "x", built_in_text("explainer").unwrap()).unwrap();
    let brand = |base: &str, ink: &str| Brand {
        colours: BrandColours { base: Colour::parse(base), ink: Colour::parse(ink), ..BrandColours::default() },
        ..Brand::default()
    };
    assert_eq!(lint::lint_in_brand(&template, &brand("#001B2E", "#FFFFFF")), []);
    let found: Vec<String> =
        lint::lint_in_brand(&template, &brand("#5577AA", "#FFFFFF")).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(found.join("\n"), @"");
}
