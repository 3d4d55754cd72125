//! Pictures of plain colours, and a server that answers as a test tells it to. Behind the feature `testing`; never part of
//! the daemon.

use std::num::NonZeroU32;
use std::time::Duration;

use reelpress_config::ModerationEndpoint;
use reelpress_endpoint::Reach;
pub use reelpress_endpoint::testing::{Answer, KEY, Request, Sandbox};
use reelpress_quality::Frame;
use serde_json::{Value, json};

use crate::sampler::{Sampler, Snapshots};

/// What is kept of a cut that shows one plain colour after the other (luma, blue and red difference), each for so many
/// milliseconds, at 25 pictures a second.
#[must_use]
pub fn snapshots(colours: &[(u64, [u8; 3])]) -> Snapshots {
    let mut sampler = Sampler::new();
    let mut time = 0;
    for (length, [luma, blue, red]) in colours {
        let until = time + length;
        let (y, u, v) = (vec![*luma; 64 * 96], vec![*blue; 32 * 48], vec![*red; 32 * 48]);
        while time < until {
            sampler.picture(&Frame {
                width: 64,
                height: 96,
                y: &y,
                y_stride: 64,
                u: &u,
                v: &v,
                chroma_stride: 32,
                time_ms: time as f64,
                end_ms: (time + 40) as f64,
            });
            time += 40;
        }
    }
    sampler.finish()
}

/// The sandbox as an endpoint: three tries, hardly a wait between them.
#[must_use]
pub fn endpoint(sandbox: &Sandbox) -> ModerationEndpoint {
    let Reach { base_url, api_key, .. } = sandbox.reach();
    ModerationEndpoint {
        base_url,
        model: "moderator-1".to_owned(),
        api_key,
        timeout: Duration::from_millis(500),
        attempts: NonZeroU32::MIN.saturating_add(2),
        longest_wait: Duration::from_millis(2),
        calls_per_minute: NonZeroU32::MIN.saturating_add(9_999),
        pictures: 2,
    }
}

/// A result with these scores.
#[must_use]
pub fn result(scores: &[(&str, f64)]) -> Value {
    let scores: serde_json::Map<String, Value> =
        scores.iter().map(|(name, score)| ((*name).to_owned(), json!(score))).collect();
    json!({ "flagged": false, "category_scores": scores })
}

/// An answer with these results.
#[must_use]
pub fn answer(results: &[Value]) -> Answer {
    Answer::json(200, &json!({ "id": "modr-1", "model": "moderator-1", "results": results }))
}

/// As many clean results as a request asks for, each with these scores.
#[must_use]
pub fn same_for_all(request: &Request, scores: &[(&str, f64)]) -> Answer {
    let input = request.json()["input"].clone();
    let inputs = input.as_array().cloned().unwrap_or_default();
    let results = if inputs.iter().all(Value::is_string) { inputs.len() } else { 1 };
    answer(&vec![result(scores); results])
}
