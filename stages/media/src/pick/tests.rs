use std::collections::BTreeSet;

use proptest::prelude::*;
use reelpress_vocabulary::MediaKind;

use super::*;
use crate::testing::{Order, day, folder, library, record};

#[test]
fn words_of_name_and_tags_decide_and_plurals_make_no_difference() {
    let records = record("harbour-boat.png", "")
        + &record("sea/moon.png", "tags = [\"night sky\", \"tides\"]")
        + &record("train.mp4", "tags = [\"railway\"]");
    let folder = folder(&records, &["harbour-boat.png", "sea/moon.png", "train.mp4"]);
    let library = library(folder.path());
    let picked =
        Order::default().pick(&library, &["BOATS in harbours", "the skies at low tide", "a railway", "of the", ""]);
    let names: Vec<_> = picked.iter().map(|name| name.as_deref().unwrap_or("-")).collect();
    assert_eq!(names, ["harbour-boat.png", "sea/moon.png", "train.mp4", "-", "-"]);
}

#[test]
fn a_rare_word_and_a_whole_tag_count_for_more() {
    let mut records =
        record("glacier.png", "tags = [\"blue\"]") + &record("ice-sheet.png", "tags = [\"ice sheet\", \"snow\"]");
    let mut files = vec!["glacier.png".to_owned(), "ice-sheet.png".to_owned()];
    for at in 0..8 {
        let file = format!("blue-{at}.png");
        records += &record(&file, "tags = [\"blue\", \"ice\"]");
        files.push(file);
    }
    let folder = folder(&records, &files.iter().map(String::as_str).collect::<Vec<_>>());
    let library = library(folder.path());
    for seed in 0..8 {
        let picked = Order { seed, ..Order::default() }.pick(&library, &["a blue glacier", "sheets of ice"]);
        assert_eq!(picked, [Some("glacier.png".to_owned()), Some("ice-sheet.png".to_owned())], "{seed}");
    }
}

#[test]
fn among_equals_the_seed_decides_and_recent_use_speaks_against_a_file() {
    let records = record("a.png", "tags = [\"boat\"]") + &record("b.png", "tags = [\"boat\"]");
    let folder = folder(&records, &["a.png", "b.png"]);
    let library = library(folder.path());
    let first = |order: &Order| order.pick(&library, &["boat"]).remove(0).unwrap();
    let chosen: BTreeSet<String> = (0..32).map(|seed| first(&Order { seed, ..Order::default() })).collect();
    assert_eq!(chosen.len(), 2);
    let worn = |seed| Order { seed, recent: [("a.png".to_owned(), 1)].into(), ..Order::default() };
    assert!((0..32).all(|seed| first(&worn(seed)) == "b.png"));
    let both = Order::default().pick(&library, &["boat", "boat", "boat"]);
    assert_eq!((both.iter().flatten().collect::<BTreeSet<_>>().len(), &both[2]), (2, &None), "none twice");
}

#[test]
fn a_kind_that_was_not_asked_for_is_never_picked_and_the_first_one_is_preferred() {
    let records = record("boat.png", "")
        + &record("boat.mp4", "")
        + &record("boat.ogg", "")
        + &record("l/boat.png", "kind = \"logo\"");
    let folder = folder(&records, &["boat.png", "boat.mp4", "boat.ogg", "l/boat.png"]);
    let library = library(folder.path());
    let order = Order::default();
    let wish = |kinds| order.wishes(&library, &[Wish { show: "boat", kinds, ..Wish::default() }]).remove(0);
    assert_eq!(wish(&[MediaKind::Clip, MediaKind::Picture]).as_deref(), Some("boat.mp4"));
    assert_eq!(wish(&[MediaKind::Picture, MediaKind::Clip]).as_deref(), Some("boat.png"));
    assert_eq!(wish(&[MediaKind::Logo]).as_deref(), Some("l/boat.png"));
    assert_eq!(wish(&[MediaKind::Effect]), None);
    assert_eq!(wish(&[]), None);
}

#[test]
fn music_is_picked_by_mood_and_tempo_and_some_is_better_than_none() {
    let records = record("slow.ogg", "mood = [\"calm\", \"warm\"]\ntempo = 70")
        + &record("mid.ogg", "mood = [\"calm\"]\ntempo = 100")
        + &record("fast.ogg", "mood = [\"tense\"]\ntempo = 140");
    let folder = folder(&records, &["slow.ogg", "mid.ogg", "fast.ogg"]);
    let library = library(folder.path());
    let order = Order::default();
    let music = |moods: &[&str], tempo| {
        let wish = Wish { kinds: &[MediaKind::Music], moods, tempo, ..Wish::default() };
        order.wishes(&library, &[wish]).remove(0)
    };
    assert_eq!(music(&["tense"], None).as_deref(), Some("fast.ogg"));
    assert_eq!(music(&["calm"], Some(104)).as_deref(), Some("mid.ogg"));
    assert_eq!(music(&["calm", "warm"], None).as_deref(), Some("slow.ogg"));
    assert_eq!(music(&[], Some(72)).as_deref(), Some("slow.ogg"));
    assert!(music(&["heroic"], None).is_some());
}

/// A manifest of many kinds of records, right and wrong ones, and which of their files are there.
fn manifest() -> impl Strategy<Value = (String, Vec<String>)> {
    let one = (
        0..6_usize,
        prop::sample::select(vec!["png", "mp4", "ogg"]),
        prop::sample::select(vec!["commercial", "editorial", "advertising\", \"commercial", ""]),
        prop::sample::select(vec![
            "",
            "expires = 2026-11-20",
            "expires = 2026-11-21",
            "expires = 2026-11-22",
            "expires = 1",
        ]),
        any::<bool>(),
    );
    prop::collection::vec(one, 0..12).prop_map(|records| {
        let mut text = String::new();
        let mut files = Vec::new();
        for (name, ending, uses, expires, is_there) in records {
            let file = format!("boat-{name}.{ending}");
            text += &record(&file, &format!("uses = [\"{uses}\"]\n{expires}"));
            if is_there {
                files.push(file);
            }
        }
        files.push("boat-without-a-record.png".to_owned());
        (text, files)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_unlicensed_expired_or_without_the_needed_use_is_ever_picked(
        (text, files) in manifest(), seed in any::<u64>(),
        needed in prop::collection::vec(prop::sample::select(vec!["commercial", "editorial", "advertising"]), 0..3),
    ) {
        let folder = folder(&text, &files.iter().map(String::as_str).collect::<Vec<_>>());
        let library = library(folder.path());
        let uses: Vec<String> = needed.iter().map(|one| (*one).to_owned()).collect();
        let order = Order { seed, uses: uses.clone(), ..Order::default() };
        let picked = order.pick(&library, &["boat", "boats 1 2 3", "boat", "boat 5", "boat", "boat"]);
        // What may be picked is worked out from the text alone, record by record.
        let records: Vec<toml::Table> = text.split("[[media]]").skip(1).map(|one| one.parse().unwrap()).collect();
        for file in picked.iter().flatten() {
            let own: Vec<_> = records.iter().filter(|one| one["file"].as_str() == Some(file)).collect();
            prop_assert_eq!(own.len(), 1, "{} has one record", file);
            let allowed: Vec<&str> = own[0]["uses"].as_array().unwrap().iter().filter_map(|one| one.as_str()).collect();
            prop_assert!(needed.iter().all(|one| allowed.contains(one)), "{file} allows {allowed:?}, not {needed:?}");
            if let Some(last) = own[0].get("expires") {
                prop_assert!(day(&last.to_string()) >= day(order.today), "{file} ran out on {last}");
            }
            prop_assert!(folder.path().join(file).is_file());
            prop_assert_eq!(library.why_not(file, day(order.today), &uses), None);
        }
        let distinct: BTreeSet<&String> = picked.iter().flatten().collect();
        prop_assert_eq!(distinct.len(), picked.iter().flatten().count(), "none twice");
        // And the other way round: what the list calls usable is picked if nothing else is left.
        let usable = library.listing(day(order.today), &uses).unwrap().into_iter();
        let usable: BTreeSet<String> = usable
            .filter(|one| one.why_not.is_none() && one.kind != MediaKind::Music)
            .map(|one| one.file)
            .collect();
        let all = order.pick(&library, &["boat"; 24]);
        prop_assert_eq!(all.into_iter().flatten().collect::<BTreeSet<_>>(), usable);
    }
}
