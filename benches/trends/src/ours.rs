//! Our own score, through the code that the press runs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use reelpress_trends::rising::Watch;

use crate::judge::{Attention, Top};
use crate::series::Series;

/// What our watch said in one replay.
pub(crate) struct Ours {
    pub(crate) reports: Vec<Vec<u32>>,
    pub(crate) alerts: Vec<(i64, u32)>,
    /// Probability and what came of it, for every item that could still enter the zone, at each report.
    pub(crate) chances: Vec<(f64, bool)>,
    pub(crate) zone: u32,
}

pub(crate) fn replay(series: &Series, truth: &Attention, top: &Top) -> Ours {
    let ids: BTreeMap<&str, u32> = series.ids.iter().enumerate().map(|(index, id)| (id.as_str(), index as u32)).collect();
    let mut watch = Watch::new(top.per_day);
    let mut ours = Ours { reports: Vec::new(), alerts: Vec::new(), chances: Vec::new(), zone: 0 };
    let mut due = truth.times.iter().copied().peekable();
    for step in &series.steps {
        while let Some(t) = due.next_if(|t| *t < step.at) {
            report(&mut ours, &watch, &ids, top, t);
        }
        let Ok(at) = Timestamp::from_second(step.at) else { continue };
        watch.poll(at, &series.seen(step));
        for alert in watch.alerts(at) {
            ours.alerts.push((step.at, ids[alert.key.as_str()]));
        }
    }
    for t in due {
        report(&mut ours, &watch, &ids, top, t);
    }
    ours.zone = watch.zone();
    ours
}

fn report(ours: &mut Ours, watch: &Watch, ids: &BTreeMap<&str, u32>, top: &Top, t: i64) {
    let Ok(at) = Timestamp::from_second(t) else { return };
    let standings = watch.standings(at);
    let items: Vec<u32> = standings.iter().map(|standing| ids[standing.key.as_str()]).collect();
    if t + crate::series::DAY <= top.end() {
        for (standing, id) in standings.iter().zip(&items) {
            let zone = standing.why.zone;
            let hit = top.first_hit_of(*id, zone);
            let was_there = standing.best_rank.is_some_and(|best| best <= zone);
            if !was_there && hit.is_none_or(|hit| hit > t) {
                ours.chances.push((standing.chance, hit.is_some_and(|hit| hit - t <= crate::series::DAY)));
            }
        }
    }
    ours.reports.push(items);
}

/// Expected calibration error over ten equal steps, and the Brier score.
pub(crate) fn calibration(chances: &[(f64, bool)]) -> (f64, f64) {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    let mut brier = 0.0;
    for (chance, hit) in chances {
        let outcome = f64::from(u8::from(*hit));
        let bin = &mut bins[((chance * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1.0, bin.1 + chance, bin.2 + outcome);
        brier += (chance - outcome).powi(2);
    }
    let all = chances.len().max(1) as f64;
    (bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum::<f64>() / all, brier / all)
}
