//! How long the other side wants us to wait.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// A wait longer than a day is taken for a day; the runner caps it again by its own setting.
const MOST: Duration = Duration::from_hours(24);

/// `Retry-After` in seconds or as a date (measured against the answer's own `Date`).
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let value = text("retry-after")?;
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Duration::from_secs_f64(seconds.min(MOST.as_secs_f64())),
        Ok(_) => return None,
        Err(_) => {
            let at = |text| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp().as_second());
            Duration::from_secs(u64::try_from(at(value)? - at(text("date")?)?).unwrap_or(0))
        }
    };
    Some(wait.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_as_seconds_and_as_dates() {
        let wait = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            asked_for(&headers).map(|wait| wait.as_secs_f64())
        };
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "2")]), Some(2.0));
        assert_eq!(wait(&[("retry-after", "86400000")]), Some(86_400.0));
        for odd in ["soon", "-1", "nan", "inf-1"] {
            assert_eq!(wait(&[("retry-after", odd)]), None, "{odd}");
        }
        let date = "Sat, 21 Nov 2026 10:00:30 GMT";
        assert_eq!(wait(&[("retry-after", date)]), None, "nothing to measure it against");
        assert_eq!(wait(&[("retry-after", date), ("date", "Sat, 21 Nov 2026 10:00:00 GMT")]), Some(30.0));
        assert_eq!(wait(&[("retry-after", date), ("date", "Sat, 21 Nov 2026 11:00:00 GMT")]), Some(0.0));
    }
}
