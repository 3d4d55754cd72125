//! What headers say about time: when to come back, how long an answer is fresh, what is left of an allowance.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderMap, HeaderName};

/// Longest `Retry-After` believed.
const PATIENCE: Duration = Duration::from_hours(7 * 24);
/// Longest freshness believed.
const FRESH: Duration = Duration::from_hours(24);

/// What is left of a published allowance, from the headers that services send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLeft {
    /// Requests left, rounded down.
    pub remaining: Option<u64>,
    /// Time until the allowance is full again; at most seven days.
    pub reset: Option<Duration>,
}

impl RateLeft {
    /// How long to wait before the next request: until the reset, if nothing is left.
    #[must_use]
    pub fn wait(self) -> Option<Duration> {
        if self.remaining == Some(0) { self.reset } else { None }
    }
}

/// `Retry-After` in seconds or as an HTTP date; `None` if it is neither, zero or in the past. At most seven days.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = text(headers, &header::RETRY_AFTER)?;
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(http_date(text)?, now),
    };
    (!wait.is_zero()).then(|| wait.min(PATIENCE))
}

/// `Cache-Control: max-age` less `Age`, else `Expires` less `Date`. Zero for `no-store` and `no-cache`.
pub(crate) fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let control = text(headers, &header::CACHE_CONTROL).unwrap_or("").to_ascii_lowercase();
    let mut parts = control.split(',').map(str::trim);
    if parts.clone().any(|part| matches!(part, "no-store" | "no-cache")) {
        return Some(Duration::ZERO);
    }
    let max_age = parts.find_map(|part| part.strip_prefix("max-age=")?.trim_matches('"').parse::<u64>().ok());
    let fresh = if let Some(seconds) = max_age {
        let age = text(headers, &header::AGE).and_then(|age| age.parse::<u64>().ok()).unwrap_or(0);
        Duration::from_secs(seconds.saturating_sub(age))
    } else {
        let expires = http_date(text(headers, &header::EXPIRES)?)?;
        until(expires, text(headers, &header::DATE).and_then(http_date).unwrap_or(now))
    };
    Some(fresh.min(FRESH))
}

/// Reads `X-RateLimit-*` (Mastodon, Reddit) and `RateLimit-*` (Bluesky): whole numbers or decimals; the reset in seconds
/// from now, seconds since 1970, or as a time of ISO 8601.
#[must_use]
pub fn rate_left(headers: &HeaderMap, now: Timestamp) -> RateLeft {
    let either = |name: &str| {
        ["x-ratelimit-", "ratelimit-"].iter().find_map(|prefix| {
            let name = HeaderName::from_bytes(format!("{prefix}{name}").as_bytes()).ok()?;
            text(headers, &name)
        })
    };
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let remaining = either("remaining").and_then(number).map(|left| left.floor() as u64);
    let reset = either("reset").and_then(|text| match number(text) {
        // No allowance lasts longer than a year: a larger number is a time.
        Some(since_1970) if since_1970 > 31_536_000.0 => {
            Some(until(Timestamp::from_second(since_1970.min(1e11) as i64).ok()?, now))
        }
        Some(seconds) => Some(Duration::from_secs_f64(seconds)),
        None => Some(until(text.parse().ok()?, now)),
    });
    RateLeft { remaining, reset: reset.map(|reset| reset.min(PATIENCE)) }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// All three forms of RFC 9110 section 5.6.7.
fn http_date(text: &str) -> Option<Timestamp> {
    httpdate::parse_http_date(text).ok().and_then(|at| Timestamp::try_from(at).ok())
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now).max(SignedDuration::ZERO)).unwrap_or(Duration::ZERO)
}
