//! Reddit, by its approved OAuth and in no other way: an app's own token, the published allowance, and nothing kept of what
//! was deleted there. Text of posts is not read, only titles and numbers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedKind, RedditListing};
use reelpress_web::{Ask, Form, Got, Validators};
use serde_json::Value;
use url::Url;

use super::value::{author, items, number, parse, parse_bytes, plain, time, words, wrong};
use crate::error::TrendsError;
use crate::fetch::{Asked, Body, Fetched, Fetcher, Part, failed};
use crate::link;
use crate::read::{Reading, Sighted, Snapshot};
use crate::text::TITLE_MAX;

const EXPECTED: &str = "a listing of Reddit";
/// A token is renewed this long before it ends.
const EARLY: SignedDuration = SignedDuration::from_mins(1);

pub(super) async fn fetch(fetcher: &Fetcher, asked: &Asked<'_>, base: &Url) -> Result<Fetched, TrendsError> {
    let FeedKind::Reddit { subreddit, listing, client_id, client_secret } = &asked.feed.kind else {
        return Ok(Fetched::Body(Body::default()));
    };
    let denied = |status| TrendsError::Denied {
        feed: asked.feed.name.clone(),
        place: reelpress_web::without_secrets(base),
        status,
        said: String::new(),
        retry_after: None,
    };
    let (Some(id), Some(secret)) = (client_id, client_secret) else { return Err(denied(401)) };
    let token = token(fetcher, asked, base, id.reveal(), secret.reveal()).await?;
    let sort = match listing {
        RedditListing::Hot => "hot",
        RedditListing::Rising => "rising",
        RedditListing::New => "new",
        RedditListing::Top => "top",
    };
    let Some(mut url) = super::below(base, &["r", subreddit, sort]) else { return Err(denied(404)) };
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", "100").append_pair("raw_json", "1");
        if *listing == RedditListing::Top {
            query.append_pair("t", "day");
        }
    }
    let headers = [("authorization", format!("Bearer {token}"))];
    let got = asked.get(fetcher, &Ask { headers: &headers, ..asked.ask(&url) }).await;
    if matches!(got, Err(TrendsError::Denied { status: 401, .. })) {
        fetcher.keeps.forget_token(id.reveal());
    }
    got
}

/// The app's token, kept until just before it ends.
async fn token(
    fetcher: &Fetcher,
    asked: &Asked<'_>,
    base: &Url,
    id: &str,
    secret: &str,
) -> Result<String, TrendsError> {
    if let Some(token) = fetcher.keeps.token(id, asked.now) {
        return Ok(token);
    }
    let mut home = base.clone();
    if base.host_str() == Some("oauth.reddit.com") && home.set_host(Some("www.reddit.com")).is_err() {
        home = base.clone();
    }
    let place = super::below(&home, &["api", "v1", "access_token"]).unwrap_or(home);
    let headers = [("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))];
    let form: Form = vec![("grant_type", "client_credentials".to_owned())];
    let nothing = Validators::default();
    let ask = Ask { validators: &nothing, headers: &headers, form: Some(&form), ..asked.ask(&place) };
    let got = fetcher.web.get(&ask).await.map_err(|error| failed(asked.feed, error))?;
    let Got::Page(page) = got else { return Ok(String::new()) };
    let answer = parse_bytes(asked.feed, &page.bytes, "Reddit's answer to an app")?;
    let token = words(&answer, "access_token");
    if token.is_empty() || token.len() > 4_096 {
        return Err(TrendsError::Denied {
            feed: asked.feed.name.clone(),
            place: reelpress_web::without_secrets(&place),
            status: 200,
            said: ", there is no token in the answer".to_owned(),
            retry_after: None,
        });
    }
    let lasts = SignedDuration::from_secs(number(&answer, "expires_in").unwrap_or(600).min(86_400) as i64);
    let until = asked.now.checked_add(lasts.saturating_sub(EARLY)).unwrap_or(asked.now);
    fetcher.keeps.keep_token(id, token.to_owned(), until);
    Ok(token.to_owned())
}

pub(super) fn read(feed: &Feed, parts: &[Part], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let Some(part) = parts.first() else { return Ok(reading) };
    let document = parse(feed, part, EXPECTED)?;
    let children = document.get("data").and_then(|data| data.get("children")).and_then(Value::as_array);
    let Some(children) = children else {
        return Err(wrong(feed, &part.bytes, EXPECTED, "there is no `data.children`"));
    };
    let (children, more) = items(children);
    let mut posts = Vec::new();
    for (place, child) in children.iter().enumerate() {
        let Some(data) = child.get("data").filter(|_| words(child, "kind") == "t3") else {
            reading.skipped.add(place as u64 + 1, "it is no post");
            continue;
        };
        if is_gone(data) {
            let name = words(data, "name");
            reading.gone.extend((!name.is_empty()).then(|| name.chars().take(100).collect::<String>()));
        } else if !says(data, "stickied") && !says(data, "over_18") {
            posts.extend(post(data, posts.len() as u32 + 1));
        }
    }
    if more > 0 {
        reading.skipped.add(children.len() as u64 + 1, format!("{more} more posts"));
    }
    reading.snapshots.push(Snapshot { at: now, items: posts });
    Ok(reading)
}

fn says(post: &Value, key: &str) -> bool {
    post.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Deleted by its author, or removed by somebody.
fn is_gone(post: &Value) -> bool {
    words(post, "author") == "[deleted]"
        || matches!(words(post, "selftext"), "[removed]" | "[deleted]")
        || post.get("removed_by_category").is_some_and(|by| !by.is_null())
}

fn post(post: &Value, rank: u32) -> Option<Sighted> {
    let title = plain(post, "title", TITLE_MAX);
    let (name, permalink) = (words(post, "name"), words(post, "permalink"));
    let home = Url::parse("https://www.reddit.com").ok();
    (!title.is_empty() && !name.is_empty()).then(|| Sighted {
        id: Some(name.chars().take(100).collect()),
        title,
        link: link::usable(words(post, "url"), home.as_ref()).or_else(|| link::usable(permalink, home.as_ref())),
        published: post.get("created_utc").and_then(time),
        rank: Some(rank),
        count: number(post, "score"),
        secondary: number(post, "num_comments"),
        author: author(post, "author"),
        ..Sighted::default()
    })
}
