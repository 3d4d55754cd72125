use std::sync::Arc;

use reelpress_core::testing::MemoryNotes;
use reelpress_core::{Fault, Remedy};

use super::{Bench, assembled, draft, found, good_facts, settings};
use crate::{Policy, ScreenError};

fn problems(text: &str) -> String {
    Policy::parse("policy.toml", text).expect_err("the policy is wrong").to_string()
}

#[test]
fn every_problem_is_named_with_its_place() {
    insta::assert_snapshot!(problems(r#"
version = 2
[[rules]]
id = "a b"
severity = "hold"
fields = []
message = " "
source = "ftp://x"
[[rules]]
id = "twice"
severity = "note"
fields = ["caption"]
languages = ["english"]
words = ["fine", ""]
patterns = ['(', 'x*', '(?:a{1000}){1000}']
message = "m"
[[rules]]
id = "twice"
severity = "note"
fields = ["caption"]
words = ["x"]
message = "m"
"#), @r"
    policy.toml:2:11: policy version 2 is not known (this program reads version 1)
    policy.toml:3:1: rule `a b` has neither `words` nor `patterns`
    policy.toml:4:6: rule id `a b` is not 1 to 64 letters, digits, `.`, `_` or `-`
    policy.toml:6:10: rule `a b` looks at no field
    policy.toml:7:11: rule `a b` has no message
    policy.toml:8:10: source `ftp://x` is not an http or https link
    policy.toml:13:14: `english` is not an ISO 639-1 code, such as `en`
    policy.toml:14:18: pattern or word must have 1 to 500 characters
    policy.toml:15:13: pattern `(` cannot be used: error: unclosed group
    policy.toml:15:18: pattern `x*` matches the empty text, so it would find everything
    policy.toml:15:24: pattern `(?:a{1000}){1000}` cannot be used: it needs more than 1048576 bytes
    policy.toml:18:6: rule id `twice` is used twice
    ");
}

#[test]
fn a_file_of_another_shape_is_refused_at_its_line() {
    let unknown_key = problems("version = 1\n[[rules]]\nid = \"x\"\nweight = 3\n");
    assert!(unknown_key.starts_with("policy.toml:4:1: unknown field `weight`"), "{unknown_key}");
    let unknown_word = problems("version = 1\n[[rules]]\nid = \"x\"\nseverity = \"fatal\"\n");
    assert!(unknown_word.starts_with("policy.toml:4:12: unknown variant `fatal`"), "{unknown_word}");
    assert!(problems("version = 1\n\n[[rules]\n").starts_with("policy.toml:3:"));
    assert!(problems("").contains("missing field `version`"));
}

const NO_DRUMS: &str = r#"
version = 1
[[rules]]
id = "no.drums"
severity = "hold"
fields = ["narration"]
words = ["drum"]
message = "no drums"
"#;

#[tokio::test]
async fn a_policy_file_stands_in_for_the_built_in_one_and_is_read_again_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, NO_DRUMS).unwrap();
    let mut settings = settings();
    settings.screen.policy = Some(path.clone());
    let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), || Ok(good_facts()));
    let cut = assembled(&draft(), "main", b"film");
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["no.drums"]);
    std::fs::write(&path, NO_DRUMS.replace("drum\"", "tuba\"")).unwrap();
    assert!(found(&bench.screen(1, &cut, b"film").await).is_empty());
    std::fs::write(&path, NO_DRUMS.replace("words", "wordz")).unwrap();
    let error = bench.try_screen(1, &cut, b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "policy_wrong"));
    let ScreenError::Policy(problems) = error else { panic!() };
    assert!(problems.to_string().starts_with(&format!("{}:7:1: unknown field `wordz`", path.display())), "{problems}");
    std::fs::write(&path, b"version = 1 # \xff").unwrap();
    assert_eq!(bench.try_screen(1, &cut, b"film").await.unwrap_err().kind(), "policy_wrong");
    std::fs::remove_file(&path).unwrap();
    let error = bench.try_screen(1, &cut, b"film").await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::StopStage, "policy_read"));
    std::fs::write(&path, NO_DRUMS).unwrap();
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["no.drums"], "put right, it goes on");
}

#[tokio::test]
async fn a_change_of_settings_changes_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, NO_DRUMS).unwrap();
    let bench = Bench::new();
    let cut = assembled(&draft(), "main", b"film");
    assert!(found(&bench.screen(1, &cut, b"film").await).is_empty());
    let mut changed = settings();
    changed.screen.policy = Some(path);
    bench.live.swap(Arc::new(changed));
    assert_eq!(found(&bench.screen(1, &cut, b"film").await), ["no.drums"]);
}
