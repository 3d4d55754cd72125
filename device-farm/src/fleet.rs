//! The fleet: which phones there are, and who may use one now.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use reelpress_config::Live;
use reelpress_core::Clock;
use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::command::PhonePath;
use crate::error::FarmError;
use crate::listing::{AdbState, Listed};
use crate::phone::{HandedOver, Order, Phone, Video};
use crate::rate::PushRate;
use crate::socket::{Link, Server};

/// Phones asked at the same time who they are.
const MEETINGS: usize = 8;

/// What a phone can be used for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceState {
    /// Takes videos.
    Ready,
    /// Waits for a person to tap "allow".
    Unauthorized,
    /// Known to adb, gone for now.
    Offline,
    /// Connected, and says nothing.
    Silent,
    /// Its Android lacks what we need; the words say what.
    TooOld(String),
    /// Any other of adb's states, such as `recovery`, or `no permissions (...)`.
    Other(String),
}

/// One phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its own serial number (`ro.serialno`), the same on every cable and network; adb's word for the connection while
    /// the phone does not answer.
    pub serial: String,
    /// Its model, or empty if nobody knows.
    pub model: String,
    /// What it can be used for.
    pub state: DeviceState,
    /// Its Android's API level, if it answers.
    pub sdk: Option<u32>,
}

/// The test phones behind one adb server.
#[derive(Clone)]
pub struct Fleet {
    live: Live,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

/// A phone nobody else holds, until it is dropped or its time is over.
pub struct Lease {
    phone: Phone,
    folder: PhonePath,
    token: u64,
    expires: Instant,
    limit: Duration,
    live: Live,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    table: Mutex<Table>,
    freed: Notify,
}

#[derive(Default)]
struct Table {
    last_token: u64,
    held: BTreeMap<String, Held>,
    rates: BTreeMap<String, PushRate>,
    /// Each phone's last token: the one that rested longest is taken first, so a phone that just failed comes last.
    used: BTreeMap<String, u64>,
}

#[derive(Clone, Copy)]
struct Held {
    token: u64,
    free_at: Instant,
}

struct Found {
    device: Device,
    met: Result<Phone, FarmError>,
}

impl Fleet {
    /// The phones behind the adb server of `devices.adb`. Connects to nothing yet.
    #[must_use]
    pub fn new(live: Live, clock: Arc<dyn Clock>) -> Self {
        Self { live, clock, shared: Arc::default() }
    }

    /// The protocol version of the adb server.
    ///
    /// # Errors
    /// [`FarmError::NoServer`] or [`FarmError::NotAdb`].
    pub async fn adb_version(&self) -> Result<u32, FarmError> {
        self.server().version().await
    }

    /// Every phone the adb server knows, each once, in the order of their serial numbers. A phone that hangs costs
    /// `devices.timeout`.
    ///
    /// # Errors
    /// [`FarmError::NoServer`] or [`FarmError::NotAdb`]; a phone's own trouble is its [`DeviceState`].
    pub async fn devices(&self) -> Result<Vec<Device>, FarmError> {
        Ok(self.find().await?.into_iter().map(|found| found.device).collect())
    }

    /// Takes a phone that nobody else holds, the one that rested longest: one of `serials`, or any.
    ///
    /// Waits at most `patience` while all that match are busy; finding the phones is not counted, and a phone that hangs
    /// makes it `devices.timeout` longer. The lease ends after `devices.lease` or when it is
    /// dropped, also by a panic.
    ///
    /// # Errors
    /// - [`FarmError::NoServer`], [`FarmError::NotAdb`], [`FarmError::Folder`].
    /// - [`FarmError::NoDevice`], [`FarmError::Unauthorized`], [`FarmError::Offline`], [`FarmError::NotReady`],
    ///   [`FarmError::Silent`], [`FarmError::TooOld`]: none that matches can be used; waiting would not help.
    /// - [`FarmError::Patience`]: all that match stayed busy.
    ///
    /// # Cancel safety
    /// Dropping the future takes nothing.
    pub async fn lease(&self, serials: Option<&[String]>, patience: Duration) -> Result<Lease, FarmError> {
        let deadline = Instant::now() + patience;
        loop {
            let settings = self.live.snapshot();
            let folder = PhonePath::folder(&settings.devices.folder)?;
            let phones = usable(self.find().await?, serials)?;
            let freed = self.shared.freed.notified();
            tokio::pin!(freed);
            // Before the look at the table: a phone given back between look and wait is not missed.
            freed.as_mut().enable();
            let (limit, grace) = (settings.devices.lease, settings.devices.timeout);
            let look_again = match self.shared.take(phones, limit, grace) {
                Ok((phone, token)) => return Ok(self.lease_of(phone, folder, token, limit)),
                Err(free_at) => free_at,
            };
            let patient = timeout_at(deadline.min(look_again), freed).await;
            if patient.is_err() && Instant::now() >= deadline {
                return Err(FarmError::Patience { patience });
            }
        }
    }

    /// Counts a push made before this process started, so that a restart grants no extra ones.
    pub fn remember_push(&self, serial: &str, at: Timestamp) {
        let per_hour = self.live.snapshot().devices.pushes_per_hour;
        self.shared.locked().rate(serial, per_hour).remember(since_1970(at));
    }

    fn lease_of(&self, phone: Phone, folder: PhonePath, token: u64, limit: Duration) -> Lease {
        let (live, clock, shared) = (self.live.clone(), Arc::clone(&self.clock), Arc::clone(&self.shared));
        Lease { phone, folder, token, expires: Instant::now() + limit, limit, live, clock, shared }
    }

    fn server(&self) -> Server {
        let settings = self.live.snapshot();
        Server { address: settings.devices.adb, limit: settings.devices.timeout }
    }

    async fn find(&self) -> Result<Vec<Found>, FarmError> {
        let server = self.server();
        let listed = server.devices().await?;
        let found: Vec<Found> = futures::stream::iter(listed)
            .map(|listed| look_at(server, listed))
            .buffer_unordered(MEETINGS)
            .collect()
            .await;
        // One phone may be connected twice, by cable and by network: the connection that works counts.
        let mut by_serial = BTreeMap::<String, Found>::new();
        for found in found {
            let known = by_serial.get(&found.device.serial);
            if known.is_none_or(|known| known.met.is_err()) {
                by_serial.insert(found.device.serial.clone(), found);
            }
        }
        Ok(by_serial.into_values().collect())
    }
}

impl Lease {
    /// The phone's serial number.
    #[must_use]
    pub fn serial(&self) -> &str {
        self.phone.serial()
    }

    /// Brings the video into the phone's gallery: pushed beside its place, verified by sha256 on the phone, renamed,
    /// scanned, and waited for until the gallery lists it with its size. `progress` hears the bytes sent so far.
    ///
    /// Doing it again is safe and sends nothing: a video of this name with this hash is already there.
    ///
    /// # Errors
    /// - [`FarmError::LeaseEnded`]: the lease's time ran out.
    /// - [`FarmError::Rate`]: this phone has had its pushes for now.
    /// - [`FarmError::Lost`], [`FarmError::Silent`], [`FarmError::Full`], [`FarmError::Refused`],
    ///   [`FarmError::HashMismatch`], [`FarmError::Offline`], [`FarmError::Unauthorized`]: nothing shows in the gallery,
    ///   and the unfinished file is removed if the phone still answers.
    /// - [`FarmError::NotIndexed`]: the file is there, whole, and the gallery does not list it.
    /// - [`FarmError::Local`], [`FarmError::Name`]: ours to mend.
    pub async fn hand_over(&self, video: Video<'_>, progress: &(dyn Fn(u64) + Sync)) -> Result<HandedOver, FarmError> {
        if Instant::now() >= self.expires {
            return Err(FarmError::LeaseEnded { serial: self.serial().to_owned(), limit: self.limit });
        }
        let order = Order {
            video,
            folder: &self.folder,
            now: self.clock.now(),
            permit: &|| self.take_push(),
            progress,
            deadline: self.expires,
            lease: self.limit,
        };
        self.phone.hand_over(&order).await
    }

    fn take_push(&self) -> Result<(), FarmError> {
        let per_hour = self.live.snapshot().devices.pushes_per_hour;
        let now = since_1970(self.clock.now());
        self.shared.locked().rate(self.serial(), per_hour).take(per_hour, now).map_err(|wait| FarmError::Rate {
            serial: self.serial().to_owned(),
            per_hour: per_hour.get(),
            wait,
        })
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("serial", &self.serial()).field("token", &self.token).finish_non_exhaustive()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut table = self.shared.locked();
        // After its time the phone may be somebody else's.
        if table.held.get(self.phone.serial()).is_some_and(|held| held.token == self.token) {
            table.held.remove(self.phone.serial());
        }
        drop(table);
        self.shared.freed.notify_waiters();
    }
}

impl Shared {
    fn locked(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the free phone that rested longest; otherwise the time at which the first of them becomes free by itself.
    fn take(&self, phones: Vec<Phone>, limit: Duration, grace: Duration) -> Result<(Phone, u64), Instant> {
        let now = Instant::now();
        let mut table = self.locked();
        table.held.retain(|_, held| held.free_at > now);
        let soonest = phones.iter().filter_map(|phone| table.held.get(phone.serial())).map(|held| held.free_at).min();
        let free = phones.into_iter().filter(|phone| !table.held.contains_key(phone.serial()));
        let Some(phone) = free.min_by_key(|phone| table.used.get(phone.serial()).copied().unwrap_or(0)) else {
            return Err(soonest.expect("the phones are not empty, and none is free"));
        };
        table.last_token += 1;
        let token = table.last_token;
        let serial = phone.serial().to_owned();
        // The grace is for the removal of an unfinished file after the lease's work was cut off.
        table.held.insert(serial.clone(), Held { token, free_at: now + limit + grace });
        table.used.insert(serial, token);
        Ok((phone, token))
    }
}

impl Table {
    fn rate(&mut self, serial: &str, per_hour: NonZeroU32) -> &mut PushRate {
        self.rates.entry(serial.to_owned()).or_insert_with(|| PushRate::new(per_hour))
    }
}

async fn look_at(server: Server, listed: Listed) -> Found {
    let Listed { connection, state, model } = listed;
    let link = Link { server, serial: connection.clone(), connection: connection.clone() };
    let serial = connection.clone();
    let met = match state {
        AdbState::Device => Phone::meet(link).await,
        AdbState::Unauthorized | AdbState::Authorizing => Err(FarmError::Unauthorized { serial }),
        AdbState::Offline | AdbState::Connecting => Err(FarmError::Offline { serial }),
        AdbState::NoPermissions(state) | AdbState::Other(state) => Err(FarmError::NotReady { serial, state }),
    };
    let device = match &met {
        Ok(phone) => Device {
            serial: phone.serial().to_owned(),
            model: phone.model.clone(),
            state: DeviceState::Ready,
            sdk: Some(phone.sdk),
        },
        Err(error) => {
            let model = model.unwrap_or_default().replace('_', " ");
            Device { serial: connection, model, state: state_after(error), sdk: None }
        }
    };
    Found { device, met }
}

fn state_after(error: &FarmError) -> DeviceState {
    if let FarmError::Unauthorized { .. } = error {
        DeviceState::Unauthorized
    } else if let FarmError::Offline { .. } | FarmError::Lost { .. } = error {
        DeviceState::Offline
    } else if let FarmError::Silent { .. } = error {
        DeviceState::Silent
    } else if let FarmError::TooOld { lacks, .. } = error {
        DeviceState::TooOld(lacks.clone())
    } else if let FarmError::NotReady { state, .. } = error {
        DeviceState::Other(state.clone())
    } else {
        DeviceState::Other(error.to_string())
    }
}

/// The phones that can be used, never none; otherwise why the first that matches cannot.
fn usable(found: Vec<Found>, serials: Option<&[String]>) -> Result<Vec<Phone>, FarmError> {
    let matches = |found: &Found| serials.is_none_or(|serials| serials.contains(&found.device.serial));
    let (mut phones, mut reasons) = (Vec::new(), Vec::new());
    for found in found.into_iter().filter(matches) {
        match found.met {
            Ok(phone) => phones.push(phone),
            Err(reason) => reasons.push(reason),
        }
    }
    if !phones.is_empty() {
        return Ok(phones);
    }
    let wanted = serials.map(|serials| format!(" with serial number {}", serials.join(" or "))).unwrap_or_default();
    Err(reasons.into_iter().next().unwrap_or(FarmError::NoDevice { wanted }))
}

/// The time since 1970; zero for times before it.
fn since_1970(at: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(at.as_millisecond()).unwrap_or(0))
}
