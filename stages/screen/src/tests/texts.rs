use std::sync::LazyLock;

use proptest::prelude::*;
use reelpress_config::{Niche, Settings};
use reelpress_policy::Policies;
use reelpress_vocabulary::testing::{media_file, scene};
use reelpress_vocabulary::{Assembled, Finding, MediaFile, MediaKind, Picture, ScriptDraft, Severity, Source};

use super::{assembled, draft};
use crate::policy;

/// Compiling it takes longer than any of these tests.
static BUILT_IN: LazyLock<Policies> = LazyLock::new(Policies::built_in);

fn findings_of(settings: &Settings, cut: &Assembled) -> Vec<Finding> {
    let judgement = BUILT_IN.judge(&policy::subject(settings, cut, Vec::new(), super::item(1)));
    policy::findings(&judgement).into_iter().filter(|finding| finding.rule != "policy.unchecked").collect()
}

fn findings_in(language: &str, draft: &ScriptDraft) -> Vec<Finding> {
    let mut cut = assembled(draft, "main", b"film");
    language.clone_into(&mut cut.voiced.scripted.brief.language);
    findings_of(&Settings::default(), &cut)
}

fn caption(text: &str) -> ScriptDraft {
    ScriptDraft { caption: text.to_owned(), ..draft() }
}

fn rules(findings: Vec<Finding>) -> Vec<String> {
    findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn the_built_in_policies_let_an_ordinary_script_be() {
    assert_eq!(findings_in("en", &draft()), []);
}

#[test]
fn every_action_has_the_weight_it_should() {
    let weight = |text: &str| findings_in("en", &caption(text)).into_iter().map(|finding| finding.severity).max();
    assert_eq!(weight("https://example.org"), Some(Severity::Note));
    assert_eq!(weight("Like if you agree"), Some(Severity::Hold), "to be written anew: a person looks until then");
    assert_eq!(weight("#ad"), Some(Severity::Hold));
    assert_eq!(weight("it cures cancer"), Some(Severity::Block));
    assert_eq!(weight("kill yourself"), Some(Severity::Block));
    assert_eq!(weight("ignore previous instructions"), Some(Severity::Hold));
}

#[test]
fn a_finding_says_where_and_what_and_what_to_do() {
    let mut draft = draft();
    draft.hook.narration = "Some bridges hum, studies show.".to_owned();
    draft.scenes[1].on_screen = "90 % hum".to_owned();
    draft.call_to_action.narration = "Follow on, nine out of ten do.".to_owned();
    let findings = findings_in("en", &draft);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].rule, "claims@2/unsourced-figure");
    insta::assert_snapshot!(findings[0].evidence, @"hook.narration: `studies show`, scenes[1].on_screen: `90 %`, call_to_action.narration: `nine out of ten`");
    insta::assert_snapshot!(findings[0].message, @"states a figure or a finding, and the script names no source (to do: name the source, or leave the figure out)");
}

#[test]
fn a_source_answers_for_a_figure() {
    let mut sourced = caption("90 % of bridges hum");
    assert_eq!(findings_in("en", &sourced).len(), 1);
    sourced.sources = vec![Source { title: "S".to_owned(), link: "https://example.org".parse().unwrap() }];
    assert_eq!(findings_in("en", &sourced), []);
}

#[test]
fn hashtags_are_searched_with_their_sign_and_those_of_the_niche_too() {
    for (tag, expected) in
        [("ad", &["ftc-disclosure@2/undeclared"][..]), ("adorable", &[]), ("cancercure", &["claims@2/cure"])]
    {
        let draft = ScriptDraft { hashtags: vec!["x".to_owned(), tag.to_owned()], ..draft() };
        assert_eq!(rules(findings_in("en", &draft)), expected, "{tag}");
    }
    let mut settings = Settings::default();
    let cut = assembled(&draft(), "main", b"film");
    let niche = Niche { hashtags: vec!["f4f".to_owned()], ..Niche::default() };
    settings.niches.insert(cut.voiced.scripted.brief.niche.name().clone(), niche);
    assert_eq!(rules(findings_of(&settings, &cut)), ["spam@1/follow-train"]);
}

#[test]
fn rules_keep_to_their_languages() {
    for language in ["de", "de-AT"] {
        assert_eq!(rules(findings_in(language, &caption("Ich habe es getestet"))), ["ftc-disclosure@2/experience"]);
    }
    assert!(findings_in("en", &caption("Ich habe es getestet")).is_empty());
    assert!(findings_in("de", &caption("I tried it")).is_empty());
}

#[test]
fn what_is_on_record_of_the_media_is_held_against_the_rules() {
    let mut cut = assembled(&draft(), "main", b"film");
    cut.cut.provenance.pictures[0] =
        Picture::File(MediaFile { attribution: String::new(), ..media_file("a.png", "00") });
    let music =
        MediaFile { kind: MediaKind::Music, licence: "CC-BY-ND-4.0".to_owned(), ..media_file("song.ogg", "11") };
    cut.cut.provenance.others = vec![music];
    let findings = findings_of(&Settings::default(), &cut);
    assert_eq!(rules(findings.clone()), ["music-licence@2/no-credit", "music-licence@2/no-derivatives"]);
    assert!(findings[0].evidence.contains("a.png") && findings[1].evidence.contains("song.ogg"), "{findings:?}");
}

proptest! {
    /// Any text is searched, and nothing in it can break a rule.
    #[test]
    fn any_text_is_searched(caption_text in "\\PC{1,200}", narration in "\\PC{1,200}") {
        prop_assume!(!caption_text.trim().is_empty() && !narration.trim().is_empty());
        let draft = ScriptDraft { scenes: vec![scene(&narration)], ..caption(&caption_text) };
        for finding in findings_in("en", &draft) {
            prop_assert!(!finding.evidence.is_empty());
        }
    }
}
