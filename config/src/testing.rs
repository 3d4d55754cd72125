//! For the tests of this crate: an environment in memory, and the two ways a text can end.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Environment, Settings};

/// Variables and files of a test.
#[derive(Default)]
pub(crate) struct InMemory {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
}

impl InMemory {
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn with_file(mut self, path: &str, content: &[u8]) -> Self {
        self.files.insert(PathBuf::from(path), content.to_vec());
        self
    }
}

impl Environment for InMemory {
    fn variable(&self, name: &str) -> io::Result<Option<String>> {
        Ok(self.variables.get(name).cloned())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

pub(crate) const FOLDER: &str = "/etc/press";

/// What all tests of texts find around them.
pub(crate) fn surroundings() -> InMemory {
    InMemory::default()
        .with_variable("REELPRESS_LLM_KEY", "sk-from-variable")
        .with_variable("REELPRESS_SPEECH_KEY", "sk-from-variable")
        .with_variable("REELPRESS_IMAGE_KEY", "sk-images")
        .with_variable("REELPRESS_SAFETY_KEY", "sk-safety")
        .with_variable("REELPRESS_S3_ACCESS_KEY", "access")
        .with_variable("REELPRESS_S3_SECRET_KEY", "s3-secret")
        .with_variable("YOUTUBE_KEY", "yt-key")
        .with_variable("REDDIT_ID", "reddit-id")
        .with_variable("REDDIT_SECRET", "reddit-secret")
        .with_variable("REELPRESS_OIDC_SECRET", "oidc-secret")
        .with_variable("EMPTY", "")
        .with_variable("TWO_LINES", "sk-first\nsk-second")
        .with_file("/etc/press/key", b"sk-from-file\r\n\n")
        .with_file("/etc/press/binary", b"\xff\xfe")
}

/// The settings of a text that has no problem.
#[track_caller]
pub(crate) fn settings(text: &str) -> Settings {
    match Settings::parse("reelpress.toml", Path::new(FOLDER), text, &surroundings()) {
        Ok(settings) => settings,
        Err(problems) => panic!("{problems}"),
    }
}

/// Every problem of a text, one a line.
pub(crate) fn problems(text: &str) -> String {
    match Settings::parse("reelpress.toml", Path::new(FOLDER), text, &surroundings()) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => problems.to_string(),
    }
}
