//! Settings, feeds and a server for tests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use reelpress_config::{
    Account, Assemble, Daemon, Deliver, Devices, Feed, FeedFormat, FeedPlace, LineSettings, Name, Niche, Retries,
    Review, Schedule, Screen, Script, ScriptWriter, Settings, Trends, Voice,
};
use tokio::task::JoinSet;

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn file_feed(feed: &str, path: impl Into<PathBuf>, format: FeedFormat) -> Feed {
    let place = FeedPlace::File(path.into());
    Feed { name: name(feed), place, format, every: Duration::from_mins(15), language: None, allow_private: false }
}

pub(crate) fn url_feed(feed: &str, url: &str, format: FeedFormat) -> Feed {
    let place = FeedPlace::Url(url.parse().unwrap());
    Feed { place, allow_private: true, ..file_feed(feed, "", format) }
}

pub(crate) fn trends() -> Trends {
    Trends {
        max_bytes: 1 << 20,
        timeout: Duration::from_secs(20),
        user_agent: "reelpress-test/1 (+mailto:ops@example.org)".to_owned(),
        max_age: Duration::from_hours(48),
        min_score: 0.0,
        take: 100,
    }
}

pub(crate) fn niche(keywords: &[&str], avoid: &[&str]) -> Niche {
    let owned = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    Niche {
        language: "en".to_owned(),
        tone: "plain".to_owned(),
        keywords: owned(keywords),
        avoid: owned(avoid),
        templates: vec![name("bold"), name("calm"), name("cards")],
        hashtags: vec![],
        call_to_action: String::new(),
    }
}

pub(crate) fn account(niches: &[&str]) -> Account {
    Account {
        niches: niches.iter().map(|niche| name(niche)).collect(),
        timezone: jiff::tz::TimeZone::UTC,
        windows: vec![],
        min_gap: Duration::from_hours(1),
        posts_per_day: 3,
        ramp: vec![],
        since: None,
        enabled: true,
        max_in_line: 3,
    }
}

pub(crate) fn settings(feeds: Vec<Feed>) -> Settings {
    let one = NonZeroUsize::MIN;
    let localhost = SocketAddr::from(([127, 0, 0, 1], 0));
    let pause = Duration::from_secs(1);
    Settings {
        daemon: Daemon {
            data_dir: PathBuf::new(),
            listen: localhost,
            grace: pause,
            stall_after: pause,
            min_free_bytes: 0,
            keep_history_days: 1,
            retries: Retries {
                attempts: NonZeroU32::MIN,
                first: pause,
                max: pause,
                breaker_after: NonZeroU32::MIN,
                breaker_pause: pause,
            },
        },
        line: LineSettings {
            script: one,
            voice: one,
            assemble: one,
            screen: one,
            review: one,
            shelf: one,
            deliver: one,
            cpu_workers: one,
            script_workers: one,
        },
        feeds,
        trends: trends(),
        niches: BTreeMap::new(),
        script: Script { writer: ScriptWriter::Builtin, words_min: 45, words_max: 110 },
        voice: Voice { voices: BTreeMap::new(), words_per_minute: 160, pitch: 50, pause_ms: 250 },
        assemble: Assemble {
            width: 1080,
            height: 1920,
            fps: 30,
            preset: "veryfast".to_owned(),
            crf: 21,
            audio_bitrate: 128_000,
            loudness_lufs: -14.0,
            true_peak_dbtp: -1.0,
            music_db: None,
            duck_db: 0.0,
            library: None,
            templates: None,
        },
        screen: Screen { policy: None, min_duration: pause, max_duration: pause },
        review: Review { auto_approve: false, sample_percent: 0 },
        accounts: BTreeMap::new(),
        schedule: Schedule { horizon: pause, lead: pause, promises_per_minute: NonZeroU32::MIN },
        deliver: Deliver { outbox: PathBuf::new(), ahead: pause },
        devices: Devices {
            enabled: false,
            adb: localhost,
            folder: String::new(),
            lease: pause,
            timeout: pause,
            pushes_per_hour: NonZeroU32::MIN,
            serials: BTreeMap::new(),
        },
    }
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
