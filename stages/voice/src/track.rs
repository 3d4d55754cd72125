//! Beats put together: one sound, one clock.

use reelpress_vocabulary::Word;

use crate::error::VoiceError;
use crate::espeak::{Delivery, Sound, Spoken};
use crate::plain::PlainBeat;
use crate::timing::{audible, timing};

/// Sound kept before the first audible sample of a beat, so that the cut is not heard, in milliseconds.
const LEAD_MS: u32 = 5;

/// A whole script as spoken.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) sample_rate: u32,
    pub(crate) beats: Vec<Beat>,
    pub(crate) estimated: bool,
}

/// One beat as spoken.
#[derive(Debug)]
pub(crate) struct Beat {
    pub(crate) samples: Vec<i16>,
    /// With times from the beat's start.
    pub(crate) words: Vec<Word>,
}

impl Track {
    /// Trims the beats: silence before each is cut off, and after each there is a pause of `pause_ms`.
    pub(crate) fn join(
        beats: &[PlainBeat],
        spoken: &Spoken,
        delivery: &Delivery,
        pause_ms: u32,
    ) -> Result<Self, VoiceError> {
        let mut track = Self { sample_rate: spoken.sample_rate, beats: Vec::new(), estimated: false };
        for (at, (beat, sound)) in beats.iter().zip(&spoken.sounds).enumerate() {
            if beat.has_words() && audible(&sound.samples).is_none() {
                let text = beat.words.join(" ").chars().take(60).collect();
                return Err(VoiceError::NoSound { beat: at, voice: delivery.voice.clone(), text });
            }
            track.add(beat, sound, pause_ms);
        }
        if track.beats.iter().all(|beat| audible(&beat.samples).is_none()) {
            return Err(VoiceError::Silent { voice: delivery.voice.clone() });
        }
        Ok(track)
    }

    fn add(&mut self, beat: &PlainBeat, sound: &Sound, pause_ms: u32) {
        let times = timing(beat, sound, self.sample_rate);
        self.estimated |= times.guessed;
        let heard = audible(&sound.samples).unwrap_or(0..0);
        let from = heard.start.saturating_sub(self.samples_in(LEAD_MS));
        let to = heard.end + self.samples_in(pause_ms);
        let mut samples = sound.samples[from..to.min(sound.samples.len())].to_vec();
        // The engine's own pause may be shorter than the wanted one.
        samples.resize(to - from, 0);
        let at_ms = |sample: usize| self.millis(sample.clamp(from, to) - from);
        let words = beat.words.iter().zip(times.spans).map(|(text, span)| Word {
            text: text.clone(),
            start_ms: at_ms(span.start),
            end_ms: at_ms(span.end),
        });
        let words = words.collect();
        self.beats.push(Beat { samples, words });
    }

    fn samples_in(&self, millis: u32) -> usize {
        usize::try_from(u64::from(millis) * u64::from(self.sample_rate) / 1000).unwrap_or(usize::MAX)
    }

    fn millis(&self, samples: usize) -> u64 {
        samples as u64 * 1000 / u64::from(self.sample_rate)
    }
}

impl Beat {
    /// Length in whole milliseconds.
    pub(crate) fn duration_ms(&self, sample_rate: u32) -> u64 {
        self.samples.len() as u64 * 1000 / u64::from(sample_rate)
    }

    /// The beat as a WAV file: 16 bits, one channel.
    pub(crate) fn wav(&self, sample_rate: u32) -> Vec<u8> {
        const HEADER: u32 = 44;
        let bytes = u32::try_from(self.samples.len() * 2).unwrap_or(u32::MAX - HEADER);
        let mut wav = Vec::with_capacity(self.samples.len() * 2 + HEADER as usize);
        wav.extend_from_slice(b"RIFF");
        wav.extend_from_slice(&(bytes + HEADER - 8).to_le_bytes());
        wav.extend_from_slice(b"WAVEfmt ");
        wav.extend_from_slice(&16_u32.to_le_bytes());
        wav.extend_from_slice(&1_u16.to_le_bytes()); // PCM
        wav.extend_from_slice(&1_u16.to_le_bytes()); // channels
        wav.extend_from_slice(&sample_rate.to_le_bytes());
        wav.extend_from_slice(&(sample_rate * 2).to_le_bytes()); // bytes a second
        wav.extend_from_slice(&2_u16.to_le_bytes()); // bytes a frame
        wav.extend_from_slice(&16_u16.to_le_bytes()); // bits a sample
        wav.extend_from_slice(b"data");
        wav.extend_from_slice(&bytes.to_le_bytes());
        wav.extend(self.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        wav
    }
}
