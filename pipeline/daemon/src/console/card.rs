//! A card from what screening handed over.

use reelpress_config::SafeZone;
use reelpress_console::{
    Beat, Caption, Card, CutHash, Earlier, Finding, FindingKind, PressError, Severity, Span, Waiting, Zone,
};
use reelpress_core::{Entry, ItemId, ItemState};
use reelpress_templates::safe;
use reelpress_vocabulary as words;
use reelpress_vocabulary::{Cut, Picture, Screened};

use super::ConsolePress;
use crate::reports::time;

/// Words of one caption line, at most.
const CAPTION_WORDS: usize = 7;

pub(super) fn of(press: &ConsolePress, item: &ItemState, screened: &Screened, why: &str) -> Result<Card, PressError> {
    let scripted = &screened.assembled.voiced.scripted;
    let draft = scripted.script.draft();
    let cut = &screened.assembled.cut;
    let hash = CutHash::parse(&cut.hash)
        .map_err(|_| PressError::Broken(format!("the cut of item {} has no proper hash", item.id)))?;
    let findings =
        screened.verdict.findings.iter().map(|finding| found(finding, &|earlier| earlier_of(press, earlier))).collect();
    let waiting = Waiting {
        item: item.id,
        title: draft.title.clone(),
        niche: scripted.brief.niche.to_string(),
        account: scripted.brief.account.to_string(),
        cut: hash,
        duration_ms: cut.duration_ms,
        since: time(item.changed_millis),
        why: why.to_owned(),
        findings,
    };
    Ok(Card {
        waiting,
        beats: beats(screened),
        captions: captions(screened),
        caption: draft.caption.clone(),
        hashtags: draft.hashtags.clone(),
        sources: draft.sources.iter().map(|source| (source.title.clone(), source.link.to_string())).collect(),
        facts: facts(screened),
        zones: zones(cut),
    })
}

fn found(finding: &words::Finding, look_up: &dyn Fn(&words::Earlier) -> Earlier) -> Finding {
    let kind = kind_of(&finding.rule);
    // A copy of the very same file or words is told by its item alone.
    let by_evidence = || {
        let item = (kind == FindingKind::Similar).then(|| finding.evidence.parse::<ItemId>().ok()).flatten()?;
        Some(words::Earlier { item: item.to_string(), alike: Vec::new() })
    };
    let earlier = finding.earlier.clone().or_else(by_evidence);
    Finding {
        kind,
        rule: finding.rule.clone(),
        severity: match finding.severity {
            words::Severity::Note => Severity::Note,
            words::Severity::Hold => Severity::Hold,
            words::Severity::Block => Severity::Block,
        },
        message: finding.message.clone(),
        evidence: finding.evidence.clone(),
        marks: finding.marks.iter().copied().map(stretch).collect(),
        earlier: earlier.as_ref().map(look_up),
    }
}

/// By the first part of the rule's id.
fn kind_of(rule: &str) -> FindingKind {
    // Every cut has them: they are about no picture, and must not veil one.
    if matches!(rule, "safety.score" | "safety.not-checked") {
        return FindingKind::Policy;
    }
    match rule.split_once('.').map_or(rule, |(first, _)| first) {
        "duplicate" | "similar" | "reuse" => FindingKind::Similar,
        "file" | "sound" | "picture" | "made" | "caption" => FindingKind::Quality,
        "label" | "licence" | "provenance" => FindingKind::Label,
        "safety" | "unpleasant" | "violence" => FindingKind::Unpleasant,
        _ => FindingKind::Policy,
    }
}

/// What the journal still has of an earlier item. A file that a person put into the archive has no item: it is named.
fn earlier_of(press: &ConsolePress, earlier: &words::Earlier) -> Earlier {
    let item = earlier.item.parse::<ItemId>().ok();
    let history = item.and_then(|item| press.book.history(item).ok()).unwrap_or_default();
    let screened = history.iter().rev().find_map(|record| {
        let Entry::Passed { output, .. } = &record.entry else { return None };
        serde_json::from_slice::<Screened>(output).ok()
    });
    let title = screened.as_ref().map(|screened| screened.assembled.voiced.scripted.script.draft().title.clone());
    let cut = screened.as_ref().and_then(|screened| CutHash::parse(&screened.assembled.cut.hash).ok());
    if let Some(screened) = &screened {
        press.kept.remember(&screened.assembled.cut);
    }
    Earlier { item: earlier.item.clone(), title: title.unwrap_or_default(), cut, matches: matches_of(earlier) }
}

/// Which seconds here are like which seconds there.
fn matches_of(earlier: &words::Earlier) -> Vec<(Span, Span)> {
    earlier.alike.iter().map(|alike| (stretch(alike.here), stretch(alike.there))).collect()
}

fn stretch(span: words::Span) -> Span {
    Span { from_ms: span.start_ms, to_ms: span.end_ms }
}

fn beats(screened: &Screened) -> Vec<Beat> {
    let cut = &screened.assembled.cut;
    let beats = screened.assembled.voiced.scripted.script.beats();
    let span = |at: usize| {
        cut.scenes.get(at).map_or(Span { from_ms: 0, to_ms: 0 }, |scene| span(scene.start_ms, scene.end_ms))
    };
    let beat = |(at, beat): (usize, &words::Scene)| Beat {
        spoken: beat.narration.clone(),
        on_screen: beat.on_screen.clone(),
        sources: beat.sources.clone(),
        span: span(at),
    };
    beats.enumerate().map(beat).collect()
}

fn span(from_ms: u64, to_ms: u64) -> Span {
    Span { from_ms, to_ms }
}

/// The words of each beat, a few at a time, at the time they are heard.
fn captions(screened: &Screened) -> Vec<Caption> {
    let starts = screened.assembled.cut.scenes.iter().map(|scene| scene.start_ms);
    let spoken = screened.assembled.voiced.voice.beats.iter().zip(starts);
    let lines = spoken.flat_map(|(beat, start)| beat.words.chunks(CAPTION_WORDS).map(move |words| (words, start)));
    let line = |(words, start): (&[words::Word], u64)| {
        let (first, last) = (words.first()?, words.last()?);
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Some(Caption { span: span(start + first.start_ms, start + last.end_ms), text })
    };
    lines.filter_map(line).collect()
}

fn facts(screened: &Screened) -> Vec<(String, String)> {
    let cut = &screened.assembled.cut;
    let mut facts = vec![
        ("size".to_owned(), format!("{}x{}, {} a second", cut.width, cut.height, cut.fps)),
        ("template".to_owned(), cut.provenance.template.to_string()),
        ("voice".to_owned(), cut.provenance.voice.clone()),
        ("policy".to_owned(), screened.verdict.policy.clone()),
    ];
    facts.extend(cut.provenance.music.clone().map(|music| ("music".to_owned(), music)));
    let drawn = cut.provenance.pictures.iter().filter(|picture| **picture == Picture::Drawn).count();
    facts.push(("drawn".to_owned(), format!("{drawn} of {} pictures", cut.provenance.pictures.len())));
    let generated = cut.provenance.pictures.iter().filter_map(|picture| match picture {
        Picture::Generated { model, .. } => Some(("made by a model".to_owned(), model.clone())),
        Picture::Drawn | Picture::File(_) => None,
    });
    facts.extend(generated);
    let files = cut.provenance.files();
    facts.extend(files.map(|file| {
        let by = if file.attribution.is_empty() { String::new() } else { format!(", {}", file.attribution) };
        (file.kind.as_str().to_owned(), format!("{} ({}{by})", file.file, file.licence))
    }));
    facts
}

fn zones(cut: &Cut) -> Vec<Zone> {
    let platforms =
        [("TikTok", SafeZone::Tiktok), ("YouTube Shorts", SafeZone::Shorts), ("Instagram Reels", SafeZone::Reels)];
    let zone = |(name, platform): (&str, SafeZone)| {
        let free = safe::zone(platform, cut.width, cut.height);
        let (left, top) = (f64::from(free.x), f64::from(free.y));
        let (right, bottom) = (1.0 - left - f64::from(free.width), 1.0 - top - f64::from(free.height));
        Zone { platform: name.to_owned(), covered: [left, right, top, bottom] }
    };
    platforms.map(zone).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rules_first_part_says_what_it_is_about() {
        for (rule, kind) in [
            ("duplicate.exact", FindingKind::Similar),
            ("similar.parts", FindingKind::Similar),
            ("file.resolution", FindingKind::Quality),
            ("label.provenance", FindingKind::Label),
            ("safety.blood", FindingKind::Unpleasant),
            ("safety.score", FindingKind::Policy),
            ("safety.not-checked", FindingKind::Policy),
            ("tiktok.spam", FindingKind::Policy),
            ("plain", FindingKind::Policy),
        ] {
            assert_eq!(kind_of(rule), kind, "{rule}");
        }
    }

    #[test]
    fn a_finding_marks_its_seconds_and_those_of_the_earlier_cut() {
        let stretch = |start_ms, end_ms| words::Span { start_ms, end_ms };
        let alike = words::Alike { here: stretch(1_000, 4_000), there: stretch(11_000, 14_000) };
        let finding = words::Finding {
            rule: "similar.frames".to_owned(),
            severity: words::Severity::Hold,
            evidence: "01M7YX56NY0HA0K0HY123QKHMX".to_owned(),
            marks: vec![stretch(1_000, 4_000)],
            earlier: Some(words::Earlier { item: "01M7YX56NY0HA0K0HY123QKHMX".to_owned(), alike: vec![alike] }),
            ..words::Finding::default()
        };
        let look_up = |earlier: &words::Earlier| Earlier {
            item: earlier.item.clone(),
            title: "Why bridges hum".to_owned(),
            cut: None,
            matches: matches_of(earlier),
        };
        let shown = found(&finding, &look_up);
        assert_eq!((shown.kind, &shown.marks[..]), (FindingKind::Similar, &[span(1_000, 4_000)][..]));
        let earlier = shown.earlier.unwrap();
        assert_eq!(earlier.matches, [(span(1_000, 4_000), span(11_000, 14_000))]);
        assert_eq!((earlier.item, earlier.title), (finding.evidence.clone(), "Why bridges hum".to_owned()));

        // A copy of the very same file is told without seconds.
        let copy = words::Finding { rule: "duplicate.exact".to_owned(), earlier: None, marks: Vec::new(), ..finding };
        let shown = found(&copy, &look_up);
        assert_eq!((shown.marks.len(), shown.earlier.unwrap().item), (0, copy.evidence));
    }
}
