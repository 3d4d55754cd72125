//! Trends of Bluesky. Its interface is marked as one that may change without notice: what is missing is done without.

use jiff::Timestamp;
use reelpress_config::{BlueskyList, Feed};
use serde_json::Value;
use url::Url;

use super::value::{items, number, parse, plain, time, words, wrong};
use crate::error::TrendsError;
use crate::fetch::{Asked, Fetched, Fetcher, Part};
use crate::link;
use crate::read::{Reading, Sighted, Snapshot};
use crate::text::{SUMMARY_MAX, TITLE_MAX};

const EXPECTED: &str = "Bluesky's trends";
/// Links are written from here.
const HOME: &str = "https://bsky.app/";

pub(super) async fn fetch(
    fetcher: &Fetcher,
    asked: &Asked<'_>,
    base: &Url,
    list: BlueskyList,
) -> Result<Fetched, TrendsError> {
    let method = match list {
        BlueskyList::Trends => "app.bsky.unspecced.getTrends",
        BlueskyList::Topics => "app.bsky.unspecced.getTrendingTopics",
    };
    let Some(mut url) = super::below(base, &[method]) else { return asked.get(fetcher, &asked.ask(base)).await };
    url.query_pairs_mut().append_pair("limit", "25");
    asked.get(fetcher, &asked.ask(&url)).await
}

pub(super) fn read(feed: &Feed, list: BlueskyList, parts: &[Part], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let Some(part) = parts.first() else { return Ok(reading) };
    let document = parse(feed, part, EXPECTED)?;
    let key = match list {
        BlueskyList::Trends => "trends",
        BlueskyList::Topics => "topics",
    };
    let Some(topics) = document.get(key).and_then(Value::as_array) else {
        return Err(wrong(feed, &part.bytes, EXPECTED, "the list is not in it"));
    };
    let (topics, more) = items(topics);
    let mut shown = Vec::new();
    for (at, topic) in topics.iter().enumerate() {
        let rank = at as u32 + 1;
        match trend(topic, rank) {
            Some(topic) => shown.push(topic),
            None => reading.skipped.add(u64::from(rank), "the topic has no name"),
        }
    }
    if more > 0 {
        reading.skipped.add(topics.len() as u64 + 1, format!("{more} more topics"));
    }
    reading.snapshots.push(Snapshot { at: now, items: shown });
    Ok(reading)
}

fn trend(topic: &Value, rank: u32) -> Option<Sighted> {
    let (name, shown) = (plain(topic, "topic", TITLE_MAX), plain(topic, "displayName", TITLE_MAX));
    let title = if shown.is_empty() { name.clone() } else { shown };
    let home = Url::parse(HOME).ok();
    let id = if name.is_empty() { title.to_lowercase() } else { name.to_lowercase() };
    (!title.is_empty()).then(|| Sighted {
        id: Some(id),
        title,
        summary: plain(topic, "description", SUMMARY_MAX),
        link: link::usable(words(topic, "link"), home.as_ref()).filter(|link| link.as_str().starts_with(HOME)),
        published: topic.get("startedAt").and_then(time),
        rank: Some(rank),
        count: number(topic, "postCount"),
        tags: super::tags(&topic.get("category").cloned().into_iter().collect::<Vec<_>>()),
        ..Sighted::default()
    })
}
