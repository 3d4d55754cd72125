//! What is compared with what was made before.

use std::fmt::Display;
use std::time::Duration;

use super::MetricName;
use crate::item::ItemId;

/// A cut was compared with earlier ones. `ruling` is `passed`, `held` or `rejected`.
pub fn similar_judged(item: ItemId, compared: u32, ruling: &'static str, took: Duration) {
    metrics::counter!(MetricName::SimilarCompared.as_str()).increment(u64::from(compared));
    metrics::histogram!(MetricName::SimilarDuration.as_str()).record(took);
    if ruling != "passed" {
        metrics::counter!(MetricName::SimilarFound.as_str(), "ruling" => ruling).increment(1);
    }
    tracing::debug!(%item, compared, ruling, took_ms = took.as_millis(), "compared with earlier cuts");
}

/// How much the archive of earlier cuts holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArchiveSize {
    /// Cuts in it.
    pub cuts: usize,
    /// Hashes of frames.
    pub frames: usize,
    /// Hashes of regions of frames.
    pub keys: usize,
    /// Hashes of runs of scripts and of sources.
    pub words: usize,
    /// Bytes of its indexes.
    pub bytes: u64,
}

/// The archive was opened, or changed.
pub fn similar_archive(size: ArchiveSize) {
    metrics::gauge!(MetricName::SimilarCuts.as_str()).set(size.cuts as f64);
    for (index, hashes) in [("frames", size.frames), ("keys", size.keys), ("words", size.words)] {
        metrics::gauge!(MetricName::SimilarHashes.as_str(), "index" => index).set(hashes as f64);
    }
    metrics::gauge!(MetricName::SimilarBytes.as_str()).set(size.bytes as f64);
}

/// A cut was taken out of the archive. `reason` is `old` or `rejected`.
pub fn similar_forgotten(item: ItemId, reason: &'static str) {
    metrics::counter!(MetricName::SimilarForgotten.as_str(), "reason" => reason).increment(1);
    tracing::debug!(%item, reason, "prints of a cut forgotten");
}

/// Something could not be done in the archive that is tried again by itself.
pub fn similar_index_failed(what: &'static str, error: &dyn Display) {
    tracing::error!(what, %error, "the archive of earlier cuts is in trouble, it is tried again");
}
