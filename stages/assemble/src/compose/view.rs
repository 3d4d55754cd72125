//! What a moving view sees of a picture, at any step: the fast sampler where it can, a plain one where it cannot.

use crate::picture::motion::{MOST_STEP, Sampler, View};
use crate::picture::planes::{Picture420, PlanesMut};

/// Fills `into` with what `view` sees of `source`; beyond its edges the source is mirrored.
pub(crate) fn sample(sampler: &mut Sampler, source: &Picture420, view: View, into: &mut PlanesMut<'_>) {
    if is_near(source, view, (into.width, into.height)) {
        sampler.sample(source, view, into);
    } else {
        resample(source, view, into);
    }
}

/// True if the fast sampler can do it: about as many source pixels as frame pixels, none beyond the edges.
fn is_near(source: &Picture420, view: View, (width, height): (usize, usize)) -> bool {
    let inside = |middle: f64, length: usize, limit: usize| {
        let half = length as f64 * view.step / 2.0;
        middle - half >= 0.0 && middle + half <= limit as f64
    };
    (view.step - 1.0).abs() <= MOST_STEP
        && inside(view.middle.0, width, source.width)
        && inside(view.middle.1, height, source.height)
}

/// As [`sample`], for any step.
fn resample(source: &Picture420, view: View, into: &mut PlanesMut<'_>) {
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let (width, height) = (source.width / scale, source.height / scale);
        let taps = |middle: f64, length: usize, limit: usize| -> Vec<(usize, usize, u32)> {
            let first = middle / scale as f64 - 0.5 - (length as f64 - 1.0) / 2.0 * view.step;
            (0..length)
                .map(|at| {
                    let place = first + at as f64 * view.step;
                    let share = ((place - place.floor()) * 256.0).round() as u32;
                    (mirrored(place.floor() as i64, limit), mirrored(place.floor() as i64 + 1, limit), share)
                })
                .collect()
        };
        let (columns, rows) = (taps(view.middle.0, plane.width, width), taps(view.middle.1, plane.height, height));
        let mut blended = vec![0_u32; width];
        for ((above, below, down), out) in rows.into_iter().zip(plane.data.chunks_mut(plane.stride)) {
            let (upper, lower) = (&source.planes[index][above * width..], &source.planes[index][below * width..]);
            for ((value, upper), lower) in blended.iter_mut().zip(upper).zip(lower) {
                *value = u32::from(*upper) * (256 - down) + u32::from(*lower) * down;
            }
            for (out, (left, right, across)) in out.iter_mut().zip(&columns) {
                *out = ((blended[*left] * (256 - across) + blended[*right] * across + 32_768) >> 16) as u8;
            }
        }
    }
}

/// A place beyond the edges as its mirror image within.
fn mirrored(at: i64, length: usize) -> usize {
    let period = 2 * length as i64;
    let at = at.rem_euclid(period.max(1));
    (if at < length as i64 { at } else { period - 1 - at }) as usize
}
