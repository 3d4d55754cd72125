//! NDJSON: one poll a line, `{"fetched_at", "source", "items": [{"rank", "id", "title", "url", ...}]}`. A line that
//! cannot be used is counted with its number; the others are read all the same.

use jiff::{SignedDuration, Timestamp};
use reelpress_config::FeedShows;
use serde::Deserialize;
use serde_json::Value;

use super::{ITEMS_A_POLL, Reading, Sighted, Skipped, Snapshot, count_of, date};
use crate::{link, text};
use reelpress_vocabulary::TopicKind;

/// A poll this far in the future is a wrong clock, not news.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// The names under which lists keep their count, best first.
const COUNTS: [&str; 8] = ["count", "score", "points", "views", "votes", "traffic", "uses", "likes"];

#[derive(Deserialize)]
struct Line {
    fetched_at: String,
    items: Vec<Value>,
}

/// Reads every line; polls later than `now` are skipped with a word, so that a recording can be replayed up to a time.
pub(super) fn read(bytes: &[u8], shows: FeedShows, now: Timestamp) -> Reading {
    let mut reading = Reading::default();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = at as u64 + 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match poll(line, number, shows, &mut reading.skipped) {
            Ok(snapshot) if snapshot.at > now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX) => {
                reading.skipped.add(number, format!("`fetched_at` {} is in the future", snapshot.at));
            }
            Ok(snapshot) => reading.snapshots.push(snapshot),
            Err(why) => reading.skipped.add(number, why),
        }
    }
    reading
}

fn poll(line: &[u8], number: u64, shows: FeedShows, skipped: &mut Skipped) -> Result<Snapshot, String> {
    let line = serde_json::from_slice::<Line>(line).map_err(|error| error.to_string())?;
    let at = date::parse(&line.fetched_at).ok_or_else(|| {
        let shown = line.fetched_at.chars().take(40).collect::<String>();
        format!("`fetched_at` {shown:?} is not a time")
    })?;
    let mut items = Vec::with_capacity(line.items.len().min(ITEMS_A_POLL));
    for value in line.items.iter().take(ITEMS_A_POLL) {
        match item(value, shows) {
            Some(item) => items.push(item),
            None => skipped.add(number, "an item has no title"),
        }
    }
    Ok(Snapshot { at, items })
}

fn item(value: &Value, shows: FeedShows) -> Option<Sighted> {
    let words = |names: &[&str]| names.iter().find_map(|name| value.get(name).and_then(Value::as_str));
    let title = text::plain(words(&["title", "name"])?, text::TITLE_MAX);
    let id = value.get("id").and_then(|id| match id {
        Value::String(id) if !id.is_empty() => Some(id.chars().take(200).collect()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let number = |name: &str| match value.get(name)? {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|number| number.max(0.0) as u64)),
        Value::String(text) => count_of(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let published = value.get("published").or_else(|| value.get("published_at")).and_then(|at| match at {
        Value::String(at) => date::parse(at),
        Value::Number(at) => date::parse(&at.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let kind = match words(&["kind"]).unwrap_or("") {
        "hashtag" => TopicKind::Hashtag,
        "sound" => TopicKind::Sound,
        "format" => TopicKind::Format,
        _ => super::kind_of(shows),
    };
    (!title.is_empty()).then(|| Sighted {
        id,
        title: super::titled(&title, kind),
        summary: text::plain(words(&["summary", "description", "excerpt"]).unwrap_or(""), text::SUMMARY_MAX),
        link: words(&["url", "link"]).and_then(|link| link::usable(link, None)),
        published,
        rank: number("rank").and_then(|rank| u32::try_from(rank).ok()).filter(|rank| *rank > 0),
        count: COUNTS.iter().find_map(|name| number(name)),
        language: words(&["language", "lang"]).and_then(crate::language::declared),
        secondary: ["comments", "num_comments", "replies"].iter().find_map(|name| number(name)),
        author: words(&["author", "by", "channel"]).map(|by| text::plain(by, 100)).filter(|by| !by.is_empty()),
        kind,
        ..Sighted::default()
    })
}
