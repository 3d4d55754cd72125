use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reelpress_config::Niche;
use reelpress_endpoint::testing::{Answer as Said, KEY, Request, Sandbox};
use serde_json::{Value, json};

use super::*;
use crate::route::{Router, WordsAlone};
use crate::testing::{at, name, niche, settings};

/// Two numbers: how much of a title is about space, how much about cake.
fn vector(text: &str) -> Value {
    let text = text.to_lowercase();
    let count = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count() as f64;
    let (space, cake) = (count(&["space", "rocket", "capsule", "orbit"]), count(&["cake", "oven", "bake"]));
    // Not of length 1: that is ours to do.
    json!([space * 10.0 + 0.1, cake * 10.0 + 0.1])
}

/// As the protocol has it, the rows in another order.
fn answer(request: &Request) -> Said {
    let body = request.json();
    let input = body["input"].as_array().cloned().unwrap_or_default();
    let row = |(at, text): (usize, &Value)| json!({ "object": "embedding", "index": at, "embedding": vector(text.as_str().unwrap_or_default()) });
    let rows = input.iter().enumerate().map(row).rev().collect::<Vec<_>>();
    Said::json(200, &json!({ "object": "list", "data": rows, "model": body["model"], "usage": {} }))
}

fn studio(sandbox: &Sandbox, batch: usize, keep: usize) -> Settings {
    let reach = sandbox.reach();
    let mut settings = settings(vec![]);
    settings.trends.embeddings = Some(EmbeddingsEndpoint {
        base_url: reach.base_url,
        model: "tiny".to_owned(),
        api_key: reach.api_key,
        timeout: Duration::from_millis(500),
        calls_per_minute: NonZeroU32::new(1_000).unwrap(),
        batch: NonZeroUsize::new(batch).unwrap(),
        keep: NonZeroUsize::new(keep).unwrap(),
        closeness: 0.8,
    });
    let mut space: Niche = niche(&["nasa"], &[]);
    space.routing.about = "Rockets and space".to_owned();
    space.routing.examples = vec!["A capsule in orbit".to_owned()];
    settings.niches = [(name("space"), space)].into();
    settings
}

const NOW: &str = "2026-11-21T12:00:00Z";

#[tokio::test]
async fn titles_that_mean_it_are_taken_and_vectors_are_asked_for_once() {
    let sandbox = Sandbox::start(answer).await;
    let settings = studio(&sandbox, 2, 100);
    let folder = tempfile::tempdir().unwrap();
    let mut embeddings = Embeddings::open(folder.path());
    let titles = ["Capsule lands softly", "Cake wins prize", "Cake wins prize", ""];
    let prepared = embeddings.prepare(&settings, &titles, at(NOW)).await;
    assert_eq!(prepared, Prepared { wanted: 4, kept: 0, got: 4, problem: String::new() });
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2, "four texts in batches of two");
    assert_eq!(requests[0].path, "/embeddings");
    assert_eq!(requests[0].json(), json!({ "model": "tiny", "input": ["Rockets and space", "A capsule in orbit"] }));
    let endpoint = settings.trends.embeddings.as_ref().unwrap();
    let length = |text: &str| embeddings.vector(endpoint, text).map(|vector| cosine(vector, vector).unwrap());
    assert!((length("Capsule lands softly").unwrap() - 1.0).abs() < 1e-6, "of length 1");
    let router = Router::new(&settings);
    let judge = |title: &str| {
        let topic = reelpress_vocabulary::testing::topic(title);
        router.judge(&topic, &embeddings.meaning(&settings))[0].to_string()
    };
    insta::assert_snapshot!(judge("Capsule lands softly"), @"space: taken: close in meaning: 1.00, at least 0.80");
    insta::assert_snapshot!(judge("Cake wins prize"), @"space: not taken: holds no keyword, and its meaning is too far: 0.01, below 0.80");
    insta::assert_snapshot!(judge("Never asked"), @"space: not taken: holds no keyword, and its meaning is not known yet");

    embeddings.save().unwrap();
    let mut again = Embeddings::open(folder.path());
    let prepared = again.prepare(&settings, &titles, at(NOW)).await;
    assert_eq!((prepared.kept, prepared.got), (4, 0), "kept over a restart");
    assert_eq!(sandbox.requests().len(), 2);

    let mut other = settings.clone();
    other.trends.embeddings.as_mut().unwrap().model = "large".to_owned();
    assert_eq!(again.prepare(&other, &[], at(NOW)).await.got, 2, "another model's vectors are none of this one's");
}

#[tokio::test]
async fn an_endpoint_that_fails_is_left_alone_and_words_go_on() {
    let broken = Arc::new(AtomicBool::new(true));
    let is_broken = broken.clone();
    let sandbox =
        Sandbox::start(
            move |request| {
                if is_broken.load(Ordering::SeqCst) { Said::text(503, "busy") } else { answer(request) }
            },
        )
        .await;
    let settings = studio(&sandbox, 10, 100);
    let folder = tempfile::tempdir().unwrap();
    let mut embeddings = Embeddings::open(folder.path());
    let title = ["NASA plans a capsule"];
    let prepared = embeddings.prepare(&settings, &title, at(NOW)).await;
    let problem = prepared.problem.replace(&sandbox.address.to_string(), "HOST");
    insta::assert_snapshot!(problem, @"embeddings endpoint HOST answered 503: busy");
    let topic = reelpress_vocabulary::testing::topic(title[0]);
    let router = Router::new(&settings);
    assert_eq!(router.judge(&topic, &embeddings.meaning(&settings)), router.judge(&topic, &WordsAlone));
    assert!(router.judge(&topic, &WordsAlone)[0].is_routed(), "a keyword is enough");
    let paused = embeddings.prepare(&settings, &title, at("2026-11-21T12:00:30Z")).await;
    assert!(paused.problem.contains("left alone until 2026-11-21T12:01:00Z"), "{paused:?}");
    assert_eq!(sandbox.requests().len(), 1, "it was not asked in its pause");
    embeddings.prepare(&settings, &title, at("2026-11-21T12:01:00Z")).await;
    let paused = embeddings.prepare(&settings, &title, at("2026-11-21T12:02:30Z")).await;
    assert!(paused.problem.contains("2026-11-21T12:03:00Z"), "the second pause is twice as long: {paused:?}");
    broken.store(false, Ordering::SeqCst);
    let prepared = embeddings.prepare(&settings, &title, at("2026-11-21T12:04:00Z")).await;
    assert_eq!((prepared.got, prepared.problem.as_str()), (3, ""));
}

#[tokio::test]
async fn answers_that_do_not_fit_are_refused_whole() {
    let row = |index: usize, numbers: Value| json!({ "index": index, "embedding": numbers });
    let cases = [
        (json!({ "data": [] }), "it has 0 vectors for 2 texts, or their places are wrong"),
        (
            json!({ "data": [row(0, json!([1])), row(0, json!([1]))] }),
            "it has 2 vectors for 2 texts, or their places are wrong",
        ),
        (
            json!({ "data": [row(0, json!([1])), row(2, json!([1]))] }),
            "it has 2 vectors for 2 texts, or their places are wrong",
        ),
        (
            json!({ "data": [row(0, json!([1])), row(1, json!([1, 2]))] }),
            "its vectors are empty or of different lengths",
        ),
        (json!({ "data": [row(0, json!([])), row(1, json!([]))] }), "its vectors are empty or of different lengths"),
        (json!({ "error": { "message": "odd" } }), "missing field `data`"),
    ];
    for (body, why) in cases {
        let sandbox = Sandbox::playing([Said::json(200, &body)]).await;
        let mut embeddings = Embeddings::open(Path::new("/nowhere"));
        let prepared = embeddings.prepare(&studio(&sandbox, 10, 100), &[], at(NOW)).await;
        assert!(prepared.problem.contains(why) && !prepared.problem.contains(KEY), "{body}: {prepared:?}");
        assert_eq!((prepared.got, embeddings.kept.len()), (0, 0));
    }
}

#[tokio::test]
async fn vectors_are_bounded_and_the_longest_unused_go_first() {
    let sandbox = Sandbox::start(answer).await;
    let settings = studio(&sandbox, 10, 4);
    let mut embeddings = Embeddings::open(Path::new("/nowhere"));
    embeddings.prepare(&settings, &["one", "two"], at(NOW)).await;
    embeddings.prepare(&settings, &["one"], at(NOW)).await;
    embeddings.prepare(&settings, &["three"], at(NOW)).await;
    let endpoint = settings.trends.embeddings.as_ref().unwrap();
    assert_eq!(embeddings.kept.len(), 4);
    assert!(embeddings.vector(endpoint, "two").is_none() && embeddings.vector(endpoint, "one").is_some());
}

#[tokio::test]
async fn a_damaged_file_and_a_vector_without_direction_count_as_none() {
    let zero = |request: &Request| {
        let rows = request.json()["input"].as_array().map_or(0, Vec::len);
        let row = |at: usize| json!({ "index": at, "embedding": [0.0, 0.0] });
        Said::json(200, &json!({ "data": (0..rows).map(row).collect::<Vec<_>>() }))
    };
    let sandbox = Sandbox::start(zero).await;
    let settings = studio(&sandbox, 10, 100);
    let folder = tempfile::tempdir().unwrap();
    let mut embeddings = Embeddings::open(folder.path());
    embeddings.prepare(&settings, &["x"], at(NOW)).await;
    let endpoint = settings.trends.embeddings.as_ref().unwrap();
    assert_eq!(embeddings.vector(endpoint, "x"), None);
    embeddings.save().unwrap();
    let path = folder.path().join("vectors.bin");
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(Embeddings::open(folder.path()).kept.len(), 3);
    for cut in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[cut] ^= 0x20;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Embeddings::open(folder.path()).kept.len(), 0, "byte {cut} changed");
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(Embeddings::open(folder.path()).kept.len(), 0, "cut at {cut}");
    }
}
