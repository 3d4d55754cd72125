use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use futures::StreamExt as _;
use reelpress_config::{Feed, FeedFormat};

use super::{Fetched, Fetcher, Validators};
use crate::error::TrendsError;
use crate::testing::{Server, at, file_feed, trends, url_feed};

async fn fetch(feed: &Feed) -> Result<Fetched, TrendsError> {
    fetch_within(feed, 1 << 20, Duration::from_secs(20)).await
}

async fn fetch_within(feed: &Feed, max_bytes: u64, timeout: Duration) -> Result<Fetched, TrendsError> {
    let trends = reelpress_config::Trends { max_bytes, timeout, ..trends() };
    Fetcher::new().unwrap().fetch(feed, &trends, &Validators::default(), at("2026-11-21T12:00:00Z")).await
}

fn feed(url: &str) -> Feed {
    url_feed("news", url, FeedFormat::Csv)
}

fn public_only(url: &str) -> Feed {
    Feed { allow_private: false, ..feed(url) }
}

#[track_caller]
fn text(fetched: Result<Fetched, TrendsError>) -> String {
    match fetched {
        Ok(Fetched::Body(mut body)) => String::from_utf8(body.parts.remove(0).bytes).unwrap(),
        other => panic!("no body: {other:?}"),
    }
}

#[tokio::test]
async fn says_who_it_is_and_asks_again_conditionally() {
    let router = Router::new().route(
        "/",
        get(|headers: HeaderMap| async move {
            assert!(headers[header::USER_AGENT].to_str().unwrap().contains("ops@example.org"));
            assert!(headers[header::ACCEPT_ENCODING].to_str().unwrap().contains("gzip"));
            match headers.get(header::IF_NONE_MATCH) {
                Some(tag) if tag == "\"v1\"" && headers[header::IF_MODIFIED_SINCE] == "yesterday" => {
                    StatusCode::NOT_MODIFIED.into_response()
                }
                _ => ([(header::ETAG, "\"v1\""), (header::LAST_MODIFIED, "yesterday")], "body").into_response(),
            }
        }),
    );
    let server = Server::start(router).await;
    let feed = feed(&server.url("/"));
    let Ok(Fetched::Body(body)) = fetch(&feed).await else { panic!("no body") };
    let again = Fetcher::new().unwrap().fetch(&feed, &trends(), &body.validators, at("2026-11-21T12:00:00Z")).await;
    assert!(matches!(again, Ok(Fetched::NotModified { .. })), "{again:?}");
}

#[tokio::test]
async fn a_public_feed_may_not_lead_to_a_private_address() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let router = Router::new().route("/", get(move || async move { count.fetch_add(1, Ordering::SeqCst).to_string() }));
    let server = Server::start(router).await;
    let port = server.address.port();
    for address in
        [format!("http://127.0.0.1:{port}/"), format!("http://localhost:{port}/"), "http://10.0.0.1/".to_owned()]
    {
        let error = fetch(&public_only(&address)).await.unwrap_err();
        assert!(matches!(error, TrendsError::Refused { .. }), "{address}: {error:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the server was reached");
    assert_eq!(text(fetch(&feed(&format!("http://localhost:{port}/"))).await), "0");
}

#[tokio::test]
async fn an_endless_slow_body_costs_the_timeout_and_no_more() {
    let router = Router::new().route(
        "/",
        get(|| async {
            let first = futures::stream::iter([Ok::<_, Infallible>("a")]);
            Body::from_stream(first.chain(futures::stream::pending()))
        }),
    );
    let server = Server::start(router).await;
    let error =
        fetch_within(&feed(&server.url("/?key=secret")), 1 << 20, Duration::from_millis(200)).await.unwrap_err();
    let message = error.full_text().replace(&server.address.to_string(), "HOST");
    insta::assert_snapshot!(message, @"feed `news`: http://HOST/?... took longer than 200 ms (`trends.timeout`)");
}

#[tokio::test]
async fn answers_that_are_errors_are_told_apart() {
    let answer = |Path(status): Path<u16>| async move {
        (StatusCode::from_u16(status).unwrap(), [(header::RETRY_AFTER, "120")], "no")
    };
    let server = Server::start(Router::new().route("/{status}", get(answer))).await;
    let busy = fetch(&feed(&server.url("/429"))).await.unwrap_err();
    assert_eq!(busy.retry_after(), Some(Duration::from_mins(2)));
    assert!(matches!(fetch(&feed(&server.url("/410"))).await, Err(TrendsError::Gone { .. })));
    assert!(matches!(fetch(&feed(&server.url("/500"))).await, Err(TrendsError::Status { status: 500, .. })));
    assert!(matches!(fetch(&feed(&server.url("/302"))).await, Err(TrendsError::Redirect { .. })));
}

#[tokio::test]
async fn files_have_the_same_limit_but_a_growing_log_is_read_from_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("polls.ndjson");
    std::fs::write(&path, "first line\nsecond line\nthird line\n").unwrap();
    let log = file_feed("log", &path, FeedFormat::Ndjson);
    let within = |feed: Feed, limit: u64| async move { fetch_within(&feed, limit, Duration::from_secs(9)).await };
    assert_eq!(text(within(log, 20).await), "third line\n");
    let table = file_feed("table", &path, FeedFormat::Csv);
    assert!(matches!(within(table, 20).await, Err(TrendsError::TooLarge { .. })));
    let missing = file_feed("gone", folder.path().join("no"), FeedFormat::Csv);
    assert!(matches!(within(missing, 20).await, Err(TrendsError::File { .. })));
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let got = within(file_feed("folder", &empty, FeedFormat::Csv), 20).await;
    assert!(matches!(got, Ok(Fetched::Body(body)) if body.parts.is_empty()));
}
