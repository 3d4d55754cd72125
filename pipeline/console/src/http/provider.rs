//! Signing in by an identity provider: there and back.

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use reelpress_config::Oidc as Settings;
use url::{Url, form_urlencoded};

use super::guard::{self, cookie, session_id};
use super::reply::{Page, Refusal};
use super::sign_in::{record, to_of, unavailable};
use super::{Caller, Room};
use crate::oidc::{OidcError, Returned};
use crate::{Inner, MOUNT, page};

/// Longest state, code or word of a provider that is looked at.
const FIELD_MAX: usize = 4_096;

/// Sends the browser to the provider. A link, not a form: forms of our pages go nowhere but here.
pub(super) async fn start(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let settings = settings(&room)?;
    limited(&room, &caller)?;
    let redirect = redirect(&room, &headers)?;
    let to = to_of(query.as_deref().unwrap_or(""));
    let sent = room.oidc.begin(&settings, &redirect, &to, room.clock.now()).await?;
    let mut response = Redirect::to(sent.address.as_str()).into_response();
    response
        .headers_mut()
        .extend(guard::flow_cookie(&room, Some(&sent.browser)).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Where the provider sends the browser back to.
pub(super) async fn callback(
    State(room): State<Room>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let settings = settings(&room)?;
    let returned = returned(query.as_deref().unwrap_or(""));
    let browser = guard::flow_id(&room, &headers).unwrap_or_default();
    let done = room.oidc.finish(&settings, &returned, &browser, room.clock.now()).await;
    let (identity, to) = match done {
        Ok(done) => done,
        Err(error) => {
            // Whoever sends made-up answers must not fill the record.
            limited(&room, &caller)?;
            let name = if let OidcError::NoRole { name } | OidcError::Domain { name } = &error { name } else { "" };
            record(&room, &caller, name, "sign-in-refused", &format!("by {}: {error}", settings.issuer)).await?;
            return Err(error.into());
        }
    };
    record(&room, &caller, identity.name(), "sign-in-by-provider", &identity.vouched()).await?;
    let begun = room.sessions.begin_by_provider(identity, room.clock.now());
    let id = begun.map_err(|error| unavailable(&error.to_string()))?;
    if let Some(old) = session_id(&room, &headers) {
        room.sessions.end(&old);
    }
    let cookies = [cookie(&room, Some(&id)), guard::flow_cookie(&room, None)];
    let cookies = cookies.into_iter().flatten().map(|cookie: HeaderValue| (header::SET_COOKIE, cookie));
    // A page that goes on by itself, not a redirect: browsers keep our cookie from a journey that began at another site.
    Ok((AppendHeaders(cookies.collect::<Vec<_>>()), Page(page::go_on(&to))).into_response())
}

fn settings(room: &Inner) -> Result<Settings, Refusal> {
    let settings = room.live.snapshot().console.oidc.clone();
    settings.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "no identity provider is set up here ([console.oidc])"))
}

fn limited(room: &Inner, caller: &Caller) -> Result<(), Refusal> {
    room.limits.take_address(&caller.address).map_err(|wait| {
        let words = format!("too many tries: wait {} seconds", wait.as_millis().div_ceil(1_000));
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, &words)
    })
}

/// The address that the provider knows. Only where nobody else can reach the console it is taken from the request.
fn redirect(room: &Inner, headers: &HeaderMap) -> Result<Url, OidcError> {
    let settings = room.live.snapshot();
    let root = settings.console.public_url.clone().or_else(|| {
        let here = room.listen.is_loopback().then(|| guard::host_of(headers));
        here.and_then(|host| Url::parse(&format!("http://{host}/")).ok())
    });
    root.and_then(|root| root.join(&format!("{MOUNT}/oidc/callback")).ok()).ok_or(OidcError::NoRedirect)
}

fn returned(query: &str) -> Returned {
    let mut returned = Returned::default();
    for (key, value) in form_urlencoded::parse(query.as_bytes()).take(20).filter(|(_, value)| value.len() <= FIELD_MAX)
    {
        match &*key {
            "state" => returned.state = value.into_owned(),
            "code" => returned.code = value.into_owned(),
            "error" => returned.error = value.into_owned(),
            _ => {}
        }
    }
    returned
}

impl From<OidcError> for Refusal {
    fn from(error: OidcError) -> Self {
        let status = match error {
            OidcError::Unreachable | OidcError::NoRedirect | OidcError::Random(_) => StatusCode::SERVICE_UNAVAILABLE,
            OidcError::Answer(_) => StatusCode::BAD_GATEWAY,
            OidcError::NotBegun => StatusCode::BAD_REQUEST,
            OidcError::Denied(_) | OidcError::Token(_) | OidcError::Domain { .. } | OidcError::NoRole { .. } => {
                StatusCode::FORBIDDEN
            }
        };
        Self::new(status, &error.to_string())
    }
}
