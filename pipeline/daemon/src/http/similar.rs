//! The archive of earlier cuts over HTTP, behind the token: `reelpress similar` asks here while the daemon has it open.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use reelpress_archive::{Archive, ArchiveError};
use serde::Serialize;

use super::{Desk, refusal};
use crate::earlier::ask::{self, Ids, Posted};

/// Prints of half an hour have some 25 MB, in base64 a third more.
const BODY_MAX: usize = 48 << 20;

pub(super) fn api() -> Router<Desk> {
    Router::new()
        .route("/query", post(query))
        .route("/add", post(add))
        .route("/remove", post(remove))
        .route("/stats", post(stats))
        .layer(DefaultBodyLimit::max(BODY_MAX))
}

async fn query(State(desk): State<Desk>, Json(posted): Json<Posted>) -> Response {
    let rule = reelpress_screen::rule(&desk.live.snapshot().screen.similar);
    match posted.prints() {
        Ok(prints) => done(&desk, move |archive| ask::ask(archive, &prints, posted.id, &rule)).await,
        Err(error) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn add(State(desk): State<Desk>, Json(posted): Json<Posted>) -> Response {
    match (posted.prints(), posted.id) {
        (Ok(prints), Some(id)) => done(&desk, move |archive| ask::add(archive, id, &prints)).await,
        (Ok(_), None) => refusal(StatusCode::BAD_REQUEST, "there is no id to add it under"),
        (Err(error), _) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn remove(State(desk): State<Desk>, Json(ids): Json<Ids>) -> Response {
    done(&desk, move |archive| ask::remove(archive, &ids.ids)).await
}

async fn stats(State(desk): State<Desk>) -> Response {
    Json(ask::holdings(&desk.archive)).into_response()
}

/// On a thread that may wait for the disk.
async fn done<T: Serialize + Send + 'static>(
    desk: &Desk,
    work: impl FnOnce(&Archive) -> Result<T, ArchiveError> + Send + 'static,
) -> Response {
    let archive = Arc::clone(&desk.archive);
    match tokio::task::spawn_blocking(move || work(&archive)).await {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => refusal(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
