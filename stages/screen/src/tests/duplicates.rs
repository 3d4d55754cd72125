use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use reelpress_core::testing::MemoryNotes;
use reelpress_core::{Durability, Fault, ItemId, JournalError, Note, Noted, Notes, Remedy, Step};
use reelpress_vocabulary::{Assembled, ScriptDraft};

use super::{Bench, assembled, draft, found, good_facts, item, settings};
use crate::{FileFacts, SCREEN_HASH};

fn another() -> ScriptDraft {
    let mut draft = draft();
    draft.scenes[0].narration = "Each cable has a length of its own.".to_owned();
    draft.caption = "Why no cable hums like its neighbour.".to_owned();
    draft
}

fn cut(draft: &ScriptDraft, account: &str, file: &[u8]) -> (Assembled, Vec<u8>) {
    (assembled(draft, account, file), file.to_vec())
}

async fn rules(bench: &Bench, number: u128, (cut, file): &(Assembled, Vec<u8>)) -> Vec<String> {
    found(&bench.screen(number, cut, file).await)
}

#[tokio::test]
async fn the_same_file_or_the_same_words_on_one_account_are_blocked() {
    let bench = Bench::new();
    assert!(rules(&bench, 1, &cut(&draft(), "main", b"one")).await.is_empty());
    assert_eq!(rules(&bench, 2, &cut(&another(), "other", b"one")).await, ["duplicate.exact"], "the file");
    assert_eq!(rules(&bench, 3, &cut(&draft(), "main", b"two")).await, ["duplicate.exact"], "the words");
    assert_eq!(rules(&bench, 4, &cut(&draft(), "main", b"one")).await, ["duplicate.exact", "duplicate.exact"], "both");
    assert!(rules(&bench, 5, &cut(&draft(), "other", b"three")).await.is_empty(), "the words on another account");
    assert!(rules(&bench, 6, &cut(&another(), "main", b"four")).await.is_empty(), "other words");
}

#[tokio::test]
async fn blanks_capitals_and_invisible_characters_do_not_make_other_words() {
    let bench = Bench::new();
    assert!(rules(&bench, 1, &cut(&draft(), "main", b"one")).await.is_empty());
    let mut same = draft();
    same.scenes[0].narration = " Cables  SWING at\u{200b} their own pitch. ".to_owned();
    same.caption = "Another caption.".to_owned();
    assert_eq!(rules(&bench, 2, &cut(&same, "main", b"two")).await, ["duplicate.exact"]);
}

#[tokio::test]
async fn the_other_item_is_named() {
    let bench = Bench::new();
    let (first, file) = cut(&draft(), "main", b"one");
    bench.screen(1, &first, &file).await;
    let Step::Reject(reason) = bench.screen(2, &first, &file).await else { panic!() };
    let message = reason.message.replace(&item(1).to_string(), "FIRST");
    insta::assert_snapshot!(message, @"duplicate.exact: the very same file was screened before, for item FIRST (FIRST); duplicate.exact: the very same text was screened before on this account, for item FIRST (FIRST)");
}

#[tokio::test]
async fn an_item_is_not_its_own_duplicate_and_notes_itself_once() {
    let notes = Arc::new(MemoryNotes::default());
    let bench = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    for _ in 0..3 {
        assert!(rules(&bench, 1, &cut(&draft(), "main", b"one")).await.is_empty());
    }
    assert_eq!(notes.about(SCREEN_HASH).len(), 1);
}

#[tokio::test]
async fn what_was_screened_is_remembered_over_a_restart() {
    let notes = Arc::new(MemoryNotes::default());
    let before = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    assert!(rules(&before, 1, &cut(&draft(), "main", b"one")).await.is_empty());
    // What another version wrote must not keep the rest from being read.
    let strange = Noted { topic: SCREEN_HASH.to_owned(), body: b"?".to_vec() };
    notes.note(item(9), strange, Durability::Flushed).await.unwrap();
    let after = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    assert!(rules(&after, 1, &cut(&draft(), "main", b"one")).await.is_empty(), "the same item again");
    assert_eq!(rules(&after, 2, &cut(&draft(), "main", b"two")).await, ["duplicate.exact"]);
    assert_eq!(rules(&after, 3, &cut(&another(), "main", b"one")).await, ["duplicate.exact"]);
}

#[tokio::test]
async fn a_cut_that_was_blocked_does_not_keep_its_words_from_others() {
    let is_broken = Arc::new(AtomicBool::new(true));
    let moov_first = is_broken.clone();
    let bench =
        Bench::telling(move || Ok(FileFacts { moov_first: !moov_first.load(Ordering::SeqCst), ..good_facts() }));
    assert_eq!(rules(&bench, 1, &cut(&draft(), "main", b"one")).await, ["file.moov"]);
    is_broken.store(false, Ordering::SeqCst);
    assert!(rules(&bench, 2, &cut(&draft(), "main", b"two")).await.is_empty());
    assert_eq!(rules(&bench, 1, &cut(&draft(), "main", b"one")).await, ["duplicate.exact"], "now they are taken");
}

/// Fails to write while it is told to.
struct Full(MemoryNotes, AtomicBool);

#[async_trait]
impl Notes for Full {
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError> {
        if self.1.load(Ordering::SeqCst) {
            return Err(JournalError::Full { path: "journal".to_owned() });
        }
        self.0.note(item, noted, durability).await
    }
    fn about(&self, topic: &str) -> Vec<Note> {
        self.0.about(topic)
    }
    fn of(&self, item: ItemId) -> Vec<Note> {
        self.0.of(item)
    }
}

#[tokio::test]
async fn a_claim_that_could_not_be_written_is_nobodys() {
    let notes = Arc::new(Full(MemoryNotes::default(), AtomicBool::new(true)));
    let bench = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    let (first, file) = cut(&draft(), "main", b"one");
    let error = bench.try_screen(1, &first, &file).await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "journal"));
    notes.1.store(false, Ordering::SeqCst);
    assert!(rules(&bench, 2, &cut(&draft(), "main", b"one")).await.is_empty());
}

#[tokio::test]
async fn of_two_at_the_same_time_one_is_first() {
    let bench = Bench::new();
    let (one, other) = (cut(&draft(), "main", b"one"), cut(&draft(), "main", b"two"));
    let (one, other) = tokio::join!(rules(&bench, 1, &one), rules(&bench, 2, &other));
    assert_eq!(one.len() + other.len(), 1, "{one:?} {other:?}");
}
