//! Hacker News: a list of ids, then each item. Points change, so items are read anew; those that are gone are left alone
//! for a while.

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, HackerNewsList};
use reelpress_web::{Ask, Got, Limits, Validators};
use serde_json::Value;
use url::Url;

use super::value::{author, number, parse, plain, time, words, wrong};
use crate::error::TrendsError;
use crate::fetch::{Asked, Body, Fetched, Fetcher, Part, failed};
use crate::link;
use crate::read::{Reading, Sighted, Snapshot};
use crate::text::{SUMMARY_MAX, TITLE_MAX};

const EXPECTED: &str = "Hacker News' list";
/// Items asked for at the same time.
const AT_ONCE: usize = 10;
/// Largest item, in bytes.
const ITEM: u64 = 64 << 10;
/// An item that several lists show is read once in this time.
const FRESH: SignedDuration = SignedDuration::from_mins(2);
/// An item that is gone is looked at again after this time.
const GONE: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn fetch(
    fetcher: &Fetcher,
    asked: &Asked<'_>,
    base: &Url,
    list: HackerNewsList,
    take: u32,
) -> Result<Fetched, TrendsError> {
    let file = match list {
        HackerNewsList::Top => "topstories.json",
        HackerNewsList::New => "newstories.json",
        HackerNewsList::Best => "beststories.json",
    };
    let Some(url) = super::below(base, &[file]) else { return Ok(Fetched::Body(Body::default())) };
    // Not conditional: the same list may stand over items with other points.
    let whole = Asked { validators: &Validators::default(), ..*asked };
    let Fetched::Body(body) = whole.get(fetcher, &whole.ask(&url)).await? else {
        return Ok(Fetched::Body(Body::default()));
    };
    let Some(part) = body.parts.first() else { return Ok(Fetched::Body(Body::default())) };
    let ids = parse(asked.feed, part, EXPECTED)?;
    let Some(ids) = ids.as_array() else { return Err(wrong(asked.feed, &part.bytes, EXPECTED, "it is no list")) };
    let ids = ids.iter().filter_map(Value::as_u64).take(take as usize).collect::<Vec<_>>();
    // Gathered first, as in the desk: the future must be one that can be spawned.
    let asks = ids.into_iter().map(|id| item_body(fetcher, &whole, base, id)).collect::<Vec<_>>();
    let wanted = asks.len();
    let got = futures::stream::iter(asks).buffered(AT_ONCE).collect::<Vec<_>>().await;
    let (mut parts, mut errors) = (Vec::new(), Vec::new());
    for item in got {
        match item {
            Ok(bytes) => parts.push(Part { bytes, ..Part::default() }),
            Err(error) => errors.push(error),
        }
    }
    // A few that fail are missed; a list with most of them missing would look as if they were gone.
    match errors.pop() {
        Some(error) if errors.len() * 2 >= wanted => Err(error),
        _ => Ok(Fetched::Body(Body { parts, ..Body::default() })),
    }
}

async fn item_body(fetcher: &Fetcher, asked: &Asked<'_>, base: &Url, id: u64) -> Result<Vec<u8>, TrendsError> {
    let Some(url) = super::below(base, &["item", &format!("{id}.json")]) else { return Ok(b"null".to_vec()) };
    if let Some(known) = fetcher.keeps.item(url.as_str(), asked.now) {
        return Ok(known);
    }
    let ask = asked.ask(&url);
    let limits = Limits { bytes: ITEM.min(ask.limits.bytes), ..ask.limits };
    let got = fetcher.web.get(&Ask { limits, ..ask }).await.map_err(|error| failed(asked.feed, error))?;
    let Got::Page(page) = got else { return Ok(b"null".to_vec()) };
    let is_gone = serde_json::from_slice::<Value>(&page.bytes).is_ok_and(|item| is_gone(&item));
    let bytes = if is_gone { b"null".to_vec() } else { page.bytes };
    let kept = asked.now.checked_add(if is_gone { GONE } else { FRESH }).unwrap_or(asked.now);
    fetcher.keeps.keep_item(url.as_str(), bytes.clone(), kept);
    Ok(bytes)
}

fn is_gone(item: &Value) -> bool {
    let says = |key: &str| item.get(key).and_then(Value::as_bool).unwrap_or(false);
    item.is_null() || says("deleted") || says("dead")
}

/// Each part is an item, in the order of the list; a file may hold them as one list.
pub(super) fn read(feed: &Feed, parts: &[Part], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let mut stories = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let place = place as u64 + 1;
        match parse(feed, part, EXPECTED) {
            Ok(Value::Array(list)) => {
                let (list, more) = super::value::items(&list);
                stories.extend(list.iter().enumerate().filter_map(|(at, item)| story(item, at as u32 + 1)));
                if more > 0 {
                    reading.skipped.add(place, format!("{more} more items"));
                }
            }
            Ok(item) => match story(&item, place as u32) {
                Some(story) => stories.push(story),
                None if is_gone(&item) => {}
                None => reading.skipped.add(place, "the item has no id or no title"),
            },
            Err(error) if parts.len() == 1 => return Err(error),
            Err(error) => reading.skipped.add(place, error.to_string()),
        }
    }
    reading.snapshots.push(Snapshot { at: now, items: stories });
    Ok(reading)
}

fn story(item: &Value, rank: u32) -> Option<Sighted> {
    let id = item.get("id").and_then(Value::as_u64)?;
    let title = plain(item, "title", TITLE_MAX);
    if title.is_empty() || is_gone(item) {
        return None;
    }
    let discussion = || Url::parse_with_params("https://news.ycombinator.com/item", [("id", id.to_string())]).ok();
    Some(Sighted {
        id: Some(id.to_string()),
        title,
        summary: plain(item, "text", SUMMARY_MAX),
        link: link::usable(words(item, "url"), None).or_else(discussion),
        published: item.get("time").and_then(time),
        rank: Some(rank),
        count: number(item, "score"),
        secondary: number(item, "descendants"),
        author: author(item, "by"),
        language: Some("en".to_owned()),
        ..Sighted::default()
    })
}
