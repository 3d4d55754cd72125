//! What people ask of the press: by HTTP from the running daemon, or, when none runs, from its files. The same answers
//! either way.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use reelpress_config::Live;
use reelpress_core::{Book, Durability, ItemId, ItemState, ItemStatus, Line, Notes as _, Reason, StageName};
use reelpress_review::{ReviewCard, ReviewError};
use reelpress_vocabulary::{Brief, Screened};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::exit::{Exit, coded};
use crate::health::Health;
use crate::media_uses::{self, MediaUse};
use crate::press::Store;
use crate::reports::{EdgeLine, ItemCounts, ItemLine, ItemReport, StatusReport};

/// A person's word on a held item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ruling {
    pub(crate) by: String,
    pub(crate) note: String,
    pub(crate) approve: bool,
    /// The hash of the cut that was looked at; `None` means the one that waits now.
    pub(crate) cut: Option<String>,
}

/// A person's word on an item that is held for another reason than review.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Releasing {
    pub(crate) by: String,
    pub(crate) note: String,
}

/// What waits for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) item: String,
    /// Why it is held.
    pub(crate) reason: String,
    pub(crate) card: ReviewCard,
}

/// Why a request was not granted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OfficeError {
    #[error("item `{0}` is not known (`reelpress items list` shows all)")]
    UnknownItem(String),
    #[error("item {item} does not wait for review, it is {status}")]
    NotInReview { item: ItemId, status: &'static str },
    #[error("item {item} is not held, it is {status}")]
    NotHeld { item: ItemId, status: &'static str },
    #[error("item {0} waits for review: use `reelpress review approve` or `reject`")]
    WaitsForReview(ItemId),
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    Journal(#[from] reelpress_core::JournalError),
}

const REVIEW: StageName = StageName::new("review");

/// Answers from the book; of a running daemon also what its line is doing.
pub(crate) struct Office {
    book: Arc<Book>,
    daemon: Option<Daemon>,
    // One decision at a time: two people who rule on one item must not both be told that they did.
    ruling: tokio::sync::Mutex<()>,
}

struct Daemon {
    line: Arc<Line<Brief>>,
    live: Live,
    health: Health,
    since: Instant,
}

impl Office {
    pub(crate) fn of_daemon(
        book: Arc<Book>,
        line: Arc<Line<Brief>>,
        live: Live,
        health: Health,
        since: Instant,
    ) -> Self {
        Self { book, daemon: Some(Daemon { line, live, health, since }), ruling: tokio::sync::Mutex::new(()) }
    }

    pub(crate) fn of_files(book: Arc<Book>) -> Self {
        Self { book, daemon: None, ruling: tokio::sync::Mutex::new(()) }
    }

    pub(crate) fn status(&self) -> StatusReport {
        let items = ItemCounts::of(&self.book.items(|_| true));
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let Some(daemon) = &self.daemon else {
            return StatusReport {
                running: false,
                version,
                uptime_seconds: 0,
                config_hash: String::new(),
                items,
                edges: Vec::new(),
                trouble: "the daemon is not running (start it with `reelpress run`)".to_owned(),
                paused: false,
                budgets: Vec::new(),
            };
        };
        let edges = daemon.line.depths();
        StatusReport {
            running: true,
            version,
            uptime_seconds: daemon.since.elapsed().as_secs(),
            config_hash: daemon.live.snapshot().fingerprint(),
            items,
            edges: edges.into_iter().map(|(stage, taken)| EdgeLine { stage: stage.to_string(), taken }).collect(),
            trouble: daemon.health.trouble().unwrap_or_default(),
            paused: daemon.health.is_paused(),
            budgets: reelpress_script::spending(&*self.book, self.book.clock().now(), &daemon.live.snapshot()),
        }
    }

    pub(crate) fn items(&self, status: Option<&str>) -> Vec<ItemLine> {
        let wanted = |item: &ItemState| status.is_none_or(|status| item.status.as_str() == status);
        self.book.items(wanted).iter().map(ItemLine::of).collect()
    }

    pub(crate) fn item(&self, id: &str) -> Result<ItemReport, OfficeError> {
        let item = self.find(id)?;
        Ok(ItemReport::of(&item, &self.book.history(item.id)?))
    }

    pub(crate) fn media_uses(&self, file: &str) -> Result<Vec<MediaUse>, OfficeError> {
        Ok(media_uses::of(&self.book, file)?)
    }

    pub(crate) fn cards(&self) -> Vec<Waiting> {
        let held = self.book.items(|item| matches!(&item.status, ItemStatus::Held { stage, .. } if *stage == REVIEW));
        held.iter().filter_map(|item| card(item).ok()).collect()
    }

    pub(crate) fn card(&self, id: &str) -> Result<Waiting, OfficeError> {
        card(&self.find(id)?)
    }

    /// Writes the decision, bound to the cut's hash, and lets the item go on to the review stage, which acts on it.
    pub(crate) async fn rule(&self, id: &str, ruling: &Ruling) -> Result<ItemLine, OfficeError> {
        let _alone = self.ruling.lock().await;
        let item = self.find(id)?;
        let screened = in_review(&item)?;
        let cut_hash = ruling.cut.as_deref().unwrap_or(&screened.assembled.cut.hash);
        let word = reelpress_review::Ruling { by: &ruling.by, approve: ruling.approve, note: &ruling.note, cut_hash };
        let decision = reelpress_review::decide(&screened, &word, self.book.clock().now())?;
        self.book.note(item.id, decision, Durability::Synced).await?;
        self.let_go(item.id, &ruling.by, &ruling.note).await
    }

    /// Lets an item that is held for another reason than review try again where it was held.
    pub(crate) async fn release(&self, id: &str, who: &Releasing) -> Result<ItemLine, OfficeError> {
        let _alone = self.ruling.lock().await;
        let item = self.find(id)?;
        held_elsewhere(&item)?;
        self.let_go(item.id, &who.by, &who.note).await
    }

    /// Ends an item that is held for another reason than review.
    pub(crate) async fn give_up(&self, id: &str, who: &Releasing) -> Result<ItemLine, OfficeError> {
        let _alone = self.ruling.lock().await;
        let item = self.find(id)?;
        let stage = held_elsewhere(&item)?;
        let reason = Reason::new("given_up", format!("given up by {}: {}", who.by, who.note));
        self.book.reject(item.id, &stage, reason).await?;
        Ok(ItemLine::of(&self.find(id)?))
    }

    async fn let_go(&self, id: ItemId, by: &str, note: &str) -> Result<ItemLine, OfficeError> {
        if !self.book.release(id, by, note).await? {
            let status = self.find(&id.to_string())?.status.as_str();
            return Err(OfficeError::NotHeld { item: id, status });
        }
        if let Some(daemon) = &self.daemon {
            daemon.line.readmit(id);
        }
        Ok(ItemLine::of(&self.find(&id.to_string())?))
    }

    fn find(&self, id: &str) -> Result<ItemState, OfficeError> {
        let known = id.parse().ok().and_then(|id| self.book.item(id));
        known.ok_or_else(|| OfficeError::UnknownItem(id.to_owned()))
    }
}

/// The stage that holds an item, if that is not the review.
fn held_elsewhere(item: &ItemState) -> Result<StageName, OfficeError> {
    match &item.status {
        ItemStatus::Held { stage, .. } if *stage == REVIEW => Err(OfficeError::WaitsForReview(item.id)),
        ItemStatus::Held { stage, .. } => Ok(stage.clone()),
        status @ (ItemStatus::Running { .. }
        | ItemStatus::Rejected { .. }
        | ItemStatus::Finished
        | ItemStatus::Archived { .. }) => Err(OfficeError::NotHeld { item: item.id, status: status.as_str() }),
    }
}

fn in_review(item: &ItemState) -> Result<Screened, OfficeError> {
    let refused = || OfficeError::NotInReview { item: item.id, status: item.status.as_str() };
    match &item.status {
        ItemStatus::Held { stage, .. } if *stage == REVIEW => {
            serde_json::from_slice(&item.input).map_err(|_| refused())
        }
        ItemStatus::Held { .. }
        | ItemStatus::Running { .. }
        | ItemStatus::Rejected { .. }
        | ItemStatus::Finished
        | ItemStatus::Archived { .. } => Err(refused()),
    }
}

fn card(item: &ItemState) -> Result<Waiting, OfficeError> {
    let screened = in_review(item)?;
    let ItemStatus::Held { reason, .. } = &item.status else {
        return Err(OfficeError::NotInReview { item: item.id, status: item.status.as_str() });
    };
    let card = reelpress_review::waiting(&screened);
    Ok(Waiting { item: item.id.to_string(), reason: reason.to_string(), card })
}

/// Says where the running daemon listens, and holds the token for its control API: who may read the data folder may
/// control the press.
pub(crate) struct ControlFile {
    path: PathBuf,
    contact: Contact,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Contact {
    pid: u32,
    address: SocketAddr,
    token: String,
}

impl ControlFile {
    pub(crate) fn write(data_dir: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let path = control_path(data_dir);
        let mut random = [0_u8; 32];
        let mut source = fs::File::open("/dev/urandom").context("could not open /dev/urandom")?;
        std::io::Read::read_exact(&mut source, &mut random).context("could not read /dev/urandom")?;
        let contact = Contact { pid: std::process::id(), address, token: blake3::hash(&random).to_hex().to_string() };
        let context = || format!("could not write {}", path.display());
        let fresh = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&fresh).with_context(context)?;
        file.write_all(&serde_json::to_vec(&contact)?).with_context(context)?;
        fs::rename(&fresh, &path).with_context(context)?;
        Ok(Self { path, contact })
    }

    pub(crate) fn token(&self) -> String {
        self.contact.token.clone()
    }
}

impl Drop for ControlFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "could not remove the control file");
        }
    }
}

fn control_path(data_dir: &Path) -> PathBuf {
    data_dir.join("control.json")
}

/// Whom the command line asks.
pub(crate) enum Control {
    Daemon(Client),
    Files(Office),
}

impl Control {
    /// The running daemon if there is one, else its files.
    pub(crate) async fn find(data_dir: &Path, clock: Arc<dyn reelpress_core::Clock>) -> anyhow::Result<Self> {
        if let Ok(bytes) = fs::read(control_path(data_dir)) {
            let contact: Contact = serde_json::from_slice(&bytes)
                .with_context(|| format!("{} is damaged (restart the daemon)", control_path(data_dir).display()))?;
            let client = Client { http: reqwest::Client::builder().no_proxy().build()?, contact };
            if client.get::<StatusReport>("/api/status").await.is_ok() {
                return Ok(Self::Daemon(client));
            }
        }
        if !data_dir.exists() {
            return Err(coded(
                Exit::Unavailable,
                format!("there is no data folder {} yet (start the daemon with `reelpress run`)", data_dir.display()),
            ));
        }
        Ok(Self::Files(Office::of_files(Store::open(data_dir, clock)?.book)))
    }

    pub(crate) async fn status(&self) -> anyhow::Result<StatusReport> {
        match self {
            Self::Daemon(client) => client.get("/api/status").await,
            Self::Files(office) => Ok(office.status()),
        }
    }

    pub(crate) async fn items(&self, status: Option<&str>) -> anyhow::Result<Vec<ItemLine>> {
        match self {
            Self::Daemon(client) => {
                client.get(&status.map_or("/api/items".to_owned(), |s| format!("/api/items?status={s}"))).await
            }
            Self::Files(office) => Ok(office.items(status)),
        }
    }

    pub(crate) async fn item(&self, id: &str) -> anyhow::Result<ItemReport> {
        match self {
            Self::Daemon(client) => client.get(&format!("/api/items/{}", plain(id)?)).await,
            Self::Files(office) => office.item(id).map_err(refused),
        }
    }

    pub(crate) async fn release(&self, id: &str, who: &Releasing) -> anyhow::Result<ItemLine> {
        match self {
            Self::Daemon(client) => client.post(&format!("/api/items/{}/release", plain(id)?), who).await,
            Self::Files(office) => office.release(id, who).await.map_err(refused),
        }
    }

    pub(crate) async fn give_up(&self, id: &str, who: &Releasing) -> anyhow::Result<ItemLine> {
        match self {
            Self::Daemon(client) => client.post(&format!("/api/items/{}/give-up", plain(id)?), who).await,
            Self::Files(office) => office.give_up(id, who).await.map_err(refused),
        }
    }

    pub(crate) async fn media_uses(&self, file: &str) -> anyhow::Result<Vec<MediaUse>> {
        match self {
            Self::Daemon(client) => {
                let file: String = url::form_urlencoded::byte_serialize(file.as_bytes()).collect();
                client.get(&format!("/api/media/uses?file={file}")).await
            }
            Self::Files(office) => office.media_uses(file).map_err(refused),
        }
    }

    pub(crate) async fn cards(&self) -> anyhow::Result<Vec<Waiting>> {
        match self {
            Self::Daemon(client) => client.get("/api/review").await,
            Self::Files(office) => Ok(office.cards()),
        }
    }

    pub(crate) async fn card(&self, id: &str) -> anyhow::Result<Waiting> {
        match self {
            Self::Daemon(client) => client.get(&format!("/api/review/{}", plain(id)?)).await,
            Self::Files(office) => office.card(id).map_err(refused),
        }
    }

    pub(crate) async fn rule(&self, id: &str, ruling: &Ruling) -> anyhow::Result<ItemLine> {
        match self {
            Self::Daemon(client) => client.post(&format!("/api/review/{}", plain(id)?), ruling).await,
            Self::Files(office) => office.rule(id, ruling).await.map_err(refused),
        }
    }
}

impl Control {
    /// The running daemon, if this is one.
    pub(crate) fn daemon(&self) -> Option<&Client> {
        match self {
            Self::Daemon(client) => Some(client),
            Self::Files(_) => None,
        }
    }
}

fn refused(error: OfficeError) -> anyhow::Error {
    match error {
        OfficeError::Journal(error) => error.into(),
        error @ (OfficeError::UnknownItem(_)
        | OfficeError::NotInReview { .. }
        | OfficeError::NotHeld { .. }
        | OfficeError::WaitsForReview(_)
        | OfficeError::Review(_)) => coded(Exit::Refused, error.to_string()),
    }
}

/// An id goes into an address: only what an id can be.
fn plain(id: &str) -> anyhow::Result<&str> {
    let fine = id.parse::<ItemId>().is_ok();
    if fine { Ok(id) } else { Err(refused(OfficeError::UnknownItem(id.to_owned()))) }
}

/// Speaks to the daemon's control API.
pub(crate) struct Client {
    http: reqwest::Client,
    contact: Contact,
}

/// What the control API says when it refuses.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) error: String,
}

impl Client {
    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(self.http.get(self.address(path))).await
    }

    pub(crate) async fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        self.send(self.http.post(self.address(path)).json(body)).await
    }

    /// Where a path of the daemon is, as an address.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.contact.address)
    }

    async fn send<T: serde::de::DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> anyhow::Result<T> {
        let request = request.bearer_auth(&self.contact.token).timeout(std::time::Duration::from_secs(30));
        let answer = request.send().await.map_err(|error| {
            coded(Exit::Unavailable, format!("the daemon at {} does not answer: {error}", self.contact.address))
        })?;
        if answer.status().is_success() {
            return answer.json().await.context("could not read the daemon's answer");
        }
        let status = answer.status();
        let exit = if status.is_client_error() { Exit::Refused } else { Exit::Internal };
        let words =
            answer.json::<Refusal>().await.map_or_else(|_| format!("the daemon answered {status}"), |r| r.error);
        Err(coded(exit, words))
    }
}
