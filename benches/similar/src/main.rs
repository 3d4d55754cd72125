//! Measures how what is alike is found: speed, size and exactness of the index, beside another one where it is installed.
#![forbid(unsafe_code)]

mod clock;
mod drawn;
mod faiss;
mod index;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use reelpress_figures::Figures;

/// Measures the search for what is alike.
#[derive(Debug, Parser)]
struct Arguments {
    /// Hashes in the large index; with another number than 10,000,000 its figures have no budget and go into no file
    #[arg(long, value_name = "N", default_value_t = index::USUAL)]
    hashes: usize,
    /// Hashes in the index that is held against FAISS
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    faiss_hashes: usize,
    /// The Python that has faiss and numpy; without them that part is skipped
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    python: PathBuf,
    /// Where the index is made and removed again: 110 bytes a hash; the system's folder for temporary files if not given
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Where the figures go; others that are in it stay
    #[arg(long, value_name = "FILE", default_value = "out/bench.json")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            reelpress_figures::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = arguments.folder.clone().unwrap_or_else(std::env::temp_dir);
    let mut figures = Figures::default();
    index::run(arguments.hashes, &folder, &mut figures)?;
    faiss::run(arguments.faiss_hashes, &arguments.python, &folder, &mut figures)?;
    reelpress_figures::print_load();
    if arguments.hashes == index::USUAL { figures.merge_into(&arguments.out) } else { Ok(()) }
}
