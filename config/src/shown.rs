//! Settings back as text: what is in force, and what differs between two settings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::dotted::join;
use crate::secret::SecretReference;
use crate::settings::Settings;

mod console;
mod declared;
mod routing;
mod safety;
mod screen;
mod sections;
mod similar;
#[cfg(test)]
mod tests;
mod writer;

use sections::sections;

/// One table of the file and its keys.
struct Section {
    /// Dotted; feeds have their name in it.
    path: String,
    /// As it stands in the file: `[path]` or `[[feeds]]`.
    header: String,
    entries: Vec<(String, toml::Value)>,
}

impl Settings {
    /// The settings in force as a config file that means the same: parsed with an empty base folder it gives equal
    /// settings.
    ///
    /// Every key is there, but for those that have no default and are not set. Secrets stand as the reference that
    /// they were found by, never as text; one that was made in code has no reference and is left out. Paths that are
    /// not UTF-8 and durations finer than a millisecond, which no file can give, are rounded.
    #[must_use]
    pub fn to_toml(&self) -> String {
        use std::fmt::Write;

        let mut text = String::new();
        for section in sections(self) {
            let gap = if text.is_empty() { "" } else { "\n" };
            writeln!(text, "{gap}{}", section.header).expect("a string takes all that is written");
            for (key, value) in section.entries {
                writeln!(text, "{} = {value}", join("", &key)).expect("a string takes all that is written");
            }
        }
        text
    }

    /// A short name for exactly these settings: 16 hexadecimal digits, equal for equal [`Self::to_toml`]. A secret's
    /// text has no part in it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        blake3::hash(self.to_toml().as_bytes()).to_hex()[..16].to_owned()
    }

    /// The dotted keys that differ, in alphabetical order; a feed, niche or account that came or went is one key.
    /// Empty exactly if the settings are equal.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (by_path(self), by_path(other));
        let mut keys = BTreeSet::new();
        for path in ours.keys().chain(theirs.keys()) {
            let (Some(our), Some(their)) = (ours.get(path), theirs.get(path)) else {
                keys.insert(path.clone());
                continue;
            };
            let differing = our.keys().chain(their.keys()).filter(|key| our.get(*key) != their.get(*key));
            keys.extend(differing.map(|key| join(path, key)));
        }
        let (ours, theirs) = (secret_texts(self), secret_texts(other));
        // A provider that came or went is one key already.
        let differing = ours.iter().filter(|(key, our)| theirs.get(*key).is_some_and(|their| their != *our));
        keys.extend(differing.map(|(key, _)| key.clone()));
        if keys.is_empty() && self.feeds != other.feeds {
            // The same feeds in another order.
            keys.insert("feeds".to_owned());
        }
        keys.into_iter().collect()
    }
}

fn by_path(settings: &Settings) -> BTreeMap<String, BTreeMap<String, toml::Value>> {
    sections(settings).into_iter().map(|section| (section.path, section.entries.into_iter().collect())).collect()
}

/// Each key that holds a secret, and the secret's text.
fn secret_texts(settings: &Settings) -> BTreeMap<String, Option<&str>> {
    let speech = settings.voice.openai.as_ref().and_then(|endpoint| endpoint.api_key.as_ref());
    let media = &settings.media;
    let images = media.openai.as_ref().and_then(|endpoint| endpoint.api_key.as_ref());
    let vectors = settings.trends.embeddings.as_ref().and_then(|endpoint| endpoint.api_key.as_ref());
    let safety = settings.screen.safety.endpoint.as_ref().and_then(|endpoint| endpoint.api_key.as_ref());
    let oidc = settings.console.oidc.as_ref();
    let providers = settings.script.providers.iter();
    let providers = providers
        .map(|(name, provider)| (format!("{}.api_key", writer::provider_path(name)), provider.api_key.as_ref()));
    let others = [
        ("trends.embeddings.api_key", vectors),
        ("voice.openai.api_key", speech),
        ("console.oidc.client_secret", oidc.and_then(|oidc| oidc.client_secret.as_ref())),
        ("media.openai.api_key", images),
        ("screen.safety.endpoint.api_key", safety),
        ("media.s3.access_key", media.s3.access_key.as_ref()),
        ("media.s3.secret_key", media.s3.secret_key.as_ref()),
    ];
    let others = others.map(|(key, secret)| (key.to_owned(), secret));
    providers.chain(others).map(|(key, secret)| (key, secret.map(crate::Secret::reveal))).collect()
}

fn show_reference(reference: &SecretReference) -> toml::Value {
    let (key, value) = match reference {
        SecretReference::Variable(name) => ("env", name.clone()),
        SecretReference::File(path) => ("file", show_path(path)),
    };
    toml::Value::Table(toml::Table::from_iter([(key.to_owned(), toml::Value::String(value))]))
}

fn show_path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
