//! What can be said of an item at one moment, without looking ahead.

use serde::{Deserialize, Serialize};

use super::item::Item;

/// How an item moved over the last window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Direction {
    Up,
    Flat,
    Down,
    New,
}

/// What one item looks like at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Sight {
    /// Place on the list; 0 when it is not on it.
    pub(super) place: u16,
    /// Place a window ago; 0 when it was not on the list.
    pub(super) was: u16,
    /// Best place ever; 0 when it had none.
    pub(super) best: u16,
    pub(super) is_new: bool,
    /// Hours since it was first seen.
    pub(super) age: f32,
    /// Attention an hour over the last window.
    pub(super) speed: f32,
    /// The same over the window before.
    pub(super) before: f32,
    /// Attention so far.
    pub(super) level: f32,
    /// How many items of this moment are faster.
    pub(super) faster: u16,
}

impl Sight {
    /// How `item` looks at `at`; windows are `window` seconds long at least, a new item's `fresh`. `faster` is for [`order`]
    /// to fill in.
    pub(super) fn of(item: &Item, at: i64, window: i64, fresh: i64) -> Self {
        let back = item.mark_at(at - window);
        let farther = item.mark_at(at - 2 * window);
        let speed = back.map_or_else(
            || item.attention / hours(fresh_span(item, at, fresh)),
            |mark| (item.attention - f64::from(mark.attention)).max(0.0) / hours((at - mark.at).max(window)),
        );
        let before = match (back, farther) {
            (Some(back), Some(farther)) if back.at > farther.at => {
                f64::from(back.attention - farther.attention).max(0.0) / hours((back.at - farther.at).max(window))
            }
            (Some(back), None) => f64::from(back.attention) / hours(fresh_span(item, back.at, fresh)),
            _ => 0.0,
        };
        Self {
            place: item.place,
            was: back.map_or(0, |mark| mark.place),
            best: item.best,
            is_new: back.is_none(),
            age: hours((at - item.first).max(0)) as f32,
            speed: speed as f32,
            before: before as f32,
            level: item.attention as f32,
            faster: 0,
        }
    }

    pub(super) fn direction(&self) -> Direction {
        if self.is_new {
            return Direction::New;
        }
        match (self.place, self.was) {
            (0, 0) => Direction::Flat,
            (0, _) => Direction::Down,
            (_, 0) => Direction::Up,
            (now, then) if now < then => Direction::Up,
            (now, then) if now > then => Direction::Down,
            _ => Direction::Flat,
        }
    }
}

/// Over which time a new item collected what it has: since it was published where that is told, at least `fresh`.
fn fresh_span(item: &Item, at: i64, fresh: i64) -> i64 {
    let since = item.published.map_or(fresh, |published| at - published);
    since.clamp(fresh, 400 * 24 * 3_600)
}

pub(super) fn hours(seconds: i64) -> f64 {
    seconds as f64 / 3_600.0
}

/// Fills in how many others are faster than each.
pub(super) fn order(sights: &mut [Sight]) {
    let mut by_speed: Vec<usize> = (0..sights.len()).collect();
    by_speed.sort_by(|a, b| sights[*b].speed.total_cmp(&sights[*a].speed));
    for (place, index) in by_speed.into_iter().enumerate() {
        sights[index].faster = u16::try_from(place).unwrap_or(u16::MAX);
    }
}
