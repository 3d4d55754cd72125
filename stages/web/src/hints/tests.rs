use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName};

use super::{fresh_for, rate_left, retry_after};

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

#[test]
fn retry_after_may_be_a_date_and_is_believed_for_a_week() {
    for (text, expected) in [
        ("60", Some(60)),
        ("Sat, 21 Nov 2026 12:01:00 GMT", Some(60)),
        ("Saturday, 21-Nov-26 12:01:00 GMT", Some(60)),
        ("Sat Nov 21 12:01:00 2026", Some(60)),
        ("Sat, 21 Nov 2020 12:01:00 GMT", None),
        ("99999999999", Some(7 * 24 * 3_600)),
        ("soon", None),
        ("-5", None),
        ("0", None),
    ] {
        let wait = retry_after(&headers(&[("retry-after", text)]), noon());
        assert_eq!(wait, expected.map(Duration::from_secs), "for {text}");
    }
}

#[test]
fn freshness_is_told_from_either_header_and_believed_for_a_day() {
    for (pairs, expected) in [
        (vec![("cache-control", "public, max-age=600")], Some(600)),
        (vec![("cache-control", "max-age=600"), ("age", "200")], Some(400)),
        (vec![("cache-control", "max-age=600"), ("age", "900")], Some(0)),
        (vec![("cache-control", "no-store, max-age=600")], Some(0)),
        (vec![("cache-control", "max-age=31536000")], Some(86_400)),
        (vec![("cache-control", "max-age=x")], None),
        (vec![("expires", "Sat, 21 Nov 2026 12:05:00 GMT")], Some(300)),
        (vec![("expires", "Sat, 21 Nov 2026 12:05:00 GMT"), ("date", "Sat, 21 Nov 2026 12:04:00 GMT")], Some(60)),
        (vec![("expires", "0")], None),
        (vec![], None),
    ] {
        assert_eq!(fresh_for(&headers(&pairs), noon()), expected.map(Duration::from_secs), "for {pairs:?}");
    }
}

#[test]
fn allowances_are_read_in_all_the_ways_services_write_them() {
    for (remaining, reset, left, wait) in [
        ("12", "60", Some(12), None),
        ("0", "60", Some(0), Some(60)),
        ("0.0", "3.0", Some(0), Some(3)),
        ("0", "1795262430", Some(0), Some(30)),
        ("0", "2026-11-21T12:00:30.000Z", Some(0), Some(30)),
        ("0", "2026-11-21T11:00:00Z", Some(0), Some(0)),
        ("-1", "60", None, None),
        ("NaN", "inf", None, None),
    ] {
        let rate = rate_left(&headers(&[("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", reset)]), noon());
        assert_eq!(rate.remaining, left, "for {remaining}");
        assert_eq!(rate.wait(), wait.map(Duration::from_secs), "for {remaining}, {reset}");
    }
    assert_eq!(rate_left(&headers(&[("ratelimit-remaining", "7")]), noon()).remaining, Some(7));
}
