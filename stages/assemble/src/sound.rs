//! The sound of a cut: voice over a music bed that gives way to it, at a fixed loudness and below a fixed true peak.
//! Pure: the same order gives the same samples.

mod bed;
mod duck;
mod instruments;
mod master;
mod meter;
mod random;
mod wav;

use reelpress_templates::MusicMood;

pub use meter::{Loudness, Meter};

/// Samples a second of every mix.
pub const SAMPLE_RATE: u32 = 48_000;
/// Left and right.
pub const CHANNELS: usize = 2;
/// Longest mix, in seconds: bounds the memory of one press to some 700 MB at worst and 90 MB for a usual cut.
pub const LONGEST_SECONDS: u64 = 600;

/// What the sound is to be made of.
#[derive(Debug, Clone)]
pub struct SoundOrder<'a> {
    /// The speech: 16-bit mono WAV, 8,000 to 192,000 samples a second.
    pub voice: &'a [u8],
    /// Length of the mix in stereo samples; the speech is cut off or followed by music alone.
    pub samples: usize,
    /// What the music is like.
    pub mood: MusicMood,
    /// Chooses chords, patterns and small variations of the music.
    pub seed: u64,
    /// How far the music lies below the voice, in dB (its sign does not matter); `None` leaves the music out.
    pub music_db: Option<f64>,
    /// How much lower it goes while the voice speaks, in dB (its sign does not matter).
    pub duck_db: f64,
    /// Integrated loudness to reach, in LUFS.
    pub loudness_lufs: f64,
    /// Highest true peak, in dBTP.
    pub true_peak_dbtp: f64,
}

/// A finished mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// Left and right in turn, 48,000 pairs a second.
    pub samples: Vec<f32>,
    /// As measured over all of it.
    pub loudness: Loudness,
}

/// Why there is no mix.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SoundError {
    /// The speech is not a WAV file we read.
    #[error("the voice track is not a 16-bit mono WAV: {why}")]
    Wav {
        /// What is wrong with it.
        why: String,
    },
    /// Nothing is heard.
    #[error("the voice track is silent ({seconds:.1} s without a sound)")]
    Silent {
        /// Its length.
        seconds: f64,
    },
    /// More than [`LONGEST_SECONDS`], or nothing.
    #[error("a sound of {seconds:.1} s was ordered, not more than 0 and up to {LONGEST_SECONDS} s")]
    Length {
        /// What was ordered.
        seconds: f64,
    },
    /// Loudness and true peak cannot both be had.
    #[error(
        "the mix reaches {reached:.1} LUFS instead of {wanted:.1} below {peak:.1} dBTP (a voice track of a few clicks? \
         else lower `loudness_lufs`)"
    )]
    Loudness {
        /// What was reached, in LUFS.
        reached: f64,
        /// What was ordered, in LUFS.
        wanted: f64,
        /// The limit of the true peak, in dBTP.
        peak: f64,
    },
    /// libswresample or the meter failed.
    #[error("could not {action} the sound: {why}")]
    Library {
        /// `resample` or `measure`.
        action: &'static str,
        /// The library's own word.
        why: String,
    },
}

/// Mixes voice and music to the ordered loudness.
///
/// # Errors
/// Any [`SoundError`]; hostile speech bytes give one, never a panic.
pub fn mix(order: &SoundOrder<'_>) -> Result<Mix, SoundError> {
    let seconds = order.samples as f64 / f64::from(SAMPLE_RATE);
    if order.samples == 0 || seconds > LONGEST_SECONDS as f64 {
        return Err(SoundError::Length { seconds });
    }
    let speech = wav::parse(order.voice)?;
    let mut voice = wav::resampled(&speech, order.samples)?;
    let heard = meter::mono_loudness(&voice)?;
    if !heard.is_finite() {
        return Err(SoundError::Silent { seconds: speech.seconds() });
    }
    let voice_gain = decibels(order.loudness_lufs - heard);
    scale(&mut voice, voice_gain);

    let mut mixed = stereo(&voice);
    if let Some(below) = order.music_db {
        let mut music = bed::compose(order.mood, order.seed, order.samples);
        let loud = meter::integrated(&music)?;
        if loud.is_finite() {
            let level = decibels(order.loudness_lufs - below.abs() - loud);
            duck::apply(&mut music, &voice, order.duck_db.abs());
            mixed.iter_mut().zip(&music).for_each(|(sum, bed)| *sum += bed * level);
        }
    }
    master::finish(&mixed, order.loudness_lufs, order.true_peak_dbtp)
}

/// The true peak of stereo sound, in dBTP.
pub(crate) fn true_peak(samples: &[f32]) -> Result<f64, SoundError> {
    Ok(meter::measure(samples)?.true_peak_dbtp)
}

/// The mix, softer there where it is `heard` above the true peak after encoding, and nowhere else.
pub(crate) fn softened(mix: Mix, heard: &[f32], true_peak_dbtp: f64) -> Result<Mix, SoundError> {
    master::soften(mix.samples, heard, true_peak_dbtp)
}

fn stereo(mono: &[f32]) -> Vec<f32> {
    mono.iter().flat_map(|&sample| [sample, sample]).collect()
}

/// Makes every sample louder or softer by a factor.
fn scale(samples: &mut [f32], factor: f32) {
    for sample in samples {
        *sample *= factor;
    }
}

/// The factor of a gain in dB.
fn decibels(gain: f64) -> f32 {
    10_f64.powf(gain / 20.0) as f32
}

#[cfg(test)]
mod tests;
