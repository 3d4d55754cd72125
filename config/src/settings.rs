//! The settings as the press uses them: every value checked, no spans, no options that are "always set by then".

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::name::Name;

mod assemble;
mod console;
mod declared;
mod feeds;
mod media;
mod provenance;
mod routing;
mod safety;
mod screen;
mod script;
mod similar;
mod trends;
mod voice;

pub use assemble::{Assemble, Quality, VideoEncoder};
pub use console::{Console, Oidc, OidcRoles};
pub use declared::{Commercial, Connection, Declared, PlatformName, TopicFlag};
pub use feeds::{
    BlueskyList, Feed, FeedFormat, FeedKind, FeedPlace, FeedShows, HackerNewsList, JsonMap, MastodonTrends,
    RedditListing,
};
pub use media::{ImageEndpoint, Media, MediaPlace, MediaS3};
pub use provenance::{OwnCertificate, Provenance};
pub use routing::{
    EmbeddingsEndpoint, FormatsLearnt, HookType, NicheRouting, NicheSaturation, Saturation, Sensitive, SensitiveClass,
    SensitivePolicy,
};
pub use safety::{ModerationEndpoint, Safety};
pub use screen::{QUALITY_RULES, QualityWeight, Screen, ScreenQuality};
pub use script::{BUILTIN_WRITER, Budget, Money, PageReading, Provider, SchemaMode, Script};
pub use similar::{Similar, SimilarScope};
pub use trends::{PerKind, TrendLibrary, TrendReport};
pub use voice::{
    FLITE_VOICES, KOKORO_VOICE, SpeechEndpoint, SpeechEngine, SpeechModel, Voice, VoiceName, kokoro_language,
    kokoro_voice_for,
};

/// Everything that can be set. One value of this type is one consistent view.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where things are and how the daemon behaves.
    pub daemon: Daemon,
    /// Depths of the edges and number of workers. Needs a restart.
    pub line: LineSettings,
    /// Where topics are read.
    pub feeds: Vec<Feed>,
    /// How topics are scored and taken.
    pub trends: Trends,
    /// Editorial lines, by name.
    pub niches: BTreeMap<Name, Niche>,
    /// Who writes.
    pub script: Script,
    /// Who speaks.
    pub voice: Voice,
    /// Pictures, clips, music: where they are, and who paints what is missing.
    pub media: Media,
    /// Picture, sound and encoder.
    pub assemble: Assemble,
    /// Who signs.
    pub provenance: Provenance,
    /// What is checked.
    pub screen: Screen,
    /// Who looks before a cut may go out.
    pub review: Review,
    /// Pages for people.
    pub console: Console,
    /// Accounts, by name.
    pub accounts: BTreeMap<Name, Account>,
    /// How slots are planned.
    pub schedule: Schedule,
    /// Where posts are handed over.
    pub deliver: Deliver,
    /// The test phones.
    pub devices: Devices,
}

/// `[daemon]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daemon {
    /// Journal, artifacts and lock files. Needs a restart.
    pub data_dir: PathBuf,
    /// HTTP address of metrics, health and the control API. Needs a restart.
    pub listen: SocketAddr,
    /// How long a drain may take before what is in hand is given back to the journal.
    pub grace: Duration,
    /// A line that holds work and finishes nothing for this long is not healthy.
    pub stall_after: Duration,
    /// The press pauses while the data folder's disk has less room than this, in bytes; `min_free` in the file.
    pub min_free_bytes: u64,
    /// Ended items keep their full history this long, in days; 1 or more; `keep_history` in the file.
    pub keep_history_days: u32,
    /// How often an item may fail in one stage before it is held, and how long each retry waits.
    pub retries: Retries,
}

/// `[daemon.retries]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retries {
    /// Tries in one stage before an item is held; 1 or more.
    pub attempts: NonZeroU32,
    /// First wait; doubles each time.
    pub first: Duration,
    /// Longest wait, also for a Retry-After.
    pub max: Duration,
    /// Failures in a row that open a stage's circuit breaker.
    pub breaker_after: NonZeroU32,
    /// How long it stays open before one item may try.
    pub breaker_pause: Duration,
}

/// `[line]`: how many items each edge holds, and workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSettings {
    /// Briefs waiting for a script.
    pub script: NonZeroUsize,
    /// Scripts waiting for speech.
    pub voice: NonZeroUsize,
    /// Speech waiting for an encoder.
    pub assemble: NonZeroUsize,
    /// Cuts waiting for screening.
    pub screen: NonZeroUsize,
    /// Cuts waiting for the review policy.
    pub review: NonZeroUsize,
    /// The shelf: approved cuts waiting for a slot. Full means the press pauses.
    pub shelf: NonZeroUsize,
    /// Scheduled cuts waiting for their time.
    pub deliver: NonZeroUsize,
    /// Encoder threads; default: one a core.
    pub cpu_workers: NonZeroUsize,
    /// Scripts written at the same time.
    pub script_workers: NonZeroUsize,
}

/// `[trends]`
#[derive(Debug, Clone, PartialEq)]
pub struct Trends {
    /// Largest feed body, in bytes.
    pub max_bytes: u64,
    /// Longest fetch, from connect to last byte.
    pub timeout: Duration,
    /// Sent to feeds; says who we are and how to reach us.
    pub user_agent: String,
    /// Topics older than this are not taken.
    pub max_age: Duration,
    /// Topics below this score, 0 to 1, are not taken.
    pub min_score: f64,
    /// Most topics taken from one read of all feeds.
    pub take: usize,
    /// A topic with one of these words is taken by no niche (written as a niche's `keywords` are).
    pub block: Vec<String>,
    /// What happens to topics about delicate matters.
    pub sensitive: Sensitive,
    /// From when on a topic has been made often enough.
    pub saturation: Saturation,
    /// Who turns titles into vectors; `None` leaves routing to the words.
    pub embeddings: Option<EmbeddingsEndpoint>,
    /// How long the sightings of every poll are kept.
    pub keep_observations: Duration,
    /// What is reported when.
    pub report: TrendReport,
    /// What stays at hand.
    pub library: TrendLibrary,
}

/// `[niches.NAME]`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Niche {
    /// ISO 639-1 code to write and speak in.
    pub language: String,
    /// How to write: a few words for the prompt.
    pub tone: String,
    /// A topic must hold one of these words or phrases (lower case); empty means any topic. A word that ends in `*` stands
    /// for all words that begin so, and what stands between two `/` is a regular expression over the text in lower case.
    pub keywords: Vec<String>,
    /// A topic with one of these (written as `keywords` are) is not taken.
    pub avoid: Vec<String>,
    /// Names of templates, used in turn; never empty.
    pub templates: Vec<Name>,
    /// Hashtags put to every post, without `#`.
    pub hashtags: Vec<String>,
    /// Last sentence of every video; empty leaves it to the writer.
    pub call_to_action: String,
    /// Which topics it takes, beside the two lists above. Not part of what a script is made from.
    #[serde(skip)]
    pub routing: NicheRouting,
    /// More last sentences: with `call_to_action` they are taken in turn, by the brief's seed.
    pub calls_to_action: Vec<String>,
    /// Hooks that each script is written with, to try them against each other; 1 to 8.
    pub hook_variants: NonZeroU32,
    /// Colours, type and logo over any template. Not part of what a script is made from.
    #[serde(skip)]
    pub brand: Brand,
    /// What its scripts may use in a day. Not part of what a script is made from.
    #[serde(skip)]
    pub budget: Budget,
    /// What is declared of its videos. Not part of what a script is made from.
    #[serde(skip)]
    pub declared: Declared,
}

/// `[niches.NAME.brand]`: what replaces a template's own; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Brand {
    /// Most of the background: red, green, blue, sRGB.
    pub base: Option<[u8; 3]>,
    /// The background's second colour.
    pub tone: Option<[u8; 3]>,
    /// Light in the background.
    pub glow: Option<[u8; 3]>,
    /// Text on the background.
    pub ink: Option<[u8; 3]>,
    /// Cards and boxes.
    pub surface: Option<[u8; 3]>,
    /// The one colour that calls.
    pub accent: Option<[u8; 3]>,
    /// Families of headlines, first choice first; empty leaves the template's.
    pub headline: Vec<String>,
    /// Families of captions and labels, first choice first; empty leaves the template's.
    pub body: Vec<String>,
    /// A picture, perhaps with transparency.
    pub logo: Option<PathBuf>,
    /// Where the logo is: left, top, width, height in thousandths of the safe zone.
    pub logo_place: Option<[u16; 4]>,
    /// What `{handle}` in a template says; may be empty.
    pub handle: String,
}

/// Whose buttons and texts nothing may lie under.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum SafeZone {
    /// Every platform's.
    #[default]
    All,
    Tiktok,
    Reels,
    Shorts,
}

/// `[review]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// True lets a clean cut go on without a person, but for the sample.
    pub auto_approve: bool,
    /// Share of clean cuts that a person sees all the same, in percent, 0 to 100.
    pub sample_percent: u32,
}

/// `[accounts.NAME]`
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Which niches it takes.
    pub niches: Vec<Name>,
    /// Its city's time.
    pub timezone: TimeZone,
    /// When posts may be planned, in its own time; never empty, in order, not overlapping (one may begin where another
    /// ends).
    pub windows: Vec<Window>,
    /// Shortest time between two posts.
    pub min_gap: Duration,
    /// Most posts a day once the ramp is over, 1 to 100.
    pub posts_per_day: u32,
    /// Most posts a week in its first weeks, by week: `[0, 2, 5, 7]` allows none in the first week, two in the second.
    /// After them `posts_per_day` alone counts. Empty means no ramp.
    pub ramp: Vec<u32>,
    /// First day of the ramp, in the account's time. `None` means the day the press first planned for it, and weeks of 0
    /// at the ramp's beginning are left out then: a press that plans nothing could not remember when it began to.
    pub since: Option<jiff::civil::Date>,
    /// False: nothing new is planned for it.
    pub enabled: bool,
    /// Most cuts of this account that may be on the line at once.
    pub max_in_line: usize,
    /// What is declared of its posts.
    pub declared: Declared,
}

impl Settings {
    /// What is declared of a video of this niche for this account. Names that are not in the config declare nothing.
    #[must_use]
    pub fn declared(&self, niche: &Name, account: &Name) -> Declared {
        let of_niche = self.niches.get(niche).map(|niche| niche.declared.clone()).unwrap_or_default();
        match self.accounts.get(account) {
            Some(account) => of_niche.narrowed(&account.declared),
            None => of_niche,
        }
    }
}

/// From one time of day to a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First minute.
    pub from: Time,
    /// First minute after it.
    pub to: Time,
}

/// `[schedule]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How far ahead slots are promised.
    pub horizon: Duration,
    /// A slot is at least this far away when it is promised.
    pub lead: Duration,
    /// Most slots promised a minute over all accounts.
    pub promises_per_minute: NonZeroU32,
}

/// `[deliver]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliver {
    /// The outbox folder.
    pub outbox: PathBuf,
    /// A post appears in the outbox this long before its slot.
    pub ahead: Duration,
}

/// `[devices]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Devices {
    /// True pushes each post to a phone as well.
    pub enabled: bool,
    /// The adb server's socket.
    pub adb: SocketAddr,
    /// Folder on the phone: absolute, of letters, digits, `/`, `.`, `_` and `-`, without `..` and a slash at its end.
    pub folder: String,
    /// Longest lease of one phone.
    pub lease: Duration,
    /// Longest wait for a phone that answers nothing.
    pub timeout: Duration,
    /// Most pushes an hour to one phone.
    pub pushes_per_hour: NonZeroU32,
    /// Phones for an account, by serial number; an account without an entry uses any phone.
    pub serials: BTreeMap<Name, Vec<String>>,
}
