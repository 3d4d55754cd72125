use std::collections::{BTreeMap, BTreeSet};

use reelpress_config::Settings;
use reelpress_vocabulary::{Topic, testing};

use super::briefs;
use crate::testing::{account, name, niche, settings};

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
