use jiff::SignedDuration;
use reelpress_config::FeedFormat;

use super::{ITEMS_A_FEED, TrendMemory};
use crate::read::{Sighted, Snapshot};
use crate::testing::{at, file_feed};

const NOON: &str = "2026-11-21T12:00:00Z";

fn seen(title: &str, rank: Option<u32>, count: Option<u64>) -> Sighted {
    let title = title.to_owned();
    Sighted { title, rank, count, ..Sighted::default() }
}

fn feed() -> reelpress_config::Feed {
    file_feed("list", "list.csv", FeedFormat::Csv)
}

#[test]
fn a_feed_cannot_fill_the_memory() {
    let mut memory = TrendMemory::default();
    for round in 0..5_i64 {
        let items = (0..900).map(|item| seen(&format!("story {round} {item}"), None, None)).collect();
        let now = at(NOON) + SignedDuration::from_mins(round * 10);
        memory.absorb(&feed(), &[Snapshot { at: now, items }], now);
        memory.prune(&[feed()], now);
    }
    assert_eq!(memory.feeds[&feed().name].items.len(), ITEMS_A_FEED);
    let newest = memory.feeds[&feed().name].items.values().filter(|item| item.title.starts_with("story 4")).count();
    assert_eq!(newest, 900, "the newest stay");
}

#[test]
fn what_is_not_seen_for_a_week_is_forgotten() {
    let mut memory = TrendMemory::default();
    let now = at(NOON);
    memory.absorb(&feed(), &[Snapshot { at: now, items: vec![seen("a story", None, None)] }], now);
    memory.cluster(now);
    memory.prune(&[feed()], now + SignedDuration::from_hours(6 * 24));
    assert_eq!(memory.topics(now).len(), 1);
    memory.prune(&[feed()], now + SignedDuration::from_hours(8 * 24));
    assert_eq!(memory.topics(now).len(), 0);
    memory.prune(&[], now + SignedDuration::from_hours(8 * 24));
    assert!(memory.feeds.is_empty());
}

#[test]
fn a_recorded_poll_is_taken_in_once() {
    let mut memory = TrendMemory::default();
    let polls = [0, 30, 60].map(|minute| Snapshot {
        at: at(NOON) + SignedDuration::from_mins(minute),
        items: vec![seen("a story", Some(1), Some(10 + minute.unsigned_abs()))],
    });
    let now = at("2026-11-21T14:00:00Z");
    assert_eq!(memory.absorb(&feed(), &polls, now), 3);
    let once = memory.clone();
    assert_eq!(memory.absorb(&feed(), &polls, now), 0);
    assert_eq!(memory, once);
}

#[test]
fn a_clock_that_was_wrong_does_not_close_a_feed() {
    let mut memory = TrendMemory::default();
    let wrong = at("2031-01-01T00:00:00Z");
    memory.absorb(&feed(), &[Snapshot { at: wrong, items: vec![seen("a story", Some(1), None)] }], wrong);
    let now = at(NOON);
    let items = vec![seen("a story", Some(1), None), seen("another", Some(2), None)];
    assert_eq!(memory.absorb(&feed(), &[Snapshot { at: now, items }], now), 2);
    memory.cluster(now);
    memory.prune(&[feed()], now);
    assert_eq!(memory.topics(now).len(), 2);
}

#[test]
fn ranks_out_of_any_range_are_harmless() {
    let mut memory = TrendMemory::default();
    let now = at(NOON);
    let items = vec![seen("a story", Some(u32::MAX), Some(u64::MAX)), seen("another", Some(1), Some(0))];
    memory.absorb(&feed(), &[Snapshot { at: now, items }], now);
    memory.cluster(now);
    assert!(memory.topics(now).iter().all(|rising| rising.topic.score.is_finite()));
    let json = serde_json::to_string(&memory).unwrap();
    assert_eq!(serde_json::from_str::<TrendMemory>(&json).unwrap(), memory, "what is saved is what is read");
}
