//! The program's words for the terminal: results to standard output, everything else to standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the one place that prints")]

use std::fmt::Display;

/// A line of a result.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// A remark beside the result.
pub(crate) fn remark(text: impl Display) {
    eprintln!("{text}");
}

/// A result as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// What went wrong, with its causes.
pub(crate) fn error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
