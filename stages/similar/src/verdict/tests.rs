use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::geometry::Rect;
use crate::search::{BruteForce, Radii, candidates, of_frames, of_keys};
use crate::testing::{Film, Picture, turned};

fn film() -> Film {
    Film::new([1, 2, 3])
}

fn share(one: &Prints, two: &Prints) -> f32 {
    visual(one, two, 31).map_or(0.0, |visual| visual.share())
}

#[track_caller]
fn assert_found(what: &str, change: impl Fn(&Film, u32, f32, f32) -> f32) {
    let (plain, changed) = (film().plain(), film().prints(change));
    let share = share(&changed, &plain);
    assert!(share >= 0.8, "{what}: {share}");
    let (mut frames, mut keys) = (BruteForce::default(), BruteForce::default());
    of_frames(&plain).for_each(|(view, at)| frames.insert(view.hash, 7, at));
    of_keys(&plain).for_each(|(hash, at)| keys.insert(hash, 7, at));
    let found = candidates(&changed, &frames, &keys, Radii::default(), 10);
    assert_eq!(found.first().map(|found| found.0), Some(7), "{what}: not even a candidate");
}

/// The frame's middle `share`, off the centre by so much.
fn cropped(film: &Film, ms: u32, x: f32, y: f32, share: f32, off: (f32, f32)) -> f32 {
    let edge = (1.0 - share) / 2.0;
    film.at(ms, x * share + edge + off.0, y * share + edge + off.1)
}

#[test]
fn an_untouched_copy_is_found_whole() {
    let plain = film().plain();
    let visual = visual(&plain, &plain, 31).unwrap();
    assert!(visual.here >= 0.99 && visual.there >= 0.99, "{visual:?}");
    let run = &visual.runs[0];
    assert!(run.here_ms.0.abs_diff(run.there_ms.0) <= 260 && run.here_ms.1.abs_diff(run.there_ms.1) <= 260, "{run:?}");
}

#[test]
fn a_brighter_mirrored_copy_is_found() {
    assert_found("mirror", |film, ms, x, y| film.at(ms, 1.0 - x, y) * 0.7 + 60.0);
}

#[test]
fn a_cropped_copy_is_found() {
    assert_found("10 %", |film, ms, x, y| cropped(film, ms, x, y, 0.9, (0.0, 0.0)));
    assert_found("20 %", |film, ms, x, y| cropped(film, ms, x, y, 0.8, (0.0, 0.0)));
}

#[test]
fn a_copy_cropped_off_the_centre_is_found() {
    assert_found("10 %, upper left", |film, ms, x, y| cropped(film, ms, x, y, 0.9, (-0.05, -0.05)));
}

#[test]
fn a_turned_copy_is_found() {
    for degrees in [3.0, -3.0] {
        assert_found("turned", |film, ms, x, y| {
            let (x, y) = turned(degrees, x, y);
            if Rect::ALL.holds(x, y) { film.at(ms, x, y) } else { 0.0 }
        });
    }
}

#[test]
fn a_copy_under_a_logo_and_a_new_caption_is_found() {
    assert_found(
        "logo",
        |film, ms, x, y| {
            if Rect::new(0.62, 0.05, 0.92, 0.22).holds(x, y) { 250.0 } else { film.at(ms, x, y) }
        },
    );
    assert_found("caption", |film, ms, x, y| if (0.76..0.92).contains(&y) { 5.0 } else { film.at(ms, x, y) });
}

#[test]
fn a_faster_a_shorter_and_a_longer_copy_are_found() {
    let plain = film().plain();
    let faster = film().masked(4_800, &[], |film, ms, x, y| film.at(ms * 5 / 4, x, y));
    assert!(share(&faster, &plain) >= 0.8, "faster: {}", share(&faster, &plain));
    let third = film().masked(2_900, &[], Film::at);
    assert!(share(&third, &plain) >= 0.9, "shorter: {}", share(&third, &plain));
    let longer = Film::new([1, 2, 3, 8, 9]).plain();
    let seen = visual(&longer, &plain, 31).unwrap();
    assert!(seen.there >= 0.9 && (0.5..0.75).contains(&seen.here), "longer: {} {}", seen.here, seen.there);
}

#[test]
fn shots_in_another_order_are_still_the_same_shots() {
    let other = Film::new([3, 1, 2]).plain();
    assert!(share(&other, &film().plain()) >= 0.8);
}

#[test]
fn a_film_in_which_little_moves_is_found_again_and_not_taken_for_another_in_the_same_frame() {
    let frame = Picture::new(500);
    // A window of a seventh of the picture: all else stands still.
    let window = Rect::new(0.3, 0.4, 0.7, 0.75);
    let framed = |seeds: [u64; 3]| {
        let film = Film::new(seeds);
        film.masked(6_000, &[], |film, ms, x, y| {
            if window.holds(x, y) { film.at(ms, (x - 0.3) / 0.4, (y - 0.4) / 0.35) } else { frame.at(x, y) }
        })
    };
    let (one, other) = (framed([1, 2, 3]), framed([7, 8, 9]));
    assert!(share(&one, &one) >= 0.9, "the very same: {}", share(&one, &one));
    assert!(share(&one, &other) < 0.6, "another film: {}", share(&one, &other));
}

#[test]
fn other_films_are_not_found() {
    let films: Vec<Prints> =
        (0..6).map(|film| Film::new([10 * film + 20, 10 * film + 21, 10 * film + 22]).plain()).collect();
    for (at, one) in films.iter().enumerate() {
        for two in &films[at + 1..] {
            assert!(share(one, two) < 0.1, "{}", share(one, two));
        }
    }
}

#[test]
fn a_picture_in_a_moving_picture_and_one_between_blurred_bars_are_found() {
    let behind = Film::new([70, 71, 72]);
    let within = |x: f32, y: f32| ((x - 0.3) / 0.6, (y - 0.2) / 0.6);
    assert_found("in another film", |film, ms, x, y| {
        let (across, down) = within(x, y);
        if Rect::ALL.holds(across, down) { film.at(ms, across, down) } else { behind.at(ms, x, y) }
    });
    assert_found("between blurs", |film, ms, x, y| {
        let down = (y - 0.25) * 2.0;
        if (0.0..1.0).contains(&down) {
            return film.at(ms, x, down);
        }
        let near = (0..25).map(|at| film.at(ms, 0.3 + 0.4 * x + (at % 5) as f32 * 0.04, y + (at / 5) as f32 * 0.04));
        near.sum::<f32>() / 30.0
    });
}

#[test]
fn a_square_of_a_tall_picture_is_found() {
    let aspect = crate::testing::WIDTH as f32 / crate::testing::HEIGHT as f32;
    assert_found("square", |film, ms, x, y| film.at(ms, x, 0.5 + (y - 0.5) * aspect));
}

#[test]
fn bars_of_one_colour_are_taken_off_though_some_shots_are_dark_at_their_edges() {
    let night = |film: &Film, ms: u32, x: f32, y: f32| {
        let dark = ms >= 4_000 && !(0.2..0.8).contains(&y);
        if dark { 10.0 } else { film.at(ms, x, y) }
    };
    let (plain, boxed) = (
        film().prints(night),
        film().prints(|film, ms, x, y| {
            let y = (y - 0.2) / 0.6;
            if (0.0..1.0).contains(&y) { night(film, ms, x, y) } else { 16.0 }
        }),
    );
    assert!(share(&boxed, &plain) >= 0.8, "{}", share(&boxed, &plain));
    assert!(boxed.inner().iter().any(|inner| inner.frames().len() == boxed.frames().len()));
}

#[test]
fn one_long_stretch_in_a_longer_film_is_held_and_a_short_one_passes() {
    let inside = |shots: u64| {
        let others = (0..8).map(|shot| 40 + shot);
        let film = Film::new(others.clone().take(4).chain(1..=shots).chain(others.skip(4)));
        compare(&film.plain(), &Film::new([1, 2, 3, 90, 91, 92, 93]).plain(), &Rule::default())
    };
    let long = inside(3);
    let (ruling, reasons) = long.ruling(&Rule::default());
    assert_eq!((ruling, reasons[0].axis), (Ruling::Hold, Axis::Frames));
    assert!(reasons[0].share < 0.6 && long.frames.unwrap().longest_ms() >= 5_000);
    assert_eq!(inside(1).ruling(&Rule::default()).0, Ruling::Pass);
}

#[test]
fn films_that_share_half_of_their_shots_are_not_rejected() {
    let (one, two) = (Film::new([1, 2, 3, 4]).plain(), Film::new([1, 12, 3, 14]).plain());
    let comparison = compare(&one, &two, &Rule::default());
    let share = comparison.frames.as_ref().unwrap().share();
    assert!((0.4..0.6).contains(&share), "{share}");
    assert_eq!(comparison.ruling(&Rule::default()).0, Ruling::Pass);
}

#[test]
fn a_shared_brand_frame_is_no_match_and_a_shared_clip_in_it_is() {
    let masks = [Rect::new(0.0, 0.0, 1.0, 0.25), Rect::new(0.0, 0.75, 1.0, 1.0)];
    let brand = Film::new([77]);
    let framed = |seeds: [u64; 3]| {
        let film = Film::new(seeds);
        film.masked(
            6_000,
            &masks,
            |film, ms, x, y| {
                if (0.25..0.75).contains(&y) { film.at(ms, x, y) } else { brand.at(0, x, y) }
            },
        )
    };
    let (one, two) = (framed([1, 2, 3]), framed([4, 5, 6]));
    assert!(share(&one, &two) < 0.1, "other pictures: {}", share(&one, &two));
    assert!(share(&one, &framed([1, 2, 3])) > 0.95);
}

#[test]
fn a_film_with_nothing_to_see_abstains() {
    let grey = film().prints(|_, _, x, _| 100.0 + 10.0 * x);
    assert_eq!(visual(&grey, &film().plain(), 31), None);
    assert_eq!(visual(&grey, &grey, 31), None);
    let short = film().masked(500, &[], Film::at);
    assert_eq!(visual(&short, &film().plain(), 31), None);
}

#[test]
fn the_evidence_names_the_stretch_in_both() {
    // The second film shows the first one's last two shots from its third second on.
    let (one, two) = (film().plain(), Film::new([30, 2, 3]).plain());
    let visual = visual(&one, &two, 31).unwrap();
    let run = &visual.runs[0];
    assert!(run.here_ms.0.abs_diff(2_000) <= 300 && run.here_ms.1.abs_diff(5_900) <= 300, "{run:?}");
    assert!(run.here_ms.0.abs_diff(run.there_ms.0) <= 300, "{run:?}");
    assert!(run.beside.len() == 3 && run.beside.iter().all(|(here, there)| here.abs_diff(*there) <= 500), "{run:?}");
}

struct Shelf(BTreeMap<u32, Arc<Prints>>);

impl Library for Shelf {
    fn prints(&self, owner: u32) -> Option<Arc<Prints>> {
        self.0.get(&owner).cloned()
    }
}

#[test]
fn a_judgement_names_the_earlier_cut_and_the_prints_that_are_gone() {
    let shelf = Shelf([(1, film()), (2, Film::new([8, 9, 10]))].map(|(at, film)| (at, Arc::new(film.plain()))).into());
    let copy = film().prints(|film, ms, x, y| film.at(ms, 1.0 - x, y));
    let judgement = judge(&copy, [1, 2, 3], &shelf, &Rule::default());
    assert_eq!((judgement.ruling, judgement.compared, judgement.gone.as_slice()), (Ruling::Reject, 2, [3].as_slice()));
    assert_eq!(judgement.matches.len(), 1);
    assert_eq!((judgement.matches[0].owner, judgement.matches[0].reasons[0].axis), (1, Axis::Frames));
    assert_eq!(judge(&copy, [2], &shelf, &Rule::default()).ruling, Ruling::Pass);
}

#[test]
fn only_the_voice_rejects_by_sound_and_a_pattern_only_holds() {
    let heard = Heard { here_s: 20.0, there_s: 20.0, share: 0.95, spans: Vec::new() };
    let read = Read { contained: 0.2, jaccard: 0.1, pattern: Some(1.0) };
    let ruled = |kind, text| {
        let comparison = Comparison { text, sounds: vec![(kind, kind, heard.clone())], ..Comparison::default() };
        comparison.ruling(&Rule::default()).0
    };
    assert_eq!(ruled(SoundKind::Voice, None), Ruling::Reject);
    assert_eq!(ruled(SoundKind::Music, None), Ruling::Hold);
    assert_eq!(ruled(SoundKind::Mix, Some(read)), Ruling::Hold);
    let pattern = Comparison { text: Some(read), ..Comparison::default() };
    assert_eq!(pattern.ruling(&Rule::default()).0, Ruling::Hold);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn shares_are_shares_and_the_same_from_both_sides(
        one in prop::collection::vec(0_u64..5, 2..4), two in prop::collection::vec(0_u64..5, 2..4), mirror: bool,
    ) {
        let one = Film::new(one).plain();
        let two = Film::new(two).prints(|film, ms, x, y| film.at(ms, if mirror { 1.0 - x } else { x }, y));
        let (there, back) = (visual(&one, &two, 31), visual(&two, &one, 31));
        prop_assert_eq!(there.is_some(), back.is_some());
        if let (Some(there), Some(back)) = (there, back) {
            prop_assert!((0.0..=1.0).contains(&there.here) && (0.0..=1.0).contains(&there.there));
            prop_assert_eq!((there.here, there.there), (back.there, back.here));
        }
    }
}
