//! One poll of a recording, and how a line of NDJSON is read.
//!
//! A line is an object: `fetched_at` (or `t`, `at`, `time`, `timestamp`; RFC 3339, a date, or seconds since 1970), `source`,
//! `items`. An item: `rank` (or `position`), `id`, `title`, `url`, `published`, and whatever numbers there are beside them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::attention;

/// Items of one poll that are kept at most.
const MOST_ITEMS: usize = crate::rising::MOST_SEEN;
/// Numbers of one item that are kept at most.
const MOST_COUNTS: usize = 32;

/// What a feed showed at one time; without items where it answered with nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Poll {
    /// When it was read.
    pub at: Timestamp,
    /// The feed.
    pub source: String,
    /// What was on it, in its own order.
    pub items: Vec<Entry>,
}

/// One item of a recorded poll.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// What it is called by, as JSON text: `"29060272"` or `29060272`. Its id, else its address, else its title.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its place, 1 the first.
    pub rank: Option<u32>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// The numbers beside it, by name.
    pub counts: Vec<(Box<str>, f64)>,
}

impl Entry {
    /// An item by what is known of it; none if there is nothing to call it by.
    pub(super) fn named(mut self, id: Option<String>) -> Option<Self> {
        let text = |text: &str| (!text.is_empty()).then(|| serde_json::to_string(text).ok()).flatten();
        self.key = id.or_else(|| text(&self.url)).or_else(|| text(&self.title))?;
        Some(self)
    }
}

/// A value of an item's field, as far as it matters.
enum Scalar {
    Text(String),
    Number(f64),
    /// A number as it was written, where it is whole.
    Whole(i128),
    Other,
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(text))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Whole(i128::from(number)))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Whole(i128::from(number)))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
                Ok(Scalar::Other)
            }
            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::Other)
            }
            fn visit_none<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Scalar {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Whole(number) => Some(*number as f64),
            Self::Text(text) => attention::number(text),
            Self::Other => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
            Self::Number(_) | Self::Other => String::new(),
        }
    }

    fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => time(text),
            Self::Whole(number) => from_epoch(*number as f64),
            Self::Number(number) => from_epoch(*number),
            Self::Other => None,
        }
    }
}

/// Seconds since 1970, or milliseconds where they would lie beyond the year 5000.
fn from_epoch(number: f64) -> Option<Timestamp> {
    let seconds = if number.abs() > 1e11 { number / 1_000.0 } else { number };
    (seconds.is_finite() && seconds.abs() < 1e11).then(|| Timestamp::from_second(seconds as i64).ok()).flatten()
}

/// A time as recordings write it; without a zone it is UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let zoned = |time: DateTime| TimeZone::UTC.to_timestamp(time).ok();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<DateTime>().ok().and_then(zoned))
        .or_else(|| text.parse::<Date>().ok().and_then(|date| zoned(date.at(0, 0, 0, 0))))
}

/// An item that could be read, or nothing.
struct MaybeEntry(Option<Entry>);

impl<'de> Deserialize<'de> for MaybeEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = MaybeEntry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MaybeEntry, A::Error> {
                let mut entry = Entry::default();
                let mut id = None;
                while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                    let value = map.next_value::<Scalar>()?;
                    fill(&mut entry, &mut id, &name, value);
                }
                Ok(MaybeEntry(entry.named(id)))
            }
            fn visit_str<E>(self, text: &str) -> Result<MaybeEntry, E> {
                let entry = Entry { title: text.to_owned(), ..Entry::default() };
                Ok(MaybeEntry(entry.named(None)))
            }
            fn visit_unit<E>(self) -> Result<MaybeEntry, E> {
                Ok(MaybeEntry(None))
            }
        }
        deserializer.deserialize_any(Fields)
    }
}

fn fill(entry: &mut Entry, id: &mut Option<String>, name: &str, value: Scalar) {
    match name {
        "id" | "key" | "guid" => {
            *id = match value {
                Scalar::Text(text) if !text.is_empty() => serde_json::to_string(&text).ok(),
                Scalar::Whole(number) => Some(number.to_string()),
                Scalar::Number(number) => serde_json::to_string(&number).ok(),
                Scalar::Text(_) | Scalar::Other => None,
            };
        }
        "title" | "name" | "word" => entry.title = value.text(),
        "url" | "link" | "href" => entry.url = value.text(),
        "rank" | "position" => {
            entry.rank = value.number().filter(|rank| (1.0..1e9).contains(rank)).map(|rank| rank as u32);
        }
        "published" | "published_at" | "created_at" => entry.published = value.time(),
        _ if entry.counts.len() < MOST_COUNTS => {
            let is_plain = matches!(value, Scalar::Number(_) | Scalar::Whole(_));
            if (is_plain || attention::is_known(name))
                && let Some(number) = value.number().filter(|number| number.is_finite())
            {
                entry.counts.push((name.into(), number));
            }
        }
        _ => {}
    }
}

struct Entries(Vec<Entry>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Entries;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of items")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(MaybeEntry(entry)) = seq.next_element()? {
                    if entries.len() < MOST_ITEMS {
                        entries.extend(entry);
                    }
                }
                Ok(Entries(entries))
            }
            fn visit_unit<E>(self) -> Result<Entries, E> {
                Ok(Entries(Vec::new()))
            }
        }
        deserializer.deserialize_any(List)
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(alias = "t", alias = "at", alias = "time", alias = "timestamp")]
    fetched_at: Scalar,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    items: Option<Entries>,
}

/// One line of NDJSON. `fallback` is the source where the line names none.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn line(bytes: &[u8], fallback: &str) -> Result<Poll, String> {
    let line: Line = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let at = line.fetched_at.time().ok_or("its `fetched_at` is no time")?;
    let source = line.source.filter(|source| !source.is_empty()).unwrap_or_else(|| fallback.to_owned());
    let items = line.items.map(|entries| entries.0).unwrap_or_default();
    Ok(Poll { at, source, items: with_ranks(items) })
}

/// A raw list: an array of items, or an object that holds one.
pub(super) fn list(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    #[derive(Deserialize)]
    struct Wrapped {
        #[serde(alias = "data", alias = "list", alias = "entries")]
        items: Entries,
    }
    let is_array = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let entries = if is_array {
        serde_json::from_slice::<Entries>(bytes)
    } else {
        serde_json::from_slice::<Wrapped>(bytes).map(|wrapped| wrapped.items)
    };
    entries.map(|entries| with_ranks(entries.0)).map_err(|error| error.to_string())
}

/// Where no item has a rank its place in the list is one, unless the list is in the order of time.
pub(super) fn with_ranks(mut items: Vec<Entry>) -> Vec<Entry> {
    let dated = items.iter().filter(|item| item.published.is_some()).count();
    if items.iter().any(|item| item.rank.is_some()) || 2 * dated > items.len() {
        return items;
    }
    for (index, item) in items.iter_mut().enumerate() {
        item.rank = u32::try_from(index + 1).ok();
    }
    items
}
