//! Signing in and out.

use std::sync::PoisonError;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use reelpress_config::Name;
use url::form_urlencoded;

use super::guard::{cookie, session_id};
use super::reply::{Page, Refusal};
use super::{Caller, Form, Room};
use crate::audit::AuditEntry;
use crate::desk::DeskError;
use crate::users::{LOCAL, is_password};
use crate::{Inner, MOUNT, page, random};

/// Longest name that is written into the audit record of a sign-in that failed.
const TRIED_MAX: usize = 64;
/// Says the same whether the name or the password is wrong.
const WRONG: &str = "the name or the password is wrong";

pub(super) async fn page(State(room): State<Room>, RawQuery(query): RawQuery) -> Page {
    shown(&room, &to_of(query.as_deref().unwrap_or("")), None)
}

/// The page with both ways in, as far as there are both.
fn shown(room: &Inner, to: &str, problem: Option<&str>) -> Page {
    let settings = room.live.snapshot();
    Page(page::sign_in(to, problem, settings.console.oidc.as_ref().map(|oidc| oidc.name.as_str())))
}

pub(super) async fn sign_in(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Extension(form): Extension<Form>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (name, password) = (form.get("name").trim().to_owned(), form.get("password").to_owned());
    let to = checked(form.get("to"));
    if let Err(wait) = room.limits.take(&name, &caller.address) {
        let seconds = wait.as_millis().div_ceil(1_000);
        let words = format!("too many tries: wait {seconds} seconds");
        let shown = shown(&room, &to, Some(&words));
        let after = [(header::RETRY_AFTER, seconds.to_string())];
        return Ok((StatusCode::TOO_MANY_REQUESTS, after, shown).into_response());
    }
    let users = room.directory.users();
    let user = Name::parse(&name).ok().filter(|name| users.users.contains_key(name));
    let stored = user.as_ref().and_then(|user| users.users.get(user)).cloned();
    // Each check takes memory and a core for a while.
    let _place = room.checks.acquire().await.map_err(|_| unavailable("the console is closing"))?;
    let checked = tokio::task::spawn_blocking(move || is_password(stored.as_ref(), &password)).await;
    let is_right = checked.map_err(|_| unavailable("the password could not be checked"))?;
    let Some(user) = user.filter(|_| is_right) else {
        let tried = name.chars().filter(|c| !c.is_control()).take(TRIED_MAX).collect::<String>();
        record(&room, &caller, &tried, "sign-in-refused", "").await?;
        return Ok((StatusCode::UNAUTHORIZED, shown(&room, &to, Some(WRONG))).into_response());
    };
    record(&room, &caller, user.as_str(), "sign-in", "").await?;
    let begun =
        room.sessions.begin(&user, &users, room.clock.now()).map_err(|error| unavailable(&error.to_string()))?;
    let id = begun.ok_or_else(|| unavailable("the user is not there any more"))?;
    Ok(signed_in(&room, &headers, &id, &to))
}

/// Only shows a button: what looks at links before people do must not use it up.
pub(super) async fn first_page(State(room): State<Room>, Path(token): Path<String>) -> Result<Page, Refusal> {
    if is_link(&room, &token) { Ok(Page(page::first(&token))) } else { Err(used_up()) }
}

pub(super) async fn first(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Extension(form): Extension<Form>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if let Err(wait) = room.limits.take(LOCAL, &caller.address) {
        let words = format!("too many tries: wait {} seconds", wait.as_millis().div_ceil(1_000));
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, &words));
    }
    if !is_link(&room, form.get("token")) {
        return Err(used_up());
    }
    record(&room, &caller, LOCAL, "sign-in-by-link", "").await?;
    *room.link.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let id = room.sessions.begin_by_link(room.clock.now()).map_err(|error| unavailable(&error.to_string()))?;
    Ok(signed_in(&room, &headers, &id, MOUNT))
}

fn is_link(room: &Inner, token: &str) -> bool {
    let link = room.link.lock().unwrap_or_else(PoisonError::into_inner);
    let is_same = link.as_deref().is_some_and(|link| random::are_same(link, token));
    is_same && room.directory.users().users.is_empty()
}

fn used_up() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "the link was used, or there are users now (`reelpress console` prints another)",
    )
}

pub(super) async fn sign_out(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let who = caller.who()?;
    if let Some(id) = session_id(&room, &headers) {
        room.sessions.end(&id);
    }
    record(&room, &caller, &who.name, "sign-out", "").await?;
    let mut response = Redirect::to(&format!("{MOUNT}/sign-in")).into_response();
    response.headers_mut().extend(cookie(&room, None).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// A new session for everyone who signs in: one that somebody else put into the browser is worth nothing.
fn signed_in(room: &Inner, headers: &HeaderMap, id: &str, to: &str) -> Response {
    if let Some(old) = session_id(room, headers) {
        room.sessions.end(&old);
    }
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().extend(cookie(room, Some(id)).map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

pub(super) async fn record(room: &Inner, caller: &Caller, name: &str, what: &str, note: &str) -> Result<(), DeskError> {
    room.desk
        .write_audit(AuditEntry {
            at: room.clock.now(),
            by: name.to_owned(),
            what: what.to_owned(),
            item: String::new(),
            cut: String::new(),
            note: note.to_owned(),
            from: caller.address.clone(),
        })
        .await
}

pub(super) fn unavailable(words: &str) -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, words)
}

pub(super) fn to_of(query: &str) -> String {
    let to = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "to").map(|(_, value)| value);
    checked(&to.unwrap_or_default())
}

/// Where to go after signing in: a page of ours, nowhere else.
pub(super) fn checked(to: &str) -> String {
    let is_plain = to.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.".contains(&b));
    let is_ours = to == MOUNT || to.strip_prefix(MOUNT).is_some_and(|rest| rest.starts_with('/'));
    let fits = to.len() <= 200 && !to.contains("//") && !to.contains("..");
    if is_plain && is_ours && fits { to.to_owned() } else { MOUNT.to_owned() }
}
