//! How deep a feed's top zone is.

use serde::{Deserialize, Serialize};

use super::DAY;

/// The depths a zone may have.
const DEPTHS: [u16; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 50, 100, 200];
/// The share of the new items that gets into the zone: no larger (slow feeds), and no smaller (feeds that turn over fast).
const SHARES: (f64, f64) = (0.03, 0.3);
/// So many items must have come and gone before their share counts.
const ENOUGH: f64 = 60.0;

/// The top zone, and how deep the items of the past got.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Zone {
    depth: u16,
    known: f64,
    /// Days over which they came.
    days: f64,
    at: Option<i64>,
    reached: [f64; DEPTHS.len()],
}

impl Zone {
    /// Places of the top zone; 0 where the feed has no order.
    pub(super) fn depth(&self) -> u16 {
        self.depth
    }

    /// Moves time on; gaps count for little.
    pub(super) fn pass(&mut self, now: i64) {
        let passed = self.at.map_or(0, |at| now - at).clamp(0, 2 * DAY);
        self.at = Some(now);
        self.days += passed as f64 / DAY as f64;
        if self.known > 4_000.0 || self.days > 60.0 {
            self.known /= 2.0;
            self.days /= 2.0;
            self.reached.iter_mut().for_each(|count| *count /= 2.0);
        }
    }

    /// A new item came.
    pub(super) fn born(&mut self) {
        self.known += 1.0;
    }

    /// A new item's best place went from `before` (0: none) to `best`.
    pub(super) fn learn(&mut self, before: u16, best: u16) {
        for (count, depth) in self.reached.iter_mut().zip(DEPTHS) {
            let is_there = |place: u16| place > 0 && place <= depth;
            *count += f64::from(u8::from(is_there(best) && !is_there(before)));
        }
    }

    /// Fits the depth to a list of `length` places, so that about `a_day` new items a day get there.
    pub(super) fn fit(&mut self, length: f64, a_day: f64) {
        let most = (length / 3.0).max(1.0);
        let possible = || DEPTHS.iter().enumerate().filter(|(_, depth)| f64::from(**depth) <= most);
        let nearest = |wish: &dyn Fn(usize, f64) -> f64| {
            possible().min_by(|a, b| wish(a.0, f64::from(*a.1)).total_cmp(&wish(b.0, f64::from(*b.1))))
        };
        let chosen = if self.known >= ENOUGH {
            let wish = (a_day * self.days / self.known).clamp(SHARES.0, SHARES.1);
            let distance = |index: usize| (self.reached[index] / self.known).max(1e-3).ln() - wish.ln();
            // A depth that still fits is kept: what was learned holds for it.
            let kept = possible().find(|(index, depth)| **depth == self.depth && distance(*index).abs() < 0.15);
            kept.or_else(|| nearest(&|index, _| distance(index).abs()))
        } else {
            nearest(&|_, depth| (depth.ln() - (length / 10.0).max(1.0).ln()).abs())
        };
        self.depth = chosen.map_or(1, |(_, depth)| *depth);
    }

    pub(super) fn clear(&mut self) {
        self.depth = 0;
    }
}
