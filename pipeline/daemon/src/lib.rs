//! The press: command line, wiring, supervisor, reload, HTTP.
//!
//! Start with [`topology`]: the whole line in one function. [`press`] starts and stops it; [`commands`] are what a
//! person types.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod console;
mod contact;
mod control;
mod earlier;
mod envelope;
mod exit;
mod health;
mod housekeeping;
mod http;
mod inspect;
mod intake;
pub mod keep;
mod media_uses;
mod named;
pub mod press;
mod prints;
mod progress;
mod reloader;
mod reports;
mod say;
mod seal;
pub mod topology;
mod trends;

use std::process::ExitCode;

use clap::Parser;

pub use exit::Exit;

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    start_log(&arguments);
    match commands::run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            say::error(&error);
            Exit::of(&error).into()
        }
    }
}

/// Logs go to standard error: `REELPRESS_LOG` takes filters such as `debug` or `reelpress_core=debug,info`.
fn start_log(arguments: &cli::Arguments) {
    let default = if arguments.is_daemon() { "info" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("REELPRESS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if arguments.log_json {
        log.json().init();
    } else {
        log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
    }
}
