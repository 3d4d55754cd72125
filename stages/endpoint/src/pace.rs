//! How fast an endpoint may be asked: our own rates, what it told us of its limits, and how many calls at once.

use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Add;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use reelpress_core::Job;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::failure::{Callee, Failure};
use crate::wait::{Left, Told};

/// Our own limits of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most calls a minute, evenly spaced.
    pub calls_per_minute: NonZeroU32,
    /// Most tokens a minute; a minute's worth may go at once.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Most calls at the same time.
    pub concurrency: NonZeroUsize,
}

/// The pace of one endpoint.
pub struct Pace {
    what: &'static str,
    calls: Limiter,
    tokens: Option<(NonZeroU32, Limiter)>,
    places: Arc<Semaphore>,
    heard: Mutex<Heard>,
}

/// What the endpoint told last, as times of our own.
#[derive(Debug, Default)]
struct Heard {
    parked: Option<Instant>,
    requests: Option<(u64, Instant)>,
    tokens: Option<(u64, Instant)>,
}

impl Pace {
    /// A pace that has heard nothing yet. No burst of calls: a restart or a reload is good for one, not for a minute's.
    ///
    /// # Panics
    /// Never: a minute divided by any rate is longer than nothing.
    #[must_use]
    pub fn new(callee: &'static Callee, limits: Limits) -> Self {
        let period = Duration::from_mins(1) / limits.calls_per_minute.get();
        let calls = Quota::with_period(period).expect("a minute by a rate is not zero").allow_burst(NonZeroU32::MIN);
        Self {
            what: callee.what,
            calls: Limiter::new(calls),
            tokens: limits.tokens_per_minute.map(|most| (most, Limiter::new(Quota::per_minute(most)))),
            places: Arc::new(Semaphore::new(limits.concurrency.get())),
            heard: Mutex::default(),
        }
    }

    /// Takes the turn for a call of about so many tokens.
    ///
    /// # Errors
    /// How long until it is worth asking again; nothing was taken of what the endpoint told.
    pub fn take(&self, tokens: u64) -> Result<(), Duration> {
        let mut heard = self.heard();
        heard.allows(tokens, Instant::now())?;
        self.calls.take(NonZeroU32::MIN)?;
        if let Some((most, limiter)) = &self.tokens {
            // A call that is larger than a minute's worth takes all of it.
            let part = u32::try_from(tokens).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
            limiter.take(if tokens > u64::from(most.get()) { *most } else { part })?;
        }
        heard.took(tokens);
        Ok(())
    }

    /// Takes what an answer told of the endpoint's limits into account.
    pub fn heard_from(&self, told: &Told) {
        let now = Instant::now();
        let window = |left: Left| (left.remaining, now + left.reset);
        let mut heard = self.heard();
        if let Some(left) = told.requests {
            heard.requests = Some(window(left));
        }
        if let Some(left) = told.tokens {
            heard.tokens = Some(window(left));
        }
    }

    /// No call for so long: the endpoint asked for it.
    pub fn park(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut heard = self.heard();
        heard.parked = heard.parked.max(Some(until));
    }

    /// Forgets what the endpoint told: it is another one, or another account there.
    pub fn forget(&self) {
        *self.heard() = Heard::default();
    }

    /// A place among the calls that are under way, given back when it is dropped.
    ///
    /// # Errors
    /// [`Failure::Stopped`] if the press stops meanwhile.
    pub async fn place(&self, job: &Job) -> Result<OwnedSemaphorePermit, Failure> {
        tokio::select! {
            biased;
            () = job.cancel.cancelled() => Err(Failure::Stopped { what: self.what }),
            place = Arc::clone(&self.places).acquire_owned() => {
                place.map_err(|_| Failure::Stopped { what: self.what })
            }
        }
    }

    /// Waits, unless the press stops.
    ///
    /// # Errors
    /// [`Failure::Stopped`].
    pub async fn pause(&self, wait: Duration, job: &Job) -> Result<(), Failure> {
        tokio::select! {
            biased;
            () = job.cancel.cancelled() => Err(Failure::Stopped { what: self.what }),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    fn allows(&mut self, tokens: u64, now: Instant) -> Result<(), Duration> {
        self.parked = self.parked.filter(|until| *until > now);
        self.requests = self.requests.filter(|(_, until)| *until > now);
        self.tokens = self.tokens.filter(|(_, until)| *until > now);
        let short =
            |window: Option<(u64, Instant)>, need| window.filter(|(left, _)| *left < need).map(|(_, until)| until);
        match self.parked.max(short(self.requests, 1)).max(short(self.tokens, tokens)) {
            None => Ok(()),
            Some(until) => Err(until - now),
        }
    }

    fn took(&mut self, tokens: u64) {
        if let Some((left, _)) = &mut self.requests {
            *left -= 1;
        }
        if let Some((left, _)) = &mut self.tokens {
            *left = left.saturating_sub(tokens);
        }
    }
}

/// A limiter in tokio's time, which a test can pause.
pub(crate) struct Limiter(RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Tick>>);

impl Limiter {
    pub(crate) fn new(quota: Quota) -> Self {
        Self(RateLimiter::direct_with_clock(quota, Ticks(Instant::now())))
    }

    /// # Errors
    /// How long until there are so many.
    pub(crate) fn take(&self, amount: NonZeroU32) -> Result<(), Duration> {
        match self.0.check_n(amount) {
            Ok(taken) => taken.map_err(|not_until| not_until.wait_time_from(self.0.clock().now())),
            // More than the burst: whoever asks takes care that it is not.
            Err(_) => Err(Duration::from_mins(1)),
        }
    }
}

/// Nanoseconds since the limiter was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(u64);

impl Add<Nanos> for Tick {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Nanos::new(self.0.saturating_sub(earlier.0))
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.as_u64()).unwrap_or(self.0))
    }
}

#[derive(Debug, Clone, Copy)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Tick;

    fn now(&self) -> Tick {
        Tick(u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
