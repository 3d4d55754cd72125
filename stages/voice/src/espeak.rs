//! espeak-ng for the whole process: one library, one lock, plain requests and answers.

#[expect(unsafe_code, reason = "the one module that speaks to the C library")]
mod ffi;

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

pub(crate) use ffi::{Sound, WordEvent};

use crate::error::VoiceError;

/// The library's state is global to the process, so its owner is too.
static LIBRARY: Mutex<Option<Library>> = Mutex::new(None);

/// Most sound for one beat, in seconds: a beat is one to three sentences.
const BEAT_SECONDS_MAX: usize = 180;

/// Names of voices shown beside one that does not exist.
const NEAR_MAX: usize = 8;

/// How something is to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// A voice's identifier, name or language code, with `+variant` or without.
    pub(crate) voice: String,
    pub(crate) words_per_minute: u32,
    pub(crate) pitch: u32,
}

/// Texts as spoken.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) sample_rate: u32,
    /// One for each text, in order.
    pub(crate) sounds: Vec<Sound>,
}

struct Library {
    engine: ffi::Engine,
    voices: Vec<ffi::VoiceFile>,
}

/// The library's version as in `espeak-ng 1.51`.
pub(crate) fn version() -> String {
    let version = ffi::version();
    // `espeak_Info` of some builds adds a build date after two blanks.
    format!("espeak-ng {}", version.split_whitespace().next().unwrap_or("of no known version"))
}

/// Starts the library if it was not started yet; gives its version.
pub(crate) fn check() -> Result<String, VoiceError> {
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.is_none() {
        *slot = Some(Library::open()?);
    }
    Ok(version())
}

/// Speaks texts one after the other. Blocks until nobody else in the process speaks; takes about a hundredth of the
/// sound's length.
pub(crate) fn speak(delivery: &Delivery, texts: &[CString]) -> Result<Spoken, VoiceError> {
    // A panic inside leaves the library as it was between two texts: nothing of ours is half-written.
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let library = match slot.as_mut() {
        Some(library) => library,
        None => slot.insert(Library::open()?),
    };
    library.speak(delivery, texts)
}

impl Library {
    fn open() -> Result<Self, VoiceError> {
        let mut engine =
            ffi::Engine::open().map_err(|status| VoiceError::Data { status: status.code, message: status.message })?;
        let mut voices = engine.voices();
        // These need a second program, `mbrola`, and its own data: not part of what is installed with us.
        voices.retain(|voice| !voice.identifier.starts_with("mb/"));
        if voices.is_empty() {
            return Err(VoiceError::Data { status: 0, message: "no voice is installed".to_owned() });
        }
        Ok(Self { engine, voices })
    }

    fn speak(&mut self, delivery: &Delivery, texts: &[CString]) -> Result<Spoken, VoiceError> {
        let identifier = self.resolve(&delivery.voice)?;
        let refused = |status: ffi::Status| VoiceError::Refused {
            voice: delivery.voice.clone(),
            status: status.code,
            message: status.message,
        };
        let name = CString::new(identifier).expect("identifiers come from zero-terminated strings");
        self.engine.set_voice(&name).map_err(refused)?;
        self.engine.set_delivery(delivery.words_per_minute, delivery.pitch).map_err(refused)?;
        let sample_rate = self.engine.sample_rate();
        let samples_max = BEAT_SECONDS_MAX * sample_rate as usize;
        let mut sounds = Vec::with_capacity(texts.len());
        for (beat, text) in texts.iter().enumerate() {
            let sound = self.engine.speak(text, samples_max).map_err(|why| match why {
                ffi::NoSound::TooMuch => VoiceError::TooMuchSound { beat, seconds: BEAT_SECONDS_MAX },
                ffi::NoSound::Refused(status) => refused(status),
            })?;
            sounds.push(sound);
        }
        Ok(Spoken { sample_rate, sounds })
    }

    /// The identifier of the wanted voice. Names go to the library only if they are on its own list, because it takes
    /// what it is given for a path.
    fn resolve(&self, wanted: &str) -> Result<String, VoiceError> {
        let (base, variant) = match wanted.split_once('+') {
            Some((base, variant)) => (base, Some(variant)),
            None => (wanted, None),
        };
        let variant_is_fine = variant.is_none_or(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        });
        let found = if variant_is_fine { self.find(base) } else { None };
        let voice =
            found.ok_or_else(|| VoiceError::UnknownVoice { voice: wanted.to_owned(), near: self.near(base) })?;
        Ok(match variant {
            Some(variant) => format!("{}+{variant}", voice.identifier),
            None => voice.identifier.clone(),
        })
    }

    fn find(&self, wanted: &str) -> Option<&ffi::VoiceFile> {
        let by_name = self
            .voices
            .iter()
            .find(|voice| voice.identifier.eq_ignore_ascii_case(wanted) || voice.name.eq_ignore_ascii_case(wanted));
        let by_language = || {
            let priority = |voice: &&ffi::VoiceFile| priority_for(voice, wanted).unwrap_or(u8::MAX);
            self.voices.iter().filter(|voice| priority_for(voice, wanted).is_some()).min_by_key(priority)
        };
        by_name.or_else(by_language)
    }

    fn near(&self, wanted: &str) -> Vec<String> {
        let wanted = wanted.to_lowercase();
        let mut codes = self
            .voices
            .iter()
            .filter_map(|voice| voice.languages.first())
            .map(|(_, code)| (distance(&wanted, code), code.clone()))
            .collect::<Vec<_>>();
        codes.sort();
        codes.dedup();
        codes.into_iter().take(NEAR_MAX).map(|(_, code)| code).collect()
    }
}

fn priority_for(voice: &ffi::VoiceFile, wanted: &str) -> Option<u8> {
    let speaks = |code: &str| code.eq_ignore_ascii_case(wanted);
    voice.languages.iter().filter(|(_, code)| speaks(code)).map(|(priority, _)| *priority).min()
}

/// How far a language code is from a wanted one: those that start alike come first, then the fewest edits.
fn distance(wanted: &str, code: &str) -> (usize, usize) {
    let alike = wanted.chars().zip(code.chars()).take_while(|(a, b)| a == b).count().min(2);
    let code = code.chars().collect::<Vec<_>>();
    let mut row = (0..=code.len()).collect::<Vec<_>>();
    for (line, letter) in wanted.chars().take(64).enumerate() {
        let mut corner = line;
        row[0] = line + 1;
        for (column, other) in code.iter().enumerate() {
            let edit = (corner + usize::from(letter != *other)).min(row[column] + 1).min(row[column + 1] + 1);
            corner = row[column + 1];
            row[column + 1] = edit;
        }
    }
    (2 - alike, row[code.len()])
}
