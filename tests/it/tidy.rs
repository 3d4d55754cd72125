//! The tree keeps its own rules: who may depend on whom, how long a file may be, which words stand nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use reelpress_config::{Environment, Settings};
use reelpress_core::events::MetricName;
use toml::Table;

const CORE: &str = "reelpress-core";
const CONFIG: &str = "reelpress-config";
const WORDS: &str = "reelpress-vocabulary";
const FARM: &str = "reelpress-device-farm";
const TEMPLATES: &str = "reelpress-templates";
const ENDPOINT: &str = "reelpress-endpoint";
const WEB: &str = "reelpress-web";
const MEDIA: &str = "reelpress-media";
const INDEX: &str = "reelpress-index";
const POLICY: &str = "reelpress-policy";
const QUALITY: &str = "reelpress-quality";
const PROVENANCE: &str = "reelpress-provenance";
const SAFETY: &str = "reelpress-safety";

/// Every crate, and which of our crates it may name. An arrow that is not here is a decision to be made, not a detail:
/// `tests -> daemon -> stages -> device-farm -> config -> core`.
const ARROWS: &[(&str, &[&str])] = &[
    (CORE, &[]),
    (CONFIG, &[CORE]),
    (WORDS, &[CORE, CONFIG]),
    (TEMPLATES, &[CORE, CONFIG]),
    ("reelpress-store", &[CORE]),
    // Pages and sign-in: it reaches the press through its own port.
    ("reelpress-console", &[CORE, CONFIG]),
    (FARM, &[CORE, CONFIG]),
    // Pages and feeds of others: polite, bounded, public addresses only.
    (WEB, &[CORE]),
    // On the endpoint: titles become vectors where the config asks for it.
    ("reelpress-trends", &[CORE, CONFIG, WORDS, ENDPOINT, WEB]),
    (ENDPOINT, &[CORE, CONFIG]),
    ("reelpress-script", &[CORE, CONFIG, WORDS, ENDPOINT, WEB]),
    ("reelpress-voice", &[CORE, CONFIG, WORDS, ENDPOINT]),
    // Not on assemble: it knows files and licences, nothing of what is in them.
    (MEDIA, &[CORE, CONFIG, WORDS, ENDPOINT]),
    ("reelpress-assemble", &[CORE, CONFIG, WORDS, TEMPLATES, MEDIA]),
    // On nothing: hashes and owners, whatever they stand for.
    (INDEX, &[]),
    // Not on assemble: the daemon hands it a reader of files.
    // Pixels, samples and words are handed in: it knows no decoder, no store and no index.
    ("reelpress-similar", &[]),
    ("reelpress-archive", &[INDEX, "reelpress-similar"]),
    // Text and facts in, findings out: no I/O but its own files of rules.
    (POLICY, &[CONFIG, WORDS]),
    // Knows what a cut was made of, and writes it into a finished file.
    (PROVENANCE, &[WORDS]),
    // Knows pixels and samples, and nothing of where they come from.
    (QUALITY, &[]),
    // Pictures and texts in, risks out: it knows no script and no verdict.
    (SAFETY, &[CORE, CONFIG, ENDPOINT, QUALITY]),
    (
        "reelpress-screen",
        &[CORE, CONFIG, WORDS, POLICY, QUALITY, SAFETY, TEMPLATES, "reelpress-similar", "reelpress-archive"],
    ),
    ("reelpress-review", &[CORE, CONFIG, WORDS]),
    ("reelpress-schedule", &[CORE, CONFIG, WORDS]),
    ("reelpress-deliver", &[CORE, CONFIG, WORDS, FARM]),
    ("reelpress-fuzz", &["reelpress-trends", WEB, CONFIG]),
    ("reelpress", &ANY),
    ("reelpress-benches", &ANY),
    ("reelpress-bench-trends", &["reelpress-trends", "reelpress-figures", CONFIG, WORDS, CORE]),
    // Measures on cuts that the press really paints.
    (
        "reelpress-bench-similar",
        &[
            INDEX,
            "reelpress-figures",
            "reelpress-similar",
            "reelpress-archive",
            "reelpress-assemble",
            TEMPLATES,
            WORDS,
            CONFIG,
        ],
    ),
    ("reelpress-figures", &[]),
    ("reelpress-tests", &ANY),
];

/// At the end of the line: wires all others.
const ANY: [&str; 27] = [
    "reelpress-figures",
    "reelpress",
    CORE,
    CONFIG,
    WORDS,
    TEMPLATES,
    ENDPOINT,
    WEB,
    MEDIA,
    POLICY,
    FARM,
    INDEX,
    QUALITY,
    PROVENANCE,
    SAFETY,
    "reelpress-store",
    "reelpress-console",
    "reelpress-trends",
    "reelpress-script",
    "reelpress-voice",
    "reelpress-assemble",
    "reelpress-screen",
    "reelpress-similar",
    "reelpress-archive",
    "reelpress-review",
    "reelpress-schedule",
    "reelpress-deliver",
];

/// Parts of others that one crate of ours alone ships with, so that they can be changed in one place.
const OWNED: &[(&str, &[&str])] = &[
    ("ffmpeg-next", &["reelpress-assemble"]),
    ("cosmic-text", &["reelpress-assemble"]),
    ("async-openai", &[ENDPOINT]),
    ("encoding_rs", &[WEB]),
    ("c2pa", &[PROVENANCE]),
    ("feed-rs", &["reelpress-trends"]),
    ("sled", &["reelpress-store"]),
    ("object_store", &["reelpress-store", MEDIA]),
    ("rusty-chromaprint", &["reelpress-similar"]),
    ("metrics-exporter-prometheus", &["reelpress", "reelpress-benches"]),
    ("notify", &["reelpress"]),
    // The endpoint's only behind its feature `testing`.
    ("axum", &["reelpress", "reelpress-console", ENDPOINT]),
];

/// Longest file without its tests, in lines.
const LONGEST: usize = 450;
/// Longest file of tests, in lines.
const LONGEST_TESTS: usize = 600;
/// Files that may be longer, each with the reason.
const LONGER: &[(&str, &str)] = &[];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

/// Every text file of the tree, by its path from the root with `/`.
fn tree() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", ".git", "out", "data", "outbox"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    assert!(files.contains_key("Cargo.toml") && files.contains_key("tests/it/tidy.rs"), "this is the tree");
    files
}

fn rust(files: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|extension| extension == "rs"))
}

/// True for what does not ship: tests, and what runs at a desk or in a build.
fn is_for_tests(path: &str) -> bool {
    let part = |wanted: &str| Path::new(path).components().any(|part| part.as_os_str() == wanted);
    let named = part("fuzz.rs")
        || part("golden.rs")
        || part("zones.rs")
        || part("measure.rs")
        || part("samples.rs") && part("source");
    named
        || part("tests")
        || part("tests.rs")
        || part("testing.rs")
        || part("examples")
        || part("benches")
        || part("build.rs")
}

/// A file's lines up to its own tests, numbered from 1.
fn product(text: &str) -> Vec<(usize, &str)> {
    let numbered: Vec<(usize, &str)> = text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
    let tests = numbered.windows(2).position(|two| two[0].1 == "#[cfg(test)]" && two[1].1.starts_with("mod tests {"));
    numbered[..tests.unwrap_or(numbered.len())].to_vec()
}

fn manifests(files: &BTreeMap<String, String>) -> Vec<(String, Table)> {
    let members = files.iter().filter(|(path, _)| path.ends_with("/Cargo.toml"));
    members.map(|(path, text)| (path.clone(), text.parse::<Table>().unwrap())).collect()
}

fn name(manifest: &Table) -> &str {
    manifest["package"]["name"].as_str().unwrap()
}

/// What a crate ships with.
const SHIPPED: &[&str] = &["dependencies"];
/// What a crate depends on, in its tests and build script too.
const ALL: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

fn dependencies<'a>(manifest: &'a Table, kinds: &[&str]) -> BTreeSet<&'a str> {
    let tables = kinds.iter().filter_map(|kind| manifest.get(*kind)?.as_table());
    tables.flat_map(|table| table.keys().map(String::as_str)).collect()
}

#[track_caller]
fn assert_none(rule: &str, found: &[String]) {
    let list = found.iter().fold(String::new(), |mut list, one| {
        writeln!(list, "  {one}").unwrap();
        list
    });
    assert!(found.is_empty(), "{rule}:\n{list}");
}

#[test]
fn every_crate_inherits_the_lints_and_edition_of_the_workspace() {
    let files = tree();
    let mut found = Vec::new();
    for (path, manifest) in manifests(&files) {
        let inherits = |table: Option<&toml::Value>| {
            table.and_then(|table| table.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
        };
        if !inherits(manifest.get("lints")) {
            found.push(format!("{path}: no `[lints] workspace = true`"));
        }
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            if !inherits(manifest["package"].get(key)) {
                found.push(format!("{path}: `{key}` is not the workspace's"));
            }
        }
    }
    assert_none("crates inherit what is the same for all", &found);
}

#[test]
fn crates_depend_on_each_other_only_along_the_arrows() {
    let files = tree();
    let manifests = manifests(&files);
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut found = Vec::new();
    for (path, manifest) in &manifests {
        let Some(allowed) = arrows.get(name(manifest)) else {
            found.push(format!("{path}: {} is not in the table of arrows", name(manifest)));
            continue;
        };
        let ours = dependencies(manifest, ALL).into_iter().filter(|one| arrows.contains_key(one));
        for wrong in ours.filter(|one| !allowed.contains(one)) {
            found.push(format!("{} -> {wrong}", name(manifest)));
        }
    }
    let there: BTreeSet<&str> = manifests.iter().map(|(_, manifest)| name(manifest)).collect();
    found.extend(arrows.keys().filter(|one| !there.contains(*one)).map(|one| format!("{one} is in the table only")));
    assert_none("arrows point one way", &found);
}

#[test]
fn each_part_of_others_has_one_owner() {
    let files = tree();
    let mut found = Vec::new();
    for (_, manifest) in manifests(&files) {
        for (part, owners) in OWNED {
            if dependencies(&manifest, SHIPPED).contains(part) && !owners.contains(&name(&manifest)) {
                found.push(format!("{} -> {part}, which belongs to {}", name(&manifest), owners.join(", ")));
            }
        }
    }
    // What speaks to adb's server begins its requests like this; what starts a program names `Command`.
    for (path, text) in rust(&files).filter(|(path, _)| !is_for_tests(path)) {
        for (number, line) in product(text) {
            let adb = ["\"host:", "\"host-", "\"sync:", "\"shell,"].iter().any(|word| line.contains(word));
            if adb && !path.starts_with("device-farm/") {
                found.push(format!("{path}:{number}: speaks adb, which belongs to device-farm"));
            }
            if line.contains(concat!("process::", "Command")) || line.contains(concat!("Command", "::new(")) {
                found.push(format!("{path}:{number}: starts a program"));
            }
        }
    }
    assert_none("one owner each", &found);
}

#[test]
fn files_stay_short_enough_to_read() {
    let files = tree();
    let longer: BTreeMap<&str, &str> = LONGER.iter().copied().collect();
    let mut found = Vec::new();
    for (path, text) in rust(&files) {
        let (lines, limit) =
            if is_for_tests(path) { (text.lines().count(), LONGEST_TESTS) } else { (product(text).len(), LONGEST) };
        if lines > limit && !longer.contains_key(path.as_str()) {
            found.push(format!("{path}: {lines} lines, more than {limit}"));
        }
    }
    found.extend(longer.keys().filter(|path| !files.contains_key(**path)).map(|path| format!("{path} is gone")));
    assert_none("short files", &found);
}

#[test]
fn words_that_stand_nowhere() {
    /// What is not written, and why. Split, so that this file does not break its own rule.
    const NOWHERE: &[(&str, &str)] = &[
        (concat!("todo", "!("), "finish it"),
        (concat!("unimplemented", "!("), "finish it"),
        (concat!("#[al", "low("), "`expect` says when it is no longer needed"),
        (concat!("#![al", "low("), "`expect` says when it is no longer needed"),
        (concat!("unbounded", "_channel"), "every queue has a depth"),
        (concat!("crossbeam_channel::", "unbounded"), "every queue has a depth"),
    ];
    let files = tree();
    let mut found = Vec::new();
    for (path, text) in rust(&files) {
        if Path::new(path).file_name().is_some_and(|name| name == "mod.rs") {
            found.push(format!("{path}: a module's file has the module's name"));
        }
        for (number, line) in text.lines().enumerate() {
            let wrong = NOWHERE.iter().filter(|(word, _)| line.contains(word));
            found.extend(wrong.map(|(word, why)| format!("{path}:{}: `{word}`: {why}", number + 1)));
        }
    }
    assert_none("words that stand nowhere", &found);
}

#[test]
fn what_is_left_to_do_has_an_issue() {
    const MARK: &str = concat!("TO", "DO");
    let has_number = |rest: &str| {
        let digits = rest.strip_prefix("(#").map(|rest| rest.chars().take_while(char::is_ascii_digit).count());
        digits.is_some_and(|digits| digits > 0)
    };
    let mut found = Vec::new();
    for (path, text) in tree().iter().filter(|(path, _)| *path != "Cargo.lock") {
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices(MARK).filter(|(at, _)| !has_number(&line[at + MARK.len()..])) {
                found.push(format!("{path}:{}:{}: write {MARK}(#number)", number + 1, at + 1));
            }
        }
    }
    assert_none("nothing is left to do without an issue", &found);
}

#[test]
fn product_code_does_not_unwrap() {
    let files = tree();
    let mut found = Vec::new();
    for (path, text) in rust(&files).filter(|(path, _)| !is_for_tests(path)) {
        let wrong = product(text).into_iter().filter(|(_, line)| {
            let code = line.trim_start();
            !code.starts_with("//") && [".unwrap()", ".unwrap_err()"].iter().any(|word| code.contains(word))
        });
        found.extend(wrong.map(|(number, line)| format!("{path}:{number}: {}", line.trim())));
    }
    assert_none("an error is handled, or `expect` says why there is none", &found);
}

#[test]
fn the_runtime_makes_queues_in_one_place() {
    let files = tree();
    let core = rust(&files).filter(|(path, _)| path.starts_with("pipeline/core/src/") && !is_for_tests(path));
    let made = core.flat_map(|(path, text)| {
        let made = product(text).into_iter().filter(|(_, line)| line.contains("mpsc::channel"));
        made.map(|(_, line)| format!("{path}: {}", line.trim())).collect::<Vec<_>>()
    });
    assert_eq!(
        made.collect::<Vec<_>>(),
        ["pipeline/core/src/edge.rs: let (sender, receiver) = mpsc::channel(depth);"],
        "a queue between stages is an edge: bounded, metered, with a place reserved before the work"
    );
}

/// Has every variable and file that a config names.
struct Everything;

impl Environment for Everything {
    fn variable(&self, name: &str) -> io::Result<Option<String>> {
        Ok(Some(format!("value-of-{name}")))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(path.display().to_string().into_bytes())
    }
}

#[test]
fn every_config_in_the_tree_is_without_a_mistake() {
    let files = tree();
    let configs: Vec<&String> = files
        .keys()
        .filter(|path| *path == "config/reelpress.toml" || path.starts_with("config/examples/"))
        .filter(|path| Path::new(path).extension().is_some_and(|extension| extension == "toml"))
        .collect();
    assert!(configs.len() >= 2, "{configs:?}");
    let mut found = Vec::new();
    for path in configs {
        if let Err(problems) = Settings::parse(path, &root().join("config"), &files[path], &Everything) {
            found.push(problems.to_string());
        }
    }
    assert_none("configs that ship are right", &found);
}

#[test]
fn the_metrics_page_names_every_metric_and_no_other() {
    let files = tree();
    let rows = files["pipeline/METRICS.md"].lines().filter_map(|line| line.strip_prefix("| `"));
    let page: Vec<&str> = rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name).collect();
    let code: Vec<&str> = MetricName::ALL.iter().map(|metric| metric.as_str()).collect();
    assert_eq!(page, code, "`make metrics-page` writes it anew");
}

#[test]
fn nothing_but_ci_knows_what_lies_beside_the_project() {
    const BESIDE: &str = concat!("../", "shared");
    let named = tree().into_iter().filter(|(_, text)| text.contains(BESIDE)).map(|(path, _)| path);
    assert_eq!(named.collect::<Vec<_>>(), [".ci/run"]);
}
