//! How a term stands: what it gained, what was usual, what its items are likely to gain yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::arrivals::Rate;
use super::carriers::Carrier;
use super::history::{BINS, DAY, Past};
use super::outcomes::Outlook;
use super::{BIN_SECONDS, SUPPORT, TermKind, TermWatch, VOICES};

/// An item is fresh for this many seconds (12 h).
const FRESH: i64 = 43_200;
/// How a day's threshold lies about the mean of the days before it.
const THRESHOLDS: [f64; 3] = [0.7, 1.0, 1.4];
/// Hours of the week with this many times the mean are those of a calendar tag.
const CALENDAR: f64 = 4.0;
/// Most items named in a standing.
const NAMED: usize = 5;
/// New items of one day that the sum over their number goes to.
const ARRIVALS_MAX: u32 = 48;
/// A term in more than this share of a feed's items is how the feed speaks, not what it speaks of.
const COMMON: f64 = 0.05;
/// Items below which no term can be said to be common.
const COMMON_FROM: f64 = 100.0;

/// One term of one feed, with all that its score rests on. Attention is in the feed's own unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermStanding {
    /// The term, folded.
    pub term: String,
    /// What it is made of.
    pub kind: TermKind,
    /// The chance that it is among the feed's [`STAND_OUT`](super::STAND_OUT) terms most above their mean over the next 24
    /// hours, 0 to 1.
    pub probability: f64,
    /// Attention in the last 6 hours. One account or domain counts with its best item only.
    pub x: f64,
    /// Mean attention of 6 hours over the last 28 days.
    pub mean: f64,
    /// Standard deviation of the bins of 6 hours over the last 28 days.
    pub sd: f64,
    /// `(x - mean) / sqrt(u * (mean + u))` with the feed's typical bin `u`: finite for a new term. Where these hours of the
    /// week usually have four times the mean or more (a calendar tag), that stands for the mean.
    pub z: f64,
    /// The same of items younger than 12 hours only.
    pub fresh_z: f64,
    /// Attention an hour over the last 6 hours.
    pub velocity: f64,
    /// Attention in the last 24 hours.
    pub day: f64,
    /// What the items at hand are expected to gain in the next 24 hours.
    pub expected: f64,
    /// What it takes to stand out, over the next 24 hours: the usual and the feed's own threshold.
    pub needed: f64,
    /// What the same 24 hours usually have in this term's week (0 with less than two weeks of past).
    pub usual: f64,
    /// What the last 24 hours usually have in this term's week.
    pub usual_day: f64,
    /// New items with this term to be expected in the next 24 hours.
    pub arrivals: f64,
    /// Distinct accounts or domains whose items carried it in the last 24 hours.
    pub voices: usize,
    /// New items of the last 28 days, one for each account or domain in 6 hours.
    pub support: f64,
    /// Hours since its newest item was first seen; infinite without an item at hand is told as `None`.
    pub newest_hours: Option<f64>,
    /// Rows of the feed's past behind the best item's expected gain; below about 15 the closed form decides.
    pub rows: f64,
    /// Days of past behind the mean, at most 28.
    pub days_of_past: f64,
    /// Share of the feed's new items of 28 days that carry it.
    pub share: f64,
    /// The items that carry it now, the most promising first, at most five.
    pub items: Vec<String>,
}

impl TermStanding {
    /// True if it gets more than usual now, counted per account, with something fresh in it, and is not merely a word
    /// that the feed uses all the time.
    #[must_use]
    pub fn is_rising(&self) -> bool {
        let is_usual = self.usual_day >= CALENDAR / 2.0 * self.mean * 4.0 && self.day <= 1.5 * self.usual_day;
        self.x > self.mean && !is_usual && self.share <= COMMON
    }
}

impl TermStanding {
    /// The reasons in one line, for people.
    #[must_use]
    pub fn why(&self) -> String {
        let newest = self.newest_hours.map_or("none at hand".to_owned(), |hours| format!("newest {hours:.1} h old"));
        format!(
            "{:.0} % to stand out in 24 h: {:.1} in 6 h against a mean of {:.1} (sd {:.1}, z {:.1}, {:.1} an hour) over {:.0} \
             days; {} voices, {newest}; {:.1} expected of {:.1} needed ({:.0} rows), {:.2} new items a day",
            100.0 * self.probability,
            self.x,
            self.mean,
            self.sd,
            self.z,
            self.velocity,
            self.days_of_past,
            self.voices,
            self.expected,
            self.needed,
            self.rows,
            self.arrivals,
        )
    }
}

/// An item at hand, as all its terms see it.
struct AtHand<'a> {
    key: &'a str,
    carrier: &'a Carrier,
    outlook: Outlook<'a>,
    six_hours: f64,
    day: f64,
}

/// The moment that standings are told for.
pub(super) struct Moment<'a> {
    watch: &'a TermWatch,
    at: i64,
    days: f64,
    items: f64,
    is_chart: bool,
}

/// The share of a term in one voice: its best item.
#[derive(Default)]
struct Voiced<'a> {
    six_hours: f64,
    fresh: f64,
    day: f64,
    met: bool,
    best: Option<&'a AtHand<'a>>,
}

impl<'a> Moment<'a> {
    pub(super) fn new(watch: &'a TermWatch, at: i64) -> Self {
        Self { watch, at, days: watch.days_of_past(), items: watch.items_met, is_chart: watch.is_chart() }
    }

    /// Every term with enough support, in the order of the text.
    pub(super) fn standings(&self) -> Vec<TermStanding> {
        let at_hand = self.at_hand();
        let mut by_term = BTreeMap::<u32, BTreeMap<&str, Voiced<'_>>>::new();
        for item in &at_hand {
            for term in &item.carrier.terms {
                let voice = item.carrier.voice.as_deref().unwrap_or(item.key);
                hear(by_term.entry(*term).or_default().entry(voice).or_default(), item, self.at, self.open_bin());
            }
        }
        let nothing = BTreeMap::new();
        let history = self.watch.history.iter();
        history.filter_map(|(number, past)| self.standing(past, by_term.get(&number).unwrap_or(&nothing))).collect()
    }

    /// A feed that is polled less often than every six hours is looked at over the time between two polls.
    fn six_hours(&self) -> f64 {
        3.0 / count(self.watch.window().max(3))
    }

    fn at_hand(&self) -> Vec<AtHand<'a>> {
        let window = self.watch.window();
        let tell = |(key, carrier): (&'a str, &'a Carrier)| {
            let (class, rate) = carrier.class(self.at, window);
            let day = carrier.recent(self.at, super::carriers::DAY);
            let is_at_hand = day > 0.0 || self.at - carrier.last_seen <= BIN_SECONDS * 4;
            let outlook = self.watch.table.outlook(class, rate);
            is_at_hand.then(|| AtHand { key, carrier, outlook, six_hours: carrier.recent(self.at, window.max(3)), day })
        };
        self.watch.carriers.iter().map(|(key, carrier)| (&**key, carrier)).filter_map(tell).collect()
    }

    fn standing(&self, past: &Past, voices: &BTreeMap<&str, Voiced<'_>>) -> Option<TermStanding> {
        let met_now = voices.values().filter(|voiced| voiced.met).count();
        let support = past.met() + count(met_now);
        let distinct = past.voices().max(voices.len());
        let is_enough = if self.is_chart { support > 0.0 } else { support >= SUPPORT && distinct >= VOICES };
        if !is_enough {
            return None;
        }
        let now = self.bin();
        let usual = self.usual(past, now, DAY);
        let (mean, sd) = self.mean_and_sd(past, now);
        let base = self.base(past, mean, now);
        let total = |of: fn(&Voiced<'_>) -> f64| sum(voices.values().map(of));
        let scale6 = self.six_hours();
        let (x, fresh, day) = (
            scale6 * total(|voiced| voiced.six_hours),
            scale6 * total(|voiced| voiced.fresh),
            total(|voiced| voiced.day),
        );
        let mut best = voices.values().filter_map(|voiced| voiced.best).collect::<Vec<_>>();
        best.sort_by(|a, b| b.outlook.expected.total_cmp(&a.outlook.expected).then_with(|| a.key.cmp(b.key)));
        let met_today = past.met_in(now.saturating_sub(DAY), now) + count(met_now);
        let arrivals = self.watch.arrivals.expected(Rate::of(support, met_today, self.days));
        let needed = (4.0 * mean).max(usual) + self.watch.threshold();
        let unit = self.watch.unit();
        let scale = (unit * (mean + unit)).sqrt();
        let newest = best.iter().map(|item| item.carrier.first_seen).max();
        Some(TermStanding {
            term: past.text.to_string(),
            kind: TermKind::of(&past.text),
            probability: self.chance_over(&best, arrivals, needed - self.watch.threshold()),
            x,
            mean,
            sd,
            z: (x - base) / scale,
            fresh_z: (fresh - base) / scale,
            velocity: x / 6.0,
            day,
            expected: sum(best.iter().map(|item| item.outlook.expected)),
            needed,
            usual,
            usual_day: self.fuller(past, now.saturating_sub(DAY), DAY),
            arrivals,
            voices: best.len(),
            support,
            newest_hours: newest.map(|first| hours(self.at - first)),
            rows: best.first().map_or(0.0, |item| item.outlook.rows),
            days_of_past: self.days,
            share: if self.items < COMMON_FROM { 0.0 } else { support / self.items },
            items: best.iter().take(NAMED).map(|item| item.key.to_owned()).collect(),
        })
    }

    /// The threshold differs from day to day: the mean over three of its sizes.
    fn chance_over(&self, items: &[&AtHand<'_>], arrivals: f64, usual: f64) -> f64 {
        let sizes = THRESHOLDS.map(|size| self.chance(items, arrivals, usual + size * self.watch.threshold()));
        sizes.iter().sum::<f64>() / 3.0
    }

    /// The chance that the day's gain exceeds `needed`: some item at hand reaches it (with what the others are expected
    /// to add), or new items do. Each is a share of rows of this feed's own past.
    fn chance(&self, items: &[&AtHand<'_>], arrivals: f64, needed: f64) -> f64 {
        let expected = items.iter().map(|item| item.outlook.expected).sum::<f64>();
        let least = needed * 0.25;
        let none_at_hand = items.iter().map(|item| {
            let left = (needed - (expected - item.outlook.expected)).max(least);
            1.0 - item.outlook.above(left)
        });
        let from_new = self.chance_of_new(arrivals, (needed - expected).max(least));
        1.0 - none_at_hand.product::<f64>() * (1.0 - from_new)
    }

    /// New items come by chance, `rate` a day. `k` of them exceed `needed` if one does alone, or if each brings its share.
    fn chance_of_new(&self, rate: f64, needed: f64) -> f64 {
        let newcomers = self.watch.table.newcomers();
        let prior = self.watch.unit() / (self.watch.unit() + needed);
        let alone = newcomers.above(needed, prior * prior);
        let mut of_count = (-rate).exp();
        let (mut chance, mut told) = (0.0, of_count);
        for count in 1..=ARRIVALS_MAX {
            if told > 0.999 {
                break;
            }
            let k = f64::from(count);
            of_count *= rate / k;
            told += of_count;
            let one_alone = 1.0 - (1.0 - alone).powf(k);
            let together = newcomers.above(needed / k, prior * prior).powf(k);
            chance += of_count * one_alone.max(together);
        }
        chance.min(1.0)
    }

    /// The bin that the last poll fell in: not yet in the history.
    fn open_bin(&self) -> i64 {
        self.watch.last.unwrap_or(0).div_euclid(BIN_SECONDS)
    }

    fn bin(&self) -> u32 {
        u32::try_from(self.at.div_euclid(BIN_SECONDS)).unwrap_or(0)
    }

    /// Per bin of six hours that the feed was watched in.
    fn mean_and_sd(&self, past: &Past, now: u32) -> (f64, f64) {
        let from = now.saturating_sub(BINS);
        let watched = self.watch.watched_bins().max(1.0);
        let (mut sum, mut squares) = (0.0, 0.0);
        for bin in past.bins().iter().filter(|bin| bin.at >= from && bin.at < now) {
            let gained = f64::from(bin.gained);
            sum += gained;
            squares += gained * gained;
        }
        let mean = sum / watched;
        (mean, (squares / watched - mean * mean).max(0.0).sqrt())
    }

    fn weeks(&self) -> u32 {
        // At most four of them.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 4")]
        let weeks = (self.days / 7.0 + 0.01).clamp(0.0, 4.0) as u32;
        weeks
    }

    /// The next `length` bins in the term's week.
    fn usual(&self, past: &Past, from: u32, length: u32) -> f64 {
        past.usual(from, length, self.weeks())
    }

    /// The fuller of two windows, since bins and hours do not begin together.
    fn fuller(&self, past: &Past, from: u32, length: u32) -> f64 {
        self.usual(past, from, length).max(self.usual(past, from + 1, length))
    }

    /// What six hours are held against: the mean, unless these hours of the week are clearly another matter.
    fn base(&self, past: &Past, mean: f64, now: u32) -> f64 {
        let usual = self.fuller(past, now.saturating_sub(1), 1);
        if usual >= CALENDAR * mean { usual } else { mean }
    }
}

fn hear<'a>(voiced: &mut Voiced<'a>, item: &'a AtHand<'a>, at: i64, open_bin: i64) {
    voiced.six_hours = voiced.six_hours.max(item.six_hours);
    voiced.day = voiced.day.max(item.day);
    if at - item.carrier.first_seen < FRESH {
        voiced.fresh = voiced.fresh.max(item.six_hours);
    }
    voiced.met |= item.carrier.met.div_euclid(3) >= open_bin;
    if voiced.best.is_none_or(|best| item.outlook.expected > best.outlook.expected) {
        voiced.best = Some(item);
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a few years are exact")]
fn hours(seconds: i64) -> f64 {
    seconds.max(0) as f64 / 3_600.0
}

#[expect(clippy::cast_precision_loss, reason = "a feed has no 2^52 voices")]
pub(super) fn count(of: usize) -> f64 {
    of as f64
}

/// From zero up: the empty sum of the library is minus zero.
pub(super) fn sum(of: impl Iterator<Item = f64>) -> f64 {
    of.fold(0.0, |sum, one| sum + one)
}
