//! How deep a feed's top zone is.

use serde::{Deserialize, Serialize};

/// The depths a zone may have.
const DEPTHS: [u16; 12] = [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200];
/// About this share of the new items gets into the zone: as on Hacker News (3 of 30, 24 of 94 a day).
const SHARE: f64 = 0.25;
/// So many items must have come and gone before their share counts.
const ENOUGH: f64 = 60.0;

/// The top zone, and how deep the items of the past got.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Zone {
    depth: u16,
    gone: f64,
    reached: [f64; DEPTHS.len()],
}

impl Zone {
    /// Places of the top zone; 0 where the feed has no order.
    pub(super) fn depth(&self) -> u16 {
        self.depth
    }

    /// An item was forgotten; `best` is its best place ever.
    pub(super) fn learn(&mut self, best: u16) {
        if self.gone > 5_000.0 {
            self.gone /= 2.0;
            self.reached.iter_mut().for_each(|count| *count /= 2.0);
        }
        self.gone += 1.0;
        for (count, depth) in self.reached.iter_mut().zip(DEPTHS) {
            *count += f64::from(u8::from(best > 0 && best <= depth));
        }
    }

    /// Fits the depth to a list of `length` places.
    pub(super) fn fit(&mut self, length: f64) {
        let most = (length / 3.0).max(1.0);
        let possible = || DEPTHS.iter().enumerate().filter(|(_, depth)| f64::from(**depth) <= most);
        let nearest = |wish: &dyn Fn(usize, f64) -> f64| {
            possible().min_by(|a, b| wish(a.0, f64::from(*a.1)).total_cmp(&wish(b.0, f64::from(*b.1))))
        };
        let chosen = if self.gone >= ENOUGH {
            let distance = |index: usize| (self.reached[index] / self.gone).max(1e-3).ln() - SHARE.ln();
            // A depth that still fits is kept: what was learned holds for it.
            let kept = possible().find(|(index, depth)| **depth == self.depth && distance(*index).abs() < 0.5);
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
