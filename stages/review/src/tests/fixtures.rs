//! Settings and a script for tests of this crate.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use reelpress_config::{
    Assemble, Daemon, Deliver, Devices, LineSettings, Retries, Review, Schedule, Screen, Script, ScriptWriter,
    Settings, Trends, Voice,
};
use reelpress_core::ArtifactKey;
use reelpress_vocabulary::{
    AccountId, Assembled, Brief, Cut, NicheId, Picture, PictureOrigin, Provenance, Scene, SceneSpan, ScriptDraft,
    Scripted, TemplateId, Topic, VoiceTrack, Voiced, Writer,
};

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

/// A script that breaks no rule.
pub(crate) fn draft() -> ScriptDraft {
    let scene = |narration: &str, on_screen: &str| Scene {
        narration: narration.to_owned(),
        on_screen: on_screen.to_owned(),
        show: String::new(),
    };
    ScriptDraft {
        title: "Why bridges hum".to_owned(),
        hook: scene("Some bridges hum in the wind.", "Humming bridges"),
        scenes: vec![
            scene("Cables swing at their own pitch.", "Cables sing"),
            scene("The deck answers like a drum.", ""),
        ],
        call_to_action: scene("Follow along for the next one.", ""),
        caption: "A short look at adorable, humming bridges.".to_owned(),
        hashtags: vec!["bridges".to_owned(), "adorable".to_owned()],
        sources: Vec::new(),
    }
}

/// A cut of this script for the account, with a file of these bytes.
pub(crate) fn assembled(draft: ScriptDraft, account: &str, file: &[u8]) -> Assembled {
    let topic = Topic {
        id: "t".to_owned(),
        title: "T".to_owned(),
        summary: String::new(),
        language: "en".to_owned(),
        score: 1.0,
        evidence: Vec::new(),
    };
    let brief = Brief {
        topic,
        niche: NicheId::parse("niche").unwrap(),
        account: AccountId::parse(account).unwrap(),
        template: TemplateId::parse("plain").unwrap(),
        language: "en".to_owned(),
        seed: 1,
        given_script: None,
    };
    let script = as_journaled(&draft, &Writer::Person);
    let beats = script.beats().len();
    let voice = VoiceTrack {
        audio: ArtifactKey::parse("voice/a.wav").unwrap(),
        sample_rate: 22_050,
        duration_ms: 20_000,
        beats: Vec::new(),
        voice: "espeak-ng 1.51 en-us".to_owned(),
        estimated: false,
    };
    let hash = blake3::hash(file).to_hex().to_string();
    let picture = Picture { origin: PictureOrigin::Procedural, hash: String::new() };
    let cut = Cut {
        video: ArtifactKey::parse(&format!("assemble/{hash}.cut.mp4")).unwrap(),
        poster: ArtifactKey::parse(&format!("assemble/{hash}.poster.png")).unwrap(),
        hash,
        bytes: file.len() as u64,
        width: 1080,
        height: 1920,
        fps: 30,
        duration_ms: 20_000,
        loudness_lufs: -14.0,
        scenes: vec![SceneSpan { start_ms: 0, end_ms: 5_000 }; beats],
        provenance: Provenance {
            template: TemplateId::parse("plain").unwrap(),
            voice: voice.voice.clone(),
            pictures: vec![picture; beats],
            music: None,
        },
    };
    Assembled { voiced: Voiced { scripted: Scripted { brief, script }, voice }, cut }
}

/// A script as a journal gives it back: written when the rules were other ones, so it may break today's.
fn as_journaled(draft: &ScriptDraft, writer: &Writer) -> reelpress_vocabulary::Script {
    serde_json::from_value(serde_json::json!({ "draft": draft, "writer": writer })).unwrap()
}
