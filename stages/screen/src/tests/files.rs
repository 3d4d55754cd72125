use std::sync::Arc;

use reelpress_core::testing::MemoryNotes;
use reelpress_core::{Fault, Job, Remedy, Stage, Step};
use reelpress_vocabulary::testing::media_file;
use reelpress_vocabulary::{Decision, MediaFile, MediaKind, Picture, Provenance};

use super::{Bench, assembled, draft, found, good_facts, item, settings};
use crate::{FileFacts, InspectError, ScreenError};

async fn check(rules: &[&str], change: impl Fn(&mut FileFacts) + Send + Sync + 'static) {
    let bench = Bench::telling(move || {
        let mut facts = good_facts();
        change(&mut facts);
        Ok(facts)
    });
    let step = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
    assert_eq!(found(&step), rules);
}

#[tokio::test]
async fn each_fact_that_is_not_as_ordered_is_found_by_its_rule() {
    check(&["file.resolution"], |f| f.width = 1920).await;
    check(&["file.resolution"], |f| f.height = 1919).await;
    check(&["file.fps"], |f| f.fps = 29.97).await;
    check(&["file.fps"], |f| f.fps = f64::NAN).await;
    check(&["file.video-codec"], |f| f.video_codec = "hevc".to_owned()).await;
    check(&["file.profile"], |f| f.profile = "Constrained Baseline".to_owned()).await;
    check(&["file.profile"], |f| f.profile = "Main".to_owned()).await;
    check(&["file.profile"], |f| f.profile = "High 4:4:4 Predictive".to_owned()).await;
    check(&["file.audio-codec"], |f| f.audio_codec.clear()).await;
    check(&["file.moov"], |f| f.moov_first = false).await;
    check(&["file.colour"], |f| f.bt709 = false).await;
    check(&["file.duration"], |f| f.duration_ms = 20_101).await;
    check(&["file.duration"], |f| f.duration_ms = 19_899).await;
    check(&["file.length", "file.duration"], |f| f.duration_ms = 4_999).await;
    check(&["file.length", "file.duration"], |f| f.duration_ms = 90_001).await;
    check(&["file.loudness"], |f| f.loudness_lufs = Some(-12.9)).await;
    check(&["file.loudness"], |f| f.loudness_lufs = Some(-15.1)).await;
    check(&["file.loudness"], |f| f.loudness_lufs = None).await;
    check(&["file.loudness"], |f| f.loudness_lufs = Some(f64::NEG_INFINITY)).await;
    check(&["file.true-peak"], |f| f.true_peak_dbtp = Some(-0.4)).await;
    check(&["file.true-peak"], |f| f.true_peak_dbtp = Some(f64::NAN)).await;
    check(&["file.black"], |f| f.longest_black_ms = 1_001).await;
    check(&["file.resolution", "file.moov", "file.black"], |f| {
        (f.width, f.moov_first, f.longest_black_ms) = (1, false, 9_000);
    })
    .await;
}

#[tokio::test]
async fn the_edge_of_each_limit_is_fine() {
    check(&[], |f| f.duration_ms = 20_100).await;
    check(&[], |f| f.duration_ms = 19_900).await;
    check(&[], |f| f.loudness_lufs = Some(-13.0)).await;
    check(&[], |f| f.true_peak_dbtp = Some(-0.5)).await;
    check(&[], |f| (f.longest_black_ms, f.longest_freeze_ms) = (1_000, 1_000)).await;
}

#[tokio::test]
async fn a_picture_that_stands_still_is_for_a_person_to_judge() {
    let bench = Bench::telling(|| Ok(FileFacts { longest_freeze_ms: 1_001, ..good_facts() }));
    let Step::Next(verdict) = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await else { panic!() };
    assert_eq!(verdict.decision(), Decision::Hold);
    assert_eq!(verdict.findings[0].rule, "file.frozen");
}

#[tokio::test]
async fn the_fastest_preset_may_give_main_and_never_constrained_baseline() {
    for (profile, rules) in [("Main", &[][..]), ("High", &[]), ("Constrained Baseline", &["file.profile"])] {
        let mut settings = settings();
        settings.assemble.preset = "ultrafast".to_owned();
        let facts = move || Ok(FileFacts { profile: profile.to_owned(), ..good_facts() });
        let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), facts);
        let step = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
        assert_eq!(found(&step), rules, "{profile}");
    }
}

#[tokio::test]
async fn a_rejection_names_rules_values_and_limits() {
    let bench = Bench::telling(|| Ok(FileFacts { width: 720, loudness_lufs: None, ..good_facts() }));
    let Step::Reject(reason) = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await else { panic!() };
    insta::assert_snapshot!(reason, @"file.resolution: picture is 720x1920, not 1080x1920; file.loudness: loudness is not measurable in LUFS, not -14 ± 1 LUFS (blocked)");
}

#[tokio::test]
async fn a_file_that_is_not_the_one_that_was_assembled_is_rejected() {
    let bench = Bench::new();
    let step = bench.screen(1, &assembled(&draft(), "main", b"film"), b"fil\0").await;
    assert_eq!(found(&step), ["file.hash"]);
}

#[tokio::test]
async fn a_file_that_is_no_video_is_rejected_and_a_broken_disk_is_not_its_fault() {
    let bench = Bench::telling(|| Err(InspectError::Unreadable { message: "moov atom not found".to_owned() }));
    let step = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
    assert_eq!(found(&step), ["file.unreadable"]);
    let bench = Bench::telling(|| Err(InspectError::Io(std::io::Error::other("disk"))));
    let error = bench.try_screen(1, &assembled(&draft(), "main", b"film"), b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::Retry { after: None }, "inspect"));
}

#[tokio::test]
async fn an_inspector_that_panics_costs_one_item() {
    let bench = Bench::telling(|| panic!("a bug in the inspector"));
    let error = bench.try_screen(1, &assembled(&draft(), "main", b"film"), b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::GiveUp, "inspect"));
    assert!(matches!(error, ScreenError::InspectorDied));
}

#[tokio::test]
async fn a_video_that_is_not_in_the_store_is_held() {
    let bench = Bench::new();
    let cut = assembled(&draft(), "main", b"film");
    let error = bench.stage.process(&bench.stage.settings(), &Job::detached(item(1)), &cut).await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::GiveUp, "store"));
}

#[tokio::test]
async fn a_scratch_folder_that_cannot_be_made_stops_the_stage() {
    let bench = Bench::new();
    std::fs::write(bench.scratch.path().join("not-yet-there"), b"a file stands where the folder should be").unwrap();
    let error = bench.try_screen(1, &assembled(&draft(), "main", b"film"), b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "scratch"));
}

#[tokio::test]
async fn a_cancelled_job_ends_without_a_verdict() {
    let (release, wait) = std::sync::mpsc::sync_channel::<()>(0);
    let wait = std::sync::Mutex::new(wait);
    let bench = Bench::telling(move || {
        // Ends with an error once the test lets go.
        assert!(wait.lock().unwrap().recv().is_err());
        Ok(good_facts())
    });
    let job = Job::detached(item(1));
    job.cancel.cancel();
    let cut = assembled(&draft(), "main", b"film");
    reelpress_core::Artifacts::put(bench.artifacts.as_ref(), &cut.cut.video, b"film".to_vec().into()).await.unwrap();
    let error = bench.stage.process(&bench.stage.settings(), &job, &cut).await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::Retry { after: None }, "cancelled"));
    drop(release);
}

type Change = Box<dyn Fn(&mut Provenance)>;

#[tokio::test]
async fn a_cut_that_cannot_be_labelled_is_rejected() {
    let library = |file: &str, hash: &str| Picture::File(media_file(file, hash));
    let generated = |model: &str, hash: &str| Picture::Generated { model: model.to_owned(), hash: hash.to_owned() };
    let unlicensed = || MediaFile { kind: MediaKind::Music, licence: String::new(), ..media_file("a.ogg", "ab") };
    let changes: [Change; 9] = [
        Box::new(|p| " ".clone_into(&mut p.voice)),
        Box::new(|p| p.pictures.clear()),
        Box::new(|p| p.pictures.truncate(3)),
        Box::new(move |p| p.pictures[1] = library("a.jpg", "")),
        Box::new(move |p| p.pictures[1] = library("", "ab")),
        Box::new(move |p| p.pictures[1] = generated(" ", "ab")),
        Box::new(move |p| p.pictures[1] = generated("m", "")),
        Box::new(move |p| p.others.push(unlicensed())),
        Box::new(|p| p.music = Some(String::new())),
    ];
    for change in changes {
        let mut cut = assembled(&draft(), "main", b"film");
        change(&mut cut.cut.provenance);
        let step = Bench::new().screen(1, &cut, b"film").await;
        assert!(matches!(step, Step::Reject(_)) && found(&step)[0] == "label.provenance", "{step:?}");
    }
    let mut cut = assembled(&draft(), "main", b"film");
    cut.cut.provenance.pictures[1] = library("a.jpg", "ab");
    cut.cut.provenance.pictures[2] = generated("painter-2", "cd");
    cut.cut.provenance.others.push(media_file("calm.ogg", "ef"));
    cut.cut.provenance.music = Some("reelpress procedural bed".to_owned());
    // All that is said is what was presumed of pictures that nobody described.
    assert_eq!(found(&Bench::new().screen(1, &cut, b"film").await), ["label.presumed"]);
}
