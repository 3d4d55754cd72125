//! The one home of metrics and of the log lines that go with them: a name for each metric, a function or a meter for
//! each event. No other file may use the metric macros (`clippy.toml`), so labels cannot run away: they come from stage
//! names, task kinds and fixed words only, never from items.
#![expect(clippy::disallowed_macros, reason = "the one home of metrics")]

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use crate::item::ItemId;
use crate::stage::{Reason, StageName};

mod providers;
mod safety;
mod similar;
mod trends;

pub(crate) use providers::provider_breaker_known;
pub use providers::{
    BudgetState, ProviderUse, budget, budget_spent, provider_breaker, provider_called, provider_passed_over,
    provider_used, provider_waits, provider_without_schema,
};
pub use safety::safety_checked;
pub use similar::{ArchiveSize, similar_archive, similar_forgotten, similar_index_failed, similar_judged};
pub use trends::{feed_health_changed, feed_polled, feeds_unwell, topic_passed_over, topics_found, trends_known};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only rises.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Spread over buckets.
    Histogram,
}

impl MetricKind {
    /// As Prometheus writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

macro_rules! metric_names {
    ($($variant:ident, $kind:ident, $name:literal, [$($label:literal),*], $help:literal;)*) => {
        /// Every metric of the press. `pipeline/METRICS.md` is made from this list, and a test compares the two.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum MetricName {
            $(#[doc = $help] $variant,)*
        }

        impl MetricName {
            /// All of them, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as scraped.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Its kind.
            #[must_use]
            pub const fn kind(self) -> MetricKind {
                match self { $(Self::$variant => MetricKind::$kind,)* }
            }

            /// Its labels.
            #[must_use]
            pub const fn labels(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($label),*],)* }
            }

            /// What it says, in one sentence.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

metric_names! {
    BuildInfo, Gauge, "reelpress_build_info", ["version"], "Always 1; the label says which version runs.";
    ItemsCreated, Counter, "reelpress_items_created_total", [], "Briefs taken onto the line.";
    ItemsInFlight, Gauge, "reelpress_items_in_flight", [], "Items on the line now, queued or in hand.";
    ItemsLost, Counter, "reelpress_items_lost_total", [], "Tickets dropped without an outcome; each is put back from the journal.";
    StageItems, Counter, "reelpress_stage_items_total", ["stage", "outcome"], "Items a stage is done with: passed, reused (product found in the store), held, rejected.";
    StageLater, Counter, "reelpress_stage_later_total", ["stage"], "Times a stage put an item off to a later time.";
    StageFailures, Counter, "reelpress_stage_failures_total", ["stage", "kind"], "Failed tries by the error's fixed word.";
    StageDuration, Histogram, "reelpress_stage_duration_seconds", ["stage"], "Time of one try, from taking the item to the stage's answer.";
    StageInHand, Gauge, "reelpress_stage_in_hand", ["stage"], "Items a stage works on now.";
    BreakerOpen, Gauge, "reelpress_breaker_open", ["stage"], "1 while the stage's circuit breaker lets nothing through.";
    EdgeDepth, Gauge, "reelpress_edge_depth", ["stage"], "Places taken before this stage, items in its hands included.";
    EdgeCapacity, Gauge, "reelpress_edge_capacity", ["stage"], "Places before this stage.";
    EdgeWait, Counter, "reelpress_edge_wait_seconds_total", ["stage"], "Time that work upstream waited for a place before this stage.";
    JournalRecords, Counter, "reelpress_journal_records_total", [], "Records written to the journal.";
    JournalErrors, Counter, "reelpress_journal_errors_total", [], "Appends that failed and are being tried again.";
    JournalAppend, Histogram, "reelpress_journal_append_seconds", [], "Time from handing records to the journal until they are on disk.";
    TaskFailures, Counter, "reelpress_task_failures_total", ["task"], "Tasks that ended with an error or a panic.";
    Segments, Counter, "reelpress_segments_total", ["outcome"], "Pieces of cuts: made (painted and coded) or reused (kept from before).";
    SegmentsLost, Counter, "reelpress_segments_lost_total", ["reason"], "Kept pieces that went: evicted (no room) or damaged.";
    SegmentStore, Gauge, "reelpress_segment_store_bytes", [], "Bytes of pieces that are kept.";
    SimilarCompared, Counter, "reelpress_similar_compared_total", [], "Earlier cuts that new ones were compared with.";
    SimilarFound, Counter, "reelpress_similar_found_total", ["ruling"], "Cuts that are too much like an earlier one: held, rejected.";
    SimilarDuration, Histogram, "reelpress_similar_judge_seconds", [], "Time to compare one cut with what was made before.";
    SimilarCuts, Gauge, "reelpress_similar_archive_cuts", [], "Cuts whose prints are kept.";
    SimilarHashes, Gauge, "reelpress_similar_archive_hashes", ["index"], "Hashes that are searched: frames, keys (regions), words (runs of scripts, and sources).";
    SimilarBytes, Gauge, "reelpress_similar_archive_bytes", [], "Bytes of the indexes of what was made before.";
    SimilarForgotten, Counter, "reelpress_similar_forgotten_total", ["reason"], "Cuts that were taken out of the archive: old, or rejected (by a person, after screening).";
    FeedPolls, Counter, "reelpress_feed_polls_total", ["outcome"], "Reads of feeds: fresh, unchanged, failed, gone.";
    FeedTopics, Counter, "reelpress_feed_topics_total", [], "Topics that a round of feed reading gave.";
    TopicsPassedOver, Counter, "reelpress_topics_passed_over_total", ["reason"], "Topics that a niche would have taken but for a rule: refused, saturated.";
    FeedsUnwell, Gauge, "reelpress_feeds_unwell", ["state"], "Feeds that are frozen (the same content for too long), empty or failing now.";
    TrendElements, Gauge, "reelpress_trend_elements", ["kind"], "Elements that are known now, told or not, by kind.";
    TrendLibrary, Gauge, "reelpress_trend_library_elements", [], "Elements at hand in the library.";
    ConfigReloads, Counter, "reelpress_config_reloads_total", ["outcome"], "Config reloads: unchanged, swapped, `needs_restart`, kept.";
    ConfigLastReloadOk, Gauge, "reelpress_config_last_reload_successful", [], "0 while the config file on disk is not the one in force because it has mistakes.";
    PolicyReloads, Counter, "reelpress_policy_reloads_total", ["outcome"], "Reloads of the policies' files: swapped, kept (they hold mistakes).";
    PolicyLastReloadOk, Gauge, "reelpress_policy_last_reload_successful", [], "0 while the policies on disk are not those in force because they have mistakes.";
    DiskFree, Gauge, "reelpress_disk_free_bytes", [], "Room left on the data folder's disk.";
    Paused, Gauge, "reelpress_paused", [], "1 while the press takes no new work because the disk is nearly full.";
    Ready, Gauge, "reelpress_ready", [], "1 while the daemon takes work.";
    ProviderCalls, Counter, "reelpress_provider_calls_total", ["provider", "outcome"], "Calls to providers by what came of them: ok, refused, cut, or the failure's fixed word.";
    ProviderDuration, Histogram, "reelpress_provider_call_duration_seconds", ["provider"], "Time of one call to a provider.";
    ProviderTokens, Counter, "reelpress_provider_tokens_total", ["provider", "kind"], "Tokens counted for a provider's calls: input (prompts), output (answers).";
    ProviderCost, Counter, "reelpress_provider_cost_micros_total", ["provider"], "Money counted for a provider's calls, in millionths of the currency of the config.";
    ProviderEstimated, Counter, "reelpress_provider_estimated_calls_total", ["provider"], "Calls whose use the provider did not say, so that the most it could be was counted.";
    ProviderFallbacks, Counter, "reelpress_provider_fallbacks_total", ["provider", "reason"], "Scripts that a later writer wrote instead of this provider, by why: busy, `breaker_open`, `out_of_budget`, nonsense, or the failure's fixed word.";
    ProviderWaits, Counter, "reelpress_provider_rate_waits_total", ["provider"], "Times a call had to wait for a provider's rate, ours or the one it told us.";
    ProviderBreakerOpen, Gauge, "reelpress_provider_breaker_open", ["provider"], "1 while the provider's circuit breaker lets nothing through.";
    BudgetTokens, Gauge, "reelpress_budget_tokens", ["budget"], "Tokens of today that are counted or set aside; the label is `all` or a niche.";
    BudgetTokensLimit, Gauge, "reelpress_budget_tokens_limit", ["budget"], "Most tokens of a day.";
    BudgetMoney, Gauge, "reelpress_budget_money", ["budget"], "Money of today that is counted or set aside, in the currency of the config.";
    BudgetMoneyLimit, Gauge, "reelpress_budget_money_limit", ["budget"], "Most money of a day.";
    BudgetRefusals, Counter, "reelpress_budget_refusals_total", ["budget"], "Calls that were not made because the day's budget had no room for them.";
    SafetyChecks, Counter, "reelpress_safety_checks_total", ["by", "outcome"], "Checks of cuts for brand safety by who looked (`open_nsfw`, moderation) and what came of it: ok, or the fixed word of why nothing was checked.";
    Posts, Counter, "reelpress_posts_total", ["device"], "Posts handed over; the label says whether a phone holds it too.";
}

/// Gives every metric its help text; call once after the recorder is installed.
pub fn describe_metrics() {
    for name in MetricName::ALL {
        match name.kind() {
            MetricKind::Counter => metrics::describe_counter!(name.as_str(), name.help()),
            MetricKind::Gauge => metrics::describe_gauge!(name.as_str(), name.help()),
            MetricKind::Histogram => metrics::describe_histogram!(name.as_str(), name.help()),
        }
    }
}

/// The page `pipeline/METRICS.md`, made from [`MetricName::ALL`].
#[must_use]
pub fn metrics_page() -> String {
    let mut page = String::from(
        "# Metrics\n\nMade from `pipeline/core/src/events.rs` by `make metrics-page`; a test compares the two. Scrape `/metrics`.\n\n\
         | name | kind | labels | says |\n| --- | --- | --- | --- |\n",
    );
    for name in MetricName::ALL {
        let labels = name.labels().join(", ");
        for part in ["| `", name.as_str(), "` | ", name.kind().as_str(), " | ", &labels, " | ", name.help(), " |\n"] {
            page += part;
        }
    }
    page
}

/// Counts and times what one stage does. Handles are looked up once, so an item costs no label allocation.
#[derive(Clone)]
pub(crate) struct StageMeter {
    stage: StageName,
    passed: Counter,
    reused: Counter,
    held: Counter,
    rejected: Counter,
    later: Counter,
    duration: Histogram,
    in_hand: Gauge,
}

impl StageMeter {
    pub(crate) fn new(stage: &StageName) -> Self {
        let label = stage.as_str().to_owned();
        metrics::gauge!(MetricName::BreakerOpen.as_str(), "stage" => label.clone()).set(0.0);
        let items = |outcome: &'static str| metrics::counter!(MetricName::StageItems.as_str(), "stage" => label.clone(), "outcome" => outcome);
        Self {
            stage: stage.clone(),
            passed: items("passed"),
            reused: items("reused"),
            held: items("held"),
            rejected: items("rejected"),
            later: metrics::counter!(MetricName::StageLater.as_str(), "stage" => label.clone()),
            duration: metrics::histogram!(MetricName::StageDuration.as_str(), "stage" => label.clone()),
            in_hand: metrics::gauge!(MetricName::StageInHand.as_str(), "stage" => label),
        }
    }

    pub(crate) fn taken(&self) {
        self.in_hand.increment(1.0);
    }

    pub(crate) fn put_down(&self) {
        self.in_hand.decrement(1.0);
    }

    /// Logged before work that is kept under a memo key: the crash harness holds these lines against `stored`.
    pub(crate) fn computing(&self, item: ItemId, memo: &crate::MemoKey) {
        tracing::debug!(stage = %self.stage, %item, %memo, "computing");
    }

    pub(crate) fn stored(&self, item: ItemId, memo: &crate::MemoKey) {
        tracing::debug!(stage = %self.stage, %item, %memo, "stored");
    }

    pub(crate) fn tried(&self, took: Duration) {
        self.duration.record(took);
    }

    pub(crate) fn passed(&self, item: ItemId, reused: bool) {
        if reused {
            self.reused.increment(1);
        } else {
            self.passed.increment(1);
        }
        tracing::debug!(stage = %self.stage, %item, reused, "passed");
    }

    pub(crate) fn later(&self, item: ItemId, wait: Duration) {
        self.later.increment(1);
        tracing::trace!(stage = %self.stage, %item, wait_seconds = wait.as_secs(), "later");
    }

    pub(crate) fn held(&self, item: ItemId, reason: &Reason) {
        self.held.increment(1);
        tracing::info!(stage = %self.stage, %item, %reason, "item held");
    }

    pub(crate) fn rejected(&self, item: ItemId, reason: &Reason) {
        self.rejected.increment(1);
        tracing::info!(stage = %self.stage, %item, %reason, "item rejected");
    }

    pub(crate) fn failed(&self, item: ItemId, attempt: u32, kind: &'static str, message: &str) {
        metrics::counter!(MetricName::StageFailures.as_str(), "stage" => self.stage.as_str().to_owned(), "kind" => kind)
            .increment(1);
        tracing::warn!(stage = %self.stage, %item, attempt, kind, error = message, "try failed");
    }

    pub(crate) fn stopped(&self, item: ItemId, kind: &'static str, message: &str) {
        metrics::counter!(MetricName::StageFailures.as_str(), "stage" => self.stage.as_str().to_owned(), "kind" => kind)
            .increment(1);
        tracing::error!(stage = %self.stage, %item, kind, error = message, "stage cannot work, it pauses and tries again");
    }

    pub(crate) fn product_unreadable(&self, item: ItemId, memo: &crate::MemoKey, error: &serde_json::Error) {
        tracing::warn!(stage = %self.stage, %item, %memo, %error, "stored product cannot be read, it is made anew");
    }
}

/// Watches one edge.
#[derive(Clone)]
pub(crate) struct EdgeMeter {
    depth: Gauge,
    wait: Counter,
    carry_micros: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl EdgeMeter {
    pub(crate) fn new(stage: &StageName, capacity: usize) -> Self {
        let label = stage.as_str().to_owned();
        metrics::gauge!(MetricName::EdgeCapacity.as_str(), "stage" => label.clone()).set(capacity as f64);
        Self {
            depth: metrics::gauge!(MetricName::EdgeDepth.as_str(), "stage" => label.clone()),
            wait: metrics::counter!(MetricName::EdgeWait.as_str(), "stage" => label),
            carry_micros: std::sync::Arc::default(),
        }
    }

    pub(crate) fn depth(&self, taken: usize) {
        self.depth.set(taken as f64);
    }

    /// Counters hold whole numbers: fractions of a second are carried until they make one.
    pub(crate) fn waited(&self, time: Duration) {
        use std::sync::atomic::Ordering::Relaxed;
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let before = self.carry_micros.fetch_add(micros, Relaxed);
        let seconds = (before.wrapping_add(micros) / 1_000_000).saturating_sub(before / 1_000_000);
        if seconds > 0 {
            self.wait.increment(seconds);
        }
    }
}

/// A stage's breaker opened or closed.
pub fn breaker(stage: &StageName, open: bool, pause: Duration) {
    metrics::gauge!(MetricName::BreakerOpen.as_str(), "stage" => stage.as_str().to_owned()).set(if open {
        1.0
    } else {
        0.0
    });
    if open {
        tracing::warn!(%stage, pause_seconds = pause.as_secs(), "circuit breaker opened");
    } else {
        tracing::info!(%stage, "circuit breaker closed");
    }
}

/// A brief was taken onto the line.
pub fn item_created(item: ItemId) {
    metrics::counter!(MetricName::ItemsCreated.as_str()).increment(1);
    tracing::debug!(%item, "created");
}

/// A ticket was dropped without an outcome: a mistake of ours, mended from the journal.
pub fn item_lost(item: ItemId) {
    metrics::counter!(MetricName::ItemsLost.as_str()).increment(1);
    tracing::error!(%item, "ticket lost, the item goes back to where the journal says");
}

/// How many items are on the line.
pub fn in_flight(count: usize) {
    metrics::gauge!(MetricName::ItemsInFlight.as_str()).set(count as f64);
}

/// Counts and times appends. Handles are looked up once.
#[derive(Clone)]
pub(crate) struct JournalMeter {
    records: Counter,
    append: Histogram,
}

impl JournalMeter {
    pub(crate) fn new() -> Self {
        Self {
            records: metrics::counter!(MetricName::JournalRecords.as_str()),
            append: metrics::histogram!(MetricName::JournalAppend.as_str()),
        }
    }

    pub(crate) fn appended(&self, records: usize, took: Duration) {
        self.records.increment(records as u64);
        self.append.record(took);
    }
}

/// An append failed; the caller tries again.
pub fn journal_failed(error: &crate::JournalError) {
    metrics::counter!(MetricName::JournalErrors.as_str()).increment(1);
    tracing::error!(%error, "journal append failed, it is tried again");
}

/// A task ended with an error or a panic.
pub fn task_failed(task: &'static str, name: &str, error: &str, restarts: bool) {
    metrics::counter!(MetricName::TaskFailures.as_str(), "task" => task).increment(1);
    tracing::error!(task, name, error, restarts, "task failed");
}

/// What the store of encoded pieces did since it was opened, and what it holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentTotals {
    /// Pieces that had to be made.
    pub made: u64,
    /// Pieces that were there.
    pub reused: u64,
    /// Pieces that went to make room.
    pub evicted: u64,
    /// Pieces that were damaged.
    pub damaged: u64,
    /// Bytes of the pieces that are kept.
    pub bytes: u64,
}

/// A press was done with a cut, or gave it up.
pub fn segments(totals: SegmentTotals) {
    let name = MetricName::Segments.as_str();
    metrics::counter!(name, "outcome" => "made").absolute(totals.made);
    metrics::counter!(name, "outcome" => "reused").absolute(totals.reused);
    let name = MetricName::SegmentsLost.as_str();
    metrics::counter!(name, "reason" => "evicted").absolute(totals.evicted);
    metrics::counter!(name, "reason" => "damaged").absolute(totals.damaged);
    metrics::gauge!(MetricName::SegmentStore.as_str()).set(totals.bytes as f64);
}

/// A config reload ended. `outcome` is one of the four fixed words.
pub fn config_reloaded(outcome: &'static str, fingerprint: &str, detail: &str) {
    metrics::counter!(MetricName::ConfigReloads.as_str(), "outcome" => outcome).increment(1);
    let kept = outcome == "kept";
    metrics::gauge!(MetricName::ConfigLastReloadOk.as_str()).set(if kept { 0.0 } else { 1.0 });
    if kept {
        tracing::error!(outcome, config_hash = fingerprint, detail, "config has mistakes, the old one stays in force");
    } else {
        tracing::info!(outcome, config_hash = fingerprint, detail, "config reloaded");
    }
}

/// The policies' files were read and are in force (`None`), or hold these mistakes and those from before stay in force.
pub fn policies_reloaded(path: &std::path::Path, wrong: Option<&str>) {
    let outcome = if wrong.is_some() { "kept" } else { "swapped" };
    metrics::counter!(MetricName::PolicyReloads.as_str(), "outcome" => outcome).increment(1);
    metrics::gauge!(MetricName::PolicyLastReloadOk.as_str()).set(if wrong.is_some() { 0.0 } else { 1.0 });
    let policies = path.display();
    match wrong {
        Some(wrong) => tracing::error!(%policies, wrong, "policies hold mistakes, those from before stay in force"),
        None => tracing::info!(%policies, "policies are in force"),
    }
}

/// Room on the data folder's disk, and whether the press pauses for it.
pub fn disk_checked(free_bytes: u64, paused: bool) {
    metrics::gauge!(MetricName::DiskFree.as_str()).set(free_bytes as f64);
    metrics::gauge!(MetricName::Paused.as_str()).set(if paused { 1.0 } else { 0.0 });
}

/// The press pauses or goes on because of the disk.
pub fn disk_pause_changed(paused: bool, free_bytes: u64, needed_bytes: u64) {
    if paused {
        tracing::error!(free_bytes, needed_bytes, "disk nearly full, the press pauses (free some room)");
    } else {
        tracing::info!(free_bytes, "disk has room again, the press goes on");
    }
}

/// The daemon starts or stops taking work.
pub fn ready(takes_work: bool) {
    metrics::gauge!(MetricName::Ready.as_str()).set(if takes_work { 1.0 } else { 0.0 });
}

/// The daemon starts: which version runs, and with a config that has no mistakes.
pub fn started(version: &'static str) {
    metrics::gauge!(MetricName::ConfigLastReloadOk.as_str()).set(1.0);
    metrics::gauge!(MetricName::BuildInfo.as_str(), "version" => version).set(1.0);
}

/// A post was handed over.
pub fn posted(item: ItemId, handle: &str, on_device: bool) {
    metrics::counter!(MetricName::Posts.as_str(), "device" => if on_device { "yes" } else { "no" }).increment(1);
    tracing::info!(%item, handle, on_device, "post handed over");
}

#[cfg(test)]
mod tests;
