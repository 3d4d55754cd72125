//! What the bed is played on. Each adds a note to a stereo sound; what would lie past its end is left out.

use std::f64::consts::TAU;

use super::random::Choices;
use super::{CHANNELS, SAMPLE_RATE};

const RATE: f64 = SAMPLE_RATE as f64;
const TABLE: usize = 2_048;

/// One period of a tone with a few harmonics, so that nothing folds back over half the sample rate.
pub(super) struct Table(Vec<f32>);

impl Table {
    /// Harmonic n has the level 1 / n^`slope`.
    pub(super) fn new(slope: f64, harmonics: u32) -> Self {
        let period = |at: usize| {
            let phase = at as f64 / TABLE as f64 * TAU;
            (1..=harmonics).map(|n| (phase * f64::from(n)).sin() / f64::from(n).powf(slope)).sum::<f64>() as f32
        };
        // One more than a period: reading between two places needs no wrap.
        Self((0..=TABLE).map(period).collect())
    }

    /// `turn` counts periods.
    fn at(&self, turn: f64) -> f32 {
        let place = turn.fract() * TABLE as f64;
        let (low, share) = (place as usize, place.fract() as f32);
        self.0[low] + (self.0[low + 1] - self.0[low]) * share
    }
}

/// Left and right level of a place from -1 (left) to 1 (right), equal power.
fn sides(pan: f32) -> [f32; CHANNELS] {
    let angle = (pan.clamp(-1.0, 1.0) + 1.0) * std::f32::consts::FRAC_PI_4;
    [angle.cos(), angle.sin()]
}

/// The frames from `start` on, at most `length` of them, each with its time in seconds.
fn frames_from(into: &mut [f32], start: usize, length: usize) -> impl Iterator<Item = (f64, &mut [f32])> {
    let from = (start * CHANNELS).min(into.len());
    into[from..].chunks_mut(CHANNELS).take(length).enumerate().map(|(at, frame)| (at as f64 / RATE, frame))
}

fn add(frame: &mut [f32], sound: f32) {
    for sample in frame {
        *sample += sound;
    }
}

/// A soft chord tone that swells, breathes and overlaps the next chord.
pub(super) fn add_pad(into: &mut [f32], start: usize, length: usize, hertz: f64, level: f32, pan: f32, table: &Table) {
    const ATTACK: f64 = 0.45;
    const RELEASE: f64 = 0.8;
    /// Left and right are a little out of tune with each other, which makes it wide.
    const DETUNE: f64 = 0.0016;
    let held = length as f64 / RATE;
    let gains = sides(pan);
    for (time, frame) in frames_from(into, start, length + (RELEASE * RATE) as usize) {
        let rise = (time / ATTACK).min(1.0);
        let fall = (1.0 - (time - held) / RELEASE).clamp(0.0, 1.0);
        let breath = 0.9 + 0.1 * (time * TAU * 0.35 + hertz).sin();
        let amount = level * (rise * fall * fall * breath) as f32;
        frame[0] += amount * gains[0] * table.at(time * hertz * (1.0 - DETUNE));
        frame[1] += amount * gains[1] * table.at(time * hertz * (1.0 + DETUNE) + 0.25);
    }
}

/// A plucked note: bright at first, then a darkening ring.
pub(super) fn add_pluck(into: &mut [f32], start: usize, hertz: f64, level: f32, pan: f32, table: &Table) {
    const RING: f64 = 0.32;
    const BRIGHT: f64 = 0.07;
    let gains = sides(pan);
    for (time, frame) in frames_from(into, start, (RING * 4.0 * RATE) as usize) {
        let turn = time * hertz;
        let onset = (time / 0.003).min(1.0);
        let body = (turn.fract() * TAU).sin() as f32 * (-time / RING).exp() as f32;
        let edge = table.at(turn) * (-time / BRIGHT).exp() as f32;
        let sound = level * onset as f32 * (0.7 * body + 0.5 * edge);
        frame.iter_mut().zip(gains).for_each(|(sample, gain)| *sample += sound * gain);
    }
}

/// A round bass note.
pub(super) fn add_bass(into: &mut [f32], start: usize, hertz: f64, level: f32) {
    const RING: f64 = 0.5;
    for (time, frame) in frames_from(into, start, (RING * 3.0 * RATE) as usize) {
        let turn = (time * hertz).fract() * TAU;
        let shape = (time / 0.012).min(1.0) * (-time / RING).exp();
        let sound = level * (shape * (turn.sin() + 0.3 * (2.0 * turn).sin())) as f32;
        add(frame, sound);
    }
}

/// A soft kick: a tone that falls from 120 to 46 Hz.
pub(super) fn add_kick(into: &mut [f32], start: usize, level: f32) {
    const FALL: f64 = 0.035;
    const RING: f64 = 0.11;
    for (time, frame) in frames_from(into, start, (RING * 4.0 * RATE) as usize) {
        let turns = 46.0 * time + 74.0 * FALL * (1.0 - (-time / FALL).exp());
        let shape = (time / 0.002).min(1.0) * (-time / RING).exp();
        let sound = level * (shape * (turns * TAU).sin()) as f32;
        add(frame, sound);
    }
}

/// A tap of a fingertip: short noise without its top.
pub(super) fn add_tap(into: &mut [f32], start: usize, level: f32, choices: &mut Choices) {
    let mut smooth = 0.0;
    for (time, frame) in frames_from(into, start, (0.12 * RATE) as usize) {
        smooth += 0.25 * (choices.noise() - smooth);
        let sound = level * smooth * (-time / 0.03).exp() as f32 * 3.0;
        add(frame, sound);
    }
}

/// A closed hat: the top of a very short noise.
pub(super) fn add_hat(into: &mut [f32], start: usize, level: f32, choices: &mut Choices) {
    let mut before = 0.0;
    for (time, frame) in frames_from(into, start, (0.07 * RATE) as usize) {
        let noise = choices.noise();
        let sound = level * (noise - before) * (-time / 0.016).exp() as f32;
        before = noise;
        frame[0] += sound * 0.8;
        frame[1] += sound;
    }
}

/// Repeats that wander from side to side and die away.
pub(super) fn add_echo(into: &mut [f32], delay: usize) {
    const FEEDBACK: f32 = 0.34;
    let back = delay.max(1) * CHANNELS;
    for at in (back..into.len()).step_by(CHANNELS) {
        let (left, right) = (into[at - back], into[at - back + 1]);
        into[at] += FEEDBACK * right;
        into[at + 1] += FEEDBACK * left;
    }
}

/// A small room: four combs and two all-passes a side.
pub(super) struct Room {
    sides: [Side; CHANNELS],
}

struct Side {
    combs: [Line; 4],
    passes: [Line; 2],
}

struct Line {
    held: Vec<f32>,
    at: usize,
    damped: f32,
}

impl Room {
    pub(super) fn new() -> Self {
        // Lengths without common factors, a little longer on the right, so that nothing rings.
        let side = |more: usize| Side {
            combs: [1_427, 1_601, 1_777, 1_949].map(|length| Line::new(length + more)),
            passes: [389, 131].map(|length| Line::new(length + more)),
        };
        Self { sides: [side(0), side(29)] }
    }

    /// Adds `dry` and its reverberation to `into`, which is as long.
    pub(super) fn add(&mut self, dry: &[f32], into: &mut [f32]) {
        const WET: f32 = 0.16;
        for (from, to) in dry.chunks(CHANNELS).zip(into.chunks_mut(CHANNELS)) {
            for ((side, &sample), out) in self.sides.iter_mut().zip(from).zip(to) {
                let mut rung = side.combs.iter_mut().map(|line| line.comb(sample)).sum::<f32>();
                for line in &mut side.passes {
                    rung = line.pass(rung);
                }
                *out += sample + WET * rung;
            }
        }
    }
}

impl Line {
    fn new(length: usize) -> Self {
        Self { held: vec![0.0; length], at: 0, damped: 0.0 }
    }

    fn step(&mut self, keep: f32) {
        self.held[self.at] = keep;
        self.at = (self.at + 1) % self.held.len();
    }

    fn comb(&mut self, sample: f32) -> f32 {
        let out = self.held[self.at];
        self.damped += 0.55 * (out - self.damped);
        self.step(sample + 0.79 * self.damped);
        out
    }

    fn pass(&mut self, sample: f32) -> f32 {
        let out = self.held[self.at];
        let kept = sample + 0.5 * out;
        self.step(kept);
        out - 0.5 * kept
    }
}
