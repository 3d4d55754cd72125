//! Trends of one Mastodon server. Numbers come as text; today's are not complete yet. Of tags and links the count is the
//! accounts that used them, summed over the days given: many posts of one account count once a day, and the sum does not
//! fall at midnight, as today's number does.

use jiff::Timestamp;
use reelpress_config::{Feed, MastodonTrends};
use reelpress_vocabulary::TopicKind;
use serde_json::Value;
use url::Url;

use super::value::{author, items, name, number, parse, plain, time, words, wrong};
use crate::error::TrendsError;
use crate::fetch::{Asked, Fetched, Fetcher, Part};
use crate::read::{Reading, Sighted, Snapshot};
use crate::text::{SUMMARY_MAX, TITLE_MAX};
use crate::{language, link};

const EXPECTED: &str = "a Mastodon server's trends";
/// Days summed up.
const DAYS: usize = 7;
/// Of a post, this much is its title.
const POST: usize = 140;

pub(super) async fn fetch(
    fetcher: &Fetcher,
    asked: &Asked<'_>,
    base: &Url,
    trends: MastodonTrends,
) -> Result<Fetched, TrendsError> {
    let (list, most) = match trends {
        MastodonTrends::Tags => ("tags", "20"),
        MastodonTrends::Statuses => ("statuses", "40"),
        MastodonTrends::Links => ("links", "20"),
    };
    let Some(mut url) = super::below(base, &["api", "v1", "trends", list]) else {
        return asked.get(fetcher, &asked.ask(base)).await;
    };
    url.query_pairs_mut().append_pair("limit", most);
    asked.get(fetcher, &asked.ask(&url)).await
}

pub(super) fn read(
    feed: &Feed,
    trends: MastodonTrends,
    parts: &[Part],
    now: Timestamp,
) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let Some(part) = parts.first() else { return Ok(reading) };
    let document = parse(feed, part, EXPECTED)?;
    let Some(list) = document.as_array() else { return Err(wrong(feed, &part.bytes, EXPECTED, "it is no list")) };
    let (list, more) = items(list);
    let mut shown = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let rank = at as u32 + 1;
        let item = match trends {
            MastodonTrends::Tags => tag(item, rank),
            MastodonTrends::Statuses => post(item, rank),
            MastodonTrends::Links => page(item, rank),
        };
        match item {
            Some(item) => shown.push(item),
            None => reading.skipped.add(u64::from(rank), "it has no name, no words, or is marked as sensitive"),
        }
    }
    if more > 0 {
        reading.skipped.add(list.len() as u64 + 1, format!("{more} more"));
    }
    reading.snapshots.push(Snapshot { at: now, items: shown });
    Ok(reading)
}

fn summed(item: &Value, key: &str) -> Option<u64> {
    let days = item.get("history").and_then(Value::as_array)?;
    let counts = days.iter().take(DAYS).filter_map(|day| number(day, key)).collect::<Vec<_>>();
    (!counts.is_empty()).then(|| counts.into_iter().fold(0, u64::saturating_add))
}

fn tag(item: &Value, rank: u32) -> Option<Sighted> {
    let tag = plain(item, "name", 100);
    let tag = tag.trim_start_matches('#');
    (!tag.is_empty()).then(|| Sighted {
        id: Some(tag.to_lowercase()),
        title: format!("#{tag}"),
        link: link::usable(words(item, "url"), None),
        rank: Some(rank),
        count: summed(item, "accounts"),
        secondary: summed(item, "uses"),
        kind: TopicKind::Hashtag,
        ..Sighted::default()
    })
}

fn post(item: &Value, rank: u32) -> Option<Sighted> {
    if item.get("sensitive").and_then(Value::as_bool).unwrap_or(false) {
        return None;
    }
    let title = plain(item, "content", POST);
    let tags = item.get("tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let tags = tags.iter().filter_map(|tag| tag.get("name").cloned()).collect::<Vec<_>>();
    let boosts = number(item, "reblogs_count").unwrap_or(0);
    (!title.is_empty()).then(|| Sighted {
        id: item.get("uri").or_else(|| item.get("id")).and_then(name),
        title,
        summary: plain(item, "content", SUMMARY_MAX),
        link: link::usable(words(item, "url"), None),
        published: item.get("created_at").and_then(time),
        rank: Some(rank),
        count: Some(boosts.saturating_add(number(item, "favourites_count").unwrap_or(0))),
        secondary: number(item, "replies_count"),
        author: item.get("account").and_then(|account| author(account, "acct")),
        language: language::declared(words(item, "language")),
        tags: super::tags(&tags),
        ..Sighted::default()
    })
}

fn page(item: &Value, rank: u32) -> Option<Sighted> {
    let title = plain(item, "title", TITLE_MAX);
    (!title.is_empty()).then(|| Sighted {
        id: item.get("url").and_then(name),
        title,
        summary: plain(item, "description", SUMMARY_MAX),
        link: link::usable(words(item, "url"), None),
        published: item.get("published_at").and_then(time),
        rank: Some(rank),
        count: summed(item, "accounts"),
        secondary: summed(item, "uses"),
        author: author(item, "author_name").or_else(|| author(item, "provider_name")),
        language: language::declared(words(item, "language")),
        ..Sighted::default()
    })
}
