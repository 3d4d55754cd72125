//! The fleet against simulated phones, through the machine's real adb server.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reelpress_config::Live;
use reelpress_core::{Fault, SystemClock};
use reelpress_device_farm::{Device, DeviceState, FarmError, Fleet, HandedOver, Lease, Video};
use reelpress_tests::adbsim::{AdbServer, Faults, SimPhone};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::time::Instant;

mod delivery;
mod settings;

/// `devices.timeout` of these tests; every fault must be named within a few of them.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Far more than any fault may cost, and far less than for ever.
const WITHIN: Duration = Duration::from_secs(12);
const NAME: &str = "berlin-20261121t0930z-cats-7f3a2c.mp4";
const ON_PHONE: &str = "Movies/reelpress/berlin-20261121t0930z-cats-7f3a2c.mp4";

/// An adb server, phones behind it, and a fleet that looks at them.
struct Farm {
    fleet: Fleet,
    live: Live,
    phones: Vec<SimPhone>,
    _server: AdbServer,
}

impl Farm {
    /// `None` if this machine has no `adb`.
    async fn with(phones: Vec<SimPhone>) -> Option<Self> {
        let server = AdbServer::spawn().await?;
        for phone in &phones {
            server.connect(phone).await;
        }
        let live = Live::new(settings::with_adb(server.address(), TIMEOUT));
        let fleet = Fleet::new(live.clone(), Arc::new(SystemClock));
        Some(Self { fleet, live, phones, _server: server })
    }

    async fn one(faults: Faults) -> Option<Self> {
        Self::with(vec![SimPhone::start("SIM0001", faults).await]).await
    }

    fn phone(&self) -> &SimPhone {
        &self.phones[0]
    }

    async fn lease(&self) -> Lease {
        self.fleet.lease(None, TIMEOUT).await.expect("the phone is free")
    }

    async fn hand_over(&self, clip: &Clip) -> Result<HandedOver, FarmError> {
        self.fleet.lease(None, TIMEOUT).await?.hand_over(clip.video(), &|_sent| ()).await
    }
}

/// A local file of three megabytes that is not the same everywhere.
struct Clip {
    _folder: TempDir,
    file: PathBuf,
    bytes: Vec<u8>,
    sha256: String,
}

impl Clip {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let file = folder.path().join("video.mp4");
        let bytes: Vec<u8> = (0..3_000_000_u32).flat_map(|at| [(at ^ (at >> 7)) as u8]).collect();
        std::fs::write(&file, &bytes).expect("the clip can be written");
        let sha256 = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Self { _folder: folder, file, bytes, sha256 }
    }

    fn video(&self) -> Video<'_> {
        Video { file: &self.file, name: NAME, bytes: self.bytes.len() as u64, sha256: &self.sha256 }
    }
}

#[tokio::test]
async fn phones_are_found_with_their_own_serial_number() {
    let unauthorized = SimPhone::start("SIM0002", Faults { unauthorized: true, ..Faults::default() }).await;
    let old = SimPhone::start("SIM0003", Faults { no_shell_v2: true, ..Faults::default() }).await;
    let (locked, without) = (unauthorized.address().to_string(), old.address().to_string());
    let phones = vec![SimPhone::start("SIM0001", Faults::default()).await, unauthorized, old];
    let Some(farm) = Farm::with(phones).await else { return };

    assert_eq!(farm.fleet.adb_version().await.unwrap(), 41);
    let devices = farm.fleet.devices().await.unwrap();
    let by_serial: BTreeMap<_, _> = devices.iter().map(|device| (device.serial.as_str(), device)).collect();
    let ready =
        Device { serial: "SIM0001".into(), model: "Sim Phone".into(), state: DeviceState::Ready, sdk: Some(34) };
    assert_eq!(*by_serial["SIM0001"], ready);
    assert_eq!(by_serial[locked.as_str()].state, DeviceState::Unauthorized);
    assert!(matches!(by_serial[without.as_str()].state, DeviceState::TooOld(_)));
    assert_eq!(devices.len(), 3);
}

#[tokio::test]
async fn a_video_arrives_whole_and_shows_in_the_gallery() {
    for sdk in [26, 29, 30, 35] {
        let phone = SimPhone::start_with_sdk("SIM0001", sdk, Faults::default()).await;
        let Some(farm) = Farm::with(vec![phone]).await else { return };
        let clip = Clip::new();
        let sent = AtomicU64::new(0);
        let lease = farm.lease().await;
        let handed = lease.hand_over(clip.video(), &|bytes| sent.store(bytes, Ordering::SeqCst)).await.unwrap();

        let files = farm.phone().files();
        assert_eq!(files.keys().collect::<Vec<_>>(), [ON_PHONE], "API level {sdk}");
        assert_eq!(files[ON_PHONE], clip.bytes);
        assert_eq!(farm.phone().gallery(), [ON_PHONE]);
        assert_eq!(sent.load(Ordering::SeqCst), clip.bytes.len() as u64);
        let path = format!("/storage/emulated/0/{ON_PHONE}");
        let (serial, model) = ("SIM0001".to_owned(), "Sim Phone".to_owned());
        assert_eq!(handed, HandedOver { serial, model, path, media_id: 57, pushed: true });
    }
}

#[tokio::test]
async fn the_same_video_again_is_found_and_not_sent() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let clip = Clip::new();
    assert!(farm.hand_over(&clip).await.unwrap().pushed);
    let again = farm.hand_over(&clip).await.unwrap();
    assert!(!again.pushed);
    assert_eq!((farm.phone().pushes(), again.media_id), (1, 57));
}

#[tokio::test]
async fn a_file_of_the_same_name_with_other_bytes_is_replaced() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let (clip, mut other) = (Clip::new(), Clip::new());
    other.bytes[17] ^= 1;
    std::fs::write(&other.file, &other.bytes).unwrap();
    other.sha256 = Sha256::digest(&other.bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    farm.hand_over(&other).await.unwrap();
    assert!(farm.hand_over(&clip).await.unwrap().pushed);
    assert_eq!(farm.phone().files()[ON_PHONE], clip.bytes);
}

/// Hands a video to a phone with these faults: the error has this kind, comes in time, and nothing shows in the gallery.
/// Then, without the faults, the same call succeeds.
async fn check_fault(faults: Faults, kind: &str, leaves_no_file: bool) {
    let Some(farm) = Farm::one(faults).await else { return };
    let clip = Clip::new();
    let started = Instant::now();
    let error = farm.hand_over(&clip).await.expect_err("the fault shows");
    assert!(started.elapsed() < WITHIN, "{error} took {:?}", started.elapsed());
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(farm.phone().gallery(), Vec::<String>::new(), "{error}");
    let files = farm.phone().files();
    let shown: Vec<_> = files.iter().filter(|(path, _)| !path.contains(".part")).collect();
    assert!(shown.iter().all(|(_, bytes)| **bytes == clip.bytes), "half a video shows after: {error}");
    assert!(!leaves_no_file || files.is_empty(), "{:?} stay after: {error}", files.keys());

    farm.phone().set_faults(Faults::default());
    let deadline = Instant::now() + WITHIN;
    // A connection that broke comes back by itself, in the adb server's own time.
    let handed = loop {
        match farm.hand_over(&clip).await {
            Ok(handed) => break handed,
            Err(error) => assert!(Instant::now() < deadline, "still not well: {error}"),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(handed.serial, "SIM0001");
    assert_eq!(farm.phone().files().keys().collect::<Vec<_>>(), [ON_PHONE]);
}

#[tokio::test]
async fn a_full_phone_is_named_and_left_clean() {
    check_fault(Faults { enospc_after: Some(1_000_000), ..Faults::default() }, "device_full", true).await;
}

#[tokio::test]
async fn a_byte_that_changed_on_the_way_is_found_by_hash() {
    check_fault(Faults { corrupt: true, ..Faults::default() }, "device_hash", true).await;
}

#[tokio::test]
async fn a_gallery_that_does_not_list_the_video_is_named() {
    check_fault(Faults { scan_returns_null: true, ..Faults::default() }, "device_not_indexed", false).await;
}

#[tokio::test]
async fn a_phone_that_stops_reading_is_given_up_in_time() {
    check_fault(Faults { hang: Some("sync".into()), ..Faults::default() }, "device_silent", true).await;
}

#[tokio::test]
async fn mkdir_that_never_ends_is_given_up_in_time() {
    check_fault(Faults { hang: Some("mkdir".into()), ..Faults::default() }, "device_silent", true).await;
}

#[tokio::test]
async fn sha256sum_that_never_ends_is_given_up_in_time() {
    check_fault(Faults { hang: Some("sha256sum".into()), ..Faults::default() }, "device_silent", true).await;
}

#[tokio::test]
async fn mv_that_never_ends_is_given_up_in_time() {
    check_fault(Faults { hang: Some("mv".into()), ..Faults::default() }, "device_silent", true).await;
}

#[tokio::test]
async fn content_that_never_ends_is_given_up_in_time() {
    check_fault(Faults { hang: Some("content".into()), ..Faults::default() }, "device_silent", false).await;
}

#[tokio::test]
async fn a_pulled_cable_is_named_and_the_next_try_succeeds() {
    check_fault(Faults { drop_after: Some(1_000_000), ..Faults::default() }, "device_lost", false).await;
}

#[tokio::test]
async fn a_phone_without_exit_codes_is_refused() {
    let Some(farm) = Farm::one(Faults { no_shell_v2: true, ..Faults::default() }).await else { return };
    let error = farm.fleet.lease(None, TIMEOUT).await.unwrap_err();
    let text = error.to_string().replace(&farm.phone().address().to_string(), "ADDRESS");
    insta::assert_snapshot!(text, @"phone ADDRESS has no shell protocol v2 (its exit codes are lost); Android 8 or newer is needed");
}

#[tokio::test]
async fn a_phone_that_allows_nobody_says_what_to_tap() {
    let Some(farm) = Farm::one(Faults { unauthorized: true, ..Faults::default() }).await else { return };
    let error = farm.fleet.lease(None, TIMEOUT).await.unwrap_err();
    let text = error.to_string().replace(&farm.phone().address().to_string(), "ADDRESS");
    insta::assert_snapshot!(text, @r#"phone ADDRESS has not allowed this host: unlock it and tap "allow" on its screen"#);
}

#[tokio::test]
async fn a_phone_that_is_not_up_is_named_with_its_state() {
    let Some(farm) = Farm::one(Faults { not_up: Some("recovery"), ..Faults::default() }).await else { return };
    assert_eq!(farm.fleet.devices().await.unwrap()[0].state, DeviceState::Other("recovery".into()));
    assert_eq!(farm.fleet.lease(None, TIMEOUT).await.unwrap_err().kind(), "device_not_ready");
}

#[tokio::test]
async fn a_phone_older_than_android_8_is_refused() {
    let Some(farm) = Farm::with(vec![SimPhone::start_with_sdk("SIM0001", 25, Faults::default()).await]).await else {
        return;
    };
    let error = farm.fleet.lease(None, TIMEOUT).await.unwrap_err();
    insta::assert_snapshot!(error, @"phone SIM0001 has API level `25`, not 26 or more; Android 8 or newer is needed");
}

#[tokio::test]
async fn a_phone_that_says_nothing_does_not_hide_the_others() {
    let silent = SimPhone::start("SIM0001", Faults { hang: Some("getprop".into()), ..Faults::default() }).await;
    let address = silent.address().to_string();
    let phones = vec![silent, SimPhone::start("SIM0002", Faults::default()).await];
    let Some(farm) = Farm::with(phones).await else { return };
    let devices = farm.fleet.devices().await.unwrap();
    let states: Vec<_> = devices.iter().map(|device| (device.serial.as_str(), device.state.clone())).collect();
    assert_eq!(states, [(address.as_str(), DeviceState::Silent), ("SIM0002", DeviceState::Ready)]);
    assert_eq!(farm.lease().await.serial(), "SIM0002");
}

#[tokio::test]
async fn a_phone_that_says_no_is_quoted() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    farm.phone().put("Movies", b"a file where the folder belongs");
    let error = farm.hand_over(&Clip::new()).await.unwrap_err();
    insta::assert_snapshot!(error, @"phone SIM0001 refused making a folder: exit code 1: mkdir: /storage/emulated/0/Movies/reelpress: I/O error");
}

#[tokio::test]
async fn what_is_ours_to_mend_reaches_no_phone() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let (clip, nowhere) = (Clip::new(), std::path::Path::new("/nowhere/video.mp4"));
    let lease = farm.lease().await;
    for (video, kind) in [
        (Video { file: nowhere, ..clip.video() }, "device_local_file"),
        (Video { name: "../../video.mp4", ..clip.video() }, "device_name"),
    ] {
        let error = lease.hand_over(video, &|_sent| ()).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), (kind, reelpress_core::Remedy::GiveUp), "{error}");
    }
    drop(lease);
    let mut settings = (*farm.live.snapshot()).clone();
    settings.devices.folder = "/data/local".into();
    farm.live.swap(Arc::new(settings));
    assert_eq!(farm.fleet.lease(None, TIMEOUT).await.unwrap_err().kind(), "device_folder");
    assert_eq!((farm.phone().pushes(), farm.phone().files().len()), (0, 0));
}

#[tokio::test]
async fn a_refusal_stops_the_push_at_once() {
    let Some(farm) = Farm::one(Faults { enospc_after: Some(1_000_000), ..Faults::default() }).await else { return };
    let mut clip = Clip::new();
    clip.bytes = vec![7; 60_000_000];
    std::fs::write(&clip.file, &clip.bytes).unwrap();
    let sent = AtomicU64::new(0);
    let lease = farm.lease().await;
    let error = lease.hand_over(clip.video(), &|bytes| sent.store(bytes, Ordering::SeqCst)).await.unwrap_err();
    insta::assert_snapshot!(error, @"phone SIM0001 has no space left for /storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats-7f3a2c.mp4.part; free some on it");
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < clip.bytes.len() as u64 / 2, "{sent} bytes were sent after the phone said no");
}

#[tokio::test]
async fn without_phones_or_with_another_serial_number_nobody_waits() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let error = farm.fleet.lease(Some(&["A".into(), "B".into()]), WITHIN).await.unwrap_err();
    insta::assert_snapshot!(error, @"no phone is connected with serial number A or B; plug one in and look at `adb devices`");
}

#[tokio::test]
async fn one_phone_has_one_holder_at_a_time() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let first = farm.lease().await;
    let patience = Duration::from_millis(200);
    let error = farm.fleet.lease(None, patience).await.unwrap_err();
    insta::assert_snapshot!(error, @"all matching phones stayed busy for 0.2 s; raise `devices.lease` or connect more phones");

    let second = farm.fleet.lease(None, WITHIN);
    tokio::pin!(second);
    let waiting = tokio::time::timeout(Duration::from_millis(500), &mut second).await;
    assert!(waiting.is_err(), "two hold one phone");
    drop(first);
    // Long before the first lease would have ended by itself.
    let second = second.await;
    assert_eq!(second.unwrap().serial(), "SIM0001");
}

#[tokio::test]
async fn two_phones_are_taken_in_turn_by_who_rested_longest() {
    let phones =
        vec![SimPhone::start("SIM0001", Faults::default()).await, SimPhone::start("SIM0002", Faults::default()).await];
    let Some(farm) = Farm::with(phones).await else { return };
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(farm.lease().await.serial().to_owned());
    }
    assert_eq!(taken, ["SIM0001", "SIM0002", "SIM0001", "SIM0002"]);
    let (_one, _other) = (farm.lease().await, farm.lease().await);
    assert_eq!(farm.fleet.lease(None, Duration::ZERO).await.unwrap_err().kind(), "device_busy");
}

#[tokio::test]
async fn a_panic_gives_the_phone_back() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let lease = farm.lease().await;
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        let _held = lease;
        panic!("on purpose");
    });
    assert!(task.join_next().await.unwrap().unwrap_err().is_panic());
    farm.fleet.lease(None, Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn a_lease_ends_by_itself_and_its_work_with_it() {
    let Some(farm) = Farm::one(Faults { hang: Some("sync".into()), ..Faults::default() }).await else { return };
    let mut settings = (*farm.live.snapshot()).clone();
    settings.devices.lease = Duration::from_millis(500);
    farm.live.swap(Arc::new(settings));
    let clip = Clip::new();
    let forgotten = farm.lease().await;
    let error = forgotten.hand_over(clip.video(), &|_sent| ()).await.unwrap_err();
    insta::assert_snapshot!(error, @"the lease of phone SIM0001 ended after 0.5 s; raise `devices.lease` if pushes take longer");
    assert_eq!(farm.phone().files().len(), 0, "the unfinished file is removed");
    // Still held by a forgotten variable, and free for others all the same.
    farm.fleet.lease(None, WITHIN).await.unwrap();
    assert_eq!(forgotten.hand_over(clip.video(), &|_sent| ()).await.unwrap_err().kind(), "device_lease_ended");
}

#[tokio::test]
async fn pushes_an_hour_are_limited_also_after_a_restart() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    let mut settings = (*farm.live.snapshot()).clone();
    settings.devices.pushes_per_hour = 1.try_into().unwrap();
    farm.live.swap(Arc::new(settings));
    let clip = Clip::new();
    let restarted = Fleet::new(farm.live.clone(), Arc::new(SystemClock));
    restarted.remember_push("SIM0001", reelpress_core::Clock::now(&SystemClock));
    let lease = restarted.lease(None, TIMEOUT).await.unwrap();
    let error = lease.hand_over(clip.video(), &|_sent| ()).await.unwrap_err();
    assert_eq!((error.kind(), farm.phone().pushes()), ("device_rate", 0), "{error}");
    drop(lease);
    // A fleet that remembers nothing may push once, and what is there already costs nothing.
    farm.hand_over(&clip).await.unwrap();
    farm.hand_over(&clip).await.unwrap();
    assert_eq!(farm.phone().pushes(), 1);
}

#[tokio::test]
async fn a_phone_is_asked_nothing_but_the_closed_list() {
    let Some(farm) = Farm::one(Faults::default()).await else { return };
    farm.hand_over(&Clip::new()).await.unwrap();
    let programs: std::collections::BTreeSet<String> =
        farm.phone().commands().iter().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect();
    let programs: Vec<_> = programs.iter().map(String::as_str).collect();
    assert_eq!(programs, ["content", "getprop", "mkdir", "mv", "sha256sum"]);
}
