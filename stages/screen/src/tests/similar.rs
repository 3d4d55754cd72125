//! Likeness to earlier cuts, with the real archive. A file of these tests is a list of shots: `1 2 3` shows three, a
//! second each; what is behind a `|` makes it another file and is not seen.

use std::collections::BTreeSet;
use std::sync::Mutex;

use reelpress_archive::Archive;
use reelpress_config::{Similar, SimilarScope};
use reelpress_core::ItemId;
use reelpress_similar::plane::Luma;
use reelpress_similar::prints::Prints;
use reelpress_vocabulary::testing::media_file;
use reelpress_vocabulary::{Finding, Picture, ScriptDraft, Span};

use super::*;
use crate::{SCREEN_SIMILAR, Standing};

const SIDE: usize = 96;
const RATE: u32 = 12;
/// A day, in milliseconds.
const DAY: u64 = 86_400_000;

/// The prints of a file that shows these shots.
pub(super) fn seen(mut order: PrintOrder, shots: &str) -> Prints {
    let shots = shots.split('|').next().unwrap_or_default().split_whitespace();
    let frames = shots.flat_map(|shot| (0..RATE).map(move |frame| (shot, frame)));
    for (at, (shot, frame)) in frames.enumerate() {
        let pixels = pixels(shot, frame);
        let luma = Luma::new(&pixels, SIDE, SIDE, SIDE).unwrap();
        order.builder.push_frame(at as u32 * 1_000 / RATE, &luma, &[]).unwrap();
    }
    order.builder.finish()
}

/// Patches of grey, other ones for each shot, that drift a little from frame to frame.
fn pixels(shot: &str, frame: u32) -> Vec<u8> {
    const PATCHES: usize = 12;
    let dice = blake3::Hasher::new().update(shot.as_bytes()).finalize_xof();
    let mut grid = [0_u8; (PATCHES + 1) * (PATCHES + 1)];
    { dice }.fill(&mut grid);
    let size = SIDE / PATCHES;
    let patch = |x: usize, y: usize| grid[(y / size) * (PATCHES + 1) + (x + frame as usize / 3) / size];
    (0..SIDE * SIDE).map(|at| patch(at % SIDE, at / SIDE)).collect()
}

/// Items that a person rejected.
#[derive(Default)]
struct Withdrawn(Mutex<BTreeSet<ItemId>>);

impl Standing for Withdrawn {
    fn is_withdrawn(&self, item: ItemId) -> bool {
        self.0.lock().unwrap().contains(&item)
    }
}

/// A bench whose stage has an archive.
struct Shelf {
    bench: Bench,
    archive: Arc<Archive>,
    withdrawn: Arc<Withdrawn>,
    notes: Arc<MemoryNotes>,
    _folder: tempfile::TempDir,
}

impl Shelf {
    fn new(similar: Similar) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Arc::new(Archive::open(folder.path()).unwrap());
        let (withdrawn, notes) = (Arc::new(Withdrawn::default()), Arc::new(MemoryNotes::default()));
        let mut settings = settings();
        settings.screen.similar = similar;
        let mut bench = Bench::with(settings, notes.clone(), || Ok(good_facts()));
        bench.stage = bench.stage.comparing(archive.clone(), withdrawn.clone());
        Self { bench, archive, withdrawn, notes, _folder: folder }
    }

    async fn screen(&self, item: ItemId, cut: &Assembled, shots: &str) -> Step<Verdict> {
        self.bench.artifacts.put(&cut.cut.video, shots.as_bytes().to_vec().into()).await.unwrap();
        let settings = self.bench.stage.settings();
        self.bench.stage.process(&settings, &Job::detached(item), cut).await.unwrap()
    }

    /// What is found of the archive's rules; `None` if the cut was rejected.
    async fn similar(&self, number: u128, cut: &Assembled, shots: &str) -> Option<Vec<Finding>> {
        match self.screen(item(number), cut, shots).await {
            Step::Next(verdict) => {
                Some(verdict.findings.into_iter().filter(|finding| finding.rule.starts_with("similar.")).collect())
            }
            Step::Reject(_) => None,
            step @ (Step::Hold(_) | Step::Later(_)) => panic!("{step:?}"),
        }
    }
}

fn rules(findings: &[Finding]) -> Vec<(&str, Severity)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.severity)).collect()
}

/// A script about something else for each number; enough words to be compared, none in common with the others.
fn about(number: u32) -> ScriptDraft {
    let words = |beat: u32| {
        let hash = blake3::hash(&[number.to_le_bytes(), beat.to_le_bytes()].concat());
        let letters = |bytes: &[u8]| bytes.iter().map(|byte| char::from(b'a' + byte % 26)).collect::<String>();
        hash.as_bytes().chunks(6).map(letters).collect::<Vec<_>>().join(" ")
    };
    let mut draft = draft();
    draft.title = format!("Subject {number}");
    draft.caption = format!("Caption {}", words(100));
    draft.hook.narration = words(0);
    for (beat, scene) in (1..).zip(&mut draft.scenes) {
        scene.narration = words(beat);
    }
    draft
}

/// A cut about a subject of its own, that shows these shots.
fn cut(number: u32, account: &str, shots: &str) -> Assembled {
    let mut cut = assembled(&about(number), account, shots.as_bytes());
    cut.voiced.scripted.brief.topic.id = format!("topic-{number}");
    for (at, span) in (0_u64..).zip(&mut cut.cut.scenes) {
        *span = Span { start_ms: at * 4_000, end_ms: (at + 1) * 4_000 };
    }
    cut
}

/// The same, whose first beats show these pictures of the library.
fn shown(mut cut: Assembled, pictures: &[&str]) -> Assembled {
    for (picture, name) in cut.cut.provenance.pictures.iter_mut().zip(pictures) {
        *picture = Picture::File(media_file(name, blake3::hash(name.as_bytes()).to_hex().as_str()));
    }
    cut
}

const TEN: &str = "1 2 3 4 5 6 7 8 9 10";

#[tokio::test]
async fn cuts_that_have_nothing_in_common_pass_and_are_remembered() {
    let shelf = Shelf::new(Similar::default());
    assert_eq!(shelf.similar(1, &cut(1, "main", TEN), TEN).await, Some(vec![]));
    let others = "11 12 13 14 15 16 17 18 19 20";
    assert_eq!(shelf.similar(2, &cut(2, "main", others), others).await, Some(vec![]));
    let labels = shelf.archive.labels();
    let labels: Vec<_> = labels.iter().map(|label| (&*label.id, &*label.niche, &*label.account)).collect();
    let (one, two) = (item(1).to_string(), item(2).to_string());
    assert_eq!(labels, [(&*one, "science", "main"), (&*two, "science", "main")]);
}

#[tokio::test]
async fn a_cut_with_most_of_an_earlier_ones_frames_waits_and_the_finding_says_which_seconds() {
    let shelf = Shelf::new(Similar::default());
    shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
    let most = "21 22 3 4 5 6 7 8 9 23";
    let found = shelf.similar(2, &cut(2, "main", most), most).await.unwrap();
    let [frames, ..] = &found[..] else { panic!("nothing found") };
    assert_eq!((frames.rule.as_str(), frames.severity), ("similar.frames", Severity::Hold));
    assert_eq!(frames.evidence, item(1).to_string());
    let [mark] = frames.marks[..] else { panic!("{:?}", frames.marks) };
    assert!(mark.start_ms.abs_diff(2_000) <= 300 && mark.end_ms.abs_diff(9_000) <= 500, "{mark:?}");
    let earlier = frames.earlier.as_ref().unwrap();
    assert_eq!(earlier.item, item(1).to_string());
    let [alike] = earlier.alike[..] else { panic!("one stretch, not {:?}", earlier.alike) };
    assert!(alike.here.start_ms.abs_diff(alike.there.start_ms) <= 300, "{alike:?}");
    let shares = without_numbers(&frames.message);
    insta::assert_snapshot!(shares, @"like an earlier cut of niche `science`, account `main`: frames N % (held from N %)");
}

/// The message with `N` for every number.
fn without_numbers(message: &str) -> String {
    let mut text = String::new();
    for letter in message.chars() {
        match letter {
            '0'..='9' if text.ends_with('N') => {}
            '0'..='9' => text.push('N'),
            letter => text.push(letter),
        }
    }
    text
}

#[tokio::test]
async fn a_copy_in_other_words_is_rejected_and_not_remembered() {
    let shelf = Shelf::new(Similar::default());
    shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
    let again = format!("{TEN} | another file");
    let Step::Reject(reason) = shelf.screen(item(2), &cut(2, "other", &again), &again).await else { panic!() };
    assert!(reason.message.starts_with("similar.frames: like an earlier cut"), "{}", reason.message);
    assert!(reason.message.contains("(rejected from 80 %)") && reason.message.contains(&item(1).to_string()));
    assert_eq!(shelf.archive.labels().len(), 1);
}

#[tokio::test]
async fn the_same_pictures_under_other_words_and_other_frames_are_found_by_what_the_cut_was_made_of() {
    let shelf = Shelf::new(Similar::default());
    let pictures = ["a.png", "b.png", "c.png", "d.png", "e.png"];
    shelf.similar(1, &shown(cut(1, "main", TEN), &pictures), TEN).await.unwrap();
    let others = "11 12 13 14 15 16 17 18 19 20";
    let half = shown(cut(2, "main", others), &["x.png", "c.png", "b.png", "a.png", "y.png"]);
    let found = shelf.similar(2, &half, others).await.unwrap();
    assert_eq!(rules(&found), [("similar.parts", Severity::Hold)]);
    assert_eq!(
        found[0].message,
        "like an earlier cut of niche `science`, account `main`: sources on the screen 60 % (held from 50 %)"
    );
    assert_eq!(found[0].marks, [Span { start_ms: 4_000, end_ms: 16_000 }]);
    let there: Vec<u64> = found[0].earlier.as_ref().unwrap().alike.iter().map(|alike| alike.there.start_ms).collect();
    assert_eq!(there, [8_000, 4_000, 0], "in another order there");

    let more = "31 32 33 34 35 36 37 38 39 40";
    assert_eq!(shelf.similar(3, &shown(cut(3, "main", more), &pictures), more).await, None, "all of them");
}

#[tokio::test]
async fn the_same_words_on_another_account_are_found() {
    let shelf = Shelf::new(Similar::default());
    shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
    let others = "11 12 13 14 15 16 17 18 19 20";
    let Step::Reject(reason) = shelf.screen(item(2), &cut(1, "other", others), others).await else { panic!() };
    assert!(reason.message.starts_with("similar.text: "), "{}", reason.message);
}

#[tokio::test]
async fn only_the_cuts_of_the_scope_count() {
    for (scope, is_found) in
        [(SimilarScope::Everything, true), (SimilarScope::Niche, true), (SimilarScope::Account, false)]
    {
        let shelf = Shelf::new(Similar { scope, ..Similar::default() });
        shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
        let again = format!("{TEN} | another file");
        let rejected = shelf.similar(2, &cut(2, "other", &again), &again).await.is_none();
        assert_eq!(rejected, is_found, "{scope:?}");
    }
}

#[tokio::test]
async fn a_cut_that_was_added_before_a_kill_does_not_find_itself_and_a_new_render_takes_its_place() {
    let shelf = Shelf::new(Similar::default());
    for _ in 0..2 {
        assert_eq!(shelf.similar(1, &cut(1, "main", TEN), TEN).await, Some(vec![]));
    }
    let render = "11 12 13 14 15 16 17 18 19 20";
    assert_eq!(shelf.similar(1, &cut(1, "main", render), render).await, Some(vec![]));
    assert_eq!(shelf.archive.labels().len(), 1);
    let old = format!("{TEN} | another file");
    assert_eq!(shelf.similar(2, &cut(2, "main", &old), &old).await, Some(vec![]), "the first render is gone");
}

#[tokio::test]
async fn a_cut_that_a_person_rejected_does_not_stand_in_the_way_of_its_next_try() {
    let shelf = Shelf::new(Similar::default());
    shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
    shelf.withdrawn.0.lock().unwrap().insert(item(1));
    let again = format!("{TEN} | another file");
    assert_eq!(shelf.similar(2, &cut(2, "main", &again), &again).await, Some(vec![]));
}

#[tokio::test]
async fn hooks_of_one_order_are_alike_by_design_and_the_same_topic_on_another_day_is_not() {
    let shelf = Shelf::new(Similar::default());
    shelf.similar(1, &cut(1, "main", TEN), TEN).await.unwrap();
    let variant = |variant: u32, file: &str| {
        let mut cut = cut(1, "main", file);
        cut.voiced.scripted.brief.variant = variant;
        let mut draft = about(1);
        draft.hook.narration = format!("hook number {variant} of another kind");
        cut.voiced.scripted.script =
            reelpress_vocabulary::testing::as_journaled(&draft, &reelpress_vocabulary::Writer::Person);
        cut
    };
    let file = format!("{TEN} | second hook");
    let found = shelf.similar(2, &variant(1, &file), &file).await.unwrap();
    assert_eq!(rules(&found), [("similar.variants", Severity::Note)]);

    let file = format!("{TEN} | third hook");
    let later = ItemId::from_parts(1 + 2 * DAY, 3);
    assert!(matches!(shelf.screen(later, &variant(2, &file), &file).await, Step::Reject(_)), "two days later");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_are_alike_and_come_at_the_same_time_one_passes() {
    let shelf = Shelf::new(Similar::default());
    let again = format!("{TEN} | another file");
    let (one, two) = (cut(1, "main", TEN), cut(2, "main", &again));
    let (one, two) = tokio::join!(shelf.similar(1, &one, TEN), shelf.similar(2, &two, &again));
    assert_eq!([&one, &two].into_iter().filter(|found| found.is_some()).count(), 1, "{one:?} {two:?}");
}

#[tokio::test]
async fn an_account_may_repeat_itself_so_often_and_then_a_person_looks() {
    let similar = Similar { repeats: 1, repeat_share: 0.3, ..Similar::default() };
    let shelf = Shelf::new(similar);
    let four = |own: u32| (0..6).fold("1 2 3 4".to_owned(), |shots, at| format!("{shots} {}", own * 100 + at));
    let mut found = Vec::new();
    for number in 1..=3 {
        let shots = four(number);
        found.push(shelf.similar(u128::from(number), &cut(number, "main", &shots), &shots).await.unwrap());
    }
    assert_eq!([rules(&found[0]), rules(&found[1])], [vec![], vec![]], "the second one is within the budget");
    assert_eq!(rules(&found[2]), [("similar.repeats", Severity::Hold)]);
    assert!(found[2][0].message.contains("account `main`, and 1 others within 7 days"), "{}", found[2][0].message);
    assert_eq!(shelf.notes.about(SCREEN_SIMILAR).len(), 2, "the first repeated nothing");

    // A restart reads it from the journal; another account has a budget of its own.
    let mut settings = settings();
    settings.screen.similar = Similar { repeats: 1, repeat_share: 0.3, ..Similar::default() };
    let after = Bench::with(settings, shelf.notes.clone(), || Ok(good_facts()));
    let stage = after.stage.comparing(shelf.archive.clone(), shelf.withdrawn.clone());
    let shelf = Shelf { bench: Bench { stage, ..after }, ..shelf };
    let (shots, others) = (four(4), four(5));
    assert_eq!(
        rules(&shelf.similar(4, &cut(4, "main", &shots), &shots).await.unwrap()),
        [("similar.repeats", Severity::Hold)]
    );
    assert_eq!(shelf.similar(5, &cut(5, "other", &others), &others).await, Some(vec![]));
}

#[test]
fn what_the_press_draws_is_the_templates_own_for_as_long_as_it_is_seen() {
    let order = PrintOrder::of(&shown(cut(1, "main", TEN), &["a.png", "b.png"]));
    let whole = |overlay: &reelpress_vocabulary::Overlay| overlay.area.right - overlay.area.left >= 1.0;
    assert!(order.overlays.iter().all(whole), "{:?}", order.overlays);
    let starts: Vec<u64> = order.overlays.iter().map(|overlay| overlay.span.start_ms).collect();
    assert_eq!(starts, [8_000, 12_000, 16_000], "the first two beats show pictures of the library");
}

#[tokio::test]
async fn what_cannot_be_compared_is_said() {
    let shelf = Shelf::new(Similar::default());
    let found = shelf.similar(1, &cut(1, "main", "1"), "1").await.unwrap();
    assert_eq!(rules(&found), [("similar.not-compared", Severity::Note)]);
    insta::assert_snapshot!(found[0].message, @"not wholly compared with earlier cuts: too few frames show anything but what the press draws (12 of 12, at least 24)");
}

#[tokio::test]
async fn switched_off_it_compares_and_remembers_nothing_and_says_so() {
    let shelf = Shelf::new(Similar { enabled: false, ..Similar::default() });
    for number in [1, 2] {
        let shots = format!("{TEN} | {number}");
        let found = shelf.similar(number.into(), &cut(number, "main", &shots), &shots).await.unwrap();
        assert_eq!(rules(&found), [("similar.not-compared", Severity::Note)]);
        assert_eq!(found[0].message, "not compared with earlier cuts: `enabled` in [screen.similar] is off");
    }
    assert!(shelf.archive.labels().is_empty());
}
