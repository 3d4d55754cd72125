use proptest::prelude::*;

use super::*;
use crate::testing::{day, record};

fn parse(text: &str) -> Manifest {
    Manifest::parse("LIB/licences.toml", text).unwrap()
}

/// Every problem, as a person sees it.
fn said(text: &str) -> String {
    match Manifest::parse("LIB/licences.toml", text) {
        Ok(manifest) => Problems::new("LIB/licences.toml", manifest.problems).to_string(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn a_record_says_everything_about_its_file() {
    let manifest = parse(
        r#"
[[media]]
file = "sea/moon.PNG"
source = "https://example.org/2"
licence = "CC-BY-4.0"
uses = ["Commercial", "editorial"]
expires = 2027-12-31
attribution = "A. Painter"
tags = ["night sky", "tides"]
focus = [0.5, 1]
[[media]]
file = "bed.ogg"
source = "catalogue 7"
licence = "bought"
uses = ["commercial"]
mood = ["calm"]
tempo = 96
trim = [1.5, 60]
territories = ["de", "at"]
platforms = ["tiktok"]
expires = "2027-01-31"
[[media]]
file = "ping.wav"
kind = "effect"
source = "own"
licence = "own"
uses = ["commercial"]
"#,
    );
    assert!(manifest.problems.is_empty(), "{:?}", manifest.problems);
    let moon = &manifest.records["sea/moon.PNG"];
    assert_eq!((moon.kind, moon.focus, moon.expires), (MediaKind::Picture, Some((0.5, 1.0)), Some(day("2027-12-31"))));
    assert_eq!(moon.uses.iter().map(String::as_str).collect::<Vec<_>>(), ["commercial", "editorial"]);
    assert_eq!((moon.attribution.as_str(), moon.tags.len()), ("A. Painter", 2));
    let bed = &manifest.records["bed.ogg"];
    assert_eq!((bed.kind, bed.tempo, bed.trim), (MediaKind::Music, Some(96), Some((1.5, 60.0))));
    assert_eq!((bed.moods.as_slice(), bed.expires), (&["calm".to_owned()][..], Some(day("2027-01-31"))));
    assert_eq!(manifest.records["ping.wav"].kind, MediaKind::Effect);
}

#[test]
fn every_problem_is_told_at_its_place_and_only_its_record_is_left_out() {
    let text = record("fine.png", "")
        + &record("a.png", "expire = 2027-01-01\nkind = \"clip\"")
        + &record("b.png", "uses = []\nexpires = \"soon\"\nfocus = [0.5]")
        + &record("c.mp4", "trim = [4, 2]\ntempo = 7\ntags = [\"ok\", 3]\nfocus = [2, 0]")
        + "[[media]]\nfile = \"d.png\"\nlicence = \"\"\n"
        + &record("e.png", "kind = \"song\"\nattribution = 5\nmood = \"calm\"");
    insta::assert_snapshot!(said(&text), @r#"
    LIB/licences.toml:12:1: `expire` is not a key of a record (did you mean `expires`?)
    LIB/licences.toml:13:8: `kind` is clip, but the file's ending is that of picture (leave `kind` out, or name another file)
    LIB/licences.toml:18:8: `uses` must not be empty (what the licence allows, such as ["commercial", "editorial"])
    LIB/licences.toml:19:11: `expires` must be the last day it may be used such as 2027-12-31, not "soon"
    LIB/licences.toml:20:9: `focus` must be 2 numbers in brackets from 0 to 1, not a list of 1
    LIB/licences.toml:26:8: `trim` must end after it begins, not [4, 2]
    LIB/licences.toml:27:9: `tempo` must be a number from 20 to 400, not 7
    LIB/licences.toml:28:15: `tags` must hold words in quotes, not 3
    LIB/licences.toml:29:9: `focus` must be 2 numbers in brackets from 0 to 1, not a list of 2
    LIB/licences.toml:31:1: `source` is missing (an address or a catalogue number)
    LIB/licences.toml:31:1: `uses` is missing (what the licence allows, such as ["commercial", "editorial"])
    LIB/licences.toml:32:11: `licence` must not be empty (its name, such as "CC0-1.0")
    LIB/licences.toml:38:8: `kind` must be one of picture, clip, music, effect, logo, not "song"
    LIB/licences.toml:39:15: `attribution` must be one line of text in quotes, not 5
    LIB/licences.toml:40:8: `mood` must be a list of words in brackets, not "calm"
    "#);
    let manifest = parse(&text);
    assert_eq!(manifest.records.keys().collect::<Vec<_>>(), ["fine.png"]);
    assert_eq!(manifest.refused.keys().collect::<Vec<_>>(), ["a.png", "b.png", "c.mp4", "d.png", "e.png"]);
}

#[test]
fn a_file_that_is_not_in_the_place_or_no_media_file_is_refused_by_name() {
    let files = ["../secret.png", "/etc/a.png", "a/../../b.png", "./a.png", "a//b.png", "note.txt", "png", "a\\b.png"];
    let text: String = files.iter().map(|file| record(file, "")).collect();
    insta::assert_snapshot!(said(&text), @r#"
    LIB/licences.toml:2:8: `file` must be a relative path to a media file, not "../secret.png" (it lies within this folder; parts are separated by `/`)
    LIB/licences.toml:8:8: `file` must be a relative path to a media file, not "/etc/a.png" (it lies within this folder; parts are separated by `/`)
    LIB/licences.toml:14:8: `file` must be a relative path to a media file, not "a/../../b.png" (it lies within this folder; parts are separated by `/`)
    LIB/licences.toml:20:8: `file` must be a relative path to a media file, not "./a.png" (it lies within this folder; parts are separated by `/`)
    LIB/licences.toml:26:8: `file` must be a relative path to a media file, not "a//b.png" (it lies within this folder; parts are separated by `/`)
    LIB/licences.toml:32:8: `file` must be a relative path to a media file, not "note.txt" (its ending is one of jpg, jpeg, png, webp, mp4, mov, m4v, webm, mkv, mp3, ogg, opus, flac, wav, m4a, aac)
    LIB/licences.toml:38:8: `file` must be a relative path to a media file, not "png" (its ending is one of jpg, jpeg, png, webp, mp4, mov, m4v, webm, mkv, mp3, ogg, opus, flac, wav, m4a, aac)
    LIB/licences.toml:44:8: `file` must be a relative path to a media file, not "a\\b.png" (it lies within this folder; parts are separated by `/`)
    "#);
    assert!(parse(&text).records.is_empty());
}

#[test]
fn of_two_records_for_one_file_neither_holds() {
    let text = record("a.png", "") + &record("b.png", "") + &record("a.png", "");
    insta::assert_snapshot!(said(&text), @"LIB/licences.toml:14:8: there are two records for `a.png` (keep the one that holds; until then neither does)");
    let manifest = parse(&text);
    assert_eq!(manifest.records.keys().collect::<Vec<_>>(), ["b.png"]);
    assert!(parse(&(text + &record("a.png", ""))).records.len() == 1, "nor a third");
}

#[test]
fn what_is_no_list_of_records_is_told() {
    insta::assert_snapshot!(said("media = 3"), @"LIB/licences.toml:1:1: `media` is not a list of records (each file has a table [[media]])");
    insta::assert_snapshot!(said("[[pictures]]\nfile = \"a.png\""), @"LIB/licences.toml:1:3: `pictures` is not a key of the file (each file has a table [[media]])");
    insta::assert_snapshot!(said("media = [1]"), @"LIB/licences.toml:1:10: `media[0]` is not a table");
    insta::assert_snapshot!(said("[[media]]\nfile = \n[[media\n"), @r"
    LIB/licences.toml:2:8: string values must be quoted, expected literal string
    LIB/licences.toml:3:8: unclosed array table, expected `]]`
    ");
    assert!(parse("").records.is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_a_record_never_leaves_its_place(
        text in "[\\[\\]{}\"'=.,#\n a-z0-9/\\\\-]{0,200}", file in "\\PC{0,30}", more in "\\PC{0,60}",
    ) {
        for text in [text, record(&format!("{file}.png"), &more)] {
            if let Ok(manifest) = Manifest::parse("f", &text) {
                for file in manifest.records.keys() {
                    prop_assert!(is_plain(file), "{file:?}");
                    prop_assert!(!manifest.refused.contains_key(file));
                }
            }
        }
    }
}
