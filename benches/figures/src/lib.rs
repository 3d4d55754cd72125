//! What the benches measured: the table for people and the file for machines, one for all of them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the one module that speaks to the terminal")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// One measured value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Figure {
    value: f64,
    unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    budget: Option<f64>,
}

/// Which side of a budget is good.
#[derive(Debug, Clone, Copy)]
pub enum Budget {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// What this run measured, in order.
#[derive(Default)]
pub struct Figures(Vec<(&'static str, Figure)>);

impl Figures {
    /// A value that stands for itself.
    pub fn add(&mut self, name: &'static str, value: f64, unit: &str) {
        self.push(name, Figure { value, unit: unit.to_owned(), budget: None }, "");
    }

    /// Words in place of a value; they are in the table alone.
    pub fn say(&mut self, name: &'static str, words: &str) {
        self.begin();
        println!("{name:<44} {:>12} {words}", "-");
    }

    /// A value with a budget.
    pub fn judge(&mut self, name: &'static str, value: f64, unit: &str, budget: Budget) {
        let (limit, word, is_kept) = match budget {
            Budget::AtLeast(limit) => (limit, "at least", value >= limit),
            Budget::AtMost(limit) => (limit, "at most", value <= limit),
        };
        let verdict = if is_kept { "kept" } else { "MISSED" };
        let share = if limit == 0.0 { String::new() } else { format!(" ({:.2} of it)", value / limit) };
        let words = format!("{word} {limit}: {verdict}{share}");
        self.push(name, Figure { value, unit: unit.to_owned(), budget: Some(limit) }, &words);
    }

    /// Shows a figure as soon as it is known: the whole takes minutes.
    fn push(&mut self, name: &'static str, figure: Figure, words: &str) {
        self.begin();
        println!("{name:<44} {:>12} {:<26} {words}", short(figure.value), figure.unit);
        self.0.push((name, figure));
    }

    /// The head of the table, with the size of the machine.
    fn begin(&self) {
        if self.0.is_empty() {
            println!("{} cores{}", cores(), if cfg!(debug_assertions) { ", NOT optimised" } else { "" });
            println!("{:<44} {:>12} {:<26} budget", "figure", "value", "unit");
        }
    }

    /// Puts the figures into a file, beside those of other names that are there.
    ///
    /// # Errors
    /// If the file holds something else, or cannot be read or written.
    pub fn merge_into(&self, file: &Path) -> anyhow::Result<()> {
        let mut all = read(file)?;
        all.extend(self.0.iter().map(|(name, figure)| ((*name).to_owned(), figure.clone())));
        let json = serde_json::to_string_pretty(&all).context("figures are plain data")?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        std::fs::write(file, json + "\n").with_context(|| format!("could not write {}", file.display()))
    }
}

fn read(file: &Path) -> anyhow::Result<BTreeMap<String, Figure>> {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("{} holds no figures (remove it to begin anew)", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("could not read {}", file.display())),
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        1_000.0.. => format!("{value:.0}"),
        0.0..0.01 => format!("{value:.4}"),
        _ => format!("{value:.3}"),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runnable threads, averaged over a minute; `None` where the system does not say.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// The end of the table: what else the machine did.
pub fn print_load() {
    if let Some(load) = load() {
        println!("load {load:.1} at the end");
    }
}

/// A line beside the table.
pub fn tell(line: &str) {
    println!("{line}");
}

/// What the harness tells itself.
pub fn answer(value: f64) {
    println!("{value}");
}

/// What a bench's `main` returns: the last word of a run that failed is told.
#[must_use]
pub fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
