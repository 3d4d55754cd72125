//! `reelpress similar` as people type it, on files that the machine's ffmpeg makes and changes.

use std::process::Command;

use reelpress_tests::press::Press;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");

/// Makes a file in the press's folder.
#[track_caller]
fn ffmpeg(press: &Press, arguments: &str, file: &str) {
    let path = press.path(file);
    let output = Command::new("ffmpeg")
        .current_dir(path.parent().expect("a file lies in a folder"))
        .args(["-v", "error", "-y"])
        .args(arguments.split(' '))
        .arg(&path)
        .output()
        .expect("`ffmpeg` is installed by ./setup tests");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The exit code, and what is said of each file.
#[track_caller]
fn ask(press: &Press, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = press.run(arguments);
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), told["files"].as_array().expect("a list of files").clone())
}

#[test]
fn a_changed_copy_is_told_with_its_seconds_and_another_film_is_not() {
    let press = Press::new(PROGRAM, "");
    ffmpeg(&press, "-f lavfi -i mandelbrot=size=270x480:rate=12 -t 5", "one.mp4");
    ffmpeg(&press, "-f lavfi -i testsrc2=size=270x480:rate=12 -t 5", "two.webm");
    ffmpeg(&press, "-i one.mp4 -vf hflip,scale=180:320 -crf 38", "copy.mkv");
    ffmpeg(&press, "-i one.mp4 -frames:v 1", "still.png");
    std::fs::write(press.path("zip.mp4"), "PK\u{3}\u{4}").unwrap();

    let (code, added) = ask(&press, &["similar", "--index", "shelf", "add", "one.mp4", "two.webm", "--json"]);
    assert_eq!((code, added.len()), (Some(0), 2), "{added:?}");
    let (code, asked) = ask(&press, &["similar", "--index", "shelf", "query", "copy.mkv", "--json"]);
    let found = asked[0]["found"].as_array().unwrap();
    assert_eq!((code, found.len()), (Some(1), 1), "{asked:?}");
    assert_eq!((&found[0]["id"], &found[0]["ruling"]), (&Value::from("one.mp4"), &Value::from("Reject")));
    assert!(!found[0]["comparison"]["frames"]["runs"].as_array().unwrap().is_empty(), "{found:?}");

    // A file that is in it is found; asked for others only, it is like nothing.
    let (code, _) = ask(&press, &["similar", "--index", "shelf", "two.webm", "--json"]);
    assert_eq!(code, Some(1));
    let (code, asked) = ask(&press, &["similar", "--index", "shelf", "two.webm", "--json", "--not-itself"]);
    assert_eq!((code, &asked[0]["ruling"]), (Some(0), &Value::from("Pass")), "{asked:?}");

    // One that cannot be read does not keep the others from being answered.
    let (code, asked) = ask(&press, &["similar", "query", "zip.mp4", "still.png", "--index", "shelf", "--json"]);
    assert_eq!((code, asked.len()), (Some(65), 2));
    assert!(asked[0]["error"].as_str().unwrap().contains("zip.mp4"), "{asked:?}");

    let removed = press.run(&["similar", "--index", "shelf", "remove", "one.mp4"]);
    assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
    let (code, _) = ask(&press, &["similar", "--index", "shelf", "query", "copy.mkv", "--json"]);
    assert_eq!(code, Some(0), "what was taken out is not held against anybody");
}
