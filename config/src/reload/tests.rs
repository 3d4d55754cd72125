use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::testing::InMemory;
use crate::{Live, Reload, Settings, load, reload};

const FILE: &str = "/etc/press/reelpress.toml";

/// A press that runs with a file of this text.
struct Running {
    live: Live,
    environment: InMemory,
}

impl Running {
    fn with(text: &str) -> Self {
        let environment = InMemory::default().with_variable("KEY", "first").with_file(FILE, text.as_bytes());
        let settings = load(Path::new(FILE), &environment).expect("the first file is fine");
        Self { live: Live::new(settings), environment }
    }

    /// Writes another text into the file and reloads it.
    fn reload(&mut self, text: &str) -> Reload {
        self.environment.files.insert(PathBuf::from(FILE), text.as_bytes().to_vec());
        reload(&self.live, Path::new(FILE), &self.environment)
    }

    fn now(&self) -> Arc<Settings> {
        self.live.snapshot()
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn a_changed_value_is_in_the_next_snapshot_and_not_in_the_old_one() {
    let mut running = Running::with("review.sample_percent = 10");
    let other_handle = running.live.clone();
    let before = running.now();
    let outcome = running.reload("review.sample_percent = 20\n[niches.space]\n");
    let changed = words(&["accounts.default.niches", "niches.general", "niches.space", "review.sample_percent"]);
    assert_eq!(outcome, Reload::Swapped { changed });
    assert_eq!(before.review.sample_percent, 10);
    assert_eq!(running.now().review.sample_percent, 20);
    assert_eq!(other_handle.snapshot().review.sample_percent, 20);
    assert!(running.now().niches.contains_key("space") && !before.niches.contains_key("space"));
}

#[test]
fn a_file_that_means_the_same_changes_nothing() {
    let mut running = Running::with("daemon.grace = \"60s\"");
    let before = running.now();
    assert_eq!(running.reload("# the same in other words\n[daemon]\ngrace = \"1m\"\n"), Reload::Unchanged);
    assert!(Arc::ptr_eq(&before, &running.now()));
}

#[test]
fn a_bad_file_changes_nothing_and_says_why() {
    let mut running = Running::with("review.sample_percent = 10");
    let before = running.now();
    let Reload::Kept { because } = running.reload("review.sample_percent = 20\nreview.auto_aprove = false\n") else {
        panic!("a bad file was taken");
    };
    insta::assert_snapshot!(
        because,
        @"/etc/press/reelpress.toml:2:8: `auto_aprove` is not a key of [review] (did you mean `auto_approve`?)"
    );
    assert!(Arc::ptr_eq(&before, &running.now()));
    running.environment.files.clear();
    let gone = reload(&running.live, Path::new(FILE), &running.environment);
    assert_eq!(gone.as_str(), "kept");
    assert!(Arc::ptr_eq(&before, &running.now()));
}

#[test]
fn after_a_bad_file_a_good_one_is_taken() {
    let mut running = Running::with("");
    assert_eq!(running.reload("review = 1").as_str(), "kept");
    assert_eq!(running.reload("review.sample_percent = 1").as_str(), "swapped");
    assert_eq!(running.now().review.sample_percent, 1);
}

/// Each key that waits for a restart, with another value than its default, and how to read it.
type Waiting = (&'static str, &'static str, fn(&Settings) -> String);

const WAITING: [Waiting; 13] = [
    ("daemon.data_dir", "\"/other\"", |settings| settings.daemon.data_dir.display().to_string()),
    ("daemon.listen", "\"127.0.0.1:1\"", |settings| settings.daemon.listen.to_string()),
    ("deliver.outbox", "\"/other\"", |settings| settings.deliver.outbox.display().to_string()),
    ("console.enabled", "false", |settings| settings.console.enabled.to_string()),
    ("line.script", "999", |settings| settings.line.script.to_string()),
    ("line.voice", "999", |settings| settings.line.voice.to_string()),
    ("line.assemble", "999", |settings| settings.line.assemble.to_string()),
    ("line.screen", "999", |settings| settings.line.screen.to_string()),
    ("line.review", "999", |settings| settings.line.review.to_string()),
    ("line.shelf", "999", |settings| settings.line.shelf.to_string()),
    ("line.deliver", "999", |settings| settings.line.deliver.to_string()),
    ("line.cpu_workers", "999", |settings| settings.line.cpu_workers.to_string()),
    ("line.script_workers", "999", |settings| settings.line.script_workers.to_string()),
];

#[test]
fn keys_that_need_a_restart_keep_their_values_and_say_so_each_time() {
    for (key, value, _) in WAITING {
        let mut running = Running::with("");
        let before = running.now();
        for _ in 0..2 {
            assert_eq!(running.reload(&format!("{key} = {value}")), Reload::NeedsRestart { keys: words(&[key]) });
            assert!(Arc::ptr_eq(&before, &running.now()), "{key}");
        }
    }
}

#[test]
fn beside_keys_that_need_a_restart_the_others_are_in_force_at_once() {
    for (key, value, read) in WAITING {
        let mut running = Running::with("");
        let before = running.now();
        let outcome = running.reload(&format!("{key} = {value}\nreview.sample_percent = 99"));
        assert_eq!(outcome, Reload::NeedsRestart { keys: words(&[key]) });
        assert_eq!(running.now().review.sample_percent, 99, "{key}");
        assert_eq!(read(&running.now()), read(&before), "{key}");
        assert_eq!(before.differences(&running.now()), ["review.sample_percent"], "{key}");
    }
}

#[test]
fn the_rest_of_the_daemon_and_of_deliver_needs_no_restart() {
    let mut running = Running::with("");
    let outcome = running.reload("daemon.grace = \"5s\"\ndeliver.ahead = \"1h\"");
    assert_eq!(outcome, Reload::Swapped { changed: words(&["daemon.grace", "deliver.ahead"]) });
    assert_eq!((running.now().daemon.grace.as_secs(), running.now().deliver.ahead.as_secs()), (5, 3_600));
}

#[test]
fn a_new_secret_behind_the_same_reference_is_taken() {
    let text = "script.writers = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"http://h/v1\"\nmodel = \"m\"\n\
                api_key = { env = \"KEY\" }";
    let mut running = Running::with(text);
    running.environment.variables.insert("KEY".to_owned(), "second".to_owned());
    assert_eq!(running.reload(text), Reload::Swapped { changed: words(&["script.providers.cloud.api_key"]) });
    let settings = running.now();
    let provider = settings.script.providers.values().next().expect("it is in the text");
    assert_eq!(provider.api_key.as_ref().map(crate::Secret::reveal), Some("second"));
}

#[test]
fn the_four_outcomes_have_fixed_words() {
    let mut running = Running::with("");
    let seen: Vec<&str> = ["", "review.sample_percent = 1", "line.shelf = 1\nreview.sample_percent = 1", "x"]
        .iter()
        .map(|text| running.reload(text).as_str())
        .collect();
    assert_eq!(seen, ["unchanged", "swapped", "needs_restart", "kept"]);
}
