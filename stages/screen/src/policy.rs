//! What the rules are told about a cut, and what becomes of their answer.

use std::collections::BTreeSet;

use reelpress_config::Settings;
use reelpress_policy::{Action, Fact, FactValue, Facts, Field, Judgement, Medium, Subject};
use reelpress_vocabulary::{Assembled, Finding, MediaFile, MediaKind, Picture, Severity};

/// Rules named in the note on what was not checked.
const UNCHECKED_MAX: usize = 40;

/// Every text of the script, in reading order, and what is on record of the cut. What nobody recorded is left out.
pub(crate) fn subject(settings: &Settings, assembled: &Assembled, recent: Vec<String>) -> Subject {
    let scripted = &assembled.voiced.scripted;
    let (draft, niche) = (scripted.script.draft(), scripted.brief.niche.name());
    let mut subject = Subject {
        language: Some(scripted.brief.language.clone()),
        niche: Some(niche.to_string()),
        facts: facts(assembled),
        media: Some(assembled.cut.provenance.files().map(medium).collect()),
        recent_captions: Some(recent),
        ..Subject::default()
    };
    subject.add(Field::Title, "title", &draft.title);
    let beats = scripted.script.beats().len();
    for (at, beat) in scripted.script.beats().enumerate() {
        let (field, name) = match at {
            0 => (Field::Hook, "hook".to_owned()),
            at if at + 1 == beats => (Field::Narration, "call_to_action".to_owned()),
            at => (Field::Narration, format!("scenes[{}]", at - 1)),
        };
        subject.add(field, &format!("{name}.narration"), &beat.narration);
        subject.add(Field::OnScreen, &format!("{name}.on_screen"), &beat.on_screen);
    }
    subject.add(Field::Caption, "caption", &draft.caption);
    // The niche's own go out with each post.
    let of_niche = settings.niches.get(niche).map(|niche| niche.hashtags.as_slice()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let tags = draft.hashtags.iter().chain(of_niche).filter(|tag| seen.insert(tag.to_lowercase()));
    subject.hashtags = Some(tags.cloned().collect());
    subject
}

fn facts(assembled: &Assembled) -> Facts {
    let (script, provenance) = (&assembled.voiced.scripted.script, &assembled.cut.provenance);
    let library_music = provenance.files().any(|file| file.kind == MediaKind::Music);
    let has_music = provenance.music.is_some() || library_music;
    let is_known = !provenance.voice.trim().is_empty() && provenance.pictures.len() == script.beats().len();
    // The voice always is a machine's, and what a machine made is labelled: delivery has no switch for that.
    let mut facts = Facts::default()
        .with(Fact::AiMade, true)
        .with(Fact::AiLabel, true)
        .with(Fact::HasMusic, has_music)
        .with(Fact::Sourced, !script.draft().sources.is_empty())
        .with(Fact::ProvenanceKnown, is_known)
        .with(Fact::BrandOverlay, provenance.files().any(|file| file.kind == MediaKind::Logo));
    // Stock photographs may look real or not: that is not on record.
    if provenance.pictures.iter().all(|picture| matches!(picture, Picture::Drawn)) {
        facts = facts.with(Fact::Realistic, false);
    } else if provenance.pictures.iter().any(|picture| matches!(picture, Picture::Generated { .. })) {
        facts = facts.with(Fact::Realistic, true);
    }
    let mut values = vec![
        (Fact::DurationS, FactValue::Number(assembled.cut.duration_ms as f64 / 1_000.0)),
        (Fact::Mode, FactValue::from("outbox")),
    ];
    if has_music {
        values.push((Fact::MusicOrigin, FactValue::from(if library_music { "licensed" } else { "own" })));
    }
    for (fact, value) in values {
        if let Err(error) = facts.set(fact, value) {
            tracing::warn!(%error, "a fact could not be recorded; rules that ask for it are told as not checked");
        }
    }
    facts
}

fn medium(file: &MediaFile) -> Medium {
    Medium {
        kind: file.kind,
        name: file.file.clone(),
        licence: Some(file.licence.clone()),
        attribution: Some(file.attribution.clone()),
        source: Some(file.source.clone()),
        // The library barred what had run out or lacked a needed use when it was picked; the record does not say more.
        uses: None,
        expires: None,
        territories: None,
        platforms: None,
    }
}

/// A finding for each rule that found something, and one note on all that could not be checked.
pub(crate) fn findings(judgement: &Judgement) -> Vec<Finding> {
    let of_rule = |found: &reelpress_policy::Finding| {
        let presumed = if found.presumed { "; a fact is not on record, so the stricter reading counts" } else { "" };
        Finding {
            rule: found.name(),
            severity: severity(found.action),
            message: format!("{} (to do: {}{presumed})", found.what, found.advice),
            evidence: found.places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            ..Finding::default()
        }
    };
    judgement.findings.iter().map(of_rule).chain(unchecked(judgement)).collect()
}

/// A text to be written anew waits for a person as long as nobody else does it.
fn severity(action: Action) -> Severity {
    match action {
        Action::Note | Action::Label => Severity::Note,
        Action::Rewrite | Action::Hold => Severity::Hold,
        Action::Reject => Severity::Block,
    }
}

fn unchecked(judgement: &Judgement) -> Option<Finding> {
    let rules = judgement.unchecked.len();
    let missing = judgement.unchecked.iter().flat_map(|one| &one.missing).map(String::as_str).collect::<BTreeSet<_>>();
    let names = judgement.unchecked.iter().take(UNCHECKED_MAX).map(reelpress_policy::Unchecked::name);
    (rules > 0).then(|| Finding {
        rule: "policy.unchecked".to_owned(),
        severity: Severity::Note,
        message: format!(
            "{rules} rules were not checked, because it is not on record: {}",
            missing.into_iter().collect::<Vec<_>>().join(", ")
        ),
        evidence: names.collect::<Vec<_>>().join(", "),
        ..Finding::default()
    })
}
