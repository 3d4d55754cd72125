//! `reelpress similar`: files from outside against what was made before.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use reelpress_archive::{Archive, Found, Label, Query};
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Axis, Rule, Ruling};
use serde::Serialize;

use super::Config;
use crate::cli::similar::{Similar, SimilarCommand};
use crate::exit::{Exit, coded};
use crate::prints::prints_of;
use crate::say;

/// The press's own archive, in `daemon.data_dir`.
const FOLDER: &str = "similar";
/// Stretches of one earlier cut that are told to a person.
const TOLD_MAX: usize = 4;

pub(crate) fn similar(config: &Config, order: Similar) -> anyhow::Result<Exit> {
    let folder = match order.index {
        Some(folder) => folder,
        None => config.load_alone()?.daemon.data_dir.join(FOLDER),
    };
    if order.command.is_none() && order.files.is_empty() {
        return Err(coded(
            Exit::BadInput,
            "no file to compare (name videos or pictures, or say `add`, `remove` or `stats`)",
        ));
    }
    let open = || Archive::open(&folder).map_err(|error| coded(Exit::Unavailable, chain(&error)));
    match order.command.unwrap_or(SimilarCommand::Query { files: order.files }) {
        SimilarCommand::Add { files } => add(&open()?, &files, order.json),
        SimilarCommand::Query { files } => query(&open()?, &files, order.not_itself, order.json),
        SimilarCommand::Remove { ids } => remove(&open()?, &ids, order.json),
        SimilarCommand::Stats => stats(&open()?, order.json),
    }
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

/// What a file is like.
#[derive(Debug, Serialize)]
struct Asked {
    definition: u16,
    ruling: Ruling,
    /// The largest share of any axis of any earlier one that rules, 0 to 1.
    share: f32,
    compared: u32,
    found: Vec<Found>,
    /// Earlier ones that are not known well enough any more.
    gone: Vec<String>,
}

fn add(archive: &Archive, files: &[PathBuf], json: bool) -> anyhow::Result<Exit> {
    let told = for_each(files, |file, prints| {
        let id = file.display().to_string();
        archive
            .add(&Label { id, niche: String::new(), account: String::new() }, prints)
            .map_err(|error| chain(&error))?;
        let frames = prints.frames().iter().filter(|frame| frame.view.tells()).count();
        Ok(Added { seconds: f64::from(prints.duration_ms()) / 1_000.0, frames, sound: !prints.sounds().is_empty() })
    });
    archive.tidy().context("the files are in, but the index could not be merged")?;
    tell(&told, json, |file, added| {
        let sound = if added.sound { ", with sound" } else { "" };
        say::line(format!("{file}: {:.1} s, {} frames{sound}", added.seconds, added.frames));
    })?;
    Ok(exit_of(&told, |_| false))
}

fn query(archive: &Archive, files: &[PathBuf], not_itself: bool, json: bool) -> anyhow::Result<Exit> {
    let rule = Rule::default();
    let told = for_each(files, |file, prints| {
        let without = not_itself.then(|| file.display().to_string());
        let query = Query { without, ..Query::default() };
        let judged = archive.judge(prints, &query, &rule).map_err(|error| chain(&error))?;
        let reasons = judged.found.iter().flat_map(|found| &found.reasons);
        let share = reasons.map(|reason| reason.share).fold(0.0, f32::max);
        let (definition, ruling, compared) = (judged.definition, judged.ruling, judged.compared);
        Ok(Asked { definition, ruling, share, compared, found: judged.found, gone: judged.gone })
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

fn remove(archive: &Archive, ids: &[String], json: bool) -> anyhow::Result<Exit> {
    let mut missing = Vec::new();
    for id in ids {
        if !archive.remove(id)? {
            missing.push(id.as_str());
        }
    }
    archive.tidy()?;
    if json {
        say::json(&serde_json::json!({ "removed": ids.len() - missing.len(), "unknown": missing }))?;
    }
    if missing.is_empty() {
        return Ok(Exit::Ok);
    }
    Err(coded(
        Exit::Refused,
        format!("not in the archive: {} (`add` puts a file in under the path it is given)", missing.join(", ")),
    ))
}

fn stats(archive: &Archive, json: bool) -> anyhow::Result<Exit> {
    let [frames, keys, words] = archive.stats();
    let bytes = frames.disk_bytes + keys.disk_bytes + words.disk_bytes;
    if json {
        let hashes = |stats: &reelpress_archive::Stats| stats.hashes;
        say::json(&serde_json::json!({
            "cuts": words.owners, "frames": hashes(&frames), "regions": hashes(&keys), "words": hashes(&words),
            "index_bytes": bytes, "kernel": frames.kernel,
        }))?;
    } else {
        say::line(format!(
            "{} cuts; {} hashes of frames, {} of regions, {} of words and sources; {:.1} MB of indexes ({})",
            words.owners,
            frames.hashes,
            keys.hashes,
            words.hashes,
            bytes as f64 / 1e6,
            frames.kernel
        ));
    }
    Ok(Exit::Ok)
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
