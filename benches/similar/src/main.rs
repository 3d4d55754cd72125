//! Measures how what is alike is found: speed, size and exactness of the index, beside another one where it is installed.
#![forbid(unsafe_code)]

mod clock;
mod coder;
mod copies;
mod drawn;
mod faiss;
mod film;
mod index;
mod page;
mod pictures;
mod reference;
mod robust;
mod rows;
mod scale;
mod share;
mod shorts;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;

use reelpress_figures::Figures;

use crate::shorts::Half;

/// Measures the search for what is alike.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only this part; may be given more than once
    #[arg(long, value_name = "NAME", value_enum)]
    only: Vec<Part>,
    /// Base shorts that copies are made of, half of them for tuning; with another number than 200 nothing goes into a file
    #[arg(long, value_name = "N", default_value_t = robust::USUAL)]
    bases: usize,
    /// Only this half of them
    #[arg(long, value_name = "NAME", value_enum)]
    half: Option<HalfName>,
    /// What all pictures and words follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Hashes in the large index; with another number than 10,000,000 its figures have no budget and go into no file
    #[arg(long, value_name = "N", default_value_t = index::USUAL)]
    hashes: usize,
    /// Hashes in the index that is held against FAISS
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    faiss_hashes: usize,
    /// Where the page with the definition and the table goes; none is written if not given
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// The Python that has faiss, pdqhash and numpy; without them that part is skipped
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    python: PathBuf,
    /// Where the index is made and removed again: 110 bytes a hash; the system's folder for temporary files if not given
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Where the figures go; others that are in it stay
    #[arg(long, value_name = "FILE", default_value = "out/bench.json")]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The index: speed, size, exactness, beside FAISS
    Index,
    /// Copies of shorts: how many are found
    Robust,
    /// Hashing, beside the reference
    Hash,
    /// The archive with thousands of cuts: what judging a new one costs
    Scale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum HalfName {
    Tuning,
    HeldOut,
}

fn main() -> ExitCode {
    reelpress_figures::ended(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = arguments.folder.clone().unwrap_or_else(std::env::temp_dir);
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut figures = Figures::default();
    if wanted(Part::Robust) {
        robustness(arguments, &folder, &mut figures)?;
    }
    if wanted(Part::Hash) {
        reference::run(&arguments.python, &folder, &mut figures)?;
    }
    if wanted(Part::Scale) {
        scale::run(arguments.seed, &folder, &mut figures)?;
    }
    if wanted(Part::Index) {
        index::run(arguments.hashes, &folder, &mut figures)?;
        faiss::run(arguments.faiss_hashes, &arguments.python, &folder, &mut figures)?;
    }
    reelpress_figures::print_load();
    let usual = arguments.hashes == index::USUAL && arguments.bases == robust::USUAL && arguments.half.is_none();
    if usual { figures.merge_into(&arguments.out) } else { Ok(()) }
}

fn robustness(arguments: &Arguments, folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    reelpress_figures::tell(&format!("{} base shorts, seed {}", arguments.bases, arguments.seed));
    let mut tables = Vec::new();
    for half in Half::BOTH {
        let name = if half == Half::Tuning { HalfName::Tuning } else { HalfName::HeldOut };
        if arguments.half.is_some_and(|wanted| wanted != name) {
            continue;
        }
        let table = robust::half(half, arguments.bases / 2, arguments.seed, folder)?;
        table.print();
        if half == Half::HeldOut {
            table.figures(figures);
        }
        tables.push(table);
    }
    let Some(path) = &arguments.page else { return Ok(()) };
    std::fs::write(path, page::page(arguments.seed, &tables))
        .with_context(|| format!("could not write {}", path.display()))
}
