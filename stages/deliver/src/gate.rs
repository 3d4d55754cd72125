//! The last look before anything leaves: invariant 5, whatever the stages before said.

use jiff::tz::TimeZone;
use reelpress_core::Reason;
use reelpress_vocabulary::{Decision, Disclosure, Platform, Scheduled};

use crate::switches::Labels;

/// Why this must not be delivered, or `None` if it may.
///
/// It may only with a verdict that does not reject, with an approval of this very cut, and, where the verdict wants a
/// person, with a person's name on the approval; with the AI label on everywhere; with its advertising told in the caption
/// and in the picture; and with licences that last until its slot.
pub(crate) fn refusal(scheduled: &Scheduled) -> Option<Reason> {
    unapproved(scheduled).or_else(|| unlabelled(scheduled)).or_else(|| unlicensed(scheduled))
}

/// What no approval makes good: a label or a disclosure that is not there.
fn unlabelled(scheduled: &Scheduled) -> Option<Reason> {
    let assembled = &scheduled.approved.screened.assembled;
    let brief = &assembled.voiced.scripted.brief;
    let held = |message: String| Some(Reason::new("not_deliverable", message));
    if !Labels::of(&brief.declared).say_ai() {
        return held("the AI label is off on a platform; nothing goes out without it".to_owned());
    }
    let disclosure = Disclosure::of(&brief.declared, &brief.language)?;
    if !disclosure.begins(&assembled.voiced.scripted.script.draft().caption) {
        return held(format!("somebody gains from it, and its caption does not begin with `{}`", disclosure.shown));
    }
    if !disclosure.is_shown_in(&assembled.cut) {
        return held(format!(
            "somebody gains from it, and the picture does not show `{}` within three seconds, for three seconds, at 4 % \
             of its height (make the item anew)",
            disclosure.shown
        ));
    }
    let is_for_others = brief.declared.kind().is_some_and(reelpress_vocabulary::Commercial::is_for_others);
    let goes_to_tiktok = Platform::of(&brief.declared).contains(&Platform::Tiktok);
    if is_for_others && goes_to_tiktok && brief.declared.private == Some(true) {
        return held(
            "branded content may not be visible to its owner alone on TikTok (set private = false)".to_owned(),
        );
    }
    None
}

/// A licence that lasted when the cut was made may run out before its slot.
fn unlicensed(scheduled: &Scheduled) -> Option<Reason> {
    let day = scheduled.slot.at.to_zoned(TimeZone::UTC).date().to_string();
    let files = scheduled.approved.screened.assembled.cut.provenance.files();
    let ended = files.filter_map(|file| Some((file, file.terms.as_ref()?.expires.as_deref()?)));
    let (file, last) = ended.into_iter().find(|(_, last)| *last < day.as_str())?;
    let message = format!("the licence of {} ran out on {last}, before the slot on {day} (make it anew)", file.file);
    Some(Reason::new("not_deliverable", message))
}

fn unapproved(scheduled: &Scheduled) -> Option<Reason> {
    let approved = &scheduled.approved;
    let cut = &approved.screened.assembled.cut;
    let held = |message: String| Some(Reason::new("not_deliverable", message));
    if approved.approval.cut_hash != cut.hash {
        return held(format!(
            "the approval is for cut {}, not for this cut {}; review it again",
            approved.approval.cut_hash, cut.hash
        ));
    }
    match approved.screened.verdict.decision() {
        Decision::Pass => None,
        Decision::Reject => held("screening rejected this cut; no approval changes that".to_owned()),
        Decision::Hold => match approved.approval.by.as_deref().map(str::trim) {
            Some(person) if !person.is_empty() => None,
            Some(_) | None => held("screening asks for a person, and no person approved this cut".to_owned()),
        },
    }
}
