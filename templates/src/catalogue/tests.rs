use super::*;

fn load(folder: &Path) -> String {
    TemplateLibrary::load(Some(folder)).map_or_else(|found| found.to_string(), |_| "clean".to_owned())
}

#[test]
fn every_built_in_template_reads_without_a_finding() {
    let library = TemplateLibrary::load(None).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(library.names().eq(built_in()));
    for name in built_in() {
        let template = library.get(name).unwrap();
        assert_eq!(template.name, name);
        assert_eq!(template.labels.ai("de-AT"), "KI-generiert");
        assert!(!template.labels.kicker("uk").is_empty(), "{name}");
    }
    assert!(library.get("no-such-template").is_none());
}

#[test]
fn built_in_templates_do_not_look_alike() {
    let library = TemplateLibrary::load(None).unwrap();
    let palettes: std::collections::BTreeSet<_> = library
        .names()
        .map(|name| library.get(name).unwrap().palette)
        .map(|palette| (palette.base, palette.accent))
        .collect();
    assert_eq!(palettes.len(), built_in().count());
}

#[test]
fn a_folder_adds_templates_and_replaces_those_of_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let mine = built_in_text("quote").unwrap().replace("tempo_bpm = 66.0", "tempo_bpm = 60.0");
    for name in ["quote", "house"] {
        fs::write(folder.path().join(name).with_extension("toml"), &mine).unwrap();
    }
    fs::write(folder.path().join("notes.txt"), "not a template").unwrap();
    let library = TemplateLibrary::load(Some(folder.path())).unwrap();
    assert_eq!(library.names().count(), built_in().count() + 1);
    for name in ["quote", "house"] {
        assert!((library.get(name).unwrap().music.tempo_bpm - 60.0).abs() < f32::EPSILON);
    }
    assert_eq!(check_folder(folder.path()), Ok(2));
    assert_eq!(library.clip("a/b.mp4"), Some(folder.path().join("a/b.mp4")));
    assert_eq!(library.clip("../b.mp4"), None);
}

#[test]
fn problems_of_all_files_of_a_folder_come_together() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "captions = 1").unwrap();
    fs::write(folder.path().join("B c.toml"), built_in_text("quote").unwrap()).unwrap();
    fs::write(folder.path().join("d.toml"), [0xFF, 0xFE]).unwrap();
    fs::write(folder.path().join("e.toml"), "#".repeat(300 * 1024)).unwrap();
    let text = load(folder.path());
    for expected in [
        "B c.toml: the file's name `B c` is not",
        "a.toml:1:1: `description` is missing",
        "`captions` must be a table, not 1",
        "d.toml: could not read the file: ",
        "e.toml: the file has 307200 bytes, more than 262144",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    assert!(load(&folder.path().join("gone")).contains("gone: could not list the folder: "));
}

#[test]
fn a_clip_that_is_not_there_or_lies_outside_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let with = |file: &str| {
        let layer = format!(
            "[[layers]]\nname = \"rain\"\nkind = \"video\"\nfile = \"{file}\"\nplace = [0.0, 0.0, 0.5, 0.5]\n\n[captions]"
        );
        fs::write(inner.join("wet.toml"), built_in_text("statistic").unwrap().replace("[captions]", &layer)).unwrap();
        load(&inner)
    };
    assert!(with("rain.mp4").contains("the clip \"rain.mp4\" of layer \"rain\" is not a file in the folder"));
    assert!(with("../rain.mp4").contains("must be a path below the template's own folder"));
    fs::write(folder.path().join("secret.mp4"), "x").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret.mp4"), inner.join("link.mp4")).unwrap();
    assert!(with("link.mp4").contains("is not a file in the folder"));
}

#[test]
fn a_template_says_what_it_holds_for_memo_keys() {
    let library = TemplateLibrary::load(None).unwrap();
    for name in built_in() {
        let text = toml::to_string(library.get(name).unwrap().as_ref()).unwrap();
        assert!(text.contains("tempo_bpm") && text.contains("base = \"#"), "{text}");
    }
}
