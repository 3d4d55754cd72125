//! Defaults of what chooses topics.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use super::{MINUTE, count};
use crate::settings::{FormatsLearnt, Saturation, Sensitive, SensitiveClass, SensitivePolicy};

/// What a `[trends.embeddings]` table leaves out.
pub(crate) const EMBEDDINGS_TIMEOUT: Duration = Duration::from_secs(MINUTE / 2);
pub(crate) const EMBEDDINGS_CALLS_PER_MINUTE: NonZeroU32 = count(60);
pub(crate) const EMBEDDINGS_BATCH: NonZeroUsize = super::depth(256);
pub(crate) const EMBEDDINGS_KEEP: NonZeroUsize = super::depth(10_000);
pub(crate) const EMBEDDINGS_CLOSENESS: f64 = 0.5;

impl Default for Sensitive {
    /// A person looks at everything delicate; what is for adults alone is not made.
    fn default() -> Self {
        let policy = |class| match class {
            SensitiveClass::Adult => SensitivePolicy::Refuse,
            SensitiveClass::Tragedies
            | SensitiveClass::Minors
            | SensitiveClass::Elections
            | SensitiveClass::Health
            | SensitiveClass::Finance
            | SensitiveClass::Weapons
            | SensitiveClass::Drugs => SensitivePolicy::Hold,
        };
        Self { policies: SensitiveClass::ALL.map(|class| (class, policy(class))).into(), lists: None }
    }
}

impl Default for Saturation {
    fn default() -> Self {
        Self { days: 7, ours: 3, videos: 40, publishers: 0 }
    }
}

impl Default for FormatsLearnt {
    fn default() -> Self {
        Self { learn: true, frozen: false, explore: 0.2, min_posts: 5, hook: None, words: None, scenes: None }
    }
}
