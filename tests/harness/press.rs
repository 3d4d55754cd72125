//! The real program in a folder of its own: started, asked, killed, started again.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// How long the program may take to come up or to leave before a test calls it hung.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often something is looked at that gives no event of its own.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A folder with a config file, and the program to run in it.
pub struct Press {
    program: PathBuf,
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// Settings for quick tests: a picture of 180x320 at 10 frames a second, a few words spoken fast, everything approved, and
/// slots close together and early in the outbox. Tests add their own tables below it, and change values with [`changed`].
pub const QUICK: &str = r#"
[daemon]
data_dir = "data"
listen = "127.0.0.1:0"
grace = "20s"
min_free = "1MiB"

[assemble]
width = 180
height = 320
fps = 10
preset = "ultrafast"
# Well below the limit of the peaks: what a codec adds to them is not these tests' subject.
loudness_lufs = -23.0

[script]
words_min = 20
words_max = 40

[voice]
words_per_minute = 300
pause = "0s"

[screen]
min_duration = "1s"

# Said fast, read fast: that is not these tests' subject either.
[screen.quality]
characters_per_second = 100.0

[review]
sample_percent = 0

[trends]
take = 100

[niches.facts]
language = "en"
templates = ["explainer"]

[accounts.alpha]
niches = ["facts"]
timezone = "UTC"
windows = ["00:00-23:55"]
min_gap = "1m"
posts_per_day = 100
ramp = []
max_in_line = 1000

[schedule]
horizon = "7d"
lead = "1m"

[deliver]
outbox = "outbox"
ahead = "7d"
"#;

/// `config` with `from` replaced by `to`.
///
/// # Panics
/// If `from` is not in it exactly once: a test that changes nothing proves nothing.
#[must_use]
#[track_caller]
pub fn changed(config: &str, from: &str, to: &str) -> String {
    assert_eq!(config.matches(from).count(), 1, "`{from}` must be in the config once:\n{config}");
    config.replace(from, to)
}

/// A config with the settings of `base`, and those of `more` put to them or in their place.
///
/// # Panics
/// If one of them is not TOML.
#[must_use]
pub fn merged(base: &str, more: &str) -> String {
    let parse = |text: &str| text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let mut table = parse(base);
    merge(&mut table, parse(more));
    table.to_string()
}

fn merge(base: &mut toml::Table, more: toml::Table) {
    for (key, value) in more {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

impl Press {
    /// A folder with `config` as its config file. `program` is `env!("CARGO_BIN_EXE_reelpress-under-test")`.
    #[must_use]
    pub fn new(program: &str, config: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let press = Self { program: PathBuf::from(program), home, environment: Vec::new() };
        press.configure(config);
        press
    }

    /// Sets an environment variable for every program started from now on.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces the config file, as editors do: a new file in the old one's place.
    pub fn configure(&self, config: &str) {
        let fresh = self.path("reelpress.toml.new");
        std::fs::write(&fresh, config).expect("the test's own folder is writable");
        std::fs::rename(fresh, self.path("reelpress.toml")).expect("the test's own folder is writable");
    }

    /// A path in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("the test's own folder is writable");
    }

    /// Runs a command to its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program can be started")
    }

    /// Runs a command that must succeed and prints JSON; gives that.
    ///
    /// # Panics
    /// If it fails or prints something else.
    #[must_use]
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?} ended with {}: {told}", output.status);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?} printed no JSON: {error}"))
    }

    /// Starts the daemon.
    #[must_use]
    pub fn start(&self) -> Daemon {
        let mut command = self.command(&["run"]);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program can be started");
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = child.stderr.take().map(BufReader::new).expect("piped above");
        let kept = log.clone();
        let (heard, lines_heard) = watch::channel(0_usize);
        let reader = std::thread::Builder::new()
            .name("daemon-log".to_owned())
            .spawn(move || {
                for line in lines.lines().map_while(Result::ok) {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                    heard.send_modify(|lines| *lines += 1);
                }
            })
            .expect("a thread");
        let control = self.path("data/control.json");
        Daemon { child, log, lines_heard, reader: Some(reader), control, address: None, token: String::new() }
    }

    /// Every post in the outbox: folders that hold a `post.json`, sorted.
    #[must_use]
    pub fn posts(&self) -> Vec<PathBuf> {
        let accounts = folders(&self.path("outbox"));
        let mut posts: Vec<PathBuf> = accounts.iter().flat_map(|account| folders(account)).collect();
        posts.sort();
        posts
    }

    /// A command of the program, not started yet.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.home.path())
            .args(arguments)
            .env("REELPRESS_LOG", "info,reelpress_core=debug,reelpress_assemble::segment=debug")
            .env("NO_COLOR", "1")
            .env("USER", "tester")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Folders in a folder, without the hidden ones.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let visible =
        |path: &PathBuf| path.is_dir() && !path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    entries.filter_map(Result::ok).map(|entry| entry.path()).filter(visible).collect()
}

/// The running daemon. Killed when dropped.
pub struct Daemon {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    lines_heard: watch::Receiver<usize>,
    reader: Option<std::thread::JoinHandle<()>>,
    control: PathBuf,
    address: Option<String>,
    token: String,
}

impl Daemon {
    /// Waits until the daemon takes work; gives its address.
    ///
    /// # Panics
    /// If it ends or is not ready within a minute: the log is printed.
    pub async fn ready(&mut self) -> String {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                panic!("the daemon ended with {status} before it was ready; its log:\n{}", self.log().join("\n"));
            }
            assert!(since.elapsed() < PATIENCE, "not ready in {PATIENCE:?}; its log:\n{}", self.log().join("\n"));
            if let Some((address, token)) = self.listening()
                && let Ok(answer) = reqwest::get(format!("http://{address}/readyz")).await
                && answer.status().is_success()
            {
                self.address = Some(address.clone());
                self.token = token;
                return address;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Address and token.
    fn listening(&self) -> Option<(String, String)> {
        let contact: Value = serde_json::from_slice(&std::fs::read(&self.control).ok()?).ok()?;
        // A control file that a killed daemon left names an address where nobody, or somebody else, listens.
        let pid = contact["pid"].as_u64()?;
        let text = |key: &str| contact[key].as_str().map(str::to_owned);
        (pid == u64::from(self.child.id())).then(|| text("address").zip(text("token"))).flatten()
    }

    /// Asks the daemon by HTTP, with its token; gives status and body.
    ///
    /// # Panics
    /// If it was never ready or does not answer.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let address = self.address.as_ref().expect("ready first");
        let request = reqwest::Client::new().get(format!("http://{address}{path}")).bearer_auth(&self.token);
        let answer = request.send().await.expect("the daemon answers");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    /// Posts to the daemon by HTTP; gives status and body.
    ///
    /// # Panics
    /// As [`Daemon::get`].
    pub async fn post(&self, path: &str) -> (u16, String) {
        let address = self.address.as_ref().expect("ready first");
        let answer = reqwest::Client::new().post(format!("http://{address}{path}")).send().await;
        let answer = answer.expect("the daemon answers");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    /// Waits until `done` says so.
    ///
    /// # Panics
    /// After `patience`, with `what` and the daemon's log.
    pub async fn until(&self, what: &str, patience: Duration, mut done: impl FnMut() -> bool) {
        let waiting = async {
            while !done() {
                sleep(LOOK_EVERY).await;
            }
        };
        let came = timeout(patience, waiting).await;
        assert!(came.is_ok(), "{what}: not within {patience:?}; the daemon's log:\n{}", self.log().join("\n"));
    }

    /// Waits until the log has a line with all these words.
    ///
    /// # Panics
    /// After a minute.
    pub async fn says(&self, words: &[&str]) {
        let heard = self.hears(0, PATIENCE, |line| words.iter().all(|word| line.contains(word))).await;
        assert!(heard.is_some(), "no log line with {words:?} in {PATIENCE:?}; the log:\n{}", self.log().join("\n"));
    }

    /// Waits for the first log line, from line number `from` on, that `wanted` says yes to; gives the number of the one
    /// after it. `None` if it does not come within `patience`, or the daemon ends first.
    pub async fn hears(&self, from: usize, patience: Duration, wanted: impl Fn(&str) -> bool + Send) -> Option<usize> {
        let mut lines = self.lines_heard.clone();
        let deadline = Instant::now() + patience;
        let mut at = from;
        loop {
            let ended = lines.has_changed().is_err();
            lines.mark_unchanged();
            for line in self.log().iter().skip(at) {
                at += 1;
                if wanted(line) {
                    return Some(at);
                }
            }
            if ended {
                return None;
            }
            drop(timeout_at(deadline, lines.changed()).await.ok()?);
        }
    }

    /// The log so far.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// If the daemon is gone.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process has a positive id");
        kill_process(pid, signal).expect("our own child");
    }

    /// Kills it at once and gives its whole log.
    #[must_use]
    pub fn kill9(mut self) -> Vec<String> {
        self.end_now();
        self.log()
    }

    /// Waits for its end; gives exit status and the whole log.
    ///
    /// # Panics
    /// If it does not end within a minute.
    pub async fn ended(mut self) -> (ExitStatus, Vec<String>) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                self.finish_log();
                return (status, self.log());
            }
            assert!(since.elapsed() < PATIENCE, "did not end in {PATIENCE:?}; its log:\n{}", self.log().join("\n"));
            sleep(LOOK_EVERY).await;
        }
    }

    fn end_now(&mut self) {
        // It may have ended by itself: either way it is gone then.
        drop(self.child.kill());
        drop(self.child.wait());
        self.finish_log();
    }

    fn finish_log(&mut self) {
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.end_now();
    }
}
