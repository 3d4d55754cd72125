//! Wikimedia's most viewed pages of a day. The list of a day comes during the next one, sometimes later: until it is there
//! (404) the day before it is the newest.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use reelpress_config::Feed;
use reelpress_web::Validators;
use serde_json::Value;
use url::Url;

use super::value::{items, number, parse, words};
use crate::error::TrendsError;
use crate::fetch::{Asked, Body, Fetched, Fetcher, Part};
use crate::read::{Reading, Sighted, Snapshot};
use crate::text::{self, TITLE_MAX};

mod names;

const EXPECTED: &str = "Wikimedia's list of a day's pages";
/// How many days are tried, yesterday first.
const DAYS: i32 = 3;

pub(super) async fn fetch(
    fetcher: &Fetcher,
    asked: &Asked<'_>,
    base: &Url,
    project: &str,
    access: &str,
) -> Result<Fetched, TrendsError> {
    let today = asked.now.to_zoned(TimeZone::UTC).date();
    // Each day has an address of its own, so nothing is known of it; the body's hash tells whether it is news.
    let asked = Asked { validators: &Validators::default(), ..*asked };
    for back in 1..=DAYS {
        let Ok(day) = today.checked_sub(back.days()) else { break };
        let (year, month, date) = (day.year().to_string(), format!("{:02}", day.month()), format!("{:02}", day.day()));
        let Some(url) = super::below(base, &[project, access, &year, &month, &date]) else { break };
        match asked.get(fetcher, &asked.ask(&url)).await {
            Err(TrendsError::Status { status: 404, .. }) => {}
            got => return got,
        }
    }
    // Not yet there is no fault: nothing is learned, nothing forgotten.
    Ok(Fetched::Body(Body::default()))
}

pub(super) fn read(feed: &Feed, project: &str, parts: &[Part], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut reading = Reading::default();
    let Some(part) = parts.first() else { return Ok(reading) };
    let document = parse(feed, part, EXPECTED)?;
    let day = document.get("items").and_then(|days| days.get(0));
    let Some(articles) = day.and_then(|day| day.get("articles")).and_then(Value::as_array) else {
        return Err(super::value::wrong(feed, &part.bytes, EXPECTED, "there are no `items[0].articles` in it"));
    };
    let (articles, more) = items(articles);
    let mut pages = Vec::new();
    for (place, article) in articles.iter().enumerate() {
        let name = words(article, "article");
        if name.is_empty() {
            reading.skipped.add(place as u64 + 1, "the page has no name");
        } else if !names::is_about_the_wiki(name) {
            // The list's own ranks count the pages that were left out.
            let rank = pages.len() as u32 + 1;
            pages.extend(page(project, name, article, rank));
        }
    }
    if more > 0 {
        reading.skipped.add(articles.len() as u64 + 1, format!("{more} more pages"));
    }
    reading.snapshots.push(Snapshot { at: now, items: pages });
    Ok(reading)
}

fn page(project: &str, name: &str, article: &Value, rank: u32) -> Option<Sighted> {
    let title = text::plain(&name.replace('_', " "), TITLE_MAX);
    let link = Url::parse(&format!("https://{project}.org/wiki/")).ok().and_then(|base| {
        let mut link = base;
        link.path_segments_mut().ok()?.pop_if_empty().push(name);
        Some(link)
    });
    (!title.is_empty()).then(|| Sighted {
        id: Some(format!("{project}/{}", name.chars().take(255).collect::<String>())),
        title,
        link,
        rank: Some(rank),
        count: number(article, "views"),
        language: project.split('.').next().and_then(crate::language::declared),
        ..Sighted::default()
    })
}
