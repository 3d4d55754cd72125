//! The daemon as it ships: the real program, its signals, its HTTP, its command line.

mod backpressure;
mod drain;
mod health;
mod media;
mod reload;
mod review;
mod trends;

use std::collections::BTreeMap;
use std::process::Output;
use std::time::Duration;

use reelpress_tests::outbox::whole;
use reelpress_tests::press::{Daemon, Press};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");
/// For work of a few items on a busy machine.
const PATIENCE: Duration = Duration::from_secs(200);

/// Every post by its title, each found whole.
#[track_caller]
fn posts(press: &Press) -> BTreeMap<String, Value> {
    let mut posts = BTreeMap::new();
    for folder in press.posts() {
        let post = whole(&folder).unwrap();
        let title = post["title"].as_str().unwrap().to_owned();
        assert!(posts.insert(title, post).is_none(), "two posts of one topic: {}", folder.display());
    }
    posts
}

/// Waits until exactly so many items are finished, with a post for each, and nothing else is there.
async fn all_delivered(press: &Press, daemon: &Daemon, items: usize) -> BTreeMap<String, Value> {
    daemon.until(&format!("{items} posts"), PATIENCE, || press.posts().len() >= items).await;
    let counts = |wanted: usize| press.json(&["status", "--json"])["items"]["finished"] == wanted;
    daemon.until(&format!("{items} items finished"), PATIENCE, || counts(items)).await;
    let status = press.json(&["status", "--json"]);
    let wanted = serde_json::json!({"running": 0, "held": 0, "finished": items, "rejected": 0, "archived": 0});
    assert_eq!(status["items"], wanted);
    let posts = posts(press);
    assert_eq!(posts.len(), items);
    posts
}

/// Value of a metric, by name with labels as scraped.
fn metric(scraped: &str, series: &str) -> Option<f64> {
    let line = scraped.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

/// Items with this status, by `items list`.
fn items(press: &Press, status: &str) -> Vec<Value> {
    press.json(&["items", "list", "--status", status, "--json"]).as_array().unwrap().clone()
}

/// What a command told on standard error.
fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
