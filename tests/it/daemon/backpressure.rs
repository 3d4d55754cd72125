//! A full shelf stops the paid calls at a number that can be computed from the depths.

use std::collections::BTreeMap;

use reelpress_tests::llm::LlmSandbox;
use reelpress_tests::press::{Daemon, Press, QUICK, changed};
use reelpress_tests::topics;

use super::{PATIENCE, PROGRAM, items};

/// Places before each stage, head first.
const DEPTHS: [(&str, usize); 7] =
    [("script", 5), ("voice", 1), ("assemble", 2), ("screen", 1), ("review", 2), ("schedule", 3), ("deliver", 1)];
/// A call for each place between the writer and the slots; none lies before deliver, since there are no slots.
const CALLS: usize = 1 + 2 + 1 + 2 + 3;
const ON_THE_LINE: usize = 5 + CALLS;

/// An account whose first day is far away: everything waits on the shelf.
fn config(sandbox: &LlmSandbox) -> String {
    let config = changed(QUICK, "words_max = 40", "words_max = 140\nwriters = [\"cloud\"]");
    let config = changed(&config, "ramp = []", "ramp = [1]\nsince = 2099-01-01");
    let config = changed(&config, "horizon = \"7d\"", "horizon = \"1d\"");
    let (model, lines) = (
        sandbox.base_url(),
        DEPTHS.map(|(stage, depth)| match stage {
            "schedule" => format!("shelf = {depth}\n"),
            stage => format!("{stage} = {depth}\n"),
        }),
    );
    format!(
        "{config}\n[script.providers.cloud]\nbase_url = \"{model}\"\nmodel = \"sandbox\"\ncalls_per_minute = 10000\n\n\
         [line]\nscript_workers = 4\n{}{}",
        lines.concat(),
        topics::feed("facts", "topics.csv")
    )
}

async fn started(config: &str, topics: usize) -> (Press, Daemon) {
    let press = Press::new(PROGRAM, config);
    press.write("topics.csv", topics::csv(0..topics));
    let mut daemon = press.start();
    daemon.ready().await;
    (press, daemon)
}

/// How many running items the journal has after each stage; places that are only reserved are not among them.
fn passed(press: &Press) -> BTreeMap<String, usize> {
    let mut passed = BTreeMap::new();
    for item in items(press, "running") {
        *passed.entry(item["stage"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    passed
}

/// Every place up to the shelf taken by an item that waits there, and none before deliver.
fn full() -> BTreeMap<String, usize> {
    let before = |at: usize| at.checked_sub(1).map_or("new".to_owned(), |at| format!("after {}", DEPTHS[at].0));
    DEPTHS[..DEPTHS.len() - 1].iter().enumerate().map(|(at, (_, depth))| (before(at), *depth)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_shelf_stops_the_script_calls_at_the_sum_of_the_depths_behind_them() {
    let sandbox = LlmSandbox::start([]).await;
    let (press, daemon) = started(&config(&sandbox), ON_THE_LINE + 3).await;
    daemon.until("every place up to the shelf is taken", PATIENCE, || passed(&press) == full()).await;
    // Four writers hold an item each by now, and none of them may call before there is room for the script.
    let in_hand = r#"reelpress_stage_in_hand{stage="script"} 4"#;
    let mut scraped = String::new();
    while !scraped.contains(in_hand) {
        scraped = daemon.get("/metrics").await.1;
    }
    for _ in 0..20 {
        assert_eq!(sandbox.requests().len(), CALLS);
        assert_eq!(passed(&press), full());
    }
    assert_eq!(items(&press, "running").len(), ON_THE_LINE, "the feed waits too");
    assert_eq!(press.posts().len(), 0);
    assert_eq!(daemon.get("/healthz").await.0, 200, "a line that waits for a slot is healthy");

    // The same after a crash: what is on the shelf is not written again.
    drop(daemon.kill9());
    let mut daemon = press.start();
    daemon.ready().await;
    scraped.clear();
    while !scraped.contains(in_hand) {
        scraped = daemon.get("/metrics").await.1;
    }
    assert_eq!(passed(&press), full());
    assert_eq!(sandbox.requests().len(), CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_items_take_no_place_on_the_line() {
    let sandbox = LlmSandbox::start([]).await;
    let (press, daemon) =
        started(&changed(&config(&sandbox), "sample_percent = 0", "auto_approve = false"), CALLS + 2).await;
    daemon.until("every item is held", PATIENCE, || items(&press, "held").len() == CALLS + 2).await;
    let again = sandbox.requests().iter().map(|request| request.message(3).to_owned()).collect::<Vec<_>>();
    assert_eq!(sandbox.requests().len(), CALLS + 2, "one call for each topic, whatever the depths: {again:#?}");
    let status = press.json(&["status", "--json"]);
    assert!(status["edges"].as_array().unwrap().iter().all(|edge| edge["taken"] == 0), "{status:#}");
}
