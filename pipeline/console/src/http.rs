//! The routes, each with what it wants of the caller, and the guard that sees to it.

pub(crate) mod assets;
mod guard;
mod items;
pub(crate) mod media;
mod pages;
mod provider;
mod reply;
mod review;
mod sign_in;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use crate::users::Role;
use crate::{Inner, MOUNT};
pub(crate) use guard::{Caller, Form};
use reply::Refusal;

/// What the handlers work with.
pub(crate) type Room = Arc<Inner>;

/// Who may come in by a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Signed in or not.
    Anyone,
    /// Whoever has this role or a higher one.
    From(Role),
}

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Changes nothing.
    Get,
    /// Changes something: wants a form's token and comes from our own pages only.
    Post,
}

pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: fn() -> MethodRouter<Room>,
}

const fn route(verb: Verb, path: &'static str, access: Access, handler: fn() -> MethodRouter<Room>) -> Route {
    Route { verb, path, access, handler }
}

const VIEWER: Access = Access::From(Role::Viewer);
const REVIEWER: Access = Access::From(Role::Reviewer);
const OPERATOR: Access = Access::From(Role::Operator);
const ADMIN: Access = Access::From(Role::Admin);

/// Everything that can be asked, and by whom. There is no other way in.
pub(crate) const ROUTES: &[Route] = &[
    route(Verb::Get, "/", VIEWER, || get(review::queue)),
    route(Verb::Get, "/sign-in", Access::Anyone, || get(sign_in::page)),
    route(Verb::Post, "/sign-in", Access::Anyone, || post(sign_in::sign_in)),
    route(Verb::Get, "/first/{token}", Access::Anyone, || get(sign_in::first_page)),
    route(Verb::Post, "/first", Access::Anyone, || post(sign_in::first)),
    route(Verb::Get, "/oidc/start", Access::Anyone, || get(provider::start)),
    route(Verb::Get, "/oidc/callback", Access::Anyone, || get(provider::callback)),
    route(Verb::Post, "/sign-out", VIEWER, || post(sign_in::sign_out)),
    route(Verb::Get, "/assets/{name}", Access::Anyone, || get(assets::asset)),
    route(Verb::Get, "/review/{item}", VIEWER, || get(review::card)),
    route(Verb::Post, "/review/{item}/claim", REVIEWER, || post(review::claim)),
    route(Verb::Post, "/review/{item}/release", REVIEWER, || post(review::release)),
    route(Verb::Post, "/review/{item}/decide", REVIEWER, || post(review::decide)),
    route(Verb::Post, "/next", REVIEWER, || post(review::next)),
    route(Verb::Post, "/undo", REVIEWER, || post(review::undo)),
    route(Verb::Post, "/bulk", REVIEWER, || post(review::bulk)),
    route(Verb::Get, "/media/{file}", VIEWER, || get(media::media)),
    route(Verb::Get, "/line", VIEWER, || get(pages::line)),
    route(Verb::Get, "/line.json", VIEWER, || get(pages::line_json)),
    route(Verb::Get, "/sheets/{sheet}", VIEWER, || get(pages::sheet)),
    route(Verb::Post, "/items/{item}/release", OPERATOR, || post(items::release)),
    route(Verb::Post, "/items/{item}/give-up", OPERATOR, || post(items::give_up)),
    route(Verb::Get, "/decisions.csv", OPERATOR, || get(pages::decisions_csv)),
    route(Verb::Get, "/history", REVIEWER, || get(pages::history)),
    route(Verb::Get, "/people", OPERATOR, || get(pages::people)),
    route(Verb::Get, "/users", ADMIN, || get(pages::users)),
    route(Verb::Get, "/audit", ADMIN, || get(pages::audit)),
];

pub(crate) fn router(room: Room) -> Router {
    let mut routes = Router::new();
    for route in ROUTES {
        let gate = guard::Gate { room: room.clone(), access: route.access, verb: route.verb };
        let path = if route.path == "/" { MOUNT.to_owned() } else { format!("{MOUNT}{}", route.path) };
        let handler = (route.handler)().layer(from_fn_with_state(gate, guard::guard));
        routes = routes.route(&path, handler);
    }
    let unknown = || async { Refusal::new(StatusCode::NOT_FOUND, "there is no such page") };
    let below = format!("{MOUNT}/{{*rest}}");
    routes
        .route(&below, axum::routing::any(unknown))
        .layer(from_fn_with_state(room.clone(), guard::with_headers))
        .with_state(room)
}
