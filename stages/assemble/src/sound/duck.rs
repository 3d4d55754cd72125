//! Lowers the music while the voice speaks.

use super::{CHANNELS, SAMPLE_RATE, scale};

/// The gain is computed once for this many samples (5 ms) and drawn out in straight lines between.
const STEP: usize = SAMPLE_RATE as usize / 200;
/// The music is down this long before a word begins, so that its first sound is clear.
const AHEAD_STEPS: usize = 16;
/// Gaps between words shorter than this do not let the music up.
const HOLD_STEPS: usize = 60;
/// Time constants of going down and of coming back, in seconds.
const ATTACK_SECONDS: f64 = 0.06;
const RELEASE_SECONDS: f64 = 0.45;
/// A voice is heard above this level, in dB below its loudest 5 ms.
const HEARD_BELOW_PEAK_DB: f64 = 32.0;

/// Lowers `music` (stereo) by `duck_db` wherever `voice` (mono, as long) speaks.
pub(super) fn apply(music: &mut [f32], voice: &[f32], duck_db: f64) {
    let gains = envelope(voice, duck_db);
    for (step, block) in music.chunks_mut(STEP * CHANNELS).enumerate() {
        let from = gains[step.min(gains.len() - 1)];
        let to = gains[(step + 1).min(gains.len() - 1)];
        for (at, frame) in block.chunks_mut(CHANNELS).enumerate() {
            let gain = from + (to - from) * (at as f32 / STEP as f32);
            scale(frame, gain);
        }
    }
}

/// One gain for each step.
fn envelope(voice: &[f32], duck_db: f64) -> Vec<f32> {
    let powers: Vec<f64> = voice.chunks(STEP).map(mean_square).collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let threshold = (loudest * 10_f64.powf(-HEARD_BELOW_PEAK_DB / 10.0)).max(f64::MIN_POSITIVE);
    let speaking = spread(&powers.iter().map(|power| *power >= threshold).collect::<Vec<_>>());

    let step_seconds = STEP as f64 / f64::from(SAMPLE_RATE);
    let (attack, release) =
        (1.0 - (-step_seconds / ATTACK_SECONDS).exp(), 1.0 - (-step_seconds / RELEASE_SECONDS).exp());
    let mut depth = 0.0;
    speaking
        .iter()
        .map(|&down| {
            let (goal, speed) = if down { (1.0, attack) } else { (0.0, release) };
            depth += (goal - depth) * speed;
            10_f64.powf(-duck_db * depth / 20.0) as f32
        })
        .collect()
}

fn mean_square(block: &[f32]) -> f64 {
    block.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / block.len().max(1) as f64
}

/// Speaking, from a little before each sound until the hold after it is over. Never empty.
fn spread(heard: &[bool]) -> Vec<bool> {
    let mut until = 0;
    let mut speaking: Vec<bool> = Vec::with_capacity(heard.len().max(1));
    for at in 0..heard.len() {
        if heard[at..].iter().take(AHEAD_STEPS).any(|&loud| loud) {
            until = until.max(at + 1);
        }
        if heard[at] {
            until = at + HOLD_STEPS;
        }
        speaking.push(at < until);
    }
    if speaking.is_empty() {
        speaking.push(false);
    }
    speaking
}
