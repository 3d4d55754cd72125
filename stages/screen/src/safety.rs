//! Brand safety: what those who look are given of a cut, and what becomes of their report.

use reelpress_config::Settings;
use reelpress_core::Job;
use reelpress_safety::{Concern, Report, Safety, Snapshots, Subject, Text, What, Where};
use reelpress_vocabulary::{Assembled, Finding, Severity, Span};

use crate::error::ScreenError;

/// Packs of policies whose holds count in the score.
const PACKS: [&str; 3] = ["brand-safety@", "profanity@", "minors@"];
/// Most categories that are told one by one.
const CATEGORIES_MAX: usize = 16;
/// Most places of one category that are named.
const PLACES_MAX: usize = 8;

/// Has the cut looked at; `found` is what the rules found in it.
///
/// # Errors
/// [`ScreenError::Cancelled`] if the press stops meanwhile.
pub(crate) async fn findings(
    safety: &Safety,
    settings: &Settings,
    job: &Job,
    assembled: &Assembled,
    snapshots: Option<Snapshots>,
    found: &[Finding],
) -> Result<Vec<Finding>, ScreenError> {
    let is_of_a_pack = |rule: &str| PACKS.iter().any(|pack| rule.starts_with(pack));
    let held = found.iter().filter(|finding| finding.severity >= Severity::Hold && is_of_a_pack(&finding.rule));
    let held_by = held.map(|finding| finding.rule.clone()).collect();
    let subject = Subject { texts: texts(settings, assembled), snapshots, held_by };
    let report = safety.judge(settings, job, &subject).await.map_err(|_| ScreenError::Cancelled)?;
    Ok(told(settings, &report))
}

/// Every text that people read or hear, in reading order.
fn texts(settings: &Settings, assembled: &Assembled) -> Vec<Text> {
    let scripted = &assembled.voiced.scripted;
    let draft = scripted.script.draft();
    let text = |place: String, text: &str, span_ms| Text { place, text: text.to_owned(), span_ms };
    let mut texts = vec![text("title".to_owned(), &draft.title, None)];
    let beats = scripted.script.beats().len();
    for (at, beat) in scripted.script.beats().enumerate() {
        let name = match at {
            0 => "hook".to_owned(),
            at if at + 1 == beats => "call_to_action".to_owned(),
            at => format!("scenes[{}]", at - 1),
        };
        let span = assembled.cut.scenes.get(at).map(|span| (span.start_ms, span.end_ms));
        texts.push(text(format!("{name}.narration"), &beat.narration, span));
        texts.push(text(format!("{name}.on_screen"), &beat.on_screen, span));
    }
    texts.push(text("caption".to_owned(), &draft.caption, None));
    let of_niche = settings.niches.get(scripted.brief.niche.name()).map(|niche| niche.hashtags.as_slice());
    let tags: Vec<&str> = draft.hashtags.iter().chain(of_niche.unwrap_or_default()).map(String::as_str).collect();
    texts.push(text("hashtags".to_owned(), &tags.join(" "), None));
    texts
}

/// One finding for each category that scores too little, one note of the score, and one of what nobody checked: that is
/// neither safe nor unsafe.
fn told(settings: &Settings, report: &Report) -> Vec<Finding> {
    let limits = &settings.screen.safety;
    let reject_below = limits.reject_below.unwrap_or(0);
    let below = report.below(limits.hold_below.max(reject_below));
    let mut findings: Vec<Finding> =
        below.iter().take(CATEGORIES_MAX).map(|(category, places)| unsafe_in(settings, category, places)).collect();
    findings.extend(report.score().map(|score| Finding {
        rule: "safety.score".to_owned(),
        message: format!("brand safety is {score} of 100{}; {}", worst(report), checked(report)),
        ..Finding::default()
    }));
    let unchecked = report.unchecked.iter().map(|unchecked| format!("{} ({})", unchecked.what, unchecked.why));
    let unchecked = unchecked.collect::<Vec<_>>().join("; ");
    if !unchecked.is_empty() {
        let must_hold = limits.required && report.lacks_a_check();
        findings.push(Finding {
            rule: "safety.not-checked".to_owned(),
            severity: if must_hold { Severity::Hold } else { Severity::Note },
            message: format!("not checked: {unchecked}"),
            ..Finding::default()
        });
    }
    findings
}

fn unsafe_in(settings: &Settings, category: &str, concerns: &[&Concern]) -> Finding {
    let limits = &settings.screen.safety;
    let score = concerns.iter().map(|concern| concern.score).min().unwrap_or(100);
    let is_rejected = limits.reject_below.is_some_and(|limit| u32::from(score) < limit);
    let (severity, limit) = match limits.reject_below.filter(|_| is_rejected) {
        Some(limit) => (Severity::Block, limit),
        None => (Severity::Hold, limits.hold_below),
    };
    let by: Vec<String> = concerns.iter().take(PLACES_MAX).map(|concern| place(concern)).collect();
    let more = concerns.len() - by.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Finding {
        rule: format!("safety.{}", category.replace('/', "-")),
        severity,
        message: format!("`{category}` scores {score} of 100, less than {limit}"),
        evidence: format!("{}{more}", by.join(", ")),
        marks: marks(concerns),
        ..Finding::default()
    }
}

/// `0.73 at 3.0 s by open_nsfw 864bb37b`.
fn place(concern: &Concern) -> String {
    let Concern { risk, by, .. } = concern;
    let place = match &concern.place {
        Where::Picture { from_ms, .. } => format!("at {:.1} s", *from_ms as f64 / 1_000.0),
        Where::Text { place, .. } => format!("in {place}"),
        Where::Rule(rule) => format!("by {rule}"),
    };
    format!("{risk:.2} {place} by {by}")
}

/// When it is seen or heard, in order, what touches put together.
fn marks(concerns: &[&Concern]) -> Vec<Span> {
    let span = |concern: &&Concern| match concern.place {
        Where::Picture { from_ms, to_ms } => Some((from_ms, to_ms)),
        Where::Text { span_ms, .. } => span_ms,
        Where::Rule(_) => None,
    };
    let mut spans: Vec<(u64, u64)> = concerns.iter().filter_map(span).collect();
    spans.sort_unstable();
    let mut marks: Vec<Span> = Vec::new();
    for (start_ms, end) in spans {
        let end_ms = end.max(start_ms + 1);
        match marks.last_mut().filter(|last| start_ms <= last.end_ms) {
            Some(last) => last.end_ms = last.end_ms.max(end_ms),
            None => marks.push(Span { start_ms, end_ms }),
        }
    }
    marks
}

fn worst(report: &Report) -> String {
    match report.concerns.first().filter(|concern| concern.score < 100) {
        None => String::new(),
        Some(concern) => format!(" (worst: {} {})", concern.category, place(concern)),
    }
}

fn checked(report: &Report) -> String {
    let what = |what: What| match what {
        What::Pictures(number) => format!("{number} pictures"),
        What::Texts(number) => format!("{number} texts"),
    };
    let checks: Vec<String> =
        report.checks.iter().map(|check| format!("{} by {}", what(check.what), check.by)).collect();
    if checks.is_empty() {
        return "no model looked at it".to_owned();
    }
    format!("checked: {}", checks.join(", "))
}
