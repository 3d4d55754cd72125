//! The last look before anything leaves: invariant 5, whatever the stages before said.

use reelpress_core::Reason;
use reelpress_vocabulary::{Decision, Scheduled};

/// Why this must not be delivered, or `None` if it may.
///
/// It may only with a verdict that does not reject, with an approval of this very cut, and, where the verdict wants a
/// person, with a person's name on the approval.
pub(crate) fn refusal(scheduled: &Scheduled) -> Option<Reason> {
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
