use std::fs;

use reelpress_similar::parts::{Part, PartKind};
use reelpress_similar::plane::Luma;
use reelpress_similar::verdict::Axis;
use reelpress_similar::words::Words;

use super::*;

const SIZE: (usize, usize) = (72, 128);

/// Discs that wander over a slope; the seed says where.
fn film(seed: u32, change: impl Fn(f32, f32) -> (f32, f32)) -> Prints {
    // Well mixed: discs of a plain sequence would be the same ones somewhere else.
    let place = |at: u32| {
        let mixed = *blake3::hash(&[seed.to_le_bytes(), at.to_le_bytes()].concat()).as_bytes();
        (f32::from(mixed[0]) / 256.0, f32::from(mixed[1]) / 256.0)
    };
    let mut builder = Prints::builder();
    for frame in 0..60_u32 {
        let shot = frame / 20 * 100;
        let drift = frame as f32 * 0.002;
        let discs = (0..18).map(|disc| {
            let (across, down) = place(shot + disc);
            (across + drift, down, 0.05 + 0.12 * place(shot + disc + 50).0, 255.0 * place(shot + disc + 70).1)
        });
        let discs: Vec<(f32, f32, f32, f32)> = discs.collect();
        let mut pixels = Vec::with_capacity(SIZE.0 * SIZE.1);
        for at in 0..SIZE.0 * SIZE.1 {
            let (x, y) = change((at % SIZE.0) as f32 / SIZE.0 as f32, (at / SIZE.0) as f32 / SIZE.1 as f32);
            let mut grey = 90.0 + 60.0 * x;
            for (across, down, radius, shade) in &discs {
                if (x - across).hypot(y - down) < *radius {
                    grey = *shade;
                }
            }
            pixels.push(grey as u8);
        }
        let luma = Luma::new(&pixels, SIZE.0, SIZE.1, SIZE.0).unwrap();
        builder.push_frame(frame * 84, &luma, &[]).unwrap();
    }
    builder.finish()
}

fn plain(seed: u32) -> Prints {
    film(seed, |x, y| (x, y))
}

fn label(id: &str, account: &str) -> Label {
    Label { id: id.to_owned(), niche: "space".to_owned(), account: account.to_owned() }
}

fn ids(judged: &Judged) -> Vec<&str> {
    judged.found.iter().map(|found| found.id.as_str()).collect()
}

#[test]
fn a_mirrored_copy_is_held_against_the_cut_that_it_copies_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    for seed in 1..6 {
        archive.add(&label(&format!("cut-{seed}"), "one"), &plain(seed)).unwrap();
    }
    let mirrored = film(3, |x, y| (1.0 - x, y));
    let judged = archive.judge(&mirrored, &Query::default(), &Rule::default()).unwrap();
    assert_eq!((judged.ruling, ids(&judged)), (Ruling::Reject, vec!["cut-3"]));
    let found = &judged.found[0];
    assert_eq!((found.niche.as_str(), found.account.as_str()), ("space", "one"));
    assert_eq!(found.reasons[0].axis, Axis::Frames);
    assert!(!found.comparison.frames.as_ref().unwrap().runs.is_empty(), "it says where");
    let other = archive.judge(&plain(9), &Query::default(), &Rule::default()).unwrap();
    assert_eq!((other.ruling, ids(&other)), (Ruling::Pass, vec![]));
}

#[test]
fn what_was_added_is_there_after_a_restart_and_gone_after_it_was_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    archive.add(&label("../a/../b", "one"), &plain(1)).unwrap();
    archive.add(&label("two", "one"), &plain(2)).unwrap();
    drop(archive);
    let archive = Archive::open(folder.path()).unwrap();
    let judge = |without: Option<&str>| {
        let query = Query { without: without.map(ToOwned::to_owned), ..Query::default() };
        archive.judge(&plain(1), &query, &Rule::default()).unwrap()
    };
    assert_eq!(ids(&judge(None)), ["../a/../b"]);
    assert_eq!(judge(Some("../a/../b")).ruling, Ruling::Pass, "a cut is no copy of itself");
    assert!(archive.remove("../a/../b").unwrap());
    assert!(!archive.remove("../a/../b").unwrap());
    archive.tidy().unwrap();
    assert_eq!(judge(None).ruling, Ruling::Pass);
    let left: usize = fs::read_dir(folder.path().join("prints"))
        .unwrap()
        .map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count())
        .sum();
    assert_eq!(left, 1, "its prints are gone from the disk");
}

#[test]
fn a_view_of_one_account_sees_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    archive.add(&label("a", "one"), &plain(1)).unwrap();
    archive.add(&label("b", "two"), &plain(1)).unwrap();
    let of = |account: &str| Query { account: Some(account.to_owned()), ..Query::default() };
    let seen = |account: &str| ids(&archive.judge(&plain(1), &of(account), &Rule::default()).unwrap()).join(" ");
    assert_eq!((seen("one"), seen("two"), seen("three")), ("a".to_owned(), "b".to_owned(), String::new()));
}

#[test]
fn the_same_words_or_the_same_sources_are_found_without_a_frame_in_common() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    let story = "The deepest place on Earth lies in the western Pacific and could swallow the highest mountain whole. \
                 Two people went down there in a steel ball, and the way took almost five hours.";
    let part = |content: u8| Part {
        kind: PartKind::Picture,
        content: [content; 32],
        shown_ms: (0, 4_000),
        taken_ms: None,
        looks: Vec::new(),
        shared_on_purpose: false,
    };
    let mut told = Prints::builder();
    told.set_words(Words::of([story]));
    let mut shown = Prints::builder();
    shown.add_part(part(7));
    archive.add(&label("told", "one"), &told.finish()).unwrap();
    archive.add(&label("shown", "one"), &shown.finish()).unwrap();
    let mut both = Prints::builder();
    both.set_words(Words::of([story]));
    both.add_part(part(7));
    let judged = archive.judge(&both.finish(), &Query::default(), &Rule::default()).unwrap();
    let mut axes: Vec<(&str, Axis)> =
        judged.found.iter().map(|found| (found.id.as_str(), found.reasons[0].axis)).collect();
    axes.sort_unstable();
    assert_eq!(axes, [("shown", Axis::Parts), ("told", Axis::Text)]);
}

#[test]
fn prints_that_cannot_be_read_are_named_and_nothing_is_said_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    archive.add(&label("torn", "one"), &plain(1)).unwrap();
    for shelf in fs::read_dir(folder.path().join("prints")).unwrap() {
        for file in fs::read_dir(shelf.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
    let judged = archive.judge(&plain(1), &Query::default(), &Rule::default()).unwrap();
    assert_eq!((judged.ruling, judged.gone.as_slice()), (Ruling::Pass, ["torn".to_owned()].as_slice()));
    archive.add(&label("torn", "one"), &plain(1)).unwrap();
    assert_eq!(archive.judge(&plain(1), &Query::default(), &Rule::default()).unwrap().ruling, Ruling::Reject);
}
