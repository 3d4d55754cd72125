//! Reads secrets: by reference only, and never into a message.

use toml::de::{DeTable, DeValue};

use super::table::Table;
use super::value::Value;
use crate::secret::{Secret, SecretReference};

const HINT: &str = "give it as `{ env = \"NAME\" }` or `{ file = \"path\" }`";

/// The secret that a value refers to.
pub(super) fn secret(value: &Value<'_, '_>) -> Option<Secret> {
    let DeValue::Table(table) = value.inner else {
        // Whatever stands here may be the secret itself, so it is not shown.
        let message = format!("`{}` must not stand in the file as plain text", value.path);
        value.report(message, Some(HINT));
        return None;
    };
    Table::new(value, value.path.clone()).read(|reader| {
        let (variable, file) = (reader.value("env"), reader.value("file"));
        match (variable, file) {
            (Some(variable), None) => from_variable(&variable),
            (None, Some(file)) => from_file(&file),
            (Some(_), Some(_)) => {
                value.report(format!("`{}` must have one of `env` and `file`, not both", value.path), None);
                None
            }
            (None, None) => {
                let known_only = DeTable::is_empty(table);
                let hint = if known_only { Some(HINT) } else { None };
                value.report(format!("`{}` must have `env` or `file`", value.path), hint);
                None
            }
        }
    })
}

fn from_variable(value: &Value<'_, '_>) -> Option<Secret> {
    const MUST: &str = "be the name of an environment variable: upper-case letters, digits and `_`";
    let DeValue::String(name) = value.inner else {
        value.report(format!("`{}` must {MUST}", value.path), None);
        return None;
    };
    let starts_well = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    if !starts_well || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
        // Not shown: people put the secret itself here. Upper case alone tells most secrets from names.
        value.report(format!("`{}` must {MUST}", value.path), None);
        return None;
    }
    match value.context.environment.variable(name) {
        Ok(Some(text)) => {
            checked(value, &format!("environment variable `{name}`"), text, SecretReference::Variable(name.to_string()))
        }
        Ok(None) => {
            let hint = format!("set it before the start, or remove `{}`", parent(&value.path));
            value.report(format!("environment variable `{name}` is not set"), Some(&hint));
            None
        }
        Err(error) => {
            value.report(format!("could not read environment variable `{name}`: {error}"), None);
            None
        }
    }
}

fn from_file(value: &Value<'_, '_>) -> Option<Secret> {
    let path = value.path()?;
    let shown = format!("secret file {}", path.display());
    let bytes = match value.context.environment.read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            value.report(format!("could not read {shown}: {error}"), Some("check the path and who may read it"));
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        value.report(format!("{shown} is not UTF-8 text"), None);
        return None;
    };
    checked(value, &shown, text.trim_end_matches(['\n', '\r']).to_owned(), SecretReference::File(path))
}

fn checked(value: &Value<'_, '_>, shown: &str, text: String, reference: SecretReference) -> Option<Secret> {
    if text.is_empty() {
        value.report(format!("{shown} is empty"), None);
        return None;
    }
    // It ends up in a header, where a line break would start another one.
    if text.chars().any(char::is_control) {
        value.report(format!("{shown} must hold one line without control characters"), None);
        return None;
    }
    Some(Secret::found(text, reference))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(parent, _)| parent)
}
