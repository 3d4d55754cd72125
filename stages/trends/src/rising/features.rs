//! What the blend is told about an item: the closed forms, the table's means, and how they play together.

use super::blend::sigmoid;
use super::sight::Sight;

/// How many there are.
pub(super) const SIZE: usize = 29;

/// What the blend says before it has learned: mostly the place on the list, and what moves.
pub(super) const GAIN_PRIOR: [f64; SIZE] = {
    let mut prior = [0.0; SIZE];
    prior[0] = -3.0;
    prior[3] = 4.0;
    prior[5] = 1.0;
    prior[8] = 2.0;
    prior
};
/// The table alone.
pub(super) const CHANCE_PRIOR: [f64; SIZE] = {
    let mut prior = [0.0; SIZE];
    prior[27] = 4.0;
    prior
};

/// What the features are measured against.
pub(super) struct Frame {
    pub(super) length: f64,
    pub(super) scale: f64,
    /// Hours of an age step.
    pub(super) step: f64,
    pub(super) candidates: usize,
}

/// 1 well within the first twenty, 0 well beyond: what a report is judged by.
fn among_best(order: u16) -> f64 {
    sigmoid((20.0 - f64::from(order)) / 4.0)
}

fn logit(share: f64) -> f64 {
    let share = share.clamp(0.002, 0.998);
    (share / (1.0 - share)).ln()
}

/// 1 at the top of a list, 0 below its end and off it; by the logarithm.
pub(super) fn place(place: u16, length: f64) -> f64 {
    if place == 0 { 0.0 } else { (1.0 - f64::from(place).ln() / (length.max(2.0) + 1.0).ln()).max(0.0) }
}

pub(super) fn features(sight: &Sight, frame: &Frame, says: &[f64; 4]) -> [f64; SIZE] {
    let length = frame.length.max(2.0);
    let is_listed = sight.place > 0;
    let here = place(sight.place, length);
    let linear = if is_listed { ((length + 1.0 - f64::from(sight.place)) / length).max(0.0) } else { 0.0 };
    let age = (1.0 + f64::from(sight.age) / frame.step).ln() / 3.0;
    let moved = if is_listed && sight.was > 0 {
        ((f64::from(sight.was) / f64::from(sight.place)).ln() / 2.0).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let is_new = f64::from(u8::from(sight.is_new));
    let fell = f64::from(u8::from(!is_listed && sight.was > 0));
    let fast = 1.0 - f64::from(sight.faster).ln_1p() / (frame.candidates.max(2) as f64).ln_1p();
    let log = |speed: f32| (1.0 + f64::from(speed.max(0.0)) / frame.scale.max(1e-9)).ln() / 2.0;
    let (speed, before) = (log(sight.speed), log(sight.before));
    let level = (1.0 + f64::from(sight.level.max(0.0)) / (frame.scale.max(1e-9) * 6.0)).ln() / 3.0;
    let listed = f64::from(u8::from(is_listed));
    let off = length + 1.0;
    let from = if sight.was > 0 { f64::from(sight.was) } else { off };
    let lift = if is_listed { ((from - f64::from(sight.place)) / length).clamp(-1.0, 1.0) } else { 0.0 };
    [
        1.0,
        listed,
        linear,
        here,
        age,
        moved,
        is_new,
        fell,
        fast,
        speed,
        before,
        level,
        here * age,
        here * moved,
        speed * age,
        speed * here,
        is_new * here,
        age * age,
        here * here,
        speed * speed,
        lift,
        lift * here,
        among_best(sight.faster),
        if is_listed { among_best(sight.place) } else { 0.0 },
        says[0],
        says[1],
        says[2],
        logit(says[3]) / 4.0,
        logit(says[0]) / 4.0,
    ]
}
