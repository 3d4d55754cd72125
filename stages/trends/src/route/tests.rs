use std::collections::BTreeMap;

use proptest::prelude::*;
use reelpress_config::{NicheRouting, Settings};
use reelpress_vocabulary::{Topic, testing};

use super::*;
use crate::testing::{name, niche, settings};

fn studio(keywords: &[&str], routing: NicheRouting) -> Settings {
    let mut settings = settings(vec![]);
    settings.niches = BTreeMap::from([(name("space"), reelpress_config::Niche { routing, ..niche(keywords, &[]) })]);
    settings
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// What the one niche says, as a line.
fn says(settings: &Settings, topic: &Topic) -> String {
    Router::new(settings).judge(topic, &WordsAlone)[0].to_string()
}

#[track_caller]
fn takes(keywords: &[&str], title: &str, wanted: bool) {
    let settings = studio(keywords, NicheRouting::default());
    let judged = Router::new(&settings).judge(&testing::topic(title), &WordsAlone);
    assert_eq!(judged[0].is_routed(), wanted, "{keywords:?} for {title:?}: {}", judged[0]);
}

#[test]
fn words_are_found_with_their_endings_and_beginnings_only_where_asked() {
    takes(&["telescop*"], "Telescopes see more", true);
    takes(&["telescope"], "Telescopes see more", true);
    takes(&["telescop*"], "A telescopic arm", true);
    takes(&["telescope"], "A telescopic arm", false);
    takes(&["black hol*"], "Two black holes meet", true);
    takes(&["strom*"], "Strompreise steigen", true);
    takes(&["strom"], "Strompreise steigen", false);
    takes(&["energía"], "La energia sube", true);
    takes(&["papá"], "El papa viaja", false);
    takes(&["火箭"], "新火箭今天发射", true);
    takes(&["로켓"], "누리호 로켓이 발사됐다", true);
    takes(&["nasa"], "NASA's new rover", true);
    takes(&["rocket"], "A rock et al", false);
}

#[test]
fn expressions_see_title_and_summary_in_lower_case() {
    takes(&["/mars (rover|lander)/"], "The Mars Lander sleeps", true);
    takes(&["/mars (rover|lander)/"], "The Mars orbiter sleeps", false);
    takes(&["/\\bv\\d{2,}\\b/"], "Booster V14 flies", true);
    takes(&["/energía|energia/"], "Energía barata", true);
    let mut topic = testing::topic("Look");
    topic.summary = "A Starship test.".to_owned();
    let settings = studio(&["/look\\s+a starship/"], NicheRouting::default());
    assert!(Router::new(&settings).judge(&topic, &WordsAlone)[0].is_routed());
}

#[test]
fn every_answer_says_why() {
    let routing = NicheRouting {
        required: owned(&["nasa"]),
        block: owned(&["flat earth"]),
        min_score: 0.2,
        ..NicheRouting::default()
    };
    let mut settings = studio(&["space", "orbit"], routing);
    settings.trends.block = owned(&["giveaway", "/buy \\w+ now/"]);
    settings.niches.get_mut("space").unwrap().avoid = owned(&["astrology"]);
    let strong = |title: &str| Topic { score: 0.3, ..testing::topic(title) };
    let line = |topic: &Topic| says(&settings, topic);
    insta::assert_snapshot!(line(&strong("NASA reaches orbit")), @"space: taken: holds `orbit`; holds `nasa`, which is required");
    insta::assert_snapshot!(line(&strong("NASA giveaway in space")), @"space: not taken: `giveaway` is blocked in [trends]");
    insta::assert_snapshot!(line(&strong("NASA space: buy tickets now")), @r"space: not taken: `/buy \w+ now/` is blocked in [trends]");
    insta::assert_snapshot!(line(&strong("NASA space on a flat earth")), @"space: not taken: `flat earth` is blocked");
    insta::assert_snapshot!(line(&strong("NASA space astrology")), @"space: not taken: holds `astrology`, which is avoided");
    insta::assert_snapshot!(line(&strong("ESA in space")), @"space: not taken: does not hold `nasa`, which is required");
    insta::assert_snapshot!(line(&strong("NASA on the ground")), @"space: not taken: holds no keyword");
    let weak = Topic { score: 0.1, ..testing::topic("NASA in orbit") };
    insta::assert_snapshot!(line(&weak), @"space: not taken: score 0.10 is below 0.20");
    let german = Topic { language: "de".to_owned(), ..strong("NASA im orbit") };
    insta::assert_snapshot!(line(&german), @"space: not taken: in `de`, and the built-in writer cannot translate to `en`");
    let any = studio(&[], NicheRouting::default());
    insta::assert_snapshot!(says(&any, &testing::topic("Anything")), @"space: taken: the niche takes every topic");
}

/// Titles with these words are that close.
struct Told(Option<f64>);

impl Meaning for Told {
    fn closeness(&self, _niche: &Name, _title: &str) -> Option<f64> {
        self.0
    }
}

fn endpoint() -> reelpress_config::EmbeddingsEndpoint {
    reelpress_config::EmbeddingsEndpoint {
        base_url: "http://127.0.0.1:1/v1".parse().unwrap(),
        model: "m".to_owned(),
        api_key: None,
        timeout: std::time::Duration::from_secs(1),
        calls_per_minute: std::num::NonZeroU32::MIN,
        batch: std::num::NonZeroUsize::MIN,
        keep: std::num::NonZeroUsize::MIN,
        closeness: 0.5,
    }
}

#[test]
fn meaning_brings_in_what_words_miss_and_takes_nothing_away_from_them() {
    let about = || NicheRouting { about: "space flight".to_owned(), ..NicheRouting::default() };
    let line = |keywords: &[&str], routing: NicheRouting, title: &str, cosine: Option<f64>| {
        let mut settings = studio(keywords, routing);
        settings.trends.embeddings = Some(endpoint());
        Router::new(&settings).judge(&testing::topic(title), &Told(cosine))[0].to_string()
    };
    insta::assert_snapshot!(line(&["space"], about(), "Capsule lands in Utah", Some(0.71)), @"space: taken: close in meaning: 0.71, at least 0.50");
    insta::assert_snapshot!(line(&["space"], about(), "Cake wins in Utah", Some(0.2)), @"space: not taken: holds no keyword, and its meaning is too far: 0.20, below 0.50");
    insta::assert_snapshot!(line(&["space"], about(), "Space cake", Some(0.1)), @"space: taken: holds `space`");
    insta::assert_snapshot!(line(&["space"], about(), "Space cake", None), @"space: taken: holds `space`");
    insta::assert_snapshot!(line(&[], about(), "Capsule lands", None), @"space: not taken: holds no keyword, and its meaning is not known yet");
    let strict = NicheRouting { closeness: Some(0.9), ..about() };
    insta::assert_snapshot!(line(&[], strict, "Capsule lands", Some(0.8)), @"space: not taken: holds no keyword, and its meaning is too far: 0.80, below 0.90");
    // Without an endpoint a description says nothing.
    assert_eq!(says(&studio(&["space"], about()), &testing::topic("Space")), "space: taken: holds `space`");
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "rocket", "rockets", "moon", "mars", "cake", "café", "火箭", "weltraum", "#orbit", "v2", "-",
    ])
    .prop_map(str::to_owned)
}

prop_compose! {
    fn wishes()(
        keywords in prop::collection::vec(word(), 0..3), required in prop::collection::vec(word(), 0..2),
        avoid in prop::collection::vec(word(), 0..2), block in prop::collection::vec(word(), 0..2),
        min_score in 0.0..2.0,
    ) -> Niche {
        let routing = NicheRouting { required, block, min_score, ..NicheRouting::default() };
        Niche { keywords, avoid, routing, ..niche(&[], &[]) }
    }
}

proptest! {
    /// Whatever a niche asks for: it answers, the same each time; more to avoid never brings a topic in, more keywords
    /// never lose one that a keyword brought in; blocked everywhere is blocked for all.
    #[test]
    fn routing_keeps_its_rules(
        wishes in wishes(), title in prop::collection::vec(word(), 0..6), score in 0.0..2.0, more in word(),
        noise in "\\PC{0,12}",
    ) {
        let title = format!("{} {noise}", title.join(" "));
        let topic = Topic { score, ..testing::topic(&title) };
        let ask = |niche: Niche, block: Vec<String>| {
            let mut settings = settings(vec![]);
            settings.niches = BTreeMap::from([(name("one"), niche)]);
            settings.trends.block = block;
            let router = Router::new(&settings);
            let judged = router.judge(&topic, &WordsAlone);
            assert_eq!(judged, router.judge(&topic, &WordsAlone));
            judged[0].clone()
        };
        let routed = ask(wishes.clone(), Vec::new());
        let mut stricter = wishes.clone();
        stricter.avoid.push(more.clone());
        prop_assert!(routed.is_routed() || !ask(stricter, Vec::new()).is_routed());
        let mut wider = wishes.clone();
        wider.keywords.push(more.clone());
        if !wishes.keywords.is_empty() {
            prop_assert!(!routed.is_routed() || ask(wider, Vec::new()).is_routed());
        }
        let held = Text::of(&title);
        if Phrase::of(&more).is_some_and(|phrase| phrase.is_in(&held, Endings::Any)) {
            let blocked = matches!(
                ask(wishes, vec![more]),
                Routing::NotRouted { why: Why::Blocked { everywhere: true, .. }, .. }
            );
            prop_assert!(blocked);
        }
    }
}
