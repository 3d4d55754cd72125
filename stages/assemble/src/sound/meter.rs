//! Loudness and true peak by ITU-R BS.1770-4 and EBU R 128: a meter for any sound, and the two halves of one for ours,
//! which take a tenth of its time.

use ebur128::{EbuR128, Mode};

use super::exact::{in_decibels, sine};
use super::stereo::{Stereo, peak};
use super::{CHANNELS, SAMPLE_RATE, SoundError};

/// What a sound measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Gated over the whole, in LUFS; minus infinity for silence and for less than 400 ms.
    pub integrated_lufs: f64,
    /// Highest true peak of any channel, 4 times oversampled, in dBTP; minus infinity for silence.
    pub true_peak_dbtp: f64,
}

/// Measures stereo sound as it comes.
pub struct Meter(EbuR128);

impl Meter {
    /// A meter for stereo at `sample_rate`.
    ///
    /// # Errors
    /// [`SoundError::Library`] if the rate is not one that can be measured.
    pub fn stereo(sample_rate: u32) -> Result<Self, SoundError> {
        EbuR128::new(CHANNELS as u32, sample_rate, Mode::I | Mode::TRUE_PEAK).map(Self).map_err(failed)
    }

    /// Takes in left and right in turn.
    ///
    /// # Errors
    /// [`SoundError::Library`].
    pub fn add(&mut self, samples: &[f32]) -> Result<(), SoundError> {
        self.0.add_frames_f32(samples).map_err(failed)
    }

    /// Takes in two channels of the same length.
    ///
    /// # Errors
    /// [`SoundError::Library`].
    pub fn add_planes(&mut self, left: &[f32], right: &[f32]) -> Result<(), SoundError> {
        self.0.add_frames_planar_f32(&[left, right]).map_err(failed)
    }

    /// What was measured so far.
    ///
    /// # Errors
    /// [`SoundError::Library`].
    pub fn loudness(&self) -> Result<Loudness, SoundError> {
        let mut peak = 0.0_f64;
        for channel in 0..CHANNELS as u32 {
            peak = peak.max(self.0.true_peak(channel).map_err(failed)?);
        }
        let integrated_lufs = self.0.loudness_global().map_err(failed)?;
        Ok(Loudness { integrated_lufs, true_peak_dbtp: 20.0 * peak.log10() })
    }
}

fn failed(error: ebur128::Error) -> SoundError {
    SoundError::Library { action: "measure", why: error.to_string() }
}

/// Measures a whole sound at [`SAMPLE_RATE`].
pub(crate) fn quick(sound: &Stereo) -> Loudness {
    let integrated_lufs = integrated(&weighed(sound.sides()));
    Loudness { integrated_lufs, true_peak_dbtp: in_decibels(f64::from(true_peak(&sound.sides()))) }
}

/// The same by the full meter, to hold the quick one against.
#[cfg(test)]
pub(super) fn measure(sound: &Stereo) -> Result<Loudness, SoundError> {
    let mut meter = Meter::stereo(SAMPLE_RATE)?;
    meter.add_planes(&sound.left, &sound.right)?;
    meter.loudness()
}

/// Weighed energies are summed over this many samples (1 ms), so that a limiter's gain can be applied to them.
pub(super) const STEP: usize = SAMPLE_RATE as usize / 1_000;
/// Steps between the beginnings of two gating blocks (100 ms), and in one (400 ms): BS.1770-4, annex 1.
const HOP_STEPS: usize = 100;
const BLOCK_HOPS: usize = 4;
/// BS.1770-4, annex 1: the level of a full-scale 997 Hz sine on one channel is -3.01 LKFS with it.
const OFFSET_LUFS: f64 = -0.691;
/// Blocks below this are not heard at all; blocks this far below the mean of the others do not count.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
const RELATIVE_GATE_LU: f64 = -10.0;

/// The sum of the squares of the K-weighed samples of all channels, for each whole [`STEP`]. A gain of g changes every
/// one by g squared, so a sound is weighed once however often its gain changes.
pub(super) fn weighed<const N: usize>(channels: [&[f32]; N]) -> Vec<f64> {
    let steps = channels.iter().map(|channel| channel.len() / STEP).min().unwrap_or(0);
    let mut filter = Weighing { shelf: [[0.0; N]; 2], cut: [[0.0; N]; 2] };
    (0..steps).map(|step| filter.energy(channels.map(|channel| &channel[step * STEP..][..STEP]))).collect()
}

/// The two filters of BS.1770-4 for 48 kHz (tables 1 and 2), the head's shelf and the low cut, for all channels at once.
struct Weighing<const N: usize> {
    shelf: [[f64; N]; 2],
    cut: [[f64; N]; 2],
}

impl<const N: usize> Weighing<N> {
    #[expect(
        clippy::needless_range_loop,
        reason = "one sample of every channel at a time: the filters run side by side"
    )]
    fn energy(&mut self, blocks: [&[f32]; N]) -> f64 {
        const SHELF_B: [f64; 3] = [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85];
        const SHELF_A: [f64; 2] = [-1.690_659_293_182_41, 0.732_480_774_215_85];
        const CUT_A: [f64; 2] = [-1.990_047_454_833_98, 0.990_072_250_366_21];
        /// Below any sound; smaller numbers would be denormal before long, and slow.
        const NOTHING: f64 = 1e-30;
        let blocks: [&[f32; STEP]; N] = blocks.map(|block| block.first_chunk().unwrap_or(&[0.0; STEP]));
        let ([mut s0, mut s1], [mut c0, mut c1]) = (self.shelf, self.cut);
        let mut energies = [0.0; N];
        for at in 0..STEP {
            for lane in 0..N {
                let x = f64::from(blocks[lane][at]);
                let shelved = SHELF_B[0] * x + s0[lane];
                s0[lane] = SHELF_B[1] * x - SHELF_A[0] * shelved + s1[lane];
                s1[lane] = SHELF_B[2] * x - SHELF_A[1] * shelved;
                let heard = shelved + c0[lane];
                c0[lane] = -2.0 * shelved - CUT_A[0] * heard + c1[lane];
                c1[lane] = shelved - CUT_A[1] * heard;
                energies[lane] += heard * heard;
            }
        }
        let settled = |lanes: [f64; N]| lanes.map(|value| if value.abs() < NOTHING { 0.0 } else { value });
        self.shelf = [settled(s0), settled(s1)];
        self.cut = [settled(c0), settled(c1)];
        energies.iter().sum()
    }
}

/// Integrated loudness from weighed energies, in LUFS, gated as in BS.1770-4, annex 1.
pub(super) fn integrated(energies: &[f64]) -> f64 {
    let hops: Vec<f64> = energies.chunks_exact(HOP_STEPS).map(|steps| steps.iter().sum()).collect();
    let samples = (STEP * HOP_STEPS * BLOCK_HOPS) as f64;
    let blocks: Vec<f64> = hops.windows(BLOCK_HOPS).map(|hops| hops.iter().sum::<f64>() / samples).collect();
    let mean_above = |gate_lufs: f64| {
        let loud = blocks.iter().filter(|block| lufs(**block) > gate_lufs);
        let (sum, count) = loud.fold((0.0, 0_u32), |(sum, count), block| (sum + block, count + 1));
        lufs(if count == 0 { 0.0 } else { sum / f64::from(count) })
    };
    let relative = mean_above(ABSOLUTE_GATE_LUFS) + RELATIVE_GATE_LU;
    mean_above(relative.max(ABSOLUTE_GATE_LUFS))
}

fn lufs(mean_square: f64) -> f64 {
    OFFSET_LUFS + in_decibels(mean_square) / 2.0
}

/// Oversampling and taps of the interpolating filter: a sinc in a Hann window, as the full meter's.
const OVERSAMPLING: usize = 4;
const TAPS_A_PLACE: usize = 12;
/// Samples looked at together; more than the taps, so that a window lies within two blocks.
const BLOCK: usize = 32;

/// The highest true peak of any channel, full scale at 1 (BS.1770-4, annex 2, 4 times oversampled).
///
/// Between samples a wave can stand out over the samples around it by the sum of the filter's taps at most. So only the
/// places where the samples alone come that near to the highest peak so far are oversampled: the result is the same.
pub(super) fn true_peak(channels: &[&[f32]]) -> f32 {
    let filter = interpolator();
    let most = filter.iter().map(|taps| taps.iter().map(|tap| tap.abs()).sum::<f32>()).fold(0.0, f32::max);
    // A little more than the bound, for rounding.
    let bound = most * 1.000_1;
    let mut highest = channels.iter().map(|channel| peak(channel)).fold(0.0, f32::max);
    for channel in channels {
        highest = between_samples(channel, &filter, bound, highest);
    }
    highest
}

fn between_samples(channel: &[f32], filter: &[[f32; TAPS_A_PLACE]], bound: f32, mut highest: f32) -> f32 {
    let mut window = [0.0_f32; BLOCK + TAPS_A_PLACE - 1];
    let mut before = 0.0;
    for (at, block) in channel.chunks(BLOCK).enumerate() {
        let here = peak(block);
        let loudest = here.max(before);
        before = here;
        if loudest * bound <= highest {
            continue;
        }
        let start = at * BLOCK;
        let history = (TAPS_A_PLACE - 1).min(start);
        window.fill(0.0);
        window[TAPS_A_PLACE - 1 - history..][..history + block.len()]
            .copy_from_slice(&channel[start - history..start + block.len()]);
        for taps in filter {
            let mut sums = [0.0_f32; BLOCK];
            for (back, tap) in taps.iter().enumerate() {
                let from = &window[TAPS_A_PLACE - 1 - back..][..BLOCK];
                sums.iter_mut().zip(from).for_each(|(sum, sample)| *sum += tap * sample);
            }
            // Past the sound's end nothing is measured, as in the full meter.
            highest = highest.max(peak(&sums[..block.len()]));
        }
    }
    highest
}

/// The taps of each place between two samples, from the newest sample back. The place on a sample needs none.
fn interpolator() -> [[f32; TAPS_A_PLACE]; OVERSAMPLING - 1] {
    let whole = OVERSAMPLING * TAPS_A_PLACE;
    std::array::from_fn(|place| {
        std::array::from_fn(|back| {
            let tap = (place + 1 + OVERSAMPLING * back) as f64;
            let distance = (tap - whole as f64 / 2.0) / OVERSAMPLING as f64;
            let sinc = sine(distance / 2.0) / (distance * std::f64::consts::PI);
            let hann = 0.5 * (1.0 - super::exact::cosine(tap / whole as f64));
            (sinc * hann) as f32
        })
    })
}

#[cfg(test)]
mod tests;
