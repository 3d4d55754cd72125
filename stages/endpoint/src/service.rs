//! One attempt at one call. The client is async-openai's; what it hides (status, headers, a body of any shape) is read
//! here first, so that policy stays ours.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::{AUTHORIZATION, HeaderMap};

/// Most of a refusal's body that is read: its start says enough.
const REFUSAL_MAX: usize = 64 << 10;

/// What came back instead of a usable answer; travels through async-openai as its boxed error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("status {status}")]
    Status { status: u16, headers: Box<HeaderMap>, body: Vec<u8> },
    #[error("the body is not JSON")]
    NotJson { start: Vec<u8> },
    #[error("the body is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("the request failed")]
    Http(#[source] reqwest::Error),
    #[error("the request could not be built")]
    Request,
}

impl From<Trouble> for OpenAIError {
    fn from(trouble: Trouble) -> Self {
        Self::Boxed(Box::new(trouble))
    }
}

impl From<OpenAIError> for Trouble {
    fn from(error: OpenAIError) -> Self {
        if let OpenAIError::Boxed(error) = error {
            return error.downcast::<Self>().map_or(Self::Request, |trouble| *trouble);
        }
        if let OpenAIError::Reqwest(error) = error { Self::Http(error) } else { Self::Request }
    }
}

/// Sends a request once and reads at most `limit` bytes of its answer.
pub(crate) async fn attempt(
    client: &reqwest::Client,
    mut request: reqwest::Request,
    limit: usize,
) -> Result<(HeaderMap, Vec<u8>), Trouble> {
    if let Some(key) = request.headers_mut().get_mut(AUTHORIZATION) {
        key.set_sensitive(true);
    }
    let mut response = client.execute(request).await.map_err(Trouble::Http)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let most = if status.is_success() { limit } else { limit.min(REFUSAL_MAX) };
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= most => body.extend_from_slice(&chunk),
            Ok(Some(_)) if status.is_success() => return Err(Trouble::TooLong { limit }),
            Ok(Some(chunk)) => {
                body.extend_from_slice(&chunk[..most - body.len()]);
                break;
            }
            Ok(None) => break,
            // A refused request whose body breaks off is still a refused request.
            Err(_) if !status.is_success() => break,
            Err(error) => return Err(Trouble::Http(error)),
        }
    }
    if status.is_success() {
        return Ok((headers, body));
    }
    Err(Trouble::Status { status: status.as_u16(), headers: Box::new(headers), body })
}

/// Under async-openai: [`attempt`], for answers that are JSON.
#[derive(Clone)]
pub(crate) struct OneAttempt {
    pub(crate) client: reqwest::Client,
    pub(crate) limit: usize,
    /// Where the headers of an answer of 200 are left: async-openai would drop them.
    pub(crate) headers: Arc<Mutex<HeaderMap>>,
}

impl tower_service::Service<HttpRequestFactory> for OneAttempt {
    type Response = reqwest::Response;
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<reqwest::Response, Trouble>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Trouble>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let Self { client, limit, headers } = self.clone();
        Box::pin(async move {
            let request = request.build().await.map_err(|_| Trouble::Request)?;
            let (heard, mut body) = attempt(&client, request, limit).await?;
            *headers.lock().unwrap_or_else(PoisonError::into_inner) = heard;
            // async-openai would log a body it cannot read; it never gets to see one.
            if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
                body.truncate(REFUSAL_MAX);
                return Err(Trouble::NotJson { start: body });
            }
            Ok(reqwest::Response::from(http::Response::new(body)))
        })
    }
}
