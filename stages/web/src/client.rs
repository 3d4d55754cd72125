//! The client: checks, waits for its turn, asks, follows, and never takes more than it was allowed.

mod rules;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::address::{self, Refused};
use crate::ask::{Ask, Got, Page, Robots, Validators};
use crate::error::WebError;
use crate::hints::{fresh_for, rate_left, retry_after};
use crate::hosts::{Hosts, origin};
use crate::without_secrets;

/// Kept of what a server says about an error, in bytes.
const SAID: u64 = 2_000;
/// An allowance that is used up holds the host back this long at most; its own `Retry-After` may be longer.
const ALLOWANCE: Duration = Duration::from_hours(1);

/// Reads addresses; see the crate's own page. Cheap to clone: all clones share their hosts' turns and rules.
///
/// Holds two clients: one that looks up public addresses only, and one for questions with `allow_private`. Neither uses a
/// proxy of the environment (it would look names up for us, unchecked) nor follows redirects by itself.
#[derive(Debug, Clone)]
pub struct Web {
    public: Client,
    any: Client,
    hosts: Arc<Hosts>,
    rules: Arc<rules::Rules>,
}

/// What one hop brought.
enum Hop {
    To(Url),
    End(Got),
}

impl Web {
    /// # Errors
    /// [`WebError::Client`] if there are no certificates to trust, for example.
    pub fn new() -> Result<Self, WebError> {
        let client = || Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).referer(false);
        Ok(Self {
            public: client().dns_resolver(Arc::new(address::PublicOnly)).build().map_err(WebError::Client)?,
            any: client().build().map_err(WebError::Client)?,
            hosts: Arc::default(),
            rules: Arc::default(),
        })
    }

    /// Reads one address, politely: see [`Ask`] for what is kept.
    ///
    /// # Errors
    /// Any of [`WebError`] but [`WebError::Client`].
    pub async fn get(&self, ask: &Ask<'_>) -> Result<Got, WebError> {
        let mut url = ask.url.clone();
        let mut left = ask.limits.time;
        for _ in 0..=ask.limits.hops {
            address::check(&url, ask.allow_private).map_err(|why| refused(&url, &why))?;
            let mut pace = ask.pace;
            if ask.robots == Robots::Obey {
                let delay = Box::pin(self.rules.check(self, ask, &url)).await?;
                pace.apart = pace.apart.max(delay);
            }
            let turn = self.hosts.turn(&url, pace, ask.now).await?;
            let started = Instant::now();
            let hop = tokio::time::timeout(left, self.hop(ask, &url)).await;
            drop(turn);
            left = left.saturating_sub(started.elapsed());
            let late = |_| WebError::Timeout { place: without_secrets(&url), limit: ask.limits.time };
            match hop.map_err(late)?? {
                Hop::To(next) => url = next,
                Hop::End(got) => return Ok(got),
            }
        }
        let message = format!("more than {} times", ask.limits.hops);
        Err(WebError::Redirect { place: without_secrets(ask.url), message })
    }

    async fn hop(&self, ask: &Ask<'_>, url: &Url) -> Result<Hop, WebError> {
        let response = self.send(ask, url).await?;
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            if ask.form.is_some() {
                let message = "what is sent as a form is not sent on".to_owned();
                return Err(WebError::Redirect { place: without_secrets(url), message });
            }
            return next_hop(url, response.headers()).map(Hop::To);
        }
        self.answer(ask, url, response).await.map(Hop::End)
    }

    async fn send(&self, ask: &Ask<'_>, url: &Url) -> Result<Response, WebError> {
        let client = if ask.allow_private { &self.any } else { &self.public };
        let mut request = match ask.form {
            Some(form) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
                client.post(url.clone()).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
            }
            None => client.get(url.clone()),
        };
        request = request.header(header::USER_AGENT, ask.agent).header(header::ACCEPT, ask.accept);
        for (name, value) in
            [(header::IF_NONE_MATCH, &ask.validators.etag), (header::IF_MODIFIED_SINCE, &ask.validators.last_modified)]
        {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                request = request.header(name, value);
            }
        }
        if origin(url) == origin(ask.url) {
            for (name, value) in ask.headers {
                if let Ok(mut value) = HeaderValue::from_str(value) {
                    value.set_sensitive(true);
                    request = request.header(HeaderName::from_static(name), value);
                }
            }
        }
        request.send().await.map_err(|error| match refusal_in(&error) {
            Some(why) => refused(url, why),
            None => transfer(url, error),
        })
    }

    async fn answer(&self, ask: &Ask<'_>, url: &Url, response: Response) -> Result<Got, WebError> {
        let place = || without_secrets(url);
        let (status, headers) = (response.status(), response.headers());
        let (fresh_for, rate) = (fresh_for(headers, ask.now), rate_left(headers, ask.now));
        if let Some(wait) = rate.wait() {
            self.hosts.hold(url, wait.min(ALLOWANCE), ask.now);
        }
        if status == StatusCode::NOT_MODIFIED {
            let known = !ask.validators.is_empty();
            return if known { Ok(Got::NotModified { fresh_for }) } else { Err(WebError::Unasked { place: place() }) };
        }
        if status == StatusCode::GONE {
            return Err(WebError::Gone { place: place() });
        }
        if !status.is_success() {
            let retry_after = retry_after(headers, ask.now);
            if let Some(wait) = retry_after
                && matches!(status.as_u16(), 429 | 503)
            {
                self.hosts.hold(url, wait, ask.now);
            }
            let said = body(url, response, SAID, true).await.unwrap_or_default();
            let said = String::from_utf8_lossy(&said).into_owned();
            return Err(WebError::Status { place: place(), status: status.as_u16(), retry_after, said });
        }
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let content_type = text(header::CONTENT_TYPE);
        let bytes = body(url, response, ask.limits.bytes, ask.cut).await?;
        Ok(Got::Page(Box::new(Page { url: url.clone(), bytes, content_type, validators, fresh_for, rate })))
    }
}

/// Streams the body, decompressed by the client, and stops at the limit: no more than that is ever held.
async fn body(url: &Url, mut response: Response, limit: u64, cut: bool) -> Result<Vec<u8>, WebError> {
    let too_large = || WebError::TooLarge { place: without_secrets(url), limit };
    if !cut && response.content_length().is_some_and(|size| size > limit) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transfer(url, error))? {
        let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(bytes.len());
        if chunk.len() > room {
            if cut {
                bytes.extend_from_slice(&chunk[..room]);
                break;
            }
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn next_hop(from: &Url, headers: &HeaderMap) -> Result<Url, WebError> {
    let bad = |message: &str| WebError::Redirect { place: without_secrets(from), message: message.to_owned() };
    let to = headers.get(header::LOCATION).ok_or_else(|| bad("there is no `Location`"))?;
    let to = to.to_str().map_err(|_| bad("its `Location` is not an address"))?;
    from.join(to).map_err(|_| bad("its `Location` is not an address"))
}

fn refused(url: &Url, why: &Refused) -> WebError {
    WebError::Refused { place: without_secrets(url), address: why.0.clone() }
}

fn transfer(url: &Url, error: reqwest::Error) -> WebError {
    // The client's own words would repeat the address with its query.
    WebError::Transfer { place: without_secrets(url), source: error.without_url() }
}

/// The resolver's refusal is somewhere among the causes of the client's error.
fn refusal_in(error: &reqwest::Error) -> Option<&Refused> {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref() {
            return Some(refused);
        }
        cause = error.source();
    }
    None
}
