//! A client for one endpoint.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::{Config as _, OpenAIConfig};
use bytes::Bytes;
use reelpress_config::Secret;
use reelpress_core::Job;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::failure::{Callee, Failure, Who};
use crate::said;
use crate::service::{OneAttempt, Trouble, attempt};
use crate::wait::{self, Told};

/// What endpoints call it when an account is empty.
const NO_CREDIT: [&str; 2] = ["insufficient_quota", "billing_hard_limit_reached"];
/// Longest wait for a connection; the rest of the time is for the answer.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// A shorter secret is no secret, and would mask parts of ordinary words.
const SECRET_MIN: usize = 4;

/// How an endpoint is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// What came of a call, and what the endpoint told beside it about its limits.
#[derive(Debug)]
pub struct Reply {
    /// The answer as it is, or why there is none.
    pub answer: Result<Value, Failure>,
    /// What is left of the endpoint's own limits.
    pub told: Told,
}

/// A client for one endpoint.
pub struct Line {
    client: reqwest::Client,
    config: OpenAIConfig,
    who: Who,
    timeout: Duration,
    secret: Option<String>,
}

impl Line {
    /// # Errors
    /// [`Failure::Setup`] if the key cannot stand in a header or the HTTP client cannot be built.
    pub(crate) fn new(callee: &'static Callee, reach: &Reach) -> Result<Self, Failure> {
        let host = reach.base_url.host_str().unwrap_or("(no host)");
        let host = reach.base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let who = Who { callee, host };
        let fault = |why| Failure::Setup { who: who.clone(), why };
        // Servers without keys ignore this one, but some want a word there.
        let key = reach.api_key.as_ref().map_or("none", |key| key.reveal());
        if HeaderValue::from_str(&format!("Bearer {key}")).is_err() {
            return Err(fault(
                "the api key holds characters that cannot stand in a header (is there a line break in it?)",
            ));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(reach.timeout.min(CONNECT_MAX))
            .timeout(reach.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("reelpress/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| fault("the HTTP client could not be set up (are there CA certificates on this host?)"))?;
        // Set one by one: the defaults would be read from the environment.
        let config = OpenAIConfig::new()
            .with_api_base(reach.base_url.as_str().trim_end_matches('/'))
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let secret = reach.api_key.as_ref().map(|key| key.reveal().to_owned());
        let secret = secret.filter(|secret| secret.len() >= SECRET_MIN);
        Ok(Self { client, config, who, timeout: reach.timeout, secret })
    }

    /// Posts a chat completion; its answer has at most `limit` bytes.
    pub async fn complete(&self, request: &Value, limit: usize, job: &Job) -> Reply {
        let (client, headers) = self.openai(limit);
        let mut told = Told::default();
        let answer = self.within(job, async {
            let answer = client.chat().create_byot(request).await.map_err(Trouble::from);
            told = match &answer {
                Err(Trouble::Status { headers, .. }) => Told::by(headers),
                Ok(_) | Err(_) => Told::by(&headers.lock().unwrap_or_else(PoisonError::into_inner)),
            };
            answer
        });
        let answer = answer.await;
        Reply { answer, told }
    }

    /// Asks for a picture; the answer has at most `limit` bytes.
    ///
    /// # Errors
    /// [`Failure`], by what the endpoint answered.
    pub async fn paint(&self, request: &Value, limit: usize, job: &Job) -> Result<Value, Failure> {
        let (client, _) = self.openai(limit);
        self.within(job, async { Ok(client.images().generate_byot(request).await?) }).await
    }

    /// Posts any body to a path such as `/audio/speech`; gives the answer's bytes, at most `limit` of them.
    ///
    /// # Errors
    /// [`Failure`], by what the endpoint answered.
    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        limit: usize,
        job: &Job,
    ) -> Result<Bytes, Failure> {
        let request = self.client.post(self.config.url(path)).headers(self.config.headers());
        let request = request.header(CONTENT_TYPE, content_type).body(body).build();
        let call = async { Ok(attempt(&self.client, request.map_err(|_| Trouble::Request)?, limit).await?.1.into()) };
        self.within(job, call).await
    }

    /// An answer of 200 without what was asked for.
    #[must_use]
    pub fn unusable(&self, why: impl Into<String>) -> Failure {
        Failure::Unusable { who: self.who.clone(), why: why.into() }
    }

    /// The other side's words for people: the message of an error body, else its start; never our key.
    #[must_use]
    pub fn said(&self, body: &[u8]) -> String {
        said::said(body, |text| self.secret.as_ref().map_or(text.to_owned(), |secret| text.replace(secret, "***")))
    }

    fn openai(&self, limit: usize) -> (Client<OpenAIConfig>, Arc<Mutex<HeaderMap>>) {
        let headers = Arc::default();
        let service = OneAttempt { client: self.client.clone(), limit, headers: Arc::clone(&headers) };
        (Client::build(self.client.clone(), self.config.clone()).with_http_service(service), headers)
    }

    async fn within<T>(&self, job: &Job, call: impl Future<Output = Result<T, Trouble>>) -> Result<T, Failure> {
        tokio::select! {
            () = job.cancel.cancelled() => Err(Failure::Stopped { what: self.who.callee.what }),
            // The client has a time limit too; this one also ends a body that drips.
            answer = tokio::time::timeout(self.timeout, call) => match answer {
                Ok(answer) => answer.map_err(|trouble| self.meaning(trouble)),
                Err(_) => Err(self.timed_out()),
            },
        }
    }

    fn meaning(&self, trouble: Trouble) -> Failure {
        let who = self.who.clone();
        match trouble {
            Trouble::Status { status, headers, body } => self.status(status, &headers, &body),
            Trouble::NotJson { start } => Failure::NotJson { who, said: self.said(&start) },
            Trouble::TooLong { limit } => Failure::TooLong { who, limit },
            Trouble::Http(error) if error.is_timeout() => self.timed_out(),
            Trouble::Http(error) => Failure::Unreachable { who, source: error.without_url() },
            Trouble::Request => Failure::Setup { who, why: "the request could not be built" },
        }
    }

    fn status(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Failure {
        let (who, said, names) = (self.who.clone(), self.said(body), said::names(body));
        let named = |words: &[&str]| names.iter().any(|name| words.contains(&name.as_str()));
        match status {
            402 => Failure::NoCredit { who, said },
            400..=499 if named(&NO_CREDIT) => Failure::NoCredit { who, said },
            429 => Failure::TooManyCalls { who, after: wait::asked_for(headers), said },
            400..=499 if named(who.callee.refusals) => Failure::Refused { who, said },
            300..=399 | 401 | 403 | 404 => Failure::Misconfigured { who, status, said },
            408 | 409 | 500..=599 => Failure::Unavailable { who, status, after: wait::asked_for(headers), said },
            _ => Failure::BadRequest { who, status, parameter: said::parameter(body), said },
        }
    }

    fn timed_out(&self) -> Failure {
        Failure::TimedOut { who: self.who.clone(), timeout: self.timeout }
    }
}
