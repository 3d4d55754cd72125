use jiff::{SignedDuration, Timestamp};
use reelpress_config::TrendLibrary;
use reelpress_vocabulary::{Topic, TopicKind};

use super::Library;
use crate::card::Card;
use crate::testing::at;

fn noon() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

fn card(id: &str, kind: TopicKind, score: f64, seen: Timestamp) -> Card {
    let topic = Topic { id: id.to_owned(), title: format!("Title {id}"), kind, score, ..Topic::default() };
    Card { topic, last_seen: seen, ..Card::default() }
}

#[test]
fn strength_halves_with_the_half_life_of_its_kind_until_it_is_seen_again() {
    let (mut library, settings) = (Library::default(), TrendLibrary::default());
    library.take(&card("t", TopicKind::Topic, 0.8, noon()), &settings, noon());
    library.take(&card("s", TopicKind::Sound, 0.8, noon()), &settings, noon());
    let strengths = |library: &Library, hours| {
        let held = library.list(&settings, later(hours));
        held.into_iter()
            .map(|held| (held.card.topic.id, (held.strength * 1_000.0).round() / 1_000.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(strengths(&library, 24), [("s".to_owned(), 0.725), ("t".to_owned(), 0.4)]);
    library.refresh(
        &[card("t", TopicKind::Topic, 0.5, later(24)), card("x", TopicKind::Topic, 0.9, later(24))],
        &settings,
        later(24),
    );
    assert_eq!(strengths(&library, 24), [("s".to_owned(), 0.725), ("t".to_owned(), 0.5)], "only what was told enters");
    library.refresh(&[card("t", TopicKind::Topic, 0.1, later(25))], &settings, later(25));
    assert_eq!(strengths(&library, 25)[1], ("t".to_owned(), 0.486), "one weak sighting does not undo a strong one");
}

#[test]
fn the_weakest_go_first_and_never_below_the_least_unless_long_dead() {
    let settings = TrendLibrary { most: 5, least: 2, ..TrendLibrary::default() };
    let mut library = Library::default();
    for at in 0..8_u32 {
        library.take(&card(&format!("t{at}"), TopicKind::Topic, 0.1 + 0.1 * f64::from(at), noon()), &settings, noon());
    }
    let ids = |library: &Library, hours| {
        library.list(&settings, later(hours)).into_iter().map(|held| held.card.topic.id).collect::<Vec<_>>()
    };
    library.refresh(&[], &settings, noon());
    assert_eq!(ids(&library, 0), ["t7", "t6", "t5", "t4", "t3"]);
    library.refresh(&[], &settings, later(24 * 6));
    assert_eq!(ids(&library, 24 * 6), ["t7", "t6"], "the others are weak");
    library.refresh(&[], &settings, later(24 * 11));
    assert!(ids(&library, 24 * 11).is_empty());
}

#[test]
fn what_is_stored_is_what_is_read() {
    let (mut library, settings) = (Library::default(), TrendLibrary::default());
    library.take(&card("t", TopicKind::Format, 1.0 / 3.0, noon()), &settings, noon());
    let json = serde_json::to_string(&library).unwrap();
    assert_eq!(serde_json::from_str::<Library>(&json).unwrap(), library);
}
