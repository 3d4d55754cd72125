//! Brings a mix to its loudness without letting a peak through.

use std::collections::VecDeque;

use super::meter::{Loudness, integrated, measure};
use super::{CHANNELS, Mix, SAMPLE_RATE, SoundError, decibels, scale};

/// The limiter sees this far ahead (5 ms): short enough not to pump, long enough not to crackle.
const LOOK_AHEAD: usize = SAMPLE_RATE as usize / 200;
/// Time constant of the limiter's letting go, in seconds.
const RELEASE_SECONDS: f64 = 0.08;
/// The mix may miss the ordered loudness by this much, in LU.
const TOLERANCE_LU: f64 = 0.3;
/// What the iteration aims at, so that the tolerance is never used up.
const CLOSE_ENOUGH_LU: f64 = 0.1;
/// Limiting lowers the loudness a little, which takes more gain, which takes more limiting: 2 or 3 rounds for speech.
const ROUNDS: usize = 8;
/// More gain than this only raises noise.
const MOST_GAIN_DB: f64 = 40.0;

/// Gains and limits until the loudness is reached with every true peak below the limit.
pub(super) fn finish(mixed: &[f32], wanted_lufs: f64, peak_dbtp: f64) -> Result<Mix, SoundError> {
    let raw_lufs = integrated(mixed)?;
    let mut gain_db = wanted_lufs - raw_lufs;
    let mut ceiling_db = peak_dbtp - 0.1;
    let mut best: Option<Mix> = None;
    for _ in 0..ROUNDS {
        gain_db = gain_db.min(wanted_lufs - raw_lufs + MOST_GAIN_DB);
        let mut samples = mixed.to_vec();
        scale(&mut samples, decibels(gain_db));
        limit(&mut samples, decibels(ceiling_db));
        let loudness = measure(&samples)?;
        let over = loudness.true_peak_dbtp - peak_dbtp;
        let off = wanted_lufs - loudness.integrated_lufs;
        if over <= 0.0 && best.as_ref().is_none_or(|mix| off.abs() < distance(&mix.loudness, wanted_lufs)) {
            best = Some(Mix { samples, loudness });
        }
        if over <= 0.0 && off.abs() <= CLOSE_ENOUGH_LU {
            break;
        }
        // The limiter works on samples; between two of them the true peak can stand out a little more.
        ceiling_db -= if over > 0.0 { over + 0.02 } else { 0.0 };
        gain_db += off;
    }
    let reached = best.as_ref().map_or(raw_lufs, |mix| mix.loudness.integrated_lufs);
    best.filter(|mix| distance(&mix.loudness, wanted_lufs) <= TOLERANCE_LU).ok_or(SoundError::Loudness {
        reached,
        wanted: wanted_lufs,
        peak: peak_dbtp,
    })
}

fn distance(loudness: &Loudness, wanted_lufs: f64) -> f64 {
    (loudness.integrated_lufs - wanted_lufs).abs()
}

/// Samples by which the encoder's and the decoder's windows may move and spread a peak: two AAC frames.
const CODED_SPREAD: usize = 2_048;
/// Samples are held this far below the true peak's limit, in dB: between two of them it can stand out a little more.
const BETWEEN_SAMPLES_DB: f64 = 0.4;

/// Makes the mix softer wherever `heard`, the same sound after encoding, is above the limit: a dip of some 50 ms by as
/// much as the peak stands out.
pub(super) fn soften(mut samples: Vec<f32>, heard: &[f32], peak_dbtp: f64) -> Result<Mix, SoundError> {
    let ceiling = decibels(peak_dbtp - BETWEEN_SAMPLES_DB);
    let mut coded = needed_gains(heard, ceiling);
    coded.resize(samples.len() / CHANNELS + CODED_SPREAD, 1.0);
    let mut lowest = Lowest::default();
    let mut next = 0;
    let needed: Vec<f32> = (0..samples.len() / CHANNELS)
        .map(|at| {
            while next < at + CODED_SPREAD {
                lowest.push(next, coded[next]);
                next += 1;
            }
            lowest.from(at)
        })
        .collect();
    ride(&mut samples, &needed, f32::INFINITY);
    let loudness = measure(&samples)?;
    Ok(Mix { samples, loudness })
}

/// The gain that brings each stereo sample below the ceiling; 1 for those that are.
fn needed_gains(samples: &[f32], ceiling: f32) -> Vec<f32> {
    let gain = |frame: &[f32]| {
        let peak = frame.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        if peak > ceiling { ceiling / peak } else { 1.0 }
    };
    samples.chunks(CHANNELS).map(gain).collect()
}

/// No sample is above `ceiling` afterwards, and the gain moves smoothly: it is the mean, over the look-ahead, of the
/// lowest gain any sample within the look-ahead needs.
fn limit(samples: &mut [f32], ceiling: f32) {
    let needed = needed_gains(samples, ceiling);
    ride(samples, &needed, ceiling);
}

/// Turns every sample down to its needed gain, smoothly; what rounding leaves above the ceiling is cut.
fn ride(samples: &mut [f32], needed: &[f32], ceiling: f32) {
    if needed.iter().all(|gain| *gain >= 1.0) {
        return;
    }
    let release = 1.0 - (-1.0 / (RELEASE_SECONDS * f64::from(SAMPLE_RATE))).exp();
    let mut lowest = Lowest::default();
    let mut next = 0;
    let (mut held, mut sum) = (1.0_f64, LOOK_AHEAD as f64);
    let mut recent: VecDeque<f64> = VecDeque::from(vec![1.0; LOOK_AHEAD]);
    for (at, frame) in samples.chunks_mut(CHANNELS).enumerate() {
        while next < needed.len() && next < at + LOOK_AHEAD {
            lowest.push(next, needed[next]);
            next += 1;
        }
        let lowest_ahead = f64::from(lowest.from(at));
        held = lowest_ahead.min(held + (1.0 - held) * release);
        sum += held - recent.pop_front().unwrap_or(1.0);
        recent.push_back(held);
        // A rounding error of the running sum must not lift a peak over the ceiling.
        let gain = ((sum / LOOK_AHEAD as f64) as f32).min(1.0);
        for sample in frame {
            *sample = (*sample * gain).clamp(-ceiling, ceiling);
        }
    }
}

/// The lowest value of a sliding window.
#[derive(Default)]
struct Lowest(VecDeque<(usize, f32)>);

impl Lowest {
    fn push(&mut self, at: usize, value: f32) {
        while self.0.back().is_some_and(|(_, last)| *last >= value) {
            self.0.pop_back();
        }
        self.0.push_back((at, value));
    }

    /// The lowest value pushed at `first` or later.
    fn from(&mut self, first: usize) -> f32 {
        while self.0.front().is_some_and(|(at, _)| *at < first) {
            self.0.pop_front();
        }
        self.0.front().map_or(1.0, |(_, value)| *value)
    }
}

#[cfg(test)]
mod tests;
