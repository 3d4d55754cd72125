use super::*;
use crate::picture::kernels::Cover;
use crate::picture::motion::{Sampler, View, Window};
use crate::picture::planes::{Picture420, Rect};
use crate::picture::testing::{centroid, drawn};

fn motion(zoom_from: f32, zoom_to: f32, pan: f32, easing: Easing) -> PictureMotion {
    PictureMotion { zoom_from, zoom_to, pan, easing }
}

fn sampled(travel: &Travel, frame: u64, source: &Picture420, size: (usize, usize)) -> Picture420 {
    let mut out = Picture420::black(size.0, size.1);
    let (middle, step) = travel.view(frame);
    let window = Window::new(Rect { x: 0, y: 0, width: size.0, height: size.1 });
    Sampler::default().sample_over(source, View::new(middle, step), window, &Cover::Whole, &mut out.as_planes());
    out
}

#[test]
fn the_edges_of_a_picture_never_show() {
    let size = (60, 90);
    for (from, to, pan) in [(1.0, 1.0, 0.0), (1.0, 1.25, 1.0), (1.25, 1.0, 1.0), (1.0, 1.5, 0.4), (1.2, 1.2, 1.0)] {
        for easing in [Easing::Linear, Easing::In, Easing::Out, Easing::InOut, Easing::Back] {
            for seed in [1, 2, 3] {
                let travel = Travel::new(&motion(from, to, pan, easing), seed, (30, 12), size);
                let (width, height) = travel.source();
                let source = drawn((width, height), |_, x, y| {
                    let edge = x < 1.0 || y < 1.0 || x + 1.0 >= width as f64 || y + 1.0 >= height as f64;
                    if edge { 255.0 } else { 50.0 }
                });
                // Beyond the scene's end, too: while the next one comes in.
                for frame in 0..=42 {
                    let out = sampled(&travel, frame, &source, size);
                    assert!(
                        out.planes[0].iter().all(|seen| *seen == 50),
                        "frame {frame} of {from} to {to}, {easing:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_slow_zoom_moves_dots_smoothly() {
    let size = (216, 384);
    let travel = Travel::new(&motion(1.0, 1.12, 0.3, Easing::Linear), 5, (240, 30), size);
    // Dots of 5 pixels with smooth edges, every 24 pixels.
    let source = drawn(travel.source(), |_, x, y| {
        let from_dot = |at: f64| (at + 12.0).rem_euclid(24.0) - 12.0;
        16.0 + 200.0 * (3.0 - from_dot(x).hypot(from_dot(y))).clamp(0.0, 1.0)
    });
    let dots = [(48.0, 48.0), (120.0, 96.0), (72.0, 240.0), (168.0, 336.0), (120.0, 192.0)];
    for dot in dots {
        let place = |frame: u64| {
            let (middle, step) = travel.view(frame);
            let along = |at: f64, middle: f64, length: usize| (at + 0.5 - middle) / step + (length as f64 - 1.0) / 2.0;
            (along(dot.0, middle.0, size.0), along(dot.1, middle.1, size.1))
        };
        let seen: Vec<_> =
            (0..=240).map(|frame| centroid(&sampled(&travel, frame, &source, size), place(frame))).collect();
        for frame in 1..=240 {
            let (now, before) = (place(frame as u64), place(frame as u64 - 1));
            for (ideal, moved) in [
                (now.0 - before.0, seen[frame].0 - seen[frame - 1].0),
                (now.1 - before.1, seen[frame].1 - seen[frame - 1].1),
            ] {
                assert!((moved - ideal).abs() < 0.05, "{dot:?} moves by {moved}, not {ideal}, at frame {frame}");
                assert!(
                    ideal.abs() < 0.02 || moved * ideal > 0.0,
                    "{dot:?} goes back at frame {frame}: {moved}, {ideal}"
                );
            }
            // Bilinear sampling itself moves the middle of a small dot by a few hundredths, depending on where it lies.
            let off = (seen[frame].0 - now.0).hypot(seen[frame].1 - now.1);
            assert!(off < 0.06, "{dot:?} is {off} off at frame {frame}");
        }
    }
}
