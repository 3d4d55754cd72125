use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use proptest::prelude::*;
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryNotes};
use reelpress_core::{ArtifactError, Fault as _, Remedy};
use reelpress_vocabulary::{Finding, Severity};
use tempfile::TempDir;

use super::*;
use crate::sweep_incoming;
use fixtures::{Failing, Fault, FaultyArtifacts, FaultyNotes, item, scheduled, settings, slot_time, stored, video};

mod fixtures;
mod labels;

/// One press with a folder of its own; several stages may be made on it, as after restarts.
struct Press {
    folder: TempDir,
    artifacts: Arc<MemoryArtifacts>,
    notes: Arc<MemoryNotes>,
    clock: Arc<ManualClock>,
}

impl Press {
    async fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            artifacts: Arc::new(stored().await),
            notes: Arc::default(),
            clock: Arc::new(ManualClock::at(slot_time())),
        }
    }

    fn outbox(&self) -> PathBuf {
        self.folder.path().join("outbox")
    }

    fn stage_in(&self, outbox: &Path) -> Deliver {
        let live = Live::new(settings(outbox));
        Deliver::new(live, self.artifacts.clone(), self.notes.clone(), self.clock.clone(), None)
    }

    fn faulty_stage(&self, fault: &Arc<Fault>) -> Deliver {
        let artifacts = Arc::new(FaultyArtifacts { inner: self.artifacts.clone(), fault: fault.clone() });
        let notes = Arc::new(FaultyNotes { inner: self.notes.clone(), fault: fault.clone() });
        Deliver::new(Live::new(settings(&self.outbox())), artifacts, notes, self.clock.clone(), None)
    }

    async fn deliver(&self, input: &Scheduled) -> Result<Step<Post>, DeliverError> {
        run(&self.stage_in(&self.outbox()), input).await
    }

    /// Every file below the outbox with its bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.outbox(), &self.outbox(), &mut files);
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(root, &entry.path(), files);
        } else {
            let name = entry.path().strip_prefix(root).unwrap().display().to_string();
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

async fn run(stage: &Deliver, input: &Scheduled) -> Result<Step<Post>, DeliverError> {
    stage.process(&stage.settings(), &Job::detached(item()), input).await
}

fn next(step: Step<Post>) -> Post {
    match step {
        Step::Next(post) => post,
        Step::Later(_) | Step::Hold(_) | Step::Reject(_) => panic!("not delivered: {step:?}"),
    }
}

/// Exactly one post, whole, nothing beside it.
#[track_caller]
fn assert_one_whole_post(press: &Press, handle: &str, context: &str) {
    let files = press.files();
    let names: Vec<String> =
        ["caption.txt", "post.json", "poster.png", "video.mp4"].map(|name| format!("{handle}/{name}")).to_vec();
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), names, "{context}");
    assert_eq!(files[&names[3]], video(), "{context}");
    let post: PostFile = serde_json::from_slice(&files[&names[1]]).unwrap();
    for file in &post.files {
        let bytes = &files[&format!("{handle}/{}", file.name)];
        assert_eq!((file.bytes, &*file.blake3), (bytes.len() as u64, &*blake3::hash(bytes).to_hex()), "{context}");
    }
}

#[tokio::test]
async fn a_post_says_all_there_is_to_know() {
    let press = Press::new().await;
    let post = next(press.deliver(&scheduled("Why cats purr")).await.unwrap());
    assert_one_whole_post(&press, &post.handle, "first delivery");
    let files = press.files();
    let text = |name: &str| String::from_utf8(files[&format!("{}/{name}", post.handle)].clone()).unwrap();
    insta::assert_snapshot!(post.handle, @"berlin/20261121T0930Z-why-cats-purr-sz89q0");
    insta::assert_snapshot!(text("caption.txt"), @"
    Cats purr for two reasons.

    This video was made with AI.

    #cats #Science #pets
    ");
    assert_eq!(text("post.json"), include_str!("tests/post.json"));
}

#[tokio::test]
async fn a_post_waits_until_it_may_appear() {
    let press = Press::new().await;
    let hours = |count: i64| jiff::SignedDuration::from_hours(count);
    press.clock.set(slot_time() - hours(3));
    assert_eq!(press.deliver(&scheduled("t")).await.unwrap(), Step::Later(Duration::from_hours(2)));
    assert!(press.files().is_empty() && press.notes.of(item()).is_empty());
    press.clock.set(slot_time() - hours(1));
    next(press.deliver(&scheduled("t")).await.unwrap());
}

#[tokio::test]
async fn a_post_whose_slot_passed_long_ago_waits_for_a_person_and_then_goes_at_once() {
    let press = Press::new().await;
    press.clock.set(slot_time() + SignedDuration::from_hours(72));
    let step = press.deliver(&scheduled("t")).await.unwrap();
    let Step::Hold(reason) = step else { panic!("not held: {step:?}") };
    assert!(press.files().is_empty());
    insta::assert_snapshot!(
        reason.to_string().replace(&item().to_string(), "ID"),
        @"the slot of account berlin at 2026-11-21T09:30:00Z passed 72 hours ago (at most 6 are made up for), and the post is not in the outbox; `reelpress items release ID` puts it there at once (slot_missed)"
    );
    // Asked again means released, also by a press that was started anew.
    let post = next(press.deliver(&scheduled("t")).await.unwrap());
    assert_one_whole_post(&press, &post.handle, "released");
}

#[tokio::test]
async fn an_item_that_can_never_be_delivered_gives_its_slot_back_once() {
    let press = Press::new().await;
    let mut input = scheduled("t");
    input.approved.approval.cut_hash = "of another cut".to_owned();
    for _ in 0..2 {
        let step = press.deliver(&input).await.unwrap();
        assert!(matches!(&step, Step::Hold(reason) if reason.kind == "not_deliverable"), "{step:?}");
    }
    let notes = press.notes.of(item());
    let texts: Vec<_> =
        notes.iter().map(|note| (&*note.noted.topic, str::from_utf8(&note.noted.body).unwrap())).collect();
    // What the schedule reads; its tests hold the same bytes.
    assert_eq!(texts, [("slot.released", r#"{"account":"berlin","at":"2026-11-21T09:30:00Z"}"#)]);
}

#[tokio::test]
async fn an_item_that_may_have_been_delivered_keeps_its_slot() {
    let press = Press::new().await;
    next(press.deliver(&scheduled("t")).await.unwrap());
    let mut input = scheduled("t");
    input.approved.approval.cut_hash = "of another cut".to_owned();
    press.deliver(&input).await.unwrap();
    let missed = Press::new().await;
    missed.clock.set(slot_time() + SignedDuration::from_hours(72));
    missed.deliver(&scheduled("t")).await.unwrap();
    for press in [press, missed] {
        assert!(press.notes.about("slot.released").is_empty());
    }
}

#[tokio::test]
async fn a_little_late_is_made_up_for() {
    for (late, held) in [(SignedDuration::from_hours(6), false), (SignedDuration::from_millis(6 * 3_600_000 + 1), true)]
    {
        let press = Press::new().await;
        press.clock.set(slot_time() + late);
        let step = press.deliver(&scheduled("t")).await.unwrap();
        assert_eq!(matches!(step, Step::Hold(_)), held, "{late:?}: {step:?}");
    }
}

#[tokio::test]
async fn a_post_that_was_placed_in_time_is_never_missed() {
    // Before the note that it is placed, and before the note that it is done.
    for at in [3, 4] {
        let press = Press::new().await;
        run(&press.faulty_stage(&Fault::at(at, Failing::Before)), &scheduled("t")).await.unwrap_err();
        press.clock.set(slot_time() + SignedDuration::from_hours(72));
        let post = next(press.deliver(&scheduled("t")).await.unwrap());
        assert_one_whole_post(&press, &post.handle, "late");
        assert!(press.notes.about("slot.missed.held").is_empty());
    }
}

#[tokio::test]
async fn a_missed_slot_that_could_not_be_noted_is_not_held_yet_and_nothing_goes_out() {
    let press = Press::new().await;
    press.clock.set(slot_time() + SignedDuration::from_hours(72));
    run(&press.faulty_stage(&Fault::at(1, Failing::Before)), &scheduled("t")).await.unwrap_err();
    assert!(press.files().is_empty());
    let step = press.deliver(&scheduled("t")).await.unwrap();
    assert!(matches!(&step, Step::Hold(reason) if reason.kind == "slot_missed"), "{step:?}");
}

#[tokio::test]
async fn whatever_step_fails_the_next_run_leaves_exactly_one_whole_post() {
    // Calls in order: note the handle, fetch the video, fetch the poster, note that it is placed, note that it is done.
    for how in [Failing::Before, Failing::After] {
        let mut steps = 0;
        for at in 0.. {
            let press = Press::new().await;
            let fault = Fault::at(at, how);
            let first = run(&press.faulty_stage(&fault), &scheduled("Why cats purr")).await;
            if !fault.happened() {
                next(first.unwrap());
                break;
            }
            steps += 1;
            let error = first.unwrap_err();
            // What a crash may leave beside the files that the next run writes.
            for left in fs::read_dir(press.outbox().join(".incoming")).into_iter().flatten().flatten() {
                fs::write(left.path().join("left.tmp"), b"left").unwrap();
            }
            let handle = press.notes.of(item()).first().and_then(|note| note.noted.read::<HandleFact>("post.handle"));
            let post = next(press.deliver(&scheduled("Why cats purr")).await.unwrap());
            assert_one_whole_post(&press, &post.handle, &format!("{how:?} call {at}: {error}"));
            assert!(handle.is_none_or(|fact| fact.handle.as_str() == post.handle), "a new handle after call {at}");
            let handles = press.notes.about("post.handle");
            assert_eq!(handles.len(), 1, "{how:?} call {at}: {handles:?}");
        }
        assert_eq!(steps, 5);
    }
}

#[tokio::test]
async fn the_handle_is_written_down_before_anything_else_is_written() {
    let press = Press::new().await;
    run(&press.faulty_stage(&Fault::at(0, Failing::Before)), &scheduled("t")).await.unwrap_err();
    assert!(!press.outbox().exists());
}

#[tokio::test]
async fn a_retry_after_the_slot_moved_keeps_the_old_handle() {
    let press = Press::new().await;
    run(&press.faulty_stage(&Fault::at(1, Failing::After)), &scheduled("t")).await.unwrap_err();
    let mut moved = scheduled("another title");
    moved.slot.at = slot_time() - jiff::SignedDuration::from_hours(5);
    let post = next(press.deliver(&moved).await.unwrap());
    assert!(post.handle.starts_with("berlin/20261121T0930Z-t-"), "{}", post.handle);
    assert_one_whole_post(&press, &post.handle, "moved");
}

#[tokio::test]
async fn a_delivered_post_is_not_made_again_where_a_person_moved_it_away() {
    let press = Press::new().await;
    let first = next(press.deliver(&scheduled("t")).await.unwrap());
    fs::remove_dir_all(press.outbox()).unwrap();
    assert_eq!(next(press.deliver(&scheduled("t")).await.unwrap()), first);
    assert!(press.files().is_empty());
}

#[tokio::test]
async fn a_post_that_was_placed_once_is_not_written_again_wherever_a_person_put_it() {
    for name in [None, Some("caption.txt"), Some("post.json"), Some("video.mp4")] {
        let press = Press::new().await;
        // Everything but the last note.
        run(&press.faulty_stage(&Fault::at(4, Failing::Before)), &scheduled("t")).await.unwrap_err();
        match name {
            None => fs::remove_dir_all(press.outbox()).unwrap(),
            Some(name) => {
                let file = press.files().keys().find(|path| path.ends_with(name)).unwrap().clone();
                fs::write(press.outbox().join(file), b"mine").unwrap();
            }
        }
        let before = press.files();
        let post = next(press.deliver(&scheduled("t")).await.unwrap());
        assert!(press.files() == before, "{name:?}: {:?}", press.files().keys());
        assert_eq!(post.hash, *blake3::hash(&video()).to_hex());
    }
}

#[tokio::test]
async fn what_was_placed_is_noted_with_its_hashes() {
    let press = Press::new().await;
    let post = next(press.deliver(&scheduled("t")).await.unwrap());
    let topics: Vec<String> = press.notes.of(item()).into_iter().map(|note| note.noted.topic).collect();
    assert_eq!(topics, ["post.handle", "post.placed", "post.done"]);
    let placed = press.notes.of(item())[1].noted.read::<PlacedFact>("post.placed").unwrap();
    for file in &placed.files {
        let bytes = &press.files()[&format!("{}/{}", post.handle, file.name)];
        assert_eq!((file.bytes, &*file.blake3), (bytes.len() as u64, &*blake3::hash(bytes).to_hex()));
    }
    assert_eq!(placed.files.len(), 3);
}

#[tokio::test]
async fn a_folder_that_somebody_changed_is_left_alone() {
    for (name, what) in
        [("post.json", "no readable"), ("video.mp4", "missing or changed"), ("caption.txt", "missing or changed")]
    {
        let press = Press::new().await;
        // All is in place, and no note says so.
        run(&press.faulty_stage(&Fault::at(3, Failing::Before)), &scheduled("t")).await.unwrap_err();
        let changed = press.files().keys().find(|path| path.ends_with(name)).unwrap().clone();
        fs::write(press.outbox().join(changed), b"mine").unwrap();
        let before = press.files();
        let error = press.deliver(&scheduled("t")).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), ("outbox_occupied", Remedy::GiveUp));
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(press.files(), before);
    }
}

#[tokio::test]
async fn a_folder_about_another_item_is_left_alone() {
    let press = Press::new().await;
    run(&press.faulty_stage(&Fault::at(3, Failing::Before)), &scheduled("t")).await.unwrap_err();
    let post = press.files().keys().find(|path| path.ends_with("post.json")).unwrap().clone();
    let text = fs::read_to_string(press.outbox().join(&post)).unwrap();
    fs::write(press.outbox().join(&post), text.replace(&item().to_string(), "01AAAAAAAAAAAAAAAAAAAAAAAA")).unwrap();
    let error = press.deliver(&scheduled("t")).await.unwrap_err();
    assert_eq!(error.kind(), "outbox_occupied");
    assert!(error.to_string().contains("01AAAAAAAAAAAAAAAAAAAAAAAA"), "{error}");
}

#[tokio::test]
async fn bytes_that_are_not_the_approved_ones_are_not_delivered() {
    let press = Press::new().await;
    let mut bytes = video().to_vec();
    bytes[400_000] ^= 1;
    let input = scheduled("t");
    press.artifacts.put(&input.approved.screened.assembled.cut.video, bytes.clone().into()).await.unwrap();
    let error = press.deliver(&input).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("artifact_changed", Remedy::GiveUp));
    let text = error.to_string();
    assert!(text.contains(&input.approved.screened.assembled.cut.hash), "{text}");
    assert!(text.contains(blake3::hash(&bytes).to_hex().as_str()), "{text}");
    assert!(press.files().keys().all(|path| path.starts_with(".incoming/")));
    assert_eq!(sweep_incoming(&press.outbox()).unwrap(), 1);
    assert!(press.files().is_empty());
}

#[tokio::test]
async fn a_missing_artifact_holds_the_item() {
    let press = Press { artifacts: Arc::default(), ..Press::new().await };
    let error = press.deliver(&scheduled("t")).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("artifact", Remedy::GiveUp));
    assert!(matches!(error, DeliverError::Artifact { what: "video", source: ArtifactError::Missing { .. } }));
}

#[tokio::test]
async fn an_outbox_that_cannot_be_written_stops_the_stage_and_says_what_mends_it() {
    let press = Press::new().await;
    let file = press.folder.path().join("a file");
    fs::write(&file, b"in the way").unwrap();
    let shown = press.folder.path().display().to_string();
    let mut texts = Vec::new();
    for outbox in [Path::new("/proc/reelpress/outbox"), &file] {
        let error = run(&press.stage_in(outbox), &scheduled("t")).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), ("outbox_unwritable", Remedy::StopStage), "{error}");
        texts.push(error.to_string().replace(&shown, "TEMP").replace(&item().to_string().to_lowercase()[20..], "ID"));
    }
    insta::assert_snapshot!(texts.join("\n"), @r#"
    could not make the folder /proc/reelpress/outbox/.incoming/berlin+20261121T0930Z-t-ID; mend the outbox with `sudo install -d -o "$(id -un)" '/proc/reelpress/outbox'`, or set `deliver.outbox` to another folder
    could not look into TEMP/a file/berlin/20261121T0930Z-t-ID; mend the outbox with `mv 'TEMP/a file' 'TEMP/a file'.old && mkdir -p 'TEMP/a file'`, or set `deliver.outbox` to another folder
    "#);
    // The same item goes on as soon as the outbox is mended.
    next(press.deliver(&scheduled("t")).await.unwrap());
}

const DISK_BYTES: usize = 1 << 20;
const PAGE_BYTES: usize = 4096;

/// A file system of one mebibyte, gone when dropped.
struct Tiny(TempDir);

impl Tiny {
    #[expect(clippy::print_stderr, reason = "the reader of the test's output must know what was not tested")]
    fn mounted() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path()).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("skipped: a full disk cannot be tried here (mounting a tmpfs needs root)");
        None
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

#[tokio::test]
async fn a_full_disk_stops_the_stage_and_leaves_no_post() {
    let Some(tiny) = Tiny::mounted() else { return };
    let press = Press::new().await;
    // Pages left: full within the video, at the poster, at the caption, at `post.json`.
    let whole_video = fixtures::VIDEO_BYTES.div_ceil(PAGE_BYTES);
    for free in [whole_video / 2, whole_video, whole_video + 1, whole_video + 2] {
        let outbox = tiny.0.path().join("outbox");
        let ballast = tiny.0.path().join("ballast");
        fs::write(&ballast, vec![0; DISK_BYTES - free * PAGE_BYTES]).unwrap();
        let error = run(&press.stage_in(&outbox), &scheduled("t")).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), ("outbox_full", Remedy::StopStage), "{free} pages free: {error}");
        assert!(!outbox.join("berlin").exists(), "a post shows with {free} pages free");
        fs::remove_file(&ballast).unwrap();
        sweep_incoming(&outbox).unwrap();
    }
    let outbox = tiny.0.path().join("outbox");
    let post = next(run(&press.stage_in(&outbox), &scheduled("t")).await.unwrap());
    assert_eq!(fs::read(outbox.join(post.handle).join("video.mp4")).unwrap(), video());
}

#[tokio::test]
async fn leftovers_of_a_crash_are_swept_and_posts_stay() {
    let press = Press::new().await;
    assert_eq!(sweep_incoming(&press.outbox()).unwrap(), 0);
    let post = next(press.deliver(&scheduled("t")).await.unwrap());
    let incoming = press.outbox().join(".incoming");
    fs::create_dir_all(incoming.join("berlin+half")).unwrap();
    fs::write(incoming.join("berlin+half/video.mp4"), b"half").unwrap();
    fs::write(incoming.join("stray"), b"file").unwrap();
    assert_eq!(sweep_incoming(&press.outbox()).unwrap(), 2);
    assert_one_whole_post(&press, &post.handle, "after the sweep");
}

#[tokio::test]
async fn hostile_titles_stay_in_the_accounts_folder() {
    for title in ["../../etc/passwd", "/etc/passwd", "🎉🎉🎉", "a\nb\tc", "..", "$(reboot)", "-rf", "a'b\"c;d|e"]
    {
        let press = Press::new().await;
        let post = next(press.deliver(&scheduled(title)).await.unwrap());
        assert_one_whole_post(&press, &post.handle, title);
        assert_eq!(press.outbox().join(&post.handle).parent(), Some(press.outbox().join("berlin").as_path()));
    }
}

#[tokio::test]
async fn without_an_adb_server_the_post_goes_out_all_the_same() {
    let press = Press::new().await;
    let mut wanted = settings(&press.outbox());
    wanted.devices.enabled = true;
    let live = Live::new(wanted);
    let fleet = Arc::new(Fleet::new(live.clone(), press.clock.clone()));
    let stage = Deliver::new(live, press.artifacts.clone(), press.notes.clone(), press.clock.clone(), Some(fleet));
    let post = next(run(&stage, &scheduled("t")).await.unwrap());
    assert_eq!(post.devices, Vec::<String>::new());
    assert_one_whole_post(&press, &post.handle, "no adb");
}

#[tokio::test]
async fn a_cancelled_job_stops_waiting_for_a_phone_and_may_be_tried_again() {
    let press = Press::new().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut wanted = settings(&press.outbox());
    wanted.devices.enabled = true;
    wanted.devices.adb = silent.local_addr().unwrap();
    wanted.devices.timeout = Duration::from_hours(1);
    let live = Live::new(wanted);
    let fleet = Arc::new(Fleet::new(live.clone(), press.clock.clone()));
    let stage = Deliver::new(live, press.artifacts.clone(), press.notes.clone(), press.clock.clone(), Some(fleet));
    let job = Job::detached(item());
    let (settings, input) = (stage.settings(), scheduled("t"));
    let cancel = async {
        let asked = silent.accept().await.unwrap();
        job.cancel.cancel();
        asked
    };
    let both = async { tokio::join!(stage.process(&settings, &job, &input), cancel) };
    let (outcome, _asked) = tokio::time::timeout(Duration::from_secs(20), both).await.expect("it stops");
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("cancelled", Remedy::Retry { after: None }));
    let post = next(press.deliver(&input).await.unwrap());
    assert_one_whole_post(&press, &post.handle, "after a stop");
}

#[test]
fn the_disclosure_speaks_the_videos_language() {
    let of = |language: &str| {
        let mut input = scheduled("t");
        input.approved.screened.assembled.voiced.scripted.brief.language = language.to_owned();
        let text = caption_text(&settings(Path::new("outbox")), &input);
        text.lines().nth(2).unwrap().to_owned()
    };
    let lines = ["en", "en-GB", "de", "DE-at", "es", "fr", "ja", ""].map(of);
    insta::assert_snapshot!(lines.join("\n"), @"
    This video was made with AI.
    This video was made with AI.
    Dieses Video wurde mit KI erstellt.
    Dieses Video wurde mit KI erstellt.
    Este vídeo se ha creado con IA.
    Cette vidéo a été créée avec une IA.
    この動画はAIで作成されました。
    This video was made with AI.
    ");
}

fn any_severity() -> impl Strategy<Value = Severity> {
    prop_oneof![Just(Severity::Note), Just(Severity::Hold), Just(Severity::Block)]
}

fn any_person() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), Just(Some(String::new())), Just(Some("  ".to_owned())), Just(Some("Ada".to_owned()))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Invariant 5: whatever the stages before let through, nothing is written without the right to.
    #[test]
    fn nothing_goes_out_unapproved(
        severities in prop::collection::vec(any_severity(), 0..4),
        by in any_person(),
        same_cut in any::<bool>(),
    ) {
        let mut input = scheduled("t");
        let findings = severities.iter().map(|severity| Finding {
            rule: "a.rule".to_owned(),
            severity: *severity,
            ..Finding::default()
        });
        input.approved.screened.verdict.findings = findings.collect();
        input.approved.approval.by.clone_from(&by);
        if !same_cut {
            input.approved.approval.cut_hash = "of another cut".to_owned();
        }
        let blocked = severities.contains(&Severity::Block);
        let wants_a_person = severities.contains(&Severity::Hold);
        let may_go = same_cut && !blocked && (!wants_a_person || by.as_deref() == Some("Ada"));

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (step, files, notes) = runtime.block_on(async {
            let press = Press::new().await;
            let step = press.deliver(&input).await.unwrap();
            (step, press.files(), press.notes.of(item()))
        });
        match step {
            Step::Next(_) => prop_assert!(may_go),
            Step::Hold(reason) => {
                prop_assert!(!may_go);
                prop_assert_eq!(&*reason.kind, "not_deliverable");
                prop_assert!(files.is_empty() && notes.iter().all(|note| note.noted.topic == "slot.released"));
            }
            Step::Later(_) | Step::Reject(_) => prop_assert!(false, "{:?}", step),
        }
    }
}
