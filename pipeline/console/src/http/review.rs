//! The queue, the card, and what people say.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use reelpress_core::{ItemId, TaskKind};
use serde::Serialize;
use url::form_urlencoded;

use super::reply::{Page, Refusal};
use super::{Caller, Form, Room};
use crate::desk::{BULK_MAX, DeskError, Row, Said};
use crate::page::{self, Frame, Here};
use crate::press::{Choice, CutHash};
use crate::users::Role;
use crate::{Inner, MOUNT};

/// Rows of one page of the queue.
const PAGE: usize = 100;
/// Longest text that the queue is searched for, in characters.
const SEARCH_MAX: usize = 100;

/// The frame of a page for whoever is signed in.
pub(super) async fn frame(room: &Inner, caller: &Caller, here: Here) -> Result<Frame, Refusal> {
    let who = caller.who()?.clone();
    let undoable = if who.role >= Role::Reviewer { room.desk.undoable(&who.name).await } else { None };
    Ok(Frame { who, here, undoable, notice: None })
}

pub(super) async fn queue(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Page, Refusal> {
    let mut frame = frame(&room, &caller, Here::Queue).await?;
    let query = Query::read(query.as_deref().unwrap_or(""));
    let rows = room.desk.queue(&frame.who.name).await?;
    let all = rows.len();
    let found = rows.into_iter().filter(|row| query.finds(row)).collect::<Vec<_>>();
    let pages = found.len().div_ceil(PAGE).max(1);
    let at = query.page.clamp(1, pages);
    let rows = found.iter().skip((at - 1) * PAGE).take(PAGE).cloned().collect::<Vec<_>>();
    frame.notice = query.notice();
    let list = page::QueueList { rows: &rows, all, found: found.len(), search: &query.search, at, pages };
    Ok(Page(page::queue(&frame, &list, room.clock.now())))
}

#[derive(Default)]
struct Query {
    search: String,
    page: usize,
    approved: Option<u32>,
    kept: Option<u32>,
}

impl Query {
    fn read(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()).take(20) {
            match &*key {
                "q" => query.search = value.chars().filter(|c| !c.is_control()).take(SEARCH_MAX).collect(),
                "page" => query.page = value.parse().unwrap_or(1),
                "approved" => query.approved = value.parse().ok(),
                "kept" => query.kept = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    fn finds(&self, row: &Row) -> bool {
        let wanted = self.search.trim().to_lowercase();
        let waiting = &row.waiting;
        let texts = [&waiting.title, &waiting.niche, &waiting.account, &waiting.why];
        wanted.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&wanted))
    }

    fn notice(&self) -> Option<String> {
        let approved = self.approved?;
        Some(match self.kept {
            Some(kept) if kept > 0 => format!("{approved} approved; {kept} could not be and wait as before"),
            _ => format!("{approved} approved"),
        })
    }
}

pub(super) fn item_of(text: &str) -> Result<ItemId, Refusal> {
    text.parse().map_err(|_| Refusal::new(StatusCode::NOT_FOUND, "there is no such item"))
}

pub(super) async fn card(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(item): Path<String>,
) -> Result<Page, Refusal> {
    let item = item_of(&item)?;
    let frame = frame(&room, &caller, Here::Card).await?;
    let card = room.press.card(item).await?;
    let rows = room.desk.queue(&frame.who.name).await?;
    let at = rows.iter().position(|row| row.waiting.item == item);
    let neighbour = |step: isize| {
        let at = at.map_or(0, |at| at.saturating_add_signed(step));
        rows.get(at).map(|row| row.waiting.item).filter(|other| *other != item)
    };
    let view = page::CardView {
        card: &card,
        row: at.and_then(|at| rows.get(at)),
        before: neighbour(-1),
        behind: neighbour(1),
        place: at.map(|at| (at + 1, rows.len())),
    };
    Ok(Page(page::card(&frame, &view, room.clock.now())))
}

#[derive(Serialize)]
struct ClaimAnswer {
    mine: bool,
    by: String,
    /// Milliseconds until it ends by itself.
    left_ms: u64,
}

pub(super) async fn claim(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(item): Path<String>,
) -> Result<Response, Refusal> {
    let item = item_of(&item)?;
    let who = caller.who()?;
    // Nothing that does not wait is claimed.
    room.press.card(item).await?;
    let (mine, claim) = match room.desk.claim(item, &who.name).await {
        Ok(claim) => (true, claim),
        Err(claim) => (false, claim),
    };
    let left_ms = claim.until.duration_since(room.clock.now()).unsigned_abs().as_millis() as u64;
    Ok(Json(ClaimAnswer { mine, by: claim.by, left_ms }).into_response())
}

pub(super) async fn release(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(item): Path<String>,
) -> Result<StatusCode, Refusal> {
    room.desk.release(item_of(&item)?, &caller.who()?.name).await;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn decide(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(item): Path<String>,
    Extension(form): Extension<Form>,
) -> Result<Response, Refusal> {
    let item = item_of(&item)?;
    let bad = |words| Refusal::new(StatusCode::BAD_REQUEST, words);
    let cut = CutHash::parse(form.get("cut")).map_err(|_| bad("the form names no cut"))?;
    let choice = Choice::parse(form.get("choice")).ok_or_else(|| bad("the form names no decision"))?;
    let said = Said { item, cut, choice, note: form.get("note").to_owned() };
    let person = caller.person()?;
    let name = person.name.clone();
    let desk = room.clone();
    to_the_end(&room, async move { desk.desk.decide(&person, said).await }).await??;
    go_on(&room, &name, None).await
}

pub(super) async fn next(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Extension(form): Extension<Form>,
) -> Result<Response, Refusal> {
    go_on(&room, &caller.who()?.name, form.get("after").parse().ok()).await
}

/// Claims the next cut and shows it; the queue, where there is none.
async fn go_on(room: &Inner, name: &str, after: Option<ItemId>) -> Result<Response, Refusal> {
    let next = room.desk.claim_next(name, after).await?;
    let to = next.map_or_else(|| MOUNT.to_owned(), |item| format!("{MOUNT}/review/{item}"));
    Ok(Redirect::to(&to).into_response())
}

pub(super) async fn undo(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Extension(form): Extension<Form>,
) -> Result<Response, Refusal> {
    let person = caller.person()?;
    let word = form.get("word").to_owned();
    let desk = room.clone();
    let item = to_the_end(&room, async move { desk.desk.undo(&person, &word).await }).await??;
    Ok(Redirect::to(&format!("{MOUNT}/review/{item}")).into_response())
}

pub(super) async fn bulk(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Extension(form): Extension<Form>,
) -> Result<Response, Refusal> {
    let person = caller.person()?;
    let pair = |text: &str| {
        let (item, cut) = text.split_once(':')?;
        Some((item.parse().ok()?, CutHash::parse(cut).ok()?))
    };
    let cuts = form.all("cut").map(pair).collect::<Option<Vec<(ItemId, CutHash)>>>();
    let cuts = cuts.filter(|cuts| !cuts.is_empty() && cuts.len() <= BULK_MAX);
    let words = format!("choose 1 to {BULK_MAX} cuts");
    let cuts = cuts.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, &words))?;
    let desk = room.clone();
    let done = to_the_end(&room, async move { desk.desk.approve_all(&person, cuts).await }).await?;
    let approved = done.iter().filter(|(_, result)| result.is_ok()).count();
    Ok(Redirect::to(&format!("{MOUNT}?approved={approved}&kept={}", done.len() - approved)).into_response())
}

/// Does what was asked even if the one who asked hangs up: a decision half-written is none.
pub(super) async fn to_the_end<T: Send + 'static>(
    room: &Inner,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, DeskError> {
    let (answered, result) = tokio::sync::oneshot::channel();
    drop(room.supervisor.spawn(TaskKind::Request, "console", async move {
        // Nobody listens any more if they hung up; it is done all the same.
        answered.send(work.await).ok();
        Ok::<(), std::convert::Infallible>(())
    }));
    result.await.map_err(|_| DeskError::Task("see the log".to_owned()))
}
