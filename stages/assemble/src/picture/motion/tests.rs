use proptest::prelude::*;

use super::super::kernels::{Iris, Towards, Wipe};
use super::super::testing::{centroid, drawn};
use super::*;

/// A picture with a different value everywhere, smooth enough to tell a wrong place from a wrong weight.
fn textured((width, height): (usize, usize)) -> Picture420 {
    drawn((width, height), |index, x, y| 128.0 + 60.0 * (x * 0.31).sin() + 50.0 * (y * 0.23 + index as f64).cos())
}

fn sampled(view: View, source: &Picture420, size: (usize, usize)) -> Picture420 {
    over(source, view, Window::new(all_of(size)), &Cover::Whole, size)
}

/// A frame of 7 everywhere, with `source` sampled over it.
fn over(source: &Picture420, view: View, window: Window, cover: &Cover, size: (usize, usize)) -> Picture420 {
    let mut out = drawn(size, |_, _, _| 7.0);
    Sampler::default().sample_over(source, view, window, cover, &mut out.as_planes());
    out
}

fn all_of((width, height): (usize, usize)) -> Rect {
    Rect { x: 0, y: 0, width, height }
}

/// Every value of a picture, with its plane and the pixel of the frame it stands for.
fn places(picture: &Picture420) -> impl Iterator<Item = (usize, usize, usize, u8)> + '_ {
    picture.planes.iter().enumerate().flat_map(|(index, plane)| {
        let scale = if index == 0 { 1 } else { 2 };
        let row = picture.width / scale;
        plane.iter().enumerate().map(move |(at, value)| (index, at % row * scale, at / row * scale, *value))
    })
}

fn contains(area: Rect, x: usize, y: usize) -> bool {
    (area.x..area.right()).contains(&x) && (area.y..area.bottom()).contains(&y)
}

#[test]
fn without_zoom_and_pan_pixels_stay_as_they_are() {
    let size = (54, 34);
    let source = textured((58, 38));
    let out = sampled(View::whole(&source), &source, size);
    for y in 0..size.1 {
        let from = (y + 2) * source.width + 2;
        assert_eq!(out.planes[0][y * size.0..(y + 1) * size.0], source.planes[0][from..from + size.0], "row {y}");
    }
}

#[test]
fn a_flat_picture_stays_flat_at_any_zoom() {
    let size = (70, 50);
    for value in [16, 100, 235, 255] {
        let source = drawn((90, 70), |_, _, _| f64::from(value));
        for at in 0..=40 {
            let view =
                View::new((45.0 + f64::from(at) * 0.07, 35.0 - f64::from(at) * 0.11), 0.25 + f64::from(at) * 0.02);
            let out = sampled(view, &source, size);
            assert!(out.planes.iter().flatten().all(|seen| *seen == value), "{value} with {view:?}");
        }
    }
}

#[test]
fn a_slow_pan_moves_thin_lines_smoothly() {
    let size = (120, 60);
    let source = drawn((160, 60), |_, x, _| if (x - 80.0).abs() < 1.0 { 216.0 } else { 16.0 });
    let mut before = f64::INFINITY;
    for frame in 0..300 {
        let ideal = 60.0 - f64::from(frame) * 0.02;
        let view = View::new((80.0 + f64::from(frame) * 0.02, 30.0), 1.0);
        let out = over(&source, view, Window::new(all_of(size)), &Cover::Whole, size);
        let seen = centroid(&out, (60.0, 30.0)).0;
        assert!((seen - ideal).abs() < 0.01, "{seen}, not {ideal}, at frame {frame}");
        assert!(seen < before, "frame {frame}: {seen} after {before}");
        before = seen;
    }
}

#[test]
fn a_finished_frame_is_copied_moved_and_cut_exactly() {
    let size = (40, 30);
    let source = textured(size);
    let whole = Window::new(all_of(size));
    let view = View::whole(&source);
    assert!(over(&source, view, whole, &Cover::Whole, size) == source);
    for (across, down) in [(10.0, 0.0), (-6.0, 4.0), (0.0, -28.0), (40.0, 0.0), (-1e9, 1e9)] {
        let out = over(&source, view, whole.moved(across, down), &Cover::Whole, size);
        for (index, x, y, value) in places(&out) {
            let (from_x, from_y) = (x as f64 - across, y as f64 - down);
            let on = (0.0..40.0).contains(&from_x) && (0.0..30.0).contains(&from_y);
            let scale = if index == 0 { 1 } else { 2 };
            let at = from_y.max(0.0) as usize / scale * (size.0 / scale) + from_x.max(0.0) as usize / scale;
            let expected = if on { source.planes[index][at] } else { 7 };
            assert_eq!(value, expected, "plane {index}, ({x}, {y}), moved by ({across}, {down})");
        }
    }
}

#[test]
fn windows_that_touch_still_touch_when_they_move() {
    let size = (64, 16);
    let source = drawn(size, |_, _, _| 200.0);
    let window = Window::new(all_of(size));
    for step in 0..=640 {
        let across = -f64::from(step) / 10.0;
        let mut out = drawn(size, |_, _, _| 7.0);
        let mut sampler = Sampler::default();
        for window in [window.moved(across, 0.0), window.moved(across + 64.0, 0.0)] {
            sampler.sample_over(&source, View::whole(&source), window, &Cover::Whole, &mut out.as_planes());
        }
        assert!(out.planes.iter().flatten().all(|value| *value == 200), "a gap at {across}");
    }
}

#[test]
fn a_share_mixes_what_is_sampled() {
    let size = (50, 38);
    let source = textured((70, 50));
    let window = Window::new(Rect { x: 4, y: 6, width: 40, height: 20 });
    let view = View::new((33.3, 21.7), 1.1);
    let full = over(&source, view, window, &Cover::Whole, size);
    for share in [0, 1, 100, 255, 256] {
        let out = over(&source, view, window, &Cover::Share(share), size);
        let mut expected = drawn(size, |_, _, _| 7.0);
        for (plane, new) in expected.planes.iter_mut().zip(&full.planes) {
            Level::default().mix(plane, new, share);
        }
        assert!(out == expected, "share {share}");
    }
}

fn views() -> impl Strategy<Value = View> {
    ((-20.0_f64..120.0, -20.0_f64..120.0), 0.4_f64..2.1).prop_map(|(middle, step)| View::new(middle, step))
}

fn areas() -> impl Strategy<Value = Rect> {
    (0_usize..40, 0_usize..40, 1_usize..70, 1_usize..60).prop_map(|(x, y, width, height)| Rect { x, y, width, height })
}

proptest! {
    /// Fixed point gives what plain bilinear arithmetic gives: within one step of 255 for two roundings, and the little
    /// that 1/512 pixel makes in this picture.
    #[test]
    fn sampling_is_bilinear(
        (middle_x, middle_y) in (70.0_f64..90.0, 70.0_f64..90.0), step in 0.25_f64..1.1,
        width in 10_usize..60, height in 10_usize..60,
    ) {
        let size = (width * 2, height * 2);
        let source = textured((160, 160));
        let view = View::new((middle_x, middle_y), step);
        let out = sampled(view, &source, size);
        for (index, x, y, seen) in places(&out) {
            let scale = if index == 0 { 1.0 } else { 2.0 };
            let place = |at: usize, middle: f64, length: usize| {
                middle / scale - 0.5 + (at as f64 / scale - (length as f64 / scale - 1.0) / 2.0) * view.step
            };
            let (width, height) = (source.width / scale as usize, source.height / scale as usize);
            let (source_x, source_y) = (place(x, view.middle.0, size.0), place(y, view.middle.1, size.1));
            prop_assert!(source_x >= 0.0 && source_x <= (width - 1) as f64, "column {source_x}");
            prop_assert!(source_y >= 0.0 && source_y <= (height - 1) as f64, "row {source_y}");
            let (left, top) = (source_x as usize, source_y as usize);
            let at = |x: usize, y: usize| {
                f64::from(source.planes[index][y.min(height - 1) * width + x.min(width - 1)])
            };
            let (across, along) = (source_x - left as f64, source_y - top as f64);
            let upper = at(left, top) * (1.0 - across) + at(left + 1, top) * across;
            let lower = at(left, top + 1) * (1.0 - across) + at(left + 1, top + 1) * across;
            let expected = upper * (1.0 - along) + lower * along;
            prop_assert!((f64::from(seen) - expected).abs() <= 1.1, "({x}, {y}): {seen}, not {expected}");
        }
    }

    /// No processor makes another picture, and only the window's part inside the clip is touched.
    #[test]
    fn windows_and_clips_are_kept_at_every_level(
        view in views(), area in areas(), clip in areas(), moved in (-50.0_f64..50.0, -50.0_f64..50.0),
        progress in 0.0_f32..=1.0, kind in 0_usize..4,
    ) {
        let (size, source) = ((90, 70), textured((100, 80)));
        let frame = all_of(size);
        let cover = [
            Cover::Whole,
            Cover::Share(99),
            Cover::Wipe(Wipe::new(Towards::Left, progress, 20.0, frame)),
            Cover::Iris(Iris::new((40.0, 30.0), progress, 20.0, frame)),
        ][kind];
        let window = Window::new(area).moved(moved.0, moved.1);
        let whole = over(&source, view, window, &cover, size);
        let cut = over(&source, view, window.clipped(clip), &cover, size);
        for level in Level::all() {
            let mut same = drawn(size, |_, _, _| 7.0);
            Sampler::at(level).sample_over(&source, view, window.clipped(clip), &cover, &mut same.as_planes());
            prop_assert!(cut == same, "{level:?}");
        }
        for ((index, x, y, value), (_, _, _, uncut)) in places(&cut).zip(places(&whole)) {
            let expected = if contains(clip.even(), x, y) { uncut } else { 7 };
            prop_assert_eq!(value, expected, "plane {}, ({}, {})", index, x, y);
            let (right, bottom) = ((area.even().right() as f64 + moved.0), (area.even().bottom() as f64 + moved.1));
            let (left, top) = (area.even().x as f64 + moved.0, area.even().y as f64 + moved.1);
            let far = (x as f64) < left - 1.0 || x as f64 > right + 1.0 || (y as f64) < top - 1.0 || y as f64 > bottom + 1.0;
            prop_assert!(!far || value == 7, "plane {}, ({}, {})", index, x, y);
        }
    }
}
