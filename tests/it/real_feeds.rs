//! Recorded feeds of others, as they were served. They are no part of the project: `REELPRESS_SAMPLE_DATA` names the
//! folder that has them, and without it these tests say that they skip.

use std::path::PathBuf;

use reelpress_assemble::{Depth, probe};
use reelpress_config::{Feed, FeedFormat, ProcessEnvironment, Settings};
use reelpress_tests::llm::LlmSandbox;
use reelpress_tests::press::{Press, QUICK, merged};
use reelpress_trends::read_once;
use reelpress_vocabulary::Topic;
use serde_json::Value;

/// A file of the sample data, or `None` after a line that says what is skipped.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn sample(path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("REELPRESS_SAMPLE_DATA") else {
        eprintln!("skipped: REELPRESS_SAMPLE_DATA is not set, {path} is not read");
        return None;
    };
    let file = PathBuf::from(folder).join(path);
    assert!(file.is_file(), "REELPRESS_SAMPLE_DATA is set, and {} is not there", file.display());
    Some(file)
}

/// The topics of a recording, best first.
async fn topics(file: PathBuf, format: FeedFormat) -> Vec<Topic> {
    let text =
        format!("[trends]\nmax_bytes = \"64MiB\"\n[[feeds]]\nname = \"recorded\"\nfile = {:?}\n", file.display());
    let settings = Settings::parse("feeds.toml", &file, &text, &ProcessEnvironment).unwrap();
    let feed = Feed { format, ..settings.feeds[0].clone() };
    let topics = read_once(&feed, &settings, "2026-11-21T12:00:00Z".parse().unwrap()).await.unwrap();
    assert!(topics.iter().all(|topic| topic.score.is_finite() && topic.score >= 0.0));
    assert!(topics.is_sorted_by(|one, next| one.score >= next.score), "best first");
    assert!(topics.iter().all(|topic| !topic.title.trim().is_empty() && !topic.evidence.is_empty()));
    topics
}

#[tokio::test]
async fn three_months_of_a_front_page_give_topics_with_scores() {
    let Some(file) = sample("trends/hn-frontpage-2021-11_2022-01/snapshots.ndjson.gz") else { return };
    let topics = topics(file, FeedFormat::Ndjson).await;
    assert!(topics.len() >= 30, "the last page alone has 30 items, and there are {} topics", topics.len());
    assert!(topics[0].score > 0.0, "{:?}", topics[0]);
    assert!(topics[0].score > topics[topics.len() - 1].score, "some rise more than others");
    let counted = topics.iter().flat_map(|topic| &topic.evidence).filter(|seen| seen.count.is_some()).count();
    assert!(counted > 0, "points are read");
    let linked = topics.iter().flat_map(|topic| &topic.evidence).filter(|seen| seen.link.is_some()).count();
    assert!(linked > 0, "links are read");
    let english = topics.iter().filter(|topic| topic.language == "en").count();
    assert!(english > 0, "the language of some titles can be told");
}

#[tokio::test]
async fn a_list_with_ranks_only_gives_topics_with_scores() {
    let Some(file) = sample("trends/zhihu-format-sample/snapshots-3days.ndjson.gz") else { return };
    let topics = topics(file, FeedFormat::Ndjson).await;
    assert!(topics.len() >= 30, "{} topics", topics.len());
    assert!(topics[0].score > 0.0, "{:?}", topics[0]);
    let chinese = topics.iter().filter(|topic| topic.language == "zh").count();
    assert!(chinese * 2 > topics.len(), "{chinese} of {} titles were told to be Chinese", topics.len());
}

/// As long as the product's own defaults make it, but few and small pictures.
const USUAL: &str = r#"
[assemble]
fps = 5
music_db = "off"
[script]
words_min = 45
words_max = 110
[voice]
words_per_minute = 165
"#;

#[tokio::test(flavor = "multi_thread")]
async fn news_of_nasa_become_finished_videos() {
    let Some(feed) = sample("feeds/nasa-breaking-news-2021-06.rss") else { return };
    let model = LlmSandbox::start([]).await;
    let more = format!(
        "[script]\nwriters = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"{}\"\nmodel = \"sandbox\"\n",
        model.base_url()
    );
    let config = merged(&merged(QUICK, USUAL), &more);
    let press = Press::new(env!("CARGO_BIN_EXE_reelpress-under-test"), &config);
    let feed = feed.display().to_string();
    let output =
        tokio::task::block_in_place(|| press.run(&["make", "--feed", &feed, "--count", "2", "--out", "out", "--json"]));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{}\n{errors}", output.status, String::from_utf8_lossy(&output.stdout));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["failed"], serde_json::json!([]), "{report:#}");
    let videos = report["videos"].as_array().unwrap();
    assert_eq!(videos.len(), 2);
    for video in videos {
        let path = press.path(video["video"].as_str().unwrap());
        let file = probe(&path, Depth::Full).unwrap();
        let (picture, decoded) = (file.video.unwrap(), file.decoded.unwrap());
        assert_eq!((picture.width, picture.height, picture.constant_fps), (180, 320, Some(5.0)));
        assert_eq!((decoded.errors, decoded.gaps, decoded.backward_steps), (0, 0, 0));
        let told = video["duration_ms"].as_u64().unwrap();
        assert!(file.container.duration_ms.abs_diff(told) <= 100, "{} ms, not {told}", file.container.duration_ms);
        assert!((10_000..=90_000).contains(&told), "{told} ms");
        assert!(file.container.moov_before_mdat);
        let details: Value =
            serde_json::from_slice(&std::fs::read(press.path(video["details"].as_str().unwrap())).unwrap()).unwrap();
        let script = &details["assembled"]["voiced"]["scripted"]["script"]["draft"];
        let link = script["sources"][0]["link"].as_str().unwrap();
        assert!(link.contains("nasa.gov"), "the source is named: {link}");
    }
}

#[test]
fn headlines_with_one_sentence_are_refused_by_the_built_in_writer_with_the_reason() {
    let Some(feed) = sample("feeds/nasa-breaking-news-2021-06.rss") else { return };
    let press = Press::new(env!("CARGO_BIN_EXE_reelpress-under-test"), &merged(QUICK, USUAL));
    let feed = feed.display().to_string();
    let output = press.run(&["make", "--feed", &feed, "--count", "10", "--out", "out", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failed = report["failed"].as_array().unwrap();
    let told = failed.iter().map(|unmade| unmade["reason"].as_str().unwrap());
    let clear = |reason: &&str| reason.ends_with("(too_little_text)") || reason.ends_with("(language_mismatch)");
    assert_eq!(told.filter(clear).count(), 10, "{report:#}");
}
