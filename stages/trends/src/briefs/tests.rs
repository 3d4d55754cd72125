use std::collections::{BTreeMap, BTreeSet};

use reelpress_config::{SensitiveClass, SensitivePolicy, Settings};
use reelpress_vocabulary::{Brief, Topic, TopicKind, testing};

use super::{Newsroom, Nothing, Orders, PassedBook, briefs, orders};
use crate::route::Router;
use crate::saturation::{MadeBook, MadeBrief};
use crate::sensitive::SensitiveLists;
use crate::testing::{account, at, name, niche, settings};

fn topic(id: &str, title: &str) -> Topic {
    Topic { id: id.to_owned(), ..testing::topic(title) }
}

fn studio(niches: &[(&str, &[&str], &[&str])], accounts: &[(&str, &[&str])]) -> Settings {
    let mut settings = settings(vec![]);
    settings.niches = niches.iter().map(|(n, words, avoid)| (name(n), niche(words, avoid))).collect();
    settings.accounts = accounts.iter().map(|(a, niches)| (name(a), account(niches))).collect();
    settings
}

#[track_caller]
fn check(keywords: &[&str], avoid: &[&str], title: &str, wanted: bool) {
    let settings = studio(&[("space", keywords, avoid)], &[("a", &["space"])]);
    let found = briefs(&[topic("1", title)], &settings);
    assert_eq!(found.len(), usize::from(wanted), "{keywords:?} without {avoid:?} for {title:?}");
}

#[test]
fn niches_take_topics_by_words_not_by_letters() {
    check(&[], &[], "Anything at all", true);
    check(&["rocket"], &[], "Two Rockets launched", true);
    check(&["rocket"], &[], "A #rocket on its way", true);
    check(&["#rocket"], &[], "A rocket on its way", true);
    check(&["art"], &[], "A new start for the party", false);
    check(&["black hole"], &[], "Black holes seen", true);
    check(&["black hole"], &[], "A hole in the black box", false);
    check(&["火箭"], &[], "新火箭今天发射", true);
    check(&["rocket"], &["war"], "Rocket in the war", false);
    check(&[], &["war"], "A warm day", true);
    check(&["  "], &[], "Keywords that say nothing find nothing", false);
}

#[test]
fn one_topic_goes_to_one_account_of_each_niche() {
    let settings = studio(
        &[("space", &[], &[]), ("tech", &[], &[])],
        &[("a", &["space"]), ("b", &["space"]), ("c", &["space", "tech"])],
    );
    let topics = (0..90).map(|at| topic(&format!("topic-{at}"), "Something new")).collect::<Vec<_>>();
    let found = briefs(&topics, &settings);
    let mut taken = BTreeSet::new();
    let mut load = BTreeMap::<String, usize>::new();
    for (_, brief) in &found {
        assert!(taken.insert((brief.topic.id.clone(), brief.niche.to_string())), "twice: {brief:?}");
        *load.entry(brief.account.to_string()).or_default() += 1;
    }
    assert_eq!(taken.len(), 180);
    assert_eq!(found, briefs(&topics, &settings), "the same call gives the same briefs");
    assert_eq!(load["a"], load["b"], "{load:?}");
    assert_eq!(load["c"], 90, "`c` is the only one for tech, so the others take space: {load:?}");
}

#[test]
fn the_origin_outlives_a_change_of_accounts() {
    let topics = [topic("1", "Something new")];
    let before = studio(&[("space", &[], &[])], &[("a", &["space"])]);
    let after = studio(&[("space", &[], &[])], &[("b", &["space"]), ("c", &["space"])]);
    let (before, after) = (briefs(&topics, &before), briefs(&topics, &after));
    assert_eq!(before[0].0, after[0].0);
    assert_eq!(before[0].1.seed, after[0].1.seed);
    assert_ne!(before[0].1.account, after[0].1.account);
}

#[test]
fn accounts_that_are_off_get_nothing() {
    let mut settings = studio(&[("space", &[], &[])], &[("a", &["space"]), ("b", &["other"])]);
    settings.accounts.get_mut("a").unwrap().enabled = false;
    assert_eq!(briefs(&[topic("1", "Something new")], &settings), []);
}

#[test]
fn templates_come_in_turn() {
    let settings = studio(&[("space", &[], &[])], &[("a", &["space"])]);
    let topics = (0..60).map(|at| topic(&format!("topic-{at}"), "Something new")).collect::<Vec<_>>();
    let mut used = BTreeMap::<String, usize>::new();
    for (_, brief) in briefs(&topics, &settings) {
        *used.entry(brief.template.to_string()).or_default() += 1;
    }
    assert!(used.len() == 3 && used.values().all(|times| *times > 8), "{used:?}");
}

#[test]
fn the_built_in_writer_is_not_asked_to_translate() {
    let mut settings = studio(&[("space", &[], &[])], &[("a", &["space"])]);
    let german = Topic { language: "de".to_owned(), ..topic("1", "Rakete gestartet") };
    let unknown = Topic { language: "und".to_owned(), ..topic("2", "NASA") };
    assert_eq!(briefs(&[german.clone(), unknown], &settings).len(), 1);
    let model = reelpress_config::Provider::new("http://127.0.0.1:1/v1".parse().unwrap(), "m");
    settings.script = settings.script.with_provider(name("cloud"), model);
    assert_eq!(briefs(&[german], &settings).len(), 1);
}

/// The orders of a room that knows what was made.
fn in_room(topics: &[Topic], settings: &Settings, made: &MadeBook) -> Orders {
    let (router, nothing) = (Router::new(settings), Nothing::default());
    let lists = SensitiveLists::built_in();
    let plain = Newsroom::plain(settings, &router, &lists, &nothing, at("2026-11-21T12:00:00Z"));
    orders(topics, &Newsroom { made, ..plain })
}

#[test]
fn a_delicate_topic_becomes_an_item_that_waits_and_a_refused_one_none() {
    let mut settings = studio(&[("space", &[], &[])], &[("a", &["space"])]);
    let topics =
        [topic("1", "Earthquake near the telescope"), topic("2", "OnlyFans star in orbit"), topic("3", "A quiet day")];
    let made = in_room(&topics, &settings, &MadeBook::default());
    let marked = |orders: &Orders| {
        let one =
            |brief: &Brief| (brief.topic.id.clone(), brief.dossier.sensitive.iter().map(|mark| mark.class).collect());
        orders.briefs.iter().map(|(_, brief)| one(brief)).collect::<Vec<(String, Vec<SensitiveClass>)>>()
    };
    assert_eq!(marked(&made), [("1".to_owned(), vec![SensitiveClass::Tragedies]), ("3".to_owned(), vec![])]);
    let passed =
        made.passed_over.iter().map(|one| format!("{} {}: {}", one.topic, one.niche, one.why)).collect::<Vec<_>>();
    assert_eq!(passed, ["2 space: refused: adult (`onlyfans`)"]);
    assert_eq!(
        made.briefs[0].1.dossier.routed,
        ["the niche takes every topic", "waits for a person: tragedies (`earthquake*`)"]
    );
    let niche = settings.niches.get_mut("space").unwrap();
    niche.routing.sensitive.insert(SensitiveClass::Tragedies, SensitivePolicy::Allow);
    niche.routing.sensitive.insert(SensitiveClass::Adult, SensitivePolicy::Hold);
    let made = in_room(&topics, &settings, &MadeBook::default());
    assert_eq!(marked(&made)[0].1, []);
    assert_eq!(marked(&made)[1].1, [SensitiveClass::Adult]);
}

#[test]
fn what_was_made_often_enough_is_passed_over_with_the_reason_and_counted_once() {
    let mut settings = studio(&[("space", &[], &[]), ("tech", &[], &[])], &[("a", &["space", "tech"])]);
    settings.trends.saturation.ours = 1;
    let topics = [topic("1", "Voyager probe answers after months of silence")];
    let none = MadeBook::default();
    let first = in_room(&topics, &settings, &none);
    assert_eq!(first.briefs.len(), 1, "the second niche of the same round is one too many");
    let passed = |orders: &Orders| {
        orders.passed_over.iter().map(|one| format!("{}: {}", one.niche, one.why)).collect::<Vec<_>>()
    };
    assert_eq!(passed(&first), ["tech: saturated: 1 cut of ours in 7 days"]);
    let mut made = none;
    made.add(MadeBrief::of(&first.briefs[0].1, at("2026-11-21T12:00:00Z")));
    let next = in_room(&topics, &settings, &made);
    assert_eq!((next.briefs.len(), passed(&next)), (0, passed(&first)), "what the niche has made already is no fault");
    let mut book = PassedBook::default();
    assert_eq!((book.count(&first.passed_over).len(), book.count(&next.passed_over).len()), (1, 0));
    settings.niches.get_mut("tech").unwrap().routing.saturation.ours = Some(2);
    assert_eq!(in_room(&topics, &settings, &made).briefs.len(), 1, "a niche may allow more");
}

#[test]
fn every_niche_explains_itself() {
    let mut settings = studio(
        &[("cakes", &["cake"], &[]), ("orphan", &[], &[]), ("space", &["orbit"], &[]), ("strict", &["orbit"], &[])],
        &[("a", &["cakes", "space", "strict"])],
    );
    settings
        .niches
        .get_mut("strict")
        .unwrap()
        .routing
        .sensitive
        .insert(SensitiveClass::Health, SensitivePolicy::Refuse);
    let (router, nothing) = (Router::new(&settings), Nothing::default());
    let lists = SensitiveLists::built_in();
    let room = Newsroom::plain(&settings, &router, &lists, &nothing, at("2026-11-21T12:00:00Z"));
    let lines = room
        .explain(&topic("1", "Vaccine made in orbit"))
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(lines, @r"
    cakes: not taken: holds no keyword
    orphan: not taken: no enabled account takes the niche
    space: taken: holds `orbit`; waits for a person: health (`vaccin*`)
    strict: not taken: refused: health (`vaccin*`)
    ");
}

#[test]
fn a_brief_carries_its_evidence_licences_hashtags_and_format() {
    let mut settings = studio(&[("space", &[], &[])], &[("a", &["space"])]);
    settings.niches.get_mut("space").unwrap().routing.formats.words = Some((60, 70));
    let mut one = topic("1", "Saturn rings seen from orbit");
    one.evidence = vec![testing::evidence("Saturn rings seen", "https://example.org/1")];
    let tag = Topic { kind: TopicKind::Hashtag, ..topic("2", "#Saturn") };
    let bad = Topic { kind: TopicKind::Hashtag, ..topic("3", "#SaturnEarthquake") };
    let (router, nothing, lists) = (Router::new(&settings), Nothing::default(), SensitiveLists::built_in());
    let topics = [one, tag, bad];
    let tags = crate::kinds::tags(&topics);
    let whys = BTreeMap::from([("1".to_owned(), "rises fast".to_owned())]);
    settings.feeds = vec![crate::testing::file_feed("sea", "sea.csv", reelpress_config::FeedFormat::Csv)];
    let plain = Newsroom::plain(&settings, &router, &lists, &nothing, at("2026-11-21T12:00:00Z"));
    let made = orders(&topics, &Newsroom { tags: &tags, whys: &whys, ..plain });
    assert_eq!(made.briefs.len(), 1, "hashtags make no briefs");
    let brief = &made.briefs[0].1;
    assert_eq!(brief.suggested_hashtags, ["Saturn"], "a delicate tag is not suggested");
    assert_eq!(brief.format.as_ref().and_then(|format| format.words), Some((60, 70)));
    assert_eq!(brief.dossier.why, "rises fast");
    assert!(brief.dossier.licences[0].note.starts_with("the publisher's: "), "{:?}", brief.dossier.licences);
    assert_eq!(brief.topic.evidence.len(), 1);
}

#[test]
fn a_niche_that_asks_for_hooks_gets_a_brief_for_each_and_they_count_as_one_cut() {
    let mut settings = studio(&[("space", &[], &[]), ("tech", &[], &[])], &[("a", &["space", "tech"])]);
    settings.trends.saturation.ours = 2;
    let topics = [topic("1", "Voyager probe answers after months of silence")];
    let plain = briefs(&topics, &settings);
    settings.niches.get_mut("space").unwrap().hook_variants = std::num::NonZeroU32::new(3).unwrap();
    let found = briefs(&topics, &settings);
    let told = found.iter().map(|(_, brief)| (brief.niche.to_string(), brief.variant)).collect::<Vec<_>>();
    let wanted = [("space", 0), ("space", 1), ("space", 2), ("tech", 0)];
    assert_eq!(told, wanted.map(|(niche, variant)| (niche.to_owned(), variant)));
    assert_eq!((&found[0], &found[3]), (&plain[0], &plain[1]), "the first one stays as it is");
    let origins = found.iter().map(|(origin, _)| *origin).collect::<BTreeSet<_>>();
    assert_eq!(origins.len(), 4);
    for (_, brief) in &found[1..3] {
        assert_eq!(*brief, Brief { variant: brief.variant, ..found[0].1.clone() }, "they differ in the hook alone");
    }
    let mut made = MadeBook::default();
    found[..3].iter().for_each(|(_, brief)| made.add(MadeBrief::of(brief, at("2026-11-21T12:00:00Z"))));
    let again = in_room(&topics, &settings, &made);
    assert_eq!(again.briefs.len(), 1, "one cut of three hooks leaves room for the second niche");
}
