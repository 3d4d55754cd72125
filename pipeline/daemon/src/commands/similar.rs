//! `reelpress similar`: files from outside against what was made before.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use reelpress_archive::{Archive, ArchiveError, Found};
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Axis, Rule, Ruling};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;

use super::Config;
use crate::cli::similar::{Similar, SimilarCommand};
use crate::control::Control;
use crate::earlier;
use crate::earlier::ask::{self, Asked, Holdings, Ids, Posted, Removed};
use crate::exit::{Exit, coded};
use crate::prints::prints_of;
use crate::say;

/// Stretches of one earlier cut that are told to a person.
const TOLD_MAX: usize = 4;

pub(crate) async fn similar(config: &Config, order: Similar) -> anyhow::Result<Exit> {
    if order.command.is_none() && order.files.is_empty() {
        return Err(coded(
            Exit::BadInput,
            "no file to compare (name videos or pictures, or say `add`, `remove` or `stats`)",
        ));
    }
    let place = Place::find(config, order.index.as_deref()).await?;
    match order.command.unwrap_or(SimilarCommand::Query { files: order.files }) {
        SimilarCommand::Add { files } => add(&place, &files, order.json),
        SimilarCommand::Query { files } => query(&place, &files, order.not_itself, order.json),
        SimilarCommand::Remove { ids } => remove(&place, &ids, order.json),
        SimilarCommand::Stats => stats(&place, order.json),
    }
}

/// Where the archive is: on disk, or with the daemon that has it open.
enum Place {
    Files { archive: Box<Archive>, rule: Rule },
    Daemon { control: Control, runtime: Handle },
}

impl Place {
    /// A named folder, or else the press's own: from the daemon if one runs.
    async fn find(config: &Config, named: Option<&Path>) -> anyhow::Result<Self> {
        let unusable = |error: ArchiveError| coded(Exit::Unavailable, chain(&error));
        if let Some(folder) = named {
            let archive = Box::new(Archive::open(folder).map_err(unusable)?);
            return Ok(Self::Files { archive, rule: Rule::default() });
        }
        let settings = config.load_alone()?;
        match Archive::open(&settings.daemon.data_dir.join(earlier::FOLDER)) {
            Ok(archive) => {
                let rule = reelpress_screen::rule(&settings.screen.similar);
                Ok(Self::Files { archive: Box::new(archive), rule })
            }
            Err(error) if error.is_in_use() => match super::control(config).await {
                Ok(control) if control.daemon().is_some() => Ok(Self::Daemon { control, runtime: Handle::current() }),
                // Another command has it, and will be done soon.
                Ok(_) | Err(_) => Err(unusable(error)),
            },
            Err(error) => Err(unusable(error)),
        }
    }

    fn ask(&self, prints: &Prints, without: Option<String>) -> Result<Asked, String> {
        match self {
            Self::Files { archive, rule } => ask::ask(archive, prints, without, rule).map_err(|error| chain(&error)),
            Self::Daemon { .. } => self.post("query", &posted(without, prints)?),
        }
    }

    fn add(&self, id: String, prints: &Prints) -> Result<(), String> {
        match self {
            Self::Files { archive, .. } => ask::add(archive, id, prints).map_err(|error| chain(&error)),
            Self::Daemon { .. } => self.post("add", &posted(Some(id), prints)?),
        }
    }

    fn remove(&self, ids: &[String]) -> Result<Removed, String> {
        match self {
            Self::Files { archive, .. } => ask::remove(archive, ids).map_err(|error| chain(&error)),
            Self::Daemon { .. } => self.post("remove", &Ids { ids: ids.to_vec() }),
        }
    }

    fn holdings(&self) -> Result<Holdings, String> {
        match self {
            Self::Files { archive, .. } => Ok(ask::holdings(archive)),
            Self::Daemon { .. } => self.post("stats", &()),
        }
    }

    /// Merges what can be merged; a running daemon does that by itself.
    fn tidy(&self) -> anyhow::Result<()> {
        match self {
            Self::Files { archive, .. } => archive.tidy().context("it is done, but the index could not be merged"),
            Self::Daemon { .. } => Ok(()),
        }
    }

    /// May be called from any thread that is none of the runtime's.
    fn post<T: DeserializeOwned>(&self, what: &str, body: &impl Serialize) -> Result<T, String> {
        let Self::Daemon { control, runtime } = self else { return Err("no daemon is asked".to_owned()) };
        let client = control.daemon().ok_or_else(|| "the daemon is gone".to_owned())?;
        let path = format!("/api/similar/{what}");
        runtime.block_on(client.post(&path, body)).map_err(|error: anyhow::Error| chain(error.as_ref()))
    }
}

fn posted(id: Option<String>, prints: &Prints) -> Result<Posted, String> {
    Posted::of(id, prints).map_err(|error| chain(&error))
}

/// What became of one file.
#[derive(Debug, Serialize)]
struct Told<T> {
    file: String,
    #[serde(flatten)]
    outcome: Outcome<T>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome<T> {
    Done(T),
    Failed { error: String },
}

/// What a file holds that can be compared.
#[derive(Debug, Serialize)]
struct Added {
    seconds: f64,
    /// Frames of which something can be told.
    frames: usize,
    sound: bool,
}

fn add(place: &Place, files: &[PathBuf], json: bool) -> anyhow::Result<Exit> {
    let told = for_each(files, |file, prints| {
        place.add(file.display().to_string(), prints)?;
        let frames = prints.frames().iter().filter(|frame| frame.view.tells()).count();
        Ok(Added { seconds: f64::from(prints.duration_ms()) / 1_000.0, frames, sound: !prints.sounds().is_empty() })
    });
    place.tidy()?;
    tell(&told, json, |file, added| {
        let sound = if added.sound { ", with sound" } else { "" };
        say::line(format!("{file}: {:.1} s, {} frames{sound}", added.seconds, added.frames));
    })?;
    Ok(exit_of(&told, |_| false))
}

fn query(place: &Place, files: &[PathBuf], not_itself: bool, json: bool) -> anyhow::Result<Exit> {
    let told = for_each(files, |file, prints| {
        let without = not_itself.then(|| file.display().to_string());
        place.ask(prints, without)
    });
    tell(&told, json, |file, asked| {
        say::line(format!("{file}: {} ({} compared)", ruling(asked.ruling), asked.compared));
        asked.found.iter().for_each(describe);
        for id in &asked.gone {
            say::line(format!("  {id}: its prints cannot be read, so nothing is known of it (add it again)"));
        }
    })?;
    Ok(exit_of(&told, |asked| asked.ruling != Ruling::Pass))
}

fn remove(place: &Place, ids: &[String], json: bool) -> anyhow::Result<Exit> {
    let removed = on_its_own_thread(|| place.remove(ids))?;
    place.tidy()?;
    if json {
        say::json(&removed)?;
    }
    if removed.unknown.is_empty() {
        return Ok(Exit::Ok);
    }
    let unknown = removed.unknown.join(", ");
    Err(coded(
        Exit::Refused,
        format!("not in the archive: {unknown} (`add` puts a file in under the path it is given)"),
    ))
}

fn stats(place: &Place, json: bool) -> anyhow::Result<Exit> {
    let holdings = on_its_own_thread(|| place.holdings())?;
    if json {
        say::json(&holdings)?;
    } else {
        let Holdings { cuts, frames, regions, words, index_bytes, kernel } = holdings;
        let megabytes = index_bytes as f64 / 1e6;
        say::line(format!(
            "{cuts} cuts; {frames} hashes of frames, {regions} of regions, {words} of words and sources; {megabytes:.1} MB of \
             indexes ({kernel})"
        ));
    }
    Ok(Exit::Ok)
}

/// The runtime's own thread must not wait for the daemon's answer.
fn on_its_own_thread<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> anyhow::Result<T> {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.map_err(|_| coded(Exit::Internal, "the question ended without an answer"))?
        .map_err(|error| coded(Exit::Unavailable, error))
}

/// Reads the files on all cores and hands each one's prints on, in any order; what came of them is in the order of the files.
fn for_each<T: Send>(files: &[PathBuf], work: impl Fn(&Path, &Prints) -> Result<T, String> + Sync) -> Vec<Told<T>> {
    let bar = ProgressBar::new(files.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("[{bar:30}] {pos}/{len} files, {eta} left {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(500));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
    let (next, told) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(files.len())));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(at) else { break };
                    let done = prints_of(file).map_err(|error| chain(&error)).and_then(|prints| work(file, &prints));
                    let outcome = done.map_or_else(|error| Outcome::Failed { error }, Outcome::Done);
                    let line = Told { file: file.display().to_string(), outcome };
                    told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, line));
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    let mut told = told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, told)| told).collect()
}

fn tell<T: Serialize>(told: &[Told<T>], json: bool, one: impl Fn(&str, &T)) -> anyhow::Result<()> {
    if json {
        return say::json(&serde_json::json!({ "files": told }));
    }
    for Told { file, outcome } in told {
        match outcome {
            Outcome::Done(done) => one(file, done),
            Outcome::Failed { error } => say::remark(format!("error: {error}")),
        }
    }
    Ok(())
}

fn exit_of<T>(told: &[Told<T>], is_refused: impl Fn(&T) -> bool) -> Exit {
    let failed = told.iter().any(|told| matches!(told.outcome, Outcome::Failed { .. }));
    let refused = told.iter().any(|told| matches!(&told.outcome, Outcome::Done(done) if is_refused(done)));
    match (failed, refused) {
        (true, _) => Exit::BadInput,
        (_, true) => Exit::Refused,
        (false, false) => Exit::Ok,
    }
}

fn describe(found: &Found) {
    let axes = found.reasons.iter().map(|reason| format!("{} {:.0} %", axis(reason.axis), reason.share * 100.0));
    say::line(format!("  {} {}: {}", ruling(found.ruling), found.id, axes.collect::<Vec<_>>().join(", ")));
    let Some(frames) = &found.comparison.frames else { return };
    for run in frames.runs.iter().take(TOLD_MAX) {
        let seconds = |(from, to): (u32, u32)| format!("{:.1}-{:.1} s", f64::from(from) / 1e3, f64::from(to) / 1e3);
        say::line(format!("    {} is {} of the earlier one", seconds(run.here_ms), seconds(run.there_ms)));
    }
    if frames.runs.len() > TOLD_MAX {
        say::line(format!("    and {} stretches more (--json has them)", frames.runs.len() - TOLD_MAX));
    }
}

fn ruling(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Pass => "like nothing",
        Ruling::Hold => "a person should look",
        Ruling::Reject => "the same",
    }
}

fn axis(axis: Axis) -> &'static str {
    match axis {
        Axis::Frames => "frames",
        Axis::Parts => "sources",
        Axis::Text => "text",
        Axis::Pattern => "the text's pattern",
        Axis::Sound(_) => "sound",
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
