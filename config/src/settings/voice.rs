//! Who speaks.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::secret::Secret;

/// `[voice]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Who speaks a language without an entry in `voices`; `None` is `auto` in the file: flite for English, espeak-ng
    /// for all others.
    pub engine: Option<SpeechEngine>,
    /// Voice for each language, such as `en` = `flite:rms`.
    pub voices: BTreeMap<String, VoiceName>,
    /// Words a minute, 80 to 300.
    pub words_per_minute: u32,
    /// 0 to 99.
    pub pitch: u32,
    /// Silence after each beat, in milliseconds, 0 to 10,000; `pause` in the file.
    pub pause_ms: u32,
    /// Longest silence inside a beat, in milliseconds, 100 to 10,000; longer ones are shortened. `longest_pause` in the
    /// file.
    pub longest_pause_ms: u32,
    /// How long the speech of a script should be; the rate is fitted to it, within 0.85 to 1.2 of `words_per_minute`.
    pub target: Option<Duration>,
    /// The endpoint of the engine `openai`; there whenever a voice needs it.
    pub openai: Option<SpeechEndpoint>,
    /// The model of the engine `kokoro`; there whenever a voice needs it.
    pub kokoro: Option<SpeechModel>,
}

impl Voice {
    /// Engine and voice for a language (ISO 639-1).
    #[must_use]
    pub fn speaker(&self, language: &str) -> (SpeechEngine, String) {
        let english = language == "en";
        match self.voices.get(language) {
            Some(voice) => (voice.engine.or(self.engine).unwrap_or(SpeechEngine::EspeakNg), voice.name.clone()),
            None => {
                let own = if english { SpeechEngine::Flite } else { SpeechEngine::EspeakNg };
                let engine = self.engine.unwrap_or(own);
                let name = match engine {
                    SpeechEngine::EspeakNg if english => "en-us",
                    SpeechEngine::EspeakNg => language,
                    SpeechEngine::Flite => FLITE_VOICES[0],
                    SpeechEngine::OpenAi => "alloy",
                    SpeechEngine::Kokoro => self.kokoro.as_ref().map_or(KOKORO_VOICE, |model| &model.voice),
                };
                (engine, name.to_owned())
            }
        }
    }
}

/// flite's voices, all of them English; the first is the default.
pub const FLITE_VOICES: [&str; 4] = ["rms", "slt", "awb", "kal16"];

/// The voice of `kokoro` where none is set.
pub const KOKORO_VOICE: &str = "af_heart";

/// The language (ISO 639-1) that a voice of `kokoro` speaks, told by the first letter of its name: `af_heart` and
/// `bm_george` speak English (American, British), `ef_dora` Spanish. `None` if the letter stands for no language.
#[must_use]
pub fn kokoro_language(voice: &str) -> Option<&'static str> {
    match voice.as_bytes() {
        [letter, b'f' | b'm', b'_', ..] => match letter {
            b'a' | b'b' => Some("en"),
            b'e' => Some("es"),
            b'f' => Some("fr"),
            b'h' => Some("hi"),
            b'i' => Some("it"),
            b'j' => Some("ja"),
            b'p' => Some("pt"),
            b'z' => Some("zh"),
            _ => None,
        },
        _ => None,
    }
}

/// A voice of `kokoro` for a language (ISO 639-1) that the engine can read here. Japanese and Chinese are not among them:
/// the model has voices for both, but its phonemes come from espeak-ng, which does not read their characters.
#[must_use]
pub fn kokoro_voice_for(language: &str) -> Option<&'static str> {
    match language {
        "en" => Some(KOKORO_VOICE),
        "es" => Some("ef_dora"),
        "fr" => Some("ff_siwis"),
        "hi" => Some("hf_alpha"),
        "it" => Some("if_sara"),
        "pt" => Some("pf_dora"),
        _ => None,
    }
}

/// Who turns text into sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpeechEngine {
    /// More than a hundred languages, on this machine.
    EspeakNg,
    /// English, on this machine.
    Flite,
    /// An endpoint with `/audio/speech` as `OpenAI` has it.
    OpenAi,
    /// The neural model Kokoro-82M, on this machine.
    Kokoro,
}

impl SpeechEngine {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::EspeakNg, Self::Flite, Self::OpenAi, Self::Kokoro];

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EspeakNg => "espeak-ng",
            Self::Flite => "flite",
            Self::OpenAi => "openai",
            Self::Kokoro => "kokoro",
        }
    }
}

/// A voice, perhaps with the engine that has it: `en-us`, `flite:rms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceName {
    /// `None` leaves it to `voice.engine`; where that is `auto`, to espeak-ng.
    pub engine: Option<SpeechEngine>,
    /// Its name there.
    pub name: String,
}

impl VoiceName {
    /// A voice of whichever engine is set.
    #[must_use]
    pub fn plain(name: &str) -> Self {
        Self { engine: None, name: name.to_owned() }
    }

    /// A voice of one engine.
    #[must_use]
    pub fn of(engine: SpeechEngine, name: &str) -> Self {
        Self { engine: Some(engine), name: name.to_owned() }
    }
}

impl std::fmt::Display for VoiceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.engine {
            Some(engine) => write!(f, "{}:{}", engine.name(), self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// `[voice.openai]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechEndpoint {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The speaking model's name.
    pub model: String,
    /// The model that tells when each word is heard; `None` guesses the times from the text.
    pub transcription_model: Option<String>,
    /// How to speak, for models that take instructions; may be empty.
    pub instructions: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
}

/// `[voice.kokoro]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechModel {
    /// The model as an ONNX file.
    pub model: PathBuf,
    /// The folder of the voices: one file `NAME.bin` for each.
    pub voices: PathBuf,
    /// Who speaks where `voice.voices` names nobody.
    pub voice: String,
    /// The library of ONNX Runtime; `None` leaves it to `ORT_DYLIB_PATH` or the system's own search.
    pub library: Option<PathBuf>,
    /// Threads of one call of the model, 1 to 64.
    pub threads: NonZeroUsize,
}
