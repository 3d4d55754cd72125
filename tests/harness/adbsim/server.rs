//! The machine's real adb server as a child process of the test: own port, own home, gone with the test.

use std::io;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use super::SimPhone;

/// Longest wait for the server to start, and for one answer of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two tries to reach a server that is starting.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// A real adb server. Dropping it ends the process.
pub struct AdbServer {
    address: SocketAddr,
    child: Child,
    _home: TempDir,
}

impl AdbServer {
    /// Starts one; `None`, with a line that says so, only if there is no `adb` on this machine.
    ///
    /// # Panics
    /// If there is an `adb` and it does not serve.
    pub async fn spawn() -> Option<Self> {
        let home = TempDir::new().expect("a temporary folder can be made");
        let port = free_port().await.expect("loopback has a free port");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let started = Command::new("adb")
            .args(["-L", &format!("tcp:localhost:{port}"), "nodaemon", "server"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            // Else it adopts whatever listens on 5555 to 5585, and waits three seconds for USB.
            .env("ADB_LOCAL_TRANSPORT_MAX_PORT", "5554")
            .env("ADB_LIBUSB", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = match started {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                skipped();
                return None;
            }
            Err(error) => panic!("could not start `adb`: {error}"),
        };
        let server = Self { address, child, _home: home };
        server.wait_until_it_serves().await;
        Some(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells it to connect to a phone; its answer, such as `connected to 127.0.0.1:40123`.
    ///
    /// # Panics
    /// If the server does not answer.
    pub async fn connect(&self, phone: &SimPhone) -> String {
        let request = format!("host:connect:{}", phone.address());
        let answer = timeout(PATIENCE, ask(self.address, &request)).await;
        answer.expect("the adb server answers in time").expect("the adb server answers")
    }

    async fn wait_until_it_serves(&self) {
        let deadline = Instant::now() + PATIENCE;
        while ask(self.address, "host:version").await.is_err() {
            assert!(Instant::now() < deadline, "`adb` does not serve at {} after {PATIENCE:?}", self.address);
            sleep(TRY_AGAIN).await;
        }
    }
}

impl Drop for AdbServer {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it is left.
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know what was not tested")]
fn skipped() {
    eprintln!("skipped: there is no `adb` on this machine (apt-get install adb)");
}

async fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port())
}

async fn ask(address: SocketAddr, request: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(format!("{:04x}{request}", request.len()).as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    // `OKAY` or `FAIL`, four digits of length, the text.
    answer.get(8..).map(str::to_owned).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}
