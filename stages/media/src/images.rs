//! Pictures that a model paints, through an OpenAI-compatible endpoint. The same prompt, model and size is asked for once;
//! after that the store has it.

mod error;
mod size;

use std::num::NonZeroU32;
use std::sync::Arc;

use base64::Engine as _;
use bytes::Bytes;
use reelpress_config::ImageEndpoint;
use reelpress_core::{ArtifactKey, Artifacts, Job, Reason, Step};
use reelpress_endpoint::{Callee, Calls, Failure, Reach};
use reelpress_vocabulary::Picture;
use serde_json::{Value, json};

pub use error::ImageError;
pub use size::nearest_size;

/// Raise it when the same words should give another prompt.
const VERSION: u8 = 1;
/// Most characters of a wish that go into a prompt.
const LONGEST_SHOW: usize = 200;
/// Whatever was asked for: a video must not show these.
const NEVER: &str = "No text, no letters, no logos, no recognisable people.";
/// Orders for the same picture wait for each other; so many locks, chosen by the order's hash.
const STRIPES: usize = 16;

/// Largest answer: 36 MiB of picture as base64.
const ANSWER_MAX: usize = 48 << 20;
const CALLEE: Callee = Callee {
    what: "image endpoint",
    table: "media.openai",
    shape: "model, size and ask_for_base64",
    // What endpoints call it when they will not paint something.
    refusals: &["moderation_blocked", "content_policy_violation", "image_generation_user_error", "content_filter"],
};

/// One picture to be painted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageOrder {
    prompt: String,
    model: String,
    size: (u32, u32),
}

impl ImageOrder {
    /// A picture of what a beat shows, for a video of this width and height. `None` if there are no words to paint.
    #[must_use]
    pub fn new(endpoint: &ImageEndpoint, show: &str, frame: (u32, u32)) -> Option<Self> {
        let subject = subject(show)?;
        let style = endpoint.style.trim().trim_end_matches('.');
        let style = if style.is_empty() { String::new() } else { format!(" {style}.") };
        let prompt = format!("A picture that shows: {subject}.{style} {NEVER}");
        let size = endpoint.size.unwrap_or_else(|| nearest_size(&endpoint.model, frame));
        Some(Self { prompt, model: endpoint.model.clone(), size })
    }

    /// Where the picture is kept: named by the hash of prompt, model and size, so that it is part of a memo key before the
    /// picture is there.
    ///
    /// # Panics
    /// Never: the key is built of hexadecimal digits.
    #[must_use]
    pub fn key(&self) -> ArtifactKey {
        let hash = self.hash();
        ArtifactKey::parse(&format!("media/{}/{hash}.image", &hash[..2])).expect("hexadecimal digits are a plain path")
    }

    /// What is sent to the model.
    #[must_use]
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let size = format!("{}x{}", self.size.0, self.size.1);
        for part in [&[VERSION][..], self.prompt.as_bytes(), self.model.as_bytes(), size.as_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The words of a wish, and nothing that could be anything else: no quotes, no line breaks, no addresses, no sentences.
fn subject(show: &str) -> Option<String> {
    let keep = |c: char| if c.is_alphanumeric() || "'-".contains(c) { c } else { ' ' };
    let words: String = show.chars().take(LONGEST_SHOW).map(keep).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().any(char::is_alphanumeric).then_some(words)
}

/// A picture that a model painted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedImage {
    /// Where it is kept.
    pub key: ArtifactKey,
    /// The file's bytes: PNG, JPEG or WebP.
    pub bytes: Bytes,
    /// blake3 of the bytes, hex.
    pub hash: String,
    /// Who painted it.
    pub model: String,
}

impl GeneratedImage {
    fn new(order: &ImageOrder, bytes: Bytes) -> Self {
        let hash = blake3::hash(&bytes).to_hex().to_string();
        Self { key: order.key(), bytes, hash, model: order.model.clone() }
    }

    /// What provenance says about it.
    #[must_use]
    pub fn picture(&self) -> Picture {
        Picture::Generated { model: self.model.clone(), hash: self.hash.clone() }
    }

    /// The ending of a file with these bytes.
    #[must_use]
    pub fn ending(&self) -> &'static str {
        ending(&self.bytes).unwrap_or("image")
    }
}

/// Has pictures painted. Keeps the connection and the call rate over items and reloads.
pub struct ImageMaker {
    artifacts: Arc<dyn Artifacts>,
    calls: Calls,
    painting: [tokio::sync::Mutex<()>; STRIPES],
}

impl ImageMaker {
    /// Keeps pictures in `artifacts`, for ever.
    #[must_use]
    pub fn new(artifacts: Arc<dyn Artifacts>) -> Self {
        // A minute's worth at once, for a script has several beats.
        Self { artifacts, calls: Calls::new(&CALLEE, NonZeroU32::MAX), painting: Default::default() }
    }

    /// The picture of an order: from the store if it was ever painted, else from the endpoint. [`Step::Later`] if the call
    /// rate allows none now, [`Step::Hold`] if the model will not paint it.
    ///
    /// # Errors
    /// [`ImageError`], by what the endpoint answered.
    pub async fn make(
        &self,
        endpoint: &ImageEndpoint,
        order: &ImageOrder,
        job: &Job,
    ) -> Result<Step<GeneratedImage>, ImageError> {
        let key = order.key();
        let stripe = usize::from(order.hash().as_bytes()[0]) % STRIPES;
        let _alone = self.painting[stripe].lock().await;
        // What a power cut left half-written is no picture, and is painted anew.
        if let Some(bytes) = self.artifacts.get(&key).await?.filter(|bytes| ending(bytes).is_some()) {
            return Ok(Step::Next(GeneratedImage::new(order, bytes)));
        }
        if let Some(wait) = self.calls.turns(endpoint.calls_per_minute).take() {
            return Ok(Step::Later(wait));
        }
        let ImageEndpoint { base_url, api_key, timeout, .. } = endpoint.clone();
        let line = self.calls.line(Reach { base_url, api_key, timeout })?;
        let answer = match line.paint(&request(endpoint, order), ANSWER_MAX, job).await {
            Err(Failure::Refused { said, .. }) => {
                return Ok(Step::Hold(Reason::new("image_refused", format!("the model will not paint this: {said}"))));
            }
            answer => answer?,
        };
        let bytes = picture_in(&answer).map_err(|why| line.unusable(why))?;
        self.artifacts.put(&key, bytes.clone()).await?;
        Ok(Step::Next(GeneratedImage::new(order, bytes)))
    }
}

fn request(endpoint: &ImageEndpoint, order: &ImageOrder) -> Value {
    let mut request = json!({
        "model": order.model,
        "prompt": order.prompt,
        "n": 1,
        "size": format!("{}x{}", order.size.0, order.size.1),
    });
    if endpoint.ask_for_base64 {
        request["response_format"] = json!("b64_json");
    }
    request
}

/// The first picture of an answer.
fn picture_in(answer: &Value) -> Result<Bytes, String> {
    let first = answer.get("data").and_then(|data| data.get(0)).ok_or("it holds no picture")?;
    let Some(text) = first.get("b64_json").and_then(Value::as_str) else {
        let has_url = first.get("url").is_some_and(Value::is_string);
        let why = if has_url {
            "it holds an address instead of the picture (set `ask_for_base64 = true`)"
        } else {
            "it holds no picture"
        };
        return Err(why.to_owned());
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim());
    let bytes = bytes.map_err(|error| format!("its picture is not base64: {error}"))?;
    if ending(&bytes).is_none() {
        return Err(format!("its picture of {} bytes is not PNG, JPEG or WebP", bytes.len()));
    }
    Ok(bytes.into())
}

/// By the first bytes: what is named a picture may be anything.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("png");
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Some("jpg");
    }
    (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")).then_some("webp")
}

#[cfg(test)]
mod tests;
