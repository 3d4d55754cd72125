//! `[script]` and what is in it.

use toml::Value;

use super::sections::{duration, names, places, with_budget};
use super::{Section, show_reference};
use crate::dotted::join;
use crate::name::Name;
use crate::settings::{Provider, Settings};
use crate::units::show_size;

pub(super) fn script(settings: &Settings, sections: &mut Vec<Section>) {
    let script = &settings.script;
    sections.push(
        Section::new("script")
            .with("writers", names(&script.writers))
            .with("words_min", places(script.words_min))
            .with("words_max", places(script.words_max)),
    );
    sections.push(with_budget(
        Section::new("script.budget")
            .with("currency", script.currency.clone().into())
            .with("timezone", script.timezone.iana_name().unwrap_or("UTC").into()),
        script.budget,
    ));
    sections.push(
        Section::new("script.evidence")
            .with("fetch", script.evidence.fetch.into())
            .with("pages", places(script.evidence.pages.get()))
            .with("max_bytes", show_size(script.evidence.max_bytes).into())
            .with("timeout", duration(script.evidence.timeout))
            .with("keep", duration(script.evidence.keep)),
    );
    sections.extend(script.providers.iter().map(|(name, of)| provider(name, of)));
}

pub(super) fn provider_path(name: &Name) -> String {
    join("script.providers", name.as_str())
}

fn provider(name: &Name, provider: &Provider) -> Section {
    let reference = provider.api_key.as_ref().and_then(crate::Secret::reference);
    Section::new(&provider_path(name))
        .with("base_url", provider.base_url.to_string().into())
        .with("model", provider.model.clone().into())
        .optional("api_key", reference.map(show_reference))
        .with("timeout", duration(provider.timeout))
        .with("max_tokens", provider.max_tokens.into())
        .with("new_token_field", provider.new_token_field.into())
        .with("temperature", temperature(provider.temperature))
        .with("calls_per_minute", provider.calls_per_minute.get().into())
        .optional("tokens_per_minute", provider.tokens_per_minute.map(|tokens| tokens.get().into()))
        .with("concurrency", places(provider.concurrency.get()))
        .with("price_per_million_input", Value::Float(provider.input_price.units()))
        .with("price_per_million_output", Value::Float(provider.output_price.units()))
        .with("schema", provider.schema.as_str().into())
}

/// The shortest number that is this `f32`: 0.7, not 0.699999988079071.
fn temperature(temperature: f32) -> Value {
    Value::Float(temperature.to_string().parse().unwrap_or_else(|_| f64::from(temperature)))
}
