//! Replays recorded polls through the trends stage in virtual time, one by one, and prints what it foresaw beside closed
//! forms.
#![forbid(unsafe_code)]

mod recordings;
mod terms;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Replays recorded feeds and judges what the press would have said.
#[derive(Debug, Parser)]
struct Arguments {
    /// Recordings: a file or a folder
    #[arg(long, value_name = "FILE|DIR")]
    input: PathBuf,
    /// Judge topics on changed copies of the feeds and on a synthetic one too
    #[arg(long)]
    variants: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let recordings = recordings::load(&arguments.input)?;
    let outcomes = terms::run(&recordings);
    let variants = if arguments.variants { terms::run_variants(&recordings) } else { Vec::new() };
    outcomes.iter().chain(&variants).for_each(|outcome| println!("{}", terms::table(outcome)));
    println!("trends.c_p50 {:.4}", terms::mean(&outcomes));
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the last word of a run that failed")]
fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
