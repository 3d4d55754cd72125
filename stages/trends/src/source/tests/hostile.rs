//! A feed that is down, empty, stale, hostile or flooding: it is bounded, it is told apart, and it stops nobody else.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use futures::StreamExt as _;
use jiff::SignedDuration;
use reelpress_config::{Feed, FeedFormat, FeedPlace, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{NOW, all_kinds, read, shown};
use crate::desk::{FeedReport, Outcome, TrendDesk};
use crate::error::TrendsError;
use crate::fetch::Part;
use crate::read::ITEMS_A_POLL;
use crate::testing::{Server, at, file_feed, rss, settings, url_feed};

const ITEM: (&str, &str, &str) =
    ("Rocket lands safely at sea", "https://example.org/rocket", "Sat, 21 Nov 2026 11:00:00 GMT");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn flood(items: usize) -> String {
    let mut entries = String::new();
    for at in 0..items {
        write!(entries, "<item><title>Flood number {at} is here</title></item>").unwrap();
    }
    format!("<rss version=\"2.0\"><channel>{entries}</channel></rss>")
}

/// Every way to be bad, each at a path of its own.
fn bad_server() -> Router {
    let body = |text: &'static str| get(move || async move { text });
    let bomb = gzip(&vec![b' '; 64 << 20]);
    let lying = |headers: [(header::HeaderName, &'static str); 1], text: &'static str| {
        get(move || async move { (headers, text) })
    };
    Router::new()
        .route("/hang", get(std::future::pending::<()>))
        .route(
            "/drip",
            get(|| async {
                Body::from_stream(
                    futures::stream::iter([Ok::<_, std::io::Error>("<rss>")]).chain(futures::stream::pending()),
                )
            }),
        )
        .route("/circle", get(|| async { Redirect::temporary("/circle") }))
        .route("/away", get(|| async { Redirect::temporary("file:///etc/passwd") }))
        .route("/bomb", get(move || async move { ([(header::CONTENT_ENCODING, "gzip")], bomb) }))
        .route(
            "/page",
            body("<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in</body></html>"),
        )
        .route("/cut", body("<rss version=\"2.0\"><channel><item><title>Half a sto"))
        .route("/empty", body(""))
        .route("/no-items", body("<rss version=\"2.0\"><channel><title>t</title></channel></rss>"))
        .route("/garbage", get(|| async { vec![0_u8, 159, 146, 150, 255, 254] }))
        .route("/304", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/410", get(|| async { StatusCode::GONE }))
        .route("/503", get(|| async { (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "86400")]) }))
        .route("/not-gzip", lying([(header::CONTENT_ENCODING, "gzip")], "this is not gzip"))
        .route("/flood", get(|| async { flood(8_000) }))
}

async fn good_server() -> Server {
    Server::start(Router::new().route("/", get(|| async { rss(&[ITEM]) }))).await
}

fn feed(name: &str, url: &str) -> Feed {
    url_feed(name, url, FeedFormat::Syndication)
}

fn report<'a>(reports: &'a [FeedReport], feed: &str) -> &'a FeedReport {
    reports.iter().find(|report| report.feed.as_str() == feed).unwrap()
}

fn impatient(feeds: Vec<Feed>) -> Settings {
    let mut settings = settings(feeds);
    settings.trends.timeout = Duration::from_millis(300);
    settings
}

#[tokio::test]
async fn whatever_the_others_do_a_good_feed_is_read() {
    let (bad, good) = (Server::start(bad_server()).await, good_server().await);
    let paths = [
        ("hang", Outcome::Failed),
        ("drip", Outcome::Failed),
        ("circle", Outcome::Failed),
        ("away", Outcome::Failed),
        ("bomb", Outcome::Failed),
        ("page", Outcome::Failed),
        ("cut", Outcome::Failed),
        ("empty", Outcome::Empty),
        ("no-items", Outcome::Empty),
        ("garbage", Outcome::Failed),
        ("304", Outcome::Failed),
        ("410", Outcome::Gone),
        ("not-gzip", Outcome::Failed),
        ("flood", Outcome::Read),
        ("503", Outcome::Failed),
    ];
    let mut feeds = paths.iter().map(|(path, _)| feed(path, &bad.url(&format!("/{path}")))).collect::<Vec<_>>();
    feeds.push(feed("good", &good.url("/")));
    let refused = "http://127.0.0.1:1/".parse().unwrap();
    feeds.push(Feed { place: FeedPlace::Url(refused), ..feed("down", "http://x.example/") });
    let folder = tempfile::tempdir().unwrap();
    let settings = impatient(feeds);
    let mut desk = TrendDesk::open(folder.path(), &settings, at(NOW)).unwrap();
    let poll = desk.poll(&settings, at(NOW)).await;
    for (path, expected) in paths {
        let report = report(&poll.feeds, path);
        assert_eq!(report.outcome, expected, "{path}: {:?}", report.error);
        assert_eq!(report.error.is_some(), matches!(expected, Outcome::Failed | Outcome::Gone), "{path}");
        assert!(report.next > at(NOW), "{path} is asked again at once");
    }
    assert_eq!(report(&poll.feeds, "down").outcome, Outcome::Failed);
    assert_eq!(report(&poll.feeds, "good").outcome, Outcome::Read);
    assert_eq!(report(&poll.feeds, "good").items, 1);
    let flooded = report(&poll.feeds, "flood");
    assert_eq!((flooded.items, flooded.skipped.count), (ITEMS_A_POLL, 8_000 - ITEMS_A_POLL as u64));
    assert!(flooded.skipped.first.len() <= 10);
    let day = at(NOW) + SignedDuration::from_hours(24);
    assert_eq!(report(&poll.feeds, "503").next, day, "the server's own word on when to come back");
}

#[test]
fn a_hundred_thousand_items_cost_a_thousand_in_every_format() {
    let items =
        |item: &dyn Fn(usize) -> String, between: &str| (0..100_000).map(item).collect::<Vec<_>>().join(between);
    let titles = items(&|at| format!("{{\"title\":\"flood {at}\"}}"), ",");
    let csv = format!("title\n{}", items(&|at| format!("flood {at}"), "\n"));
    let ndjson = format!("{{\"fetched_at\":\"{NOW}\",\"items\":[{titles}]}}");
    for (format, text) in
        [(FeedFormat::Csv, csv), (FeedFormat::Ndjson, ndjson), (FeedFormat::Syndication, flood(100_000))]
    {
        let feed = file_feed("flood", "f", format);
        let parts = [Part { bytes: text.into_bytes(), ..Part::default() }];
        let reading = crate::source::read(&feed, &parts, at(NOW), 64 << 20).unwrap();
        assert_eq!(reading.snapshots[0].items.len(), ITEMS_A_POLL, "{format:?}");
        assert!(reading.skipped.first.len() <= 10);
    }
    let mapped = Feed { kind: super::json("$.items[*]", "$.title"), ..file_feed("flood", "f", FeedFormat::Csv) };
    let reading = read(&mapped, &format!("{{\"items\":[{titles}]}}")).unwrap();
    assert_eq!((reading.snapshots[0].items.len(), reading.skipped.count), (ITEMS_A_POLL, 99_000));
}

#[tokio::test]
async fn a_server_that_never_answers_conditionally_costs_no_more_than_its_body() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let answer = move |headers: HeaderMap| {
        let turn = count.fetch_add(1, Ordering::SeqCst);
        async move {
            assert_eq!(headers.contains_key(header::IF_NONE_MATCH), turn > 0);
            ([(header::ETAG, format!("\"v{turn}\""))], rss(&[ITEM])).into_response()
        }
    };
    let server = Server::start(Router::new().route("/", get(answer))).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(vec![feed("news", &server.url("/"))]);
    let mut desk = TrendDesk::open(folder.path(), &settings, at(NOW)).unwrap();
    for (turn, expected) in [Outcome::Read, Outcome::Unchanged, Outcome::Unchanged].into_iter().enumerate() {
        let now = at(NOW) + SignedDuration::from_hours(turn as i64);
        let poll = desk.poll(&settings, now).await;
        assert_eq!(poll.feeds[0].outcome, expected);
        assert_eq!(poll.topics.len(), 1);
    }
}

#[tokio::test]
async fn a_hint_that_nothing_is_new_is_kept_for_four_intervals_and_no_longer() {
    let answer = || async { ([(header::CACHE_CONTROL, "max-age=86400")], rss(&[ITEM])) };
    let ttl = || async { rss(&[ITEM]).replace("<title>t</title>", "<title>t</title><ttl>30</ttl>") };
    let server = Server::start(Router::new().route("/", get(answer)).route("/ttl", get(ttl))).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(vec![feed("age", &server.url("/")), feed("ttl", &server.url("/ttl"))]);
    let mut desk = TrendDesk::open(folder.path(), &settings, at(NOW)).unwrap();
    let poll = desk.poll(&settings, at(NOW)).await;
    let wait = |feed: &str| report(&poll.feeds, feed).next.duration_since(at(NOW)).as_mins();
    assert_eq!((wait("age"), wait("ttl")), (60, 30));
}

#[tokio::test]
async fn a_feed_that_goes_back_in_time_changes_nothing_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("polls.ndjson");
    let line = |time: &str, title: &str, score: u32| {
        format!(
            "{{\"fetched_at\":\"{time}\",\"items\":[{{\"rank\":1,\"id\":1,\"title\":\"{title}\",\"score\":{score}}}]}}\n"
        )
    };
    let settings = settings(vec![file_feed("polls", &file, FeedFormat::Ndjson)]);
    let mut desk = TrendDesk::open(&folder.path().join("memory"), &settings, at(NOW)).unwrap();
    std::fs::write(&file, line("2026-11-21T11:50:00Z", "The newest word on it", 100)).unwrap();
    assert_eq!(desk.poll(&settings, at(NOW)).await.topics[0].title, "The newest word on it");
    std::fs::write(&file, line("2026-11-20T11:50:00Z", "What was said the day before", 1)).unwrap();
    let poll = desk.poll(&settings, at(NOW) + SignedDuration::from_mins(30)).await;
    assert_eq!(poll.topics.len(), 1);
    assert_eq!(poll.topics[0].title, "The newest word on it");
    assert_eq!(poll.feeds[0].items, 0);
    std::fs::write(&file, line("2031-01-01T00:00:00Z", "From another time altogether", 1)).unwrap();
    let poll = desk.poll(&settings, at(NOW) + SignedDuration::from_hours(1)).await;
    assert_eq!((poll.topics[0].title.as_str(), poll.feeds[0].skipped.count), ("The newest word on it", 1));
}

/// Sends a body that is as long as it says, in two encodings.
async fn mixed() -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut body = b"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>".to_vec();
    body.extend_from_slice("<item><title>Größe und Glück</title></item>".as_bytes());
    body.extend_from_slice(b"<item><title>caf\xe9 closes early</title></item></channel></rss>");
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = [answer.into_bytes(), body].concat();
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _read = stream.read(&mut request).await;
            let _written = stream.write_all(&answer).await;
        }
    });
    Server::running(address, task)
}

#[tokio::test]
async fn a_body_that_changes_its_encoding_half_way_is_read_but_for_what_cannot_be() {
    let server = mixed().await;
    let reading = super::ask(&feed("news", &server.url("/"))).await;
    insta::assert_snapshot!(shown(reading), @r#"
    topic [-] Größe und Glück #- - (-) - by - in - - []
    topic [-] caf closes early #- - (-) - by - in - - []
    "#);
}

#[tokio::test]
async fn the_header_says_how_a_document_is_encoded_and_the_document_where_it_does_not() {
    let cyrillic = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><item><title>\xcf\xf0\xe8\xe2\xe5\xf2</title></item></channel></rss>";
    let headers = [(header::CONTENT_TYPE, "application/rss+xml")];
    let plain = |body: &'static [u8]| get(move || async move { (headers, body) });
    let latin = || async {
        let body = b"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><item><title>caf\xe9</title></item></channel></rss>";
        ([(header::CONTENT_TYPE, "text/xml; charset=ISO-8859-1")], body.as_slice()).into_response() as Response
    };
    let table = || async { b"title\r\n\xcf\xf0\xe8\xe2\xe5\xf2\r\n".as_slice() };
    let router = Router::new().route("/a", plain(cyrillic)).route("/b", get(latin)).route("/c", get(table));
    let server = Server::start(router).await;
    let title = async |feed: Feed| super::ask(&feed).await.unwrap().snapshots[0].items[0].title.clone();
    assert_eq!(title(feed("a", &server.url("/a"))).await, "Привет");
    assert_eq!(title(feed("b", &server.url("/b"))).await, "café");
    let table = title(url_feed("c", &server.url("/c"), FeedFormat::Csv)).await;
    assert_eq!(table, "Ïðèâåò", "nobody said what it is: windows-1252 is the web's guess");
}

#[test]
fn no_kind_of_source_takes_another_document_for_its_own() {
    let page = "<!DOCTYPE html><html><body>Please sign in</body></html>";
    for kind in all_kinds() {
        let feed = Feed { kind: kind.clone(), ..file_feed("x", "answer", FeedFormat::Csv) };
        let empties = ["", " \n "];
        for text in [
            page,
            "{}",
            "[]",
            "null",
            "\"x\"",
            "{\"items\":7}",
            "{\"data\":{\"children\":{}}}",
            "[[[[[[",
            "{\"error\":\"busy\"}",
        ] {
            let reading = read(&feed, text);
            assert!(reading.is_err() || reading.as_ref().unwrap().is_empty(), "{kind:?} reads {text}: {reading:?}");
        }
        for text in empties {
            assert!(read(&feed, text).map_or(true, |reading| reading.is_empty()), "{kind:?}");
        }
    }
}

#[test]
fn entities_of_the_documents_own_stand_for_nothing() {
    let mut entities = String::from("<!ENTITY l0 \"lol\">");
    for level in 1..20 {
        let before = format!("&l{};", level - 1).repeat(10);
        write!(entities, "<!ENTITY l{level} \"{before}\">").unwrap();
    }
    let document = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [{entities}<!ENTITY file SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel>\
         <item><title>&l19; &file; &amp; fine</title></item></channel></rss>"
    );
    let feed = Feed { kind: super::google(), ..file_feed("x", "answer", FeedFormat::Syndication) };
    assert_eq!(read(&feed, &document).unwrap().snapshots[0].items[0].title, "& fine");
    let deep = format!("<rss>{}", "<item>".repeat(100_000));
    assert!(matches!(read(&feed, &deep), Err(TrendsError::Format { .. })));
    let cut = &document[..document.len() - 9];
    assert!(matches!(read(&feed, cut), Err(TrendsError::Format { .. })), "half a list is none");
}

#[test]
fn dates_are_read_as_feeds_write_them() {
    let item =
        |date: &str| format!("<rss version=\"2.0\"><channel><item><title>t</title>{date}</item></channel></rss>");
    let feed = file_feed("x", "answer", FeedFormat::Syndication);
    for (date, expected) in [
        ("<pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate>", Some("2026-11-21T09:00:00Z")),
        ("<pubDate>Sat, 21 Nov 26 10:00 EST</pubDate>", Some("2026-11-21T15:00:00Z")),
        ("<pubDate>Sun, 21 Nov 2026 10:00:00 Z</pubDate>", Some("2026-11-21T10:00:00Z")),
        ("<pubDate><![CDATA[ 21 Nov 2026 10:00:00 GMT ]]></pubDate>", Some("2026-11-21T10:00:00Z")),
        ("<pubDate>2026-11-21T10:00:00.123Z</pubDate>", Some("2026-11-21T10:00:00Z")),
        ("<pubDate>2026-11-21 10:00:00</pubDate>", Some("2026-11-21T10:00:00Z")),
        ("<pubDate>1795255200</pubDate>", Some("2026-11-21T10:00:00Z")),
        ("<pubDate>yesterday</pubDate>", None),
        (
            "<dc:date xmlns:dc=\"http://purl.org/dc/elements/1.1/\">2026-11-21T10:00:00Z</dc:date>",
            Some("2026-11-21T10:00:00Z"),
        ),
        ("", None),
    ] {
        let published = read(&feed, &item(date)).unwrap().snapshots[0].items[0].published;
        assert_eq!(published, expected.map(at), "{date}");
    }
}

#[test]
fn an_entry_without_a_name_is_the_same_one_at_each_poll() {
    let feed = file_feed("x", "answer", FeedFormat::Syndication);
    let note = "<rss version=\"2.0\"><channel><item><description>A short note without more</description></item></channel></rss>";
    let (one, two) = (read(&feed, note).unwrap(), read(&feed, note).unwrap());
    assert_eq!(one, two);
    assert_eq!(one.snapshots[0].items[0].id, None);
}

#[tokio::test]
async fn robots_txt_has_a_say_about_a_feed_only_where_the_config_gives_it_one() {
    let rules = || async { "User-agent: *\nDisallow: /feed\n" };
    let router = Router::new().route("/robots.txt", get(rules)).route("/feed", get(|| async { rss(&[ITEM]) }));
    let server = Server::start(router).await;
    let named = feed("news", &server.url("/feed"));
    assert!(super::ask(&named).await.is_ok());
    let error = super::ask(&Feed { robots: true, ..named }).await.unwrap_err().full_text();
    insta::assert_snapshot!(error.replace(&server.address.to_string(), "HOST"), @"feed `news` could not be read: http://HOST/feed is not for us: its host's robots.txt has `Disallow: /feed`");
}
