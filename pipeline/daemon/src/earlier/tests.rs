use std::sync::Arc;

use reelpress_archive::Label;
use reelpress_core::testing::{ManualClock, MemoryJournal};
use reelpress_core::{Durability, Entry, Journal as _, Origin, Reason, StageName};
use reelpress_similar::plane::Luma;
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Rule, Ruling};

use super::ask::{self, Posted};
use super::*;

const DAY: Duration = Duration::from_hours(24);

/// Four seconds of grey patches, each second other ones: what stands still all along is not looked at.
fn prints(seed: u8) -> Prints {
    let mut builder = Prints::builder();
    for frame in 0..48_u32 {
        let shot = (frame / 12) as u8;
        let patch = |at: usize| blake3::hash(&[seed, shot, (at % 64 / 8) as u8, (at / 64 / 8) as u8]).as_bytes()[0];
        let pixels: Vec<u8> = (0..64 * 64).map(patch).collect();
        builder.push_frame(frame * 84, &Luma::new(&pixels, 64, 64, 64).unwrap(), &[]).unwrap();
    }
    builder.finish()
}

fn at(day: u64, number: u128) -> ItemId {
    ItemId::from_parts(day * 86_400_000, number)
}

/// A book in which these items were created, and the rejected ones were rejected by a person.
async fn book(items: &[ItemId], rejected: &[ItemId]) -> Book {
    let journal = Arc::new(MemoryJournal::default());
    for item in items {
        let origin = Origin::of(&[&item.to_string()]);
        let mut life = vec![(*item, Entry::Created { origin, input: b"{}".to_vec() })];
        if rejected.contains(item) {
            let (stage, reason) = (StageName::new("review"), Reason::new("rejected", "dull"));
            life.push((*item, Entry::Rejected { stage, reason }));
        }
        journal.append(life, Durability::Flushed).await.unwrap();
    }
    let clock = Arc::new(ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
    Book::open(journal, clock).unwrap().0
}

#[tokio::test]
async fn old_and_rejected_cuts_are_forgotten_and_what_people_put_in_stays() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open_archive(folder.path()).unwrap();
    let (old, dull, good) = (at(10, 1), at(300, 2), at(300, 3));
    let book = book(&[old, dull, good], &[dull]).await;
    for id in [old.to_string(), dull.to_string(), good.to_string(), "films/sea.mp4".to_owned()] {
        archive.add(&Label { id, niche: String::new(), account: String::new() }, &prints(1)).unwrap();
    }
    assert_eq!(forget(&archive, &book, DAY * 365, 310 * 86_400_000).unwrap(), 1, "the rejected one");
    assert_eq!(forget(&archive, &book, DAY * 365, 310 * 86_400_000).unwrap(), 0, "and once");
    assert_eq!(forget(&archive, &book, DAY * 30, 310 * 86_400_000).unwrap(), 1, "the old one");
    let left: Vec<String> = archive.labels().into_iter().map(|label| label.id).collect();
    assert_eq!(left, [good.to_string(), "films/sea.mp4".to_owned()]);
}

#[test]
fn a_second_process_is_told_that_the_archive_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _open = open_archive(folder.path()).unwrap();
    let error = Archive::open(&folder.path().join(FOLDER)).unwrap_err();
    assert!(error.is_in_use(), "{error}");
}

#[test]
fn prints_that_were_sent_are_judged_as_if_they_were_made_here() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open_archive(folder.path()).unwrap();
    let sent = |id: Option<&str>, seed| {
        let posted = Posted::of(id.map(str::to_owned), &prints(seed)).unwrap();
        let body = serde_json::to_vec(&posted).unwrap();
        serde_json::from_slice::<Posted>(&body).unwrap()
    };
    let posted = sent(Some("one.mp4"), 1);
    ask::add(&archive, posted.id.clone().unwrap(), &posted.prints().unwrap()).unwrap();
    assert_eq!(ask::holdings(&archive).cuts, 1);
    let asked = |id, seed| {
        let posted = sent(id, seed);
        ask::ask(&archive, &posted.prints().unwrap(), posted.id, &Rule::default()).unwrap()
    };
    assert_eq!((asked(None, 1).ruling, asked(None, 2).ruling), (Ruling::Reject, Ruling::Pass));
    assert_eq!(asked(Some("one.mp4"), 1).ruling, Ruling::Pass, "it is left out");
    let removed = ask::remove(&archive, &["one.mp4".to_owned(), "two.mp4".to_owned()]).unwrap();
    assert_eq!((removed.removed, removed.unknown), (1, vec!["two.mp4".to_owned()]));
    let broken: Posted = serde_json::from_str(r#"{"id":null,"prints":"AAAA"}"#).unwrap();
    assert!(broken.prints().is_err());
}
