//! Kokoro-82M, a neural voice, in this process: espeak-ng's phonemes in; sound, and how long each of them takes, out.
//!
//! Nothing of it comes with the press: the settings name the model, the voices and the library of ONNX Runtime, and all
//! are opened when a voice first needs them. Word times are the model's own, not guesses: the durations by which it lays
//! out the sound are summed up for each word. A model that does not tell them gives estimated times.
//!
//! # The same text, the same bytes
//!
//! With one thread (the default) the same text gives the same bytes each time on the same kind of processor. On another
//! kind the library multiplies in another order, and samples may differ in the last bits. The key of a beat holds the
//! hashes of model and voice and the versions of ONNX Runtime and espeak-ng, so that nothing is taken for what it is not.

mod align;
mod error;
mod graph;
mod model;
mod phonemes;
mod style;
#[cfg(test)]
mod tests;
mod text;
mod times;
mod vocabulary;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use ort::session::RunOptions;
use reelpress_config::{SpeechModel, kokoro_language, kokoro_voice_for};
use reelpress_core::Job;

pub use error::KokoroError;

use crate::engine::{BEAT_SECONDS_MAX, Engine, Order, Sound, WordEvent};
use crate::error::VoiceError;
use crate::speaker::Speaker;
use crate::{espeak, pitch};
use model::Model;
use phonemes::{Accent, TIE};
use style::Voice;
use text::Token;

/// What the model gives.
const SAMPLE_RATE: u32 = 24_000;

/// Biggest model file; the exact one has 326 MB.
const MODEL_BYTES_MAX: u64 = 2 << 30;

/// How far a voice may be slowed down or hurried.
const SPEEDS: (f32, f32) = (0.5, 2.0);

/// What is kept over items and reloads.
#[derive(Default)]
pub(crate) struct Kokoro {
    seen: Mutex<Option<(Seen, blake3::Hash)>>,
    opened: Mutex<Option<(Opened, Model)>>,
}

/// A model file as it was when it was hashed.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    bytes: u64,
    changed: Option<SystemTime>,
}

/// What makes another model of the same settings.
#[derive(PartialEq, Eq)]
struct Opened {
    hash: blake3::Hash,
    threads: usize,
}

/// One voice of the model, as the settings of one item have it.
pub(crate) struct At {
    speaker: Arc<Speaker>,
    bound: Arc<Bound>,
}

/// What goes to the speaking thread. Not the thread's own handle: the last one would then end, and wait for, the thread
/// that it is on.
struct Bound {
    kept: Arc<Kokoro>,
    settings: SpeechModel,
    hash: blake3::Hash,
    voice: Voice,
    library: String,
}

impl Kokoro {
    /// Opens the library, and looks at model and voice; the model is opened by the first text.
    ///
    /// # Errors
    /// [`KokoroError`], or [`VoiceError::UnknownVoice`].
    pub(crate) fn at(
        self: &Arc<Self>,
        settings: &SpeechModel,
        voice: &str,
        language: &str,
        speaker: &Arc<Speaker>,
    ) -> Result<At, VoiceError> {
        speaks(voice, language)?;
        let voice = Voice::read(&settings.voices, voice)?;
        let bound = Bound {
            hash: self.hash(&settings.model)?,
            library: model::open_library(settings.library.as_deref())?,
            kept: Arc::clone(self),
            settings: settings.clone(),
            voice,
        };
        Ok(At { speaker: Arc::clone(speaker), bound: Arc::new(bound) })
    }

    /// The hash of the model file. It is read again only when its length or its time changed.
    fn hash(&self, path: &Path) -> Result<blake3::Hash, KokoroError> {
        let failed = |why| KokoroError::File { key: "model", path: path.to_owned(), why };
        let about = std::fs::metadata(path).map_err(failed)?;
        let now = Seen { path: path.to_owned(), bytes: about.len(), changed: about.modified().ok() };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((before, hash)) = seen.as_ref()
            && *before == now
        {
            return Ok(*hash);
        }
        let mut hasher = blake3::Hasher::new();
        let file = std::fs::File::open(path).map_err(failed)?;
        hasher.update_reader(file).map_err(failed)?;
        let hash = hasher.finalize();
        *seen = Some((now, hash));
        Ok(hash)
    }

    /// Runs `work` with the model, which is opened if it was not.
    fn with_model<T>(
        &self,
        settings: &SpeechModel,
        hash: blake3::Hash,
        work: impl FnOnce(&mut Model) -> Result<T, VoiceError>,
    ) -> Result<T, VoiceError> {
        let wanted = Opened { hash, threads: settings.threads.get() };
        // A panic inside leaves the model as it was between two texts.
        let mut slot = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|(opened, _)| *opened != wanted) {
            // Two models at a time would take twice the memory.
            *slot = None;
            *slot = Some((wanted, open(settings, hash)?));
        }
        let Some((_, model)) = slot.as_mut() else { return Err(KokoroError::NoModel.into()) };
        work(model)
    }
}

impl Bound {
    fn speak(&self, order: &Order, options: &RunOptions) -> Result<Sound, VoiceError> {
        let (reader, accent) = manner(&order.voice);
        let reading = espeak::reading(reader, TIE as u8, |say| text::read(&order.text, accent, say))?;
        let play = pitch::shift(order.pitch);
        let speed = order.words_per_minute as f32 / natural_words_per_minute(&order.voice) / play;
        let speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        let mut whole = Sound { sample_rate: SAMPLE_RATE, hisses: true, ..Sound::default() };
        self.kept.with_model(&self.settings, self.hash, |model| {
            let mut told = true;
            for part in text::parts(&reading.tokens) {
                let before = whole.samples.len();
                let (samples, starts) = say(model, part, &self.voice, speed, options, order)?;
                whole.samples.extend_from_slice(&samples);
                if whole.samples.len() > BEAT_SECONDS_MAX * SAMPLE_RATE as usize {
                    return Err(VoiceError::TooMuchSound { beat: order.beat, seconds: BEAT_SECONDS_MAX });
                }
                told &= starts.is_some();
                for (word, sample) in starts.unwrap_or_default() {
                    let (position, length) = reading.words[word];
                    let at_ms = (before + sample) as f64 * 1_000.0 / f64::from(SAMPLE_RATE) / f64::from(play);
                    whole.words.push(WordEvent { position: position + 1, length, at_ms: at_ms as u64 });
                }
            }
            // Times of half the words would leave the other half to one of them.
            if !told {
                whole.words.clear();
            }
            Ok(())
        })?;
        whole.samples = pitch::played(whole.samples, play);
        Ok(whole)
    }
}

/// The sound of one part, and the first sample of each word if the model tells.
#[expect(clippy::type_complexity, reason = "two plain lists")]
fn say(
    model: &mut Model,
    part: &[Token],
    voice: &Voice,
    speed: f32,
    options: &RunOptions,
    order: &Order,
) -> Result<(Vec<i16>, Option<Vec<(usize, usize)>>), VoiceError> {
    let edge = std::iter::once(vocabulary::EDGE);
    let symbols = edge.clone().chain(part.iter().map(|token| token.number)).chain(edge).collect::<Vec<_>>();
    let spoken = model.speak(&symbols, voice.style(part.len()), speed, options);
    let spoken = spoken.map_err(|why| KokoroError::Failed { beat: order.beat, why })?;
    // Some texts come out louder than full scale.
    let loudest = spoken.samples.iter().fold(1.0_f32, |loudest, sample| loudest.max(sample.abs()));
    let scale = f32::from(i16::MAX) / loudest;
    let samples = spoken.samples.iter().map(|sample| (sample * scale).round() as i16).collect::<Vec<_>>();
    let durations = spoken.durations.filter(|durations| times::fit(part.len(), durations, samples.len()));
    let starts = durations.map(|durations| times::starts(part, &durations));
    Ok((samples, starts))
}

fn open(settings: &SpeechModel, hash: blake3::Hash) -> Result<Model, KokoroError> {
    let failed = |why| KokoroError::File { key: "model", path: settings.model.clone(), why };
    let bytes = std::fs::metadata(&settings.model).map_err(failed)?.len();
    if bytes > MODEL_BYTES_MAX {
        let why = format!("it has {bytes} bytes, more than {MODEL_BYTES_MAX}");
        return Err(KokoroError::Model { path: settings.model.clone(), why });
    }
    let file = std::fs::read(&settings.model).map_err(failed)?;
    if blake3::hash(&file) != hash {
        return Err(KokoroError::ModelChanged { path: settings.model.clone() });
    }
    Model::open(settings.library.as_deref(), &settings.model, file, settings.threads.get())
}

/// How one text is run: what it took is given back behind it. The process then rests at 0.2 GB, not at the 0.7 GB of
/// its longest text, for a twentieth more of the model's time.
fn options() -> ort::Result<RunOptions> {
    let mut options = RunOptions::new()?;
    options.set("memory.enable_memory_arena_shrinkage", "cpu:0")?;
    Ok(options)
}

/// Tells the model to stop when the asking future is gone: a long beat takes many seconds.
struct Ends(Arc<RunOptions>);

impl Drop for Ends {
    fn drop(&mut self) {
        // Nothing else can be done about a model that will not stop.
        drop(self.0.terminate());
    }
}

#[async_trait]
impl Engine for At {
    fn identity(&self) -> String {
        let Bound { settings, hash, voice, library, .. } = &*self.bound;
        let threads = match settings.threads.get() {
            1 => String::new(),
            threads => format!(", {threads} threads"),
        };
        let model = &hash.to_hex()[..8];
        format!("kokoro {model} ({}, {library}, {}{threads})", voice.hash, espeak::version())
    }

    fn sample_rate(&self) -> u32 {
        SAMPLE_RATE
    }

    async fn speak(&self, order: &Order, job: &Job) -> Result<Sound, VoiceError> {
        let failed = |error: ort::Error| KokoroError::Failed { beat: order.beat, why: error.to_string() };
        let options = Arc::new(options().map_err(failed)?);
        let _ends = Ends(Arc::clone(&options));
        let (bound, order) = (Arc::clone(&self.bound), order.clone());
        tokio::select! {
            () = job.cancel.cancelled() => Err(KokoroError::Stopped.into()),
            spoken = self.speaker.run(move || bound.speak(&order, &options)) => spoken,
        }
    }
}

/// Opens everything and speaks a word; gives the engine's identity, and the voice.
///
/// # Errors
/// As [`Kokoro::at`] and the model itself.
pub(crate) fn check(settings: &SpeechModel, voice: &str, language: &str) -> Result<String, VoiceError> {
    let at = Arc::new(Kokoro::default()).at(settings, voice, language, &Arc::new(Speaker::start()?))?;
    let order = Order { beat: 0, text: "yes".to_owned(), voice: voice.to_owned(), words_per_minute: 165, pitch: 50 };
    let options = options().map_err(|error| KokoroError::Failed { beat: 0, why: error.to_string() })?;
    let sound = at.bound.speak(&order, &options)?;
    let times = if sound.words.is_empty() { ", word times estimated" } else { "" };
    Ok(format!("{} {voice}{times}", at.identity()))
}

/// # Errors
/// [`KokoroError::Language`] if the voice does not speak it, or its language cannot be read here.
fn speaks(voice: &str, language: &str) -> Result<(), KokoroError> {
    let known = kokoro_language(voice);
    if known == Some(language) && kokoro_voice_for(language).is_some() {
        return Ok(());
    }
    let instead = kokoro_voice_for(language);
    let instead = instead.map_or_else(|| format!("espeak-ng:{language}"), |voice| format!("kokoro:{voice}"));
    let (voice, language) = (voice.to_owned(), language.to_owned());
    Err(KokoroError::Language { voice, speaks: english_name(known), language, instead })
}

/// What a voice speaks, for messages.
fn english_name(language: Option<&str>) -> &'static str {
    match language {
        Some("en") => "English",
        Some("es") => "Spanish",
        Some("fr") => "French",
        Some("hi") => "Hindi",
        Some("it") => "Italian",
        Some("pt") => "Portuguese",
        Some("ja") => "Japanese (which espeak-ng cannot read for it)",
        Some("zh") => "Chinese (which espeak-ng cannot read for it)",
        _ => "no language that its name tells",
    }
}

/// How a voice's language is read: espeak-ng's voice for it, and whose sounds.
fn manner(voice: &str) -> (&'static str, Accent) {
    match voice.as_bytes().first() {
        Some(b'b') => ("en-gb", Accent::British),
        Some(b'e') => ("es", Accent::Other),
        Some(b'f') => ("fr-fr", Accent::Other),
        Some(b'h') => ("hi", Accent::Other),
        Some(b'i') => ("it", Accent::Other),
        Some(b'p') => ("pt-br", Accent::Other),
        // [`Kokoro::at`] gives no other voice.
        _ => ("en-us", Accent::American),
    }
}

/// Words a minute of a voice at speed 1, measured with ordinary English prose (21 November 2026) and counted as
/// [`crate::rate`] does. At speeds from 0.8 to 1.25 it is within 8 % of the speed's multiple.
fn natural_words_per_minute(voice: &str) -> f32 {
    match voice {
        "af_nicole" => 136.0,
        "am_michael" => 173.0,
        "bm_george" => 174.0,
        "am_santa" | "bm_lewis" => 180.0,
        "af_bella" | "af_kore" | "am_fenrir" => 184.0,
        "af_aoede" | "af_heart" | "am_puck" => 190.0,
        "af_sarah" | "af_sky" | "am_adam" | "bf_alice" | "bf_lily" | "bm_fable" => 200.0,
        "am_echo" | "bf_emma" | "bf_isabella" => 208.0,
        "af_alloy" | "af_nova" | "am_liam" | "am_onyx" | "bm_daniel" => 214.0,
        "af_jessica" | "af_river" | "am_eric" => 222.0,
        _ => 195.0,
    }
}
