//! What the fuzz targets and the test of their corpora call: bytes in, and what must hold of whatever comes out.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use reelpress_config::{
    BlueskyList, Feed, FeedFormat, FeedKind, FeedPlace, HackerNewsList, JsonMap, MastodonTrends, Name, RedditListing,
    Secret,
};

use crate::fetch::Part;
use crate::read::{ITEMS_A_POLL, Reading};
use crate::source;
use crate::text::{SUMMARY_MAX, TITLE_MAX};

/// Largest body handed in, and largest after decompression.
const BYTES: u64 = 1 << 20;

/// Which reader is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// RSS, Atom, JSON Feed.
    Syndication,
    /// JSON by a map; the first two lines are the paths to the items and to a title.
    JsonMap,
    /// A table.
    Csv,
    /// One poll a line.
    Ndjson,
    /// Google Trends' RSS.
    GoogleTrends,
    /// Every service that answers in JSON.
    Services,
    /// Results of own posts, in both formats.
    OwnResults,
}

impl Target {
    /// All of them, each with the name of its folder of examples.
    pub const ALL: [(&str, Self); 7] = [
        ("syndication", Self::Syndication),
        ("json_map", Self::JsonMap),
        ("csv", Self::Csv),
        ("ndjson", Self::Ndjson),
        ("google_trends", Self::GoogleTrends),
        ("services", Self::Services),
        ("own_results", Self::OwnResults),
    ];
}

/// Reads bytes as a target and checks what came of it. An error is a fine answer.
///
/// # Panics
/// If what was read breaks a promise of the readers; that is what is looked for.
pub fn check(target: Target, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(BYTES as usize)];
    match target {
        Target::Syndication => read(FeedKind::Document, FeedFormat::Syndication, bytes),
        Target::Csv => read(FeedKind::Document, FeedFormat::Csv, bytes),
        Target::Ndjson => read(FeedKind::Document, FeedFormat::Ndjson, bytes),
        Target::GoogleTrends => {
            read(FeedKind::GoogleTrends { geo: "US".to_owned() }, FeedFormat::Syndication, bytes);
        }
        Target::JsonMap => json(bytes),
        Target::Services => services(bytes),
        Target::OwnResults => {
            read(FeedKind::OwnResults, FeedFormat::Csv, bytes);
            read(FeedKind::OwnResults, FeedFormat::Ndjson, bytes);
        }
    }
}

fn json(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut path = || parts.next().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default();
    let (items, title) = (path(), path());
    // Two steps down into everything cost the square of a document; an operator writes the path, not the feed.
    if items.matches("..").count() + title.matches("..").count() > 1 || items.len() + title.len() > 500 {
        return;
    }
    let some = |path: &str| Some(path.to_owned());
    let map = JsonMap {
        items,
        id: some("$.id"),
        url: some("$.url"),
        count: some("$.count"),
        rank: some("$.rank"),
        published: some("$.at"),
        summary: Some(title.clone()),
        author: some("$.by"),
        title,
    };
    read(FeedKind::Json(map), FeedFormat::Syndication, parts.next().unwrap_or_default());
}

fn services(bytes: &[u8]) {
    for kind in all_kinds().into_iter().filter(is_json_service) {
        read(kind, FeedFormat::Syndication, bytes);
    }
}

/// Every kind of source with every list that it has: the one list for all who hold the kinds to the same.
pub(crate) fn all_kinds() -> Vec<FeedKind> {
    let map = JsonMap { items: "$.items[*]".to_owned(), title: "$.title".to_owned(), ..JsonMap::default() };
    let mastodon = |trends| FeedKind::Mastodon { trends };
    let secret = |text: &str| Some(Secret::new(text.to_owned()));
    vec![
        FeedKind::Document,
        FeedKind::Json(map),
        FeedKind::GoogleTrends { geo: "US".to_owned() },
        FeedKind::Wikimedia { project: "en.wikipedia".to_owned(), access: "all-access".to_owned() },
        FeedKind::YouTube { key: None, region: "US".to_owned(), category: 0, pages: 2, units_a_day: 100 },
        FeedKind::HackerNews { list: HackerNewsList::Top, take: 10 },
        mastodon(MastodonTrends::Tags),
        mastodon(MastodonTrends::Statuses),
        mastodon(MastodonTrends::Links),
        FeedKind::Bluesky { list: BlueskyList::Trends },
        FeedKind::Bluesky { list: BlueskyList::Topics },
        FeedKind::Reddit {
            subreddit: "space".to_owned(),
            listing: RedditListing::Hot,
            client_id: secret("id"),
            client_secret: secret("secret"),
        },
        FeedKind::OwnResults,
    ]
}

/// Names every kind, so that a new one does not compile until somebody has looked here and at the list above.
fn is_json_service(kind: &FeedKind) -> bool {
    match kind {
        FeedKind::Document | FeedKind::Json(_) | FeedKind::GoogleTrends { .. } | FeedKind::OwnResults => false,
        FeedKind::Wikimedia { .. }
        | FeedKind::YouTube { .. }
        | FeedKind::HackerNews { .. }
        | FeedKind::Mastodon { .. }
        | FeedKind::Bluesky { .. }
        | FeedKind::Reddit { .. } => true,
    }
}

fn read(kind: FeedKind, format: FeedFormat, bytes: &[u8]) {
    let name = Name::parse("fuzzed").expect("six letters");
    let place = FeedPlace::Url("https://example.org/feed".parse().expect("an address"));
    let feed = Feed { kind, ..Feed::new(name, place, format) };
    let now = Timestamp::from_second(1_795_262_400).expect("in range");
    let part = Part { bytes: bytes.to_vec(), ..Part::default() };
    if let Ok(reading) = source::read(&feed, &[part], now, BYTES) {
        holds(&reading, now);
    }
}

/// What everybody behind the readers relies on.
fn holds(reading: &Reading, now: Timestamp) {
    let ahead = now + jiff::SignedDuration::from_mins(10);
    for snapshot in &reading.snapshots {
        assert!(snapshot.items.len() <= ITEMS_A_POLL, "{} items", snapshot.items.len());
        assert!(snapshot.at <= ahead, "a poll from {}", snapshot.at);
        for item in &snapshot.items {
            assert!(!item.title.is_empty(), "no title");
            assert!(item.title.chars().count() <= TITLE_MAX + 1, "a title of {} bytes", item.title.len());
            assert!(item.summary.chars().count() <= SUMMARY_MAX, "a summary of {} bytes", item.summary.len());
            assert!(!item.title.chars().chain(item.summary.chars()).any(char::is_control), "control characters");
            assert!(item.id.as_ref().is_none_or(|id| id.len() <= 8_192), "a long id");
            assert!(item.rank != Some(0), "ranks begin with 1");
            let links = item.link.iter().chain(item.references.iter().map(|one| &one.link));
            links.for_each(|link| assert!(matches!(link.scheme(), "http" | "https"), "{link}"));
        }
    }
    assert!(reading.snapshots.windows(2).all(|two| two[0].at <= two[1].at), "polls out of order");
    for result in &reading.results {
        assert!(!result.post.is_empty(), "no post");
        assert!(
            result.watch_through.is_none_or(|part| (0.0..=10.0).contains(&part)),
            "watched {:?}",
            result.watch_through
        );
    }
    assert!(reading.skipped.first.len() as u64 <= reading.skipped.count, "more described than counted");
}
