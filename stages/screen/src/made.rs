//! Whether the cut is made well: what is asked of the one who looks at its frames, and what of the answer goes into the
//! verdict.

use reelpress_quality::{FileSpec, Order, PlatformSpecs, Report, Spoken, Weight};
use reelpress_vocabulary::{Assembled, Finding, Severity};

/// What is known of the cut before its file is read.
pub(crate) fn order(assembled: &Assembled) -> Order {
    let beats = assembled.voiced.voice.beats.iter().zip(&assembled.cut.scenes);
    let words = beats.flat_map(|(beat, span)| {
        beat.words.iter().map(|word| Spoken {
            text: word.text.clone(),
            from_ms: (span.start_ms + word.start_ms) as f64,
            to_ms: (span.start_ms + word.end_ms) as f64,
        })
    });
    Order { words: words.collect(), ..Order::default() }
}

/// What was found, and one note of what nobody could check: that is neither good nor bad.
pub(crate) fn findings(report: &Report) -> Vec<Finding> {
    let mut findings: Vec<Finding> = report.findings.iter().map(told).collect();
    if !report.unchecked.is_empty() {
        let rules = report.unchecked.iter().map(|unchecked| format!("{} ({})", unchecked.rule.as_str(), unchecked.why));
        findings.push(Finding {
            rule: "quality.not-checked".to_owned(),
            severity: Severity::Note,
            message: format!("not checked: {}", rules.collect::<Vec<_>>().join(", ")),
            ..Finding::default()
        });
    }
    findings
}

/// In what way platforms would not take the file. Accounts do not say which platform they are on, so one that refuses is
/// worth knowing, and only a file that none of them takes must not go out.
pub(crate) fn platforms(specs: &PlatformSpecs, file: &FileSpec) -> Vec<Finding> {
    let each = specs.platforms().map(|(platform, _)| specs.judge(file, &[platform]));
    let each: Vec<_> = each.collect();
    let is_taken = each.iter().any(Vec::is_empty);
    let faults = each.iter().flatten().map(told);
    let severity = if is_taken { Severity::Note } else { Severity::Block };
    faults.map(|fault| Finding { severity, ..fault }).collect()
}

fn told(finding: &reelpress_quality::Finding) -> Finding {
    let severity = match finding.weight {
        Weight::Note => Severity::Note,
        Weight::Hold => Severity::Hold,
        Weight::Block => Severity::Block,
    };
    let (rule, message) =
        (finding.rule.as_str().to_owned(), format!("{}: {}", finding.message(), finding.rule.advice()));
    Finding { rule, severity, message, evidence: finding.when(), ..Finding::default() }
}
