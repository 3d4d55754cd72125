//! The closed forms that the watch is compared with.

use super::past::{DAY, MONTH, Past};

/// A closed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    RawDay,
    DayRatio,
    Mastodon,
    MastodonWeek,
    EwmaZ,
    Kleinberg,
    Velocity,
    Z,
    FreshZ,
}

/// All of them, as the table names them.
pub(super) const FORMS: [(Form, &str); 9] = [
    (Form::RawDay, "raw count 24 h"),
    (Form::DayRatio, "day-over-day ratio"),
    (Form::Mastodon, "Mastodon (base yesterday)"),
    (Form::MastodonWeek, "Mastodon (base 7-day mean)"),
    (Form::EwmaZ, "EWMA z, 6 h bins"),
    (Form::Kleinberg, "Kleinberg, 28 d"),
    (Form::Velocity, "velocity 6 h"),
    (Form::Z, "z of 6 h against 28 d"),
    (Form::FreshZ, "fresh z + log velocity"),
];

impl Form {
    /// The score of a term at the start of bin `now`.
    pub(super) fn score(self, past: &Past, term: u32, now: usize) -> f64 {
        let unit = past.unit;
        let six = past.gained(term, now.saturating_sub(1), now);
        let day = |back: usize| past.gained(term, now.saturating_sub(DAY * back + DAY), now.saturating_sub(DAY * back));
        let z = |x: f64, mean: f64| (x - mean) / (unit * (mean + unit)).sqrt();
        match self {
            Self::RawDay => day(0),
            Self::DayRatio => (day(0) + unit) / (day(1) + unit),
            Self::Mastodon => unusual(day(0), day(1), unit),
            Self::MastodonWeek => unusual(day(0), (1..=7).map(day).sum::<f64>() / 7.0, unit),
            Self::EwmaZ => ewma_z(past, term, now),
            Self::Kleinberg => kleinberg(past, term, now),
            Self::Velocity => six,
            Self::Z => z(six, past.mean(term, now.saturating_sub(1))),
            Self::FreshZ => {
                let fresh = past.cells(term, now.saturating_sub(1), now).map(|(_, cell)| cell.fresh).sum::<f64>();
                let mean = past.mean(term, now.saturating_sub(1));
                z(fresh, mean) + (six / unit).ln_1p()
            }
        }
    }
}

/// Mastodon's `(observed - expected)^2 / expected`, for more than expected only.
fn unusual(observed: f64, expected: f64, unit: f64) -> f64 {
    let expected = expected.max(unit);
    if observed <= expected { 0.0 } else { (observed - expected).powi(2) / expected }
}

/// `SigniTrend`: moving mean and variance (half-life of a day), the last bin against them, with a bias term.
fn ewma_z(past: &Past, term: u32, now: usize) -> f64 {
    let weight = 1.0 - 0.5_f64.powf(0.25);
    let from = now.saturating_sub(MONTH);
    let (mut mean, mut variance, mut next) = (0.0_f64, 0.0_f64, from);
    let mut take = |x: f64, mean: &mut f64| {
        let off = x - *mean;
        *mean += weight * off;
        variance = (1.0 - weight) * (variance + weight * off * off);
    };
    for (bin, cell) in past.cells(term, from, now.saturating_sub(1)) {
        (next..bin).for_each(|_| take(0.0, &mut mean));
        take(cell.gained, &mut mean);
        next = bin + 1;
    }
    (next..now.saturating_sub(1)).for_each(|_| take(0.0, &mut mean));
    let x = past.gained(term, now.saturating_sub(1), now);
    (x - mean.max(past.unit)) / (variance.sqrt() + past.unit)
}

/// Kleinberg's two states (rate doubled, cost of rising 1 times the logarithm of the length): how
/// much better the best path that ends in a burst is than the best that ends at rest.
fn kleinberg(past: &Past, term: u32, now: usize) -> f64 {
    let from = now.saturating_sub(MONTH);
    let total = past.totals[from..now].iter().sum::<f64>();
    let rest = past.gained(term, from, now) / total.max(f64::MIN_POSITIVE);
    if rest <= 0.0 {
        return 0.0;
    }
    let burst = (2.0 * rest).min(0.99);
    #[expect(clippy::cast_precision_loss, reason = "at most 112")]
    let rise = ((now - from).max(2) as f64).ln();
    let mut cells = past.cells(term, from, now).peekable();
    let (mut at_rest, mut in_burst) = (0.0_f64, f64::NEG_INFINITY);
    for (bin, all) in (from..now).zip(&past.totals[from..now]) {
        let gained = cells.next_if(|(at, _)| *at == bin).map_or(0.0, |(_, cell)| cell.gained);
        let usual = (all - gained).max(0.0) * ((1.0 - burst) / (1.0 - rest)).ln();
        let gain = (gained * (burst / rest).ln() + usual) / past.unit;
        let rested = at_rest.max(in_burst);
        in_burst = in_burst.max(at_rest - rise) + gain;
        at_rest = rested;
    }
    let weight = (in_burst - at_rest).max(0.0);
    weight + past.gained(term, now.saturating_sub(1), now) / (past.unit * 1e6)
}
