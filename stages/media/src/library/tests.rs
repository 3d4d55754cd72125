use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use super::*;
use crate::MediaDesk;
use crate::testing::{Order, TODAY, VISUALS, day, folder, library, record, settings};

mod s3;

fn commercial() -> Vec<String> {
    vec!["commercial".to_owned()]
}

fn why_not(library: &MediaLibrary, file: &str) -> String {
    library.why_not(file, day(TODAY), &commercial()).map_or_else(|| "it may".to_owned(), |why| why.to_string())
}

#[test]
fn the_list_names_every_file_and_says_why_it_is_not_picked() {
    let records = record("fine.png", "attribution = \"A. Painter\"\nexpires = 2026-11-21")
        + &record("old.png", "expires = 2026-11-20")
        + &record("news-only.mp4", "uses = [\"editorial\"]")
        + &record("gone.png", "")
        + &record("empty.png", "")
        + &record("wrong.png", "expires = 7");
    let folder =
        folder(&records, &["fine.png", "old.png", "news-only.mp4", "wrong.png", "new/unknown.ogg", "notes.txt"]);
    std::fs::write(folder.path().join("empty.png"), "").unwrap();
    let library = library(folder.path());
    let mut shown = String::new();
    for one in library.listing(day(TODAY), &commercial()).unwrap() {
        let why = one.why_not.map_or_else(|| "may be picked".to_owned(), |why| why.to_string());
        writeln!(shown, "{} {} {}: {why}", one.file, one.kind.as_str(), one.licence).unwrap();
    }
    insta::assert_snapshot!(shown, @r"
    empty.png picture CC0-1.0: it cannot be used: it is empty
    fine.png picture CC0-1.0: may be picked
    gone.png picture CC0-1.0: there is no such file
    new/unknown.ogg music : it has no record in licences.toml
    news-only.mp4 clip CC0-1.0: its licence does not allow the use `commercial`
    old.png picture CC0-1.0: its licence ran out on 2026-11-20
    wrong.png picture : its record in licences.toml:32 has mistakes
    ");
    assert_eq!(why_not(&library, "fine.png"), "it may");
    assert_eq!(why_not(&library, "nowhere.png"), "it has no record in licences.toml");
    assert_eq!(library.problems().len(), 1);
}

#[tokio::test]
async fn a_picked_file_is_read_once_for_each_change_and_says_what_was_used() {
    let folder = folder(&record("boat.png", "attribution = \"A. Painter\"\nfocus = [0.2, 0.3]"), &["boat.png"]);
    let library = library(folder.path());
    let order = Order::default();
    let wishes = [Wish { show: "boat", kinds: &VISUALS, ..Wish::default() }];
    let pick = || library.pick(&wishes, &order.terms()).unwrap().remove(0).unwrap();
    let picked = library.fetch(&pick()).await.unwrap();
    assert_eq!(picked.path, folder.path().join("boat.png"));
    assert_eq!(picked.hash, blake3::hash(b"boat.png").to_hex().to_string());
    assert_eq!(picked.record.focus, Some((0.2, 0.3)));
    let used = picked.used_as(MediaKind::Picture);
    assert_eq!(
        (used.file.as_str(), used.licence.as_str(), used.attribution.as_str()),
        ("boat.png", "CC0-1.0", "A. Painter")
    );
    for _ in 0..100 {
        assert_eq!(library.version(&pick()).unwrap(), picked.hash);
    }
    assert_eq!(library.hashes.read.load(Ordering::SeqCst), 1, "read once");
    std::fs::write(&picked.path, "another boat").unwrap();
    assert_eq!(library.version(&pick()).unwrap(), blake3::hash(b"another boat").to_hex().to_string());
    let damaged = Order { damaged: [picked.path.clone()].into(), ..Order::default() };
    assert_eq!(damaged.pick(&library, &["boat"]), [None]);
    std::fs::remove_file(&picked.path).unwrap();
    assert_eq!(order.pick(&library, &["boat"]), [None], "gone");
    let error = library.version(&Choice { place: 0, record: picked.record.clone(), remote: None }).unwrap_err();
    let said = error.to_string().replace(&folder.path().display().to_string(), "LIB");
    insta::assert_snapshot!(said, @"the file LIB/boat.png cannot be used: No such file or directory (os error 2) (replace it or take it out of `licences.toml`)");
}

#[test]
fn a_picture_too_large_to_be_one_is_passed_over_by_name() {
    let folder = folder(&record("boat.png", ""), &["boat.png"]);
    let library = library(folder.path());
    std::fs::File::options()
        .write(true)
        .open(folder.path().join("boat.png"))
        .unwrap()
        .set_len(LARGEST_PICTURE + 1)
        .unwrap();
    assert_eq!(Order::default().pick(&library, &["boat"]), [None]);
    assert_eq!(why_not(&library, "boat.png"), "it cannot be used: it has 67108865 bytes, more than 67108864");
}

#[test]
fn a_changed_manifest_is_read_again_and_a_broken_one_stops_every_pick() {
    let folder = folder(&record("boat.png", ""), &["boat.png", "ship.png"]);
    let library = library(folder.path());
    let order = Order::default();
    assert_eq!(order.pick(&library, &["ship"]), [None]);
    let licences = folder.path().join(LICENCES_FILE);
    std::fs::write(&licences, record("ship.png", "")).unwrap();
    // Written within the same tick and of the same size, it would look unchanged.
    std::fs::File::options().append(true).open(&licences).unwrap().set_len(0).unwrap();
    std::fs::write(&licences, record("ship.png", "tags = [\"sea\"]")).unwrap();
    library.look_at_folders().unwrap();
    assert_eq!(order.pick(&library, &["ship", "boat"]), [Some("ship.png".to_owned()), None]);
    std::fs::write(&licences, "[[media]\n").unwrap();
    let error = library.look_at_folders().unwrap_err().to_string();
    let said = error.replace(&folder.path().display().to_string(), "LIB");
    insta::assert_snapshot!(said, @"`licences.toml` cannot be read: LIB/licences.toml:1:9: unclosed array table, expected `]`");
    let error = library.pick(&[], &order.terms()).unwrap_err();
    assert!(matches!(error, MediaError::NotLooked { .. }), "{error}");
    std::fs::remove_file(&licences).unwrap();
    let error = library.look_at_folders().unwrap_err().to_string();
    insta::assert_snapshot!(error.replace(&folder.path().display().to_string(), "LIB"), @"could not read LIB/licences.toml (each place of `media.places` needs one)");
}

#[test]
fn several_places_are_one_library_and_one_name_may_be_in_two() {
    let one = folder(&record("boat.png", "expires = 2020-01-01"), &["boat.png"]);
    let two = folder(&record("boat.png", ""), &["boat.png"]);
    let library = MediaLibrary::new(&settings(&[one.path(), two.path()])).unwrap();
    library.look_at_folders().unwrap();
    let order = Order::default();
    let wishes = [Wish { show: "boat", kinds: &VISUALS, ..Wish::default() }; 2];
    let picks = library.pick(&wishes, &order.terms()).unwrap();
    assert_eq!(library.path(picks[0].as_ref().unwrap()), two.path().join("boat.png"));
    assert_eq!(picks[1], None);
    assert_eq!(library.why_not("boat.png", day(TODAY), &commercial()), None);
    assert_eq!(library.listing(day(TODAY), &commercial()).unwrap().len(), 2);
}

#[test]
fn without_places_nothing_is_picked_and_nothing_is_wrong() {
    let library = MediaLibrary::new(&Media::default()).unwrap();
    library.look_at_folders().unwrap();
    assert!(!library.has_places());
    assert_eq!(Order::default().pick(&library, &["boat"]), [None]);
}

#[test]
fn the_library_stays_the_same_until_its_settings_change() {
    let folder = folder("", &[]);
    let desk = MediaDesk::default();
    let settings = settings(&[folder.path()]);
    let first = desk.library(&settings).unwrap();
    assert!(Arc::ptr_eq(&first, &desk.library(&settings).unwrap()));
    let other = Media { uses: vec!["editorial".to_owned()], ..settings };
    assert!(!Arc::ptr_eq(&first, &desk.library(&other).unwrap()));
}
