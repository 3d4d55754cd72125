//! Replays recorded polls through the trends stage in virtual time, one by one, and prints what it foresaw beside closed
//! forms.
#![forbid(unsafe_code)]

mod baselines;
mod clustering;
mod cost;
mod faults;
mod items;
mod judge;
mod ours;
mod recordings;
mod series;
mod synthetic;
mod terms;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use reelpress_figures::{Budget, Figures};

/// Replays recorded feeds and judges what the press would have said.
#[derive(Debug, Parser)]
struct Arguments {
    /// Recordings: a file or a folder; without it, trends/ of `$REELPRESS_SAMPLE_DATA`. Synthetic feeds are always judged
    #[arg(long, value_name = "FILE|DIR")]
    input: Option<PathBuf>,
    /// Judge topics on changed copies of the feeds and on a synthetic one too
    #[arg(long)]
    variants: bool,
    /// Where the figures go; others that are in it stay
    #[arg(long, value_name = "FILE", default_value = "out/bench.json")]
    out: PathBuf,
    /// Replays --input and says what that cost; the bench calls itself so
    #[arg(long, hide = true, value_name = "DIR")]
    replay_into: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match (&arguments.replay_into, &arguments.input) {
        (Some(out), Some(input)) => cost::replay(input, out),
        _ => run(&arguments),
    };
    reelpress_figures::ended(outcome)
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let samples = std::env::var_os("REELPRESS_SAMPLE_DATA").map(|folder| Path::new(&folder).join("trends"));
    let input = arguments.input.clone().or(samples);
    if input.is_none() {
        reelpress_figures::tell(
            "no recordings: synthetic feeds only (set REELPRESS_SAMPLE_DATA or --input for recorded ones)",
        );
    }
    let mut figures = Figures::default();
    let judged = items::run(input.as_deref())?;
    items::judge(&judged, &mut figures);
    if let Some(input) = &input {
        topics(input, arguments.variants, &mut figures)?;
    }
    faults::run(&mut figures);
    cost::run(&mut figures)?;
    clustering::run(&mut figures)?;
    figures.merge_into(&arguments.out)
}

/// Track C.
fn topics(input: &Path, has_variants: bool, figures: &mut Figures) -> anyhow::Result<()> {
    let recordings = recordings::load(input)?;
    let outcomes = terms::run(&recordings);
    let variants = if has_variants { terms::run_variants(&recordings) } else { Vec::new() };
    outcomes.iter().chain(&variants).for_each(|outcome| reelpress_figures::tell(&terms::table(outcome)));
    if outcomes.is_empty() {
        reelpress_figures::tell("C: no recording is long enough for a report on topics");
    } else {
        figures.judge("trends.c_p50", terms::mean(&outcomes), "P@50", Budget::AtLeast(0.177));
    }
    Ok(())
}
