use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use reelpress_config::{Declared, Name, Schedule as Rules, Window};
use reelpress_core::testing::{ManualClock, MemoryNotes};
use reelpress_core::{Note, Noted};
use reelpress_vocabulary::testing;

use super::*;
use crate::book::RELEASED;

const NOON: &str = "2026-06-01T12:00:00Z";

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Two posts a day between 08:00 and 20:00 UTC, at least two hours apart.
fn account() -> Account {
    Account {
        niches: vec![name("science")],
        timezone: TimeZone::UTC,
        windows: vec![Window { from: time(8, 0, 0, 0), to: time(20, 0, 0, 0) }],
        min_gap: Duration::from_hours(2),
        posts_per_day: 2,
        ramp: vec![],
        since: None,
        enabled: true,
        max_in_line: 10,
        declared: Declared::default(),
    }
}

fn settings(account: Account) -> Settings {
    Settings {
        accounts: BTreeMap::from([(name("main"), account)]),
        schedule: Rules {
            horizon: Duration::from_hours(48),
            lead: Duration::from_mins(30),
            promises_per_minute: NonZeroU32::new(1_000).unwrap(),
        },
        ..Settings::default()
    }
}

fn approved() -> Approved {
    testing::approved(testing::assembled(&testing::draft(), "main", b"film"))
}

fn item(number: u64) -> ItemId {
    ItemId::from_parts(1_780_000_000_000 + number, u128::from(number))
}

/// Notes that can be told to fail.
#[derive(Default)]
struct Fickle {
    inner: MemoryNotes,
    failing: AtomicBool,
}

#[async_trait]
impl Notes for Fickle {
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError> {
        tokio::task::yield_now().await;
        if self.failing.load(Ordering::SeqCst) {
            return Err(JournalError::Full { path: "data/journal".into() });
        }
        self.inner.note(item, noted, durability).await
    }
    fn about(&self, topic: &str) -> Vec<Note> {
        self.inner.about(topic)
    }
    fn of(&self, item: ItemId) -> Vec<Note> {
        self.inner.of(item)
    }
}

/// A stage with everything that outlives it.
struct Desk {
    live: Live,
    notes: Arc<Fickle>,
    clock: Arc<ManualClock>,
    stage: Schedule,
}

impl Desk {
    fn with(settings: Settings) -> Self {
        let (live, notes) = (Live::new(settings), Arc::new(Fickle::default()));
        let clock = Arc::new(ManualClock::at(NOON.parse().unwrap()));
        let stage = Schedule::new(live.clone(), notes.clone(), clock.clone());
        Self { live, notes, clock, stage }
    }

    fn new(account: Account) -> Self {
        Self::with(settings(account))
    }

    fn restart(&mut self) {
        self.stage = Schedule::new(self.live.clone(), self.notes.clone(), self.clock.clone());
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = (*self.live.snapshot()).clone();
        change(&mut settings);
        self.live.swap(Arc::new(settings));
    }

    async fn try_ask(&self, number: u64) -> Result<Step<Slot>, ScheduleError> {
        let job = Job::detached(item(number));
        self.stage.process(&self.stage.settings(), &job, &approved()).await
    }

    /// The answer as a person would read it.
    async fn ask(&self, number: u64) -> String {
        match self.try_ask(number).await.unwrap() {
            Step::Next(slot) => slot.at.strftime("%d %H:%M").to_string(),
            Step::Later(wait) => format!("later {wait:?}"),
            Step::Hold(reason) | Step::Reject(reason) => reason.to_string(),
        }
    }

    fn topics(&self, number: u64) -> Vec<String> {
        self.notes.of(item(number)).into_iter().map(|note| note.noted.topic).collect()
    }
}

#[tokio::test]
async fn a_promise_is_noted_before_the_item_goes_on_and_kept_when_asked_again() {
    let mut desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    let note = desk.notes.of(item(1)).remove(0).noted;
    assert_eq!(note.topic, "slot.promised");
    insta::assert_snapshot!(
        String::from_utf8(note.body).unwrap(),
        @r#"{"account":"main","at":"2026-06-01T12:30:00Z","first_day":"2026-06-01"}"#
    );
    assert_eq!(desk.ask(1).await, "01 12:30");
    desk.restart();
    assert_eq!(desk.ask(1).await, "01 12:30");
    assert_eq!(desk.topics(1), ["slot.promised"]);
}

#[tokio::test]
async fn caps_and_gaps_survive_a_restart() {
    let mut desk = Desk::new(account());
    let mut answers = Vec::new();
    for number in 0..6 {
        answers.push(desk.ask(number).await);
        desk.restart();
    }
    assert_eq!(answers, ["01 12:30", "01 14:30", "02 08:00", "02 14:00", "03 08:00", "later 600s"]);
}

#[tokio::test]
async fn a_ramp_survives_a_restart_after_its_first_notes_were_archived() {
    let mut desk = Desk::new(Account { ramp: vec![1, 1, 1, 1], ..account() });
    assert_eq!(desk.ask(1).await, "01 12:30");
    desk.clock.set("2026-06-08T00:00:00Z".parse().unwrap());
    assert_eq!(desk.ask(2).await, "08 08:00");
    // What compaction leaves: the note of the second item only. Without its first day the ramp would start on the 8th.
    let kept = desk.notes.of(item(2)).remove(0).noted;
    desk.notes = Arc::new(Fickle::default());
    desk.notes.note(item(2), kept, Durability::Flushed).await.unwrap();
    desk.clock.set("2026-06-29T00:00:00Z".parse().unwrap());
    desk.restart();
    assert_eq!([desk.ask(3).await, desk.ask(4).await], ["29 08:00", "29 14:00"], "the ramp's four weeks are over");
}

#[tokio::test]
async fn a_slot_that_passed_while_nobody_was_there_is_planned_anew_and_marked() {
    let mut desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    desk.clock.set("2026-06-01T12:30:00Z".parse().unwrap());
    desk.restart();
    assert_eq!(desk.ask(1).await, "01 13:00", "the missed slot counts for no cap and no gap");
    assert_eq!(desk.topics(1), ["slot.promised", "slot.missed", "slot.promised"]);
    assert_eq!(desk.ask(2).await, "01 15:00");
    desk.restart();
    assert_eq!(desk.ask(1).await, "01 13:00");
    assert_eq!(desk.ask(3).await, "02 08:00");
    assert_eq!(desk.topics(1).len(), 3);
}

#[tokio::test]
async fn a_released_slot_is_free_again() {
    let mut desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    let note = desk.notes.of(item(1)).remove(0).noted.read::<SlotNote>(PROMISED).unwrap();
    desk.notes.note(item(1), note.noted(RELEASED), Durability::Flushed).await.unwrap();
    desk.restart();
    assert_eq!(desk.ask(2).await, "01 12:30");
}

#[tokio::test]
async fn a_slot_that_the_delivery_gives_back_is_free_without_a_restart() {
    let mut desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    assert_eq!(desk.ask(2).await, "01 14:30");
    // As the delivery writes it.
    let body = serde_json::json!({"account": "main", "at": "2026-06-01T12:30:00Z"});
    let released = |number| desk.notes.note(item(number), Noted::new("slot.released", &body), Durability::Synced);
    // Another item's note frees nothing.
    released(2).await.unwrap();
    assert_eq!(desk.ask(3).await, "02 08:00");
    released(1).await.unwrap();
    assert_eq!(desk.ask(4).await, "01 12:30");
    assert_eq!(desk.ask(5).await, "02 14:00", "the cap of two a day holds, and one slot is freed once");
    desk.restart();
    assert_eq!([desk.ask(4).await, desk.ask(6).await], ["01 12:30", "03 08:00"]);
}

#[tokio::test]
async fn a_slot_promised_again_to_the_item_that_gave_it_back_stays_promised() {
    let desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    let body = serde_json::json!({"account": "main", "at": "2026-06-01T12:30:00Z"});
    desk.notes.note(item(1), Noted::new("slot.released", &body), Durability::Synced).await.unwrap();
    assert_eq!(desk.ask(1).await, "01 12:30");
    assert_eq!(desk.ask(2).await, "01 14:30");
    assert_eq!(desk.topics(1), ["slot.promised", "slot.released", "slot.promised"]);
}

#[tokio::test]
async fn items_asked_for_at_the_same_time_never_share_a_slot() {
    let desk = Desk::new(Account { posts_per_day: 40, min_gap: Duration::from_mins(5), ..account() });
    let answers = futures_of(&desk, 60).await;
    let distinct: BTreeSet<&String> = answers.iter().collect();
    assert_eq!(distinct.len(), 60, "{answers:?}");
}

/// Polls all calls in turns: each waits in the middle, where its note is written.
async fn futures_of(desk: &Desk, count: u64) -> Vec<String> {
    use std::future::{Future, poll_fn};
    use std::task::Poll;
    let mut calls: Vec<_> = (0..count).map(|number| (Box::pin(desk.ask(number)), None)).collect();
    poll_fn(|context| {
        for (call, answer) in &mut calls {
            if answer.is_none()
                && let Poll::Ready(ready) = call.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if calls.iter().all(|(_, answer)| answer.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    calls.into_iter().filter_map(|(_, answer)| answer).collect()
}

#[tokio::test]
async fn a_note_that_fails_gives_the_slot_back() {
    let desk = Desk::new(account());
    desk.notes.failing.store(true, Ordering::SeqCst);
    let error = desk.try_ask(1).await.unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"could not write down the slot of account main at 2026-06-01T12:30:00Z");
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "journal"));
    desk.notes.failing.store(false, Ordering::SeqCst);
    assert_eq!(desk.ask(2).await, "01 12:30");
    assert_eq!(desk.ask(1).await, "01 14:30");
}

#[tokio::test]
async fn a_call_that_is_dropped_in_the_middle_keeps_its_slot_for_the_next_call() {
    let desk = Desk::new(account());
    {
        let mut call = Box::pin(desk.ask(1));
        std::future::poll_fn(|context| {
            assert!(std::future::Future::poll(call.as_mut(), context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    assert_eq!(desk.topics(1), [""; 0]);
    assert_eq!(desk.ask(2).await, "01 14:30");
    assert_eq!(desk.ask(1).await, "01 12:30");
    assert_eq!(desk.topics(1), ["slot.promised"]);
}

/// The first note was answered with an error, its slot given to another item, and then both were found on disk.
#[tokio::test]
async fn of_two_promises_of_one_slot_the_later_one_stands() {
    let mut desk = Desk::new(account());
    assert_eq!(desk.ask(1).await, "01 12:30");
    let note = desk.notes.of(item(1)).remove(0).noted;
    desk.notes.note(item(2), note, Durability::Flushed).await.unwrap();
    desk.restart();
    assert_eq!(desk.ask(2).await, "01 12:30");
    assert_eq!(desk.ask(1).await, "01 14:30");
    assert_eq!(desk.topics(1), ["slot.promised", "slot.missed", "slot.promised"]);
    desk.restart();
    assert_eq!(desk.ask(2).await, "01 12:30", "what the first one missed is still the second one's");
    assert_eq!(desk.ask(1).await, "01 14:30");
}

#[tokio::test]
async fn an_account_that_left_the_config_holds_its_items() {
    let desk = Desk::new(account());
    desk.change(|settings| settings.accounts.clear());
    insta::assert_snapshot!(
        desk.ask(1).await,
        @"account main is not in the config (put it back, or reject the item) (unknown_account)"
    );
}

#[tokio::test]
async fn a_change_of_the_settings_is_felt_by_the_next_call() {
    let desk = Desk::new(Account { enabled: false, ..account() });
    assert_eq!(desk.ask(1).await, "later 600s");
    desk.change(|settings| settings.accounts.get_mut("main").unwrap().enabled = true);
    assert_eq!(desk.ask(1).await, "01 12:30");
    desk.change(|settings| settings.accounts.get_mut("main").unwrap().enabled = false);
    assert_eq!(desk.ask(1).await, "01 12:30", "what was promised stays promised");
    assert_eq!(desk.ask(2).await, "later 600s");
}

#[tokio::test]
async fn an_item_behind_the_horizon_waits_until_the_horizon_reaches_its_slot() {
    let soon = Account { since: Some(date(2026, 6, 3)), ramp: vec![7], ..account() };
    let desk = Desk::new(soon);
    desk.change(|settings| settings.schedule.horizon = Duration::from_mins(43 * 60 + 57));
    assert_eq!(desk.ask(1).await, "later 180s");
    desk.clock.set("2026-06-01T12:03:00Z".parse().unwrap());
    assert_eq!(desk.ask(1).await, "03 08:00");
}

#[tokio::test]
async fn promises_a_minute_are_limited_also_over_a_restart() {
    let mut settings = settings(Account { posts_per_day: 50, min_gap: Duration::ZERO, ..account() });
    settings.schedule.promises_per_minute = NonZeroU32::new(3).unwrap();
    let mut desk = Desk::with(settings);
    for number in 0..3 {
        let step = desk.try_ask(number).await.unwrap();
        assert!(matches!(step, Step::Next(_)), "{number}: {step:?}");
    }
    let waits =
        |step: &Step<Slot>| matches!(step, Step::Later(wait) if *wait <= Duration::from_secs(20) && !wait.is_zero());
    let step = desk.try_ask(3).await.unwrap();
    assert!(waits(&step), "{step:?}");
    // The notes in memory have no times, so these stand in for what a journal would tell.
    desk.clock.set(Timestamp::from_millisecond(30_000).unwrap());
    desk.restart();
    let step = desk.try_ask(3).await.unwrap();
    assert!(waits(&step), "{step:?}");
    desk.change(|settings| settings.schedule.promises_per_minute = NonZeroU32::new(100).unwrap());
    assert!(matches!(desk.try_ask(3).await.unwrap(), Step::Next(_)));
}

#[tokio::test]
async fn a_product_goes_beside_what_came_in_and_is_never_found_by_its_hash() {
    let desk = Desk::new(account());
    let slot = Slot { account: AccountId::parse("main").unwrap(), at: NOON.parse().unwrap() };
    let scheduled = desk.stage.hand_on(approved(), slot.clone());
    assert_eq!((scheduled.approved, scheduled.slot), (approved(), slot));
    assert_eq!(desk.stage.memo(&desk.stage.settings(), &approved()), None);
}
