//! kill -9 at a hundred random moments: nothing is lost, nothing is done twice.
#![expect(clippy::print_stdout, reason = "the seed and the summary are for people")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use reelpress_assemble::{Depth, SegmentStore, probe};
use reelpress_core::testing::ManualClock;
use reelpress_store::FolderArtifacts;
use reelpress_tests::outbox::whole;
use reelpress_tests::press::{Daemon, Press, QUICK};
use reelpress_tests::topics;
use tokio::time::{Instant, sleep};

const ITEMS: usize = 30;
const KILLS: usize = 100;
/// After the last kill the press works in peace; it has most of the items done by then.
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::test(flavor = "multi_thread")]
async fn thirty_items_are_delivered_once_each_through_a_hundred_kills() {
    let seed = seed();
    println!("REELPRESS_SEED={seed}");
    let since = Instant::now();
    let press = Press::new(env!("CARGO_BIN_EXE_reelpress-under-test"), &config());
    press.write("topics.csv", topics::csv(0..ITEMS));
    let mut dice = Dice(seed);
    let mut tally = Tally { seed, ..Tally::default() };
    for _ in 0..KILLS {
        let moment = Moment::any(&mut dice);
        let mut daemon = press.start();
        moment.wait(&mut daemon).await;
        tally.take(moment, &daemon.kill9());
        tally.look_at_outbox(&press);
    }
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.until("all items are delivered", PATIENCE, || press.posts().len() >= ITEMS).await;
    finish_all(&press, &daemon).await;
    tally.runs += 1;
    tally.read(&daemon.kill9());
    tally.look_at_outbox(&press);
    check_items(&press, &mut tally);
    check_pieces(&press, &mut tally).await;
    check_videos(&press);
    tally.seconds = since.elapsed().as_secs();
    println!("{tally}");
    tally.check(&press);
}

/// One encoder, so that the work outlasts the kills.
fn config() -> String {
    format!("{QUICK}\n[line]\ncpu_workers = 1\n{}", topics::feed("facts", "topics.csv"))
}

fn seed() -> u64 {
    let given = std::env::var("REELPRESS_SEED").ok();
    given.map_or_else(|| RandomState::new().hash_one("kill harness"), |seed| seed.parse().expect("a whole number"))
}

/// The last post is in place a moment before its item is finished in the journal.
async fn finish_all(press: &Press, daemon: &Daemon) {
    let done = || press.json(&["status", "--json"])["items"]["finished"] == ITEMS;
    daemon.until("all items are finished", Duration::from_secs(20), done).await;
}

fn check_items(press: &Press, tally: &mut Tally) {
    let items = press.json(&["items", "list", "--json"]);
    let items = items.as_array().expect("a list");
    let finished = items.iter().filter(|item| item["status"] == "finished").count();
    assert_eq!((items.len(), finished), (ITEMS, ITEMS), "{items:#?}");
    tally.lost = ITEMS.saturating_sub(finished);
}

/// Every piece of a cut that is kept is whole, to its last byte.
async fn check_pieces(press: &Press, tally: &mut Tally) {
    let artifacts = FolderArtifacts::open(&press.path("data/artifacts")).unwrap();
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let store = SegmentStore::open(Arc::new(artifacts), Arc::new(ManualClock::at(now)), u64::MAX).await.unwrap();
    let bad = store.check().await.unwrap();
    assert!(bad.is_empty(), "pieces that are not whole: {bad:?} (REELPRESS_SEED={})", tally.seed);
    let usage = store.usage();
    assert_eq!(usage.damaged, 0, "pieces that were found damaged (REELPRESS_SEED={})", tally.seed);
    tally.pieces = usage.segments;
}

/// Every video that was delivered decodes, packet by packet.
fn check_videos(press: &Press) {
    for post in press.posts() {
        let report = probe(&post.join("video.mp4"), Depth::Full).unwrap();
        let decoded = report.decoded.unwrap();
        assert_eq!((decoded.errors, decoded.gaps, decoded.backward_steps), (0, 0, 0), "{}", post.display());
    }
}

/// `splitmix64`: small, and good enough to choose moments.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// When to kill.
#[derive(Clone, Copy)]
enum Moment {
    /// So long after the process was started: journal replay, sweeping, wiring.
    Starting(Duration),
    /// So long after the press runs: taking up what was on the line.
    Running(Duration),
    /// So long after so many lines of the log that a journal write follows or was just made: the write itself, the next
    /// artifact, the move into the outbox. Counted, not timed: a fast machine would be through with all items before
    /// half of the kills, and a slow one would never get anywhere.
    Writing { lines: u64, delay: Duration },
}

/// Lines of the log next to which something is written.
const WRITES: [&str; 6] =
    [": keeping segment ", ": stored ", ": passed ", ": created ", "slot promised", "post handed over"];

impl Moment {
    fn any(dice: &mut Dice) -> Self {
        match dice.roll(100) {
            0..12 => Self::Starting(Duration::from_micros(dice.roll(60_000))),
            12..35 => Self::Running(Duration::from_micros(dice.roll(50_000))),
            35..60 => Self::Writing { lines: 1 + dice.roll(20), delay: Duration::from_micros(dice.roll(50_000)) },
            _ => Self::Writing { lines: 1 + dice.roll(4), delay: Duration::from_micros(dice.roll(4_000)) },
        }
    }

    async fn wait(self, daemon: &mut Daemon) {
        const UP: Duration = Duration::from_secs(60);
        let running = |line: &str| line.contains("press running");
        match self {
            Self::Starting(delay) => sleep(delay).await,
            Self::Running(delay) => {
                daemon.hears(0, UP, running).await.expect("the press comes up after every kill");
                sleep(delay).await;
            }
            Self::Writing { lines, delay } => {
                let mut at = daemon.hears(0, UP, running).await.expect("the press comes up after every kill");
                // What is put back from the journal passes at once: any of the first lines may be the one.
                let write = |line: &str| WRITES.iter().any(|mark| line.contains(mark));
                for _ in 0..lines {
                    at = daemon.hears(at, UP, write).await.expect("the work outlasts the kills");
                }
                sleep(delay).await;
            }
        }
    }
}

/// What all runs together showed.
#[derive(Default)]
struct Tally {
    seed: u64,
    runs: usize,
    starting: usize,
    computing: usize,
    writing: usize,
    idle: usize,
    /// Memo keys whose product is in the store.
    stored: HashSet<String>,
    recomputed: Vec<String>,
    /// Log lines that must never be there.
    alarms: Vec<String>,
    reused: usize,
    torn: usize,
    /// Post folders by item.
    posts: BTreeMap<String, BTreeSet<String>>,
    titles: BTreeMap<String, usize>,
    half_written: Vec<String>,
    lost: usize,
    /// Kept pieces of cuts.
    pieces: usize,
    seconds: u64,
}

impl Tally {
    fn take(&mut self, moment: Moment, log: &[String]) {
        self.runs += 1;
        let in_hand = self.read(log);
        let up = log.iter().any(|line| line.contains("press running"));
        match moment {
            _ if !up => self.starting += 1,
            Moment::Writing { .. } => self.writing += 1,
            _ if in_hand > 0 => self.computing += 1,
            Moment::Starting(_) | Moment::Running(_) => self.idle += 1,
        }
    }

    /// Reads one run's log; gives how many products were in the making when it ended.
    fn read(&mut self, log: &[String]) -> usize {
        let mut making = HashSet::new();
        for line in log {
            if line.contains(": computing ") {
                let memo = memo(line);
                if self.stored.contains(memo) {
                    self.recomputed.push(line.clone());
                }
                making.insert(memo.to_owned());
            } else if line.contains(": stored ") {
                let memo = memo(line);
                making.remove(memo);
                self.stored.insert(memo.to_owned());
            } else if line.contains("reused=true") {
                self.reused += 1;
            } else if line.contains("the journal's last write was cut short") {
                self.torn += 1;
            } else if [" ERROR ", " WARN ", "item held", "item rejected"].iter().any(|mark| line.contains(mark)) {
                self.alarms.push(line.clone());
            }
        }
        making.len()
    }

    fn look_at_outbox(&mut self, press: &Press) {
        self.titles.clear();
        for post in press.posts() {
            let facts = match whole(&post) {
                Ok(facts) => facts,
                Err(problem) => {
                    self.half_written.push(problem);
                    continue;
                }
            };
            let text = |key: &str| facts[key].as_str().unwrap_or_default().to_owned();
            self.posts.entry(text("item")).or_default().insert(text("handle"));
            *self.titles.entry(text("title")).or_default() += 1;
        }
    }

    fn twice(&self) -> usize {
        let items = self.posts.values().filter(|handles| handles.len() > 1).count();
        items + self.titles.values().filter(|times| **times > 1).count()
    }

    fn check(&self, press: &Press) {
        let seed = self.seed;
        assert_eq!(self.recomputed, [""; 0], "computed again although it was stored (REELPRESS_SEED={seed})");
        assert_eq!(self.half_written, [""; 0], "posts that are not whole (REELPRESS_SEED={seed})");
        assert_eq!(self.alarms, [""; 0], "a kill must be no trouble to the next run (REELPRESS_SEED={seed})");
        assert_eq!(self.twice(), 0, "{:?} {:?} (REELPRESS_SEED={seed})", self.posts, self.titles);
        let titles: BTreeSet<String> = self.titles.keys().cloned().collect();
        let wanted: BTreeSet<String> = (0..ITEMS).map(topics::title).collect();
        assert_eq!(titles, wanted, "one post for each topic (REELPRESS_SEED={seed})");
        assert_eq!((self.posts.len(), press.posts().len()), (ITEMS, ITEMS), "REELPRESS_SEED={seed}");
        let incoming = press.path("outbox/.incoming");
        let left = std::fs::read_dir(incoming).map_or(0, Iterator::count);
        assert_eq!(left, 0, "files in the making are left (REELPRESS_SEED={seed})");
        assert!(self.pieces >= 3 * ITEMS, "each cut has several pieces (REELPRESS_SEED={seed}): {self}");
        assert!(self.computing + self.writing >= KILLS / 2, "too few kills hit work (REELPRESS_SEED={seed}): {self}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, runs, starting, computing, writing, idle, reused, torn, lost, pieces, seconds, .. } = self;
        let (delivered, twice, recomputed) = (self.titles.len(), self.twice(), self.recomputed.len());
        write!(
            f,
            "kill harness: seed={seed} kills={KILLS} (during start {starting}, work {computing}, write {writing}, \
             idle {idle}) items={ITEMS} pieces={pieces} delivered={delivered} twice={twice} lost={lost} recomputed={recomputed} \
             reused={reused} torn={torn} runs={runs} seconds={seconds}"
        )
    }
}

/// The memo key of a `computing` or `stored` line.
#[track_caller]
fn memo(line: &str) -> &str {
    let memo = line.split_once("memo=").map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default());
    memo.filter(|memo| !memo.is_empty()).unwrap_or_else(|| panic!("no memo key in the log line: {line}"))
}
