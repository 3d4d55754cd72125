use std::sync::Arc;

use reelpress_config::{ModerationEndpoint, Settings};
use reelpress_core::Step;
use reelpress_core::testing::MemoryNotes;
use reelpress_safety::testing::{Answer, Request, Sandbox, answer, endpoint, result, same_for_all, snapshots};
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Decision, Finding, Severity, Span, Verdict};

use super::{Bench, good_facts, settings};
use crate::FileFacts;

const GREY: [u8; 3] = [120, 128, 128];
const RED: [u8; 3] = [63, 102, 240];
const WHITE: [u8; 3] = [235, 128, 128];

async fn sandbox(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Sandbox {
    Sandbox::start(move |request| answer(request)).await
}

/// Screens a cut of grey, red and white with this endpoint, and with what else is set.
async fn screened(endpoint: Option<ModerationEndpoint>, set: impl Fn(&mut Settings)) -> Step<Verdict> {
    let mut settings = settings();
    settings.screen.safety.endpoint = endpoint;
    set(&mut settings);
    let facts = || {
        let seen = snapshots(&[(2_000, GREY), (1_000, RED), (1_000, WHITE)]);
        Ok(FileFacts { snapshots: Some(seen), ..good_facts() })
    };
    let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), facts);
    bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await
}

fn verdict(step: Step<Verdict>) -> Verdict {
    let Step::Next(verdict) = step else { panic!("{step:?}") };
    verdict
}

fn of_rule<'a>(verdict: &'a Verdict, rule: &str) -> &'a Finding {
    verdict.findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("{rule}: {verdict:?}"))
}

/// Violence in every picture and nothing in words.
fn violent(request: &Request) -> Answer {
    let is_picture = request.json()["input"][0]["type"] == "image_url";
    same_for_all(request, if is_picture { &[("violence/graphic", 0.5), ("hate", 0.01)] } else { &[("hate", 0.02)] })
}

#[tokio::test]
async fn where_nobody_looks_the_verdict_says_so_and_never_safe() {
    let verdict = verdict(screened(None, |_| {}).await);
    assert_eq!(verdict.decision(), Decision::Pass);
    assert!(verdict.findings.iter().all(|finding| finding.rule != "safety.score"), "no score where nobody looked");
    insta::assert_snapshot!(of_rule(&verdict, "safety.not-checked").message, @"not checked: nudity in pictures by open_nsfw (no `nsfw_model` in [screen.safety]); violence, hate and other matters in pictures and words by a moderation endpoint (no [screen.safety.endpoint]); sound beside the voice (nobody listens to music and clips)");
}

#[tokio::test]
async fn what_scores_too_little_is_held_with_its_times_its_value_and_who_saw_it() {
    let sandbox = sandbox(violent).await;
    let verdict = verdict(screened(Some(endpoint(&sandbox)), |_| {}).await);
    assert_eq!(verdict.decision(), Decision::Hold);
    let finding = of_rule(&verdict, "safety.violence-graphic");
    assert_eq!(finding.severity, Severity::Hold);
    insta::assert_snapshot!(finding.message, @"`violence/graphic` scores 50 of 100, less than 80");
    insta::assert_snapshot!(finding.evidence, @"0.50 at 0.0 s by moderator-1, 0.50 at 3.0 s by moderator-1");
    // Two pictures are sent: what is most like the one before it is not.
    assert_eq!(finding.marks, [Span { start_ms: 0, end_ms: 4_000 }]);
    let score = of_rule(&verdict, "safety.score");
    assert_eq!(score.severity, Severity::Note);
    insta::assert_snapshot!(score.message, @"brand safety is 50 of 100 (worst: violence/graphic 0.50 at 0.0 s by moderator-1); checked: 10 texts by moderator-1, 2 pictures by moderator-1");
    assert_eq!(of_rule(&verdict, "safety.not-checked").severity, Severity::Note);
}

#[tokio::test]
async fn a_text_is_marked_at_the_beat_that_says_it() {
    let sandbox = sandbox(|request| {
        let input = request.json()["input"].clone();
        let texts = input.as_array().cloned().unwrap_or_default();
        let risk = |at: usize| if at == 1 { 0.875 } else { 0.0 };
        answer(&(0..texts.len()).map(|at| result(&[("harassment", risk(at))])).collect::<Vec<_>>())
    });
    let sandbox = sandbox.await;
    let asked = ModerationEndpoint { pictures: 0, ..endpoint(&sandbox) };
    let verdict = verdict(screened(Some(asked), |_| {}).await);
    let finding = of_rule(&verdict, "safety.harassment");
    assert_eq!(
        (finding.message.as_str(), finding.evidence.as_str()),
        ("`harassment` scores 12 of 100, less than 80", "0.88 in hook.narration by moderator-1",)
    );
    assert_eq!(finding.marks, [Span { start_ms: 0, end_ms: 5_000 }]);
}

#[tokio::test]
async fn a_limit_for_rejection_rejects_and_none_never_does() {
    let sandbox = sandbox(violent).await;
    let asked = endpoint(&sandbox);
    let step = screened(Some(asked.clone()), |settings| settings.screen.safety.reject_below = Some(51)).await;
    let Step::Reject(reason) = step else { panic!("{step:?}") };
    insta::assert_snapshot!(reason.message, @"safety.violence-graphic: `violence/graphic` scores 50 of 100, less than 51 (0.50 at 0.0 s by moderator-1, 0.50 at 3.0 s by moderator-1)");
    let lenient = verdict(screened(Some(asked), |settings| settings.screen.safety.hold_below = 50).await);
    assert_eq!(lenient.decision(), Decision::Pass, "{lenient:?}");
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_not_checked_and_holds_only_where_the_check_is_required() {
    let sandbox = sandbox(|_| Answer::text(503, "down")).await;
    for (required, decision) in [(false, Decision::Pass), (true, Decision::Hold)] {
        let verdict =
            verdict(screened(Some(endpoint(&sandbox)), |settings| settings.screen.safety.required = required).await);
        assert_eq!(verdict.decision(), decision);
        let finding = of_rule(&verdict, "safety.not-checked");
        assert!(
            finding.message.contains("words by the moderation endpoint (moderation endpoint 127.0.0.1"),
            "{finding:?}"
        );
        assert!(verdict.findings.iter().all(|finding| finding.rule != "safety.score"), "{verdict:?}");
    }
}

#[tokio::test]
async fn a_cut_that_is_rejected_anyway_costs_no_call() {
    let sandbox = sandbox(violent).await;
    let mut settings = settings();
    settings.screen.safety.endpoint = Some(endpoint(&sandbox));
    let facts = || Ok(FileFacts { moov_first: false, ..good_facts() });
    let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), facts);
    let step = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
    assert!(matches!(step, Step::Reject(_)), "{step:?}");
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_rule_for_words_that_holds_the_cut_is_part_of_the_score() {
    let mut draft = draft();
    draft.caption = "The crash left blood and guts everywhere, a gory scene.".to_owned();
    let bench = Bench::new();
    let verdict = verdict(bench.screen(1, &assembled(&draft, "main", b"film"), b"film").await);
    let held = verdict.findings.iter().find(|finding| finding.rule.starts_with("brand-safety@"));
    let held = held.unwrap_or_else(|| panic!("{verdict:?}"));
    let score = &of_rule(&verdict, "safety.score").message;
    let expected = format!(
        "brand safety is 50 of 100 (worst: words 0.50 by {} by the policies); no model looked at it",
        held.rule
    );
    assert_eq!(*score, expected);
}
