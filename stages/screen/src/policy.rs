//! What the rules are told about a cut, and what becomes of their answer.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_core::ItemId;
use reelpress_policy::{Action, Field, Judgement, Subject};
use reelpress_vocabulary::{Assembled, Finding, Severity, ai_notice};

pub(crate) mod facts;

/// Rules named in the note on what was not checked.
const UNCHECKED_MAX: usize = 40;

/// Every text of the script and of its posts, and what is on record of the cut. What nobody recorded is left out.
pub(crate) fn subject(settings: &Settings, assembled: &Assembled, recent: Vec<String>, item: ItemId) -> Subject {
    let scripted = &assembled.voiced.scripted;
    let (brief, draft) = (&scripted.brief, scripted.script.draft());
    let of_niche = settings.niches.get(brief.niche.name()).map(|niche| niche.hashtags.as_slice()).unwrap_or_default();
    let platforms = if brief.declared.platforms.is_empty() {
        Vec::new()
    } else {
        reelpress_vocabulary::Platform::of(&brief.declared)
    };
    let mut subject = Subject {
        language: Some(brief.language.clone()),
        niche: Some(brief.niche.name().to_string()),
        regions: brief.declared.regions.clone(),
        platforms,
        facts: facts::of(settings, assembled),
        media: Some(assembled.cut.provenance.files().map(facts::medium).collect()),
        today: day_of(item),
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
    subject.add(Field::Caption, "caption", &scripted.post_caption());
    subject.add(Field::Disclosure, "disclosure", ai_notice(&brief.language));
    // The niche's own go out with each post.
    subject.hashtags = Some(scripted.post_hashtags(of_niche));
    subject.posts = scripted.posts(of_niche).into_iter().map(|(platform, post)| (platform, post.text)).collect();
    subject
}

/// The day the item was ordered, `2026-11-21`: a licence that ran out by then is found here, one that runs out before the
/// slot by delivery, which alone knows the slot.
fn day_of(item: ItemId) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(item.created_millis()).ok()?).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date().to_string())
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
