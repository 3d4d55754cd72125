//! Taking in a poll: what is on the list now, and what the past turned out to be worth.

use super::look::Looked;
use super::sight::{Sight, hours};
use super::{ALERTS_A_HIT, DAY, FORGET, HOUR, Item, MOST_ITEMS, MOST_ROWS, Row, Seen, Snapshot, Unit, Watch};

impl Watch {
    pub(super) fn take(&mut self, now: i64, seen: &[Seen<'_>]) {
        let elapsed = if self.polls == 0 { 0 } else { now - self.at };
        if self.polls > 0 {
            self.gaps.push_back(elapsed);
            if self.gaps.len() > 15 {
                self.gaps.pop_front();
            }
        }
        self.settle_unit(seen);
        self.judge_chances(now);
        self.pass_time(elapsed);
        self.list(now, seen);
        let share = if self.polls < 10 { 1.0 / (self.polls as f64 + 1.0) } else { 0.1 };
        self.length += share * (seen.len() as f64 - self.length);
        self.at = now;
        self.polls += 1;
        self.zone.pass(now);
        if self.is_ordered {
            self.zone.fit(self.length, f64::from(self.per_day) / ALERTS_A_HIT);
        } else {
            self.zone.clear();
        }
        let window = self.window();
        for item in self.items.values_mut() {
            item.mark(now, window);
        }
        self.learn(now);
        self.forget(now);
        self.snap(now);
    }

    /// Counts where most items have one, else hours. A feed that changes its mind for ten polls starts anew.
    fn settle_unit(&mut self, seen: &[Seen<'_>]) {
        let counted = seen.iter().filter(|item| item.count.is_some()).count();
        let unit = if 2 * counted > seen.len() { Unit::Counts } else { Unit::Hours };
        let ranked = seen.iter().filter(|item| item.rank.is_some()).count();
        self.is_ordered = 2 * ranked > seen.len() || unit == Unit::Counts;
        if unit == self.unit {
            self.against = 0;
            return;
        }
        self.against += 1;
        if self.polls > 0 && self.against < 10 {
            return;
        }
        let kept = (self.rhythm.clone(), self.gaps.clone(), self.sent.clone());
        *self = Self { unit, is_ordered: self.is_ordered, ..Self::with_budget(self.per_day) };
        (self.rhythm, self.gaps, self.sent) = kept;
    }

    fn add(&mut self, key: &str, now: i64) -> u32 {
        let serial = self.next;
        self.next = self.next.wrapping_add(1);
        let mut item = Item::new(key, now);
        item.is_survivor = self.polls == 0;
        if !item.is_survivor {
            self.zone.born();
        }
        self.items.insert(serial, item);
        self.index.insert(key.into(), serial);
        serial
    }

    /// Hours on the list since the last poll. A gap counts as two cadences at most: nobody knows what was between.
    fn pass_time(&mut self, elapsed: i64) {
        let (unit, length) = (self.unit, self.length);
        let on_list = hours(elapsed.min(2 * self.step()));
        for item in self.items.values_mut() {
            item.before = item.attention;
            if unit == Unit::Hours && item.place > 0 {
                item.attention += on_list * weight(item.place, length);
            }
            item.place = 0;
        }
    }

    fn list(&mut self, now: i64, seen: &[Seen<'_>]) {
        for (place, item) in places(seen) {
            let known = self.index.get(item.key).copied();
            let serial = match known {
                Some(serial) if self.items.get(&serial).is_some_and(|known| now - known.last <= FORGET) => serial,
                Some(serial) => {
                    self.items.remove(&serial);
                    self.add(item.key, now)
                }
                None => self.add(item.key, now),
            };
            let Some(known) = self.items.get_mut(&serial) else { continue };
            if known.place > 0 {
                // Listed twice: the better place counts.
                continue;
            }
            let before = known.best;
            known.stand(place, now);
            if !known.is_survivor && known.best != before {
                self.zone.learn(before, known.best);
            }
            known.published = known.published.or_else(|| {
                let published = item.published?.as_second();
                (published <= now).then_some(published)
            });
            if let Some(count) = item.count {
                known.count = Some(count);
                if self.unit == Unit::Counts {
                    known.attention = count as f64;
                }
            }
        }
    }

    fn forget(&mut self, now: i64) {
        let keep = self.reach().max(2 * DAY) + DAY;
        let surplus = self.items.len().saturating_sub(MOST_ITEMS);
        let mut old: Vec<(i64, u32)> = self.items.iter().map(|(serial, item)| (item.last, *serial)).collect();
        old.sort_unstable();
        let gone = old.iter().take_while(|(last, _)| now - last > keep).count().max(surplus);
        for (_, serial) in old.into_iter().take(gone) {
            if let Some(item) = self.items.remove(&serial) {
                if self.index.get(&item.key) == Some(&serial) {
                    self.index.remove(&item.key);
                }
                if item.peak > 0.0 {
                    self.peaks.push_back((item.last, item.peak));
                    if self.peaks.len() > MOST_ITEMS {
                        self.peaks.pop_front();
                    }
                }
            }
        }
    }

    fn snap(&mut self, now: i64) {
        let spacing = (HOUR / 2).max(self.step()) * 9 / 10;
        if self.snapshots.back().is_some_and(|last| now - last.at < spacing) {
            return;
        }
        let looked = self.looks(now);
        let candidates = u16::try_from(looked.len()).unwrap_or(u16::MAX);
        let every = looked.len().div_ceil(MOST_ROWS).max(1) as u32;
        let rows = looked.into_iter().filter(|look| look.serial.is_multiple_of(every)).map(|look| {
            let Looked { serial, sight, says, score, chance, .. } = look;
            Row { serial, sight, says: says.map(|x| x as f32), score: score as f32, chance: chance as f32 }
        });
        let snapshot = Snapshot {
            at: now,
            is_gain_learned: false,
            is_judged: false,
            candidates,
            scale: self.scale as f32,
            length: self.length as f32,
            rows: rows.collect(),
        };
        self.snapshots.push_back(snapshot);
        let (window, fresh) = (self.window(), self.fresh());
        let listed = self.items.values().filter(|item| item.place > 0);
        let fastest: Vec<f64> = listed.map(|item| f64::from(Sight::of(item, now, window, fresh).speed)).collect();
        let mean = fastest.iter().sum::<f64>() / fastest.len().max(1) as f64;
        let share = if self.scale <= 0.0 { 1.0 } else { 0.02 };
        self.scale += share * (mean - self.scale);
    }
}

/// What an hour at a place counts.
fn weight(place: u16, length: f64) -> f64 {
    ((length + 1.0 - f64::from(place)) / length.max(1.0)).clamp(0.0, 1.0)
}

/// Every item with its place: its rank, or where the feed has none its order by count, or else its order in the answer.
fn places<'a, 'b>(seen: &'b [Seen<'a>]) -> Vec<(u16, &'b Seen<'a>)> {
    let ranked = seen.iter().filter(|item| item.rank.is_some()).count();
    let as_place = |rank: usize| u16::try_from(rank).unwrap_or(u16::MAX).max(1);
    if 2 * ranked > seen.len() {
        let last = seen.len();
        return seen.iter().map(|item| (as_place(item.rank.map_or(last, |rank| rank as usize)), item)).collect();
    }
    let mut order: Vec<&Seen<'_>> = seen.iter().collect();
    if 2 * seen.iter().filter(|item| item.count.is_some()).count() > seen.len() {
        order.sort_by_key(|item| std::cmp::Reverse(item.count));
    }
    order.into_iter().enumerate().map(|(index, item)| (as_place(index + 1), item)).collect()
}
