use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use crate::{Environment, FeedFormat, FeedPlace, Name, ScriptWriter, Secret, Settings};

/// Variables and files of a test.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Environment for Table {
    fn variable(&self, name: &str) -> io::Result<Option<String>> {
        Ok(self.variables.get(name).cloned())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fn environment() -> Table {
    Table {
        variables: BTreeMap::from([
            ("LLM_KEY".to_owned(), "sk-from-variable".to_owned()),
            ("EMPTY".to_owned(), String::new()),
        ]),
        files: BTreeMap::from([
            (PathBuf::from("/etc/press/key"), b"sk-from-file\r\n\n".to_vec()),
            (PathBuf::from("/etc/press/two-lines"), b"one\ntwo\n".to_vec()),
        ]),
    }
}

fn parse(text: &str) -> Settings {
    match Settings::parse("reelpress.toml", Path::new("/etc/press"), text, &environment()) {
        Ok(settings) => settings,
        Err(problems) => panic!("{problems}"),
    }
}

/// Every problem of the text, a line each.
fn problems(text: &str) -> String {
    match Settings::parse("reelpress.toml", Path::new("/etc/press"), text, &environment()) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn probe() {
    println!(
        "{}",
        problems(
            r#"
daemon = 5
grase = 1
[line]
shelf = 0
shelff = 3
[[feeds]]
name = "x"
[[feeds]]
name = "x"
url = "http://a.b/"
file = "q.csv"
every = "5"
[accounts.a]
niches = ["genral", "q"]
timezone = "Europe/Berlyn"
windows = ["22:00-07:00", "07:00-12:00", "11:00-13:00", 5, "08:00-24:00"]
[accounts.B]
posts_per_day = 0
[script]
writer = "openai"
openai.api_key = "sk-secret"
[assemble]
preset = "very fast"
width = 1081
crf = -1
fps = 30.0
[voice.voices]
eng = "x"
[daemon.retries]
first = "2m"
"#
        )
    );
}
