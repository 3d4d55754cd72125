//! The score of topics: which terms of a feed's titles will get more attention than usual over the next day.
//!
//! A [`TermWatch`] belongs to one feed and learns from nothing but that feed's own past, without labels and without a
//! model file. It keeps every term's attention in bins of six hours over 28 days, and a table of what items like those at
//! hand (by age, rate, and direction) gained in the day that followed; a row is added when its day has passed. From these
//! it tells each term's chance to be among the [`STAND_OUT`] terms most above their mean over the next 24 hours: the
//! term's items at hand reach it, or new ones do, that come as often as in the last four weeks. Rows of a finer class are
//! shrunk to the coarser, and those to a closed form (the present rate), so that a new feed has an answer on its first day.
//!
//! The z-score of the last six hours against the 28 days, the velocity and the counts stand beside the chance: see
//! [`TermStanding`]. No clock and no I/O: time is handed in, and a watch can be stored and read back with serde.

mod arrivals;
mod carriers;
mod history;
mod merge;
mod outcomes;
mod standing;
#[cfg(test)]
mod tests;
mod title;

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use arrivals::{Arrivals, Rate};
use carriers::{Carrier, STEP_SECONDS, STEPS};
use history::{BINS, Bin, DAY, History};
pub use merge::{MergedTerm, merge};
use outcomes::{Class, Table};
pub use standing::TermStanding;
use standing::{Moment, count};
pub use title::{TermKind, terms_of};

/// How many terms of a feed can be said to stand out in a day: the 50 of the bench.
pub const STAND_OUT: usize = 50;
/// New items, each of another account or domain, that a term needs in 28 days before it is a topic. A chart whose
/// titles are single terms (hashtags) needs one.
pub const SUPPORT: f64 = 4.0;
/// Distinct accounts or domains that a term needs besides.
const VOICES: usize = 3;
/// Most items read of one poll: those with most attention.
const POLL_MAX: usize = 5_000;
/// Most items remembered at a time.
const ITEMS_MAX: usize = 20_000;
/// Longest key and voice kept, in bytes.
const NAME_MAX: usize = 256;
/// Days of past before it is learnt how the next day follows from them.
const DAYS_TO_LEARN_FROM: f64 = 6.0;
const BIN_SECONDS: i64 = 21_600;
/// A longer silence is an outage, not a quiet time (36 h; daily feeds poll every 24 h).
const OUTAGE: i64 = 129_600;

/// One item of a feed's poll.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TermSeen<'a> {
    /// The feed's own identity of the item.
    pub key: &'a str,
    /// Its title, plain text.
    pub title: &'a str,
    /// ISO 639-1, or `und`.
    pub language: &'a str,
    /// Attention gained since the poll before, in the feed's own unit: the gain of its count; for a list with ranks only
    /// `(N + 1 - rank) / N` an hour; for a feed with neither, 1 when the item is new and 0 after. What is negative or not
    /// finite counts as 0.
    pub attention: f64,
    /// Who says it: the account, else the domain. Forty posts of one voice count as its best.
    pub author_or_domain: Option<&'a str>,
    /// When the item was first seen.
    pub first_seen: Timestamp,
}

/// What is known of one feed's terms.
///
/// Memory is bounded: 60,000 terms with at most 112 bins each (most have a few), 20,000 items, some thousand classes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TermWatch {
    /// The last poll with items, in seconds.
    last: Option<i64>,
    /// Usual seconds between polls.
    cadence: f64,
    carriers: BTreeMap<Box<str>, Carrier>,
    history: History,
    table: Table,
    arrivals: Arrivals,
    /// Bins of the last 28 days that the feed was watched in.
    watched: VecDeque<u32>,
    /// New items per bin of the last 28 days, and their sum.
    met: VecDeque<(u32, f64)>,
    items_met: f64,
    /// How much above its mean the last of the terms that stand out was, of late.
    threshold: Option<f64>,
    /// Sum of the logarithms of full bins, and how many.
    unit: (f64, f64),
}

impl TermWatch {
    /// Takes one poll. The order of `seen` makes no difference; of two items with one key the one with more attention
    /// counts. A poll without items says nothing and changes nothing; so does one that is older than the last.
    pub fn poll(&mut self, at: Timestamp, seen: &[TermSeen<'_>]) {
        let at = at.as_second();
        if seen.is_empty() || at < 0 || self.last.is_some_and(|last| at < last) {
            return;
        }
        let is_first = self.last.is_none();
        self.advance(at);
        let seen = in_order(seen);
        let knows_voices = tells_voices_apart(&seen);
        for item in seen {
            self.take(item, at, is_first, knows_voices);
        }
        self.hold_the_bound();
        self.last = Some(at);
    }

    /// The terms most likely to stand out over the 24 hours after `at`, the likeliest first, at most `n`, whether or not
    /// they rise now. `at` is not before the last poll.
    #[must_use]
    pub fn likely(&self, at: Timestamp, n: usize) -> Vec<TermStanding> {
        let mut standings = self.standings(at);
        standings.truncate(n);
        standings
    }

    /// Those of [`TermWatch::likely`] that get more than usual already; see [`TermStanding::is_rising`].
    #[must_use]
    pub fn rising(&self, at: Timestamp, n: usize) -> Vec<TermStanding> {
        let mut standings = self.standings(at);
        standings.retain(TermStanding::is_rising);
        standings.truncate(n);
        standings
    }

    /// Every term with enough support at `at`, the likeliest first.
    #[must_use]
    pub fn standings(&self, at: Timestamp) -> Vec<TermStanding> {
        let Some(last) = self.last else { return Vec::new() };
        let mut standings = Moment::new(self, at.as_second().max(last)).standings();
        standings.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.term.cmp(&b.term)));
        standings
    }

    /// How many terms are known now.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.history.len()
    }

    fn take(&mut self, item: &TermSeen<'_>, at: i64, is_first: bool, knows_voices: bool) {
        let key = cut(item.key);
        let attention = if item.attention.is_finite() { item.attention.clamp(0.0, 1e12) } else { 0.0 };
        if !self.carriers.contains_key(key) {
            let mut terms = Vec::new();
            for term in terms_of(item.title, item.language) {
                terms.extend(self.history.number(&term));
            }
            let first_seen = item.first_seen.as_second().min(at);
            let is_new = !is_first && at - first_seen <= 4 * BIN_SECONDS;
            let voice = item.author_or_domain.filter(|_| knows_voices).map(cut);
            self.carriers.insert(key.into(), Carrier::new(terms.into(), voice, first_seen, at, is_new));
        }
        if let Some(carrier) = self.carriers.get_mut(key) {
            carrier.gain(at, attention);
        }
    }

    /// Closes all steps before `at`.
    fn advance(&mut self, at: i64) {
        let Some(last) = self.last else { return };
        let gap = at - last;
        let is_outage = gap > OUTAGE;
        if is_outage {
            self.carriers.values_mut().for_each(Carrier::forget_classes);
        } else if gap > 0 {
            #[expect(clippy::cast_precision_loss, reason = "below 36 hours")]
            let gap = gap as f64;
            self.cadence = if self.cadence > 0.0 { 0.8 * self.cadence + 0.2 * gap } else { gap };
        }
        let (from, to) = (last.div_euclid(STEP_SECONDS), at.div_euclid(STEP_SECONDS));
        // After two days all is closed that could be.
        let two_days = i64::try_from(STEPS).unwrap_or(24) + 3;
        for step in from..to.min(from + two_days) {
            self.close(step, is_outage);
        }
        if to > from + two_days {
            self.carriers.clear();
        }
    }

    /// Ends a step: rows whose day is over go into the table, and every third step ends a bin.
    fn close(&mut self, step: i64, is_outage: bool) {
        let window = self.window();
        let now = (step + 1) * STEP_SECONDS;
        for carrier in self.carriers.values_mut() {
            if !is_outage {
                let gained = carrier.sum(step, carriers::DAY);
                self.table.add(carrier.class_of_a_day_ago(step + 1), gained);
                if carrier.is_new && step + 1 - carrier.met == 12 {
                    self.table.add_newcomer(gained);
                }
                let is_at_hand = now - carrier.last_seen <= 4 * BIN_SECONDS;
                carrier.note(step + 1, if is_at_hand { carrier.class(now, window).0 } else { Class::NONE });
            }
        }
        if (step + 1).rem_euclid(3) == 0 {
            self.close_bin(step, is_outage);
        }
        self.carriers.retain(|_, carrier| now - carrier.last_seen <= 8 * BIN_SECONDS);
        self.carriers.values_mut().for_each(|carrier| carrier.begin(step + 1));
    }

    fn close_bin(&mut self, last_step: i64, is_outage: bool) {
        let Ok(now) = u32::try_from(last_step.div_euclid(3)) else { return };
        let mut met_items = 0.0;
        let mut heard = BTreeMap::<(u32, &str), (f64, bool)>::new();
        for (key, carrier) in &self.carriers {
            let gained = carrier.sum(last_step, 3);
            let is_met = carrier.met.div_euclid(3) == i64::from(now);
            met_items += f64::from(u8::from(is_met));
            if gained <= 0.0 && !is_met {
                continue;
            }
            for term in &carrier.terms {
                let voice = heard.entry((*term, carrier.voice.as_deref().unwrap_or(key))).or_default();
                *voice = (voice.0.max(gained), voice.1 | is_met);
            }
        }
        let mut sums = BTreeMap::<u32, (f64, f64)>::new();
        for ((term, voice), (gained, is_met)) in heard {
            if is_met {
                self.history.hear(term, hash(voice), now);
            }
            let sum = sums.entry(term).or_default();
            *sum = (sum.0 + gained, sum.1 + f64::from(u8::from(is_met)));
        }
        for (term, (gained, met)) in sums {
            #[expect(clippy::cast_possible_truncation, reason = "a feed's counts need no more digits")]
            self.history.push(term, Bin { at: now, gained: gained as f32, met: met as f32 });
            if gained > 0.0 {
                self.unit = if self.unit.1 > 20_000.0 { (self.unit.0 / 2.0, self.unit.1 / 2.0) } else { self.unit };
                self.unit = (self.unit.0 + gained.ln(), self.unit.1 + 1.0);
            }
        }
        self.remember_bin(now, met_items, is_outage);
    }

    fn remember_bin(&mut self, now: u32, met_items: f64, is_outage: bool) {
        if !is_outage {
            self.watched.push_back(now);
        }
        self.met.push_back((now, met_items));
        let oldest = (now + 1).saturating_sub(BINS);
        while self.watched.front().is_some_and(|bin| *bin < oldest) {
            self.watched.pop_front();
        }
        while self.met.front().is_some_and(|(bin, _)| *bin < oldest) {
            self.met.pop_front();
        }
        self.items_met = self.met.iter().map(|(_, items)| items).sum();
        let mut in_use = self.carriers.values().flat_map(|carrier| carrier.terms.iter().copied()).collect::<Vec<_>>();
        in_use.sort_unstable();
        in_use.dedup();
        self.history.prune(now + 1, &in_use);
        if !is_outage {
            self.learn_threshold(now);
            self.learn_arrivals(now);
        }
    }

    /// What the last of the terms that stood out in the day before the end of bin `now` had above its mean.
    fn learn_threshold(&mut self, now: u32) {
        let per_bin = 1.0 / self.watched_bins().max(1.0);
        let mut above = self
            .history
            .iter()
            .filter(|(_, past)| past.met() >= SUPPORT)
            .map(|(_, past)| {
                past.gained((now + 1).saturating_sub(DAY), now + 1) - f64::from(DAY) * per_bin * past.gained(0, now + 1)
            })
            .filter(|above| *above > 0.0)
            .collect::<Vec<_>>();
        above.sort_by(|a, b| b.total_cmp(a));
        let Some(last) = above.get(STAND_OUT - 1).or(above.last()).copied() else { return };
        self.threshold = Some(self.threshold.map_or(last, |known| 0.85 * known + 0.15 * last));
    }

    /// How many new items came in the day that ends with bin `now`, against what was to be expected before it.
    fn learn_arrivals(&mut self, now: u32) {
        let days = self.days_of_past() - 1.0;
        let Some(then) = (now + 1).checked_sub(DAY).filter(|_| days >= DAYS_TO_LEARN_FROM) else { return };
        for (_, past) in self.history.iter() {
            let rate = Rate::before(past, then, days);
            if past.met_in(0, then) >= SUPPORT {
                self.arrivals.learn(rate, past.met_in(then, now + 1));
            }
        }
    }

    fn threshold(&self) -> f64 {
        self.threshold.unwrap_or(4.0 * self.unit())
    }

    /// The feed's typical bin: the geometric mean of those with anything in them.
    fn unit(&self) -> f64 {
        if self.unit.1 > 0.0 { (self.unit.0 / self.unit.1).exp() } else { 1.0 }
    }

    fn watched_bins(&self) -> f64 {
        count(self.watched.len())
    }

    /// A list of hashtags or single words: each item is a topic.
    fn is_chart(&self) -> bool {
        self.carriers.values().filter(|carrier| carrier.is_term).count() * 2 > self.carriers.len()
    }

    fn days_of_past(&self) -> f64 {
        self.watched_bins() / f64::from(DAY)
    }

    /// Steps between two polls, 1 to 12.
    fn window(&self) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "7,200")]
        let steps = (self.cadence / STEP_SECONDS as f64).ceil().clamp(1.0, 12.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 12")]
        let steps = steps as usize;
        steps
    }

    /// The longest unseen items go first.
    fn hold_the_bound(&mut self) {
        let too_many = self.carriers.len().saturating_sub(ITEMS_MAX);
        if too_many == 0 {
            return;
        }
        let mut oldest =
            self.carriers.iter().map(|(key, carrier)| (carrier.last_seen, key.clone())).collect::<Vec<_>>();
        oldest.sort_unstable();
        for (_, key) in oldest.into_iter().take(too_many) {
            self.carriers.remove(&key);
        }
    }
}

/// By key, each once, and no more than can be taken.
fn in_order<'s, 'a>(seen: &'s [TermSeen<'a>]) -> Vec<&'s TermSeen<'a>> {
    let mut seen = seen.iter().collect::<Vec<_>>();
    let worth = |item: &TermSeen<'_>| if item.attention.is_finite() { item.attention } else { 0.0 };
    let rest = |item: &TermSeen<'a>| (item.title, item.language, item.author_or_domain, item.first_seen);
    seen.sort_by(|a, b| {
        a.key.cmp(b.key).then_with(|| worth(b).total_cmp(&worth(a))).then_with(|| rest(a).cmp(&rest(b)))
    });
    seen.dedup_by(|later, first| cut(later.key) == cut(first.key));
    if seen.len() > POLL_MAX {
        seen.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.key.cmp(b.key)));
        seen.truncate(POLL_MAX);
        seen.sort_by_key(|item| item.key);
    }
    seen
}

/// False where nearly all items come from one voice: a platform's own domain says nothing about who speaks.
fn tells_voices_apart(seen: &[&TermSeen<'_>]) -> bool {
    let mut voices = BTreeMap::<&str, usize>::new();
    for voice in seen.iter().filter_map(|item| item.author_or_domain) {
        *voices.entry(voice).or_default() += 1;
    }
    let most = voices.values().max().copied().unwrap_or(0);
    most * 10 <= seen.len() * 9
}

/// The start of a name that fits.
fn cut(name: &str) -> &str {
    name.get(..name.floor_char_boundary(NAME_MAX)).unwrap_or(name)
}

/// The same on every machine; two voices of one term that fall together cost nothing but one voice.
fn hash(voice: &str) -> u32 {
    voice.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
