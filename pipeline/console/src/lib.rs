//! The review console: who may sign in, who looks at what, what they decide, and the pages for it.
//!
//! It reaches the press through one port, [`Press`], and remembers what people said in the journal ([`reelpress_core::Notes`]).
//! [`Console::open`] makes one; [`Console::router`] is what the daemon mounts; [`Console::settle`] is called every second.
//! Which role may do what is one table: `ROUTES` in `http.rs`.
#![forbid(unsafe_code)]

mod audit;
mod desk;
mod http;
mod limits;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod oidc;
mod page;
mod patient;
mod press;
mod random;
mod sessions;
mod users;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use reelpress_config::Live;
use reelpress_core::{Artifacts, Clock, Notes, Supervisor};

pub use audit::{AuditEntry, AuditError};
pub use patient::{Patient, Peer, Timed};
pub use press::{
    Beat, Caption, Card, Choice, CutHash, Earlier, Finding, FindingKind, Given, HeldItem, LineNow, MediaFile,
    MediaKind, Mending, MendingKind, NoCutHash, Press, PressError, Ruling, Severity, Sheet, Span, StageNow, Table,
    Waiting, Zone,
};
pub use random::NoRandom;
pub use users::{LOCAL, PASSWORD_MAX, PASSWORD_MIN, Role, User, UserFile, Users, UsersError};

/// Where the console is mounted.
pub const MOUNT: &str = "/console";

/// What the console needs from outside.
pub struct Ports {
    /// The press.
    pub press: Arc<dyn Press>,
    /// Where what people said is remembered.
    pub notes: Arc<dyn Notes>,
    /// Where cuts are kept.
    pub artifacts: Arc<dyn Artifacts>,
    /// The calendar time.
    pub clock: Arc<dyn Clock>,
    /// The settings in force.
    pub live: Live,
    /// What a request began is done to its end, even if the one who asked hangs up.
    pub supervisor: Supervisor,
    /// The folder that `console/users.toml` and `console/audit.log` lie in.
    pub data_dir: PathBuf,
    /// The address that the daemon listens on.
    pub listen: IpAddr,
}

/// Why the console does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Others can reach it, and nobody could sign in but by being first.
    #[error(
        "`daemon.listen` is {listen}, which others can reach, and the console has no users (add one with `reelpress user add NAME --role admin`, set up [console.oidc], listen on 127.0.0.1, or set `console.enabled = false`)"
    )]
    NoUsers {
        /// The address.
        listen: IpAddr,
    },
    /// The file of users cannot be used.
    #[error(transparent)]
    Users(#[from] UsersError),
    /// The audit record cannot be used.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// The console at work; clones are the same one.
#[derive(Clone)]
pub struct Console(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) desk: desk::Desk,
    pub(crate) press: Arc<dyn Press>,
    pub(crate) artifacts: Arc<dyn Artifacts>,
    pub(crate) directory: users::Directory,
    pub(crate) sessions: sessions::Sessions,
    pub(crate) oidc: oidc::Oidc,
    pub(crate) limits: limits::SignInLimits,
    /// Each password check takes 19 MiB: two at once are enough.
    pub(crate) checks: tokio::sync::Semaphore,
    pub(crate) link: Mutex<Option<String>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) live: Live,
    pub(crate) supervisor: Supervisor,
    pub(crate) listen: IpAddr,
}

impl Console {
    /// Reads users, the audit record and what people said.
    ///
    /// # Errors
    /// Any [`OpenError`].
    pub fn open(ports: Ports) -> Result<Self, OpenError> {
        let Ports { press, notes, artifacts, clock, live, supervisor, data_dir, listen } = ports;
        let directory = users::Directory::open(UserFile::of_data(&data_dir))?;
        let has_provider = live.snapshot().console.oidc.is_some();
        if !listen.is_loopback() && directory.users().users.is_empty() && !has_provider {
            return Err(OpenError::NoUsers { listen });
        }
        let audit = Arc::new(audit::Audit::open(&data_dir, clock.now())?);
        let desk = desk::Desk::open(press.clone(), notes, clock.clone(), live.clone(), audit);
        Ok(Self(Arc::new(Inner {
            desk,
            press,
            artifacts,
            directory,
            sessions: sessions::Sessions::default(),
            oidc: oidc::Oidc::default(),
            limits: limits::SignInLimits::new(clock.clone()),
            checks: tokio::sync::Semaphore::new(2),
            link: Mutex::new(None),
            clock,
            live,
            supervisor,
            listen,
        })))
    }

    /// Every page, below [`MOUNT`]. Serve it with the callers' addresses
    /// ([`Patient`], `into_make_service_with_connect_info::<Peer>()`): they are written into the audit record and limited.
    pub fn router(&self) -> axum::Router {
        http::router(self.0.clone())
    }

    /// Gives the line what nobody took back in time. To be called every second or so.
    pub async fn settle(&self) {
        self.0.desk.settle().await;
    }

    /// The path of a link that signs in once, as an admin called [`LOCAL`]. Only this machine can reach the console and
    /// there are no users yet, else `None`. A new one voids the last.
    ///
    /// # Errors
    /// [`NoRandom`].
    pub fn first_link(&self) -> Result<Option<String>, NoRandom> {
        if !self.0.listen.is_loopback() || !self.0.directory.users().users.is_empty() {
            return Ok(None);
        }
        let token = random::token()?;
        let path = format!("{MOUNT}/first/{token}");
        *self.0.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        Ok(Some(path))
    }
}
