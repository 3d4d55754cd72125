//! The `robots.txt` of each host, read once a day.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::Web;
use crate::ask::{Ask, Got, Limits, Pace, Robots, Validators};
use crate::error::WebError;
use crate::hosts::origin;
use crate::robots::{self, RobotsTxt};
use crate::without_secrets;

/// Rules are read again after this time (RFC 9309 section 2.4: at most 24 hours).
const KEPT: Duration = Duration::from_hours(24);
/// A host whose rules could not be read is asked for them again after this time.
const KEPT_FAILURE: Duration = Duration::from_mins(10);
/// Most hosts whose rules are kept.
const HOSTS: usize = 512;

#[derive(Debug, Clone)]
struct Known {
    until: Timestamp,
    /// Or why nothing of this host may be read.
    rules: Result<RobotsTxt, String>,
}

#[derive(Debug, Default)]
pub(super) struct Rules {
    by_origin: Mutex<BTreeMap<String, Known>>,
}

impl Rules {
    /// Gives the host's `Crawl-delay`, or zero.
    ///
    /// # Errors
    /// [`WebError::Robots`], or [`WebError::Held`] if the host cannot even be asked for its rules now.
    pub(super) async fn check(&self, web: &Web, ask: &Ask<'_>, url: &Url) -> Result<Duration, WebError> {
        let product = ask.agent.split('/').next().unwrap_or("");
        let key = format!("{} {product}", origin(url));
        let known = self.by_origin.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let known = match known.filter(|known| known.until > ask.now) {
            Some(known) => known,
            None => {
                let rules = fetch(web, ask, url, product).await?;
                let kept = if rules.is_ok() { KEPT } else { KEPT_FAILURE };
                let known = Known { until: ask.now.checked_add(kept).unwrap_or(Timestamp::MAX), rules };
                self.keep(key, &known, ask.now);
                known
            }
        };
        let closed = |message: String| WebError::Robots { place: without_secrets(url), message };
        let rules = known.rules.map_err(closed)?;
        match rules.closes(url) {
            Some(pattern) => Err(closed(format!("its host's robots.txt has `Disallow: {pattern}`"))),
            None => Ok(rules.delay.unwrap_or_default()),
        }
    }

    fn keep(&self, key: String, known: &Known, now: Timestamp) {
        let mut by_origin = self.by_origin.lock().unwrap_or_else(PoisonError::into_inner);
        if by_origin.len() >= HOSTS {
            by_origin.retain(|_, known| known.until > now);
        }
        while by_origin.len() >= HOSTS {
            let oldest = by_origin.iter().min_by_key(|(_, known)| known.until).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            by_origin.remove(&oldest);
        }
        by_origin.insert(key, known.clone());
    }
}

/// The rules, or why there are none to go by: a host that fails to answer is closed, one that has no file is open.
async fn fetch(web: &Web, ask: &Ask<'_>, url: &Url, product: &str) -> Result<Result<RobotsTxt, String>, WebError> {
    let Ok(place) = url.join("/robots.txt") else { return Ok(Ok(RobotsTxt::default())) };
    let limits = Limits { bytes: robots::LARGEST, ..ask.limits };
    let pace = Pace { parallel: 1, apart: Duration::ZERO };
    let validators = Validators::default();
    let rules = Ask {
        url: &place,
        accept: "text/plain, */*;q=0.5",
        validators: &validators,
        headers: &[],
        form: None,
        limits,
        cut: false,
        pace,
        robots: Robots::Named,
        ..ask.clone()
    };
    match web.get(&rules).await {
        Ok(Got::Page(page)) => Ok(Ok(RobotsTxt::parse(&page.text(), product))),
        Err(WebError::Status { status: 400..=499, .. } | WebError::Gone { .. }) => Ok(Ok(RobotsTxt::default())),
        // Waiting is not the host's answer: nothing is learned of its rules.
        Err(held @ WebError::Held { .. }) => Err(held),
        Ok(Got::NotModified { .. }) => Ok(Err("its host's robots.txt could not be read".to_owned())),
        Err(error) => Ok(Err(format!("its host's robots.txt could not be read: {error}"))),
    }
}
