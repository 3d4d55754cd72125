//! The stage: a screened cut in, an approval out, or a reason to wait for a person.

use std::sync::Arc;

use reelpress_config::{Live, Settings};
use reelpress_core::{Clock, ItemId, Job, MemoKey, Notes, Reason, Stage, StageName, Step};
use reelpress_vocabulary::{Approval, Approved, Decision, Screened, Severity};

use crate::decision::{Decided, bound_hash, decisions, rules};
use crate::error::ReviewError;

/// Lets cuts go on by policy or by a person's decision.
pub struct Review {
    live: Live,
    notes: Arc<dyn Notes>,
    clock: Arc<dyn Clock>,
}

impl Review {
    /// A stage that reads decisions from `notes` and dates its own approvals by `clock`.
    #[must_use]
    pub fn new(live: Live, notes: Arc<dyn Notes>, clock: Arc<dyn Clock>) -> Self {
        Self { live, notes, clock }
    }

    /// What the policy says of a cut that nobody has decided on.
    fn by_policy(&self, settings: &Settings, item: ItemId, screened: &Screened, cut_hash: &str) -> Step<Approval> {
        let review = &settings.review;
        if screened.verdict.decision() != Decision::Pass {
            let found = rules(&screened.verdict, Severity::Hold);
            return Step::Hold(Reason::new("needs_review", format!("a person must look at cut {cut_hash}: {found}")));
        }
        if !review.auto_approve {
            let message = format!("every cut is looked at (`auto_approve` is off): cut {cut_hash}");
            return Step::Hold(Reason::new("needs_review", message));
        }
        if in_sample(item, cut_hash, review.sample_percent) {
            let message =
                format!("in the sample of {} % that a person looks at: cut {cut_hash}", review.sample_percent);
            return Step::Hold(Reason::new("sampled", message));
        }
        Step::Next(Approval {
            by: None,
            at: self.clock.now(),
            note: format!("policy: clean verdict, not in the sample of {} %", review.sample_percent),
            cut_hash: cut_hash.to_owned(),
        })
    }
}

impl Stage for Review {
    type In = Screened;
    type Product = Approval;
    type Out = Approved;
    type Error = ReviewError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("review");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    /// A person decides: nothing of the input alone makes the product.
    fn memo(&self, _settings: &Arc<Settings>, _input: &Screened) -> Option<MemoKey> {
        None
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        input: &Screened,
    ) -> Result<Step<Approval>, ReviewError> {
        let cut_hash = bound_hash(input)?;
        if input.verdict.decision() == Decision::Reject {
            let blocking = rules(&input.verdict, Severity::Block);
            let message = format!("cut {cut_hash} is blocked by {blocking}");
            return Ok(Step::Reject(Reason::new("blocked", message)));
        }
        let decided = decisions(&self.notes.of(job.item))?;
        // The last word counts: a person may think again while the item is held.
        if let Some(decision) = decided.iter().rev().find(|decision| decision.cut_hash == cut_hash) {
            return Ok(decision.step());
        }
        let step = self.by_policy(settings, job.item, input, cut_hash);
        Ok(match (step, decided.last()) {
            (Step::Hold(reason), Some(stale)) => Step::Hold(Reason {
                kind: reason.kind,
                message: format!("{}; the decision of {} was about cut {}", reason.message, stale.by, stale.cut_hash),
            }),
            (step, _) => step,
        })
    }

    fn hand_on(&self, input: Screened, product: Approval) -> Approved {
        Approved { screened: input, approval: product }
    }
}

impl Decided {
    fn step(&self) -> Step<Approval> {
        if self.approve {
            Step::Next(Approval {
                by: Some(self.by.clone()),
                at: self.at,
                note: self.note.clone(),
                cut_hash: self.cut_hash.clone(),
            })
        } else {
            Step::Reject(Reason::new("rejected_by_reviewer", format!("{} rejected it: {}", self.by, self.note)))
        }
    }
}

/// Whether a cut is in the sample: the same answer for the same item and cut, and no way to foresee it from the text.
fn in_sample(item: ItemId, cut_hash: &str, percent: u32) -> bool {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"review sample");
    hasher.update(&item.to_bytes());
    hasher.update(cut_hash.as_bytes());
    let mut low = [0_u8; 8];
    low.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(low) % 100 < u64::from(percent)
}
