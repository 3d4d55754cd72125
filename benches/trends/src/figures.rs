//! What was measured: the table and the file, which is that of the other bench too.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the one module that speaks to the terminal")]

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// One measured value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    value: f64,
    unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    budget: Option<f64>,
}

/// Which side of a budget is good.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Budget {
    AtLeast(f64),
    AtMost(f64),
}

/// What this run measured, in order.
#[derive(Default)]
pub(crate) struct Figures(Vec<(&'static str, Figure)>);

impl Figures {
    /// A value that stands for itself.
    pub(crate) fn add(&mut self, name: &'static str, value: f64, unit: &str) {
        self.push(name, Figure { value, unit: unit.to_owned(), budget: None }, "");
    }

    /// A value with a budget.
    pub(crate) fn judge(&mut self, name: &'static str, value: f64, unit: &str, budget: Budget) {
        let (limit, word, is_kept) = match budget {
            Budget::AtLeast(limit) => (limit, "at least", value >= limit),
            Budget::AtMost(limit) => (limit, "at most", value <= limit),
        };
        let words = format!("{word} {limit}: {}", if is_kept { "kept" } else { "MISSED" });
        self.push(name, Figure { value, unit: unit.to_owned(), budget: Some(limit) }, &words);
    }

    fn push(&mut self, name: &'static str, figure: Figure, words: &str) {
        println!("{name:<36} {:>9.4} {:<28} {words}", figure.value, figure.unit);
        self.0.push((name, figure));
    }

    /// Puts the figures into a file, beside those of other names that are there.
    pub(crate) fn merge_into(&self, file: &Path) -> anyhow::Result<()> {
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

/// A line of the report.
pub(crate) fn tell(line: &str) {
    println!("{line}");
}

/// The last word of a run that failed.
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
