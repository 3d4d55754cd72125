//! Taking in a poll: what is on the list now, and what the past turned out to be worth.

use super::features::{CHANCE_PRIOR, Frame, GAIN_PRIOR, SIZE, features};
use super::look::Looked;
use super::sight::hours;
use super::table::Bins;
use super::{DAY, FORGET, HOUR, Item, MOST_ITEMS, MOST_ROWS, Row, Seen, Snapshot, Unit, Watch};

/// The truth of a snapshot is its this many strongest gains.
const BEST: usize = 20;

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
        self.pass_time(elapsed);
        self.list(now, seen);
        let share = if self.polls < 10 { 1.0 / (self.polls as f64 + 1.0) } else { 0.1 };
        self.length += share * (seen.len() as f64 - self.length);
        self.at = now;
        self.polls += 1;
        self.zone.pass(now);
        for item in self.items.values_mut().filter(|item| !item.is_counted && now - item.first > DAY) {
            item.is_counted = true;
            self.zone.learn(item.best);
        }
        if self.is_ordered {
            self.zone.fit(self.length);
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
        let announced: Vec<(Box<str>, i64)> =
            self.items.values().filter(|item| item.is_announced).map(|item| (item.key.clone(), item.last)).collect();
        *self = Self { unit, is_ordered: self.is_ordered, ..Self::new() };
        (self.rhythm, self.gaps, self.sent) = kept;
        for (key, last) in announced {
            let serial = self.add(&key, last);
            if let Some(item) = self.items.get_mut(&serial) {
                item.is_announced = true;
            }
        }
    }

    fn add(&mut self, key: &str, now: i64) -> u32 {
        let serial = self.next;
        self.next = self.next.wrapping_add(1);
        let mut item = Item::new(key, now);
        // What is there at the first poll are survivors: they say nothing of how new items fare.
        item.is_counted = self.polls == 0;
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
            known.stand(place, now);
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
            }
        }
    }

    fn snap(&mut self, now: i64) {
        let spacing = (HOUR / 2).max(self.step()) * 9 / 10;
        if self.snapshots.back().is_some_and(|last| now - last.at < spacing) {
            return;
        }
        let looked = self.looks(now);
        let every = looked.len().div_ceil(MOST_ROWS).max(1) as u32;
        let rows = looked.into_iter().filter(|look| look.serial.is_multiple_of(every)).map(|look| {
            let Looked { serial, sight, says, score, chance, .. } = look;
            Row { serial, sight, says: says.map(|x| x as f32), score: score as f32, chance: chance as f32 }
        });
        let snapshot = Snapshot {
            at: now,
            is_gain_learned: false,
            scale: self.scale as f32,
            length: self.length as f32,
            rows: rows.collect(),
        };
        self.snapshots.push_back(snapshot);
        let fastest: Vec<f64> = self
            .items
            .values()
            .filter(|item| item.place > 0)
            .map(|item| f64::from(super::Sight::of(item, now, self.window()).speed))
            .collect();
        let mean = fastest.iter().sum::<f64>() / fastest.len().max(1) as f64;
        let share = if self.scale <= 0.0 { 1.0 } else { 0.02 };
        self.scale += share * (mean - self.scale);
    }

    /// Rows whose horizon has passed are learned.
    fn learn(&mut self, now: i64) {
        self.table.age(now);
        self.gain.age(now);
        self.chance.age(now);
        self.gain_curve.age(now);
        self.chance_curve.age(now);
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
                self.learn_hits(&oldest, now);
            }
        }
        self.snapshots = snapshots;
        if has_learned {
            self.gain.fit(&GAIN_PRIOR, &[STRENGTH; SIZE]);
            self.chance.fit(&CHANCE_PRIOR, &[STRENGTH; SIZE]);
        }
    }

    fn frame(&self, snapshot: &Snapshot) -> Frame {
        Frame {
            length: f64::from(snapshot.length),
            scale: f64::from(snapshot.scale),
            step: self.age_step(),
            candidates: snapshot.rows.len(),
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
            self.gain.learn(&features(&row.sight, &frame, &row.says.map(f64::from)), share, 1.0);
            self.gain_curve.learn(f64::from(row.score), gain / top);
        }
        true
    }

    fn learn_hits(&mut self, snapshot: &Snapshot, _now: i64) {
        let depth = self.zone.depth();
        if depth == 0 {
            return;
        }
        let frame = self.frame(snapshot);
        for row in &snapshot.rows {
            let has_been = row.sight.best > 0 && row.sight.best <= depth;
            let Some(item) = self.items.get(&row.serial) else { continue };
            if has_been {
                continue;
            }
            let is_hit = item.was_in(depth);
            let outcome = f64::from(u8::from(is_hit));
            let bins = Bins::of(&row.sight, frame.step as f32, frame.scale as f32);
            self.table.learn_hit(bins, is_hit);
            self.chance.learn(&features(&row.sight, &frame, &row.says.map(f64::from)), outcome, 1.0);
            self.chance_curve.learn(f64::from(row.chance), outcome);
        }
    }
}

pub(super) const STRENGTH: f64 = 30.0;

fn target(ratio: f64) -> f64 {
    ratio.min(1.0)
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
