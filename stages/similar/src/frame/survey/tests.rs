use super::*;
use crate::testing::{Film, Picture, draw};

/// Frames of a film, four a second, seen through `change`.
fn frames(change: impl Fn(&Film, u32, f32, f32) -> f32) -> Vec<Box<Square>> {
    let film = Film::new([1, 2, 3, 4]);
    let frame = |at: u32| {
        let pixels = draw(SQUARE, SQUARE, |x, y| change(&film, at * 250, x, y));
        Box::new(<Square>::try_from(pixels).unwrap())
    };
    (0..32).map(frame).collect()
}

const NO_BARS: [Rect; 32] = [Rect::ALL; 32];

#[track_caller]
fn assert_found(found: &[Rect], wanted: &Rect) {
    assert!(found.iter().any(|rect| alike(rect, wanted)), "{found:?} has not {wanted:?}");
}

#[test]
fn a_film_that_fills_its_frame_has_nothing_inside() {
    assert_eq!(pictures(&frames(Film::at), &NO_BARS), []);
}

#[test]
fn a_film_inside_of_another_one_is_found_by_its_edges() {
    let behind = Film::new([60, 61, 62, 63]);
    let place = Rect::new(0.25, 0.125, 0.75, 0.75);
    let squares = frames(|film, ms, x, y| {
        let (across, down) = ((x - place.left) / place.width(), (y - place.top) / place.height());
        if place.holds(x, y) { film.at(ms, across, down) } else { behind.at(ms, x, y) }
    });
    assert_found(&pictures(&squares, &NO_BARS), &place);
}

#[test]
fn a_film_on_a_still_card_is_found() {
    let card = Picture::new(5);
    let place = Rect::new(0.125, 0.25, 0.875, 0.875);
    let squares = frames(|film, ms, x, y| {
        let (across, down) = ((x - place.left) / place.width(), (y - place.top) / place.height());
        if place.holds(x, y) { film.at(ms, across, down) } else { card.at(x, y) }
    });
    assert_found(&pictures(&squares, &NO_BARS), &place);
}

#[test]
fn a_bar_is_one_only_if_nearly_all_frames_have_it() {
    let boxed = Rect::new(0.0, 0.2, 1.0, 0.8);
    let mut bars = vec![boxed; 40];
    bars[7] = Rect::ALL;
    assert_found(&pictures(&[], &bars), &boxed);
    // Half of the shots are dark at the edges: that is no bar.
    bars[..20].fill(Rect::ALL);
    assert_eq!(pictures(&[], &bars), []);
    assert_eq!(pictures(&[], &[]), []);
}
