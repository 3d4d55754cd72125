//! Trends as people and programs see them: the page, the API, the commands, with a daemon and without.

use reelpress_tests::press::Press;
use reelpress_tests::topics;
use serde_json::Value;

use super::{PATIENCE, PROGRAM, told};

/// Feeds are read, nothing is made of them.
const NO_ACCOUNT: &str =
    "[daemon]\nlisten = \"127.0.0.1:0\"\n[accounts.nobody]\nniches = [\"general\"]\nenabled = false\n";
/// A title with what HTML and Markdown would take for their own.
const LIST: &str = "rank,title,link,count\n1,\"Tom & \"\"Jerry\"\" [rise]\",https://example.org/a,40\n2,The old bridge of Rome,https://example.org/b,30\n";

fn press() -> Press {
    let press = Press::new(PROGRAM, &(NO_ACCOUNT.to_owned() + &topics::feed("list", "list.csv")));
    press.write("list.csv", LIST);
    press
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_feed_shows_is_on_the_page_in_the_report_and_explained_and_outlasts_a_kill() {
    let press = press();
    let mut daemon = press.start();
    daemon.ready().await;
    let elements = || press.json(&["trends", "report", "--json"])["elements"].as_array().map_or(0, Vec::len);
    daemon
        .until("the report has both", PATIENCE, || press.path("data/trends/asking.json").exists() && elements() == 2)
        .await;
    let (status, page) = daemon.get("/trends").await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Tom &amp; &quot;Jerry&quot; [rise]"), "{page}");
    let (status, told) = daemon.get("/api/trends/report.json").await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, told["elements"].as_array().map(Vec::len)), (200, Some(2)), "{told}");
    let why = String::from_utf8(press.run(&["trends", "why", "old bridge"]).stdout).unwrap();
    for part in ["The old bridge of Rome", "why\n  score ", "items\n  list/", "joined: the first of the topic"] {
        assert!(why.contains(part), "{part} in\n{why}");
    }
    let before = press.json(&["trends", "report", "--json"])["elements"].clone();
    drop(daemon.kill9());
    assert_eq!(press.json(&["trends", "report", "--json"])["elements"], before, "after a kill, from the files alone");
    let sources = press.json(&["trends", "sources", "--json"]);
    assert_eq!((&sources[0]["feed"], &sources[0]["items"]), (&Value::from("list"), &Value::from(2)));
    assert_eq!(press.json(&["trends", "library", "--json"]).as_array().unwrap().len(), 2);
    let markdown = String::from_utf8(press.run(&["trends", "report", "--markdown"]).stdout).unwrap();
    assert!(markdown.contains("Tom \\& \"Jerry\" \\[rise\\]"), "{markdown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_have_no_answer_say_what_would() {
    let press = press();
    let none = press.run(&["trends", "report"]);
    assert_eq!(none.status.code(), Some(69));
    assert!(told(&none).contains("start the daemon with `reelpress run`"), "{}", told(&none));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("a poll", PATIENCE, || press.path("data/trends/asking.json").exists()).await;
    let unknown = press.run(&["trends", "why", "no such thing"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(told(&unknown).contains("no topic is called `no such thing`"), "{}", told(&unknown));
    let undo = press.run(&["trends", "undo", "99"]);
    assert!(told(&undo).contains("there is no change 99"), "{}", told(&undo));
    let split = press.run(&["trends", "split", "old bridge", "old bridge"]);
    assert!(told(&split).contains("nothing to split"), "{}", told(&split));
    let time = press.run(&["trends", "report", "--as-of", "1999-01-01"]);
    assert!(told(&time).contains("`trends.keep_observations`"), "{}", told(&time));
}
