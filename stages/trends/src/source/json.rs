//! JSON of any shape, told by paths (RFC 9535).

use jiff::Timestamp;
use reelpress_config::{Feed, FeedPlace, JsonMap};
use serde_json::Value;
use serde_json_path::JsonPath;

use super::value::{count, name, parse_bytes, time};
use crate::error::TrendsError;
use crate::read::{self, ITEMS_A_POLL, Reading, Sighted, Snapshot};
use crate::text::{self, SUMMARY_MAX, TITLE_MAX};

use crate::link;

const EXPECTED: &str = "JSON as `map` describes it";

struct Paths {
    items: JsonPath,
    title: JsonPath,
    id: Option<JsonPath>,
    url: Option<JsonPath>,
    count: Option<JsonPath>,
    rank: Option<JsonPath>,
    published: Option<JsonPath>,
    summary: Option<JsonPath>,
    author: Option<JsonPath>,
}

pub(super) fn read(feed: &Feed, map: &JsonMap, bytes: &[u8], at: Timestamp) -> Result<Reading, TrendsError> {
    let paths = paths(feed, map)?;
    let document = parse_bytes(feed, bytes, EXPECTED)?;
    let found = paths.items.query(&document).all();
    // A path that ends at the list means its items.
    let (found, is_list) = match found.as_slice() {
        [Value::Array(list)] => (list.iter().collect(), true),
        _ => (found, false),
    };
    if found.is_empty() && !is_list && !is_empty_list(&paths.items, &document) {
        return Err(read::format_error(feed, EXPECTED, format!("`map.items` = {} finds nothing in it", map.items)));
    }
    let mut reading = Reading::default();
    let mut items = Vec::new();
    for (place, found) in found.into_iter().enumerate() {
        let place = place as u64 + 1;
        if items.len() >= ITEMS_A_POLL {
            reading.skipped.add(place, format!("more than {ITEMS_A_POLL} items"));
        } else if let Some(item) = item(feed, &paths, found) {
            items.push(item);
        } else {
            reading.skipped.add(place, "the item has no title");
        }
    }
    reading.snapshots.push(Snapshot { at, items });
    Ok(reading)
}

/// An empty list is an answer; a document of another shape is none. `$.list[*]` of an empty list finds nothing, so the
/// document is asked whether the path without its last step leads to a list.
fn is_empty_list(items: &JsonPath, document: &Value) -> bool {
    let text = items.to_string();
    let parent = text.strip_suffix("[*]").or_else(|| text.strip_suffix(".*"));
    let parent = parent.and_then(|parent| JsonPath::parse(parent).ok());
    parent.is_some_and(|parent| parent.query(document).all().iter().any(|found| found.is_array()))
}

fn paths(feed: &Feed, map: &JsonMap) -> Result<Paths, TrendsError> {
    let parse = |key: &str, path: &str| {
        JsonPath::parse(path).map_err(|error| {
            let message = format!("`map.{key}` = {path} is no JSONPath: {error}");
            read::format_error(feed, EXPECTED, text::plain(&message, 300))
        })
    };
    let maybe = |key: &str, path: &Option<String>| path.as_deref().map(|path| parse(key, path)).transpose();
    Ok(Paths {
        items: parse("items", &map.items)?,
        title: parse("title", &map.title)?,
        id: maybe("id", &map.id)?,
        url: maybe("url", &map.url)?,
        count: maybe("count", &map.count)?,
        rank: maybe("rank", &map.rank)?,
        published: maybe("published", &map.published)?,
        summary: maybe("summary", &map.summary)?,
        author: maybe("author", &map.author)?,
    })
}

fn item(feed: &Feed, paths: &Paths, item: &Value) -> Option<Sighted> {
    let first = |path: &Option<JsonPath>| path.as_ref().and_then(|path| path.query(item).first());
    let plain = |path: &Option<JsonPath>, limit| text::plain(first(path).and_then(Value::as_str).unwrap_or(""), limit);
    let title = paths.title.query(item).first().and_then(name_or_text)?;
    let title = text::plain(&title, TITLE_MAX);
    let base = match &feed.place {
        FeedPlace::Url(url) => Some(url),
        FeedPlace::File(_) => None,
    };
    let kind = read::kind_of(feed.shows);
    (!title.is_empty()).then(|| Sighted {
        id: first(&paths.id).and_then(name),
        title: read::titled(&title, kind),
        summary: plain(&paths.summary, SUMMARY_MAX),
        link: first(&paths.url).and_then(Value::as_str).and_then(|url| link::usable(url, base)),
        published: first(&paths.published).and_then(time),
        rank: first(&paths.rank).and_then(count).and_then(|rank| u32::try_from(rank).ok()).filter(|rank| *rank > 0),
        count: first(&paths.count).and_then(count),
        author: Some(plain(&paths.author, 100)).filter(|author| !author.is_empty()),
        kind,
        ..Sighted::default()
    })
}

fn name_or_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| name(value))
}
