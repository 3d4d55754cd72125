//! espeak-ng for the whole process: one library, one lock, plain requests and answers.

#[expect(unsafe_code, reason = "the one module that speaks to the C library")]
mod ffi;

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::engine::{BEAT_SECONDS_MAX, Order, Sound};
use crate::error::VoiceError;

/// The library's state is global to the process, so its owner is too.
static LIBRARY: Mutex<Option<Library>> = Mutex::new(None);

/// Names of voices shown beside one that does not exist.
const NEAR_MAX: usize = 8;

/// What its voices give.
pub(crate) const SAMPLE_RATE: u32 = 22_050;

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

/// Starts the library if it was not started yet, and looks for a voice; gives the library's version.
pub(crate) fn check(voice: &str) -> Result<String, VoiceError> {
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let library = match slot.as_mut() {
        Some(library) => library,
        None => slot.insert(Library::open()?),
    };
    library.check(voice)?;
    Ok(version())
}

/// Speaks a beat; its voice is an identifier, a name or a language code, with `+variant` or without. Blocks until nobody
/// else in the process speaks; takes about a hundredth of the sound's length.
pub(crate) fn speak(order: &Order) -> Result<Sound, VoiceError> {
    // A panic inside leaves the library as it was between two texts: nothing of ours is half-written.
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let library = match slot.as_mut() {
        Some(library) => library,
        None => slot.insert(Library::open()?),
    };
    library.speak(order)
}

/// Hands `work` a reader that gives a text's phonemes as the voice has them: IPA with `tie` (ASCII) between the parts of
/// one sound. Blocks until nobody else in the process speaks.
pub(crate) fn reading<T>(
    voice: &str,
    tie: u8,
    work: impl FnOnce(&mut dyn FnMut(&str) -> Result<String, VoiceError>) -> Result<T, VoiceError>,
) -> Result<T, VoiceError> {
    let mut slot = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let library = match slot.as_mut() {
        Some(library) => library,
        None => slot.insert(Library::open()?),
    };
    let refused = |code, message: String| VoiceError::Refused {
        engine: "espeak-ng",
        voice: voice.to_owned(),
        status: code,
        message,
    };
    let plain = |text: &str| CString::new(text).map_err(|_| refused(0, "the text holds a zero".to_owned()));
    let name = plain(&library.resolve(voice)?)?;
    library.engine.set_voice(&name).map_err(|status| refused(status.code, status.message))?;
    work(&mut |text| Ok(library.engine.phonemes(&plain(text)?, tie)))
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

    fn speak(&mut self, order: &Order) -> Result<Sound, VoiceError> {
        let identifier = self.resolve(&order.voice)?;
        let refused = |status: ffi::Status| VoiceError::Refused {
            engine: "espeak-ng",
            voice: order.voice.clone(),
            status: status.code,
            message: status.message,
        };
        let no_zero = |_| VoiceError::Refused {
            engine: "espeak-ng",
            voice: order.voice.clone(),
            status: 0,
            message: "the text holds a zero".to_owned(),
        };
        let text = CString::new(order.text.as_str()).map_err(no_zero)?;
        let name = CString::new(identifier).map_err(no_zero)?;
        self.engine.set_voice(&name).map_err(refused)?;
        self.engine.set_delivery(order.words_per_minute, order.pitch).map_err(refused)?;
        let samples_max = BEAT_SECONDS_MAX * self.engine.sample_rate() as usize;
        self.engine.speak(&text, samples_max).map_err(|why| match why {
            ffi::NoSound::TooMuch => VoiceError::TooMuchSound { beat: order.beat, seconds: BEAT_SECONDS_MAX },
            ffi::NoSound::Refused(status) => refused(status),
        })
    }

    /// True if a voice of this name is installed.
    fn check(&self, voice: &str) -> Result<(), VoiceError> {
        self.resolve(voice).map(drop)
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
        let voice = found.ok_or_else(|| VoiceError::UnknownVoice {
            engine: "espeak-ng",
            voice: wanted.to_owned(),
            near: self.near(base),
        })?;
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
