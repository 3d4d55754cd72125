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
        ("place = [0.0, 0.12, 1.0, 0.25]", "place = [0.0, 0.02, 1.0, 0.25]"),
        ("place = [0.0, 0.12, 1.0, 0.44]\nsays = \"{title}\"", "within = \"frame\"\nplace = [0.0, 0.2, 1.0, 0.44]\nsays = \"{title}\""),
        ("place = [0.0, 0.75, 1.0, 0.22]", "place = [0.0, 0.5, 1.0, 0.22]"),
    ]), @r#"
    x.toml:74:9: `layers[6].place` of "hook" lies over the captions on a hook (move one of them)
    x.toml:91:9: `layers[7].place` of "hook title" leaves the safe zone of 9:16 frames (leave `within` out: places are measured in the safe zone)
    x.toml:107:9: `layers[8].place` of "point" lies over the captions on a point (move one of them)
    x.toml:124:9: `layers[9].place` of "point with figures" overlaps that of "kicker" on a point of 9:16 (move one, or part them with `on` or `when`)
    x.toml:151:9: `layers[11].place` of "share" lies over the captions on a point (move one of them)
    x.toml:162:9: `layers[12].place` of "point beside figures" lies over the captions on a point (move one of them)
    x.toml:189:9: `layers[14].place` of "share beside" lies over the captions on a point (move one of them)
    "#);
}

#[test]
fn text_over_a_reserved_place_is_found() {
    insta::assert_snapshot!(findings("product", &[("place = [0.1, 0.17, 0.8, 0.3]", "place = [0.1, 0.17, 0.8, 0.4]")]), @r#"
    x.toml:84:9: `layers[7].place` of "name" lies over a reserved place
    x.toml:98:9: `layers[8].place` of "value" lies over a reserved place
    x.toml:111:9: `layers[9].place` of "what is measured" lies over a reserved place
    x.toml:125:9: `layers[10].place` of "trait" lies over a reserved place
    x.toml:138:9: `layers[11].place` of "call" lies over a reserved place
    "#);
}

#[test]
fn letters_that_cannot_be_told_from_their_ground_are_found() {
    insta::assert_snapshot!(findings("quote", &[("accent = \"#B3261E\"", "accent = \"#E8B4A8\"")]), @r#"
    x.toml:61:10: `layers[4].colour` of "kicker" has a contrast of 1.6:1 against #F0EDE5 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    x.toml:82:10: `layers[6].colour` of "mark" has a contrast of 1.6:1 against #F0EDE5 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    "#);
    insta::assert_snapshot!(findings("news-brief", &[("backing_colour = \"#C81E2B\"", "backing_colour = \"#FFB0B0\"")]), @r#"x.toml:52:10: `layers[4].colour` of "kicker" has a contrast of 1.7:1 against #FFB0B0 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)"#);
    insta::assert_snapshot!(findings("calm-story", &[("backing = \"box\"\nbacking_colour = \"surface\"\n\n[transition]", "colour = \"tone\"\nbacking = \"box\"\nbacking_colour = \"surface\"\n\n[transition]")]), @r#"x.toml:123:10: `captions.colour` has a contrast of 1.5:1 against #FFFBF4 under it, less than 4.5:1 (another colour, or another `backing_colour`)"#);
}

#[test]
fn an_ai_label_that_is_missing_small_or_passing_is_found() {
    insta::assert_snapshot!(findings("quiz", &[("says = \"{ai}\"", "says = \"{handle}\"")]), @r#"x.toml:16:1: `layers` have no AI label on every hook (a text layer that says `{ai}`, with `fixed = true`, without `on` and `when`)"#);
    insta::assert_snapshot!(findings("quiz", &[("fixed = true\nsays = \"{ai}\"", "when = [\"media\"]\nopacity = 0.3\nsays = \"{ai}\"")]), @r#"
    x.toml:16:1: `layers` have no AI label on every hook (a text layer that says `{ai}`, with `fixed = true`, without `on` and `when`)
    x.toml:65:1: `layers[5].colour` of "ai label" has a contrast of 1.9:1 against #FFFFFF under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    x.toml:65:1: `layers[5].fixed` of the AI label "ai label" must be true (it stays while scenes change)
    x.toml:70:11: `layers[5].opacity` of the AI label "ai label" must be 0.8 or more
    "#);
    insta::assert_snapshot!(findings("quiz", &[("place = [0.56, 0.022, 0.44, 0.06]", "place = [0.56, 0.022, 0.44, 0.04]")]), @r#"x.toml:68:9: `layers[5].place` of the AI label "ai label" must be 4 % of a frame's height or more; in 9:16 it is 2.7 %"#);
}

#[test]
fn small_slow_and_empty_things_are_found() {
    insta::assert_snapshot!(findings("how-to", &[
        ("size = 0.036\nlines = 4", "size = 0.013\nlines = 4"),
        ("says = \"{number}\"\nface = \"headline\"\nsize = 0.048", "says = \"{nummer} {count\"\nface = \"headline\"\nsize = 0.048"),
        ("stand = \"top\"\nenter = { kind = \"slide-left\", ms = 300, delay_ms = 80 }", "stand = \"top\"\nenter = { kind = \"slide-left\", ms = 900, delay_ms = 700 }"),
        ("when = [\"media\", \"wide\"]\nplace = [0.5", "when = [\"media\", \"no-media\"]\nplace = [0.5"),
        ("[captions]", "[captions]\ncapitals = true"),
        ("size = 0.044\nbacking = \"box\"", "size = 0.025\nbacking = \"box\""),
        ("says = \"{kicker}\"", "says = \"{title}\""),
    ]), @r#"
    x.toml:34:8: `layers[2].when` of "picture beside" never holds: two of its words exclude each other
    x.toml:132:8: `layers[10].says` has no meaning for `{nummer}` (did you mean `number`?)
    x.toml:148:8: `layers[11].size` 0.013 of "deed" is too small to read on a phone: 0.017 or more
    x.toml:152:1: `layers[11].enter` of "deed" takes 1600 ms, more than a short scene has (1500 ms with its delay, enter and exit together)
    x.toml:314:8: `captions.size` 0.025 is too small to read at a glance: 0.03 or more
    x.toml:332:9: `labels.kicker` is said by no layer (a text with `{kicker}`, or leave it out)
    "#);
}

#[test]
fn three_whole_pictures_in_motion_are_too_many() {
    let twice = (
        "[[layers]]\nname = \"whole picture\"",
        "[[layers]]\nkind = \"picture\"\n\n[[layers]]\nname = \"whole picture\"",
    );
    insta::assert_snapshot!(findings("before-after", &[twice]), @r#"
    x.toml:20:1: `layers[1].place` of "whole picture" brings the pictures in motion to 2.0 whole frames at once, more than 1.6: slow to make, and hard to look at (a smaller place, or a picture that keeps still)
    x.toml:44:9: `layers[3].place` of "after" brings the pictures in motion to 2.0 whole frames at once, more than 1.6: slow to make, and hard to look at (a smaller place, or a picture that keeps still)
    x.toml:113:9: `layers[10].place` of "after beside" brings the pictures in motion to 2.0 whole frames at once, more than 1.6: slow to make, and hard to look at (a smaller place, or a picture that keeps still)
    "#);
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
    insta::assert_snapshot!(found.join("\n"), @r#"
    `captions.colour` has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or another `backing_colour`)
    `layers[12].colour` of "point beside figures" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[4].colour` of "kicker" has a contrast of 2.9:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[5].colour` of "ai label" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[6].colour` of "hook" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[7].colour` of "hook title" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[8].colour` of "point" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    `layers[9].colour` of "point with figures" has a contrast of 4.0:1 against #6181B1 under it, less than 4.5:1 (another colour, or a `backing` such as "box" with its `backing_colour`)
    "#);
}

#[test]
fn layers_of_wide_frames_are_held_against_wide_frames_alone() {
    let beside = "when = [\"figures\", \"wide\"]\nplace = [0.0, 0.12, 0.44, 0.58]";
    insta::assert_snapshot!(findings("explainer", &[(beside, &beside.replace("0.44, 0.58", "0.44, 0.7"))]), @r#"x.toml:161:9: `layers[12].place` of "point beside figures" lies over the captions on a point (move one of them)"#);
    insta::assert_snapshot!(findings("explainer", &[(beside, &beside.replace("[\"figures\", \"wide\"]", "[\"figures\"]"))]), @r#"x.toml:161:9: `layers[12].place` of "point beside figures" overlaps that of "point with figures" on a point of 9:16 (move one, or part them with `on` or `when`)"#);
    insta::assert_snapshot!(findings("explainer", &[(beside, &beside.replace("\"wide\"", "\"wide\", \"no-wide\""))]), @r#"x.toml:160:8: `layers[12].when` of "point beside figures" never holds: two of its words exclude each other"#);
}
