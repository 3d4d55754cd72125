//! The settings as the press uses them: every value checked, no spans, no options that are "always set by then".

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Serialize;
use url::Url;

use crate::name::Name;
use crate::secret::Secret;

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
    /// What is checked.
    pub screen: Screen,
    /// Who looks before a cut may go out.
    pub review: Review,
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

/// `[[feeds]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Unique.
    pub name: Name,
    /// File or address.
    pub place: FeedPlace,
    /// How to read it.
    pub format: FeedFormat,
    /// Time between two reads.
    pub every: Duration,
    /// ISO 639-1 code, or `None` to tell from the text.
    pub language: Option<String>,
    /// Let this feed's address (and its redirects) be a private one.
    pub allow_private: bool,
}

/// Where a feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedPlace {
    /// A local file.
    File(PathBuf),
    /// An http or https address.
    Url(Url),
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0, RSS 1.0, Atom or JSON Feed, told apart by content.
    Syndication,
    /// One poll a line: `{"fetched_at", "source", "items": [{"rank", "id", "title", "url", ...}]}`.
    Ndjson,
    /// A header line, then a topic a line; columns `title`, `link`, `summary`, `published`, `count`.
    Csv,
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
    /// Topics below this score are not taken.
    pub min_score: f64,
    /// Most topics taken from one read of all feeds.
    pub take: usize,
}

/// `[niches.NAME]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Niche {
    /// ISO 639-1 code to write and speak in.
    pub language: String,
    /// How to write: a few words for the prompt.
    pub tone: String,
    /// A topic must hold one of these words or phrases (lower case); empty means any topic.
    pub keywords: Vec<String>,
    /// A topic with one of these words (lower case) is not taken.
    pub avoid: Vec<String>,
    /// Names of templates, used in turn; never empty.
    pub templates: Vec<Name>,
    /// Hashtags put to every post, without `#`.
    pub hashtags: Vec<String>,
    /// Last sentence of every video; empty leaves it to the writer.
    pub call_to_action: String,
    /// Colours, type and logo over any template. Not part of what a script is made from.
    #[serde(skip)]
    pub brand: Brand,
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

/// `[script]`
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Built-in writer or endpoint.
    pub writer: ScriptWriter,
    /// Fewest spoken words; at most `words_max`.
    pub words_min: usize,
    /// Most spoken words.
    pub words_max: usize,
}

/// Who writes.
#[derive(Debug, Clone, PartialEq)]
pub enum ScriptWriter {
    /// Templates; no key, no network.
    Builtin,
    /// An OpenAI-compatible endpoint.
    OpenAi(Endpoint),
}

/// `[script.openai]`
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Up to and with the version: `http://127.0.0.1:11434/v1`; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most tokens of one answer.
    pub max_tokens: u32,
    /// True sends `max_completion_tokens`, false the older `max_tokens` that many local servers know only.
    pub new_token_field: bool,
    /// 0.0 to 2.0.
    pub temperature: f32,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
}

/// `[voice]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Who speaks a language without an entry in `voices`; `None` is `auto` in the file: flite for English, espeak-ng
    /// for all others.
    pub engine: Option<SpeechEngine>,
    /// Voice for each language, such as `en` = `flite:rms`.
    pub voices: BTreeMap<String, VoiceName>,
    /// Words a minute, 80 to 300.
    pub words_per_minute: u32,
    /// 0 to 99.
    pub pitch: u32,
    /// Silence after each beat, in milliseconds, 0 to 10,000; `pause` in the file.
    pub pause_ms: u32,
    /// Longest silence inside a beat, in milliseconds, 100 to 10,000; longer ones are shortened. `longest_pause` in the
    /// file.
    pub longest_pause_ms: u32,
    /// How long the speech of a script should be; the rate is fitted to it, within 0.85 to 1.2 of `words_per_minute`.
    pub target: Option<Duration>,
    /// The endpoint of the engine `openai`; there whenever a voice needs it.
    pub openai: Option<SpeechEndpoint>,
}

impl Voice {
    /// Engine and voice for a language (ISO 639-1).
    #[must_use]
    pub fn speaker(&self, language: &str) -> (SpeechEngine, String) {
        let english = language == "en";
        match self.voices.get(language) {
            Some(voice) => (voice.engine.or(self.engine).unwrap_or(SpeechEngine::EspeakNg), voice.name.clone()),
            None => {
                let own = if english { SpeechEngine::Flite } else { SpeechEngine::EspeakNg };
                let engine = self.engine.unwrap_or(own);
                let name = match engine {
                    SpeechEngine::EspeakNg if english => "en-us",
                    SpeechEngine::EspeakNg => language,
                    SpeechEngine::Flite => FLITE_VOICES[0],
                    SpeechEngine::OpenAi => "alloy",
                };
                (engine, name.to_owned())
            }
        }
    }
}

/// flite's voices, all of them English; the first is the default.
pub const FLITE_VOICES: [&str; 4] = ["rms", "slt", "awb", "kal16"];

/// Who turns text into sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpeechEngine {
    /// More than a hundred languages, on this machine.
    EspeakNg,
    /// English, on this machine.
    Flite,
    /// An endpoint with `/audio/speech` as `OpenAI` has it.
    OpenAi,
}

impl SpeechEngine {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::EspeakNg, Self::Flite, Self::OpenAi];

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EspeakNg => "espeak-ng",
            Self::Flite => "flite",
            Self::OpenAi => "openai",
        }
    }
}

/// A voice, perhaps with the engine that has it: `en-us`, `flite:rms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceName {
    /// `None` leaves it to `voice.engine`; where that is `auto`, to espeak-ng.
    pub engine: Option<SpeechEngine>,
    /// Its name there.
    pub name: String,
}

impl VoiceName {
    /// A voice of whichever engine is set.
    #[must_use]
    pub fn plain(name: &str) -> Self {
        Self { engine: None, name: name.to_owned() }
    }

    /// A voice of one engine.
    #[must_use]
    pub fn of(engine: SpeechEngine, name: &str) -> Self {
        Self { engine: Some(engine), name: name.to_owned() }
    }
}

impl std::fmt::Display for VoiceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.engine {
            Some(engine) => write!(f, "{}:{}", engine.name(), self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// `[voice.openai]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechEndpoint {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The speaking model's name.
    pub model: String,
    /// The model that tells when each word is heard; `None` guesses the times from the text.
    pub transcription_model: Option<String>,
    /// How to speak, for models that take instructions; may be empty.
    pub instructions: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
}

/// `[media]`
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// Where media files and their `licences.toml` are; none draws all backgrounds.
    pub places: Vec<MediaPlace>,
    /// Uses that every file must be allowed for, such as `commercial`; lower-case words, never empty.
    pub uses: Vec<String>,
    /// Folder for copies of files from S3.
    pub cache: PathBuf,
    /// Most bytes of copies in it; `cache_size` in the file.
    pub cache_bytes: u64,
    /// How often a place on S3 is looked at again.
    pub every: Duration,
    /// How S3 is reached.
    pub s3: MediaS3,
    /// Who paints a picture for a beat that no file fits; `None` draws it.
    pub openai: Option<ImageEndpoint>,
}

/// Where media files are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MediaPlace {
    /// A local folder.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// Without `/` at its ends; may be empty.
        prefix: String,
    },
}

impl std::fmt::Display for MediaPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// `[media.s3]`
#[derive(Debug, Clone, PartialEq)]
pub struct MediaS3 {
    /// Of a service that is not Amazon's; `None` means Amazon's of the region.
    pub endpoint: Option<Url>,
    /// The bucket's region.
    pub region: String,
    /// Both or none; without them requests are not signed.
    pub access_key: Option<Secret>,
    /// Belongs to `access_key`.
    pub secret_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// `[media.openai]`
#[derive(Debug, Clone, PartialEq)]
pub struct ImageEndpoint {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Width and height in pixels to ask for; `None` takes the model's size nearest to the video's shape.
    pub size: Option<(u32, u32)>,
    /// How pictures should look, put behind what they show.
    pub style: String,
    /// True sends `response_format = "b64_json"`; GPT image models refuse it, most others need it.
    pub ask_for_base64: bool,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
}

/// `[assemble]`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assemble {
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// What `preset` and `crf` are where the file does not name them.
    pub quality: Quality,
    /// x264's speed preset.
    pub preset: String,
    /// x264's quality, 0 (lossless) to 51.
    pub crf: u32,
    /// Which encoders are tried, in this order; x264 stands behind them all.
    pub encoder: Vec<VideoEncoder>,
    /// Most bytes of encoded segments that are kept for later cuts; 0 keeps none.
    pub segment_store_max: u64,
    /// AAC bit rate, bits a second.
    pub audio_bitrate: u32,
    /// Target loudness in LUFS.
    pub loudness_lufs: f64,
    /// Highest true peak in dBTP.
    pub true_peak_dbtp: f64,
    /// Music bed's level below the voice, in dB; `None` leaves the music out.
    pub music_db: Option<f64>,
    /// How much lower the bed goes while the voice speaks, in dB.
    pub duck_db: f64,
    /// Folder of templates beside the built-in ones; a file there replaces the built-in of its name.
    pub templates: Option<PathBuf>,
    /// Whose buttons and texts nothing may lie under.
    pub safe_zone: SafeZone,
}

/// How much work goes into a picture's bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// To look at while a template is made: superfast, crf 28.
    Draft,
    /// To post: veryfast, crf 21.
    Standard,
    /// To keep: medium, crf 18; more than twice the time.
    High,
}

impl Quality {
    /// x264's speed preset.
    #[must_use]
    pub fn preset(self) -> &'static str {
        match self {
            Self::Draft => "superfast",
            Self::Standard => "veryfast",
            Self::High => "medium",
        }
    }

    /// x264's quality.
    #[must_use]
    pub fn crf(self) -> u32 {
        match self {
            Self::Draft => 28,
            Self::Standard => 21,
            Self::High => 18,
        }
    }
}

/// Who turns pictures into H.264.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "&'static str")]
pub enum VideoEncoder {
    /// x264, on the processor: the same bytes on every machine.
    X264,
    /// NVIDIA's.
    Nvenc,
    /// Intel's Quick Sync.
    Qsv,
    /// Whatever the Video Acceleration API finds (Intel, AMD).
    Vaapi,
    /// A V4L2 memory-to-memory device (small boards).
    V4l2m2m,
    /// Apple's.
    VideoToolbox,
}

impl VideoEncoder {
    /// Each of them.
    pub const ALL: [Self; 6] = [Self::X264, Self::Nvenc, Self::Qsv, Self::Vaapi, Self::V4l2m2m, Self::VideoToolbox];

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::X264 => "x264",
            Self::Nvenc => "h264_nvenc",
            Self::Qsv => "h264_qsv",
            Self::Vaapi => "h264_vaapi",
            Self::V4l2m2m => "h264_v4l2m2m",
            Self::VideoToolbox => "h264_videotoolbox",
        }
    }
}

impl From<VideoEncoder> for &'static str {
    fn from(encoder: VideoEncoder) -> Self {
        encoder.name()
    }
}

/// `[screen]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Policy file; `None` uses the built-in one.
    pub policy: Option<PathBuf>,
    /// Shortest cut.
    pub min_duration: Duration,
    /// Longest cut.
    pub max_duration: Duration,
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
