//! The other side's words, fit to be shown to people.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Characters that are kept.
const SAID_MAX: usize = 300;

/// Error pages are often HTML: its tags, and what a browser would not show either.
static TAGS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|</?[a-z][^<>]{0,2000}>")
        .expect("the pattern is fixed and tested")
});

/// The message of an error body, else the whole body, on one line and shortened; `masked` takes secrets out.
pub(crate) fn said(body: &[u8], masked: impl Fn(&str) -> String) -> String {
    let message = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
        let error = value.get("error")?;
        error.get("message").and_then(Value::as_str).or(error.as_str()).map(str::to_owned)
    });
    let text = masked(&message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()));
    // Once more: a key must not come together again where something was taken out of its middle.
    let text = masked(&plain(&text));
    if text.is_empty() { "(nothing)".to_owned() } else { shortened(&text) }
}

/// The error's `type` and `code`, where they are texts; both may be of any JSON type or missing.
pub(crate) fn names(body: &[u8]) -> Vec<String> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    ["type", "code"].iter().filter_map(|field| value["error"][field].as_str()).map(str::to_owned).collect()
}

/// The request's field that the error is about: `response_format`; empty if it does not say.
pub(crate) fn parameter(body: &[u8]) -> String {
    let value = serde_json::from_slice::<Value>(body).unwrap_or_default();
    value["error"]["param"].as_str().map(shortened).unwrap_or_default()
}

fn plain(text: &str) -> String {
    let text = TAGS.replace_all(text, " ");
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c });
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Zero-width and direction-changing characters: they change what a line of a log seems to say.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}')
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SAID_MAX) {
        Some((end, _)) => format!("{}\u{2026}", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
