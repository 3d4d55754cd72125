//! The spoken parts in their places, and how loud each frame of one is.

use super::exact::{exp, in_decibels};
use super::meter::{integrated, weighed};
use super::resample::Resampler;
use super::stereo::add_at;
use super::{SAMPLE_RATE, SoundError, SpokenPart, wav};

/// A part's first and last samples, in milliseconds: its recording may begin or be cut in the middle of a wave, which
/// would be heard as a click. Shorter than the shortest consonant.
const EDGE_MS: usize = 5;

/// The voice: the parts in a sound of `samples`, mono, at 48 kHz. What lies past its end is left out.
pub(super) fn placed(parts: &[SpokenPart<'_>], samples: usize) -> Result<Vec<f32>, SoundError> {
    let mut voice = vec![0.0; samples];
    let mut resampler: Option<(u32, Resampler)> = None;
    for (at, part) in parts.iter().enumerate() {
        let room = samples.saturating_sub(part.start);
        let speech = wav::parse(part.wav).map_err(|why| SoundError::Wav { part: at, why })?;
        // One speaker's parts have one rate, and its filter is made once.
        if resampler.as_ref().is_none_or(|(rate, _)| *rate != speech.rate) {
            resampler = Some((speech.rate, Resampler::from(speech.rate)));
        }
        let Some((_, resampler)) = &resampler else { continue };
        let wanted = speech.samples.iter().take(room.saturating_mul(speech.rate as usize) / SAMPLE_RATE as usize + 64);
        let heard: Vec<f32> = wanted.map(|sample| f32::from(*sample) / 32_768.0).collect();
        let mut heard = resampler.run(&heard, room);
        soften_edges(&mut heard);
        add_at(&mut voice, part.start.min(samples) as isize, &heard, 1.0);
    }
    Ok(voice)
}

fn soften_edges(part: &mut [f32]) {
    let edge = (SAMPLE_RATE as usize * EDGE_MS / 1_000).min(part.len() / 2);
    let share = |at: usize| at as f32 / edge as f32;
    part.iter_mut().take(edge).enumerate().for_each(|(at, sample)| *sample *= share(at));
    part.iter_mut().rev().take(edge).enumerate().for_each(|(at, sample)| *sample *= share(at));
}

/// Integrated loudness of the voice as it will be heard from both sides, in LUFS; `None` if nothing is heard.
pub(super) fn loudness(voice: &[f32]) -> Option<f64> {
    // Both sides: twice the energy.
    let both: Vec<f64> = weighed([voice]).iter().map(|energy| energy * 2.0).collect();
    Some(integrated(&both)).filter(|loudness| loudness.is_finite())
}

/// Levels this far below a part's loudest frame, in dB, are drawn as nothing.
const DRAWN_DB: f64 = 40.0;
/// A part whose loudest frame is below this, in dB under full scale, is silence and not speech to be drawn large.
const SILENT_DB: f64 = -60.0;
/// The line falls to 1/e of itself within so many milliseconds; it rises at once, or it would lag behind the mouth.
const FALL_MS: f64 = 90.0;

/// For each of `frames` video frames of a spoken part, how loud it is: 255 for the part's loudest frame, 0 for 40 dB below
/// it and less, in steps of equal dB between. The level is the RMS of the frame's time; it rises at once and falls with a
/// time constant of 90 ms. Frames past the part's end fall to 0. The same bytes give the same levels on every machine.
///
/// `wav` is 16-bit mono WAV whose first sample is heard at the first frame's beginning; `fps` is frames a second.
///
/// # Errors
/// [`SoundError::Wav`] if it cannot be read, its part number 0.
pub fn narration_levels(wav: &[u8], fps: u32, frames: usize) -> Result<Vec<u8>, SoundError> {
    let speech = wav::parse(wav).map_err(|why| SoundError::Wav { part: 0, why })?;
    let (rate, fps) = (u64::from(speech.rate), u64::from(fps.max(1)));
    let border = |frame: usize| (frame as u64 * rate / fps).min(speech.samples.len() as u64) as usize;
    let level = |frame: usize| {
        let heard = &speech.samples[border(frame)..border(frame + 1)];
        let power: f64 = heard.iter().map(|sample| f64::from(i32::from(*sample) * i32::from(*sample))).sum();
        in_decibels(power / heard.len().max(1) as f64 / (32_768.0 * 32_768.0)) / 2.0
    };
    let levels: Vec<f64> = (0..frames).map(level).collect();
    let loudest = levels.iter().copied().fold(SILENT_DB, f64::max);
    let keeps = exp(-1_000.0 / (fps as f64 * FALL_MS));
    let mut shown = 0.0;
    let drawn = levels.iter().map(|level| {
        let share = if loudest > SILENT_DB { ((level - loudest) / DRAWN_DB + 1.0).max(0.0) } else { 0.0 };
        shown = f64::max(share, shown * keeps);
        (shown * 255.0).round() as u8
    });
    Ok(drawn.collect())
}

#[cfg(test)]
mod tests;
