//! Milliseconds of the speech to frames of the cut.

use reelpress_vocabulary::{SceneSpan, Script, VoiceTrack};

use crate::error::AssembleError;
use crate::picture::{PictureScene, TimedWord};
use crate::sound::{LONGEST_SECONDS, SAMPLE_RATE};

/// The cut goes on this long after the speech, in milliseconds (rounded down to whole frames): the music fades out and
/// the last word is not cut off when a player starts over. Half a second would already feel like waiting.
pub const TAIL_MS: u64 = 400;

/// When things are seen, counted in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    fps: u32,
    frames: u64,
}

impl Timeline {
    /// The frames of a cut with this much speech: the speech rounded up to whole frames, and the tail.
    #[must_use]
    pub fn new(voice_ms: u64, fps: u32) -> Self {
        let per_second = u64::from(fps);
        let spoken = voice_ms.saturating_mul(per_second).div_ceil(1_000);
        Self { fps, frames: spoken.saturating_add(TAIL_MS * per_second / 1_000).max(1) }
    }

    /// Frames in all; at least 1.
    #[must_use]
    pub fn frames(self) -> u64 {
        self.frames
    }

    /// Length in milliseconds, rounded to the nearest.
    #[must_use]
    pub fn duration_ms(self) -> u64 {
        self.milliseconds(self.frames)
    }

    /// Length in stereo samples of the mix, rounded to the nearest.
    #[must_use]
    pub fn samples(self) -> usize {
        let rate = u64::from(SAMPLE_RATE);
        usize::try_from((self.frames * rate + u64::from(self.fps) / 2) / u64::from(self.fps)).unwrap_or(usize::MAX)
    }

    /// The frame that is on the screen nearest to a time, at most the end.
    #[must_use]
    pub fn frame_at(self, milliseconds: u64) -> u64 {
        ((milliseconds.saturating_mul(u64::from(self.fps)).saturating_add(500)) / 1_000).min(self.frames)
    }

    /// When a frame begins, in milliseconds, rounded to the nearest.
    #[must_use]
    pub fn milliseconds(self, frame: u64) -> u64 {
        (frame * 1_000 + u64::from(self.fps) / 2) / u64::from(self.fps)
    }
}

/// What is painted for each beat; the beats cover the cut from its first frame to its last without a gap.
pub(crate) fn scenes(
    timeline: Timeline,
    script: &Script,
    voice: &VoiceTrack,
) -> Result<Vec<PictureScene>, AssembleError> {
    check(script, voice)?;
    let starts = voice.beats.iter().skip(1).map(|beat| timeline.frame_at(beat.start_ms));
    let ends: Vec<u64> = starts.chain([timeline.frames()]).collect();
    let mut first_frame = 0;
    let beats = script.beats().zip(&voice.beats).zip(ends);
    Ok(beats
        .map(|((written, spoken), end)| {
            let end_frame = end.max(first_frame);
            let words = spoken.words.iter().map(|word| {
                let start_frame = timeline.frame_at(word.start_ms);
                // Even the shortest word is seen for one frame.
                let end_frame = timeline.frame_at(word.end_ms).max(start_frame + 1);
                TimedWord { text: word.text.clone(), start_frame, end_frame }
            });
            let scene = PictureScene {
                first_frame,
                end_frame,
                on_screen: written.on_screen.clone(),
                picture: None,
                words: words.collect(),
            };
            first_frame = end_frame;
            scene
        })
        .collect())
}

/// Where each beat is in the cut.
pub(crate) fn spans(timeline: Timeline, scenes: &[PictureScene]) -> Vec<SceneSpan> {
    let span = |scene: &PictureScene| SceneSpan {
        start_ms: timeline.milliseconds(scene.first_frame),
        end_ms: timeline.milliseconds(scene.end_frame),
    };
    scenes.iter().map(span).collect()
}

fn check(script: &Script, voice: &VoiceTrack) -> Result<(), AssembleError> {
    let (spoken, written) = (voice.beats.len(), script.beats().len());
    if spoken != written {
        return Err(AssembleError::Beats { spoken, written });
    }
    let wrong = |why: String| Err(AssembleError::Times { why });
    if voice.duration_ms == 0 || voice.duration_ms > LONGEST_SECONDS * 1_000 - TAIL_MS {
        return wrong(format!(
            "its length is {} ms, not 1 to {}",
            voice.duration_ms,
            LONGEST_SECONDS * 1_000 - TAIL_MS
        ));
    }
    let mut now = 0;
    for (at, beat) in voice.beats.iter().enumerate() {
        if beat.start_ms < now || beat.end_ms < beat.start_ms || beat.end_ms > voice.duration_ms.saturating_add(1_000) {
            return wrong(format!(
                "beat {at} is at {} to {} ms after one that ends at {now} ms",
                beat.start_ms, beat.end_ms
            ));
        }
        now = beat.end_ms;
        let mut last = 0;
        for word in &beat.words {
            if word.start_ms < last || word.end_ms < word.start_ms {
                return wrong(format!(
                    "the word `{}` of beat {at} is at {} to {} ms",
                    word.text, word.start_ms, word.end_ms
                ));
            }
            last = word.start_ms;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
