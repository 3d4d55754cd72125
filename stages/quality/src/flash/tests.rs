use super::{Flashes, Flashing};
use crate::grid::Grid;
use crate::limits::Limits;
use crate::testing::{BLACK, Picture, RED, WHITE};

const FPS: f64 = 30.0;

/// What is found in frames that each have the colour that `paint` gives.
fn found(frames: usize, paint: impl Fn(usize, &mut Picture)) -> (Vec<Flashing>, Vec<Flashing>) {
    let mut flashes = Flashes::new(&Limits::default());
    let mut grid = Grid::default();
    for at in 0..frames {
        let mut picture = Picture::plain(270, 480, BLACK);
        paint(at, &mut picture);
        let from = at as f64 * 1_000.0 / FPS;
        let to = from + 1_000.0 / FPS;
        grid.take(&picture.frame(from, to));
        flashes.add(&grid, from, to);
    }
    flashes.finish()
}

/// Light for the first half of each period.
fn is_lit(at: usize, hertz: f64) -> bool {
    (at as f64 / FPS * hertz).fract() < 0.5
}

fn blinking(hertz: f64, area: [usize; 4], low: [u8; 3], high: [u8; 3]) -> (Vec<Flashing>, Vec<Flashing>) {
    found(90, |at, picture| {
        let colour = if is_lit(at, hertz) { high } else { low };
        picture.fill(area, colour);
    })
}

const ALL: [usize; 4] = [0, 0, 270, 480];

#[test]
fn three_flashes_a_second_are_fine_and_four_are_not() {
    assert_eq!(blinking(3.0, ALL, BLACK, WHITE), (vec![], vec![]));
    for hertz in [4.0, 5.0, 7.5, 15.0] {
        let (general, red) = blinking(hertz, ALL, BLACK, WHITE);
        assert_eq!((general.len(), red.len()), (1, 0), "{hertz} Hz");
        let flashing = general[0];
        assert!((f64::from(flashing.rate) - hertz).abs() < 0.6, "{hertz} Hz: {flashing:?}");
        assert!(flashing.screen > 0.99 && flashing.field > 0.99, "{flashing:?}");
    }
}

#[test]
fn the_time_of_the_flashes_is_told() {
    let (general, _) = found(150, |at, picture| {
        let is_on = (60..90).contains(&at) && is_lit(at, 7.5);
        picture.fill(ALL, if is_on { WHITE } else { BLACK });
    });
    assert_eq!(general.len(), 1);
    let (from, to) = (general[0].from_ms, general[0].to_ms);
    assert!((1_990.0..=2_040.0).contains(&from), "{from}");
    // A second holds too many until the fourth last flash is over it.
    assert!((2_900.0..=3_600.0).contains(&to), "{to}");
}

#[test]
fn small_flashes_are_fine_and_those_of_a_field_are_told_as_such() {
    // 80x80 pixels: 14 % of a field of 216 by 216, 5 % of the screen.
    assert_eq!(blinking(8.0, [0, 0, 80, 80], BLACK, WHITE).0, vec![]);
    let (general, _) = blinking(8.0, [0, 0, 130, 130], BLACK, WHITE);
    assert_eq!(general.len(), 1);
    assert!(general[0].field > 0.3 && general[0].screen < 0.2, "{:?}", general[0]);
    let (general, _) = blinking(8.0, [0, 0, 270, 240], BLACK, WHITE);
    assert!((general[0].screen - 0.5).abs() < 0.02, "{:?}", general[0]);
}

#[test]
fn faint_changes_and_changes_between_bright_states_are_fine() {
    // Luma 100 and 110: relative luminance 0.12 and 0.15.
    assert_eq!(blinking(8.0, ALL, [100, 128, 128], [110, 128, 128]).0, vec![]);
    // 0.81 and 0.98: more than a tenth, but the darker one is not below 0.80.
    assert_eq!(blinking(8.0, ALL, [216, 128, 128], [233, 128, 128]).0, vec![]);
    // 0.06 and 0.21.
    assert_eq!(blinking(8.0, ALL, [75, 128, 128], [125, 128, 128]).0.len(), 1);
}

#[test]
fn red_flashes_are_told_apart_from_general_ones() {
    // Saturated red against black is both: 0.21 of luminance and far more than 20 of red.
    let (general, red) = blinking(8.0, ALL, BLACK, RED);
    assert_eq!((general.len(), red.len()), (1, 1));
    // Against a grey as bright as it, only red is left.
    let (general, red) = blinking(8.0, ALL, [126, 128, 128], RED);
    assert_eq!((general.len(), red.len()), (0, 1), "{general:?}");
    assert_eq!(blinking(3.0, ALL, BLACK, RED), (vec![], vec![]));
    // Blue to black: no red in it.
    assert_eq!(blinking(8.0, ALL, BLACK, [32, 240, 118]).1, vec![]);
}

#[test]
fn parts_that_flash_in_turn_are_counted_each_for_itself() {
    // The upper half is light while the lower one is dark, three times a second: no place flashes more often.
    let (general, _) = found(90, |at, picture| {
        let (upper, lower) = if is_lit(at, 3.0) { (WHITE, BLACK) } else { (BLACK, WHITE) };
        picture.fill([0, 0, 270, 240], upper);
        picture.fill([0, 240, 270, 480], lower);
    });
    assert_eq!(general, vec![]);
}

#[test]
fn a_bar_that_wanders_over_the_picture_does_not_flash() {
    // Each place is light seven times a second, but never a quarter of a field at once.
    let (general, _) = found(90, |at, picture| {
        let top = at * 116 % 460 / 2 * 2;
        picture.fill([0, top, 270, top + 20], WHITE);
    });
    assert_eq!(general, vec![]);
}

#[test]
fn slow_fades_and_single_cuts_are_fine() {
    let fade = |at: usize| (125.0 + 100.0 * (at as f64 / 20.0).sin()) as u8;
    assert_eq!(found(300, |at, picture| picture.fill(ALL, [fade(at), 128, 128])).0, vec![]);
    let cuts = |at: usize| if (at / 15).is_multiple_of(2) { BLACK } else { WHITE };
    assert_eq!(found(300, |at, picture| picture.fill(ALL, cuts(at))).0, vec![]);
}
