use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::history::TERMS_MAX;
use super::{TermKind, TermSeen, TermStanding, TermWatch, merge, terms_of};
use crate::testing::at;

/// A Monday.
const START: &str = "2026-03-02T00:00:00Z";

/// An item in a test feed: its gain goes up and down over twelve hours.
#[derive(Debug, Clone)]
struct Live {
    key: String,
    title: String,
    voice: Option<String>,
    born: i64,
    strength: f64,
}

fn live(key: impl Into<String>, title: impl Into<String>, voice: &str, born: i64, strength: f64) -> Live {
    Live { key: key.into(), title: title.into(), voice: Some(voice.to_owned()), born, strength }
}

impl Live {
    fn gain(&self, hour: i64) -> f64 {
        let age = f64::from(i32::try_from(hour - self.born).unwrap());
        if (0.0..24.0).contains(&age) { self.strength * (1.0 + age) * (-age / 4.0).exp() } else { 0.0 }
    }
}

fn hour(hours: i64) -> Timestamp {
    at(START) + SignedDuration::from_hours(hours)
}

/// Thirty words come round; every hour one of them has an item.
fn background(hours: i64) -> Vec<Live> {
    (0..hours)
        .map(|born| {
            let (word, strength) = ((born * 7) % 31, 10.0 + 5.0 * f64::from(u8::try_from(born % 5).unwrap()));
            live(
                format!("b{born}"),
                format!("word{word} thing{}", born % 17),
                &format!("v{}", born % 53),
                born,
                strength,
            )
        })
        .collect()
}

/// Polls every hour of `hours` with what is younger than two days.
fn watch(items: &[Live], hours: std::ops::Range<i64>, watch: &mut TermWatch, times: f64) {
    for now in hours {
        let seen = items.iter().filter(|item| (0..48).contains(&(now - item.born)));
        let seen = seen.map(|item| TermSeen {
            key: &item.key,
            title: &item.title,
            language: "en",
            attention: times * item.gain(now),
            author_or_domain: item.voice.as_deref(),
            first_seen: hour(item.born),
        });
        watch.poll(hour(now), &seen.collect::<Vec<_>>());
    }
}

fn watched(items: &[Live], hours: i64) -> TermWatch {
    let mut found = TermWatch::default();
    watch(items, 0..hours, &mut found, 1.0);
    found
}

fn find<'a>(standings: &'a [TermStanding], term: &str) -> Option<&'a TermStanding> {
    standings.iter().find(|standing| standing.term == term)
}

/// `many` items within six hours before `now`, each of a voice of its own.
fn burst(title: &str, now: i64, many: i64) -> Vec<Live> {
    let born = |number: i64| now - 1 - number % 5;
    (0..many).map(|n| live(format!("{title}{now}-{n}"), title, &format!("s{n}"), born(n), 40.0)).collect()
}

#[test]
fn a_story_that_several_voices_take_up_is_at_the_top_with_its_reasons() {
    let now = 20 * 24 + 10;
    let mut items = background(now);
    items.extend(burst("quake harbour", now, 8));
    let standings = watched(&items, now).rising(hour(now), 50);
    let top = &standings[0];
    assert!(["quake", "harbour", "quake harbour"].contains(&top.term.as_str()), "{top:?}");
    assert!(top.probability > 0.9, "{top:?}");
    assert!(top.z > 3.0 && top.velocity > 0.0 && top.mean < 1.0, "{top:?}");
    assert_eq!((top.voices, top.items.len(), top.support.round()), (8, 5, 8.0));
    assert!(top.newest_hours.is_some_and(|hours| (0.9..1.1).contains(&hours)), "{top:?}");
    assert!((19.0..=21.0).contains(&top.days_of_past), "{top:?}");
    assert!(top.why().contains("8 voices"), "{}", top.why());
}

#[test]
fn a_tag_of_every_monday_does_not_rise_on_its_fifth_monday_and_a_new_one_does() {
    let day = 24;
    let now = 28 * day + 10;
    let mut items = background(now);
    for week in 0..5 {
        items.extend(burst("#photomonday", week * 7 * day + 10, 8));
    }
    items.extend(burst("#photoquake", now, 8));
    let watch = watched(&items, now);
    let all = watch.standings(hour(now));
    let (weekly, new) = (find(&all, "#photomonday").unwrap(), find(&all, "#photoquake").unwrap());
    assert!(!weekly.is_rising() && weekly.z < 1.0, "{weekly:?}");
    assert!(new.is_rising() && new.z > 3.0, "{new:?}");
    assert!(new.probability > weekly.probability);
    assert!(find(&watch.rising(hour(now), 50), "#photomonday").is_none());
}

#[test]
fn forty_posts_of_one_domain_do_not_trend() {
    let now = 14 * 24 + 10;
    let mut items = background(now);
    items.extend(
        (0..40).map(|n| live(format!("spam{n}"), "#megadeal cheap pills", "spam.example", now - 1 - n % 5, 40.0)),
    );
    let standings = watched(&items, now).standings(hour(now));
    assert!(find(&standings, "#megadeal").is_none() && find(&standings, "pills").is_none());
}

#[test]
fn a_flood_of_one_domain_adds_no_more_than_its_best_post_to_a_topic() {
    let now = 14 * 24 + 10;
    let mut items = background(now);
    items.push(live("one", "word3 again", "spam.example", now - 3, 40.0));
    let one = watched(&items, now).standings(hour(now));
    items.extend((0..39).map(|n| live(format!("more{n}"), "word3 again", "spam.example", now - 3, 40.0)));
    let forty = watched(&items, now).standings(hour(now));
    let (one, forty) = (find(&one, "word3").unwrap(), find(&forty, "word3").unwrap());
    assert_eq!((one.x, one.voices, one.support), (forty.x, forty.voices, forty.support));
}

#[test]
fn a_platforms_own_domain_is_no_voice() {
    let now = 14 * 24 + 10;
    let mut items = background(now);
    items.extend(burst("quake harbour", now, 8));
    for item in &mut items {
        item.voice = Some("platform.example".to_owned());
    }
    assert!(find(&watched(&items, now).rising(hour(now), 10), "quake").is_some());
}

#[test]
fn an_empty_poll_and_one_from_the_past_change_nothing() {
    let mut found = watched(&background(200), 200);
    let before = found.clone();
    found.poll(hour(206), &[]);
    found.poll(hour(900), &[]);
    assert_eq!(found, before);
    watch(&background(200), 150..151, &mut found, 1.0);
    assert_eq!(found, before);
}

#[test]
fn an_outage_is_no_part_of_the_past_that_means_are_taken_over() {
    let items = background(30 * 24);
    let mut found = watched(&items, 10 * 24);
    watch(&items, 20 * 24..21 * 24, &mut found, 1.0);
    let days = found.standings(hour(21 * 24))[0].days_of_past;
    assert!((10.0..12.0).contains(&days), "{days}");
}

#[test]
fn a_small_feed_and_one_a_million_times_larger_have_the_same_chances() {
    let now = 15 * 24 + 10;
    let mut items = background(now);
    items.extend(burst("quake harbour", now, 6));
    let small = watched(&items, now).standings(hour(now));
    let mut large = TermWatch::default();
    watch(&items, 0..now, &mut large, f64::from(1 << 20));
    let large = large.standings(hour(now));
    assert!(small.len() > 30 && small.len() == large.len());
    for small in &small {
        let large = find(&large, &small.term).unwrap();
        assert!((small.probability - large.probability).abs() < 1e-4, "{small:?}\n{large:?}");
        assert!((small.z - large.z).abs() < 1e-3, "{small:?}\n{large:?}");
    }
}

#[test]
fn a_feed_has_an_answer_on_its_first_day() {
    let mut items = background(20);
    items.extend(burst("quake harbour", 20, 5));
    let rising = watched(&items, 20).rising(hour(20), 5);
    assert!(["quake", "harbour", "quake harbour"].contains(&rising[0].term.as_str()), "{rising:?}");
    assert!(TermWatch::default().standings(hour(0)).is_empty());
}

#[test]
fn a_chart_of_tags_needs_no_second_item_for_a_tag() {
    let mut found = TermWatch::default();
    let tags = ["#alpha", "#beta", "#gamma", "#delta"];
    for now in 0..48 {
        let seen = tags.iter().zip([1.0, 0.5, 0.25, 0.125]).map(|(tag, attention)| TermSeen {
            key: tag,
            title: tag,
            language: "und",
            attention,
            author_or_domain: None,
            first_seen: hour(0),
        });
        found.poll(hour(now), &seen.collect::<Vec<_>>());
    }
    let named = found.likely(hour(48), 10);
    assert_eq!(named.iter().map(|one| one.kind).collect::<Vec<_>>(), [TermKind::Tag; 4]);
    assert!(tags.iter().all(|tag| find(&named, tag).is_some_and(|one| one.voices == 1)), "{named:?}");
}

#[test]
fn terms_stay_within_their_bound_whatever_a_feed_sends() {
    let mut found = TermWatch::default();
    for poll in 0..3_i64 {
        let title = |n: i64| (0..12).map(|word| format!("w{poll}x{n}y{word}")).collect::<Vec<_>>().join(" ");
        let items = (0..2_500).map(|n| live(format!("{poll}-{n}"), title(n), "v", poll, 1.0)).collect::<Vec<_>>();
        watch(&items, poll..poll + 1, &mut found, 1.0);
    }
    assert_eq!(found.terms(), TERMS_MAX);
    watch(&background(60), 3..60, &mut found, 1.0);
    assert!(found.terms() < TERMS_MAX - 5_000, "{}", found.terms());
}

#[test]
fn what_is_no_number_counts_as_nothing() {
    let mut found = watched(&background(100), 100);
    for (n, attention) in [f64::NAN, f64::INFINITY, -5.0, f64::MAX].into_iter().enumerate() {
        let key = format!("odd{n}");
        let seen = TermSeen {
            key: &key,
            title: "word3",
            language: "en",
            attention,
            author_or_domain: None,
            first_seen: hour(5_000),
        };
        found.poll(hour(100), &[seen]);
    }
    for one in found.standings(hour(101)) {
        let numbers = [one.x, one.mean, one.sd, one.z, one.fresh_z, one.expected, one.needed, one.arrivals];
        assert!(numbers.iter().all(|number| number.is_finite()), "{one:?}");
        assert!((0.0..=1.0).contains(&one.probability), "{one:?}");
    }
}

#[test]
fn feeds_are_merged_by_chance_and_the_number_of_feeds_stands_apart() {
    let now = 15 * 24 + 10;
    let mut items = background(now);
    items.extend(burst("quake harbour", now, 8));
    let (mut large, mut small) = (TermWatch::default(), watched(&background(now), now));
    watch(&items, 0..now, &mut large, 1_000.0);
    let quiet = watched(&items, now).likely(hour(now), 20);
    watch(&items, now..now + 1, &mut small, 1.0);
    let merged = merge(&[("a", large.likely(hour(now), 20)), ("b", quiet)], 10);
    assert_eq!(merged.len(), 10);
    assert!(merged[0].term.contains("quake") || merged[0].term.contains("harbour"), "{:?}", merged[0]);
    assert_eq!(merged[0].feeds.len(), 2);
    let best = merged[0].feeds.iter().map(|(_, one)| one.probability).fold(0.0, f64::max);
    assert!((merged[0].probability - best).abs() < 1e-12);
    assert!(merged.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    assert!(merge(&[], 10).is_empty());
}

#[test]
fn titles_become_words_pairs_tags_and_character_pairs() {
    let check = |title: &str, language: &str, expected: &[&str]| {
        assert_eq!(terms_of(title, language).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{title}");
    };
    check("The Webb telescope of NASA", "en", &["nasa", "telescope", "webb", "webb telescope"]);
    check("La casa de papel", "es", &["casa", "papel"]);
    check("＃PhotoMonday in Ｂerlin #1", "en", &["#photomonday", "berlin"]);
    check("上海雪", "zh", &["上海", "海雪"]);
    check("iPhone 15发布", "zh", &["15", "iphone", "iphone 15", "发布"]);
    check("C# and F#", "en", &[]);
    check("", "und", &[]);
    assert!(terms_of(&"ab cd ".repeat(10_000), "en").len() <= 128);
    let kinds = ["#a", "a b", "上海", "word"].map(TermKind::of);
    assert_eq!(kinds, [TermKind::Tag, TermKind::Pair, TermKind::Characters, TermKind::Word]);
}

fn any_polls() -> impl Strategy<Value = Vec<Vec<(u8, u8, u16, u8)>>> {
    prop::collection::vec(prop::collection::vec((0_u8..40, 0_u8..12, 0_u16..500, 0_u8..6), 0..25), 1..40)
}

fn replay(polls: &[Vec<(u8, u8, u16, u8)>], turned: bool) -> TermWatch {
    let mut found = TermWatch::default();
    for (number, poll) in (0_i64..).zip(polls) {
        let texts = poll.iter().map(|(key, word, ..)| (format!("k{key}"), format!("word{word} thing{}", key % 5)));
        let texts = texts.collect::<Vec<_>>();
        let voices = ["a", "b", "c", "d", "e"];
        let tell = |(item, text): (&(u8, u8, u16, u8), &'_ (String, String))| -> (String, String, f64, Option<&str>) {
            (text.0.clone(), text.1.clone(), f64::from(item.2), voices.get(usize::from(item.3)).copied())
        };
        let items = poll.iter().zip(&texts).map(tell).collect::<Vec<_>>();
        let mut seen = items
            .iter()
            .map(|(key, title, attention, voice)| TermSeen {
                key,
                title,
                language: "en",
                attention: *attention,
                author_or_domain: *voice,
                first_seen: hour(number * 3),
            })
            .collect::<Vec<_>>();
        if turned {
            seen.reverse();
            let middle = seen.len() / 3;
            seen.rotate_left(middle);
        }
        found.poll(hour(number * 3), &seen);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_items_in_a_poll_makes_no_difference(polls in any_polls()) {
        prop_assert_eq!(replay(&polls, false), replay(&polls, true));
    }

    #[test]
    fn a_stored_watch_goes_on_as_if_it_had_not_been_stored(polls in any_polls(), cut in 0_usize..40) {
        let whole = replay(&polls, false);
        let stored = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(&serde_json::from_str::<TermWatch>(&stored).unwrap(), &whole);
        let now = hour(i64::try_from(3 * polls.len() + cut).unwrap());
        let back = serde_json::from_str::<TermWatch>(&stored).unwrap();
        prop_assert_eq!(back.standings(now), whole.standings(now));
    }

    #[test]
    fn chances_are_chances_in_falling_order(polls in any_polls()) {
        let now = hour(i64::try_from(3 * polls.len()).unwrap());
        let standings = replay(&polls, false).standings(now);
        prop_assert!(standings.iter().all(|one| (0.0..=1.0).contains(&one.probability) && one.z.is_finite()));
        prop_assert!(standings.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    }

    #[test]
    fn no_title_makes_more_terms_than_the_bound_or_panics(title in "\\PC{0,400}", language in "[a-z]{2,3}") {
        let terms = terms_of(&title, &language);
        prop_assert!(terms.len() <= 128 && terms.iter().all(|term| !term.is_empty() && term.len() <= 160));
    }
}
