//! What is said and counted about feeds and topics.

use super::MetricName;

/// One feed was read (or not). `outcome` is `fresh`, `unchanged`, `failed` or `gone`.
pub fn feed_polled(feed: &str, outcome: &'static str, items: usize, error: Option<&str>) {
    metrics::counter!(MetricName::FeedPolls.as_str(), "outcome" => outcome).increment(1);
    match error {
        Some(error) => tracing::warn!(feed, outcome, error, "feed not read"),
        None => tracing::debug!(feed, outcome, items, "feed read"),
    }
}

/// A round of feed reading gave this many topics.
pub fn topics_found(count: usize) {
    metrics::counter!(MetricName::FeedTopics.as_str()).increment(count as u64);
}

/// A niche passed a topic over for the first time; `reason` is a fixed word, `message` says it in full.
pub fn topic_passed_over(reason: &'static str, niche: &str, message: &str) {
    metrics::counter!(MetricName::TopicsPassedOver.as_str(), "reason" => reason).increment(1);
    tracing::info!(reason, niche, message, "topic passed over");
}

/// How many feeds are frozen, empty and failing now.
pub fn feeds_unwell(frozen: usize, empty: usize, failing: usize) {
    let name = MetricName::FeedsUnwell.as_str();
    metrics::gauge!(name, "state" => "frozen").set(frozen as f64);
    metrics::gauge!(name, "state" => "empty").set(empty as f64);
    metrics::gauge!(name, "state" => "failing").set(failing as f64);
}

/// A feed's health changed. `state` is `well`, `frozen` or `empty`.
pub fn feed_health_changed(feed: &str, state: &'static str, detail: &str) {
    match state {
        "well" => tracing::info!(feed, state, detail, "feed moves again"),
        _ => tracing::warn!(feed, state, detail, "feed does not move: nothing is learned from it meanwhile"),
    }
}

/// What is known of trends after a round: elements by kind, and how many the library holds.
pub fn trends_known(kinds: &[(&'static str, usize)], library: usize) {
    for (kind, count) in kinds {
        metrics::gauge!(MetricName::TrendElements.as_str(), "kind" => *kind).set(*count as f64);
    }
    metrics::gauge!(MetricName::TrendLibrary.as_str()).set(library as f64);
}
