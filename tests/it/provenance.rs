//! What videos say of themselves, from the press to the folder of the person who publishes them; and that what the press
//! makes is well made by its own rules.

use std::path::Path;
use std::time::Duration;

use reelpress_tests::outbox::whole;
use reelpress_tests::press::{Press, QUICK, merged};
use reelpress_tests::script::SHORT_SCRIPT;
use reelpress_tests::topics;
use reelpress_vocabulary::{OverlayKind, Screened};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");
/// For one item on a busy machine.
const PATIENCE: Duration = Duration::from_secs(200);

/// What `reelpress provenance` says of a file, and how it ends.
#[track_caller]
fn provenance(press: &Press, file: &Path) -> (Option<i32>, String) {
    let output = press.run(&["provenance", file.to_str().unwrap()]);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// Runs `make` for the script; the details that it keeps.
#[track_caller]
fn make(press: &Press, more: &[&str]) -> (Value, Screened) {
    let figures = "on_screen = \"2 of 3 for the gills\"\nfigures = [{ label = \"Gills\", value = 2.0, unit = \"\" }, \
                   { label = \"Body\", value = 1.0, unit = \"\" }]";
    press.write("script.toml", SHORT_SCRIPT.replace("on_screen = \"Two for the gills\"", figures));
    let output = press.run(&[&["make", "--json", "--out", "made", "--script", "script.toml"], more].concat());
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{more:?} ended with {}:\n{log}", output.status);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let video = report["videos"][0].clone();
    let details = std::fs::read(press.path(video["details"].as_str().unwrap())).unwrap();
    (video, serde_json::from_slice(&details).unwrap())
}

#[tokio::test]
async fn a_delivered_video_is_the_one_that_was_signed_and_approved() {
    let press = Press::new(PROGRAM, &(QUICK.to_owned() + &topics::feed("facts", "topics.csv")));
    press.write("topics.csv", topics::csv(0..1));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("a post", PATIENCE, || !press.posts().is_empty()).await;
    let post = press.posts().remove(0);
    let facts = whole(&post).unwrap();
    let (code, said) = provenance(&press, &post.join("video.mp4"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("whole:     yes") && said.contains("reelpress development certificate"), "{said}");
    assert!(said.contains("synthetic voice") && said.contains("built-in script writer"), "{said}");
    let hash = blake3::hash(&std::fs::read(post.join("video.mp4")).unwrap()).to_hex().to_string();
    assert_eq!(facts["approval"]["cut_hash"], hash.as_str(), "the approval is of the signed file");
    assert!(press.path("data/credentials/development-key.pem").exists());
}

#[test]
fn make_signs_and_says_so_where_it_does_not() {
    let quick = merged(QUICK, "[script]\nwords_max = 60\n");
    let press = Press::new(PROGRAM, &quick);
    let (video, details) = make(&press, &[]);
    let file = press.path(video["video"].as_str().unwrap());
    let (code, said) = provenance(&press, &file);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("title:     Three hearts") && said.contains("script of a person"), "{said}");
    let cut = &details.assembled.cut;
    assert_eq!(cut.bytes, std::fs::metadata(&file).unwrap().len());
    assert_ne!(cut.unsigned.as_ref(), Some(&cut.hash));
    assert!(
        details.verdict.findings.iter().all(|finding| finding.rule != "label.credentials"),
        "{:?}",
        details.verdict
    );

    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    press.write("changed.mp4", bytes);
    let (code, said) = provenance(&press, &press.path("changed.mp4"));
    assert_eq!(code, Some(1), "{said}");

    press.configure(&merged(&quick, "[provenance]\nenabled = false\n"));
    let (video, details) = make(&press, &[]);
    let (code, said) = provenance(&press, &press.path(video["video"].as_str().unwrap()));
    assert_eq!(code, Some(65), "{said}");
    assert_eq!(details.assembled.cut.unsigned, None);
    let told = details.verdict.findings.iter().find(|finding| finding.rule == "label.credentials").unwrap();
    assert_eq!(told.message, "file is not signed, because `enabled` in [provenance] is false");
    let unsigned = blake3::hash(&std::fs::read(press.path(video["video"].as_str().unwrap())).unwrap());
    assert_eq!(cut.unsigned.as_deref(), Some(unsigned.to_hex().as_str()), "the same picture and sound");
}

#[test]
fn a_key_that_is_not_there_is_named_before_anything_is_made() {
    let own = "[provenance]\ncertificate = \"own.pem\"\nkey = \"own-key.pem\"\n";
    let press = Press::new(PROGRAM, &merged(QUICK, own));
    let output = press.run(&["check"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{told}");
    assert!(told.contains("own.pem: No such file"), "{told}");
}

/// Captions are large enough to be measured, and platforms take as many frames a second. Said at the usual pace.
const MEASURED: &str = "[assemble]\nwidth = 540\nheight = 960\nfps = 24\npreset = \"ultrafast\"\n";

/// The rules of good making find nothing wrong with a good cut.
#[track_caller]
fn nothing_is_wrong_with(templates: [&str; 3]) {
    let press = Press::new(PROGRAM, MEASURED);
    for template in templates {
        let (_, details) = make(&press, &["--template", template]);
        let cut = &details.assembled.cut;
        let captions = cut.overlays.iter().filter(|overlay| overlay.kind == OverlayKind::Caption).count();
        assert!(captions > 8, "{template}: {captions} captions");
        let found = details.verdict.findings.iter().filter(|finding| finding.rule.starts_with("quality."));
        let (unchecked, wrong): (Vec<_>, Vec<_>) = found.partition(|finding| finding.rule == "quality.not-checked");
        assert!(wrong.is_empty(), "{template}: {wrong:#?}");
        for finding in unchecked {
            assert!(!finding.message.contains("quality.caption"), "{template}: {}", finding.message);
        }
    }
}

#[test]
fn nothing_is_wrong_with_comparisons_stories_and_countdowns() {
    nothing_is_wrong_with(["before-after", "calm-story", "countdown"]);
}

#[test]
fn nothing_is_wrong_with_explainers_how_tos_and_myths() {
    nothing_is_wrong_with(["explainer", "how-to", "myth-fact"]);
}

#[test]
fn nothing_is_wrong_with_news_products_and_quizzes() {
    nothing_is_wrong_with(["news-brief", "product", "quiz"]);
}

#[test]
fn nothing_is_wrong_with_quotes_statistics_and_lists() {
    nothing_is_wrong_with(["quote", "statistic", "top-list"]);
}
