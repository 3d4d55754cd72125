//! Simulated phones: adbd over TCP, on loopback only (it has no authentication), reached through the machine's real adb
//! server. A phone keeps its files in a folder of its own, runs the few commands that a press asks for, and fails on
//! order.

mod packet;
mod server;
mod shell;
mod sync;
mod transport;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use server::AdbServer;

/// What is wrong with a phone. Everything is fine by default; faults may change while the phone runs.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each fault is there or not, whatever the others are")]
pub struct Faults {
    /// Nobody taps "allow": the key is asked for again and again.
    pub unauthorized: bool,
    /// The connection breaks, once, after a push brought this many bytes.
    pub drop_after: Option<u64>,
    /// A shell command that begins with this word never ends; `sync` stops reading pushes.
    pub hang: Option<String>,
    /// A push runs out of space after this many bytes. The unfinished file stays.
    pub enospc_after: Option<u64>,
    /// The phone knows only the old shell, without exit codes.
    pub no_shell_v2: bool,
    /// The media scan answers `null` and lists nothing.
    pub scan_returns_null: bool,
    /// The phone is not up, but in this state: `recovery`, `sideload`.
    pub not_up: Option<&'static str>,
    /// One byte of each push is stored wrong.
    pub corrupt: bool,
}

/// A phone on a port of its own. Dropping it closes every connection and removes its files.
pub struct SimPhone {
    address: SocketAddr,
    state: Arc<State>,
    _accepting: JoinSet<()>,
}

/// What one phone is, holds and has seen.
struct State {
    serial: String,
    model: String,
    sdk: u32,
    root: TempDir,
    faults: Mutex<Faults>,
    seen: Mutex<Seen>,
    media: Mutex<BTreeMap<PathBuf, Media>>,
}

#[derive(Default)]
struct Seen {
    commands: Vec<String>,
    pushes: u32,
}

#[derive(Clone, Copy)]
struct Media {
    id: u64,
    size: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SimPhone {
    /// A phone with Android 14.
    ///
    /// # Panics
    /// If no loopback port or no temporary folder can be had.
    pub async fn start(serial: &str, faults: Faults) -> Self {
        Self::start_with_sdk(serial, 34, faults).await
    }

    /// A phone with this API level.
    ///
    /// # Panics
    /// If no loopback port or no temporary folder can be had.
    pub async fn start_with_sdk(serial: &str, sdk: u32, faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State {
            serial: serial.to_owned(),
            model: "Sim Phone".to_owned(),
            sdk,
            root: TempDir::new().expect("a temporary folder can be made"),
            faults: Mutex::new(faults),
            seen: Mutex::default(),
            media: Mutex::default(),
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, _accepting: accepting }
    }

    /// Where it listens; adb's word for its connection.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what is wrong with it.
    pub fn set_faults(&self, faults: Faults) {
        *locked(&self.state.faults) = faults;
    }

    /// Puts a file on it, as if it had been there before.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let file = self.state.root.path().join(path);
        std::fs::write(file, bytes).expect("a phone's folder can be written");
    }

    /// Every file on it, below its shared storage, in order: relative path and bytes.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.state.root.path(), self.state.root.path(), &mut files);
        files
    }

    /// What its gallery lists: relative paths, in order.
    #[must_use]
    pub fn gallery(&self) -> Vec<String> {
        let media = locked(&self.state.media);
        media.keys().map(|path| relative(self.state.root.path(), path)).collect()
    }

    /// Every shell command it was sent, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        locked(&self.state.seen).commands.clone()
    }

    /// How many pushes were begun.
    #[must_use]
    pub fn pushes(&self) -> u32 {
        locked(&self.state.seen).pushes
    }
}

impl State {
    fn faults(&self) -> Faults {
        locked(&self.faults).clone()
    }

    /// The local file behind a phone's path; `None` outside the shared storage.
    fn local(&self, path: &str) -> Option<PathBuf> {
        let below = path.strip_prefix("/storage/emulated/0/").or_else(|| path.strip_prefix("/sdcard/"))?;
        (!below.split('/').any(|part| part == "..")).then(|| self.root.path().join(below))
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        connections.spawn(transport::serve(socket, Arc::clone(&state)));
        // Only those that ended are taken out, so that a long test does not gather them.
        while connections.try_join_next().is_some() {}
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(bytes) = std::fs::read(&path) {
            files.insert(relative(root, &path), bytes);
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
