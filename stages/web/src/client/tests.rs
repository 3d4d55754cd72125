use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use futures::StreamExt as _;
use jiff::Timestamp;
use reelpress_core::Fault as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use super::Web;
use crate::{Ask, Got, Limits, Pace, Robots, Validators, WebError};

const AGENT: &str = "reelpress-test/1 (+mailto:ops@example.org)";

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A real server on this machine; it ends with the value.
struct Server {
    address: SocketAddr,
    _task: JoinSet<()>,
}

impl Server {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, _task: task }
    }

    /// Answers every connection with these very bytes, and closes it.
    async fn raw(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4_096];
                let _read = stream.read(&mut request).await;
                let _written = stream.write_all(&answer).await;
                let _closed = stream.shutdown().await;
            }
        });
        Self { address, _task: task }
    }

    fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }
}

/// A question to a server of this machine.
fn own(url: &Url) -> Ask<'_> {
    Ask { allow_private: true, robots: Robots::Named, pace: Pace::OWN, ..Ask::page(url, AGENT, noon()) }
}

async fn fetch(ask: &Ask<'_>) -> Result<Got, WebError> {
    Web::new().unwrap().get(ask).await
}

#[track_caller]
fn text(got: Result<Got, WebError>) -> String {
    match got {
        Ok(Got::Page(page)) => page.text(),
        other => panic!("no body: {other:?}"),
    }
}

#[tokio::test]
async fn it_says_who_it_is_and_asks_again_conditionally() {
    let router = Router::new().route(
        "/",
        get(|headers: HeaderMap| async move {
            assert_eq!(headers[header::USER_AGENT], AGENT);
            assert!(headers[header::ACCEPT_ENCODING].to_str().unwrap().contains("gzip"));
            match headers.get(header::IF_NONE_MATCH) {
                Some(tag) if tag == "\"v1\"" && headers[header::IF_MODIFIED_SINCE] == "yesterday" => {
                    StatusCode::NOT_MODIFIED.into_response()
                }
                _ => {
                    let headers = [
                        (header::ETAG, "\"v1\""),
                        (header::LAST_MODIFIED, "yesterday"),
                        (header::CACHE_CONTROL, "public, max-age=600"),
                    ];
                    (headers, "body").into_response()
                }
            }
        }),
    );
    let server = Server::start(router).await;
    let url = server.url("/");
    let Ok(Got::Page(page)) = fetch(&own(&url)).await else { panic!("no body") };
    assert_eq!(page.fresh_for, Some(Duration::from_mins(10)));
    let again = fetch(&Ask { validators: &page.validators, ..own(&url) }).await;
    assert!(matches!(again, Ok(Got::NotModified { .. })), "{again:?}");
}

#[tokio::test]
async fn a_304_that_was_not_asked_for_is_an_error() {
    let server = Server::start(Router::new().route("/", get(|| async { StatusCode::NOT_MODIFIED }))).await;
    let url = server.url("/");
    assert!(matches!(fetch(&own(&url)).await, Err(WebError::Unasked { .. })));
    let validators = Validators { etag: Some("\"x\"".to_owned()), last_modified: None };
    let asked = fetch(&Ask { validators: &validators, ..own(&url) }).await;
    assert!(matches!(asked, Ok(Got::NotModified { .. })), "{asked:?}");
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_a_circle_ends() {
    let hop = |Path(left): Path<u32>| async move {
        if left == 0 { "end".into_response() } else { Redirect::temporary(&format!("/{}", left - 1)).into_response() }
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let circle = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Redirect::permanent("/for/ever") }
    };
    let router = Router::new().route("/{left}", get(hop)).route("/for/ever", get(circle));
    let server = Server::start(router).await;
    assert_eq!(text(fetch(&own(&server.url("/5"))).await), "end");
    assert!(matches!(fetch(&own(&server.url("/6"))).await, Err(WebError::Redirect { .. })));
    assert!(matches!(fetch(&own(&server.url("/for/ever"))).await, Err(WebError::Redirect { .. })));
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_private_address_is_never_reached_unless_it_is_allowed() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let router = Router::new().route("/", get(move || async move { count.fetch_add(1, Ordering::SeqCst).to_string() }));
    let server = Server::start(router).await;
    let port = server.address.port();
    for address in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::1]/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ] {
        let url = address.parse().unwrap();
        for robots in [Robots::Named, Robots::Obey] {
            let error = fetch(&Ask { allow_private: false, robots, ..own(&url) }).await.unwrap_err();
            assert!(matches!(error.kind(), "refused" | "robots"), "{address}: {error:?}");
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the server was reached");
    let local = format!("http://localhost:{port}/").parse().unwrap();
    assert_eq!(text(fetch(&own(&local)).await), "0");
}

#[tokio::test]
async fn every_hop_is_checked() {
    for to in ["file:///etc/passwd", "ftp://example.org/", "data:text/plain,x"] {
        let router = Router::new().route("/", get(move || async move { Redirect::temporary(to) }));
        let server = Server::start(router).await;
        let error = fetch(&own(&server.url("/"))).await.unwrap_err();
        assert!(matches!(&error, WebError::Refused { .. }), "{to}: {error:?}");
    }
    for to in ["http://127.0.0.1/", "http://169.254.169.254/x", "http://[::1]/", "http://10.1.2.3/", "//192.168.0.1/"] {
        let from = "https://example.org/feed".parse().unwrap();
        let headers = HeaderMap::from_iter([(header::LOCATION, to.parse().unwrap())]);
        let next = super::next_hop(&from, &headers).unwrap();
        assert!(crate::check(&next, false).is_err(), "{to}");
    }
}

#[tokio::test]
async fn keys_go_to_the_first_origin_only_and_never_into_a_message() {
    let show = |headers: HeaderMap| async move { headers.contains_key(header::AUTHORIZATION).to_string() };
    let end = Server::start(Router::new().route("/", get(show))).await;
    let to = end.url("/").to_string();
    let router = Router::new()
        .route("/", get(show))
        .route("/away", get(move || async move { Redirect::temporary(&to) }))
        .route("/no", get(|| async { StatusCode::FORBIDDEN }));
    let start = Server::start(router).await;
    let headers = [("authorization", "Bearer secret".to_owned())];
    let (here, away) = (start.url("/"), start.url("/away"));
    assert_eq!(text(fetch(&Ask { headers: &headers, ..own(&here) }).await), "true");
    assert_eq!(text(fetch(&Ask { headers: &headers, ..own(&away) }).await), "false");
    let mut no = start.url("/no?key=secret");
    no.set_password(Some("secret")).unwrap();
    let error = format!("{:?}", fetch(&own(&no)).await.unwrap_err());
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn a_form_is_sent_once_and_not_sent_on() {
    let router = Router::new()
        .route("/", post(|body: String| async move { body }))
        .route("/away", post(|| async { Redirect::permanent("/") }));
    let server = Server::start(router).await;
    let form = vec![("grant_type", "client_credentials".to_owned()), ("x", "a b&c".to_owned())];
    let (here, away) = (server.url("/"), server.url("/away"));
    assert_eq!(text(fetch(&Ask { form: Some(&form), ..own(&here) }).await), "grant_type=client_credentials&x=a+b%26c");
    assert!(matches!(fetch(&Ask { form: Some(&form), ..own(&away) }).await, Err(WebError::Redirect { .. })));
}

#[tokio::test]
async fn a_huge_body_is_cut_without_being_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let router = Router::new().route(
        "/",
        get(move || async move {
            let chunks = futures::stream::iter(0..1_600).map(move |_| {
                count.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Infallible>(vec![b'x'; 1 << 16])
            });
            Body::from_stream(chunks)
        }),
    );
    let server = Server::start(router).await;
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let error = fetch(&Ask { limits, ..own(&server.url("/")) }).await.unwrap_err();
    assert!(matches!(error, WebError::TooLarge { limit: 0x10_0000, .. }), "{error:?}");
    let first = text(fetch(&Ask { limits, cut: true, ..own(&server.url("/")) }).await);
    assert!(first.len() == 1 << 20 && first.bytes().all(|byte| byte == b'x'), "the first of it, to the byte");
    assert!(sent.load(Ordering::SeqCst) < 800, "{} of 1,600 chunks were taken", sent.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_compressed_bomb_is_cut_at_the_limit() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let router = Router::new().route("/", get(|| async move { ([(header::CONTENT_ENCODING, "gzip")], bomb) }));
    let server = Server::start(router).await;
    let error = fetch(&own(&server.url("/"))).await.unwrap_err();
    assert!(matches!(error, WebError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn a_length_that_lies_is_no_way_in() {
    let answer =
        |length: u64, body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes();
    let short = Server::raw(answer(1_000, "not that much")).await;
    let error = fetch(&own(&short.url("/"))).await.unwrap_err();
    assert!(matches!(error, WebError::Transfer { .. }), "{error:?}");
    let long = Server::raw(answer(4, "bodyand more of it")).await;
    assert_eq!(text(fetch(&own(&long.url("/"))).await), "body");
    let huge = Server::raw(answer(1 << 40, "x")).await;
    assert!(matches!(fetch(&own(&huge.url("/"))).await, Err(WebError::TooLarge { .. })));
    let cut =
        Server::raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nwor".to_vec()).await;
    assert!(matches!(fetch(&own(&cut.url("/"))).await, Err(WebError::Transfer { .. })));
    let garbage = Server::raw(b"this is not HTTP\r\n\r\n".to_vec()).await;
    assert!(matches!(fetch(&own(&garbage.url("/"))).await, Err(WebError::Transfer { .. })));
}

#[tokio::test]
async fn an_endless_slow_body_costs_the_timeout_and_no_more() {
    let router = Router::new()
        .route(
            "/",
            get(|| async {
                Body::from_stream(futures::stream::iter([Ok::<_, Infallible>("a")]).chain(futures::stream::pending()))
            }),
        )
        .route("/hang", get(std::future::pending::<()>));
    let server = Server::start(router).await;
    let limits = Limits { time: Duration::from_millis(200), ..Limits::default() };
    for path in ["/?key=secret", "/hang"] {
        let error = fetch(&Ask { limits, ..own(&server.url(path)) }).await.unwrap_err();
        assert!(matches!(error, WebError::Timeout { .. }), "{path}: {error:?}");
    }
}

#[tokio::test]
async fn answers_that_are_errors_are_told_apart() {
    let answer = |Path(status): Path<u16>| async move { (StatusCode::from_u16(status).unwrap(), "we are sorry") };
    let server = Server::start(Router::new().route("/{status}", get(answer))).await;
    assert!(matches!(fetch(&own(&server.url("/410"))).await, Err(WebError::Gone { .. })));
    let broken = fetch(&own(&server.url("/500"))).await.unwrap_err();
    assert!(matches!(&broken, WebError::Status { status: 500, said, .. } if said == "we are sorry"), "{broken:?}");
    assert!(matches!(fetch(&own(&server.url("/302"))).await, Err(WebError::Redirect { .. })));
}

#[tokio::test]
async fn a_host_that_asks_to_be_left_alone_is_for_all_its_addresses_until_then() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let answer = move |Path(path): Path<String>| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            if path == "busy" {
                (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "86400")]).into_response()
            } else {
                "fine".into_response()
            }
        }
    };
    let server = Server::start(Router::new().route("/{path}", get(answer))).await;
    let web = Web::new().unwrap();
    let (busy, other) = (server.url("/busy"), server.url("/other"));
    assert_eq!(text(web.get(&own(&other)).await), "fine");
    let error = web.get(&own(&busy)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_hours(24)));
    let later = noon() + jiff::SignedDuration::from_hours(1);
    let held = web.get(&Ask { now: later, ..own(&other) }).await.unwrap_err();
    assert!(matches!(held, WebError::Held { .. }), "{held:?}");
    assert_eq!(held.retry_after(), Some(Duration::from_hours(23)));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let day = noon() + jiff::SignedDuration::from_hours(25);
    assert_eq!(text(web.get(&Ask { now: day, ..own(&other) }).await), "fine");
}

#[tokio::test]
async fn an_allowance_that_is_used_up_is_waited_for() {
    let headers = [("x-ratelimit-remaining", "0.0"), ("x-ratelimit-reset", "90.5")];
    let server = Server::start(Router::new().route("/", get(move || async move { (headers, "last") }))).await;
    let web = Web::new().unwrap();
    let url = server.url("/");
    assert_eq!(text(web.get(&own(&url)).await), "last");
    let held = web.get(&own(&url)).await.unwrap_err();
    assert_eq!(held.retry_after(), Some(Duration::from_millis(90_500)), "{held}");
}

#[tokio::test]
async fn found_pages_are_read_where_robots_txt_lets_us() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let robots = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { "User-agent: *\nDisallow: /private\n\nUser-agent: reelpress-test\nDisallow: /closed\n" }
    };
    let page = || async { "page" };
    let router = Router::new().route("/robots.txt", get(robots)).route("/{*path}", get(page));
    let server = Server::start(router).await;
    let web = Web::new().unwrap();
    let read = async |path: &str| web.get(&Ask { robots: Robots::Obey, ..own(&server.url(path)) }).await;
    assert_eq!(text(read("/private/x").await), "page", "the group that names us is ours alone");
    assert_eq!(text(read("/open").await), "page");
    let error = read("/closed/a?b=c").await.unwrap_err().to_string().replace(&server.address.to_string(), "HOST");
    insta::assert_snapshot!(error, @"http://HOST/closed/a?... is not for us: its host's robots.txt has `Disallow: /closed`");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the rules are kept");
    let named = web.get(&own(&server.url("/closed/a"))).await;
    assert_eq!(text(named), "page", "a person named this address");
}

#[tokio::test]
async fn a_host_without_rules_is_open_and_one_that_fails_to_say_is_closed() {
    for (status, opens) in [(404, true), (403, true), (500, false), (503, false)] {
        let router = Router::new()
            .route("/robots.txt", get(move || async move { StatusCode::from_u16(status).unwrap() }))
            .route("/", get(|| async { "page" }));
        let server = Server::start(router).await;
        let got = fetch(&Ask { robots: Robots::Obey, ..own(&server.url("/")) }).await;
        assert_eq!(got.is_ok(), opens, "{status}: {got:?}");
    }
}
