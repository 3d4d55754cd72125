//! The harness itself: it runs, and keeps what other runs wrote.

use std::process::Command;

use serde_json::{Value, json};

#[test]
fn a_quick_run_adds_its_figures_to_those_that_are_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bench.json");
    let other = json!({ "value": 1.5, "unit": "x", "budget": 2.0 });
    std::fs::write(&file, json!({ "other.figure": other }).to_string()).expect("our own folder");
    let harness = env!("CARGO_BIN_EXE_reelpress-benches");
    let run = Command::new(harness).args(["--only", "runtime", "--quick", "--out"]).arg(&file).output();
    let run = run.expect("it can be started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let table = String::from_utf8(run.stdout).expect("text");
    assert!(table.contains("runtime.items_per_second") && table.contains("at least 20000"), "{table}");
    let all: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    assert_eq!(all["other.figure"], other);
    assert_eq!(all["runtime.items_per_second"]["budget"], 20_000.0);
    assert!(all["runtime.items_per_second"]["value"].as_f64().is_some_and(|rate| rate > 0.0), "{all}");
    assert_eq!(all["runtime.journal_records_per_second"].get("budget"), None);
}

#[test]
fn a_quick_run_presses_the_bench_cut_and_measures_every_figure_of_the_engine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bench.json");
    let harness = env!("CARGO_BIN_EXE_reelpress-benches");
    let run = Command::new(harness).args(["--only", "assemble", "--quick", "--out"]).arg(&file).output();
    let run = run.expect("it can be started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let all: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    let value = |name: &str| all[name]["value"].as_f64().unwrap_or_else(|| panic!("no {name} in {all}"));
    assert!(value("assemble.cold_ratio") > 1.0 && value("assemble.two_core_ratio") > 0.0);
    let (one, call) = (value("assemble.one_of_six_ratio"), value("assemble.cta_of_twelve_ratio"));
    assert!(one > 0.0 && one < 0.9 && call > 0.0 && call < 0.9, "what did not change was made again: {one} {call}");
    assert!(value("assemble.ssim") > 0.9 && value("assemble.worker_peak_mb") > 1.0);
}

#[test]
fn a_file_that_holds_something_else_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("notes.json");
    std::fs::write(&file, "my notes").expect("our own folder");
    let harness = env!("CARGO_BIN_EXE_reelpress-benches");
    let run = Command::new(harness).args(["--only", "runtime", "--quick", "--out"]).arg(&file).output();
    let run = run.expect("it can be started");
    assert!(!run.status.success());
    assert!(String::from_utf8_lossy(&run.stderr).contains("holds no figures"));
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "my notes");
}
