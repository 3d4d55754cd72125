use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

mod changes;

use super::{Clusters, Headline, JOINS, assign};
use crate::same::{Commonness, Title, score_of};
use crate::testing::at;

const NOW: &str = "2026-11-21T12:00:00Z";

fn headline<'a>(feed: &'a str, title: &'a str, link: Option<&'a str>) -> Headline<'a> {
    let language = if title.is_ascii() { "en" } else { "zh" };
    Headline { feed, at: at(NOW), title, language, link }
}

/// A few headlines about other things, so that rare words are rare.
fn company() -> Vec<Headline<'static>> {
    [
        "Local bakery opens second shop in harbour district",
        "Library extends opening times on weekends",
        "City council votes on new bicycle lanes",
        "Museum shows paintings found in an attic",
        "Heavy rain delays the harvest of apples",
        "Football club signs a new goalkeeper",
        "上海迪士尼乐园暂停开放配合疫情排查",
        "今年第一场雪将在周末到来",
    ]
    .into_iter()
    .map(|title| headline("other", title, None))
    .collect()
}

#[track_caller]
fn check(a: &str, b: &str, together: bool) {
    let mut all = company();
    all.push(headline("first", a, None));
    all.push(headline("second", b, None));
    let topics = assign(&[], &all);
    assert_eq!(topics[all.len() - 2] == topics[all.len() - 1], together, "{a} / {b}");
}

#[test]
fn the_same_story_in_other_words_is_one_topic() {
    check(
        "NASA extends cyclone satellite mission",
        "NASA Extends Cyclone Global Navigation Satellite System Mission",
        true,
    );
    check("Rocket lands safely at sea", "Watch: rocket lands safely at sea after first launch", true);
    check("孙颖莎横扫晋级16强", "孙颖莎4比0横扫晋级16强", true);
    check("孙颖莎横扫对手晋级女单16强", "孙颖莎晋级女单16强", true);
}

#[test]
fn templates_with_one_name_swapped_stay_apart() {
    check("Messi wins the golden ball award", "Ronaldo wins the golden ball award", false);
    check("孙颖莎横扫晋级16强", "王楚钦横扫晋级16强", false);
    check("刘浩存提名金鸡奖最佳女主角", "谢霆锋提名金鸡奖最佳男配角", false);
}

#[test]
fn different_numbers_are_different_stories() {
    check("Earthquake of magnitude 5 shakes the coast", "Earthquake of magnitude 6 shakes the coast", false);
    check("黑龙江新增5例", "上海新增1例", false);
    check("Phone maker shows model 16", "Phone maker shows model", true);
}

#[test]
fn a_denial_is_another_story() {
    check("Open source is broken", "Open source is not broken", false);
    check("Bridge will never open, says council", "Bridge will open, says council", false);
    check("Die Brücke ist offen", "Die Brücke ist nicht offen", false);
}

#[test]
fn one_shared_word_is_no_story() {
    check("Artemis", "Artemis launch delayed by a storm", false);
    check("The of and", "To be or not", false);
    check("🎉", "🎃", false);
}

#[test]
fn the_same_link_is_the_same_story_whatever_the_title() {
    let all =
        [headline("a", "One title", Some("example.org/x")), headline("b", "Quite another", Some("example.org/x"))];
    let topics = assign(&[], &all);
    assert_eq!(topics[0], topics[1]);
}

#[test]
fn a_daily_column_is_a_new_topic_each_day() {
    let today = headline("a", "Astronomy picture of the day", Some("example.org/2"));
    let yesterday =
        Headline { at: today.at - SignedDuration::from_hours(24), link: Some("example.org/1"), ..today.clone() };
    let topics = assign(&[], &[yesterday, today]);
    assert_ne!(topics[0], topics[1]);
}

#[test]
fn topics_do_not_grow_by_chaining() {
    let mut all = company();
    let titles = [
        "Storm closes northern harbour",
        "Storm closes northern harbour; ferries stop, islands wait",
        "Ferries stop, islands wait",
    ];
    all.extend(titles.map(|title| headline("x", title, None)));
    let topics = assign(&[], &all);
    let [first, middle, last] = &topics[topics.len() - 3..] else { panic!("three were put in") };
    assert!(first == middle || middle == last, "the middle one belongs to one of them");
    assert_ne!(first, last);
}

#[test]
fn a_known_topic_takes_in_what_comes_later() {
    let known = headline("a", "Rocket lands safely at sea", None);
    let topics = assign(&[("known-topic", known)], &[headline("b", "Rocket lands safely at sea again", None)]);
    assert_eq!(topics, ["known-topic"]);
}

/// Every two members of a topic pass the pair check, whatever the order they came in.
#[track_caller]
fn check_links(clusters: &Clusters) {
    for topic in clusters.topics() {
        let members = clusters.members(topic);
        for (place, a) in members.iter().enumerate() {
            for b in &members[..place] {
                let language = |title: &str| if title.is_ascii() { "en" } else { "zh" };
                let of = |title: &str| Title::of(title, language(title));
                let score = score_of(&of(a.title), &of(b.title), &Commonness::default(), None);
                assert!(score >= JOINS, "{} / {}: {score}", a.title, b.title);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_order_of_arrival_makes_a_chain(order in Just((0..STORIES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let mut clusters = Clusters::new();
        for at in order {
            clusters.see(&at.to_string(), &headline("x", STORIES[at], None), None);
        }
        check_links(&clusters);
        prop_assert!(clusters.topics().count() < STORIES.len(), "nothing was merged");
    }
}

const STORIES: [&str; 10] = [
    "Storm closes northern harbour",
    "Storm closes northern harbour; ferries stop, islands wait",
    "Ferries stop, islands wait",
    "Northern harbour closed by storm",
    "Crane collapses onto Harbour Bridge",
    "Harbour Bridge closed after crane collapse",
    "Harbour Bridge crane collapse: ferries stop",
    "云杉科技裁员三成",
    "云杉科技裁员30%，员工称当天收到通知",
    "云杉科技发布新款手机",
];

#[test]
fn a_known_item_is_only_looked_up_and_an_edited_one_is_judged_again() {
    let mut clusters = Clusters::new();
    let first = headline("a", "Storm closes northern harbour", None);
    let topic = clusters.see("1", &first, None).to_owned();
    assert_eq!(clusters.see("1", &first, None), topic);
    assert_eq!(clusters.len(), 1);
    clusters.see("2", &headline("b", "Northern harbour closed by storm", None), None);
    assert_eq!(clusters.topic_of("2"), Some(topic.as_str()));
    let elsewhere = clusters.see("2", &headline("b", "Rowan Ellery wins Brightwater Prize", None), None).to_owned();
    assert_ne!(elsewhere, topic);
    assert_eq!(clusters.members(&topic).len(), 1);
    // Alone, it stays what it is, whatever it says now.
    assert_eq!(clusters.see("2", &headline("b", "Ellery: a prize at last", None), None), elsewhere);
}

#[test]
fn what_is_saved_goes_on_where_it_was() {
    let mut clusters = Clusters::new();
    for (at, title) in STORIES.iter().enumerate() {
        clusters.see(&at.to_string(), &headline("x", title, None), None);
    }
    let saved = serde_json::to_string(&clusters).unwrap();
    let mut loaded: Clusters = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
    let late = headline("y", "Northern harbour: storm closes it", None);
    assert_eq!(loaded.see("late", &late, None), clusters.see("late", &late, None));
}

#[test]
fn forgetting_drops_old_items_and_their_topics_only() {
    let mut clusters = Clusters::new();
    let old = Headline { at: at("2026-10-01T00:00:00Z"), ..headline("a", "Crane collapses onto Harbour Bridge", None) };
    clusters.see("old", &old, None);
    let kept = clusters.see("new", &headline("a", "Storm closes northern harbour", None), None).to_owned();
    clusters.forget(at("2026-11-01T00:00:00Z"));
    assert_eq!(clusters.topics().collect::<Vec<_>>(), [kept.as_str()]);
    assert_eq!((clusters.len(), clusters.topic_of("old")), (1, None));
    assert_eq!(clusters.see("again", &headline("b", "Northern harbour closed by storm", None), None), kept);
}

#[test]
fn evidence_says_why_an_item_joined() {
    let mut clusters = Clusters::new();
    clusters.see("1", &headline("a", "Storm closes northern harbour", None), None);
    let topic = clusters.see("2", &headline("b", "Northern harbour closed by storm", None), None).to_owned();
    let members = clusters.members(&topic);
    assert_eq!(members.len(), 2);
    assert_eq!(members[1].evidence.with, "Storm closes northern harbour");
    assert_eq!(members[1].evidence.at, at(NOW));
    insta::assert_snapshot!(members[1].evidence.reasons[0], @"share 100 %: northern, harbour, closed, storm");
}

#[test]
fn vectors_bring_together_what_words_do_not() {
    let mut clusters = Clusters::new();
    let vector = [0.2_f32, -0.4, 0.7, 0.1];
    let near = [0.21_f32, -0.41, 0.69, 0.1];
    let a = headline("a", "Walkout at Torralba after accounts vanish", None);
    let b = headline("b", "Plantón en Torralba al perderse las cuentas", None);
    clusters.see("1", &a, Some(&vector));
    clusters.see("2", &b, Some(&near));
    assert_eq!(clusters.topic_of("1"), clusters.topic_of("2"));
}

fn any_headlines() -> impl Strategy<Value = Vec<(u8, String, u8, i64)>> {
    prop::collection::vec((0..3_u8, "[a-f ]{0,12}", 0..4_u8, 0..5_i64), 0..12)
}

proptest! {
    #[test]
    fn order_makes_no_difference(items in any_headlines(), turn in 0..12_usize) {
        let feeds = ["x", "y", "z"];
        let links = ["example.org/0", "example.org/1", "example.org/2", "example.org/3"];
        let mut headlines = items
            .iter()
            .map(|(feed, title, link, second)| Headline {
                feed: feeds[usize::from(*feed)],
                at: Timestamp::from_second(*second).unwrap(),
                title,
                language: "und",
                link: Some(links[usize::from(*link)]),
            })
            .collect::<Vec<_>>();
        let mut before = headlines.iter().cloned().zip(assign(&[], &headlines)).collect::<Vec<_>>();
        if !headlines.is_empty() {
            let turn = turn % headlines.len();
            headlines.rotate_left(turn);
            headlines.reverse();
        }
        let mut after = headlines.iter().cloned().zip(assign(&[], &headlines)).collect::<Vec<_>>();
        for (headline, topic) in &before {
            for (other, other_topic) in &before {
                prop_assert!(headline.link != other.link || topic == other_topic, "one link, two topics");
            }
        }
        let key = |pair: &(Headline<'_>, String)| format!("{pair:?}");
        before.sort_by_key(key);
        after.sort_by_key(key);
        prop_assert_eq!(before, after);
    }
}
