//! Replays recorded polls through the trends stage in virtual time, one by one, and prints what it foresaw beside closed
//! forms.
#![forbid(unsafe_code)]
#![allow(dead_code, reason = "lab")]

mod baselines;
mod judge;
mod ours;
mod recordings;
mod series;

use std::collections::BTreeMap;
use series::*;

fn parse(path: &str) -> Vec<Series> {
    recordings::load(std::path::Path::new(path)).unwrap().into_iter().map(|recording| {
        let mut ids = Vec::new();
        let mut index = BTreeMap::new();
        let mut has_counts = 0; let mut n = 0;
        let steps: Vec<Step> = recording.polls.iter().filter(|p| !p.items.is_empty()).map(|poll| Step { at: poll.at.as_second(), spots: poll.items.iter().enumerate().map(|(i, item)| {
            let key = item["id"].as_str().map(str::to_owned).unwrap_or_else(|| item["title"].as_str().unwrap_or("").to_owned());
            let id = *index.entry(key.clone()).or_insert_with(|| { ids.push(key); ids.len() as u32 - 1 });
            let count = item["score"].as_u64(); n += 1; if count.is_some() { has_counts += 1; }
            Spot { id, rank: item["rank"].as_u64().unwrap_or(i as u64 + 1) as u16, count }
        }).collect() }).collect();
        Series { name: recording.source, ids, steps, has_ranks: true, has_counts: 2 * has_counts > n }
    }).collect()
}

fn judge_one(series: &Series, full: bool) -> (f64, f64, f64) {
    let clock = std::time::Instant::now();
    let histories = Histories::of(series);
    let truth = judge::Attention::of(series, &histories);
    let top = judge::Top::of(series);
    let past = baselines::Past::of(series, &histories);
    let oracle = truth.oracle();
    let ceiling = top.ceiling();
    println!("== {} polls {} reports {} list {} oracle {:.3} zone {} hits/d {:.1} budget {} ceiling {:.3}", series.name, series.steps.len(), truth.times.len(), series.length(), oracle, top.zone, top.hits.len() as f64/series.days(), top.per_day, ceiling);
    let mut best: f64 = 0.0; let mut best_b: f64 = 0.0;
    for (form, name) in baselines::FORMS {
        let wanted = matches!(form, baselines::Form::OwnRank | baselines::Form::Velocity | baselines::Form::RankMomentum);
        if !full && !wanted { continue; }
        let p = truth.precision(&baselines::reports(form, &past, &truth));
        let early = top.judge(&baselines::alerts(form, &past, series, &top));
        if wanted && form != baselines::Form::RankMomentum { best = best.max(p); }
        best_b = best_b.max(early.recall);
        println!("  {name:<26} A {p:.3} {:.3}   B {:.3}/{:.3} {:.3} lead {:.2}", p/oracle, early.recall, early.precision, early.recall/ceiling, early.lead_hours);
    }
    let clock2 = std::time::Instant::now();
    let ours = ours::replay(series, &truth, &top);
    let spent = clock2.elapsed();
    let p = truth.precision(&ours.reports);
    let early = top.judge(&ours.alerts);
    let (ece, brier) = ours::calibration(&ours.chances);
    let days = series.days();
    println!("  {:<26} A {p:.3} {:.3}   B {:.3}/{:.3} {:.3} lead {:.2} ece {ece:.4} brier {brier:.4} zone {} alerts/d {:.1}  d-A {:+.3} d-B {:+.3} ({spent:.1?} of {:.1?})", "OURS", p/oracle, early.recall, early.precision, early.recall/ceiling, early.lead_hours, ours.zone, ours.alerts.len() as f64/days, p-best, early.recall-best_b, clock.elapsed());
    (p/oracle, early.recall/ceiling, p-best)
}

fn main() {
    let full = std::env::args().any(|a| a == "full");
    let only: Option<String> = std::env::args().nth(1).filter(|a| a != "full");
    let hn = parse("/work/shared/data/trends/hn-frontpage-2021-11_2022-01/snapshots.ndjson.gz").remove(0);
    let zh = parse("/work/shared/data/trends/zhihu-format-sample/snapshots-3days.ndjson.gz").remove(0);
    let all = vec![hn.clone(), hn.thinned(2), hn.thinned(4), hn.ranks_only(), hn.ranks_only().thinned(2), hn.counts_only(), hn.daily(), hn.ranks_only().daily(), hn.head(14), hn.ranks_only().head(14), hn.thinned(2).ranks_only().head(30), zh];
    let (mut a, mut b, mut n) = (0.0, 0.0, 0.0);
    for series in &all {
        if only.as_ref().is_some_and(|only| *only != series.name) { continue; }
        let (x, y, _) = judge_one(series, full);
        a += x; b += y; n += 1.0;
    }
    println!("MEAN A {:.4} B {:.4}", a/n, b/n);
}
