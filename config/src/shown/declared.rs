//! What is declared of a niche or an account.

use toml::Value;

use super::Section;
use crate::dotted::join;
use crate::settings::{Declared, PlatformName, TopicFlag};

/// The keys that stand in the table itself. Nothing for what nobody said.
pub(super) fn within(section: Section, declared: &Declared) -> Section {
    let flags = |flags: &Vec<TopicFlag>| flags.iter().map(|flag| word(*flag, &TopicFlag::WORDS)).collect::<Vec<_>>();
    section
        .optional("made_for_kids", declared.made_for_kids.map(Value::from))
        .optional("topic_flags", declared.topic_flags.as_ref().map(|list| Value::from(flags(list))))
        .optional("regions", (!declared.regions.is_empty()).then(|| declared.regions.clone().into()))
}

/// The keys that only accounts have.
pub(super) fn of_account(section: Section, declared: &Declared) -> Section {
    let platforms = declared.platforms.iter().map(|one| word(*one, &PlatformName::WORDS)).collect::<Vec<_>>();
    within(section, declared)
        .optional("platforms", (!platforms.is_empty()).then(|| platforms.into()))
        .optional("private", declared.private.map(Value::from))
        .with("facebook_login", declared.facebook_login.into())
}

/// The table below `path` for the commercial connection; nothing where nobody said.
pub(super) fn commercial(path: &str, declared: &Declared) -> Option<Section> {
    let connection = declared.commercial.as_ref()?;
    let words = |text: &str| (!text.is_empty()).then(|| text.into());
    Some(
        Section::new(&join(path, "commercial"))
            .with("kind", connection.kind.as_str().into())
            .optional("brand", words(&connection.brand))
            .optional("disclosure", words(&connection.disclosure)),
    )
}

fn word<T: Copy + PartialEq>(one: T, words: &[(&'static str, T)]) -> &'static str {
    words.iter().find(|(_, known)| *known == one).map_or("", |(word, _)| word)
}
