use reelpress_config::{ModerationEndpoint, Settings};
use reelpress_core::{ItemId, Job};

use super::*;
use crate::testing::{Answer, Sandbox, answer, endpoint, result, same_for_all, snapshots};

const GREY: [u8; 3] = [120, 128, 128];
const RED: [u8; 3] = [63, 102, 240];

fn settings(endpoint: Option<ModerationEndpoint>) -> Settings {
    let mut settings = Settings::default();
    settings.screen.safety.endpoint = endpoint;
    settings
}

fn subject() -> Subject {
    let text = |place: &str, span_ms| Text { place: place.to_owned(), text: format!("about {place}"), span_ms };
    Subject {
        texts: vec![text("title", None), text("hook.narration", Some((0, 2_000)))],
        snapshots: Some(snapshots(&[(1_000, GREY), (1_000, RED)])),
        held_by: Vec::new(),
    }
}

async fn judge(settings: &Settings, subject: &Subject) -> Report {
    Safety::new().judge(settings, &Job::detached(ItemId::from_parts(1, 1)), subject).await.unwrap()
}

#[tokio::test]
async fn where_nobody_is_named_nothing_is_safe_and_nothing_is_amiss() {
    let report = judge(&settings(None), &subject()).await;
    assert_eq!((report.score(), report.lacks_a_check()), (None, false));
    let unchecked = report.unchecked.iter().map(|one| format!("{} ({})", one.what, one.why)).collect::<Vec<_>>();
    insta::assert_snapshot!(unchecked.join("\n"), @"
    nudity in pictures by open_nsfw (no `nsfw_model` in [screen.safety])
    violence, hate and other matters in pictures and words by a moderation endpoint (no [screen.safety.endpoint])
    sound beside the voice (nobody listens to music and clips)
    ");
}

#[tokio::test]
async fn the_score_is_that_of_the_worst_category_in_the_worst_place() {
    let sandbox = Sandbox::playing([
        answer(&[result(&[("hate", 0.05)]), result(&[("hate", 0.25), ("sexual/minors", 0.125)])]),
        answer(&[result(&[("violence", 0.5)])]),
        answer(&[result(&[("violence", 0.1)])]),
    ]);
    let sandbox = sandbox.await;
    let report = judge(&settings(Some(endpoint(&sandbox))), &subject()).await;
    assert_eq!((report.score(), report.lacks_a_check()), (Some(37), false), "of minors, which counts fivefold");
    let below = report.below(80);
    let told: Vec<_> =
        below.iter().map(|(category, concerns)| (*category, concerns.len(), concerns[0].score)).collect();
    assert_eq!(told, [("hate", 1, 75), ("sexual/minors", 1, 37), ("violence", 1, 50)]);
    assert_eq!(below["violence"][0].place, Where::Picture { from_ms: 0, to_ms: 1_000 });
    let place = Where::Text { place: "hook.narration".to_owned(), span_ms: Some((0, 2_000)) };
    assert_eq!((&below["hate"][0].place, below["hate"][0].by.as_str()), (&place, "moderator-1"));
    let by = || "moderator-1".to_owned();
    let checks = [Check { by: by(), what: What::Texts(2) }, Check { by: by(), what: What::Pictures(2) }];
    assert_eq!(report.checks, checks);
    assert!(report.concerns.is_sorted_by_key(|concern| concern.score));
}

#[tokio::test]
async fn what_fails_half_way_is_told_as_half_checked() {
    let clean = answer(&[result(&[]), result(&[])]);
    let sandbox =
        Sandbox::playing([clean, answer(&[result(&[])]), Answer::error(400, "bad", &serde_json::Value::Null)]);
    let sandbox = sandbox.await;
    let report = judge(&settings(Some(endpoint(&sandbox))), &subject()).await;
    assert_eq!((report.score(), report.lacks_a_check()), (Some(100), true));
    assert_eq!(report.checks.last().map(|check| check.what), Some(What::Pictures(1)));
    let why = &report.unchecked.iter().find(|one| one.is_expected).unwrap();
    assert!(why.what == "pictures by the moderation endpoint" && why.why.starts_with("1 of 2: "), "{why:?}");
}

#[tokio::test]
async fn a_dead_endpoint_is_not_asked_again_for_each_picture_and_gives_no_score() {
    let sandbox = Sandbox::start(|_| Answer::text(503, "down")).await;
    let asked = ModerationEndpoint { longest_wait: std::time::Duration::from_mins(1), ..endpoint(&sandbox) };
    let attempts = std::num::NonZeroU32::MIN;
    let report = judge(&settings(Some(ModerationEndpoint { attempts, ..asked })), &subject()).await;
    assert_eq!((report.score(), report.lacks_a_check()), (None, true));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn a_model_that_is_not_there_does_not_keep_the_endpoint_from_looking() {
    let sandbox = Sandbox::start(|request| same_for_all(request, &[("hate", 0.5)])).await;
    let mut settings = settings(Some(endpoint(&sandbox)));
    settings.screen.safety.nsfw_model = Some("/nowhere/open-nsfw.onnx".into());
    settings.screen.safety.library = Some("/nowhere/libonnxruntime.so".into());
    let report = judge(&settings, &subject()).await;
    assert_eq!((report.score(), report.lacks_a_check()), (Some(50), true));
    assert_eq!(report.unchecked[0].what, "nudity in pictures by open_nsfw");
    let blind = Subject { snapshots: None, ..subject() };
    let report = judge(&settings, &blind).await;
    let missing: Vec<_> = report.unchecked.iter().filter(|one| one.is_expected).map(|one| one.why.as_str()).collect();
    assert_eq!(missing, ["no picture of the cut was decoded"; 2]);
}

#[tokio::test]
async fn one_result_for_all_texts_is_about_all_of_them_and_too_much_text_is_told() {
    let sandbox = Sandbox::start(|_| answer(&[result(&[("hate", 0.5)])])).await;
    let mut subject = Subject { snapshots: None, ..subject() };
    subject.texts.push(Text { place: "caption".to_owned(), text: "x".repeat(8_001), span_ms: None });
    let report = judge(&settings(Some(ModerationEndpoint { pictures: 0, ..endpoint(&sandbox) })), &subject).await;
    assert_eq!(report.checks, [Check { by: "moderator-1".to_owned(), what: What::Texts(2) }]);
    let place = Where::Text { place: "all texts together".to_owned(), span_ms: None };
    assert_eq!(report.concerns[0].place, place);
    assert!(report.unchecked.iter().any(|one| one.why == "1 of 3 texts are too long or too many" && one.is_expected));
}

#[tokio::test]
async fn a_rule_for_words_that_holds_the_cut_counts_in_the_score_and_is_not_told_again() {
    let subject = Subject { held_by: vec!["brand-safety@1/gore".to_owned()], ..subject() };
    let report = judge(&settings(None), &subject).await;
    assert_eq!((report.score(), report.below(80).len()), (Some(50), 0));
}

#[tokio::test]
async fn a_stop_ends_the_check() {
    let sandbox = Sandbox::playing([Answer::Silence]).await;
    let job = Job::detached(ItemId::from_parts(1, 1));
    job.cancel.cancel();
    let judged = Safety::new().judge(&settings(Some(endpoint(&sandbox))), &job, &subject()).await;
    assert_eq!(judged, Err(SafetyStopped));
}

#[test]
fn a_score_falls_with_the_risk_and_a_number_that_is_none_is_the_worst() {
    use crate::score::score;
    for (risk, points) in [(0.0, 100), (0.004, 99), (0.2, 80), (0.201, 79), (0.5, 50), (1.0, 0), (7.0, 0), (-1.0, 100)]
    {
        assert_eq!(score("hate", risk), points, "{risk}");
    }
    assert_eq!((score("hate", f32::NAN), score("sexual/minors", 0.05), score("sexual/minors", 0.5)), (0, 75, 0));
}

#[test]
fn a_frames_colours_are_those_of_bt_709() {
    use reelpress_quality::Frame;

    use crate::frame::small;
    let shown = |[y, u, v]: [u8; 3]| {
        let (y, u, v) = (vec![y; 256], vec![u; 64], vec![v; 64]);
        let frame = Frame {
            width: 16,
            height: 16,
            y: &y,
            y_stride: 16,
            u: &u,
            v: &v,
            chroma_stride: 8,
            time_ms: 0.0,
            end_ms: 40.0,
        };
        let picture = small(&frame).unwrap();
        [picture.bytes[0], picture.bytes[1], picture.bytes[2]]
    };
    assert_eq!((shown([16, 128, 128]), shown([235, 128, 128]), shown([126, 128, 128])), ([0; 3], [255; 3], [128; 3]));
    for (coded, [r, g, b]) in
        [([63, 102, 240], [255, 0, 0]), ([173, 42, 26], [0, 255, 0]), ([32, 240, 118], [0, 0, 255])]
    {
        let got = shown(coded);
        assert!(
            got.iter().zip([r, g, b]).all(|(is, wanted): (&u8, u8)| is.abs_diff(wanted) <= 2),
            "{coded:?}: {got:?}"
        );
    }
}
