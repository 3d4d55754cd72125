//! The files beside this crate: `reelpress.toml` names every key and tells the truth about it; every example is right.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::defaults::routing::{
    EMBEDDINGS_BATCH, EMBEDDINGS_CALLS_PER_MINUTE, EMBEDDINGS_CLOSENESS, EMBEDDINGS_KEEP, EMBEDDINGS_TIMEOUT,
};
use crate::defaults::safety::{
    MODERATION_ATTEMPTS, MODERATION_CALLS_PER_MINUTE, MODERATION_LONGEST_WAIT, MODERATION_MODEL, MODERATION_PICTURES,
    MODERATION_TIMEOUT,
};
use crate::raw::known_keys;
use crate::testing::{settings, surroundings};
use crate::{Account, Niche, Settings};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn reference() -> String {
    std::fs::read_to_string(folder().join("reelpress.toml")).expect("config/reelpress.toml is there")
}

/// The reference with every key and table that is off turned on.
fn all_keys_on() -> String {
    let is_off = |line: &str| line.strip_prefix('#').is_some_and(|rest| !rest.is_empty() && !rest.starts_with(' '));
    let text = reference();
    let lines = text.lines().map(|line| if is_off(line) { &line[1..] } else { line }.to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_reference_as_it_stands_means_the_defaults() {
    let in_no_folder = Settings::parse("reelpress.toml", Path::new(""), &reference(), &surroundings());
    assert_eq!(in_no_folder, Ok(Settings::default()));
}

#[test]
fn the_reference_shows_the_true_defaults() {
    let read = Settings::parse("reelpress.toml", Path::new(""), &all_keys_on(), &surroundings());
    let read = read.unwrap_or_else(|problems| panic!("{problems}"));
    let default = Settings::default();
    let mut line = read.line;
    line.cpu_workers = default.line.cpu_workers;
    assert_eq!(read.daemon, default.daemon);
    assert_eq!(line, default.line);
    // Its default changes with each version.
    let user_agent = default.trends.user_agent.clone();
    let sensitive = crate::Sensitive { lists: None, ..read.trends.sensitive };
    let trends = crate::Trends { user_agent, sensitive, embeddings: None, ..read.trends };
    assert_eq!(trends, default.trends, "but for what has no default");
    let vectors = read.trends.embeddings.expect("it is in the reference");
    let shown = (vectors.timeout, vectors.calls_per_minute, vectors.batch, vectors.keep, vectors.closeness);
    let told =
        (EMBEDDINGS_TIMEOUT, EMBEDDINGS_CALLS_PER_MINUTE, EMBEDDINGS_BATCH, EMBEDDINGS_KEEP, EMBEDDINGS_CLOSENESS);
    assert_eq!(shown, told);
    let budget = crate::Budget::default();
    let providers = std::collections::BTreeMap::new();
    assert_eq!(
        read.script.providers.values().map(|provider| (provider.max_tokens, provider.schema)).collect::<Vec<_>>(),
        [(crate::defaults::ENDPOINT_MAX_TOKENS, crate::SchemaMode::default())]
    );
    assert_eq!(crate::Script { providers, budget, ..read.script }, default.script, "but for what has no default");
    let model = read.voice.kokoro.as_ref().expect("it is in the reference");
    assert_eq!((model.voice.as_str(), model.threads), (crate::KOKORO_VOICE, crate::defaults::SPEECH_THREADS));
    let voices = std::collections::BTreeMap::new();
    let voice = crate::Voice { voices, target: None, openai: None, kokoro: None, ..read.voice };
    assert_eq!(voice, default.voice, "but for what has no default");
    assert_eq!(
        crate::Assemble { templates: None, ..read.assemble },
        default.assemble,
        "but for the folder, which has no default"
    );
    let media = &read.media;
    assert_eq!((&media.uses, &media.cache), (&default.media.uses, &default.media.cache));
    assert_eq!((media.cache_bytes, media.every), (default.media.cache_bytes, default.media.every));
    assert_eq!((&media.s3.region, media.s3.timeout), (&default.media.s3.region, default.media.s3.timeout));
    let safety = &read.screen.safety;
    let asked = safety.endpoint.as_ref().expect("it is in the reference");
    assert_eq!(
        (
            asked.model.as_str(),
            asked.timeout,
            asked.attempts,
            asked.longest_wait,
            asked.calls_per_minute,
            asked.pictures
        ),
        (
            MODERATION_MODEL,
            MODERATION_TIMEOUT,
            MODERATION_ATTEMPTS,
            MODERATION_LONGEST_WAIT,
            MODERATION_CALLS_PER_MINUTE,
            MODERATION_PICTURES
        )
    );
    assert_eq!((safety.pictures, safety.timeout), (default.screen.safety.pictures, default.screen.safety.timeout));
    let (hold_below, required) = (default.screen.safety.hold_below, default.screen.safety.required);
    assert_eq!((safety.hold_below, safety.required), (hold_below, required));
    let weights = std::collections::BTreeMap::new();
    let quality = crate::ScreenQuality { weights, ..read.screen.quality };
    let safety = default.screen.safety.clone();
    assert_eq!(crate::Screen { policy: None, quality, safety, ..read.screen }, default.screen);
    assert_eq!(crate::Provenance { own: None, ..read.provenance }, default.provenance);
    assert_eq!(read.review, default.review);
    assert_eq!(crate::Console { public_url: None, oidc: None, ..read.console }, default.console);
    assert_eq!(read.schedule, default.schedule);
    assert_eq!(read.deliver, default.deliver);
    assert_eq!(crate::Devices { serials: default.devices.serials.clone(), ..read.devices }, default.devices);
}

/// `Default: VALUE.` in the comment above a key is checked by the test above where the key shows its default; the keys
/// of niches and accounts show an example, so their comments are checked here.
#[test]
fn the_reference_tells_the_true_defaults_of_niches_and_accounts() {
    let text = reference();
    let told = |section: &str| -> Vec<(String, String)> {
        let body = text.split(section).nth(1).expect("the section is there").split("\n\n").next().unwrap_or_default();
        let mut told = Vec::new();
        let mut comment = String::new();
        for line in body.lines() {
            if let Some(words) = line.strip_prefix("# ") {
                comment = format!("{comment} {words}");
            } else if let Some((key, _)) = line.strip_prefix('#').and_then(|line| line.split_once(" = ")) {
                if let Some((_, value)) = comment.rsplit_once("Default: ") {
                    // What follows a comma outside brackets explains the value.
                    let end = value.find("],").map_or(value.len(), |end| end + 1);
                    let value = value[..end].trim_end_matches('.');
                    told.push((key.to_owned(), value.split("\", which").next().unwrap_or(value).to_owned()));
                }
                comment.clear();
            }
        }
        told
    };
    let check = |section: &str, shown: &str| {
        let mut checked = 0;
        for (key, value) in told(section) {
            // Words, not a value.
            if value.starts_with("the ") {
                continue;
            }
            let value = if value == "\"" { "\"\"".to_owned() } else { value };
            assert!(shown.contains(&format!("\n{key} = {value}\n")), "{section} {key}: {value} in\n{shown}");
            checked += 1;
        }
        checked
    };
    let mut settings = Settings::default();
    settings.niches.values_mut().for_each(|niche| *niche = Niche::default());
    settings.accounts.values_mut().for_each(|account| *account = Account::default());
    let shown = settings.to_toml();
    assert_eq!(check("#[niches.space]", &shown), 14);
    assert_eq!(check("#[accounts.orbit-daily]", &shown), 8);
}

#[test]
fn the_reference_has_every_key_and_no_other() {
    let text = all_keys_on();
    // That it has no other key is that it parses: what the reader does not know is a problem.
    settings(&text);
    let mut written = BTreeSet::new();
    collect(&text.parse().expect("it parsed above"), "", &mut written);
    let known: BTreeSet<String> = known_keys(&text, &surroundings())
        .into_iter()
        .filter(|key| !SECRETS.iter().any(|secret| key.strip_prefix(secret).is_some_and(|rest| rest.starts_with('.'))))
        .collect();
    assert_eq!(written, known);
    for reference in ["{ env = ", "{ file = "] {
        assert!(text.contains(reference), "the reference does not explain secrets by `{reference}...`");
    }
}

const SECRETS: [&str; 11] = [
    "screen.safety.endpoint.api_key",
    "trends.embeddings.api_key",
    "feeds.key",
    "feeds.client_id",
    "feeds.client_secret",
    "script.providers.*.api_key",
    "voice.openai.api_key",
    "media.openai.api_key",
    "media.s3.access_key",
    "media.s3.secret_key",
    "console.oidc.client_secret",
];

/// Every key of a file, with `*` for the names that the file chose.
fn collect(table: &toml::Table, path: &str, keys: &mut BTreeSet<String>) {
    for (key, value) in table {
        let is_free = matches!(path, "niches" | "accounts" | "script.providers" | "voice.voices" | "devices.serials");
        let path = match (path, is_free) {
            ("", _) => key.clone(),
            (path, true) => format!("{path}.*"),
            (path, false) => format!("{path}.{key}"),
        };
        if !is_free {
            keys.insert(path.clone());
        }
        if SECRETS.contains(&path.as_str()) {
            continue;
        }
        let items = value.as_array().into_iter().flatten();
        for table in items.chain([value]).filter_map(toml::Value::as_table) {
            collect(table, &path, keys);
        }
    }
}

#[test]
fn every_example_is_right() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder().join("examples")).expect("config/examples is there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).expect("the example can be read");
            let name = path.display().to_string();
            if let Err(problems) = Settings::parse(&name, &folder(), &text, &surroundings()) {
                panic!("{problems}");
            }
            seen += 1;
        }
    }
    assert!(seen > 0, "no example was looked at");
}

#[test]
fn the_agency_has_two_niches_and_three_accounts_in_three_time_zones() {
    let agency = settings(include_str!("../examples/agency.toml"));
    let zones: BTreeSet<_> = agency.accounts.values().filter_map(|account| account.timezone.iana_name()).collect();
    assert_eq!((agency.niches.len(), agency.accounts.len(), zones.len(), agency.feeds.len()), (2, 3, 3, 4));
}
