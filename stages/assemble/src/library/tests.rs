use super::*;

const RECORDS: &str = r#"
[[pictures]]
file = "harbour-boats.png"
source = "https://example.org/1"
licence = "CC0-1.0"

[[pictures]]
file = "sea/moon.png"
source = "https://example.org/2"
licence = "CC-BY-4.0"
attribution = "A. Painter"
tags = ["night sky", "tides"]

[[pictures]]
file = "harbour-old.png"
source = "https://example.org/3"
licence = "rented"
expires = "2026-06-30"
tags = ["boats", "tide", "low"]

[[pictures]]
file = "missing.png"
source = "https://example.org/4"
licence = "CC0-1.0"
tags = ["harbour", "boats", "tide"]
"#;

fn folder(records: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sea")).unwrap();
    for file in ["harbour-boats.png", "sea/moon.png", "harbour-old.png", "unlicensed-harbour-tide.png"] {
        std::fs::write(folder.path().join(file), file).unwrap();
    }
    std::fs::write(folder.path().join(LICENCES_FILE), records).unwrap();
    folder
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn picked(folder: &Path, today: &str, shows: &[&str], seed: u64) -> Vec<Option<String>> {
    let library = PictureLibrary::load(folder, day(today)).unwrap();
    let picks = library.pick(shows, seed, &BTreeSet::new()).unwrap();
    picks.into_iter().map(|picked| picked.map(|picked| picked.file)).collect()
}

#[test]
fn only_licensed_pictures_that_are_there_are_picked() {
    let folder = folder(RECORDS);
    let shows = ["boats in the harbour", "harbour at low tide", "harbour"];
    let after = picked(folder.path(), "2026-07-01", &shows, 1);
    assert_eq!(
        after,
        [Some("harbour-boats.png".to_owned()), Some("sea/moon.png".to_owned()), None],
        "the lease ran out"
    );
    let before = picked(folder.path(), "2026-06-30", &shows, 1);
    assert_eq!(before[1].as_deref(), Some("harbour-old.png"), "its last day");
    assert_eq!(PictureLibrary::load(folder.path(), day("2026-07-01")).unwrap().len(), 2);
}

#[test]
fn a_picture_is_picked_by_its_words_once_in_a_cut_and_by_the_seed_among_equals() {
    let folder = folder(RECORDS);
    assert_eq!(picked(folder.path(), "2026-01-01", &["a train", "", "of the"], 1), [None, None, None]);
    assert_eq!(
        picked(folder.path(), "2026-01-01", &["NIGHT SKIES? no: night sky", "moon"], 1)[1],
        None,
        "used already"
    );
    let first = |seed| picked(folder.path(), "2026-01-01", &["harbour"], seed)[0].clone().unwrap();
    let choices: BTreeSet<String> = (0..32).map(first).collect();
    assert_eq!(choices.len(), 2, "{choices:?}");
    assert_eq!(first(5), first(5));
}

#[test]
fn a_pick_carries_the_files_hash_and_damaged_files_are_passed_over() {
    let folder = folder(RECORDS);
    let library = PictureLibrary::load(folder.path(), day("2026-07-01")).unwrap();
    let pick = library.pick(&["boats"], 1, &BTreeSet::new()).unwrap().remove(0).unwrap();
    assert_eq!(pick.path, folder.path().join("harbour-boats.png"));
    assert_eq!(pick.hash, blake3::hash(b"harbour-boats.png").to_hex().to_string());
    std::fs::File::options().write(true).open(&pick.path).unwrap().set_len(LARGEST_FILE + 1).unwrap();
    let error = library.pick(&["boats"], 1, &BTreeSet::new()).unwrap_err().to_string();
    assert!(error.ends_with("cannot be used: it has 67108865 bytes, more than 67108864"), "{error}");
    let damaged = BTreeSet::from([pick.path]);
    assert_eq!(library.pick(&["boats"], 1, &damaged).unwrap(), [None]);
}

#[test]
fn says_what_is_wrong_with_the_records() {
    let check = |records: &str| {
        let folder = folder(records);
        let error = PictureLibrary::load(folder.path(), day("2026-01-01")).unwrap_err();
        error.to_string().replace(&folder.path().display().to_string(), "LIB")
    };
    let record = |file: &str| format!("[[pictures]]\nfile = \"{file}\"\nsource = \"s\"\nlicence = \"l\"\n");
    insta::assert_snapshot!(check("pictures = 3"), @"LIB/licences.toml is not a list of `[[pictures]]` with `file`, `source` and `licence`");
    insta::assert_snapshot!(check("[[pictures]]\nfile = \"a.png\""), @"LIB/licences.toml is not a list of `[[pictures]]` with `file`, `source` and `licence`");
    insta::assert_snapshot!(check(&record("../secret.png")), @"LIB/licences.toml names `../secret.png`, which is not the relative path of a jpg, jpeg, png or webp file");
    insta::assert_snapshot!(check(&record("/etc/a.png")), @"LIB/licences.toml names `/etc/a.png`, which is not the relative path of a jpg, jpeg, png or webp file");
    insta::assert_snapshot!(check(&record("clip.mp4")), @"LIB/licences.toml names `clip.mp4`, which is not the relative path of a jpg, jpeg, png or webp file");
    insta::assert_snapshot!(check(&(record("a.png") + &record("a.png"))), @"LIB/licences.toml has two records for `a.png` (keep the one that holds)");
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(PictureLibrary::load(empty.path(), day("2026-01-01")), Err(LibraryError::Read { .. })));
    assert!(PictureLibrary::load(folder("").path(), day("2026-01-01")).unwrap().is_empty());
}
