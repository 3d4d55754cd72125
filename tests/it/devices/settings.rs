//! Settings with everything set to something plain; the tests change what they are about.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use reelpress_config::{
    Assemble, Daemon, Deliver, Devices, LineSettings, Retries, Review, Schedule, Screen, Script, ScriptWriter,
    Settings, Trends, Voice,
};

pub(crate) fn with_adb(adb: SocketAddr, timeout: Duration) -> Settings {
    let seconds = Duration::from_secs;
    let count = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Settings {
        daemon: Daemon {
            data_dir: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            grace: seconds(10),
            stall_after: seconds(600),
            min_free_bytes: 0,
            keep_history_days: 30,
            retries: Retries {
                attempts: count(3),
                first: seconds(1),
                max: seconds(60),
                breaker_after: count(5),
                breaker_pause: seconds(60),
            },
        },
        line: shallow(),
        feeds: Vec::new(),
        trends: Trends {
            max_bytes: 1,
            timeout: seconds(1),
            user_agent: "test".into(),
            max_age: seconds(1),
            min_score: 0.0,
            take: 1,
        },
        niches: BTreeMap::new(),
        script: Script { writer: ScriptWriter::Builtin, words_min: 1, words_max: 2 },
        voice: Voice { voices: BTreeMap::new(), words_per_minute: 160, pitch: 50, pause_ms: 100 },
        assemble: Assemble {
            width: 1080,
            height: 1920,
            fps: 30,
            preset: "veryfast".into(),
            crf: 21,
            audio_bitrate: 128_000,
            loudness_lufs: -14.0,
            true_peak_dbtp: -1.5,
            music_db: None,
            duck_db: 10.0,
            library: None,
            templates: None,
        },
        screen: Screen { policy: None, min_duration: seconds(5), max_duration: seconds(60) },
        review: Review { auto_approve: true, sample_percent: 15 },
        accounts: BTreeMap::new(),
        schedule: Schedule { horizon: seconds(86_400), lead: seconds(60), promises_per_minute: count(60) },
        deliver: Deliver { outbox: "outbox".into(), ahead: seconds(3_600) },
        devices: Devices {
            enabled: true,
            adb,
            folder: "/sdcard/Movies/reelpress".into(),
            lease: seconds(60),
            timeout,
            pushes_per_hour: count(60),
            serials: BTreeMap::new(),
        },
    }
}

fn shallow() -> LineSettings {
    let one = NonZeroUsize::MIN;
    LineSettings {
        script: one,
        voice: one,
        assemble: one,
        screen: one,
        review: one,
        shelf: one,
        deliver: one,
        cpu_workers: one,
        script_workers: one,
    }
}
