//! Settings, feeds and a server for tests.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use reelpress_config::{Account, Feed, FeedFormat, FeedPlace, Name, Niche, Settings, Trends};
use tokio::task::JoinSet;

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn file_feed(feed: &str, path: impl Into<PathBuf>, format: FeedFormat) -> Feed {
    let place = FeedPlace::File(path.into());
    Feed::new(name(feed), place, format)
}

pub(crate) fn url_feed(feed: &str, url: &str, format: FeedFormat) -> Feed {
    let place = FeedPlace::Url(url.parse().unwrap());
    Feed { place, allow_private: true, ..file_feed(feed, "", format) }
}

pub(crate) fn niche(keywords: &[&str], avoid: &[&str]) -> Niche {
    let owned = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    Niche {
        keywords: owned(keywords),
        avoid: owned(avoid),
        templates: vec![name("bold"), name("calm"), name("cards")],
        ..Niche::default()
    }
}

pub(crate) fn account(niches: &[&str]) -> Account {
    Account { niches: niches.iter().map(|niche| name(niche)).collect(), ..Account::default() }
}

pub(crate) fn trends() -> Trends {
    Trends {
        max_bytes: 1 << 20,
        user_agent: "reelpress-test/1 (+mailto:ops@example.org)".to_owned(),
        max_age: Duration::from_hours(48),
        take: 100,
        ..Trends::default()
    }
}

pub(crate) fn settings(feeds: Vec<Feed>) -> Settings {
    Settings { feeds, trends: trends(), ..Settings::default() }
}

/// A real HTTP server on this machine; it ends with the value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _task: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, _task: task }
    }

    /// One that was started elsewhere.
    pub(crate) fn running(address: SocketAddr, task: JoinSet<()>) -> Self {
        Self { address, _task: task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// The folder with real recordings, or a line that says what is skipped.
pub(crate) fn samples(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("REELPRESS_SAMPLE_DATA") else {
        #[expect(clippy::print_stderr, reason = "the one who reads the test's output must know what it did not do")]
        {
            eprintln!("skipped: REELPRESS_SAMPLE_DATA is not set, {file} is not read");
        }
        return None;
    };
    let path = Path::new(&folder).join(file);
    assert!(path.exists(), "REELPRESS_SAMPLE_DATA is set, but {} is not there", path.display());
    Some(path)
}

/// An RSS document with these items: title, link, date.
pub(crate) fn rss(items: &[(&str, &str, &str)]) -> String {
    use std::fmt::Write as _;
    let mut entries = String::new();
    for (title, link, date) in items {
        write!(entries, "<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>").unwrap();
    }
    format!(
        r#"<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><language>en-us</language>{entries}</channel></rss>"#
    )
}
