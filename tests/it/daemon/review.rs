//! People decide by command line, whether the daemon runs or not.

use reelpress_tests::press::{Press, QUICK, changed};
use reelpress_tests::topics;
use rustix::process::Signal;
use serde_json::Value;

use super::{PATIENCE, PROGRAM, items, posts, printed, told};

fn config() -> String {
    changed(QUICK, "sample_percent = 0", "sample_percent = 100") + &topics::feed("facts", "topics.csv")
}

#[track_caller]
fn check_exit(press: &Press, arguments: &[&str], code: i32, words: &str) {
    let output = press.run(arguments);
    let all = format!("{}{}", printed(&output), told(&output));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {all}");
    assert!(all.contains(words), "{arguments:?} says `{words}`: {all}");
}

/// What waits, by title: the item and the hash of its cut.
fn waiting(press: &Press) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cards = press.json(&["review", "list", "--json"]);
    let cards = cards.as_array().unwrap().iter();
    let mut waiting: Vec<_> = cards
        .map(|waiting| (text(&waiting["card"]["title"]), text(&waiting["item"]), text(&waiting["card"]["cut_hash"])))
        .collect();
    waiting.sort();
    waiting
}

fn status_of(press: &Press, item: &str) -> String {
    press.json(&["items", "show", item, "--json"])["item"]["status"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_cuts_go_out_and_rejected_ones_never_with_the_daemon_running_or_not() {
    let press = Press::new(PROGRAM, &config());
    press.write("topics.csv", topics::csv(0..4));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("all wait for a person", PATIENCE, || items(&press, "held").len() == 4).await;
    let all = waiting(&press);
    assert_eq!(all.len(), 4);
    let wrong = "0".repeat(64);

    // The daemon runs: by HTTP.
    let (title, item, cut) = &all[0];
    let list = printed(&press.run(&["review", "list"]));
    assert!(list.contains(item) && list.contains(title) && list.contains("(sampled)"), "{list}");
    check_exit(&press, &["review", "show", item], 0, cut);
    check_exit(&press, &["review", "approve", item, "--cut", &wrong], 1, "decision is about cut 0000");
    check_exit(&press, &["items", "release", item], 1, "waits for review");
    assert_eq!(status_of(&press, item), "held");
    check_exit(&press, &["review", "approve", item, "--cut", cut, "--note", "fine"], 0, "approved");
    daemon.until("the approved one is out", PATIENCE, || status_of(&press, item) == "finished").await;
    let post = &posts(&press)[title];
    assert_eq!((&post["approval"]["by"], &post["approval"]["note"]), (&"tester".into(), &"fine".into()), "{post:#}");
    check_exit(&press, &["review", "approve", item], 1, "does not wait for review, it is finished");

    let (_, rejected, cut) = &all[1];
    check_exit(&press, &["review", "reject", rejected, "--cut", cut], 1, "a rejection needs a reason");
    check_exit(&press, &["review", "reject", rejected, "--cut", &wrong, "--note", "dull"], 1, "decision is about cut");
    check_exit(&press, &["review", "reject", rejected, "--by", "ada", "--note", "dull"], 0, "rejected");
    daemon.until("the rejected one is", PATIENCE, || status_of(&press, rejected) == "rejected").await;

    // It does not: from the files.
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.ended().await.0.code(), Some(0));
    assert_eq!(waiting(&press), all[2..]);
    let (title, item, cut) = &all[2];
    check_exit(&press, &["review", "show", item], 0, cut);
    check_exit(&press, &["review", "approve", item, "--cut", &wrong], 1, "decision is about cut 0000");
    assert_eq!(status_of(&press, item), "held");
    check_exit(&press, &["review", "approve", item, "--cut", cut, "--by", "grace"], 0, "approved");
    let (_, also_rejected, _) = &all[3];
    check_exit(&press, &["review", "reject", also_rejected, "--note", "too dull"], 0, "rejected");
    assert_eq!(posts(&press).len(), 1, "nobody delivers while nothing runs");

    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("the approved one is out", PATIENCE, || status_of(&press, item) == "finished").await;
    daemon.until("the rejected one is", PATIENCE, || status_of(&press, also_rejected) == "rejected").await;
    let posts = posts(&press);
    assert_eq!(posts.keys().collect::<Vec<_>>(), [&all[0].0, title], "the rejected ones are never there");
    assert_eq!(posts[title]["approval"]["by"], "grace");
    assert_eq!(waiting(&press), []);
    let life = printed(&press.run(&["items", "show", rejected]));
    for words in ["created", "held", "sampled", "released", "by ada: dull", "rejected"] {
        assert!(life.contains(words), "`{words}` in\n{life}");
    }
    assert_eq!(items(&press, "rejected").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_are_the_documented_ones() {
    let press = Press::new(PROGRAM, &config());
    check_exit(&press, &["status"], 69, "there is no data folder");
    check_exit(&press, &["items", "list"], 69, "there is no data folder");
    let mut daemon = press.start();
    let address = daemon.ready().await;
    let status = press.json(&["status", "--json"]);
    assert_eq!((&status["running"], &status["trouble"]), (&true.into(), &"".into()), "{status:#}");
    for (arguments, code, words) in [
        (&["status"][..], 0, "0 running, 0 held, 0 finished"),
        (&["items", "list"], 0, "0 items"),
        (&["review", "list"], 0, "0 wait for a person"),
        (&["items", "show", "nonsense"], 1, "item `nonsense` is not known"),
        (&["items", "show", "01M7YX56NY0HA0K0HY123QKHMX"], 1, "is not known"),
        (&["items", "show", "../../etc/passwd"], 1, "is not known"),
        (&["review", "approve", "01M7YX56NY0HA0K0HY123QKHMX"], 1, "is not known"),
        (&["items", "release", "nonsense"], 1, "is not known"),
        (&["items", "list", "--status", "lost"], 2, "invalid value 'lost'"),
        (&["make", "--frobnicate"], 2, "unexpected argument"),
        (&["check", "missing.toml"], 78, "missing.toml"),
        (&["--config", "missing.toml", "status"], 78, "does not exist"),
        (&["check"], 0, "is fine"),
        (&["run"], 69, "in use"),
    ] {
        check_exit(&press, arguments, code, words);
    }
    assert_eq!(daemon.get("/healthz").await.0, 200, "a second start does not disturb the first at {address}");
    assert!(press.path("data/control.json").exists(), "nor take its control file away");
    check_exit(&press, &["status"], 0, "0 running");
    drop(daemon.kill9());
    let status = press.run(&["status", "--json"]);
    let report: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((status.status.code(), &report["running"]), (Some(69), &false.into()), "{report:#}");
}
