//! What is made anew after a change, and what is not.

use reelpress_core::Artifacts;
use reelpress_core::testing::MemoryArtifacts;
use reelpress_templates::template::CaptionStyle;

use super::*;
use crate::plan::Media;
use crate::segment::SegmentKey;
use crate::testing::{buzz, picture_file, press_over};
use crate::watch::Unwatched;

/// Where cuts are made and what is kept of them.
struct Desk {
    folder: tempfile::TempDir,
    artifacts: Arc<MemoryArtifacts>,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), artifacts: Arc::default() }
    }

    async fn press(&self, edition: &Edition, workers: usize) -> Pressed {
        let press = press_over(&self.artifacts, &self.folder.path().join("scratch"), workers).await;
        press.press(&edition.order(), Arc::new(Unwatched)).await.unwrap()
    }

    /// The pieces that are made anew, and why.
    async fn made(&self, edition: &Edition) -> Vec<(Piece, String)> {
        let pressed = self.press(edition, 2).await;
        pressed.pieces.iter().filter_map(|report| Some((report.piece, report.made.clone()?))).collect()
    }

    /// Four short scenes with captions and transitions; the first and the third show a picture.
    fn edition(&self) -> Edition {
        let mut edition = Edition::new(4_000);
        for (at, shade) in [(0, 40), (2, 200)] {
            let path = self.folder.path().join(format!("{shade}.png"));
            edition.media.scenes[at] = Some(picture_file(&path, shade));
        }
        let plan = edition.plan();
        assert!(plan.scenes.iter().all(|scene| scene.captions.style != CaptionStyle::None && !scene.words.is_empty()));
        assert!(plan.scenes[0].media.is_some() && plan.scenes[2].media.is_some(), "the template shows pictures");
        assert_eq!(plan.pieces().len(), 7, "the template has transitions");
        edition
    }
}

fn scene(at: usize, edition: &Edition) -> Piece {
    edition
        .plan()
        .pieces()
        .into_iter()
        .find(|piece| matches!(piece, Piece::Scene { scene, .. } if *scene == at))
        .unwrap()
}

fn transition(at: usize, edition: &Edition) -> Piece {
    let is_it = |piece: &Piece| matches!(piece, Piece::Transition { into, .. } if *into == at);
    edition.plan().pieces().into_iter().find(is_it).unwrap()
}

#[tokio::test]
async fn the_same_order_gives_the_same_bytes_whoever_works_on_it_and_whatever_was_kept() {
    let mut first: Option<(String, Vec<u8>)> = None;
    for workers in [1, 2, 3] {
        let desk = Desk::new();
        let edition = desk.edition();
        let cold = desk.press(&edition, workers).await;
        assert!(cold.pieces.iter().all(|report| report.made.is_some()), "{:?}", cold.pieces);
        let warm = desk.press(&edition, 4 - workers).await;
        assert!(warm.pieces.iter().all(|report| report.made.is_none()), "{:?}", warm.pieces);
        for pressed in [cold, warm] {
            let seen = (pressed.hash.clone(), std::fs::read(&pressed.poster).unwrap());
            assert!(*first.get_or_insert_with(|| seen.clone()) == seen, "{workers} workers: {}", seen.0);
        }
    }
}

#[tokio::test]
async fn another_text_on_the_screen_makes_its_scene_and_the_transitions_beside_it() {
    let desk = Desk::new();
    let mut edition = desk.edition();
    desk.press(&edition, 2).await;
    edition.rewrite(|draft| draft.scenes[0].on_screen = "Another text".to_owned());
    let why = "text on the screen changed".to_owned();
    let expected = [transition(1, &edition), scene(1, &edition), transition(2, &edition)];
    assert_eq!(desk.made(&edition).await, expected.map(|piece| (piece, why.clone())));
    assert_eq!(desk.made(&edition).await, [], "and only once");
}

#[tokio::test]
async fn another_call_to_action_makes_its_scene_and_the_transition_into_it() {
    let desk = Desk::new();
    let mut edition = desk.edition();
    desk.press(&edition, 2).await;
    edition.rewrite(|draft| {
        draft.call_to_action.narration = "Follow us for more of the sea.".to_owned();
        draft.call_to_action.on_screen = "Follow us".to_owned();
    });
    edition.voice.beats[3].duration_ms = 1_300;
    edition.speech[3] = buzz(1_300);
    let made: Vec<Piece> = desk.made(&edition).await.into_iter().map(|(piece, _)| piece).collect();
    assert_eq!(made, [transition(3, &edition), scene(3, &edition)]);
}

#[tokio::test]
async fn another_voice_makes_what_shows_its_words_and_nothing_else() {
    let desk = Desk::new();
    let mut edition = desk.edition();
    let first = desk.press(&edition, 2).await.hash.clone();
    edition.speech[1] = crate::testing::wav(&vec![9_000; 22_050], 22_050).into();
    let same_words = desk.press(&edition, 2).await;
    assert!(same_words.pieces.iter().all(|report| report.made.is_none()), "{:?}", same_words.pieces);
    assert_ne!(same_words.hash, first, "it sounds different");
    edition.voice.beats[1].words[1].start_ms += 170;
    // Not the transition out of it: its captions are not seen there.
    let expected = [transition(1, &edition), scene(1, &edition)];
    assert_eq!(desk.made(&edition).await, expected.map(|piece| (piece, "captions changed".to_owned())));
}

#[tokio::test]
async fn where_a_picture_lies_changes_nothing_and_what_is_in_it_does() {
    let desk = Desk::new();
    let mut edition = desk.edition();
    let first = desk.press(&edition, 2).await.hash.clone();
    let other = desk.folder.path().join("moved elsewhere.png");
    let media = edition.media.scenes[2].as_mut().unwrap();
    std::fs::rename(&media.path, &other).unwrap();
    media.path.clone_from(&other);
    let moved = desk.press(&edition, 2).await;
    assert!(moved.pieces.iter().all(|report| report.made.is_none()), "{:?}", moved.pieces);
    assert_eq!(moved.hash, first);
    edition.media.scenes[2] = Some(picture_file(&other, 90));
    let expected = [transition(2, &edition), scene(2, &edition), transition(3, &edition)];
    assert_eq!(desk.made(&edition).await, expected.map(|piece| (piece, "picture changed".to_owned())));
}

#[tokio::test]
async fn a_damaged_segment_is_made_again_and_the_cut_is_the_same() {
    let desk = Desk::new();
    let edition = desk.edition();
    let first = desk.press(&edition, 2).await.hash.clone();
    let key = desk.artifacts.keys().into_iter().find(|key| SegmentKey::of_artifact(key).is_some()).unwrap();
    let whole = desk.artifacts.get(&key).await.unwrap().unwrap();
    let mut flipped = whole.to_vec();
    let last = flipped.len() - 40;
    flipped[last] ^= 1;
    for damage in [flipped, whole[..whole.len() / 2].to_vec(), Vec::new()] {
        desk.artifacts.put(&key, damage.into()).await.unwrap();
        let again = desk.press(&edition, 2).await;
        let made: Vec<_> = again.pieces.iter().filter_map(|report| report.made.as_deref()).collect();
        assert_eq!(made, ["damaged in the segment store"]);
        assert_eq!(again.hash, first);
        assert_eq!(desk.artifacts.get(&key).await.unwrap().unwrap(), whole, "it is sound again");
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_shown_is_named_and_what_is_sound_is_kept() {
    let desk = Desk::new();
    let mut edition = desk.edition();
    let path = desk.folder.path().join("harbour.jpg");
    std::fs::write(&path, b"PK\x03\x04 a zip archive").unwrap();
    let good = edition.media.scenes[2]
        .replace(Media { path: path.clone(), ..picture_file(&desk.folder.path().join("x.png"), 1) });
    let press = press_over(&desk.artifacts, &desk.folder.path().join("scratch"), 1).await;
    let error = press.press(&edition.order(), Arc::new(Unwatched)).await.unwrap_err();
    assert_eq!(error.damaged_file(), Some(path.as_path()), "{error:?}");
    let left = std::fs::read_dir(desk.folder.path().join("scratch")).unwrap().count();
    assert_eq!(left, 0, "files are left");
    edition.media.scenes[2] = good;
    let made = desk.made(&edition).await;
    assert!(!made.is_empty() && made.iter().all(|(piece, _)| *piece != scene(0, &edition)), "{made:?}");
}
