//! A post on its way through the outbox onto a phone, crashes included.

use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use reelpress_config::Name;
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryNotes};
use reelpress_core::{
    Artifacts, Clock, Durability, ItemId, Job, JournalError, Note, Noted, Notes, Origin, Progress, Remedy, Stage,
    StageName, Step,
};
use reelpress_deliver::{Deliver, DeliverError};
use reelpress_vocabulary::{AccountId, Post, Scheduled, Slot, testing};
use tokio_util::sync::CancellationToken;

use super::*;

/// A line's end: an outbox, a journal's notes, and a farm.
struct Press {
    farm: Farm,
    folder: TempDir,
    artifacts: Arc<MemoryArtifacts>,
    notes: Arc<ForgetfulNotes>,
    clock: Arc<ManualClock>,
    input: Scheduled,
    video: Bytes,
}

/// Fails once, before anything is written, at the topic that is set.
#[derive(Default)]
struct ForgetfulNotes {
    inner: MemoryNotes,
    fails_at: Mutex<Option<&'static str>>,
}

#[async_trait]
impl Notes for ForgetfulNotes {
    async fn note(&self, item: ItemId, noted: Noted, durability: Durability) -> Result<(), JournalError> {
        if self.fails_at.lock().expect("no test panics with it").take_if(|topic| *topic == noted.topic).is_some() {
            return Err(JournalError::Closed);
        }
        self.inner.note(item, noted, durability).await
    }

    fn about(&self, topic: &str) -> Vec<Note> {
        self.inner.about(topic)
    }

    fn of(&self, item: ItemId) -> Vec<Note> {
        self.inner.of(item)
    }
}

fn slot_time() -> Timestamp {
    "2026-11-21T09:30:00Z".parse().expect("a plain time")
}

fn item() -> ItemId {
    ItemId::of(1_795_000_000_000, &Origin::of(&["cats"]))
}

impl Press {
    /// Half an hour before the slot, with these phones.
    async fn with(phones: Vec<SimPhone>) -> Option<Self> {
        let farm = Farm::with(phones).await?;
        let folder = TempDir::new().expect("a temporary folder can be made");
        let video: Bytes = Clip::new().bytes.into();
        let artifacts = Arc::new(MemoryArtifacts::default());
        let assembled = testing::assembled(&testing::draft(), "berlin", &video);
        for (key, bytes) in [(&assembled.cut.video, video.clone()), (&assembled.cut.poster, Bytes::from_static(b"png"))]
        {
            artifacts.put(key, bytes).await.expect("a map takes everything");
        }
        let slot = Slot { account: AccountId::parse("berlin").expect("a name"), at: slot_time() };
        let input = Scheduled { approved: testing::approved(assembled), slot };
        let clock = Arc::new(ManualClock::at(slot_time() - jiff::SignedDuration::from_mins(30)));
        let press = Self { farm, folder, artifacts, notes: Arc::default(), clock, input, video };
        press.set(|settings| settings.deliver.outbox = press.folder.path().join("outbox"));
        Some(press)
    }

    fn set(&self, change: impl FnOnce(&mut reelpress_config::Settings)) {
        let mut settings = (*self.farm.live.snapshot()).clone();
        change(&mut settings);
        self.farm.live.swap(Arc::new(settings));
    }

    /// One attempt of a press that has just been started.
    async fn deliver(&self) -> Result<Step<Post>, DeliverError> {
        let fleet = Arc::new(Fleet::new(self.farm.live.clone(), self.clock.clone()));
        self.deliver_with(fleet).await
    }

    async fn deliver_with(&self, fleet: Arc<Fleet>) -> Result<Step<Post>, DeliverError> {
        let (artifacts, notes) = (self.artifacts.clone(), self.notes.clone());
        let clock: Arc<dyn Clock> = self.clock.clone();
        let stage = Deliver::new(self.farm.live.clone(), artifacts, notes, clock, Some(fleet));
        stage.process(&stage.settings(), &Job::detached(item()), &self.input).await
    }

    async fn post(&self) -> Post {
        match self.deliver().await.expect("nothing fails") {
            Step::Next(post) => post,
            step @ (Step::Later(_) | Step::Hold(_) | Step::Reject(_)) => panic!("not delivered: {step:?}"),
        }
    }

    fn topics(&self) -> Vec<String> {
        self.notes.of(item()).into_iter().map(|note| note.noted.topic).collect()
    }
}

async fn two_phones() -> Vec<SimPhone> {
    vec![SimPhone::start("SIM0001", Faults::default()).await, SimPhone::start("SIM0002", Faults::default()).await]
}

#[tokio::test]
async fn a_post_reaches_the_accounts_own_phone() {
    let Some(press) = Press::with(two_phones().await).await else { return };
    press.set(|settings| {
        let serials = vec!["SIM0002".to_owned()];
        settings.devices.serials = BTreeMap::from([(Name::parse("berlin").unwrap(), serials)]);
    });
    let post = press.post().await;
    assert_eq!(post.devices, ["SIM0002"]);
    assert_eq!(press.topics(), ["post.handle", "post.placed", "device.lease", "device.push", "post.done"]);
    let [other, own] = [&press.farm.phones[0], &press.farm.phones[1]];
    assert!(other.files().is_empty());
    let name = post.handle.replace('/', "-").to_lowercase();
    assert_eq!(own.gallery(), [format!("Movies/reelpress/{name}.mp4")]);
    assert!(own.files().values().all(|bytes| *bytes == press.video));
}

#[tokio::test]
async fn a_crash_around_the_push_sends_the_video_once_and_to_one_phone() {
    for topic in ["post.placed", "device.lease", "device.push", "post.done"] {
        let Some(press) = Press::with(two_phones().await).await else { return };
        *press.notes.fails_at.lock().unwrap() = Some(topic);
        press.deliver().await.unwrap_err();
        let post = press.post().await;
        let pushes: Vec<u32> = press.farm.phones.iter().map(SimPhone::pushes).collect();
        assert_eq!(pushes.iter().sum::<u32>(), 1, "crash at {topic}: {pushes:?}");
        assert_eq!(post.devices.len(), 1, "crash at {topic}");
        assert_eq!(
            press.topics(),
            ["post.handle", "post.placed", "device.lease", "device.push", "post.done"],
            "crash at {topic}"
        );
    }
}

#[tokio::test]
async fn a_phone_that_cannot_take_it_does_not_hold_the_post_back() {
    for faults in [
        Faults { enospc_after: Some(1_000_000), ..Faults::default() },
        Faults { unauthorized: true, ..Faults::default() },
        Faults { drop_after: Some(1_000_000), ..Faults::default() },
    ] {
        let Some(press) = Press::with(vec![SimPhone::start("SIM0001", faults.clone()).await]).await else { return };
        let post = press.post().await;
        assert_eq!(post.devices, Vec::<String>::new(), "{faults:?}");
        assert!(press.folder.path().join("outbox").join(&post.handle).join("video.mp4").exists());
        assert!(press.farm.phone().gallery().is_empty());
    }
}

#[tokio::test]
async fn a_busy_phone_is_waited_for_until_the_slot_and_no_longer() {
    let Some(press) = Press::with(vec![SimPhone::start("SIM0001", Faults::default()).await]).await else { return };
    press.set(|settings| settings.devices.timeout = Duration::from_millis(500));
    let fleet = Arc::new(Fleet::new(press.farm.live.clone(), press.clock.clone()));
    let held = fleet.lease(None, TIMEOUT).await.unwrap();
    let step = press.deliver_with(fleet.clone()).await.unwrap();
    assert_eq!(step, Step::Later(Duration::from_millis(500)));
    press.clock.set(slot_time());
    let step = press.deliver_with(fleet).await.unwrap();
    assert!(matches!(&step, Step::Next(post) if post.devices.is_empty()), "{step:?}");
    drop(held);
}

/// What a person does with a post that waits for a phone.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    EditsTheCaption,
    MovesTheFolderAway,
    CutsTheVideo,
}

#[tokio::test]
async fn a_post_that_waits_for_a_phone_is_the_persons_already() {
    for meanwhile in [Meanwhile::EditsTheCaption, Meanwhile::MovesTheFolderAway, Meanwhile::CutsTheVideo] {
        let Some(press) = Press::with(vec![SimPhone::start("SIM0001", Faults::default()).await]).await else { return };
        press.set(|settings| settings.devices.timeout = Duration::from_millis(500));
        let fleet = Arc::new(Fleet::new(press.farm.live.clone(), press.clock.clone()));
        let held = fleet.lease(None, TIMEOUT).await.unwrap();
        let step = press.deliver_with(fleet.clone()).await.unwrap();
        assert_eq!(step, Step::Later(Duration::from_millis(500)));
        drop(held);
        press.set(|settings| settings.devices.timeout = TIMEOUT);
        let account = press.folder.path().join("outbox/berlin");
        let post = std::fs::read_dir(&account).unwrap().next().unwrap().unwrap().path();
        match meanwhile {
            Meanwhile::EditsTheCaption => std::fs::write(post.join("caption.txt"), "mine").unwrap(),
            Meanwhile::MovesTheFolderAway => std::fs::rename(&post, press.folder.path().join("taken")).unwrap(),
            Meanwhile::CutsTheVideo => std::fs::write(post.join("video.mp4"), "mine").unwrap(),
        }
        let step = press.deliver_with(fleet).await.unwrap();
        assert!(matches!(&step, Step::Next(post) if post.devices == ["SIM0001"]), "{meanwhile:?}: {step:?}");
        // The phone has the approved video, and the outbox what the person left there.
        assert!(press.farm.phone().files().values().all(|bytes| *bytes == press.video), "{meanwhile:?}");
        assert_eq!(post.exists(), !matches!(meanwhile, Meanwhile::MovesTheFolderAway));
        if let Meanwhile::EditsTheCaption = meanwhile {
            assert_eq!(std::fs::read(post.join("caption.txt")).unwrap(), b"mine");
        }
        let left = std::fs::read_dir(press.folder.path().join("outbox/.incoming")).unwrap().count();
        assert_eq!(left, 0, "{meanwhile:?}: a copy made for the phone stays");
    }
}

/// Stops the press at the first word of progress.
struct StopAtFirst(CancellationToken);

impl Progress for StopAtFirst {
    fn report(&self, _item: ItemId, _stage: &StageName, _done: u64, _total: u64) {
        self.0.cancel();
    }
}

#[tokio::test]
async fn a_push_that_is_cancelled_is_done_again_to_the_same_phone() {
    let Some(press) = Press::with(two_phones().await).await else { return };
    let fleet = Arc::new(Fleet::new(press.farm.live.clone(), press.clock.clone()));
    let clock: Arc<dyn Clock> = press.clock.clone();
    let stage =
        Deliver::new(press.farm.live.clone(), press.artifacts.clone(), press.notes.clone(), clock, Some(fleet.clone()));
    let cancel = CancellationToken::new();
    let job = Job { progress: Arc::new(StopAtFirst(cancel.clone())), cancel, ..Job::detached(item()) };
    let error = stage.process(&stage.settings(), &job, &press.input).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("cancelled", Remedy::Retry { after: None }));
    assert!(press.farm.phones.iter().all(|phone| phone.gallery().is_empty()));
    assert_eq!(press.topics(), ["post.handle", "post.placed", "device.lease"]);
    let step = press.deliver_with(fleet).await.unwrap();
    assert!(matches!(&step, Step::Next(post) if post.devices.len() == 1), "{step:?}");
    let galleries: Vec<usize> = press.farm.phones.iter().map(|phone| phone.gallery().len()).collect();
    assert_eq!(galleries.iter().sum::<usize>(), 1);
    assert!(press.farm.phones.iter().flat_map(|phone| phone.files().into_values()).all(|bytes| bytes == press.video));
}

#[tokio::test]
async fn a_post_that_is_gone_from_outbox_and_store_goes_on_without_a_phone() {
    let Some(mut press) = Press::with(vec![SimPhone::start("SIM0001", Faults::default()).await]).await else { return };
    *press.notes.fails_at.lock().unwrap() = Some("device.lease");
    press.deliver().await.unwrap_err();
    std::fs::remove_dir_all(press.folder.path().join("outbox")).unwrap();
    press.artifacts = Arc::default();
    let post = press.post().await;
    assert_eq!((post.devices, press.farm.phone().pushes()), (Vec::new(), 0));
    assert!(!press.folder.path().join("outbox").join(post.handle).exists());
}

#[tokio::test]
async fn a_restart_grants_no_extra_pushes() {
    let Some(press) = Press::with(vec![SimPhone::start("SIM0001", Faults::default()).await]).await else { return };
    press.set(|settings| settings.devices.pushes_per_hour = 1.try_into().unwrap());
    // Another item's push, ten minutes ago; the notes' time is a count, so the clock goes to where it began.
    let push = serde_json::json!({"serial": "SIM0001", "model": "m", "path": "p", "sha256": "s", "pushed": true});
    let other = ItemId::from_parts(1, 1);
    press.notes.note(other, Noted::new("device.push", &push), Durability::Synced).await.unwrap();
    press.clock.set(Timestamp::from_second(600).unwrap());
    let mut early = press.input.clone();
    early.slot.at = Timestamp::from_second(600 + 7_200).unwrap();
    press.set(|settings| settings.deliver.ahead = Duration::from_hours(24));
    let press = Press { input: early, ..press };
    let step = press.deliver().await.unwrap();
    // One an hour, one at the very start: fifty minutes are left.
    assert_eq!((step, press.farm.phone().pushes()), (Step::Later(Duration::from_mins(50)), 0));
}
