use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::template::{Animation, Place};

#[test]
fn every_layout_reads_without_a_finding() {
    for name in layouts() {
        let found =
            catalogue::parse(Path::new(name), name, LAYOUTS.iter().find(|(known, _)| *known == name).unwrap().1);
        assert!(layout(name).is_some(), "{found:?}");
    }
    assert!(layout("no-such").is_none());
}

type Shape = (Vec<Option<Animation>>, Vec<PictureMotion>, Transition);

fn motion_of(template: &Template) -> Shape {
    let views = template.layers.iter().filter_map(|layer| {
        let LayerKind::Picture(picture) = &layer.kind else { return None };
        Some(picture.motion)
    });
    (template.layers.iter().map(|layer| layer.enter).collect(), views.collect(), template.transition)
}

fn places_of(template: &Template) -> Vec<Place> {
    template.layers.iter().map(|layer| layer.place).collect()
}

#[test]
fn templates_of_150_seeds_are_clean_and_differ_in_two_of_palette_layout_and_motion() {
    let all: Vec<Template> = (0..150).map(|seed| generate("new", seed)).collect();
    for (seed, template) in all.iter().enumerate() {
        assert_eq!(lint::lint(template), [], "seed {seed}");
    }
    for (one, left) in all.iter().enumerate() {
        for (two, right) in all.iter().enumerate().skip(one + 1) {
            let differ = [
                left.palette != right.palette,
                places_of(left) != places_of(right),
                motion_of(left) != motion_of(right),
            ];
            assert!(differ.iter().filter(|differ| **differ).count() >= 2, "seeds {one} and {two}: {differ:?}");
        }
    }
    let styles: BTreeSet<String> = all.iter().map(|template| format!("{:?}", template.captions.style)).collect();
    assert_eq!(styles.len(), 5);
}

#[test]
fn a_seed_gives_the_same_template_each_time() {
    assert_eq!(generate("new", 7), generate("new", 7));
    assert_ne!(generate("new", 7).palette, generate("new", 8).palette);
    assert_eq!(generate("new", 7).palette.base, generate("other", 7).palette.base);
}

#[test]
fn every_built_in_template_can_be_varied() {
    for name in catalogue::built_in() {
        let template = catalogue::parse(Path::new(name), name, catalogue::built_in_text(name).unwrap()).unwrap();
        let varied: Vec<Template> = (1..=4).filter_map(|seed| vary(&template, "mine", seed)).collect();
        assert!(varied.len() >= 3, "{name}: {} of 4", varied.len());
        for new in varied {
            assert_ne!(new.palette, template.palette, "{name}");
            assert_eq!((places_of(&new), new.name.as_str()), (places_of(&template), "mine"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_seed_gives_a_clean_template_with_text_at_seven_to_one(seed in any::<u64>()) {
        let template = generate("new", seed);
        prop_assert_eq!(lint::lint(&template), []);
        prop_assert!(template.palette.ink.contrast(template.palette.base) >= 7.0);
        prop_assert!(template.palette.accent.contrast(template.palette.base) >= 4.5);
    }
}
