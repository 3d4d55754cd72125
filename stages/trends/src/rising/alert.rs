//! Which items are worth a word now, under a budget.

use jiff::Timestamp;

use super::look::Looked;
use super::{Alert, DAY, Watch};

impl Watch {
    /// The items to announce at `at`: an item once at most, never one that reached the top zone before, and never more
    /// than `per_day` in any 24 h.
    pub fn alerts(&mut self, at: Timestamp, per_day: u32) -> Vec<Alert> {
        let now = at.as_second();
        while self.sent.front().is_some_and(|sent| now - sent >= DAY) {
            self.sent.pop_front();
        }
        let depth = self.zone.depth();
        if depth == 0 || self.polls == 0 || now < self.at {
            return Vec::new();
        }
        let curve = self.chance_curve.curve();
        let mut looked: Vec<(f64, Looked)> = self
            .looks(now)
            .into_iter()
            .filter(|look| {
                let item = self.items.get(&look.serial);
                item.is_some_and(|item| !item.is_announced && !item.was_in(depth) && item.place > 0)
            })
            .map(|look| (curve.read(look.chance), look))
            .collect();
        looked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.serial.cmp(&b.1.serial)));
        let elapsed = self.paid.map_or(0, |paid| now - paid).clamp(0, DAY);
        self.paid = Some(now);
        let income = f64::from(per_day) * elapsed as f64 / DAY as f64;
        let free = (per_day as usize).saturating_sub(self.sent.len());
        let wanted = looked.iter().filter(|(chance, _)| *chance >= self.bar).count();
        let mut alerts = Vec::new();
        for (chance, look) in looked.into_iter().take(free) {
            if chance < self.bar {
                break;
            }
            let why = self.why(&look);
            if let Some(item) = self.items.get_mut(&look.serial) {
                item.is_announced = true;
                alerts.push(Alert { key: item.key.to_string(), at, chance, why });
                self.sent.push_back(now);
            }
        }
        self.bar = (self.bar.max(1e-4) * (0.04 * (wanted as f64 - 0.96 * income)).exp()).clamp(1e-4, 0.9);
        alerts
    }
}
