use jiff::{SignedDuration, Timestamp};
use reelpress_config::{FeedFormat, Settings};

use super::prune::ITEMS_A_FEED;
use super::{TrendMemory, fresh};
use crate::read::{Sighted, Snapshot};
use crate::testing::{at, file_feed, settings};

const NOON: &str = "2026-11-21T12:00:00Z";

fn seen(title: &str, rank: Option<u32>, count: Option<u64>) -> Sighted {
    let title = title.to_owned();
    Sighted { title, rank, count, ..Sighted::default() }
}

fn feed() -> reelpress_config::Feed {
    file_feed("list", "list.csv", FeedFormat::Csv)
}

fn with_feed() -> Settings {
    settings(vec![feed()])
}

/// Takes polls in as the desk does, and ends the round.
fn absorb(memory: &mut TrendMemory, polls: &[Snapshot], settings: &Settings, now: Timestamp) -> usize {
    let shown = memory.absorb(&feed(), polls, now);
    memory.note_round(now);
    for record in memory.take_pending() {
        memory.fold(&record, settings);
    }
    shown
}

#[test]
fn a_feed_cannot_fill_the_memory() {
    let mut memory = fresh();
    for round in 0..4_i64 {
        let items = (0..900).map(|item| seen(&format!("story {round} {item}"), None, None)).collect();
        let now = at(NOON) + SignedDuration::from_mins(round * 10);
        absorb(&mut memory, &[Snapshot { at: now, items }], &with_feed(), now);
    }
    assert_eq!(memory.feeds[&feed().name].items.len(), ITEMS_A_FEED);
    let newest = memory.feeds[&feed().name].items.values().filter(|item| item.title.starts_with("story 3")).count();
    assert_eq!(newest, 900, "the newest stay");
}

#[test]
fn what_is_not_seen_for_a_week_is_forgotten() {
    let mut memory = fresh();
    let now = at(NOON);
    absorb(&mut memory, &[Snapshot { at: now, items: vec![seen("a story", None, None)] }], &with_feed(), now);
    absorb(&mut memory, &[], &with_feed(), now + SignedDuration::from_hours(6 * 24));
    assert_eq!(memory.cards(now).len(), 1);
    absorb(&mut memory, &[], &with_feed(), now + SignedDuration::from_hours(8 * 24));
    assert_eq!(memory.cards(now).len(), 0);
    absorb(&mut memory, &[], &settings(vec![]), now + SignedDuration::from_hours(8 * 24));
    assert!(memory.feeds.is_empty());
}

#[test]
fn a_recorded_poll_is_taken_in_once() {
    let mut memory = fresh();
    let polls = [0, 30, 60].map(|minute| Snapshot {
        at: at(NOON) + SignedDuration::from_mins(minute),
        items: vec![seen("a story", Some(1), Some(10 + minute.unsigned_abs()))],
    });
    let now = at("2026-11-21T14:00:00Z");
    assert_eq!(absorb(&mut memory, &polls, &with_feed(), now), 3);
    let once = memory.cards(now);
    assert_eq!(absorb(&mut memory, &polls, &with_feed(), now), 0);
    assert_eq!(memory.cards(now), once);
}

#[test]
fn a_clock_that_was_wrong_does_not_close_a_feed() {
    let mut memory = fresh();
    let wrong = at("2031-01-01T00:00:00Z");
    let first = Snapshot { at: wrong, items: vec![seen("a story", Some(1), None)] };
    absorb(&mut memory, &[first], &with_feed(), wrong);
    let now = at(NOON);
    let items = vec![seen("a story", Some(1), None), seen("another", Some(2), None)];
    assert_eq!(absorb(&mut memory, &[Snapshot { at: now, items }], &with_feed(), now), 2);
    let cards = memory.cards(now);
    assert_eq!(cards.len(), 2);
    assert!(cards.iter().all(|card| card.topic.probability.is_some()), "the feed is watched anew: {cards:?}");
}

#[test]
fn a_poll_of_the_future_is_not_taken_in() {
    let mut memory = fresh();
    let ahead = Snapshot { at: at("2027-01-01T00:00:00Z"), items: vec![seen("a story", Some(1), None)] };
    assert_eq!(absorb(&mut memory, &[ahead], &with_feed(), at(NOON)), 0);
}

#[test]
fn ranks_out_of_any_range_are_harmless() {
    let mut memory = fresh();
    let now = at(NOON);
    let items = vec![seen("a story", Some(u32::MAX), Some(u64::MAX)), seen("another", Some(1), Some(0))];
    absorb(&mut memory, &[Snapshot { at: now, items }], &with_feed(), now);
    assert!(memory.cards(now).iter().all(|card| (0.0..=1.0).contains(&card.topic.score)));
    let json = serde_json::to_string(&memory).unwrap();
    let read = serde_json::from_str::<TrendMemory>(&json).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), json, "what is saved is what is read");
}

#[test]
fn what_is_learned_in_one_go_is_what_is_learned_over_restarts() {
    let polls = (0..60_i64).map(|round| {
        let items = (0..20_i64).map(|place| {
            let id = (place * 7 + round / 3) % 45;
            seen(
                &format!("story about matter {id}"),
                Some(place as u32 + 1),
                Some((id * 10 + round * place).unsigned_abs()),
            )
        });
        Snapshot { at: at(NOON) + SignedDuration::from_mins(round * 30), items: items.collect() }
    });
    let (mut one, mut other) = (fresh(), fresh());
    for poll in polls {
        let now = poll.at;
        absorb(&mut one, std::slice::from_ref(&poll), &with_feed(), now);
        absorb(&mut other, &[poll], &with_feed(), now);
        let json = serde_json::to_vec(&other).unwrap();
        other = serde_json::from_slice(&json).unwrap();
    }
    assert_eq!(serde_json::to_value(&one).unwrap(), serde_json::to_value(&other).unwrap());
    assert!(!one.reports.report(at(NOON) + SignedDuration::from_hours(29)).elements.is_empty());
}
