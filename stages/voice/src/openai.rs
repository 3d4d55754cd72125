//! An endpoint that speaks `OpenAI`'s protocol: sound from `/audio/speech`, word times from `/audio/transcriptions`.
//!
//! The sound is paid for; the times may fail after it. So the last few sounds are remembered until their times came, and
//! a retry asks for the times only. An endpoint that has no transcriptions at all leaves the times to be guessed.

mod align;
#[cfg(test)]
mod tests;
mod wav;

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use reelpress_config::SpeechEndpoint;
use reelpress_core::Job;
use reelpress_endpoint::{Callee, Calls, Failure, Line, Reach, Turns};
use serde_json::{Value, json};

use crate::engine::{BEAT_SECONDS_MAX, Engine, Order, Sound};
use crate::error::VoiceError;
use align::Heard;

const CALLEE: Callee = Callee {
    what: "speech endpoint",
    table: "voice.openai",
    shape: "model, transcription_model and instructions",
    refusals: &[],
};
/// A short burst is one script's beats; after it, calls are evenly spaced.
const BURST: NonZeroU32 = NonZeroU32::new(16).expect("16 is not zero");

/// Three minutes of sound at 48 kHz in two channels, and some room.
const SOUND_MAX: usize = 40 << 20;
/// A transcription larger than this is none of a beat's.
const TEXT_MAX: usize = 4 << 20;

/// Most characters that the protocol takes at once.
const INPUT_MAX: usize = 4_096;

/// Sounds that wait for their times.
const REMEMBERED: usize = 4;

/// What `speed` 1.0 is taken for, in words a minute.
const NATURAL_WORDS_PER_MINUTE: f64 = 165.0;

/// Keeps connection, call rate and unfinished sounds over items and reloads.
pub(crate) struct OpenAi {
    calls: Calls,
    unfinished: Mutex<VecDeque<(String, Bytes)>>,
}

impl Default for OpenAi {
    fn default() -> Self {
        Self { calls: Calls::new(&CALLEE, BURST), unfinished: Mutex::default() }
    }
}

/// The endpoint as the settings of one item have it.
struct At {
    kept: Arc<OpenAi>,
    endpoint: SpeechEndpoint,
    line: Arc<Line>,
    turns: Turns,
}

impl OpenAi {
    /// # Errors
    /// [`Failure::Setup`] if the settings cannot be used.
    pub(crate) fn at(self: &Arc<Self>, endpoint: &SpeechEndpoint) -> Result<Arc<dyn Engine>, VoiceError> {
        let endpoint = endpoint.clone();
        let SpeechEndpoint { base_url, api_key, timeout, .. } = endpoint.clone();
        let line = self.calls.line(Reach { base_url, api_key, timeout })?;
        Ok(Arc::new(At { kept: Arc::clone(self), line, turns: self.calls.turns(endpoint.calls_per_minute), endpoint }))
    }

    fn remembered(&self, name: &str) -> Option<Bytes> {
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.iter().find(|(known, _)| known == name).map(|(_, sound)| sound.clone())
    }

    fn remember(&self, name: &str, sound: &Bytes) {
        let mut unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.retain(|(known, _)| known != name);
        if unfinished.len() == REMEMBERED {
            unfinished.pop_front();
        }
        unfinished.push_back((name.to_owned(), sound.clone()));
    }

    fn forget(&self, name: &str) {
        self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| known != name);
    }
}

#[async_trait]
impl Engine for At {
    fn identity(&self) -> String {
        let SpeechEndpoint { base_url, model, transcription_model, instructions, .. } = &self.endpoint;
        let times = transcription_model.as_deref().map_or_else(String::new, |model| format!(" timed by {model}"));
        let manner = if instructions.is_empty() {
            String::new()
        } else {
            format!(" as {}", &blake3::hash(instructions.as_bytes()).to_hex()[..8])
        };
        format!("openai {base_url} {model}{times}{manner}")
    }

    fn sample_rate(&self) -> u32 {
        24_000
    }

    async fn speak(&self, order: &Order, job: &Job) -> Result<Sound, VoiceError> {
        let name = blake3::hash(format!("{}\n{order:?}", self.identity()).as_bytes()).to_hex().to_string();
        let file = match self.kept.remembered(&name) {
            Some(file) => file,
            None => self.sound(order, job).await?,
        };
        let (sample_rate, samples) = wav::read(&file).map_err(|why| self.line.unusable(why))?;
        if samples.len() > BEAT_SECONDS_MAX * sample_rate as usize {
            return Err(VoiceError::TooMuchSound { beat: order.beat, seconds: BEAT_SECONDS_MAX });
        }
        let mut sound = Sound { sample_rate, samples, hisses: true, words: Vec::new() };
        if let Some(model) = &self.endpoint.transcription_model {
            self.kept.remember(&name, &file);
            sound.words = self.words(model, &file, order, job).await?;
            self.kept.forget(&name);
        }
        Ok(sound)
    }
}

impl At {
    async fn sound(&self, order: &Order, job: &Job) -> Result<Bytes, VoiceError> {
        let input = order.text.replace('\n', " ");
        let characters = input.chars().count();
        if characters > INPUT_MAX {
            return Err(VoiceError::TooLong { beat: order.beat, characters, limit: INPUT_MAX });
        }
        let speed = (f64::from(order.words_per_minute) / NATURAL_WORDS_PER_MINUTE).clamp(0.25, 4.0);
        let mut request = json!({
            "model": self.endpoint.model,
            "input": input,
            "voice": order.voice,
            "response_format": "wav",
            "speed": (speed * 100.0).round() / 100.0,
        });
        if !self.endpoint.instructions.is_empty() {
            request["instructions"] = self.endpoint.instructions.clone().into();
        }
        let body = request.to_string().into_bytes();
        let answer = self.call("/audio/speech", "application/json", body, SOUND_MAX, job).await?;
        if answer.first() == Some(&b'{') {
            return Err(self.line.unusable(format!("it is JSON: {}", self.line.said(&answer))).into());
        }
        Ok(answer)
    }

    /// When each word was heard; none if the endpoint cannot tell.
    async fn words(
        &self,
        model: &str,
        file: &Bytes,
        order: &Order,
        job: &Job,
    ) -> Result<Vec<crate::engine::WordEvent>, VoiceError> {
        let (content_type, body) = form(model, file);
        let call = self.call("/audio/transcriptions", &content_type, body, TEXT_MAX, job);
        let answer = match call.await {
            Ok(answer) => answer,
            // No such path, no such model, no such format: it will not tell next time either.
            Err(error @ (Failure::BadRequest { .. } | Failure::Misconfigured { status: 404 | 405, .. })) => {
                tracing::warn!(%error, "word times are guessed from the text");
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        Ok(heard(&answer).map(|heard| align::align(&order.text, &heard)).unwrap_or_default())
    }

    async fn call(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        limit: usize,
        job: &Job,
    ) -> Result<Bytes, Failure> {
        self.turns.wait(job).await?;
        self.line.post(path, content_type, body, limit, job).await
    }
}

/// Content type and body of a request for word times.
fn form(model: &str, file: &[u8]) -> (String, Vec<u8>) {
    // Sound can hold any bytes, but not its own hash.
    let boundary = format!("reelpress-{}", &blake3::hash(file).to_hex()[..32]);
    let mut body = Vec::with_capacity(file.len() + 1_024);
    let fields = [("model", model), ("response_format", "verbose_json"), ("timestamp_granularities[]", "word")];
    for (name, value) in fields {
        let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"beat.wav\"\r\nContent-Type: \
         audio/wav\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// The words of a verbose answer; `None` if it has none.
fn heard(answer: &[u8]) -> Option<Vec<Heard>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let word = |word: &Value| {
        let text = word.get("word").or_else(|| word.get("text"))?.as_str()?.to_owned();
        let start = word.get("start")?.as_f64().filter(|start| (0.0..=600.0).contains(start))?;
        Some(Heard { text, at_ms: (start * 1_000.0).round() as u64 })
    };
    let words = answer.get("words")?.as_array()?.iter().filter_map(word).collect::<Vec<_>>();
    (!words.is_empty()).then_some(words)
}
