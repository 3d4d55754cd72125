//! What chooses topics: `[trends] block`, `[trends.sensitive]`, `[trends.saturation]`, `[trends.embeddings]`, and the same
//! in `[niches.NAME]`.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::RegexBuilder;

use super::secrets::secret;
use super::table::Table;
use super::value::Value;
use super::writer::base_url;
use crate::defaults::routing as defaults;
use crate::settings::{
    EmbeddingsEndpoint, FormatsLearnt, HookType, Niche, NicheRouting, NicheSaturation, Saturation, Sensitive,
    SensitiveClass, SensitivePolicy, Trends,
};

/// Bytes that a compiled expression may take: enough for what people write, too little to stall a poll.
const REGEX_SIZE: usize = 1 << 20;
/// Characters of one text that is turned into a vector.
const ABOUT_MAX: usize = 600;
/// Texts that describe one niche.
const EXAMPLES_MAX: usize = 50;

impl Table<'_, '_> {
    /// Words and phrases to look for in lower case, beginnings of words (`telescop*`), and regular expressions (`/x/`).
    pub(super) fn patterns(&mut self, key: &'static str) -> Vec<String> {
        self.list(key, Vec::new(), pattern)
    }
}

fn pattern(value: &Value<'_, '_>) -> Option<String> {
    let text = value.word()?;
    if let Some(expression) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        if expression.is_empty() {
            value.refuse("hold a regular expression between its two `/`", None);
            return None;
        }
        if let Err(error) = RegexBuilder::new(expression).case_insensitive(true).size_limit(REGEX_SIZE).build() {
            let why = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            value.refuse(&format!("be a regular expression: {why}"), None);
            return None;
        }
        return Some(text);
    }
    if let Some(stem) = text.strip_suffix('*')
        && stem.chars().filter(|c| c.is_alphanumeric()).count() < 3
    {
        value.refuse("have three letters or more before its `*`", None);
        return None;
    }
    Some(text.to_lowercase())
}

/// What `[trends]` has of it.
pub(super) fn trends(table: &mut Table<'_, '_>, rest: Trends) -> Trends {
    Trends {
        block: table.patterns("block"),
        sensitive: table.section("sensitive", sensitive),
        saturation: table.section("saturation", saturation),
        embeddings: table.optional_section("embeddings", embeddings).flatten(),
        ..rest
    }
}

fn sensitive(table: &mut Table<'_, '_>) -> Sensitive {
    let mut policies = Sensitive::default().policies;
    policies.extend(read_policies(table));
    Sensitive { policies, lists: table.optional_path("lists") }
}

/// The policies that the table names.
fn read_policies(table: &mut Table<'_, '_>) -> BTreeMap<SensitiveClass, SensitivePolicy> {
    let mut found = BTreeMap::new();
    for class in SensitiveClass::ALL {
        let policy = table.value(class.as_str()).and_then(|value| value.choice(&SensitivePolicy::WORDS));
        found.extend(policy.map(|policy| (class, policy)));
    }
    found
}

fn saturation(table: &mut Table<'_, '_>) -> Saturation {
    let (default, own) = (Saturation::default(), read_saturation(table));
    Saturation {
        days: own.days.unwrap_or(default.days),
        ours: own.ours.unwrap_or(default.ours),
        videos: own.videos.unwrap_or(default.videos),
        publishers: own.publishers.unwrap_or(default.publishers),
    }
}

fn read_saturation(table: &mut Table<'_, '_>) -> NicheSaturation {
    let mut whole = |key, least| table.value(key).and_then(|value| value.whole(&(least..=1_000_000)));
    let (ours, videos, publishers) = (whole("ours", 0), whole("videos", 0), whole("publishers", 0));
    let days = table.value("days").and_then(|value| value.whole(&(1..=365)));
    NicheSaturation { days, ours, videos, publishers }
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn embeddings(table: &mut Table<'_, '_>) -> Option<EmbeddingsEndpoint> {
    let base_url = base_url(table);
    let model = table.required("model", "the name that the endpoint gives it").and_then(|value| value.word());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let timeout =
        table.duration("timeout", defaults::EMBEDDINGS_TIMEOUT, Duration::from_millis(100)..=Duration::from_mins(10));
    let calls_per_minute = table.count("calls_per_minute", defaults::EMBEDDINGS_CALLS_PER_MINUTE, 100_000);
    let batch = table.depth("batch", defaults::EMBEDDINGS_BATCH, 2_048);
    let keep = table.depth("keep", defaults::EMBEDDINGS_KEEP, 1_000_000);
    let closeness = table.number("closeness", defaults::EMBEDDINGS_CLOSENESS, 0.0..=1.0);
    Some(EmbeddingsEndpoint {
        base_url: base_url?,
        model: model?,
        api_key,
        timeout,
        calls_per_minute,
        batch,
        keep,
        closeness,
    })
}

/// What `[niches.NAME]` has of it.
pub(super) fn niche(table: &mut Table<'_, '_>) -> NicheRouting {
    NicheRouting {
        required: table.patterns("required"),
        block: table.patterns("block"),
        min_score: table.number("min_score", 0.0, 0.0..=1.0),
        about: table.value("about").and_then(|value| describing(&value)).unwrap_or_default(),
        examples: examples(table),
        closeness: table.value("closeness").and_then(|value| value.number(&(0.0..=1.0))),
        sensitive: table.section("sensitive", read_policies),
        saturation: table.section("saturation", read_saturation),
        formats: table.section("formats", formats),
    }
}

fn describing(value: &Value<'_, '_>) -> Option<String> {
    let text = value.line_of_text()?;
    let length = text.chars().count();
    if length > ABOUT_MAX {
        value.report(format!("`{}` must have at most {ABOUT_MAX} characters, not {length}", value.path), None);
        return None;
    }
    Some(text)
}

fn examples(table: &mut Table<'_, '_>) -> Vec<String> {
    let found = table.list("examples", Vec::new(), |value| {
        let text = value.word()?;
        describing(value).map(|_| text)
    });
    if found.len() > EXAMPLES_MAX {
        let message = format!("`{}.examples` must have at most {EXAMPLES_MAX} titles", table.name());
        table.report_at("examples", message, None);
    }
    found
}

fn formats(table: &mut Table<'_, '_>) -> FormatsLearnt {
    let default = FormatsLearnt::default();
    let hooks = HookType::ALL.map(|hook| (hook.as_str(), hook));
    FormatsLearnt {
        learn: table.boolean("learn", default.learn),
        frozen: table.boolean("frozen", default.frozen),
        explore: table.number("explore", default.explore, 0.05..=1.0),
        min_posts: table.whole("min_posts", default.min_posts, 2..=1_000),
        hook: table.value("hook").and_then(|value| value.choice(&hooks)),
        words: table.value("words").and_then(|value| span(&value, 1_000)),
        scenes: table.value("scenes").and_then(|value| span(&value, 50)),
    }
}

/// `[from, to]`
fn span(value: &Value<'_, '_>, most: u32) -> Option<(u32, u32)> {
    let numbers = value.list()?;
    let [from, to] = numbers.as_slice() else {
        value.refuse("be two numbers in brackets: from, to", None);
        return None;
    };
    let (from, to) = (from.whole(&(1..=most))?, to.whole(&(1..=most))?);
    if from > to {
        value.report(format!("`{}` must not begin with {from} and end with {to}", value.path), Some("swap the two"));
        return None;
    }
    Some((from, to))
}

/// A niche that only a description narrows down would take every topic.
pub(super) fn check_without_embeddings(table: &mut Table<'_, '_>, niche: &Niche) {
    let routing = &niche.routing;
    let described = !routing.about.is_empty() || !routing.examples.is_empty();
    if described && niche.keywords.is_empty() && routing.required.is_empty() {
        let message = format!(
            "`{}` is described by `about` or `examples` alone, but there is no table [trends.embeddings]",
            table.name()
        );
        table.report_here(message, Some("add it, or give the niche `keywords`"));
    }
}
