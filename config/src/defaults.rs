//! The one home of defaults. With nothing configured, everything works: no key, no network, no account.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::time;
use jiff::tz::TimeZone;

use crate::name::Name;
use crate::settings::{
    Account, Assemble, BUILTIN_WRITER, Brand, Budget, Daemon, Declared, Deliver, Devices, LineSettings, Media, MediaS3,
    Niche, NicheRouting, PageReading, PerKind, Quality, Retries, Review, SafeZone, Saturation, Schedule, Screen,
    Script, Sensitive, Settings, TrendLibrary, TrendReport, Trends, VideoEncoder, Voice, Window,
};

pub(crate) mod routing;
pub(crate) mod safety;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What an `[[feeds]]` table leaves out.
pub(crate) const FEED_EVERY: Duration = Duration::from_secs(15 * MINUTE);

/// What a `[script.providers.NAME]` table leaves out.
pub(crate) const ENDPOINT_TIMEOUT: Duration = Duration::from_secs(MINUTE);
pub(crate) const ENDPOINT_MAX_TOKENS: u32 = 1_500;
pub(crate) const ENDPOINT_TEMPERATURE: f32 = 0.7;
pub(crate) const ENDPOINT_CALLS_PER_MINUTE: NonZeroU32 = count(60);
pub(crate) const ENDPOINT_CONCURRENCY: NonZeroUsize = depth(4);

/// What a `[voice.openai]` table leaves out.
pub(crate) const SPEECH_TIMEOUT: Duration = Duration::from_secs(2 * MINUTE);
pub(crate) const SPEECH_CALLS_PER_MINUTE: NonZeroU32 = count(60);

/// What a `[voice.kokoro]` table leaves out.
pub(crate) const SPEECH_THREADS: NonZeroUsize = NonZeroUsize::MIN;

/// What a `[media.openai]` table leaves out.
pub(crate) const IMAGE_STYLE: &str = "vertical photograph, natural light, no text, no logos";
pub(crate) const IMAGE_TIMEOUT: Duration = Duration::from_secs(3 * MINUTE);
pub(crate) const IMAGE_CALLS_PER_MINUTE: NonZeroU32 = count(10);

impl Default for Settings {
    /// Everything by default, with one niche `general` and one account `default`.
    fn default() -> Self {
        let niches = BTreeMap::from([(name("general"), Niche::default())]);
        Self {
            daemon: Daemon::default(),
            line: LineSettings::default(),
            feeds: Vec::new(),
            trends: Trends::default(),
            script: Script::default(),
            voice: Voice::default(),
            media: Media::default(),
            assemble: Assemble::default(),
            provenance: crate::Provenance::default(),
            screen: Screen::default(),
            review: Review::default(),
            console: crate::Console::default(),
            accounts: default_accounts(&niches),
            niches,
            schedule: Schedule::default(),
            deliver: Deliver::default(),
            devices: Devices::default(),
        }
    }
}

impl Default for Daemon {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 9464)),
            grace: Duration::from_secs(MINUTE),
            stall_after: Duration::from_secs(10 * MINUTE),
            min_free_bytes: 1 << 30,
            keep_history_days: 90,
            retries: Retries::default(),
        }
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: count(4),
            first: Duration::from_secs(1),
            max: Duration::from_secs(MINUTE),
            breaker_after: count(5),
            breaker_pause: Duration::from_secs(30),
        }
    }
}

impl Default for LineSettings {
    fn default() -> Self {
        Self {
            script: depth(16),
            voice: depth(16),
            assemble: depth(4),
            screen: depth(8),
            review: depth(64),
            shelf: depth(2_000),
            deliver: depth(2_000),
            cpu_workers: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            script_workers: depth(4),
        }
    }
}

impl Default for Trends {
    fn default() -> Self {
        Self {
            max_bytes: 5 << 20,
            timeout: Duration::from_secs(20),
            user_agent: concat!("reelpress/", env!("CARGO_PKG_VERSION")).to_owned(),
            max_age: Duration::from_secs(7 * DAY),
            min_score: 0.0,
            take: 30,
            block: Vec::new(),
            sensitive: Sensitive::default(),
            saturation: Saturation::default(),
            embeddings: None,
            keep_observations: Duration::from_secs(90 * DAY),
            report: TrendReport::default(),
            library: TrendLibrary::default(),
        }
    }
}

impl Default for TrendReport {
    fn default() -> Self {
        let hours = |hours: u64| Duration::from_secs(hours * HOUR);
        Self {
            quota: PerKind { topics: 24, hashtags: 10, sounds: 6, formats: 4 },
            every: PerKind { topics: hours(2), hashtags: hours(6), sounds: hours(2), formats: hours(24) },
            feed_share: 0.5,
        }
    }
}

impl Default for TrendLibrary {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * DAY);
        let half_life = PerKind { topics: days(1), hashtags: days(3), sounds: days(7), formats: days(30) };
        Self { most: 100, least: 50, half_life }
    }
}

impl Default for Niche {
    /// English, any topic, the built-in templates in turn.
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
            tone: "clear, friendly and exact".to_owned(),
            keywords: Vec::new(),
            avoid: Vec::new(),
            templates: ["explainer", "news-brief", "top-list", "calm-story"].map(name).into(),
            hashtags: Vec::new(),
            call_to_action: String::new(),
            routing: NicheRouting::default(),
            calls_to_action: Vec::new(),
            hook_variants: NonZeroU32::MIN,
            brand: Brand::default(),
            budget: Budget::default(),
            declared: Declared::default(),
        }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self {
            writers: vec![name(BUILTIN_WRITER)],
            providers: BTreeMap::new(),
            budget: Budget::default(),
            currency: "USD".to_owned(),
            timezone: TimeZone::UTC,
            words_min: 45,
            words_max: 110,
            evidence: PageReading::default(),
        }
    }
}

impl Default for PageReading {
    fn default() -> Self {
        Self {
            fetch: false,
            pages: depth(3),
            max_bytes: 2 << 20,
            timeout: Duration::from_secs(10),
            keep: Duration::from_secs(DAY),
        }
    }
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            engine: None,
            voices: BTreeMap::new(),
            words_per_minute: 165,
            pitch: 50,
            pause_ms: 250,
            longest_pause_ms: 450,
            target: None,
            openai: None,
            kokoro: None,
        }
    }
}

impl Default for Media {
    /// No place: all backgrounds are drawn.
    fn default() -> Self {
        Self {
            places: Vec::new(),
            uses: vec!["commercial".to_owned()],
            cache: PathBuf::from("data/media-cache"),
            cache_bytes: 10 << 30,
            every: Duration::from_secs(5 * MINUTE),
            s3: MediaS3::default(),
            openai: None,
        }
    }
}

impl Default for MediaS3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key: None,
            secret_key: None,
            timeout: Duration::from_secs(MINUTE),
        }
    }
}

impl Default for Assemble {
    fn default() -> Self {
        Self {
            width: 1080,
            height: 1920,
            fps: 30,
            quality: Quality::Standard,
            preset: Quality::Standard.preset().to_owned(),
            crf: Quality::Standard.crf(),
            encoder: vec![VideoEncoder::X264],
            segment_store_max: 20_000_000_000,
            audio_bitrate: 128_000,
            loudness_lufs: -14.0,
            true_peak_dbtp: -1.5,
            music_db: Some(-20.0),
            duck_db: 9.0,
            templates: None,
            safe_zone: SafeZone::All,
        }
    }
}

impl Default for Review {
    fn default() -> Self {
        Self { auto_approve: true, sample_percent: 15 }
    }
}

impl Default for Account {
    /// Takes the niche `general` and posts in UTC.
    fn default() -> Self {
        Self {
            niches: vec![name("general")],
            timezone: TimeZone::UTC,
            windows: vec![Window { from: time(7, 0, 0, 0), to: time(22, 0, 0, 0) }],
            min_gap: Duration::from_secs(2 * HOUR),
            posts_per_day: 4,
            ramp: vec![0, 2, 5, 7],
            since: None,
            enabled: true,
            max_in_line: 8,
            declared: Declared::default(),
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            horizon: Duration::from_secs(48 * HOUR),
            lead: Duration::from_secs(10 * MINUTE),
            promises_per_minute: count(600),
        }
    }
}

impl Default for Deliver {
    fn default() -> Self {
        Self { outbox: PathBuf::from("outbox"), ahead: Duration::from_secs(24 * HOUR) }
    }
}

impl Default for Devices {
    fn default() -> Self {
        Self {
            enabled: false,
            adb: SocketAddr::from((Ipv4Addr::LOCALHOST, 5037)),
            folder: "/sdcard/Movies/reelpress".to_owned(),
            lease: Duration::from_secs(10 * MINUTE),
            timeout: Duration::from_secs(30),
            pushes_per_hour: count(12),
            serials: BTreeMap::new(),
        }
    }
}

/// The account that stands in when none is configured takes every niche there is. It is a folder in the outbox, not an
/// account anywhere, so it has no ramp: with one, a fresh press would deliver nothing for a week.
pub(crate) fn default_accounts(niches: &BTreeMap<Name, Niche>) -> BTreeMap<Name, Account> {
    let account = Account { niches: niches.keys().cloned().collect(), ramp: Vec::new(), ..Account::default() };
    BTreeMap::from([(name("default"), account)])
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("the names of defaults are fine")
}

const fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("defaults are not zero")
}

const fn depth(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("defaults are not zero")
}
