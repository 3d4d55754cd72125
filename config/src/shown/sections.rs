//! Each section's keys and values, in the order of `reelpress.toml`.

use jiff::civil::Date;
use std::path::Path;
use std::time::Duration;
use toml::Value;

use super::{Section, declared, routing, screen, show_path, show_reference, writer};
use crate::dotted::join;
use crate::name::Name;
use crate::raw::feeds::kinds::{show_kind, show_list, show_shows};
use crate::raw::feeds::show_format;
use crate::raw::press::SAFE_ZONES;
use crate::settings::{
    Account, Assemble, Brand, Budget, Daemon, Devices, Feed, FeedKind, FeedPlace, FeedShows, JsonMap, LineSettings,
    Media, Niche, Quality, Retries, SafeZone, Settings, SpeechEngine, TrendLibrary, TrendReport, Trends,
};
use crate::units::{show_duration, show_size, show_window};

pub(super) fn sections(settings: &Settings) -> Vec<Section> {
    let mut sections = vec![
        daemon(&settings.daemon),
        retries(&settings.daemon.retries),
        line(&settings.line),
        routing::in_trends(trends(&settings.trends), &settings.trends),
        trend_report(&settings.trends.report),
        trend_library(&settings.trends.library),
    ];
    routing::trends(&settings.trends, &mut sections);
    sections.extend(settings.feeds.iter().map(feed));
    for (name, value) in &settings.niches {
        let section = routing::in_niche(niche(name, value), &value.routing);
        sections.push(declared::within(section, &value.declared));
        sections.extend(declared::commercial(&join("niches", name.as_str()), &value.declared));
        routing::niche(name, &value.routing, &mut sections);
        sections.extend(brand(name, &value.brand));
        sections.extend(niche_budget(name, value.budget));
    }
    writer::script(settings, &mut sections);
    voice(settings, &mut sections);
    media(&settings.media, &mut sections);
    sections.push(assemble(&settings.assemble));
    let review = Section::new("review")
        .with("auto_approve", settings.review.auto_approve.into())
        .with("sample_percent", settings.review.sample_percent.into());
    screen::screen(settings, &mut sections);
    sections.push(review);
    super::console::console(&settings.console, &mut sections);
    for (name, value) in &settings.accounts {
        sections.push(declared::of_account(account(name, value), &value.declared));
        sections.extend(declared::commercial(&join("accounts", name.as_str()), &value.declared));
    }
    let schedule = Section::new("schedule")
        .with("horizon", duration(settings.schedule.horizon))
        .with("lead", duration(settings.schedule.lead))
        .with("promises_per_minute", settings.schedule.promises_per_minute.get().into());
    let deliver = Section::new("deliver")
        .with("outbox", path(&settings.deliver.outbox))
        .with("ahead", duration(settings.deliver.ahead));
    sections.extend([schedule, deliver]);
    devices(&settings.devices, &mut sections);
    sections
}

fn daemon(daemon: &Daemon) -> Section {
    Section::new("daemon")
        .with("data_dir", path(&daemon.data_dir))
        .with("listen", daemon.listen.to_string().into())
        .with("grace", duration(daemon.grace))
        .with("stall_after", duration(daemon.stall_after))
        .with("min_free", show_size(daemon.min_free_bytes).into())
        .with("keep_history", format!("{}d", daemon.keep_history_days).into())
}

fn retries(retries: &Retries) -> Section {
    Section::new("daemon.retries")
        .with("attempts", retries.attempts.get().into())
        .with("first", duration(retries.first))
        .with("max", duration(retries.max))
        .with("breaker_after", retries.breaker_after.get().into())
        .with("breaker_pause", duration(retries.breaker_pause))
}

fn line(line: &LineSettings) -> Section {
    Section::new("line")
        .with("script", places(line.script.get()))
        .with("voice", places(line.voice.get()))
        .with("assemble", places(line.assemble.get()))
        .with("screen", places(line.screen.get()))
        .with("review", places(line.review.get()))
        .with("shelf", places(line.shelf.get()))
        .with("deliver", places(line.deliver.get()))
        .with("cpu_workers", places(line.cpu_workers.get()))
        .with("script_workers", places(line.script_workers.get()))
}

fn trends(trends: &Trends) -> Section {
    Section::new("trends")
        .with("max_bytes", show_size(trends.max_bytes).into())
        .with("timeout", duration(trends.timeout))
        .with("user_agent", trends.user_agent.clone().into())
        .with("max_age", duration(trends.max_age))
        .with("min_score", trends.min_score.into())
        .with("take", places(trends.take))
        .with("keep_observations", duration(trends.keep_observations))
}

fn trend_report(report: &TrendReport) -> Section {
    Section::new("trends.report")
        .with("topics", report.quota.topics.into())
        .with("topics_every", duration(report.every.topics))
        .with("hashtags", report.quota.hashtags.into())
        .with("hashtags_every", duration(report.every.hashtags))
        .with("sounds", report.quota.sounds.into())
        .with("sounds_every", duration(report.every.sounds))
        .with("formats", report.quota.formats.into())
        .with("formats_every", duration(report.every.formats))
        .with("feed_share", report.feed_share.into())
}

fn trend_library(library: &TrendLibrary) -> Section {
    Section::new("trends.library")
        .with("most", places(library.most))
        .with("least", places(library.least))
        .with("topics_half_life", duration(library.half_life.topics))
        .with("hashtags_half_life", duration(library.half_life.hashtags))
        .with("sounds_half_life", duration(library.half_life.sounds))
        .with("formats_half_life", duration(library.half_life.formats))
}

fn feed(feed: &Feed) -> Section {
    let place = match &feed.place {
        FeedPlace::File(file) => ("file", path(file)),
        FeedPlace::Url(url) => ("url", url.to_string().into()),
    };
    let section = Section::new(&join("feeds", feed.name.as_str()))
        .with("name", feed.name.to_string().into())
        .optional("kind", show_kind(&feed.kind).map(Into::into))
        .with(place.0, place.1);
    let section = match &feed.kind {
        FeedKind::Document | FeedKind::OwnResults => section.with("format", show_format(feed.format).into()),
        FeedKind::Json(map) => section.with("map", json_map(map)),
        FeedKind::GoogleTrends { geo } => section.with("geo", geo.clone().into()),
        FeedKind::Wikimedia { project, access } => {
            section.with("project", project.clone().into()).with("access", access.clone().into())
        }
        FeedKind::YouTube { key, region, category, pages, units_a_day } => section
            .optional("key", key.as_ref().and_then(crate::Secret::reference).map(show_reference))
            .with("region", region.clone().into())
            .with("category", (*category).into())
            .with("pages", (*pages).into())
            .with("units_a_day", (*units_a_day).into()),
        FeedKind::HackerNews { take, .. } => section.with("take", (*take).into()),
        FeedKind::Mastodon { .. } | FeedKind::Bluesky { .. } => section,
        FeedKind::Reddit { subreddit, client_id, client_secret, .. } => section
            .with("subreddit", subreddit.clone().into())
            .optional("client_id", client_id.as_ref().and_then(crate::Secret::reference).map(show_reference))
            .optional("client_secret", client_secret.as_ref().and_then(crate::Secret::reference).map(show_reference)),
    };
    let section = section
        .optional("list", show_list(&feed.kind).map(Into::into))
        .optional("shows", (feed.shows != FeedShows::Topics).then(|| show_shows(feed.shows).into()))
        .with("every", duration(feed.every))
        .optional("language", feed.language.clone().map(Value::String))
        .with("allow_private", feed.allow_private.into())
        .with("robots", feed.robots.into())
        .optional("share", feed.share.map(Into::into));
    Section { header: "[[feeds]]".to_owned(), ..section }
}

fn json_map(map: &JsonMap) -> Value {
    let paths = [
        ("items", Some(&map.items)),
        ("title", Some(&map.title)),
        ("id", map.id.as_ref()),
        ("url", map.url.as_ref()),
        ("count", map.count.as_ref()),
        ("rank", map.rank.as_ref()),
        ("published", map.published.as_ref()),
        ("summary", map.summary.as_ref()),
        ("author", map.author.as_ref()),
    ];
    let entries = paths.into_iter().filter_map(|(key, path)| Some((key.to_owned(), Value::String(path?.clone()))));
    Value::Table(entries.collect())
}

fn niche(name: &Name, niche: &Niche) -> Section {
    Section::new(&join("niches", name.as_str()))
        .with("language", niche.language.clone().into())
        .with("tone", niche.tone.clone().into())
        .with("keywords", niche.keywords.clone().into())
        .with("avoid", niche.avoid.clone().into())
        .with("templates", names(&niche.templates))
        .with("hashtags", niche.hashtags.clone().into())
        .with("call_to_action", niche.call_to_action.clone().into())
        .with("calls_to_action", niche.calls_to_action.clone().into())
        .with("hook_variants", i64::from(niche.hook_variants.get()).into())
}

/// Nothing where the niche has no brand kit.
fn brand(niche: &Name, brand: &Brand) -> Option<Section> {
    let colour = |channels: Option<[u8; 3]>| channels.map(|[r, g, b]| Value::String(format!("#{r:02X}{g:02X}{b:02X}")));
    let families = |list: &[String]| (!list.is_empty()).then(|| Value::from(list.to_vec()));
    let shares = |place: [u16; 4]| Value::from(place.map(|share| f64::from(share) / 1_000.0).to_vec());
    let section = Section::new(&join(&join("niches", niche.as_str()), "brand"))
        .optional("base", colour(brand.base))
        .optional("tone", colour(brand.tone))
        .optional("glow", colour(brand.glow))
        .optional("ink", colour(brand.ink))
        .optional("surface", colour(brand.surface))
        .optional("accent", colour(brand.accent))
        .optional("headline", families(&brand.headline))
        .optional("body", families(&brand.body))
        .optional("logo", brand.logo.as_deref().map(path))
        .optional("logo_place", brand.logo_place.map(shares))
        .optional("handle", (!brand.handle.is_empty()).then(|| brand.handle.clone().into()));
    (*brand != Brand::default()).then_some(section)
}

fn safe_zone(zone: SafeZone) -> Value {
    SAFE_ZONES.iter().find(|(_, known)| *known == zone).map_or("all", |(word, _)| word).into()
}

/// Nothing where the niche may use what it likes.
fn niche_budget(niche: &Name, budget: Budget) -> Option<Section> {
    let section = Section::new(&join(&join("niches", niche.as_str()), "budget"));
    (budget != Budget::default()).then(|| with_budget(section, budget))
}

pub(super) fn with_budget(section: Section, budget: Budget) -> Section {
    let tokens = budget.tokens_per_day.map(|tokens| Value::Integer(i64::try_from(tokens).unwrap_or(i64::MAX)));
    let money = budget.money_per_day.map(|money| Value::Float(money.units()));
    section.optional("tokens_per_day", tokens).optional("money_per_day", money)
}

fn voice(settings: &Settings, sections: &mut Vec<Section>) {
    let voice = &settings.voice;
    sections.push(
        Section::new("voice")
            .with("engine", voice.engine.map_or("auto", SpeechEngine::name).into())
            .with("words_per_minute", voice.words_per_minute.into())
            .with("pitch", voice.pitch.into())
            .with("pause", duration(Duration::from_millis(voice.pause_ms.into())))
            .with("longest_pause", duration(Duration::from_millis(voice.longest_pause_ms.into())))
            .optional("target", voice.target.map(duration)),
    );
    let mut voices = Section::new("voice.voices");
    voices.entries.extend(voice.voices.iter().map(|(language, voice)| (language.clone(), voice.to_string().into())));
    sections.push(voices);
    if let Some(endpoint) = &voice.openai {
        let reference = endpoint.api_key.as_ref().and_then(crate::Secret::reference);
        sections.push(
            Section::new("voice.openai")
                .with("base_url", endpoint.base_url.to_string().into())
                .with("model", endpoint.model.clone().into())
                .optional("transcription_model", endpoint.transcription_model.clone().map(Value::String))
                .with("instructions", endpoint.instructions.clone().into())
                .optional("api_key", reference.map(show_reference))
                .with("timeout", duration(endpoint.timeout))
                .with("calls_per_minute", endpoint.calls_per_minute.get().into()),
        );
    }
    if let Some(model) = &voice.kokoro {
        sections.push(
            Section::new("voice.kokoro")
                .with("model", path(&model.model))
                .with("voices", path(&model.voices))
                .with("voice", model.voice.clone().into())
                .optional("library", model.library.as_deref().map(path))
                .with("threads", places(model.threads.get())),
        );
    }
}

fn media(media: &Media, sections: &mut Vec<Section>) {
    let reference =
        |secret: &Option<crate::Secret>| secret.as_ref().and_then(crate::Secret::reference).map(show_reference);
    let places = media.places.iter().map(|place| Value::String(place.to_string())).collect();
    sections.push(
        Section::new("media")
            .with("places", Value::Array(places))
            .with("uses", media.uses.clone().into())
            .with("cache", path(&media.cache))
            .with("cache_size", show_size(media.cache_bytes).into())
            .with("every", duration(media.every)),
    );
    sections.push(
        Section::new("media.s3")
            .optional("endpoint", media.s3.endpoint.as_ref().map(|url| url.to_string().into()))
            .with("region", media.s3.region.clone().into())
            .optional("access_key", reference(&media.s3.access_key))
            .optional("secret_key", reference(&media.s3.secret_key))
            .with("timeout", duration(media.s3.timeout)),
    );
    if let Some(endpoint) = &media.openai {
        let size = endpoint.size.map(|(width, height)| Value::String(format!("{width}x{height}")));
        sections.push(
            Section::new("media.openai")
                .with("base_url", endpoint.base_url.to_string().into())
                .with("model", endpoint.model.clone().into())
                .optional("api_key", reference(&endpoint.api_key))
                .optional("size", size)
                .with("style", endpoint.style.clone().into())
                .with("ask_for_base64", endpoint.ask_for_base64.into())
                .with("timeout", duration(endpoint.timeout))
                .with("calls_per_minute", endpoint.calls_per_minute.get().into()),
        );
    }
}

fn assemble(assemble: &Assemble) -> Section {
    Section::new("assemble")
        .with("width", assemble.width.into())
        .with("height", assemble.height.into())
        .with("fps", assemble.fps.into())
        .with("quality", quality(assemble.quality).into())
        .with("preset", assemble.preset.clone().into())
        .with("crf", assemble.crf.into())
        .with("encoder", Value::Array(assemble.encoder.iter().map(|encoder| encoder.name().into()).collect()))
        .with("segment_store_max", show_size(assemble.segment_store_max).into())
        .with("audio_bitrate", assemble.audio_bitrate.into())
        .with("loudness_lufs", assemble.loudness_lufs.into())
        .with("true_peak_dbtp", assemble.true_peak_dbtp.into())
        .with("music_db", assemble.music_db.map_or_else(|| "off".into(), Value::Float))
        .with("duck_db", assemble.duck_db.into())
        .optional("templates", assemble.templates.as_deref().map(path))
        .with("safe_zone", safe_zone(assemble.safe_zone))
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Draft => "draft",
        Quality::Standard => "standard",
        Quality::High => "high",
    }
}

fn account(name: &Name, account: &Account) -> Section {
    let windows = account.windows.iter().map(|window| Value::String(show_window(*window))).collect();
    let ramp = account.ramp.iter().map(|posts| Value::from(*posts)).collect();
    Section::new(&join("accounts", name.as_str()))
        .with("niches", names(&account.niches))
        .with("timezone", account.timezone.iana_name().unwrap_or("UTC").into())
        .with("windows", Value::Array(windows))
        .with("min_gap", duration(account.min_gap))
        .with("posts_per_day", account.posts_per_day.into())
        .with("ramp", Value::Array(ramp))
        .optional("since", account.since.map(date))
        .with("enabled", account.enabled.into())
        .with("max_in_line", places(account.max_in_line))
}

fn devices(devices: &Devices, sections: &mut Vec<Section>) {
    sections.push(
        Section::new("devices")
            .with("enabled", devices.enabled.into())
            .with("adb", devices.adb.to_string().into())
            .with("folder", devices.folder.clone().into())
            .with("lease", duration(devices.lease))
            .with("timeout", duration(devices.timeout))
            .with("pushes_per_hour", devices.pushes_per_hour.get().into()),
    );
    let mut serials = Section::new("devices.serials");
    let entries = devices.serials.iter().map(|(name, serials)| (name.to_string(), serials.clone().into()));
    serials.entries.extend(entries);
    sections.push(serials);
}

impl Section {
    pub(super) fn new(path: &str) -> Self {
        Self { path: path.to_owned(), header: format!("[{path}]"), entries: Vec::new() }
    }

    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        self.entries.push((key.to_owned(), value));
        self
    }

    pub(super) fn optional(self, key: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

pub(super) fn duration(duration: Duration) -> Value {
    Value::String(show_duration(duration))
}

pub(super) fn path(path: &Path) -> Value {
    Value::String(show_path(path))
}

/// A number of places, words or topics: far below what TOML's integers can hold.
pub(super) fn places(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

pub(super) fn names(names: &[Name]) -> Value {
    names.iter().map(Name::to_string).collect::<Vec<String>>().into()
}

fn date(date: Date) -> Value {
    let date = toml::value::Date { year: date.year() as u16, month: date.month() as u8, day: date.day() as u8 };
    Value::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None })
}
