use super::{Label, judge_pairs};

#[test]
fn labels_are_read_in_any_sensible_spelling() {
    for (text, label) in [
        ("same", Some(Label::Same)),
        (" 1 ", Some(Label::Same)),
        ("TRUE", Some(Label::Same)),
        ("related", Some(Label::Related)),
        ("0", Some(Label::Different)),
        ("different", Some(Label::Different)),
        ("perhaps", None),
    ] {
        assert_eq!(Label::parse(text), label, "{text}");
    }
}

#[test]
fn a_file_is_judged_and_measured() {
    let file = "\u{feff}label,title_a,title_b,lang,note\n\
        same,Crane falls onto Harbour Bridge,Harbour Bridge: crane fell onto it,en,x\n\
        related,Rowan Ellery wins Brightwater Prize,Rowan Ellery writes a novel on whales,en,\n\
        0,Orbix buys Pebble Bank,Storm over Lund Valley,en,\n";
    let report = judge_pairs(file.as_bytes()).unwrap();
    let measures = report.measures.unwrap();
    assert_eq!((measures.pairs, measures.hits, measures.false_merges, measures.missed), (3, 1, 0, 0));
    let mut out = Vec::new();
    report.write_csv(&mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    title_a,title_b,label,verdict,score,reasons
    Crane falls onto Harbour Bridge,Harbour Bridge: crane fell onto it,same,same,0.9608,"share 100 %: harbour, crane, falls, onto, bridge"
    Rowan Ellery wins Brightwater Prize,Rowan Ellery writes a novel on whales,related,apart,0.0549,"share 45 %: ellery, rowan; only the first has `brightwater`, only the second `whales`"
    Orbix buys Pebble Bank,Storm over Lund Valley,different,apart,0.0369,"share 0 %; too little to go by; only the first has `pebble`, only the second `valley`"
    "#);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["measures"]["f1"], 1.0);
    assert_eq!(json["pairs"][0]["verdict"], "same");
}

#[test]
fn without_labels_there_are_verdicts_only() {
    let report = judge_pairs("title_a,title_b\nStorm closes harbour,Harbour closed by storm\n".as_bytes()).unwrap();
    assert_eq!(report.measures, None);
    assert_eq!(report.pairs[0].languages.0, "en");
    assert_eq!(report.pairs[0].verdict, "same");
}

#[test]
fn errors_say_what_to_do() {
    let error = |file: &str| judge_pairs(file.as_bytes()).unwrap_err().to_string();
    let all = [
        error("a title,another\nx,y\n"),
        error("title_a,title_b,label\nx,y,perhaps\n"),
        error("title_a,title_b\nx,\n"),
    ];
    insta::assert_snapshot!(all.join("\n"), @r"
    the header names `a title,another` (it must name `title_a` and `title_b`; `language` and `label` may follow)
    line 2: the label `perhaps` is none of same, related, different, 1, 0
    line 2: a title is missing
    ");
}
