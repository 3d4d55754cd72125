//! Videos as builds: what did not change is kept from before, and `make --explain` says what was made and why.

use std::path::Path;
use std::process::Command;

use reelpress_tests::press::{Press, QUICK, changed, merged};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");

/// What is said of a cut that was there already.
const ALL_KEPT: &str = "all of it kept from before";

const SCRIPT: &str = r#"
title = "Three hearts"
caption = "An octopus has three hearts and blue blood."
hashtags = ["nature"]

[hook]
narration = "An octopus lives with three hearts and blue blood."
on_screen = "Three hearts"

[[scenes]]
narration = "Two of the hearts push blood through the gills."
on_screen = "Two for the gills"

[[scenes]]
narration = "That third heart rests while the animal swims."
on_screen = "One rests"

[call_to_action]
narration = "Now you know why an octopus hates to hurry."

[[sources]]
title = "Octopus"
link = "https://en.wikipedia.org/wiki/Octopus"
"#;

/// Runs `make --explain`; gives the lines about the pieces of its one video.
#[track_caller]
fn explained(press: &Press) -> Vec<String> {
    let output = press.run(&["make", "--script", "script.toml", "--explain", "--json", "--out", "made"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ended with {}:\n{told}", output.status);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["videos"].as_array().unwrap().len(), 1, "{report:#}");
    decodes(&press.path(report["videos"][0]["video"].as_str().unwrap()));
    let lines = report["explained"].as_array().unwrap().iter().filter(|one| one["stage"] == "assemble");
    lines.map(|one| one["line"].as_str().unwrap().to_owned()).collect()
}

/// Every packet of a video, by the decoder of the `ffmpeg` program: no warning, nothing missing.
#[track_caller]
fn decodes(video: &Path) {
    let output = Command::new("ffmpeg").args(["-v", "warning", "-i"]).arg(video).args(["-f", "null", "-"]).output();
    let output = output.expect("`ffmpeg` is installed by ./setup (apt-get install ffmpeg)");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.trim().is_empty(), "{}: {told}", video.display());
}

/// The lines, without the numbers of frames.
fn without_frames(lines: &[String]) -> Vec<String> {
    let plain = lines.iter().map(|line| {
        let (piece, rest) = line.split_once(": ").unwrap();
        let (frames, rest) = rest.split_once(" frames ").unwrap();
        assert!(frames.parse::<u64>().unwrap() > 0, "{line}");
        format!("{piece}: {rest}")
    });
    plain.collect()
}

fn made(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.contains(" frames made (")).count()
}

fn press(config: &str) -> Press {
    let press = Press::new(PROGRAM, config);
    press.write("script.toml", SCRIPT);
    press
}

#[test]
fn one_scene_with_another_text_is_the_only_one_made_again() {
    let press = press(QUICK);
    let first = explained(&press);
    assert_eq!((made(&first), first.is_empty()), (first.len(), false), "{first:#?}");
    assert!(first.iter().filter(|line| line.starts_with("scene ")).count() == 4, "{first:#?}");

    press.write("script.toml", changed(SCRIPT, "Two for the gills", "Two at the gills"));
    let lines = without_frames(&explained(&press));
    let own = lines.iter().find(|line| line.starts_with("scene 2: ")).unwrap();
    assert_eq!(own, "scene 2: made (text on the screen changed)", "{lines:#?}");
    for scene in ["scene 1", "scene 3", "scene 4"] {
        assert!(lines.contains(&format!("{scene}: kept from before")), "{lines:#?}");
    }
    for line in lines.iter().filter(|line| line.starts_with("transition ")) {
        let beside = line.contains(" 2 to ") || line.contains(" to 2:");
        assert_eq!(line.contains("made"), beside, "{line}");
    }
}

#[test]
fn a_changed_preset_makes_every_piece_again_and_says_so() {
    let press = press(QUICK);
    let pieces = explained(&press).len();
    press.configure(&changed(QUICK, "preset = \"ultrafast\"", "preset = \"superfast\""));
    let lines = without_frames(&explained(&press));
    assert_eq!(lines.len(), pieces);
    for line in &lines {
        assert!(line.ends_with(": made (encoder changed)"), "{line}");
    }
}

#[test]
fn a_cut_that_is_whole_from_before_has_nothing_to_explain() {
    let press = press(QUICK);
    assert!(made(&explained(&press)) > 0);
    assert_eq!(explained(&press), [ALL_KEPT]);
}

#[test]
fn another_caption_of_the_post_encodes_nothing() {
    let press = press(QUICK);
    assert!(made(&explained(&press)) > 0);
    press.write("script.toml", changed(SCRIPT, "caption = \"An octopus has three hearts", "caption = \"It has three"));
    assert_eq!(explained(&press), [ALL_KEPT]);
}

/// Bytes of all kept pieces, and how many they are.
fn kept(press: &Press) -> (u64, usize) {
    let mut sizes = Vec::new();
    let mut folders = vec![press.path("made/.reelpress/artifacts/segments")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "seg") {
                sizes.push(entry.metadata().unwrap().len());
            }
        }
    }
    (sizes.iter().sum(), sizes.len())
}

#[test]
fn kept_pieces_stay_within_their_room_on_disk() {
    let all = press(QUICK);
    assert!(!explained(&all).is_empty());
    let (bytes, count) = kept(&all);
    assert!(bytes > 1_000 && count > 3, "{count} pieces, {bytes} bytes");

    let room = bytes / 2;
    let press = press(&merged(QUICK, &format!("[assemble]\nsegment_store_max = \"{room}B\"\n")));
    for hook in ["Three hearts", "Hearts: three", "3 hearts"] {
        press.write("script.toml", SCRIPT.replace("on_screen = \"Three hearts\"", &format!("on_screen = \"{hook}\"")));
        assert!(!explained(&press).is_empty());
        let (bytes, count) = kept(&press);
        assert!(bytes <= room && count > 0, "{count} pieces, {bytes} bytes, {room} bytes of room");
    }

    press.configure(&merged(QUICK, "[assemble]\nsegment_store_max = \"0B\"\n"));
    press.write("script.toml", changed(SCRIPT, "on_screen = \"One rests\"", "on_screen = \"It rests\""));
    let lines = explained(&press);
    assert_eq!(made(&lines), lines.len(), "nothing is kept, so all is made: {lines:#?}");
    assert_eq!(kept(&press), (0, 0));
}
