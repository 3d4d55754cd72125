//! What a setting names must exist: files and templates that only the crates further up can look at. They say which key
//! is wrong; this finds its line.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::environment::Environment;
use crate::problems::{Problem, Problems};
use crate::raw::{load, position};
use crate::settings::Settings;

/// A setting that names something that is not there or not usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProblem {
    /// The key from the root on, such as `["niches", "space", "templates"]`.
    pub key: Vec<String>,
    /// A fragment that names the value and what is wrong with it.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Looks at what settings name; gives every problem.
pub type CheckNamed<'a> = &'a dyn Fn(&Settings) -> Vec<KeyProblem>;

/// Reads and checks a config file, and what its settings name.
///
/// # Errors
/// As [`load()`], or every problem that `check` finds, at the place of its key.
pub fn load_and(path: &Path, environment: &dyn Environment, check: CheckNamed<'_>) -> Result<Settings, Problems> {
    let settings = load(path, environment)?;
    let found = check(&settings);
    if found.is_empty() {
        return Ok(settings);
    }
    // Read a moment ago; should it be gone now, the problems stand at the file's beginning.
    let text = environment.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let (document, _) = DeTable::parse_recoverable(&text);
    let place = |key: &[String]| find(document.get_ref(), key).map_or((1, 1), |at| position(&text, at));
    let problems = found.into_iter().map(|KeyProblem { key, message, hint }| {
        let (line, column) = place(&key);
        Problem { line, column, message, hint }
    });
    Err(Problems::new(&path.display().to_string(), problems.collect()))
}

/// Where the value of a key begins, in bytes: the key itself or, if a default stands for it, the nearest table above it.
fn find(root: &DeTable<'_>, key: &[String]) -> Option<usize> {
    let mut table = root;
    let mut place = None;
    for part in key {
        let Some(value) = table.get(part.as_str()) else { return place };
        place = Some(value.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => return place,
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::ProcessEnvironment;

    fn check(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("writable");
        let named = |settings: &Settings| {
            let wrong = |niche: &crate::Niche| niche.templates.iter().any(|template| template.as_str() == "nowhere");
            let niches = settings.niches.iter().filter(|(_, niche)| wrong(niche));
            niches
                .map(|(name, _)| KeyProblem {
                    key: vec!["niches".to_owned(), name.to_string(), "templates".to_owned()],
                    message: "template `nowhere` does not exist".to_owned(),
                    hint: Some("there is `calm`".to_owned()),
                })
                .collect()
        };
        let answer = load_and(file.path(), &ProcessEnvironment, &named);
        answer
            .map_or_else(|problems| problems.to_string(), |_| "fine".to_owned())
            .replace(&*file.path().to_string_lossy(), "FILE")
    }

    #[test]
    fn what_a_setting_names_is_reported_at_the_setting() {
        assert_eq!(check("[niches.a]\n"), "fine");
        insta::assert_snapshot!(
            check("[niches.a]\nlanguage = \"en\"\ntemplates = [\"nowhere\"]\n"),
            @"FILE:3:13: template `nowhere` does not exist (there is `calm`)"
        );
    }
}
