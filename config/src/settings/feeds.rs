//! `[[feeds]]`: where topics are read.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::defaults::FEED_EVERY;
use crate::name::Name;
use crate::secret::Secret;

/// `[[feeds]]`
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// Unique.
    pub name: Name,
    /// File, folder or address. Of a service the address where its paths begin.
    pub place: FeedPlace,
    /// How a document is written; of no meaning for services.
    pub format: FeedFormat,
    /// What it is: a document in [`Feed::format`], or a service with an interface of its own.
    pub kind: FeedKind,
    /// What a document's lines are; services know it of each item.
    pub shows: FeedShows,
    /// Time between two reads.
    pub every: Duration,
    /// ISO 639-1 code, or `None` to tell from the text.
    pub language: Option<String>,
    /// Let this feed's address (and its redirects) be a private one.
    pub allow_private: bool,
    /// Keep to `robots.txt` even though a person named this address.
    pub robots: bool,
    /// The most of a report that this feed may fill while others have something too, above 0, up to 1; `None` is
    /// `trends.report.feed_share`.
    pub share: Option<f64>,
}

impl Feed {
    /// A document in a format, everything else as the config leaves it out.
    #[must_use]
    pub fn new(name: Name, place: FeedPlace, format: FeedFormat) -> Self {
        Self {
            name,
            place,
            format,
            kind: FeedKind::Document,
            shows: FeedShows::Topics,
            every: FEED_EVERY,
            language: None,
            allow_private: false,
            robots: false,
            share: None,
        }
    }
}

/// Where a feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedPlace {
    /// A local file or folder.
    File(PathBuf),
    /// An http or https address.
    Url(Url),
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0, RSS 1.0, Atom or JSON Feed, told apart by content.
    Syndication,
    /// One poll a line: `{"fetched_at", "source", "items": [{"rank", "id", "title", "url", ...}]}`.
    Ndjson,
    /// A header line, then a topic a line; columns `title`, `link`, `summary`, `published`, `count` and more.
    Csv,
}

/// What the items of a document are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedShows {
    /// Stories, searches, pages.
    #[default]
    Topics,
    /// Hashtags.
    Hashtags,
    /// Sounds.
    Sounds,
    /// Ways to make a video.
    Formats,
}

/// What a feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedKind {
    /// A document in the feed's format: `kind = "rss"`, `"ndjson"` or `"csv"`.
    Document,
    /// JSON of any shape, told by paths.
    Json(JsonMap),
    /// Google Trends' feed of searches.
    GoogleTrends {
        /// `US`, `DE`, `US-CA`.
        geo: String,
    },
    /// Wikimedia's most viewed pages of a day.
    Wikimedia {
        /// `en.wikipedia`
        project: String,
        /// `all-access`, `desktop`, `mobile-web` or `mobile-app`.
        access: String,
    },
    /// `YouTube`'s chart `mostPopular`.
    YouTube {
        /// The key of an API project; `None` only for a file.
        key: Option<Secret>,
        /// ISO 3166-1 alpha-2, upper case.
        region: String,
        /// `YouTube`'s number of the category; 0 is all.
        category: u32,
        /// Pages of 50 a read, each one unit of the quota.
        pages: u32,
        /// Most units spent a day (Pacific time) with this key.
        units_a_day: u32,
    },
    /// Hacker News.
    HackerNews {
        /// Which list.
        list: HackerNewsList,
        /// Items of it, from the top.
        take: u32,
    },
    /// Trends of one Mastodon server.
    Mastodon {
        /// Which trends.
        trends: MastodonTrends,
    },
    /// Trends of Bluesky.
    Bluesky {
        /// Which of its two lists.
        list: BlueskyList,
    },
    /// A listing of Reddit, by its approved OAuth.
    Reddit {
        /// Without `r/`.
        subreddit: String,
        /// Which listing.
        listing: RedditListing,
        /// The app's id; `None` only for a file.
        client_id: Option<Secret>,
        /// The app's secret; `None` only for a file.
        client_secret: Option<Secret>,
    },
    /// What own posts did: a file or folder in the feed's format.
    OwnResults,
}

/// Where things stand in a JSON document, each as a `JSONPath` (RFC 9535).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonMap {
    /// From the document to its items.
    pub items: String,
    /// From an item to its title.
    pub title: String,
    /// The feed's own name for it.
    pub id: Option<String>,
    /// Its link.
    pub url: Option<String>,
    /// Its count: a number, or text such as `20K+`.
    pub count: Option<String>,
    /// Its place on the list; without it, the order of the document is none.
    pub rank: Option<String>,
    /// When it was published: a date in almost any form, or seconds or milliseconds since 1970.
    pub published: Option<String>,
    /// More about it.
    pub summary: Option<String>,
    /// Who made it.
    pub author: Option<String>,
}

/// Lists of Hacker News.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HackerNewsList {
    /// `topstories`
    Top,
    /// `newstories`
    New,
    /// `beststories`
    Best,
}

/// Trends of a Mastodon server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MastodonTrends {
    /// Hashtags.
    Tags,
    /// Posts.
    Statuses,
    /// Links.
    Links,
}

/// Lists of Bluesky.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlueskyList {
    /// `getTrends`, with numbers of posts.
    Trends,
    /// `getTrendingTopics`, names only.
    Topics,
}

/// Listings of a subreddit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedditListing {
    /// `hot`
    Hot,
    /// `rising`
    Rising,
    /// `new`
    New,
    /// `top` of the day
    Top,
}
