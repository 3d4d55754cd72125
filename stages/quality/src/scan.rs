//! Everything about the picture but the captions, in one pass.

use crate::finding::{Finding, Rule, Weight};
use crate::flash::{Flashes, Flashing};
use crate::frame::Frame;
use crate::grid::Grid;
use crate::limits::Limits;
use crate::stretch::{Span, Stretches};

/// Follows the pictures.
#[derive(Debug)]
pub(crate) struct Scan {
    grid: Grid,
    stretches: Stretches,
    flashes: Flashes,
    /// When the last picture goes.
    end_ms: f64,
    frames: u64,
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) findings: Vec<Finding>,
    pub(crate) frames: u64,
    pub(crate) end_ms: f64,
    pub(crate) longest_black_ms: f64,
    pub(crate) longest_frozen_ms: f64,
    pub(crate) black_tail: Option<Span>,
}

impl Scan {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            grid: Grid::default(),
            stretches: Stretches::new(limits.black_ms, limits.frozen_ms),
            flashes: Flashes::new(limits),
            end_ms: 0.0,
            frames: 0,
        }
    }

    /// Takes a frame that is whole.
    pub(crate) fn add(&mut self, frame: &Frame<'_>) {
        self.grid.take(frame);
        self.stretches.add(&self.grid, frame.time_ms, frame.end_ms);
        self.flashes.add(&self.grid, frame.time_ms, frame.end_ms);
        self.end_ms = self.end_ms.max(frame.end_ms);
        self.frames += 1;
    }

    pub(crate) fn finish(self, limits: &Limits) -> Seen {
        let Stretches { black, frozen, .. } = self.stretches;
        let (longest_black_ms, longest_frozen_ms, black_tail) = (black.longest_ms(), frozen.longest_ms(), black.tail());
        let black = black.finish();
        let mut findings = Vec::new();
        let stretch = |rule, weight, limit: f64, span: &Span| {
            over(rule, weight, (span.from_ms, span.to_ms), span.length_ms(), limit, "ms")
        };
        findings.extend(black.iter().map(|span| stretch(Rule::Black, Weight::Block, limits.black_ms, span)));
        // Black does not move either: once is enough.
        let moving = |span: &&Span| !black.iter().any(|b| b.from_ms < span.to_ms && span.from_ms < b.to_ms);
        let frozen = frozen.finish();
        let still = frozen.iter().filter(moving);
        findings.extend(still.map(|span| stretch(Rule::Frozen, Weight::Hold, limits.frozen_ms, span)));
        let (general, red) = self.flashes.finish();
        for (rule, found) in [(Rule::Flash, general), (Rule::RedFlash, red)] {
            findings.extend(found.iter().map(|flashing| of_flashes(rule, flashing, limits)));
        }
        let (frames, end_ms) = (self.frames, self.end_ms);
        Seen { findings, frames, end_ms, longest_black_ms, longest_frozen_ms, black_tail }
    }
}

fn of_flashes(rule: Rule, flashing: &Flashing, limits: &Limits) -> Finding {
    let is_of_screen = f64::from(flashing.screen) >= limits.flash_screen;
    let (weight, share, what) = if is_of_screen {
        (Weight::Block, flashing.screen, "the screen")
    } else {
        (Weight::Hold, flashing.field, "a 10 degree field")
    };
    let time = (flashing.from_ms, flashing.to_ms);
    let finding = over(rule, weight, time, f64::from(flashing.rate), limits.flashes, "flashes a second");
    Finding { about: format!("{:.0} % of {what}", share * 100.0), ..finding }
}

/// A finding that says nothing of its own.
pub(crate) fn over(
    rule: Rule,
    weight: Weight,
    (from_ms, to_ms): (f64, f64),
    measured: f64,
    limit: f64,
    unit: &'static str,
) -> Finding {
    let ms = |value: f64| value.max(0.0).round() as u64;
    let about = String::new();
    Finding { rule, weight, from_ms: ms(from_ms), to_ms: ms(to_ms), measured, limit, unit, about }
}
