//! Track C: every six hours 50 terms are named; right are those among the 50 most above their 28-day mean over the next 24
//! hours.
//!
//! Terms are those of `terms_of`; attention is what was gained between polls; above means the
//! difference, not the ratio; a term counts with four items in 28 days. All forms choose from the same candidates.

mod feed;
mod forms;
mod past;
mod synthetic;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reelpress_trends::{TermStanding, TermWatch};

use crate::recordings::Recording;
use feed::{Feed, Unit};
use forms::FORMS;
use past::{BIN, DAY, LENGTH, Past, best};

/// What one score reached on one feed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Precision {
    pub(crate) score: &'static str,
    pub(crate) at_50: f64,
    pub(crate) at_20: f64,
}

/// Track C of one feed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) feed: String,
    pub(crate) reports: usize,
    /// The share of right terms that could be named at all.
    pub(crate) oracle: f64,
    /// Right terms that the watch's chances promised, and that came: the mean over reports.
    pub(crate) promised: f64,
    pub(crate) came: f64,
    /// The watch first (`likely`, then `rising`), then the closed forms.
    pub(crate) precisions: Vec<Precision>,
}

impl Outcome {
    /// The watch's precision at 50: `trends.c_p50` is its mean over feeds.
    pub(crate) fn ours(&self) -> f64 {
        self.precisions.first().map_or(0.0, |precision| precision.at_50)
    }

    /// The best closed form's precision at 50.
    pub(crate) fn best_form(&self) -> f64 {
        self.precisions.iter().skip(2).map(|precision| precision.at_50).fold(0.0, f64::max)
    }
}

/// Track C of every recording that is long enough for a report.
pub(crate) fn run(recordings: &[Recording]) -> Vec<Outcome> {
    recordings.iter().filter_map(|recording| judge(&Feed::of(recording))).collect()
}

/// The same feeds told otherwise: ranks only, new items only, polled four times less, the first half; and a synthetic
/// feed. They say whether a constant fits one feed only; they are no part of the mean.
pub(crate) fn run_variants(recordings: &[Recording]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for recording in recordings {
        let mut half = recording.polls.clone();
        half.truncate(half.len() / 2);
        let half = Recording { source: recording.source.clone(), polls: half };
        let variants = [
            (Feed::with(recording, Unit::Rank, 1), "ranks"),
            (Feed::with(recording, Unit::New, 1), "new items"),
            (Feed::with(recording, Unit::Count, 4), "polled 1/4"),
            (Feed::with(recording, Unit::Rank, 45), "daily ranks"),
            (Feed::of(&half), "first half"),
        ];
        outcomes.extend(variants.into_iter().filter_map(|(feed, name)| {
            let name = format!("{} ({name})", feed.name);
            judge(&Feed { name, ..feed })
        }));
    }
    outcomes.extend(judge(&Feed::of(&synthetic::recording(7))));
    outcomes
}

/// The mean of the watch's precision at 50 over feeds: the key `trends.c_p50`.
pub(crate) fn mean(outcomes: &[Outcome]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of feeds")]
    let feeds = outcomes.len().max(1) as f64;
    outcomes.iter().map(Outcome::ours).sum::<f64>() / feeds
}

/// The table of one feed.
pub(crate) fn table(outcome: &Outcome) -> String {
    let head = format!(
        "C {}: {} reports, oracle {:.3}, promised {:.1} came {:.1}, best form {:.3}\n",
        outcome.feed,
        outcome.reports,
        outcome.oracle,
        outcome.promised,
        outcome.came,
        outcome.best_form()
    );
    let rows = outcome.precisions.iter();
    rows.fold(head, |text, row| format!("{text}  {:<28} {:.3} / {:.3}\n", row.score, row.at_50, row.at_20))
}

fn judge(feed: &Feed) -> Option<Outcome> {
    let past = Past::of(feed);
    let numbers = feed.terms.iter().map(String::as_str).zip(0_u32..).collect::<BTreeMap<_, _>>();
    let mut replay = Replay::default();
    let mut watch = TermWatch::default();
    let mut steps = feed.steps.iter().peekable();
    for now in past.first_report()..(past.bins.checked_sub(DAY)?) {
        let seconds = past.start + i64::try_from(now).unwrap_or(0) * BIN;
        let at = Timestamp::from_second(seconds).ok()?;
        while let Some(step) = steps.next_if(|step| step.at < seconds) {
            watch.poll(Timestamp::from_second(step.at).ok()?, &feed.seen(step));
        }
        let standings = watch.standings(at);
        let truth = past.truth(now, &feed.terms);
        let candidates = past.candidates(now);
        replay.reports += 1;
        replay.oracle += share(&candidates, &truth, LENGTH);
        let named = |chosen: Vec<&TermStanding>| -> Vec<u32> {
            chosen.iter().filter_map(|standing| numbers.get(standing.term.as_str()).copied()).take(LENGTH).collect()
        };
        let likely = named(standings.iter().collect());
        replay.promised += standings.iter().take(LENGTH).map(|standing| standing.probability).sum::<f64>();
        #[expect(clippy::cast_precision_loss, reason = "50")]
        let length = LENGTH as f64;
        replay.came += share(&likely, &truth, LENGTH) * length;
        replay.count("the watch: likely", &likely, &truth);
        replay.count("the watch: rising", &named(standings.iter().filter(|one| one.is_rising()).collect()), &truth);
        for (form, name) in FORMS {
            let scored = candidates.iter().map(|term| (*term, form.score(&past, *term, now)));
            replay.count(name, &best(scored, &feed.terms), &truth);
        }
    }
    replay.outcome(&feed.name)
}

#[derive(Default)]
struct Replay {
    reports: usize,
    oracle: f64,
    promised: f64,
    came: f64,
    sums: Vec<Precision>,
}

impl Replay {
    fn count(&mut self, score: &'static str, named: &[u32], truth: &BTreeSet<u32>) {
        let (at_50, at_20) = (share(named, truth, LENGTH), share(named, truth, 20));
        if let Some(sum) = self.sums.iter_mut().find(|sum| sum.score == score) {
            sum.at_50 += at_50;
            sum.at_20 += at_20;
        } else {
            self.sums.push(Precision { score, at_50, at_20 });
        }
    }

    fn outcome(self, feed: &str) -> Option<Outcome> {
        if self.reports == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "some hundred reports")]
        let reports = self.reports as f64;
        let mean = |sum: Precision| Precision { at_50: sum.at_50 / reports, at_20: sum.at_20 / reports, ..sum };
        Some(Outcome {
            feed: feed.to_owned(),
            reports: self.reports,
            oracle: self.oracle / reports,
            promised: self.promised / reports,
            came: self.came / reports,
            precisions: self.sums.into_iter().map(mean).collect(),
        })
    }
}

/// The share of `of` places whose term is right: a short list loses.
fn share(named: &[u32], truth: &BTreeSet<u32>, of: usize) -> f64 {
    let named = if named.len() > of && of < LENGTH { &named[..of] } else { named };
    #[expect(clippy::cast_precision_loss, reason = "at most 50 are right")]
    let share = named.iter().filter(|term| truth.contains(term)).count() as f64 / of as f64;
    share
}
