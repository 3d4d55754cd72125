//! CPU time, which other programs on the machine do not change (much).

use std::num::NonZeroUsize;

use rustix::time::{ClockId, clock_gettime};

/// Runs `work`; gives what it gave and the CPU seconds that all threads of this process used meanwhile.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = used();
    let outcome = work();
    (outcome, used() - before)
}

/// CPU seconds this process has used so far.
pub(crate) fn used() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// What /proc counts in, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds of all programs that this one started and that have ended; `None` where the system does not say.
pub(crate) fn used_by_children() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / TICKS_PER_SECOND)
}

/// How many threads can run at once.
pub(crate) fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
