//! What items gained since the poll before, for the watch over terms: in counts, in places held, or by being new.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Listed;
use super::item::Item;
use crate::terms::{TermSeen, TermWatch};

/// Longest stretch that a place in a list is paid for, in hours: a longer silence is an outage.
const STRETCH_HOURS: f64 = 26.0;

/// Where attention comes from: the best that most of a list's items have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// The gain of a count between two polls.
    Count,
    /// `(N + 1 - rank) / N` an hour.
    Rank,
    /// A new item is 1.
    New,
}

impl Unit {
    pub(super) fn of(list: &[Listed]) -> Self {
        let most = |has: fn(&Listed) -> bool| list.iter().filter(|listed| has(listed)).count() * 2 > list.len();
        if most(|listed| listed.count.is_some()) {
            Self::Count
        } else if most(|listed| listed.rank.is_some()) {
            Self::Rank
        } else {
            Self::New
        }
    }
}

/// Shows a list to the watch over its terms. `before` is the time of the poll before.
pub(super) fn teach(
    terms: &mut TermWatch,
    list: &[Listed],
    items: &mut BTreeMap<String, Item>,
    unit: Unit,
    at: Timestamp,
    before: Option<Timestamp>,
) {
    let hours =
        before.map_or(0.0, |before| at.duration_since(before).as_secs_f64() / 3_600.0).clamp(0.0, STRETCH_HOURS);
    let length = list.len().max(1) as f64;
    for listed in list {
        let Some(item) = items.get_mut(&listed.key) else { continue };
        let is_new = item.first_seen == at;
        item.attention = match unit {
            Unit::Count => item.counted(listed.count.unwrap_or(0)),
            Unit::Rank => {
                let rank = listed.rank.map_or(length, f64::from);
                ((length + 1.0 - rank) / length).max(0.0) * hours
            }
            Unit::New => f64::from(u8::from(is_new && before.is_some())),
        };
    }
    let seen = list.iter().filter_map(|listed| {
        let item = items.get(&listed.key)?;
        Some(TermSeen {
            key: &listed.key,
            title: &item.title,
            language: &item.language,
            attention: item.attention,
            author_or_domain: item.voice(),
            first_seen: item.first_seen,
        })
    });
    terms.poll(at, &seen.collect::<Vec<_>>());
}
