use jiff::ToSpan as _;
use proptest::prelude::*;
use reelpress_core::ItemId;
use reelpress_vocabulary::testing;

use super::*;
use crate::testing::at;

const NOW: &str = "2026-11-21T12:00:00Z";

fn made(topic: &str, title: &str, niche: &str, when: &str) -> MadeBrief {
    MadeBrief {
        at: at(when),
        topic: topic.to_owned(),
        title: title.to_owned(),
        language: "en".to_owned(),
        niche: niche.to_owned(),
        variant: 0,
    }
}

fn book(list: &[MadeBrief]) -> MadeBook {
    let mut book = MadeBook::default();
    list.iter().cloned().for_each(|made| book.add(made));
    book
}

fn limits(ours: u32, videos: u32, publishers: u32) -> Saturation {
    Saturation { days: 7, ours, videos, publishers }
}

fn says(topic: &Topic, made: &MadeBook, limits: &Saturation) -> String {
    let about = MadeAbout::new(&[topic], made, limits.days, at(NOW));
    let others = Others::of(topic);
    about.check(topic, limits, &others, at(NOW)).map_or("free".to_owned(), |saturated| saturated.to_string())
}

#[test]
fn cuts_of_ours_count_by_id_and_by_what_their_titles_say_within_the_days() {
    let topic = Topic { id: "one".to_owned(), ..testing::topic("Voyager probe answers after months of silence") };
    let made_before = book(&[
        made("one", "Voyager wakes", "tech", "2026-11-10T12:00:00Z"),
        made("one", "Voyager wakes", "space", "2026-11-19T12:00:00Z"),
        made("two", "After months of silence, Voyager probe answers", "space", "2026-11-20T12:00:00Z"),
        made("three", "Cake wins a prize in Utah", "space", "2026-11-20T13:00:00Z"),
    ]);
    assert_eq!(says(&topic, &made_before, &limits(2, 0, 0)), "2 cuts of ours in 7 days");
    assert_eq!(says(&topic, &made_before, &limits(3, 0, 0)), "free", "the first is older than seven days");
    assert_eq!(says(&topic, &made_before, &limits(0, 0, 0)), "free", "0 sets no limit");
    assert_eq!(says(&testing::topic("Something new"), &made_before, &limits(1, 0, 0)), "free");
    let yesterday = Saturation { days: 1, ..limits(1, 0, 0) };
    assert_eq!(says(&topic, &made_before, &yesterday), "1 cut of ours in 1 day");
}

#[test]
fn videos_and_publishers_of_others_count_once_each() {
    let mut topic = testing::topic("A cat plays chess");
    let mut add = |link: &str, times: usize| {
        topic.evidence.extend(vec![testing::evidence("A cat plays chess", link); times]);
    };
    add("https://www.youtube.com/watch?v=1", 3);
    add("https://m.youtube.com/watch?v=2", 1);
    add("https://vm.tiktok.com/3", 1);
    add("https://notyoutube.com/4", 1);
    add("https://www.example.org/5", 40);
    add("https://example.org/6", 1);
    let others = Others::of(&topic);
    assert_eq!(others, Others { items: 6, videos: 3, publishers: 5 });
    assert!((others.video_share() - 0.5).abs() < 1e-9);
    let none = MadeBook::default();
    assert_eq!(says(&topic, &none, &limits(1, 3, 0)), "3 videos of others");
    assert_eq!(says(&topic, &none, &limits(1, 4, 5)), "5 other publishers");
    assert_eq!(says(&topic, &none, &limits(1, 4, 6)), "free");
}

#[test]
fn what_was_made_is_found_again_in_the_journals_notes() {
    let first = made("one", "Voyager wakes", "space", "2026-11-19T12:00:00Z");
    let second = made("two", "Cake wins", "tech", "2026-11-20T12:00:00Z");
    let note = |made: &MadeBrief| Note { item: ItemId::from_parts(1, 2), at_millis: 0, noted: made.note() };
    let other = Note { item: ItemId::from_parts(1, 2), at_millis: 0, noted: Noted::new("slot.promised", &1) };
    let mut found = MadeBook::from_notes(&[note(&second), other, note(&first)]);
    assert_eq!(found.since(Timestamp::MIN), [&first, &second]);
    found.prune(at("2026-11-20T00:00:00Z"));
    assert_eq!(found.since(Timestamp::MIN), [&second]);
}

proptest! {
    /// More of ours never frees a topic, and a limit that is not reached never stops one.
    #[test]
    fn more_of_the_same_never_frees_a_topic(ages in prop::collection::vec(0_i64..400, 0..12), ours in 1_u32..6) {
        let topic = Topic { id: "one".to_owned(), ..testing::topic("Voyager wakes") };
        let now = at(NOW);
        let list = ages.iter().map(|hours| {
            let at = now.checked_sub(hours.hours()).unwrap();
            MadeBrief { at, ..made("one", "Voyager wakes", "space", NOW) }
        }).collect::<Vec<_>>();
        let within = ages.iter().filter(|hours| **hours <= 7 * 24).count() as u32;
        for count in 0..=list.len() {
            let stopped = says(&topic, &book(&list[..count]), &limits(ours, 0, 0)) != "free";
            let more = says(&topic, &book(&list), &limits(ours, 0, 0)) != "free";
            prop_assert!(!stopped || more);
        }
        prop_assert_eq!(says(&topic, &book(&list), &limits(ours, 0, 0)) != "free", within >= ours);
    }
}
