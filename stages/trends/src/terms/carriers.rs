//! The items that carry terms at present: what each gained, in steps of two hours over the last two days.

use serde::{Deserialize, Serialize};

use super::outcomes::{Class, Direction};

/// Steps of two hours that an item remembers: two days.
pub(super) const STEPS: usize = 24;
/// Steps of the horizon: a day.
pub(super) const DAY: usize = 12;
/// Seconds of a step.
pub(super) const STEP_SECONDS: i64 = 7_200;

/// One item of the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Carrier {
    pub(super) terms: Box<[u32]>,
    /// The account or domain it comes from, if it has one.
    pub(super) voice: Option<Box<str>>,
    /// Seconds since 1970.
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    /// The step it was met in by this watch.
    pub(super) met: i64,
    /// It came while the feed was watched, so its first day is known.
    pub(super) is_new: bool,
    /// The whole title is one term: a chart of tags.
    pub(super) is_term: bool,
    /// By step modulo [`STEPS`].
    gains: [f32; STEPS],
    /// How it stood at the end of each step of the last day, by step modulo [`DAY`].
    classes: [Class; DAY],
}

impl Carrier {
    pub(super) fn new(terms: Box<[u32]>, voice: Option<&str>, first_seen: i64, at: i64, is_new: bool) -> Self {
        Self {
            is_term: terms.len() == 1,
            terms,
            voice: voice.map(Into::into),
            first_seen,
            last_seen: at,
            met: at.div_euclid(STEP_SECONDS),
            is_new,
            gains: [0.0; STEPS],
            classes: [Class::NONE; DAY],
        }
    }

    pub(super) fn gain(&mut self, at: i64, gain: f64) {
        self.last_seen = at;
        // A feed's own count has no more digits than that.
        #[expect(clippy::cast_possible_truncation, reason = "a sum of gains, clamped by the caller")]
        let gain = gain as f32;
        self.gains[slot(at.div_euclid(STEP_SECONDS), STEPS)] += gain;
    }

    /// What it gained in the `steps` steps that end with `last`.
    pub(super) fn sum(&self, last: i64, steps: usize) -> f64 {
        // Later slots hold what is two days old.
        let known = self.last_seen.div_euclid(STEP_SECONDS);
        let steps = (0..=last).rev().take(steps.min(STEPS));
        steps.filter(|step| *step <= known).map(|step| f64::from(self.gains[slot(step, STEPS)])).sum()
    }

    /// What it gained in the `steps` times two hours before `at`, the oldest step in part.
    pub(super) fn recent(&self, at: i64, steps: usize) -> f64 {
        let step = at.div_euclid(STEP_SECONDS);
        // Both are below 7,200.
        #[expect(clippy::cast_precision_loss, reason = "a remainder below 7,200")]
        let part = at.rem_euclid(STEP_SECONDS) as f64 / STEP_SECONDS as f64;
        let whole = self.sum(step, steps);
        let with_oldest = self.sum(step, steps + 1);
        whole + (with_oldest - whole) * (1.0 - part)
    }

    /// The class at `at`, and the gain in two hours that it rests on. `window`: steps between two polls, at least 1.
    pub(super) fn class(&self, at: i64, window: usize) -> (Class, f64) {
        let window = window.clamp(1, DAY);
        let recent = self.recent(at, window);
        let before = self.recent(at, 2 * window) - recent;
        #[expect(clippy::cast_precision_loss, reason = "a handful of steps, and seconds of a few years")]
        let (rate, age, unseen) = (
            recent / window as f64,
            (at - self.first_seen).max(0) as f64 / 3_600.0,
            (at - self.last_seen) as f64 / (window as f64 * STEP_SECONDS as f64),
        );
        let direction = if unseen > 1.0 {
            Direction::Gone
        } else if before <= 0.0 {
            Direction::New
        } else if recent > before * 1.15 {
            Direction::Up
        } else if recent > before * 0.7 {
            Direction::Flat
        } else {
            Direction::Down
        };
        (Class::new(age, rate, direction), rate)
    }

    /// The class of a day before `step` began, to be closed with what was gained since.
    pub(super) fn class_of_a_day_ago(&self, step: i64) -> Class {
        self.classes[slot(step, DAY)]
    }

    pub(super) fn note(&mut self, step: i64, class: Class) {
        self.classes[slot(step, DAY)] = class;
    }

    pub(super) fn forget_classes(&mut self) {
        self.classes = [Class::NONE; DAY];
    }

    /// Makes room for a new step.
    pub(super) fn begin(&mut self, step: i64) {
        self.gains[slot(step, STEPS)] = 0.0;
    }
}

fn slot(step: i64, of: usize) -> usize {
    let of = i64::try_from(of).unwrap_or(1);
    usize::try_from(step.rem_euclid(of)).unwrap_or(0)
}
