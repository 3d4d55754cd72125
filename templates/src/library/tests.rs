use std::fs;
use std::path::Path;

use super::*;

fn problems_of(edit: impl Fn(&str) -> String) -> String {
    let text = edit(BUILT_IN[0]);
    shape::parse(Path::new("news.toml"), "news", &text)
        .map_or_else(|found| TemplateProblems(found).to_string(), |look| format!("no problem with `{}`", look.name))
}

#[test]
fn the_built_in_looks_load_under_their_names() {
    let library = TemplateLibrary::load(None).unwrap();
    let mut expected = DEFAULT_LOOKS.to_vec();
    expected.sort_unstable();
    assert_eq!(library.names().collect::<Vec<_>>(), expected);
    for name in DEFAULT_LOOKS {
        assert_eq!(library.get(name).unwrap().name, name);
    }
    assert!(library.get("no-such-look").is_none());
}

#[test]
fn each_built_in_look_labels_what_a_machine_made_in_any_language() {
    let library = TemplateLibrary::load(None).unwrap();
    for name in DEFAULT_LOOKS {
        let labels = &library.get(name).unwrap().labels;
        assert_eq!(labels.ai("en"), "AI-generated");
        assert_eq!(labels.ai("de-AT"), "KI-generiert");
        assert_eq!(labels.ai("xx"), "AI-generated");
    }
}

#[test]
fn every_problem_of_a_file_is_told_with_its_place() {
    let found = problems_of(|text| {
        text.replace("base = \"#0A1428\"", "base = \"navy\"")
            .replace("zoom_to = 1.12", "zoom_to = 4")
            .replace("kind = \"bands\"", "kind = \"lava\"")
            .replace("words = 4\n", "")
            .replace("pop = 0.06", "pop = \"much\"\nwobble = true")
            .replace("mode = \"minor\"", "mode = 7")
    });
    insta::assert_snapshot!(found, @r##"
    news.toml:6:8: `palette.base` must be a colour such as `"#1A2B3C"`, not "navy"
    news.toml:22:8: `background.kind` must be one of `light`, `bands`, `rays`, `paper`, `hills`, not "lava"
    news.toml:27:11: `motion.zoom_to` must be a number from 1 to 1.25, not 4
    news.toml:31:1: `caption.words` is missing
    news.toml:38:7: `caption.pop` must be a number from 0 to 0.2, not "much"
    news.toml:39:1: `caption.wobble` is not a key here (known: backing, capitals, highlight, highlight_colour, pop, position, size, words)
    news.toml:85:8: `music.mode` must be one of `minor`, `major`, not 7
    "##);
}

#[test]
fn text_that_cannot_be_read_is_refused() {
    let found = problems_of(|text| text.replace("ink = \"#FFFFFF\"", "ink = \"#22304A\""));
    insta::assert_snapshot!(found, @"news.toml:9:7: `palette.ink` #22304A has a contrast of 1.4:1 against `palette.base` #0A1428, less than 4.5:1");
}

#[test]
fn a_look_without_an_ai_label_is_refused() {
    let found = problems_of(|text| text.replace("en = \"AI-generated\"", "en = \"\""));
    assert!(found.contains("`labels.ai.en` must be text of 2 to 32 characters"), "{found}");
    let found = problems_of(|text| text.replace("en = \"AI-generated\"\n", ""));
    assert!(found.contains("`labels.ai.en` is missing"), "{found}");
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let found = problems_of(|text| text.replace("[palette]", "[palette"));
    assert!(found.starts_with("news.toml:5:9: "), "{found}");
}

#[test]
fn a_folder_adds_looks_and_replaces_those_of_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let mine = BUILT_IN[1].replace("tempo_bpm = 92", "tempo_bpm = 60");
    fs::write(folder.path().join("explainer.toml"), &mine).unwrap();
    fs::write(folder.path().join("house.toml"), &mine).unwrap();
    fs::write(folder.path().join("notes.txt"), "not a look").unwrap();
    let library = TemplateLibrary::load(Some(folder.path())).unwrap();
    assert_eq!(library.names().count(), DEFAULT_LOOKS.len() + 1);
    for name in ["explainer", "house"] {
        assert!((library.get(name).unwrap().music.tempo_bpm - 60.0).abs() < f32::EPSILON);
    }
}

#[test]
fn problems_of_all_files_of_a_folder_come_together() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "progress = 1").unwrap();
    fs::write(folder.path().join("B c.toml"), BUILT_IN[0]).unwrap();
    fs::write(folder.path().join("d.toml"), [0xFF, 0xFE]).unwrap();
    fs::write(folder.path().join("e.toml"), "#".repeat(300 * 1024)).unwrap();
    let text = TemplateLibrary::load(Some(folder.path())).unwrap_err().to_string();
    for expected in [
        "B c.toml: the file's name `B c` is not",
        "a.toml:1:12: `progress` must be one of",
        "a.toml:1:1: `palette` is missing",
        "d.toml: could not read the file: ",
        "e.toml: the file has 307200 bytes, more than 262144",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    let missing = TemplateLibrary::load(Some(&folder.path().join("gone"))).unwrap_err().to_string();
    assert!(missing.contains("gone: could not list the folder: "), "{missing}");
}

#[test]
fn a_look_says_what_it_holds_for_memo_keys() {
    #[derive(serde::Serialize)]
    struct Key<'a>(&'a Look);
    let library = TemplateLibrary::load(None).unwrap();
    let texts: std::collections::BTreeSet<String> =
        DEFAULT_LOOKS.iter().map(|name| toml::to_string(&Key(library.get(name).unwrap())).unwrap()).collect();
    assert_eq!(texts.len(), DEFAULT_LOOKS.len());
    assert!(texts.iter().all(|text| text.contains("tempo_bpm") && text.contains("base = \"#")));
}

proptest::proptest! {
    /// Whatever is written into a file: an answer, never a panic.
    #[test]
    fn any_text_is_answered(text in "[a-z\\[\\]=\"#0-9. \\n]{0,200}") {
        shape::parse(Path::new("x.toml"), "x", &text).unwrap_err();
    }
}
