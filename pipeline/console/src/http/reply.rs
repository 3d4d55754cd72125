//! Answers: pages, refusals.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::desk::DeskError;
use crate::page;
use crate::press::PressError;

/// A whole page.
pub(super) struct Page(pub(super) Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0.into_string()).into_response()
    }
}

/// Why something was not done, as a page.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    words: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, words: &str) -> Self {
        Self { status, words: words.to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Page(page::refusal(self.status, &self.words))).into_response()
    }
}

impl From<PressError> for Refusal {
    fn from(error: PressError) -> Self {
        let status = match error {
            PressError::Gone(_) => StatusCode::NOT_FOUND,
            PressError::Refused(_) => StatusCode::CONFLICT,
            PressError::Broken(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, &error.to_string())
    }
}

impl From<DeskError> for Refusal {
    fn from(error: DeskError) -> Self {
        let status = match error {
            DeskError::Press(error) => return error.into(),
            DeskError::Note(_) => StatusCode::UNPROCESSABLE_ENTITY,
            DeskError::Stale
            | DeskError::Blocked
            | DeskError::Claimed(_)
            | DeskError::Decided(_)
            | DeskError::NeedsAnother
            | DeskError::NotInBulk
            | DeskError::NothingToUndo => StatusCode::CONFLICT,
            DeskError::Journal(_) | DeskError::Audit(_) | DeskError::Task(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, &error.to_string())
    }
}
