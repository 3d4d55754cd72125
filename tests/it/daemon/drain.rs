//! Stopping: with grace, at once, and when the grace runs out. Nothing is ever lost.

use std::collections::BTreeSet;
use std::time::Duration;

use reelpress_tests::press::{Daemon, Press, QUICK, changed, merged};
use reelpress_tests::topics;
use rustix::process::Signal;
use tokio::time::Instant;

use super::{PATIENCE, PROGRAM, all_delivered};

const TOPICS: usize = 3;
/// How long the program may take beyond the grace: to hear of it, to give up what is in hand, to leave.
const TO_LEAVE: Duration = Duration::from_secs(10);

/// Cuts that take seconds to encode.
fn slow(grace: &str) -> String {
    let config = changed(&large(), "preset = \"ultrafast\"", "preset = \"slower\"");
    changed(&config, "grace = \"20s\"", &format!("grace = \"{grace}\""))
}

/// The same picture, encoded fast.
fn large() -> String {
    changed(&quick(), "width = 180\nheight = 320\nfps = 10", "width = 540\nheight = 960\nfps = 20")
}

fn quick() -> String {
    QUICK.to_owned() + &topics::feed("facts", "topics.csv")
}

/// A daemon in the middle of encoding, and the number of the log line that says so.
async fn encoding(press: &Press) -> Daemon {
    press.write("topics.csv", topics::csv(0..TOPICS));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.says(&["computing", "stage=assemble"]).await;
    daemon
}

/// Memo keys that were computed but not stored.
fn unfinished(log: &[String]) -> BTreeSet<&str> {
    let memos = |word: &'static str| {
        log.iter().filter(move |line| line.contains(word)).filter_map(|line| line.split_once("memo=")).map(|(_, m)| m)
    };
    let stored: BTreeSet<&str> = memos(": stored ").collect();
    memos(": computing ").filter(|memo| !stored.contains(memo)).collect()
}

/// The next start delivers everything.
async fn goes_on(press: &Press) {
    press.configure(&large());
    let mut daemon = press.start();
    daemon.ready().await;
    let posts = all_delivered(press, &daemon, TOPICS).await;
    let titles: BTreeSet<String> = posts.into_keys().collect();
    assert_eq!(titles, (0..TOPICS).map(topics::title).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_during_encodes_finishes_what_is_in_hand_within_the_grace() {
    // One worker: a second one may have taken an item a moment before the signal, and begin on it a moment after.
    let press = Press::new(PROGRAM, &merged(&slow("1m"), "[line]\ncpu_workers = 1\n"));
    let daemon = encoding(&press).await;
    daemon.signal(Signal::TERM);
    let since = Instant::now();
    let (status, log) = daemon.ended().await;
    assert_eq!(status.code(), Some(0), "{}", log.join("\n"));
    assert!(since.elapsed() < Duration::from_secs(60));
    assert_eq!(unfinished(&log), BTreeSet::new(), "what was in hand is finished and kept");
    let stopping = log.iter().position(|line| line.contains(": stopping ")).unwrap();
    let encoded = log[stopping..].iter().filter(|line| line.contains(": stored ") && line.contains("stage=assemble"));
    assert!(encoded.count() >= 1, "the encode ended after the signal:\n{}", log.join("\n"));
    let begun = log[stopping + 1..].iter().filter(|line| line.contains(": computing ") && line.contains("assemble"));
    assert_eq!(begun.count(), 0, "no encode begins once the press stops:\n{}", log.join("\n"));
    goes_on(&press).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sigterm_leaves_at_once() {
    let press = Press::new(PROGRAM, &slow("10m"));
    let daemon = encoding(&press).await;
    daemon.signal(Signal::TERM);
    daemon.says(&[": stopping "]).await;
    let (live, _) = daemon.get("/healthz").await;
    let (ready, _) = daemon.get("/readyz").await;
    assert_eq!((live, ready), (200, 503), "a press that stops is healthy and takes nothing");
    daemon.signal(Signal::TERM);
    let since = Instant::now();
    let (status, log) = daemon.ended().await;
    assert_eq!(status.code(), Some(75), "{}", log.join("\n"));
    assert!(since.elapsed() < TO_LEAVE, "{:?}", since.elapsed());
    assert_ne!(unfinished(&log), BTreeSet::new(), "it did not wait for the encode:\n{}", log.join("\n"));
    assert!(log.iter().any(|line| line.contains("leaving at once")), "{}", log.join("\n"));
    goes_on(&press).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_that_runs_out_gives_what_is_in_hand_back_to_the_journal() {
    let press = Press::new(PROGRAM, &slow("100ms"));
    let daemon = encoding(&press).await;
    daemon.signal(Signal::TERM);
    let since = Instant::now();
    let (status, log) = daemon.ended().await;
    assert_eq!(status.code(), Some(75), "{}", log.join("\n"));
    assert!(since.elapsed() < TO_LEAVE, "{:?}", since.elapsed());
    assert_ne!(unfinished(&log), BTreeSet::new(), "the encode was cut off:\n{}", log.join("\n"));
    assert!(log.iter().any(|line| line.contains(": stopped clean=false unfinished=3")), "{}", log.join("\n"));
    goes_on(&press).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_press_leaves_at_once_and_well() {
    let press = Press::new(PROGRAM, &quick());
    press.write("topics.csv", topics::csv(0..1));
    let mut daemon = press.start();
    daemon.ready().await;
    all_delivered(&press, &daemon, 1).await;
    for signal in [Signal::INT, Signal::TERM] {
        let since = Instant::now();
        daemon.signal(signal);
        let (status, log) = daemon.ended().await;
        assert_eq!(status.code(), Some(0), "{}", log.join("\n"));
        assert!(since.elapsed() < TO_LEAVE, "{:?}", since.elapsed());
        assert!(!press.path("data/control.json").exists(), "nobody is to be asked any more");
        daemon = press.start();
        daemon.ready().await;
    }
    daemon.until("the post is still the only one", PATIENCE, || press.posts().len() == 1).await;
}
