//! The daemon's HTTP: metrics, health, reload, and the control API behind a token.

mod similar;
mod trends;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use reelpress_archive::Archive;
use reelpress_config::Live;
use reelpress_console::{Console, MOUNT, Patient, Peer};
use reelpress_core::{Clock, Supervisor, TaskKind};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::control::{Office, OfficeError, Refusal, Releasing, Ruling};
use crate::health::Health;
use crate::reloader::Reloader;
use crate::trends::TrendRoom;

/// What the handlers work with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) office: Arc<Office>,
    pub(crate) health: Health,
    pub(crate) reloader: Arc<Reloader>,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) token: String,
    /// True if only this machine can reach the daemon: a reload needs no token then.
    pub(crate) is_local: bool,
    pub(crate) supervisor: Supervisor,
    pub(crate) trends: TrendRoom,
    pub(crate) archive: Arc<Archive>,
    pub(crate) live: Live,
    pub(crate) clock: Arc<dyn Clock>,
    /// `None` where the config wants no pages.
    pub(crate) console: Option<Console>,
}

/// Serves until the process ends: health must be seen while the line drains.
pub(crate) fn serve(supervisor: &Supervisor, listener: TcpListener, desk: Desk) {
    let address = listener.local_addr();
    let first = Arc::new(Mutex::new(Some(listener)));
    let app = router(desk);
    drop(supervisor.keep_running(TaskKind::HttpServer, "http", move || {
        let (first, app) = (first.clone(), app.clone());
        // An error cannot be cloned; its kind says enough.
        let address = address.as_ref().copied().map_err(|error| std::io::Error::from(error.kind()));
        async move {
            let bound = first.lock().await.take();
            let listener = match bound {
                Some(listener) => listener,
                None => TcpListener::bind(address?).await?,
            };
            axum::serve(Patient::new(listener), app.into_make_service_with_connect_info::<Peer>()).await
        }
    }));
}

fn router(desk: Desk) -> Router {
    let api = Router::new()
        .route("/status", get(status))
        .route("/items", get(items))
        .route("/items/{id}", get(item))
        .route("/items/{id}/release", post(release))
        .route("/items/{id}/give-up", post(give_up))
        .route("/media/uses", get(media_uses))
        .route("/review", get(cards))
        .route("/review/{id}", get(card).post(rule))
        .route("/console/link", post(console_link))
        .nest("/similar", similar::api())
        .nest("/trends", trends::api())
        .layer(axum::middleware::from_fn_with_state(desk.clone(), with_token));
    let console =
        desk.console.as_ref().map(|console| console.router().route("/", get(|| async { Redirect::temporary(MOUNT) })));
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/-/reload", post(reload))
        .route("/trends", get(trends::shown))
        .nest("/api", api)
        .with_state(desk)
        .merge(console.unwrap_or_default())
}

/// Compared by hash, so that the time it takes says nothing about the token.
async fn with_token(
    State(desk): State<Desk>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    if has_token(&desk, request.headers()) {
        return next.run(request).await;
    }
    refusal(StatusCode::UNAUTHORIZED, WANTS_TOKEN)
}

const WANTS_TOKEN: &str = "this wants the token from control.json in the data folder, as `Authorization: Bearer ...`";

fn has_token(desk: &Desk, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    blake3::hash(given.as_bytes()) == blake3::hash(desk.token.as_bytes())
}

async fn metrics(State(desk): State<Desk>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], desk.metrics.render())
}

async fn healthz(State(desk): State<Desk>) -> Response {
    match desk.health.trouble() {
        None => (StatusCode::OK, "healthy\n").into_response(),
        Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("not healthy: {trouble}\n")).into_response(),
    }
}

async fn readyz(State(desk): State<Desk>) -> Response {
    if desk.health.is_ready() {
        (StatusCode::OK, "ready\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: the press takes no new work now\n").into_response()
    }
}

/// A browser sends an `Origin` with a foreign page's POST: only tools may ask for a reload.
async fn reload(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    if headers.contains_key(header::ORIGIN) {
        return refusal(StatusCode::FORBIDDEN, "a web page may not ask for a reload");
    }
    if !desk.is_local && !has_token(&desk, &headers) {
        return refusal(StatusCode::UNAUTHORIZED, WANTS_TOKEN);
    }
    let reloader = desk.reloader.clone();
    match tokio::task::spawn_blocking(move || reloader.reload()).await {
        Ok(Some(reloaded)) => {
            let kept = reloaded.outcome == "kept";
            let status = if kept { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            (status, Json(reloaded)).into_response()
        }
        Ok(None) => refusal(StatusCode::CONFLICT, "there is no config file to read, or the daemon is stopping"),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn status(State(desk): State<Desk>) -> Response {
    Json(desk.office.status()).into_response()
}

#[derive(serde::Deserialize)]
struct ItemsQuery {
    status: Option<String>,
}

async fn items(State(desk): State<Desk>, Query(query): Query<ItemsQuery>) -> Response {
    Json(desk.office.items(query.status.as_deref())).into_response()
}

async fn item(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    answer(desk.office.item(&id))
}

async fn release(State(desk): State<Desk>, Path(id): Path<String>, Json(who): Json<Releasing>) -> Response {
    let office = desk.office.clone();
    to_the_end(&desk, async move { office.release(&id, &who).await }).await
}

async fn give_up(State(desk): State<Desk>, Path(id): Path<String>, Json(who): Json<Releasing>) -> Response {
    let office = desk.office.clone();
    to_the_end(&desk, async move { office.give_up(&id, &who).await }).await
}

#[derive(serde::Deserialize)]
struct MediaQuery {
    file: String,
}

/// Reads the whole journal, so not on a thread that others wait for.
async fn media_uses(State(desk): State<Desk>, Query(query): Query<MediaQuery>) -> Response {
    let office = desk.office.clone();
    match tokio::task::spawn_blocking(move || office.media_uses(&query.file)).await {
        Ok(uses) => answer(uses),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// What the control API says of the console.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct ConsoleLink {
    /// Path of a page.
    pub(crate) path: String,
    /// True if it signs in by itself, once.
    pub(crate) signs_in: bool,
}

/// Who may read the data folder may be let in as long as nobody else is.
async fn console_link(State(desk): State<Desk>) -> Response {
    let Some(console) = &desk.console else {
        return refusal(StatusCode::NOT_FOUND, "there is no console (`console.enabled` is off)");
    };
    match console.first_link() {
        Ok(Some(path)) => Json(ConsoleLink { path, signs_in: true }).into_response(),
        Ok(None) => Json(ConsoleLink { path: MOUNT.to_owned(), signs_in: false }).into_response(),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn cards(State(desk): State<Desk>) -> Response {
    Json(desk.office.cards()).into_response()
}

async fn card(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    answer(desk.office.card(&id))
}

async fn rule(State(desk): State<Desk>, Path(id): Path<String>, Json(ruling): Json<Ruling>) -> Response {
    let office = desk.office.clone();
    to_the_end(&desk, async move { office.rule(&id, &ruling).await }).await
}

/// Does what was asked even if the one who asked hangs up: a decision half-written is none.
async fn to_the_end<T: serde::Serialize + Send + 'static>(
    desk: &Desk,
    work: impl Future<Output = Result<T, OfficeError>> + Send + 'static,
) -> Response {
    let (answered, result) = tokio::sync::oneshot::channel();
    drop(desk.supervisor.spawn(TaskKind::Request, "control", async move {
        // Nobody listens any more if they hung up; it is done all the same.
        answered.send(work.await).ok();
        Ok::<(), std::convert::Infallible>(())
    }));
    match result.await {
        Ok(result) => answer(result),
        Err(_) => {
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "the request's task ended without an answer (see the log)")
        }
    }
}

fn answer<T: serde::Serialize>(result: Result<T, OfficeError>) -> Response {
    let error = match result {
        Ok(value) => return Json(value).into_response(),
        Err(error) => error,
    };
    let status = match error {
        OfficeError::UnknownItem(_) => StatusCode::NOT_FOUND,
        OfficeError::NotInReview { .. }
        | OfficeError::NotHeld { .. }
        | OfficeError::WaitsForReview(_)
        | OfficeError::Review(_) => StatusCode::CONFLICT,
        OfficeError::Journal(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    refusal(status, &error.to_string())
}

fn refusal(status: StatusCode, words: &str) -> Response {
    (status, Json(Refusal { error: words.to_owned() })).into_response()
}
