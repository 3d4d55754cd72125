//! One attempt at one call: no retry of its own, no redirect, a time limit, a size limit.

use std::time::Duration;

use bytes::Bytes;
use reelpress_config::SpeechEndpoint;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use super::error::EndpointError;
use super::wait;

/// Three minutes of sound at 48 kHz in two channels, and some room.
pub(super) const SOUND_MAX: usize = 40 << 20;
/// A transcription larger than this is none of a beat's.
pub(super) const TEXT_MAX: usize = 4 << 20;
/// Characters of the other side's words that are kept.
const SAID_MAX: usize = 300;

/// A client for one endpoint.
pub(super) struct Line {
    client: reqwest::Client,
    base: String,
    host: String,
    timeout: Duration,
    authorization: HeaderValue,
    secret: Option<String>,
}

impl Line {
    /// # Errors
    /// [`EndpointError::Setup`] if the key cannot stand in a header or the HTTP client cannot be built.
    pub(super) fn new(endpoint: &SpeechEndpoint) -> Result<Self, EndpointError> {
        let host = endpoint.base_url.host_str().unwrap_or("(no host)");
        let host = endpoint.base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let fault = |why| EndpointError::Setup { host: host.clone(), why };
        // Servers without keys ignore this one, but some want a word there.
        let key = endpoint.api_key.as_ref().map_or("none", |key| key.reveal());
        let mut authorization = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| {
            fault("the api key holds characters that cannot stand in a header (is there a line break in it?)")
        })?;
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder()
            .connect_timeout(endpoint.timeout.min(Duration::from_secs(10)))
            .timeout(endpoint.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("reelpress/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| fault("the HTTP client could not be set up (are there CA certificates on this host?)"))?;
        let secret = endpoint.api_key.as_ref().map(|key| key.reveal().to_owned());
        Ok(Self {
            client,
            base: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            host,
            timeout: endpoint.timeout,
            authorization,
            secret: secret.filter(|secret| secret.len() >= 4),
        })
    }

    /// Posts a body to a path such as `/audio/speech`; gives the answer's bytes, at most `limit` of them.
    ///
    /// # Errors
    /// What the answer means for the item; see [`EndpointError`].
    pub(super) async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<Bytes, EndpointError> {
        // The outer limit also ends a body that drips.
        match tokio::time::timeout(self.timeout, self.attempt(path, content_type, body, limit)).await {
            Ok(answer) => answer,
            Err(_) => Err(self.timed_out()),
        }
    }

    async fn attempt(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<Bytes, EndpointError> {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(reqwest::header::AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, content_type)
            .body(body);
        let mut response = request.send().await.map_err(|error| self.broken(error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut answer = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.len() + chunk.len() > limit => {
                    if status.is_success() {
                        return Err(EndpointError::TooLong { host: self.host.clone(), limit });
                    }
                    // The start of an error says enough.
                    break;
                }
                Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
                Ok(None) => break,
                // A refused request whose body breaks off is still a refused request.
                Err(_) if !status.is_success() => break,
                Err(error) => return Err(self.broken(error)),
            }
        }
        if status.is_success() { Ok(answer.into()) } else { Err(self.refused(status.as_u16(), &headers, &answer)) }
    }

    fn refused(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> EndpointError {
        let (host, said) = (self.host.clone(), self.said(body));
        match status {
            429 if has_no_credit(body) => EndpointError::NoCredit { host, said },
            429 => EndpointError::TooManyCalls { host, after: wait::asked_for(headers), said },
            300..=399 | 401 | 403 | 404 => EndpointError::Misconfigured { host, status, said },
            408 | 409 | 500..=599 => EndpointError::Unavailable { host, status, after: wait::asked_for(headers), said },
            _ => EndpointError::BadRequest { host, status, said },
        }
    }

    /// An answer of 200 that cannot be used.
    pub(super) fn not_speech(&self, why: impl Into<String>) -> EndpointError {
        EndpointError::NotSpeech { host: self.host.clone(), why: why.into() }
    }

    fn broken(&self, error: reqwest::Error) -> EndpointError {
        if error.is_timeout() {
            return self.timed_out();
        }
        EndpointError::Unreachable { host: self.host.clone(), source: error.without_url() }
    }

    fn timed_out(&self) -> EndpointError {
        EndpointError::TimedOut { host: self.host.clone(), timeout: self.timeout }
    }

    /// The other side's words for people: the message of an error body, else its start; never our key.
    pub(super) fn said(&self, body: &[u8]) -> String {
        let message = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
            let error = value.get("error")?;
            error.get("message").and_then(Value::as_str).or(error.as_str()).map(str::to_owned)
        });
        let text = message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let text = self.secret.as_ref().map_or(text.clone(), |secret| text.replace(secret.as_str(), "***"));
        let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SAID_MAX).collect::<String>();
        let text = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() { "(nothing)".to_owned() } else { text }
    }
}

/// `type` or `code` is `insufficient_quota`; both may be of any JSON type or missing.
fn has_no_credit(body: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
    ["type", "code"].iter().any(|field| value["error"][field] == "insufficient_quota")
}
