//! A language model's endpoint that answers badly, through the whole daemon.

use std::time::Duration;

use reelpress_tests::llm::{Answer, LlmSandbox};

use super::{HOSTILE, assert_made_harmless, count, feed_file, held, items, json, life, metric, press, release, rss};

/// The usual words are too few for the sandbox's scripts.
const WORDS_MAX: u32 = 200;

fn model(url: &str) -> String {
    format!(
        "[script]\nwriters = [\"cloud\"]\nwords_max = {WORDS_MAX}\n[script.providers.cloud]\nbase_url = \"{url}\"\nmodel = \"sandbox\"\ntimeout = \"1s\"\ncalls_per_minute = 100000\n{}",
        feed_file("facts")
    )
}

fn with_model(url: &str) -> reelpress_tests::press::Press {
    press(&model(url))
}

/// One try fails, the next one gives a script.
async fn is_tried_again(name: &str, answer: Answer, kind: &str, words: &str, at_least: Duration) {
    let sandbox = LlmSandbox::start([answer]).await;
    let press = with_model(&sandbox.base_url());
    press.write("facts.xml", rss(1));
    let mut daemon = press.start();
    daemon.ready().await;
    let since = tokio::time::Instant::now();
    daemon.says(&["passed", "stage=script"]).await;
    assert!(since.elapsed() >= at_least, "{name}: went on after {:?}", since.elapsed());
    let id = items(&press)[0]["id"].as_str().unwrap().to_owned();
    let life = life(&press, &id);
    assert!(life.contains("failed script, try 1: ") && life.contains(words), "{name}: {life}");
    assert!(life.contains(&format!("({kind})")) && life.contains("passed script"), "{name}: {life}");
    let failures = format!("reelpress_stage_failures_total{{stage=\"script\",kind=\"{kind}\"}}");
    assert!((metric(&daemon, &failures).await - 1.0).abs() < 0.1, "{name}: {failures}");
    assert_eq!(items(&press).len(), 1, "{name}: nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_busy_ill_or_silent_is_asked_again() {
    let none = Duration::ZERO;
    let busy = Answer::text(429, "slow down").with_header("retry-after", "1");
    is_tried_again("429", busy, "too_many_calls", "429", Duration::from_millis(900)).await;
    is_tried_again("500", Answer::text(500, "oh no"), "unavailable", "answered 500: oh no", none).await;
    is_tried_again("hangs", Answer::Silence, "timed_out", "did not answer within 1 s", none).await;
    is_tried_again("stalls", Answer::Stall, "timed_out", "did not answer within 1 s", none).await;
    is_tried_again("breaks", Answer::Reset, "unreachable", "could not reach", none).await;
}

/// The model was told what was wrong and gave nonsense again: a person looks, and a release asks it anew.
async fn is_held(name: &str, answers: [Answer; 2], kind: &str) {
    let sandbox = LlmSandbox::start(answers).await;
    let press = with_model(&sandbox.base_url());
    press.write("facts.xml", rss(1));
    let mut daemon = press.start();
    daemon.ready().await;
    let (id, reason) = held(&press, &daemon).await;
    assert!(reason.ends_with(&format!("({kind})")), "{name}: {reason}");
    assert_eq!(sandbox.requests().len(), 2, "{name}: the model had a second chance, and no third");
    let failures = format!("reelpress_stage_failures_total{{stage=\"script\",kind=\"{kind}\"}}");
    assert!((metric(&daemon, &failures).await - 1.0).abs() < 0.1, "{name}: {failures}");
    let story = life(&press, &id);
    assert!(
        story.contains("created") && story.contains("failed script, try 1") && story.contains("held script"),
        "{story}"
    );
    release(&press, &id);
    daemon.says(&["passed", "stage=script"]).await;
    assert_eq!(count(&press, "held"), 0, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_answers_nonsense_twice_leaves_the_item_to_a_person() {
    is_held("truncated", [Answer::Truncated, Answer::Truncated], "nonsense").await;
    is_held("wrong shape", [Answer::WrongShape, Answer::WrongShape], "nonsense").await;
    is_held("repetitions", [Answer::Repetitions, Answer::Repetitions], "nonsense").await;
    is_held("cut", [Answer::Cut, Answer::Cut], "cut").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instructions_in_a_topic_stay_text_for_a_model() {
    let sandbox = LlmSandbox::start([]).await;
    let press = with_model(&sandbox.base_url());
    press.write("hostile.txt", HOSTILE);
    let order = ["make", "--topic", "An octopus has three hearts", "--summary", "hostile.txt", "--out", "out"];
    let report = tokio::task::block_in_place(|| json(&press, &order));
    assert_made_harmless(&press, &report);
    let requests = sandbox.requests();
    assert_eq!(requests[0].body["messages"].as_array().unwrap().len(), 2, "ours, and the topic");
    assert!(!requests[0].message(0).contains("octopus"), "the instructions are ours alone");
    let told = requests[0].message(1);
    assert!(told.contains("An octopus has three hearts"), "the topic is handed on as data");
    assert!(!told.contains("Ignore all previous instructions"), "what speaks to the writer is not");
}
