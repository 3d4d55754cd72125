mod console;
mod declared;
mod routing;
mod safety;
mod screen;
mod script;
mod similar;
mod trends;

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use insta::assert_snapshot;
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use console::console;
use declared::{declared, of_account};
use routing::routing;
use screen::checks;
use script::{budget, script};
use trends::{feed, trends};

use crate::testing::{settings, surroundings};
use crate::{
    Account, Assemble, Brand, Daemon, Deliver, Devices, Feed, ImageEndpoint, LineSettings, Media, MediaPlace, MediaS3,
    Name, Niche, NicheRouting, Quality, Retries, SafeZone, Schedule, Secret, Settings, SpeechEndpoint, SpeechEngine,
    SpeechModel, VideoEncoder, Voice, VoiceName, Window,
};

#[test]
#[expect(clippy::too_many_lines, reason = "the whole file is one text")]
fn the_defaults_are_shown_as_a_file() {
    let mut settings = Settings::default();
    // These two depend on the machine and on the version.
    settings.line.cpu_workers = NonZeroUsize::MIN;
    settings.trends.user_agent = "reelpress".to_owned();
    assert_snapshot!(settings.to_toml(), @r#"
    [daemon]
    data_dir = "data"
    listen = "127.0.0.1:9464"
    grace = "1m"
    stall_after = "10m"
    min_free = "1GiB"
    keep_history = "90d"

    [daemon.retries]
    attempts = 4
    first = "1s"
    max = "1m"
    breaker_after = 5
    breaker_pause = "30s"

    [line]
    script = 16
    voice = 16
    assemble = 4
    screen = 8
    review = 64
    shelf = 2000
    deliver = 2000
    cpu_workers = 1
    script_workers = 4

    [trends]
    max_bytes = "5MiB"
    timeout = "20s"
    user_agent = "reelpress"
    max_age = "7d"
    min_score = 0.0
    take = 30
    keep_observations = "90d"
    block = []

    [trends.report]
    topics = 24
    topics_every = "2h"
    hashtags = 10
    hashtags_every = "6h"
    sounds = 6
    sounds_every = "2h"
    formats = 4
    formats_every = "1d"
    feed_share = 0.5

    [trends.library]
    most = 100
    least = 50
    topics_half_life = "1d"
    hashtags_half_life = "3d"
    sounds_half_life = "7d"
    formats_half_life = "30d"

    [trends.sensitive]
    tragedies = "hold"
    minors = "hold"
    elections = "hold"
    health = "hold"
    finance = "hold"
    weapons = "hold"
    drugs = "hold"
    adult = "refuse"

    [trends.saturation]
    days = 7
    ours = 3
    videos = 40
    publishers = 0

    [niches.general]
    language = "en"
    tone = "clear, friendly and exact"
    keywords = []
    avoid = []
    templates = ["explainer", "news-brief", "top-list", "calm-story"]
    hashtags = []
    call_to_action = ""
    calls_to_action = []
    hook_variants = 1
    required = []
    block = []
    min_score = 0.0
    about = ""
    examples = []

    [script]
    writers = ["builtin"]
    words_min = 45
    words_max = 110

    [script.budget]
    currency = "USD"
    timezone = "UTC"

    [script.evidence]
    fetch = false
    pages = 3
    max_bytes = "2MiB"
    timeout = "10s"
    keep = "1d"

    [voice]
    engine = "auto"
    words_per_minute = 165
    pitch = 50
    pause = "250ms"
    longest_pause = "450ms"

    [voice.voices]

    [media]
    places = []
    uses = ["commercial"]
    cache = "data/media-cache"
    cache_size = "10GiB"
    every = "5m"

    [media.s3]
    region = "us-east-1"
    timeout = "1m"

    [assemble]
    width = 1080
    height = 1920
    fps = 30
    quality = "standard"
    preset = "veryfast"
    crf = 21
    encoder = ["x264"]
    segment_store_max = "20GB"
    audio_bitrate = 128000
    loudness_lufs = -14.0
    true_peak_dbtp = -1.5
    music_db = -20.0
    duck_db = 9.0
    safe_zone = "all"

    [provenance]
    enabled = true

    [screen]
    min_duration = "10s"
    max_duration = "90s"

    [screen.similar]
    enabled = true
    reject = 0.8
    hold = 0.6
    hold_parts = 0.5
    scope = "everything"
    retention = "365d"
    repeat_share = 0.4
    repeats = 3
    repeat_within = "7d"

    [screen.quality]
    black = "1s"
    frozen = "1s"
    silence = "1500ms"
    speech_db = 6.0
    letters_percent = 3.0
    contrast = 3.0
    characters_per_second = 25.0
    note = []
    hold = []
    block = []

    [screen.safety]
    pictures = 32
    timeout = "1m"
    hold_below = 80
    required = false

    [review]
    auto_approve = true
    sample_percent = 15

    [console]
    enabled = true
    undo = "1m"
    claim = "2m"
    session_idle = "2h"
    session_max = "12h"
    double_check_percent = 0

    [accounts.default]
    niches = ["general"]
    timezone = "UTC"
    windows = ["07:00-22:00"]
    min_gap = "2h"
    posts_per_day = 4
    ramp = []
    enabled = true
    max_in_line = 8
    facebook_login = false

    [schedule]
    horizon = "2d"
    lead = "10m"
    promises_per_minute = 600

    [deliver]
    outbox = "outbox"
    ahead = "1d"

    [devices]
    enabled = false
    adb = "127.0.0.1:5037"
    folder = "/sdcard/Movies/reelpress"
    lease = "10m"
    timeout = "30s"
    pushes_per_hour = 12

    [devices.serials]
    "#);
}

#[test]
fn a_secret_is_shown_as_its_reference() {
    let settings = settings(include_str!("../../examples/agency.toml"));
    let shown = settings.to_toml();
    assert!(shown.contains("api_key = { env = \"REELPRESS_LLM_KEY\" }"), "{shown}");
    assert!(!shown.contains("sk-") && !format!("{settings:?}").contains("sk-"));
    let again = Settings::parse("shown.toml", Path::new(""), &shown, &surroundings());
    assert_eq!(again, Ok(settings));
}

#[test]
fn the_fingerprint_changes_with_the_settings_and_only_with_them() {
    let settings = Settings::default();
    let mut other = settings.clone();
    assert_eq!(settings.fingerprint(), other.fingerprint());
    other.review.sample_percent = 16;
    assert_ne!(settings.fingerprint(), other.fingerprint());
    assert_eq!(settings.fingerprint().len(), 16);
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    assert_eq!(settings(before).differences(&settings(after)), expected);
    assert_eq!(settings(after).differences(&settings(before)), expected, "the other way round");
}

#[test]
fn differences_are_dotted_keys() {
    check("", "", &[]);
    check("", "daemon.grace = \"60s\"", &[]);
    check("", "daemon.grace = \"61s\"\nreview.sample_percent = 0", &["daemon.grace", "review.sample_percent"]);
    check("daemon.retries.attempts = 5", "", &["daemon.retries.attempts"]);
    check("", "screen.policy = \"p.toml\"", &["screen.policy"]);
    check("", "voice.voices.de = \"de\"", &["voice.voices.de"]);
    check("[niches.a]", "[niches.a]\n[niches.\"b.c\"]", &["accounts.default.niches", "niches.\"b.c\""]);
    let (one, other) = ("{ name = \"a\", url = \"http://a.example\" }", "{ name = \"b\", file = \"b\" }");
    check(&format!("feeds = [{one}]"), &format!("feeds = [{one}, {other}]"), &["feeds.b"]);
    check(&format!("feeds = [{one}, {other}]"), &format!("feeds = [{other}, {one}]"), &["feeds"]);
}

#[test]
fn a_changed_secret_of_the_media_library_is_a_difference() {
    let with = |text: &str| {
        let mut settings = Settings::default();
        settings.media.s3.secret_key = Some(Secret::new(text.to_owned()));
        settings
    };
    assert_eq!(with("s3-first").differences(&with("s3-second")), ["media.s3.secret_key"]);
    assert!(!with("s3-first").to_toml().contains("s3-first"));
}

#[test]
fn a_changed_key_of_the_speech_endpoint_is_a_difference_and_is_not_shown() {
    let with = |text: &str| {
        let mut settings =
            settings("[voice]\nengine = \"openai\"\n[voice.openai]\nbase_url = \"http://h/v1\"\nmodel = \"m\"");
        settings.voice.openai.as_mut().expect("it is in the text").api_key = Some(Secret::new(text.to_owned()));
        settings
    };
    assert_eq!(with("sk-first").differences(&with("sk-second")), ["voice.openai.api_key"]);
    assert!(!with("sk-first").to_toml().contains("sk-first"));
}

#[test]
fn a_secret_that_was_replaced_is_a_difference() {
    let with = |text: &str| {
        let mut settings = settings(include_str!("../../examples/agency.toml"));
        let endpoint = settings.script.providers.values_mut().next().expect("the agency has an endpoint");
        let reference = endpoint.api_key.as_ref().and_then(Secret::reference).cloned().expect("it is from a variable");
        endpoint.api_key = Some(Secret::found(text.to_owned(), reference));
        settings
    };
    assert_eq!(with("one").differences(&with("two")), ["script.providers.cloud.api_key"]);
    assert_eq!(with("one").differences(&with("one")), [""; 0]);
}

fn name() -> impl Strategy<Value = Name> {
    "[a-z0-9][a-z0-9._-]{0,8}".prop_map(|text| Name::parse(&text).expect("the pattern is the rule"))
}

fn milliseconds(from: u64, to: u64) -> impl Strategy<Value = Duration> {
    (from..=to).prop_map(Duration::from_millis)
}

/// Text of one line as people write it, quotes and signs of TOML among it.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zäß\"'\\\\#=\\[\\]{} .,!?-]{0,20}".prop_map(|text| text.trim().to_owned())
}

fn path() -> impl Strategy<Value = PathBuf> {
    "[a-zA-Z0-9ü \"./_-]{1,12}[a-z]".prop_map(PathBuf::from)
}

fn count(most: u32) -> impl Strategy<Value = NonZeroU32> {
    (1..=most).prop_map(|number| NonZeroU32::new(number).expect("from 1"))
}

fn depth() -> impl Strategy<Value = NonZeroUsize> {
    (1..=1_024_usize).prop_map(|number| NonZeroUsize::new(number).expect("from 1"))
}

prop_compose! {
    fn daemon()(
        data_dir in path(), port in any::<u16>(), grace in milliseconds(0, 3_600_000),
        stall_after in milliseconds(1_000, 86_400_000), min_free_bytes in 0..1_u64 << 50,
        keep_history_days in 1..=36_500_u32, attempts in count(100), first in milliseconds(1, 3_600_000),
        more in milliseconds(0, 3_600_000), breaker_after in count(10_000), breaker_pause in milliseconds(1, 86_400_000),
    ) -> Daemon {
        let retries = Retries { attempts, first, max: first + more, breaker_after, breaker_pause };
        let listen = ([127, 0, 0, 1], port).into();
        Daemon { data_dir, listen, grace, stall_after, min_free_bytes, keep_history_days, retries }
    }
}

prop_compose! {
    fn line()(d in prop::array::uniform9(depth())) -> LineSettings {
        let [script, voice, assemble, screen, review, shelf, deliver, cpu_workers, script_workers] = d;
        LineSettings { script, voice, assemble, screen, review, shelf, deliver, cpu_workers, script_workers }
    }
}

prop_compose! {
    fn niche()(
        language in "[a-z]{2}", tone in text(), keywords in prop::collection::vec("[a-zß]{1,8}", 0..3),
        avoid in prop::collection::vec("[a-z ]{0,4}[a-z]", 0..3).prop_map(|words| {
            words.iter().map(|word| word.trim().to_owned()).collect::<Vec<_>>()
        }),
        templates in prop::collection::btree_set(name(), 1..3), hashtags in prop::collection::vec("[a-zA-Zä0-9_]{1,8}", 0..3),
        call_to_action in text(), calls_to_action in prop::collection::vec("[A-Z][a-z]{1,8}[.]", 0..3),
        hook_variants in 1..=8_u32, brand in brand(), budget in budget(), routing in routing(),
        declared in declared(),
    ) -> Niche {
        let templates = templates.into_iter().collect();
        // Without words, a description needs an endpoint.
        let described = !keywords.is_empty() || !routing.required.is_empty();
        let routing =
            if described { routing } else { NicheRouting { about: String::new(), examples: Vec::new(), ..routing } };
        let hook_variants = std::num::NonZeroU32::new(hook_variants).unwrap();
        Niche {
            language, tone, keywords, avoid, templates, hashtags, call_to_action, routing, calls_to_action, hook_variants,
            brand, budget, declared,
        }
    }
}

prop_compose! {
    fn brand()(
        colours in prop::collection::vec(prop::option::of(any::<[u8; 3]>()), 6),
        headline in prop::collection::vec("[A-Z][a-z]{1,8}", 0..3), body in prop::collection::vec("[A-Z][a-z]{1,8}", 0..3),
        logo in prop::option::of(path()), handle in "(@[a-z.]{1,12})?",
        logo_place in prop::option::of((0..500_u16, 0..500_u16, 1..=500_u16, 1..=500_u16)),
    ) -> Brand {
        let [base, tone, glow, ink, surface, accent] = colours.try_into().expect("six of them");
        let logo_place = logo_place.map(|(x, y, width, height)| [x, y, width, height]);
        Brand { base, tone, glow, ink, surface, accent, headline, body, logo, logo_place, handle }
    }
}

prop_compose! {
    fn voice()(
        voices in prop::collection::btree_map("[a-z]{2}", voice_name(), 0..3),
        words_per_minute in 80..=300_u32, pitch in 0..=99_u32, pause_ms in 0..=10_000_u32,
        longest_pause_ms in 100..=10_000_u32, target in prop::option::of(milliseconds(5_000, 600_000)),
        openai in speech(), uses_openai in any::<bool>(), is_there in any::<bool>(),
        kokoro in prop::option::of(speech_model()),
    ) -> Voice {
        let named = voices.values().any(|voice: &VoiceName| voice.engine == Some(SpeechEngine::OpenAi));
        let engine = uses_openai.then_some(SpeechEngine::OpenAi);
        let openai = (uses_openai || is_there || named).then_some(openai);
        Voice { engine, voices, words_per_minute, pitch, pause_ms, longest_pause_ms, target, openai, kokoro }
    }
}

prop_compose! {
    fn speech_model()(
        model in "/[a-z]{1,8}/[a-z]{1,8}[.]onnx", voices in "/[a-z]{1,8}", voice in "[abefhip][fm]_[a-z]{1,8}",
        library in prop::option::of("/[a-z]{1,8}/libonnxruntime[.]so"), threads in 1..=64_usize,
    ) -> SpeechModel {
        let threads = NonZeroUsize::new(threads).expect("from 1");
        SpeechModel { model: model.into(), voices: voices.into(), voice, library: library.map(PathBuf::from), threads }
    }
}

fn voice_name() -> impl Strategy<Value = VoiceName> {
    let engines = [None, Some(SpeechEngine::EspeakNg), Some(SpeechEngine::OpenAi)];
    let name = "[a-z]{1,4}(-[a-z]{2})?([+]f[1-5])?";
    (prop::sample::select(engines.to_vec()), name).prop_map(|(engine, name)| VoiceName { engine, name })
}

prop_compose! {
    fn speech()(
        port in any::<u16>(), model in "[a-z0-9:./-]{1,20}", transcription_model in prop::option::of("[a-z0-9-]{1,20}"),
        instructions in text(), timeout in milliseconds(1_000, 3_600_000), calls_per_minute in count(100_000),
    ) -> SpeechEndpoint {
        let base_url = format!("http://127.0.0.1:{port}/v1").parse().expect("an address");
        SpeechEndpoint { base_url, model, transcription_model, instructions, api_key: None, timeout, calls_per_minute }
    }
}

prop_compose! {
    fn painter()(
        port in any::<u16>(), model in "[a-z0-9:./-]{1,20}", size in prop::option::of((64..=4_096_u32, 64..=4_096_u32)),
        style in text(), ask_for_base64 in any::<bool>(), timeout in milliseconds(1_000, 3_600_000),
        calls_per_minute in count(100_000),
    ) -> ImageEndpoint {
        let base_url = format!("http://127.0.0.1:{port}/v1").parse().expect("an address");
        ImageEndpoint { base_url, model, api_key: None, size, style, ask_for_base64, timeout, calls_per_minute }
    }
}

fn place() -> impl Strategy<Value = MediaPlace> {
    let s3 = ("[a-z0-9][a-z0-9.-]{2,9}", "([a-z0-9ü .]{0,6}[a-z](/[a-z ]{0,3}[a-z]){0,2})?");
    prop_oneof![path().prop_map(MediaPlace::Folder), s3.prop_map(|(bucket, prefix)| MediaPlace::S3 { bucket, prefix })]
}

prop_compose! {
    fn media()(
        places in prop::collection::btree_set(place(), 0..3), uses in prop::collection::vec("[a-z][a-z-]{0,10}", 1..3),
        cache in path(), cache_bytes in 1_u64 << 20..=1 << 50, every in milliseconds(1_000, 86_400_000),
        has_own_service in any::<bool>(), region in "[a-z]{2}-[a-z]{4}-[1-9]", timeout in milliseconds(1_000, 3_600_000),
        openai in prop::option::of(painter()),
    ) -> Media {
        let endpoint = has_own_service.then(|| "http://127.0.0.1:9000/".parse().expect("an address"));
        let s3 = MediaS3 { endpoint, region, access_key: None, secret_key: None, timeout };
        Media { places: places.into_iter().collect(), uses, cache, cache_bytes, every, s3, openai }
    }
}

prop_compose! {
    fn assemble()(
        sides in (32..=2_160_u32, 32..=2_160_u32), fps in 1..=120_u32, crf in 0..=51_u32,
        preset in prop::sample::select(vec!["ultrafast", "veryfast", "veryslow"]), audio_bitrate in 32_000..=512_000_u32,
        loudness_lufs in -40.0..=-5.0, true_peak_dbtp in -20.0..=0.0, music_db in prop::option::of(-60.0..=0.0),
        duck_db in 0.0..=60.0, templates in prop::option::of(path()),
        quality in prop::sample::select(vec![Quality::Draft, Quality::Standard, Quality::High]),
        encoder in prop::sample::subsequence(VideoEncoder::ALL.to_vec(), 1..=6), segment_store_max in 0..=1_u64 << 50,
        safe_zone in prop::sample::select(vec![SafeZone::All, SafeZone::Tiktok, SafeZone::Reels, SafeZone::Shorts]),
    ) -> Assemble {
        let (width, height) = (sides.0 * 2, sides.1 * 2);
        let preset = preset.to_owned();
        Assemble {
            width, height, fps, quality, preset, crf, encoder, segment_store_max, audio_bitrate, loudness_lufs,
            true_peak_dbtp, music_db, duck_db, templates, safe_zone,
        }
    }
}

prop_compose! {
    fn account(niches: Vec<Name>)(
        niches in prop::sample::subsequence(niches.clone(), 1..=niches.len()),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
        // An even number of times, each twice a window's end: strictly rising, so no window is empty.
        times in prop::collection::btree_set(0..24 * 60_i16, 2..9), min_gap in milliseconds(0, 604_800_000),
        posts_per_day in 1..=100_u32, ramp in prop::collection::vec(0..=700_u32, 0..5),
        since in prop::option::of((0..=9_999_i16, 1..=12_i8, 1..=28_i8)), enabled in any::<bool>(),
        max_in_line in 1..=10_000_usize, declared in of_account(),
    ) -> Account {
        let clock = |minutes: i16| time((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
        let times: Vec<i16> = times.into_iter().collect();
        let windows = times.chunks_exact(2).map(|ends| Window { from: clock(ends[0]), to: clock(ends[1]) }).collect();
        let timezone = TimeZone::get(zone).expect("the system knows it");
        let since = since.map(|(year, month, day)| date(year, month, day));
        Account { niches, timezone, windows, min_gap, posts_per_day, ramp, since, enabled, max_in_line, declared }
    }
}

prop_compose! {
    fn devices(accounts: Vec<Name>)(
        enabled in any::<bool>(), port in any::<u16>(), folder in "(/[a-zA-Z0-9_-]{1,6}){1,3}",
        lease in milliseconds(1_000, 86_400_000), timeout in milliseconds(1_000, 3_600_000),
        pushes_per_hour in count(10_000), named in prop::sample::subsequence(accounts.clone(), 0..=accounts.len()),
        serials in prop::collection::vec("[A-Za-z0-9.:-]{1,12}", 1..3),
    ) -> Devices {
        let serials = named.into_iter().map(|name| (name, serials.clone())).collect();
        Devices { enabled, adb: ([127, 0, 0, 1], port).into(), folder, lease, timeout, pushes_per_hour, serials }
    }
}

prop_compose! {
    fn planning()(
        lead in milliseconds(0, 604_800_000), more in milliseconds(60_000, 2_000_000_000), promises in count(1_000_000),
        outbox in path(), ahead in milliseconds(0, 2_678_400_000),
    ) -> (Schedule, Deliver) {
        let schedule = Schedule { horizon: lead + more, lead, promises_per_minute: promises };
        (schedule, Deliver { outbox, ahead })
    }
}

prop_compose! {
    fn people()(
        niches in prop::collection::btree_map(name(), niche(), 1..3),
        names in prop::collection::btree_set(name(), 1..3),
    )(
        accounts in prop::collection::vec(account(niches.keys().cloned().collect()), names.len()),
        devices in devices(names.iter().cloned().collect()),
        names in Just(names), niches in Just(niches),
    ) -> (BTreeMap<Name, Niche>, BTreeMap<Name, Account>, Devices) {
        (niches, names.into_iter().zip(accounts).collect(), devices)
    }
}

prop_compose! {
    fn any_settings()(
        daemon in daemon(), line in line(), feeds in prop::collection::vec(feed(), 0..3), trends in trends(),
        people in people(), script in script(), voice in voice(), drawn in (media(), assemble()), checks in checks(),
        planning in planning(), console in console(),
    ) -> Settings {
        let mut feeds = feeds;
        feeds.sort_by(|one: &Feed, other| one.name.cmp(&other.name));
        feeds.dedup_by(|one, other| one.name == other.name);
        let (media, assemble) = drawn;
        let ((screen, provenance, review), (schedule, deliver), (niches, accounts, devices)) = (checks, planning, people);
        Settings {
            daemon, line, feeds, trends, niches, script, voice, media, assemble, provenance, screen, review, console,
            accounts, schedule, deliver, devices,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_shown_parses_back_to_equal_settings(settings in any_settings()) {
        let shown = settings.to_toml();
        match Settings::parse("shown.toml", Path::new(""), &shown, &surroundings()) {
            Ok(again) => prop_assert_eq!(again, settings),
            Err(problems) => prop_assert!(false, "{}\n{}", problems, shown),
        }
    }

    #[test]
    fn there_are_differences_exactly_if_settings_differ(one in any_settings(), other in any_settings()) {
        prop_assert_eq!(one.differences(&other).is_empty(), one == other);
        prop_assert!(one.differences(&one.clone()).is_empty());
        prop_assert_eq!(one.fingerprint() == other.fingerprint(), one == other);
    }
}
