//! `[console]`

use std::time::Duration;

use super::table::Table;
use crate::settings::Console;
use crate::units::show_duration;

pub(super) fn console(table: &mut Table<'_, '_>) -> Console {
    let default = Console::default();
    let read = Console {
        enabled: table.boolean("enabled", default.enabled),
        public_url: table.value("public_url").and_then(|value| value.url()),
        undo: table.duration("undo", default.undo, Duration::ZERO..=Duration::from_mins(10)),
        claim: table.duration("claim", default.claim, Duration::from_secs(15)..=Duration::from_hours(1)),
        session_idle: table.duration(
            "session_idle",
            default.session_idle,
            Duration::from_mins(1)..=Duration::from_hours(7 * 24),
        ),
        session_max: table.duration(
            "session_max",
            default.session_max,
            Duration::from_mins(1)..=Duration::from_hours(30 * 24),
        ),
        double_check_percent: table.whole("double_check_percent", default.double_check_percent, 0..=100),
    };
    if read.session_idle > read.session_max {
        let (idle, max) = (show_duration(read.session_idle), show_duration(read.session_max));
        let message = format!("`console.session_idle` must be at most `console.session_max` = {max}, not {idle}");
        table.report_at("session_idle", message, None);
    }
    read
}
