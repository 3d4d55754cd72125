use std::sync::Arc;

use reelpress_core::Step;
use reelpress_core::testing::MemoryNotes;
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Decision, Verdict};

use super::{Bench, good_facts, settings};
use crate::{Credentials, FileFacts};

/// What is said of a cut that was signed or not, of which this was read, while signing is on or off.
async fn screened(unsigned: Option<&str>, credentials: Credentials, enabled: bool) -> Step<Verdict> {
    let mut settings = settings();
    settings.provenance.enabled = enabled;
    let facts = FileFacts { credentials, ..good_facts() };
    let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), move || Ok(facts.clone()));
    let mut cut = assembled(&draft(), "main", b"film");
    cut.cut.unsigned = unsigned.map(str::to_owned);
    bench.screen(1, &cut, b"film").await
}

fn whole(unsigned: &str) -> Credentials {
    Credentials::Whole { unsigned: unsigned.to_owned() }
}

fn reason(step: Step<Verdict>) -> String {
    match step {
        Step::Reject(reason) => reason.to_string(),
        other @ (Step::Next(_) | Step::Hold(_) | Step::Later(_)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_signed_cut_passes_without_a_word() {
    for enabled in [true, false] {
        let Step::Next(verdict) = screened(Some("ab12"), whole("ab12"), enabled).await else { panic!() };
        assert_eq!(verdict.decision(), Decision::Pass);
        let about = |rule: &str| rule == "label.credentials" || rule.ends_with("/marking");
        assert!(!verdict.findings.iter().any(|finding| about(&finding.rule)), "{verdict:?}");
    }
}

#[tokio::test]
async fn missing_broken_and_foreign_credentials_are_blocked() {
    insta::assert_snapshot!(reason(screened(None, Credentials::Missing, true).await), @"label.credentials: file has no content credentials (it was made while `enabled` in [provenance] was false: order it again) (blocked)");
    insta::assert_snapshot!(reason(screened(Some("ab12"), Credentials::Missing, false).await), @"label.credentials: file was signed, and its content credentials are gone (blocked)");
    insta::assert_snapshot!(reason(screened(Some("ab12"), whole("cd34"), true).await), @"label.credentials: content credentials are those of another cut: they name cd34, not ab12 (blocked)");
    insta::assert_snapshot!(reason(screened(None, whole("cd34"), true).await), @"label.credentials: content credentials are those of another cut: they name cd34, not none (blocked)");
    let broken = Credentials::Broken { why: "assertion.bmffHash.mismatch".to_owned() };
    assert_eq!(
        reason(screened(Some("ab12"), broken.clone(), true).await),
        reason(screened(Some("ab12"), broken.clone(), false).await)
    );
    insta::assert_snapshot!(reason(screened(Some("ab12"), broken, true).await), @"label.credentials: content credentials do not hold: assertion.bmffHash.mismatch (blocked)");
}

#[tokio::test]
async fn that_signing_is_off_is_in_the_verdict() {
    let Step::Next(verdict) = screened(None, Credentials::Missing, false).await else { panic!() };
    assert_eq!(verdict.decision(), Decision::Pass);
    let note = verdict.findings.iter().find(|finding| finding.rule == "label.credentials").unwrap();
    assert_eq!(note.message, "file is not signed, because `enabled` in [provenance] is false");
    assert!(verdict.findings.iter().any(|finding| finding.rule.ends_with("/marking")), "{verdict:?}");
}
