use std::ops::ControlFlow;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use reelpress_config::{FeedFormat, Name};
use reelpress_vocabulary::TopicKind;

use super::*;
use crate::read::Reference;
use crate::testing::{at, file_feed, name, samples};

fn noon() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn seen(id: &str, rank: Option<u32>, count: Option<u64>) -> Sighted {
    Sighted {
        id: Some(id.to_owned()),
        title: format!("What {id} did"),
        summary: String::new(),
        link: Some(format!("https://example.org/{id}").parse().unwrap()),
        published: None,
        rank,
        count,
        ..Sighted::default()
    }
}

fn poll(feed: &str, taken: Timestamp, shown: Shown) -> Record {
    Record { taken, what: What::Poll { feed: name(feed), at: taken, shown } }
}

fn all(folder: &Path, from: Option<Position>) -> Vec<Record> {
    let mut found = Vec::new();
    read(folder, from, &mut |record| {
        found.push(record);
        ControlFlow::Continue(())
    })
    .unwrap();
    found
}

fn open(folder: &Path, now: Timestamp) -> Series {
    let (series, warnings) = Series::open(folder, now).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    series
}

fn any_sighted() -> impl Strategy<Value = Sighted> {
    let text = proptest::option::of("[a-z]{1,3}|\\PC{0,12}");
    (
        (text.clone(), "\\PC{1,20}", "\\PC{0,8}", any::<bool>(), proptest::option::of(0_i64..2_000_000_000_000)),
        (proptest::option::of(any::<u32>()), proptest::option::of(prop_oneof![0..50_u64, any::<u64>()]), text),
    )
        .prop_map(|((id, title, summary, has_link, published), (rank, count, language))| Sighted {
            id,
            title,
            summary,
            link: has_link.then(|| "https://example.org/a?b=c#d".parse().unwrap()),
            published: published.map(|at| Timestamp::from_millisecond(at).unwrap()),
            rank,
            count,
            at_least: language.is_some(),
            kind: TopicKind::ALL[language.as_ref().map_or(0, |text: &String| text.len() % 4)],
            author: language.clone(),
            tags: language.iter().cloned().collect(),
            references: language
                .iter()
                .map(|title| Reference { title: title.clone(), link: "https://example.org/x".parse().unwrap() })
                .collect(),
            language,
            ..Sighted::default()
        })
}

fn any_what() -> impl Strategy<Value = What> {
    let shown = prop_oneof![
        4 => proptest::collection::vec(any_sighted(), 1..6).prop_map(Shown::List),
        1 => Just(Shown::Same),
        1 => Just(Shown::Empty),
        1 => Just(Shown::Failed),
    ];
    let poll = ("[ab]", 0_i64..2_000_000_000_000, shown).prop_map(|(feed, at, shown)| What::Poll {
        feed: name(&feed),
        at: Timestamp::from_millisecond(at).unwrap(),
        shown,
    });
    let mark = ("[a-z]{1,5}", proptest::collection::vec(any::<u8>(), 0..20))
        .prop_map(|(word, body)| What::Mark { word, body });
    prop_oneof![5 => poll, 1 => mark]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever feeds show, in whatever order, over days and restarts: what is read is what was written, from the
    /// beginning and from every position.
    #[test]
    fn what_is_read_is_what_was_written(
        whats in proptest::collection::vec((any_what(), 0_i64..40_000, any::<bool>()), 1..25),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut series = open(folder.path(), noon());
        let (mut now, mut written, mut positions) = (noon(), Vec::new(), Vec::new());
        for (what, seconds, restarts) in whats {
            now += SignedDuration::from_secs(seconds);
            if restarts {
                drop(series);
                series = open(folder.path(), now);
            }
            positions.push(series.position());
            let record = Record { taken: now, what };
            series.append(&record).unwrap();
            written.push(record);
        }
        prop_assert_eq!(&all(folder.path(), None), &written);
        for (at, position) in positions.into_iter().enumerate().filter(|(_, position)| position.is_some()) {
            prop_assert_eq!(&all(folder.path(), position), &written[at..]);
        }
    }

    /// However a crash or a disk cuts the newest file: what is before the cut is read, and writing goes on.
    #[test]
    fn every_cut_costs_only_what_was_cut(cut in 0_usize..900) {
        let folder = tempfile::tempdir().unwrap();
        let mut series = open(folder.path(), noon());
        let records = (0..8_u64)
            .map(|round| {
                let items = vec![seen("a", Some(1), Some(round)), seen("b", Some(2), Some(round * 1_000))];
                poll("list", noon() + SignedDuration::from_mins(15 * round.cast_signed()), Shown::List(items))
            })
            .collect::<Vec<_>>();
        let mut ends = vec![file::MAGIC.len()];
        for record in &records {
            series.append(record).unwrap();
            ends.push(usize::try_from(series.position().unwrap().offset).unwrap());
        }
        drop(series);
        let path = folder.path().join("2026-11-21.polls");
        let whole = std::fs::read(&path).unwrap();
        let cut = cut.min(whole.len());
        std::fs::write(&path, &whole[..cut]).unwrap();
        let left = ends.iter().skip(1).filter(|end| **end <= cut).count();
        prop_assert_eq!(&all(folder.path(), None), &records[..left], "a reader beside the writer");
        let (mut series, warnings) = Series::open(folder.path(), noon()).unwrap();
        let is_torn = cut >= file::MAGIC.len() && !ends.contains(&cut);
        prop_assert_eq!(matches!(&warnings[..], [TrendsError::TornObservations { .. }]), is_torn, "{:?}", warnings);
        let next = poll("list", noon() + SignedDuration::from_hours(3), Shown::List(vec![seen("b", Some(1), None)]));
        series.append(&next).unwrap();
        let expected = records[..left].iter().chain([&next]).cloned().collect::<Vec<_>>();
        prop_assert_eq!(&all(folder.path(), None), &expected);
    }
}

#[test]
fn a_damaged_day_is_kept_aside_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut series = open(folder.path(), noon());
    for round in 0..5 {
        let items = vec![seen("a", Some(1), Some(round))];
        series.append(&poll("list", noon(), Shown::List(items))).unwrap();
    }
    drop(series);
    let path = folder.path().join("2026-11-21.polls");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() - 20;
    bytes[middle] ^= 0x40;
    std::fs::write(&path, &bytes).unwrap();
    let (_, warnings) = Series::open(folder.path(), noon()).unwrap();
    let words = warnings[0].to_string().replace(&folder.path().display().to_string(), "F");
    insta::assert_snapshot!(words, @"the memory of trends in F/2026-11-21.polls is damaged and goes on without it; the old file is kept as F/2026-11-21.polls.damaged: only the first 86 of 108 bytes can be read");
    assert_eq!(std::fs::read(folder.path().join("2026-11-21.polls.damaged")).unwrap(), bytes);
    assert!(all(folder.path(), None).len() >= 2);
}

#[test]
fn days_are_compressed_and_go_after_ninety() {
    let folder = tempfile::tempdir().unwrap();
    let keep = SignedDuration::from_hours(24 * 90);
    let mut series = open(folder.path(), noon());
    for day in 0..100 {
        let now = noon() + SignedDuration::from_hours(24 * day);
        series.append(&poll("list", now, Shown::List(vec![seen("a", Some(1), Some(7))]))).unwrap();
        series.remove_old(now, keep).unwrap();
    }
    let left = days(folder.path()).unwrap();
    assert_eq!((left.len(), left[0].to_string()), (91, "2026-11-30".to_owned()), "ninety days and today");
    let plain = file::plain_days(folder.path()).unwrap();
    assert_eq!(plain.len(), 1, "all but today are compressed");
    assert_eq!(all(folder.path(), None).len(), 91);
    // A crash between the compressed file's rename and the plain one's removal.
    let (date, folder) = (left[3], folder.path());
    std::fs::write(file::plain(folder, date), file::bytes_of(folder, date).unwrap()).unwrap();
    let again = open(folder, noon() + SignedDuration::from_hours(24 * 99));
    assert_eq!((again.position().unwrap().day, all(folder, None).len()), (left[90], 91));
}

#[test]
fn a_feed_that_floods_is_refused_and_the_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut series = open(folder.path(), noon());
    let long = |at: usize| Sighted { summary: "x".repeat(4_000), ..seen(&format!("i{at}"), None, None) };
    let flood = (0..12).map(|round| {
        let items = (0..1_000).map(|item| long(round * 1_000 + item)).collect();
        series.append(&poll("flood", noon(), Shown::List(items)))
    });
    let refused = flood.collect::<Vec<_>>().into_iter().find_map(Result::err).unwrap();
    insta::assert_snapshot!(refused, @"feed `flood` floods: more than 33554432 bytes of new items today (it is not taken in until tomorrow, UTC)");
    series.append(&poll("calm", noon(), Shown::Same)).unwrap();
}

#[test]
fn a_clock_that_goes_back_writes_on_in_the_newest_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut series = open(folder.path(), noon());
    series.append(&poll("list", noon(), Shown::Same)).unwrap();
    series.append(&poll("list", noon() - SignedDuration::from_hours(30), Shown::Failed)).unwrap();
    assert_eq!((all(folder.path(), None).len(), days(folder.path()).unwrap().len()), (2, 1));
}

#[test]
fn a_timeline_shows_what_an_item_did_over_midnight_and_while_the_list_stood_still() {
    let folder = tempfile::tempdir().unwrap();
    let mut series = open(folder.path(), noon());
    let late = at("2026-11-21T23:30:00Z");
    let step = |polls: i64| late + SignedDuration::from_mins(20 * polls);
    let list = |count| Shown::List(vec![seen("b", Some(1), Some(9)), seen("a", Some(2), Some(count))]);
    for (at, shown) in [(0, list(5)), (1, Shown::Same), (2, Shown::Same), (3, Shown::Empty), (4, list(8))] {
        series.append(&poll("list", step(at), shown)).unwrap();
        series.append(&poll("other", step(at), list(1_000))).unwrap();
    }
    let key = key_of(&seen("a", None, None));
    let wanted = Wanted::from([(name("list"), [key.clone()].into())]);
    let found = timelines(folder.path(), &wanted, step(1), step(9)).unwrap();
    let points = &found[&(name("list"), key)];
    let told = points.iter().map(|point| (point.at, point.rank, point.count)).collect::<Vec<_>>();
    let expected = [(1, 5), (2, 5), (4, 8)].map(|(at, count)| (step(at), Some(2), Some(count)));
    assert_eq!(told, expected);
    assert_eq!(found.len(), 1);
}

#[test]
fn nothing_kept_is_nothing_read() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none");
    assert!(all(&nowhere, None).is_empty());
    assert!(timelines(&nowhere, &Wanted::new(), noon(), noon()).unwrap().is_empty());
}

/// Bytes on disk by an observation (one item at one poll), of the open day and of the closed one.
fn bytes_an_observation(folder: &Path, polls: &[(Timestamp, Vec<Sighted>)]) -> (f64, f64) {
    let mut series = open(folder, polls[0].0);
    let mut rows = 0;
    for (at, items) in polls {
        rows += items.len();
        series.append(&poll("list", *at, Shown::List(items.clone()))).unwrap();
    }
    let size = |date| std::fs::metadata(file::plain(folder, date)).map_or(0, |about| about.len());
    let mut plain = 0;
    let last = series.position().unwrap().day;
    plain += size(last);
    let closed = days(folder).unwrap().into_iter().filter(|date| *date != last).collect::<Vec<_>>();
    for date in &closed {
        plain += file::bytes_of(folder, *date).unwrap().len() as u64;
    }
    file::compress(folder, last).unwrap();
    let packed: u64 = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    (plain as f64 / rows as f64, packed as f64 / rows as f64)
}

#[test]
fn an_observation_of_a_busy_list_costs_a_few_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let polls = (0..96_u64).map(|round| {
        let items = (0..30_u64).map(|place| {
            let id = place * 7 % 30 + round / 4;
            seen(&format!("story-{id}"), Some(u32::try_from(place).unwrap() + 1), Some(id * 40 + round * (id % 9)))
        });
        (at("2026-11-21T00:00:00Z") + SignedDuration::from_mins(15 * round.cast_signed()), items.collect::<Vec<_>>())
    });
    let (plain, packed) = bytes_an_observation(folder.path(), &polls.collect::<Vec<_>>());
    assert!(plain < 6.0 && packed < 3.0, "{plain:.2} and {packed:.2} bytes");
}

#[test]
fn a_real_front_page_costs_a_few_bytes_an_observation() {
    let Some(path) = samples("trends/hn-frontpage-2021-11_2022-01/snapshots.ndjson.gz") else { return };
    let feed = file_feed("hn", path.clone(), FeedFormat::Ndjson);
    let reading = crate::read::read(&feed, &std::fs::read(path).unwrap(), at("2022-02-01T00:00:00Z"), 1 << 30).unwrap();
    let polls = reading.snapshots.into_iter().filter(|poll| !poll.items.is_empty());
    let polls = polls.map(|poll| (as_kept(poll.at), poll.items)).collect::<Vec<_>>();
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = bytes_an_observation(folder.path(), &polls);
    assert!(plain < 17.0 && packed < 10.0, "{plain:.2} and {packed:.2} bytes");
    #[expect(clippy::print_stderr, reason = "a measurement that the one who runs it wants to see")]
    {
        eprintln!("{} polls: {plain:.2} bytes an observation, {packed:.2} once the day is closed", polls.len());
    }
    let mut found = Vec::<Name>::new();
    read(folder.path(), None, &mut |record| {
        if let What::Poll { feed, .. } = record.what {
            found.push(feed);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(found.len(), polls.len());
}
