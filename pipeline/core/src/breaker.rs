//! A circuit breaker: after some failures in a row a stage (or one provider of it) is not tried for a while, then one item
//! tries alone.
//!
//! ```text
//!            failures in a row reach the limit, or the stage stops
//!   closed ───────────────────────────────────────────────────────▶ open
//!      ▲                                                          │ the pause is over
//!      │ success                                                  ▼
//!      └──────────────────────────────────────────────────── probation: one try at a time
//!                                        a failure opens it again ┘
//! ```

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::events;
use crate::stage::StageName;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Failures in a row that open it; at least 1.
    pub after: u32,
    /// How long it stays open.
    pub pause: Duration,
}

/// One stage's or one provider's breaker.
pub struct Breaker {
    of: Of,
    state: Mutex<State>,
    changed: Notify,
}

/// Whose it is, for metrics and log lines.
enum Of {
    Stage(StageName),
    Provider(String),
}

impl Of {
    fn say(&self, open: bool, pause: Duration) {
        match self {
            Self::Stage(stage) => events::breaker(stage, open, pause),
            Self::Provider(name) => events::provider_breaker(name, open, pause),
        }
    }
}

/// How long to wait while somebody else tries alone.
const PROBE_WAIT: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    Probation { trying: bool },
}

impl Breaker {
    /// A stage's breaker, closed.
    #[must_use]
    pub fn new(stage: &StageName) -> Self {
        Self::closed(Of::Stage(stage.clone()))
    }

    /// The breaker of a provider, closed; `name` is its name in the config file.
    #[must_use]
    pub fn of_provider(name: &str) -> Self {
        events::provider_breaker_known(name);
        Self::closed(Of::Provider(name.to_owned()))
    }

    fn closed(of: Of) -> Self {
        Self { of, state: Mutex::new(State::Closed { failures: 0 }), changed: Notify::new() }
    }

    /// Waits until a try may be made. Tell the outcome by [`Breaker::succeeded`], [`Breaker::failed`] or
    /// [`Breaker::abandoned`].
    pub async fn admitted(&self) {
        loop {
            let changed = self.changed.notified();
            match self.admit_or_wait() {
                Admission::Go => return,
                Admission::NotBefore(until) => tokio::time::sleep_until(until).await,
                Admission::AfterProbe => changed.await,
            }
        }
    }

    /// Whether a try may be made now; tell its outcome as after [`Breaker::admitted`].
    ///
    /// # Errors
    /// How long until it is worth asking again.
    pub fn try_admitted(&self) -> Result<(), Duration> {
        match self.admit_or_wait() {
            Admission::Go => Ok(()),
            Admission::NotBefore(until) => Err(until.saturating_duration_since(Instant::now())),
            Admission::AfterProbe => Err(PROBE_WAIT),
        }
    }

    /// True while nothing is let through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(*self.state(), State::Closed { .. })
    }

    /// A try went well.
    pub fn succeeded(&self) {
        let mut state = self.state();
        // A try that began before it opened says nothing about what opened it.
        if matches!(*state, State::Open { .. }) {
            return;
        }
        let was_open = !matches!(*state, State::Closed { .. });
        *state = State::Closed { failures: 0 };
        drop(state);
        if was_open {
            self.of.say(false, Duration::ZERO);
            self.changed.notify_waiters();
        }
    }

    /// A try failed for a reason that may concern all items.
    pub fn failed(&self, policy: BreakerPolicy) {
        let mut state = self.state();
        let failures = match *state {
            State::Closed { failures } => failures + 1,
            State::Open { .. } => return,
            State::Probation { .. } => policy.after,
        };
        if failures < policy.after {
            *state = State::Closed { failures };
            return;
        }
        drop(state);
        self.open(policy.pause);
    }

    /// The stage itself cannot work: opens at once.
    pub fn open(&self, pause: Duration) {
        *self.state() = State::Open { until: Instant::now() + pause };
        self.of.say(true, pause);
        self.changed.notify_waiters();
    }

    /// A try ended without saying anything about the stage (put off, cancelled).
    pub fn abandoned(&self) {
        let mut state = self.state();
        if matches!(*state, State::Probation { .. }) {
            *state = State::Probation { trying: false };
            drop(state);
            self.changed.notify_waiters();
        }
    }

    fn admit_or_wait(&self) -> Admission {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => Admission::Go,
            State::Open { until } if Instant::now() < until => Admission::NotBefore(until),
            State::Open { .. } | State::Probation { trying: false } => {
                *state = State::Probation { trying: true };
                Admission::Go
            }
            State::Probation { trying: true } => Admission::AfterProbe,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Admission {
    Go,
    NotBefore(Instant),
    AfterProbe,
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { after: 3, pause: Duration::from_secs(30) };

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_lets_one_try_alone() {
        let breaker = Breaker::new(&StageName::new("script"));
        for _ in 0..2 {
            breaker.failed(POLICY);
        }
        breaker.succeeded();
        for _ in 0..3 {
            assert!(!breaker.is_open());
            breaker.failed(POLICY);
        }
        let start = Instant::now();
        breaker.admitted().await;
        assert_eq!(start.elapsed(), POLICY.pause, "open for exactly the pause");
        let second = tokio::time::timeout(Duration::from_secs(3600), breaker.admitted()).await;
        assert!(second.is_err(), "only one try while on probation");
        breaker.failed(POLICY);
        let again = Instant::now();
        breaker.admitted().await;
        assert_eq!(again.elapsed(), POLICY.pause, "a failed probe opens it again");
        breaker.succeeded();
        breaker.admitted().await;
        assert!(!breaker.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn a_providers_breaker_says_how_long_instead_of_waiting() {
        let breaker = Breaker::of_provider("cloud");
        assert_eq!(breaker.try_admitted(), Ok(()));
        breaker.open(POLICY.pause);
        assert_eq!(breaker.try_admitted(), Err(POLICY.pause));
        tokio::time::advance(POLICY.pause).await;
        assert_eq!(breaker.try_admitted(), Ok(()), "one tries");
        assert_eq!(breaker.try_admitted(), Err(PROBE_WAIT), "alone");
        breaker.succeeded();
        assert_eq!(breaker.try_admitted(), Ok(()));
    }
}
