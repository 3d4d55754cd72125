//! What happens before every handler: whose request it is, whether they may, whether it comes from our own pages, and
//! how much of it is read for how long.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use url::{Url, form_urlencoded};

use super::reply::Refusal;
use super::{Access, Room, Verb};
use crate::desk::Person;
use crate::random;
use crate::sessions::{Ends, Known, Who};
use crate::{Inner, MOUNT, Peer};

/// Largest form: 50 cuts of a bulk approval, or a note of 2,000 characters, each of them as `%F0%9F%98%80`.
const FORM_MAX: usize = 64 << 10;
/// Longest time for a form to arrive.
const FORM_WAIT: Duration = Duration::from_secs(10);
/// Most fields of a form.
const FIELDS_MAX: usize = 200;

/// Nothing runs but our own file, nothing is fetched from elsewhere, nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a route's guard knows.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) room: Room,
    pub(super) access: Access,
    pub(super) verb: Verb,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// `None` where anyone may ask and nobody is signed in.
    pub(crate) who: Option<Who>,
    pub(crate) address: String,
}

impl Caller {
    /// The one who is signed in.
    pub(crate) fn who(&self) -> Result<&Who, Refusal> {
        self.who.as_ref().ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "sign in first"))
    }

    pub(crate) fn person(&self) -> Result<Person, Refusal> {
        let who = self.who()?;
        Ok(Person { name: who.name.clone(), role: who.role, from: self.address.clone() })
    }
}

/// The fields of a form, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().take(FIELDS_MAX).collect())
    }

    /// The first field of this name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(super) async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    match admit(&gate, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(refused) => *refused,
    }
}

async fn admit(gate: &Gate, request: &mut Request) -> Result<(), Box<Response>> {
    let refuse = |status, words: &str| Box::new(Refusal::new(status, words).into_response());
    let room = &gate.room;
    if !is_our_host(room, request.headers()) {
        return Err(refuse(StatusCode::MISDIRECTED_REQUEST, "this is not the console of that host"));
    }
    if gate.verb == Verb::Post && !is_from_our_pages(room, request.headers()) {
        return Err(refuse(StatusCode::FORBIDDEN, "this was not sent from a page of the console"));
    }
    let who = session_id(room, request.headers()).and_then(|id| {
        let settings = room.live.snapshot();
        let console = &settings.console;
        let ends = Ends { idle: console.session_idle, max: console.session_max };
        let known = Known { users: &room.directory.users(), oidc: settings.console.oidc.as_ref() };
        room.sessions.find(&id, known, ends, room.clock.now())
    });
    if let Access::From(role) = gate.access {
        let Some(who) = &who else { return Err(Box::new(to_sign_in(request, gate.verb))) };
        if who.role < role {
            let words = format!("this wants the role {}, and {} is {}", role.as_str(), who.name, who.role.as_str());
            return Err(refuse(StatusCode::FORBIDDEN, &words));
        }
    }
    if gate.verb == Verb::Post {
        let form = read_form(request).await.map_err(|refusal| Box::new(refusal.into_response()))?;
        let expected = who.as_ref().map_or("", |who| who.csrf.as_str());
        let given = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok());
        if gate.access != Access::Anyone && !random::are_same(given.unwrap_or(form.get("csrf")), expected) {
            return Err(refuse(StatusCode::FORBIDDEN, "the form is of another session (load the page again)"));
        }
        request.extensions_mut().insert(form);
    }
    let address = address_of(request);
    request.extensions_mut().insert(Caller { who, address });
    Ok(())
}

fn address_of(request: &Request) -> String {
    let address = request.extensions().get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_canonical().to_string())
}

/// A page asks to sign in and comes back; a form is refused, as what it held would be lost.
fn to_sign_in(request: &Request, verb: Verb) -> Response {
    let wants_page = verb == Verb::Get
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"))
        && !request.uri().path().starts_with(&format!("{MOUNT}/media/"));
    if !wants_page {
        return Refusal::new(StatusCode::UNAUTHORIZED, "you are not signed in (any more)").into_response();
    }
    let to: String = form_urlencoded::byte_serialize(request.uri().path().as_bytes()).collect();
    Redirect::to(&format!("{MOUNT}/sign-in?to={to}")).into_response()
}

async fn read_form(request: &mut Request) -> Result<Form, Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "send it as a form"));
    }
    let said = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|bytes| bytes > FORM_MAX as u64) {
        return Err(too_large());
    }
    let body = std::mem::replace(request.body_mut(), Body::empty());
    match tokio::time::timeout(FORM_WAIT, to_bytes(body, FORM_MAX)).await {
        Ok(Ok(bytes)) => Ok(Form::read(&bytes)),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the form did not arrive in time")),
    }
}

fn too_large() -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "a form has at most 64 KiB")
}

pub(super) fn host_of(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("")
}

fn public_url(room: &Inner) -> Option<Url> {
    room.live.snapshot().console.public_url.clone()
}

/// On this machine only its own names count: a foreign page may have its name lead here.
fn is_our_host(room: &Inner, headers: &HeaderMap) -> bool {
    let host = host_of(headers);
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_this_machine = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let is_public = public_url(room).is_some_and(|url| url.host_str() == Some(name));
    !room.listen.is_loopback() || is_this_machine || is_public
}

/// Browsers say where a form comes from. Who says nothing is no browser, and has no business here.
fn is_from_our_pages(room: &Inner, headers: &HeaderMap) -> bool {
    let word = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = word("sec-fetch-site");
    let origin = word("origin");
    let site_is_ours = site.is_none_or(|site| site == "same-origin");
    let origin_is_ours = origin.is_none_or(|origin| {
        let of_host = |scheme: &str| origin.strip_prefix(scheme).is_some_and(|host| host == host_of(headers));
        let is_public = public_url(room).is_some_and(|url| url.origin().ascii_serialization() == origin);
        is_public || of_host("http://") || of_host("https://")
    });
    (site.is_some() || origin.is_some()) && site_is_ours && origin_is_ours
}

/// With https the name itself makes browsers refuse a cookie that another host or a page without TLS set.
fn cookie_name(room: &Inner) -> &'static str {
    if is_https(room) { "__Host-reelpress" } else { "reelpress" }
}

fn flow_name(room: &Inner) -> &'static str {
    if is_https(room) { "__Host-reelpress-oidc" } else { "reelpress-oidc" }
}

fn is_https(room: &Inner) -> bool {
    public_url(room).is_some_and(|url| url.scheme() == "https")
}

/// The session's id that the browser sent.
pub(super) fn session_id(room: &Inner, headers: &HeaderMap) -> Option<String> {
    cookie_value(headers, cookie_name(room))
}

/// What marks the browser that began a sign-in at the provider.
pub(super) fn flow_id(room: &Inner, headers: &HeaderMap) -> Option<String> {
    cookie_value(headers, flow_name(room))
}

fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).filter(|id| id.len() <= 64)
}

/// The header that gives the browser a session, or takes it away.
pub(super) fn cookie(room: &Inner, id: Option<&str>) -> Option<HeaderValue> {
    let secure = if is_https(room) { "; Secure" } else { "" };
    let ends = if id.is_none() { "; Max-Age=0" } else { "" };
    let line = format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}", cookie_name(room), id.unwrap_or(""));
    HeaderValue::from_str(&line).ok()
}

/// The same for the way to the provider and back. `Lax`: it comes back from another site.
pub(super) fn flow_cookie(room: &Inner, id: Option<&str>) -> Option<HeaderValue> {
    let secure = if is_https(room) { "; Secure" } else { "" };
    let seconds = if id.is_some() { 600 } else { 0 };
    let name = flow_name(room);
    let line = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", id.unwrap_or(""));
    HeaderValue::from_str(&line).ok()
}

/// What every answer says about itself.
pub(super) async fn with_headers(State(room): State<Room>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()");
    put(header::CACHE_CONTROL, "no-store");
    if is_https(&room) {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
