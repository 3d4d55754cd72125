use jiff::SignedDuration;
use proptest::prelude::*;

use super::{Baseline, FeedSays, Reasons};
use crate::testing::at;

#[test]
fn a_score_explains_itself() {
    let says =
        [FeedSays { surprise: 3.0, speed: 100.0, place: 0.9 }, FeedSays { surprise: -2.0, speed: 0.0, place: 0.0 }];
    let reasons = Reasons::of(&says, SignedDuration::from_hours(6));
    insta::assert_snapshot!(reasons, @"6.07 = freshness 0.67 x (1 + surprise 3.00 + velocity 2.31 + rank 1.80 + spread 1.00 of 2 feeds)");
}

#[test]
fn an_old_topic_is_weaker_than_the_same_one_when_it_was_new() {
    let says = [FeedSays { surprise: 1.0, speed: 5.0, place: 0.2 }];
    let score = |hours| Reasons::of(&says, SignedDuration::from_hours(hours)).score();
    assert!(score(0) > score(6) && score(6) > score(48) && score(48) > score(24 * 365 * 100));
    assert!(score(24 * 365 * 100) > 0.0);
}

#[test]
fn the_past_is_what_a_feed_usually_does() {
    let mut past = Baseline::default();
    assert!(past.surprise(5.0, 0.25).abs() < 1e-9, "without a past nothing is a surprise");
    for hour in 0..48 {
        past.learn(&[1.0, 2.0, 3.0], at("2026-11-01T00:00:00Z") + SignedDuration::from_hours(hour));
    }
    assert!(past.surprise(2.0, 0.25).abs() < 0.01);
    assert!(past.surprise(5.0, 0.25) > 2.0 && past.surprise(1.0, 0.25) < -0.8);
}

#[test]
fn an_empty_poll_moves_no_baseline() {
    let mut past = Baseline::default();
    past.learn(&[1.0], at("2026-11-01T00:00:00Z"));
    let before = past.clone();
    past.learn(&[], at("2026-11-02T00:00:00Z"));
    assert_eq!(past, before);
}

proptest! {
    #[test]
    fn scores_are_finite_and_within_their_range(
        says in prop::collection::vec((any::<f64>(), any::<f64>(), any::<f64>()), 0..6),
        age in any::<i64>(),
    ) {
        let says = says.into_iter().map(|(surprise, speed, place)| FeedSays { surprise, speed, place }).collect::<Vec<_>>();
        let score = Reasons::of(&says, SignedDuration::from_secs(age)).score();
        prop_assert!((0.0..=16.0).contains(&score), "{score}");
    }

    #[test]
    fn a_past_gives_finite_surprises(polls in prop::collection::vec((prop::collection::vec(0.0..50.0_f64, 0..5), 0..1_000_000_i64), 0..20), x in 0.0..50.0_f64) {
        let mut past = Baseline::default();
        for (seen, second) in polls {
            past.learn(&seen, jiff::Timestamp::from_second(second).unwrap());
        }
        prop_assert!(past.surprise(x, 0.1).is_finite());
    }
}
