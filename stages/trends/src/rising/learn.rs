//! Learning: what became of rows whose horizon has passed.

use super::features::{CHANCE_PRIOR, Frame, GAIN_PRIOR, features};
use super::sight::hours;
use super::table::Bins;
use super::{HOUR, Item, Row, Snapshot, Watch};

/// The prior's weight in a fit, in rows.
const STRENGTH: f64 = 5.0;
/// The truth of a snapshot is its this many strongest gains.
const BEST: usize = 20;

impl Watch {
    /// What chances were worth is judged before the first poll after the horizon is taken in: an entry into the top zone that
    /// only that poll shows came too late, on a slow feed much too late. The order of chances is learned from it all the same
    /// ([`Watch::learn`]): what enters late was on its way.
    pub(super) fn judge_chances(&mut self, now: i64) {
        self.age(now);
        let mut snapshots = std::mem::take(&mut self.snapshots);
        for snapshot in snapshots.iter_mut().filter(|snapshot| !snapshot.is_judged) {
            let end = snapshot.at + self.reach();
            if now <= end {
                break;
            }
            snapshot.is_judged = true;
            // If nobody looked for long before the end, nobody knows.
            if end - self.at <= (self.step() * 3 / 2).max(HOUR) {
                for (row, is_hit) in self.hits(snapshot) {
                    self.chance_curve.learn(f64::from(row.chance), f64::from(u8::from(is_hit)));
                }
            }
        }
        self.snapshots = snapshots;
    }

    fn age(&mut self, now: i64) {
        self.table.age(now);
        self.gain.age(now);
        self.chance.age(now);
        self.gain_curve.age(now);
        self.chance_curve.age(now);
    }

    /// Rows whose horizon has passed are learned.
    pub(super) fn learn(&mut self, now: i64) {
        let mut snapshots = std::mem::take(&mut self.snapshots);
        let mut has_learned = false;
        for snapshot in &mut snapshots {
            if !snapshot.is_gain_learned && now >= snapshot.at + self.span() {
                snapshot.is_gain_learned = true;
                has_learned |= self.learn_gains(snapshot, now);
            }
        }
        while snapshots.front().is_some_and(|oldest| now >= oldest.at + self.reach()) {
            if let Some(oldest) = snapshots.pop_front() {
                self.learn_hits(&oldest);
            }
        }
        self.snapshots = snapshots;
        if has_learned {
            self.gain.fit(&GAIN_PRIOR, STRENGTH);
            self.chance.fit(&CHANCE_PRIOR, STRENGTH);
        }
    }

    fn frame(&self, snapshot: &Snapshot) -> Frame {
        Frame {
            length: f64::from(snapshot.length),
            scale: f64::from(snapshot.scale),
            step: self.age_step(),
            candidates: usize::from(snapshot.candidates),
        }
    }

    pub(super) fn age_step(&self) -> f64 {
        hours(self.step()).max(1.0)
    }

    fn learn_gains(&mut self, snapshot: &Snapshot, now: i64) -> bool {
        let end = snapshot.at + self.span();
        let last = self.gaps.back().map_or(now, |gap| now - gap);
        // What an item had at the horizon lies between the last two polls; a long gap there says nothing.
        if last < end && now - last > 3 * self.step().max(HOUR / 2) && now - end > HOUR {
            return false;
        }
        let part = if now > last { ((end - last) as f64 / (now - last) as f64).clamp(0.0, 1.0) } else { 1.0 };
        let at_end = |item: &Item| item.before + part * (item.attention - item.before);
        let mut gains: Vec<f64> = self.items.values().filter(|item| item.first > snapshot.at).map(at_end).collect();
        let known: Vec<Option<f64>> = snapshot
            .rows
            .iter()
            .map(|row| self.items.get(&row.serial).map(|item| (at_end(item) - f64::from(row.sight.level)).max(0.0)))
            .collect();
        gains.extend(known.iter().flatten());
        gains.sort_by(|a, b| b.total_cmp(a));
        let best = BEST.min((2.0 * f64::from(snapshot.length) / 3.0) as usize).clamp(1, gains.len().max(1));
        let Some(top) = gains.get(best - 1).copied().filter(|top| *top > 0.0) else { return false };
        self.top = if self.top <= 0.0 { top } else { self.top + 0.05 * (top - self.top) };
        let frame = self.frame(snapshot);
        for (row, gain) in snapshot.rows.iter().zip(known) {
            let Some(gain) = gain else { continue };
            let share = target(gain / top);
            let bins = Bins::of(&row.sight, frame.step as f32, frame.scale as f32);
            self.table.learn_gain(bins, gain, share);
            self.gain.learn(&features(&row.sight, &frame, &row.says.map(f64::from)), share);
            self.gain_curve.learn(f64::from(row.score), gain / top);
        }
        true
    }

    fn learn_hits(&mut self, snapshot: &Snapshot) {
        let frame = self.frame(snapshot);
        for (row, is_hit) in self.hits(snapshot) {
            let bins = Bins::of(&row.sight, frame.step as f32, frame.scale as f32);
            self.table.learn_hit(bins, is_hit);
            let x = features(&row.sight, &frame, &row.says.map(f64::from));
            self.chance.learn(&x, f64::from(u8::from(is_hit)));
        }
    }

    /// Which rows that had not been in the top zone when the snapshot was taken have been there by now.
    fn hits<'a>(&self, snapshot: &'a Snapshot) -> Vec<(&'a Row, bool)> {
        let depth = self.zone.depth();
        let had_been = |row: &Row| row.sight.best > 0 && row.sight.best <= depth;
        let open = snapshot.rows.iter().filter(|row| depth > 0 && !had_been(row));
        open.filter_map(|row| Some((row, self.items.get(&row.serial)?.was_in(depth)))).collect()
    }
}

/// What the blend learns of a gain, as a share of the weakest gain among the best: nearly 1 above it, nearly 0 below.
fn target(ratio: f64) -> f64 {
    1.0 / (1.0 + ratio.max(1e-9).powi(-3))
}
