//! `kind` of `[[feeds]]` and the keys that go with it.

use std::time::Duration;

use url::Url;

use super::super::secrets::secret;
use super::super::table::Table;
use super::super::value::Value;
use crate::defaults::FEED_EVERY;
use crate::secret::Secret;
use crate::settings::{
    BlueskyList, FeedFormat, FeedKind, FeedPlace, FeedShows, HackerNewsList, JsonMap, MastodonTrends, RedditListing,
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// The words of `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Document(FeedFormat),
    Json,
    GoogleTrends,
    Wikimedia,
    YouTube,
    HackerNews,
    Mastodon,
    Bluesky,
    Reddit,
    OwnResults,
}

pub(super) const WORDS: [(&str, Word); 12] = [
    ("rss", Word::Document(FeedFormat::Syndication)),
    ("ndjson", Word::Document(FeedFormat::Ndjson)),
    ("csv", Word::Document(FeedFormat::Csv)),
    ("json", Word::Json),
    ("google-trends", Word::GoogleTrends),
    ("wikimedia", Word::Wikimedia),
    ("youtube", Word::YouTube),
    ("hacker-news", Word::HackerNews),
    ("mastodon", Word::Mastodon),
    ("bluesky", Word::Bluesky),
    ("reddit", Word::Reddit),
    ("own-results", Word::OwnResults),
];

const SHOWS: [(&str, FeedShows); 4] = [
    ("topics", FeedShows::Topics),
    ("hashtags", FeedShows::Hashtags),
    ("sounds", FeedShows::Sounds),
    ("formats", FeedShows::Formats),
];
const NEWS: [(&str, HackerNewsList); 3] =
    [("top", HackerNewsList::Top), ("new", HackerNewsList::New), ("best", HackerNewsList::Best)];
const TOOTS: [(&str, MastodonTrends); 3] =
    [("tags", MastodonTrends::Tags), ("statuses", MastodonTrends::Statuses), ("links", MastodonTrends::Links)];
const SKIES: [(&str, BlueskyList); 2] = [("trends", BlueskyList::Trends), ("topics", BlueskyList::Topics)];
const LISTINGS: [(&str, RedditListing); 4] = [
    ("hot", RedditListing::Hot),
    ("rising", RedditListing::Rising),
    ("new", RedditListing::New),
    ("top", RedditListing::Top),
];
const ACCESS: [(&str, &str); 4] =
    [("all-access", "all-access"), ("desktop", "desktop"), ("mobile-web", "mobile-web"), ("mobile-app", "mobile-app")];

impl Word {
    /// Where the service is, if it is at one place for all.
    pub(super) fn home(self) -> Option<Url> {
        let home = match self {
            Self::GoogleTrends => "https://trends.google.com/trending/rss",
            Self::Wikimedia => "https://wikimedia.org/api/rest_v1/metrics/pageviews/top",
            Self::YouTube => "https://www.googleapis.com/youtube/v3/videos",
            Self::HackerNews => "https://hacker-news.firebaseio.com/v0",
            Self::Bluesky => "https://public.api.bsky.app/xrpc",
            Self::Reddit => "https://oauth.reddit.com",
            Self::Document(_) | Self::Json | Self::Mastodon | Self::OwnResults => return None,
        };
        home.parse().ok()
    }

    /// How often it is read if the file does not say, and the least there may be between two reads of others' servers:
    /// what each service asks for, or renews its list at.
    pub(super) fn every(self) -> (Duration, Duration) {
        match self {
            Self::Document(_) | Self::Json | Self::OwnResults => (FEED_EVERY, Duration::from_secs(10)),
            Self::GoogleTrends => (30 * MINUTE, 10 * MINUTE),
            Self::Wikimedia => (180 * MINUTE, 60 * MINUTE),
            Self::YouTube => (60 * MINUTE, 10 * MINUTE),
            Self::HackerNews | Self::Reddit => (10 * MINUTE, 2 * MINUTE),
            Self::Mastodon | Self::Bluesky => (15 * MINUTE, 5 * MINUTE),
        }
    }

    /// Longest time between two reads.
    pub(super) const LONGEST: Duration = Duration::from_secs(30 * DAY.as_secs());
}

/// Reads the keys of a kind. `None` if one that must be there is missing or wrong; then there is a problem already.
pub(super) fn kind(table: &mut Table<'_, '_>, word: Word, place: Option<&FeedPlace>) -> Option<FeedKind> {
    let needs_keys = !matches!(place, Some(FeedPlace::File(_)));
    match word {
        Word::Document(_) => Some(FeedKind::Document),
        Word::OwnResults => Some(FeedKind::OwnResults),
        Word::Json => json(table).map(FeedKind::Json),
        Word::GoogleTrends => {
            let geo = table.required("geo", "such as \"US\"").and_then(|value| geo(&value, true));
            Some(FeedKind::GoogleTrends { geo: geo? })
        }
        Word::Wikimedia => {
            let project = table.required("project", "such as \"en.wikipedia\"").and_then(|value| project(&value));
            let access = table.value("access").and_then(|value| value.choice(&ACCESS)).unwrap_or("all-access");
            Some(FeedKind::Wikimedia { project: project?, access: access.to_owned() })
        }
        Word::YouTube => youtube(table, needs_keys),
        Word::HackerNews => {
            let list = table.value("list").and_then(|value| value.choice(&NEWS)).unwrap_or(HackerNewsList::Top);
            Some(FeedKind::HackerNews { list, take: table.whole("take", 60, 1..=200) })
        }
        Word::Mastodon => {
            let trends = table.value("list").and_then(|value| value.choice(&TOOTS)).unwrap_or(MastodonTrends::Tags);
            Some(FeedKind::Mastodon { trends })
        }
        Word::Bluesky => {
            let list = table.value("list").and_then(|value| value.choice(&SKIES)).unwrap_or(BlueskyList::Trends);
            Some(FeedKind::Bluesky { list })
        }
        Word::Reddit => reddit(table, needs_keys),
    }
}

/// What a document's lines are.
pub(super) fn shows(table: &mut Table<'_, '_>, word: Word) -> FeedShows {
    match word {
        Word::Document(_) | Word::Json => {
            table.value("shows").and_then(|value| value.choice(&SHOWS)).unwrap_or_default()
        }
        Word::Mastodon
        | Word::GoogleTrends
        | Word::Wikimedia
        | Word::YouTube
        | Word::HackerNews
        | Word::Bluesky
        | Word::Reddit
        | Word::OwnResults => FeedShows::Topics,
    }
}

fn youtube(table: &mut Table<'_, '_>, needs_key: bool) -> Option<FeedKind> {
    let key = key(table, "key", "an API key: `{ env = \"YOUTUBE_KEY\" }`", needs_key);
    let region = table.required("region", "such as \"US\"").and_then(|value| geo(&value, false));
    let category = table.whole("category", 0, 0..=99);
    let pages = table.whole("pages", 1, 1..=4);
    let units_a_day = table.whole("units_a_day", 2_000, 1..=1_000_000);
    Some(FeedKind::YouTube { key, region: region?, category, pages, units_a_day })
}

fn reddit(table: &mut Table<'_, '_>, needs_keys: bool) -> Option<FeedKind> {
    let subreddit = table.required("subreddit", "without `r/`").and_then(|value| {
        let text = value.word()?;
        let is_name = (2..=21).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            value.refuse("be a subreddit's name: 2 to 21 letters, digits or `_`, without `r/`", None);
        }
        is_name.then_some(text)
    });
    let listing = table.value("list").and_then(|value| value.choice(&LISTINGS)).unwrap_or(RedditListing::Rising);
    let client_id = key(table, "client_id", "of an app that Reddit approved: `{ env = \"NAME\" }`", needs_keys);
    let client_secret = key(table, "client_secret", "of the same app: `{ env = \"NAME\" }`", needs_keys);
    Some(FeedKind::Reddit { subreddit: subreddit?, listing, client_id, client_secret })
}

/// A secret that must be there, unless the feed is a file. What is missing or wrong is a problem by then, and a file with a
/// problem gives no settings.
fn key(table: &mut Table<'_, '_>, name: &'static str, hint: &str, needed: bool) -> Option<Secret> {
    let value = if needed { table.required(name, hint) } else { table.value(name) };
    value.and_then(|value| secret(&value))
}

fn geo(value: &Value<'_, '_>, parts: bool) -> Option<String> {
    const COUNTRY: &str = "be a country's two upper-case letters, such as \"US\"";
    let text = value.word()?;
    let (country, part) = text.split_once('-').map_or((text.as_str(), None), |(country, part)| (country, Some(part)));
    let is_part =
        |part: &str| parts && (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_geo = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) && part.is_none_or(is_part);
    if !is_geo {
        value.refuse(COUNTRY, None);
    }
    is_geo.then_some(text)
}

fn project(value: &Value<'_, '_>) -> Option<String> {
    let text = value.word()?;
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let is_project = text.len() <= 60 && text.split_once('.').is_some_and(|(one, two)| is_part(one) && is_part(two));
    if !is_project {
        value.refuse("be a project such as \"en.wikipedia\" or \"de.wikipedia\"", None);
    }
    is_project.then_some(text)
}

fn json(table: &mut Table<'_, '_>) -> Option<JsonMap> {
    let name = table.name().to_owned();
    let read = table.optional_section("map", |map| {
        let path = |value: Value<'_, '_>| {
            let text = value.word()?;
            if !text.starts_with('$') || text.len() > 500 {
                value.refuse("be a JSONPath of at most 500 characters, starting with `$`", Some("\"$.title\""));
                return None;
            }
            Some(text)
        };
        let items = map.required("items", "from the document to its items: \"$.list[*]\"").and_then(path);
        let title = map.required("title", "from an item to its title: \"$.title\"").and_then(path);
        let mut other = |key| map.value(key).and_then(path);
        Some(JsonMap {
            id: other("id"),
            url: other("url"),
            count: other("count"),
            rank: other("rank"),
            published: other("published"),
            summary: other("summary"),
            author: other("author"),
            items: items?,
            title: title?,
        })
    });
    if read.is_none() {
        let hint = "say where things are: `map = { items = \"$.list[*]\", title = \"$.title\" }`";
        table.report_here(format!("`{name}.map` is missing"), Some(hint));
    }
    read.flatten()
}

/// The word for a kind in the file; `None` for a document, whose format says it.
pub(crate) fn show_kind(kind: &FeedKind) -> Option<&'static str> {
    let word = match kind {
        FeedKind::Document => return None,
        FeedKind::Json(_) => Word::Json,
        FeedKind::GoogleTrends { .. } => Word::GoogleTrends,
        FeedKind::Wikimedia { .. } => Word::Wikimedia,
        FeedKind::YouTube { .. } => Word::YouTube,
        FeedKind::HackerNews { .. } => Word::HackerNews,
        FeedKind::Mastodon { .. } => Word::Mastodon,
        FeedKind::Bluesky { .. } => Word::Bluesky,
        FeedKind::Reddit { .. } => Word::Reddit,
        FeedKind::OwnResults => Word::OwnResults,
    };
    Some(shown(&WORDS, word))
}

pub(crate) fn show_shows(shows: FeedShows) -> &'static str {
    shown(&SHOWS, shows)
}

/// The word for the list of a kind that has several.
pub(crate) fn show_list(kind: &FeedKind) -> Option<&'static str> {
    match kind {
        FeedKind::HackerNews { list, .. } => Some(shown(&NEWS, *list)),
        FeedKind::Mastodon { trends } => Some(shown(&TOOTS, *trends)),
        FeedKind::Bluesky { list } => Some(shown(&SKIES, *list)),
        FeedKind::Reddit { listing, .. } => Some(shown(&LISTINGS, *listing)),
        FeedKind::Document
        | FeedKind::Json(_)
        | FeedKind::GoogleTrends { .. }
        | FeedKind::Wikimedia { .. }
        | FeedKind::YouTube { .. }
        | FeedKind::OwnResults => None,
    }
}

fn shown<T: Copy + PartialEq>(words: &[(&'static str, T)], wanted: T) -> &'static str {
    words.iter().find(|(_, one)| *one == wanted).map_or("", |(word, _)| word)
}
