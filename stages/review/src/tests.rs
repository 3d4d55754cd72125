use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use reelpress_config::{Live, Settings};
use reelpress_core::testing::{ManualClock, MemoryNotes};
use reelpress_core::{Durability, Fault, ItemId, Job, Noted, Notes, Reason, Remedy, Stage, Step};
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Approval, Finding, Screened, Severity, Verdict};

use crate::{DECISION, Review, ReviewError, Ruling, decide, waiting};

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn item(number: u128) -> ItemId {
    ItemId::from_parts(1, number)
}

fn finding(rule: &str, severity: Severity) -> Finding {
    let (message, evidence) = ("was found".to_owned(), "caption".to_owned());
    Finding { rule: rule.to_owned(), severity, message, evidence, ..Finding::default() }
}

fn screened(file: &[u8], findings: &[Finding]) -> Screened {
    let verdict = Verdict { findings: findings.to_vec(), policy: "p".to_owned() };
    Screened { assembled: assembled(&draft(), "main", file), verdict }
}

fn with_policy(auto_approve: bool, sample_percent: u32) -> Settings {
    Settings { review: reelpress_config::Review { auto_approve, sample_percent }, ..Settings::default() }
}

struct Desk {
    stage: Review,
    notes: Arc<MemoryNotes>,
}

impl Desk {
    fn new(settings: Settings) -> Self {
        let notes = Arc::new(MemoryNotes::default());
        let stage = Review::new(Live::new(settings), notes.clone(), Arc::new(ManualClock::at(now())));
        Self { stage, notes }
    }

    async fn try_review(&self, item: ItemId, screened: &Screened) -> Result<Step<Approval>, ReviewError> {
        let settings = self.stage.settings();
        self.stage.process(&settings, &Job::detached(item), screened).await
    }

    async fn review(&self, item: ItemId, screened: &Screened) -> Step<Approval> {
        self.try_review(item, screened).await.unwrap()
    }

    async fn note(&self, item: ItemId, noted: Noted) {
        self.notes.note(item, noted, Durability::Synced).await.unwrap();
    }
}

fn ruling(approve: bool, screened: &Screened) -> Ruling<'_> {
    Ruling { by: "Ada", approve, note: "looked twice", cut_hash: &screened.assembled.cut.hash }
}

fn hold(step: Step<Approval>) -> Reason {
    let Step::Hold(reason) = step else { panic!("not held: {step:?}") };
    reason
}

#[tokio::test]
async fn a_clean_cut_goes_on_by_policy_and_says_so() {
    let clean = screened(b"a", &[finding("link.caption", Severity::Note)]);
    let Step::Next(approval) = Desk::new(with_policy(true, 0)).review(item(1), &clean).await else { panic!() };
    assert_eq!((approval.by, approval.at), (None, now()));
    assert_eq!(approval.cut_hash, clean.assembled.cut.hash);
    insta::assert_snapshot!(approval.note, @"policy: clean verdict, not in the sample of 0 %");
}

#[tokio::test]
async fn what_must_be_looked_at_waits_and_names_the_rules() {
    let held = screened(
        b"a",
        &[
            finding("x.one", Severity::Hold),
            finding("x.note", Severity::Note),
            finding("x.one", Severity::Hold),
            finding("x.two", Severity::Hold),
        ],
    );
    let reason = hold(Desk::new(with_policy(true, 0)).review(item(1), &held).await);
    assert_eq!(reason.kind, "needs_review");
    assert!(reason.message.ends_with(": x.one, x.two"), "{reason}");
    let clean = screened(b"a", &[]);
    let reason = hold(Desk::new(with_policy(false, 0)).review(item(1), &clean).await);
    assert_eq!(reason.kind, "needs_review");
    assert!(reason.message.contains("`auto_approve` is off"), "{reason}");
    let reason = hold(Desk::new(with_policy(true, 100)).review(item(1), &clean).await);
    assert_eq!(reason.kind, "sampled");
}

#[tokio::test]
async fn a_decision_lets_the_very_cut_go_and_no_other() {
    let desk = Desk::new(with_policy(false, 0));
    let (first, second) = (screened(b"first", &[]), screened(b"second", &[]));
    desk.note(item(1), decide(&first, &ruling(true, &first), now()).unwrap()).await;
    let Step::Next(approval) = desk.review(item(1), &first).await else { panic!() };
    assert_eq!((approval.by.as_deref(), approval.note.as_str()), (Some("Ada"), "looked twice"));
    assert_eq!(approval.cut_hash, first.assembled.cut.hash);
    let reason = hold(desk.review(item(1), &second).await);
    let ending = format!("; the decision of Ada was about cut {}", first.assembled.cut.hash);
    assert!(reason.message.ends_with(&ending), "{reason}");
    assert!(!hold(desk.review(item(2), &first).await).message.contains("Ada"), "another item's decision is not ours");
}

#[tokio::test]
async fn the_last_word_on_a_cut_counts() {
    let desk = Desk::new(with_policy(true, 0));
    let held = screened(b"a", &[finding("x", Severity::Hold)]);
    desk.note(item(1), decide(&held, &ruling(true, &held), now()).unwrap()).await;
    desk.note(item(1), decide(&held, &ruling(false, &held), now()).unwrap()).await;
    let Step::Reject(reason) = desk.review(item(1), &held).await else { panic!() };
    insta::assert_snapshot!(reason, @"Ada rejected it: looked twice (rejected_by_reviewer)");
    let other = screened(b"b", &[]);
    desk.note(item(1), decide(&other, &ruling(true, &other), now()).unwrap()).await;
    assert!(
        matches!(desk.review(item(1), &held).await, Step::Reject(_)),
        "a later word on another cut changes nothing"
    );
}

#[tokio::test]
async fn a_person_rejects_what_the_policy_would_let_through() {
    let desk = Desk::new(with_policy(true, 0));
    let clean = screened(b"a", &[]);
    desk.note(item(1), decide(&clean, &ruling(false, &clean), now()).unwrap()).await;
    assert!(matches!(desk.review(item(1), &clean).await, Step::Reject(_)));
}

#[tokio::test]
async fn what_screening_blocked_nobody_can_approve() {
    let blocked = screened(b"a", &[finding("x.block", Severity::Block)]);
    let error = decide(&blocked, &ruling(true, &blocked), now()).unwrap_err();
    assert!(matches!(&error, ReviewError::Blocked { rules, .. } if rules == "x.block"), "{error}");
    decide(&blocked, &ruling(false, &blocked), now()).unwrap();
    let desk = Desk::new(with_policy(true, 0));
    // A decision that was made while the verdict was another one.
    let held = screened(b"a", &[]);
    desk.note(item(1), decide(&held, &ruling(true, &held), now()).unwrap()).await;
    let Step::Reject(reason) = desk.review(item(1), &blocked).await else { panic!() };
    assert_eq!(reason.kind, "blocked");
}

#[test]
fn a_decision_is_refused_with_the_reason() {
    let cut = screened(b"a", &[]);
    let hash = cut.assembled.cut.hash.as_str();
    let long = "x".repeat(101);
    for (by, approve, note, cut_hash, kind, text) in [
        ("", true, "", hash, "decision_field", "reviewer of the decision is empty"),
        ("  ", true, "", hash, "decision_field", "reviewer of the decision is empty"),
        (long.as_str(), true, "", hash, "decision_field", "reviewer of the decision has 101 characters, more than 100"),
        (
            "Ada\u{1b}[2J",
            true,
            "",
            hash,
            "decision_field",
            "reviewer of the decision holds the control character '\\u{1b}'",
        ),
        ("Ada", false, " ", hash, "decision_field", "note of the decision is empty"),
        ("Ada", true, "", "12ab", "stale_hash", "decision is about cut 12ab, but the one that waits is "),
        ("Ada", true, "", "", "stale_hash", "decision is about cut , but the one that waits is "),
    ] {
        let error = decide(&cut, &Ruling { by, approve, note, cut_hash }, now()).unwrap_err();
        assert_eq!((error.kind(), error.remedy()), (kind, Remedy::GiveUp));
        assert!(error.to_string().starts_with(text), "{error}");
    }
    assert_eq!(decide(&cut, &ruling(true, &cut), now()).unwrap().topic, DECISION);
}

#[tokio::test]
async fn a_cut_without_a_hash_is_never_approved() {
    let mut cut = screened(b"a", &[]);
    for hash in ["", "abc", &"g".repeat(64), &"A".repeat(64)] {
        cut.assembled.cut.hash = hash.to_owned();
        let error = Desk::new(with_policy(true, 0)).try_review(item(1), &cut).await.unwrap_err();
        assert_eq!(error, ReviewError::NoHash { hash: hash.to_owned() });
        assert_eq!(decide(&cut, &ruling(true, &cut), now()).unwrap_err(), error);
    }
}

#[tokio::test]
async fn a_decision_that_cannot_be_read_stops_the_item_and_does_not_let_it_pass() {
    let desk = Desk::new(with_policy(true, 0));
    desk.note(item(1), Noted { topic: DECISION.to_owned(), body: b"{\"by\":1}".to_vec() }).await;
    let error = desk.try_review(item(1), &screened(b"a", &[])).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("decision_unreadable", Remedy::GiveUp));
}

#[tokio::test]
async fn the_sample_has_its_share_and_always_the_same_members() {
    const ITEMS: u128 = 10_000;
    for percent in [0_usize, 1, 10, 50, 99, 100] {
        let desk = Desk::new(with_policy(true, percent as u32));
        let cut = screened(b"a", &[]);
        let mut sampled = BTreeSet::new();
        for number in 0..ITEMS {
            if let Step::Hold(reason) = desk.review(item(number), &cut).await {
                assert_eq!(reason.kind, "sampled");
                sampled.insert(number);
            }
        }
        let expected = percent * 100;
        // Four standard deviations of a binomial share; none at all at 0 and 100 %.
        let tolerance = 4 * (expected * (100 - percent) / 100).isqrt();
        assert!(sampled.len().abs_diff(expected) <= tolerance, "{percent} %: {} of {ITEMS}", sampled.len());
        for number in sampled.iter().take(20) {
            hold(desk.review(item(*number), &cut).await);
        }
    }
}

#[test]
fn a_card_shows_all_that_is_decided_on() {
    let mut cut = screened(b"a", &[finding("text.x", Severity::Hold), finding("link.caption", Severity::Note)]);
    cut.assembled.cut.hash = "c0ffee".repeat(10) + "abcd";
    let key = |text| reelpress_core::ArtifactKey::parse(text).unwrap();
    (cut.assembled.cut.video, cut.assembled.cut.poster) = (key("assemble/cut.mp4"), key("assemble/poster.png"));
    insta::assert_snapshot!(waiting(&cut), @r"
    title    Why bridges hum
    account  main (science)
    length   20.000 s
    video    assemble/cut.mp4
    poster   assemble/poster.png
    cut      c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeeabcd
    script
      Some bridges hum in the wind. [Humming bridges]
      Cables swing at their own pitch. [Cables sing]
      The deck answers like a drum.
      Engineers listen to that sound with small microphones, because another tone is the first sign of a loose cable or a worn joint.
      Follow along for the next one.
    caption  A short look at adorable, humming bridges. #bridges #adorable
    verdict  hold
      hold  text.x: was found (caption)
      note  link.caption: was found (caption)
    ");
}

#[test]
fn a_card_does_not_command_the_terminal() {
    let mut draft = draft();
    draft.title = "red \u{1b}[31m and \u{202e}turned".to_owned();
    let cut = Screened { assembled: assembled(&draft, "main", b"a"), ..screened(b"a", &[]) };
    let text = waiting(&cut).to_string();
    assert!(text.starts_with("title    red ?[31m and ?turned\n"), "{text:?}");
}

#[derive(Debug, Clone)]
struct Said {
    item: u128,
    approve: bool,
    file: u8,
}

prop_compose! {
    fn any_said()(item in 0_u128..3, approve in any::<bool>(), file in 0_u8..3) -> Said {
        Said { item, approve, file }
    }
}

proptest! {
    /// An approval has exactly two possible causes: the policy lets a clean cut through that is not in the sample, or
    /// the last decision on this item and this very hash says so. And a block is never approved.
    #[test]
    fn nothing_is_approved_without_a_cause(
        said in prop::collection::vec(any_said(), 0..8),
        auto_approve in any::<bool>(),
        sample_percent in prop::sample::select(vec![0_u32, 50, 100]),
        severity in prop::sample::select(vec![None, Some(Severity::Note), Some(Severity::Hold), Some(Severity::Block)]),
        file in 0_u8..3,
    ) {
        let findings = severity.map(|severity| finding("x", severity)).into_iter().collect::<Vec<_>>();
        let cut = screened(&[file], &findings);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let step = runtime.block_on(async {
            let desk = Desk::new(with_policy(auto_approve, sample_percent));
            for word in &said {
                let seen = screened(&[word.file], &[]);
                desk.note(item(word.item), decide(&seen, &ruling(word.approve, &seen), now()).unwrap()).await;
            }
            desk.review(item(0), &cut).await
        });
        let last_word = said.iter().rev().find(|word| word.item == 0 && word.file == file).map(|word| word.approve);
        let clean = matches!(severity, None | Some(Severity::Note));
        match step {
            Step::Next(approval) => {
                prop_assert_eq!(&approval.cut_hash, &cut.assembled.cut.hash);
                prop_assert!(severity != Some(Severity::Block));
                match approval.by {
                    Some(_) => prop_assert_eq!(last_word, Some(true)),
                    None => prop_assert!(auto_approve && clean && sample_percent < 100 && last_word.is_none()),
                }
            }
            Step::Reject(_) => prop_assert!(severity == Some(Severity::Block) || last_word == Some(false)),
            Step::Hold(_) => prop_assert!(last_word.is_none() && (!auto_approve || !clean || sample_percent > 0)),
            Step::Later(_) => prop_assert!(false, "review never asks to come back"),
        }
    }
}
