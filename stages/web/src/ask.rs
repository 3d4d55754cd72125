//! What is asked of the web, and what it answers.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::hints::RateLeft;

/// What makes the next request a conditional one; as the server sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`
    pub etag: Option<String>,
    /// `Last-Modified`
    pub last_modified: Option<String>,
}

impl Validators {
    /// True if there is nothing to ask conditionally with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// How much one request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a body, decompressed.
    pub bytes: u64,
    /// Longest time from the connection to the last byte, redirects included; waiting for one's turn does not count.
    pub time: Duration,
    /// Most redirects followed.
    pub hops: usize,
}

impl Default for Limits {
    /// 5 MiB, 20 s, 5 redirects.
    fn default() -> Self {
        Self { bytes: 5 << 20, time: Duration::from_secs(20), hops: 5 }
    }
}

/// How often one host is asked. It holds for all who ask the same host through one [`Web`](crate::Web).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests at the same time, 1 to 12.
    pub parallel: u32,
    /// Shortest time between the starts of two requests.
    pub apart: Duration,
}

impl Pace {
    /// For hosts that publish no limit: one at a time, one a second.
    pub const POLITE: Self = Self { parallel: 1, apart: Duration::from_secs(1) };
    /// For hosts of one's own: one at a time, as fast as they answer.
    pub const OWN: Self = Self { parallel: 1, apart: Duration::ZERO };
}

/// Whether `robots.txt` has a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robots {
    /// The address was found (in a feed, on a page): RFC 9309 is for this. Its `Crawl-delay` is kept, up to 30 s.
    Obey,
    /// A person named this very address, or it is a documented interface for programs.
    Named,
}

/// One question to the web.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// What is read.
    pub url: &'a Url,
    /// Who asks: `name/version (+how to reach us)`. The name before `/` is what `robots.txt` calls us.
    pub agent: &'a str,
    /// `Accept`, in the words of RFC 9110.
    pub accept: &'a str,
    /// From the last answer, or empty.
    pub validators: &'a Validators,
    /// More headers, such as `Authorization`. Sent to the first origin only, never to where it redirects.
    pub headers: &'a [(&'static str, String)],
    /// Sent as a form with `POST`; then redirects are not followed.
    pub form: Option<&'a Form>,
    /// How much it may cost.
    pub limits: Limits,
    /// Take the first [`Limits::bytes`] of a longer body, instead of nothing of it.
    pub cut: bool,
    /// How often this host may be asked.
    pub pace: Pace,
    /// Let the address and its redirects be a private one.
    pub allow_private: bool,
    /// Whether `robots.txt` has a say.
    pub robots: Robots,
    /// The calendar time, for dates in headers.
    pub now: Timestamp,
}

impl<'a> Ask<'a> {
    /// A plain, polite question for a page that was found somewhere; change what is different.
    #[must_use]
    pub fn page(url: &'a Url, agent: &'a str, now: Timestamp) -> Self {
        static NOTHING: Validators = Validators { etag: None, last_modified: None };
        Self {
            url,
            agent,
            accept: "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5",
            validators: &NOTHING,
            headers: &[],
            form: None,
            limits: Limits::default(),
            cut: false,
            pace: Pace::POLITE,
            allow_private: false,
            robots: Robots::Obey,
            now,
        }
    }
}

/// Fields of a form, in order.
pub type Form = Vec<(&'static str, String)>;

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// Nothing changed since the validators (304).
    NotModified {
        /// As in [`Page::fresh_for`].
        fresh_for: Option<Duration>,
    },
    /// A body.
    Page(Box<Page>),
}

/// A body and what its headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it came from after redirects.
    pub url: Url,
    /// Decompressed, at most [`Limits::bytes`].
    pub bytes: Vec<u8>,
    /// `Content-Type`
    pub content_type: Option<String>,
    /// For the next [`Ask`].
    pub validators: Validators,
    /// How long the server says that asking again is of no use (`Cache-Control: max-age`, else `Expires`); a hint, at most a
    /// day.
    pub fresh_for: Option<Duration>,
    /// What is left of a published allowance.
    pub rate: RateLeft,
}

impl Page {
    /// The body as text; see [`decode`](crate::decode).
    #[must_use]
    pub fn text(&self) -> String {
        crate::decode(&self.bytes, self.content_type.as_deref())
    }
}
