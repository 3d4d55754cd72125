//! Replays recorded polls through the trends stage in virtual time, one by one, and prints what it foresaw beside closed
//! forms.
#![forbid(unsafe_code)]

mod clustering;
mod recordings;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Replays recorded feeds and judges what the press would have said.
#[derive(Debug, Parser)]
struct Arguments {
    /// Recordings: a file or a folder
    #[arg(long, value_name = "FILE|DIR", required_unless_present = "clusters")]
    input: Option<PathBuf>,
    /// Measure instead how fast headlines find their topics, and how much memory they take
    #[arg(long)]
    clusters: bool,
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
    if arguments.clusters {
        return clustering::run();
    }
    let Some(input) = &arguments.input else { return Ok(()) };
    for recording in recordings::load(input)? {
        println!("{}: {} polls", recording.source, recording.polls.len());
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the last word of a run that failed")]
fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
