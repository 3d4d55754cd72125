//! How long the other side wants us to wait, and what it says is left of its limits.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// A wait longer than a day is taken for a day; the runner caps it again by its own setting.
const MOST: Duration = Duration::from_hours(24);

/// `Retry-After` in seconds or as a date (measured against the answer's own `Date`), else the `x-ratelimit-reset-*`
/// of what ran out.
pub(crate) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text("retry-after").and_then(|value| seconds(value).or_else(|| until(value, text("date")?)));
    let asked = asked.or_else(|| {
        let resets = ["requests", "tokens"].map(|what| {
            let reset = text(&format!("x-ratelimit-reset-{what}")).and_then(go_duration)?;
            let left = text(&format!("x-ratelimit-remaining-{what}")).and_then(|left| left.parse::<u64>().ok());
            Some((left == Some(0), reset))
        });
        // What has run out decides; if nobody says what has, the longer one does.
        let some_ran_out = resets.iter().flatten().any(|(ran_out, _)| *ran_out);
        resets.into_iter().flatten().filter(|(ran_out, _)| *ran_out || !some_ran_out).map(|(_, reset)| reset).max()
    });
    asked.map(|wait| wait.min(MOST))
}

/// What an endpoint says about its limits in `x-ratelimit-*`, with any answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Calls that are left.
    pub requests: Option<Left>,
    /// Tokens that are left.
    pub tokens: Option<Left>,
}

/// What is left until a limit is whole again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How many.
    pub remaining: u64,
    /// How long until then; at most a day.
    pub reset: Duration,
}

impl Told {
    /// Reads the headers; what is missing or makes no sense is left out.
    #[must_use]
    pub fn by(headers: &HeaderMap) -> Self {
        let text = |name: String| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let left = |what: &str| {
            let remaining = text(format!("x-ratelimit-remaining-{what}"))?.parse().ok()?;
            let reset = go_duration(text(format!("x-ratelimit-reset-{what}"))?)?.min(MOST);
            Some(Left { remaining, reset })
        };
        Self { requests: left("requests"), tokens: left("tokens") }
    }
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds = value.parse::<f64>().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(MOST.as_secs_f64())))
}

fn until(date: &str, now: &str) -> Option<Duration> {
    let parse = |text| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp().as_second());
    let wait = parse(date)? - parse(now)?;
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// `1s`, `6m0s`, `120ms`, `1h2m3.5s`.
fn go_duration(text: &str) -> Option<Duration> {
    let (mut rest, mut total) = (text, 0.0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount = rest[..digits].parse::<f64>().ok()?;
        let unit_end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        total += amount
            * match &rest[digits..unit_end] {
                "h" => 3_600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 0.001,
                _ => return None,
            };
        rest = &rest[unit_end..];
    }
    (!text.is_empty() && total.is_finite()).then(|| Duration::from_secs_f64(total.min(MOST.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wait(pairs: &[(&'static str, &'static str)]) -> Option<f64> {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        asked_for(&headers).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn what_is_left_is_read_where_both_halves_make_sense() {
        let told = |pairs: &[(&'static str, &'static str)]| {
            Told::by(&pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
        };
        let left = |remaining, seconds| Some(Left { remaining, reset: Duration::from_secs(seconds) });
        let both = told(&[
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ]);
        assert_eq!(both, Told { requests: left(59, 1), tokens: left(0, 360) });
        assert_eq!(told(&[("x-ratelimit-remaining-requests", "59")]), Told::default());
        let odd = [("x-ratelimit-remaining-requests", "-1"), ("x-ratelimit-reset-requests", "1s")];
        assert_eq!(told(&odd), Told::default());
        let far = [("x-ratelimit-remaining-tokens", "1"), ("x-ratelimit-reset-tokens", "9000h")];
        assert_eq!(told(&far).tokens, left(1, 86_400));
    }

    #[test]
    fn waits_are_read_in_every_form_they_come_in() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "2")]), Some(2.0));
        assert_eq!(wait(&[("retry-after", "86400000")]), Some(86_400.0));
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[("retry-after", "-1")]), None);
        assert_eq!(
            wait(&[("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT"), ("date", "Sat, 21 Nov 2026 10:00:00 GMT")]),
            Some(30.0)
        );
        assert_eq!(wait(&[("x-ratelimit-reset-requests", "1m2s")]), Some(62.0));
        assert_eq!(wait(&[("x-ratelimit-reset-tokens", "1h2m3.5s")]), Some(3_723.5));
        assert_eq!(wait(&[("x-ratelimit-reset-requests", "120ms")]), Some(0.12));
        assert_eq!(wait(&[("x-ratelimit-reset-requests", "12 parsecs")]), None);
        assert_eq!(
            wait(&[
                ("x-ratelimit-reset-requests", "1s"),
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-tokens", "6m0s"),
                ("x-ratelimit-remaining-tokens", "149984"),
            ]),
            Some(1.0)
        );
        assert_eq!(wait(&[("retry-after", "7"), ("x-ratelimit-reset-requests", "1s")]), Some(7.0));
    }
}
