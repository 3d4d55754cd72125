//! How long to wait before the next try.

use std::time::Duration;

/// Exponential backoff with jitter: try `n` waits `first * 2^(n-1)`, at most `max`, of which the last quarter varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// First wait.
    pub first: Duration,
    /// Longest wait, also for a time that the other side asked for.
    pub max: Duration,
}

impl Backoff {
    /// The wait after failed try number `attempt` (1 is the first). `salt` spreads callers that failed together: the
    /// same salt gives the same wait, so that nothing here is random.
    ///
    /// `asked` is the other side's own `Retry-After`: never less than that is waited, but never more than `max`.
    #[must_use]
    pub fn wait(&self, attempt: u32, salt: u64, asked: Option<Duration>) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        let full = self.first.saturating_mul(1 << doublings).min(self.max);
        let share = f64::from((mix(salt ^ u64::from(attempt)) >> 32) as u32) / f64::from(u32::MAX);
        let wait = full.mul_f64(0.75 + 0.25 * share);
        asked.map_or(wait, |asked| wait.max(asked)).min(self.max)
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): spreads neighbouring numbers over all bits.
fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(60) };

    #[test]
    fn a_retry_after_is_honoured_up_to_the_longest_wait() {
        assert!(BACKOFF.wait(1, 7, Some(Duration::from_secs(20))) == Duration::from_secs(20));
        assert!(BACKOFF.wait(1, 7, Some(Duration::from_secs(86_400))) == Duration::from_secs(60));
    }

    proptest! {
        #[test]
        fn waits_double_within_their_jitter_and_stay_under_the_longest(attempt in 1_u32..100, salt: u64) {
            let full = Duration::from_secs(1 << attempt.saturating_sub(1).min(6)).min(BACKOFF.max);
            let wait = BACKOFF.wait(attempt, salt, None);
            prop_assert!(wait <= full && wait >= full.mul_f64(0.749), "{wait:?} of {full:?}");
        }
    }
}
