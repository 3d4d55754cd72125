use std::path::Path;
use std::time::Duration;

use crate::settings::{BlueskyList, FeedFormat, FeedKind, FeedPlace, FeedShows, MastodonTrends, RedditListing};
use crate::testing::surroundings;
use crate::{Feed, Settings};

fn read(text: &str) -> Result<Feed, String> {
    let text = format!("[[feeds]]\nname = \"a\"\n{text}");
    let read = Settings::parse("c.toml", Path::new("/etc"), &text, &surroundings());
    read.map(|mut settings| settings.feeds.remove(0)).map_err(|problems| problems.to_string())
}

#[track_caller]
fn refused(text: &str) -> String {
    read(text).unwrap_err().replace("c.toml:", "")
}

#[test]
fn services_need_no_address_and_know_how_often_they_may_be_asked() {
    for (text, host, minutes) in [
        ("kind = \"google-trends\"\ngeo = \"US-CA\"", "trends.google.com", 30),
        ("kind = \"wikimedia\"\nproject = \"de.wikipedia\"", "wikimedia.org", 180),
        ("kind = \"hacker-news\"", "hacker-news.firebaseio.com", 10),
        ("kind = \"bluesky\"", "public.api.bsky.app", 15),
        ("kind = \"mastodon\"\nurl = \"https://m.example\"", "m.example", 15),
    ] {
        let feed = read(text).unwrap();
        let FeedPlace::Url(url) = &feed.place else { panic!("{feed:?}") };
        assert_eq!((url.host_str(), feed.every), (Some(host), Duration::from_mins(minutes)), "{text}");
        assert!(!feed.allow_private && !feed.robots && feed.share.is_none());
    }
}

#[test]
fn a_service_may_stand_elsewhere_and_ones_own_server_be_asked_often() {
    let feed = read(
        "kind = \"hacker-news\"\nurl = \"http://127.0.0.1:1/v0\"\nallow_private = true\nevery = \"10s\"\nlist = \"best\"",
    );
    assert_eq!(feed.unwrap().every, Duration::from_secs(10));
    insta::assert_snapshot!(refused("kind = \"hacker-news\"\nevery = \"10s\""), @r#"4:9: `feeds[0].every` must be from 2m to 30d, not `"10s"`"#);
}

#[test]
fn every_kind_has_keys_of_its_own() {
    let kind = |text: &str| read(text).unwrap().kind;
    assert_eq!(
        kind("kind = \"mastodon\"\nurl = \"https://m.example\"\nlist = \"links\""),
        FeedKind::Mastodon { trends: MastodonTrends::Links }
    );
    assert_eq!(kind("kind = \"bluesky\"\nlist = \"topics\""), FeedKind::Bluesky { list: BlueskyList::Topics });
    let json = kind("kind = \"json\"\nfile = \"x\"\nmap = { items = \"$.a[*]\", title = \"$.t\" }");
    assert!(matches!(json, FeedKind::Json(map) if map.items == "$.a[*]" && map.url.is_none()));
    assert_eq!(kind("kind = \"own-results\"\nfile = \"x.csv\""), FeedKind::OwnResults);
    let youtube = kind("kind = \"youtube\"\nfile = \"x.json\"\nregion = \"DE\"\ncategory = 20");
    assert!(matches!(youtube, FeedKind::YouTube { key: None, category: 20, units_a_day: 2_000, .. }));
    let reddit = kind("kind = \"reddit\"\nfile = \"x.json\"\nsubreddit = \"space\"\nlist = \"hot\"");
    assert!(matches!(reddit, FeedKind::Reddit { listing: RedditListing::Hot, client_id: None, .. }));
    let rss = read("kind = \"rss\"\nfile = \"x.csv\"").unwrap();
    assert_eq!((rss.kind, rss.format), (FeedKind::Document, FeedFormat::Syndication));
    let tags = read("file = \"x.csv\"\nshows = \"hashtags\"").unwrap();
    assert_eq!((tags.shows, tags.format), (FeedShows::Hashtags, FeedFormat::Csv));
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    insta::assert_snapshot!(refused("kind = \"hackernews\"\nurl = \"https://a.example\""), @r#"3:8: `feeds[0].kind` must be one of "rss", "ndjson", "csv", "json", "google-trends", "wikimedia", "youtube", "hacker-news", "mastodon", "bluesky", "reddit", "own-results", not `"hackernews"` (did you mean "hacker-news"?)"#);
    insta::assert_snapshot!(refused("kind = \"google-trends\"\ngeo = \"usa\""), @r#"4:7: `feeds[0].geo` must be a country's two upper-case letters, such as "US", not `"usa"`"#);
    insta::assert_snapshot!(refused("kind = \"wikimedia\"\nproject = \"English\""), @r#"4:11: `feeds[0].project` must be a project such as "en.wikipedia" or "de.wikipedia", not `"English"`"#);
    insta::assert_snapshot!(refused("kind = \"youtube\"\nregion = \"US\""), @r#"1:1: `feeds[0].key` is missing (an API key: `{ env = "YOUTUBE_KEY" }`)"#);
    insta::assert_snapshot!(refused("kind = \"youtube\"\nregion = \"US\"\nkey = \"AIzaSecret\""), @r#"5:7: `feeds[0].key` must not stand in the file as plain text (give it as `{ env = "NAME" }` or `{ file = "path" }`)"#);
    insta::assert_snapshot!(refused("kind = \"reddit\"\nsubreddit = \"r/space\"\nclient_id = { env = \"NOT_SET\" }"), @r#"
    1:1: `feeds[0].client_secret` is missing (of the same app: `{ env = "NAME" }`)
    4:13: `feeds[0].subreddit` must be a subreddit's name: 2 to 21 letters, digits or `_`, without `r/`, not `"r/space"`
    5:21: environment variable `NOT_SET` is not set (set it before the start, or remove `feeds[0].client_id`)
    "#);
    insta::assert_snapshot!(refused("kind = \"json\"\nurl = \"https://a.example\""), @r#"1:1: `feeds[0].map` is missing (say where things are: `map = { items = "$.list[*]", title = "$.title" }`)"#);
    insta::assert_snapshot!(refused("kind = \"json\"\nurl = \"https://a.example\"\nmap = { items = \"list\", titel = \"$.t\" }"), @r#"
    5:1: `feeds[0].map.title` is missing (from an item to its title: "$.title")
    5:17: `feeds[0].map.items` must be a JSONPath of at most 500 characters, starting with `$`, not `"list"` ("$.title")
    5:25: `titel` is not a key of [feeds[0].map] (did you mean `title`?)
    "#);
    insta::assert_snapshot!(refused("kind = \"mastodon\""), @r#"1:1: `feeds[0]` must have `url` or `file` (the server's address: "https://mastodon.example")"#);
    insta::assert_snapshot!(refused("kind = \"csv\"\nfile = \"x\"\nformat = \"ndjson\"\nshare = 0"), @r#"
    5:10: `feeds[0].format` says another thing than its `kind` (`kind` says it all: leave `format` out)
    6:9: `feeds[0].share` must be a number from 0.01 to 1, not `0`
    "#);
    insta::assert_snapshot!(refused("kind = \"bluesky\"\ngeo = \"US\""), @"4:1: `geo` is not a key of [feeds[0]] (there are `allow_private`, `every`, `file`, `kind`, `language`, `list`, `name`, `robots`, `share`, `url`)");
}
