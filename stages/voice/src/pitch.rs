//! Pitch for voices that have none to set: they speak slower or faster than wanted, and the sound is then played so much
//! faster or slower.

/// Steps of `pitch` that would double a voice's pitch: 0 lowers it by a sixth, 99 raises it as much.
const SCALE: f32 = 300.0;

/// How much higher than the voice is, for a pitch from 0 to 99; 1 for 50.
pub(crate) fn shift(pitch: u32) -> f32 {
    1.0 + (pitch as f32 - 50.0) / SCALE
}

/// The sound as if its samples came that much faster.
pub(crate) fn played(samples: Vec<i16>, speed: f32) -> Vec<i16> {
    // Exactly 1 is the voice as it is.
    if (speed - 1.0).abs() < 1e-6 {
        return samples;
    }
    let speed = f64::from(speed);
    let sample = |at: usize| samples.get(at).copied().map_or(0.0, f64::from);
    let length = (samples.len() as f64 / speed) as usize;
    let played = (0..length).map(|at| {
        let place = at as f64 * speed;
        let (from, share) = (place as usize, place.fract());
        // Through four points (Catmull-Rom).
        let [a, b, c, d] = [sample(from.saturating_sub(1)), sample(from), sample(from + 1), sample(from + 2)];
        let curve =
            b + 0.5 * share * (c - a + share * (2.0 * a - 5.0 * b + 4.0 * c - d + share * (3.0 * (b - c) + d - a)));
        curve.round().clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16
    });
    played.collect()
}
