//! The sections of what chooses topics.

use std::time::Duration;

use toml::Value;

use super::{Section, show_path, show_reference};
use crate::dotted::join;
use crate::name::Name;
use crate::settings::{NicheRouting, Trends};
use crate::units::show_duration;

/// The keys that stand in `[trends]` itself.
pub(super) fn in_trends(section: Section, trends: &Trends) -> Section {
    section.with("block", trends.block.clone().into())
}

/// The tables below `[trends]`.
pub(super) fn trends(trends: &Trends, sections: &mut Vec<Section>) {
    let mut sensitive = Section::new("trends.sensitive");
    for (class, policy) in &trends.sensitive.policies {
        sensitive = sensitive.with(class.as_str(), policy.as_str().into());
    }
    let lists = trends.sensitive.lists.as_deref().map(|path| Value::String(show_path(path)));
    sections.push(sensitive.optional("lists", lists));
    let saturation = Section::new("trends.saturation")
        .with("days", trends.saturation.days.into())
        .with("ours", trends.saturation.ours.into())
        .with("videos", trends.saturation.videos.into())
        .with("publishers", trends.saturation.publishers.into());
    sections.push(saturation);
    let Some(endpoint) = &trends.embeddings else { return };
    let key = endpoint.api_key.as_ref().and_then(crate::Secret::reference);
    let embeddings = Section::new("trends.embeddings")
        .with("base_url", endpoint.base_url.to_string().into())
        .with("model", endpoint.model.clone().into())
        .optional("api_key", key.map(show_reference))
        .with("timeout", duration(endpoint.timeout))
        .with("calls_per_minute", endpoint.calls_per_minute.get().into())
        .with("batch", places(endpoint.batch.get()))
        .with("keep", places(endpoint.keep.get()))
        .with("closeness", endpoint.closeness.into());
    sections.push(embeddings);
}

/// The keys that stand in `[niches.NAME]` itself.
pub(super) fn in_niche(section: Section, routing: &NicheRouting) -> Section {
    section
        .with("required", routing.required.clone().into())
        .with("block", routing.block.clone().into())
        .with("min_score", routing.min_score.into())
        .with("about", routing.about.clone().into())
        .with("examples", routing.examples.clone().into())
        .optional("closeness", routing.closeness.map(Value::Float))
}

/// The tables below `[niches.NAME]`; what says nothing is left out.
pub(super) fn niche(name: &Name, routing: &NicheRouting, sections: &mut Vec<Section>) {
    let path = |table: &str| join(&join("niches", name.as_str()), table);
    let mut sensitive = Section::new(&path("sensitive"));
    for (class, policy) in &routing.sensitive {
        sensitive = sensitive.with(class.as_str(), policy.as_str().into());
    }
    let own = routing.saturation;
    let whole = |number: Option<u32>| number.map(Value::from);
    let saturation = Section::new(&path("saturation"))
        .optional("days", whole(own.days))
        .optional("ours", whole(own.ours))
        .optional("videos", whole(own.videos))
        .optional("publishers", whole(own.publishers));
    let (formats, default) = (&routing.formats, crate::FormatsLearnt::default());
    let span = |span: Option<(u32, u32)>| span.map(|(from, to)| Value::from(vec![from, to]));
    let formats = Section::new(&path("formats"))
        .with("learn", formats.learn.into())
        .with("frozen", formats.frozen.into())
        .with("explore", formats.explore.into())
        .with("min_posts", formats.min_posts.into())
        .optional("hook", formats.hook.map(|hook| hook.as_str().into()))
        .optional("words", span(formats.words))
        .optional("scenes", span(formats.scenes));
    sections.extend([sensitive, saturation].into_iter().filter(|section| !section.entries.is_empty()));
    sections.extend((routing.formats != default).then_some(formats));
}

fn duration(duration: Duration) -> Value {
    show_duration(duration).into()
}

fn places(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
