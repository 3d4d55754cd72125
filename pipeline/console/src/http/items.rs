//! Held items: what an operator does with them.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::reply::Refusal;
use super::review::{item_of, to_the_end};
use super::{Caller, Form, Room};
use crate::MOUNT;
use crate::press::{Mending, MendingKind};

pub(super) async fn release(
    room: State<Room>,
    caller: Extension<Caller>,
    item: Path<String>,
    form: Extension<Form>,
) -> Result<Response, Refusal> {
    mend(room, caller, item, form, MendingKind::Release).await
}

pub(super) async fn give_up(
    room: State<Room>,
    caller: Extension<Caller>,
    item: Path<String>,
    form: Extension<Form>,
) -> Result<Response, Refusal> {
    mend(room, caller, item, form, MendingKind::GiveUp).await
}

async fn mend(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    Path(item): Path<String>,
    Extension(form): Extension<Form>,
    kind: MendingKind,
) -> Result<Response, Refusal> {
    let person = caller.person()?;
    let mending = Mending { item: item_of(&item)?, kind, by: String::new(), note: form.get("note").to_owned() };
    let desk = room.clone();
    to_the_end(&room, async move { desk.desk.mend(&person, mending).await }).await??;
    Ok(Redirect::to(&format!("{MOUNT}/sheets/items?done={}", kind.as_str())).into_response())
}
