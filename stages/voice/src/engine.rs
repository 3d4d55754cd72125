//! What every engine does: the text of one beat in; samples and word events out.

use async_trait::async_trait;
use reelpress_core::Job;

use crate::error::VoiceError;

/// Most sound for one beat, in seconds: a beat is one to three sentences.
pub(crate) const BEAT_SECONDS_MAX: usize = 180;

/// One beat, and how it is to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Which beat, for messages.
    pub(crate) beat: usize,
    /// As [`crate::plain::PlainBeat::text`] has it: sentences end with a line break, words with a blank.
    pub(crate) text: String,
    /// In the engine's own words.
    pub(crate) voice: String,
    pub(crate) words_per_minute: u32,
    /// 0 to 99; 50 leaves the voice as it is.
    pub(crate) pitch: u32,
}

/// The start of one spoken word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordEvent {
    /// Which character of the text it starts at, the first is 1.
    pub(crate) position: usize,
    /// How many characters it covers; espeak-ng sends 0 for leftovers of an earlier clause.
    pub(crate) length: usize,
    /// When it starts, in milliseconds from the start of the sound.
    pub(crate) at_ms: u64,
}

/// One beat as the engine spoke it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sound {
    /// Samples a second, above 0.
    pub(crate) sample_rate: u32,
    /// One channel.
    pub(crate) samples: Vec<i16>,
    /// True if the voice breathes or hisses where it pauses: then silence is what is far below its loudest sample.
    pub(crate) hisses: bool,
    /// In the order of the sound; none if the engine cannot tell.
    pub(crate) words: Vec<WordEvent>,
}

/// Turns text into sound.
#[async_trait]
pub(crate) trait Engine: Send + Sync {
    /// Name and version: everything that changes the sound of the same order.
    fn identity(&self) -> String;

    /// Samples a second of a beat that has nothing to say.
    fn sample_rate(&self) -> u32;

    /// Speaks one beat that has something to say.
    ///
    /// # Errors
    /// [`VoiceError`], by what the engine says.
    async fn speak(&self, order: &Order, job: &Job) -> Result<Sound, VoiceError>;
}
