//! The archive at a size: what judging a cut costs among thousands of earlier ones, and whether copies are still found.

use std::path::Path;

use anyhow::{Context as _, ensure};
use rayon::prelude::*;
use reelpress_archive::{Archive, Query};
use reelpress_figures::{Budget, Figures, tell};
use reelpress_index::Label;
use reelpress_similar::hash::Hash;
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Rule, Ruling, compare};

use crate::clock::{Clock, percentile};
use crate::coder;
use crate::copies::Films;
use crate::drawn::Draw;
use crate::rows::{ROWS, Wanted};
use crate::share::Share;
use crate::shorts::{Half, Studio};

/// Sizes that are measured.
const SIZES: [usize; 2] = [1_000, 10_000];
/// Shorts in the archive that copies are made of, and new shorts of the same templates.
const EARLIER: usize = 15;
const NEW: usize = 10;
/// Each copied short is copied in so many ways, other ones for each: together all rows.
const ROWS_EACH: usize = 6;
/// Cuts that are put in at a time.
const BATCH: usize = 500;

/// A copy, whose it is, and what comparing it with that cut alone says.
struct Copy {
    of: usize,
    row: &'static str,
    prints: Prints,
    ruling: Ruling,
}

pub(crate) fn run(seed: u64, folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(folder).context("could not make a folder for the archive")?;
    let (earlier, new, copies) = shorts(seed, folder.path())?;
    let archive = Archive::open(&folder.path().join("archive"))?;
    let labels: Vec<Label> = (0..earlier.len()).map(|at| label("short", at)).collect();
    archive.add_new(&labels.iter().zip(&earlier).collect::<Vec<_>>())?;
    let mut size = earlier.len();
    for wanted in SIZES {
        grow(&archive, &earlier, size..wanted)?;
        size = wanted;
        archive.tidy()?;
        let [p50, most, compared] = times(&archive, &new)?;
        let keys = archive.stats()[1].hashes;
        tell(&format!(
            "archive of {size} cuts, {keys} hashes of regions: a new cut {p50:.0} ms of CPU (median; most {most:.0}), {compared:.1} cuts \
             compared"
        ));
        let found = found(&archive, &copies)?;
        tell(&format!("  copies judged as by comparing with the original alone: {}", found.text()));
        match wanted {
            10_000 => {
                figures.judge("similar.judge_ms_10k_cuts", p50, "ms of CPU a new cut", Budget::AtMost(250.0));
                figures.judge(
                    "similar.judge_10k_cuts_same",
                    found.value(),
                    "of copies, as alone",
                    Budget::AtLeast(0.99),
                );
            }
            _ => figures.add("similar.judge_ms_1k_cuts", p50, "ms of CPU a new cut"),
        }
    }
    Ok(())
}

fn label(kind: &str, at: usize) -> Label {
    Label { id: format!("{kind}-{at}"), niche: "bench".to_owned(), account: "bench".to_owned() }
}

/// Prints of earlier shorts, of new ones, and copies of the earlier ones.
fn shorts(seed: u64, folder: &Path) -> anyhow::Result<(Vec<Prints>, Vec<Prints>, Vec<Copy>)> {
    let studio = Studio::open(folder, seed)?;
    let has_coder = coder::is_there();
    // Other ones than those of the table.
    let paint = |at: usize| {
        let short = studio.short(Half::HeldOut, 5_000 + at as u64)?;
        let film = studio.paint(&short.plan)?;
        anyhow::Ok((short, film))
    };
    let make = |at: usize| -> anyhow::Result<(Prints, Vec<Copy>)> {
        let (short, film) = paint(at)?;
        let prints = film.plain().prints()?;
        let mut copies = Vec::new();
        if at < EARLIER {
            let captions = studio.paint_some(&studio.with_other_captions(&short), 2)?;
            let (_, other) = paint(at + 1_000)?;
            let films = Films { own: &film, captions: &captions, other: &other };
            let rows =
                ROWS.iter().filter(|row| matches!(row.wanted, Wanted::Reject(_)) && (has_coder || !row.needs_coder()));
            let rows: Vec<_> = rows.collect();
            for row in (0..ROWS_EACH).map(|number| rows[(at * ROWS_EACH + number) % rows.len()]) {
                let copy = films.copy(row, folder)?.prints()?;
                let ruling = compare(&copy, &prints, &Rule::default()).ruling(&Rule::default()).0;
                copies.push(Copy { of: at, row: row.name, prints: copy, ruling });
            }
        }
        short.forget_files();
        Ok((prints, copies))
    };
    let made = (0..EARLIER + NEW).into_par_iter().map(make).collect::<anyhow::Result<Vec<_>>>()?;
    let (mut earlier, copies): (Vec<Prints>, Vec<Vec<Copy>>) = made.into_iter().unzip();
    let new = earlier.split_off(EARLIER);
    Ok((earlier, new, copies.into_iter().flatten().collect()))
}

/// Puts drawn cuts in.
fn grow(archive: &Archive, of: &[Prints], numbers: std::ops::Range<usize>) -> anyhow::Result<()> {
    let numbers: Vec<usize> = numbers.collect();
    for some in numbers.chunks(BATCH) {
        let drawn: Vec<(Label, Prints)> = some
            .iter()
            .map(|at| (label("drawn", *at), of[at % of.len()].drawn(Hash(Draw(*at as u64 + 77).hash()))))
            .collect();
        archive.add_new(&drawn.iter().map(|(label, prints)| (label, prints)).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Median and most of the times on the core, and how many cuts were compared.
fn times(archive: &Archive, new: &[Prints]) -> anyhow::Result<[f64; 3]> {
    let (mut times, mut compared) = (Vec::new(), 0);
    for prints in new {
        // Once to warm the caches.
        archive.judge(prints, &Query::default(), &Rule::default())?;
        let clock = Clock::of_thread();
        let judged = archive.judge(prints, &Query::default(), &Rule::default())?;
        times.push(clock.took().cpu * 1e3);
        compared += judged.compared;
        ensure!(
            judged.ruling != Ruling::Reject,
            "a new short is rejected for {:?}",
            judged.found.first().map(|found| &found.id)
        );
    }
    Ok([percentile(&times, 50), percentile(&times, 100), f64::from(compared) / new.len() as f64])
}

/// Copies that the archive rules of as a comparison with the original does, for the original.
fn found(archive: &Archive, copies: &[Copy]) -> anyhow::Result<Share> {
    let mut same = 0;
    for copy in copies {
        let judged = archive.judge(&copy.prints, &Query::default(), &Rule::default())?;
        let id = label("short", copy.of).id;
        let ruling = judged.found.iter().find(|found| found.id == id).map_or(Ruling::Pass, |found| found.ruling);
        if ruling == copy.ruling {
            same += 1;
        } else {
            tell(&format!("  {id}, {}: {ruling:?} in place of {:?}", copy.row, copy.ruling));
        }
    }
    Ok(Share::of(same, copies.len()))
}
