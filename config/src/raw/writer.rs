//! `[script]`: who writes, and what it may cost.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::accounts::timezone;
use super::nearest::nearest;
use super::secrets::secret;
use super::table::Table;
use crate::defaults;
use crate::name::Name;
use crate::settings::{BUILTIN_WRITER, Budget, Money, PageReading, Provider, SchemaMode, Script};

/// A day's tokens: what 32 bits hold.
const TOKENS_MOST: u32 = 4_000_000_000;
/// A day's money, and the price of a million tokens, in whole units of the currency.
const MONEY_MOST: f64 = 1_000_000.0;

const SCHEMAS: [(&str, SchemaMode); 4] = [
    (SchemaMode::JsonSchema.as_str(), SchemaMode::JsonSchema),
    (SchemaMode::JsonSchemaBounded.as_str(), SchemaMode::JsonSchemaBounded),
    (SchemaMode::JsonObject.as_str(), SchemaMode::JsonObject),
    (SchemaMode::None.as_str(), SchemaMode::None),
];

pub(super) fn script(table: &mut Table<'_, '_>) -> Script {
    let default = Script::default();
    table.gone(
        "writer",
        "writers are a list now, asked in order",
        "write `writers = [\"NAME\", \"builtin\"]`, with a table [script.providers.NAME]; or `writers = [\"builtin\"]`",
    );
    table.gone(
        "openai",
        "there may be several endpoints now",
        "call the table [script.providers.openai], and list \"openai\" in `script.writers`",
    );
    // Checked also while they are not in use, so that switching over holds no surprise.
    let read = table.children("providers", provider).unwrap_or_default();
    let names: Vec<Name> = read.keys().cloned().collect();
    if read.keys().any(|name| name.as_str() == BUILTIN_WRITER) {
        let message = format!("`script.providers.{BUILTIN_WRITER}` has the name of the built-in writer");
        table.report_at("providers", message, Some("choose another name"));
    }
    let providers: BTreeMap<Name, Provider> =
        read.into_iter().filter_map(|(name, provider)| Some((name, provider?))).collect();
    let writers = writers(table, &names, default.writers);
    let (currency, timezone, budget) = table.section("budget", |table| {
        let currency = table.value("currency").and_then(|value| value.word()).unwrap_or(default.currency);
        let timezone = table.value("timezone").and_then(|value| timezone(&value)).unwrap_or(default.timezone);
        (currency, timezone, budget(table))
    });
    let words_min = table.whole("words_min", default.words_min as u32, 1..=1_000) as usize;
    let words_max = table.whole("words_max", default.words_max as u32, 1..=1_000) as usize;
    if words_min > words_max {
        let message = format!("`script.words_min` must be at most `script.words_max` = {words_max}, not {words_min}");
        table.report_at("words_min", message, None);
    }
    let evidence = table.section("evidence", page_reading);
    Script { writers, providers, budget, currency, timezone, words_min, words_max, evidence }
}

fn page_reading(table: &mut Table<'_, '_>) -> PageReading {
    let default = PageReading::default();
    PageReading {
        fetch: table.boolean("fetch", default.fetch),
        pages: table.depth("pages", default.pages, 10),
        max_bytes: table.size("max_bytes", default.max_bytes, 1 << 10..=64 << 20),
        timeout: table.duration("timeout", default.timeout, Duration::from_millis(100)..=Duration::from_mins(2)),
        keep: table.duration("keep", default.keep, Duration::from_mins(1)..=Duration::from_hours(30 * 24)),
    }
}

fn writers(table: &mut Table<'_, '_>, providers: &[Name], default: Vec<Name>) -> Vec<Name> {
    let Some(values) = table.value("writers").and_then(|value| {
        let list = value.list()?;
        if list.is_empty() {
            value.report("`script.writers` must not be empty".to_owned(), Some("[\"builtin\"] always works"));
        }
        Some(list)
    }) else {
        return default;
    };
    let last = values.len().saturating_sub(1);
    let mut writers: Vec<Name> = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let Some(name) = value.name() else { continue };
        if writers.contains(&name) {
            value.report(format!("`{}` is `{name}` again", value.path), Some("each writer is asked once"));
        } else if name.as_str() == BUILTIN_WRITER && place < last {
            let hint = "put it last: whoever stands after it would hardly ever be asked";
            value.report(format!("`{}` is the built-in writer, and others follow", value.path), Some(hint));
        } else if name.as_str() != BUILTIN_WRITER && !providers.contains(&name) {
            let known = providers.iter().map(Name::as_str).chain([BUILTIN_WRITER]);
            let hint = nearest(name.as_str(), known).map_or_else(
                || "add it, with `base_url` and `model`".to_owned(),
                |meant| format!("did you mean \"{meant}\"?"),
            );
            let message = format!("`{}` is `{name}`, and there is no [script.providers.{name}]", value.path);
            value.report_absent(message, &hint);
        }
        writers.push(name);
    }
    writers
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn provider(table: &mut Table<'_, '_>) -> Option<Provider> {
    let base_url = base_url(table);
    let model = table.required("model", "the name that the endpoint gives it").and_then(|value| value.word());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let timeout =
        table.duration("timeout", defaults::ENDPOINT_TIMEOUT, Duration::from_secs(1)..=Duration::from_hours(1));
    let max_tokens = table.whole("max_tokens", defaults::ENDPOINT_MAX_TOKENS, 64..=100_000);
    let new_token_field = table.boolean("new_token_field", false);
    let temperature = table.number("temperature", f64::from(defaults::ENDPOINT_TEMPERATURE), 0.0..=2.0) as f32;
    let calls_per_minute = table.count("calls_per_minute", defaults::ENDPOINT_CALLS_PER_MINUTE, 100_000);
    let tokens_per_minute = table
        .value("tokens_per_minute")
        .and_then(|value| value.whole(&(1..=1_000_000_000)))
        .and_then(std::num::NonZeroU32::new);
    let concurrency = table.depth("concurrency", defaults::ENDPOINT_CONCURRENCY, 1_024);
    let mut price = |key| Money::from_units(table.number(key, 0.0, 0.0..=MONEY_MOST));
    let (input_price, output_price) = (price("price_per_million_input"), price("price_per_million_output"));
    let schema = table.value("schema").and_then(|value| value.choice(&SCHEMAS)).unwrap_or_default();
    Some(Provider {
        base_url: base_url?,
        model: model?,
        api_key,
        timeout,
        max_tokens,
        new_token_field,
        temperature,
        calls_per_minute,
        tokens_per_minute,
        concurrency,
        input_price,
        output_price,
        schema,
    })
}

/// What may be used in a day; of all niches or of one.
pub(super) fn budget(table: &mut Table<'_, '_>) -> Budget {
    let tokens = table.value("tokens_per_day").and_then(|value| value.whole(&(0..=TOKENS_MOST)));
    let money = table.value("money_per_day").and_then(|value| value.number(&(0.0..=MONEY_MOST)));
    Budget { tokens_per_day: tokens.map(u64::from), money_per_day: money.map(Money::from_units) }
}

/// Where an endpoint's own paths begin.
pub(super) fn base_url(table: &mut Table<'_, '_>) -> Option<Url> {
    table.required("base_url", "such as \"http://127.0.0.1:11434/v1\"").and_then(|value| {
        let url = value.url()?;
        if url.query().is_some() || url.fragment().is_some() {
            value.report(format!("`{}` must end with its path, without `?` and `#`", value.path), None);
            return None;
        }
        Some(without_trailing_slash(url))
    })
}

/// The stage puts `/chat/completions` behind it.
fn without_trailing_slash(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    url
}
