use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryJournal};
use reelpress_core::{
    Backoff, BreakerPolicy, Durability, Entry, Journal as _, LineParts, LineWiring, Reason, RetryPolicy, Silent,
    StageTuning,
};
use reelpress_script::ScriptStage;
use reelpress_vocabulary::testing;
use tokio::sync::watch;

use super::*;

/// A press whose line takes orders and makes nothing, with one cut that waits for review.
struct Room {
    press: ConsolePress,
    book: Arc<Book>,
    ruling: Ruling,
    _pause: watch::Sender<bool>,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_176_000 + second).unwrap()
}

async fn room() -> Room {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(at(0)));
    let journal = Arc::new(MemoryJournal::default());
    let screened = testing::approved(testing::assembled(&testing::draft(), "main", b"film")).screened;
    let hash = CutHash::parse(&screened.assembled.cut.hash).unwrap();
    let item = ItemId::from_parts(1_000, 7);
    let brief = serde_json::to_vec(&screened.assembled.voiced.scripted.brief).unwrap();
    let output = serde_json::to_vec(&screened).unwrap();
    let life = [
        Entry::Created { origin: Origin::of(&["first"]), input: brief },
        Entry::Passed { stage: StageName::new("screen"), output, reused: false },
        Entry::Held { stage: REVIEW, reason: Reason::new("needs_review", "in the sample") },
    ];
    journal.append(life.map(|entry| (item, entry)).into(), Durability::Flushed).await.unwrap();
    let (book, _) = Book::open(journal, clock.clone()).unwrap();
    let book = Arc::new(book);
    let live = Live::new(Settings::default());
    let artifacts: Arc<dyn Artifacts> = Arc::new(MemoryArtifacts::default());
    let (pause_sender, pause) = watch::channel(true);
    let second = Duration::from_secs(1);
    let retry = move || RetryPolicy {
        attempts: 1,
        backoff: Backoff { first: second, max: second },
        breaker: BreakerPolicy { after: 1, pause: second },
        stop_is_final: false,
    };
    let mut wiring = LineWiring::new(LineParts {
        book: book.clone(),
        artifacts: artifacts.clone(),
        progress: Arc::new(Silent),
        retry: Arc::new(retry),
        pause: pause.clone(),
        supervisor: Supervisor::default(),
    });
    let one = std::num::NonZeroUsize::MIN;
    let tuning = StageTuning { depth: one.saturating_add(7), workers: one };
    let head = wiring.last(ScriptStage::new(live.clone(), book.clone(), clock.clone()), tuning);
    let line = Arc::new(wiring.start(head));
    let health = Health { live: live.clone(), line: line.clone(), paused: pause };
    let since = Instant::now();
    let office = Arc::new(Office::of_daemon(book.clone(), line.clone(), live.clone(), health.clone(), since));
    let (trends, kept) = (TrendRoom::default(), Kept::default());
    let press = ConsolePress { office, book: book.clone(), line, artifacts, live, clock, health, trends, since, kept };
    let (by, note) = ("ana".to_owned(), "a slower opening".to_owned());
    let ruling = Ruling { item, cut: hash, choice: Choice::SendBack, by, note, at: at(0) };
    Room { press, book, ruling, _pause: pause_sender }
}

impl Room {
    /// The order that was made again, and what the journal has of the decision.
    fn again(&self) -> (ItemState, String) {
        let others = self.book.items(|item| item.id != self.ruling.item);
        assert_eq!(others.len(), 1, "made again once");
        let decided = self.book.of(self.ruling.item);
        let decided = decided.iter().filter_map(|note| note.noted.read::<Decided>(DECISION)).collect::<Vec<_>>();
        assert_eq!(decided.len(), 1);
        assert!(!decided[0].approve, "the old cut does not go out");
        (others[0].clone(), decided[0].note.clone())
    }
}

#[tokio::test]
async fn a_cut_that_is_sent_back_is_ordered_again_with_the_note_for_its_writer() {
    let room = room().await;
    let before = room.press.card(room.ruling.item).await.unwrap();
    assert_eq!(before.waiting.cut, room.ruling.cut);
    assert_eq!(room.press.rule(&room.ruling).await, Ok(Given::Now));
    let (again, note) = room.again();
    assert_eq!(note, format!("sent back, made again as {}: a slower opening", again.id));
    let brief: Brief = serde_json::from_slice(&again.input).unwrap();
    let back = brief.dossier.sent_back.unwrap();
    assert_eq!((back.by.as_str(), back.note.as_str()), ("ana", "a slower opening"));
    assert_eq!(back.item, room.ruling.item.to_string());
    assert_eq!(room.press.rule(&room.ruling).await, Ok(Given::Before), "said again after a crash");
    room.again();
}

#[tokio::test]
async fn killed_between_the_new_order_and_the_end_of_the_old_nothing_is_lost_or_doubled() {
    let room = room().await;
    let screened = testing::approved(testing::assembled(&testing::draft(), "main", b"film")).screened;
    let first = room.press.order_again(&room.ruling, &screened).await.unwrap();
    assert_eq!(room.press.rule(&room.ruling).await, Ok(Given::Now));
    let (again, note) = room.again();
    assert_eq!((again.id, note), (first, format!("sent back, made again as {first}: a slower opening")));
}

#[tokio::test]
async fn what_is_held_elsewhere_is_let_go_or_ended_and_what_waits_for_review_is_not() {
    let room = room().await;
    let mending = |item, kind| {
        let (by, note) = ("olga".to_owned(), "enough".to_owned());
        Mending { item, kind, by, note }
    };
    assert_eq!(room.press.held().await.unwrap(), []);
    let refused = room.press.mend(&mending(room.ruling.item, MendingKind::GiveUp)).await;
    assert!(matches!(refused, Err(PressError::Refused(_))), "{refused:?}");
    let unknown = room.press.mend(&mending(ItemId::from_parts(5, 5), MendingKind::Release)).await;
    assert!(matches!(unknown, Err(PressError::Gone(_))), "{unknown:?}");
}
