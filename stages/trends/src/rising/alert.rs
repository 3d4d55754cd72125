//! Which items are worth a word now, under a budget.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::look::Looked;
use super::{Alert, DAY, Watch, health};

/// What was announced is remembered for so long, also when the item itself is forgotten: it may come back.
const REMEMBERED: i64 = 60 * DAY;
const MOST_SENT: usize = 8_192;
/// The bar is learned from about so many alerts' time.
const LEARNED: u32 = 100;
/// How far a day's pace may move the bar, and alerts by which it may be off without a word.
const MOST_PACE: f64 = 2.5;
const SLACK: f64 = 3.0;
/// A zone of so many places is a deep one.
const DEEP: u16 = 6;
/// For so long too little is known for a bar alone.
const UNSURE: i64 = 4 * DAY;

impl Watch {
    /// The items to announce at `at`: an item once at most, never one that reached the top zone before, and never more
    /// than the budget in any day of UTC.
    pub fn alerts(&mut self, at: Timestamp) -> Vec<Alert> {
        let (now, per_day) = (at.as_second(), self.per_day);
        while self.sent.len() > MOST_SENT || self.sent.front().is_some_and(|sent| now - sent.0 >= REMEMBERED) {
            self.sent.pop_front();
        }
        let today = self.sent.iter().rev().take_while(|sent| sent.0.div_euclid(DAY) == now.div_euclid(DAY)).count();
        let depth = self.zone.depth();
        if depth == 0 || self.polls == 0 || now < self.at {
            return Vec::new();
        }
        // In a deep zone there is still a way to go: not too late for a word before half of it is behind.
        let too_late = if depth >= DEEP { depth / 2 } else { depth };
        let curve = self.chance_curve.curve();
        let known: BTreeSet<u64> = self.sent.iter().map(|sent| sent.1).collect();
        let was_sent = |key: &str| known.contains(&health::digest_of(key));
        let mut looked: Vec<(f64, Looked)> = self
            .looks(now)
            .into_iter()
            .filter(|look| {
                let item = self.items.get(&look.serial);
                item.is_some_and(|item| !item.was_in(too_late) && item.place > 0 && !was_sent(&item.key))
            })
            .map(|look| (curve.read(look.chance), look))
            .collect();
        looked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.serial.cmp(&b.1.serial)));
        for (chance, look) in &looked {
            if let Some(item) = self.items.get_mut(&look.serial) {
                item.peak = item.peak.max(*chance as f32);
            }
        }
        let bar = self.bar(now, per_day, today);
        let free = (per_day as usize).saturating_sub(today).min(self.pace(now, today));
        let mut alerts = Vec::new();
        for (chance, look) in looked.into_iter().take(free) {
            if chance < bar {
                break;
            }
            let why = self.why(&look);
            if let Some(item) = self.items.get(&look.serial) {
                alerts.push(Alert { key: item.key.to_string(), at, chance, why });
                self.sent.push_back((now, health::digest_of(&item.key)));
            }
        }
        alerts
    }

    /// How many alerts may go now while little is known: as many as the time that passed has earned, and one.
    fn pace(&self, now: i64, today: usize) -> usize {
        let began = self.began.unwrap_or(now);
        if now - began > UNSURE {
            return usize::MAX;
        }
        let since = now - began.max(now.div_euclid(DAY) * DAY);
        ((f64::from(self.per_day) * since as f64 / DAY as f64) as usize + 1).saturating_sub(today)
    }

    /// The chance that so many items reached in their time as the budget has room for: who reaches it is announced at
    /// once, whenever that is, and nobody has to wait for a turn.
    fn bar(&mut self, now: i64, per_day: u32, today: usize) -> f64 {
        let began = *self.began.get_or_insert(now);
        let days = (f64::from(LEARNED) / f64::from(per_day.max(1))).clamp(7.0, 60.0);
        let from = now - (days * DAY as f64) as i64;
        while self.peaks.front().is_some_and(|(last, _)| *last < from) {
            self.peaks.pop_front();
        }
        let days = days.min((now - began) as f64 / DAY as f64);
        // Ahead of the day's pace the bar rises, behind it it falls.
        let left = f64::from(per_day) * (1.0 - now.rem_euclid(DAY) as f64 / DAY as f64);
        let pace = (f64::from(per_day) - today as f64 + SLACK) / (left + SLACK);
        let room = (f64::from(per_day) * days * pace.clamp(1.0 / MOST_PACE, MOST_PACE)).ceil() as usize;
        let living = self.items.values().filter(|item| item.last >= from && item.peak > 0.0).map(|item| item.peak);
        let mut peaks: Vec<f32> = self.peaks.iter().map(|(_, peak)| *peak).chain(living).collect();
        if peaks.len() <= room {
            return 0.0;
        }
        let (_, bar, _) = peaks.select_nth_unstable_by(room, |a, b| b.total_cmp(a));
        f64::from(*bar)
    }
}
