use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

const BEGIN: i64 = 1_704_067_200;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + 60 * minutes).unwrap()
}

#[derive(Debug, Clone)]
struct Shown {
    key: String,
    rank: Option<u32>,
    count: Option<u64>,
}

fn seen(shown: &[Shown]) -> Vec<Seen<'_>> {
    shown.iter().map(|item| Seen { key: &item.key, rank: item.rank, count: item.count, published: None }).collect()
}

fn item(key: impl std::fmt::Display, rank: usize, count: Option<u64>) -> Shown {
    Shown { key: key.to_string(), rank: u32::try_from(rank).ok(), count }
}

/// A hot list that moves: items come, rise for some hours and go; every sixth is a star that bursts.
fn hot_list(minutes: i64, length: usize) -> Vec<Shown> {
    let heat = |id: i64| {
        let age = (minutes - id * 15) as f64 / 60.0;
        let wobble = ((id * 7_919 + minutes * 104_729) % 1_000) as f64 / 4_000.0;
        let strength = 1.0 + (id * 31 % 17) as f64 / 8.0;
        // A star begins as the others do; after an hour and a half it gathers pace.
        let late = (age - 1.5).max(0.0) / 3.0;
        let burst = if id % 6 == 0 { 9.0 * late * late * (-late).exp() } else { 0.0 };
        let count =
            strength * 40.0 * (1.0 - (-age / 3.0).exp()) + if id % 6 == 0 { 400.0 * (late * 0.5).tanh() } else { 0.0 };
        (id, strength * age * (-age / 3.0).exp() + burst + wobble, count as u64)
    };
    let newest = minutes / 15;
    let mut items: Vec<(i64, f64, u64)> = (newest - 80..=newest).map(heat).collect();
    items.sort_by(|a, b| b.1.total_cmp(&a.1));
    items.truncate(length);
    items.iter().enumerate().map(|(index, (id, _, count))| item(id, index + 1, Some(*count))).collect()
}

/// A watch that saw the hot list for some days, every half hour.
fn experienced(days: i64) -> (Watch, i64) {
    let mut watch = Watch::new();
    let polls = days * 48;
    for poll in 0..polls {
        watch.poll(at(poll * 30), &seen(&hot_list(poll * 30, 30)));
    }
    (watch, (polls - 1) * 30)
}

fn any_poll() -> impl Strategy<Value = (i64, Vec<Shown>)> {
    let shown = (0..40_u32, prop::option::of(0..60_u32), prop::option::of(any::<u64>()));
    let shown = shown.prop_map(|(key, rank, count)| Shown { key: format!("k{key}"), rank, count });
    (-30..400_i64, prop::collection::vec(shown, 0..40))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn names_only_what_was_seen_announces_it_once_and_keeps_the_budget(
        polls in prop::collection::vec(any_poll(), 1..60),
        budget in 1..6_u32,
    ) {
        let mut watch = Watch::with_budget(budget);
        let mut now = 0;
        let mut known = BTreeSet::new();
        let mut announced = BTreeSet::new();
        let mut days = BTreeMap::<i64, u32>::new();
        for (pause, shown) in polls {
            now += pause;
            let health = watch.poll(at(now), &seen(&shown));
            if health == Health::Well {
                known.extend(shown.iter().map(|item| item.key.clone()));
            }
            for standing in watch.standings(at(now)) {
                prop_assert!(known.contains(&standing.key));
                prop_assert!((0.0..=1.0).contains(&standing.chance), "{}", standing.chance);
                prop_assert!(standing.gain.is_finite() && standing.gain >= 0.0);
                prop_assert!(standing.velocity.is_finite());
            }
            for alert in watch.alerts(at(now)) {
                prop_assert!(known.contains(&alert.key));
                prop_assert!(announced.insert(alert.key));
                let day = days.entry(alert.at.as_second().div_euclid(86_400)).or_default();
                *day += 1;
                prop_assert!(*day <= budget);
            }
        }
    }

    #[test]
    fn a_watch_that_was_stored_and_read_back_at_any_poll_goes_on_as_if_nothing_was(
        polls in prop::collection::vec(any_poll(), 1..40),
        stored_after in 0..40_usize,
    ) {
        let (mut kept, mut stored) = (Watch::new(), Watch::new());
        let mut now = 0;
        for (index, (pause, shown)) in polls.iter().enumerate() {
            now += pause;
            prop_assert_eq!(kept.poll(at(now), &seen(shown)), stored.poll(at(now), &seen(shown)));
            if index == stored_after {
                let bytes = postcard::to_allocvec(&stored).unwrap();
                stored = postcard::from_bytes(&bytes).unwrap();
            }
            prop_assert_eq!(kept.alerts(at(now)), stored.alerts(at(now)));
        }
        prop_assert_eq!(kept.standings(at(now)), stored.standings(at(now)));
        prop_assert_eq!(kept, stored);
    }
}

#[test]
fn a_frozen_feed_is_flagged_within_six_polls_and_raises_nothing() {
    let (mut watch, last) = experienced(4);
    let frozen = hot_list(last, 30);
    let flagged = (1..=6).find(|n| matches!(watch.poll(at(last + n * 30), &seen(&frozen)), Health::Frozen { .. }));
    assert!(flagged.is_some(), "{:?}", watch.health());
    let learned = watch.clone();
    for n in 7..100 {
        assert!(matches!(watch.poll(at(last + n * 30), &seen(&frozen)), Health::Frozen { .. }), "poll {n}");
        assert_eq!(watch.alerts(at(last + n * 30)), []);
    }
    // Nothing of what was known moved, and a day later nothing is said to go on.
    assert_eq!(watch.gain, learned.gain);
    assert_eq!(watch.table, learned.table);
    assert_eq!(watch.standings(at(last + 100 * 30)), []);
    assert_eq!(watch.poll(at(last + 100 * 30), &seen(&hot_list(last + 100 * 30, 30))), Health::Well);
}

#[test]
fn a_daily_list_that_is_polled_every_half_hour_is_never_called_frozen() {
    let mut watch = Watch::new();
    for poll in 0..48 * 40 {
        // It changes once a day, and on one day a month it is late by half a day.
        let day = (poll - if poll / 48 % 30 == 17 { 24 } else { 0 }) / 48;
        let health = watch.poll(at(poll * 30), &seen(&hot_list(day * 1_440, 20)));
        assert_eq!(health, Health::Well, "poll {poll}");
    }
}

#[test]
fn a_quiet_stream_may_rest_for_a_weekend() {
    let mut watch = Watch::new();
    for poll in 0..48 * 28_i64 {
        let (day, half_hour) = (poll / 48, poll % 48);
        // Posts at office hours, from Monday to Friday.
        let is_open = day % 7 < 5 && (18..36).contains(&half_hour);
        let posts =
            (0..=poll).filter(|past| past / 48 % 7 < 5 && (18..36).contains(&(past % 48)) && past % 3 == 0).count();
        let shown: Vec<Shown> =
            (posts.saturating_sub(10)..posts).rev().map(|id| Shown { rank: None, ..item(id, 1, None) }).collect();
        let health = watch.poll(at(poll * 30), &seen(&shown));
        assert!(
            !matches!(health, Health::Frozen { .. }),
            "day {day}, half hour {half_hour}, open {is_open}: {health:?}"
        );
    }
}

#[test]
fn an_empty_answer_deletes_nothing_and_moves_nothing() {
    let (mut watch, last) = experienced(3);
    let before = watch.clone();
    assert_eq!(watch.poll(at(last + 30), &[]), Health::Empty { polls: 1 });
    assert_eq!(watch.poll(at(last + 60), &[]), Health::Empty { polls: 2 });
    assert_eq!(watch.standings(at(last)), before.standings(at(last)));
    assert_eq!(Watch { rhythm: before.rhythm.clone(), health: before.health, ..watch }, before);
}

#[test]
fn a_clock_that_goes_back_is_ignored() {
    let (mut watch, last) = experienced(3);
    let before = watch.clone();
    for minutes in [last, last - 1, -500_000] {
        assert_eq!(watch.poll(at(minutes), &seen(&hot_list(0, 30))), Health::Backwards);
    }
    assert_eq!(watch, before);
}

#[test]
fn a_gap_is_no_drop() {
    let (mut watch, last) = experienced(4);
    let later = last + 360;
    assert_eq!(watch.poll(at(later), &seen(&hot_list(later, 30))), Health::Well);
    let standings = watch.standings(at(later));
    // Everything listed is there, and what the gap hid is still known.
    assert!(standings.iter().filter(|standing| standing.rank.is_some()).count() == 30);
    assert!(standings.len() > 30);
}

#[test]
fn an_id_that_comes_back_after_a_week_is_a_new_item() {
    let mut watch = Watch::new();
    let others = |n: i64| (0..9).map(move |id| item(format!("{n}-{id}"), id + 2, None));
    watch.poll(at(0), &seen(&std::iter::once(item("again", 1, None)).chain(others(0)).collect::<Vec<_>>()));
    for hour in 1..24 * 7 {
        watch.poll(at(hour * 60), &seen(&others(hour / 6).collect::<Vec<_>>()));
    }
    let back = at(24 * 7 * 60);
    watch.poll(back, &seen(&[item("again", 1, None)]));
    let standings = watch.standings(back);
    let again = standings.iter().find(|standing| standing.key == "again").unwrap();
    assert_eq!((again.first_seen, again.label), (back, Label::New));
}

#[test]
fn bursts_are_announced_before_they_reach_the_top() {
    let mut watch = Watch::new();
    let mut announced = BTreeMap::new();
    let mut reached = BTreeMap::new();
    let begin = 5 * 48;
    for poll in 0..10 * 48 {
        let now = poll * 30;
        let shown = hot_list(now, 30);
        watch.poll(at(now), &seen(&shown));
        for alert in watch.alerts(at(now)) {
            announced.insert(alert.key, poll);
        }
        for top in &shown[..usize::try_from(watch.zone()).unwrap()] {
            reached.entry(top.key.clone()).or_insert(poll);
        }
    }
    let stars: Vec<(&String, &i64)> =
        reached.iter().filter(|(key, poll)| **poll >= begin && key.parse::<i64>().unwrap() % 6 == 0).collect();
    let early = stars.iter().filter(|(key, poll)| announced.get(*key).is_some_and(|sent| sent < poll)).count();
    assert!(stars.len() > 50, "{}", stars.len());
    assert!(early * 10 >= stars.len() * 8, "{early} of {} stars were announced before", stars.len());
}

#[test]
fn chances_mean_what_they_say() {
    let mut watch = Watch::new();
    let mut said: Vec<(String, f64, i64)> = Vec::new();
    let mut reached = BTreeMap::new();
    for poll in 0..12 * 48 {
        let now = poll * 30;
        let shown = hot_list(now, 30);
        watch.poll(at(now), &seen(&shown));
        let zone = watch.zone();
        for top in &shown[..usize::try_from(zone).unwrap()] {
            reached.entry(top.key.clone()).or_insert(poll);
        }
        if (5 * 48..11 * 48).contains(&poll) {
            let open = watch.standings(at(now)).into_iter().filter(|it| it.best_rank.is_none_or(|best| best > zone));
            said.extend(open.map(|standing| (standing.key, standing.chance, poll)));
        }
    }
    let came =
        |(key, _, poll): &&(String, f64, i64)| reached.get(key).is_some_and(|hit| hit > poll && hit - poll <= 48);
    let promised: f64 = said.iter().map(|(_, chance, _)| chance).sum();
    let kept = said.iter().filter(came).count() as f64;
    assert!((promised - kept).abs() / (said.len() as f64) < 0.01, "promised {promised}, came {kept} of {}", said.len());
}

#[test]
fn a_stream_without_ranks_or_counts_has_no_top_and_no_alerts() {
    let mut watch = Watch::new();
    for poll in 0..300_i64 {
        let shown: Vec<Shown> = (poll..poll + 10).rev().map(|id| Shown { rank: None, ..item(id, 1, None) }).collect();
        watch.poll(at(poll * 30), &seen(&shown));
        assert_eq!(watch.alerts(at(poll * 30)), []);
    }
    let standings = watch.standings(at(300 * 30));
    assert!(standings.iter().all(|standing| standing.chance == 0.0 && standing.unit == Unit::Hours));
    assert_eq!(watch.zone(), 0);
    // The newest have the most time before them.
    assert_eq!(standings[0].rank, Some(1));
}

#[test]
fn a_feed_that_loses_its_counts_goes_on_by_hours() {
    let (mut watch, last) = experienced(3);
    assert_eq!(watch.standings(at(last))[0].unit, Unit::Counts);
    for n in 1..60 {
        let shown: Vec<Shown> =
            hot_list(last + n * 30, 30).into_iter().map(|item| Shown { count: None, ..item }).collect();
        watch.poll(at(last + n * 30), &seen(&shown));
    }
    assert_eq!(watch.standings(at(last + 60 * 30))[0].unit, Unit::Hours);
}

#[test]
fn memory_is_bounded_whatever_the_feed_shows() {
    let mut watch = Watch::new();
    for poll in 0..200_i64 {
        let shown: Vec<Shown> = (0..1_500).map(|id| item(format!("{poll}-{id}"), id + 1, Some(id as u64))).collect();
        watch.poll(at(poll * 30), &seen(&shown));
    }
    assert!(watch.items.len() <= MOST_ITEMS && watch.index.len() <= MOST_ITEMS);
    let bytes = postcard::to_allocvec(&watch).unwrap().len();
    assert!(bytes < 4 << 20, "{bytes} bytes");
}

#[test]
fn a_cold_start_goes_by_the_order_of_the_list() {
    let mut watch = Watch::new();
    watch.poll(
        at(0),
        &seen(&hot_list(50_000, 30).into_iter().map(|item| Shown { count: None, ..item }).collect::<Vec<_>>()),
    );
    let ranks: Vec<Option<u32>> = watch.standings(at(1)).iter().take(5).map(|standing| standing.rank).collect();
    assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
}

#[test]
fn why_names_the_row_in_one_line() {
    let why = Why {
        bins: "rank 4-5, age to 1 h, new".to_owned(),
        n: 267.0,
        mean: 41.25,
        shrunk: 39.0,
        tried: 267.0,
        hit: 0.54,
        unit: Unit::Counts,
        horizon: 6.0,
        zone: 3,
    };
    insta::assert_snapshot!(why, @"rank 4-5, age to 1 h, new: 267 like it gained 41.2 in 6 h (shrunk to 39.0); 54.0 % of 267 reached the top 3 in 24 h");
    let (watch, last) = experienced(3);
    for standing in watch.standings(at(last)) {
        let line = standing.why.to_string();
        assert!(!line.contains('\n') && line.contains("like it"), "{line}");
    }
}

#[test]
fn the_horizon_of_a_daily_list_is_a_day() {
    let mut watch = Watch::new();
    for day in 0..10 {
        watch.poll(at(day * 1_440), &seen(&hot_list(day * 1_440, 20)));
    }
    assert_eq!(watch.horizon(), SignedDuration::from_hours(24));
    assert_eq!(
        watch.standings(at(9 * 1_440 + 600)).len(),
        20 + watch.standings(at(9 * 1_440)).iter().filter(|s| s.rank.is_none()).count()
    );
}
