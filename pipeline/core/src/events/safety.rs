//! What is said and counted about brand safety.

use super::MetricName;

/// Somebody looked at a cut, or did not: `by` and `outcome` are fixed words, `ok` or why not; `why` says it in full.
pub fn safety_checked(by: &'static str, outcome: &'static str, why: Option<&str>) {
    metrics::counter!(MetricName::SafetyChecks.as_str(), "by" => by, "outcome" => outcome).increment(1);
    match why {
        Some(why) => tracing::warn!(by, outcome, why, "not checked for brand safety"),
        None => tracing::debug!(by, outcome, "checked for brand safety"),
    }
}
