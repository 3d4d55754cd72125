//! Likeness to earlier cuts: in the line, and as people type `reelpress similar`, on files that the machine's ffmpeg makes
//! and changes.

use std::process::Command;

use std::time::Duration;

use reelpress_tests::press::{Press, QUICK};
use reelpress_tests::topics;
use reelpress_vocabulary::Screened;
use rustix::process::Signal;
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

/// Words that the other script has not.
const OCTOPUS: [&str; 4] = [
    "An octopus lives with three hearts.",
    "Two of them push blood through the gills, one serves everything else.",
    "That third muscle rests while it swims.",
    "Now you know why this creature hates hurry.",
];
const LIGHTHOUSE: [&str; 4] = [
    "Every old lighthouse had somebody who climbed at dusk.",
    "Keepers wound heavy clockwork so that lenses turned until morning.",
    "Fog made people ring large bells by hand.",
    "Today small solar panels do what families did.",
];
/// The library's pictures: what each is called for in the first script, and in the second.
const PICTURES: [[&str; 2]; 4] =
    [["octopus", "lighthouse"], ["gills", "lenses"], ["swimming", "fog"], ["creature", "panel"]];

/// The script in which each beat asks for its picture by the first or second of its tags.
fn script(title: &str, beats: [&str; 4], tag: usize) -> String {
    let beat = |at: usize| format!("narration = \"{}\"\nshow = \"{}\"\n", beats[at], PICTURES[at][tag]);
    format!(
        "title = \"{title}\"\ncaption = \"{title}.\"\nhashtags = [\"nature\"]\n[hook]\n{}[[scenes]]\n{}[[scenes]]\n{}\
         [call_to_action]\n{}",
        beat(0),
        beat(1),
        beat(2),
        beat(3)
    )
}

/// A press with four pictures in its library, each of which fits a beat of either script.
fn with_library() -> Press {
    let press = Press::new(PROGRAM, &(QUICK.to_owned() + "\n[media]\nplaces = [\"library\"]\n"));
    std::fs::create_dir_all(press.path("library")).unwrap();
    let mut records = Vec::new();
    for (number, tags) in PICTURES.iter().enumerate() {
        let picture = image::RgbImage::from_fn(180, 320, |x, y| {
            let hash = blake3::hash(&[number as u8, (x / 15) as u8, (y / 20) as u8]);
            let [red, green, blue, ..] = *hash.as_bytes();
            image::Rgb([red, green, blue])
        });
        picture.save(press.path(&format!("library/{number}.png"))).unwrap();
        records.push(format!(
            "[[media]]\nfile = \"{number}.png\"\nsource = \"https://example.org/{number}\"\nlicence = \"CC0-1.0\"\n\
             uses = [\"commercial\", \"editorial\"]\ntags = {tags:?}\n"
        ));
    }
    press.write("library/licences.toml", records.concat());
    press
}

#[test]
fn the_line_finds_pictures_that_were_shown_before_under_other_words_and_the_same_order_again() {
    let press = with_library();
    press.write("octopus.toml", script("Three hearts", OCTOPUS, 0));
    press.write("lighthouse.toml", script("Keepers of the light", LIGHTHOUSE, 1));
    let scripts = ["octopus.toml", "lighthouse.toml", "octopus.toml"].map(|script| ["--script", script]).concat();
    let output = press.run(&[&["make", "--json", "--out", "made"][..], &scripts].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "one or two are refused:\n{told}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}:\n{told}"));
    let videos = report["videos"].as_array().unwrap();
    let details = std::fs::read(press.path(videos[0]["details"].as_str().unwrap())).unwrap();
    let first: Screened = serde_json::from_slice(&details).unwrap();
    let shown = first.assembled.cut.provenance.files().count();
    assert_eq!(shown, 4, "each beat of the first shows a picture of the library: {report:#}");
    assert_eq!(videos.len(), 1, "{report:#}");
    assert!(first.verdict.findings.iter().all(|finding| !finding.rule.starts_with("similar.")), "{:?}", first.verdict);

    let failed = report["failed"].as_array().unwrap();
    let reasons: Vec<&str> = failed.iter().map(|one| one["reason"].as_str().unwrap()).collect();
    let [other_words, again] = reasons[..] else { panic!("{report:#}") };
    assert!(other_words.contains("sources on the screen 100 % (rejected from 80 %)"), "{other_words}");
    assert!(!other_words.contains("duplicate.exact") && !other_words.contains("words "), "{other_words}");
    for part in ["duplicate.exact", "sources on the screen 100 %", "words 100 %", "frames "] {
        assert!(again.contains(part), "`{part}` in {again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_press_answers_for_its_archive_and_forgets_what_it_is_told_to() {
    let press = Press::new(PROGRAM, &(QUICK.to_owned() + &topics::feed("facts", "topics.csv")));
    press.write("topics.csv", topics::csv(0..2));
    let mut daemon = press.start();
    daemon.ready().await;
    let patience = Duration::from_secs(200);
    daemon.until("two posts", patience, || press.posts().len() == 2).await;
    let cuts = || press.json(&["similar", "stats", "--json"])["cuts"].as_u64().unwrap();
    assert_eq!(cuts(), 2, "each cut is in the archive before it goes on");
    assert!(daemon.get("/metrics").await.1.contains("reelpress_similar_archive_cuts 2"));

    // Its files are its own; without a folder the daemon is asked.
    let taken = press.run(&["similar", "--index", "data/similar", "stats"]);
    assert_eq!(taken.status.code(), Some(69));
    assert!(String::from_utf8_lossy(&taken.stderr).contains("is open already"), "{taken:?}");
    ffmpeg(&press, "-f lavfi -i mandelbrot=size=270x480:rate=12 -t 4", "one.mp4");
    ffmpeg(&press, "-i one.mp4 -vf hflip,scale=180:320 -crf 38", "copy.mkv");
    let (code, added) = ask(&press, &["similar", "add", "one.mp4", "--json"]);
    assert_eq!((code, cuts()), (Some(0), 3), "{added:?}");
    let (code, asked) = ask(&press, &["similar", "copy.mkv", "--json"]);
    assert_eq!((code, &asked[0]["found"][0]["id"]), (Some(1), &Value::from("one.mp4")), "{asked:?}");
    let item = press.json(&["items", "list", "--json"])[0]["id"].as_str().unwrap().to_owned();
    let removed = press.run(&["similar", "remove", &item, "one.mp4"]);
    assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
    assert_eq!(cuts(), 1);
    assert_eq!(press.run(&["similar", "remove", &item]).status.code(), Some(1), "it is not there any more");

    // It stops: the same questions go to its files.
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.ended().await.0.code(), Some(0));
    assert_eq!(cuts(), 1);
    let (code, asked) = ask(&press, &["similar", "copy.mkv", "--json"]);
    assert_eq!(code, Some(0), "what was taken out is not held against anybody: {asked:?}");
}
