//! What the owner of each kind of source allows, as far as its own pages say; docs/SOURCES.md has the same with more words.

use jiff::SignedDuration;
use reelpress_config::FeedKind;

/// What a source of limited time told is kept no longer than this, whatever the settings say. `YouTube` API Services,
/// Developer Policies, III.E.4: data that no user authorised is refreshed or deleted after at most 30 days.
pub(crate) const LIMITED_TO: SignedDuration = SignedDuration::from_hours(30 * 24);

/// True if what a kind tells may be kept for [`LIMITED_TO`] only.
pub(crate) fn is_limited(kind: &FeedKind) -> bool {
    match kind {
        FeedKind::YouTube { .. } => true,
        FeedKind::Document
        | FeedKind::Json(_)
        | FeedKind::GoogleTrends { .. }
        | FeedKind::Wikimedia { .. }
        | FeedKind::HackerNews { .. }
        | FeedKind::Mastodon { .. }
        | FeedKind::Bluesky { .. }
        | FeedKind::Reddit { .. }
        | FeedKind::OwnResults => false,
    }
}

/// Licence and terms of a kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenceNote {
    /// The word for the kind in the config.
    pub kind: &'static str,
    /// The licence in a few words; kept with every item.
    pub licence: &'static str,
    /// What an operator must know before switching it on.
    pub note: &'static str,
    /// Where the owner says so; empty if nobody does.
    pub page: &'static str,
}

/// The note on a kind.
#[must_use]
pub fn licence_note(kind: &FeedKind) -> LicenceNote {
    let (kind, licence, note, page) = match kind {
        FeedKind::Document => (
            "rss, ndjson, csv",
            "the publisher's",
            "titles and links are a signal; the publisher's text and pictures are not ours to copy",
            "",
        ),
        FeedKind::Json(_) => ("json", "the publisher's", "you named this address: its owner's terms hold", ""),
        FeedKind::GoogleTrends { .. } => (
            "google-trends",
            "no terms found for this feed",
            "not a documented interface: it may end any day, and whether programs may read it is not said; off by default",
            "https://trends.google.com/trending",
        ),
        FeedKind::Wikimedia { .. } => (
            "wikimedia",
            "CC0-1.0",
            "the numbers are free; a User-Agent with a contact is asked for, without one there are 10 requests a minute",
            "https://wikitech.wikimedia.org/wiki/Data_Platform/AQS/Pageviews",
        ),
        FeedKind::YouTube { .. } => (
            "youtube",
            "YouTube API Services Terms",
            "since 2025-07-21 only music, movies and gaming; data is forgotten after 30 days; a score of ours must not look like YouTube's",
            "https://developers.google.com/youtube/terms/developer-policies",
        ),
        FeedKind::HackerNews { .. } => (
            "hacker-news",
            "no special terms",
            "the interface is public and has no limit at present; titles and links are a signal",
            "https://github.com/HackerNews/API",
        ),
        FeedKind::Mastodon { .. } => (
            "mastodon",
            "the server's rules",
            "300 requests in 5 minutes; posts belong to those who wrote them: use them as a signal",
            "https://docs.joinmastodon.org/methods/trends/",
        ),
        FeedKind::Bluesky { .. } => (
            "bluesky",
            "Bluesky's terms",
            "the interface is marked as one that may change without notice",
            "https://docs.bsky.app/docs/advanced-guides/rate-limits",
        ),
        FeedKind::Reddit { .. } => (
            "reddit",
            "Reddit Data API Terms",
            "only with an app that Reddit approved; commercial use needs a contract; what is deleted there is forgotten here",
            "https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki",
        ),
        FeedKind::OwnResults => {
            ("own-results", "your own", "export them from each platform's own statistics, or by its own interface", "")
        }
    };
    LicenceNote { kind, licence, note, page }
}
