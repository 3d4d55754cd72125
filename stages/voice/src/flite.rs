//! flite for the whole process: one library, one lock, its voices registered once.

#[expect(unsafe_code, reason = "the one module that speaks to the C library")]
mod ffi;
#[cfg(test)]
mod tests;

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use reelpress_config::FLITE_VOICES;
use unicode_normalization::UnicodeNormalization;

use crate::engine::{BEAT_SECONDS_MAX, Order, Sound, WordEvent};
use crate::error::VoiceError;
use crate::pitch;

/// Tables of voices and lexicon are global to the process, so their owner is too.
static LIBRARY: Mutex<Option<ffi::Library>> = Mutex::new(None);

/// What the voices give.
pub(crate) const SAMPLE_RATE: u32 = 16_000;

/// The library's version as in `flite 2.2`: that of the headers it was built against.
pub(crate) fn version() -> String {
    format!("flite {}", env!("REELPRESS_FLITE_VERSION"))
}

/// Words a minute of a voice that is not stretched, measured with ordinary prose against espeak-ng's count.
fn natural_words_per_minute(voice: &str) -> f32 {
    match voice {
        "slt" => 168.0,
        "awb" => 180.0,
        "kal16" => 165.0,
        _ => 155.0,
    }
}

/// Speaks a beat sentence by sentence. Blocks until nobody else in the process speaks; takes about a fortieth of the
/// sound's length.
pub(crate) fn speak(order: &Order) -> Result<Sound, VoiceError> {
    let at = FLITE_VOICES.iter().position(|name| *name == order.voice).ok_or_else(|| VoiceError::UnknownVoice {
        engine: "flite",
        voice: order.voice.clone(),
        near: FLITE_VOICES.map(str::to_owned).to_vec(),
    })?;
    let text = readable(&order.text);
    // A panic inside leaves the library as it was between two sentences.
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let library = match slot.as_mut() {
        Some(library) => library,
        None => slot.insert(ffi::Library::open().ok_or_else(|| refused(order, "a voice could not be registered"))?),
    };
    let stretch = natural_words_per_minute(&order.voice) / order.words_per_minute.max(1) as f32;
    let shift = pitch::shift(order.pitch);
    // Only the diphone voice has a pitch to set.
    let (shift, play) = if order.voice == "kal16" { (shift, 1.0) } else { (1.0, shift) };
    let mut whole = Sound { sample_rate: SAMPLE_RATE, hisses: true, ..Sound::default() };
    let mut characters = 0;
    for sentence in text.split('\n') {
        if sentence.bytes().any(|b| b.is_ascii_alphanumeric()) {
            let plain = CString::new(sentence).map_err(|_| refused(order, "the text holds a zero"))?;
            let said = library.speak(at, &plain, stretch * play, shift).map_err(|why| refused(order, why))?;
            let said = played(said, play);
            add(&mut whole, sentence, characters, &said, order)?;
        }
        characters += sentence.len() + 1;
    }
    Ok(whole)
}

/// Puts a sentence behind what was said before.
fn add(
    whole: &mut Sound,
    sentence: &str,
    characters: usize,
    said: &ffi::Said,
    order: &Order,
) -> Result<(), VoiceError> {
    if said.sample_rate != SAMPLE_RATE {
        return Err(refused(order, "the sound has another sample rate than the voices of flite 2"));
    }
    let before = whole.samples.len() as u64 * 1_000 / u64::from(SAMPLE_RATE);
    let pieces = pieces(sentence);
    // If the library cut the text otherwise than at its blanks, nobody knows which word is which.
    if pieces.len() == said.tokens.len() {
        for ((start, length), at) in pieces.into_iter().zip(&said.tokens) {
            let Some(seconds) = at else { continue };
            let at_ms = before + (f64::from(seconds.max(0.0)) * 1_000.0) as u64;
            whole.words.push(WordEvent { position: characters + start + 1, length, at_ms });
        }
    }
    whole.samples.extend_from_slice(&said.samples);
    if whole.samples.len() > BEAT_SECONDS_MAX * SAMPLE_RATE as usize {
        return Err(VoiceError::TooMuchSound { beat: order.beat, seconds: BEAT_SECONDS_MAX });
    }
    Ok(())
}

/// The sound as if its samples came that much faster.
fn played(said: ffi::Said, speed: f32) -> ffi::Said {
    let samples = pitch::played(said.samples, speed);
    let tokens = said.tokens.iter().map(|token| token.map(|seconds| (f64::from(seconds) / f64::from(speed)) as f32));
    ffi::Said { samples, tokens: tokens.collect(), sample_rate: said.sample_rate }
}

/// First character and length of each word between blanks.
fn pieces(sentence: &str) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for piece in sentence.split(' ') {
        if !piece.is_empty() {
            pieces.push((at, piece.len()));
        }
        at += piece.len() + 1;
    }
    pieces
}

/// The text in the signs that the library reads, one for each character, so that places stay: letters without their
/// marks, and blanks for the rest.
fn readable(text: &str) -> String {
    let sign = |character: char| match character {
        '\n' => '\n',
        '\u{2019}' | '\u{2018}' => '\'',
        'ß' => 's',
        'æ' | 'œ' => 'e',
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'ı' => 'i',
        _ if character.is_ascii_alphanumeric() || ".,;:!?'".contains(character) => character,
        _ => std::iter::once(character).nfd().next().filter(char::is_ascii_alphanumeric).unwrap_or(' '),
    };
    text.chars().map(sign).collect()
}

fn refused(order: &Order, why: &str) -> VoiceError {
    VoiceError::Refused { engine: "flite", voice: order.voice.clone(), status: 0, message: why.to_owned() }
}
