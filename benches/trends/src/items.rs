//! Tracks A and B: every feed through our score and through the closed forms, side by side.

use std::collections::BTreeMap;
use std::path::Path;

use reelpress_trends::replay::{Attention, Poll, polls};

use crate::baselines::{self, FORMS, Form, Past};
use crate::judge::{Attention as Truth, Early, Top};
use crate::ours;
use crate::series::{Histories, Series, Spot, Step};
use crate::synthetic;
use reelpress_figures::{Budget, Figures, tell};

/// Recordings shorter than this are shown, but are no part of the means: they end before anything is learned.
const SHORTEST_DAYS: f64 = 10.0;

/// What one feed came to.
pub(crate) struct Judged {
    /// Whether it is a feed of its own; else a copy that was changed (thinned, without counts, ..).
    is_feed: bool,
    is_recorded: bool,
    /// Share of the attainable P@20, ours and the better of own rank and velocity.
    a_share: f64,
    a_margin: f64,
    b_share: f64,
    ece: f64,
    brier: f64,
}

/// Judges what is recorded under `input` and the synthetic feeds, and prints a table for each.
pub(crate) fn run(input: Option<&Path>) -> anyhow::Result<Vec<Judged>> {
    let mut judged = Vec::new();
    tell(
        "A: P@20 of the next 6 h (24 h for daily lists), its share of the attainable; B: recall and precision of alerts",
    );
    for series in input.map(recorded).transpose()?.unwrap_or_default() {
        if series.days() < SHORTEST_DAYS {
            tell(&format!("{}: {:.1} days are too few to be judged", series.name, series.days()));
            continue;
        }
        judged.push(Judged { is_recorded: true, ..judge_one(&series, true) });
        for copy in copies(&series) {
            judged.push(Judged { is_feed: false, is_recorded: true, ..judge_one(&copy, false) });
        }
    }
    for recipe in &synthetic::RECIPES {
        let (series, bursts) = synthetic::make(recipe);
        let (one, found) = judge_with(&series, true, &bursts);
        judged.push(one);
        tell(&format!(
            "  bursts that reached the top: {}; announced before: {}, {:.1} h before",
            found.0, found.1, found.2
        ));
    }
    Ok(judged)
}

/// The same feed polled less often, and without one of its two kinds of numbers: stand-ins for feeds that nobody recorded.
fn copies(series: &Series) -> Vec<Series> {
    let mut copies = Vec::new();
    if !series.is_daily() {
        copies.extend([series.thinned(2), series.thinned(4)]);
    }
    if series.has_counts && series.has_ranks {
        copies.extend([series.ranks_only(), series.ranks_only().thinned(2), series.counts_only()]);
    }
    copies
}

/// Every source under `input`, through the reader of the replay.
fn recorded(input: &Path) -> anyhow::Result<Vec<Series>> {
    let mut sources = BTreeMap::<String, Vec<Poll>>::new();
    for poll in polls(input)?.filter_map(Result::ok).filter(|poll| !poll.items.is_empty()) {
        sources.entry(poll.source.clone()).or_default().push(poll);
    }
    Ok(sources.into_iter().map(|(name, polls)| series(name, &polls)).collect())
}

fn series(name: String, polls: &[Poll]) -> Series {
    let mut attention = Attention::default();
    for poll in polls {
        attention.learn(poll.items.iter().map(|item| (item.key.as_str(), item.counts.as_slice())));
    }
    let count = attention.name();
    let mut index = BTreeMap::<&str, u32>::new();
    let mut ids = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for poll in polls {
        let at = poll.at.as_second();
        if steps.last().is_some_and(|last| last.at >= at) {
            continue;
        }
        let spot = |(place, item)| {
            let (place, item): (usize, &reelpress_trends::replay::Entry) = (place, item);
            let id = *index.entry(&item.key).or_insert_with(|| {
                ids.push(item.key.clone());
                ids.len() as u32 - 1
            });
            let rank = item.rank.map_or(place + 1, |rank| rank as usize);
            let count = count.and_then(|name| Attention::value(name, &item.counts));
            Spot { id, rank: rank.min(usize::from(u16::MAX)) as u16, count }
        };
        let spots = poll.items.iter().enumerate().map(spot).collect();
        steps.push(Step { at, spots });
    }
    let has_ranks = polls.iter().any(|poll| poll.items.iter().any(|item| item.rank.is_some()));
    Series { name, ids, steps, has_ranks, has_counts: count.is_some() }
}

fn head(series: &Series, truth: &Truth, top: &Top) {
    tell(&format!(
        "\n{}: {} polls, {} reports judged, attainable {:.3}; top {} of {}, {:.0} hits a day, {} alerts a day, {:.3} of \
         the hits seen before",
        series.name,
        series.steps.len(),
        truth.times.len(),
        truth.oracle(),
        top.zone,
        series.length(),
        top.hits.len() as f64 / series.days().max(1.0),
        top.per_day,
        top.ceiling(),
    ));
}

fn judge_one(series: &Series, has_all: bool) -> Judged {
    judge_with(series, has_all, &[]).0
}

fn judge_with(series: &Series, has_all: bool, bursts: &[(u32, i64)]) -> (Judged, (usize, usize, f64)) {
    let histories = Histories::of(series);
    let (truth, top) = (Truth::of(series, &histories), Top::of(series));
    let past = Past::of(series, &histories);
    let (oracle, ceiling) = (truth.oracle().max(1e-9), top.ceiling().max(1e-9));
    head(series, &truth, &top);
    let line = |name: &str, precision: f64, early: &Early| {
        tell(&format!(
            "  {name:<26} A {precision:.3} {:.3}   B {:.3}/{:.3} {:.3}, lead {:.2} h",
            precision / oracle,
            early.recall,
            early.precision,
            early.recall / ceiling,
            early.lead_hours
        ));
    };
    let mut best = 0.0_f64;
    for (form, name) in FORMS {
        let is_bar = matches!(form, Form::OwnRank | Form::Velocity);
        if !has_all && !is_bar {
            continue;
        }
        let precision = truth.precision(&baselines::reports(form, &past, &truth));
        line(name, precision, &top.judge(&baselines::alerts(form, &past, series, &top)));
        if is_bar {
            best = best.max(precision);
        }
    }
    let ours = ours::replay(series, &truth, &top);
    let (precision, early) = (truth.precision(&ours.reports), top.judge(&ours.alerts));
    let (ece, brier) = ours::calibration(&ours.chances);
    line("REELPRESS", precision, &early);
    tell(&format!(
        "  margin over the better of rank and velocity {:+.3}; chances: error {ece:.4}, Brier {brier:.4}; zone {}",
        precision - best,
        ours.zone
    ));
    let judged = Judged {
        is_feed: true,
        is_recorded: false,
        a_share: precision / oracle,
        a_margin: precision - best,
        b_share: early.recall / ceiling,
        ece,
        brier,
    };
    (judged, top.bursts(bursts, &ours.alerts))
}

/// The means over feeds, beside their budgets. Changed copies count for the worst margin alone.
pub(crate) fn judge(judged: &[Judged], figures: &mut Figures) {
    let mean = |of: fn(&Judged) -> f64, is_recorded: bool| {
        let own: Vec<f64> = judged.iter().filter(|one| one.is_feed && one.is_recorded == is_recorded).map(of).collect();
        (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
    };
    // What was recorded decides; without recordings, what was made up.
    let is_recorded = judged.iter().any(|one| one.is_recorded);
    let main = |of: fn(&Judged) -> f64| mean(of, is_recorded).unwrap_or(0.0);
    tell(&format!("\nmeans over {} feeds:", if is_recorded { "recorded" } else { "synthetic" }));
    figures.judge("trends.a_share", main(|one| one.a_share), "of the attainable", Budget::AtLeast(0.875));
    figures.judge("trends.b_recall_share", main(|one| one.b_share), "of what was seen", Budget::AtLeast(0.81));
    figures.judge("trends.b_ece", main(|one| one.ece), "calibration error", Budget::AtMost(0.01));
    figures.add("trends.b_brier", main(|one| one.brier), "Brier score");
    let worst = judged.iter().map(|one| one.a_margin).fold(f64::INFINITY, f64::min);
    figures.judge("trends.a_worst_margin", worst, "over rank and velocity", Budget::AtLeast(-0.01));
    figures.add("trends.a_share_synthetic", mean(|one| one.a_share, false).unwrap_or(0.0), "of the attainable");
    figures.add("trends.b_recall_share_synthetic", mean(|one| one.b_share, false).unwrap_or(0.0), "of what was seen");
}
