//! `[screen.similar]`

use std::time::Duration;

use super::table::Table;
use crate::settings::{Similar, SimilarScope};

/// The words for it in the file.
pub(crate) const SCOPES: [(&str, SimilarScope); 3] =
    [("everything", SimilarScope::Everything), ("niche", SimilarScope::Niche), ("account", SimilarScope::Account)];

const DAY: Duration = Duration::from_hours(24);
/// Below this share any two cuts of one template may be alike by chance.
const LEAST: f64 = 0.1;

pub(super) fn similar(table: &mut Table<'_, '_>) -> Similar {
    let default = Similar::default();
    let mut share = |key, default| table.number(key, default, LEAST..=1.0);
    let (reject, hold) = (share("reject", default.reject), share("hold", default.hold));
    let (hold_parts, repeat_share) =
        (share("hold_parts", default.hold_parts), share("repeat_share", default.repeat_share));
    for (key, value) in [("hold", hold), ("hold_parts", hold_parts)] {
        if value > reject {
            let name = table.name();
            let message = format!("`{name}.{key}` must be at most `{name}.reject` = {reject}, not {value}");
            table.report_at(key, message, None);
        }
    }
    Similar {
        enabled: table.boolean("enabled", default.enabled),
        reject,
        hold,
        hold_parts,
        scope: table.value("scope").and_then(|value| value.choice(&SCOPES)).unwrap_or(default.scope),
        retention: table.duration("retention", default.retention, DAY..=DAY * 3_650),
        repeat_share,
        repeats: table.whole("repeats", default.repeats, 0..=1_000),
        repeat_within: table.duration("repeat_within", default.repeat_within, Duration::from_hours(1)..=DAY * 365),
    }
}
