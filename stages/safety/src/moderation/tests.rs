use proptest::prelude::*;
use reelpress_core::{ItemId, Job};

use super::*;
use crate::testing::{Answer, KEY, Sandbox, answer, endpoint, result};

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 2))
}

/// What one text is answered with, and how many requests that took.
async fn after(answers: Vec<Answer>) -> (Result<Vec<Risks>, (String, String)>, usize) {
    let sandbox = Sandbox::playing(answers).await;
    let (endpoint, moderator, job) = (endpoint(&sandbox), Moderator::new(), job());
    let risks = moderator.at(&endpoint, &job).texts(&["a boat"]).await;
    let risks = risks.map_err(|error| match error {
        NoAnswer::Stopped => panic!("nobody stops it"),
        NoAnswer::Failed { kind, why } => {
            assert!(!why.contains(KEY), "{why}");
            (kind.to_owned(), why.replace(&sandbox.address.to_string(), "HOST"))
        }
    });
    (risks, sandbox.requests().len())
}

fn one(risks: &[(&str, f32)]) -> Vec<Risks> {
    vec![risks.iter().map(|(name, risk)| ((*name).to_owned(), *risk)).collect()]
}

#[tokio::test]
async fn texts_go_in_one_call_and_a_picture_in_its_own() {
    let both = answer(&[result(&[("hate", 0.25)]), result(&[("hate", 0.5)])]);
    let sandbox = Sandbox::playing([both, answer(&[result(&[("violence", 0.75)])])]).await;
    let (endpoint, moderator, job) = (endpoint(&sandbox), Moderator::new(), job());
    let at = moderator.at(&endpoint, &job);
    let texts = at.texts(&["one", "two"]).await.unwrap();
    assert_eq!(texts, [one(&[("hate", 0.25)]), one(&[("hate", 0.5)])].concat());
    assert_eq!(at.picture("data:image/jpeg;base64,AA").await.unwrap(), one(&[("violence", 0.75)])[0]);
    let requests = sandbox.requests();
    assert!(requests.iter().all(|request| request.path == "/moderations"));
    assert_eq!(requests[0].header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(requests[0].json(), json!({ "model": "moderator-1", "input": ["one", "two"] }));
    let image = json!([{ "type": "image_url", "image_url": { "url": "data:image/jpeg;base64,AA" } }]);
    assert_eq!(requests[1].json()["input"], image);
}

#[tokio::test]
async fn scores_that_are_null_or_unknown_are_no_obstacle_and_what_is_flagged_counts() {
    let told = json!({
        "flagged": true,
        "categories": { "illicit": null, "harassment": true, "hate": true, "violence": false },
        "category_scores": { "illicit": null, "Brand New/Thing!": 0.125, "hate": 0.75, "violence": 7, "harassment": 0.25 },
    });
    let (risks, _) = after(vec![answer(&[told])]).await;
    let expected = one(&[("brand-new/thing", 0.125), ("hate", 0.75), ("violence", 1.0), ("harassment", 0.5)]);
    assert_eq!(risks.unwrap(), expected);
    let (risks, _) = after(vec![answer(&[json!({ "flagged": true })])]).await;
    assert_eq!(risks.unwrap(), one(&[("flagged", 0.5)]), "a server that says nothing more");
    let (risks, _) = after(vec![answer(&[json!({ "flagged": true, "categories": { "hate": true } })])]).await;
    assert_eq!(risks.unwrap(), one(&[("hate", 1.0)]), "a server without scores");
    let (risks, _) = after(vec![answer(&[json!({ "flagged": false })])]).await;
    assert_eq!(risks.unwrap(), one(&[]));
}

#[tokio::test]
async fn a_server_that_stumbles_is_asked_again_as_often_as_the_settings_say() {
    let good = || answer(&[result(&[("hate", 0.25)])]);
    let (risks, requests) = after(vec![Answer::text(500, "oh"), Answer::Reset, good()]).await;
    assert_eq!((risks.unwrap(), requests), (one(&[("hate", 0.25)]), 3));
    let (error, requests) = after(vec![Answer::text(503, "down"); 9]).await;
    assert_eq!((error.unwrap_err().0.as_str(), requests), ("unavailable", 3));
    let (error, requests) = after(vec![Answer::Stall; 9]).await;
    assert_eq!((error.unwrap_err().0.as_str(), requests), ("timed_out", 3));
    let (error, requests) = after(vec![Answer::text(200, "<html>"); 9]).await;
    assert_eq!((error.unwrap_err().0.as_str(), requests), ("not_an_answer", 3));
    for refused in [Answer::error(401, "auth", &json!(401)), Answer::error(400, "invalid_request_error", &Value::Null)]
    {
        let (error, requests) = after(vec![refused; 9]).await;
        assert_eq!((error.is_err(), requests), (true, 1), "the same request would be refused again");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_says_what_it_lacks() {
    async fn said(body: Value) -> String {
        after(vec![Answer::json(200, &body); 3]).await.0.unwrap_err().1
    }
    insta::assert_snapshot!(said(json!({ "object": "list" })).await, @"the answer of moderation endpoint HOST cannot be used: it holds no `results`");
    insta::assert_snapshot!(said(json!({ "results": [] })).await, @"the answer of moderation endpoint HOST cannot be used: its `results` are empty");
    insta::assert_snapshot!(said(json!({ "results": [{ "id": 1 }] })).await, @"the answer of moderation endpoint HOST cannot be used: a result of it holds neither `category_scores` nor `categories` nor `flagged`");
    let two = answer(&[result(&[]), result(&[])]);
    insta::assert_snapshot!(after(vec![two]).await.0.unwrap_err().1, @"the endpoint gave 2 results for 1 texts");
    insta::assert_snapshot!(after(vec![Answer::error(401, "auth", &json!(401))]).await.0.unwrap_err().1, @"moderation endpoint HOST answered 401: sandbox says auth (check base_url, model and api_key in [screen.safety.endpoint])");
}

#[tokio::test]
async fn an_endpoint_that_wants_to_be_left_alone_is_and_another_one_is_asked() {
    let slow_down = Answer::text(429, "slow down").with_header("retry-after", "3600");
    let sandbox = Sandbox::playing([slow_down, answer(&[result(&[])])]).await;
    let (settings, moderator, job) = (endpoint(&sandbox), Moderator::new(), job());
    for _ in 0..2 {
        let error = moderator.at(&settings, &job).texts(&["a boat"]).await.unwrap_err();
        let NoAnswer::Failed { kind, why } = error else { panic!("nobody stops it") };
        assert!(kind == "too_many_calls" || why.contains("is left alone for"), "{kind}: {why}");
    }
    assert_eq!(sandbox.requests().len(), 1, "an hour is longer than it may be waited for here");
    let other = ModerationEndpoint { api_key: None, ..settings };
    moderator.at(&other, &job).texts(&["a boat"]).await.unwrap();
}

#[tokio::test]
async fn a_short_wait_that_the_endpoint_asks_for_is_kept() {
    let slow_down = Answer::text(429, "slow down").with_header("retry-after", "0.05");
    let sandbox = Sandbox::playing([slow_down, answer(&[result(&[])])]).await;
    let (settings, moderator, job) = (endpoint(&sandbox), Moderator::new(), job());
    let settings = ModerationEndpoint { longest_wait: Duration::from_secs(5), ..settings };
    let began = Instant::now();
    moderator.at(&settings, &job).texts(&["a boat"]).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(50));
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_stop_is_heard() {
    let sandbox = Sandbox::playing([Answer::Silence]).await;
    let (settings, moderator, job) = (endpoint(&sandbox), Moderator::new(), job());
    job.cancel.cancel();
    let error = moderator.at(&settings, &job).texts(&["a boat"]).await.unwrap_err();
    assert!(matches!(error, NoAnswer::Stopped), "{error:?}");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,60}".prop_map(Value::from),
    ];
    let keys = prop_oneof![
        Just("category_scores".to_owned()),
        Just("categories".to_owned()),
        Just("flagged".to_owned()),
        ".{0,50}"
    ];
    leaf.prop_recursive(3, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(keys.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_result_holds_its_risks_are_risks_with_plain_names(result in json_value()) {
        for (name, risk) in risks(&result).into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&risk), "{risk}");
            prop_assert!(!name.is_empty() && name.len() <= 40, "{name}");
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/-".contains(&b)), "{name}");
        }
    }
}
