//! Which of a feed's numbers says how much attention an item got.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names of numbers that count attention, the best first.
const NAMES: [&str; 30] = [
    "score", "points", "views", "view_count", "viewcount", "plays", "play_count", "uses", "use_count", "pageviews",
    "approx_traffic", "traffic", "ups", "upvotes", "votes", "likes", "like_count", "digg_count", "reposts", "shares",
    "accounts", "posts", "post_count", "postcount", "heat", "hot", "hot_value", "hotvalue", "comments", "comment_count",
];
/// Changes that must be seen before a number's behaviour counts.
const ENOUGH: f64 = 40.0;
/// A count that falls in more than this share of its changes is a level (a "heat"), not a count that grows.
const FALLS: f64 = 0.2;
/// Names that are followed at most, and items that are compared from poll to poll.
const MOST_NAMES: usize = 32;
const MOST_ITEMS: usize = 200;

/// Whether a text under this name may hold a number (`"20K+"`).
pub(super) fn is_known(name: &str) -> bool {
    NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// A number as people write it: `1,234`, `20K+`, `1.5M`, `12.3万`.
pub(super) fn number(text: &str) -> Option<f64> {
    let text: String = text.trim().trim_end_matches('+').chars().filter(|sign| *sign != ',').collect();
    let (digits, factor) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1e3),
        (at, 'm' | 'M') => (&text[..at], 1e6),
        (at, 'b' | 'B') => (&text[..at], 1e9),
        (at, '万' | '萬') => (&text[..at], 1e4),
        (at, '亿' | '億') => (&text[..at], 1e8),
        _ => (text.as_str(), 1.0),
    };
    let number = digits.trim().parse::<f64>().ok()? * factor;
    number.is_finite().then_some(number)
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Behaviour {
    seen: f64,
    rises: f64,
    falls: f64,
}

/// Chooses a feed's attention count: by its name first, then by how it behaves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Attention {
    items: f64,
    names: BTreeMap<Box<str>, Behaviour>,
    last: BTreeMap<Box<str>, Vec<(Box<str>, f64)>>,
}

impl Attention {
    /// Takes in one poll: each item's key and its numbers by name.
    pub fn learn<'a>(&mut self, items: impl Iterator<Item = (&'a str, &'a [(Box<str>, f64)])>) {
        let mut now = BTreeMap::new();
        for (key, counts) in items.take(MOST_ITEMS) {
            self.items += 1.0;
            let before = self.last.get(key);
            for (name, value) in counts {
                if self.names.len() >= MOST_NAMES && !self.names.contains_key(name) {
                    continue;
                }
                let behaviour = self.names.entry(name.clone()).or_default();
                behaviour.seen += 1.0;
                let was = before.and_then(|before| before.iter().find(|(known, _)| known == name));
                if let Some((_, was)) = was {
                    behaviour.rises += f64::from(u8::from(value > was));
                    behaviour.falls += f64::from(u8::from(value < was));
                }
            }
            now.insert(key.into(), counts.to_vec());
        }
        if !now.is_empty() {
            self.last = now;
        }
        // Old behaviour fades, so that a source that changes its numbers is noticed.
        if self.items > 20_000.0 {
            self.items /= 2.0;
            for behaviour in self.names.values_mut() {
                behaviour.seen /= 2.0;
                behaviour.rises /= 2.0;
                behaviour.falls /= 2.0;
            }
        }
    }

    /// The name of the number to go by; none where the feed has none that grows.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let grows = |behaviour: &Behaviour| {
            let changes = behaviour.rises + behaviour.falls;
            changes < ENOUGH || behaviour.falls / changes <= FALLS
        };
        let is_common = |behaviour: &Behaviour| 2.0 * behaviour.seen > self.items;
        let fit = |(_, behaviour): &(&Box<str>, &Behaviour)| is_common(behaviour) && grows(behaviour);
        let order = |name: &str| NAMES.iter().position(|known| name.eq_ignore_ascii_case(known));
        let by_name = self.names.iter().filter(fit).filter_map(|(name, _)| Some((order(name)?, name)));
        // A number without a known name must be seen to grow.
        let by_behaviour = || {
            let moves = |behaviour: &Behaviour| behaviour.rises >= ENOUGH && behaviour.rises > 0.1 * behaviour.seen;
            let unknown = self.names.iter().filter(fit).filter(|(name, behaviour)| order(name).is_none() && moves(behaviour));
            unknown.max_by(|a, b| a.1.rises.total_cmp(&b.1.rises)).map(|(name, _)| name)
        };
        by_name.min().map(|(_, name)| name).or_else(by_behaviour).map(|name| &**name)
    }

    /// An item's count under `name`; whole and not below 0.
    #[must_use]
    pub fn value(name: &str, counts: &[(Box<str>, f64)]) -> Option<u64> {
        let (_, value) = counts.iter().find(|(known, _)| &**known == name)?;
        (*value >= 0.0 && *value < 1e18).then_some(*value as u64)
    }
}
