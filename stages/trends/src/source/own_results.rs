//! What own posts did: CSV or NDJSON, a line for each look at a post. Not a trend: it shows which of our own ways to make a
//! video work.

use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, Trends};
use serde::Serialize;
use serde_json::{Map, Value};

use super::value::{count, time};
use crate::error::TrendsError;
use crate::fetch::{Fetched, Fetcher, Validators};
use crate::read::{self, Reading, Skipped};
use crate::text;

const EXPECTED: &str = "results of own posts: CSV with a column `post_id`, or such objects a line";
/// Most lines read of one file.
const LINES: usize = 100_000;

/// What one post showed at one time. Numbers that the platform does not give are `None`, never 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OwnResult {
    /// The platform's id of the post; never empty.
    pub post: String,
    /// Our id of the item it was made from, where the file has it.
    pub item: Option<String>,
    /// Our name of the account.
    pub account: Option<String>,
    /// Where it was posted.
    pub platform: Option<String>,
    /// When it was posted.
    pub published: Option<Timestamp>,
    /// When these numbers were read.
    pub at: Timestamp,
    /// Views.
    pub views: Option<u64>,
    /// Likes.
    pub likes: Option<u64>,
    /// Comments.
    pub comments: Option<u64>,
    /// Shares.
    pub shares: Option<u64>,
    /// Mean part of the video that was watched, 1 for all of it; above 1 where people watch again.
    pub watch_through: Option<f64>,
}

/// What a file of results holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnResults {
    /// In the order of the file.
    pub results: Vec<OwnResult>,
    /// Lines that could not be used.
    pub skipped: Skipped,
}

impl OwnResults {
    /// Reads the results that a feed of the kind `own-results` leads to: a file, a folder or an address.
    ///
    /// # Errors
    /// Any of [`TrendsError`] that names a feed, or [`TrendsError::Client`].
    pub async fn fetch(feed: &Feed, trends: &Trends, now: Timestamp) -> Result<Self, TrendsError> {
        let got = Fetcher::new()?.fetch(feed, trends, &Validators::default(), now).await?;
        let Fetched::Body(body) = got else { return Ok(Self::default()) };
        let (feed, limit) = (feed.clone(), trends.max_bytes);
        let reading = tokio::task::spawn_blocking(move || super::read(&feed, &body.parts, now, limit)).await;
        let reading = reading.unwrap_or_else(|_| Ok(Reading::default()))?;
        Ok(Self { results: reading.results, skipped: reading.skipped })
    }
}

pub(super) fn read(feed: &Feed, bytes: &[u8]) -> Result<Reading, TrendsError> {
    let OwnResults { results, skipped } =
        read_own_results(bytes, feed.format).map_err(|message| read::format_error(feed, EXPECTED, message))?;
    Ok(Reading { results, skipped, ..Reading::default() })
}

/// Reads a file of results. Columns (or keys) `post_id` and `at` must be there, others may: `item`, `account`, `platform`,
/// `published`, `views`, `likes`, `comments`, `shares`, `watch_through` (a part, or a number with `%`).
///
/// # Errors
/// A CSV without a usable header line, with the reason; a line that cannot be used is counted instead.
pub fn read_own_results(bytes: &[u8], format: FeedFormat) -> Result<OwnResults, String> {
    let text = reelpress_web::decode(bytes, None);
    match format {
        FeedFormat::Csv => from_csv(&text),
        FeedFormat::Ndjson | FeedFormat::Syndication => Ok(from_lines(&text)),
    }
}

fn from_lines(text: &str) -> OwnResults {
    let mut found = OwnResults::default();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = at as u64 + 1;
        match serde_json::from_str::<Map<String, Value>>(line) {
            Ok(fields) => found.add(number, &fields),
            Err(error) => found.skipped.add(number, error.to_string()),
        }
    }
    found
}

fn from_csv(text: &str) -> Result<OwnResults, String> {
    let mut lines = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = lines.headers().map_err(|error| error.to_string())?;
    let names = header.iter().map(str::to_ascii_lowercase).collect::<Vec<_>>();
    if !names.iter().any(|name| is_post(name)) {
        return Err(format!("the header is `{}`", text::plain(&names.join(", "), 100)));
    }
    let mut found = OwnResults::default();
    for record in lines.records() {
        match record {
            Ok(record) => {
                let number = record.position().map_or(0, csv::Position::line);
                let fields = names.iter().cloned().zip(record.iter().map(|field| Value::String(field.to_owned())));
                found.add(number, &fields.collect());
            }
            Err(error) => found.skipped.add(error.position().map_or(0, csv::Position::line), error.to_string()),
        }
    }
    Ok(found)
}

fn is_post(name: &str) -> bool {
    matches!(name, "post_id" | "post" | "id")
}

impl OwnResults {
    fn add(&mut self, line: u64, fields: &Map<String, Value>) {
        if self.results.len() >= LINES {
            self.skipped.add(line, format!("more than {LINES} lines"));
            return;
        }
        match result(fields) {
            Ok(result) => self.results.push(result),
            Err(why) => self.skipped.add(line, why),
        }
    }
}

fn result(fields: &Map<String, Value>) -> Result<OwnResult, &'static str> {
    let words = |key: &str| {
        let text = match fields.get(key)? {
            Value::String(text) => text::plain(text, 200),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    };
    let number = |key: &str| fields.get(key).and_then(count);
    let post = words("post_id").or_else(|| words("post")).or_else(|| words("id")).ok_or("there is no `post_id`")?;
    Ok(OwnResult {
        post,
        at: fields.get("at").and_then(time).ok_or("`at` is not a time")?,
        item: words("item"),
        account: words("account"),
        platform: words("platform").map(|platform| platform.to_lowercase()),
        published: fields.get("published").and_then(time),
        views: number("views"),
        likes: number("likes"),
        comments: number("comments"),
        shares: number("shares"),
        watch_through: words("watch_through").as_deref().and_then(part),
    })
}

/// `0.63`, `63%` and `63` are the same: nobody watches a video more than ten times in the mean.
fn part(text: &str) -> Option<f64> {
    let (number, percent) = match text.strip_suffix('%') {
        Some(number) => (number.trim(), true),
        None => (text, false),
    };
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0)?;
    let part = if percent || number > 10.0 { number / 100.0 } else { number };
    (part <= 10.0).then_some(part)
}
