//! `[script]`: who writes.

use super::secrets::secret;
use super::table::Table;
use crate::defaults;
use crate::settings::{Endpoint, Script, ScriptWriter};
use std::time::Duration;
use url::Url;

pub(super) fn script(table: &mut Table<'_, '_>) -> Script {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Builtin,
        OpenAi,
    }
    let default = Script::default();
    let writer = table.value("writer");
    let kind = writer
        .and_then(|value| value.choice(&[("builtin", Kind::Builtin), ("openai", Kind::OpenAi)]))
        .unwrap_or(Kind::Builtin);
    // Checked also while the built-in writer is in use, so that switching over holds no surprise.
    let read = table.optional_section("openai", endpoint);
    if kind == Kind::OpenAi && read.is_none() {
        let message = "`script.writer` is \"openai\", but there is no table [script.openai]".to_owned();
        table.report_at("writer", message, Some("add it, with `base_url` and `model`"));
    }
    let words_min = table.whole("words_min", default.words_min as u32, 1..=1_000) as usize;
    let words_max = table.whole("words_max", default.words_max as u32, 1..=1_000) as usize;
    if words_min > words_max {
        let message = format!("`script.words_min` must be at most `script.words_max` = {words_max}, not {words_min}");
        table.report_at("words_min", message, None);
    }
    let writer = match (kind, read.flatten()) {
        (Kind::OpenAi, Some(endpoint)) => ScriptWriter::OpenAi(endpoint),
        (Kind::OpenAi | Kind::Builtin, _) => ScriptWriter::Builtin,
    };
    Script { writer, words_min, words_max }
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn endpoint(table: &mut Table<'_, '_>) -> Option<Endpoint> {
    let base_url = base_url(table);
    let model = table.required("model", "the name that the endpoint gives it").and_then(|value| value.word());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let timeout =
        table.duration("timeout", defaults::ENDPOINT_TIMEOUT, Duration::from_secs(1)..=Duration::from_hours(1));
    let max_tokens = table.whole("max_tokens", defaults::ENDPOINT_MAX_TOKENS, 64..=100_000);
    let new_token_field = table.boolean("new_token_field", false);
    let temperature = table.number("temperature", f64::from(defaults::ENDPOINT_TEMPERATURE), 0.0..=2.0) as f32;
    let calls_per_minute = table.count("calls_per_minute", defaults::ENDPOINT_CALLS_PER_MINUTE, 100_000);
    Some(Endpoint {
        base_url: base_url?,
        model: model?,
        api_key,
        timeout,
        max_tokens,
        new_token_field,
        temperature,
        calls_per_minute,
    })
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
