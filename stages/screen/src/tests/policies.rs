use std::path::Path;
use std::sync::Arc;

use reelpress_core::testing::MemoryNotes;
use reelpress_core::{Fault, Remedy};

use super::{Bench, assembled, draft, found, good_facts, settings};
use crate::ScreenError;

const NO_DRUMS: &str = r#"
[pack]
name = "house"
version = 3
title = "Rules of the house"
read = "2026-11-21"
[[rules]]
id = "no-drums"
title = "No drums"
source = "own"
action = "hold"
what = "speaks of drums"
do = "leave them out"
fields = ["narration"]
trigger = { words = ["drum"] }
"#;

fn bench_of(path: &Path) -> Bench {
    let mut settings = settings();
    settings.screen.policy = Some(path.to_owned());
    Bench::with(settings, Arc::new(MemoryNotes::default()), || Ok(good_facts()))
}

#[tokio::test]
async fn a_folder_of_policies_stands_in_for_the_built_in_ones_and_a_mistake_in_it_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write(NO_DRUMS);
    let (bench, cut) = (bench_of(folder.path()), assembled(&draft(), "main", b"film"));
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@3/no-drums"]);
    write(&NO_DRUMS.replace("drum\"]", "tuba\"]"));
    assert!(found(&bench.screen(1, &cut, b"film").await).is_empty(), "read again when it changed");
    write(NO_DRUMS);
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@3/no-drums"]);
    for wrong in [NO_DRUMS.replace("words", "wordz"), String::new(), "\u{0}".to_owned()] {
        write(&wrong);
        assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@3/no-drums"], "those from before: {wrong}");
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@3/no-drums"], "an empty folder is a mistake too");
    write(&NO_DRUMS.replace("version = 3", "version = 4"));
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@4/no-drums"], "put right, it counts");
}

#[tokio::test]
async fn a_metric_says_while_the_policies_on_disk_are_not_those_in_force() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder();
    let metrics = recorder.expect("nobody else counts in this process");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    let (bench, cut) = (bench_of(folder.path()), assembled(&draft(), "main", b"film"));
    let wrong = NO_DRUMS.replace("words", "wordz");
    for (text, ok, kept) in [(NO_DRUMS, 1, 0), (&wrong, 0, 1), (&wrong, 0, 1), (NO_DRUMS, 1, 1)] {
        std::fs::write(&file, text).unwrap();
        bench.screen(1, &cut, b"film").await;
        let page = metrics.render();
        assert!(page.contains(&format!("\nreelpress_policy_last_reload_successful {ok}\n")), "{page}");
        let line = format!("reelpress_policy_reloads_total{{outcome=\"kept\"}} {kept}");
        assert_eq!(page.contains(&line), kept > 0, "{page}");
    }
}

#[tokio::test]
async fn policies_that_never_were_right_stop_the_stage_with_every_mistake_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    let cut = assembled(&draft(), "main", b"film");
    let error = bench_of(&file).try_screen(1, &cut, b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "policy_read"));
    std::fs::write(&file, NO_DRUMS.replace("words", "wordz")).unwrap();
    let error = bench_of(&file).try_screen(1, &cut, b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "policy_wrong"));
    let ScreenError::Policy(problems) = error else { panic!() };
    assert!(
        problems.to_string().starts_with(&format!("{}:15:13: unknown field `wordz`", file.display())),
        "{problems}"
    );
}

#[tokio::test]
async fn a_change_of_settings_changes_the_policies() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    std::fs::write(&file, NO_DRUMS).unwrap();
    let bench = Bench::new();
    let cut = assembled(&draft(), "main", b"film");
    assert!(found(&bench.screen(1, &cut, b"film").await).is_empty());
    let mut changed = settings();
    changed.screen.policy = Some(file);
    bench.live.swap(Arc::new(changed));
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["house@3/no-drums"]);
}
