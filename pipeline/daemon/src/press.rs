//! Starts and stops the daemon. Everything that touches the world is handed in, so a test can start the very daemon
//! that ships.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::PrometheusHandle;
use reelpress_config::{Environment, Live, Settings};
use reelpress_console::{Console, Ports as ConsolePorts};
use reelpress_core::{Artifacts, Book, Clock, Line, Silent, Supervisor, events};
use reelpress_device_farm::Fleet;
use reelpress_store::{FolderArtifacts, SledJournal};
use reelpress_vocabulary::Brief;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::console::{self, ConsolePress, Kept};
use crate::control::{ControlFile, Office};
use crate::earlier;
use crate::exit::Exit;
use crate::health::Health;
use crate::housekeeping::Housekeeping;
use crate::http;
use crate::intake::Intake;
use crate::reloader::Reloader;
use crate::topology::{self, Ports};
use crate::trends::TrendRoom;

/// What the daemon needs from outside. Real in `main`, others in tests, and nothing else differs.
pub struct Outside {
    /// The calendar time.
    pub clock: Arc<dyn Clock>,
    /// Where secrets' names are looked up.
    pub environment: Arc<dyn Environment>,
    /// Bound by the caller: port 0 in tests, no race.
    pub listener: TcpListener,
    /// The config file, if there is one: watched and read again on a reload.
    pub config: Option<PathBuf>,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

/// Journal, its fold, and artifacts of one data folder.
#[derive(Clone)]
pub struct Store {
    /// The journal with its fold.
    pub book: Arc<Book>,
    /// Where products are kept.
    pub artifacts: Arc<dyn Artifacts>,
}

impl Store {
    /// Opens (or makes) the data folder. Only one process at a time may have it open.
    ///
    /// # Errors
    /// If it is in use, cannot be written, or its journal is damaged.
    pub fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data_dir)
            .with_context(|| format!("could not make the data folder {}", data_dir.display()))?;
        let journal = SledJournal::open(&data_dir.join("journal"), clock.clone())?;
        let (book, replayed) = Book::open(Arc::new(journal), clock)?;
        if replayed.torn > 0 {
            tracing::warn!(torn = replayed.torn, "the journal's last write was cut short and left out");
        }
        tracing::debug!(records = replayed.records, unfinished = book.unfinished(), "journal read");
        let artifacts = FolderArtifacts::open(&data_dir.join("artifacts"))?;
        Ok(Self { book: Arc::new(book), artifacts: Arc::new(artifacts) })
    }
}

pub use crate::earlier::open_archive;

/// The daemon at work.
pub struct Running {
    line: Arc<Line<Brief>>,
    supervisor: Supervisor,
    reloader: Arc<Reloader>,
    live: Live,
    console: Option<Console>,
    address: SocketAddr,
    // Removed when the daemon stops: who finds it knows whom to ask.
    _control: ControlFile,
}

/// Opens the store, wires the line, takes up what the journal says was on it, and serves HTTP.
///
/// # Errors
/// If the store cannot be opened or a stage cannot be started.
pub fn start(settings: Settings, outside: Outside) -> anyhow::Result<Running> {
    let Outside { clock, environment, listener, config, metrics } = outside;
    events::started(env!("CARGO_PKG_VERSION"));
    let store = Store::open(&settings.daemon.data_dir, clock.clone())?;
    let archive = open_archive(&settings.daemon.data_dir)?;
    let scratch = empty_scratch(&settings.daemon.data_dir)?;
    if let Err(error) = reelpress_deliver::sweep_incoming(&settings.deliver.outbox) {
        // Deliveries pause and say how to mend it; all before them goes on.
        tracing::warn!(%error, "the outbox could not be swept");
    }
    let address = listener.local_addr().context("could not read the bound address")?;
    let control = ControlFile::write(&settings.daemon.data_dir, address)?;
    let live = Live::new(settings);
    let supervisor = Supervisor::default();
    let (pause, paused) = watch::channel(false);
    let fleet = Arc::new(Fleet::new(live.clone(), clock.clone()));
    let line = topology::daemon_line(&Ports {
        live: live.clone(),
        book: store.book.clone(),
        artifacts: store.artifacts.clone(),
        archive: archive.clone(),
        clock: clock.clone(),
        fleet: Some(fleet),
        scratch,
        progress: Arc::new(Silent),
        pause: paused.clone(),
        supervisor: supervisor.clone(),
    })?;
    let line = Arc::new(line);
    let reloader = Arc::new(Reloader::new(live.clone(), config, environment, line.stopping()));
    let health = Health { live: live.clone(), line: line.clone(), paused: paused.clone() };
    let since = Instant::now();
    let office = Arc::new(Office::of_daemon(store.book.clone(), line.clone(), live.clone(), health.clone(), since));
    let trends = TrendRoom::default();
    let press = ConsolePress {
        office: office.clone(),
        book: store.book.clone(),
        line: line.clone(),
        artifacts: store.artifacts.clone(),
        live: live.clone(),
        clock: clock.clone(),
        health: health.clone(),
        trends: trends.clone(),
        since,
        kept: Kept::default(),
    };
    let console = open_console(press, &supervisor, address)?;
    let desk = http::Desk {
        office,
        health,
        reloader: reloader.clone(),
        metrics,
        is_local: address.ip().is_loopback(),
        token: control.token(),
        supervisor: supervisor.clone(),
        trends: trends.clone(),
        archive: archive.clone(),
        live: live.clone(),
        clock: clock.clone(),
        console: console.clone(),
    };
    http::serve(&supervisor, listener, desk);
    reloader.clone().watch(&supervisor);
    earlier::keep_merged(&supervisor, archive.clone(), line.stopping());
    Housekeeping { live: live.clone(), line: line.clone(), archive, clock: clock.clone(), pause }.start(&supervisor);
    Intake { live: live.clone(), line: line.clone(), clock, paused, trends }.start(&supervisor);
    events::ready(true);
    tracing::info!(%address, unfinished = store.book.unfinished(), config_hash = live.snapshot().fingerprint(), "press running");
    Ok(Running { line, supervisor, reloader, live, console, address, _control: control })
}

/// The console, if the config wants one; what people decided goes to the line from now on.
fn open_console(press: ConsolePress, supervisor: &Supervisor, address: SocketAddr) -> anyhow::Result<Option<Console>> {
    let settings = press.live.snapshot();
    if !settings.console.enabled {
        return Ok(None);
    }
    let stopping = press.line.stopping();
    let console = Console::open(ConsolePorts {
        notes: press.book.clone(),
        artifacts: press.artifacts.clone(),
        clock: press.clock.clone(),
        live: press.live.clone(),
        supervisor: supervisor.clone(),
        data_dir: settings.daemon.data_dir.clone(),
        listen: address.ip(),
        press: Arc::new(press),
    })?;
    console::settle(supervisor, console.clone(), stopping);
    Ok(Some(console))
}

impl Running {
    /// The address of a page that signs in once on this machine, as long as the console has no users.
    #[must_use]
    pub fn console_link(&self) -> Option<String> {
        let path = self.console.as_ref()?.first_link().ok().flatten()?;
        Some(format!("http://{}{path}", self.address))
    }

    /// Reads the config file again.
    pub fn reload(&self) {
        self.reloader.reload();
    }

    /// Waits until a task failed that the daemon cannot live without; gives the reason.
    pub async fn failed(&self) -> String {
        self.supervisor.failed().await
    }

    /// How long a drain may take, by the settings in force.
    #[must_use]
    pub fn grace(&self) -> Duration {
        self.live.snapshot().daemon.grace
    }

    /// Stops taking, finishes what is in hand, at most `grace`, and leaves the rest to the journal.
    pub async fn stop(&self, grace: Duration) -> Exit {
        events::ready(false);
        tracing::info!(grace_seconds = grace.as_secs(), in_flight = self.line.in_flight(), "stopping");
        let clean = self.line.drain(grace).await;
        tracing::info!(clean, unfinished = self.line.book().unfinished(), "stopped");
        if clean { Exit::Ok } else { Exit::GraceRanOut }
    }
}

/// The folder for files in the making, emptied: whatever lies there is from a run that was cut off.
pub(crate) fn empty_scratch(data_dir: &Path) -> anyhow::Result<PathBuf> {
    let scratch = data_dir.join("scratch");
    match std::fs::remove_dir_all(&scratch) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not empty {}", scratch.display()));
        }
        Ok(()) | Err(_) => {}
    }
    std::fs::create_dir_all(&scratch).with_context(|| format!("could not make {}", scratch.display()))?;
    Ok(scratch)
}
