//! Secrets: given in the config by reference only, never printed.

use std::fmt;
use std::path::PathBuf;

/// A secret's text. `Debug` and `Display` print `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    reference: Option<SecretReference>,
}

/// Where the config says a secret is. Safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretReference {
    /// `{ env = "NAME" }`
    Variable(String),
    /// `{ file = "path" }`, resolved against the config file's folder.
    File(PathBuf),
}

impl Secret {
    /// Wraps a text that must not be printed and that comes from nowhere in a config file.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, reference: None }
    }

    /// Wraps the text that was found where the config file says it is.
    #[must_use]
    pub fn found(text: String, reference: SecretReference) -> Self {
        Self { text, reference: Some(reference) }
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Where the config file says it is; `None` for a secret that was made in code.
    #[must_use]
    pub fn reference(&self) -> Option<&SecretReference> {
        self.reference.as_ref()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
