//! Loudness and true peak by EBU R 128.

use ebur128::{Channel, EbuR128, Mode};

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

/// Measures a whole stereo sound at [`SAMPLE_RATE`].
pub(super) fn measure(samples: &[f32]) -> Result<Loudness, SoundError> {
    let mut meter = Meter::stereo(SAMPLE_RATE)?;
    meter.add(samples)?;
    meter.loudness()
}

/// Integrated loudness of a whole stereo sound, in LUFS: without the true peak it takes a third of the time.
pub(super) fn integrated(samples: &[f32]) -> Result<f64, SoundError> {
    let mut meter = EbuR128::new(CHANNELS as u32, SAMPLE_RATE, Mode::I).map_err(failed)?;
    meter.add_frames_f32(samples).map_err(failed)?;
    meter.loudness_global().map_err(failed)
}

/// Integrated loudness of a mono sound as it will be heard from both sides, in LUFS.
pub(super) fn mono_loudness(samples: &[f32]) -> Result<f64, SoundError> {
    let mut meter = EbuR128::new(1, SAMPLE_RATE, Mode::I).map_err(failed)?;
    meter.set_channel(0, Channel::DualMono).map_err(failed)?;
    meter.add_frames_f32(samples).map_err(failed)?;
    meter.loudness_global().map_err(failed)
}

fn failed(error: ebur128::Error) -> SoundError {
    SoundError::Library { action: "measure", why: error.to_string() }
}
