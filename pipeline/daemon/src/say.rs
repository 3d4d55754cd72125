//! The program's words for the terminal: results to standard output, everything else to standard error. Who closes the
//! other end of a pipe has read enough (`reelpress items list | head`): the work goes on, and nothing is said about it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

/// A line of a result.
pub(crate) fn line(text: impl Display) {
    let written = writeln!(io::stdout().lock(), "{text}");
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        remark(format_args!("could not write the result: {error}"));
    }
}

/// A remark beside the result.
pub(crate) fn remark(text: impl Display) {
    // There is nowhere left to say that it failed.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// A result as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// What went wrong, with its causes.
pub(crate) fn error(error: &anyhow::Error) {
    remark(format_args!("error: {error:#}"));
}
