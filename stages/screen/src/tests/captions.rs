use std::sync::Arc;

use reelpress_core::Notes;
use reelpress_core::testing::MemoryNotes;
use reelpress_vocabulary::{Assembled, ScriptDraft};

use super::{Bench, assembled, draft, found, good_facts, settings};
use crate::SCREEN_CAPTION;

/// Another text under the same caption.
fn cut(account: &str, scene: &str, topic: &str, variant: u32) -> Assembled {
    let mut draft = ScriptDraft { ..draft() };
    scene.clone_into(&mut draft.scenes[0].narration);
    let mut cut = assembled(&draft, account, scene.as_bytes());
    let brief = &mut cut.voiced.scripted.brief;
    topic.clone_into(&mut brief.topic.id);
    brief.variant = variant;
    cut
}

#[tokio::test]
async fn a_caption_is_not_used_twice_on_one_account_not_even_after_a_restart() {
    let notes = Arc::new(MemoryNotes::default());
    let bench = || Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    let (one, two) = (bench(), bench());
    assert!(found(&one.screen(1, &cut("main", "One.", "a", 0), b"One.").await).is_empty());
    assert!(found(&one.screen(2, &cut("other", "Two.", "b", 0), b"Two.").await).is_empty(), "another account's");
    for (bench, number) in [(&one, 3), (&two, 4)] {
        let text = format!("Number {number}.");
        let step = bench.screen(number, &cut("main", &text, "c", 0), text.as_bytes()).await;
        assert_eq!(found(&step), ["spam@1/repeated-caption"]);
    }
}

#[tokio::test]
async fn an_item_does_not_repeat_itself_and_hooks_of_one_topic_share_their_caption() {
    let notes = Arc::new(MemoryNotes::default());
    let bench = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    for _ in 0..2 {
        assert!(found(&bench.screen(1, &cut("main", "One.", "a", 0), b"One.").await).is_empty());
    }
    assert_eq!(notes.about(SCREEN_CAPTION).len(), 1, "written once");
    assert!(found(&bench.screen(2, &cut("main", "Two.", "a", 1), b"Two.").await).is_empty());
}

#[tokio::test]
async fn a_cut_that_was_blocked_does_not_use_its_caption_up() {
    let notes = Arc::new(MemoryNotes::default());
    let bench = Bench::with(settings(), notes.clone(), || Ok(good_facts()));
    let blocked = cut("main", "Kill yourself.", "a", 0);
    assert_eq!(found(&bench.screen(1, &blocked, b"Kill yourself.").await), ["brand-safety@2/threat"]);
    assert!(found(&bench.screen(2, &cut("main", "Two.", "b", 0), b"Two.").await).is_empty());
}
