//! Two clocks. Durations use `tokio::time`, which a test can pause. Calendar time ("not before 07:00 in this account's
//! city") is this trait, because tokio's pause does not touch it.

use std::time::SystemTime;

use jiff::Timestamp;

/// The calendar time, handed in so that a test can run a day in a second.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Now, in whole milliseconds since 1970; never negative.
    fn millis(&self) -> u64 {
        u64::try_from(self.now().as_millisecond()).unwrap_or(0)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        let now = SystemTime::now();
        Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
