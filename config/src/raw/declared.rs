//! What is declared about a niche or an account.

use super::table::Table;
use super::value::Value;
use crate::settings::{Commercial, Connection, Declared, PlatformName, TopicFlag};

/// Most countries of one list.
const MOST_REGIONS: usize = 60;

/// What both may declare.
pub(super) fn declared(table: &mut Table<'_, '_>) -> Declared {
    let made_for_kids = table.value("made_for_kids").and_then(|value| value.boolean());
    let has_flags = table.value("topic_flags").is_some();
    let flags = table.list("topic_flags", Vec::new(), |value| value.choice(&TopicFlag::WORDS));
    let regions = table.list("regions", Vec::new(), region);
    if regions.len() > MOST_REGIONS {
        let message = format!("`{}.regions` must have at most {MOST_REGIONS} countries", table.name());
        table.report_at("regions", message, None);
    }
    Declared {
        commercial: table.optional_section("commercial", connection),
        made_for_kids,
        topic_flags: has_flags.then_some(flags),
        regions,
        ..Declared::default()
    }
}

/// What an account declares besides.
pub(super) fn of_account(table: &mut Table<'_, '_>) -> Declared {
    let common = declared(table);
    let mut platforms = Vec::new();
    table.filled_list("platforms", Vec::new(), |value| {
        let platform = value.choice(&PlatformName::WORDS)?;
        if platforms.contains(&platform) {
            value.report(format!("`{}` names a platform again", value.path), Some("remove one of the two"));
            return None;
        }
        platforms.push(platform);
        Some(platform)
    });
    Declared {
        platforms,
        private: table.value("private").and_then(|value| value.boolean()),
        facebook_login: table.boolean("facebook_login", false),
        ..common
    }
}

fn connection(table: &mut Table<'_, '_>) -> Connection {
    let kinds = Commercial::ALL.map(|kind| (kind.as_str(), kind));
    let kind = table.required("kind", "who gains: none, own-brand, paid-partnership, gift or affiliate");
    let kind = kind.and_then(|value| value.choice(&kinds)).unwrap_or_default();
    let mut words = |key: &'static str| {
        let text = table.text(key, String::new());
        if text.chars().count() > Connection::WORDS_MAX {
            let message = format!("`{}.{key}` must have at most {} characters", table.name(), Connection::WORDS_MAX);
            table.report_at(key, message, Some("it stands on one line of the picture"));
        }
        text.trim().to_owned()
    };
    Connection { kind, brand: words("brand"), disclosure: words("disclosure") }
}

/// `eu`, or two letters.
fn region(value: &Value<'_, '_>) -> Option<String> {
    const MUST: &str = "be a country's two letters in lower case (ISO 3166-1) such as \"de\", or \"eu\"";
    let text = value.string(MUST)?;
    if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_lowercase()) {
        value.refuse(MUST, None);
        return None;
    }
    Some(text.to_owned())
}
