//! To 48 kHz by a windowed sinc, one row of taps for each place an output sample can have between two input samples.
//! Own arithmetic in a fixed order: libswresample's depends on what the processor can do.

use super::SAMPLE_RATE;
use super::exact::sine;

/// Zero crossings of the sinc on each side.
const CROSSINGS: usize = 16;
/// The Kaiser window's shape: 80 dB down in the stop band.
const SHAPE: f64 = 8.0;
/// The pass band ends at this share of the lower of the two bandwidths.
const PASS: f64 = 0.93;
/// Rates with more places than this (none that is in use) are brought to the nearest of so many.
const MOST_PLACES: u64 = 640;
const PLACES_OTHERWISE: u64 = 4_096;
const LANES: usize = 8;

/// Rows of taps for one input rate.
pub(super) struct Resampler {
    rate: u64,
    places: u64,
    /// Taps in a row: a multiple of [`LANES`].
    taps: usize,
    rows: Vec<f32>,
}

impl Resampler {
    /// From `rate` samples a second, 8,000 to 192,000.
    pub(super) fn from(rate: u32) -> Self {
        let rate = u64::from(rate.clamp(8_000, 192_000));
        let exact = u64::from(SAMPLE_RATE) / common_divisor(rate, u64::from(SAMPLE_RATE));
        let places = if exact <= MOST_PLACES { exact } else { PLACES_OTHERWISE };
        // Going down, the sinc is as much wider as the band is narrower.
        let narrow = (f64::from(SAMPLE_RATE) / rate as f64).min(1.0);
        let half = CROSSINGS as f64 / narrow;
        let taps = (2 * half.ceil() as usize).next_multiple_of(LANES);
        let mut rows = Vec::with_capacity(places as usize * taps);
        for place in 0..places {
            let row: Vec<f64> = (0..taps)
                .map(|tap| {
                    let distance = tap as f64 - (taps / 2 - 1) as f64 - place as f64 / places as f64;
                    sinc(distance * narrow * PASS) * kaiser(distance / half)
                })
                .collect();
            // Each row lets the same level through, or a steady tone would flutter.
            let sum: f64 = row.iter().sum();
            rows.extend(row.iter().map(|tap| (tap / sum) as f32));
        }
        Self { rate, places, taps, rows }
    }

    /// How many samples at 48 kHz this many make, rounded up.
    pub(super) fn length(&self, samples: usize) -> usize {
        (samples as u64 * u64::from(SAMPLE_RATE)).div_ceil(self.rate) as usize
    }

    /// One channel at 48 kHz, at most `most` samples, its first sample at the time of the first one given.
    pub(super) fn run(&self, samples: &[f32], most: usize) -> Vec<f32> {
        if self.rate == u64::from(SAMPLE_RATE) {
            return samples[..samples.len().min(most)].to_vec();
        }
        let before = self.taps / 2 - 1;
        let mut padded = vec![0.0; before];
        padded.extend_from_slice(samples);
        padded.resize(before + samples.len() + self.taps + 1, 0.0);
        let output_rate = u64::from(SAMPLE_RATE);
        let count = self.length(samples.len()).min(most);
        let place_of = |at: usize| {
            let ticks = at as u64 * self.rate;
            let place = (ticks % output_rate * self.places + output_rate / 2) / output_rate;
            // The nearest place may be the next sample's first.
            (ticks / output_rate + place / self.places, place % self.places)
        };
        (0..count)
            .map(|at| {
                let (first, place) = place_of(at);
                let row = &self.rows[place as usize * self.taps..][..self.taps];
                dot(row, &padded[first as usize..][..self.taps])
            })
            .collect()
    }
}

/// In eight sums, always the same eight.
fn dot(row: &[f32], samples: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (taps, samples) in row.chunks_exact(LANES).zip(samples.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += taps[lane] * samples[lane];
        }
    }
    ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]))
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { sine(x / 2.0) / (x * std::f64::consts::PI) }
}

/// The Kaiser window from -1 to 1.
fn kaiser(x: f64) -> f64 {
    if x.abs() >= 1.0 { 0.0 } else { bessel(SHAPE * (1.0 - x * x).sqrt()) / bessel(SHAPE) }
}

/// The modified Bessel function of order zero.
fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    (1..40).rev().fold(1.0, |sum, n| 1.0 + quarter / f64::from(n * n) * sum)
}

fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests;
