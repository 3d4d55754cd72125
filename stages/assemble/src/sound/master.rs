//! Brings a mix to its loudness without letting a peak through.

use super::exact::decibels;
use super::meter::{STEP, integrated, weighed};
use super::stereo::{Stereo, peak};
use super::{SAMPLE_RATE, SoundError};

/// The limiter's gain is computed once for so many samples and drawn out in straight lines between: six thousand times a
/// second is more than any gain it takes can move.
const GRAIN: usize = 8;
/// The limiter sees this far ahead (5 ms): short enough not to pump, long enough not to crackle.
const LOOK_AHEAD: usize = SAMPLE_RATE as usize / 200 / GRAIN;
/// Time constant of the limiter's letting go, in seconds.
const RELEASE_SECONDS: f64 = 0.08;
/// What is aimed at, in LU. The estimate it is held against is within 0.02 LU of the truth.
const CLOSE_ENOUGH_LU: f64 = 0.02;
/// Limiting lowers the loudness a little, which takes more gain, which takes more limiting: 2 or 3 rounds for speech.
const ROUNDS: usize = 12;
/// More gain than this only raises noise.
const MOST_GAIN_DB: f64 = 40.0;
/// The mix may miss the ordered loudness by this much, in LU.
pub(super) const TOLERANCE_LU: f64 = 0.3;
/// Samples are held this far below the true peak's limit, in dB. A wave stands out between two samples, and AAC at
/// 128 kbit/s adds to speech and music, by up to 0.4 dB together (four voices, three pieces); so nearly every mix is coded
/// once.
const HEADROOM_DB: f64 = 0.6;

/// Gains and limits `mixed` until the loudness is reached with every true peak below the limit.
///
/// The mix is weighed once. A gain is a factor of every energy, and the limiter's moves so slowly beside 1 ms that it is one,
/// too: each round computes a gain curve and no sound.
pub(super) fn finish(mut mixed: Stereo, wanted_lufs: f64, peak_dbtp: f64) -> Result<Stereo, SoundError> {
    let energies = weighed(mixed.sides());
    let raw_lufs = integrated(&energies);
    let missed = |reached| SoundError::Loudness { reached, wanted: wanted_lufs, peak: peak_dbtp };
    if !raw_lufs.is_finite() {
        return Err(missed(raw_lufs));
    }
    let peaks = peaks(&mixed);
    let ceiling = decibels(peak_dbtp - HEADROOM_DB);
    let first_db = wanted_lufs - raw_lufs;
    let mut gain_db = first_db;
    let mut best: Option<(f64, Vec<f32>, f32)> = None;
    for _ in 0..ROUNDS {
        // A thousandth of a dB: what is smaller is the measuring's own noise.
        gain_db = (gain_db.min(first_db + MOST_GAIN_DB) * 1_000.0).round() / 1_000.0;
        let gain = decibels(gain_db);
        let curve = curve(&needed(&peaks, ceiling / gain));
        let reached = gain_db + integrated(&limited(&energies, &curve));
        let off = wanted_lufs - reached;
        if best.as_ref().is_none_or(|(best, ..)| off.abs() < (wanted_lufs - best).abs()) {
            best = Some((reached, curve, gain));
        }
        if off.abs() <= CLOSE_ENOUGH_LU || !off.is_finite() {
            break;
        }
        gain_db += off;
    }
    let (reached, curve, gain) = best.ok_or_else(|| missed(raw_lufs))?;
    if (reached - wanted_lufs).abs() > TOLERANCE_LU {
        return Err(missed(reached));
    }
    ride(&mut mixed, &curve, gain, ceiling);
    Ok(mixed)
}

/// How far, on each side, the coder's and the decoder's windows may move and spread a peak: an AAC frame.
const CODED_SPREAD: usize = 1_024 / GRAIN;

/// Makes the mix softer wherever `heard`, the same sound after coding, is above the limit: a dip of some 50 ms by as much
/// as the peak stands out, and `more_db` beyond.
pub(super) fn soften(mix: &mut Stereo, heard: &Stereo, peak_dbtp: f64, more_db: f64) {
    let ceiling = decibels(peak_dbtp - HEADROOM_DB / 2.0 - more_db);
    let coded = needed(&peaks(heard), ceiling);
    let grains = mix.len().div_ceil(GRAIN);
    let around = |at: usize| {
        let window = coded.get(at.saturating_sub(CODED_SPREAD)..).unwrap_or_default();
        window[..window.len().min(2 * CODED_SPREAD)].iter().fold(1.0, |low: f32, gain| low.min(*gain))
    };
    let needed: Vec<f32> = (0..grains).map(around).collect();
    ride(mix, &curve(&needed), 1.0, f32::INFINITY);
}

/// The loudest sample of each grain, of both sides.
fn peaks(sound: &Stereo) -> Vec<f32> {
    let grains = sound.left.chunks(GRAIN).zip(sound.right.chunks(GRAIN));
    grains.map(|(left, right)| peak(left).max(peak(right))).collect()
}

/// The gain that brings each grain below the ceiling; 1 for those that are.
fn needed(peaks: &[f32], ceiling: f32) -> Vec<f32> {
    peaks.iter().map(|&peak| if peak > ceiling { ceiling / peak } else { 1.0 }).collect()
}

/// The gain at the beginning of each grain, and at the end of the last. It moves smoothly, and drawn out in straight lines
/// it is nowhere above what a grain needs: it is the mean, over the look-ahead, of the lowest gain that any grain within
/// the look-ahead needs.
fn curve(needed: &[f32]) -> Vec<f32> {
    if needed.iter().all(|gain| *gain >= 1.0) {
        return vec![1.0; needed.len() + 1];
    }
    let release = 1.0 - super::exact::exp(-(GRAIN as f64) / (RELEASE_SECONDS * f64::from(SAMPLE_RATE)));
    let lowest = lowest_ahead(needed);
    // A sound that begins with a peak begins turned down.
    let mut held = f64::from(lowest.first().copied().unwrap_or(1.0));
    let mut sum = held * LOOK_AHEAD as f64;
    let mut recent = [held; LOOK_AHEAD];
    let mut curve = Vec::with_capacity(needed.len() + 1);
    for (at, lowest) in lowest.into_iter().enumerate() {
        held = f64::from(lowest).min(held + (1.0 - held) * release);
        let oldest = &mut recent[at % LOOK_AHEAD];
        sum += held - *oldest;
        *oldest = held;
        // A rounding error of the running sum must not lift a sound that needs no limiting.
        curve.push(((sum / LOOK_AHEAD as f64) as f32).min(1.0));
    }
    curve
}

/// For each border between grains, the lowest gain from the grain before it to the end of the look-ahead.
fn lowest_ahead(needed: &[f32]) -> Vec<f32> {
    let mut window: std::collections::VecDeque<(usize, f32)> = std::collections::VecDeque::new();
    let mut next = 0;
    (0..=needed.len())
        .map(|border| {
            while next < needed.len() && next <= border + LOOK_AHEAD {
                while window.back().is_some_and(|(_, last)| *last >= needed[next]) {
                    window.pop_back();
                }
                window.push_back((next, needed[next]));
                next += 1;
            }
            while window.front().is_some_and(|(at, _)| at + 1 < border) {
                window.pop_front();
            }
            window.front().map_or(1.0, |(_, lowest)| *lowest)
        })
        .collect()
}

/// The energies after the limiter.
fn limited(energies: &[f64], curve: &[f32]) -> Vec<f64> {
    const GRAINS: usize = STEP / GRAIN;
    let gains = curve.chunks(GRAINS).map(|gains| {
        let squares: f64 = gains.iter().map(|gain| f64::from(*gain) * f64::from(*gain)).sum();
        squares / gains.len() as f64
    });
    energies.iter().zip(gains).map(|(energy, gain)| energy * gain).collect()
}

/// Takes the gain and the curve; what rounding leaves above the ceiling is cut.
fn ride(sound: &mut Stereo, curve: &[f32], gain: f32, ceiling: f32) {
    for side in sound.sides_mut() {
        for (grain, ends) in side.chunks_mut(GRAIN).zip(curve.windows(2)) {
            let (from, slope) = (ends[0] * gain, (ends[1] - ends[0]) * gain / GRAIN as f32);
            for (at, sample) in grain.iter_mut().enumerate() {
                *sample = (*sample * (from + slope * at as f32)).clamp(-ceiling, ceiling);
            }
        }
    }
}

#[cfg(test)]
mod tests;
