//! Everything that a language model's endpoint does wrong, through the stage as it ships, in paused time: no item is lost,
//! nobody is asked too often, the next writer is asked when it should be, and the metrics show it.
#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test may fail where it stands; metrics are counts in floats; seeds are for people"
)]

#[path = "faults/bench.rs"]
mod bench;
#[path = "faults/money.rs"]
mod money;

use std::num::NonZeroU32;
use std::time::Duration;

use reelpress_config::{Provider, SchemaMode};
use reelpress_endpoint::testing::Answer;
use serde_json::{Value, json};

use bench::{Bench, Ends, completion, content, good, metric};

fn limited() -> Answer {
    Answer::error(429, "rate_limit_exceeded", &Value::Null)
}

/// The first provider's answer to the first item, and its outcome in the metrics. The second provider is well.
fn faults() -> Vec<(&'static str, Answer, &'static str)> {
    let no_credit = Answer::error(429, "insufficient_quota", &json!("insufficient_quota"));
    vec![
        ("429", limited(), "too_many_calls"),
        ("429-after", limited().with_header("retry-after", "2"), "too_many_calls"),
        ("429-reset", limited().with_header("x-ratelimit-reset-requests", "1m2s"), "too_many_calls"),
        ("429-a-day", limited().with_header("retry-after", "86400"), "too_many_calls"),
        ("429-integer", Answer::error(429, "rate", &json!(429)), "too_many_calls"),
        ("429-html", Answer::text(429, "<html><body>slow down</body></html>"), "too_many_calls"),
        ("no-credit", no_credit, "no_credit"),
        ("400", Answer::error(400, "invalid", &json!("context_length_exceeded")), "bad_request"),
        ("401", Answer::error(401, "invalid_api_key", &json!(401)), "misconfigured"),
        ("404", Answer::error(404, "model_not_found", &Value::Null), "misconfigured"),
        ("500", Answer::error(500, "server_error", &json!(500)), "unavailable"),
        ("502-html", Answer::text(502, "<html>bad gateway</html>"), "unavailable"),
        ("503", Answer::text(503, "model is loading"), "unavailable"),
        ("reset", Answer::Reset, "unreachable"),
        ("stall", Answer::Stall, "timed_out"),
        ("silence", Answer::Silence, "timed_out"),
        ("drip", Answer::Drip, "timed_out"),
        ("200-error", Answer::json(200, &json!({"error": {"message": "overloaded", "code": 503}})), "not_an_answer"),
        ("200-html", Answer::text(200, "<html>captive portal</html>"), "not_an_answer"),
        ("200-empty", Answer::text(200, ""), "not_an_answer"),
        ("200-no-choices", Answer::json(200, &json!({"choices": []})), "not_an_answer"),
        ("200-odd-choices", Answer::json(200, &json!({"choices": {"0": 7}})), "not_an_answer"),
        ("200-huge", Answer::new(200, " ".repeat(3 << 20)), "too_long"),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_fault_of_one_provider_sends_the_item_to_the_next_after_one_call() {
    for (name, answer, outcome) in faults() {
        let first = format!("first-{name}");
        let bench = Bench::new(&[(&first, vec![answer]), ("next", vec![])], |_| {}).await;
        let end = bench.write_once(1).await;
        assert_eq!(end, Ends::Script { model: "next".to_owned() }, "{name}");
        assert_eq!((bench.calls(0), bench.calls(1)), (1, 1), "{name}: one try each");
        assert_eq!(metric("reelpress_provider_calls_total", &[&first, outcome]), 1.0, "{name}");
        assert_eq!(metric("reelpress_provider_fallbacks_total", &[&first, outcome]), 1.0, "{name}");
    }
}

/// Answers that the model itself spoilt: asked once more with the reason, then the next provider is asked.
#[tokio::test(start_paused = true)]
async fn what_is_no_script_gets_one_repair_round_and_then_the_next_provider() {
    let half: String = good().to_string().chars().take(200).collect();
    let tools = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function"}]});
    for (name, answer) in [
        ("chat", content("I would love to help with your video!")),
        ("empty", content("")),
        ("shape", content(r#"{"script": ["first", "second"], "mood": 7}"#)),
        ("half", content(&half)),
        ("tools", completion(&tools, "tool_calls", Some((20, 30)))),
    ] {
        let first = format!("nonsense-{name}");
        let bench = Bench::new(&[(&first, vec![answer.clone()])], |_| {}).await;
        assert!(matches!(bench.write_once(1).await, Ends::Script { .. }), "{name}: repaired");
        assert_eq!(bench.calls(0), 2);

        let bench = Bench::new(&[(&first, vec![answer.clone(), answer]), ("next", vec![])], |_| {}).await;
        assert_eq!(bench.write_once(1).await, Ends::Script { model: "next".to_owned() }, "{name}");
        assert_eq!((bench.calls(0), bench.calls(1)), (2, 1));
        assert_eq!(metric("reelpress_provider_fallbacks_total", &[&first, "nonsense"]), 1.0, "{name}");
        assert_eq!(metric("reelpress_provider_breaker_open", &[&first]), 0.0, "{name}: the endpoint works");
    }
}

#[tokio::test(start_paused = true)]
async fn think_blocks_and_fences_come_off_and_servers_that_ignore_the_schema_are_told_it_in_words() {
    let fenced = content(&format!("<think>\nThe {{user}} wants.\n</think>\n```json\n{}\n```", good()));
    let bench = Bench::new(&[("fenced", vec![fenced])], |_| {}).await;
    assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
    let bench = Bench::new(&[("ignores", vec![content("Sure! Here is a script about an octopus.")])], |_| {}).await;
    assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
    let repair = bench.request(0, 1)["messages"][3]["content"].as_str().unwrap().to_owned();
    assert!(repair.contains("keeps this schema") && repair.contains("\"narration\""), "{repair}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_waits_for_a_person_and_is_not_put_to_anybody_else() {
    let refusal = json!({"role": "assistant", "content": null, "refusal": "I cannot write about this."});
    let filter = json!({"role": "assistant", "content": "The first", "refusal": null});
    for (name, answer) in [
        ("refuses", completion(&refusal, "stop", Some((20, 5)))),
        ("filters", completion(&filter, "content_filter", Some((20, 5)))),
    ] {
        let bench = Bench::new(&[(name, vec![answer]), ("next", vec![])], |_| {}).await;
        let Ends::Held { kind, message } = bench.write_once(1).await else { panic!("{name}: nobody asked a person") };
        assert_eq!(kind, "writer_refused");
        assert!(message.contains(name), "{message}");
        assert_eq!((bench.calls(0), bench.calls(1)), (1, 0), "{name}");
        assert_eq!(metric("reelpress_provider_calls_total", &[name, "refused"]), 1.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_answer_gets_twice_the_room_once() {
    let cut = || completion(&json!({"role": "assistant", "content": "{\"title\": \"An"}), "length", Some((20, 700)));
    let bench = Bench::new(&[("cuts", vec![cut()])], |_| {}).await;
    assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
    assert_eq!([0, 1].map(|call| bench.request(0, call)["max_tokens"].clone()), [700, 1_400]);
    let bench = Bench::new(&[("cuts-twice", vec![cut(), cut()]), ("next", vec![])], |_| {}).await;
    assert_eq!(bench.write_once(1).await, Ends::Script { model: "next".to_owned() });
    assert_eq!(metric("reelpress_provider_calls_total", &["cuts-twice", "cut"]), 2.0);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_know_response_format_is_asked_without_and_that_is_remembered() {
    let by_name = json!({"error": {"message": "no", "param": "response_format", "code": 400}});
    let by_words = json!({"error": {"message": "Unsupported field: 'response_format'", "code": null}});
    let grammar =
        json!({"error": {"message": "failed to parse grammar", "code": 400, "type": "invalid_request_error"}});
    for (name, status, body) in [("by-name", 400, by_name), ("by-words", 422, by_words), ("grammar", 400, grammar)] {
        let bench = Bench::new(&[(name, vec![Answer::json(status, &body)])], |_| {}).await;
        for item in [1, 2] {
            assert!(matches!(bench.write_once(item).await, Ends::Script { .. }), "{name}");
        }
        let asked = [0, 1, 2].map(|call| bench.request(0, call).get("response_format").is_some());
        assert_eq!(asked, [true, false, false], "{name}");
        let rules = bench.request(0, 1)["messages"][0]["content"].as_str().unwrap().to_owned();
        assert!(rules.contains("keeps this schema"), "it is told in words");
    }
}

#[tokio::test(start_paused = true)]
async fn the_shape_is_asked_for_as_configured() {
    for (mode, expected) in [(SchemaMode::JsonObject, json!({"type": "json_object"})), (SchemaMode::None, Value::Null)]
    {
        let bench = Bench::new(&[("modes", vec![])], |provider| provider.schema = mode).await;
        assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
        assert_eq!(bench.request(0, 0)["response_format"], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn two_failures_and_then_an_answer_end_well() {
    let bench = Bench::new(&[("wobbly", vec![Answer::text(500, "one"), Answer::text(500, "two")])], |_| {}).await;
    assert!(matches!(bench.write(1).await, Ends::Script { .. }));
    assert_eq!(bench.calls(0), 3);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_asks_for_a_day_is_left_alone_for_a_day_and_the_item_is_not_lost() {
    let bench = Bench::new(&[("day", vec![limited().with_header("retry-after", "86400")])], |_| {}).await;
    let since = tokio::time::Instant::now();
    assert!(matches!(bench.write(1).await, Ends::Script { .. }));
    assert_eq!(bench.calls(0), 2, "nobody knocked in between");
    let waited = since.elapsed();
    assert!(waited >= Duration::from_hours(24) && waited < Duration::from_hours(25), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_endpoint_says_is_left_is_not_overdrawn() {
    let empty = content(&good().to_string())
        .with_header("x-ratelimit-remaining-requests", "0")
        .with_header("x-ratelimit-reset-requests", "40s");
    let bench = Bench::new(&[("empty", vec![empty]), ("next", vec![])], |_| {}).await;
    assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
    let Ends::Later(wait) = bench.write_once(2).await else { panic!("nothing is left there") };
    assert!(wait > Duration::from_secs(35) && wait <= Duration::from_secs(40), "{wait:?}");
    assert_eq!((bench.calls(0), bench.calls(1)), (1, 0), "better late than by somebody else");
    tokio::time::advance(wait).await;
    assert_eq!(bench.write_once(2).await, Ends::Script { model: "empty".to_owned() });

    let long = content(&good().to_string())
        .with_header("x-ratelimit-remaining-tokens", "0")
        .with_header("x-ratelimit-reset-tokens", "6m0s");
    let bench = Bench::new(&[("empty-long", vec![long]), ("next", vec![])], |_| {}).await;
    assert!(matches!(bench.write_once(1).await, Ends::Script { .. }));
    assert_eq!(bench.write_once(2).await, Ends::Script { model: "next".to_owned() }, "six minutes are too long");
    assert_eq!(metric("reelpress_provider_fallbacks_total", &["empty-long", "busy"]), 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_opens_after_failures_in_a_row_and_one_try_closes_it() {
    let down = vec![Answer::text(500, "down"); 6];
    let bench = Bench::new(&[("down", down), ("next", vec![])], |_| {}).await;
    for item in 1..=8 {
        assert_eq!(bench.write_once(item).await, Ends::Script { model: "next".to_owned() });
    }
    assert_eq!((bench.calls(0), bench.calls(1)), (5, 8), "five in a row open it");
    assert_eq!(metric("reelpress_provider_breaker_open", &["down"]), 1.0);
    assert_eq!(metric("reelpress_provider_fallbacks_total", &["down", "breaker_open"]), 3.0);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(bench.write_once(9).await, Ends::Script { model: "next".to_owned() }, "the try fails");
    assert_eq!(bench.calls(0), 6);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(bench.write_once(10).await, Ends::Script { model: "down".to_owned() });
    assert_eq!(metric("reelpress_provider_breaker_open", &["down"]), 0.0);
}

#[tokio::test(start_paused = true)]
async fn nobody_left_means_wait_or_a_person_but_never_lost() {
    let bench = Bench::new(&[("gone", vec![Answer::text(503, "down"); 40])], |_| {}).await;
    let Ends::Held { kind, .. } = bench.write(1).await else { panic!("after four tries a person is asked") };
    assert_eq!(kind, "unavailable");
    assert!(matches!(bench.write(2).await, Ends::Script { .. }), "the breaker lets it wait until the endpoint is back");

    let bench = Bench::new(
        &[("nonsense", vec![content("no"); 2]), ("parked", vec![limited().with_header("retry-after", "7200")])],
        |_| {},
    )
    .await;
    let end = bench.write_once(1).await;
    let after = Some(Duration::from_hours(2));
    assert_eq!(end, Ends::Fails { kind: "nonsense", after }, "what cost a call is not tried without end");
    let end = bench.write_once(2).await;
    assert_eq!(end, Ends::Script { model: "nonsense".to_owned() });
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_go_out_than_the_rate_allows() {
    let bench = Bench::new(&[("slow", vec![])], |provider: &mut Provider| {
        provider.calls_per_minute = NonZeroU32::new(6).unwrap();
    })
    .await;
    let since = tokio::time::Instant::now();
    let ends = bench.write_all(1..=20).await;
    assert!(ends.iter().all(|end| matches!(end, Ends::Script { .. })));
    assert_eq!(bench.calls(0), 20);
    let took = since.elapsed();
    assert!(took >= Duration::from_secs(190) && took < Duration::from_secs(260), "one in ten seconds: {took:?}");
    assert!(metric("reelpress_provider_rate_waits_total", &["slow"]) >= 19.0);
}
