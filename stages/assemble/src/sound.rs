//! The sound of a cut: spoken parts in their places, effects by cue, music that gives way to the voice, at a fixed loudness
//! and below a fixed true peak. Pure: the same order gives the same samples on every machine.
//!
//! What a second of a cut costs, in CPU milliseconds (`examples/sound_cost.rs`, 60 s of speech and composed music,
//! 128 kbit/s): about 2.8 for the mix (music 0.9, resampling 0.4, weighing 0.3, the rest limiter, ducking and fresh memory),
//! 6 for AAC, 0.4 for listening to the packets and 0.2 for measuring what is heard.

mod bed;
mod duck;
mod effects;
mod exact;
mod instruments;
mod master;
mod meter;
mod music;
mod random;
mod resample;
mod stereo;
mod track;
mod voice;
mod wav;

use reelpress_templates::MusicMood;

use exact::decibels;

pub use effects::{Cue, Effect};
pub use meter::{Loudness, Meter};
pub use stereo::Stereo;
pub use track::{Track, TrackError, TrackLimits, read_track};
pub use voice::narration_levels;

pub(crate) use meter::quick as measured;

/// Samples a second of every mix.
pub const SAMPLE_RATE: u32 = 48_000;
/// Left and right.
pub const CHANNELS: usize = 2;
/// Longest mix, in seconds: bounds the memory of one press to some 700 MB at worst and 90 MB for a usual cut.
pub const LONGEST_SECONDS: u64 = 600;

/// What the sound is to be made of.
#[derive(Debug, Clone)]
pub struct SoundOrder<'a> {
    /// The speech. Its parts are brought to the ordered loudness together; where two overlap, both are heard. Without one,
    /// the music alone has the ordered loudness.
    pub voice: Vec<SpokenPart<'a>>,
    /// Effects and their moments, in any order.
    pub cues: Vec<Cue>,
    /// Length of the mix in stereo samples; the speech is cut off or followed by music alone.
    pub samples: usize,
    /// What lies under the voice.
    pub music: Music<'a>,
    /// Chooses chords, patterns and small variations of composed music and of effects.
    pub seed: u64,
    /// How far the music lies below the voice, in dB (its sign does not matter); `None` leaves the music out.
    pub music_db: Option<f64>,
    /// How much lower it goes while the voice speaks, in dB (its sign does not matter).
    pub duck_db: f64,
    /// Integrated loudness to reach, in LUFS (EBU R 128, ITU-R BS.1770-4).
    pub loudness_lufs: f64,
    /// Highest true peak after coding, in dBTP (ITU-R BS.1770-4, annex 2).
    pub true_peak_dbtp: f64,
}

/// One recording of speech and its place.
#[derive(Debug, Clone, Copy)]
pub struct SpokenPart<'a> {
    /// 16-bit mono WAV, 8,000 to 192,000 samples a second.
    pub wav: &'a [u8],
    /// The sample of the mix, at 48 kHz, at which it begins.
    pub start: usize,
}

/// What lies under the voice.
#[derive(Debug, Clone, Copy)]
pub enum Music<'a> {
    /// Composed for this cut.
    Composed(MusicMood),
    /// A licensed track, played round and round.
    Licensed(&'a Track),
}

/// A finished mix, not yet coded.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// 48,000 samples a second.
    pub sound: Stereo,
    /// As measured over all of it.
    pub loudness: Loudness,
}

/// Why there is no mix.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SoundError {
    /// The speech is not a WAV file we read.
    #[error("part {part} of the voice is not a 16-bit mono WAV: {why}")]
    Wav {
        /// Which part, from 0.
        part: usize,
        /// What is wrong with it.
        why: String,
    },
    /// Nothing is heard.
    #[error("nothing is heard in the {seconds:.1} s of the sound ({parts} spoken parts, all silent or past its end)")]
    Silent {
        /// The sound's length.
        seconds: f64,
        /// Spoken parts in the order.
        parts: usize,
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
    /// The sound's true peak cannot be brought below its limit.
    #[error("the sound reaches {reached:.1} dBTP, above {limit:.1} (lower `loudness_lufs` or raise `audio_bitrate`)")]
    Peak {
        /// What was reached, in dBTP.
        reached: f64,
        /// The limit, in dBTP.
        limit: f64,
    },
    /// The meter failed.
    #[error("could not {action} the sound: {why}")]
    Library {
        /// `measure`.
        action: &'static str,
        /// The library's own word.
        why: String,
    },
}

/// Mixes voice, effects and music to the ordered loudness.
///
/// # Errors
/// Any [`SoundError`]; hostile speech bytes give one, never a panic.
pub fn mix(order: &SoundOrder<'_>) -> Result<Mix, SoundError> {
    let limit = order.true_peak_dbtp;
    let mut aim = order.clone();
    let mut reached = limit;
    for _ in 0..PEAK_ROUNDS {
        let sound = mixed(&aim)?;
        let loudness = measured(&sound);
        reached = loudness.true_peak_dbtp;
        if reached <= limit {
            return Ok(Mix { sound, loudness });
        }
        // Single clicks stand out between samples by more than the limiter leaves room for.
        aim.true_peak_dbtp -= reached - limit + 0.05;
    }
    Err(SoundError::Peak { reached, limit })
}

/// How often a mix is limited further.
const PEAK_ROUNDS: usize = 4;

/// The same, unmeasured: between samples its true peak may stand out a little over the limit.
pub(crate) fn mixed(order: &SoundOrder<'_>) -> Result<Stereo, SoundError> {
    let seconds = order.samples as f64 / f64::from(SAMPLE_RATE);
    if order.samples == 0 || seconds > LONGEST_SECONDS as f64 {
        return Err(SoundError::Length { seconds });
    }
    let silent = || SoundError::Silent { seconds, parts: order.voice.len() };
    let mut voice = voice::placed(&order.voice, order.samples)?;
    if !order.voice.is_empty() {
        let heard = voice::loudness(&voice).ok_or_else(silent)?;
        scale(&mut voice, decibels(order.loudness_lufs - heard));
    }
    let mut sum = match order.music_db {
        Some(below) => under_voice(order, &voice, below.abs()),
        None => Stereo::silence(order.samples),
    };
    for side in sum.sides_mut() {
        side.iter_mut().zip(&voice).for_each(|(sum, voice)| *sum += voice);
    }
    effects::add(&mut sum, &order.cues, order.loudness_lufs, order.seed);
    if sum.sides().into_iter().flatten().all(|sample| *sample == 0.0) {
        return Err(silent());
    }
    master::finish(sum, order.loudness_lufs, order.true_peak_dbtp)
}

/// The music at its level below the voice, ducked and faded.
fn under_voice(order: &SoundOrder<'_>, voice: &[f32], below_db: f64) -> Stereo {
    let mut music = match order.music {
        Music::Composed(mood) => bed::compose(mood, order.seed, order.samples),
        Music::Licensed(track) => music::looped(track.sound(), order.samples),
    };
    music::fade(&mut music);
    let loud = meter::integrated(&meter::weighed(music.sides()));
    // Too short or too soft to have a loudness: it is left out.
    let gain = if loud.is_finite() { decibels(order.loudness_lufs - below_db - loud) } else { 0.0 };
    music.sides_mut().into_iter().for_each(|side| scale(side, gain));
    duck::apply(&mut music, voice, order.duck_db.abs());
    music
}

/// Makes the mix softer there where it is `heard` above the true peak after coding, and nowhere else; each round by more.
pub(crate) fn soften(mix: &mut Stereo, heard: &Stereo, true_peak_dbtp: f64, round: usize) {
    master::soften(mix, heard, true_peak_dbtp, round as f64 * 0.3);
}

/// Makes every sample louder or softer by a factor.
fn scale(samples: &mut [f32], factor: f32) {
    for sample in samples {
        *sample *= factor;
    }
}

#[cfg(test)]
mod tests;
