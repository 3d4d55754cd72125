//! A server that answers as a test tells it to. Behind the feature `testing`; never part of the daemon.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use reelpress_config::Secret;
use serde_json::{Value, json};
use url::Url;

use crate::line::Reach;

/// The key that [`Sandbox::reach`] has: no error may hold it.
pub const KEY: &str = "sk-very-secret";

/// Between two bytes of [`Answer::Drip`].
const DRIP: Duration = Duration::from_millis(50);

/// One answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Status, headers and body, as they are.
    Whole {
        /// HTTP status.
        status: u16,
        /// Names and values.
        headers: Vec<(&'static str, String)>,
        /// Anything.
        body: Bytes,
    },
    /// 200; the connection breaks in the middle of the body.
    Reset,
    /// 200 and headers arrive, the body never does.
    Stall,
    /// 200; a byte of white space now and then, for ever.
    Drip,
    /// Nothing ever arrives.
    Silence,
}

impl Answer {
    /// A status with this body, and no header of its own.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self::Whole { status, headers: Vec::new(), body: body.into() }
    }

    /// A status with plain text.
    #[must_use]
    pub fn text(status: u16, body: &str) -> Self {
        Self::new(status, body.to_owned()).with_header("content-type", "text/plain")
    }

    /// A status with JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string()).with_header("content-type", "application/json")
    }

    /// A status with the usual error body.
    #[must_use]
    pub fn error(status: u16, kind: &str, code: &Value) -> Self {
        let message = format!("sandbox says {kind}");
        Self::json(status, &json!({"error": {"message": message, "type": kind, "param": null, "code": code}}))
    }

    /// The same answer with one header more.
    ///
    /// # Panics
    /// If it is not an [`Answer::Whole`].
    #[must_use]
    pub fn with_header(self, name: &'static str, value: &str) -> Self {
        let Self::Whole { status, mut headers, body } = self else { panic!("{self:?} has no headers of its own") };
        headers.push((name, value.to_owned()));
        Self::Whole { status, headers, body }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Whole { status, headers, body } => {
                let mut response = body.into_response();
                *response.status_mut() = StatusCode::from_u16(status).expect("the tests ask for real statuses");
                response.headers_mut().remove(header::CONTENT_TYPE);
                for (name, value) in headers {
                    let value = HeaderValue::from_str(&value).expect("the tests ask for real headers");
                    response.headers_mut().insert(name, value);
                }
                response
            }
            Self::Reset => {
                let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                let parts = [Ok(Bytes::from_static(b"{\"id\":")), Err(reset)];
                Body::from_stream(stream::iter(parts)).into_response()
            }
            Self::Drip => {
                let drops = stream::unfold((), |()| async {
                    tokio::time::sleep(DRIP).await;
                    Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
                });
                Body::from_stream(drops).into_response()
            }
            Self::Stall | Self::Silence => {
                Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()).into_response()
            }
        }
    }
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// The path behind the version: `/audio/speech`.
    pub path: String,
    /// All headers, the authorization too.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
}

impl Request {
    /// One header's text; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

type Answering = Box<dyn FnMut(&Request) -> Answer + Send>;

struct Inner {
    answer: Mutex<Answering>,
    requests: Mutex<Vec<Request>>,
}

/// A running server; it ends when it is dropped.
pub struct Sandbox {
    /// Where it listens.
    pub address: SocketAddr,
    inner: Arc<Inner>,
    server: tokio::task::JoinHandle<()>,
}

impl Sandbox {
    /// Starts on a free port of this host; each request is recorded, then answered by `answer`.
    ///
    /// # Panics
    /// If no port can be bound.
    pub async fn start(answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let inner = Arc::new(Inner { answer: Mutex::new(Box::new(answer)), requests: Mutex::default() });
        let routes = Router::new().fallback(answered).with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port on this host");
        let address = listener.local_addr().expect("a bound socket has an address");
        #[expect(clippy::disallowed_methods, reason = "a server of the tests, ended by its drop")]
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                panic!("the sandbox stopped: {error}");
            }
        });
        Self { address, inner, server }
    }

    /// Plays `answers` in order; after them it has none: 404.
    pub async fn playing(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers = answers.into_iter().collect::<Vec<_>>().into_iter();
        Self::start(move |_| answers.next().unwrap_or_else(|| Answer::error(404, "nothing more", &Value::Null))).await
    }

    /// What belongs into `base_url`.
    ///
    /// # Panics
    /// Never: an address makes a URL.
    #[must_use]
    pub fn base_url(&self) -> Url {
        format!("http://{}/v1", self.address).parse().expect("an address makes a URL")
    }

    /// How to reach it, with [`KEY`] and five seconds for an answer.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let api_key = Some(Secret::new(KEY.to_owned()));
        Reach { base_url: self.base_url(), api_key, timeout: Duration::from_secs(5) }
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.inner.requests).clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answered(State(inner): State<Arc<Inner>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().strip_prefix("/v1").unwrap_or(uri.path()).to_owned();
    let request = Request { path, headers, body };
    locked(&inner.requests).push(request.clone());
    let answer = (locked(&inner.answer))(&request);
    if matches!(answer, Answer::Silence) {
        return std::future::pending().await;
    }
    answer.into_response()
}
