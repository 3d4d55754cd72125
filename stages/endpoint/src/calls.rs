//! What a stage keeps of its endpoint over items and reloads: the connection and the call rate.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::Quota;
use reelpress_core::Job;

use crate::failure::{Callee, Failure};
use crate::line::{Line, Reach};
use crate::pace::Limiter;

/// Keeps the connection to an endpoint and its call rate.
pub struct Calls {
    callee: &'static Callee,
    burst: NonZeroU32,
    line: Mutex<Option<(Reach, Arc<Line>)>>,
    turns: Mutex<Option<(NonZeroU32, Turns)>>,
}

/// The call rate of an endpoint.
#[derive(Clone)]
pub struct Turns {
    limiter: Arc<Limiter>,
    what: &'static str,
}

impl Calls {
    /// At most `burst` calls at once, and never more than a minute's; after them, calls are evenly spaced.
    #[must_use]
    pub fn new(callee: &'static Callee, burst: NonZeroU32) -> Self {
        Self { callee, burst, line: Mutex::default(), turns: Mutex::default() }
    }

    /// The line to the endpoint, a new one if its settings changed.
    ///
    /// # Errors
    /// [`Failure::Setup`] if the settings cannot be used.
    pub fn line(&self, reach: Reach) -> Result<Arc<Line>, Failure> {
        let mut kept = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, line)) = kept.as_ref().filter(|(for_reach, _)| *for_reach == reach) {
            return Ok(Arc::clone(line));
        }
        let line = Arc::new(Line::new(self.callee, &reach)?);
        *kept = Some((reach, Arc::clone(&line)));
        Ok(line)
    }

    /// The turns at this many calls a minute, new ones only if the rate changed: another model or key buys no extra calls.
    ///
    /// # Panics
    /// Never: a minute divided by any rate is longer than nothing.
    #[must_use]
    pub fn turns(&self, per_minute: NonZeroU32) -> Turns {
        let mut kept = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, turns)) = kept.as_ref().filter(|(for_rate, _)| *for_rate == per_minute) {
            return turns.clone();
        }
        let period = Duration::from_mins(1) / per_minute.get();
        let quota = Quota::with_period(period).expect("a minute by a rate is not zero");
        let limiter = Limiter::new(quota.allow_burst(self.burst.min(per_minute)));
        let turns = Turns { limiter: Arc::new(limiter), what: self.callee.what };
        *kept = Some((per_minute, turns.clone()));
        turns
    }
}

impl Turns {
    /// Takes a turn, or says how long until there is one.
    #[must_use]
    pub fn take(&self) -> Option<Duration> {
        self.limiter.take(NonZeroU32::MIN).err()
    }

    /// Waits until there is a turn, and takes it.
    ///
    /// # Errors
    /// [`Failure::Stopped`] if the press stops meanwhile.
    pub async fn wait(&self, job: &Job) -> Result<(), Failure> {
        while let Some(wait) = self.take() {
            tokio::select! {
                () = job.cancel.cancelled() => return Err(Failure::Stopped { what: self.what }),
                () = tokio::time::sleep(wait) => {}
            }
        }
        Ok(())
    }
}
