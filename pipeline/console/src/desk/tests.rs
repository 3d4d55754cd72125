use jiff::SignedDuration;
use reelpress_core::testing::{ManualClock, MemoryNotes};

use super::*;
use crate::memory::{MemoryPress, card, finding};
use crate::press::{Finding, FindingKind, Severity};

fn cut_of(n: u64) -> (ItemId, CutHash) {
    let waiting = card(n, "").waiting;
    (waiting.item, waiting.cut)
}

struct Room {
    press: Arc<MemoryPress>,
    notes: Arc<MemoryNotes>,
    clock: Arc<ManualClock>,
    live: Live,
    folder: tempfile::TempDir,
    desk: Desk,
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_800_000_000 + second)
}

fn room(double_check_percent: u32, cards: u64) -> Room {
    let mut settings = reelpress_config::Settings::default();
    settings.console.double_check_percent = double_check_percent;
    let press = Arc::new(MemoryPress::default());
    (0..cards).for_each(|n| press.put(card(n, &format!("cut {n}"))));
    let (notes, clock) = (Arc::new(MemoryNotes::default()), Arc::new(ManualClock::at(at(0))));
    let (live, folder) = (Live::new(settings), tempfile::tempdir().unwrap());
    let desk = opened(&press, &notes, &clock, &live, &folder);
    Room { press, notes, clock, live, folder, desk }
}

fn opened(
    press: &Arc<MemoryPress>,
    notes: &Arc<MemoryNotes>,
    clock: &Arc<ManualClock>,
    live: &Live,
    folder: &tempfile::TempDir,
) -> Desk {
    let audit = Arc::new(Audit::open(folder.path(), at(0)).unwrap());
    Desk::open(press.clone(), notes.clone(), clock.clone(), live.clone(), audit)
}

impl Room {
    async fn say(&self, who: &str, n: u64, choice: Choice) -> Result<Choice, DeskError> {
        let (item, cut) = cut_of(n);
        self.desk.decide(&person(who), Said { item, cut, choice, note: "because".to_owned() }).await
    }

    async fn queue(&self, who: &str) -> Vec<String> {
        self.desk.queue(who).await.unwrap().into_iter().map(|row| row.waiting.title).collect()
    }

    fn killed_and_started(&mut self) {
        self.desk = opened(&self.press, &self.notes, &self.clock, &self.live, &self.folder);
    }

    async fn undo(&self, who: &str) -> Result<ItemId, DeskError> {
        let word = self.desk.undoable(who).await.map_or_else(|| "none".to_owned(), |undoable| undoable.word);
        self.desk.undo(&person(who), &word).await
    }
}

fn person(name: &str) -> Person {
    let role = if name == "olga" { Role::Operator } else { Role::Reviewer };
    Person { name: name.to_owned(), role, from: "127.0.0.1".to_owned() }
}

#[tokio::test]
async fn the_worst_come_first_and_among_equals_the_oldest() {
    let room = room(0, 3);
    let mut similar = card(7, "similar");
    similar.waiting.findings = vec![finding(FindingKind::Similar, "similar.frames")];
    let mut dull = card(8, "dull");
    dull.waiting.findings = vec![finding(FindingKind::Quality, "file.black")];
    room.press.put(dull);
    room.press.put(similar);
    assert_eq!(room.queue("ana").await, ["similar", "dull", "cut 0", "cut 1", "cut 2"]);
}

#[tokio::test]
async fn a_word_is_held_back_for_the_minute_and_then_given_once() {
    let room = room(0, 2);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    assert_eq!(room.queue("ana").await, ["cut 1"]);
    room.clock.set(at(59));
    room.desk.settle().await;
    assert_eq!(room.press.rulings(), []);
    room.clock.set(at(60));
    room.desk.settle().await;
    room.desk.settle().await;
    let rulings = room.press.rulings();
    assert_eq!(rulings.len(), 1);
    assert_eq!((rulings[0].by.as_str(), rulings[0].choice, rulings[0].at), ("ana", Choice::Approve, at(0)));
}

#[tokio::test]
async fn within_the_minute_it_is_undone_and_the_cut_waits_again() {
    let room = room(0, 1);
    room.say("ana", 0, Choice::Reject).await.unwrap();
    assert!(matches!(room.undo("bo").await, Err(DeskError::NothingToUndo)), "only one's own");
    room.clock.set(at(59));
    room.undo("ana").await.unwrap();
    room.clock.set(at(600));
    room.desk.settle().await;
    assert_eq!((room.press.rulings(), room.queue("ana").await), (vec![], vec!["cut 0".to_owned()]));
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.clock.set(at(660));
    assert!(matches!(room.undo("ana").await, Err(DeskError::NothingToUndo)), "the minute is over");
}

#[tokio::test]
async fn the_last_word_is_the_one_that_is_undone_even_within_one_tick_of_the_clock() {
    let mut room = room(0, 3);
    for n in [2, 0, 1] {
        room.say("ana", n, Choice::Approve).await.unwrap();
    }
    room.killed_and_started();
    for n in [1, 0, 2] {
        assert_eq!(room.undo("ana").await.unwrap(), cut_of(n).0);
    }
}

#[tokio::test]
async fn killed_at_any_time_a_word_is_neither_lost_nor_given_twice() {
    let mut room = room(0, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.killed_and_started();
    assert_eq!(room.queue("ana").await, Vec::<String>::new(), "it is still held back");
    room.clock.set(at(61));
    // The line has it, and the console dies before it could write that down.
    let note = room.notes.about(words::WORD).pop().unwrap();
    let (item, word) = (note.item, note.noted.read::<Word>(words::WORD).unwrap());
    let (cut, choice, by, note) = (word.cut, word.choice, word.by, word.note);
    room.press.rule(&Ruling { item, cut, choice, by, note, at: word.at }).await.unwrap();
    room.killed_and_started();
    room.desk.settle().await;
    room.killed_and_started();
    room.desk.settle().await;
    assert_eq!(room.press.rulings().len(), 1);
    let history = room.desk.history(None, 9).await;
    assert_eq!(history.iter().map(|past| past.how).collect::<Vec<_>>(), ["given"]);
}

#[tokio::test]
async fn a_press_that_cannot_take_it_gets_it_later() {
    let room = room(0, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.clock.set(at(61));
    room.press.set_broken(true);
    room.desk.settle().await;
    room.press.set_broken(false);
    assert_eq!(room.press.rulings(), []);
    room.desk.settle().await;
    assert_eq!(room.press.rulings().len(), 1);
}

#[tokio::test]
async fn a_new_render_voids_what_was_said_of_the_old_one() {
    let room = room(0, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    let mut again = card(0, "again");
    again.waiting.cut = card(99, "").waiting.cut;
    room.press.put(again);
    assert!(matches!(room.say("ana", 0, Choice::Approve).await, Err(DeskError::Stale)));
    room.clock.set(at(61));
    room.desk.settle().await;
    assert_eq!((room.press.rulings(), room.queue("ana").await), (vec![], vec!["again".to_owned()]));
}

#[tokio::test]
async fn two_people_never_judge_the_same_cut() {
    let room = room(0, 2);
    let one = room.desk.claim_next("ana", None).await.unwrap().unwrap();
    let two = room.desk.claim_next("bo", None).await.unwrap().unwrap();
    assert_ne!(one, two);
    assert_eq!(room.desk.claim_next("cyd", None).await.unwrap(), None);
    assert!(matches!(room.say("bo", 0, Choice::Approve).await, Err(DeskError::Claimed(by)) if by == "ana"));
    let (a, b) = tokio::join!(room.say("ana", 0, Choice::Approve), room.say("ana", 0, Choice::Reject));
    assert!(a.is_ok() != b.is_ok(), "one word counts");
    room.clock.set(at(10_000));
    assert!(matches!(room.say("bo", 0, Choice::Reject).await, Err(DeskError::Decided(by)) if by == "ana"));
}

#[tokio::test]
async fn what_screening_blocked_is_not_approved_and_a_no_needs_words() {
    let room = room(0, 0);
    let mut blocked = card(0, "blocked");
    blocked.waiting.findings = vec![Finding { severity: Severity::Block, ..finding(FindingKind::Policy, "x") }];
    room.press.put(blocked);
    assert!(matches!(room.say("ana", 0, Choice::Approve).await, Err(DeskError::Blocked)));
    let (item, cut) = cut_of(0);
    for note in [" \r\n ", "bell \u{7}", &"x".repeat(NOTE_MAX + 1)] {
        let said = Said { item, cut: cut.clone(), choice: Choice::Reject, note: note.to_owned() };
        assert!(matches!(room.desk.decide(&person("ana"), said).await, Err(DeskError::Note(_))), "{note:?}");
    }
    room.say("ana", 0, Choice::Reject).await.unwrap();
}

#[tokio::test]
async fn of_two_who_agree_the_second_decides() {
    let mut room = room(100, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.clock.set(at(500));
    room.desk.settle().await;
    assert_eq!(room.press.rulings(), [], "one of two is not enough");
    assert!(matches!(room.say("ana", 0, Choice::Approve).await, Err(DeskError::NeedsAnother)));
    assert_eq!((room.queue("ana").await.len(), room.queue("bo").await.len()), (0, 1));
    room.say("bo", 0, Choice::Approve).await.unwrap();
    room.killed_and_started();
    room.clock.set(at(600));
    room.desk.settle().await;
    assert_eq!(room.press.rulings().len(), 1);
    for _ in 0..2 {
        let (people, pairs, _) = room.desk.people().await;
        assert_eq!((pairs.n(), pairs.both_approve), (1, 1));
        assert_eq!(
            people.iter().map(|(name, tally)| (name.as_str(), tally.approved)).collect::<Vec<_>>(),
            [("ana", 1), ("bo", 1)]
        );
        room.killed_and_started();
    }
}

#[tokio::test]
async fn where_two_do_not_agree_a_third_decides_and_it_counts_as_that() {
    let room = room(100, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.say("bo", 0, Choice::Reject).await.unwrap();
    let rows = room.desk.queue("cyd").await.unwrap();
    assert_eq!(
        rows[0].disputed.iter().map(|(by, choice, _)| (by.as_str(), *choice)).collect::<Vec<_>>(),
        [("ana", Choice::Approve), ("bo", Choice::Reject)]
    );
    assert!(matches!(room.say("bo", 0, Choice::Reject).await, Err(DeskError::NeedsAnother)));
    room.say("cyd", 0, Choice::Reject).await.unwrap();
    room.clock.set(at(61));
    room.desk.settle().await;
    assert_eq!(room.press.rulings().iter().map(|ruling| ruling.by.as_str()).collect::<Vec<_>>(), ["cyd"]);
    let (_, pairs, by_pair) = room.desk.people().await;
    assert_eq!((pairs.n(), pairs.first_only, by_pair.len()), (1, 1, 1));
}

#[tokio::test]
async fn an_operator_may_end_a_dispute_of_their_own() {
    let room = room(100, 1);
    room.say("olga", 0, Choice::Approve).await.unwrap();
    room.say("bo", 0, Choice::Reject).await.unwrap();
    room.say("olga", 0, Choice::Reject).await.unwrap();
    room.clock.set(at(61));
    room.desk.settle().await;
    assert_eq!(room.press.rulings().len(), 1);
}

#[tokio::test]
async fn in_bulk_only_what_is_safe_is_approved() {
    let room = room(0, 2);
    let mut similar = card(2, "similar");
    similar.waiting.findings = vec![finding(FindingKind::Similar, "similar.frames")];
    room.press.put(similar);
    let cuts = (0..4).map(cut_of).collect();
    let done = room.desk.approve_all(&person("ana"), cuts).await;
    assert_eq!(done.iter().map(|(_, result)| result.is_ok()).collect::<Vec<_>>(), [true, true, false, false]);
    assert_eq!(room.queue("ana").await, ["similar"]);
}

#[tokio::test]
async fn words_about_what_went_on_another_way_end() {
    let room = room(100, 1);
    room.say("ana", 0, Choice::Approve).await.unwrap();
    room.press.remove(cut_of(0).0);
    room.clock.set(at(61));
    room.desk.settle().await;
    assert_eq!(room.desk.history(Some("ana"), 9).await[0].how, "overtaken");
}

#[tokio::test]
async fn every_word_is_in_the_audit_record_before_it_counts() {
    let room = room(0, 1);
    room.say("ana", 0, Choice::Reject).await.unwrap();
    room.undo("ana").await.unwrap();
    let (entries, damaged) = room.desk.audit();
    assert_eq!(entries.iter().rev().map(|entry| entry.what.as_str()).collect::<Vec<_>>(), ["reject", "undo"]);
    assert_eq!((entries[1].note.as_str(), entries[1].from.as_str(), damaged.len()), ("because", "127.0.0.1", 0));
}
