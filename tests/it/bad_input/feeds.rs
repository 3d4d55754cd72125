//! Feeds that are broken, too large, or lead where they must not.

use std::fs::File;
use std::net::SocketAddr;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use reelpress_tests::press::Daemon;

use super::{delivered, feed_file, metric, press, rss};

/// A server on this host that redirects `/sneaky` to `/feed`.
async fn server(feed: String) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new()
        .route("/sneaky", get(|| async { Redirect::temporary("/feed") }))
        .route("/feed", get(|| async move { feed }));
    #[expect(clippy::disallowed_methods, reason = "a server of the test, ended with it")]
    let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (address, task)
}

/// What the log says of a feed, without the time.
fn said(daemon: &Daemon, feed: &str) -> String {
    let (log, mark) = (daemon.log(), format!("feed=\"{feed}\""));
    let line = log.iter().find(|line| line.contains("feed not read") && line.contains(&mark));
    let line = line.unwrap_or_else(|| panic!("nothing about {feed}:\n{}", log.join("\n")));
    line[line.find("error=").unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_feeds_are_named_and_cost_the_others_nothing() {
    let (address, task) = server(rss(1)).await;
    let url = |name: &str, more: &str| {
        format!("[[feeds]]\nname = \"{name}\"\nurl = \"http://{address}/sneaky\"\nlanguage = \"en\"\n{more}")
    };
    let feeds = [
        feed_file("broken"),
        feed_file("huge"),
        feed_file("missing"),
        url("sneaky", ""),
        url("mine", "allow_private = true\n"),
    ];
    let press = press(&feeds.concat());
    press.write("broken.xml", "<rss><channel><item><title>Half a");
    // A hundred megabytes that take no room on the disk.
    File::create(press.path("huge.xml")).unwrap().set_len(100_000_000).unwrap();
    let mut daemon = press.start();
    daemon.ready().await;
    delivered(&press, &daemon, 1).await;
    let home = press.path("").display().to_string();
    let told = |feed: &str| said(&daemon, feed).replace(&home, "").replace(&address.to_string(), "SERVER");
    let all = ["broken", "huge", "missing", "sneaky"].map(told).join("\n");
    insta::assert_snapshot!(all, @r#"
    error="feed `broken`: broken.xml is not RSS, Atom or JSON Feed: unable to parse feed: no root element"
    error="feed `huge`: huge.xml has more than 5242880 bytes (raise `trends.max_bytes` if that is right)"
    error="feed `missing`: could not read missing.xml: No such file or directory (os error 2)"
    error="feed `sneaky`: http://SERVER/sneaky is refused: 127.0.0.1 is not a public address (set `allow_private` on this feed if it is yours)"
    "#);
    assert!(metric(&daemon, "reelpress_feed_polls_total{outcome=\"failed\"}").await >= 4.0);
    assert_eq!(daemon.get("/healthz").await.0, 200, "a feed of others does not make the press ill");
    task.abort();
}
