//! What the bed is played on. A note is rendered once and added as often as it is played: it is exactly the same note.

use super::SAMPLE_RATE;
use super::exact::{cosine, exp, ln, sine};
use super::random::Choices;
use super::stereo::{Stereo, add_at};

const RATE: f64 = SAMPLE_RATE as f64;
const TABLE_BITS: u32 = 11;
const TABLE: usize = 1 << TABLE_BITS;
/// Places between two entries of a table.
const PLACES: u32 = 1 << (32 - TABLE_BITS);

/// One period of a tone with a few harmonics, so that nothing folds back over half the sample rate.
pub(super) struct Table(Vec<f32>);

impl Table {
    /// Harmonic n has the level 1 / n^`slope`.
    pub(super) fn sloping(slope: f64, harmonics: u32) -> Self {
        Self::of(&(1..=harmonics).map(|n| exp(-slope * ln(f64::from(n)))).collect::<Vec<_>>())
    }

    /// The levels of the first harmonics.
    pub(super) fn of(levels: &[f64]) -> Self {
        let period = |at: usize| {
            let turn = at as f64 / TABLE as f64;
            levels.iter().enumerate().map(|(n, level)| level * sine(turn * (n + 1) as f64)).sum::<f64>() as f32
        };
        // One more than a period: reading between two places needs no wrap.
        Self((0..=TABLE).map(period).collect())
    }

    /// The tone from a place within its period (in turns), for so many samples.
    fn play(&self, hertz: f64, from: f64, samples: usize) -> impl Iterator<Item = f32> {
        // A turn is 2^32: going round costs nothing and never drifts.
        let whole = 4_294_967_296.0;
        let step = (hertz / RATE * whole) as u64 as u32;
        let mut turn = (from * whole) as u64 as u32;
        (0..samples).map(move |_| {
            let low = (turn >> (32 - TABLE_BITS)) as usize;
            let share = (turn & (PLACES - 1)) as f32 / PLACES as f32;
            turn = turn.wrapping_add(step);
            self.0[low] + (self.0[low + 1] - self.0[low]) * share
        })
    }
}

/// Left and right level of a place from -1 (left) to 1 (right), equal power.
pub(super) fn sides(pan: f32) -> [f32; 2] {
    let turns = (f64::from(pan.clamp(-1.0, 1.0)) + 1.0) / 8.0;
    [cosine(turns) as f32, sine(turns) as f32]
}

/// Adds a note to both sides.
pub(super) fn add(into: &mut Stereo, start: usize, note: &[f32], level: f32, pan: f32) {
    let [left, right] = sides(pan);
    add_at(&mut into.left, start as isize, note, level * left);
    add_at(&mut into.right, start as isize, note, level * right);
}

/// Dies away to 1/e within `seconds`.
struct Decay {
    level: f64,
    factor: f64,
}

impl Decay {
    fn over(seconds: f64) -> Self {
        Self { level: 1.0, factor: exp(-1.0 / (seconds * RATE)) }
    }

    fn next(&mut self) -> f32 {
        let level = self.level;
        self.level *= self.factor;
        level as f32
    }
}

/// Rises from 0 to 1 in a straight line.
fn onset(at: usize, seconds: f64) -> f32 {
    (at as f64 / (seconds * RATE)).min(1.0) as f32
}

/// Left and right of a soft chord tone that swells, breathes and overlaps the next chord.
pub(super) fn pad(held: usize, hertz: f64, table: &Table) -> [Vec<f32>; 2] {
    const ATTACK: f64 = 0.45;
    const RELEASE: f64 = 0.8;
    /// Left and right are a little out of tune with each other, which makes it wide.
    const DETUNE: f64 = 0.0016;
    /// Its shape moves slowly: it is computed once for so many samples and drawn in straight lines between.
    const STEP: usize = 64;
    let samples = held + (RELEASE * RATE) as usize;
    let shape = |step: usize| {
        let time = (step * STEP) as f64 / RATE;
        let rise = (time / ATTACK).min(1.0);
        let fall = (1.0 - (time - held as f64 / RATE) / RELEASE).clamp(0.0, 1.0);
        (rise * fall * fall * (0.9 + 0.1 * sine(time * 0.35 + hertz / 6.3))) as f32
    };
    let shapes: Vec<f32> = (0..=samples / STEP + 1).map(shape).collect();
    [(1.0 - DETUNE, 0.0), (1.0 + DETUNE, 0.25)].map(|(tuned, from)| {
        let mut note: Vec<f32> = table.play(hertz * tuned, from, samples).collect();
        for (block, shape) in note.chunks_mut(STEP).zip(shapes.windows(2)) {
            let slope = (shape[1] - shape[0]) / STEP as f32;
            for (at, sample) in block.iter_mut().enumerate() {
                *sample *= shape[0] + slope * at as f32;
            }
        }
        note
    })
}

/// A plucked note: bright at first, then a darkening ring.
pub(super) fn pluck(hertz: f64, plain: &Table, bright: &Table) -> Vec<f32> {
    const RING: f64 = 0.32;
    const BRIGHT: f64 = 0.07;
    let (mut ring, mut edge) = (Decay::over(RING), Decay::over(BRIGHT));
    let samples = (RING * 4.0 * RATE) as usize;
    let tones = plain.play(hertz, 0.0, samples).zip(bright.play(hertz, 0.0, samples));
    let sound = |(at, (plain, bright)): (usize, (f32, f32))| {
        // It ends in a straight line, or its last sample would be heard as a tick.
        let end = onset(samples - at, 0.05);
        onset(at, 0.003) * end * (0.7 * plain * ring.next() + 0.5 * bright * edge.next())
    };
    tones.enumerate().map(sound).collect()
}

/// A round bass note.
pub(super) fn bass(hertz: f64) -> Vec<f32> {
    const RING: f64 = 0.5;
    let mut ring = Decay::over(RING);
    let samples = (RING * 3.0 * RATE) as usize;
    let tone = Table::of(&[1.0, 0.3]);
    let sound = |(at, tone): (usize, f32)| onset(at, 0.012) * onset(samples - at, 0.1) * tone * ring.next();
    tone.play(hertz, 0.0, samples).enumerate().map(sound).collect()
}

/// A soft kick: a tone that falls from 120 to 46 Hz.
pub(super) fn kick() -> Vec<f32> {
    const FALL: f64 = 0.035;
    const RING: f64 = 0.11;
    let (mut fall, mut ring) = (Decay::over(FALL), Decay::over(RING));
    let samples = (RING * 4.0 * RATE) as usize;
    let sound = |at: usize| {
        let turns = 46.0 * at as f64 / RATE + 74.0 * FALL * (1.0 - f64::from(fall.next()));
        onset(at, 0.002) * onset(samples - at, 0.05) * ring.next() * sine(turns) as f32
    };
    (0..samples).map(sound).collect()
}

/// A tap of a fingertip: short noise without its top.
pub(super) fn tap(choices: &mut Choices) -> Vec<f32> {
    let mut ring = Decay::over(0.03);
    let mut smooth = 0.0;
    let sound = |_| {
        smooth += 0.25 * (choices.noise() - smooth);
        smooth * ring.next() * 3.0
    };
    (0..(0.12 * RATE) as usize).map(sound).collect()
}

/// A closed hat: the top of a very short noise.
pub(super) fn hat(choices: &mut Choices) -> Vec<f32> {
    let mut ring = Decay::over(0.016);
    let mut before = 0.0;
    let sound = |_| {
        let noise = choices.noise();
        let top = noise - before;
        before = noise;
        top * ring.next()
    };
    (0..(0.07 * RATE) as usize).map(sound).collect()
}

/// Repeats that wander from side to side and die away.
pub(super) fn add_echo(into: &mut Stereo, delay: usize) {
    const FEEDBACK: f32 = 0.34;
    let delay = delay.max(1);
    let mut start = delay;
    // What is repeated lies a whole block back, so a block's samples do not wait for each other.
    while start < into.len() {
        let end = (start + delay).min(into.len());
        let count = end - start;
        let (left_before, left) = into.left[start - delay..end].split_at_mut(delay);
        let (right_before, right) = into.right[start - delay..end].split_at_mut(delay);
        for at in 0..count {
            left[at] += FEEDBACK * right_before[at];
            right[at] += FEEDBACK * left_before[at];
        }
        start = end;
    }
}

/// Adds `dry` and its reverberation in a small room to `into`, which is as long: four combs and two all-passes a side.
pub(super) fn add_room(dry: &Stereo, into: &mut Stereo) {
    // Lengths without common factors, a little longer on the right, so that nothing rings.
    for (more, (from, to)) in [0, 29].into_iter().zip(dry.sides().into_iter().zip(into.sides_mut())) {
        room_side(more, from, to);
    }
}

fn room_side(more: usize, from: &[f32], to: &mut [f32]) {
    const WET: f32 = 0.16;
    /// Far below hearing; without it the dying room is computed in denormal numbers, ten times slower.
    const FLOOR: f32 = 1e-18;
    let mut combs = [1_427, 1_601, 1_777, 1_949].map(|length| Line::new(length + more));
    let mut passes = [389, 131].map(|length| Line::new(length + more));
    let mut damped = [0.0_f32; 4];
    for (&sample, out) in from.iter().zip(to) {
        let mut rung = 0.0;
        for (line, damped) in combs.iter_mut().zip(&mut damped) {
            let old = line.oldest();
            *damped += 0.55 * (old - *damped);
            line.push(sample + FLOOR + 0.79 * *damped);
            rung += old;
        }
        for line in &mut passes {
            let old = line.oldest();
            let kept = rung + 0.5 * old;
            line.push(kept);
            rung = old - 0.5 * kept;
        }
        *out += sample + WET * rung;
    }
}

struct Line {
    held: Vec<f32>,
    at: usize,
}

impl Line {
    fn new(length: usize) -> Self {
        Self { held: vec![0.0; length], at: 0 }
    }

    fn oldest(&self) -> f32 {
        self.held[self.at]
    }

    /// In the place of the oldest.
    fn push(&mut self, sample: f32) {
        self.held[self.at] = sample;
        self.at += 1;
        if self.at == self.held.len() {
            self.at = 0;
        }
    }
}
