//! The speech rate of each beat, fitted to the wanted length of the whole.
//!
//! The length is foretold from the text alone, so that the rates are known before anything is spoken. Rates come in
//! steps of a twentieth of the set rate, because a beat with another rate is another sound that must be spoken anew. One
//! step for the whole script would speak everything anew whenever a changed sentence moves it over a step's border.
//! Instead, where the wanted rate lies between two steps, as many beats take the upper one as bring the whole to it; which
//! ones is told by a number that each beat's own text gives. A changed sentence that changes the whole by one percent
//! then moves about every fifth of the other beats, and never all of them.

use reelpress_config::{SpeechEngine, Voice};

use crate::plain::PlainBeat;

/// Slowest and fastest, in percent of the set rate.
const SLOWEST: f64 = 85.0;
const FASTEST: f64 = 120.0;

/// Between two steps, in percent.
const STEP: f64 = 5.0;

/// Letters of one word as `words_per_minute` counts them, measured with English prose. Foretold so, flite's `rms` was
/// within 3 % of targets from 22 to 30 s for a script of 26 s (21 November 2026).
fn word_letters(engine: SpeechEngine) -> f64 {
    match engine {
        SpeechEngine::EspeakNg => 5.2,
        SpeechEngine::Flite | SpeechEngine::OpenAi | SpeechEngine::Kokoro => 4.85,
    }
}

/// What a sentence's end takes within a beat, in milliseconds.
const SENTENCE_MS: f64 = 300.0;

/// Words a minute for each beat.
pub(crate) fn rates(settings: &Voice, engine: SpeechEngine, beats: &[PlainBeat]) -> Vec<u32> {
    let set = settings.words_per_minute;
    let Some(target) = settings.target else { return vec![set; beats.len()] };
    let pauses = |beat: &PlainBeat| {
        let inner = beat.text.matches('\n').count() as f64 * SENTENCE_MS.min(settings.longest_pause_ms.into());
        inner + f64::from(settings.pause_ms)
    };
    let spoken = beats.iter().map(|beat| spoken_ms(beat, set, word_letters(engine))).sum::<f64>();
    // Pauses stay as they are.
    let room = target.as_secs_f64() * 1_000.0 - beats.iter().map(pauses).sum::<f64>();
    let wanted = if room > 0.0 { (100.0 * spoken / room).clamp(SLOWEST, FASTEST) } else { FASTEST };
    let lower = (wanted / STEP).floor() * STEP;
    let share = (wanted - lower) / STEP;
    let rate = |beat: &PlainBeat| {
        let percent = if place(&beat.text) < share { lower + STEP } else { lower };
        (f64::from(set) * percent / 100.0).round() as u32
    };
    beats.iter().map(rate).collect()
}

/// How long the beat's words take, in milliseconds.
fn spoken_ms(beat: &PlainBeat, words_per_minute: u32, word_letters: f64) -> f64 {
    let letters = beat.weights.iter().sum::<usize>() as f64;
    letters / word_letters * 60_000.0 / f64::from(words_per_minute.max(1))
}

/// A number from 0 to 1 (exclusive) that belongs to the text.
fn place(text: &str) -> f64 {
    let hash = blake3::hash(text.as_bytes());
    let [a, b, ..] = *hash.as_bytes();
    f64::from(u16::from_le_bytes([a, b])) / 65_536.0
}
