//! What a person sees who waits: a bar on standard error, nothing if that is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `total` steps.
pub(crate) fn bar(what: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:28} [{bar:30}] {pos}/{len} {elapsed}").expect("a fixed template");
    ProgressBar::new(total).with_style(style).with_message(what)
}
