use std::collections::BTreeMap;

use reelpress_config::{FormatsLearnt, HookType};
use reelpress_vocabulary::Structure;

use super::*;
use crate::results::OwnPost;
use crate::testing::{at, name, niche, settings};

const NOW: &str = "2026-11-21T12:00:00Z";

fn post(number: usize, hook: HookType, template: &str, lift: f64) -> Performance {
    let structure = Structure { hook, words: if hook == HookType::Question { 65 } else { 90 }, scenes: 4 };
    let post = OwnPost {
        item: format!("post-{number:03}"),
        handle: String::new(),
        niche: "space".to_owned(),
        account: "a".to_owned(),
        template: template.to_owned(),
        structure: Some(structure),
        sound: None,
        hashtags: Vec::new(),
    };
    Performance { post, age_hours: 24, views: 1, usual: 1.0, compared: 10, lift }
}

fn studio(formats: FormatsLearnt) -> Settings {
    let mut settings = settings(vec![]);
    let mut space = niche(&[], &[]);
    space.routing.formats = formats;
    settings.niches = BTreeMap::from([(name("space"), space)]);
    settings
}

/// Questions did twice as well as statements, `bold` better than `calm`.
fn taught(count: usize) -> Vec<Performance> {
    (0..count)
        .map(|at| match at % 2 {
            0 => post(at, HookType::Question, "bold", 0.7 + 0.1 * ((at % 3) as f64 - 1.0)),
            _ => post(at, HookType::Statement, "calm", 0.1 * ((at % 3) as f64 - 1.0)),
        })
        .collect()
}

fn learn(performances: &[Performance], settings: &Settings) -> Formats {
    Formats::learn(performances, &Formats::default(), settings, at(NOW))
}

fn prior(formats: &Formats, settings: &Settings) -> Option<FormatPrior> {
    formats.prior(&name("space"), &settings.niches["space"])
}

#[test]
fn what_did_better_becomes_a_prior_with_its_evidence() {
    let settings = studio(FormatsLearnt::default());
    let formats = learn(&taught(40), &settings);
    let found = prior(&formats, &settings).unwrap();
    assert_eq!((found.hook, found.words, found.scenes), (Some(HookType::Question), Some((60, 79)), None));
    assert_eq!((found.posts, found.evidence.len()), (40, 10));
    assert!(
        found.evidence.iter().all(|id| id.starts_with("post-") && taught(40).iter().any(|one| one.post.item == *id))
    );
    let table = formats.table(&settings, None);
    assert!(
        table.contains("| hook question | +29 % |") && table.contains("learning, 40 posts, as of 2026-11-21T12:00:00Z"),
        "{table}"
    );
    assert!(table.contains("writers lean to: hook question, 60 to 79 words"), "{table}");
    let elements = formats.elements(&settings, at(NOW));
    assert!(elements.iter().all(|card| card.topic.kind == TopicKind::Format && card.topic.score > 0.0));
    assert!(elements.iter().any(|card| card.topic.title == "hook question in space"), "{elements:?}");
    assert_eq!(formats, learn(&taught(40), &settings), "the same posts teach the same");
}

#[test]
fn few_posts_say_little_and_many_ordinary_ones_nothing() {
    let settings = studio(FormatsLearnt::default());
    let effect = |count: usize| {
        let formats = learn(&taught(count), &settings);
        let known = &formats.niches["space"].estimates;
        known
            .iter()
            .find(|one| one.feature == Feature::Hook(HookType::Question))
            .map(|one| (one.effect, one.margin))
            .unwrap()
    };
    let (few, many) = (effect(4), effect(400));
    assert!(few.0 < many.0 / 2.0 && few.1 > many.1, "shrunk towards the usual: {few:?}, {many:?}");
    assert!(many.0 < 0.35 + 0.01, "never more than what was seen");
    assert_eq!(prior(&learn(&taught(8), &settings), &settings), None, "four posts a hook are fewer than `min_posts`");
    let ordinary = (0..60)
        .map(|at| post(at, HookType::ALL[at % 5], "bold", 0.3 * ((at / 5 % 3) as f64 - 1.0)))
        .collect::<Vec<_>>();
    assert_eq!(prior(&learn(&ordinary, &settings), &settings), None);
    // One lucky post among many.
    let lucky =
        (0..30).map(|at| post(at, HookType::Statement, "calm", 0.0)).chain([post(99, HookType::Question, "bold", 5.0)]);
    let found = prior(&learn(&lucky.collect::<Vec<_>>(), &settings), &settings);
    assert_eq!(found.and_then(|found| found.hook), None);
}

#[test]
fn frozen_stays_pinned_wins_and_off_knows_nothing() {
    let learning = studio(FormatsLearnt::default());
    let before = learn(&taught(40), &learning);
    let turned = taught(40).into_iter().map(|one| Performance { lift: -one.lift, ..one }).collect::<Vec<_>>();
    let frozen = studio(FormatsLearnt { frozen: true, ..FormatsLearnt::default() });
    let after = Formats::learn(&turned, &before, &frozen, at("2026-12-01T00:00:00Z"));
    assert_eq!(after, before, "frozen");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("formats.json");
    after.save(&path).unwrap();
    assert_eq!(Formats::open(&path), before, "over a restart too");
    std::fs::write(&path, "{").unwrap();
    assert_eq!(Formats::open(&path), Formats::default());
    let thawed = Formats::learn(&turned, &before, &learning, at("2026-12-01T00:00:00Z"));
    assert_eq!(prior(&thawed, &learning).and_then(|found| found.hook), Some(HookType::Statement));

    let pinned =
        studio(FormatsLearnt { hook: Some(HookType::Number), words: Some((50, 55)), ..FormatsLearnt::default() });
    let found = prior(&before, &pinned).unwrap();
    assert_eq!((found.hook, found.words, found.evidence.len()), (Some(HookType::Number), Some((50, 55)), 0));

    let off = studio(FormatsLearnt { learn: false, scenes: Some((3, 4)), ..FormatsLearnt::default() });
    assert_eq!(Formats::learn(&taught(40), &before, &off, at(NOW)), Formats::default());
    let found = prior(&before, &off).unwrap();
    assert_eq!((found.hook, found.scenes), (None, Some((3, 4))), "what is set counts, what was learnt does not");
    assert!(before.table(&off, None).contains("learns nothing"));
}

fn used(formats: &Formats, settings: &Settings) -> BTreeMap<String, usize> {
    let mut used = BTreeMap::new();
    for seed in 0..6_000_u64 {
        // Seeds are hashes; these are spread like them.
        let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let template = formats.template(&name("space"), &settings.niches["space"], seed).unwrap();
        assert_eq!(formats.template(&name("space"), &settings.niches["space"], seed), Some(template.clone()));
        *used.entry(template.to_string()).or_default() += 1;
    }
    used
}

#[test]
fn better_templates_come_more_often_and_none_goes() {
    let settings = studio(FormatsLearnt::default());
    let even = used(&Formats::default(), &settings);
    assert!(even.values().all(|times| (1_800..2_200).contains(times)), "{even:?}");
    let formats = learn(&taught(400), &settings);
    let uneven = used(&formats, &settings);
    assert!(uneven["bold"] > uneven["cards"] + 200 && uneven["cards"] > uneven["calm"] + 100, "{uneven:?}");
    assert!(uneven["calm"] > 1_000, "what did worse is still tried: {uneven:?}");
    let exploring = studio(FormatsLearnt { explore: 1.0, ..FormatsLearnt::default() });
    assert_eq!(used(&formats, &exploring), even, "strictly in turn");
    let mut none = settings.niches["space"].clone();
    none.templates.clear();
    assert_eq!(formats.template(&name("space"), &none, 7), None);
}
