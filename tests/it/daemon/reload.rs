//! A config file that changes under the running press.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use reelpress_tests::press::{Daemon, Press, QUICK, changed};
use reelpress_tests::topics;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{PATIENCE, PROGRAM, all_delivered, metric, printed, told};

fn config() -> String {
    QUICK.to_owned() + &topics::feed("first", "first.csv")
}

/// With a second feed, whose topics show what the change did: they are made after it.
fn with_second_feed(config: &str) -> String {
    config.to_owned() + &topics::feed("second", "second.csv")
}

/// A press with three topics in its first feed and three more that no feed names yet.
async fn started() -> (Press, Daemon) {
    let press = Press::new(PROGRAM, &config());
    press.write("first.csv", topics::csv(0..3));
    press.write("second.csv", topics::csv(3..6));
    let mut daemon = press.start();
    daemon.ready().await;
    (press, daemon)
}

async fn reloaded(daemon: &Daemon) -> (u16, Value) {
    let (status, body) = daemon.post("/-/reload").await;
    (status, serde_json::from_str(&body).unwrap())
}

async fn config_hash(daemon: &Daemon) -> String {
    let (status, body) = daemon.get("/api/status").await;
    assert_eq!(status, 200, "{body}");
    let report: Value = serde_json::from_str(&body).unwrap();
    report["config_hash"].as_str().unwrap().to_owned()
}

/// Posts of the second feed.
fn later(posts: &BTreeMap<String, Value>) -> Vec<&Value> {
    (3..6).map(|number| &posts[&topics::title(number)]).collect()
}

fn slot(post: &Value) -> Timestamp {
    post["slot"]["utc"].as_str().unwrap().parse().unwrap()
}

fn tags(post: &Value) -> BTreeSet<&str> {
    post["hashtags"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// The log's lines about reloads, by outcome.
fn outcomes(daemon: &Daemon) -> Vec<String> {
    let log = daemon.log();
    let lines = log.iter().filter_map(|line| line.split_once("outcome=\"").filter(|_| line.contains("config_hash=")));
    lines.map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_changes_nothing_and_says_so_everywhere() {
    let (press, daemon) = started().await;
    let before = config_hash(&daemon).await;
    let bad = changed(&config(), "posts_per_day = 100", "posts_per_day = \"many\"\nposts_per_month = 3");
    press.configure(&bad);
    let line = bad.lines().position(|line| line.starts_with("posts_per_day")).unwrap() + 1;
    let (first, second) = (format!("reelpress.toml:{line}:17"), format!("reelpress.toml:{}:1", line + 1));

    let (status, answer) = reloaded(&daemon).await;
    assert_eq!((status, &answer["outcome"]), (422, &json!("kept")), "{answer}");
    let detail = answer["detail"].to_string();
    assert!(detail.contains(&first) && detail.contains(&second), "{first} and {second} in {detail}");

    let check = press.run(&["check"]);
    assert_eq!(check.status.code(), Some(78), "{}", told(&check));
    assert!(told(&check).contains(&first) && told(&check).contains(&second), "{}", told(&check));
    let start = press.run(&["run"]);
    assert_eq!(start.status.code(), Some(78), "{}", told(&start));

    let scraped = daemon.get("/metrics").await.1;
    assert!(metric(&scraped, "reelpress_config_reloads_total{outcome=\"kept\"}").unwrap() >= 1.0, "{scraped}");
    assert_eq!(metric(&scraped, "reelpress_config_last_reload_successful"), Some(0.0), "{scraped}");
    daemon.says(&["ERROR", "config has mistakes, the old one stays in force", &before, &first]).await;
    assert_eq!(config_hash(&daemon).await, before);
    assert_eq!(daemon.get("/healthz").await.0, 200);

    press.configure(&config());
    let (status, answer) = reloaded(&daemon).await;
    assert_eq!((status, answer), (200, json!({"outcome": "unchanged", "detail": []})));
    let scraped = daemon.get("/metrics").await.1;
    assert_eq!(metric(&scraped, "reelpress_config_last_reload_successful"), Some(1.0), "{scraped}");
    assert_eq!(config_hash(&daemon).await, before);
    let check = press.run(&["check"]);
    assert_eq!((check.status.code(), printed(&check).contains(&before)), (Some(0), true), "{check:?}");
    all_delivered(&press, &daemon, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_niche_template_and_gap_are_felt_without_a_restart_and_nothing_is_dropped() {
    let (press, daemon) = started().await;
    let before = config_hash(&daemon).await;
    daemon.until("the first post, with more on the line", PATIENCE, || !press.posts().is_empty()).await;
    let fresh =
        changed(&config(), "templates = [\"explainer\"]", "templates = [\"calm-story\"]\nhashtags = [\"fresh\"]");
    let fresh = changed(&fresh, "min_gap = \"1m\"", "min_gap = \"3h\"");
    press.configure(&with_second_feed(&fresh));
    let (status, answer) = reloaded(&daemon).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("swapped")), "{answer}");
    for key in ["niches.facts.templates", "niches.facts.hashtags", "accounts.alpha.min_gap", "feeds"] {
        assert!(answer["detail"].to_string().contains(key), "{key} in {answer}");
    }
    assert_ne!(config_hash(&daemon).await, before);

    let posts = all_delivered(&press, &daemon, 6).await;
    let later = later(&posts);
    for post in &later {
        assert!(tags(post).contains("fresh"), "{post:#}");
        assert_eq!(post["provenance"]["cut"]["template"], "calm-story", "{post:#}");
    }
    for post in (0..3).map(|number| &posts[&topics::title(number)]) {
        assert_eq!(post["provenance"]["cut"]["template"], "explainer", "ordered before the change: {post:#}");
    }
    let all: Vec<Timestamp> = posts.values().map(slot).collect();
    for at in later.iter().map(|post| slot(post)) {
        let nearest = all.iter().filter(|other| **other != at).map(|other| other.duration_since(at).abs()).min();
        assert!(nearest.unwrap() >= jiff::SignedDuration::from_hours(3), "{at} in {all:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_reloads_at_once_and_a_changed_file_reloads_by_itself() {
    let (press, daemon) = started().await;
    all_delivered(&press, &daemon, 3).await;
    let rate = with_second_feed(&changed(&config(), "posts_per_day = 100", "posts_per_day = 1"));
    press.configure(&rate);
    daemon.signal(Signal::HUP);
    daemon.says(&["config reloaded", "swapped", "accounts.alpha.posts_per_day"]).await;
    // The watcher, which waits for quiet, finds nothing left to do: so it was the signal.
    daemon.until("two reloads", PATIENCE, || outcomes(&daemon).len() == 2).await;
    assert_eq!(outcomes(&daemon), ["swapped", "unchanged"]);
    let posts = all_delivered(&press, &daemon, 6).await;
    let days: BTreeSet<_> =
        later(&posts).iter().map(|post| slot(post).to_zoned(jiff::tz::TimeZone::UTC).date()).collect();
    assert_eq!(days.len(), 3, "one a day: {days:?}");

    press.configure(&changed(&rate, "templates = [\"explainer\"]", "templates = [\"news-brief\"]"));
    daemon.says(&["config reloaded", "swapped", "niches.facts.templates"]).await;
    assert_eq!(outcomes(&daemon), ["swapped", "unchanged", "swapped"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_need_a_restart_are_named_and_the_rest_is_in_force() {
    let (press, daemon) = started().await;
    let fresh = changed(&config(), "outbox = \"outbox\"", "outbox = \"elsewhere\"");
    let fresh = changed(&fresh, "language = \"en\"\ntemplates", "hashtags = [\"fresh\"]\nlanguage = \"en\"\ntemplates");
    press.configure(&(with_second_feed(&fresh) + "\n[line]\nshelf = 7\n"));
    let (status, answer) = reloaded(&daemon).await;
    let wanted = json!({"outcome": "needs_restart", "detail": ["deliver.outbox", "line.shelf"]});
    assert_eq!((status, sorted(answer)), (200, wanted));
    daemon.says(&["needs_restart", "line.shelf"]).await;
    let scraped = daemon.get("/metrics").await.1;
    assert_eq!(metric(&scraped, "reelpress_edge_capacity{stage=\"schedule\"}"), Some(2_000.0), "{scraped}");
    let posts = all_delivered(&press, &daemon, 6).await;
    assert!(later(&posts).iter().all(|post| tags(post).contains("fresh")), "what needs no restart is in force");
    assert!(!press.path("elsewhere").exists(), "the outbox stays where it is until the restart");

    daemon.signal(Signal::TERM);
    assert_eq!(daemon.ended().await.0.code(), Some(0));
    let mut daemon = press.start();
    daemon.ready().await;
    let scraped = daemon.get("/metrics").await.1;
    assert_eq!(metric(&scraped, "reelpress_edge_capacity{stage=\"schedule\"}"), Some(7.0), "{scraped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_may_not_reload_and_the_control_api_wants_its_token() {
    let press = Press::new(PROGRAM, QUICK);
    let mut daemon = press.start();
    let address = daemon.ready().await;
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let page = client.post(format!("http://{address}/-/reload")).header("origin", "https://example.org");
    assert_eq!(page.send().await.unwrap().status(), 403);
    for token in ["", "Bearer ", "Bearer 0123"] {
        let asked = client.get(format!("http://{address}/api/items")).header("authorization", token);
        assert_eq!(asked.send().await.unwrap().status(), 401, "{token}");
    }
    assert_eq!(daemon.get("/api/items").await, (200, "[]".to_owned()));
}

fn sorted(mut answer: Value) -> Value {
    if let Some(detail) = answer["detail"].as_array_mut() {
        detail.sort_by_key(ToString::to_string);
    }
    answer
}
