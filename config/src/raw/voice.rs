//! `[voice]`: who speaks, and how.

use std::collections::BTreeMap;
use std::time::Duration;

use super::nearest::nearest;
use super::secrets::secret;
use super::table::Table;
use super::value::{Value, is_language};
use super::writer::base_url;
use crate::defaults;
use crate::name::Name;
use crate::settings::{
    FLITE_VOICES, KOKORO_VOICE, Niche, SpeechEndpoint, SpeechEngine, SpeechModel, Voice, VoiceName, kokoro_language,
    kokoro_voice_for,
};

const ENGINES: [(&str, Option<SpeechEngine>); 5] = [
    ("auto", None),
    ("espeak-ng", Some(SpeechEngine::EspeakNg)),
    ("flite", Some(SpeechEngine::Flite)),
    ("openai", Some(SpeechEngine::OpenAi)),
    ("kokoro", Some(SpeechEngine::Kokoro)),
];

const NO_ENDPOINT: &str = "there is no table [voice.openai]";
const ADD_ENDPOINT: &str = "add it, with `base_url` and `model`";
const NO_MODEL: &str = "there is no table [voice.kokoro]";
const ADD_MODEL: &str = "add it, with `model` and `voices`";
const KOKORO_NAMES: &str = "such as \"af_heart\": a letter for the language, `f` or `m`, and a name";

pub(super) fn voice(table: &mut Table<'_, '_>, niches: &BTreeMap<Name, Niche>) -> Voice {
    let default = Voice::default();
    let engine = table.value("engine").and_then(|value| value.choice(&ENGINES)).flatten();
    // Checked also while no voice needs it, so that switching over holds no surprise.
    let read = table.optional_section("openai", endpoint);
    if engine == Some(SpeechEngine::OpenAi) && read.is_none() {
        let message = format!("`voice.engine` is \"openai\", but {NO_ENDPOINT}");
        table.report_at("engine", message, Some(ADD_ENDPOINT));
    }
    let model = table.optional_section("kokoro", model);
    if engine == Some(SpeechEngine::Kokoro) && model.is_none() {
        let message = format!("`voice.engine` is \"kokoro\", but {NO_MODEL}");
        table.report_at("engine", message, Some(ADD_MODEL));
    }
    let voices = voices(table, engine, read.is_some(), model.is_some());
    if engine == Some(SpeechEngine::Kokoro) {
        let voice = model.as_ref().and_then(Option::as_ref).map_or(KOKORO_VOICE, |model| &model.voice);
        speaks_the_niches(table, voice, &voices, niches);
    }
    if engine == Some(SpeechEngine::Flite) {
        let other = niches.iter().find(|(_, niche)| niche.language != "en" && !voices.contains_key(&niche.language));
        if let Some((name, Niche { language, .. })) = other {
            let message = format!(
                "`voice.engine` is \"flite\", which speaks English only, but niche `{name}` is in `{language}`"
            );
            let hint = format!("set `{language} = \"espeak-ng:{language}\"` in [voice.voices], or `engine = \"auto\"`");
            table.report_at("engine", message, Some(&hint));
        }
    }
    let millis = |millis: u32| Duration::from_millis(millis.into());
    let ten = Duration::from_secs(10);
    let target = table.value("target");
    Voice {
        engine,
        voices,
        words_per_minute: table.whole("words_per_minute", default.words_per_minute, 80..=300),
        pitch: table.whole("pitch", default.pitch, 0..=99),
        pause_ms: table.duration("pause", millis(default.pause_ms), Duration::ZERO..=ten).as_millis() as u32,
        longest_pause_ms: table
            .duration("longest_pause", millis(default.longest_pause_ms), millis(100)..=ten)
            .as_millis() as u32,
        target: target.and_then(|value| value.duration(&(Duration::from_secs(5)..=Duration::from_mins(10)))),
        openai: read.flatten(),
        kokoro: model.flatten(),
    }
}

/// Reports the first niche whose language the default voice of `kokoro` does not speak.
fn speaks_the_niches(
    table: &mut Table<'_, '_>,
    voice: &str,
    voices: &BTreeMap<String, VoiceName>,
    niches: &BTreeMap<Name, Niche>,
) {
    // A name that tells no language is reported at its own place.
    let Some(speaks) = kokoro_language(voice) else { return };
    let other = |niche: &Niche| niche.language != speaks && !voices.contains_key(&niche.language);
    if let Some((name, Niche { language, .. })) = niches.iter().find(|(_, niche)| other(niche)) {
        let message = format!(
            "`voice.engine` is \"kokoro\", whose voice `{voice}` speaks `{speaks}` only, but niche `{name}` is in `{language}`"
        );
        let hint = format!("set `{language} = \"{}\"` in [voice.voices]", who_speaks(language));
        table.report_at("engine", message, Some(&hint));
    }
}

/// A voice for a language, with its engine.
fn who_speaks(language: &str) -> String {
    kokoro_voice_for(language).map_or_else(|| format!("espeak-ng:{language}"), |voice| format!("kokoro:{voice}"))
}

fn voices(
    table: &mut Table<'_, '_>,
    default_engine: Option<SpeechEngine>,
    has_endpoint: bool,
    has_model: bool,
) -> BTreeMap<String, VoiceName> {
    let mut voices = BTreeMap::new();
    for (_, language, value) in table.free_values("voices") {
        if !is_language(language) {
            let hint = "such as `en = \"flite:rms\"`";
            value.report(format!("`{}` must have an ISO 639-1 code as its key", value.path), Some(hint));
        }
        let Some(voice) = voice_name(&value) else { continue };
        match voice.engine.or(default_engine).unwrap_or(SpeechEngine::EspeakNg) {
            SpeechEngine::Flite => is_flites(&value, language, &voice.name),
            // Where the engine itself is set to it, the missing table is reported there.
            SpeechEngine::OpenAi if voice.engine.is_some() && !has_endpoint => {
                let message = format!("`{}` is a voice of \"openai\", but {NO_ENDPOINT}", value.path);
                value.report_absent(message, ADD_ENDPOINT);
            }
            SpeechEngine::Kokoro if voice.engine.is_some() && !has_model => {
                let message = format!("`{}` is a voice of \"kokoro\", but {NO_MODEL}", value.path);
                value.report_absent(message, ADD_MODEL);
            }
            SpeechEngine::Kokoro => is_kokoros(&value, Some(language), &voice.name),
            SpeechEngine::OpenAi | SpeechEngine::EspeakNg => {}
        }
        voices.insert(language.to_owned(), voice);
    }
    voices
}

/// `en-us`, or `flite:rms`.
fn voice_name(value: &Value<'_, '_>) -> Option<VoiceName> {
    let text = value.word()?;
    let (engine, name) = match text.split_once(':') {
        None => (None, text.as_str()),
        Some((engine, name)) => {
            let Some(found) = SpeechEngine::ALL.into_iter().find(|known| known.name() == engine) else {
                let meant = nearest(engine, SpeechEngine::ALL.map(SpeechEngine::name));
                let hint = meant.map(|engine| format!("did you mean \"{engine}:{name}\"?"));
                let must = "name \"espeak-ng\", \"flite\", \"openai\" or \"kokoro\" before its colon";
                value.refuse(must, hint.as_deref());
                return None;
            };
            (Some(found), name)
        }
    };
    // espeak-ng takes variants as `en+f3` and files as `mb/mb-de2`, but nothing stranger.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_+/.".contains(&b);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
        value.refuse("be the name of a voice", Some("`espeak-ng --voices` lists those of espeak-ng"));
        return None;
    }
    Some(VoiceName { engine, name: name.to_owned() })
}

fn is_flites(value: &Value<'_, '_>, language: &str, name: &str) {
    if language != "en" {
        let hint = format!("such as \"espeak-ng:{language}\"");
        value.report(format!("`{}` is a voice of flite, which speaks English only", value.path), Some(&hint));
    } else if !FLITE_VOICES.contains(&name) {
        let hint = format!("flite has {}", FLITE_VOICES.join(", "));
        value.report(format!("`{}` is `{name}`, which flite does not have", value.path), Some(&hint));
    }
}

/// The voice must speak `language`, or any that can be read here if that is `None`.
fn is_kokoros(value: &Value<'_, '_>, language: Option<&str>, voice: &str) {
    let Some(speaks) = kokoro_language(voice) else {
        value.report(format!("`{}` is `{voice}`, which is no voice of kokoro", value.path), Some(KOKORO_NAMES));
        return;
    };
    match language {
        Some(language) if language != speaks => {
            let hint = format!("such as \"{}\"", who_speaks(language));
            value.report(format!("`{}` is `{voice}`, which speaks `{speaks}`", value.path), Some(&hint));
        }
        _ if kokoro_voice_for(speaks).is_none() => {
            let message = format!(
                "`{}` is `{voice}`, which speaks `{speaks}`, and kokoro cannot read that here: its phonemes come from espeak-ng",
                value.path
            );
            let hint = format!("such as \"espeak-ng:{speaks}\", or an endpoint's voice, \"openai:...\"");
            value.report(message, Some(&hint));
        }
        _ => {}
    }
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn model(table: &mut Table<'_, '_>) -> Option<SpeechModel> {
    let model = table.required("model", "the path of the ONNX file").and_then(|value| value.path());
    let voices = table.required("voices", "the folder with a file NAME.bin for each voice");
    let voices = voices.and_then(|value| value.path());
    let voice = match table.value("voice") {
        Some(value) => value.word().inspect(|voice| is_kokoros(&value, None, voice)),
        None => Some(KOKORO_VOICE.to_owned()),
    };
    let library = table.optional_path("library");
    let threads = table.depth("threads", defaults::SPEECH_THREADS, 64);
    Some(SpeechModel { model: model?, voices: voices?, voice: voice?, library, threads })
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn endpoint(table: &mut Table<'_, '_>) -> Option<SpeechEndpoint> {
    let base_url = base_url(table);
    let model = table.required("model", "the name that the endpoint gives it").and_then(|value| value.word());
    let transcription_model = table.value("transcription_model").and_then(|value| value.word());
    let instructions = table.text("instructions", String::new());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let timeout = table.duration("timeout", defaults::SPEECH_TIMEOUT, Duration::from_secs(1)..=Duration::from_hours(1));
    let calls_per_minute = table.count("calls_per_minute", defaults::SPEECH_CALLS_PER_MINUTE, 100_000);
    Some(SpeechEndpoint {
        base_url: base_url?,
        model: model?,
        transcription_model,
        instructions,
        api_key,
        timeout,
        calls_per_minute,
    })
}
