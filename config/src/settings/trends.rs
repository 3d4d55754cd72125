//! What becomes of topics: how long sightings are kept, what is reported when, what stays in the library.

use std::time::Duration;

/// One value for each kind of topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerKind<T> {
    /// Stories, questions, searches.
    pub topics: T,
    /// Tags.
    pub hashtags: T,
    /// Sounds.
    pub sounds: T,
    /// Ways to make a video.
    pub formats: T,
}

/// `[trends.report]`
#[derive(Debug, Clone, PartialEq)]
pub struct TrendReport {
    /// Most elements of each kind in 24 hours; the keys `topics`, `hashtags`, `sounds`, `formats`.
    pub quota: PerKind<u32>,
    /// Time between two editions of each kind; the keys `topics_every` and so on.
    pub every: PerKind<Duration>,
    /// Most of one kind's elements that one feed may give, 0 to 1, as long as others have something to give.
    pub feed_share: f64,
}

/// `[trends.library]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendLibrary {
    /// Most elements.
    pub most: usize,
    /// As long as there are no more than these, none goes for being weak.
    pub least: usize,
    /// After this time without news an element has half its strength; the keys `topics_half_life` and so on.
    pub half_life: PerKind<Duration>,
}
