mod hostile;
mod services;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use jiff::Timestamp;
use reelpress_config::{Feed, FeedFormat, FeedKind, JsonMap, Secret};

use crate::error::TrendsError;
use crate::fetch::{Fetched, Fetcher, Part, Validators};
use crate::fuzzing::all_kinds;
use crate::read::Reading;
use crate::testing::{Server, at, file_feed, name, trends, url_feed};

const NOW: &str = "2026-11-21T12:00:00Z";

/// A service that answers as a test tells it to, and writes down what it was asked.
struct Service {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        let handle = move |State(()): State<()>, request: Request| {
            let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let login = header("authorization").map_or(String::new(), |value| format!(" {value}"));
            let line = format!("{} {}{login}", request.method(), request.uri());
            seen.lock().unwrap().push(line);
            let answer = answer(&request.uri().to_string());
            async move { answer }
        };
        let server = Server::start(Router::new().fallback(handle).with_state(())).await;
        Self { server, asked }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn ok(body: &'static str) -> Response {
    body.into_response()
}

fn no(status: u16) -> Response {
    (StatusCode::from_u16(status).unwrap(), "no").into_response()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn google() -> FeedKind {
    FeedKind::GoogleTrends { geo: "US".to_owned() }
}

fn wikipedia() -> FeedKind {
    FeedKind::Wikimedia { project: "en.wikipedia".to_owned(), access: "all-access".to_owned() }
}

fn json(items: &str, title: &str) -> FeedKind {
    FeedKind::Json(JsonMap { items: items.to_owned(), title: title.to_owned(), ..JsonMap::default() })
}

fn of_kind(kind: FeedKind, url: &str) -> Feed {
    Feed { kind, ..url_feed("news", url, FeedFormat::Syndication) }
}

fn in_file(kind: FeedKind) -> Feed {
    Feed { kind, ..file_feed("news", "answer.txt", FeedFormat::Syndication) }
}

async fn ask_with(fetcher: &Fetcher, feed: &Feed, now: Timestamp) -> Result<Reading, TrendsError> {
    match fetcher.fetch(feed, &trends(), &Validators::default(), now).await? {
        Fetched::NotModified { .. } => Ok(Reading::default()),
        Fetched::Body(body) => super::read(feed, &body.parts, now, 1 << 20),
    }
}

async fn ask(feed: &Feed) -> Result<Reading, TrendsError> {
    ask_with(&Fetcher::new().unwrap(), feed, at(NOW)).await
}

fn read(feed: &Feed, body: &str) -> Result<Reading, TrendsError> {
    super::read(feed, &[Part { bytes: body.as_bytes().to_vec(), ..Part::default() }], at(NOW), 1 << 20)
}

/// What was read, a line for each item.
fn shown(reading: Result<Reading, TrendsError>) -> String {
    let reading = match reading {
        Ok(reading) => reading,
        Err(error) => return error.full_text(),
    };
    let mut lines = Vec::new();
    for snapshot in &reading.snapshots {
        for item in &snapshot.items {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
            let link = item.link.as_ref().map_or("-", |link| link.as_str());
            let published = item.published.map_or("-".to_owned(), |at| at.to_string());
            lines.push(format!(
                "{} [{}] {} #{} {}{} ({}) {published} by {} in {} {link} {:?}",
                item.kind.as_str(),
                text(&item.id),
                item.title,
                number(item.rank.map(u64::from)),
                number(item.count),
                if item.at_least { "+" } else { "" },
                number(item.secondary),
                text(&item.author),
                text(&item.language),
                item.tags,
            ));
        }
    }
    lines.extend(reading.gone.iter().map(|gone| format!("gone {gone}")));
    lines.extend(reading.results.iter().map(|result| format!("{result:?}")));
    lines.extend(reading.skipped.first.iter().map(|(line, why)| format!("skipped {line}: {why}")));
    lines.join("\n")
}

#[test]
fn every_kind_has_a_licence_note() {
    for kind in all_kinds() {
        let note = super::licence_note(&kind);
        assert!(!note.kind.is_empty() && !note.licence.is_empty() && note.note.len() > 20, "{note:?}");
        assert!(note.page.is_empty() || note.page.starts_with("https://"), "{note:?}");
    }
}

#[tokio::test]
async fn a_source_is_tried_and_what_to_do_is_said() {
    let service = Service::start(|uri| match uri {
        "/good" => ok("title,count\nA story,3\n"),
        "/empty" => ok("title\n"),
        "/page" => ok("<!DOCTYPE html><html><body>Welcome</body></html>"),
        _ => no(404),
    })
    .await;
    let mut lines = Vec::new();
    for path in ["/good", "/empty", "/page", "/none"] {
        let format = if path == "/page" { FeedFormat::Syndication } else { FeedFormat::Csv };
        let feed = url_feed("news", &service.server.url(path), format);
        let found = super::try_source(&Fetcher::new().unwrap(), &feed, &trends(), at(NOW)).await;
        lines.push(format!("{} {} | {}", found.works, found.said, found.fix.unwrap_or_default()));
    }
    let kind = FeedKind::Mastodon { trends: reelpress_config::MastodonTrends::Tags };
    let closed = Service::start(|_| no(401)).await;
    let found =
        super::try_source(&Fetcher::new().unwrap(), &of_kind(kind, &closed.server.url("")), &trends(), at(NOW)).await;
    lines.push(format!("{} {} | {}", found.works, found.said, found.fix.unwrap_or_default()));
    assert_eq!(found.feed.as_str(), name("news").as_str());
    let text = lines.join("\n").replace(&service.server.address.to_string(), "HOST");
    insta::assert_snapshot!(text.replace(&closed.server.address.to_string(), "HOST"), @r#"
    true 1 items | 
    false it answered, but there was nothing in it | see whether the list is empty in a browser too
    false feed `news`: http://HOST/page is not RSS, Atom or JSON Feed: it is an HTML page (look for the page's own link to its feed) | check `kind`, `format` and the address: something else came
    false feed `news`: http://HOST/none answered 404 | check the address: nothing is there
    false feed `news`: http://HOST/api/v1/trends/tags?... does not show this list to the public (401): take the feed out | take the feed out of the config
    "#);
}

#[tokio::test]
async fn feeds_are_tried_at_once_but_told_in_their_order() {
    let first_waits = Arc::new(tokio::sync::Notify::new());
    let handle = {
        let first_waits = first_waits.clone();
        move |request: Request| {
            let first_waits = first_waits.clone();
            async move {
                // The first feed answers when the last has answered: one after the other would never end.
                if request.uri().path() == "/0" {
                    first_waits.notified().await;
                } else if request.uri().path() == "/7" {
                    first_waits.notify_one();
                }
                "title,count\nA story,3\n"
            }
        }
    };
    let (mut servers, mut feeds) = (Vec::new(), Vec::new());
    // Each of a host of its own: one host is asked by one at a time, whoever asks.
    for number in 0..10 {
        let server = Server::start(Router::new().fallback(handle.clone())).await;
        feeds.push(url_feed(&format!("news-{number}"), &server.url(&format!("/{number}")), FeedFormat::Csv));
        servers.push(server);
    }
    let (answered, trends) = (std::sync::atomic::AtomicUsize::new(0), trends());
    let count = || {
        answered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    };
    let found = super::try_sources(&feeds, &trends, at(NOW), &count).unwrap().collect::<Vec<_>>().await;
    let names = found.iter().map(|one| one.feed.to_string()).collect::<Vec<_>>();
    assert_eq!(names, feeds.iter().map(|feed| feed.name.to_string()).collect::<Vec<_>>());
    assert!(found.iter().all(|one| one.works), "{found:?}");
    assert_eq!(answered.into_inner(), 10);
}

#[tokio::test]
async fn a_folder_is_read_in_the_order_of_its_names_and_its_newest_files_first_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str, age: u64| {
        let path = folder.path().join(file);
        std::fs::write(&path, text).unwrap();
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_790_000_000 - age);
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    write("b.csv", "hashtag,posts,rank\n#Space Walk,\"1,200\",1\nmoon,900,2\n", 60);
    write("a.csv", "hashtag,posts\nold,1\n", 7_200);
    write("c.csv", "hashtag,posts\ntoo old for its size,1\n", 900_000);
    write("notes.txt", "not a feed", 0);
    write(".hidden.csv", "hashtag\nx\n", 0);
    let feed = file_feed("tags", folder.path(), FeedFormat::Csv);
    let trends = reelpress_config::Trends { max_bytes: 80, ..trends() };
    let fetcher = Fetcher::new().unwrap();
    let Ok(Fetched::Body(body)) = fetcher.fetch(&feed, &trends, &Validators::default(), at(NOW)).await else {
        panic!("no body")
    };
    let reading = super::read(&feed, &body.parts, at(NOW), 80);
    let times = reading.as_ref().unwrap().snapshots.iter().map(|poll| poll.at.to_string()).collect::<Vec<_>>();
    assert_eq!(times, ["2026-09-21T12:13:20Z", "2026-09-21T14:12:20Z"]);
    insta::assert_snapshot!(shown(reading), @r#"
    hashtag [-] #old #- 1 (-) - by - in - - []
    hashtag [-] #SpaceWalk #1 1200 (-) - by - in - - []
    hashtag [-] #moon #2 900 (-) - by - in - - []
    "#);
}

#[test]
fn results_of_own_posts_are_read_from_both_formats() {
    let csv = "post_id,Account,platform,published,at,views,likes,comments,shares,watch_through\n\
               7,orbit,TikTok,2026-11-20,2026-11-21T10:00:00Z,\"1,200\",30,2,,63%\n,,,,2026-11-21,,,,,\n8,,,,soon,,,,,\n";
    let lines = "{\"post_id\":9,\"at\":1795255200,\"views\":10,\"watch_through\":1.2,\"item\":\"01H\"}\nnonsense\n";
    for (format, text) in [(FeedFormat::Csv, csv), (FeedFormat::Ndjson, lines)] {
        let feed = Feed { kind: FeedKind::OwnResults, ..file_feed("own", "results", format) };
        let got = shown(read(&feed, text));
        if format == FeedFormat::Csv {
            insta::assert_snapshot!(got, @r#"
            OwnResult { post: "7", item: None, account: Some("orbit"), platform: Some("tiktok"), published: Some(2026-11-20T00:00:00Z), at: 2026-11-21T10:00:00Z, views: Some(1200), likes: Some(30), comments: Some(2), shares: None, watch_through: Some(0.63) }
            skipped 3: there is no `post_id`
            skipped 4: `at` is not a time
            "#);
        } else {
            insta::assert_snapshot!(got, @r#"
            OwnResult { post: "9", item: Some("01H"), account: None, platform: None, published: None, at: 2026-11-21T10:00:00Z, views: Some(10), likes: None, comments: None, shares: None, watch_through: Some(1.2) }
            skipped 2: expected ident at line 1 column 2
            "#);
        }
    }
    let feed = Feed { kind: FeedKind::OwnResults, ..file_feed("own", "results", FeedFormat::Csv) };
    insta::assert_snapshot!(shown(read(&feed, "name,views\nx,1\n")), @"feed `own`: results is not results of own posts: CSV with a column `post_id`, or such objects a line: the header is `name, views`");
}
