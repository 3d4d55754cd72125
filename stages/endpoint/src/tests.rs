use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use reelpress_config::Secret;
use reelpress_core::{Fault as _, ItemId, Job, Remedy};
use serde_json::{Value, json};

use crate::testing::{Answer, KEY, Sandbox};
use crate::{Callee, Calls, Failure, Line, Reach};

const LIMIT: usize = 1 << 10;

const CALLEE: Callee =
    Callee { what: "test endpoint", table: "test.openai", shape: "model and size", refusals: &["filtered"] };

fn calls() -> Calls {
    Calls::new(&CALLEE, NonZeroU32::new(2).unwrap())
}

fn rate(calls_per_minute: u32) -> NonZeroU32 {
    NonZeroU32::new(calls_per_minute).unwrap()
}

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 2))
}

/// What one answer leads to; a fault with the address as `HOST`.
async fn complete(answer: Answer) -> Result<Value, (String, Failure)> {
    let sandbox = Sandbox::playing([answer]).await;
    let line = calls().line(Reach { timeout: Duration::from_millis(500), ..sandbox.reach() }).unwrap();
    let result = line.complete(&json!({"model": "m"}), LIMIT, &job()).await.answer;
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 1, "one attempt, no retry of its own");
    assert_eq!((requests[0].path.as_str(), requests[0].json()), ("/chat/completions", json!({"model": "m"})));
    result.map_err(|failure| {
        let said = failure.to_string();
        assert!(!said.contains(KEY) && !format!("{failure:?}").contains(KEY), "{failure:?}");
        (said.replace(&sandbox.address.to_string(), "HOST"), failure)
    })
}

async fn fault(answer: Answer) -> (String, &'static str, Remedy) {
    let (said, failure) = complete(answer).await.unwrap_err();
    (said, failure.kind(), failure.remedy())
}

async fn words(answer: Answer) -> String {
    fault(answer).await.0
}

#[tokio::test]
async fn every_status_has_its_kind_and_its_remedy() {
    let retry = Remedy::Retry { after: None };
    let after = |seconds| Remedy::Retry { after: Some(Duration::from_secs(seconds)) };
    let limited = || Answer::error(429, "rate_limit", &json!(429));
    for (answer, kind, remedy) in [
        (limited(), "too_many_calls", retry),
        (limited().with_header("retry-after", "7"), "too_many_calls", after(7)),
        (limited().with_header("x-ratelimit-reset-requests", "1m2s"), "too_many_calls", after(62)),
        (Answer::error(429, "insufficient_quota", &Value::Null), "no_credit", Remedy::StopStage),
        (Answer::error(429, "limit", &json!("insufficient_quota")), "no_credit", Remedy::StopStage),
        (Answer::text(402, "pay"), "no_credit", Remedy::StopStage),
        (Answer::error(400, "billing_hard_limit_reached", &Value::Null), "no_credit", Remedy::StopStage),
        (Answer::error(400, "filtered", &Value::Null), "refused", Remedy::GiveUp),
        (Answer::error(400, "context_length", &Value::Null), "bad_request", Remedy::GiveUp),
        (Answer::text(422, ""), "bad_request", Remedy::GiveUp),
        (Answer::text(302, "").with_header("location", "http://169.254.169.254/"), "misconfigured", Remedy::StopStage),
        (Answer::text(401, ""), "misconfigured", Remedy::StopStage),
        (Answer::text(403, ""), "misconfigured", Remedy::StopStage),
        (Answer::text(404, ""), "misconfigured", Remedy::StopStage),
        (Answer::text(408, ""), "unavailable", retry),
        (Answer::text(409, ""), "unavailable", retry),
        (Answer::text(500, ""), "unavailable", retry),
        (Answer::text(503, "").with_header("retry-after", "30"), "unavailable", after(30)),
        (Answer::text(200, "<html>captive portal</html>"), "not_an_answer", retry),
        (Answer::Reset, "unreachable", retry),
        (Answer::Stall, "timed_out", retry),
        (Answer::Drip, "timed_out", retry),
        (Answer::Silence, "timed_out", retry),
    ] {
        let name = format!("{answer:?}");
        let (said, told, does) = fault(answer).await;
        assert_eq!((told, does), (kind, remedy), "{name}: {said}");
    }
}

#[tokio::test]
async fn what_an_answer_tells_of_limits_is_heard_with_good_and_bad_ones() {
    let limits = |answer: Answer| {
        answer.with_header("x-ratelimit-remaining-requests", "7").with_header("x-ratelimit-reset-requests", "1m0s")
    };
    for (answer, is_good) in
        [(limits(Answer::json(200, &json!({}))), true), (limits(Answer::error(429, "rate", &json!(429))), false)]
    {
        let sandbox = Sandbox::playing([answer]).await;
        let reply = calls().line(sandbox.reach()).unwrap().complete(&json!({}), LIMIT, &job()).await;
        let reset = Duration::from_mins(1);
        assert_eq!(reply.told.requests, Some(crate::Left { remaining: 7, reset }));
        assert_eq!((reply.told.tokens, reply.answer.is_ok()), (None, is_good));
    }
}

#[tokio::test]
async fn a_call_that_the_endpoint_may_have_worked_for_may_have_cost() {
    for (answer, cost) in [
        (Answer::error(429, "limit", &Value::Null), false),
        (Answer::text(500, ""), false),
        (Answer::text(504, ""), true),
        (Answer::error(400, "odd", &Value::Null), false),
        (Answer::text(200, "<html>"), true),
        (Answer::Reset, true),
        (Answer::Stall, true),
    ] {
        let name = format!("{answer:?}");
        assert_eq!(complete(answer).await.unwrap_err().1.may_have_cost(), cost, "{name}");
    }
    let gone = Sandbox::playing([]).await.reach();
    let reply = calls().line(gone).unwrap().complete(&json!({}), LIMIT, &job()).await;
    assert!(!reply.answer.unwrap_err().may_have_cost(), "nobody was there");
}

#[tokio::test]
async fn a_bad_request_says_which_field_it_is_about() {
    let body = json!({"error": {"message": "no", "param": "response_format", "code": 400}});
    let failure = complete(Answer::json(400, &body)).await.unwrap_err().1;
    assert!(matches!(&failure, Failure::BadRequest { parameter, .. } if parameter == "response_format"), "{failure:?}");
}

#[tokio::test]
async fn the_words_of_faults_say_who_what_and_what_to_do() {
    insta::assert_snapshot!(words(Answer::text(429, "slow down")).await, @"test endpoint HOST answered 429, too many calls: slow down");
    insta::assert_snapshot!(words(Answer::text(402, "pay")).await, @"test endpoint HOST has no credit left: pay (top up the account, or change [test.openai])");
    insta::assert_snapshot!(words(Answer::error(401, "auth", &Value::Null)).await, @"test endpoint HOST answered 401: sandbox says auth (check base_url, model and api_key in [test.openai])");
    insta::assert_snapshot!(words(Answer::error(400, "filtered", &Value::Null)).await, @"test endpoint HOST will not do this: sandbox says filtered");
    insta::assert_snapshot!(words(Answer::error(400, "odd", &Value::Null)).await, @"test endpoint HOST refused the request with 400: sandbox says odd (check model and size in [test.openai])");
    insta::assert_snapshot!(words(Answer::text(503, "")).await, @"test endpoint HOST answered 503: (nothing)");
    insta::assert_snapshot!(words(Answer::text(200, "hello")).await, @"test endpoint HOST answered something that is not JSON: hello");
    insta::assert_snapshot!(words(Answer::Stall).await, @"test endpoint HOST did not answer within 0.5 s");
    insta::assert_snapshot!(words(Answer::Reset).await, @"could not reach test endpoint HOST");
    insta::assert_snapshot!(words(Answer::new(200, " ".repeat(LIMIT + 1))).await, @"test endpoint HOST answered more than 1024 bytes (check model and size in [test.openai])");
}

#[tokio::test]
async fn the_other_sides_words_are_made_plain_short_and_free_of_the_key() {
    let page = format!("<html><style>p {{}}</style>\n<p>{KEY} is \u{202e}down</p>\0</html>");
    assert_eq!(words(Answer::text(503, &page)).await, "test endpoint HOST answered 503: *** is down");
    let hidden = "sk-very\u{200b}-<b>secret<b/>, sk-very\u{200b}-secret";
    assert_eq!(words(Answer::text(503, hidden)).await, "test endpoint HOST answered 503: sk-very- secret , ***");
    let long = words(Answer::text(500, &"word ".repeat(1_000))).await;
    assert!(long.ends_with("word\u{2026}") && long.chars().count() < 350, "{long}");
    for (body, said) in [
        (json!({"error": {"message": "m", "type": "t"}}), "m"),
        (json!({"error": "m"}), "m"),
        (json!({"detail": "m"}), r#"{"detail":"m"}"#),
    ] {
        assert_eq!(words(Answer::json(500, &body)).await, format!("test endpoint HOST answered 500: {said}"));
    }
}

#[tokio::test]
async fn an_answer_may_be_as_long_as_its_limit_and_not_longer() {
    let of = |length: usize| Answer::new(200, format!("\"{}\"", "x".repeat(length - 2)));
    assert_eq!(complete(of(LIMIT)).await.unwrap().as_str().unwrap().len(), LIMIT - 2);
    assert!(matches!(complete(of(LIMIT + 1)).await, Err((_, Failure::TooLong { limit: LIMIT, .. }))));
    let refusal = Answer::new(503, "no ".repeat(LIMIT));
    assert!(words(refusal).await.starts_with("test endpoint HOST answered 503: no no"), "its start says enough");
}

#[tokio::test]
async fn any_body_is_posted_and_its_answers_bytes_come_back() {
    let sandbox = Sandbox::playing([Answer::new(200, &b"RIFF\xff"[..]), Answer::new(200, vec![0; 6])]).await;
    let line = calls().line(sandbox.reach()).unwrap();
    let job = job();
    let post = || line.post("/audio/speech", "text/x-order", b"say".to_vec(), 5, &job);
    assert_eq!(&post().await.unwrap()[..], b"RIFF\xff");
    let request = &sandbox.requests()[0];
    assert_eq!((request.path.as_str(), &request.body[..]), ("/audio/speech", &b"say"[..]));
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(request.header("content-type"), "text/x-order");
    assert_eq!(post().await.unwrap_err().kind(), "too_long");
}

#[tokio::test]
async fn pictures_are_asked_for_at_their_own_path_without_a_key_if_there_is_none() {
    let sandbox = Sandbox::playing([Answer::json(200, &json!({"data": []}))]).await;
    let line = calls().line(Reach { api_key: None, ..sandbox.reach() }).unwrap();
    assert_eq!(line.paint(&json!({}), LIMIT, &job()).await.unwrap(), json!({"data": []}));
    let request = &sandbox.requests()[0];
    assert_eq!((request.path.as_str(), request.header("authorization")), ("/images/generations", "Bearer none"));
}

#[test]
fn a_key_that_cannot_stand_in_a_header_is_a_fault_of_the_settings() {
    let api_key = Some(Secret::new("two\nlines".to_owned()));
    let base_url = "https://example.org/v1".parse().unwrap();
    let Err(failure) = calls().line(Reach { base_url, api_key, timeout: Duration::from_secs(1) }) else {
        panic!("a line break ends a header")
    };
    insta::assert_snapshot!(failure, @"cannot call test endpoint example.org: the api key holds characters that cannot stand in a header (is there a line break in it?)");
    assert_eq!((failure.kind(), failure.remedy()), ("endpoint", Remedy::StopStage));
}

#[tokio::test]
async fn a_stop_is_heard_while_waiting_for_an_answer_and_for_a_turn() {
    let sandbox = Sandbox::playing([Answer::Silence]).await;
    let (calls, job) = (calls(), job());
    job.cancel.cancel();
    let failure = calls.line(sandbox.reach()).unwrap().complete(&json!({}), LIMIT, &job).await.answer.unwrap_err();
    insta::assert_snapshot!(failure, @"the call to the test endpoint was given up because the press stops");
    let turns = calls.turns(rate(1));
    turns.wait(&job).await.unwrap();
    assert_eq!(turns.wait(&job).await.unwrap_err().kind(), "stopped");
}

#[test]
fn the_call_rate_has_a_burst_and_outlives_other_settings() {
    let calls = calls();
    assert_eq!((calls.turns(rate(60)).take(), calls.turns(rate(60)).take()), (None, None), "a burst of two");
    let wait = calls.turns(rate(60)).take().unwrap();
    assert!(wait > Duration::from_millis(500) && wait <= Duration::from_secs(1), "{wait:?}");
    assert_eq!(calls.turns(rate(1)).take(), None, "another rate starts anew");
    let wait = calls.turns(rate(1)).take().unwrap();
    assert!(wait > Duration::from_secs(50), "a burst is never more than a minute's calls: {wait:?}");
}

#[tokio::test]
async fn the_line_is_kept_until_the_endpoint_is_reached_otherwise() {
    let (calls, sandbox) = (calls(), Sandbox::playing([]).await);
    let line = |reach| calls.line(reach).unwrap();
    let first = line(sandbox.reach());
    assert!(Arc::ptr_eq(&first, &line(sandbox.reach())));
    assert!(!Arc::ptr_eq(&first, &line(Reach { api_key: None, ..sandbox.reach() })));
}

/// A client costs more than what is tried with it.
static LINE: LazyLock<Arc<Line>> = LazyLock::new(|| {
    let (base_url, timeout) = ("http://127.0.0.1:9/v1".parse().unwrap(), Duration::from_secs(1));
    calls().line(Reach { base_url, api_key: Some(Secret::new(KEY.to_owned())), timeout }).unwrap()
});

proptest::proptest! {
    /// Whatever an endpoint echoes around it, the key is not in what is said, and what is said stays short.
    #[test]
    fn no_echo_holds_the_key(before in ".{0,400}", after in ".{0,40}") {
        let said = LINE.said(format!("{before}{KEY}{after}").as_bytes());
        proptest::prop_assert!(!said.contains(KEY) && said.chars().count() <= 301, "{said}");
    }
}
