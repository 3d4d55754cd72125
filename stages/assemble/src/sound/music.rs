//! What lies under the voice: composed, or a licensed track that is played round and round.

use super::SAMPLE_RATE;
use super::exact::sine;
use super::stereo::Stereo;

/// How a piece begins and ends, in milliseconds: in without a start, out as a piece that comes to rest.
const FADE_IN_MS: usize = 400;
const FADE_OUT_MS: usize = 1_400;
/// Its end and its beginning sound together for this long where it goes round, each at equal power.
const LOOP_MS: usize = 750;

/// `samples` of a track from its beginning, over and over; nothing of an empty one.
pub(super) fn looped(track: &Stereo, samples: usize) -> Stereo {
    let mut music = Stereo::silence(samples);
    let length = track.len();
    if length == 0 {
        return music;
    }
    // Of a very short one, at most its half.
    let shared = (LOOP_MS * SAMPLE_RATE as usize / 1_000).min(length / 2);
    let rise: Vec<f32> = (0..shared).map(|at| sine((at as f64 + 0.5) / shared as f64 / 4.0) as f32).collect();
    for (side, into) in track.sides().into_iter().zip(music.sides_mut()) {
        let (head, rest) = side.split_at(shared);
        let (body, tail) = rest.split_at(length - 2 * shared);
        let mut start = 0;
        while start < samples {
            let shares = rise.iter().map(|share| if start == 0 { 1.0 } else { *share });
            into[start..].iter_mut().zip(head).zip(shares).for_each(|((to, from), share)| *to += from * share);
            let body_start = (start + shared).min(samples);
            into[body_start..].iter_mut().zip(body).for_each(|(to, from)| *to += from);
            let tail_start = (start + length - shared).min(samples);
            let falls = rise.iter().rev();
            into[tail_start..].iter_mut().zip(tail).zip(falls).for_each(|((to, from), share)| *to += from * share);
            start += length - shared;
        }
    }
    music
}

/// Rises in and dies away.
pub(super) fn fade(music: &mut Stereo) {
    let (rise, fall) = (FADE_IN_MS * SAMPLE_RATE as usize / 1_000, FADE_OUT_MS * SAMPLE_RATE as usize / 1_000);
    for side in music.sides_mut() {
        let length = side.len();
        for (at, sample) in side.iter_mut().take(rise).enumerate() {
            *sample *= at as f32 / rise as f32;
        }
        for (left, sample) in side[length.saturating_sub(fall)..].iter_mut().rev().enumerate() {
            let share = left as f32 / fall as f32;
            *sample *= share * share;
        }
    }
}

#[cfg(test)]
mod tests;
