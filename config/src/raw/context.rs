//! What all readers of one file share: its text, its surroundings and the problems found so far.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::problems::{Problem, Problems};

/// What kind of mistake a problem is, which tells what a mistake of syntax beside it means for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The text is no TOML here.
    Syntax,
    /// The text is no TOML from here on, since a bracket before it is not closed.
    OpenBracket,
    /// The value that stands here is wrong, whatever the rest says.
    Value,
    /// Something is missing or does not fit something else; where the text is no TOML, that may only seem so.
    Absence,
}

pub(super) struct Context<'s> {
    text: &'s str,
    base: &'s Path,
    pub(super) environment: &'s dyn Environment,
    found: RefCell<Vec<(Cause, Problem)>>,
    known: RefCell<BTreeSet<String>>,
}

impl<'s> Context<'s> {
    pub(super) fn new(text: &'s str, base: &'s Path, environment: &'s dyn Environment) -> Self {
        Self { text, base, environment, found: RefCell::default(), known: RefCell::default() }
    }

    /// Notes a problem at a byte of the text.
    pub(super) fn note(&self, offset: usize, cause: Cause, message: String, hint: Option<String>) {
        let (line, column) = position(self.text, offset);
        self.found.borrow_mut().push((cause, Problem { line, column, message, hint }));
    }

    /// Notes that a key exists, by the path of its table's shape.
    pub(super) fn know(&self, path: String) {
        self.known.borrow_mut().insert(path);
    }

    /// A path as the process would open it.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    #[cfg(test)]
    pub(super) fn known(self) -> BTreeSet<String> {
        self.known.into_inner()
    }

    /// # Errors
    /// All problems, without those that a mistake of syntax may have caused.
    pub(super) fn finish(self, file_name: &str) -> Result<(), Problems> {
        let found = self.found.into_inner();
        if found.is_empty() {
            return Ok(());
        }
        let lines_of = |of: Cause| found.iter().filter(move |(cause, _)| *cause == of).map(|(_, problem)| problem.line);
        let broken: BTreeSet<u32> = lines_of(Cause::Syntax).collect();
        let lost_from = lines_of(Cause::OpenBracket).min().unwrap_or(u32::MAX);
        let is_toml = broken.is_empty() && lost_from == u32::MAX;
        let list = found.into_iter().filter(|(cause, problem)| match cause {
            Cause::Syntax | Cause::OpenBracket => true,
            Cause::Value => !broken.contains(&problem.line) && problem.line < lost_from,
            Cause::Absence => is_toml,
        });
        Err(Problems::new(file_name, list.map(|(_, problem)| problem).collect()))
    }
}

/// Line and column of a byte, both from 1, the column in characters: for problems of files that other crates read.
#[must_use]
pub fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    // Editors do not count the byte order mark.
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (line as u32, column as u32)
}

/// A piece of the file as it may stand in a message: on one line, between backticks, not too long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 48;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{}`", shown.replace("\\\"", "\"").replace("\\'", "'"))
}
