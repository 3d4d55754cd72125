//! What the archive says, in the words of a verdict.

use std::time::Duration;

use reelpress_archive::{Archive, Found};
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Axis, Reason, Rule, Ruling};
use reelpress_vocabulary::{Alike, Earlier, Finding, Severity, Span};

/// Stretches that are told of one earlier cut: the longest.
const STRETCHES_MAX: usize = 12;
/// Stretches with a shorter gap between them are told as one.
const GAP_MS: u64 = 1_000;
/// By how much the offsets of two stretches may differ to be one.
const SHIFT_MS: u64 = 500;
/// Frames of a print (twelve a second) of which something must be told: eight are compared, four a second.
const TELLING_MIN: usize = 24;
/// Ids that are named.
const NAMED_MAX: usize = 3;

/// What one earlier cut is held against the new one for.
pub(super) fn finding(found: &Found, prints: &Prints, archive: &Archive, rule: &Rule) -> Option<Finding> {
    let (ruling, reasons) = found.comparison.ruling(rule);
    let severity = match ruling {
        Ruling::Pass => return None,
        Ruling::Hold => Severity::Hold,
        Ruling::Reject => Severity::Block,
    };
    let heaviest = reasons.first()?;
    let whose = match (found.niche.as_str(), found.account.as_str()) {
        ("", "") => "an earlier file".to_owned(),
        (niche, account) => format!("an earlier cut of niche `{niche}`, account `{account}`"),
    };
    let axes = reasons.iter().map(|reason| axis(*reason, rule)).collect::<Vec<_>>().join(", ");
    let alike = merged(alike(found, &reasons, prints, archive));
    Some(Finding {
        rule: rule_of(heaviest.axis).to_owned(),
        severity,
        message: format!("like {whose}: {axes}"),
        evidence: found.id.clone(),
        marks: union(alike.iter().map(|alike| alike.here)),
        earlier: Some(Earlier { item: found.id.clone(), alike }),
    })
}

fn rule_of(axis: Axis) -> &'static str {
    match axis {
        Axis::Frames => "similar.frames",
        Axis::Parts => "similar.parts",
        Axis::Text | Axis::Pattern => "similar.text",
        Axis::Sound(_) => "similar.sound",
    }
}

fn axis(reason: Reason, rule: &Rule) -> String {
    let (word, hold) = match reason.axis {
        Axis::Frames => ("frames", rule.hold),
        Axis::Parts => ("sources on the screen", rule.hold_parts),
        Axis::Text => ("words", rule.hold),
        Axis::Pattern => ("pattern of the sentences", rule.hold_pattern),
        Axis::Sound(_) => ("sound", rule.reject),
    };
    let (verb, limit) = match reason.ruling {
        Ruling::Reject => ("rejected", rule.reject),
        Ruling::Hold | Ruling::Pass => ("held", hold),
    };
    format!("{word} {} ({verb} from {})", percent(reason.share), percent(limit))
}

/// Where both are alike, on the axes that rule. Words have no times of their own.
fn alike(found: &Found, reasons: &[Reason], prints: &Prints, archive: &Archive) -> Vec<Alike> {
    let rules = |axis: &dyn Fn(Axis) -> bool| reasons.iter().any(|reason| axis(reason.axis));
    let comparison = &found.comparison;
    let mut alike = Vec::new();
    if let Some(frames) = comparison.frames.as_ref().filter(|_| rules(&|axis| axis == Axis::Frames)) {
        alike.extend(frames.runs.iter().map(|run| Alike { here: span(run.here_ms), there: span(run.there_ms) }));
    }
    if let Some(parts) = comparison.parts.as_ref().filter(|_| rules(&|axis| axis == Axis::Parts)) {
        let earlier = archive.prints(&found.id);
        let shown = |prints: &Prints, part: u32| prints.parts().get(part as usize).map(|part| span(part.shown_ms));
        alike.extend(parts.pairs.iter().filter_map(|(here, there)| {
            Some(Alike { here: shown(prints, *here)?, there: shown(earlier.as_ref()?, *there)? })
        }));
    }
    if rules(&|axis| matches!(axis, Axis::Sound(_))) {
        let spans = comparison.sounds.iter().flat_map(|(_, _, heard)| &heard.spans);
        alike.extend(spans.map(|(from, to, there)| Alike {
            here: span((*from, *to)),
            there: span((*there, there.saturating_add(to.saturating_sub(*from)))),
        }));
    }
    alike
}

fn span((from, to): (u32, u32)) -> Span {
    Span { start_ms: u64::from(from), end_ms: u64::from(to) }
}

/// Stretches that go on in both cuts become one; of the many that may be left the longest are told, by their time.
fn merged(mut alike: Vec<Alike>) -> Vec<Alike> {
    alike.sort_by_key(|one| (one.here.start_ms, one.there.start_ms, one.here.end_ms));
    let mut merged = Vec::<Alike>::new();
    for next in alike {
        let goes_on = |last: &&mut Alike| {
            let shift = |one: &Alike| i128::from(one.there.start_ms) - i128::from(one.here.start_ms);
            shift(last).abs_diff(shift(&next)) <= u128::from(SHIFT_MS)
                && next.here.start_ms <= last.here.end_ms + GAP_MS
                && next.there.start_ms <= last.there.end_ms + GAP_MS
        };
        match merged.iter_mut().rev().find(goes_on) {
            Some(last) => {
                last.here.end_ms = last.here.end_ms.max(next.here.end_ms);
                last.there.end_ms = last.there.end_ms.max(next.there.end_ms);
            }
            None => merged.push(next),
        }
    }
    merged.sort_by_key(|one| std::cmp::Reverse(one.here.end_ms.saturating_sub(one.here.start_ms)));
    merged.truncate(STRETCHES_MAX);
    merged.sort_by_key(|one| (one.here.start_ms, one.there.start_ms));
    merged
}

/// The same without what lies on each other.
fn union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    let mut union = Vec::<Span>::new();
    for next in spans {
        match union.last_mut().filter(|last| next.start_ms <= last.end_ms + GAP_MS) {
            Some(last) => last.end_ms = last.end_ms.max(next.end_ms),
            None => union.push(next),
        }
    }
    union
}

/// What nothing can be said of: an axis that abstains is no pass.
pub(super) fn not_compared(prints: &Prints, gone: &[String]) -> Option<Finding> {
    let mut why = Vec::new();
    let (telling, all) = (prints.frames().iter().filter(|frame| frame.view.tells()).count(), prints.frames().len());
    if telling < TELLING_MIN {
        why.push(format!(
            "too few frames show anything but what the press draws ({telling} of {all}, at least {TELLING_MIN})"
        ));
    }
    if prints.words().is_none_or(|words| words.bands().is_empty()) {
        why.push("there are too few words".to_owned());
    }
    if !gone.is_empty() {
        let named = gone.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
        why.push(format!("the prints of {} earlier cuts cannot be read ({named})", gone.len()));
    }
    (!why.is_empty()).then(|| Finding {
        rule: "similar.not-compared".to_owned(),
        severity: Severity::Note,
        message: format!("not wholly compared with earlier cuts: {}", why.join("; ")),
        ..Finding::default()
    })
}

/// Cuts that are alike by design are not held against each other, but a person may want to know.
pub(super) fn variants(count: usize) -> Option<Finding> {
    (count > 0).then(|| Finding {
        rule: "similar.variants".to_owned(),
        severity: Severity::Note,
        message: format!(
            "{count} cuts of the same order differ in their hooks only, by design: not held against this one"
        ),
        ..Finding::default()
    })
}

/// A share as people read it. Rounded down, so that nothing below a limit looks as if it reached it.
pub(super) fn percent(share: f32) -> String {
    format!("{} %", (f64::from(share) * 100.0 + 1e-4).floor())
}

pub(super) fn days(time: Duration) -> String {
    let hours = time.as_secs() / 3_600;
    if hours.is_multiple_of(24) { format!("{} days", hours / 24) } else { format!("{hours} hours") }
}
