//! Ten million hashes: built, opened again, searched, held against a plain loop.

use std::path::Path;

use anyhow::{Context as _, ensure};
use reelpress_figures::{Budget, Figures, tell};
use reelpress_index::{Filter, Hash, Index, Label, Owner, distance};

use crate::clock::{Clock, percentile};
use crate::drawn::Draw;

/// Hashes that the budgets are for.
pub(crate) const USUAL: usize = 10_000_000;

/// The radius that is exact: similarity of PDQ hashes.
pub(crate) const RADIUS: u32 = 31;
/// The looser one, for the last decision.
const LOOSE: u32 = 66;

/// Frames of a cut: 30 s at 12 a second.
const FRAMES: usize = 360;

/// Needles whose times are told.
const NEEDLES: usize = 10_000;
/// Needles that a plain loop looks for too.
const CHECKED: usize = 100;
/// A cut's frames at 4 a second, as they are asked for at the loose radius.
const LOOSE_NEEDLES: usize = 128;
/// Cuts inserted one by one.
const INSERTS: usize = 100;

/// An index of drawn hashes, by cuts of 360, and what building took.
pub(crate) fn build(folder: &Path, rows: &[(Hash, u32)]) -> anyhow::Result<(Index, Clock)> {
    let index = Index::open(folder)?;
    let label = |at: usize| Label { id: format!("cut-{at}"), niche: "bench".to_owned(), account: "bench".to_owned() };
    let labels: Vec<Label> = (0..rows.len().div_ceil(FRAMES)).map(label).collect();
    let clock = Clock::of_process();
    let owners = index.register(&labels)?;
    let batch: Vec<(Owner, &[(Hash, u32)])> = owners.into_iter().zip(rows.chunks(FRAMES)).collect();
    index.insert_batch(&batch)?;
    Ok((index, clock))
}

/// Hashes of cuts: the position is the frame.
pub(crate) fn rows(count: usize) -> Vec<(Hash, u32)> {
    let mut draw = Draw(1);
    (0..count).map(|at| (draw.hash(), (at % FRAMES) as u32)).collect()
}

pub(crate) fn run(count: usize, folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(folder).context("could not make a folder for the index")?;
    let rows = rows(count);
    let mut draw = Draw(2);
    let needles = draw.needles(&rows, NEEDLES);
    let (index, clock) = build(folder.path(), &rows)?;
    let built = clock.took();
    let stats = index.stats();
    tell(&format!(
        "{count} hashes, {} segments, {} chunks, {}; times on the core, on the wall where it is said",
        stats.segments.len(),
        stats.segments.first().map_or(0, |segment| segment.chunks),
        stats.kernel,
    ));
    figures.judge("similar.index10m_build_s", built.wall, "s on the wall", Budget::AtMost(10.0));
    figures.add("similar.index10m_build_cpu_s", built.cpu, "s on the core");
    let per_hash = stats.disk_bytes as f64 / count as f64;
    figures.judge("similar.index10m_bytes_per_hash", per_hash, "bytes", Budget::AtMost(130.0));
    drop(index);
    let clock = Clock::of_thread();
    let index = Index::open(folder.path())?;
    figures.judge("similar.index10m_open_s", clock.took().wall, "s on the wall", Budget::AtMost(1.0));
    let clock = Clock::of_thread();
    index.check()?;
    figures.add("similar.index10m_check_s", clock.took().wall, "s on the wall, once");
    exact(&index, &rows, &needles)?;
    drop(rows);
    let [p50, p99] =
        times(&index, &needles, &["similar.index10m_p50_wall_ms", "similar.index10m_p99_wall_ms"], figures)?;
    figures.judge("similar.index10m_p50_ms", p50, "ms a query", Budget::AtMost(0.2));
    figures.judge("similar.index10m_p99_ms", p99, "ms a query", Budget::AtMost(0.6));
    if let Some(bytes) = memory() {
        figures.judge("similar.index10m_memory_per_hash", bytes / count as f64, "bytes", Budget::AtMost(130.0));
    }
    loose(&index, &needles, figures)?;
    inserts(&index, &mut draw, figures)?;
    grow(&index, &mut draw, count)?;
    let [p50, p99] = times(&index, &needles, &["similar.grown_p50_wall_ms", "similar.grown_p99_wall_ms"], figures)?;
    figures.add("similar.grown_p50_ms", p50, "ms a query, 3 segments and tail");
    figures.add("similar.grown_p99_ms", p99, "ms a query, 3 segments and tail");
    Ok(())
}

/// Brings the index into the worst shape that merging leaves: each segment eight times as large as all smaller ones.
fn grow(index: &Index, draw: &mut Draw, count: usize) -> anyhow::Result<()> {
    let label = Label { id: "grown".to_owned(), niche: "bench".to_owned(), account: "bench".to_owned() };
    let owner = index.register(&[label])?[0];
    for share in [9, 81] {
        let rows: Vec<(Hash, u32)> = (0..count / share).map(|at| (draw.hash(), at as u32)).collect();
        index.insert(owner, &rows)?;
    }
    Ok(())
}

/// The planted needles are found, and some needles find what a loop over all finds.
fn exact(index: &Index, rows: &[(Hash, u32)], needles: &[Hash]) -> anyhow::Result<()> {
    let mut hits = Vec::new();
    for (at, needle) in needles.iter().enumerate() {
        index.near(needle, RADIUS, &Filter::everything(), &mut hits)?;
        let wanted = (at / 2 % 32) as u32;
        let is_found = !at.is_multiple_of(2) || hits.iter().any(|hit| hit.distance == wanted);
        ensure!(is_found, "needle {at} lies {wanted} bits from a hash and was not found");
        if at < CHECKED {
            let near = rows.iter().filter(|(hash, _)| distance(hash, needle) <= RADIUS).count();
            ensure!(hits.len() == near, "needle {at} has {near} hashes near it, not {}", hits.len());
        }
    }
    tell(&format!("all {} planted needles are found, {CHECKED} needles as by a loop over all", needles.len() / 2));
    Ok(())
}

/// Median and the time that one in a hundred exceeds, on the core; those on the wall go to the figures.
fn times(
    index: &Index,
    needles: &[Hash],
    names: &[&'static str; 2],
    figures: &mut Figures,
) -> anyhow::Result<[f64; 2]> {
    let (mut cpu, mut wall, mut hits) = (Vec::new(), Vec::new(), Vec::new());
    for needle in needles {
        let clock = Clock::of_thread();
        index.near(needle, RADIUS, &Filter::everything(), &mut hits)?;
        let took = clock.took();
        cpu.push(took.cpu * 1e3);
        wall.push(took.wall * 1e3);
    }
    figures.add(names[0], percentile(&wall, 50), "ms on the wall");
    figures.add(names[1], percentile(&wall, 99), "ms on the wall");
    Ok([percentile(&cpu, 50), percentile(&cpu, 99)])
}

fn loose(index: &Index, needles: &[Hash], figures: &mut Figures) -> anyhow::Result<()> {
    let needles = &needles[..LOOSE_NEEDLES.min(needles.len())];
    let mut matches = Vec::new();
    let mut time = |filter: &Filter| -> anyhow::Result<f64> {
        let clock = Clock::of_thread();
        index.near_batch(needles, LOOSE, filter, &mut matches)?;
        Ok(clock.took().cpu * 1e3 / needles.len() as f64)
    };
    figures.add("similar.index10m_loose_ms", time(&Filter::everything())?, "ms a query, in a batch");
    let candidates = Filter::everything().only((0..20).map(Owner));
    figures.add("similar.index10m_candidates_ms", time(&candidates)?, "ms a query, 20 candidates");
    Ok(())
}

/// What a cut waits until its frames are on disk.
fn inserts(index: &Index, draw: &mut Draw, figures: &mut Figures) -> anyhow::Result<()> {
    let mut wall = Vec::new();
    for at in 0..INSERTS {
        let id = format!("fresh-{at}");
        let owner = index.register(&[Label { id, niche: "bench".to_owned(), account: "bench".to_owned() }])?;
        let rows: Vec<(Hash, u32)> = (0..FRAMES as u32).map(|position| (draw.hash(), position)).collect();
        let clock = Clock::of_thread();
        index.insert(owner[0], &rows)?;
        wall.push(clock.took().wall * 1e3);
    }
    figures.add("similar.insert_cut_ms", percentile(&wall, 50), "ms on the wall, synced");
    Ok(())
}

/// Bytes that this process has in memory, mapped files included; `None` where the system does not say.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? * 1024.0)
}
