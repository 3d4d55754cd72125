//! Pages and feeds of others, read politely and within bounds.
//!
//! [`Web::get`] reads one address. Every hop of it is checked before it is taken: http or https, a public address (unless
//! [`Ask::allow_private`]), and the connection goes to the very addresses that were checked. A host is asked by few at a
//! time and not more often than [`Pace`] says; one that asked to be left alone (`Retry-After`) is. Pages nobody named are
//! read only where `robots.txt` lets us ([`Robots::Obey`]). No body is ever held beyond [`Limits::bytes`], whatever its
//! headers say, and nothing takes longer than [`Limits::time`] once it is its turn.
//!
//! [`decode`] makes text of a body, whatever its encoding; [`RobotsTxt`] is the rules of one host.
#![forbid(unsafe_code)]

mod address;
mod ask;
mod charset;
mod client;
mod error;
mod hints;
mod hosts;
mod robots;

pub use address::{PublicOnly, Refused, check, is_public};
pub use ask::{Ask, Form, Got, Limits, Pace, Page, Robots, Validators};
pub use charset::decode;
pub use client::Web;
pub use error::WebError;
pub use hints::{RateLeft, rate_left, retry_after};
pub use robots::RobotsTxt;

use url::Url;

/// An address for messages: without user, password, query and fragment, which may hold keys.
#[must_use]
pub fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(url.query().map(|_| "..."));
    shown.set_fragment(None);
    // Both fail only on addresses that cannot hold a user name, which then need no hiding.
    if shown.set_username("").is_err() || shown.set_password(None).is_err() {
        return url.scheme().to_owned() + ":";
    }
    shown.to_string()
}
