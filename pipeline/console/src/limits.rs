//! How often somebody may try to sign in: by name and by address, so that neither one name is tried with many passwords
//! nor many names from one place.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use reelpress_core::Clock;

/// Tries for one name at once, and then one in every [`NAME_EVERY`].
const NAME_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
const NAME_EVERY: Duration = Duration::from_secs(30);
/// Tries from one address at once, and then one in every [`ADDRESS_EVERY`]: a whole office may sit behind one.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
const ADDRESS_EVERY: Duration = Duration::from_secs(5);
/// More keys than these are looked through for those that may be forgotten; if none may, nobody new is let try.
const KEYS_MAX: usize = 10_000;

type Keyed = RateLimiter<[u8; 32], HashMapStateStore<[u8; 32]>, PressClock, NoOpMiddleware<Duration>>;

/// Counts tries.
pub(crate) struct SignInLimits {
    names: Keyed,
    addresses: Keyed,
    clock: PressClock,
}

/// The press's own time, as time since 1970.
#[derive(Clone)]
struct PressClock(Arc<dyn Clock>);

impl GovernorClock for PressClock {
    type Instant = Duration;
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.millis())
    }
}

impl SignInLimits {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = PressClock(clock);
        let keyed = |every, burst| {
            let quota = Quota::with_period(every).expect("a period that is not zero").allow_burst(burst);
            RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
        };
        Self {
            names: keyed(NAME_EVERY, NAME_BURST),
            addresses: keyed(ADDRESS_EVERY, ADDRESS_BURST),
            clock: clock.clone(),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// How long to wait before the next.
    pub(crate) fn take(&self, name: &str, address: &str) -> Result<(), Duration> {
        let took = self.take_address(address);
        took.and_then(|()| check(&self.names, name, &self.clock))
    }

    /// Counts a try that names nobody.
    ///
    /// # Errors
    /// How long to wait before the next.
    pub(crate) fn take_address(&self, address: &str) -> Result<(), Duration> {
        check(&self.addresses, address, &self.clock)
    }
}

fn check(limiter: &Keyed, key: &str, clock: &PressClock) -> Result<(), Duration> {
    if limiter.len() >= KEYS_MAX {
        limiter.retain_recent();
        if limiter.len() >= KEYS_MAX {
            return Err(ADDRESS_EVERY);
        }
    }
    let key = *blake3::hash(key.as_bytes()).as_bytes();
    limiter.check_key(&key).map_err(|until| {
        let wait: Nanos = until.earliest_possible().duration_since(clock.now());
        Duration::from(wait)
    })
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use reelpress_core::testing::ManualClock;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + second)
    }

    #[test]
    fn five_tries_a_name_then_one_in_thirty_seconds() {
        let clock = Arc::new(ManualClock::at(at(0)));
        let limits = SignInLimits::new(clock.clone());
        for n in 0..5 {
            assert_eq!(limits.take("ana", &n.to_string()), Ok(()));
        }
        let wait = limits.take("ana", "9").unwrap_err();
        assert!(wait > Duration::from_secs(29) && wait <= Duration::from_secs(30), "{wait:?}");
        assert_eq!(limits.take("bo", "9"), Ok(()), "others may");
        clock.set(at(31));
        assert_eq!(limits.take("ana", "9"), Ok(()));
        limits.take("ana", "9").unwrap_err();
    }

    #[test]
    fn one_address_cannot_try_many_names() {
        let limits = SignInLimits::new(Arc::new(ManualClock::at(at(0))));
        let let_through = (0..100).filter(|n| limits.take(&format!("user{n}"), "10.0.0.1").is_ok()).count();
        assert_eq!(let_through, 20);
        assert_eq!(limits.take("ana", "10.0.0.2"), Ok(()));
    }
}
