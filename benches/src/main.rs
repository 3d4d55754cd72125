//! The load harness: what the press does against its budgets, all measured in one run, so that the ratios hold on a slow
//! or busy machine too.
//!
//! Prints a table and writes the same figures to `out/bench.json`, beside what other runs left there.
#![forbid(unsafe_code)]

mod assemble;
mod cpu;
mod cut;
mod line;
mod parts;
mod peers;
mod pictures;
mod runtime;
mod studio;
mod waiting;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use reelpress_figures::Figures;

/// Measures the press: runtime, assembling, the whole line.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only this one; may be given more than once
    #[arg(long, value_name = "NAME", value_enum)]
    only: Vec<Benchmark>,
    /// Small counts: shows that the harness works, the figures mean little
    #[arg(long)]
    quick: bool,
    /// Where the figures go, beside what is there
    #[arg(long, default_value = "out/bench.json", value_name = "FILE")]
    out: PathBuf,
    /// How often press and encoder are compared; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=9))]
    pairs: u8,
    /// Makes the same cut with other tools too, where they are installed
    #[arg(long)]
    peers: bool,
    /// Presses one cut and says how much memory that took at most, in MB
    #[arg(long = assemble::ONE_PRESS, hide = true)]
    one_press: bool,
    /// Topics that the whole line makes into videos
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=12))]
    videos: u32,
    /// The feed they come from
    #[arg(long, default_value = "config/demo/feed.xml", value_name = "FILE")]
    feed: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Benchmark {
    /// Items a second through six stages that do nothing, journal on
    Runtime,
    /// CPU time of a press against that of the encoder alone
    Assemble,
    /// Videos an hour of the whole line
    Line,
}

fn main() -> ExitCode {
    reelpress_figures::ended(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.one_press {
        reelpress_figures::answer(assemble::one_press(arguments.quick)?);
        return Ok(());
    }
    let wanted = |benchmark| arguments.only.is_empty() || arguments.only.contains(&benchmark);
    let mut figures = Figures::default();
    if wanted(Benchmark::Runtime) {
        runtime::measure(arguments.quick, &mut figures)?;
    }
    if wanted(Benchmark::Assemble) {
        let pairs = if arguments.quick { 1 } else { usize::from(arguments.pairs) };
        let extent = assemble::Extent { quick: arguments.quick, pairs, peers: arguments.peers };
        assemble::measure(extent, &mut figures)?;
    }
    if wanted(Benchmark::Line) {
        let videos = if arguments.quick { 1 } else { arguments.videos as usize };
        line::measure(&line::Order { feed: &arguments.feed, videos, quick: arguments.quick }, &mut figures)?;
    }
    reelpress_figures::print_load();
    figures.merge_into(&arguments.out)
}
