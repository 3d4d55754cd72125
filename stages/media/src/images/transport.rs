//! One attempt at one call. The client is async-openai's; what it hides (status, headers, a body of any shape) this
//! service sees first, so that policy stays ours: no retry of its own, no redirect, a time limit, a size limit.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reelpress_config::ImageEndpoint;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::error::ImageError;
use super::wait;

/// Largest answer: 36 MiB of picture as base64.
pub(super) const BODY_MAX: usize = 48 << 20;
/// Most of a refusal's body that is read.
const REFUSAL_MAX: usize = 64 << 10;
/// Characters of the other side's words that are kept.
const SAID_MAX: usize = 300;
/// What endpoints call it when they will not paint something.
const REFUSALS: [&str; 4] =
    ["moderation_blocked", "content_policy_violation", "image_generation_user_error", "content_filter"];

/// A client for one endpoint.
pub(super) struct Line {
    client: Client<OpenAIConfig>,
    host: String,
    timeout: Duration,
    secret: Option<String>,
}

/// What came back instead of a usable answer; travels through async-openai as its boxed error.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("status {status}")]
    Status { status: u16, headers: Box<HeaderMap>, body: Vec<u8> },
    #[error("the body is not JSON")]
    NotJson { start: Vec<u8> },
    #[error("the body is too long")]
    TooLong,
    #[error("the request failed")]
    Http(#[source] reqwest::Error),
    #[error("the request could not be built")]
    Request(#[source] Box<OpenAIError>),
}

impl From<Trouble> for OpenAIError {
    fn from(trouble: Trouble) -> Self {
        Self::Boxed(Box::new(trouble))
    }
}

impl Line {
    /// # Errors
    /// [`ImageError::Endpoint`] if the key cannot stand in a header or the HTTP client cannot be built.
    pub(super) fn new(endpoint: &ImageEndpoint) -> Result<Self, ImageError> {
        let host = endpoint.base_url.host_str().unwrap_or("(no host)");
        let host = endpoint.base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let fault = |why| ImageError::Endpoint { host: host.clone(), why };
        // Servers without keys ignore this one, but some want a word there.
        let key = endpoint.api_key.as_ref().map_or("none", |key| key.reveal());
        if HeaderValue::from_str(&format!("Bearer {key}")).is_err() {
            return Err(fault("the api key holds characters that cannot stand in a header"));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(endpoint.timeout.min(Duration::from_secs(10)))
            .timeout(endpoint.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("reelpress/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| fault("the HTTP client could not be set up (are there CA certificates on this host?)"))?;
        // Set one by one: the defaults would be read from the environment.
        let config = OpenAIConfig::new()
            .with_api_base(endpoint.base_url.as_str().trim_end_matches('/'))
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let client = Client::build(client.clone(), config).with_http_service(OneAttempt(client));
        let secret = endpoint.api_key.as_ref().map(|key| key.reveal().to_owned());
        Ok(Self { client, host, timeout: endpoint.timeout, secret: secret.filter(|secret| secret.len() >= 4) })
    }

    /// Asks for a picture.
    ///
    /// # Errors
    /// What the answer means for the item; see [`ImageError`].
    pub(super) async fn generate(&self, request: &Value) -> Result<Value, ImageError> {
        let images = self.client.images();
        let call = images.generate_byot::<_, Value>(request);
        // The outer limit also ends a body that drips.
        match tokio::time::timeout(self.timeout, call).await {
            Err(_) => Err(self.timed_out()),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(OpenAIError::Boxed(error))) => match error.downcast::<Trouble>() {
                Ok(trouble) => Err(self.meaning(*trouble)),
                Err(_) => Err(self.unusable()),
            },
            Ok(Err(OpenAIError::Reqwest(error))) => Err(self.broken(error)),
            Ok(Err(_)) => Err(self.unusable()),
        }
    }

    /// Host and port, for messages.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    fn meaning(&self, trouble: Trouble) -> ImageError {
        let host = self.host.clone();
        match trouble {
            Trouble::Status { status, headers, body } => self.status(status, &headers, &body),
            Trouble::NotJson { start } => ImageError::NotAnAnswer { host, said: self.said(&start) },
            Trouble::TooLong => ImageError::TooLong { host, limit: BODY_MAX },
            Trouble::Http(error) => self.broken(error),
            Trouble::Request(_) => self.unusable(),
        }
    }

    fn status(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ImageError {
        let (host, said) = (self.host.clone(), self.said(body));
        let names = |words: &[&str]| is_named(body, words);
        match status {
            402 => ImageError::NoCredit { host, said },
            429 if names(&["insufficient_quota", "billing_hard_limit_reached"]) => ImageError::NoCredit { host, said },
            400 if names(&["billing_hard_limit_reached"]) => ImageError::NoCredit { host, said },
            429 => ImageError::TooManyCalls { host, after: wait::asked_for(headers), said },
            400..=499 if names(&REFUSALS) => ImageError::Refused { host, said },
            300..=399 | 401 | 403 | 404 => ImageError::Misconfigured { host, status, said },
            408 | 409 | 500..=599 => ImageError::Unavailable { host, status, after: wait::asked_for(headers), said },
            _ => ImageError::BadRequest { host, status, said },
        }
    }

    fn broken(&self, error: reqwest::Error) -> ImageError {
        if error.is_timeout() {
            return self.timed_out();
        }
        ImageError::Unreachable { host: self.host.clone(), source: error.without_url() }
    }

    fn timed_out(&self) -> ImageError {
        ImageError::TimedOut { host: self.host.clone(), timeout: self.timeout }
    }

    fn unusable(&self) -> ImageError {
        ImageError::Endpoint { host: self.host.clone(), why: "the request could not be built" }
    }

    /// The other side's words for people: the message of an error body, else its start; never our key.
    fn said(&self, body: &[u8]) -> String {
        let message = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
            let error = value.get("error")?;
            error.get("message").and_then(Value::as_str).or(error.as_str()).map(ToOwned::to_owned)
        });
        let text = message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let text = self.secret.as_ref().map_or(text.clone(), |secret| text.replace(secret.as_str(), "***"));
        let text = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let text = text.collect::<Vec<_>>().join(" ");
        let cut = text.char_indices().nth(SAID_MAX).map(|(at, _)| &text[..at]);
        match cut {
            Some(start) => format!("{start}\u{2026}"),
            None if text.is_empty() => "(nothing)".to_owned(),
            None => text,
        }
    }
}

/// `type` or `code` is one of these words; both may be of any JSON type or missing.
fn is_named(body: &[u8], words: &[&str]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
    ["type", "code"].iter().filter_map(|field| value["error"][field].as_str()).any(|name| words.contains(&name))
}

/// Sends a request once and reads its answer within limits.
#[derive(Clone)]
struct OneAttempt(reqwest::Client);

impl tower_service::Service<HttpRequestFactory> for OneAttempt {
    type Response = reqwest::Response;
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<reqwest::Response, Trouble>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Trouble>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move {
            let request = request.build().await.map_err(|error| Trouble::Request(Box::new(error)))?;
            let mut response = client.execute(request).await.map_err(Trouble::Http)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let most = if status.is_success() { BODY_MAX } else { REFUSAL_MAX };
            let mut body = Vec::new();
            loop {
                match response.chunk().await {
                    Ok(Some(chunk)) if body.len() + chunk.len() <= most => body.extend_from_slice(&chunk),
                    Ok(Some(_)) if status.is_success() => return Err(Trouble::TooLong),
                    // The start of a refusal says enough, and one whose body breaks off is still a refusal.
                    Ok(Some(_) | None) => break,
                    Err(_) if !status.is_success() => break,
                    Err(error) => return Err(Trouble::Http(error)),
                }
            }
            if !status.is_success() {
                return Err(Trouble::Status { status: status.as_u16(), headers: Box::new(headers), body });
            }
            // async-openai would log a body it cannot read; it never gets to see one.
            if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
                body.truncate(REFUSAL_MAX);
                return Err(Trouble::NotJson { start: body });
            }
            let mut whole = http::Response::new(body);
            *whole.status_mut() = status;
            Ok(reqwest::Response::from(whole))
        })
    }
}
