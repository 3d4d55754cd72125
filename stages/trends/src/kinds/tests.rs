use proptest::prelude::*;
use reelpress_vocabulary::{Evidence, FeedId, testing};

use super::*;
use crate::formats::Feature;
use crate::testing::niche;

fn tag_topic(title: &str, score: f64) -> Topic {
    Topic { kind: TopicKind::Hashtag, score, ..testing::topic(title) }
}

fn seen(title: &str, links: &[&str]) -> Topic {
    let evidence = links.iter().map(|link| testing::evidence(title, link)).collect();
    Topic { evidence, score: 1.0, ..testing::topic(title) }
}

fn found(topics: &[Topic]) -> Vec<String> {
    tags(topics).into_iter().map(|trend| trend.tag).collect()
}

#[test]
fn tags_need_two_publishers_or_a_feed_that_lists_them() {
    let by_one =
        seen("Look #MoonDay #2026 #ab", &["https://a.example/1", "https://a.example/2", "https://a.example/3"]);
    assert_eq!(found(&[by_one]), [""; 0], "one domain is one voice, however often it posts");
    let by_two = seen("Look #MoonDay", &["https://a.example/1", "https://b.example/2"]);
    assert_eq!(found(&[by_two]), ["MoonDay"]);
    assert_eq!(found(&[tag_topic("#photomonday", 2.0), tag_topic("not a tag", 3.0)]), ["photomonday"]);
    assert_eq!(found(&[tag_topic("#low", 1.0), tag_topic("#high", 2.0)]), ["high", "low"]);
    let cjk = seen("新作 ＃火星探査 です", &["https://a.example/1", "https://b.example/2"]);
    assert_eq!(found(&[cjk]), ["火星探査"]);
}

#[test]
fn tags_fit_topic_or_niche_and_keep_to_its_rules() {
    let mut space = niche(&["orbit"], &["astrology"]);
    space.hashtags = vec!["Space".to_owned()];
    let names = ["BlackHole", "orbit", "space", "cake", "AstrologyOrbit", "giveaway_orbit", "scaryorbit"];
    let trends = names.map(|tag| TagTrend { tag: tag.to_owned(), publishers: 2, score: 1.0, listed: true });
    let topic = testing::topic("Black hole seen in space, a giveaway");
    let allowed = |tag: &str| !tag.contains("scary");
    let block = vec!["giveaway".to_owned()];
    assert_eq!(tags_for(&trends, &topic, &space, &block, &allowed, 9), ["BlackHole", "orbit"]);
    assert_eq!(tags_for(&trends, &topic, &space, &block, &allowed, 1), ["BlackHole"]);
}

fn sound(file: &str, licence: &str, tags: &[&str], effect: Option<f64>) -> LicensedSound {
    let estimate = |effect| Estimate {
        feature: Feature::Sound(file.to_owned()),
        posts: 12,
        effect,
        margin: 0.1,
        evidence: vec!["post-1".to_owned()],
    };
    LicensedSound {
        file: file.to_owned(),
        licence: licence.to_owned(),
        attribution: "A. Player".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        results: effect.map(|effect| ("space".to_owned(), estimate(effect))).into_iter().collect(),
    }
}

#[test]
fn only_licensed_sounds_are_suggested_the_proven_first() {
    let mut space = niche(&[], &[]);
    space.tone = "calm and curious".to_owned();
    let sounds = [
        sound("no-licence.mp3", " ", &["calm"], Some(2.0)),
        sound("calm.mp3", "CC0", &["calm"], None),
        sound("loud.mp3", "CC0", &["party"], None),
        sound("proven.mp3", "CC-BY-4.0", &["party"], Some(0.5)),
        sound("failed.mp3", "CC0", &["party"], Some(-0.5)),
    ];
    let hints = sounds_for(&sounds, &testing::topic("Moon"), &space, 9);
    let shown = hints.iter().map(|hint| format!("{} ({}): {}", hint.file, hint.licence, hint.why)).collect::<Vec<_>>();
    assert_eq!(
        shown,
        [
            "proven.mp3 (CC-BY-4.0): own results: sound proven.mp3: +65 % (+49 to +82 %, 12 posts)",
            "calm.mp3 (CC0): fits `calm`"
        ]
    );
}

#[test]
fn licensed_sounds_are_elements_the_proven_strongest_and_those_that_did_worse_are_none() {
    let now = crate::testing::at("2026-11-21T12:00:00Z");
    let sounds = [
        sound("no-licence.mp3", " ", &["calm"], Some(2.0)),
        sound("moods/calm.mp3", "CC0", &["calm", "night"], None),
        sound("proven.mp3", "CC-BY-4.0", &[], Some(0.5)),
        sound("unsure.mp3", "CC0", &[], Some(0.05)),
        sound("failed.mp3", "CC0", &[], Some(-0.5)),
    ];
    let cards = LicensedSound::elements(&sounds, now);
    assert!(cards.iter().all(|card| card.topic.kind == TopicKind::Sound && card.last_seen == now));
    let lines = cards
        .iter()
        .map(|card| format!("{:.2} {} | {} | {}", card.topic.score, card.topic.title, card.topic.summary, card.why));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    0.40 proven.mp3 | CC-BY-4.0, by A. Player | own results in space: sound proven.mp3: +65 % (+49 to +82 %, 12 posts)
    0.00 moods/calm.mp3 | CC0, by A. Player; calm, night | licensed; no own result yet
    0.00 unsure.mp3 | CC0, by A. Player | own results in space: sound unsure.mp3: +5 % (-5 to +16 %, 12 posts)
    ");
    let again = LicensedSound::elements(&sounds, now + jiff::SignedDuration::from_hours(9));
    let ids = |cards: &[Card]| cards.iter().map(|card| card.topic.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&cards), ids(&again), "a sound keeps its id");
}

proptest! {
    /// Whatever feeds write: a tag is letters, digits and `_`, is there once, and many posts of one feed are one voice.
    #[test]
    fn tags_are_clean_whatever_is_written(titles in prop::collection::vec("[#＃a-zA-Z0-9_ é火\\-!]{0,24}", 0..12), one in any::<bool>()) {
        let topics = titles.iter().enumerate().map(|(at, title)| {
            let feed = FeedId::parse(&if one { "one".to_owned() } else { format!("feed-{at}") }).unwrap();
            let evidence = Evidence { feed, link: None, ..testing::evidence(title, "https://example.org/") };
            Topic { evidence: vec![evidence], ..testing::topic(title) }
        }).collect::<Vec<_>>();
        let found = tags(&topics);
        prop_assert!(!one || found.is_empty());
        let mut names = std::collections::BTreeSet::new();
        for trend in &found {
            prop_assert!(trend.tag.chars().all(|c| c.is_alphanumeric() || c == '_'), "{trend:?}");
            prop_assert!(names.insert(trend.tag.to_lowercase()), "{trend:?} twice");
        }
    }
}
