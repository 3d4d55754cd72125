//! What `[screen.safety]` leaves out.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use super::{MINUTE, count, depth};
use crate::settings::Safety;

/// What a `[screen.safety.endpoint]` table leaves out.
pub(crate) const MODERATION_MODEL: &str = "omni-moderation-latest";
pub(crate) const MODERATION_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const MODERATION_ATTEMPTS: NonZeroU32 = count(3);
pub(crate) const MODERATION_LONGEST_WAIT: Duration = Duration::from_secs(20);
pub(crate) const MODERATION_CALLS_PER_MINUTE: NonZeroU32 = count(60);
pub(crate) const MODERATION_PICTURES: u32 = 4;

const PICTURES: NonZeroUsize = depth(32);

impl Default for Safety {
    /// Nobody looks.
    fn default() -> Self {
        Self {
            nsfw_model: None,
            nsfw_model_hash: None,
            library: None,
            pictures: PICTURES,
            timeout: Duration::from_secs(MINUTE),
            hold_below: 80,
            reject_below: None,
            required: false,
            endpoint: None,
        }
    }
}
