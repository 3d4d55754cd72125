//! A recording as track C reads it: what each item gained at each poll, in the feed's own unit.

use std::collections::BTreeMap;

use reelpress_trends::{TermSeen, terms_of};
use serde_json::Value;

use crate::recordings::Recording;

/// Counts that feeds carry, the first that an item has counts. What people wrote under it (comments) is another matter.
const COUNTS: [&str; 12] =
    ["score", "points", "views", "view_count", "viewCount", "heat", "hot", "uses", "ups", "likes", "traffic", "count"];
/// Longest stretch that a place in a list is paid for, in hours: longer silence is an outage.
const STRETCH_MAX: f64 = 26.0;

/// Where attention comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The gain of a count between two polls.
    Count,
    /// `(N + 1 - rank) / N` an hour.
    Rank,
    /// A new item is 1.
    New,
}

/// One item, as first seen.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) voice: Option<String>,
    pub(crate) first_seen: i64,
    pub(crate) terms: Vec<u32>,
}

/// One poll: items by number and what they gained since the poll before.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) at: i64,
    pub(crate) gains: Vec<(u32, f64)>,
}

/// One feed's recording.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    pub(crate) name: String,
    pub(crate) language: &'static str,
    pub(crate) items: Vec<Item>,
    pub(crate) terms: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

impl Feed {
    /// Reads a recording with the best unit it has: counts, else ranks, else new items.
    pub(crate) fn of(recording: &Recording) -> Self {
        let items = || recording.polls.iter().flat_map(|poll| &poll.items);
        let all = items().count().max(1);
        let unit = if items().filter(|item| count(item).is_some()).count() * 2 > all {
            Unit::Count
        } else if items().filter(|item| item["rank"].is_number()).count() * 2 > all {
            Unit::Rank
        } else {
            Unit::New
        };
        Self::with(recording, unit, 1)
    }

    /// Reads every `every`th poll with a unit of one's choice.
    pub(crate) fn with(recording: &Recording, unit: Unit, every: usize) -> Self {
        let mut reader = Reader::new(recording, unit);
        for poll in recording.polls.iter().filter(|poll| !poll.items.is_empty()).step_by(every.max(1)) {
            reader.read(poll.at.as_second(), &poll.items);
        }
        reader.feed
    }

    /// What a watch is shown of one poll.
    pub(crate) fn seen(&self, step: &Step) -> Vec<TermSeen<'_>> {
        let tell = |(number, gain): &(u32, f64)| {
            let item = &self.items[*number as usize];
            TermSeen {
                key: &item.key,
                title: &item.title,
                language: self.language,
                attention: *gain,
                author_or_domain: item.voice.as_deref(),
                first_seen: jiff::Timestamp::from_second(item.first_seen).unwrap_or_default(),
            }
        };
        step.gains.iter().map(tell).collect()
    }
}

struct Reader {
    feed: Feed,
    unit: Unit,
    numbers: BTreeMap<String, u32>,
    terms: BTreeMap<String, u32>,
    counts: BTreeMap<u32, f64>,
}

impl Reader {
    fn new(recording: &Recording, unit: Unit) -> Self {
        let feed = Feed {
            name: recording.source.clone(),
            language: language(recording),
            items: Vec::new(),
            terms: Vec::new(),
            steps: Vec::new(),
        };
        Self { feed, unit, numbers: BTreeMap::new(), terms: BTreeMap::new(), counts: BTreeMap::new() }
    }

    fn read(&mut self, at: i64, items: &[Value]) {
        let before = self.feed.steps.last().map(|step| step.at);
        #[expect(clippy::cast_precision_loss, reason = "seconds between polls, and places in a list")]
        let (hours, length) =
            (before.map_or(0.0, |before| ((at - before) as f64 / 3_600.0).min(STRETCH_MAX)), items.len().max(1) as f64);
        let mut gains = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            let Some(title) = item["title"].as_str() else { continue };
            let (number, is_new) = self.number(at, item, title);
            #[expect(clippy::cast_precision_loss, reason = "places in a list")]
            let rank = item["rank"].as_f64().unwrap_or(place as f64 + 1.0);
            let gain = match self.unit {
                Unit::Count => self.counted(number, count(item).unwrap_or(0.0)),
                Unit::Rank => ((length + 1.0 - rank) / length).max(0.0) * hours,
                Unit::New => f64::from(u8::from(is_new && before.is_some())),
            };
            gains.entry(number).or_insert(gain);
        }
        self.feed.steps.push(Step { at, gains: gains.into_iter().collect() });
    }

    /// What a count gained; nothing at first sight, since nobody knows when that was gained.
    fn counted(&mut self, number: u32, count: f64) -> f64 {
        let known = self.counts.entry(number).or_insert(count);
        let gain = (count - *known).max(0.0);
        *known = known.max(count);
        gain
    }

    fn number(&mut self, at: i64, item: &Value, title: &str) -> (u32, bool) {
        let key = match &item["id"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => title.to_owned(),
        };
        if let Some(number) = self.numbers.get(&key) {
            return (*number, false);
        }
        let number = u32::try_from(self.feed.items.len()).unwrap_or(u32::MAX);
        let terms = terms_of(title, self.feed.language).into_iter().map(|term| self.term(term)).collect();
        let voice = item["author"].as_str().or_else(|| domain(item["url"].as_str()?)).map(str::to_owned);
        self.feed.items.push(Item { key: key.clone(), title: title.to_owned(), voice, first_seen: at, terms });
        self.numbers.insert(key, number);
        (number, true)
    }

    fn term(&mut self, term: String) -> u32 {
        let next = u32::try_from(self.feed.terms.len()).unwrap_or(u32::MAX);
        let number = *self.terms.entry(term.clone()).or_insert(next);
        if number == next {
            self.feed.terms.push(term);
        }
        number
    }
}

fn count(item: &Value) -> Option<f64> {
    COUNTS.iter().find_map(|name| match &item[*name] {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.replace(',', "").parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

fn domain(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split('/').next()
}

/// The language whose commonest words take most away from the titles: these feeds do not say.
fn language(recording: &Recording) -> &'static str {
    let items = recording.polls.iter().flat_map(|poll| &poll.items);
    let titles = items.filter_map(|item| item["title"].as_str()).step_by(7).take(400).collect::<Vec<_>>();
    let terms = |language: &str| titles.iter().map(|title| terms_of(title, language).len()).sum::<usize>();
    let of_none = terms("zh");
    let best = ["en", "de", "es", "fr", "it", "pt"].into_iter().map(|language| (terms(language), language)).min();
    best.filter(|(left, _)| left * 100 < of_none * 97).map_or("zh", |(_, language)| language)
}
