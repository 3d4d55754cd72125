//! `reelpress doctor`: what this machine lacks, and the command that mends it.

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use reelpress_assemble::{Fonts, INSTALL_SCRIPTS};
use reelpress_config::{Settings, SpeechEngine};
use reelpress_provenance::Signer;
use reelpress_voice::{KokoroError, Speaks, VoiceError};

use super::Config;
use crate::exit::Exit;
use crate::housekeeping::free_bytes;
use crate::say;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    state: State,
}

enum State {
    Fine(String),
    /// The press works without it.
    Optional {
        lacks: String,
        mend: String,
    },
    Missing {
        lacks: String,
        mend: String,
    },
}

pub(crate) fn doctor(config: &Config) -> anyhow::Result<Exit> {
    let settings = config.load()?;
    let findings = [
        encoders(&settings.assemble),
        speech(&settings),
        safety(&settings),
        fonts(),
        data_folder(&settings.daemon.data_dir, settings.daemon.min_free_bytes),
        outbox(&settings.deliver.outbox),
        signature(&settings),
        adb(&settings),
    ];
    let mut exit = Exit::Ok;
    for Finding { what, state } in findings {
        match state {
            State::Fine(words) => say::line(format!("ok       {what}: {words}")),
            State::Optional { lacks, mend } => say::line(format!("optional {what}: {lacks}\n         mend: {mend}")),
            State::Missing { lacks, mend } => {
                exit = Exit::Unavailable;
                say::line(format!("MISSING  {what}: {lacks}\n         mend: {mend}"));
            }
        }
    }
    sources(&settings)?;
    Ok(exit)
}

/// Asks every feed once, several at the same time, and says in the config's order what came. The press works without any
/// of them.
fn sources(settings: &Settings) -> anyhow::Result<()> {
    if settings.feeds.is_empty() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = asked(settings.feeds.len() as u64);
    let answered = || asked.inc(1);
    runtime.block_on(async {
        let found = reelpress_trends::try_sources(&settings.feeds, &settings.trends, super::clock().now(), &answered)?;
        let mut found = std::pin::pin!(found);
        while let Some(found) = found.next().await {
            asked.suspend(|| say_source(found));
        }
        anyhow::Ok(())
    })?;
    asked.finish_and_clear();
    Ok(())
}

/// A bar for the feeds that have answered; nothing where no terminal shows it.
fn asked(feeds: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("asking feeds [{bar:30}] {pos} of {len} answered, {elapsed}");
    let bar = ProgressBar::new(feeds).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn say_source(found: reelpress_trends::Finding) {
    let (name, licence) = (&found.feed, found.licence.licence);
    if found.works {
        say::line(format!("ok       feed {name}: {} ({licence})", found.said));
        found.fix.iter().for_each(|fix| say::line(format!("         hint: {fix}")));
    } else {
        let mend = found.fix.unwrap_or_else(|| "see the message".to_owned());
        say::line(format!("optional feed {name}: {}\n         mend: {mend}", found.said));
    }
}

fn encoders(settings: &reelpress_config::Assemble) -> Finding {
    let tried = reelpress_assemble::check_encoders()
        .and_then(|version| reelpress_assemble::choose_encoder(settings).map(|chosen| (version, chosen)));
    let state = match tried {
        Ok((version, chosen)) if chosen.refused.is_empty() => State::Fine(format!("{chosen}, {version}")),
        Ok((_, chosen)) => State::Optional {
            lacks: chosen.to_string(),
            mend: "see to what it needs, or take it out of `assemble.encoder`".to_owned(),
        },
        Err(error) => State::Missing { lacks: error.to_string(), mend: "sudo apt-get install ffmpeg".to_owned() },
    };
    Finding { what: "encoders", state }
}

/// Every language of the niches: who speaks it, or the first that nobody can.
fn speech(settings: &Settings) -> Finding {
    let mut fine = Vec::new();
    for Speaks { language, engine, state } in reelpress_voice::check(settings) {
        match state {
            Ok(words) => fine.push(format!("{language} by {words}")),
            Err(error) => {
                let state = State::Missing { lacks: format!("{language}: {error}"), mend: mend_speech(engine, &error) };
                return Finding { what: "speech", state };
            }
        }
    }
    Finding { what: "speech", state: State::Fine(fine.join(", ")) }
}

/// Who looks at pictures and words. The endpoint is not called.
fn safety(settings: &Settings) -> Finding {
    let asked = settings.screen.safety.endpoint.as_ref();
    let asked = asked.map(|endpoint| format!("{} at {} (not called here)", endpoint.model, endpoint.base_url));
    let state = match (reelpress_safety::check(settings), asked) {
        (Some(Err(error)), _) => State::Missing {
            lacks: error.to_string(),
            mend: "fetch model and library as docs/SAFETY.md says, and set their paths in [screen.safety]".to_owned(),
        },
        (None, None) => State::Optional {
            lacks: "nobody looks at pictures and words; every verdict says so".to_owned(),
            mend: "set `nsfw_model` in [screen.safety] or add [screen.safety.endpoint]; see docs/SAFETY.md".to_owned(),
        },
        (model, asked) => {
            State::Fine(model.and_then(Result::ok).into_iter().chain(asked).collect::<Vec<_>>().join(", "))
        }
    };
    Finding { what: "brand safety", state }
}

fn mend_speech(engine: SpeechEngine, error: &VoiceError) -> String {
    if matches!(error, VoiceError::UnknownVoice { .. }) {
        return "set the language's voice in [voice.voices] to one of these".to_owned();
    }
    if matches!(error, VoiceError::Kokoro(KokoroError::Language { .. })) {
        return "set the language's voice in [voice.voices] to that one".to_owned();
    }
    let mend = match engine {
        SpeechEngine::EspeakNg => "sudo apt-get install espeak-ng-data",
        SpeechEngine::Flite => "sudo apt-get install libflite1",
        SpeechEngine::OpenAi => "add a table [voice.openai] with `base_url` and `model`",
        SpeechEngine::Kokoro => {
            "fetch model, voices and library as config/reelpress.toml says at [voice.kokoro], and set their paths there"
        }
    };
    mend.to_owned()
}

fn fonts() -> Finding {
    let state = match Fonts::system() {
        Ok(fonts) => match fonts.lacks().join(", ") {
            lacks if lacks.is_empty() => State::Fine("found, for every script".to_owned()),
            lacks => State::Optional {
                lacks: format!("found, but none with letters for {lacks}; a video in them is held"),
                mend: format!("sudo {INSTALL_SCRIPTS}"),
            },
        },
        Err(error) => State::Missing {
            lacks: error.to_string(),
            mend: "sudo apt-get install fonts-inter fonts-open-sans fonts-dejavu-core".to_owned(),
        },
    };
    Finding { what: "fonts", state }
}

fn data_folder(folder: &Path, needed: u64) -> Finding {
    const MIB: u64 = 1 << 20;
    let place = nearest_existing(folder);
    let state = match free_bytes(place) {
        Some(free) if free < needed => State::Missing {
            lacks: format!(
                "{} has {} MiB free, the press pauses below {} MiB",
                place.display(),
                free / MIB,
                needed / MIB
            ),
            mend: format!("free some room, or set `daemon.data_dir` to a bigger disk than that of {}", place.display()),
        },
        Some(free) => match tempfile::tempfile_in(place) {
            Ok(_) => State::Fine(format!("{}, {} MiB free", folder.display(), free / MIB)),
            Err(error) => State::Missing {
                lacks: format!("{} cannot be written: {error}", place.display()),
                mend: "set `daemon.data_dir` to a folder that you may write".to_owned(),
            },
        },
        None => State::Missing {
            lacks: format!("{} cannot be looked at", place.display()),
            mend: "set `daemon.data_dir` to a folder that you may write".to_owned(),
        },
    };
    Finding { what: "data folder", state }
}

fn outbox(folder: &Path) -> Finding {
    let place = nearest_existing(folder);
    let state = match tempfile::tempfile_in(place) {
        Ok(_) => State::Fine(folder.display().to_string()),
        Err(error) => State::Missing {
            lacks: format!("{} cannot be written: {error}", place.display()),
            mend: "set `deliver.outbox` to a folder that you may write".to_owned(),
        },
    };
    Finding { what: "outbox", state }
}

/// Whose signature videos carry.
fn signature(settings: &Settings) -> Finding {
    let state = match (settings.provenance.enabled, crate::seal::development(settings)) {
        (false, _) => State::Optional {
            lacks: "videos are not signed".to_owned(),
            mend: "set `enabled` in [provenance] to true".to_owned(),
        },
        (true, Some(folder)) => State::Optional {
            lacks: format!(
                "videos are signed with a development certificate ({}), which others have no reason to trust",
                folder.display()
            ),
            mend: "set `certificate` and `key` in [provenance] to your own".to_owned(),
        },
        (true, None) => match Signer::open(&crate::seal::identity(settings)) {
            Ok(_) => State::Fine("your own certificate".to_owned()),
            Err(error) => State::Missing {
                lacks: format!("{:#}", anyhow::Error::from(error)),
                mend: "set `certificate` and `key` in [provenance] to files that can sign".to_owned(),
            },
        },
    };
    Finding { what: "signature", state }
}

fn adb(settings: &Settings) -> Finding {
    let address = settings.devices.adb;
    let state = match TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
        Ok(_) => State::Fine(format!("an adb server listens at {address}")),
        Err(_) => State::Optional {
            lacks: format!("no adb server listens at {address}; only test phones need it"),
            mend: "sudo apt-get install adb && adb start-server".to_owned(),
        },
    };
    Finding { what: "test phones", state }
}

fn nearest_existing(folder: &Path) -> &Path {
    folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."))
}
