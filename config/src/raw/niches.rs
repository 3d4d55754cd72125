//! `[niches.NAME]`: editorial lines.

use super::table::Table;
use super::value::Value;
use crate::settings::Niche;

/// `embeddings` says whether anybody can compare meanings.
pub(super) fn niche(table: &mut Table<'_, '_>, embeddings: bool) -> Niche {
    let default = Niche::default();
    let niche = Niche {
        language: table.value("language").and_then(|value| value.language()).unwrap_or(default.language),
        tone: table.text("tone", default.tone),
        keywords: table.patterns("keywords"),
        avoid: table.patterns("avoid"),
        templates: table.names("templates", default.templates),
        hashtags: table.list("hashtags", default.hashtags, hashtag),
        call_to_action: table.text("call_to_action", default.call_to_action),
        calls_to_action: table.list("calls_to_action", default.calls_to_action, super::value::Value::word),
        hook_variants: table.count("hook_variants", default.hook_variants, 8),
        routing: super::routing::niche(table),
        brand: table.section("brand", super::brand::brand),
        budget: table.section("budget", super::writer::budget),
        declared: super::declared::declared(table),
    };
    if !embeddings {
        super::routing::check_without_embeddings(table, &niche);
    }
    niche
}

fn hashtag(value: &Value<'_, '_>) -> Option<String> {
    let tag = value.word()?;
    if let Some(bare) = tag.strip_prefix('#') {
        let hint = format!("write \"{}\"", bare.trim_start_matches('#'));
        value.refuse("be a hashtag without its `#`", Some(&hint));
        return None;
    }
    if !tag.chars().all(|c| c.is_alphanumeric() || c == '_') || tag.chars().count() > 64 {
        value.refuse("be a hashtag of 1 to 64 letters, digits or `_`", None);
        return None;
    }
    Some(tag)
}
