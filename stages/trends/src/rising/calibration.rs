//! From a raw score to what scores like it came to, on this feed.

use serde::{Deserialize, Serialize};

const BINS: usize = 24;
const HALF_LIFE_DAYS: f64 = 30.0;
/// A bin weighs its own score as much as this many rows.
const SHRINK: f64 = 20.0;

/// Mean outcome by score, kept in bins of equal steps of the score's logit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Calibration {
    /// Rows, sum of scores, sum of outcomes.
    bins: Vec<[f64; 3]>,
    at: i64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { bins: vec![[0.0; 3]; BINS], at: i64::MIN }
    }
}

fn bin(score: f64) -> usize {
    let score = score.clamp(1e-4, 1.0 - 1e-4);
    let logit = (score / (1.0 - score)).ln();
    // From about 0.1 % to 99.9 %.
    (((logit + 7.0) / 14.0 * BINS as f64).floor().max(0.0) as usize).min(BINS - 1)
}

impl Calibration {
    pub(super) fn age(&mut self, at: i64) {
        if self.at == i64::MIN {
            self.at = at;
        }
        let keep = (-((at - self.at).max(0) as f64) / 86_400.0 / HALF_LIFE_DAYS).exp2();
        self.at = self.at.max(at);
        self.bins.iter_mut().flatten().for_each(|sum| *sum *= keep);
    }

    pub(super) fn learn(&mut self, score: f64, outcome: f64) {
        let bin = &mut self.bins[bin(score)];
        bin[0] += 1.0;
        bin[1] += score;
        bin[2] += outcome;
    }

    /// The mean outcome at each bin and its mean score; never falls as the score rises.
    pub(super) fn curve(&self) -> Curve {
        let mut pools: Vec<[f64; 3]> = Vec::with_capacity(BINS);
        for [n, score, outcome] in self.bins.iter().copied().filter(|bin| bin[0] > 0.05) {
            let prior = score / n;
            pools.push([n + SHRINK, score + SHRINK * prior, outcome + SHRINK * prior]);
            // Neighbours that fall are one pool (pool adjacent violators).
            while pools.len() >= 2 {
                let (last, before) = (pools[pools.len() - 1], pools[pools.len() - 2]);
                if before[2] / before[0] <= last[2] / last[0] {
                    break;
                }
                pools.pop();
                if let Some(pool) = pools.last_mut() {
                    pool.iter_mut().zip(last).for_each(|(sum, more)| *sum += more);
                }
            }
        }
        Curve(pools.into_iter().map(|[n, score, outcome]| (score / n, outcome / n)).collect())
    }
}

/// Points of a rising curve: score and what it means.
#[derive(Debug, Clone, Default)]
pub(super) struct Curve(Vec<(f64, f64)>);

impl Curve {
    /// What a score means; itself where nothing is known.
    pub(super) fn read(&self, score: f64) -> f64 {
        let after = self.0.partition_point(|(at, _)| *at < score);
        match (after.checked_sub(1).and_then(|before| self.0.get(before)), self.0.get(after)) {
            (Some(low), Some(high)) => {
                let part = (score - low.0) / (high.0 - low.0).max(1e-12);
                low.1 + part * (high.1 - low.1)
            }
            (Some(low), None) => low.1 + (score - low.0) * (low.1 / low.0.max(1e-9)).min(1.0),
            (None, Some(high)) => high.1 * (score / high.0.max(1e-9)).clamp(0.0, 1.0),
            (None, None) => score,
        }
    }
}
