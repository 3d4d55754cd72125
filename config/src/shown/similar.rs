//! `[screen.similar]`

use super::Section;
use super::sections::duration;
use crate::raw::similar::SCOPES;
use crate::settings::Similar;

pub(super) fn similar(similar: &Similar) -> Section {
    let scope = SCOPES.iter().find(|(_, scope)| *scope == similar.scope).map_or("everything", |(word, _)| word);
    Section::new("screen.similar")
        .with("enabled", similar.enabled.into())
        .with("reject", similar.reject.into())
        .with("hold", similar.hold.into())
        .with("hold_parts", similar.hold_parts.into())
        .with("scope", scope.into())
        .with("retention", duration(similar.retention))
        .with("repeat_share", similar.repeat_share.into())
        .with("repeats", similar.repeats.into())
        .with("repeat_within", duration(similar.repeat_within))
}
