//! `[[feeds]]` and `[trends]`: where topics are read, and which are taken.

pub(crate) mod kinds;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::table::Table;
use super::value::Value;
use crate::name::Name;
use crate::settings::{Feed, FeedFormat, FeedPlace, PerKind, TrendLibrary, TrendReport, Trends};
use kinds::Word;

const FORMATS: [(&str, FeedFormat); 3] =
    [("syndication", FeedFormat::Syndication), ("ndjson", FeedFormat::Ndjson), ("csv", FeedFormat::Csv)];

const DAY: Duration = Duration::from_hours(24);

pub(super) fn feeds(root: &mut Table<'_, '_>) -> Vec<Feed> {
    let mut first_places: BTreeMap<Name, String> = BTreeMap::new();
    root.list("feeds", Vec::new(), |value| {
        Table::new(value, value.path.clone()).read(|table| {
            let name = table.required("name", "each feed has a name of its own").and_then(|value| {
                let name = value.name()?;
                if let Some(first) = first_places.get(&name) {
                    let message = format!("`{}` is `{name}`, and so is `{first}`", value.path);
                    value.report(message, Some("names of feeds are unique"));
                } else {
                    first_places.insert(name.clone(), value.path.clone());
                }
                Some(name)
            });
            feed(table, name)
        })
    })
}

fn feed(table: &mut Table<'_, '_>, name: Option<Name>) -> Option<Feed> {
    let word = table.value("kind").map(|value| value.choice(&kinds::WORDS).ok_or(()));
    // With a wrong `kind` nobody knows which keys belong to it; the others are read as a document's.
    let chosen = word.and_then(Result::ok);
    let place = place(table, chosen);
    let written = match chosen {
        None | Some(Word::Document(_) | Word::OwnResults) => {
            table.value("format").and_then(|value| value.choice(&FORMATS))
        }
        Some(_) => None,
    };
    if let (Some(Word::Document(kind)), Some(written)) = (chosen, written)
        && kind != written
    {
        let message = format!("`{}.format` says another thing than its `kind`", table.name());
        table.report_at("format", message, Some("`kind` says it all: leave `format` out"));
    }
    let format = match chosen {
        Some(Word::Document(format)) => format,
        Some(_) | None => written.unwrap_or(place.as_ref().map_or(FeedFormat::Syndication, format_by_ending)),
    };
    let word_or_document = chosen.unwrap_or(Word::Document(format));
    let kind = kinds::kind(table, word_or_document, place.as_ref());
    let shows = kinds::shows(table, word_or_document);
    let allow_private = table.boolean("allow_private", false);
    let (every, least) = word_or_document.every();
    // One's own server may be asked as often as one likes.
    let least = if allow_private { Duration::from_secs(10) } else { least };
    let every = table.duration("every", every, least..=Word::LONGEST);
    let language = table.value("language").and_then(|value| value.language());
    let robots = table.boolean("robots", false);
    let share = table.value("share").and_then(|value| value.number(&(0.01..=1.0)));
    if matches!(word, Some(Err(()))) {
        return None;
    }
    Some(Feed { name: name?, place: place?, format, kind: kind?, shows, every, language, allow_private, robots, share })
}

fn place(table: &mut Table<'_, '_>, word: Option<Word>) -> Option<FeedPlace> {
    let (url, file) = (table.value("url"), table.value("file"));
    if let (Some(_), Some(file)) = (&url, &file) {
        let message = format!("`{}` must have one of `url` and `file`, not both", table.name());
        file.report(message, Some("make it two feeds"));
    }
    if url.is_none() && file.is_none() {
        if let Some(home) = word.and_then(Word::home) {
            return Some(FeedPlace::Url(home));
        }
        let hint = (word == Some(Word::Mastodon)).then_some("the server's address: \"https://mastodon.example\"");
        table.report_here(format!("`{}` must have `url` or `file`", table.name()), hint);
    }
    let url = url.and_then(|value: Value<'_, '_>| value.url()).map(FeedPlace::Url);
    let file = file.and_then(|value| value.path()).map(FeedPlace::File);
    url.or(file)
}

/// Feeds over the network are told apart by content only when they are syndication, so an ending is a good guess for
/// files and none for addresses.
fn format_by_ending(place: &FeedPlace) -> FeedFormat {
    let FeedPlace::File(path) = place else { return FeedFormat::Syndication };
    match Path::extension(path).and_then(|ending| ending.to_str()) {
        Some("ndjson" | "jsonl") => FeedFormat::Ndjson,
        Some("csv") => FeedFormat::Csv,
        _ => FeedFormat::Syndication,
    }
}

/// The word for a format in the file.
pub(crate) fn show_format(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Syndication => FORMATS[0].0,
        FeedFormat::Ndjson => FORMATS[1].0,
        FeedFormat::Csv => FORMATS[2].0,
    }
}

pub(super) fn trends(table: &mut Table<'_, '_>) -> Trends {
    let default = Trends::default();
    let rest = super::routing::trends(table, Trends::default());
    Trends {
        max_bytes: table.size("max_bytes", default.max_bytes, 1 << 10..=1 << 30),
        timeout: table.duration("timeout", default.timeout, Duration::from_millis(100)..=Duration::from_mins(10)),
        user_agent: table.value("user_agent").and_then(|value| agent(&value)).unwrap_or(default.user_agent),
        max_age: table.duration("max_age", default.max_age, Duration::from_mins(1)..=3_650 * DAY),
        min_score: table.number("min_score", default.min_score, 0.0..=1.0),
        take: table.whole("take", default.take as u32, 1..=100_000) as usize,
        keep_observations: table.duration("keep_observations", default.keep_observations, DAY..=3_650 * DAY),
        report: table.section("report", report),
        library: table.section("library", library),
        ..rest
    }
}

fn report(table: &mut Table<'_, '_>) -> TrendReport {
    let TrendReport { quota, every, feed_share } = TrendReport::default();
    let range = Duration::from_mins(10)..=30 * DAY;
    TrendReport {
        quota: PerKind {
            topics: table.whole("topics", quota.topics, 0..=500),
            hashtags: table.whole("hashtags", quota.hashtags, 0..=500),
            sounds: table.whole("sounds", quota.sounds, 0..=500),
            formats: table.whole("formats", quota.formats, 0..=500),
        },
        every: PerKind {
            topics: table.duration("topics_every", every.topics, range.clone()),
            hashtags: table.duration("hashtags_every", every.hashtags, range.clone()),
            sounds: table.duration("sounds_every", every.sounds, range.clone()),
            formats: table.duration("formats_every", every.formats, range),
        },
        feed_share: table.number("feed_share", feed_share, 0.05..=1.0),
    }
}

fn library(table: &mut Table<'_, '_>) -> TrendLibrary {
    let TrendLibrary { most, least, half_life } = TrendLibrary::default();
    let range = Duration::from_hours(1)..=365 * DAY;
    let most = table.whole("most", most as u32, 1..=10_000) as usize;
    TrendLibrary {
        most,
        least: (table.whole("least", least as u32, 0..=10_000) as usize).min(most),
        half_life: PerKind {
            topics: table.duration("topics_half_life", half_life.topics, range.clone()),
            hashtags: table.duration("hashtags_half_life", half_life.hashtags, range.clone()),
            sounds: table.duration("sounds_half_life", half_life.sounds, range.clone()),
            formats: table.duration("formats_half_life", half_life.formats, range),
        },
    }
}

/// It is sent as a header.
fn agent(value: &Value<'_, '_>) -> Option<String> {
    let text = value.word()?;
    if !text.is_ascii() {
        value.refuse("be ASCII, as it is sent as a header", None);
        return None;
    }
    Some(text)
}
