//! What is wrong with a look's file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, at its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {message}", file.display(), Place(*place))]
pub struct TemplateProblem {
    /// The file or the folder.
    pub file: PathBuf,
    /// Line and column, both from 1; the column counts characters. `None` if it is about the whole file.
    pub place: Option<(usize, usize)>,
    /// What is wrong, with the value and the limit.
    pub message: String,
}

/// Everything that is wrong, in the order of the files and their lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblems(pub Vec<TemplateProblem>);

impl std::error::Error for TemplateProblems {}
impl fmt::Display for TemplateProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

struct Place(Option<(usize, usize)>);
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |(line, column)| write!(f, ":{line}:{column}"))
    }
}

impl TemplateProblem {
    /// A problem of the whole file.
    pub(crate) fn whole(file: &Path, message: String) -> Self {
        Self { file: file.to_owned(), place: None, message }
    }

    /// A problem at a byte of the file's text.
    pub(crate) fn at(file: &Path, text: &str, byte: usize, message: String) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        Self { file: file.to_owned(), place: Some((line, column)), message }
    }
}
