use super::*;

const WIDTH: usize = 160;
const HEIGHT: usize = 320;

/// What ten frames a second made by `pixel(frame, x, y)` give: longest black and longest frozen stretch.
fn stretches(frames: usize, pixel: impl Fn(usize, usize, usize) -> u8) -> (u64, u64) {
    let mut seen = Stretches::default();
    for frame in 0..frames {
        let luma: Vec<u8> =
            (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y))).map(|(x, y)| pixel(frame, x, y)).collect();
        let from = frame as f64 * 100.0;
        seen.add(&luma, WIDTH, HEIGHT, WIDTH, from, from + 100.0);
    }
    (seen.longest_black_ms(), seen.longest_frozen_ms())
}

#[test]
fn motion_is_neither_black_nor_frozen() {
    assert_eq!(stretches(20, |frame, x, y| 40 + ((x + y + frame * 8) % 160) as u8), (0, 100));
}

#[test]
fn a_black_stretch_is_as_long_as_it_is() {
    let (black, _) =
        stretches(30, |frame, x, _| if (10..25).contains(&frame) { 16 } else { 60 + (x + frame) as u8 % 90 });
    assert_eq!(black, 1_500);
    let (fade, _) = stretches(10, |frame, _, _| 16 + frame as u8 * 4);
    assert_eq!(fade, 300, "only what is dark all over");
}

#[test]
fn a_caption_on_black_is_not_black() {
    assert_eq!(stretches(10, |_, _, y| if y < 40 { 200 } else { 16 }).0, 0);
}

#[test]
fn a_still_picture_is_frozen_even_with_the_encoders_noise() {
    let (_, frozen) = stretches(20, |frame, x, y| 100 + (x / 8) as u8 + ((x * 7 + y * 13 + frame * 31) % 3) as u8);
    assert_eq!(frozen, 2_000);
}

#[test]
fn a_slow_zoom_is_not_frozen() {
    let (_, frozen) = stretches(40, |frame, x, y| {
        let scale = 1.0 + frame as f32 * 0.002;
        (100.0 + 60.0 * ((x as f32 / scale) * 0.05).sin() * ((y as f32 / scale) * 0.05).cos()) as u8
    });
    assert!(frozen <= 600, "{frozen}");
}
