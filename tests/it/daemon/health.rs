//! What the daemon says about itself to those who watch it.

use std::collections::BTreeSet;

use reelpress_core::events::MetricName;
use reelpress_tests::llm::{Answer, LlmSandbox};
use reelpress_tests::press::{Press, QUICK, changed};
use reelpress_tests::topics;
use rustix::process::Signal;

use super::{PATIENCE, PROGRAM, all_delivered, metric, told};

/// The names of all metrics on a scraped page, without what a histogram adds to its own.
fn names(scraped: &str) -> BTreeSet<String> {
    let series = scraped.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    series
        .map(|line| {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            let parts = ["_bucket", "_sum", "_count"];
            let base = parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
            base.to_owned()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_whole_item_the_metrics_tell_its_way_and_are_all_on_the_page() {
    let press = Press::new(PROGRAM, &(QUICK.to_owned() + &topics::feed("facts", "topics.csv")));
    press.write("topics.csv", topics::csv(0..1));
    let mut daemon = press.start();
    daemon.ready().await;
    all_delivered(&press, &daemon, 1).await;
    assert_eq!(daemon.get("/healthz").await, (200, "healthy\n".to_owned()));
    assert_eq!(daemon.get("/readyz").await, (200, "ready\n".to_owned()));
    let (status, scraped) = daemon.get("/metrics").await;
    assert_eq!(status, 200);
    let known: BTreeSet<String> = MetricName::ALL.iter().map(|name| name.as_str().to_owned()).collect();
    let shown = names(&scraped);
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the list of all metrics");
    for (series, value) in [
        ("reelpress_items_created_total", 1.0),
        ("reelpress_posts_total{device=\"no\"}", 1.0),
        ("reelpress_feed_polls_total{outcome=\"fresh\"}", 1.0),
        ("reelpress_feed_topics_total", 1.0),
        ("reelpress_ready", 1.0),
        ("reelpress_paused", 0.0),
        ("reelpress_build_info{version=\"0.1.0\"}", 1.0),
    ] {
        assert_eq!(metric(&scraped, series), Some(value), "{series} in\n{scraped}");
    }
    for stage in ["script", "voice", "assemble", "screen", "review", "schedule", "deliver"] {
        let passed = format!("reelpress_stage_items_total{{stage=\"{stage}\",outcome=\"passed\"}}");
        assert_eq!(metric(&scraped, &passed), Some(1.0), "{passed} in\n{scraped}");
        let tries = format!("reelpress_stage_duration_seconds_count{{stage=\"{stage}\"}}");
        assert_eq!(metric(&scraped, &tries), Some(1.0), "{tries} in\n{scraped}");
        let taken = format!("reelpress_edge_depth{{stage=\"{stage}\"}}");
        assert_eq!(metric(&scraped, &taken), Some(0.0), "{taken} in\n{scraped}");
        let capacity = format!("reelpress_edge_capacity{{stage=\"{stage}\"}}");
        assert!(metric(&scraped, &capacity).is_some_and(|places| places >= 1.0), "{capacity} in\n{scraped}");
    }
    // Hook, scenes and call to action, at least, each coded for the first time and kept.
    assert!(metric(&scraped, "reelpress_segments_total{outcome=\"made\"}").unwrap() >= 3.0, "{scraped}");
    assert!(metric(&scraped, "reelpress_segment_store_bytes").unwrap() > 0.0, "{scraped}");
    let records = metric(&scraped, "reelpress_journal_records_total").unwrap();
    assert!(records >= 9.0, "created, seven stages, finished: {records}");
    assert!(metric(&scraped, "reelpress_disk_free_bytes").unwrap() > 0.0);
    for silent in ["reelpress_items_lost_total", "reelpress_task_failures_total", "reelpress_journal_errors_total"] {
        assert!(metric(&scraped, silent).is_none_or(|value| value == 0.0), "{silent} in\n{scraped}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_takes_and_finishes_nothing_is_not_healthy() {
    let sandbox = LlmSandbox::start([Answer::Silence, Answer::Stall]).await;
    let config = changed(QUICK, "words_max = 40", "words_max = 140\nwriters = [\"cloud\"]");
    let config = changed(&config, "grace = \"20s\"", "grace = \"1s\"\nstall_after = \"2s\"");
    let press = Press::new(
        PROGRAM,
        &format!(
            "{config}\n[script.providers.cloud]\nbase_url = \"{}\"\nmodel = \"sandbox\"\ntimeout = \"1h\"\n{}",
            sandbox.base_url(),
            topics::feed("facts", "topics.csv")
        ),
    );
    press.write("topics.csv", topics::csv(0..2));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("both calls hang", PATIENCE, || sandbox.requests().len() == 2).await;
    let trouble = loop {
        let (status, words) = daemon.get("/healthz").await;
        if status != 200 {
            assert_eq!(status, 503);
            break words;
        }
    };
    assert!(trouble.starts_with("not healthy: stage `script` has had work for "), "{trouble}");
    assert_eq!(daemon.get("/readyz").await.0, 200, "it would take work all the same");
    let status = press.run(&["status"]);
    assert_eq!(status.status.code(), Some(1), "{}", told(&status));
    assert!(String::from_utf8_lossy(&status.stdout).contains("trouble: stage `script`"), "{status:?}");

    daemon.signal(Signal::TERM);
    let (status, log) = daemon.ended().await;
    assert_eq!(status.code(), Some(75), "{}", log.join("\n"));
    let mut daemon = press.start();
    daemon.ready().await;
    all_delivered(&press, &daemon, 2).await;
    assert_eq!(daemon.get("/healthz").await.0, 200);
}
