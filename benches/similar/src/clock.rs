//! Time on the wall and time on the core: on a busy machine they differ.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Both, since a start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    wall: Instant,
    cpu: Duration,
    of: ClockId,
}

/// How long something took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

impl Clock {
    /// Counts this thread's time on the core.
    pub(crate) fn of_thread() -> Self {
        Self::start(ClockId::ThreadCPUTime)
    }

    /// Counts the time on the core of all threads, the system's work for them included.
    pub(crate) fn of_process() -> Self {
        Self::start(ClockId::ProcessCPUTime)
    }

    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    fn start(of: ClockId) -> Self {
        Self { wall: Instant::now(), cpu: now(of), of }
    }

    pub(crate) fn took(&self) -> Took {
        let cpu = now(self.of).saturating_sub(self.cpu);
        Took { wall: self.wall.elapsed().as_secs_f64(), cpu: cpu.as_secs_f64() }
    }
}

fn now(of: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(of);
    Duration::new(tv_sec.unsigned_abs(), tv_nsec.unsigned_abs() as u32)
}

/// The value that so many of a hundred do not exceed.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
