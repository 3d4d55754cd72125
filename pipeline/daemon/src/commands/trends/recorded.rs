//! `reelpress trends replay` and `same`: on files, without config, data folder or network.

use std::path::Path;
use std::time::Duration;

use indicatif::ProgressDrawTarget;
use reelpress_trends::replay::{self, Options};
use reelpress_trends::same;
use tokio::time::Instant;

use super::print::safe;
use crate::cli::trends::Replay;
use crate::exit::{Exit, coded};
use crate::{progress, say};

/// Shorter work needs no bar.
const SHOWN_AFTER: Duration = Duration::from_secs(2);

pub(super) fn replay(order: &Replay) -> anyhow::Result<Exit> {
    let begun = Instant::now();
    let bar = progress::counted("replay  {pos} polls, {elapsed}");
    let options = Options { alerts_per_day: order.alerts_per_day };
    let mut is_shown = false;
    let done = replay::replay(&order.input, &order.out, &options, &mut |polls| {
        if !is_shown && begun.elapsed() >= SHOWN_AFTER {
            is_shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(polls);
    });
    bar.finish_and_clear();
    let summary = done.map_err(|error| coded(Exit::BadInput, error.to_string()))?;
    for source in &summary.sources {
        say::line(format!(
            "{}  {} polls from {} to {}, {} reports, {} alerts{}",
            source.source,
            source.polls,
            source.first.strftime("%Y-%m-%d"),
            source.last.strftime("%Y-%m-%d"),
            source.reports,
            source.alerts,
            trouble(source)
        ));
    }
    for line in &summary.bad_lines {
        say::remark(format!("passed over: {line}"));
    }
    if summary.bad > summary.bad_lines.len() as u64 {
        say::remark(format!("passed over: {} lines in all", summary.bad));
    }
    say::remark(format!("written to {}", order.out.display()));
    Ok(Exit::Ok)
}

fn trouble(source: &replay::Replayed) -> String {
    let told = [(source.empty, "empty"), (source.frozen, "frozen"), (source.backwards, "back in time")];
    let told = told.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    told.collect::<Vec<_>>().concat()
}

pub(super) fn same(pairs: &Path, json: bool) -> anyhow::Result<Exit> {
    let file = std::fs::File::open(pairs)
        .map_err(|error| coded(Exit::BadInput, format!("could not read {}: {error}", pairs.display())))?;
    let report = same::judge_pairs(std::io::BufReader::new(file))
        .map_err(|error| coded(Exit::BadInput, format!("{}: {error}", pairs.display())))?;
    if json {
        say::json(&report)?;
    } else {
        for pair in &report.pairs {
            say::line(format!("{:<5}  {:.2}  {}", pair.verdict, pair.score, safe(&pair.reasons.join("; "))));
        }
        let all = report.measures.iter().map(|measures| ("all".to_owned(), measures));
        let by_language = report.by_language.iter().map(|(language, measures)| (language.clone(), measures));
        for (name, measures) in all.chain(by_language) {
            say::line(format!(
                "{name:<5}  {} pairs  F1 {:.3}  precision {:.3}  recall {:.3}  ({} false merges, {} missed)",
                measures.pairs,
                measures.f1,
                measures.precision,
                measures.recall,
                measures.false_merges,
                measures.missed
            ));
        }
    }
    Ok(Exit::Ok)
}
