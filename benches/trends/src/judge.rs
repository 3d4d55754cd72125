//! The truth, and how near reports and alerts come to it (tracks A and B).

use std::collections::{BTreeMap, BTreeSet};

use crate::series::{DAY, HOUR, Histories, Series};

/// How many items of a report are judged.
pub(crate) const BEST: usize = 20;

/// A: what the next hours brought, for each report.
pub(crate) struct Attention {
    /// The times of the reports that are judged.
    pub(crate) times: Vec<i64>,
    /// The strongest gains after each.
    truth: Vec<BTreeSet<u32>>,
    /// How many of them were seen in the day before.
    seen: Vec<usize>,
    /// Who may be named at each time.
    pub(crate) candidates: Vec<Vec<u32>>,
}

/// When the judging begins: a third of the recording is for learning.
pub(crate) fn begin(series: &Series) -> i64 {
    match (series.steps.first(), series.steps.last()) {
        (Some(first), Some(last)) => first.at + (last.at - first.at) / 3,
        _ => 0,
    }
}

pub(crate) fn report_times(series: &Series) -> Vec<i64> {
    let (Some(first), Some(last)) = (series.steps.first(), series.steps.last()) else { return Vec::new() };
    if series.is_daily() {
        return series.steps.iter().map(|step| step.at).collect();
    }
    let every = 2 * HOUR;
    (first.at.div_euclid(every) + 1..=last.at.div_euclid(every)).map(|n| n * every).collect()
}

impl Attention {
    pub(crate) fn of(series: &Series, histories: &Histories) -> Self {
        let horizon = series.horizon();
        let end = series.steps.last().map_or(0, |step| step.at) - horizon;
        let begin = begin(series);
        let times: Vec<i64> = report_times(series).into_iter().filter(|t| *t >= begin && *t <= end).collect();
        let mut truth = Vec::new();
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for t in &times {
            let (candidates, coming) = around(series, *t, horizon);
            let mut gains: Vec<(f64, u32)> = candidates
                .iter()
                .chain(&coming)
                .map(|id| {
                    let index = *id as usize;
                    (histories.attention(index, t + horizon) - histories.attention(index, *t), *id)
                })
                .filter(|(gain, _)| *gain > 0.0)
                .collect();
            gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            gains.truncate(BEST);
            let best: BTreeSet<u32> = gains.into_iter().map(|(_, id)| id).collect();
            seen.push(candidates.iter().filter(|id| best.contains(id)).count());
            truth.push(best);
            all.push(candidates);
        }
        Self { times, truth, seen, candidates: all }
    }

    /// Mean precision at 20 of reports (one for each of `times`).
    pub(crate) fn precision(&self, reports: &[Vec<u32>]) -> f64 {
        let found = reports.iter().zip(&self.truth).map(|(report, truth)| {
            report.iter().take(BEST).filter(|id| truth.contains(id)).count() as f64 / BEST as f64
        });
        found.sum::<f64>() / self.times.len().max(1) as f64
    }

    /// The same for one who knows the future of what was seen.
    pub(crate) fn oracle(&self) -> f64 {
        self.seen.iter().map(|n| *n as f64 / BEST as f64).sum::<f64>() / self.times.len().max(1) as f64
    }
}

/// Those seen in the day before `t` and those that are first seen within the horizon after it.
fn around(series: &Series, t: i64, horizon: i64) -> (Vec<u32>, Vec<u32>) {
    let reach = if series.is_daily() { DAY * 3 / 2 } else { DAY };
    let steps = &series.steps;
    let from = steps.partition_point(|step| step.at < t - reach);
    let now = steps.partition_point(|step| step.at <= t);
    let to = steps.partition_point(|step| step.at <= t + horizon);
    let ids = |range: std::ops::Range<usize>| -> BTreeSet<u32> {
        steps[range].iter().flat_map(|step| step.spots.iter().map(|spot| spot.id)).collect()
    };
    let before = ids(from..now);
    let coming = ids(now..to).difference(&before).copied().collect();
    (before.into_iter().collect(), coming)
}

/// B: which items entered the top zone, and when.
pub(crate) struct Top {
    pub(crate) zone: u16,
    /// First time in the zone, of items that were not there at the first poll.
    pub(crate) hits: BTreeMap<u32, i64>,
    /// Each new best place of each item, and when.
    bests: BTreeMap<u32, Vec<(u16, i64)>>,
    /// When each item was first seen.
    first: BTreeMap<u32, i64>,
    begin: i64,
    end: i64,
    pub(crate) per_day: u32,
}

/// How alerts did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Early {
    pub(crate) recall: f64,
    pub(crate) precision: f64,
    pub(crate) lead_hours: f64,
}

impl Top {
    pub(crate) fn of(series: &Series) -> Self {
        let mut first = BTreeMap::new();
        let mut best = BTreeMap::<u32, u16>::new();
        for step in &series.steps {
            for spot in &step.spots {
                first.entry(spot.id).or_insert(step.at);
                let known = best.entry(spot.id).or_insert(spot.rank);
                *known = (*known).min(spot.rank);
            }
        }
        let reached = |depth: u16| best.values().filter(|rank| **rank <= depth).count() as f64 / best.len().max(1) as f64;
        // About 24 a day, but a quarter of what comes at most and a tenth at least.
        let wish = (24.0 * series.days() / best.len().max(1) as f64).clamp(0.1, 0.25);
        let zone = [1_u16, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30]
            .into_iter()
            .filter(|depth| usize::from(*depth) * 3 <= series.length())
            .min_by(|a, b| (reached(*a) - wish).abs().total_cmp(&(reached(*b) - wish).abs()))
            .unwrap_or(1);
        Self::with_zone(series, first, zone)
    }

    pub(crate) fn with_zone(series: &Series, first: BTreeMap<u32, i64>, zone: u16) -> Self {
        let mut hits = BTreeMap::new();
        let start = series.steps.first().map_or(0, |step| step.at);
        for step in &series.steps {
            for spot in step.spots.iter().filter(|spot| spot.rank <= zone) {
                hits.entry(spot.id).or_insert(step.at);
            }
        }
        let mut bests = BTreeMap::<u32, Vec<(u16, i64)>>::new();
        for step in &series.steps {
            for spot in &step.spots {
                let bests = bests.entry(spot.id).or_default();
                if bests.last().is_none_or(|(best, _)| spot.rank < *best) {
                    bests.push((spot.rank, step.at));
                }
            }
        }
        hits.retain(|_, at| *at > start);
        let per_day = (2.0 * hits.len() as f64 / series.days().max(1.0)).round().max(1.0) as u32;
        let end = series.steps.last().map_or(0, |step| step.at);
        Self { zone, hits, bests, first, begin: begin(series), end, per_day }
    }

    pub(crate) fn first_hit(&self, id: u32) -> Option<i64> {
        self.hits.get(&id).copied()
    }

    /// When it first entered a zone of another depth.
    pub(crate) fn first_hit_of(&self, id: u32, depth: u32) -> Option<i64> {
        self.bests.get(&id)?.iter().find(|(rank, _)| u32::from(*rank) <= depth).map(|(_, at)| *at)
    }

    pub(crate) fn judge(&self, alerts: &[(i64, u32)]) -> Early {
        let when: BTreeMap<u32, i64> = alerts.iter().rev().map(|(at, id)| (*id, *at)).collect();
        let judged: Vec<(u32, i64)> =
            self.hits.iter().filter(|(_, at)| **at >= self.begin).map(|(id, at)| (*id, *at)).collect();
        let leads: Vec<f64> = judged
            .iter()
            .filter_map(|(id, hit)| when.get(id).filter(|at| *at < hit).map(|at| (hit - at) as f64 / HOUR as f64))
            .collect();
        let sent: Vec<&(i64, u32)> =
            alerts.iter().filter(|(at, _)| *at >= self.begin && *at <= self.end - DAY).collect();
        let good = sent
            .iter()
            .filter(|(at, id)| self.hits.get(id).is_some_and(|hit| hit > at && hit - at <= DAY))
            .count();
        Early {
            recall: leads.len() as f64 / judged.len().max(1) as f64,
            precision: good as f64 / sent.len().max(1) as f64,
            lead_hours: leads.iter().sum::<f64>() / judged.len().max(1) as f64,
        }
    }

    /// Recall of one who announces everything at first sight.
    pub(crate) fn ceiling(&self) -> f64 {
        let judged: Vec<_> = self.hits.iter().filter(|(_, at)| **at >= self.begin).collect();
        let seen = judged.iter().filter(|(id, at)| self.first.get(id).is_some_and(|first| first < *at)).count();
        seen as f64 / judged.len().max(1) as f64
    }

    pub(crate) fn begin(&self) -> i64 {
        self.begin
    }

    pub(crate) fn end(&self) -> i64 {
        self.end
    }
}
