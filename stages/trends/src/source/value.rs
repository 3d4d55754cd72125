//! Values of others' JSON: missing, null, of another type, or numbers as text.

use jiff::Timestamp;
use reelpress_config::Feed;
use serde_json::Value;

use crate::error::TrendsError;
use crate::fetch::Part;
use crate::read::{self, count_of};
use crate::text;

/// Reads a part as JSON.
pub(super) fn parse(feed: &Feed, part: &Part, expected: &'static str) -> Result<Value, TrendsError> {
    parse_bytes(feed, &part.bytes, expected)
}

pub(super) fn parse_bytes(feed: &Feed, bytes: &[u8], expected: &'static str) -> Result<Value, TrendsError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| wrong(feed, bytes, expected, &error.to_string()))
}

pub(super) fn wrong(feed: &Feed, bytes: &[u8], expected: &'static str, message: &str) -> TrendsError {
    read::format_error(feed, expected, read::explain(bytes, message))
}

/// Text under a key; empty if there is none.
pub(super) fn words<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Plain text under a key.
pub(super) fn plain(value: &Value, key: &str, limit: usize) -> String {
    text::plain(words(value, key), limit)
}

/// A count under a key: a number, or text that holds one.
pub(super) fn number(value: &Value, key: &str) -> Option<u64> {
    count(value.get(key)?)
}

/// A count: a number not below zero, or text that holds one.
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => {
            number.as_u64().or_else(|| number.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64))
        }
        Value::String(text) => count_of(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A time: text in almost any form, or seconds or milliseconds since 1970.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => read::parse_date(text),
        Value::Number(number) => read::parse_date(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A name: short text or a number.
pub(super) fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().chars().take(200).collect()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An author as shown: short, or nothing.
pub(super) fn author(value: &Value, key: &str) -> Option<String> {
    Some(plain(value, key, 100)).filter(|author| !author.is_empty())
}

/// The items of a list, at most as many as are kept of one poll, and how many more there are.
pub(super) fn items(list: &[Value]) -> (&[Value], usize) {
    let kept = list.len().min(read::ITEMS_A_POLL);
    (&list[..kept], list.len() - kept)
}
