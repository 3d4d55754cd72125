//! What is too much like something made before.

use std::time::Duration;

/// `[screen.similar]`
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// False: cuts are neither compared nor remembered, and each verdict says so.
    pub enabled: bool,
    /// Share of frames, sources or text that rejects, 0 to 1.
    pub reject: f64,
    /// Share of frames or text from which on a person looks, 0 to 1.
    pub hold: f64,
    /// The same of sources: pictures and clips that were shown before.
    pub hold_parts: f64,
    /// Which earlier cuts count.
    pub scope: SimilarScope,
    /// Older cuts are forgotten.
    pub retention: Duration,
    /// A cut repeats its account if so much of it (frames, sources or text) is in one earlier cut of that account, 0 to 1.
    pub repeat_share: f64,
    /// So many cuts of an account may repeat it within `repeat_within`; the next one waits for a person.
    pub repeats: u32,
    /// See `repeats`.
    pub repeat_within: Duration,
}

/// Among which earlier cuts one is looked for that is alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SimilarScope {
    /// All that the press made.
    #[default]
    Everything,
    /// Those of the same niche.
    Niche,
    /// Those of the same account.
    Account,
}

const DAY: Duration = Duration::from_hours(24);

impl Default for Similar {
    fn default() -> Self {
        Self {
            enabled: true,
            reject: 0.8,
            hold: 0.6,
            hold_parts: 0.5,
            scope: SimilarScope::Everything,
            retention: DAY.saturating_mul(365),
            repeat_share: 0.4,
            repeats: 3,
            repeat_within: DAY.saturating_mul(7),
        }
    }
}
