use reelpress_vocabulary::Commercial;

use super::*;

const SCRIPT: &str = r#"
title = "Why bridges hum"
caption = "A short look at humming bridges."
[hook]
narration = "Some bridges hum."
[[scenes]]
narration = "Cables swing."
[call_to_action]
narration = "Follow along."
"#;

fn given(name: &str, text: &str) -> anyhow::Result<Given> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    read_given(&file)
}

#[test]
fn a_script_may_say_who_gains_from_it_in_either_format() {
    assert_eq!(given("a.toml", SCRIPT).unwrap().declared, Declared::default());
    let toml =
        format!("{SCRIPT}[declared]\nregions = [\"de\"]\n[declared.commercial]\nkind = \"gift\"\nbrand = \"Acme\"\n");
    let from_toml = given("a.toml", &toml).unwrap();
    assert_eq!(from_toml.declared.kind(), Some(Commercial::Gift));
    assert_eq!((from_toml.declared.regions.as_slice(), from_toml.draft.scenes.len()), (&["de".to_owned()][..], 1));
    let value: serde_json::Value = toml::from_str(&toml).unwrap();
    let from_json = given("a.json", &value.to_string()).unwrap();
    assert_eq!((from_json.draft, from_json.declared), (from_toml.draft, from_toml.declared));
}

#[test]
fn what_cannot_be_declared_is_refused_by_name() {
    for (line, told) in [("gain = \"much\"", "unknown field `gain`"), ("regions = 5", "expected a sequence")] {
        let error = given("a.toml", &format!("{SCRIPT}[declared]\n{line}\n")).err().unwrap().to_string();
        assert!(error.contains("`declared`") && error.contains(told), "{error}");
    }
    let error = given("a.toml", &format!("{SCRIPT}[declare]\n")).err().unwrap().to_string();
    assert!(error.contains("unknown field `declare`"), "{error}");
}
