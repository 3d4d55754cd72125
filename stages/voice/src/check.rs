//! What `doctor` asks: can every language that the niches need be spoken here?

use std::collections::BTreeSet;

use reelpress_config::{Settings, SpeechEngine};

use crate::engine::Order;
use crate::error::VoiceError;
use crate::kokoro::{self, KokoroError};
use crate::{espeak, flite};

/// Who speaks a language, and whether that works.
#[derive(Debug)]
pub struct Speaks {
    /// ISO 639-1.
    pub language: String,
    /// Who speaks it.
    pub engine: SpeechEngine,
    /// Engine with its version, and voice; or why it cannot speak. An endpoint is not called.
    pub state: Result<String, VoiceError>,
}

/// Starts the engines that the settings' niches need and looks for their voices.
#[must_use]
pub fn check(settings: &Settings) -> Vec<Speaks> {
    let languages = settings.niches.values().map(|niche| niche.language.clone()).collect::<BTreeSet<_>>();
    let speaks = |language: String| {
        let (engine, voice) = settings.voice.speaker(&language);
        Speaks { state: state(settings, engine, voice, &language), language, engine }
    };
    languages.into_iter().map(speaks).collect()
}

fn state(settings: &Settings, engine: SpeechEngine, voice: String, language: &str) -> Result<String, VoiceError> {
    match engine {
        SpeechEngine::EspeakNg => espeak::check(&voice).map(|version| format!("{version} {voice}")),
        SpeechEngine::Flite => {
            let order = Order { beat: 0, text: "yes".to_owned(), voice, words_per_minute: 165, pitch: 50 };
            flite::speak(&order).map(|_| format!("{} {}", flite::version(), order.voice))
        }
        SpeechEngine::OpenAi => {
            let endpoint = settings.voice.openai.as_ref().ok_or(VoiceError::NoEndpoint)?;
            Ok(format!("openai {} {voice} at {} (not called here)", endpoint.model, endpoint.base_url))
        }
        SpeechEngine::Kokoro => {
            let model = settings.voice.kokoro.as_ref().ok_or(KokoroError::NoModel)?;
            kokoro::check(model, &voice, language)
        }
    }
}
