use super::{check, settings};
use crate::{HookType, SensitiveClass, SensitivePolicy};

#[test]
fn words_beginnings_and_expressions_are_checked_where_they_stand() {
    check(
        "[niches.a]\nkeywords = [\"fine\", \"/ro(cket/\"]",
        "2:21: `niches.a.keywords[1]` must be a regular expression: unclosed group, not `\"/ro(cket/\"`",
    );
    check(
        "[niches.a]\nblock = [\"//\"]",
        "2:10: `niches.a.block[0]` must hold a regular expression between its two `/`, not `\"//\"`",
    );
    check(
        "[trends]\nblock = [\"a*\"]",
        "2:10: `trends.block[0]` must have three letters or more before its `*`, not `\"a*\"`",
    );
    check("[niches.a]\nrequired = [\" \"]", "2:13: `niches.a.required[0]` must not be empty");
    let read = settings("[niches.a]\nkeywords = [\"Rocket\", \"TELESCOP*\", \"/Mars\\\\S/\"]");
    assert_eq!(read.niches["a"].keywords, ["rocket", "telescop*", "/Mars\\S/"], "an expression keeps its capitals");
}

#[test]
fn policies_are_one_of_three_and_a_niche_may_say_otherwise() {
    check(
        "[trends.sensitive]\nhealth = \"holt\"",
        "2:10: `trends.sensitive.health` must be one of \"allow\", \"hold\", \"refuse\", not `\"holt\"` (did you mean \"hold\"?)",
    );
    check(
        "[niches.a.sensitive]\ntragedy = \"hold\"",
        "2:1: `tragedy` is not a key of [niches.a.sensitive] (there are `adult`, `drugs`, `elections`, `finance`, `health`, `minors`, `tragedies`, `weapons`)",
    );
    let read =
        settings("[trends.sensitive]\nhealth = \"refuse\"\n[niches.a.sensitive]\nhealth = \"allow\"\n[niches.b]");
    let policy = |niche: &str, class| read.trends.policy(&read.niches[niche], class);
    assert_eq!(policy("a", SensitiveClass::Health), SensitivePolicy::Allow);
    assert_eq!(policy("b", SensitiveClass::Health), SensitivePolicy::Refuse);
    assert_eq!(policy("b", SensitiveClass::Minors), SensitivePolicy::Hold);
    assert_eq!(policy("b", SensitiveClass::Adult), SensitivePolicy::Refuse);
}

#[test]
fn limits_of_a_niche_replace_only_what_it_names() {
    let read = settings("[trends.saturation]\ndays = 3\nvideos = 9\n[niches.a.saturation]\nours = 1\n[niches.b]");
    let own = read.trends.saturation_of(&read.niches["a"]);
    assert_eq!((own.days, own.ours, own.videos), (3, 1, 9));
    assert_eq!(read.trends.saturation_of(&read.niches["b"]).ours, 3);
    check(
        "[trends.saturation]\ndays = 0",
        "2:8: `trends.saturation.days` must be a whole number from 1 to 365, not `0`",
    );
}

#[test]
fn formats_are_pinned_by_two_numbers_in_order() {
    check(
        "[niches.a.formats]\nwords = [80, 60]",
        "2:9: `niches.a.formats.words` must not begin with 80 and end with 60 (swap the two)",
    );
    check(
        "[niches.a.formats]\nscenes = [3]",
        "2:10: `niches.a.formats.scenes` must be two numbers in brackets: from, to, not a list",
    );
    check(
        "[niches.a.formats]\nhook = \"joke\"",
        "2:8: `niches.a.formats.hook` must be one of \"question\", \"how-to\", \"contrast\", \"number\", \"statement\", not `\"joke\"`",
    );
    let read = settings("[niches.a.formats]\nhook = \"how-to\"\nscenes = [3, 3]\nfrozen = true");
    let formats = &read.niches["a"].routing.formats;
    assert_eq!((formats.hook, formats.scenes, formats.frozen), (Some(HookType::HowTo), Some((3, 3)), true));
}

#[test]
fn a_description_alone_needs_an_endpoint() {
    check(
        "[niches.a]\nabout = \"ships\"",
        "1:9: `niches.a` is described by `about` or `examples` alone, but there is no table [trends.embeddings] (add it, or give the niche `keywords`)",
    );
    settings("[niches.a]\nabout = \"ships\"\nkeywords = [\"ship\"]");
    check(
        "[trends.embeddings]\nmodel = \"m\"",
        "1:9: `trends.embeddings.base_url` is missing (such as \"http://127.0.0.1:11434/v1\")",
    );
    check(
        "[trends.embeddings]\nbase_url = \"http://h/v1\"\nmodel = \"m\"\nbatch = 4096",
        "4:9: `trends.embeddings.batch` must be a whole number from 1 to 2048, not `4096`",
    );
}
