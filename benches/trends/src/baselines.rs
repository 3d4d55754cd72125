//! The closed forms that others use, and the feed's own order.

use crate::judge::{Attention, Top};
use crate::series::{DAY, HOUR, Histories, History, Series};

/// One way to rank items at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    RawCount,
    DayRatio,
    EwmaZ,
    MastodonDay,
    MastodonWindow,
    Gravity,
    Kleinberg,
    Velocity,
    OwnRank,
    RankMomentum,
}

pub(crate) const FORMS: [(Form, &str); 10] = [
    (Form::RawCount, "raw count"),
    (Form::DayRatio, "day-over-day ratio"),
    (Form::EwmaZ, "EWMA z-score"),
    (Form::MastodonDay, "Mastodon, day windows"),
    (Form::MastodonWindow, "Mastodon, 2 h windows"),
    (Form::Gravity, "Hacker News gravity 1.8"),
    (Form::Kleinberg, "Kleinberg, two states"),
    (Form::Velocity, "velocity"),
    (Form::OwnRank, "the feed's own rank"),
    (Form::RankMomentum, "rank momentum"),
];

/// What the forms need to know of a feed.
pub(crate) struct Past<'a> {
    histories: &'a Histories,
    /// The short window: 2 h, or one cadence of a slower feed.
    window: i64,
    /// A day, or two cadences of a daily feed.
    day: i64,
    /// Mean gain of an item in a window: the bias of z and the base rate of bursts.
    mean: f64,
    /// What an item off the list is ranked as.
    off: f64,
}

impl<'a> Past<'a> {
    pub(crate) fn of(series: &Series, histories: &'a Histories) -> Self {
        let window = (2 * HOUR).max(series.cadence());
        let lived: f64 = histories
            .items
            .iter()
            .filter_map(|item| Some((item.spots.last()?.0 - item.spots.first()?.0) as f64))
            .sum::<f64>()
            / window as f64;
        let gained: f64 = histories.items.iter().filter_map(|item| item.spots.last()).map(|spot| spot.2).sum();
        let mean = gained / lived.max(1.0);
        Self { histories, window, day: DAY.max(series.cadence()), mean, off: histories.length + 1.0 }
    }

    pub(crate) fn score(&self, form: Form, id: u32, t: i64) -> f64 {
        let item = &self.histories.items[id as usize];
        let gain = |from: i64, to: i64| (item.attention(to) - item.attention(from)).max(0.0);
        let now = item.attention(t);
        match form {
            Form::RawCount => now,
            Form::DayRatio => (gain(t - self.day, t) + 1.0) / (gain(t - 2 * self.day, t - self.day) + 1.0),
            Form::EwmaZ => self.ewma(item, t),
            Form::MastodonDay => chi(gain(t - self.day, t), gain(t - 2 * self.day, t - self.day)),
            Form::MastodonWindow => chi(gain(t - self.window, t), gain(t - 2 * self.window, t - self.window)),
            Form::Gravity => {
                let age = (t - item.first()) as f64 / HOUR as f64;
                (now - 1.0).max(0.0) / (age + 2.0).powf(1.8)
            }
            Form::Kleinberg => self.burst(item, t),
            Form::Velocity => gain(t - self.window, t),
            Form::OwnRank => -self.rank(item, t),
            Form::RankMomentum => {
                let now = self.rank(item, t);
                let before = if item.first() > t - self.window { self.off } else { self.rank(item, t - self.window) };
                -now + 0.5 * (before - now)
            }
        }
    }

    fn rank(&self, item: &History, t: i64) -> f64 {
        match item.at(t) {
            Some((_, rank, _)) if rank > 0 => f64::from(rank),
            Some((left, _, _)) => self.off + (t - left) as f64 / DAY as f64,
            None => self.off + 100.0,
        }
    }

    /// Gains of the windows since it was first seen, oldest first, at most 24.
    fn windows(&self, item: &History, t: i64) -> Vec<f64> {
        let count = ((t - item.first()) / self.window + 1).clamp(1, 24);
        (0..count)
            .rev()
            .map(|back| {
                let end = t - back * self.window;
                (item.attention(end) - item.attention(end - self.window)).max(0.0)
            })
            .collect()
    }

    /// The form of `SigniTrend`: how far the last window is above a moving mean, in deviations and a bias.
    fn ewma(&self, item: &History, t: i64) -> f64 {
        let windows = self.windows(item, t);
        let (mut mean, mut variance) = (0.0, 0.0);
        let Some((now, past)) = windows.split_last() else { return 0.0 };
        for gain in past {
            let off = gain - mean;
            mean += 0.3 * off;
            variance = 0.7 * (variance + 0.3 * off * off);
        }
        (now - mean) / (variance.sqrt() + self.mean)
    }

    /// How much better two states explain the windows than one: the weight of the burst that is on now.
    fn burst(&self, item: &History, t: i64) -> f64 {
        let (base, factor) = (self.mean.max(1e-9), 2.0_f64);
        let mut weight = 0.0_f64;
        for gain in self.windows(item, t) {
            weight = (weight + gain / base * factor.ln() - (factor - 1.0)).max(0.0);
        }
        weight
    }
}

/// Mastodon's form: how far above what was expected, squared, by what was expected.
fn chi(observed: f64, expected: f64) -> f64 {
    let expected = expected.max(1.0);
    if observed <= expected { 0.0 } else { (observed - expected).powi(2) / expected }
}

/// What a form would report.
pub(crate) fn reports(form: Form, past: &Past<'_>, truth: &Attention) -> Vec<Vec<u32>> {
    let at = |(t, candidates): (&i64, &Vec<u32>)| best(form, past, candidates, *t);
    truth.times.iter().zip(&truth.candidates).map(at).collect()
}

fn best(form: Form, past: &Past<'_>, candidates: &[u32], t: i64) -> Vec<u32> {
    let mut scored: Vec<(f64, u32)> = candidates.iter().map(|id| (past.score(form, *id, t), *id)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    scored.into_iter().map(|(_, id)| id).collect()
}

/// What a form would announce: its best at each poll, as the budget comes in.
pub(crate) fn alerts(form: Form, past: &Past<'_>, series: &Series, top: &Top) -> Vec<(i64, u32)> {
    let mut sent = std::collections::BTreeSet::new();
    let mut alerts = Vec::new();
    let mut budget = 0.0_f64;
    let mut before = None::<i64>;
    for step in &series.steps {
        let elapsed = before.map_or(0, |before| (step.at - before).min(DAY));
        before = Some(step.at);
        budget += f64::from(top.per_day) * elapsed as f64 / DAY as f64;
        let free: Vec<u32> = step
            .spots
            .iter()
            .map(|spot| spot.id)
            .filter(|id| !sent.contains(id) && top.first_hit(*id).is_none_or(|hit| hit > step.at))
            .collect();
        for id in best(form, past, &free, step.at).into_iter().take(budget.max(0.0) as usize) {
            sent.insert(id);
            alerts.push((step.at, id));
            budget -= 1.0;
        }
        budget = budget.min(f64::from(top.per_day));
    }
    alerts
}
