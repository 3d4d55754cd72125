//! Holds the runner to `pipeline/CONTRACT.md` with stages that do what a test tells them.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::Semaphore;

use super::*;
use crate::testing::{ManualClock, MemoryArtifacts, MemoryJournal};
use crate::{
    Clock, ItemId, ItemStatus, Journal, Line, LineParts, LineWiring, Notes, Origin, Silent, StageName, StageTuning,
    Supervisor,
};

#[derive(Debug, Clone, thiserror::Error)]
#[error("{word}")]
struct TestFault {
    word: &'static str,
    remedy: Remedy,
}

impl Fault for TestFault {
    fn remedy(&self) -> Remedy {
        self.remedy
    }
    fn kind(&self) -> &'static str {
        self.word
    }
}

type Act = Arc<dyn Fn(u32, u64) -> Result<Step<u64>, TestFault> + Send + Sync>;

/// A stage whose answers a closure gives: (how often it was asked about this input, the input).
macro_rules! test_stage {
    ($stage:ident, $name:literal) => {
        struct $stage {
            act: Act,
            calls: Arc<AtomicU32>,
            asked: Mutex<BTreeMap<u64, u32>>,
            gate: Option<Arc<Semaphore>>,
            memo: bool,
        }

        impl $stage {
            fn new(act: impl Fn(u32, u64) -> Result<Step<u64>, TestFault> + Send + Sync + 'static) -> Self {
                Self { act: Arc::new(act), calls: Arc::default(), asked: Mutex::default(), gate: None, memo: false }
            }
        }

        impl Stage for $stage {
            type In = u64;
            type Product = u64;
            type Out = u64;
            type Error = TestFault;
            type Settings = ();
            const NAME: StageName = StageName::new($name);

            fn settings(&self) {}
            fn memo(&self, (): &(), input: &u64) -> Option<MemoKey> {
                self.memo.then(|| MemoKey::new(&Self::NAME, 1, input))
            }
            async fn process(&self, (): &(), _job: &Job, input: &u64) -> Result<Step<u64>, TestFault> {
                self.calls.fetch_add(1, Ordering::SeqCst);
                let asked = {
                    let mut asked = self.asked.lock().expect("no test panics here");
                    let times = asked.entry(*input).or_default();
                    *times += 1;
                    *times
                };
                if let Some(gate) = &self.gate {
                    gate.acquire().await.expect("never closed").forget();
                }
                (self.act)(asked, *input)
            }
            fn hand_on(&self, _input: u64, product: u64) -> u64 {
                product
            }
        }
    };
}

test_stage!(First, "first");
test_stage!(Second, "second");
test_stage!(Last, "last");

#[expect(clippy::unnecessary_wraps, reason = "it stands where stages that fail stand")]
fn pass(_: u32, input: u64) -> Result<Step<u64>, TestFault> {
    Ok(Step::Next(input))
}

struct Bench {
    journal: Arc<MemoryJournal>,
    artifacts: Arc<MemoryArtifacts>,
    clock: Arc<ManualClock>,
    pause: watch::Sender<bool>,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        Self { journal: Arc::default(), artifacts: Arc::default(), clock, pause: watch::Sender::new(false) }
    }

    fn wiring(&self) -> LineWiring {
        let journal: Arc<dyn Journal> = self.journal.clone();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let (book, _) = crate::Book::open(journal, clock).expect("a list in memory");
        LineWiring::new(LineParts {
            book: Arc::new(book),
            artifacts: self.artifacts.clone(),
            progress: Arc::new(Silent),
            retry: Arc::new(|| RetryPolicy {
                attempts: 3,
                backoff: Backoff { first: Duration::from_secs(1), max: Duration::from_secs(60) },
                breaker: BreakerPolicy { after: 100, pause: Duration::from_secs(30) },
                stop_is_final: false,
            }),
            pause: self.pause.subscribe(),
            supervisor: Supervisor::default(),
        })
    }

    /// One stage, one worker.
    fn line(&self, last: Last) -> Line<u64> {
        let mut wiring = self.wiring();
        let head = wiring.last(last, tuning(8, 1));
        wiring.start(head)
    }
}

fn tuning(depth: usize, workers: usize) -> StageTuning {
    let positive = |n| NonZeroUsize::new(n).expect("positive");
    StageTuning { depth: positive(depth), workers: positive(workers) }
}

fn origin(number: u64) -> Origin {
    Origin::of(&[&number.to_string()])
}

async fn admit(line: &Line<u64>, number: u64) -> ItemId {
    line.admit(origin(number), number).await.expect("a list in memory").expect("a new origin")
}

/// Lets every task that can run do so; paused time does not move.
async fn settle_down() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_shelf_stops_the_paid_stage_at_the_sum_of_the_depths_behind_it() {
    let bench = Bench::new();
    let mut wiring = bench.wiring();
    let gate = Arc::new(Semaphore::new(0));
    let mut stuck = Last::new(pass);
    stuck.gate = Some(gate.clone());
    let paid = First::new(pass);
    let calls = paid.calls.clone();
    let last = wiring.last(stuck, tuning(5, 2));
    let second = wiring.before(last, Second::new(pass), tuning(3, 2));
    let head = wiring.before(second, paid, tuning(4, 4));
    let line = wiring.start(head);
    let feed = async {
        for number in 0..50 {
            admit(&line, number).await;
        }
    };
    let fed = tokio::time::timeout(Duration::from_secs(60), feed).await;
    assert!(fed.is_err(), "a full line must not take everything");
    assert_eq!(calls.load(Ordering::SeqCst), 5 + 3, "one paid call for each place behind the paid stage, and no more");
    assert_eq!(line.in_flight(), 5 + 3 + 4, "the sum of the depths");
    gate.add_permits(1);
    settle_down().await;
    assert_eq!(calls.load(Ordering::SeqCst), 5 + 3 + 1, "one place free, one more call");
}

#[tokio::test(start_paused = true)]
async fn each_remedy_has_its_outcome_and_its_time() {
    let fault = |word, remedy| TestFault { word, remedy };
    let asked = Duration::from_secs(20);
    let cases: [(&str, Act, &str, u32, Duration); 6] = [
        ("passes at once", Arc::new(pass), "finished", 1, Duration::ZERO),
        (
            "an error that keeps coming holds the item after three tries",
            Arc::new(move |_, _| Err(fault("busy", Remedy::Retry { after: None }))),
            "held",
            3,
            Duration::from_millis(2_250),
        ),
        (
            "Retry-After is waited for",
            Arc::new(move |asked_times, n| match asked_times {
                1 => Err(fault("busy", Remedy::Retry { after: Some(asked) })),
                _ => Ok(Step::Next(n)),
            }),
            "finished",
            2,
            asked,
        ),
        (
            "what no retry mends is held at once",
            Arc::new(move |_, _| Err(fault("nonsense", Remedy::GiveUp))),
            "held",
            1,
            Duration::ZERO,
        ),
        (
            "a stage that cannot work pauses and costs the item no try",
            Arc::new(move |asked_times, n| match asked_times {
                1..=5 => Err(fault("disk_full", Remedy::StopStage)),
                _ => Ok(Step::Next(n)),
            }),
            "finished",
            6,
            Duration::from_secs(150),
        ),
        (
            "a rejected item ends",
            Arc::new(|_, _| Ok(Step::Reject(Reason::new("copy", "is a copy")))),
            "rejected",
            1,
            Duration::ZERO,
        ),
    ];
    for (name, act, status, calls, at_least) in cases {
        let bench = Bench::new();
        let mut stage = Last::new(pass);
        stage.act = act;
        let counted = stage.calls.clone();
        let line = bench.line(stage);
        let since = Instant::now();
        let id = admit(&line, 1).await;
        line.idle().await;
        let took = since.elapsed();
        assert_eq!(line.book().item(id).expect("known").status.as_str(), status, "{name}");
        assert_eq!(counted.load(Ordering::SeqCst), calls, "{name}: calls");
        assert!(took >= at_least && took <= at_least.mul_f64(1.4), "{name}: took {took:?}, not about {at_least:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_stage_is_an_error_like_any_other_and_loses_nothing() {
    let bench = Bench::new();
    let line = bench.line(Last::new(|asked, input| if asked == 1 { panic!("oh no") } else { Ok(Step::Next(input)) }));
    let id = admit(&line, 1).await;
    line.idle().await;
    assert_eq!(line.book().item(id).expect("known").status, ItemStatus::Finished);
    let history = line.book().history(id).expect("a list in memory");
    assert!(
        history.iter().any(
            |r| matches!(&r.entry, Entry::Failed { kind, message, .. } if kind == "panic" && message == "panic: oh no")
        ),
        "the panic is in the item's history: {history:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_key_is_never_computed_twice() {
    let bench = Bench::new();
    let gate = Arc::new(Semaphore::new(0));
    let mut stage = Last::new(pass);
    stage.memo = true;
    stage.gate = Some(gate.clone());
    let calls = stage.calls.clone();
    let mut wiring = bench.wiring();
    let head = wiring.last(stage, tuning(8, 4));
    let line = wiring.start(head);
    for twin in 0..4 {
        line.admit(origin(twin), 7).await.expect("in memory").expect("new");
    }
    settle_down().await;
    gate.add_permits(8);
    line.idle().await;
    assert_eq!(calls.load(Ordering::SeqCst), 1, "four items with one key, even at the same time");
    assert_eq!(bench.artifacts.keys().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_item_put_off_blocks_nobody_and_comes_back_on_time() {
    let bench = Bench::new();
    let wait = Duration::from_secs(3600);
    let line = bench.line(Last::new(move |asked, input| match (asked, input) {
        (1, 0) => Ok(Step::Later(wait)),
        _ => Ok(Step::Next(input)),
    }));
    let since = Instant::now();
    let late = admit(&line, 0).await;
    for number in 1..5 {
        admit(&line, number).await;
    }
    settle_down().await;
    assert_eq!(line.book().unfinished(), 1, "the others went past it");
    assert_eq!(line.slowest(), None, "waiting for a time is not a stall");
    line.idle().await;
    assert_eq!(since.elapsed(), wait);
    assert_eq!(line.book().item(late).expect("known").status, ItemStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_laid_to_the_stage_that_has_the_work_not_to_the_place_reserved_after_it() {
    let bench = Bench::new();
    let gate = Arc::new(Semaphore::new(0));
    let mut hung = First::new(pass);
    hung.gate = Some(gate.clone());
    let mut wiring = bench.wiring();
    let last = wiring.last(Last::new(pass), tuning(4, 1));
    let head = wiring.before(last, hung, tuning(4, 1));
    let line = wiring.start(head);
    // The last stage has been idle for longer than the first has been busy.
    tokio::time::sleep(Duration::from_secs(100)).await;
    admit(&line, 1).await;
    settle_down().await;
    tokio::time::sleep(Duration::from_secs(7)).await;
    let stalled = Some((StageName::new("first"), Duration::from_secs(7)));
    assert_eq!(line.slowest(), stalled, "the place before `last` is reserved, and nothing lies on it");
    gate.add_permits(1);
    line.idle().await;
    assert_eq!(line.slowest(), None);
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_what_is_in_hand_and_a_restart_takes_up_the_rest() {
    let bench = Bench::new();
    let gate = Arc::new(Semaphore::new(0));
    let mut slow = Last::new(pass);
    slow.gate = Some(gate.clone());
    let line = bench.line(slow);
    for number in 0..6 {
        admit(&line, number).await;
    }
    settle_down().await;
    gate.add_permits(1);
    assert!(line.drain(Duration::from_secs(30)).await, "the one in hand ends, the others are left to the journal");
    let line = bench.line(Last::new(pass));
    line.idle().await;
    assert_eq!(line.book().items(|item| item.status == ItemStatus::Finished).len(), 6, "nothing lost");
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_hangs_costs_the_grace_and_no_more_and_its_item_is_not_lost() {
    let bench = Bench::new();
    let mut hung = Last::new(pass);
    hung.gate = Some(Arc::new(Semaphore::new(0)));
    let line = bench.line(hung);
    admit(&line, 1).await;
    settle_down().await;
    let since = Instant::now();
    assert!(!line.drain(Duration::from_secs(30)).await);
    assert_eq!(since.elapsed(), Duration::from_secs(30));
    let line = bench.line(Last::new(pass));
    line.idle().await;
    assert_eq!(line.book().unfinished(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_held_item_goes_on_where_it_was_held_once_a_person_releases_it() {
    let bench = Bench::new();
    let mut wiring = bench.wiring();
    let last = wiring.last(
        Last::new(|asked, input| {
            if asked == 1 { Ok(Step::Hold(Reason::new("look", "must be looked at"))) } else { Ok(Step::Next(input)) }
        }),
        tuning(4, 1),
    );
    let first = First::new(pass);
    let first_calls = first.calls.clone();
    let head = wiring.before(last, first, tuning(4, 1));
    let line = wiring.start(head);
    let id = admit(&line, 1).await;
    line.idle().await;
    assert_eq!(line.book().item(id).expect("known").status.as_str(), "held");
    assert!(line.book().release(id, "ada", "fine").await.expect("in memory"));
    assert!(!line.book().release(id, "ada", "again").await.expect("in memory"), "only a held item is released");
    line.readmit(id);
    line.readmit(id);
    settle_down().await;
    line.idle().await;
    assert_eq!(line.book().item(id).expect("known").status, ItemStatus::Finished);
    assert_eq!(first_calls.load(Ordering::SeqCst), 1, "the stage before was not asked again");
}

/// Asks for a person's word, then fails for good, then asks about something else: each asks for a release of its own.
struct Asking;

impl Stage for Asking {
    type In = u64;
    type Product = u64;
    type Out = u64;
    type Error = TestFault;
    type Settings = ();
    const NAME: StageName = StageName::new("asking");

    fn settings(&self) {}
    fn memo(&self, (): &(), _input: &u64) -> Option<MemoKey> {
        None
    }
    async fn process(&self, (): &(), job: &Job, input: &u64) -> Result<Step<u64>, TestFault> {
        if job.released("delicate").is_none() {
            return Ok(Step::Hold(Reason::new("delicate", "a person must look first")));
        }
        assert_eq!(job.released("delicate").map(|release| release.by.as_str()), Some("ada"));
        if job.released("broken").is_none() {
            return Err(TestFault { word: "broken", remedy: Remedy::GiveUp });
        }
        Ok(Step::Next(*input))
    }
    fn hand_on(&self, _input: u64, product: u64) -> u64 {
        product
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_knows_what_a_person_released_even_after_a_restart_and_only_that() {
    let bench = Bench::new();
    let start = || {
        let mut wiring = bench.wiring();
        let head = wiring.last(Asking, tuning(4, 1));
        wiring.start(head)
    };
    let held_for = |line: &Line<u64>, id| {
        let ItemStatus::Held { reason, .. } = line.book().item(id).expect("known").status else { panic!("not held") };
        reason.kind
    };
    let line = start();
    let id = admit(&line, 1).await;
    line.idle().await;
    assert_eq!(held_for(&line, id), "delicate");
    assert!(line.book().release(id, "ada", "fine").await.expect("in memory"));
    // Killed before the item was put back: the journal alone knows of the release.
    drop(line);
    let line = start();
    line.idle().await;
    assert_eq!(held_for(&line, id), "broken", "the release was not forgotten, and is none of the second reason");
    assert!(line.book().release(id, "grace", "again").await.expect("in memory"));
    drop(line);
    let line = start();
    line.idle().await;
    assert_eq!(line.book().item(id).expect("known").status, ItemStatus::Finished, "both words count");
}

#[tokio::test(start_paused = true)]
async fn an_origin_is_taken_in_once_even_after_a_restart() {
    let bench = Bench::new();
    let line = bench.line(Last::new(pass));
    admit(&line, 1).await;
    assert_eq!(line.admit(origin(1), 1).await.expect("in memory"), None);
    line.idle().await;
    drop(line);
    let line = bench.line(Last::new(pass));
    assert_eq!(line.admit(origin(1), 1).await.expect("in memory"), None);
}

#[tokio::test(start_paused = true)]
async fn an_input_that_cannot_be_read_is_held_with_the_reason() {
    let bench = Bench::new();
    let id = ItemId::from_parts(1, 1);
    let entry = Entry::Created { origin: origin(1), input: json!("not a number").to_string().into_bytes() };
    bench.journal.append(vec![(id, entry)], crate::Durability::Flushed).await.expect("in memory");
    let line = bench.line(Last::new(pass));
    settle_down().await;
    let ItemStatus::Held { reason, .. } = line.book().item(id).expect("known").status else { panic!("not held") };
    insta::assert_snapshot!(reason.to_string(), @r#"its input for stage `last` cannot be read: invalid type: string "not a number", expected u64 at line 1 column 14 (unreadable_input)"#);
    assert!(line.book().of(id).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_pause_stops_taking_and_ends_without_losing_anything() {
    let bench = Bench::new();
    let stage = Last::new(pass);
    let calls = stage.calls.clone();
    let line = bench.line(stage);
    bench.pause.send_replace(true);
    for number in 0..3 {
        admit(&line, number).await;
    }
    settle_down().await;
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nothing is worked on");
    bench.pause.send_replace(false);
    line.idle().await;
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

/// Panics where a stage is not asked to work yet, or not any more.
struct Clumsy(&'static str);

impl Stage for Clumsy {
    type In = u64;
    type Product = u64;
    type Out = u64;
    type Error = TestFault;
    type Settings = ();
    const NAME: StageName = StageName::new("clumsy");

    fn settings(&self) {}
    fn memo(&self, (): &(), _input: &u64) -> Option<MemoKey> {
        assert_ne!(self.0, "memo", "dropped it");
        None
    }
    async fn process(&self, (): &(), _job: &Job, input: &u64) -> Result<Step<u64>, TestFault> {
        Ok(Step::Next(*input))
    }
    fn hand_on(&self, _input: u64, product: u64) -> u64 {
        assert_ne!(self.0, "hand_on", "dropped it");
        product
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_anywhere_in_a_stage_ends_in_a_held_item_not_in_a_dead_daemon() {
    for place in ["memo", "hand_on"] {
        let bench = Bench::new();
        let mut wiring = bench.wiring();
        let head = wiring.last(Clumsy(place), tuning(4, 1));
        let line = wiring.start(head);
        let id = admit(&line, 1).await;
        line.idle().await;
        let ItemStatus::Held { reason, .. } = line.book().item(id).expect("known").status else { panic!("{place}") };
        assert_eq!(reason.kind, "panic", "{place}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_whose_end_was_torn_off_the_journal_is_finished_not_done_again() {
    let bench = Bench::new();
    let id = ItemId::from_parts(1, 1);
    let passed = Entry::Passed { stage: StageName::new("last"), output: b"1".to_vec(), reused: false };
    let entries = vec![(id, Entry::Created { origin: origin(1), input: b"1".to_vec() }), (id, passed)];
    bench.journal.append(entries, crate::Durability::Flushed).await.expect("in memory");
    let stage = Last::new(pass);
    let calls = stage.calls.clone();
    let line = bench.line(stage);
    line.idle().await;
    assert_eq!(line.book().item(id).expect("known").status, ItemStatus::Finished);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn compaction_shortens_the_ledger_as_it_does_the_journal() {
    let bench = Bench::new();
    let line = bench.line(Last::new(pass));
    let id = admit(&line, 1).await;
    line.idle().await;
    line.book().compact(u64::MAX).await.expect("in memory");
    assert_eq!(line.book().item(id).expect("known").status, ItemStatus::Archived { finished: true });
    assert!(line.book().knows(&origin(1)));
}
