use super::*;
use crate::facts::Fact;
use crate::subject::Subject;
use crate::{LoadError, Policies, test_cases};

fn policies(text: &str) -> Result<Policies, PolicyProblems> {
    Policies::parse(&[("p.toml".to_owned(), text.to_owned())])
}

fn problems(text: &str) -> String {
    policies(text).expect_err("the pack is wrong").to_string()
}

const HEAD: &str = "[pack]\nname = \"p\"\nversion = 1\ntitle = \"t\"\nread = \"2026-11-21\"\n";

fn rule(trigger: &str) -> String {
    format!(
        "{HEAD}[[rules]]\nid = \"r\"\ntitle = \"t\"\nsource = \"own\"\naction = \"hold\"\nwhat = \"w\"\ndo = \"d\"\ntrigger = {trigger}\n"
    )
}

fn finds(trigger: &str, subject: &Subject) -> Option<bool> {
    let judgement = policies(&rule(trigger)).unwrap().judge(subject);
    match (judgement.findings.len(), judgement.unchecked.len()) {
        (1, 0) => Some(true),
        (0, 0) => Some(false),
        _ => None,
    }
}

fn caption(text: &str) -> Subject {
    Subject::of_text(Field::Caption, text, Some("en"))
}

#[test]
fn every_mistake_is_named_with_its_place() {
    insta::assert_snapshot!(problems(r#"
[pack]
name = "Other"
version = 0
title = "t"
read = "yesterday"
[lists]
drums = ["drum"]
[[rules]]
id = "a b"
title = " "
source = "http://x"
action = "hold"
what = "w"
do = "d"
languages = ["english"]
trigger = { words = ["$drum", "", "..."], patterns = ['(', 'x*', 'é', 'A', '(?:a{1000}){1000}'] }
finds = ["no language"]
[[rules]]
id = "twice"
title = "t"
source = "own"
action = "note"
what = "w"
do = "d"
trigger = { any = [{ fact = "comercial", is = "none" }, { fact = "commercial", is = "barter" }, { words = ["a"], fact = "ai_made" }, { measure = "bytes" }] }
[[rules]]
id = "twice"
title = "t"
source = "own"
action = "note"
what = "w"
do = "d"
trigger = { sequence = [["a"]] }
"#), @r#"
    p.toml:3:8: pack's name `Other` is not 1 to 40 of a-z, 0-9 and `-`
    p.toml:4:11: pack's version is 0 (the first one is 1)
    p.toml:6:8: `yesterday` is no day (the day on which the sources were read, as "2026-11-21")
    p.toml:10:6: rule's name `a b` is not 1 to 40 of a-z, 0-9 and `-`
    p.toml:11:9: rule `a b` has an empty `title`
    p.toml:12:10: source `http://x` is not an https link (or `own` for a rule of the house)
    p.toml:16:14: `english` is not a code of two small letters (`de` for a language or a country, `eu` for the union)
    p.toml:17:22: there is no list `drum` in [lists] (did you mean `$drums`?)
    p.toml:17:31: phrase or pattern has 0 characters, not 1 to 500
    p.toml:17:35: `...` holds no word
    p.toml:17:55: pattern `(` cannot be used: error: unclosed group
    p.toml:17:60: pattern `x*` matches the empty text, so it would find everything
    p.toml:17:66: pattern `é` holds `é`, but texts are matched without accents
    p.toml:17:71: pattern `A` holds a capital, but texts are matched in lower case
    p.toml:17:76: pattern `(?:a{1000}){1000}` cannot be used: it needs more than 1048576 bytes
    p.toml:18:10: case `no language` does not begin with its language, such as `en: `
    p.toml:26:29: there is no fact `comercial` (did you mean `commercial`?)
    p.toml:26:85: fact `commercial` must be one of none, own-brand, paid-partnership, gift, affiliate, not `barter`
    p.toml:26:97: a trigger must be of exactly one kind (any, all, not, words, patterns, sequence, measure, repeats, personal, media or fact)
    p.toml:26:134: a measure needs a limit (`above` or `below`)
    p.toml:28:6: rule `twice` is there twice
    p.toml:34:11: a sequence has 1 lists, not 2 to 5
    "#);
}

#[test]
fn a_file_of_another_shape_is_refused_at_its_line() {
    let unknown_key = problems(&rule("{ wordz = [\"a\"] }"));
    assert!(unknown_key.starts_with("p.toml:13:13: unknown field `wordz`"), "{unknown_key}");
    let unknown_word = problems(&rule("{ words = [\"a\"] }").replace("\"hold\"", "\"fatal\""));
    assert!(unknown_word.starts_with("p.toml:10:10: unknown variant `fatal`"), "{unknown_word}");
    assert!(problems("[pack\n").starts_with("p.toml:1:"));
    assert!(problems("").contains("missing field `pack`"));
}

#[test]
fn words_are_whole_words_in_any_dress() {
    let words =
        "{ words = { any = [\"free shipping\"], en = [\"bomb*\"], de = [\"*krebs\"] }, unless = [\"bath bomb*\"] }";
    for (text, found) in [
        ("FREE-shipping today", true),
        ("free, shipping", true),
        ("carefree shipping", false),
        ("free. Shipping", false),
        ("bombs away", true),
        ("aplomb", false),
        ("a bath bomb", false),
        ("a bath bomb and a bomb", true),
        ("Brustkrebs", false),
        ("#bomb", true),
    ] {
        assert_eq!(finds(words, &caption(text)), Some(found), "{text}");
    }
    assert_eq!(finds(words, &Subject::of_text(Field::Caption, "Brustkrebs", Some("de"))), Some(true));
    assert_eq!(finds(words, &Subject::of_text(Field::Caption, "Brustkrebs", None)), Some(true), "any language counts");
}

#[test]
fn scripts_without_blanks_are_searched_within_a_line() {
    for (text, found) in [("这是广告内容", true), ("นี่คือโฆษณานะ", true), ("这是内容", false)]
    {
        assert_eq!(finds("{ words = [\"广告\", \"โฆษณา\"] }", &caption(text)), Some(found), "{text}");
    }
}

#[test]
fn accents_tell_words_apart_only_where_the_rule_says_so() {
    assert_eq!(finds("{ words = [\"mátate\"] }", &caption("matate ya")), Some(true));
    assert_eq!(finds("{ words = [\"ano\"], exact = true }", &caption("un año")), Some(false));
    assert_eq!(finds("{ words = [\"schwul\"], unless = [\"schwül\"] }", &caption("ein schwüler, schwül")), Some(false));
    assert_eq!(finds("{ words = [\"shit\"] }", &caption("sh1t")), Some(false));
    assert_eq!(finds("{ words = [\"shit\"], disguised = true }", &caption("sh1t")), Some(true));
}

#[test]
fn a_sequence_is_one_thing_after_another_in_one_sentence() {
    let sequence = "{ sequence = [[\"cures\"], [\"cancer\"]], within = 2 }";
    for (text, found) in [
        ("it cures cancer", true),
        ("cures all kinds of cancer", false),
        ("cures your own cancer", true),
        ("cancer cures", false),
        ("It cures. Cancer is hard", false),
    ] {
        assert_eq!(finds(sequence, &caption(text)), Some(found), "{text}");
    }
}

#[test]
fn all_any_and_not_have_three_answers() {
    let all = "{ all = [{ words = [\"drum\"] }, { fact = \"commercial\", is = [\"gift\", \"affiliate\"] }] }";
    let mut subject = caption("a drum");
    assert_eq!(finds(all, &subject), None, "not known");
    assert_eq!(finds(all, &caption("a horn")), Some(false), "one that is absent decides");
    subject.facts.set(Fact::Commercial, "gift").unwrap();
    assert_eq!(finds(all, &subject), Some(true));
    subject.facts.set(Fact::Commercial, "none").unwrap();
    assert_eq!(finds(all, &subject), Some(false));
    let not = "{ not = { words = [\"drum\"], fields = [\"disclosure\"] } }";
    assert_eq!(finds(not, &subject), None, "no disclosure is known");
    subject.add(Field::Disclosure, "disclosure", "a horn");
    assert_eq!(finds(not, &subject), Some(true));
}

#[test]
fn a_rule_that_presumes_takes_what_is_not_known_for_the_worse() {
    let text = rule("{ fact = \"ai_made\" }").replace("action", "unknown = \"act\"\naction");
    let judgement = policies(&text).unwrap().judge(&caption("x"));
    assert!(judgement.findings[0].presumed && judgement.unchecked.is_empty());
}

#[test]
fn repeated_captions_are_counted_over_the_accounts_own() {
    let repeats = "{ repeats = 60.0, times = 2 }";
    let mut subject = caption("Why some long bridges hum in the evening wind");
    assert_eq!(finds(repeats, &subject), None);
    subject.recent_captions =
        Some(vec!["Why some long bridges hum in the morning wind".to_owned(), "Another".to_owned()]);
    assert_eq!(finds(repeats, &subject), Some(false));
    subject.recent_captions.as_mut().unwrap().push("WHY some long bridges hum in the evening wind!".to_owned());
    assert_eq!(finds(repeats, &subject), Some(true));
}

#[test]
fn a_rule_without_cases_of_both_kinds_is_told() {
    let text = format!("{}finds = [\"en: a drum\", \"en: a horn\"]\n", rule("{ words = [\"drum\"] }"));
    let tested = test_cases(&policies(&text).unwrap());
    let told = tested[0].problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told, @r#"
    p.toml:6: rule `r`: no case says what it passes
    p.toml:14: rule `r`: must not let `en: a horn` pass
    "#);
}

#[test]
fn a_folder_is_read_in_order_and_what_is_no_pack_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let load = || Policies::load(folder.path());
    let Err(LoadError::Wrong(none)) = load() else { panic!() };
    assert!(none.to_string().contains("folder holds 0 packs"), "{none}");
    std::fs::write(folder.path().join("p.toml"), rule("{ words = [\"a\"] }")).unwrap();
    std::fs::write(folder.path().join("sensitive.toml"), "no pack").unwrap();
    let one = load().unwrap();
    std::fs::write(folder.path().join("q.toml"), rule("{ words = [\"a\"] }").replace("\"p\"", "\"q\"")).unwrap();
    let two = load().unwrap();
    assert_ne!(one.hash(), two.hash());
    assert_eq!(two.packs().iter().map(|pack| pack.name.as_str()).collect::<Vec<_>>(), ["p", "q"]);
    std::fs::write(folder.path().join("r.toml"), b"\xff").unwrap();
    let Err(LoadError::Wrong(binary)) = load() else { panic!() };
    assert!(binary.to_string().contains("r.toml:1:1: file is not UTF-8"), "{binary}");
    assert!(matches!(Policies::load(&folder.path().join("gone")), Err(LoadError::Read { .. })));
}
