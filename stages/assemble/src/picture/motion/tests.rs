use proptest::prelude::*;

use super::*;

fn motion(zoom_from: f32, zoom_to: f32, pan: f32) -> Motion {
    Motion { zoom_from, zoom_to, pan, fade_ms: 0 }
}

/// A picture with a different value everywhere, smooth enough to tell a wrong place from a wrong weight.
fn textured((width, height): (usize, usize)) -> Picture420 {
    let mut picture = Picture420::black(width, height);
    for (index, plane) in picture.planes.iter_mut().enumerate() {
        let row = if index == 0 { width } else { width / 2 };
        for (at, value) in plane.iter_mut().enumerate() {
            let (x, y) = ((at % row) as f64, (at / row) as f64);
            *value = (128.0 + 60.0 * (x * 0.31).sin() + 50.0 * (y * 0.23 + index as f64).cos()) as u8;
        }
    }
    picture
}

fn sampled(path: &Path, frame: u64, source: &Picture420, size: (usize, usize)) -> Picture420 {
    let mut out = Picture420::black(size.0, size.1);
    Sampler::default().sample(source, path.view(frame), &mut out.as_planes());
    out
}

#[test]
fn without_zoom_and_pan_pixels_stay_as_they_are() {
    let size = (54, 34);
    let path = Path::new(motion(1.0, 1.0, 0.0), (1.0, 1.0), 10, size);
    let source = textured(path.source());
    let out = sampled(&path, 5, &source, size);
    for y in 0..size.1 {
        let from = (y + 2) * source.width + 2;
        assert_eq!(out.planes[0][y * size.0..(y + 1) * size.0], source.planes[0][from..from + size.0], "row {y}");
    }
}

#[test]
fn a_flat_picture_stays_flat_at_any_zoom() {
    let size = (70, 50);
    let path = Path::new(motion(1.0, 1.25, 1.0), (1.0, -1.0), 40, size);
    let (width, height) = path.source();
    for value in [16, 100, 235, 255] {
        let mut source = Picture420::black(width, height);
        source.planes.iter_mut().for_each(|plane| plane.fill(value));
        for frame in 0..=40 {
            let out = sampled(&path, frame, &source, size);
            assert!(out.planes.iter().flatten().all(|seen| *seen == value), "{value} at frame {frame}");
        }
    }
}

proptest! {
    /// Fixed point and three weights give what plain bilinear arithmetic gives, within one step of 255.
    #[test]
    fn sampling_is_bilinear(
        zoom_from in 1.0_f32..1.25, zoom_to in 1.0_f32..1.25, pan in 0.0_f32..1.0,
        right in -1.0_f64..1.0, down in -1.0_f64..1.0,
        frame in 0_u64..=20, width in 10_usize..60, height in 10_usize..60,
    ) {
        let size = (width * 2, height * 2);
        let path = Path::new(motion(zoom_from, zoom_to, pan), (right, down), 20, size);
        let source = textured(path.source());
        let out = sampled(&path, frame, &source, size);
        let view = path.view(frame);
        for y in 0..size.1 {
            for x in 0..size.0 {
                let place = |at: usize, middle: f64, length: usize| {
                    middle - 0.5 + (at as f64 - (length as f64 - 1.0) / 2.0) * view.step
                };
                let (source_x, source_y) = (place(x, view.middle.0, size.0), place(y, view.middle.1, size.1));
                prop_assert!(source_x >= 0.0 && source_x <= (source.width - 1) as f64, "column {source_x}");
                prop_assert!(source_y >= 0.0 && source_y <= (source.height - 1) as f64, "row {source_y}");
                let (left, top) = (source_x as usize, source_y as usize);
                let at = |x: usize, y: usize| {
                    f64::from(source.planes[0][y.min(source.height - 1) * source.width + x.min(source.width - 1)])
                };
                let (across, along) = (source_x - left as f64, source_y - top as f64);
                let upper = at(left, top) * (1.0 - across) + at(left + 1, top) * across;
                let lower = at(left, top + 1) * (1.0 - across) + at(left + 1, top + 1) * across;
                let expected = upper * (1.0 - along) + lower * along;
                let seen = f64::from(out.planes[0][y * size.0 + x]);
                prop_assert!((seen - expected).abs() <= 1.0, "({x}, {y}): {seen}, not {expected}");
            }
        }
    }
}
