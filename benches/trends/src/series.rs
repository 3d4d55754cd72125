//! A recording as numbers: who stood where, with what count, at which poll.

use std::collections::BTreeMap;

use reelpress_trends::rising::Seen;

pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;

/// One item in one poll.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) id: u32,
    pub(crate) rank: u16,
    pub(crate) count: Option<u64>,
}

/// One poll.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) at: i64,
    pub(crate) spots: Vec<Spot>,
}

/// One feed's recording.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) ids: Vec<String>,
    pub(crate) steps: Vec<Step>,
    /// Whether its polls carry ranks; else the order is that of the counts.
    pub(crate) has_ranks: bool,
    pub(crate) has_counts: bool,
}

impl Series {
    /// The usual time between two polls, in seconds.
    pub(crate) fn cadence(&self) -> i64 {
        let mut gaps: Vec<i64> = self.steps.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or(HOUR)
    }

    pub(crate) fn is_daily(&self) -> bool {
        self.cadence() > 12 * HOUR
    }

    pub(crate) fn horizon(&self) -> i64 {
        if self.is_daily() { DAY } else { 6 * HOUR }
    }

    pub(crate) fn length(&self) -> usize {
        let mut lengths: Vec<usize> = self.steps.iter().map(|step| step.spots.len()).collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or(1).max(1)
    }

    pub(crate) fn days(&self) -> f64 {
        match (self.steps.first(), self.steps.last()) {
            (Some(first), Some(last)) => (last.at - first.at) as f64 / DAY as f64,
            _ => 0.0,
        }
    }

    /// What the watch is shown.
    pub(crate) fn seen<'a>(&'a self, step: &Step) -> Vec<Seen<'a>> {
        step.spots
            .iter()
            .map(|spot| Seen {
                key: &self.ids[spot.id as usize],
                rank: self.has_ranks.then_some(u32::from(spot.rank)),
                count: if self.has_counts { spot.count } else { None },
                published: None,
            })
            .collect()
    }

    /// Every `n`th poll.
    pub(crate) fn thinned(&self, n: usize) -> Self {
        let steps = self.steps.iter().step_by(n).cloned().collect();
        Self { name: format!("{} 1/{n}", self.name), steps, ..self.clone() }
    }

    pub(crate) fn ranks_only(&self) -> Self {
        Self { name: format!("{} ranks", self.name), has_counts: false, ..self.clone() }
    }

    /// Without ranks, in the order of counts.
    pub(crate) fn counts_only(&self) -> Self {
        let mut series = Self { name: format!("{} counts", self.name), has_ranks: false, ..self.clone() };
        for step in &mut series.steps {
            step.spots.retain(|spot| spot.count.is_some());
            step.spots.sort_by_key(|spot| std::cmp::Reverse(spot.count));
            for (index, spot) in step.spots.iter_mut().enumerate() {
                spot.rank = index as u16 + 1;
            }
        }
        series
    }
}

/// What one item did, in order of time.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// Time, rank (0: off the list from here on), attention so far.
    pub(crate) spots: Vec<(i64, u16, f64)>,
}

/// All items' histories, by id.
pub(crate) struct Histories {
    pub(crate) items: Vec<History>,
    pub(crate) length: f64,
    is_hours: bool,
}

impl Histories {
    pub(crate) fn of(series: &Series) -> Self {
        let length = series.length() as f64;
        let cap = 2 * series.cadence();
        let mut items = vec![History::default(); series.ids.len()];
        let mut on_list = BTreeMap::<u32, u16>::new();
        let mut before = None::<i64>;
        for step in &series.steps {
            let span = before.map_or(0, |before| (step.at - before).min(cap)) as f64 / HOUR as f64;
            let mut now = BTreeMap::new();
            for spot in &step.spots {
                now.entry(spot.id).or_insert(spot.rank);
            }
            let gained = |rank: u16| ((length + 1.0 - f64::from(rank)) / length).max(0.0) * span;
            for (id, rank) in &on_list {
                let history = &mut items[*id as usize];
                let so_far = history.spots.last().map_or(0.0, |spot| spot.2);
                if !now.contains_key(id) {
                    let attention = if series.has_counts { so_far } else { so_far + gained(*rank) };
                    history.spots.push((step.at, 0, attention));
                }
            }
            for spot in &step.spots {
                let history = &mut items[spot.id as usize];
                if history.spots.last().is_some_and(|last| last.0 == step.at) {
                    continue;
                }
                let so_far = history.spots.last().map_or(0.0, |spot| spot.2);
                let attention = if series.has_counts {
                    spot.count.map_or(so_far, |count| count as f64)
                } else {
                    so_far + on_list.get(&spot.id).map_or(0.0, |rank| gained(*rank))
                };
                history.spots.push((step.at, spot.rank, attention));
            }
            on_list = now;
            before = Some(step.at);
        }
        Self { items, length, is_hours: !series.has_counts }
    }
}

impl History {
    /// Time, rank and attention at or before `at`; none if it was not seen yet.
    pub(crate) fn at(&self, at: i64) -> Option<(i64, u16, f64)> {
        let after = self.spots.partition_point(|spot| spot.0 <= at);
        after.checked_sub(1).map(|index| self.spots[index])
    }

    pub(crate) fn attention(&self, at: i64) -> f64 {
        self.at(at).map_or(0.0, |spot| spot.2)
    }

    pub(crate) fn first(&self) -> i64 {
        self.spots.first().map_or(i64::MAX, |spot| spot.0)
    }
}

impl Histories {
    /// Attention at a time between polls too: hours on the list go on, counts stand.
    pub(crate) fn attention(&self, id: usize, at: i64) -> f64 {
        let history = &self.items[id];
        let so_far = history.attention(at);
        if !self.is_hours {
            return so_far;
        }
        match (history.at(at), history.spots.get(history.spots.partition_point(|spot| spot.0 <= at))) {
            (Some(now), Some(next)) if next.0 > now.0 => {
                now.2 + (next.2 - now.2) * (at - now.0) as f64 / (next.0 - now.0) as f64
            }
            _ => so_far,
        }
    }
}
