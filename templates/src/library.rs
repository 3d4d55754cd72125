//! All looks that the press may use, by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_config::Name;

use crate::look::Look;
use crate::problem::{TemplateProblem, TemplateProblems};
use crate::shape;

/// The looks that are part of the binary.
pub const DEFAULT_LOOKS: [&str; 4] = ["news-brief", "explainer", "top-list", "calm-story"];

const BUILT_IN: [&str; 4] = [
    include_str!("../looks/news-brief.toml"),
    include_str!("../looks/explainer.toml"),
    include_str!("../looks/top-list.toml"),
    include_str!("../looks/calm-story.toml"),
];

/// A look's file is a page of text; one that is longer was not meant to be one.
const MAX_BYTES: u64 = 256 * 1024;

/// All looks that the press may use, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateLibrary {
    looks: BTreeMap<String, Arc<Look>>,
}

impl TemplateLibrary {
    /// The built-in looks, and those of `folder`: each `NAME.toml` in it adds a look or replaces the one of its name.
    /// Other files and folders in it are left alone.
    ///
    /// # Errors
    /// Every problem of every file, files in the order of their names.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateProblems> {
        let mut looks = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, text) in DEFAULT_LOOKS.into_iter().zip(BUILT_IN) {
            let file = PathBuf::from(format!("templates/looks/{name}.toml"));
            match shape::parse(&file, name, text) {
                Ok(look) => drop(looks.insert(name.to_owned(), Arc::new(look))),
                Err(found) => problems.extend(found),
            }
        }
        for file in folder.map_or_else(Vec::new, |folder| files_of(folder, &mut problems)) {
            match read(&file) {
                Ok(look) => drop(looks.insert(look.name.clone(), Arc::new(look))),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(Self { looks }) } else { Err(TemplateProblems(problems)) }
    }

    /// The look of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Look>> {
        self.looks.get(name)
    }

    /// The names of all looks, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.looks.keys().map(String::as_str)
    }
}

fn files_of(folder: &Path, problems: &mut Vec<TemplateProblem>) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut files: Vec<PathBuf> = match listed {
        Ok(files) => files,
        Err(error) => {
            problems.push(TemplateProblem::whole(folder, format!("could not list the folder: {error}")));
            return Vec::new();
        }
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn read(file: &Path) -> Result<Look, Vec<TemplateProblem>> {
    let whole = |message: String| vec![TemplateProblem::whole(file, message)];
    let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    Name::parse(name).map_err(|problem| whole(format!("the file's name {problem}")))?;
    let size = fs::metadata(file).map_err(|error| whole(format!("could not read the file: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(whole(format!("the file has {size} bytes, more than {MAX_BYTES}")));
    }
    let text = fs::read_to_string(file).map_err(|error| whole(format!("could not read the file: {error}")))?;
    shape::parse(file, name, &text)
}

#[cfg(test)]
mod tests;
