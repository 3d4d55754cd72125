//! How often one phone may be pushed to: at most `pushes_per_hour` in any hour, half of them at once.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

const HOUR: Duration = Duration::from_hours(1);

/// The time since 1970, set by hand before each question, so that pushes of the past can be put in.
#[derive(Debug, Clone, Default)]
struct Moment(Arc<std::sync::Mutex<Duration>>);

impl Moment {
    fn set(&self, at: Duration) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }
}

impl GovernorClock for Moment {
    type Instant = Duration;
    fn now(&self) -> Duration {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// One phone's pushes.
#[derive(Debug)]
pub(crate) struct PushRate {
    per_hour: NonZeroU32,
    moment: Moment,
    limiter: RateLimiter<NotKeyed, InMemoryState, Moment, NoOpMiddleware<Duration>>,
    /// Pushes of the last hour, since 1970, rising: what a new limit starts from.
    taken: Vec<Duration>,
}

impl PushRate {
    pub(crate) fn new(per_hour: NonZeroU32) -> Self {
        let moment = Moment::default();
        let limiter = RateLimiter::direct_with_clock(quota(per_hour), moment.clone());
        Self { per_hour, moment, limiter, taken: Vec::new() }
    }

    /// Takes one push at `now` (since 1970).
    ///
    /// # Errors
    /// How long to wait for the next one.
    pub(crate) fn take(&mut self, per_hour: NonZeroU32, now: Duration) -> Result<(), Duration> {
        self.limit_to(per_hour);
        self.moment.set(now);
        self.limiter.check().map_err(|not_until| not_until.wait_time_from(now))?;
        self.keep(now);
        Ok(())
    }

    /// Counts a push that was made before this process started.
    pub(crate) fn remember(&mut self, at: Duration) {
        let place = self.taken.partition_point(|taken| *taken <= at);
        self.taken.insert(place, at);
        *self = self.rebuilt(self.per_hour);
    }

    fn limit_to(&mut self, per_hour: NonZeroU32) {
        if per_hour != self.per_hour {
            *self = self.rebuilt(per_hour);
        }
    }

    fn rebuilt(&self, per_hour: NonZeroU32) -> Self {
        let mut rate = Self::new(per_hour);
        for at in &self.taken {
            rate.moment.set(*at);
            // A push that was made counts even where this limit would have refused it.
            if rate.limiter.check().is_err() {
                tracing::debug!("a past push exceeds the present limit");
            }
            rate.keep(*at);
        }
        rate
    }

    fn keep(&mut self, at: Duration) {
        self.taken.retain(|taken| at.saturating_sub(*taken) < HOUR);
        self.taken.push(at);
    }
}

/// With a burst of `b` and one more each `p`, an hour holds at most `b + ceil(3600 s / p) - 1` pushes: `p` is chosen so
/// that this is the limit.
fn quota(per_hour: NonZeroU32) -> Quota {
    let burst = per_hour.get().div_ceil(2);
    let period = HOUR / (per_hour.get() - burst + 1);
    Quota::with_period(period)
        .expect("an hour divided by a u32 is more than zero")
        .allow_burst(NonZeroU32::new(burst).expect("half of one or more, rounded up, is one or more"))
}

#[cfg(test)]
mod tests;
