//! The pages beside the queue: the line, the tables, history, people, users, the audit record.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::SignedDuration;
use serde_json::json;
use url::form_urlencoded;

use super::reply::{Page, Refusal};
use super::review::frame;
use super::{Caller, Room};
use crate::page::{self, Here};
use crate::press::Sheet;
use crate::users::Role;

/// Lines of the history that are shown.
const HISTORY: usize = 200;

pub(super) async fn line(State(room): State<Room>, Extension(caller): Extension<Caller>) -> Result<Page, Refusal> {
    let frame = frame(&room, &caller, Here::Line).await?;
    let line = room.press.line().await?;
    let waiting = room.desk.queue(&frame.who.name).await?.len();
    Ok(Page(page::line(&frame, &line, waiting)))
}

/// What the line page asks for every two seconds.
pub(super) async fn line_json(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<serde_json::Value>, Refusal> {
    let line = room.press.line().await?;
    let waiting = room.desk.queue(&caller.who()?.name).await?.len();
    let stages =
        line.stages.iter().map(|stage| json!({ "name": stage.name, "depth": stage.depth, "capacity": stage.capacity }));
    Ok(Json(json!({
        "trouble": line.trouble,
        "paused": line.paused,
        "finished_last_hour": line.finished_last_hour,
        "waiting": waiting,
        "stages": stages.collect::<Vec<_>>(),
        "items": line.items.iter().map(|(word, count)| json!({ "word": word, "count": count })).collect::<Vec<_>>(),
    })))
}

pub(super) async fn sheet(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Page, Refusal> {
    let sheet = Sheet::ALL.into_iter().find(|sheet| sheet.as_str() == name);
    let sheet = sheet.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "there is no such page"))?;
    let mut frame = frame(&room, &caller, Here::Sheet(sheet)).await?;
    let query = query.unwrap_or_default();
    let asked = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes()).take(20);
        pairs.find(|(key, _)| key == wanted).map(|(_, value)| value.into_owned())
    };
    let above = match sheet {
        Sheet::Items => {
            frame.notice = match asked("done").as_deref() {
                Some("release") => Some("It goes on.".to_owned()),
                Some("give-up") => Some("It has ended.".to_owned()),
                _ => None,
            };
            Some(page::held(&frame, &room.press.held().await?))
        }
        Sheet::Reports => {
            let days = asked("days").and_then(|days| days.parse().ok()).filter(|days| PERIODS.contains(days));
            let days = days.unwrap_or(PERIODS[1]);
            let from = room.clock.now() - SignedDuration::from_hours(24 * days);
            Some(page::decisions(&frame, &room.desk.report(from).await, (days, &PERIODS)))
        }
        Sheet::Trends | Sheet::Schedule | Sheet::Accounts | Sheet::Devices => None,
    };
    Ok(Page(page::sheet(&frame, sheet, &room.press.sheet(sheet).await?, above.as_ref())))
}

/// Days that a report can be about.
const PERIODS: [i64; 3] = [7, 30, 90];

/// A file for programs that show tables.
pub(super) async fn decisions_csv(State(room): State<Room>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"decisions.csv\""),
    ];
    (headers, room.desk.decisions_csv().await).into_response()
}

/// Reviewers see their own, operators everybody's.
pub(super) async fn history(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Page, Refusal> {
    let frame = frame(&room, &caller, Here::History).await?;
    let query = query.unwrap_or_default();
    let asked =
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "of").map(|(_, name)| name.into_owned());
    let of = if frame.who.role >= Role::Operator { asked } else { Some(frame.who.name.clone()) };
    let past = room.desk.history(of.as_deref(), HISTORY).await;
    Ok(Page(page::history(&frame, of.as_deref(), &past)))
}

pub(super) async fn people(State(room): State<Room>, Extension(caller): Extension<Caller>) -> Result<Page, Refusal> {
    let frame = frame(&room, &caller, Here::People).await?;
    let (people, all, by_pair) = room.desk.people().await;
    let share = room.live.snapshot().console.double_check_percent;
    Ok(Page(page::people(&frame, &people, (all, &by_pair), share)))
}

pub(super) async fn users(State(room): State<Room>, Extension(caller): Extension<Caller>) -> Result<Page, Refusal> {
    let frame = frame(&room, &caller, Here::Users).await?;
    Ok(Page(page::users(&frame, &room.directory.users())))
}

pub(super) async fn audit(State(room): State<Room>, Extension(caller): Extension<Caller>) -> Result<Page, Refusal> {
    let frame = frame(&room, &caller, Here::Audit).await?;
    let (entries, damaged) = room.desk.audit();
    Ok(Page(page::audit(&frame, &entries, &damaged)))
}
