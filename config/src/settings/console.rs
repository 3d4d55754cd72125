//! The review console.

use std::time::Duration;

use url::Url;

/// `[console]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// False: no pages. Needs a restart.
    pub enabled: bool,
    /// Where people reach it, where that is not the daemon's own address: behind a proxy. With `https` the cookie goes over
    /// TLS only.
    pub public_url: Option<Url>,
    /// A decision can be taken back for so long; only then the line is given it.
    pub undo: Duration,
    /// A cut that somebody looks at is kept from others for so long after their page's last sign of life.
    pub claim: Duration,
    /// Somebody who does nothing for so long is signed out.
    pub session_idle: Duration,
    /// Whatever they do, after so long.
    pub session_max: Duration,
    /// Share of cuts that two people judge, each without the other's word, in percent, 0 to 100.
    pub double_check_percent: u32,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            enabled: true,
            public_url: None,
            undo: Duration::from_mins(1),
            claim: Duration::from_mins(2),
            session_idle: Duration::from_hours(2),
            session_max: Duration::from_hours(12),
            double_check_percent: 0,
        }
    }
}
