//! Track E: feeds that freeze, answer with nothing, go back in time or come late.

use jiff::Timestamp;
use reelpress_trends::rising::{Health, Watch};

use crate::series::{DAY, HOUR, Series, Step};
use crate::synthetic;
use reelpress_figures::{Budget, Figures, tell};

/// Polls each fixture goes on for after its fault began.
const AFTER: usize = 60;

fn feed(watch: &mut Watch, series: &Series, step: &Step, at: i64) -> Health {
    Timestamp::from_second(at).map_or(Health::Backwards, |at| watch.poll(at, &series.seen(step)))
}

/// Plays two thirds of a feed, then shows its last poll again and again: after how many is it flagged?
fn polls_until_frozen(series: &Series) -> Option<usize> {
    let mut watch = Watch::default();
    let healthy = &series.steps[..series.steps.len() * 2 / 3];
    for step in healthy {
        feed(&mut watch, series, step, step.at);
    }
    let last = healthy.last()?;
    let cadence = series.cadence();
    (1..=AFTER).find(|n| matches!(feed(&mut watch, series, last, last.at + *n as i64 * cadence), Health::Frozen { .. }))
}

/// How often a feed that lives is called frozen. Each content is shown `times` times: a slow feed that is polled often.
fn false_alarms(series: &Series, times: i64) -> usize {
    let mut watch = Watch::default();
    let every = series.cadence() / times;
    let shown = series.steps.iter().flat_map(|step| (0..times).map(move |n| (step, step.at + n * every)));
    shown.filter(|(step, at)| matches!(feed(&mut watch, series, step, *at), Health::Frozen { .. })).count()
}

/// Whether an empty answer changes nothing: same standings after it, and the same ones a day later.
fn empty_changes_nothing(series: &Series) -> bool {
    let (mut plain, mut holed) = (Watch::default(), Watch::default());
    for (index, step) in series.steps.iter().enumerate() {
        feed(&mut plain, series, step, step.at);
        feed(&mut holed, series, step, step.at);
        if index % 7 == 3
            && let Ok(at) = Timestamp::from_second(step.at + 60)
        {
            let before = holed.standings(at);
            if !matches!(holed.poll(at, &[]), Health::Empty { .. }) || holed.standings(at) != before {
                return false;
            }
        }
    }
    let end = series.steps.last().map_or(0, |step| step.at);
    Timestamp::from_second(end).is_ok_and(|at| plain.standings(at) == holed.standings(at))
}

/// Whether a poll from the past is ignored.
fn past_is_ignored(series: &Series) -> bool {
    let mut watch = Watch::default();
    for step in &series.steps {
        feed(&mut watch, series, step, step.at);
    }
    let before = watch.clone();
    let Some(first) = series.steps.first() else { return false };
    matches!(feed(&mut watch, series, first, first.at), Health::Backwards) && watch == before
}

/// A gap of six hours or a daily list that is a day late: does anything that was on the list before count as fallen?
fn gap_is_no_drop(series: &Series, gap: i64) -> bool {
    let mut watch = Watch::default();
    let (before, after) = series.steps.split_at(series.steps.len() / 2);
    for step in before {
        feed(&mut watch, series, step, step.at);
    }
    let (Some(last), Some(next)) = (before.last(), after.first()) else { return false };
    let at = last.at + gap;
    let health = feed(&mut watch, series, next, at);
    let known = Timestamp::from_second(at).map(|at| watch.standings(at)).unwrap_or_default();
    health == Health::Well && known.len() >= next.spots.len()
}

pub(crate) fn run(figures: &mut Figures) {
    tell("\nE: feeds that fail");
    let mut slowest = 0;
    let mut alarms = 0;
    let mut is_kept = true;
    for recipe in &synthetic::RECIPES {
        let series = synthetic::make(recipe).0;
        let frozen = polls_until_frozen(&series);
        slowest = slowest.max(frozen.unwrap_or(AFTER));
        let often = if series.is_daily() { 48 } else { 1 };
        let false_ones = false_alarms(&series, often);
        alarms += false_ones;
        let gap = if series.is_daily() { 2 * DAY } else { 6 * HOUR + series.cadence() };
        let checks = [empty_changes_nothing(&series), past_is_ignored(&series), gap_is_no_drop(&series, gap)];
        is_kept &= checks.iter().all(|is_right| *is_right);
        tell(&format!(
            "  {:<30} frozen: flagged after {} polls; living: {false_ones} false alarms; empty, past, gap: {}",
            series.name,
            frozen.map_or_else(|| "no".to_owned(), |polls| polls.to_string()),
            checks.map(|is_right| if is_right { "kept" } else { "BROKEN" }).join(", ")
        ));
    }
    figures.judge("trends.e_frozen_polls", slowest as f64, "polls until flagged, slowest", Budget::AtMost(6.0));
    figures.judge("trends.e_false_alarms", alarms as f64, "polls of living feeds", Budget::AtMost(0.0));
    figures.judge("trends.e_kept", f64::from(u8::from(is_kept)), "empty, past and late polls", Budget::AtLeast(1.0));
}
