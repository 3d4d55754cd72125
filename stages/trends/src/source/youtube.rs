//! `YouTube`'s chart `mostPopular`: since 2025-07-21 what rises in music, movies and gaming, and nothing else. Its order is
//! no ranking of speed; speed is told from the views. One unit of the key's daily quota for each page.

use jiff::Timestamp;
use reelpress_config::{Feed, FeedKind};
use reelpress_web::{Validators, without_secrets};
use serde_json::Value;
use url::Url;

use super::value::{author, number, parse, parse_bytes, plain, time, words, wrong};
use crate::error::TrendsError;
use crate::fetch::{Asked, Body, Fetched, Fetcher, Part};
use crate::language;
use crate::read::{ITEMS_A_POLL, Reading, Sighted, Snapshot};
use crate::text::TITLE_MAX;

const EXPECTED: &str = "YouTube's list of videos";
/// Of a description, this much is of use.
const DESCRIPTION: usize = 600;

pub(super) async fn fetch(fetcher: &Fetcher, asked: &Asked<'_>, base: &Url) -> Result<Fetched, TrendsError> {
    let FeedKind::YouTube { key, region, category, pages, units_a_day } = &asked.feed.kind else {
        return Ok(Fetched::Body(Body::default()));
    };
    let key = key.as_ref().map_or("", |key| key.reveal());
    let account = blake3::hash(key.as_bytes()).to_hex().to_string();
    let (mut whole, mut next) = (Body::default(), String::new());
    for page in 0..*pages {
        fetcher.keeps.spend(&account, *units_a_day, asked.now).map_err(|(used, wait)| TrendsError::Spent {
            feed: asked.feed.name.clone(),
            place: without_secrets(base),
            used,
            most: *units_a_day,
            wait: wait.try_into().unwrap_or_default(),
        })?;
        let mut url = base.clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("part", "snippet,statistics").append_pair("chart", "mostPopular");
            query.append_pair("regionCode", region).append_pair("maxResults", "50");
            if *category > 0 {
                query.append_pair("videoCategoryId", &category.to_string());
            }
            if page > 0 {
                query.append_pair("pageToken", &next);
            }
            query.append_pair("key", key);
        }
        // Pages change together: the first one's validators stand for all.
        let nothing = Validators::default();
        let of_page = Asked { validators: if page == 0 { asked.validators } else { &nothing }, ..*asked };
        match of_page.get(fetcher, &of_page.ask(&url)).await? {
            not_modified @ Fetched::NotModified { .. } => return Ok(not_modified),
            Fetched::Body(mut body) => {
                next = body.parts.first().map(|part| token(asked.feed, part)).transpose()?.unwrap_or_default();
                if page == 0 {
                    (whole.validators, whole.fresh_for) = (body.validators, body.fresh_for);
                }
                whole.parts.append(&mut body.parts);
            }
        }
        if next.is_empty() {
            break;
        }
    }
    Ok(Fetched::Body(whole))
}

fn token(feed: &Feed, part: &Part) -> Result<String, TrendsError> {
    Ok(words(&parse(feed, part, EXPECTED)?, "nextPageToken").chars().take(200).collect())
}

/// The reason that Google gives with a refusal, such as `quotaExceeded`: after a comma, or nothing.
pub(super) fn reason(said: &str) -> String {
    let reason = serde_json::from_str::<Value>(said).ok().and_then(|said| {
        let error = said.get("error")?;
        let first = error.get("errors").and_then(|errors| errors.get(0)).map(|error| words(error, "reason"));
        let reason = first.filter(|reason| !reason.is_empty()).unwrap_or(words(error, "status"));
        reason.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then(|| reason.chars().take(60).collect())
    });
    reason.filter(|reason: &String| !reason.is_empty()).map_or_else(String::new, |reason| format!(", {reason}"))
}

pub(super) fn read(feed: &Feed, parts: &[Part], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let mut videos = Vec::new();
    for part in parts {
        let document = parse_bytes(feed, &part.bytes, EXPECTED)?;
        let Some(list) = document.get("items").and_then(Value::as_array) else {
            return Err(wrong(feed, &part.bytes, EXPECTED, "there are no `items` in it"));
        };
        for item in list {
            let place = videos.len() as u64 + reading.skipped.count + 1;
            if videos.len() >= ITEMS_A_POLL {
                reading.skipped.add(place, format!("more than {ITEMS_A_POLL} videos"));
            } else if let Some(video) = video(item, videos.len() as u32 + 1) {
                videos.push(video);
            } else {
                reading.skipped.add(place, "the video has no id or no title");
            }
        }
    }
    reading.snapshots.push(Snapshot { at: now, items: videos });
    Ok(reading)
}

fn video(item: &Value, rank: u32) -> Option<Sighted> {
    let id = words(item, "id");
    let is_id = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let (about, counts) = (item.get("snippet")?, item.get("statistics").unwrap_or(&Value::Null));
    let title = plain(about, "title", TITLE_MAX);
    let language =
        ["defaultAudioLanguage", "defaultLanguage"].iter().find_map(|key| language::declared(words(about, key)));
    (is_id && !title.is_empty()).then(|| Sighted {
        id: Some(id.to_owned()),
        title,
        summary: plain(about, "description", DESCRIPTION),
        link: Url::parse_with_params("https://www.youtube.com/watch", [("v", id)]).ok(),
        published: about.get("publishedAt").and_then(time),
        rank: Some(rank),
        count: number(counts, "viewCount"),
        secondary: number(counts, "commentCount"),
        author: author(about, "channelTitle"),
        tags: super::tags(about.get("tags").and_then(Value::as_array).map_or(&[], Vec::as_slice)),
        language,
        ..Sighted::default()
    })
}
