//! Sounds for what happens in the picture, drawn by arithmetic: nothing to license.

use std::sync::Arc;

use super::SAMPLE_RATE;
use super::exact::{decibels, exp, sine};
use super::instruments::sides;
use super::random::Choices;
use super::stereo::{Stereo, add_at, peak};
use super::track::Track;

const RATE: f64 = SAMPLE_RATE as f64;

/// A sound at a moment of the cut.
#[derive(Debug, Clone)]
pub struct Cue {
    /// The sample, at 48 kHz, at which it is felt to happen: where a whoosh passes, a riser ends, anything else begins.
    pub sample: usize,
    /// What is heard.
    pub effect: Effect,
}

/// The kinds of sounds.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Air that passes from one side to the other, for a transition; 0.5 s.
    Whoosh,
    /// A bubble, for something that appears; 0.1 s.
    Pop,
    /// A clock's tick, for a counter or a list; 30 ms.
    Tick,
    /// A small bell, for an answer; 1.2 s.
    Ding,
    /// Air that swells and rises for 1.2 s up to the moment.
    Riser,
    /// A soft, low blow, for a title; 0.9 s.
    Impact,
    /// A licensed recording; its first 10 s are heard.
    Recorded(Arc<Track>),
}

/// Longest part of a recording, in seconds.
const LONGEST_SECONDS: usize = 10;

impl Effect {
    /// How far its highest sample lies over the voice's integrated loudness, in dB. A voice's own peaks are 10 to 14 dB
    /// over it: every effect stays below them, the sharp ones (which the ear finds louder) further.
    fn over_voice_db(&self) -> f64 {
        match self {
            Self::Whoosh => 0.0,
            Self::Pop | Self::Recorded(_) => 2.0,
            Self::Tick => -4.0,
            Self::Ding => -2.0,
            Self::Riser => -3.0,
            Self::Impact => 5.0,
        }
    }

    /// Seconds from its beginning to the moment it is felt to happen.
    fn lead(&self) -> f64 {
        match self {
            Self::Whoosh => 0.26,
            Self::Riser => 1.2,
            Self::Pop | Self::Tick | Self::Ding | Self::Impact | Self::Recorded(_) => 0.0,
        }
    }

    /// The sound, its highest sample at 1 (or silence).
    fn render(&self, choices: &mut Choices) -> Stereo {
        let mut sound = match self {
            Self::Whoosh => whoosh(choices),
            Self::Pop => Stereo::centred(&pop()),
            Self::Tick => Stereo::centred(&tick(choices)),
            Self::Ding => Stereo::centred(&ding()),
            Self::Riser => riser(choices),
            Self::Impact => Stereo::centred(&impact(choices)),
            Self::Recorded(track) => recorded(track),
        };
        let highest = sound.sides().into_iter().map(peak).fold(0.0, f32::max);
        if highest > 0.0 {
            sound.sides_mut().into_iter().flatten().for_each(|sample| *sample /= highest);
        }
        sound
    }
}

/// Adds every cue to `into`; `voice_lufs` is the voice's loudness there. What lies past the end is cut off with a fade.
pub(super) fn add(into: &mut Stereo, cues: &[Cue], voice_lufs: f64, seed: u64) {
    for (at, cue) in cues.iter().enumerate() {
        if cue.sample >= into.len() {
            continue;
        }
        let mut choices = Choices::new(seed ^ 0x6375_6500 ^ ((at as u64) << 32));
        let mut sound = cue.effect.render(&mut choices);
        let start = cue.sample as isize - (cue.effect.lead() * RATE) as isize;
        let room = into.len().saturating_add_signed(-start);
        let skipped = start.min(0).unsigned_abs();
        let gain = decibels(voice_lufs + cue.effect.over_voice_db());
        // From one cue to the next, air passes the other way.
        let mut ways = sound.sides_mut();
        if at % 2 == 1 {
            ways.reverse();
        }
        let [left, right] = ways;
        for (side, into) in [left, right].into_iter().zip(into.sides_mut()) {
            side.truncate(room);
            soft_edges(&mut side[skipped.min(room)..]);
            add_at(into, start, side, gain);
        }
    }
}

/// Half a millisecond in and ten out: no edge is heard where a sound is cut.
pub(super) fn soft_edges(sound: &mut [f32]) {
    const IN: usize = SAMPLE_RATE as usize / 2_000;
    const OUT: usize = SAMPLE_RATE as usize / 100;
    sound.iter_mut().take(IN).enumerate().for_each(|(at, sample)| *sample *= at as f32 / IN as f32);
    sound.iter_mut().rev().take(OUT).enumerate().for_each(|(at, sample)| *sample *= at as f32 / OUT as f32);
}

fn frames(seconds: f64) -> impl Iterator<Item = f64> {
    (0..(seconds * RATE) as usize).map(|at| at as f64 / RATE)
}

/// Noise through a resonant band that can move from sample to sample.
struct Air {
    low: f64,
    band: f64,
}

impl Air {
    fn new() -> Self {
        Self { low: 0.0, band: 0.0 }
    }

    fn next(&mut self, noise: f32, hertz: f64, damping: f64) -> f64 {
        let step = 2.0 * sine(hertz / RATE / 2.0);
        self.low += step * self.band;
        let high = f64::from(noise) - self.low - damping * self.band;
        self.band += step * high;
        self.band
    }
}

fn whoosh(choices: &mut Choices) -> Stereo {
    const SECONDS: f64 = 0.5;
    const PASSES: f64 = 0.26;
    let mut air = Air::new();
    let mut sound = Stereo::default();
    for time in frames(SECONDS) {
        let away = (time - PASSES) / if time < PASSES { PASSES } else { SECONDS - PASSES };
        let near = 1.0 - away * away;
        let level = near * near * near;
        let passed = air.next(choices.noise(), 350.0 + 1_500.0 * near * near, 0.9) * level;
        let [left, right] = sides((away * 0.6) as f32);
        sound.left.push(passed as f32 * left);
        sound.right.push(passed as f32 * right);
    }
    sound
}

fn riser(choices: &mut Choices) -> Stereo {
    const SECONDS: f64 = 1.2;
    let mut sides = [Air::new(), Air::new()];
    let mut sound = Stereo::default();
    for time in frames(SECONDS) {
        let share = time / SECONDS;
        let end = ((SECONDS - time) / 0.04).min(1.0);
        let level = share * share * end;
        let hertz = 400.0 * exp(share * 2.2);
        let mut next = |side: usize| (sides[side].next(choices.noise(), hertz, 0.6) * level) as f32;
        sound.left.push(next(0));
        sound.right.push(next(1));
    }
    sound
}

fn pop() -> Vec<f32> {
    let mut turns = 0.0;
    let sound = |time: f64| {
        // A bubble's pitch rises as it closes.
        turns += (320.0 + 520.0 * (time / 0.06).min(1.0)) / RATE;
        ((time / 0.003).min(1.0) * exp(-time / 0.022) * sine(turns)) as f32
    };
    frames(0.12).map(sound).collect()
}

fn tick(choices: &mut Choices) -> Vec<f32> {
    let sound = |time: f64| {
        let wood = sine(time * 2_100.0) + 0.5 * sine(time * 3_370.0);
        let knock = f64::from(choices.noise()) * exp(-time / 0.0015) * 0.4;
        ((time / 0.000_6).min(1.0) * (wood * exp(-time / 0.005) + knock)) as f32
    };
    frames(0.04).map(sound).collect()
}

fn ding() -> Vec<f32> {
    /// A struck bar: pitch, level and ring of its first modes.
    const MODES: [(f64, f64, f64); 4] =
        [(1_046.5, 1.0, 0.32), (2_093.0, 0.35, 0.22), (2_888.0, 0.22, 0.12), (5_651.0, 0.08, 0.05)];
    let sound = |time: f64| {
        let rung: f64 = MODES.iter().map(|(hertz, level, ring)| level * exp(-time / ring) * sine(time * hertz)).sum();
        ((time / 0.002).min(1.0) * rung) as f32
    };
    frames(1.2).map(sound).collect()
}

fn impact(choices: &mut Choices) -> Vec<f32> {
    let mut smooth = 0.0;
    let sound = |time: f64| {
        smooth += 0.06 * (f64::from(choices.noise()) - smooth);
        let turns = 42.0 * time + 40.0 * 0.05 * (1.0 - exp(-time / 0.05));
        let body = sine(turns) * exp(-time / 0.2);
        ((time / 0.004).min(1.0) * (body + smooth * exp(-time / 0.07))) as f32
    };
    frames(0.9).map(sound).collect()
}

fn recorded(track: &Track) -> Stereo {
    let mut sound = track.sound().clone();
    sound.sides_mut().into_iter().for_each(|side| side.truncate(LONGEST_SECONDS * SAMPLE_RATE as usize));
    sound
}

#[cfg(test)]
mod tests;
