//! `[script]`: who writes, and what it may cost.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use crate::defaults;
use crate::name::Name;
use crate::secret::Secret;

/// The name that stands for the built-in writer in [`Script::writers`].
pub const BUILTIN_WRITER: &str = "builtin";

/// `[script]`
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Who is asked, in this order: names of [`Script::providers`], perhaps [`BUILTIN_WRITER`] as the last. Never empty,
    /// no name twice.
    pub writers: Vec<Name>,
    /// Endpoints, by name; those that are not in `writers` are not asked.
    pub providers: BTreeMap<Name, Provider>,
    /// What all niches together may use in a day.
    pub budget: Budget,
    /// What prices and budgets are in: a word for people, such as `USD`.
    pub currency: String,
    /// Whose midnight ends the day of all budgets.
    pub timezone: TimeZone,
    /// Fewest spoken words; at most `words_max`.
    pub words_min: usize,
    /// Most spoken words.
    pub words_max: usize,
    /// Pages that are read beside what the feeds said.
    pub evidence: PageReading,
}

/// `[script.evidence]`: whether the pages of a topic are read for its script, and how much of them. They are asked as
/// [`Trends::user_agent`](crate::Trends::user_agent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReading {
    /// Whether any page is read.
    pub fetch: bool,
    /// Most pages for a topic, 1 to 10.
    pub pages: NonZeroUsize,
    /// Most bytes of a page; the rest is not taken.
    pub max_bytes: u64,
    /// Longest time for one page, from the connection to the last byte; all pages of a topic together take twice as long
    /// at most, waiting for hosts included.
    pub timeout: Duration,
    /// How long the text of a page is kept before it is asked for again.
    pub keep: Duration,
}

impl Script {
    /// The endpoints that are asked, in order.
    pub fn chain(&self) -> impl Iterator<Item = (&Name, &Provider)> {
        self.writers.iter().filter_map(|name| self.providers.get_key_value(name))
    }

    /// These settings with one provider more, asked after those that are listed; the built-in writer stays the last.
    #[must_use]
    pub fn with_provider(mut self, name: Name, provider: Provider) -> Self {
        let place = self.writers.iter().position(|name| name.as_str() == BUILTIN_WRITER).unwrap_or(self.writers.len());
        self.writers.insert(place, name.clone());
        self.providers.insert(name, provider);
        self
    }

    /// These settings without the built-in writer.
    #[must_use]
    pub fn without_builtin(mut self) -> Self {
        self.writers.retain(|name| name.as_str() != BUILTIN_WRITER);
        self
    }

    /// True if the built-in writer is the last resort (or the only one).
    #[must_use]
    pub fn has_builtin(&self) -> bool {
        self.writers.iter().any(|name| name.as_str() == BUILTIN_WRITER)
    }

    /// True if a language model is asked at all: one that translates, which the built-in writer does not.
    #[must_use]
    pub fn asks_a_model(&self) -> bool {
        self.chain().next().is_some()
    }
}

/// `[script.providers.NAME]`: an OpenAI-compatible endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    /// Up to and with the version: `http://127.0.0.1:11434/v1`; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most tokens of one answer; a second try after a cut answer may have twice as many.
    pub max_tokens: u32,
    /// True sends `max_completion_tokens`, false the older `max_tokens` that many local servers know only.
    pub new_token_field: bool,
    /// 0.0 to 2.0.
    pub temperature: f32,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
    /// Most tokens a minute, prompt and answer; `None`: only what the endpoint itself says.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Most calls at the same time.
    pub concurrency: NonZeroUsize,
    /// What a million tokens of the prompt cost.
    pub input_price: Money,
    /// What a million tokens of the answer cost.
    pub output_price: Money,
    /// How the answer's shape is asked for. It is checked here in any case.
    pub schema: SchemaMode,
}

impl Provider {
    /// A free endpoint with everything else by default.
    #[must_use]
    pub fn new(base_url: Url, model: &str) -> Self {
        Self {
            base_url,
            model: model.to_owned(),
            api_key: None,
            timeout: defaults::ENDPOINT_TIMEOUT,
            max_tokens: defaults::ENDPOINT_MAX_TOKENS,
            new_token_field: false,
            temperature: defaults::ENDPOINT_TEMPERATURE,
            calls_per_minute: defaults::ENDPOINT_CALLS_PER_MINUTE,
            tokens_per_minute: None,
            concurrency: defaults::ENDPOINT_CONCURRENCY,
            input_price: Money::default(),
            output_price: Money::default(),
            schema: SchemaMode::default(),
        }
    }

    /// True if its calls cost nothing.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.input_price.micros() == 0 && self.output_price.micros() == 0
    }
}

/// How a provider is asked for JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SchemaMode {
    /// `response_format` with the schema.
    #[default]
    JsonSchema,
    /// The same with the longest texts and lists in it. Not in what `OpenAI` calls strict mode, but llama.cpp and others that
    /// build a grammar from it cannot run on for ever then: what a small model needs.
    JsonSchemaBounded,
    /// `response_format` for any JSON object.
    JsonObject,
    /// No `response_format`: the prompt alone asks.
    None,
}

impl SchemaMode {
    /// As it stands in the config file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchema => "json_schema",
            Self::JsonSchemaBounded => "json_schema_bounded",
            Self::JsonObject => "json_object",
            Self::None => "none",
        }
    }
}

/// `[script.budget]` and `[niches.NAME.budget]`: what may be used in a day; `None` is without limit, 0 is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// Tokens of prompts and answers.
    pub tokens_per_day: Option<u64>,
    /// Money, by the providers' prices.
    pub money_per_day: Option<Money>,
}

/// An amount of money in millionths of the currency: small enough for a token's price, exact where floats are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u64);

impl Money {
    /// From millionths of the currency.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// In millionths of the currency.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The nearest millionth; a negative amount is none.
    #[must_use]
    pub fn from_units(units: f64) -> Self {
        Self((units * 1e6).round() as u64)
    }

    /// In whole units of the currency, for people and the config file.
    #[must_use]
    pub fn units(self) -> f64 {
        self.0 as f64 / 1e6
    }
}
