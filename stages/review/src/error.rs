//! Why a decision was refused or could not be read.

use reelpress_core::{Fault, Remedy};

/// What can go wrong with a review.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The decision names another cut than the one that waits.
    #[error("decision is about cut {given}, but the one that waits is {current} (look at it again, then decide)")]
    StaleHash {
        /// The hash in the decision.
        given: String,
        /// The hash of the cut that waits.
        current: String,
    },
    /// Screening blocked the cut; no person can let it through.
    #[error("cut {cut_hash} is blocked by {rules} and cannot be approved (reject it)")]
    Blocked {
        /// The cut's hash.
        cut_hash: String,
        /// Ids of the rules that block it.
        rules: String,
    },
    /// A field of the decision cannot be taken.
    #[error("{field} of the decision {problem}")]
    Field {
        /// `reviewer` or `note`.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The cut has no hash that an approval could be bound to.
    #[error("cut hash `{hash}` is not 64 hex digits, so no approval can be bound to it")]
    NoHash {
        /// What stands there.
        hash: String,
    },
    /// A decision in the journal does not have the shape of one.
    #[error("a decision in the journal about this item cannot be read (decide again with this version)")]
    Unreadable,
}

impl Fault for ReviewError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::StaleHash { .. }
            | Self::Blocked { .. }
            | Self::Field { .. }
            | Self::NoHash { .. }
            | Self::Unreadable => Remedy::GiveUp,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::StaleHash { .. } => "stale_hash",
            Self::Blocked { .. } => "blocked",
            Self::Field { .. } => "decision_field",
            Self::NoHash { .. } => "cut_hash",
            Self::Unreadable => "decision_unreadable",
        }
    }
}
