//! Settings and briefs for the script stage.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use reelpress_config::{
    Assemble, Daemon, Deliver, Devices, Endpoint, LineSettings, Live, Name, Niche, Retries, Review, Schedule, Screen,
    ScriptWriter, Secret, Settings, Trends, Voice,
};
use reelpress_vocabulary::{
    AccountId, Brief, Evidence, FeedId, NicheId, Scene, ScriptDraft, Source, TemplateId, Topic,
};
use url::Url;

/// A key that no test may find in an error.
pub(super) const KEY: &str = "sk-sandbox-0123456789";

pub(super) fn openai(base_url: &str) -> Endpoint {
    Endpoint {
        base_url: Url::parse(base_url).unwrap(),
        model: "sandbox".to_owned(),
        api_key: Some(Secret::new(KEY.to_owned())),
        timeout: Duration::from_secs(20),
        max_tokens: 1_200,
        new_token_field: true,
        temperature: 0.7,
        calls_per_minute: NonZeroU32::new(600_000).unwrap(),
    }
}

pub(super) fn settings_with(endpoint: Endpoint) -> Live {
    Live::new(settings(ScriptWriter::OpenAi(endpoint)))
}

pub(super) fn builtin() -> Live {
    Live::new(settings(ScriptWriter::Builtin))
}

pub(super) fn brief() -> Brief {
    let title = "An octopus has three hearts";
    Brief {
        topic: Topic {
            id: "0".repeat(64),
            title: title.to_owned(),
            summary: "An octopus lives with three hearts, blue blood and no bones at all. Two hearts push blood \
                      through the gills, and the third sends it to the rest of the body. That third heart stops \
                      beating while the animal swims, which is one reason why octopuses prefer to crawl. About 500 \
                      million neurons run through the body, and roughly two thirds of them sit in the arms. Each arm \
                      can taste what it touches."
                .to_owned(),
            language: "en".to_owned(),
            score: 1.0,
            evidence: vec![Evidence {
                feed: FeedId::parse("sea").unwrap(),
                title: title.to_owned(),
                link: Some(Url::parse("https://example.org/hearts").unwrap()),
                at: jiff::Timestamp::UNIX_EPOCH,
                count: None,
            }],
        },
        niche: NicheId::parse("nature").unwrap(),
        account: AccountId::parse("one").unwrap(),
        template: TemplateId::parse("plain").unwrap(),
        language: "en".to_owned(),
        seed: 1,
        given_script: None,
    }
}

/// A script by a person.
pub(super) fn given() -> ScriptDraft {
    let scene =
        |narration: &str| Scene { narration: narration.to_owned(), on_screen: String::new(), show: String::new() };
    ScriptDraft {
        title: "Three hearts".to_owned(),
        hook: scene("An octopus has more hearts than you would guess."),
        scenes: vec![
            scene("Two of them push blood through the gills, where it picks up oxygen from the cold sea water."),
            scene("The third one sends that blood to the rest of the body, and it rests while the animal swims."),
        ],
        call_to_action: scene("The source is in the caption."),
        caption: "Three hearts".to_owned(),
        hashtags: vec!["octopus".to_owned()],
        sources: vec![Source { title: "Octopus".to_owned(), link: Url::parse("https://example.org/octopus").unwrap() }],
    }
}

fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

fn settings(writer: ScriptWriter) -> Settings {
    let depth = NonZeroUsize::MIN;
    let second = Duration::from_secs(1);
    Settings {
        daemon: Daemon {
            data_dir: "/nonexistent".into(),
            listen: "127.0.0.1:0".parse().unwrap(),
            grace: second,
            stall_after: second,
            min_free_bytes: 0,
            keep_history_days: 1,
            retries: Retries {
                attempts: one(),
                first: second,
                max: second,
                breaker_after: one(),
                breaker_pause: second,
            },
        },
        line: LineSettings {
            script: depth,
            voice: depth,
            assemble: depth,
            screen: depth,
            review: depth,
            shelf: depth,
            deliver: depth,
            cpu_workers: depth,
            script_workers: depth,
        },
        feeds: Vec::new(),
        trends: Trends {
            max_bytes: 1,
            timeout: second,
            user_agent: "tests".to_owned(),
            max_age: second,
            min_score: 0.0,
            take: 1,
        },
        niches: BTreeMap::from([(Name::parse("nature").unwrap(), niche())]),
        script: reelpress_config::Script { writer, words_min: 45, words_max: 110 },
        voice: Voice { voices: BTreeMap::new(), words_per_minute: 165, pitch: 50, pause_ms: 200 },
        assemble: Assemble {
            width: 1080,
            height: 1920,
            fps: 30,
            preset: "veryfast".to_owned(),
            crf: 21,
            audio_bitrate: 128_000,
            loudness_lufs: -14.0,
            true_peak_dbtp: -1.5,
            music_db: None,
            duck_db: 9.0,
            library: None,
            templates: None,
        },
        screen: Screen { policy: None, min_duration: second, max_duration: second },
        review: Review { auto_approve: true, sample_percent: 0 },
        accounts: BTreeMap::new(),
        schedule: Schedule { horizon: second, lead: second, promises_per_minute: one() },
        deliver: Deliver { outbox: "/nonexistent".into(), ahead: second },
        devices: Devices {
            enabled: false,
            adb: "127.0.0.1:5037".parse().unwrap(),
            folder: "/sdcard".to_owned(),
            lease: second,
            timeout: second,
            pushes_per_hour: one(),
            serials: BTreeMap::new(),
        },
    }
}

fn niche() -> Niche {
    Niche {
        language: "en".to_owned(),
        tone: "calm and clear".to_owned(),
        keywords: Vec::new(),
        avoid: Vec::new(),
        templates: vec![Name::parse("plain").unwrap()],
        hashtags: vec!["science".to_owned()],
        call_to_action: String::new(),
    }
}
