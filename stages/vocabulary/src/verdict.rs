//! What screening found and what a person decided.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cut::Span;

/// What may happen to a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Nothing found.
    Pass,
    /// A person must look.
    Hold,
    /// It must not go out.
    Reject,
}

/// How much one finding weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    #[default]
    Note,
    /// A person must look.
    Hold,
    /// It must not go out.
    Block,
}

/// One thing that screening found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id: `file.resolution`, `duplicate.exact`, or the policy file's own.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with value and limit.
    pub message: String,
    /// Where: a field of the script, a time, another item's id; may be empty.
    pub evidence: String,
    /// When in the cut; empty if it is no matter of time.
    #[serde(default)]
    pub marks: Vec<Span>,
    /// What it is like, if it is like something.
    #[serde(default)]
    pub earlier: Option<Earlier>,
}

/// What an earlier cut has in common with the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The earlier cut's item.
    pub item: String,
    /// Which seconds are alike, by the time in the new cut.
    pub alike: Vec<Alike>,
}

/// A stretch that two cuts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    /// In the new cut.
    pub here: Span,
    /// In the earlier one.
    pub there: Span,
}

/// What screening found about one cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Everything found, in the order of the checks.
    pub findings: Vec<Finding>,
    /// Hash of the policy that was applied, hex.
    pub policy: String,
}

impl Verdict {
    /// The decision is the weight of the heaviest finding.
    #[must_use]
    pub fn decision(&self) -> Decision {
        match self.findings.iter().map(|finding| finding.severity).max() {
            None | Some(Severity::Note) => Decision::Pass,
            Some(Severity::Hold) => Decision::Hold,
            Some(Severity::Block) => Decision::Reject,
        }
    }
}

/// Who let a cut go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// A person's name, or `None` if the policy let it through by itself.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Their words, or the policy's reason.
    pub note: String,
    /// The hash of the very cut that was looked at.
    pub cut_hash: String,
}
