//! Trends over HTTP: the page for people, JSON for programs.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use reelpress_trends::TrendsError;

use super::{Desk, WANTS_TOKEN, has_token, refusal};
use crate::trends::{RoomError, Splitting, Undoing, page};

/// Longest name of a topic that is looked for.
const NAME_BYTES: usize = 300;

/// Behind the token.
pub(super) fn api() -> Router<Desk> {
    Router::new()
        .route("/report.json", get(report))
        .route("/library.json", get(library))
        .route("/sources.json", get(sources))
        .route("/topics/{id}", get(topic))
        .route("/split", post(split))
        .route("/undo", post(undo))
}

/// The page. On this machine it wants nothing; from elsewhere the token, as the password of a browser's own question.
pub(super) async fn shown(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let is_here = desk.is_local && asks_this_machine(&headers);
    let may_see = is_here || has_token(&desk, &headers) || has_password(&desk, &headers);
    if !may_see {
        let ask = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"reelpress\""));
        return (StatusCode::UNAUTHORIZED, [ask], WANTS_TOKEN).into_response();
    }
    let now = desk.clock.now();
    match desk.trends.shown(desk.live.snapshot(), now).await {
        Ok(shown) => (headers_of_page(), page::page(&shown, now)).into_response(),
        Err(error) => refused(&error),
    }
}

fn headers_of_page() -> [(header::HeaderName, HeaderValue); 5] {
    let word = HeaderValue::from_static;
    [
        (header::CONTENT_TYPE, word("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, word(page::POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, word("nosniff")),
        (header::REFERRER_POLICY, word("no-referrer")),
        (header::CACHE_CONTROL, word("no-store")),
    ]
}

/// A foreign page that had its own name lead to this machine names itself as the host.
fn asks_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// `Authorization: Basic`, whatever the user's name, with the token as the password.
fn has_password(desk: &Desk, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Basic ")).and_then(from_base64).unwrap_or_default();
    let password = given.split_once(':').map_or("", |(_, password)| password);
    blake3::hash(password.as_bytes()) == blake3::hash(desk.token.as_bytes())
}

fn from_base64(text: &str) -> Option<String> {
    use base64::Engine as _;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?).ok()
}

async fn report(State(desk): State<Desk>) -> Response {
    answer(desk.trends.report(desk.clock.now()).await)
}

async fn library(State(desk): State<Desk>) -> Response {
    answer(desk.trends.library(desk.live.snapshot(), desk.clock.now()).await)
}

async fn sources(State(desk): State<Desk>) -> Response {
    answer(desk.trends.sources(desk.live.snapshot(), desk.clock.now()).await)
}

async fn topic(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    if id.len() > NAME_BYTES {
        return refusal(StatusCode::BAD_REQUEST, "that is longer than any topic's name");
    }
    match desk.trends.explain(id.clone(), desk.clock.now()).await {
        Ok(found) if found.is_empty() => {
            refusal(StatusCode::NOT_FOUND, &format!("no topic is called `{id}` (`reelpress trends report` shows ids)"))
        }
        found => answer(found),
    }
}

async fn split(State(desk): State<Desk>, Json(split): Json<Splitting>) -> Response {
    answer(desk.trends.split(split, desk.live.snapshot(), desk.clock.now()).await)
}

async fn undo(State(desk): State<Desk>, Json(undo): Json<Undoing>) -> Response {
    answer(desk.trends.undo(undo, desk.live.snapshot(), desk.clock.now()).await)
}

fn answer<T: serde::Serialize>(result: Result<T, RoomError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &RoomError) -> Response {
    let status = match error {
        RoomError::Trends(TrendsError::Change(_)) => StatusCode::CONFLICT,
        RoomError::Opening | RoomError::Trends(_) => StatusCode::SERVICE_UNAVAILABLE,
        RoomError::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refusal(status, &error.to_string())
}
