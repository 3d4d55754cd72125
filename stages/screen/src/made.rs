//! Whether the cut is made well: what is asked of the one who looks at its frames, and what of the answer goes into the
//! verdict.

use reelpress_config::{QualityWeight, ScreenQuality, Settings};
use reelpress_quality::{Area, Caption, FileSpec, Limits, Order, PlatformSpecs, Report, Spoken, Weight};
use reelpress_vocabulary::{Assembled, Cut, Finding, Overlay, OverlayKind, Severity, Span};

/// What rules are called in verdicts before their own names.
const PREFIX: &str = "quality.";

/// What is known of the cut before its file is read.
pub(crate) fn order(settings: &Settings, assembled: &Assembled) -> Order {
    let beats = assembled.voiced.voice.beats.iter().zip(&assembled.cut.scenes);
    let words = beats.flat_map(|(beat, span)| {
        beat.words.iter().map(|word| Spoken {
            text: word.text.clone(),
            from_ms: (span.start_ms + word.start_ms) as f64,
            to_ms: (span.start_ms + word.end_ms) as f64,
        })
    });
    let cut = &assembled.cut;
    let place = reelpress_templates::safe::zone(settings.assemble.safe_zone, cut.width, cut.height);
    // Places are rounded to even pixels: by one at most.
    let (across, down) = (1.0 / cut.width.max(1) as f32, 1.0 / cut.height.max(1) as f32);
    let safe = Area {
        left: place.x - across,
        top: place.y - down,
        right: place.x + place.width + across,
        bottom: place.y + place.height + down,
    };
    Order {
        limits: limits(&settings.screen.quality),
        safe: Some(safe),
        captions: cut.overlays.iter().filter_map(|overlay| caption(cut, overlay)).collect(),
        script: assembled.voiced.scripted.script.beats().map(|beat| beat.narration.clone()).collect(),
        words: words.collect(),
    }
}

fn limits(quality: &ScreenQuality) -> Limits {
    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1_000.0;
    Limits {
        black_ms: ms(quality.black),
        frozen_ms: ms(quality.frozen),
        silence_ms: ms(quality.silence),
        speech_db: quality.speech_db,
        letters: quality.letters_percent / 100.0,
        contrast: quality.contrast,
        characters_per_second: quality.characters_per_second,
        ..Limits::default()
    }
}

/// A text that people must be able to read. What the brand and the template always show is theirs: `reelpress template lint`
/// looks at it once.
fn caption(cut: &Cut, overlay: &Overlay) -> Option<Caption> {
    let spoken = match overlay.kind {
        OverlayKind::Caption => true,
        OverlayKind::Text | OverlayKind::Disclosure => false,
        OverlayKind::Brand | OverlayKind::Furniture => return None,
    };
    let reelpress_vocabulary::Area { left, top, right, bottom } = overlay.area;
    Some(Caption {
        text: overlay.text.clone(),
        from_ms: overlay.span.start_ms as f64,
        to_ms: overlay.span.end_ms as f64,
        area: Some(Area { left, top, right, bottom }),
        size: (overlay.size_px > 0.0).then(|| overlay.size_px / cut.width.min(cut.height).max(1) as f32),
        // The first is that of most letters. The others make a word stand out, perhaps on a box of its own; elsewhere in
        // the picture they may be anything's.
        colours: overlay.colours.iter().take(1).copied().collect(),
        spoken,
    })
}

/// What was found, and one note of what nobody could check: that is neither good nor bad.
pub(crate) fn findings(quality: &ScreenQuality, report: &Report) -> Vec<Finding> {
    let mut findings: Vec<Finding> = report.findings.iter().map(|finding| weighed(quality, finding)).collect();
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

/// As the operator weighs it, where that is the operator's to say.
fn weighed(quality: &ScreenQuality, finding: &reelpress_quality::Finding) -> Finding {
    let told = told(finding);
    let name = finding.rule.as_str().strip_prefix(PREFIX).unwrap_or_default();
    let severity = match quality.weights.get(name) {
        None => told.severity,
        Some(QualityWeight::Note) => Severity::Note,
        Some(QualityWeight::Hold) => Severity::Hold,
        Some(QualityWeight::Block) => Severity::Block,
    };
    Finding { severity, ..told }
}

fn told(finding: &reelpress_quality::Finding) -> Finding {
    let severity = match finding.weight {
        Weight::Note => Severity::Note,
        Weight::Hold => Severity::Hold,
        Weight::Block => Severity::Block,
    };
    let (rule, message) =
        (finding.rule.as_str().to_owned(), format!("{}: {}", finding.message(), finding.rule.advice()));
    let mark = Span { start_ms: finding.from_ms, end_ms: finding.to_ms };
    let marks = Some(mark).filter(|mark| mark.end_ms > mark.start_ms).into_iter().collect();
    Finding { rule, severity, message, evidence: finding.when(), marks, ..Finding::default() }
}
