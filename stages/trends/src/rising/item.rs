//! One item of a feed: what is remembered of it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The marks of an item reach back two windows; more than this many are never kept.
const MOST_MARKS: usize = 20;

/// Where an item stood at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Seconds since 1970.
    pub(super) at: i64,
    /// Its place on the list, 1 the first; 0 when it was not on it.
    pub(super) place: u16,
    /// What it had collected: its count, or hours on the list.
    pub(super) attention: f32,
}

/// What a feed's memory holds about one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) key: Box<str>,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) published: Option<i64>,
    /// Its place in the last poll; 0 when it was not on the list.
    pub(super) place: u16,
    /// Its best place so far; 0 when it never had one.
    pub(super) best: u16,
    pub(super) count: Option<u64>,
    pub(super) attention: f64,
    /// `attention` as of the poll before the last.
    pub(super) before: f64,
    /// The best chance it had, while it could be announced.
    pub(super) peak: f32,
    pub(super) marks: VecDeque<Mark>,
    /// Whether it was there at the first poll: such survivors say nothing of how new items fare.
    pub(super) is_survivor: bool,
}

impl Item {
    pub(super) fn new(key: &str, at: i64) -> Self {
        Self {
            key: key.into(),
            first: at,
            last: at,
            published: None,
            place: 0,
            best: 0,
            count: None,
            attention: 0.0,
            before: 0.0,
            peak: 0.0,
            marks: VecDeque::new(),
            is_survivor: false,
        }
    }

    pub(super) fn stand(&mut self, place: u16, at: i64) {
        self.place = place;
        self.last = at;
        if place > 0 && (self.best == 0 || place < self.best) {
            self.best = place;
        }
    }

    /// Notes where it stands, at most eight times a window.
    pub(super) fn mark(&mut self, at: i64, window: i64) {
        let mark = Mark { at, place: self.place, attention: self.attention as f32 };
        // The newest mark may be moved while it is young: marks lie an eighth of a window apart.
        while self.marks.len() >= 3 && self.marks.get(1).is_some_and(|second| second.at <= at - 2 * window - window / 8) {
            self.marks.pop_front();
        }
        let newest = self.marks.len();
        if newest >= 2 && at - self.marks[newest - 2].at < window / 8 {
            self.marks.pop_back();
        }
        if self.marks.len() >= MOST_MARKS {
            self.marks.pop_front();
        }
        self.marks.push_back(mark);
    }

    /// The newest mark at or before `at`.
    pub(super) fn mark_at(&self, at: i64) -> Option<Mark> {
        self.marks.iter().rev().find(|mark| mark.at <= at).copied()
    }

    /// Whether it entered a zone of `depth` places at any time.
    pub(super) fn was_in(&self, depth: u16) -> bool {
        self.best > 0 && self.best <= depth
    }
}
