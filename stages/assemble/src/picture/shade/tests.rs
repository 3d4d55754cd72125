use super::*;
use crate::picture::planes::Picture420;

const SIZE: (usize, usize) = (96, 64);
const FRAME: Rect = Rect { x: 0, y: 0, width: SIZE.0, height: SIZE.1 };
const BLACK: [f32; 3] = [0.0; 3];

fn flat(value: u8) -> Picture420 {
    let mut picture = Picture420::black(SIZE.0, SIZE.1);
    picture.planes.iter_mut().for_each(|plane| plane.fill(value));
    picture
}

#[test]
fn a_gradient_grows_evenly_and_keeps_to_its_clip() {
    for across in [false, true] {
        let mut out = flat(200);
        let area = Rect { x: 8, y: 4, width: 80, height: 56 };
        let clip = Rect { x: 8, y: 4, width: 60, height: 40 };
        Shade::new(area, (BLACK, 0.0), (BLACK, 1.0), across).lay(&mut out.as_planes(), clip, 256);
        for (plane, scale) in [(0, 1), (1, 2), (2, 2)] {
            let (row, end) = (SIZE.0 / scale, if plane == 0 { 16.0 } else { 128.0 });
            for (at, value) in out.planes[plane].iter().enumerate() {
                let (x, y) = (at % row * scale, at / row * scale);
                let inside = (8..68).contains(&x) && (4..44).contains(&y);
                let middle = if across {
                    (x as f64 - 8.0 + scale as f64 / 2.0) / 80.0
                } else {
                    (y as f64 - 4.0 + scale as f64 / 2.0) / 56.0
                };
                let expected = if inside { 200.0 + (end - 200.0) * middle } else { 200.0 };
                assert!(
                    (f64::from(*value) - expected).abs() <= 1.0,
                    "plane {plane}, ({x}, {y}): {value}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn what_a_gradient_does_not_cover_stays_as_it_was() {
    for value in 0..=255 {
        for across in [false, true] {
            let mut out = flat(value);
            Shade::new(FRAME, ([1.0; 3], 0.0), ([1.0; 3], 0.0), across).lay(&mut out.as_planes(), FRAME, 256);
            Shade::new(FRAME, ([1.0; 3], 1.0), ([1.0; 3], 1.0), across).lay(&mut out.as_planes(), FRAME, 0);
            assert!(out == flat(value), "{value}");
        }
    }
}

#[test]
fn a_step_between_two_values_is_met_on_the_average() {
    // Half way between 16 and 17: plain rounding would make one band of it.
    let mut out = flat(16);
    let lighter = [1.0 / 219.0 / 2.0; 3];
    Shade::new(FRAME, (lighter, 1.0), (lighter, 1.0), false).lay(&mut out.as_planes(), FRAME, 256);
    let luma = &out.planes[0];
    let mean = luma.iter().map(|value| f64::from(*value)).sum::<f64>() / luma.len() as f64;
    assert!((mean - 16.5).abs() < 0.05, "{mean}");
    assert!(luma.iter().all(|value| (16..=17).contains(value)));
}

#[test]
fn a_gradient_laid_in_parts_is_the_same_as_laid_at_once() {
    for across in [false, true] {
        let shade = Shade::new(FRAME, ([0.9, 0.2, 0.1], 0.3), ([0.0, 0.4, 0.8], 1.0), across);
        let (mut whole, mut parts) = (flat(90), flat(90));
        shade.lay(&mut whole.as_planes(), FRAME, 200);
        for clip in [Rect { width: 38, ..FRAME }, Rect { x: 38, width: SIZE.0 - 38, ..FRAME }] {
            shade.lay(&mut parts.as_planes(), clip, 200);
        }
        assert!(whole == parts);
    }
}
