//! One beat put together: silence trimmed, long pauses shortened, each word with its time.

use std::ops::Range;

use reelpress_vocabulary::Word;

use crate::engine::{Order, Sound};
use crate::error::VoiceError;
use crate::plain::PlainBeat;
use crate::timing::{audible, silences, threshold, timing};

/// Sound kept before the first audible sample of a beat, so that the cut is not heard, in milliseconds.
const LEAD_MS: u32 = 5;

/// Silences between and within beats, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pauses {
    /// After the beat.
    pub(crate) after_ms: u32,
    /// Longest within the beat.
    pub(crate) longest_ms: u32,
}

/// One beat as spoken.
#[derive(Debug)]
pub(crate) struct Beat {
    pub(crate) sample_rate: u32,
    pub(crate) samples: Vec<i16>,
    /// With times from the beat's start.
    pub(crate) words: Vec<Word>,
    /// True if the times were guessed from the text.
    pub(crate) guessed: bool,
}

impl Beat {
    /// A beat of nothing but symbols: a pause.
    pub(crate) fn pause(plain: &PlainBeat, sample_rate: u32, pauses: Pauses) -> Self {
        let words = plain.words.iter().map(|text| Word { text: text.clone(), start_ms: 0, end_ms: 0 }).collect();
        let samples = vec![0; samples_in(pauses.after_ms, sample_rate)];
        Self { sample_rate, samples, words, guessed: false }
    }

    /// Cuts off the silence before the beat, shortens long ones in it, and puts the pause behind it.
    ///
    /// # Errors
    /// [`VoiceError::NoSound`] if nothing is to be heard.
    pub(crate) fn of(plain: &PlainBeat, sound: &Sound, order: &Order, pauses: Pauses) -> Result<Self, VoiceError> {
        let rate = sound.sample_rate;
        let threshold = threshold(sound);
        let Some(heard) = audible(&sound.samples, threshold) else {
            let text = plain.words.join(" ").chars().take(60).collect();
            return Err(VoiceError::NoSound { beat: order.beat, voice: order.voice.clone(), text });
        };
        let times = timing(plain, sound);
        let from = heard.start.saturating_sub(samples_in(LEAD_MS, rate));
        let to = heard.end + samples_in(pauses.after_ms, rate);
        let cuts = cuts(&sound.samples, threshold, samples_in(pauses.longest_ms, rate));
        let mut samples = Vec::with_capacity(to - from);
        let mut at = from;
        for cut in &cuts {
            samples.extend_from_slice(&sound.samples[at..cut.start]);
            at = cut.end;
        }
        samples.extend_from_slice(&sound.samples[at..to.min(sound.samples.len())]);
        // The engine's own pause may be shorter than the wanted one.
        samples.resize(to - from - cuts.iter().map(Range::len).sum::<usize>(), 0);
        let at_ms = |sample: usize| {
            let sample = sample.clamp(from, to);
            let gone = cuts.iter().map(|cut| sample.clamp(cut.start, cut.end) - cut.start).sum::<usize>();
            (sample - from - gone) as u64 * 1_000 / u64::from(rate)
        };
        let words = plain.words.iter().zip(times.spans).map(|(text, span)| Word {
            text: text.clone(),
            start_ms: at_ms(span.start),
            end_ms: at_ms(span.end),
        });
        let words = words.collect();
        Ok(Self { sample_rate: rate, samples, words, guessed: times.guessed })
    }

    /// Length in whole milliseconds.
    pub(crate) fn duration_ms(&self) -> u64 {
        self.samples.len() as u64 * 1_000 / u64::from(self.sample_rate)
    }

    /// The beat as a WAV file: 16 bits, one channel.
    pub(crate) fn wav(&self) -> Vec<u8> {
        const HEADER: u32 = 44;
        let bytes = u32::try_from(self.samples.len() * 2).unwrap_or(u32::MAX - HEADER);
        let mut wav = Vec::with_capacity(self.samples.len() * 2 + HEADER as usize);
        wav.extend_from_slice(b"RIFF");
        wav.extend_from_slice(&(bytes + HEADER - 8).to_le_bytes());
        wav.extend_from_slice(b"WAVEfmt ");
        wav.extend_from_slice(&16_u32.to_le_bytes());
        wav.extend_from_slice(&1_u16.to_le_bytes()); // PCM
        wav.extend_from_slice(&1_u16.to_le_bytes()); // channels
        wav.extend_from_slice(&self.sample_rate.to_le_bytes());
        wav.extend_from_slice(&(self.sample_rate * 2).to_le_bytes()); // bytes a second
        wav.extend_from_slice(&2_u16.to_le_bytes()); // bytes a frame
        wav.extend_from_slice(&16_u16.to_le_bytes()); // bits a sample
        wav.extend_from_slice(b"data");
        wav.extend_from_slice(&bytes.to_le_bytes());
        wav.extend(self.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        wav
    }
}

/// What to leave out of each silence that is longer than `longest`: its middle, so that sounds fade as they did.
fn cuts(samples: &[i16], threshold: u16, longest: usize) -> Vec<Range<usize>> {
    let too_long = silences(samples, threshold, longest + 1).into_iter();
    too_long.map(|silence| silence.start + longest / 2..silence.end - (longest - longest / 2)).collect()
}

fn samples_in(millis: u32, sample_rate: u32) -> usize {
    usize::try_from(u64::from(millis) * u64::from(sample_rate) / 1_000).unwrap_or(usize::MAX)
}
