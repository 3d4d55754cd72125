use std::sync::Arc;

use reelpress_core::testing::{ManualClock, MemoryJournal};
use reelpress_core::{Durability, ItemId, Journal as _, Noted, Origin, Reason, StageName};
use reelpress_vocabulary::Assembled;
use reelpress_vocabulary::testing::{assembled, draft, media_file};
use serde_json::json;

use super::*;

const HASH: &str = "5d41402abc4b2a76b9719d911017c592";

/// A cut whose second and third beat show this file, and whose music is it.
fn with(file: &str) -> Assembled {
    let mut assembled = assembled(&draft(), "main", file.as_bytes());
    let provenance = &mut assembled.cut.provenance;
    provenance.pictures[1] = Picture::File(media_file(file, HASH));
    provenance.pictures[2] = Picture::File(media_file(file, HASH));
    provenance.others.push(MediaFile { kind: MediaKind::Music, ..media_file("bed.ogg", "00ff00ff00ff") });
    assembled
}

fn created(number: u8) -> Entry {
    Entry::Created { origin: Origin::of(&[&number.to_string()]), input: b"{}".to_vec() }
}

fn passed(stage: &'static str, output: &impl Serialize) -> Entry {
    Entry::Passed { stage: StageName::new(stage), output: serde_json::to_vec(output).unwrap(), reused: false }
}

fn ended() -> Entry {
    Entry::Rejected { stage: StageName::new("review"), reason: Reason::new("dull", "dull") }
}

async fn book(lives: Vec<Vec<Entry>>) -> Book {
    let journal = Arc::new(MemoryJournal::default());
    for (number, life) in lives.into_iter().enumerate() {
        let id = ItemId::from_parts(number as u64 + 1, 7);
        journal.append(life.into_iter().map(|entry| (id, entry)).collect(), Durability::Flushed).await.unwrap();
    }
    let clock = Arc::new(ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
    Book::open(journal, clock).unwrap().0
}

fn told(book: &Book, wanted: &str) -> Vec<String> {
    let uses = of(book, wanted).unwrap();
    uses.iter().map(|one| format!("{} {} {:?} post `{}`", one.status, one.file, one.beats, one.post)).collect()
}

#[tokio::test]
async fn a_file_is_found_wherever_its_item_is() {
    let screened = json!({ "assembled": with("sea/moon.png"), "verdict": {} });
    let approved = json!({ "screened": screened, "approval": {} });
    let delivered = json!({ "scheduled": { "approved": approved, "slot": {} }, "post": {} });
    let book = book(vec![
        vec![created(1), passed("assemble", &with("sea/moon.png"))],
        vec![created(2), passed("assemble", &with("moon.png")), passed("screen", &screened)],
        vec![created(3), passed("review", &approved), ended()],
        vec![created(4), passed("deliver", &delivered), Entry::Finished],
        vec![created(5), passed("script", &json!({ "brief": {} }))],
        vec![created(6), passed("assemble", &with("other.png"))],
    ])
    .await;
    let all = told(&book, "sea/moon.png");
    let statuses = ["running", "running", "rejected", "finished"];
    assert_eq!(all, statuses.map(|status| format!("{status} sea/moon.png [1, 2] post ``")));
    assert_eq!(told(&book, "s3://studio/lib/sea/moon.png"), all);
    assert_eq!(told(&book, "bed.ogg").len(), 5, "sounds too");
    assert_eq!(told(&book, &HASH[..8]).len(), 5, "by what was in it");
    assert_eq!(told(&book, &HASH[..7]), [""; 0], "too short to be sure");
    assert_eq!(told(&book, "moon.png"), [""; 0], "another file, and replaced before the cut was screened");
    let uses = of(&book, "sea/moon.png").unwrap();
    assert_eq!((uses[0].title.as_str(), uses[0].account.as_str()), ("Why bridges hum", "main"));
    assert_eq!((uses[0].cut.len(), uses[0].hash.as_str()), (64, HASH));
}

#[tokio::test]
async fn a_post_is_known_after_the_journal_dropped_its_cut() {
    let media = [media_file("sea/moon.png", HASH)];
    let note = |media: &[MediaFile]| {
        let done = json!({ "handle": "main/2026-moon", "hash": "ab", "devices": [], "media": media });
        Entry::Noted(Noted::new(POST_DONE, &done))
    };
    // As compaction leaves it: who passed it, and no output.
    let slim = || Entry::Passed { stage: StageName::new("deliver"), output: Vec::new(), reused: false };
    let life = |number, media: &[MediaFile]| vec![created(number), note(media), slim(), Entry::Finished];
    let book = book(vec![life(1, &media), life(2, &[])]).await;
    assert_eq!(told(&book, "sea/moon.png"), ["finished sea/moon.png [] post `main/2026-moon`"]);
    assert_eq!(of(&book, "sea/moon.png").unwrap()[0].cut, "ab");
}
