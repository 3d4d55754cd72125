//! Settings and a script for tests of this crate.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use reelpress_config::{
    Assemble, Daemon, Deliver, Devices, LineSettings, Retries, Review, Schedule, Screen, Script, ScriptWriter,
    Settings, Trends, Voice,
};
use reelpress_vocabulary::{AccountId, Brief, NicheId, Scene, ScriptDraft, Scripted, TemplateId, Topic, Writer};

pub(crate) fn settings() -> Settings {
    let many = NonZeroU32::new(60).unwrap();
    let minute = Duration::from_mins(1);
    Settings {
        daemon: daemon(),
        line: line(),
        feeds: Vec::new(),
        trends: Trends {
            max_bytes: 1_000,
            timeout: minute,
            user_agent: "test".to_owned(),
            max_age: minute,
            min_score: 0.0,
            take: 1,
        },
        niches: BTreeMap::new(),
        script: Script { writer: ScriptWriter::Builtin, words_min: 1, words_max: 200 },
        voice: Voice {
            voices: BTreeMap::from([("en".to_owned(), "en-us".to_owned())]),
            words_per_minute: 175,
            pitch: 50,
            pause_ms: 200,
        },
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
            duck_db: 8.0,
            library: None,
            templates: None,
        },
        screen: Screen { policy: None, min_duration: Duration::from_secs(5), max_duration: Duration::from_secs(90) },
        review: Review { auto_approve: true, sample_percent: 0 },
        accounts: BTreeMap::new(),
        schedule: Schedule { horizon: minute, lead: minute, promises_per_minute: many },
        deliver: Deliver { outbox: "outbox".into(), ahead: minute },
        devices: Devices {
            enabled: false,
            adb: "127.0.0.1:5037".parse().unwrap(),
            folder: "/sdcard".to_owned(),
            lease: minute,
            timeout: minute,
            pushes_per_hour: many,
            serials: BTreeMap::new(),
        },
    }
}

fn daemon() -> Daemon {
    let minute = Duration::from_mins(1);
    let retries = Retries {
        attempts: NonZeroU32::MIN,
        first: minute,
        max: minute,
        breaker_after: NonZeroU32::MIN,
        breaker_pause: minute,
    };
    Daemon {
        data_dir: "data".into(),
        listen: "127.0.0.1:0".parse().unwrap(),
        grace: minute,
        stall_after: minute,
        min_free_bytes: 0,
        keep_history_days: 1,
        retries,
    }
}

fn line() -> LineSettings {
    let depth = NonZeroUsize::new(4).unwrap();
    LineSettings {
        script: depth,
        voice: depth,
        assemble: depth,
        screen: depth,
        review: depth,
        shelf: depth,
        deliver: depth,
        cpu_workers: depth,
        script_workers: depth,
    }
}

/// A script with these narrations, the first is the hook and the last the call to action.
pub(crate) fn scripted(language: &str, narrations: &[&str]) -> Scripted {
    let scene = |text: &&str| Scene { narration: (*text).to_owned(), on_screen: String::new(), show: String::new() };
    let draft = ScriptDraft {
        title: "A test".to_owned(),
        hook: scene(&narrations[0]),
        scenes: narrations[1..narrations.len() - 1].iter().map(scene).collect(),
        call_to_action: scene(&narrations[narrations.len() - 1]),
        caption: "A caption".to_owned(),
        hashtags: Vec::new(),
        sources: Vec::new(),
    };
    let topic = Topic {
        id: "t".to_owned(),
        title: "T".to_owned(),
        summary: String::new(),
        language: language.to_owned(),
        score: 1.0,
        evidence: Vec::new(),
    };
    Scripted {
        brief: Brief {
            topic,
            niche: NicheId::parse("niche").unwrap(),
            account: AccountId::parse("account").unwrap(),
            template: TemplateId::parse("plain").unwrap(),
            language: language.to_owned(),
            seed: 1,
            given_script: None,
        },
        script: as_journaled(&draft, &Writer::Person),
    }
}

/// A script as a journal gives it back: written when the rules were other ones, so it may break today's.
fn as_journaled(draft: &ScriptDraft, writer: &Writer) -> reelpress_vocabulary::Script {
    serde_json::from_value(serde_json::json!({ "draft": draft, "writer": writer })).unwrap()
}
