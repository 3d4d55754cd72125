//! Milliseconds of the speech to frames of the cut.
//!
//! Every scene is a whole number of frames, and its words are counted from its own first frame. So a scene whose speech
//! did not change has the same frames wherever in the cut it is: that is what lets a cut reuse its segments.

use reelpress_vocabulary::{Script, Span, VoiceTrack};

use crate::error::AssembleError;
use crate::picture::TimedWord;
use crate::sound::{LONGEST_SECONDS, SAMPLE_RATE};

/// The cut goes on this long after the speech, in milliseconds (rounded down to whole frames): the music fades out and
/// the last word is not cut off when a player starts over. Half a second would already feel like waiting.
pub const TAIL_MS: u64 = 400;
/// Shortest scene in frames: a segment has two or more.
const LEAST_FRAMES: u64 = 4;

/// When things are seen, counted in frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    fps: u32,
    /// The first frame of each scene, and the end of the last.
    bounds: Vec<u64>,
}

impl Timeline {
    /// A scene for each beat: its speech, of so many milliseconds, rounded up to whole frames; the last has the tail too.
    #[must_use]
    pub fn new(beats_ms: &[u64], fps: u32) -> Self {
        let per_second = u64::from(fps);
        let mut bounds = vec![0];
        let mut end: u64 = 0;
        for (at, beat_ms) in beats_ms.iter().enumerate() {
            let spoken = beat_ms.saturating_mul(per_second).div_ceil(1_000).max(LEAST_FRAMES);
            let tail = if at + 1 == beats_ms.len() { TAIL_MS * per_second / 1_000 } else { 0 };
            end = end.saturating_add(spoken).saturating_add(tail);
            bounds.push(end);
        }
        Self { fps, bounds }
    }

    /// Frames a second.
    #[must_use]
    pub fn fps(&self) -> u32 {
        self.fps
    }

    /// Frames in all.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.bounds.last().copied().unwrap_or_default()
    }

    /// The first frame of each scene and the first after it.
    #[must_use = "it is lazy"]
    pub fn scenes(&self) -> impl ExactSizeIterator<Item = (u64, u64)> {
        self.bounds.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// Length in milliseconds, rounded to the nearest.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.milliseconds(self.frames())
    }

    /// When a frame begins, in samples of the mix (48 kHz), rounded to the nearest; the sound of a cut ends with the
    /// sample of its end.
    #[must_use]
    pub fn sample_at(&self, frame: u64) -> usize {
        let rate = u64::from(SAMPLE_RATE);
        usize::try_from((frame * rate + u64::from(self.fps) / 2) / u64::from(self.fps)).unwrap_or(usize::MAX)
    }

    /// Length in stereo samples of the mix.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.sample_at(self.frames())
    }

    /// When a frame begins, in milliseconds, rounded to the nearest.
    #[must_use]
    pub fn milliseconds(&self, frame: u64) -> u64 {
        (frame * 1_000 + u64::from(self.fps) / 2) / u64::from(self.fps)
    }

    /// Where each beat is in the cut.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        let span = |(first, end)| Span { start_ms: self.milliseconds(first), end_ms: self.milliseconds(end) };
        self.scenes().map(span).collect()
    }
}

/// The words of a beat, in frames from its scene's first; `frames` is the scene's length.
pub(crate) fn words(beat: &reelpress_vocabulary::SpokenBeat, frames: u64, fps: u32) -> Vec<TimedWord> {
    let frame_at = |milliseconds: u64| {
        (milliseconds.saturating_mul(u64::from(fps)).saturating_add(500) / 1_000).min(frames.saturating_sub(1))
    };
    let word = |word: &reelpress_vocabulary::Word| {
        let start_frame = frame_at(word.start_ms);
        // Even the shortest word is seen for one frame.
        TimedWord { text: word.text.clone(), start_frame, end_frame: frame_at(word.end_ms).max(start_frame + 1) }
    };
    beat.words.iter().map(word).collect()
}

/// Refuses speech that does not fit its script or whose times cannot be.
pub(crate) fn check(script: &Script, voice: &VoiceTrack) -> Result<(), AssembleError> {
    let (spoken, written) = (voice.beats.len(), script.beats().len());
    if spoken != written {
        return Err(AssembleError::Beats { spoken, written });
    }
    let wrong = |why: String| Err(AssembleError::Times { why });
    let (whole, longest) = (voice.duration_ms(), LONGEST_SECONDS * 1_000 - TAIL_MS);
    if whole == 0 || whole > longest {
        return wrong(format!("its length is {whole} ms, not 1 to {longest}"));
    }
    for (at, beat) in voice.beats.iter().enumerate() {
        let mut last = 0;
        for word in &beat.words {
            if word.start_ms < last || word.end_ms < word.start_ms || word.end_ms > beat.duration_ms + 1 {
                return wrong(format!(
                    "the word `{}` of beat {at}, which has {} ms, is at {} to {} ms",
                    word.text, beat.duration_ms, word.start_ms, word.end_ms
                ));
            }
            last = word.start_ms;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
