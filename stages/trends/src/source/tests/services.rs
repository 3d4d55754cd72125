//! Each service as it answers, from a server that stands in for it.

use jiff::SignedDuration;
use reelpress_config::{BlueskyList, FeedKind, HackerNewsList, JsonMap, MastodonTrends, RedditListing};

use super::{NOW, Service, ask, ask_with, google, in_file, json, no, of_kind, ok, read, secret, shown, wikipedia};
use crate::error::TrendsError;
use crate::fetch::Fetcher;
use crate::testing::at;

const SEARCHES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:ht="https://trends.google.com/trending/rss" version="2.0"><channel><title>Daily Search Trends</title>
<item><title>Solar &amp; Lunar</title><ht:approx_traffic>2K+</ht:approx_traffic><link>https://trends.google.com/trending/rss?geo=US</link>
<pubDate>Sat, 21 Nov 2026 02:10:00 -0800</pubDate><ht:picture>https://example.org/p.jpg</ht:picture>
<ht:news_item><ht:news_item_title>Eclipse &#8211; when?</ht:news_item_title><ht:news_item_snippet></ht:news_item_snippet>
<ht:news_item_url>https://example.org/eclipse</ht:news_item_url><ht:news_item_source>Example News</ht:news_item_source></ht:news_item>
<ht:news_item><ht:news_item_title>Second</ht:news_item_title><ht:news_item_url>javascript:x</ht:news_item_url></ht:news_item></item>
<item><title><![CDATA[other thing]]></title><ht:approx_traffic>500+</ht:approx_traffic><link>https://trends.google.com/trending/rss?geo=US</link></item>
<item><title> </title></item></channel></rss>"#;

#[tokio::test]
async fn google_trends_gives_lower_bounds_and_news_and_no_two_searches_are_one() {
    let service = Service::start(|_| ok(SEARCHES)).await;
    let reading = ask(&of_kind(google(), &service.server.url("/trending/rss"))).await.unwrap();
    assert_eq!(service.asked(), ["GET /trending/rss?geo=US"]);
    let first = &reading.snapshots[0].items[0];
    assert_eq!(first.summary, "Eclipse – when? (Example News). Second");
    assert_eq!((first.references.len(), first.licence), (1, "no terms found for this feed"));
    insta::assert_snapshot!(shown(Ok(reading)), @r#"
    topic [US|solar & lunar|2026-11-21] Solar & Lunar #- 2000+ (-) 2026-11-21T10:10:00Z by - in - https://example.org/eclipse []
    topic [US|other thing|2026-11-21] other thing #- 500+ (-) - by - in - - []
    skipped 3: the search has no title
    "#);
}

#[tokio::test]
async fn wikimedia_is_asked_for_yesterday_and_then_for_the_day_before() {
    let day = r#"{"items":[{"project":"en.wikipedia","access":"all-access","year":"2026","month":"11","day":"19","articles":[
        {"article":"Main_Page","views":5000000,"rank":1},{"article":"Special:Search","views":900000,"rank":2},
        {"article":"Spezial:Suche","views":9,"rank":3},{"article":"Dune:_Part_Two","views":90000,"rank":4},
        {"article":"50%_Grey?","views":"80000","rank":5},{"article":"Benutzer_Diskussion:X","views":7,"rank":6},{"views":1}]}]}"#;
    let service = Service::start(move |uri| if uri.ends_with("/2026/11/20") { no(404) } else { ok(day) }).await;
    let feed = of_kind(wikipedia(), &service.server.url("/top"));
    let reading = ask(&feed).await;
    let paths = ["GET /top/en.wikipedia/all-access/2026/11/20", "GET /top/en.wikipedia/all-access/2026/11/19"];
    assert_eq!(service.asked(), paths);
    insta::assert_snapshot!(shown(reading), @r#"
    topic [en.wikipedia/Dune:_Part_Two] Dune: Part Two #1 90000 (-) - by - in en https://en.wikipedia.org/wiki/Dune:_Part_Two []
    topic [en.wikipedia/50%_Grey?] 50% Grey? #2 80000 (-) - by - in en https://en.wikipedia.org/wiki/50%25_Grey%3F []
    skipped 7: the page has no name
    "#);
    let late = Service::start(|_| no(404)).await;
    let nothing = ask(&of_kind(wikipedia(), &late.server.url("/top"))).await.unwrap();
    assert!(nothing.is_empty(), "not yet there is no fault");
    assert_eq!(late.asked().len(), 3);
}

#[tokio::test]
async fn youtube_is_paid_page_by_page_until_the_days_units_are_spent() {
    let service = Service::start(|uri| {
        if uri.contains("pageToken=NEXT") {
            ok(r#"{"items":[{"id":"second-0001","snippet":{"title":"Two"},"statistics":{"viewCount":"10"}}]}"#)
        } else {
            ok(r#"{"nextPageToken":"NEXT","items":[{"id":"abc123XYZ_0","snippet":{"publishedAt":"2026-11-19T12:00:00Z",
                "title":"A song","description":"words","channelTitle":"Band","tags":["pop","live"],"defaultAudioLanguage":"en-US"},
                "statistics":{"viewCount":"1234567","likeCount":"45678","commentCount":"321"}},
                {"id":"no/good","snippet":{"title":"x"}},{"id":"nosnippet01"}]}"#)
        }
    })
    .await;
    let kind =
        FeedKind::YouTube { key: secret("yt-key"), region: "DE".to_owned(), category: 10, pages: 3, units_a_day: 3 };
    let feed = of_kind(kind, &service.server.url("/v3/videos"));
    let fetcher = Fetcher::new().unwrap();
    let first = ask_with(&fetcher, &feed, at(NOW)).await;
    let asked = service.asked();
    assert_eq!(asked.len(), 2, "the second page is the last one: {asked:?}");
    assert_eq!(
        asked[0],
        "GET /v3/videos?part=snippet%2Cstatistics&chart=mostPopular&regionCode=DE&maxResults=50&videoCategoryId=10&key=yt-key"
    );
    insta::assert_snapshot!(shown(first), @r#"
    topic [abc123XYZ_0] A song #1 1234567 (321) 2026-11-19T12:00:00Z by Band in en https://www.youtube.com/watch?v=abc123XYZ_0 ["pop", "live"]
    topic [second-0001] Two #2 10 (-) - by - in - https://www.youtube.com/watch?v=second-0001 []
    skipped 2: the video has no id or no title
    skipped 3: the video has no id or no title
    "#);
    let spent = ask_with(&fetcher, &feed, at(NOW)).await.unwrap_err();
    assert!(matches!(&spent, TrendsError::Spent { used: 3, most: 3, .. }), "{spent}");
    assert_eq!(spent.retry_after(), Some(std::time::Duration::from_hours(20)), "until midnight in California");
    assert!(!format!("{spent:?}").contains("yt-key"));
    let tomorrow = at(NOW) + SignedDuration::from_hours(21);
    assert!(ask_with(&fetcher, &feed, tomorrow).await.is_ok());
}

#[tokio::test]
async fn youtubes_refusal_is_told_with_its_reason_and_without_the_key() {
    let body = r#"{"error":{"code":403,"errors":[{"reason":"quotaExceeded","message":"<b>x</b>"}]}}"#;
    let service = Service::start(move |_| {
        let mut answer = ok(body);
        *answer.status_mut() = axum::http::StatusCode::FORBIDDEN;
        answer
    })
    .await;
    let kind =
        FeedKind::YouTube { key: secret("yt-key"), region: "DE".to_owned(), category: 0, pages: 1, units_a_day: 9 };
    let error = ask(&of_kind(kind, &service.server.url("/v3/videos"))).await.unwrap_err().full_text();
    insta::assert_snapshot!(error.replace(&service.server.address.to_string(), "HOST"), @"feed `news`: http://HOST/v3/videos?... does not take what it was given (403, quotaExceeded): check the feed's keys and what they may do");
}

#[tokio::test]
async fn hacker_news_items_are_read_once_in_a_while_and_the_dead_left_alone() {
    let service = Service::start(|uri| match uri {
        "/v0/topstories.json" => ok("[8863, 2, 3, 4, 5, 6]"),
        "/v0/item/8863.json" => ok(r#"{"by":"alice","descendants":71,"id":8863,"score":104,"time":1790000000,"title":"A story","type":"story","url":"https://example.org/s"}"#),
        "/v0/item/2.json" => ok(r#"{"id":2,"deleted":true,"type":"story"}"#),
        "/v0/item/3.json" => ok("null"),
        "/v0/item/4.json" => ok(r#"{"id":4,"score":9,"title":"Ask: why?","text":"<p>Because","dead":false}"#),
        _ => no(500),
    })
    .await;
    let feed = of_kind(FeedKind::HackerNews { list: HackerNewsList::Top, take: 5 }, &service.server.url("/v0"));
    let fetcher = Fetcher::new().unwrap();
    insta::assert_snapshot!(shown(ask_with(&fetcher, &feed, at(NOW)).await), @r#"
    topic [8863] A story #1 104 (71) 2026-09-21T14:13:20Z by alice in en https://example.org/s []
    topic [4] Ask: why? #4 9 (-) - by - in en https://news.ycombinator.com/item?id=4 []
    "#);
    assert_eq!(service.asked().len(), 6, "the list and five items");
    let later = at(NOW) + SignedDuration::from_mins(10);
    ask_with(&fetcher, &feed, later).await.unwrap();
    let mut again = service.asked();
    again.sort_unstable();
    let paths = ["GET /v0/item/4.json", "GET /v0/item/5.json", "GET /v0/item/8863.json", "GET /v0/topstories.json"];
    assert_eq!(again, paths);
}

#[tokio::test]
async fn a_list_most_of_whose_items_fail_is_a_failure() {
    let service = Service::start(|uri| if uri.ends_with("topstories.json") { ok("[1,2,3]") } else { no(500) }).await;
    let feed = of_kind(FeedKind::HackerNews { list: HackerNewsList::Top, take: 5 }, &service.server.url("/v0"));
    assert!(matches!(ask(&feed).await, Err(TrendsError::Status { status: 500, .. })));
}

#[tokio::test]
async fn mastodon_counts_accounts_and_reads_numbers_that_are_text() {
    let service = Service::start(|uri| match uri {
        "/api/v1/trends/tags?limit=20" => ok(r#"[{"id":"1","name":"Example","url":"https://m.example/tags/example","history":[
            {"day":"1790035200","accounts":"37","uses":"52"},{"day":"1789948800","accounts":"20","uses":"22"}]},{"name":""}]"#),
        "/api/v1/trends/statuses?limit=40" => ok(r#"[{"id":"9","uri":"https://m.example/9","url":"https://m.example/@a/9","created_at":"2026-11-21T10:00:00.000Z",
            "content":"<p>Hello <a href='x'>#world</a></p>","reblogs_count":5,"favourites_count":7,"replies_count":2,"language":"de",
            "account":{"acct":"a@b.example"},"tags":[{"name":"world"}],"sensitive":false},{"content":"<p>x</p>","sensitive":true}]"#),
        "/api/v1/trends/links?limit=20" => ok(r#"[{"url":"https://example.org/a","title":"A page","description":"About","provider_name":"Paper",
            "history":[{"day":"1","accounts":"3","uses":"4"}]}]"#),
        _ => no(404),
    })
    .await;
    let mut lines = Vec::new();
    for trends in [MastodonTrends::Tags, MastodonTrends::Statuses, MastodonTrends::Links] {
        lines.push(shown(ask(&of_kind(FeedKind::Mastodon { trends }, &service.server.url("/"))).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    hashtag [example] #Example #1 57 (74) - by - in - https://m.example/tags/example []
    skipped 2: it has no name, no words, or is marked as sensitive
    topic [https://m.example/9] Hello #world #1 12 (2) 2026-11-21T10:00:00Z by a@b.example in de https://m.example/@a/9 ["world"]
    skipped 2: it has no name, no words, or is marked as sensitive
    topic [https://example.org/a] A page #1 3 (4) - by Paper in - https://example.org/a []
    "#);
}

#[tokio::test]
async fn a_server_that_keeps_its_trends_to_itself_is_no_failure_of_the_network() {
    for status in [401, 403, 422] {
        let service = Service::start(move |_| no(status)).await;
        let kind = FeedKind::Mastodon { trends: MastodonTrends::Tags };
        let error = ask(&of_kind(kind, &service.server.url(""))).await.unwrap_err();
        assert!(matches!(error, TrendsError::Unsupported { .. }), "{error}");
    }
}

#[tokio::test]
async fn bluesky_is_read_from_either_list() {
    let service = Service::start(|uri| match uri {
        "/xrpc/app.bsky.unspecced.getTrends?limit=25" => ok(r#"{"trends":[{"topic":"example","displayName":"Example","link":"/profile/trending.bsky.app/feed/123",
            "startedAt":"2026-11-21T05:00:00Z","postCount":1234,"status":"hot","category":"sports","description":"Why","actors":[]},{"topic":""}]}"#),
        "/xrpc/app.bsky.unspecced.getTrendingTopics?limit=25" => ok(r#"{"topics":[{"topic":"Example","link":"//evil.example/x"}],"suggested":[]}"#),
        _ => no(404),
    })
    .await;
    let mut lines = Vec::new();
    for list in [BlueskyList::Trends, BlueskyList::Topics] {
        lines.push(shown(ask(&of_kind(FeedKind::Bluesky { list }, &service.server.url("/xrpc"))).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    topic [example] Example #1 1234 (-) 2026-11-21T05:00:00Z by - in - https://bsky.app/profile/trending.bsky.app/feed/123 ["sports"]
    skipped 2: the topic has no name
    topic [example] Example #1 - (-) - by - in - - []
    "#);
}

fn reddit() -> FeedKind {
    FeedKind::Reddit {
        subreddit: "space".to_owned(),
        listing: RedditListing::Top,
        client_id: secret("id"),
        client_secret: secret("app-secret"),
    }
}

const LISTING: &str = r#"{"kind":"Listing","data":{"after":"t3_x","children":[
    {"kind":"t3","data":{"name":"t3_abd","title":"A launch","selftext":"private words","author":"bob","score":1234,"num_comments":56,"created_utc":1790000000.0,
     "permalink":"/r/space/comments/abd/x/","url":"https://example.org/l","over_18":false,"stickied":false}},
    {"kind":"t3","data":{"name":"t3_gone","title":"Was here","author":"[deleted]","score":9}},
    {"kind":"t3","data":{"name":"t3_rem","title":"Was here too","author":"x","removed_by_category":"moderator","score":9}},
    {"kind":"t3","data":{"name":"t3_pin","title":"Rules","author":"x","stickied":true}},{"kind":"t1","data":{}}]}}"#;

#[tokio::test]
async fn reddit_is_read_with_an_apps_token_which_is_kept_and_renewed() {
    let service = Service::start(|uri| match uri {
        "/api/v1/access_token" => ok(r#"{"access_token":"tok","token_type":"bearer","expires_in":3600}"#),
        _ => ok(LISTING),
    })
    .await;
    let feed = of_kind(reddit(), &service.server.url("/"));
    let fetcher = Fetcher::new().unwrap();
    let reading = ask_with(&fetcher, &feed, at(NOW)).await.unwrap();
    assert!(reading.snapshots[0].items[0].summary.is_empty(), "text of posts is not read");
    insta::assert_snapshot!(shown(Ok(reading)), @r#"
    topic [t3_abd] A launch #1 1234 (56) 2026-09-21T14:13:20Z by bob in - https://example.org/l []
    gone t3_gone
    gone t3_rem
    skipped 5: it is no post
    "#);
    insta::assert_snapshot!(service.asked().join("\n"), @r#"
    POST /api/v1/access_token Basic aWQ6YXBwLXNlY3JldA==
    GET /r/space/top?limit=100&raw_json=1&t=day Bearer tok
    "#);
    for (minutes, requests) in [(30, 1), (70, 2)] {
        ask_with(&fetcher, &feed, at(NOW) + SignedDuration::from_mins(minutes)).await.unwrap();
        assert_eq!(service.asked().len(), requests, "after {minutes} minutes");
    }
}

#[tokio::test]
async fn reddit_without_an_approved_app_is_not_read_in_another_way() {
    let service = Service::start(|_| no(401)).await;
    let error = ask(&of_kind(reddit(), &service.server.url("/"))).await.unwrap_err().full_text();
    assert!(!error.contains("app-secret"));
    insta::assert_snapshot!(error.replace(&service.server.address.to_string(), "HOST"), @"feed `news`: http://HOST/api/v1/access_token does not take what it was given (401): check the feed's keys and what they may do");
    assert_eq!(service.asked().len(), 1);
    let no_keys = FeedKind::Reddit {
        subreddit: "space".to_owned(),
        listing: RedditListing::Hot,
        client_id: None,
        client_secret: None,
    };
    let error = ask(&of_kind(no_keys, &service.server.url("/"))).await.unwrap_err();
    assert!(matches!(error, TrendsError::Denied { .. }), "{error}");
    assert!(service.asked().is_empty());
}

#[test]
fn json_of_any_shape_is_read_by_its_map() {
    let map = JsonMap {
        items: "$.data.list[?@.show == true]".to_owned(),
        title: "$.names[0]".to_owned(),
        id: Some("$.id".to_owned()),
        url: Some("$.path".to_owned()),
        count: Some("$.stats.views".to_owned()),
        rank: Some("$.pos".to_owned()),
        published: Some("$.at".to_owned()),
        summary: Some("$.text".to_owned()),
        author: Some("$.by.name".to_owned()),
    };
    let body = r#"{"data":{"list":[{"show":true,"names":["One"],"id":7,"path":"/one","stats":{"views":"20K+"},"pos":1,"at":1790000000,"text":"<b>t</b>","by":{"name":"Ann"}},
        {"show":false,"names":["Two"]},{"show":true,"names":[]}]}}"#;
    insta::assert_snapshot!(shown(read(&of_kind(FeedKind::Json(map), "https://example.org/api"), body)), @r#"
    topic [7] One #1 20000 (-) 2026-09-21T14:13:20Z by Ann in - https://example.org/one []
    skipped 2: the item has no title
    "#);
    for (items, body) in [
        ("$.list", r#"{"list":[{"t":"a"}]}"#),
        ("$.list", r#"{"list":[]}"#),
        ("$.list[*]", r#"{"list":[]}"#),
        ("$[*]", "[]"),
    ] {
        assert!(read(&in_file(json(items, "$.t")), body).is_ok(), "{items} in {body}");
    }
}

#[test]
fn a_map_that_does_not_fit_is_told_from_an_empty_list() {
    let tried = |items: &str, title: &str, body: &str| shown(read(&in_file(json(items, title)), body));
    insta::assert_snapshot!(tried("$.list[*]", "$.t", r#"{"error":"busy"}"#), @"feed `news`: answer.txt is not JSON as `map` describes it: `map.items` = $.list[*] finds nothing in it");
    insta::assert_snapshot!(tried("$.list[", "$.t", "{}"), @"feed `news`: answer.txt is not JSON as `map` describes it: `map.items` = $.list[ is no JSONPath: at position 6, parser error");
    insta::assert_snapshot!(tried("$[*]", "$.t", r#"[{"t":null}]"#), @"skipped 1: the item has no title");
    insta::assert_snapshot!(tried("$[*]", "$.t", "<html>Sign in</html>"), @"feed `news`: answer.txt is not JSON as `map` describes it: it is an HTML page (look for the page's own link to its feed)");
}
