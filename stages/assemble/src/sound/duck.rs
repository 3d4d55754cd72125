//! Lowers the music while the voice speaks.

use super::SAMPLE_RATE;
use super::exact::{decibels, exp};
use super::stereo::Stereo;

/// The gain is computed once for so long and drawn out in straight lines between.
const STEP_MS: usize = 5;
const STEP: usize = SAMPLE_RATE as usize * STEP_MS / 1_000;
/// The music goes down this long before a word begins: by then the attack is three quarters done, and the word's first
/// consonant is clear.
const AHEAD_MS: usize = 80;
/// Gaps in the speech up to this do not let the music up. A breath between two sentences is 200 to 500 ms; music that came
/// up in each of them would pump.
const HOLD_MS: usize = 600;
/// Time constants. Down faster than a syllable and slower than a click; up slowly enough not to be noticed.
const ATTACK_MS: f64 = 60.0;
const RELEASE_MS: f64 = 450.0;
/// A voice is heard above this level, in dB below its loudest 5 ms.
const HEARD_BELOW_PEAK_DB: f64 = 32.0;

/// Lowers `music` by `duck_db` wherever `voice` (mono, as long) speaks.
pub(super) fn apply(music: &mut Stereo, voice: &[f32], duck_db: f64) {
    let gains = envelope(voice, duck_db);
    for side in music.sides_mut() {
        let mut before = gains.first().copied().unwrap_or(1.0);
        for (block, &to) in side.chunks_mut(STEP).zip(&gains) {
            let slope = (to - before) / STEP as f32;
            for (at, sample) in block.iter_mut().enumerate() {
                *sample *= before + slope * at as f32;
            }
            before = to;
        }
    }
}

/// One gain for each step.
fn envelope(voice: &[f32], duck_db: f64) -> Vec<f32> {
    let powers: Vec<f64> = voice.chunks(STEP).map(mean_square).collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let threshold = (loudest * exp(-HEARD_BELOW_PEAK_DB / 10.0 * std::f64::consts::LN_10)).max(f64::MIN_POSITIVE);
    let speaking = spread(&powers.iter().map(|power| *power >= threshold).collect::<Vec<_>>());

    let share = |milliseconds: f64| 1.0 - exp(-(STEP_MS as f64) / milliseconds);
    let (attack, release) = (share(ATTACK_MS), share(RELEASE_MS));
    let mut depth = 0.0;
    speaking
        .iter()
        .map(|&down| {
            let (goal, speed) = if down { (1.0, attack) } else { (0.0, release) };
            depth += (goal - depth) * speed;
            decibels(-duck_db * depth)
        })
        .collect()
}

fn mean_square(block: &[f32]) -> f64 {
    block.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum::<f64>() / block.len().max(1) as f64
}

/// Speaking, from a little before each sound until the hold after it is over. Never empty.
fn spread(heard: &[bool]) -> Vec<bool> {
    let mut until = 0;
    let mut speaking: Vec<bool> = Vec::with_capacity(heard.len().max(1));
    for at in 0..heard.len() {
        if heard[at..].iter().take(AHEAD_MS / STEP_MS).any(|&loud| loud) {
            until = until.max(at + 1);
        }
        if heard[at] {
            until = at + HOLD_MS / STEP_MS;
        }
        speaking.push(at < until);
    }
    if speaking.is_empty() {
        speaking.push(false);
    }
    speaking
}
