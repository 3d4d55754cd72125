use proptest::prelude::*;
use reelpress_templates::TemplateLibrary;
use reelpress_templates::template::{
    CaptionStyle, Captions, Easing, Ink, TextBacking, Transition, TransitionKind, Within,
};

use super::*;

pub(crate) fn scene(frames: u64) -> ScenePlan {
    let library = TemplateLibrary::load(None).unwrap();
    let template = library.get("explainer").unwrap();
    let place = Place { within: Within::Frame, x: 0.1, y: 0.1, width: 0.8, height: 0.7 };
    ScenePlan {
        role: Role::Point,
        index: 0,
        count: 0,
        frames,
        language: "en".to_owned(),
        seed: 1,
        palette: template.palette,
        fonts: template.fonts.clone(),
        layers: Vec::new(),
        purposes: Vec::new(),
        captions: Captions {
            style: CaptionStyle::WordHighlight,
            place: Place { within: Within::Safe, x: 0.0, y: 0.7, width: 1.0, height: 0.2 },
            size: 0.04,
            words: 4,
            capitals: false,
            colour: Ink::Ink,
            highlight: Ink::Accent,
            backing: TextBacking::Outline,
            backing_colour: Ink::Base,
        },
        reserved: Vec::new(),
        safe: place,
        words: Vec::new(),
        figures: Vec::new(),
        level: Vec::new(),
        media: None,
        media_before: None,
        logo: None,
        clips: Vec::new(),
    }
}

fn cut(frames: &[u64], kind: TransitionKind, ms: u32) -> CutPlan {
    CutPlan {
        canvas: Canvas { width: 1080, height: 1920, fps: 30 },
        scenes: frames.iter().map(|frames| Arc::new(scene(*frames))).collect(),
        transition: Transition { kind, ms, easing: Easing::InOut },
    }
}

fn parts_that_differ(change: &dyn Fn(&mut ScenePlan)) -> Vec<&'static str> {
    let before = cut(&[90, 90], TransitionKind::CrossFade, 200);
    let mut after = before.clone();
    change(Arc::make_mut(&mut after.scenes[1]));
    let piece = Piece::Scene { scene: 1, from: 6 };
    let (old, new) = (parts::of(&before, piece), parts::of(&after, piece));
    old.iter().zip(&new).filter(|(old, new)| old.1 != new.1).map(|(old, _)| old.0).collect()
}

proptest! {
    #[test]
    fn pieces_cover_every_frame_once_and_none_is_too_short_to_be_coded(
        frames in prop::collection::vec(4_u64..400, 1..14),
        ms in 0_u32..=1_000,
        is_cut: bool,
    ) {
        let plan = cut(&frames, if is_cut { TransitionKind::Cut } else { TransitionKind::CrossFade }, ms);
        let pieces = plan.pieces();
        prop_assert_eq!(pieces.iter().map(|piece| plan.frames_of(*piece)).sum::<u64>(), plan.frames());
        prop_assert!(pieces.iter().all(|piece| plan.frames_of(*piece) >= LEAST_SEGMENT));
        prop_assert_eq!(pieces.iter().filter(|piece| matches!(piece, Piece::Scene { .. })).count(), frames.len());
    }
}

#[test]
fn what_changed_in_a_scene_is_named() {
    assert_eq!(parts_that_differ(&|_| {}), Vec::<&str>::new());
    assert_eq!(parts_that_differ(&|scene| scene.frames += 1), ["length"]);
    assert_eq!(parts_that_differ(&|scene| scene.seed += 1), ["motion"]);
    assert_eq!(parts_that_differ(&|scene| scene.language = "de".to_owned()), ["text on the screen"]);
    assert_eq!(parts_that_differ(&|scene| scene.palette.base = scene.palette.accent), ["template"]);
    assert_eq!(parts_that_differ(&|scene| scene.level = vec![1]), ["voice level"]);
    let word = TimedWord { text: "tide".to_owned(), start_frame: 1, end_frame: 9 };
    assert_eq!(parts_that_differ(&|scene| scene.words = vec![word.clone()]), ["captions"]);
    let media =
        |path: &str| Media { hash: "ab".to_owned(), kind: MediaKind::Picture, focus: (0.5, 0.5), path: path.into() };
    assert_eq!(parts_that_differ(&|scene| scene.media = Some(media("/a.jpg"))), ["picture"]);
}

#[test]
fn where_a_file_lies_is_not_part_of_what_it_is() {
    let mut one = cut(&[90], TransitionKind::Cut, 0);
    let media = Media { hash: "ab".to_owned(), kind: MediaKind::Picture, focus: (0.5, 0.5), path: "/a/b.jpg".into() };
    Arc::make_mut(&mut one.scenes[0]).media = Some(media.clone());
    let mut other = one.clone();
    Arc::make_mut(&mut other.scenes[0]).media = Some(Media { path: "/elsewhere.jpg".into(), ..media });
    let piece = Piece::Scene { scene: 0, from: 0 };
    assert_eq!(parts::of(&one, piece), parts::of(&other, piece));
}
