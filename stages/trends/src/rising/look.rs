//! Looking at the feed at one moment: what every item is worth.

use jiff::Timestamp;

use super::blend::sigmoid;
use super::features::{self, Frame, features};
use super::sight::{self, Direction, Sight};
use super::table::{self, Bins, Says};
use super::{Label, Standing, Unit, Watch, Why};

/// One item with what the models say.
pub(super) struct Looked {
    pub(super) serial: u32,
    pub(super) sight: Sight,
    pub(super) bins: Bins,
    pub(super) table: Says,
    pub(super) says: [f64; 4],
    pub(super) score: f64,
    pub(super) chance: f64,
}

impl Watch {
    /// Every item seen in the last day.
    pub(super) fn looks(&self, at: i64) -> Vec<Looked> {
        let (window, fresh, reach) = (self.window(), self.fresh(), self.reach());
        let candidates: Vec<u32> =
            self.items.iter().filter(|(_, item)| at - item.last <= reach).map(|(serial, _)| *serial).collect();
        // What is known is what the last poll showed, and that is how the past was learned: between polls time stands.
        let at = if at - self.at <= 2 * self.step() { self.at } else { at };
        let mut sights: Vec<Sight> =
            candidates.iter().filter_map(|serial| self.items.get(serial)).map(|item| Sight::of(item, at, window, fresh)).collect();
        sight::order(&mut sights);
        let frame = Frame {
            length: self.length,
            scale: self.scale,
            step: self.age_step(),
            candidates: sights.len(),
        };
        candidates
            .into_iter()
            .zip(sights)
            .map(|(serial, sight)| {
                let bins = Bins::of(&sight, frame.step as f32, frame.scale as f32);
                let keys = table::keys(bins);
                let start = self.start(&sight, &frame);
                let fine = self.table.look(&keys, start);
                let coarse = self.table.look(&keys[..3], start);
                let by_speed = self.table.look(&table::speed_keys(bins), start);
                let says = [fine.share, coarse.share, by_speed.share, fine.hit];
                let x = features(&sight, &frame, &says);
                let score = sigmoid(self.gain.say(&x));
                let chance = sigmoid(self.chance.say(&x));
                Looked { serial, sight, bins, table: fine, says, score, chance }
            })
            .collect()
    }

    /// The closed form that rows are shrunk to: the place on the list.
    fn start(&self, sight: &Sight, frame: &Frame) -> Says {
        let here = features::place(sight.place, frame.length);
        let share = 0.8 * here;
        Says { share, gain: share * self.top, hit: 0.4 * here * here, ..Says::default() }
    }

    /// The keys of the first `most` of [`Watch::standings`].
    #[must_use]
    pub fn best(&self, at: Timestamp, most: usize) -> Vec<String> {
        let looked = self.sorted(at.as_second());
        let key = |look: &Looked| self.items.get(&look.serial).map(|item| item.key.to_string());
        looked.iter().take(most).filter_map(key).collect()
    }

    fn sorted(&self, at: i64) -> Vec<Looked> {
        let mut looked = self.looks(at);
        looked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.serial.cmp(&b.serial)));
        looked
    }

    /// The items seen in the last 24 h, best first: those that are expected to gain the most.
    #[must_use]
    pub fn standings(&self, at: Timestamp) -> Vec<Standing> {
        let looked = self.sorted(at.as_second());
        let gains = self.gain_curve.curve();
        let chances = self.chance_curve.curve();
        let depth = self.zone.depth();
        let stand = |look: &Looked| {
            let item = self.items.get(&look.serial)?;
            let gain = gains.read(look.score) * self.top;
            let chance = match item.place {
                _ if depth == 0 => 0.0,
                place if place > 0 && place <= depth => 1.0,
                _ => chances.read(look.chance).clamp(0.0, 1.0),
            };
            let direction = look.sight.direction();
            let label = match direction {
                Direction::New => Label::New,
                Direction::Up => Label::Rising,
                Direction::Down => Label::Falling,
                Direction::Flat if look.sight.speed > 1.5 * look.sight.before && look.sight.speed > 0.0 => Label::Rising,
                Direction::Flat => Label::Steady,
            };
            let rank = |place: u16| (place > 0).then_some(u32::from(place));
            Some(Standing {
                key: item.key.to_string(),
                gain,
                unit: self.unit,
                chance,
                label,
                first_seen: Timestamp::from_second(item.first).ok()?,
                last_seen: Timestamp::from_second(item.last).ok()?,
                best_rank: rank(item.best),
                rank: rank(item.place),
                count: item.count,
                velocity: f64::from(look.sight.speed),
                why: self.why(look),
            })
        };
        looked.iter().filter_map(stand).collect()
    }

    pub(super) fn why(&self, look: &Looked) -> Why {
        Why {
            bins: look.bins.words(self.unit == Unit::Counts),
            n: look.table.n,
            mean: look.table.own_gain,
            shrunk: look.table.gain,
            tried: look.table.tried,
            hit: look.table.hit,
            unit: self.unit,
            horizon: sight::hours(self.span()),
            zone: u32::from(self.zone.depth()),
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            Unit::Counts => "gained",
            Unit::Hours => "weighted hours",
        };
        write!(
            f,
            "{}: {:.0} like it {unit} {:.1} in {:.0} h (shrunk to {:.1})",
            self.bins, self.n, self.mean, self.horizon, self.shrunk
        )?;
        if self.zone > 0 {
            write!(f, "; {:.1} % of {:.0} reached the top {} in 24 h", 100.0 * self.hit, self.tried, self.zone)?;
        }
        Ok(())
    }
}
