//! All templates that the press may use, by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_config::Name;

use crate::form;
use crate::lint::{self, Finding};
use crate::problem::{TemplateProblem, TemplateProblems};
use crate::template::{LayerKind, Template};

/// The templates that are part of the binary, with their files.
const BUILT_IN: [(&str, &str); 12] = [
    ("before-after", include_str!("../library/before-after.toml")),
    ("calm-story", include_str!("../library/calm-story.toml")),
    ("countdown", include_str!("../library/countdown.toml")),
    ("explainer", include_str!("../library/explainer.toml")),
    ("how-to", include_str!("../library/how-to.toml")),
    ("myth-fact", include_str!("../library/myth-fact.toml")),
    ("news-brief", include_str!("../library/news-brief.toml")),
    ("product", include_str!("../library/product.toml")),
    ("quiz", include_str!("../library/quiz.toml")),
    ("quote", include_str!("../library/quote.toml")),
    ("statistic", include_str!("../library/statistic.toml")),
    ("top-list", include_str!("../library/top-list.toml")),
];

/// The reference of the format, as it is shipped.
pub const FORMAT: &str = include_str!("../FORMAT.md");

/// A template's file is a few pages of text; one that is longer was not meant to be one.
const MAX_BYTES: u64 = 256 * 1024;

/// All templates that the press may use, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateLibrary {
    templates: BTreeMap<String, Arc<Template>>,
    folder: Option<PathBuf>,
}

impl TemplateLibrary {
    /// The built-in templates, and those of `folder`: each `NAME.toml` in it adds a template or replaces the one of its
    /// name. Other files and folders in it are left alone.
    ///
    /// # Errors
    /// Every problem of every file, those of [`lint::lint`] too, files in the order of their names.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateProblems> {
        let mut templates = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, text) in BUILT_IN {
            let file = PathBuf::from(format!("templates/library/{name}.toml"));
            match parse(&file, name, text) {
                Ok(template) => drop(templates.insert(name.to_owned(), Arc::new(template))),
                Err(found) => problems.extend(found.0),
            }
        }
        for file in folder.map_or_else(Vec::new, |folder| files_of(folder, &mut problems)) {
            match read(&file) {
                Ok(template) => drop(templates.insert(template.name.clone(), Arc::new(template))),
                Err(found) => problems.extend(found.0),
            }
        }
        let folder = folder.map(Path::to_owned);
        if problems.is_empty() { Ok(Self { templates, folder }) } else { Err(TemplateProblems(problems)) }
    }

    /// The template of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.get(name)
    }

    /// The names of all templates, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }

    /// Where a clip that a template names is; `None` if the library has no folder or the path would leave it.
    #[must_use]
    pub fn clip(&self, file: &str) -> Option<PathBuf> {
        let folder = self.folder.as_deref().filter(|_| lint::stays_in_its_folder(file))?;
        Some(folder.join(file))
    }
}

/// The names of the templates that are part of the binary, in alphabetical order.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The text of a template that is part of the binary.
#[must_use]
pub fn built_in_text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Reads a template's text and looks at what it says; `file` is for messages.
///
/// # Errors
/// Every problem of the text, in the order of its lines.
pub fn parse(file: &Path, name: &str, text: &str) -> Result<Template, TemplateProblems> {
    let (template, spans) = form::parse(file, name, text).map_err(TemplateProblems)?;
    let place = |finding: Finding| {
        let mut key = finding.key.as_str();
        // What is not written down has the place of the table that it is missing from.
        let byte = loop {
            if let Some(byte) = spans.get(key) {
                break *byte;
            }
            match key.rfind('.') {
                Some(dot) => key = &key[..dot],
                None => break 0,
            }
        };
        TemplateProblem::at(file, text, byte, finding.to_string())
    };
    let mut problems: Vec<TemplateProblem> = lint::lint(&template).into_iter().map(place).collect();
    problems.sort_by_key(|problem| problem.place);
    if problems.is_empty() { Ok(template) } else { Err(TemplateProblems(problems)) }
}

/// Reads a template's file, looks at what it says, and that the clips it names are there.
///
/// # Errors
/// Every problem of the file.
pub fn read(file: &Path) -> Result<Template, TemplateProblems> {
    let whole = |message: String| TemplateProblems(vec![TemplateProblem::whole(file, message)]);
    let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    Name::parse(name).map_err(|problem| whole(format!("the file's name {problem}")))?;
    let size = fs::metadata(file).map_err(|error| whole(format!("could not read the file: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(whole(format!("the file has {size} bytes, more than {MAX_BYTES}")));
    }
    let text = fs::read_to_string(file).map_err(|error| whole(format!("could not read the file: {error}")))?;
    let template = parse(file, name, &text)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    for layer in &template.layers {
        if let LayerKind::Video(video) = &layer.kind
            && !inside(folder, &folder.join(&video.file))
        {
            return Err(whole(format!(
                "the clip {:?} of layer {:?} is not a file in the folder",
                video.file, layer.name
            )));
        }
    }
    Ok(template)
}

/// True if the file is there and no link leads out of the folder.
fn inside(folder: &Path, file: &Path) -> bool {
    match (
        fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }),
        fs::canonicalize(file),
    ) {
        (Ok(folder), Ok(file)) => file.starts_with(folder) && file.is_file(),
        _ => false,
    }
}

/// The template as a file that [`parse`] reads back as it is: what differs from its default, in the order of FORMAT.md.
#[must_use]
pub fn to_toml(template: &Template) -> String {
    form::write(template)
}

/// The `NAME.toml` files of a folder, in the order of their names.
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

/// Every problem of the templates in a folder, and how many there are.
///
/// # Errors
/// Every problem of every file.
pub fn check_folder(folder: &Path) -> Result<usize, TemplateProblems> {
    let mut problems = Vec::new();
    let files = files_of(folder, &mut problems);
    for file in &files {
        if let Err(found) = read(file) {
            problems.extend(found.0);
        }
    }
    if problems.is_empty() { Ok(files.len()) } else { Err(TemplateProblems(problems)) }
}

#[cfg(test)]
mod tests;
